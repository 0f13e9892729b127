"""Files that a copy of a case leaves out on purpose, and those that it adds to say so."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from scanner.errors import EvidenceError, UsageError
from scanner.evidence import lists
from scanner.evidence.lists import MANIFEST
from scanner.evidence.seals import Discrepancy
from scanner.evidence.vault import open_plain

LEFT_OUT = "left-out.txt"
"""Lists what the copy leaves out, in the form of sha256sum; lines of words begin with #."""
ADDED = "copy-sha256.txt"
"""Lists the files that the copy adds, in the form of sha256sum."""
MASKED_REPORT = "report-masked.html"
"""The report without pictures, which a copy adds where the report of the case shows some."""

LIMIT = 64 * 1024**2
"""Length of such a list at most, in bytes: as that of a manifest."""
_LINE = re.compile(r"([0-9a-f]{64})  ([\w./-]{1,200})", re.ASCII)
_MAY_BE_AWAY = re.compile(
    r"evidence/[0-9a-f]{64}|[\w-]{1,60}\.(?:html|docx)|report-unmasked\.[a-z]{2,5}", re.ASCII
)
"""What a copy may leave out: evidence, and documents made from the report; never the report itself,
facts, log or manifest."""
_MAY_BE_ADDED = frozenset({LEFT_OUT, MASKED_REPORT})


class Standing(NamedTuple):
    """How a case stands against its manifest, once what is away on purpose is told apart."""

    wrong: tuple[Discrepancy, ...]
    """What nobody can account for."""
    left_out: tuple[str, ...]
    """What the copy leaves out on purpose, by name."""


def listed(entries: Mapping[str, Iterable[tuple[str, str]]]) -> bytes:
    """Write a list: (digest, name) of files, under the words why."""
    lines: list[str] = []
    for why, files in entries.items():
        lines.append(f"# {' '.join(why.split())}")
        lines += [f"{sha256}  {name}" for sha256, name in sorted(files, key=lambda one: one[1])]
    return "".join(f"{line}\n" for line in lines).encode()


def accounted(case: Path, wrong: Iterable[Discrepancy]) -> Standing:
    """Tell what is away, or there, on purpose from what is wrong with a case.

    A copy may leave out evidence and forms of the report that its manifest lists, and nothing that
    they rest on; what it adds must be as it was added. Raises EvidenceError where its lists are no
    lists of ours.
    """
    away = _read(case, LEFT_OUT)
    if away is None:
        return Standing(tuple(wrong), ())
    sealed = _sealed(case)
    for name, digest in away.items():
        if not _MAY_BE_AWAY.fullmatch(name):
            raise _malformed(LEFT_OUT, f"{name} is never left out")
        # Once a copy was sealed anew, its manifest lists this list, and no longer what is away.
        if sealed.get(name) != digest and (name in sealed or LEFT_OUT not in sealed):
            raise _malformed(LEFT_OUT, f"{name} is not listed so by {MANIFEST}")
    added = _read(case, ADDED) or {}
    fine = {ADDED}
    fine |= {name for name in added if name in _MAY_BE_ADDED and _is(case, name, added[name])}
    left: list[Discrepancy] = []
    for one in wrong:
        if one.what == "missing" and one.path in away:
            continue
        if one.what == "added" and one.path in added.keys() | {ADDED}:
            if one.path not in fine:
                left.append(one._replace(what="altered"))
            continue
        left.append(one)
    return Standing(tuple(left), tuple(sorted(name for name in away if not _is_there(case, name))))


def _sealed(case: Path) -> dict[str, str]:
    """Give what the manifest lists, by name."""
    try:
        with open_plain(case / MANIFEST) as file:
            found, _ = lists.listed(file.read(lists.LIMIT))
    except (UsageError, OSError):
        return {}
    return {os.fsdecode(name): digest for name, digest in found.items()}


def _is_there(case: Path, name: str) -> bool:
    path = case / name
    return path.is_symlink() or path.exists()


def _is(case: Path, name: str, sha256: str) -> bool:
    try:
        with open_plain(case / name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except (UsageError, OSError):
        return False


def _read(case: Path, name: str) -> dict[str, str] | None:
    path = case / name
    if not _is_there(case, name):
        return None
    try:
        with open_plain(path) as file:
            data = file.read(LIMIT + 1)
        text = data.decode() if len(data) <= LIMIT else ""
    except (UsageError, OSError, UnicodeDecodeError):
        raise _malformed(name, "it cannot be read") from None
    if not text.endswith("\n"):
        raise _malformed(name, "it breaks off, or is too long")
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n")[:-1], 1):
        if line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise _malformed(name, f"line {number} is no line of sha256sum, or stands twice")
        found[match[2]] = match[1]
    return found


def _malformed(name: str, why: str) -> EvidenceError:
    return EvidenceError(
        f"{name}: {why}", hint="the list was altered after it was written; get the copy again"
    )
