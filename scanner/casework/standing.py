"""Whether a case stands as it was sealed, and what it holds."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from scanner import case as cases
from scanner.custody import LONGEST, acts
from scanner.errors import EvidenceError, MingjianError, UsageError
from scanner.evidence import away, certificates
from scanner.evidence.checking import SIGNATURE, TOKEN
from scanner.evidence.sealing import left_behind
from scanner.evidence.seals import Discrepancy, Reader
from scanner.evidence.vault import open_plain
from scanner.evidence.verifying import Verified, verify
from scanner.leaving import purging
from scanner.model import Act, Report, Words
from scanner.report.as_json import decode


class CaseVerified(NamedTuple):
    """What is known of a case, and what was done with it."""

    verified: Verified
    acts: tuple[Act, ...]
    left_out: tuple[str, ...] = ()
    """What this copy leaves out on purpose."""


def verified(
    folder: Path,
    *,
    now: datetime.datetime | None = None,
    trust: Sequence[Path] = (),
    tsa_trust: Sequence[Path] = (),
    sm3: bool = False,
) -> CaseVerified:
    """Check a case byte for byte, its custody log, and who vouches for it.

    `trust` and `tsa_trust` are files of certificates: those whom the reader trusts for the
    signature and for the time stamp. Raises UsageError where there is no case at all.
    """
    if not (folder / cases.FACTS).is_file() and not (folder / cases.MANIFEST).is_file():
        raise UsageError(f"no case at {folder}", hint="name a folder that mingjian scan made")
    log, done, broken = _custody(folder)
    made = {"signature": SIGNATURE, "stamp": TOKEN}
    last = done[-1].details if done and done[-1].deed == "sealed" else {}
    reader = Reader(
        trust=[each for path in trust for each in certificates.read(path, "--trust")],
        tsa_trust=[each for path in tsa_trust for each in certificates.read(path, "--tsa-trust")],
        **({} if now is None else {"now": now}),
        sm3=sm3,
        custody=log,
        removed=frozenset(one for act in done if act.deed == "purged" for one in act.removed),
        promised=frozenset(made[key] for key in last if key in made),
        seals=None if broken else sum(act.deed == "sealed" for act in done),
    )
    found = verify(folder, reader)
    if broken:  # of the log, the line at fault says more than that its bytes differ
        others = [each for each in found.wrong if each.path != cases.CUSTODY]
        found = found._replace(wrong=tuple(sorted((*others, *broken))))
    standing = away.accounted(folder, found.wrong)
    away_now = _missing(found.wrong) - _missing(standing.wrong)
    there = found.files - len(away_now)  # nothing is said of what is not there
    found = found._replace(wrong=standing.wrong, files=there)
    return CaseVerified(found, done, standing.left_out)


def _missing(wrong: Iterable[Discrepancy]) -> set[str]:
    return {one.path for one in wrong if one.what == "missing"}


def _custody(folder: Path) -> tuple[bytes, tuple[Act, ...], list[Discrepancy]]:
    """Read the custody log of a case that nobody has checked yet."""
    path = folder / cases.CUSTODY
    try:
        with open_plain(path) as file:
            log = file.read(LONGEST + 1)
    except (UsageError, OSError):
        return b"", (), []  # cases of earlier versions have none; else the manifest lists it
    try:
        return log, acts(log), []
    except EvidenceError as error:
        return log, (), [Discrepancy(cases.CUSTODY, "altered", str(error))]


def remarks(folder: Path, found: CaseVerified, today: str) -> tuple[Words, ...]:
    """Say of a case that verifies what is away on purpose, and whether its time is over.

    That a case has no facts, or facts of a form that only another version reads, keeps nobody from
    checking its bytes: then nothing is said of its time.
    """
    until = None
    with contextlib.suppress(MingjianError):
        collection = cases.read_header(folder).collection
        until = collection.retain_until if collection else None
    removed = purging.removals(found.acts)
    return tuple(purging.said(removed, len(found.left_out), until, today))


def check(folder: Path) -> CaseVerified:
    """Raise EvidenceError, naming every file, unless a case is byte for byte as it was sealed.

    What a copy leaves out on purpose is named in what is given back. Raises UsageError where there
    is no case at all.
    """
    found = verified(folder)
    refuse(folder, found.verified.wrong)
    return found


def refuse(folder: Path, wrong: Sequence[Discrepancy]) -> None:
    """Raise EvidenceError, naming the files, where any is not as it was sealed."""
    if not wrong:
        return
    listed = "; ".join(str(each) for each in wrong[:20])
    more = f"; and {len(wrong) - 20} more" if len(wrong) > 20 else ""
    if all(each.what == "unproven" for each in wrong):
        raise EvidenceError(
            f"{folder.name} is whole, and what was asked for is not shown: {listed}{more}",
            hint="without --trust and --tsa-trust, mingjian verify says what is known",
        )
    raise EvidenceError(
        f"{folder.name} does not verify: {listed}{more}",
        hint="a call was killed while it changed the case: mingjian report CASE puts it back"
        if any(left_behind(each.path) for each in wrong)
        else "restore the case from its sealed copy",
    )


def stored_report(folder: Path) -> Report:
    """Give the report that a case holds, if the case is byte for byte as it was sealed."""
    check(folder)
    return held_report(folder)


def held_report(folder: Path) -> Report:
    """Give the report that a case holds, once it was seen to be whole."""
    stored = folder / cases.REPORTS["json"]
    if not stored.is_file():
        raise EvidenceError(f"{folder} holds no {stored.name}", hint="mingjian judge makes it")
    return decode(stored.read_bytes())


def acts_of(folder: Path) -> tuple[Act, ...]:
    """Give what was done with a case, in order; nothing for cases of earlier versions."""
    return acts(log_of(folder))


def log_of(folder: Path) -> bytes:
    """Give the custody log of a case as it stands; nothing for cases of earlier versions."""
    path = folder / cases.CUSTODY
    return path.read_bytes() if path.is_file() else b""
