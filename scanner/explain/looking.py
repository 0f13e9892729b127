"""How anybody looks at the kept bytes without us: the commands, for what is shown of a fact."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from scanner.report.viewer import Excerpt, Picture, Request, View
from scanner.report.viewer.kept import Kept

SHOWN = 2_000
"""Bytes of a recording that a command shows."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def commands(view: View, kept: Kept, evidence: str | None) -> Iterator[str]:
    """Give the commands, to be run in the case folder, that show the same bytes unmasked."""
    if isinstance(view, Request):
        yield f"tail -c +{view.offset + 1} {_file(view.evidence)} | head -c {SHOWN}"
    elif isinstance(view, Excerpt):
        yield from _excerpt(view, kept)
    elif isinstance(view, Picture) and view.member and evidence:
        yield _unzip(kept, evidence, view.member)


def check(evidence: str) -> str:
    """Give the command that computes the digest of kept bytes."""
    return f"sha256sum {_file(evidence)}"


def _excerpt(view: Excerpt, kept: Kept) -> Iterator[str]:
    if view.form == "code" and view.start is not None:
        bytes_from = f"xxd -s {view.start} -l 16"
        if view.member:
            yield f"{_unzip(kept, view.evidence, view.member)} | {bytes_from}"
        else:
            yield f"{bytes_from} {_file(view.evidence)}"
    elif view.member:
        source = _unzip(kept, view.evidence, view.member)
        yield source if view.line is None else f"{source} | sed -n '{view.line}p'"
    elif view.line is not None:
        last = view.line + view.words.count("\n")
        lines = f"{view.line}" if last == view.line else f"{view.line},{last}"
        yield f"sed -n '{lines}p' {_file(view.evidence)}"


def _unzip(kept: Kept, evidence: str, member: str) -> str:
    name = kept.member_name(evidence, member) or member
    return f"unzip -p {_file(evidence)} {shlex.quote(name)}"


def _file(sha256: str) -> str:
    return f"evidence/{sha256}" if _DIGEST.fullmatch(sha256) else "evidence/?"
