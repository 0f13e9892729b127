"""Whether a case is as it was sealed: every file, every list, every signature and stamp, offline.

A folder that somebody hands in is hostile: nothing in it is followed, run, or believed, and its
size is bounded. What was checked and does not fit is wrong; what cannot be checked here is said to
be so, and is never called right.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from scanner.errors import EvidenceError, MingjianError
from scanner.evidence import certificates, cms, stamping
from scanner.evidence.checking import EARLIER, SIGNATURE, SIGNER, TOKEN
from scanner.evidence.cms import Standing
from scanner.evidence.digests import of_files, shown, walk
from scanner.evidence.lists import LIMIT, MANIFEST, SEAL, SM3_MANIFEST, listed
from scanner.evidence.sealing import OUTSIDE, SEALED
from scanner.evidence.vault import open_plain
from scanner.model import Words

EVIDENCE = b"evidence/"
FACTS = b"facts.jsonl"
CUSTODY = "custody.jsonl"
_SEALS = re.compile(rb"seals/([0-9]{4})/([a-z0-9.-]+)")

What = Literal["altered", "missing", "added", "unproven"]
"""altered: other bytes, or no plain file; missing: listed, not there; added: not listed; unproven:
nothing is known to be altered, but what the caller demands is not shown."""


class Discrepancy(NamedTuple):
    """One file that is not as it was sealed."""

    path: str
    """Path inside the case folder; what a terminal would obey stands there as escapes."""
    what: What
    why: str = ""
    """What more is known."""

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" + (f" ({self.why})" if self.why else "")


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature over a manifest, as far as it could be checked."""

    standing: Standing
    """holds: it fits the manifest and the certificate; fails; unverified: it could not be checked
    here."""
    why: Words
    """Why not, where it does not hold."""
    subject: str
    """Whom the certificate names; anybody may write any name into one."""
    sha256: str
    """SHA-256 of the certificate (DER), empty where none was found."""
    self_made: bool
    """The certificate vouches for itself, so that it identifies nobody."""
    trusted: bool | None
    """Whether it leads to a certificate that the reader trusts; null where none was named."""
    distrust: Words | None = None
    """Why it does not."""
    signed_at: str | None = None
    """When, as the signer's own clock said."""


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """A time stamp, as far as it could be checked."""

    standing: Standing
    """As of a signature."""
    why: Words
    """Why not, where it does not hold."""
    over: Literal["signature", "manifest"]
    """What it is over."""
    at: str | None
    """The authority's time (ISO 8601)."""
    within_s: float
    """How far that may be off, as the authority says, in seconds."""
    authority: str
    """Whom the authority's certificate names."""
    sha256: str
    """SHA-256 of that certificate (DER), empty where none was found."""
    trusted: bool | None
    """Whether it leads to a certificate that the reader trusts; null where none was named."""
    distrust: Words | None = None
    """Why it does not."""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """One seal of a case: the one that holds, or one that was superseded."""

    folder: str
    """Where it stands inside the case; empty for the one that holds."""
    manifest: str
    """SHA-256 of its manifest."""
    signature: Signature | None
    """Who signed it; null where nobody did."""
    stamp: Stamp | None
    """When it was stamped; null where it was not."""


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


class Reader(NamedTuple):
    """Whom a reader trusts, and what the reader knows of a case from its custody log."""

    trust: Sequence[bytes] = ()
    """Certificates (DER) of which one must vouch for the signer."""
    tsa_trust: Sequence[bytes] = ()
    """Certificates (DER) of which one must vouch for the time-stamping authority."""
    now: datetime.datetime = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    """The moment at which a signer's certificate has to be valid where no trusted stamp gives one;
    it matters where somebody is trusted, and only there."""
    sm3: bool = False
    """Whether to compute SM3 beside SHA-256."""
    custody: bytes = b""
    """The custody log."""
    removed: frozenset[str] = frozenset()
    """SHA-256 of evidence that an act took out, as that log says."""
    promised: frozenset[str] = frozenset()
    """Files that the last act says it made, such as a signature."""
    seals: int | None = None
    """How many signed or stamped seals that log tells of; None where it tells nothing."""


