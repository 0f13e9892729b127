"""A person's word on a finding or a check, with what that person attaches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from scanner import case as cases
from scanner import decide as deciding
from scanner.casework.acting import act_upon, close, working
from scanner.casework.standing import acts_of, held_report
from scanner.decide import decided, with_decisions
from scanner.errors import UsageError
from scanner.evidence.vault import Vault, open_plain, tidy
from scanner.model import Choice, Decision, Evidence, Report, Tool
from scanner.report.hiding import hiding
from scanner.report.words import Options
from scanner.reporting import AS_USUAL, rendered


class Said(NamedTuple):
    """A decision as a person gave it in the call."""

    subject: str
    """A rule, or the first digits of a fingerprint."""
    choice: Choice
    by: str
    reason: str
    at: str | None = None
    """When, where it was not now (ISO 8601 with offset)."""
    attached: Sequence[Path] = ()


def decide(
    folder: Path, said: Said, *, tool: Tool, options: Options = AS_USUAL
) -> tuple[Report, Decision]:
    """Put a person's decision on a finding or a check into the log of a case, and rewrite the
    reports that the case has; what the program said of it stays as it is. Of personal values that
    the reason or the name of an attachment repeats only the masked form is kept.

    Raises UsageError where the words do not fit, and then nothing is changed.
    """
    by = deciding.tested(said.by, "the name (--by)", deciding.LONGEST_NAME)
    reason = deciding.tested(said.reason, "the reason (--reason)", deciding.LONGEST_REASON)
    with working(folder):
        log = decided(acts_of(folder))
        report = held_report(folder)
        matter = deciding.matter_of(report, said.subject)
        at = deciding.moment(said.at, now=tool.started_at, observed_at=report.observed_at)
        vault = Vault(folder / cases.EVIDENCE)
        hide = hiding(report, vault.open)
        reason = hide(reason)
        kept, new = _attached(folder, said.attached, hide)
        decision = deciding.decision(
            matter, said.choice, by=by, reason=reason, at=at, attachments=kept
        )
        report = with_decisions(report, (*log, decision))
        act = act_upon(folder, "decided", tool, by=[by], decision=decision)

        def opened(sha256: str) -> bytes:
            return new[sha256] if sha256 in new else vault.open(sha256)

        files = rendered(report, opened, cases.formats_in(folder), options)
        files |= {f"{cases.EVIDENCE}/{sha256}": data for sha256, data in new.items()}
        close(folder, act, files)
    return report, decision


def _attached(
    folder: Path, paths: Sequence[Path], hide: Callable[[str], str]
) -> tuple[tuple[Evidence, ...], dict[str, bytes]]:
    """Read attachments, and give those that the case does not hold yet by digest.

    They come into the case together with the act, or not at all, however the call ends.
    """
    if len(paths) > deciding.MOST_ATTACHED:
        raise UsageError(
            f"{len(paths)} attachments",
            hint=f"give {deciding.MOST_ATTACHED} at most, or put them into one document",
        )
    kept: dict[str, Evidence] = {}
    new: dict[str, bytes] = {}
    for path in paths:
        data, media_type = _attachment(path)
        sha256 = hashlib.sha256(data).hexdigest()
        if not (folder / cases.EVIDENCE / sha256).exists():
            new[sha256] = data
        entry = Evidence(
            sha256=sha256, name=hide(tidy(path.name)), media_type=media_type, size=len(data)
        )
        kept.setdefault(sha256, entry)
    return tuple(kept.values()), new


def _attachment(path: Path) -> tuple[bytes, str]:
    with open_plain(path, follow=True) as file:
        data = file.read(deciding.LARGEST_ATTACHED + 1)
    media_type = deciding.media_type(data)
    name = tidy(path.name)
    if len(data) > deciding.LARGEST_ATTACHED:
        raise UsageError(
            f"{name} is longer than {deciding.LARGEST_ATTACHED} bytes",
            hint="attach a smaller picture or document",
        )
    if not data or media_type is None:
        raise UsageError(
            f"{name} is no picture, text or PDF that can be attached",
            hint="attach PNG, JPEG, WebP, PDF or a text in UTF-8",
        )
    return data, media_type
