"""The file that a capture is written to, as it comes, and what was counted on the way."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import Counter
from pathlib import Path
from typing import BinaryIO, cast

from scanner.capture_file import Begin, CaptureWriter, Caught, Mark, Passed, Record
from scanner.errors import MingjianError, UsageError
from scanner.exchange import address

MOST_COUNTED = 100_000
"""Hosts, and addresses, that are told apart in the counts at most."""


class Counts:
    """What a capture holds, for the person who made it."""

    def __init__(self) -> None:
        self.exchanges = 0
        """Requests with their answers."""
        self.marks = 0
        """Phases marked."""
        self.passages = Counter[str]()
        """Connections not looked into, by kind."""
        self.refused = Counter[str]()
        """Those refused, by host."""
        self.hosts = set[str]()
        """Hosts asked."""
        self.ips = set[str]()
        """Addresses connected to."""

    def see(self, record: Record) -> None:
        """Count one record."""
        ip = None
        if isinstance(record, Caught):
            self.exchanges += 1
            here, ip = address(record.exchange.url), record.exchange.ip
            if here is not None and len(self.hosts) < MOST_COUNTED:
                self.hosts.add(here.host)
        elif isinstance(record, Passed):
            passage, ip = record.passage, record.passage.ip
            self.passages[passage.kind] += 1
            if passage.kind == "refused" and len(self.refused) < MOST_COUNTED:
                self.refused[passage.host] += 1
        elif isinstance(record, Mark):
            self.marks += 1
        if ip and len(self.ips) < MOST_COUNTED:
            self.ips.add(ip)


class Tape:
    """One capture file while it is written; only its owner can read it."""

    def __init__(self, path: Path, *, force: bool) -> None:
        """Take a place for the file; raises UsageError where one is already and `force` is not."""
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
        self._stream = _Digested(os.fdopen(os.open(self.path, flags, 0o600), "wb"))
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
    def sha256(self) -> str:
        """SHA-256 (hex) of all that was written."""
        return self._stream.digest.hexdigest() if self._stream else ""

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._stream.size if self._stream else 0


class _Digested:
    """A file that knows the digest of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0
        self.flush, self.fileno, self.close = file.flush, file.fileno, file.close

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)