def verify(case: Path, reader: Reader) -> Verified:
    """Check a case: every file, then what the seal says.

    Raises EvidenceError where there is no manifest to check it by, UsageError where it cannot be
    read.
    """
    present = walk(case)
    opened = _opened(case)
    data = opened(MANIFEST)
    if data is None:
        raise EvidenceError(
            f"the case cannot be verified: {MANIFEST} is missing, or no plain file",
            hint=f"a case that Mingjian wrote holds {MANIFEST}; get the whole folder",
        )
    manifest, line = listed(data)
    wrong = _against_manifest(case, present, manifest)
    off = None if line is None else f"line {line} is not in the form in which it was written"
    second = _against_sm3(case, manifest, opened, reader)
    wrong += _against_seal(present, manifest, opened, off, bool(wrong or second))
    if (first := next((each for each in wrong if each.path == MANIFEST), None)) is not None:
        # What a list that was itself altered says of other files proves nothing against them.
        doubt = f"by {MANIFEST}, which was itself altered"
        wrong = [each if each is first or each.why else each._replace(why=doubt) for each in wrong]
    wrong += second
    top, more = _seal_in(opened, "", reader, demanded=True)
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


_Open = Callable[[str], bytes | None]


def _opened(case: Path) -> _Open:
    """Give a way to read files of a case: None for what is missing, too long, or no plain file."""

    def opened(name: str) -> bytes | None:
        try:
            with open_plain(case / name) as file:
                data = file.read(LIMIT + 1)
        except (MingjianError, OSError, ValueError):
            return None
        return data if len(data) <= LIMIT else None

    return opened


def _against_manifest(
    case: Path, present: dict[bytes, bool], manifest: dict[bytes, str]
) -> list[Discrepancy]:
    inside = {name for name in present if os.fsdecode(name) not in OUTSIDE}
    found = [Discrepancy(shown(name), "missing") for name in manifest.keys() - inside]
    found += [Discrepancy(shown(name), "added") for name in inside - manifest.keys()]
    both = manifest.keys() & inside
    plain = sorted(name for name in both if present[name])
    found += [Discrepancy(shown(name), "altered", "no plain file") for name in both - {*plain}]
    for name, pair in of_files(case, plain, with_sm3=False).items():
        if pair is None:
            found.append(Discrepancy(shown(name), "altered", "it cannot be read"))
        elif pair.sha256 != manifest[name]:
            found.append(Discrepancy(shown(name), "altered"))
    return found


def _against_seal(
    present: dict[bytes, bool],
    manifest: dict[bytes, str],
    opened: _Open,
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
    case: Path, manifest: dict[bytes, str], opened: _Open, reader: Reader
) -> list[Discrepancy]:
    """Check that the list of SM3 names the same files and, where wanted, each of its digests."""
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
    if reader.sm3:
        digests = of_files(case, sorted(second.keys() & manifest.keys()))
        found += [
            Discrepancy(shown(name), "altered", "its SM3 differs")
            for name, pair in digests.items()
            if pair is not None and pair.sm3 != second[name]
        ]
    return found


