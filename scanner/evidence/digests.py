"""Digests of files: SHA-256, and SM3 beside it, in one pass over each file."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Protocol

from scanner.errors import EvidenceError, MingjianError, UsageError
from scanner.evidence.vault import open_plain, tidy

MOST_FILES = 200_000
"""Files and folders of one case at most, our choice: a large case holds some thousand."""
DEEPEST = 32
"""Folders, one in the other, that are looked into; a case needs three."""
MOST_BYTES = 32 << 30
"""Bytes of one case at most: four times what a vault takes in, so that nothing made of holes keeps
a reader busy for days."""
THREADS = 2
"""Files read at once: the digests are computed outside of Python's lock."""
_CHUNK = 1 << 20


class Pair(NamedTuple):
    """The digests of one file, hex; SM3 is empty where it was not wanted."""

    sha256: str
    sm3: str


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class _Sm3:
    """SM3 where Python's own OpenSSL was built without it."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - heavy

        self._hash = hashes.Hash(hashes.SM3())

    def update(self, data: bytes, /) -> None:
        self._hash.update(data)

    def hexdigest(self) -> str:
        return self._hash.finalize().hex()


def _new_sm3() -> _Hash:
    try:
        return hashlib.new("sm3")
    except ValueError:
        return _Sm3()


def sm3(data: bytes) -> str:
    """Give the SM3 of bytes, hex."""
    digest = _new_sm3()
    digest.update(data)
    return digest.hexdigest()


def of_bytes(data: bytes) -> Pair:
    """Give both digests of bytes."""
    return Pair(hashlib.sha256(data).hexdigest(), sm3(data))


def of_file(path: Path, *, with_sm3: bool = True) -> Pair:
    """Give the digests of a file, in one pass and never whole in memory.

    Raises UsageError where it is no plain file, or cannot be read.
    """
    with open_plain(path) as file:
        if not with_sm3:
            return Pair(hashlib.file_digest(file, "sha256").hexdigest(), "")
        plain, second = hashlib.sha256(), _new_sm3()
        while chunk := file.read(_CHUNK):
            plain.update(chunk)
            second.update(chunk)
        return Pair(plain.hexdigest(), second.hexdigest())


def of_files(
    case: Path, names: Iterable[bytes], *, with_sm3: bool = True
) -> dict[bytes, Pair | None]:
    """Give the digests of files of a case by name; None for one that cannot be read."""

    def digests(name: bytes) -> Pair | None:
        try:
            return of_file(case / os.fsdecode(name), with_sm3=with_sm3)
        except (MingjianError, OSError, ValueError):
            return None

    wanted = list(names)
    if len(wanted) < 2:
        return {name: digests(name) for name in wanted}
    with ThreadPoolExecutor(THREADS) as pool:
        return dict(zip(wanted, pool.map(digests, wanted, chunksize=1), strict=True))


def walk(case: Path) -> dict[bytes, bool]:
    """Find every entry of a case except folders: True for a plain file.

    Links are never followed. Raises EvidenceError where it holds more than any case does,
    UsageError where it cannot be read.
    """
    root = os.fsencode(case)
    found: dict[bytes, bool] = {}
    folders = [(b"", 1)]
    seen = size = 0
    while folders:
        folder, depth = folders.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as entries:  # noqa: PTH118 - bytes
                for entry in entries:
                    seen += 1
                    name = folder + entry.name
                    if seen > MOST_FILES or depth > DEEPEST:
                        raise _too_much(f"over {MOST_FILES} entries, or folders {DEEPEST} deep")
                    if entry.is_dir(follow_symlinks=False):
                        folders.append((name + b"/", depth + 1))
                        continue
                    status = entry.stat(follow_symlinks=False)
                    found[name] = stat.S_ISREG(status.st_mode)
                    size += status.st_size
                    if size > MOST_BYTES:
                        raise _too_much(f"over {MOST_BYTES} bytes")
        except OSError as error:
            raise UsageError(
                f"{tidy(str(case))} cannot be read: {error.strerror}",
                hint="give the path of a case folder that you may read",
            ) from error
    return found


def _too_much(what: str) -> EvidenceError:
    hint = "no case of ours does: something was added to it"
    return EvidenceError(f"the folder holds {what}", hint=hint)


def shown(name: bytes | str) -> str:
    """Give a name that a terminal can print on one line; what it would obey becomes escapes."""
    text = name if isinstance(name, str) else name.decode("utf-8", "backslashreplace")
    text = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


_LONGEST = 300
