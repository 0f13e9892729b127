"""The seal of a case: its lists of digests and, where it is asked for, a signature and a stamp.

Three layers, each of which any machine can check: the manifests list every file; the signature is
over the manifest of SHA-256, and the stamp over the signature (over the manifest where nobody
signed); the list of the seal comes last and names all of these.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from scanner.errors import EvidenceError, MingjianError, UsageError
from scanner.evidence import certificates, checking, cms, signing, stamping
from scanner.evidence.bundle import names_of, plain_files, whole
from scanner.evidence.checking import (
    AUTHORITY,
    CHECKING,
    EARLIER,
    SIGNATURE,
    SIGNER,
    TOKEN,
    Planned,
)
from scanner.evidence.digests import Pair, of_bytes, of_files
from scanner.evidence.lists import LIMIT, MANIFEST, SEAL, SM3_MANIFEST, listed, written
from scanner.evidence.vault import open_plain
from scanner.model import Clock

SEALED = (MANIFEST, SM3_MANIFEST, SIGNATURE, SIGNER, TOKEN, AUTHORITY)
"""What the list of the seal names, where it is there."""
OUTSIDE = (MANIFEST, SIGNATURE, SIGNER, TOKEN, AUTHORITY, SEAL)
"""Files that the manifest cannot list, since they are made after it."""
MOST_SEALS = 9_999
_EVIDENCE = "evidence/"
_KEPT = (_EVIDENCE.encode(), b"seals/")
"""Folders whose files never change: their digests are taken over from the list before."""


def _silent(_: str) -> None:
    pass


class Sealing(NamedTuple):
    """How a person wants a case to be sealed, beyond its lists of digests."""

    now: stamping.Now
    """The clock of this machine."""
    key: Path | None = None
    """A key that signs: PEM or PKCS #12."""
    certificate: Path | None = None
    """The certificate of that key, or of the command's."""
    passphrase: Callable[[], bytes | None] = lambda: None
    """How the passphrase of a locked key is got; None where there is none."""
    self_made: bool = False
    """Sign by a key that is made for this one seal."""
    command: str | None = None
    """A command that signs."""
    tsa: str | None = None
    """Address of a time-stamping authority."""
    tsa_trust: tuple[Path, ...] = ()
    """Certificates of which one must vouch for it."""
    allow_private: bool = False
    """Whether it may stand at a private address."""
    tell: Callable[[str], None] = _silent
    """How a person hears of what could not be checked."""


class Ready(NamedTuple):
    """A seal whose key was read and whose authority answered, so that little can still fail."""

    sealing: Sealing
    signer: signing.Signer | None
    roots: tuple[bytes, ...]
    clock: Clock | None
    """How this machine's clock stands to the authority's, where there is one."""
    details: dict[str, str]
    """What the custody log is to hold of it."""


def prepared(sealing: Sealing, before: bytes) -> Ready:
    """Read the key, and compare this machine's clock with the authority's, before anything is done.

    The comparison costs a stamp of its own, over the bytes of the manifest before: the stamp of
    the seal itself comes too late to stand in the log that it seals. Raises UsageError where the
    wish cannot be met; nothing was changed then.
    """
    given = (sealing.key is not None, sealing.self_made, sealing.command is not None)
    if sum(given) > 1:
        hint = "one of --sign-key, --self-signed, --sign-with"
        raise UsageError("only one can sign", hint=hint)
    signer = signer_of(sealing)
    roots = [each for path in sealing.tsa_trust for each in certificates.read(path, "--tsa-trust")]
    details: dict[str, str] = {}
    if signer is not None:
        details["signature"] = signer.kind
    clock = None
    if sealing.tsa is not None:
        details["stamp"] = stamping.host_of(sealing.tsa)
        clock = _stamped(sealing, sealing.tsa, before or b"\n", roots).clock
    return Ready(sealing, signer, tuple(roots), clock, details)


def signer_of(sealing: Sealing) -> signing.Signer | None:
    """Give who signs, if anybody does; raises UsageError where that key cannot be used."""
    now = sealing.now()
    if sealing.key is not None:
        return signing.from_files(sealing.key, sealing.certificate, sealing.passphrase, now)
    if sealing.command is not None:
        return signing.from_command(sealing.command, sealing.certificate)
    return signing.self_made(now) if sealing.self_made else None


def _stamped(sealing: Sealing, url: str, data: bytes, roots: Sequence[bytes]) -> stamping.Answer:
    return stamping.stamp(
        url, data, now=sealing.now, roots=roots, allow_private=sealing.allow_private
    )