def _seal_in(
    opened: _Open, folder: str, reader: Reader, *, demanded: bool
) -> tuple[Seal, list[Discrepancy]]:
    """Read one seal: who signed it, and when it was stamped.

    What is `demanded` is that those whom the reader trusts vouch for it.
    """
    manifest = opened(f"{folder}{MANIFEST}") or b""
    signed, token = opened(f"{folder}{SIGNATURE}"), opened(f"{folder}{TOKEN}")
    stamp, when = None, None
    if token is not None:
        over = manifest if signed is None else signed
        roots = reader.tsa_trust
        result = stamping.checked(token, over, roots)
        stamp = _stamp(result, roots, "manifest" if signed is None else "signature")
        sure = stamp.standing == "holds" and stamp.trusted
        when = result.at if sure else None
    signature = None
    if signed is not None:
        known = certificates.in_pem(opened(f"{folder}{SIGNER}") or b"")
        checked = cms.checked(signed, manifest, known)
        signature = _signature(checked, known, reader.trust, when or reader.now)
    seal = Seal(
        folder=folder.rstrip("/"),
        manifest=hashlib.sha256(manifest).hexdigest(),
        signature=signature,
        stamp=stamp,
    )
    wrong = _fails(signature, f"{folder}{SIGNATURE}") + _fails(stamp, f"{folder}{TOKEN}")
    if demanded and not wrong:
        wrong += _unshown(signature, reader.trust, SIGNATURE, "--trust")
        wrong += _unshown(stamp, reader.tsa_trust, TOKEN, "--tsa-trust")
    return seal, wrong


def _fails(one: Signature | Stamp | None, name: str) -> list[Discrepancy]:
    if one is None or one.standing != "fails":
        return []
    return [Discrepancy(name, "altered", one.why.en)]


def _unshown(
    one: Signature | Stamp | None, roots: Sequence[bytes], name: str, option: str
) -> list[Discrepancy]:
    """Say that somebody whom the reader trusts is not shown to stand behind the seal."""
    if not roots:
        return []
    if one is None:
        return [Discrepancy(name, "unproven", f"{option} asks for it, and this seal has none")]
    if one.standing == "unverified":
        return [Discrepancy(name, "unproven", f"it could not be verified here: {one.why.en}")]
    if one.distrust is not None:
        return [Discrepancy(name, "unproven", f"{option}: {one.distrust.en}")]
    return []


def _signature(
    checked: cms.Checked, known: Sequence[bytes], roots: Sequence[bytes], at: datetime.datetime
) -> Signature:
    certificate = checked.certificate
    distrust = None
    if roots:
        distrust = Words("未附签名者证书", "the certificate of the signer is not there")
        if certificate is not None:
            others = [*known, *checked.certificates]
            distrust = certificates.untrusted(certificate, others, roots, at)
    holds = checked.standing == "holds"
    return Signature(
        standing=checked.standing,
        why=checked.why,
        subject="" if certificate is None else certificates.subject(certificate),
        sha256="" if certificate is None else hashlib.sha256(certificate).hexdigest(),
        self_made=certificate is not None and certificates.self_made(certificate),
        trusted=None if not roots else holds and distrust is None,
        distrust=distrust,
        signed_at=checked.signed_at,
    )


def _stamp(
    result: stamping.Stamped, roots: Sequence[bytes], over: Literal["signature", "manifest"]
) -> Stamp:
    certificate = result.certificate
    holds = result.standing == "holds"
    return Stamp(
        standing=result.standing,
        why=result.why,
        over=over,
        at=None if result.at is None else result.at.isoformat(),
        within_s=result.within_s,
        authority="" if certificate is None else certificates.subject(certificate),
        sha256="" if certificate is None else hashlib.sha256(certificate).hexdigest(),
        trusted=None if not roots else holds and result.untrusted is None,
        distrust=result.untrusted,
    )


def _earlier(
    present: dict[bytes, bool], manifest: dict[bytes, str], opened: _Open, reader: Reader
) -> tuple[tuple[Seal, ...], list[Discrepancy]]:
    """Read the seals that were superseded, and hold them against what the case is today."""
    numbers = sorted({found[1] for name in present if (found := _SEALS.fullmatch(name))})
    seals: list[Seal] = []
    wrong: list[Discrepancy] = []
    logs = _logs(reader.custody)
    for number in numbers:
        folder = f"{EARLIER}/{number.decode()}/"
        seal, more = _seal_in(opened, folder, reader, demanded=False)
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
