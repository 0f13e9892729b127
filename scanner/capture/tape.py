"""The file that a capture is written to, as it comes, and what was counted on the way."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from collections import Counter
from pathlib import Path
from typing import BinaryIO, cast

from scanner.capture.recorder import STOPPED
from scanner.capture_file import Begin, CaptureWriter, Caught, Passed, Record
from scanner.errors import MingjianError, UsageError
from scanner.exchange import Exchange, address
from scanner.new_file import outside

MOST_COUNTED = 100_000
"""Hosts, and addresses, that are told apart in the counts at most."""


class Counts:
    """What a capture holds, for the person who made it."""

    def __init__(self) -> None:
        self.exchanges = 0
        """Requests with their answers."""
        self.passages = Counter[str]()
        """Connections not looked into, by kind."""
        self.refused = Counter[str]()
        """Those refused, by host."""
        self.failed = Counter[tuple[str, str]]()
        """Requests that failed, by host and reason."""
        self.hosts = set[str]()
        """Hosts asked."""
        self.answered = set[str]()
        """Those of them that answered through TLS, so that their certificate was accepted."""
        self.ips = set[str]()
        """Addresses connected to."""

    def see(self, record: Record) -> None:
        """Count one record."""
        ip = None
        if isinstance(record, Caught):
            self.exchanges += 1
            one, ip = record.exchange, record.exchange.ip
            here, error = address(one.url), failure(one)
            if here is not None and len(self.hosts) < MOST_COUNTED:
                self.hosts.add(here.host)
                if here.secure and one.method != "CONNECT":
                    self.answered.add(here.host)
            if error and len(self.failed) < MOST_COUNTED:
                self.failed[here.host if here else "?", error] += 1
        elif isinstance(record, Passed):
            passage, ip = record.passage, record.passage.ip
            self.passages[passage.kind] += 1
            if passage.kind == "refused" and len(self.refused) < MOST_COUNTED:
                self.refused[passage.host] += 1
        if ip and len(self.ips) < MOST_COUNTED:
            self.ips.add(ip)


def failure(one: Exchange) -> str:
    """Say why a request failed; empty for one that was answered, or that the end cut short."""
    return "" if one.status or one.error == STOPPED else one.error or ""


class Tape:
    """One capture file while it is written; only its owner can read it."""

    def __init__(self, path: Path, *, force: bool) -> None:
        """Take a place for the file; raises UsageError where one is already and `force` is not."""
        outside(path)
        if os.path.lexists(path) and not force:
            raise UsageError(f"{path} is there already", hint="name another file, or add --force")
        if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
            raise UsageError(f"{path} is no plain file", hint="name another file")
        if not path.absolute().parent.is_dir():
            raise UsageError(f"{path.parent} is no folder", hint="make it first")
        self.path = path
        self._force = force
        self.counts = Counts()
        self.failure: MingjianError | None = None
        """Why nothing more could be written."""
        self._stream: _Digested | None = None
        self._writer: CaptureWriter | None = None
        self._early: list[Record] = []
        self._closed = False

    def begin(self, begin: Begin) -> None:
        """Make the file, with its first record; raises OSError where that cannot be."""
        if self._force:
            self.path.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._stream = _Digested(os.fdopen(os.open(self.path, flags, 0o600), "wb", buffering=0))
        self._writer = CaptureWriter(cast(BinaryIO, self._stream), begin)
        early, self._early = self._early, []
        for record in early:
            self.add(record)

    def add(self, record: Record) -> bool:
        """Write a record; False where it could not be kept, with the reason in `failure`."""
        if self._closed or self.failure is not None:
            return False
        if self._writer is None:
            self._early.append(record)
            return True
        try:
            self._writer.add(record)
        except OSError as error:
            said = error.strerror or str(error)
            hint = "what was written before stands; make room and begin a new capture"
            self.failure = MingjianError(f"{self.path}: {said}", hint=hint)
            return False
        self.counts.see(record)
        return True

    def end(self, time: str, dropped: int) -> None:
        """Write the last record and close the file; after that nothing is taken any more."""
        if self._writer is not None and self._stream is not None and not self._closed:
            if self.failure is None:
                try:
                    self._writer.end(time, dropped)
                except OSError as error:
                    said = error.strerror or str(error)
                    hint = "what was written before stands; it only lacks its end"
                    self.failure = MingjianError(f"{self.path}: {said}", hint=hint)
            with contextlib.suppress(OSError):
                self._stream.close()
        self._closed = True

    @property
    def began(self) -> bool:
        """Whether the file was made."""
        return self._writer is not None

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of all that was written."""
        return self._stream.digest.hexdigest() if self._stream else ""

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._stream.size if self._stream else 0


class _Digested:
    """A file that knows the digest of what was written to it, to the last byte that went in."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0
        self.flush, self.fileno, self.close = file.flush, file.fileno, file.close

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        while rest:
            written = self._file.write(rest)
            self.digest.update(rest[:written])
            self.size += written
            rest = rest[written:]
        return len(data)