def seal(
    case: Path,
    files: Mapping[str, bytes],
    ready: Ready | None = None,
    *,
    gone: Iterable[str] = (),
) -> None:
    """Put files into a case, take `gone` out of it for good, and seal it anew, in one step: the
    old case stands, or the new one. Evidence comes under the name of its digest.

    A signature or stamp that this supersedes moves into a folder under seals/, with the lists that
    it is over. Raises UsageError where it cannot be signed, stamped or written, EvidenceError when
    the case holds anything but plain files.
    """
    for name, data in files.items():
        kept = name == f"{_EVIDENCE}{hashlib.sha256(data).hexdigest()}"
        if not kept and (not name or name.startswith(".") or "/" in name or name in OUTSIDE):
            raise ValueError(f"not the name of a file that is put into a case: {name!r}")
    away = names_of(gone)
    present = plain_files(case) - away
    earlier = _superseded(case, present)
    new = {**files, **earlier}
    planned = Planned(
        signed=ready.signer.kind if ready and ready.signer else None,
        stamped=ready is not None and ready.sealing.tsa is not None,
        earlier=bool(earlier) or any(name.startswith(b"seals/") for name in present),
    )
    new[CHECKING] = checking.page(planned)
    digests = _digests(case, present - names_of([*OUTSIDE, SM3_MANIFEST, *new]))
    digests |= {os.fsencode(name): of_bytes(data) for name, data in new.items()}
    second = written({name: pair.sm3 for name, pair in digests.items()})
    first = {name: pair.sha256 for name, pair in digests.items()}
    first[SM3_MANIFEST.encode()] = hashlib.sha256(second).hexdigest()
    manifest = written(first)
    if len(manifest) > LIMIT:
        said = f"{MANIFEST} would be longer than {LIMIT} bytes"
        raise UsageError(said, hint="audit fewer sources in one case")
    over = {MANIFEST: manifest, SM3_MANIFEST: second, **_vouched(manifest, ready)}
    over[SEAL] = written(
        {os.fsencode(name): hashlib.sha256(data).hexdigest() for name, data in over.items()}
    )
    taken = [name for name in OUTSIDE if name not in over and os.fsencode(name) in present]
    _commit(case, {**new, **over}, [*taken, *map(os.fsdecode, sorted(away))])


def _superseded(case: Path, present: set[bytes]) -> dict[str, bytes]:
    """Give the files of a seal that was signed or stamped, under the names that they will have."""
    if not present & names_of([SIGNATURE, TOKEN]):
        return {}
    numbers = {name.split(b"/")[1] for name in present if name.startswith(b"seals/")}
    number = max((int(each) for each in numbers if each.isdigit() and len(each) == 4), default=0)
    if number >= MOST_SEALS:
        raise UsageError(f"it bears {number} seals already", hint="scan again into a new case")
    held = [name for name in (*OUTSIDE, SM3_MANIFEST) if os.fsencode(name) in present]
    return {f"{EARLIER}/{number + 1:04}/{name}": _bytes(case / name) for name in held}


def _bytes(path: Path) -> bytes:
    with open_plain(path) as file:
        data = file.read(LIMIT + 1)
    if len(data) > LIMIT:
        said = f"{path.name} is longer than {LIMIT} bytes"
        raise EvidenceError(said, hint="restore the case from its sealed copy")
    return data


def _digests(case: Path, names: set[bytes]) -> dict[bytes, Pair]:
    """Give the digests of files that stay.

    What never changes keeps the digest that it had: were it read anew, a byte that changed since
    it was checked would be sealed as if it had always been so.
    """
    known: dict[bytes, Pair] = {}
    with contextlib.suppress(MingjianError, OSError):
        first, wrong = listed(_bytes(case / MANIFEST))
        second, odd = listed(_bytes(case / SM3_MANIFEST))
        if wrong is None and odd is None:
            same = {name for name in names & first.keys() & second.keys() if name.startswith(_KEPT)}
            known = {name: Pair(first[name], second[name]) for name in same}
    return known | whole(of_files(case, names - known.keys()))


def _vouched(manifest: bytes, ready: Ready | None) -> dict[str, bytes]:
    """Sign the manifest and have it stamped, as was asked for, and check both at once."""
    made: dict[str, bytes] = {}
    if ready is None:
        return made
    over = manifest
    if ready.signer is not None:
        over = made[SIGNATURE] = ready.signer.sign(manifest)
        result = cms.checked(over, manifest, ready.signer.known)
        if result.standing == "fails":
            said = f"the signature does not fit what was signed: {result.why.en}"
            raise UsageError(said, hint="see that the command signs all of its input, detached")
        if result.standing == "unverified":
            ready.sealing.tell(f"the signature could not be verified here: {result.why.en}")
        first = [] if result.certificate is None else [result.certificate]
        chain = dict.fromkeys([*first, *ready.signer.known, *result.certificates])
        if not chain:
            hint = "have the command put it in, or name it: --sign-cert FILE"
            raise UsageError("the signature holds no certificate of its signer", hint=hint)
        made[SIGNER] = certificates.armoured(list(chain))
    if ready.sealing.tsa is not None:
        answer = _stamped(ready.sealing, ready.sealing.tsa, over, ready.roots)
        if answer.stamped.standing == "unverified":
            why = answer.stamped.why.en
            ready.sealing.tell(f"the time stamp could not be verified here: {why}")
        made[TOKEN] = answer.response
        chain = dict.fromkeys([*stamping.certificates_of(answer.stamped), *ready.roots])
        if not chain:
            said = f"--tsa {stamping.host_of(ready.sealing.tsa)}: its answer holds no certificate"
            raise UsageError(said, hint="name it: --tsa-trust CERT")
        made[AUTHORITY] = certificates.armoured(list(chain))
    return made


