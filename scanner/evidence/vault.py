"""The vault: every byte that a fact stands on, kept once under its own SHA-256."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

import msgspec

from scanner.errors import EvidenceError, MingjianError, NotAuditable, UsageError
from scanner.model import Evidence

LIMIT = 8 * 1024**3
"""Bytes kept for one case at most (8 GiB, our choice): room for a large game with its captures and
videos, while a file made to fill the disk is refused before a byte of it is copied."""

_CHUNK = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Vault:
    """Keeps raw bytes unaltered, each under its own digest, so that anyone can check them."""

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        """Keep into a folder (made when missing), at most `limit` bytes in all."""
        self._folder = folder
        self._limit = limit
        self._kept: dict[str, Evidence] = {}
        self._size = 0
        with _writing():
            folder.mkdir(exist_ok=True)

    def keep(
        self, data: bytes, *, name: str, media_type: str, readable: str | None = None
    ) -> Evidence:
        """Keep bytes; bytes that are kept already stay as they are, with their first name.

        `readable` is the digest of kept bytes that show the same to a person.
        Raises NotAuditable over the limit, UsageError where the folder cannot be written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in self._kept:
            self._admit(len(data), name)
            with self._incoming() as (part, file), _writing():
                file.write(data)
                file.close()
                self._settle(part, sha256)
        return self._enter(sha256, name, media_type, len(data), readable)

    def keep_file(self, path: Path, *, name: str, media_type: str) -> Evidence:
        """Keep the bytes of a file, in one pass and never whole in memory.

        Raises UsageError when it is no readable plain file, NotAuditable over the limit.
        """
        with open_plain(path, follow=True) as source, self._incoming() as (part, file):
            self._admit(os.fstat(source.fileno()).st_size, name)
            digest, size = hashlib.sha256(), 0
            while chunk := _read(source, path):
                size += len(chunk)
                self._admit(size, name)
                digest.update(chunk)
                with _writing():
                    file.write(chunk)
            sha256 = digest.hexdigest()
            with _writing():
                file.close()
                if sha256 not in self._kept:
                    self._settle(part, sha256)
        return self._enter(sha256, name, media_type, size, None)

    def path(self, sha256: str) -> Path:
        """Give the path under which the bytes of a digest lie, or would lie.

        Raises EvidenceError when it is not 64 lower-case hex digits.
        """
        if not _DIGEST.fullmatch(sha256):
            raise EvidenceError(
                f"{sha256[:80]!r} is not a SHA-256",
                hint="evidence is named by 64 lower-case hexadecimal digits",
            )
        return self._folder / sha256

    def open(self, sha256: str) -> bytes:
        """Give the kept bytes of a digest, after computing the digest again.

        Raises EvidenceError when they are missing or are not the bytes that were kept.
        """
        path = self.path(sha256)
        hint = "the case was altered after it was written; compare it with the sealed copy"
        try:
            with open_plain(path) as file:
                data = file.read()
        except (UsageError, OSError) as error:
            raise EvidenceError(f"evidence {sha256} is missing: {error}", hint=hint) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise EvidenceError(f"evidence {sha256} was altered", hint=hint)
        return data

    def entry(self, sha256: str) -> Evidence:
        """Give the entry of kept bytes."""
        return self._kept[sha256]

    def entries(self) -> tuple[Evidence, ...]:
        """Give what this vault was handed to keep, sorted by digest."""
        return tuple(self._kept[sha256] for sha256 in sorted(self._kept))

    def _admit(self, size: int, name: str) -> None:
        if self._size + size > self._limit:
            raise NotAuditable(
                f"{tidy(name)[:80]!r} would bring this case over {self._limit} bytes of evidence",
                hint="audit fewer or smaller sources in one case",
            )

    @contextlib.contextmanager
    def _incoming(self) -> Iterator[tuple[Path, BinaryIO]]:
        part = self._folder / f".{secrets.token_hex(8)}.part"
        with _writing():
            file = part.open("xb")
        try:
            yield part, file
        finally:
            file.close()
            part.unlink(missing_ok=True)

    def _settle(self, part: Path, sha256: str) -> None:
        # Read-only, so that no editor saves over evidence that somebody opened to look at it.
        part.chmod(0o444)
        part.replace(self.path(sha256))

    def _enter(
        self, sha256: str, name: str, media_type: str, size: int, readable: str | None
    ) -> Evidence:
        entry = self._kept.get(sha256)
        if entry is None:
            self._size += size
            entry = Evidence(
                sha256=sha256, name=tidy(name), media_type=media_type, size=size, readable=readable
            )
        elif entry.readable is None and readable is not None:
            entry = msgspec.structs.replace(entry, readable=readable)
        self._kept[sha256] = entry
        return entry


def open_plain(path: Path, *, follow: bool = False) -> BufferedReader:
    """Open a plain file for reading, so that no pipe or device can block us.

    A symbolic link is refused unless `follow`: a person may name one, a case never holds one.
    Raises UsageError when it is no plain file, or cannot be read.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError(f"{tidy(path.name)} is not a plain file", hint="give the path of a file")
    return os.fdopen(descriptor, "rb")


def tidy(name: str) -> str:
    """Give a name that can stand in JSON: bytes that are no UTF-8 become \\udc.. escapes."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _read(file: BinaryIO, path: Path) -> bytes:
    try:
        return file.read(_CHUNK)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{tidy(path.name)} cannot be read: {error.strerror}",
        hint="check the path and your permission to read it",
    )


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except MingjianError:
        raise
    except OSError as error:
        raise UsageError(
            f"the evidence cannot be written: {error.strerror}",
            hint="check the free space and your permission to write at the output folder",
        ) from error
