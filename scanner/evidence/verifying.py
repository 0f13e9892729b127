"""Whether a case is as it was sealed: every file, every list, every signature and stamp, offline.

A folder that somebody hands in is hostile: nothing in it is followed, run, or believed, and its
size is bounded. What was checked and does not fit is wrong; what cannot be checked here is said to
be so, and is never called right.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from scanner.errors import EvidenceError, MingjianError
from scanner.evidence.checking import EARLIER
from scanner.evidence.digests import Pair, of_files, shown, walk
from scanner.evidence.lists import LIMIT, MANIFEST, SEAL, SM3_MANIFEST, listed
from scanner.evidence.sealing import OUTSIDE, SEALED
from scanner.evidence.seals import Discrepancy, Open, Reader, Seal, What, seal_in
from scanner.evidence.vault import open_plain

EVIDENCE = b"evidence/"
FACTS = b"facts.jsonl"
CUSTODY = "custody.jsonl"
_SEALS = re.compile(rb"seals/([0-9]{4})/([a-z0-9.-]+)")


class Verified(NamedTuple):
    """What is known of a case."""

    wrong: tuple[Discrepancy, ...]
    """What is not as it was sealed; empty where all is."""
    files: int
    """How many files the manifest lists."""
    sm3: bool
    """Whether their SM3 was computed too."""
    seal: Seal
    """The seal that holds."""
    earlier: tuple[Seal, ...]
    """Those that were superseded, in their order."""


def verify(case: Path, reader: Reader) -> Verified:
    """Check a case: every file, then what the seal says.

    Raises EvidenceError where there is no manifest to check it by, UsageError where it cannot be
    read.
    """
    present = walk(case)
    opened = _opened(case)
    data = opened(MANIFEST)
    if data is None and (left := opened(SM3_MANIFEST)) is not None:
        return _by_sm3(case, present, listed(left)[0])
    if data is None:
        raise EvidenceError(
            f"the case cannot be verified: {MANIFEST} is missing, or no plain file",
            hint=f"a case that Mingjian wrote holds {MANIFEST}; get the whole folder",
        )
    manifest, line = listed(data)
    plain = sorted(name for name in manifest if present.get(name) and _inside(name))
    digests = of_files(case, plain, with_sm3=reader.sm3)
    wrong = _against_manifest(present, manifest, digests)
    off = None if line is None else f"line {line} is not in the form in which it was written"
    second = _against_sm3(manifest, opened, digests if reader.sm3 else {})
    wrong += _against_seal(present, manifest, opened, off, bool(wrong or second))
    if (first := next((each for each in wrong if each.path == MANIFEST), None)) is not None:
        # What a list that was itself altered says of other files proves nothing against them.
        doubt = f"by {MANIFEST}, which was itself altered"
        wrong = [each if each is first or each.why else each._replace(why=doubt) for each in wrong]
    wrong += second
    top, more = seal_in(opened, "", reader, demanded=True)
    earlier, still_more = _earlier(present, manifest, opened, reader)
    wrong += [*more, *still_more]
    wrong += [
        Discrepancy(name, "missing", "the custody log says that it was made")
        for name in sorted(reader.promised)
        if name.encode() not in present
    ]
    standing = [top] if top.signature or top.stamp else []
    if reader.seals is not None and reader.seals != len([*earlier, *standing]):
        said = f"the custody log tells of {reader.seals}, and {len([*earlier, *standing])} are here"
        wrong.append(Discrepancy(EARLIER, "missing", said))
    ordered = tuple(sorted(dict.fromkeys(wrong)))
    return Verified(ordered, len(manifest), reader.sm3, top, earlier)


def _opened(case: Path) -> Open:
    """Give a way to read files of a case: None for what is missing, too long, or no plain file."""

    def opened(name: str) -> bytes | None:
        try:
            with open_plain(case / name) as file:
                data = file.read(LIMIT + 1)
        except (MingjianError, OSError, ValueError):
            return None
        return data if len(data) <= LIMIT else None

    return opened


def _by_sm3(case: Path, present: dict[bytes, bool], second: dict[bytes, str]) -> Verified:
    """Name what is wrong with a case whose manifest is gone, by its list of SM3."""
    what: What = "altered" if MANIFEST.encode() in present else "missing"
    wrong = [Discrepancy(MANIFEST, what, "no plain file" if what == "altered" else "")]
    inside = {name for name in present if _inside(name)} - {SM3_MANIFEST.encode()}
    wrong += [Discrepancy(shown(name), "missing") for name in second.keys() - inside]
    wrong += [Discrepancy(shown(name), "added") for name in inside - second.keys()]
    both = sorted(second.keys() & inside)
    for name, pair in of_files(case, [each for each in both if present[each]]).items():
        if pair is None or pair.sm3 != second[name]:
            wrong.append(Discrepancy(shown(name), "altered"))
    wrong += [Discrepancy(shown(name), "altered") for name in both if not present[name]]
    nothing = Seal(folder="", manifest="", signature=None, stamp=None)
    return Verified(tuple(sorted(wrong)), len(second), True, nothing, ())


def _inside(name: bytes) -> bool:
    return os.fsdecode(name) not in OUTSIDE


def _against_manifest(
    present: dict[bytes, bool], manifest: dict[bytes, str], digests: Mapping[bytes, Pair | None]
) -> list[Discrepancy]:
    inside = {name for name in present if _inside(name)}
    found = [Discrepancy(shown(name), "missing") for name in manifest.keys() - inside]
    found += [Discrepancy(shown(name), "added") for name in inside - manifest.keys()]
    for name in manifest.keys() & inside:
        pair = digests.get(name)
        if pair is None:
            why = "it cannot be read" if present[name] else "no plain file"
            found.append(Discrepancy(shown(name), "altered", why))
        elif pair.sha256 != manifest[name]:
            found.append(Discrepancy(shown(name), "altered"))
    return found


def _against_seal(
    present: dict[bytes, bool],
    manifest: dict[bytes, str],
    opened: Open,
    off: str | None,
    files_wrong: bool,
) -> list[Discrepancy]:
    """Check the files that the manifest cannot list against the list of the seal.

    Where the two lists differ, one was altered: the manifest, unless every file fits it.
    """
    found = [] if off is None else [Discrepancy(MANIFEST, "altered", off)]
    data = opened(SEAL)
    if data is None:
        sealed = {each.encode() for each in OUTSIDE if each != MANIFEST} & present.keys()
        if SEAL.encode() in present:
            found.append(Discrepancy(SEAL, "altered", "no plain file, or too long"))
        elif sealed or SM3_MANIFEST.encode() in manifest:
            found.append(Discrepancy(SEAL, "missing"))
        return found
    over, line = listed(data)
    odd = [name for name in over if os.fsdecode(name) not in SEALED]
    lacking = {MANIFEST.encode(), SM3_MANIFEST.encode()} - over.keys()
    if line is not None or odd or lacking:
        said = f"line {line} is not in the form in which it was written" if line else ""
        found.append(Discrepancy(SEAL, "altered", said or "it names other files than a seal does"))
    for name in SEALED:
        there = name.encode() in present
        if name.encode() not in over:
            if there and name in OUTSIDE and name != MANIFEST:
                found.append(Discrepancy(name, "added", f"{SEAL} does not name it"))
            continue
        content = opened(name) if there else None
        if not there:
            found.append(Discrepancy(name, "missing"))
        elif content is None:
            found.append(Discrepancy(name, "altered", "no plain file, or too long"))
        elif hashlib.sha256(content).hexdigest() != over[name.encode()]:
            found += _differing(name, manifest, content, off is None and not files_wrong)
    return found


def _differing(
    name: str, manifest: dict[bytes, str], content: bytes, files_fit: bool
) -> list[Discrepancy]:
    """Say which of two was altered: the list of the seal, or a file that it names otherwise."""
    if name == MANIFEST:
        fits = files_fit
    elif name == SM3_MANIFEST:
        fits = manifest.get(name.encode()) == hashlib.sha256(content).hexdigest()
    else:
        return [Discrepancy(name, "altered", f"or {SEAL}, which names another digest")]
    if fits:
        return [Discrepancy(SEAL, "altered", f"it names another digest of {name}")]
    return [Discrepancy(name, "altered")]


def _against_sm3(
    manifest: dict[bytes, str], opened: Open, digests: Mapping[bytes, Pair | None]
) -> list[Discrepancy]:
    """Check that the list of SM3 names the same files and, of digests that are given, each."""
    data = opened(SM3_MANIFEST) if SM3_MANIFEST.encode() in manifest else None
    if data is None:
        return []  # said to be missing or altered already, where there ought to be one
    second, line = listed(data)
    if line is not None:
        said = f"line {line} is not in the form in which it was written"
        return [Discrepancy(SM3_MANIFEST, "altered", said)]
    found = []
    if second.keys() != manifest.keys() - {SM3_MANIFEST.encode()}:
        found.append(Discrepancy(SM3_MANIFEST, "altered", f"it names other files than {MANIFEST}"))
    for name in second.keys() & digests.keys():
        pair = digests[name]
        if pair is not None and pair.sm3 != second[name]:
            found.append(Discrepancy(shown(name), "altered", "its SM3 differs"))
    return found


def _earlier(
    present: dict[bytes, bool], manifest: dict[bytes, str], opened: Open, reader: Reader
) -> tuple[tuple[Seal, ...], list[Discrepancy]]:
    """Read the seals that were superseded, and hold them against what the case is today."""
    numbers = sorted({found[1] for name in present if (found := _SEALS.fullmatch(name))})
    seals: list[Seal] = []
    wrong: list[Discrepancy] = []
    logs = _logs(reader.custody)
    for number in numbers:
        folder = f"{EARLIER}/{number.decode()}/"
        seal, more = seal_in(opened, folder, reader, demanded=False)
        seals.append(seal)
        wrong += more
        data = opened(f"{folder}{MANIFEST}")
        if data is None:
            wrong.append(Discrepancy(f"{folder}{MANIFEST}", "missing"))
            continue
        then, line = listed(data)
        if line is not None:
            wrong.append(Discrepancy(f"{folder}{MANIFEST}", "altered", f"line {line}"))
        wrong += _since(then, manifest, folder, reader)
        log = then.get(CUSTODY.encode())
        if log is not None and log not in logs:
            said = f"it does not continue the log that {folder}{MANIFEST} lists"
            wrong.append(Discrepancy(CUSTODY, "altered", said))
    return tuple(seals), wrong


def _since(
    then: dict[bytes, str], now: dict[bytes, str], folder: str, reader: Reader
) -> list[Discrepancy]:
    """Name the evidence, and the facts, that are not what they were when they were sealed."""
    found = []
    for name, digest in then.items():
        if not name.startswith(EVIDENCE) and name != FACTS:
            continue
        if now.get(name) == digest or (name not in now and digest in reader.removed):
            continue
        what: What = "altered" if name in now else "missing"
        found.append(Discrepancy(shown(name), what, f"since {folder}{MANIFEST} listed it"))
    return found


def _logs(custody: bytes) -> set[str]:
    """Give the digest of the custody log as it stood after each of its acts."""
    found = set()
    digest = hashlib.sha256()
    for line in custody.split(b"\n")[:-1]:
        digest.update(line + b"\n")
        found.add(digest.copy().hexdigest())
    return found