def _commit(case: Path, files: Mapping[str, bytes], gone: Iterable[str]) -> None:
    """Write files and take others away; when anything goes wrong, all is as it was before."""
    token = secrets.token_hex(8)
    parts = {name: case / f".{token}-{number}.part" for number, name in enumerate(files)}
    plan = case / f".{token}.plan"
    made = {(case / name).parent for name in files if not (case / name).parent.is_dir()}
    try:
        for name, part in parts.items():
            part.write_bytes(files[name])
            if name.startswith(_EVIDENCE):
                part.chmod(0o444)  # as the vault keeps it
        for folder in made:
            folder.mkdir(parents=True)
        wanted = [*parts.items(), *((name, None) for name in gone)]
        steps = [
            _Step(name, part is not None, os.path.lexists(case / name)) for name, part in wanted
        ]
        _settled(plan, msgspec.json.encode(steps))
        old = _exchange(case, wanted, token)
        plan.unlink()
    except BaseException as error:
        plan.unlink(missing_ok=True)
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
                folder.parent.rmdir()
        if isinstance(error, OSError):
            raise UsageError(
                f"{case.name} cannot be written: {error.strerror}",
                hint="check the free space and your permission to write there",
            ) from error
        raise
    finally:
        _clear([*parts.values()])
    _clear(old)


def _exchange(case: Path, wanted: Sequence[tuple[str, Path | None]], token: str) -> list[Path]:
    """Put new files in the places of old ones, and give where the old ones stand now."""
    undo: list[tuple[Path, Path, Path | None]] = []
    try:
        for number, (name, part) in enumerate(wanted):
            place, aside = case / name, case / f".{token}-{number}.old"
            undo.append((place, aside, part))
            if os.path.lexists(place):
                place.rename(aside)
            if part is not None:
                part.rename(place)
    except BaseException:
        for place, aside, part in reversed(undo):
            if os.path.lexists(aside):
                aside.replace(place)
            elif part is not None and not os.path.lexists(part):
                place.unlink(missing_ok=True)
        raise
    return [aside for _, aside, _ in undo if os.path.lexists(aside)]


class _Step(NamedTuple):
    """One file of a change: whether one comes in its place, and whether one stood there."""

    name: str
    comes: bool
    stood: bool


def _settled(path: Path, data: bytes) -> None:
    """Write a file that stands on the disk before anything else is done."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def recover(case: Path) -> None:
    """Put a case back as it was that a call was changing when it was killed.

    A plan that is still there says which files were being exchanged: each goes back. Without one
    the change was complete, and only what it left behind is cleared away. Nobody else may be
    changing the case meanwhile.
    """
    left = [path for path in case.iterdir() if _LEFT.fullmatch(path.name)]
    for plan in (path for path in left if path.suffix == ".plan"):
        token = plan.name[1:17]
        for number, step in reversed(list(enumerate(_planned(plan)))):
            aside = case / f".{token}-{number}.old"
            if not _ours(case, step.name):
                continue
            if os.path.lexists(aside):
                aside.replace(case / step.name)
            elif step.comes and not step.stood and not _waits(case, token, number):
                (case / step.name).unlink(missing_ok=True)
        plan.unlink()
    _clear([path for path in left if path.suffix != ".plan" and os.path.lexists(path)])


def left_behind(name: str) -> bool:
    """Say whether a name is that of a file which a call leaves behind that is killed."""
    return _LEFT.fullmatch(name) is not None


_LEFT = re.compile(r"\.[0-9a-f]{16}(?:\.plan|-[0-9]{1,7}\.(?:part|old))")
_OURS = re.compile(
    r"[A-Za-z0-9][\w.-]{0,80}|evidence/[0-9a-f]{64}|seals/[0-9]{4}/[\w.-]{1,80}", re.A
)


def _waits(case: Path, token: str, number: int) -> bool:
    return os.path.lexists(case / f".{token}-{number}.part")


def _ours(case: Path, name: str) -> bool:
    """Say whether a plan may name this: a file of a case, in no folder that leads elsewhere."""
    folder = (case / name).parent
    return _OURS.fullmatch(name) is not None and folder.is_dir() and not folder.is_symlink()


def _planned(plan: Path) -> list[_Step]:
    """Read a plan; one that was not written to its end was not begun either."""
    try:
        with open_plain(plan) as file:
            return msgspec.json.decode(file.read(LIMIT), type=list[_Step])
    except (MingjianError, OSError, msgspec.MsgspecError, ValueError):
        return []


def _clear(paths: Sequence[Path]) -> None:
    """Take files away, all of them even where a signal comes in between."""
    try:
        for path in paths:
            path.unlink(missing_ok=True)
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise
