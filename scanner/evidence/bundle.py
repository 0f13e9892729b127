"""The manifest of a case: a digest for every file, in the form that `sha256sum -c` checks."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Literal, NamedTuple

from scanner.errors import EvidenceError, MingjianError, UsageError
from scanner.evidence.vault import open_plain, tidy

MANIFEST = "manifest-sha256.txt"
"""Name of the manifest in the case folder."""

LIMIT = 64 * 1024**2
"""Length of a manifest at most, in bytes: some 500,000 files, far above any case."""

_LINE = re.compile(rb"(\\?)([0-9a-f]{64}) [ *](.+)")
# How GNU sha256sum writes the bytes that would break its lines.
_ESCAPES = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r"}
_PLAIN = {escape: byte for byte, escape in _ESCAPES.items()}


class Discrepancy(NamedTuple):
    """One file that is not as the manifest says."""

    path: str
    """Path inside the case folder."""
    what: Literal["altered", "missing", "added"]
    """altered: other bytes, or no plain file; missing: listed, not there; added: not listed."""

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def write_manifest(case: Path) -> None:
    """List the SHA-256 of every file of the case, sorted by path, so that anyone can check it.

    The manifest takes the place of an older one in one step. Raises EvidenceError when the case
    holds anything but plain files and folders, for which no digest can vouch.
    """
    lines = []
    for name, plain in sorted(_walk(case).items()):
        if not plain:
            raise EvidenceError(
                f"{_shown(name)} is no plain file",
                hint="a case holds files and folders only; remove the link or special file",
            )
        lines.append(_line(name, _digest(case, name)))
    part = case / f".{secrets.token_hex(8)}.part"
    try:
        part.write_bytes(b"".join(lines))
        part.replace(case / MANIFEST)
    except OSError as error:
        raise UsageError(
            f"{MANIFEST} cannot be written: {error.strerror}",
            hint="check the free space and your permission to write into the case folder",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def verify(case: Path) -> tuple[Discrepancy, ...]:
    """Name every file of the case that was altered, is missing, or was added.

    Symbolic links are never followed. Raises EvidenceError when the manifest itself is missing or
    is not in the format of sha256sum.
    """
    listed = _read_manifest(case)
    present = _walk(case)
    found = [Discrepancy(_shown(name), "missing") for name in listed.keys() - present.keys()]
    found += [Discrepancy(_shown(name), "added") for name in present.keys() - listed.keys()]
    for name in listed.keys() & present.keys():
        if not present[name] or _digest(case, name) != listed[name]:
            found.append(Discrepancy(_shown(name), "altered"))
    return tuple(sorted(found))


def listed(case: Path) -> dict[str, str]:
    """Give the digests that the manifest lists, by path. Raises EvidenceError as verify does."""
    return {_shown(name): digest for name, digest in _read_manifest(case).items()}


def _walk(case: Path) -> dict[bytes, bool]:
    """Find every entry of the case except folders and the manifest: True for a plain file."""
    root = os.fsencode(case)
    found: dict[bytes, bool] = {}
    folders = [b""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as entries:  # noqa: PTH118 - bytes
                for entry in entries:
                    name = folder + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(name + b"/")
                    else:
                        found[name] = stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
        except OSError as error:
            raise UsageError(
                f"{tidy(str(case))} cannot be read: {error.strerror}",
                hint="give the path of a case folder that you may read",
            ) from error
    found.pop(os.fsencode(MANIFEST), None)
    return found


def _digest(case: Path, name: bytes) -> str:
    with open_plain(case / os.fsdecode(name)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _line(name: bytes, digest: str) -> bytes:
    escaped = re.sub(rb"[\\\n\r]", lambda match: _ESCAPES[match[0]], name)
    mark = b"\\" if escaped != name else b""
    return mark + digest.encode() + b"  " + escaped + b"\n"


def _read_manifest(case: Path) -> dict[bytes, str]:
    try:
        with open_plain(case / MANIFEST) as file:
            data = file.read(LIMIT + 1)
    except (MingjianError, OSError) as error:
        raise EvidenceError(
            f"the case cannot be verified: {error}",
            hint=f"a case that Mingjian wrote holds {MANIFEST}; get the whole folder",
        ) from error
    if len(data) > LIMIT:
        raise _malformed(0)
    listed: dict[bytes, str] = {}
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise _malformed(number)
        mark, digest, name = match.groups()
        if mark:
            name = re.sub(rb"\\[\\nr]", lambda escape: _PLAIN[escape[0]], name)
        if name in listed:
            raise _malformed(number)
        listed[name] = digest.decode()
    if not data.endswith(b"\n"):
        raise _malformed(len(listed) + 1)
    return listed


def _malformed(line: int) -> EvidenceError:
    return EvidenceError(
        f"{MANIFEST}:{line}: not a line of sha256sum, or a path listed twice",
        hint="the manifest was altered after it was written; compare it with the sealed copy",
    )


def _shown(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")
