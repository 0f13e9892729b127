"""The folder of a recording while it is written: each line goes to the disk as it comes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from scanner.device_file import RUN, SCHEMA, Run
from scanner.errors import UsageError
from scanner.evidence.bundle import write_manifest
from scanner.new_file import outside

MOST_LINES = 2_000_000
"""Lines of one part at most; a busy hour of hooks has some 100,000."""
MOST_FILES = 20_000
"""Trees and pictures that are kept at most: more than five hours, one each second."""
MOST_KEPT = 4 << 30
"""Bytes of trees and pictures that are kept at most."""


class Folder:
    """A recording that is being written, from any thread."""

    def __init__(self, path: Path) -> None:
        """Make the folder; raises UsageError where something is there already."""
        outside(path)
        if os.path.lexists(path) and (path.is_symlink() or not path.is_dir()):
            raise UsageError(f"{path} is no folder", hint="name a folder that is not there yet")
        if path.is_dir() and any(path.iterdir()):
            hint = "name another folder: a recording is never written over"
            raise UsageError(f"{path} is there already, and not empty", hint=hint)
        self._ours = not path.is_dir()
        path.mkdir(mode=0o700, exist_ok=True)
        self.path = path
        self.began = False
        """Whether run.yaml stands, so that there is a recording."""
        self.full = False
        """Whether something could not be kept because of a bound."""
        self._lock = threading.Lock()
        self._parts: dict[str, BinaryIO] = {}
        self._lines: dict[str, int] = {}
        self._named: dict[str, str] = {}
        self._kept = 0
        self._closed = False

    def begin(self, part: str) -> None:
        """Make a part even if no line comes: that it was looked for is worth telling."""
        with self._lock:
            self._part(part)

    def add(self, part: str, line: msgspec.Struct) -> None:
        """Write a line of a part, at once; after the end nothing is taken any more."""
        data = msgspec.json.encode(line) + b"\n"
        with self._lock:
            if self._closed:
                return
            stream, count = self._part(part), self._lines.get(part, 0)
            if count >= MOST_LINES:
                self.full = True
                return
            stream.write(data)
            self._lines[part] = count + 1

    def count(self, part: str) -> int:
        """Give how many lines of a part were written."""
        return self._lines.get(part, 0)

    def keep(self, folder: str, suffix: str, data: bytes) -> str | None:
        """Keep bytes in a file of our own naming, the same ones once; null when there is no room.

        Gives the name inside the recording.
        """
        digest = f"{hashlib.sha256(data).hexdigest()}{suffix}"
        with self._lock:
            if digest in self._named or self._closed:
                return self._named.get(digest)
            if len(self._named) >= MOST_FILES or self._kept + len(data) > MOST_KEPT:
                self.full = True
                return None
            (self.path / folder).mkdir(mode=0o700, exist_ok=True)
            name = f"{folder}/{len(self._named) + 1:05d}{suffix}"
            (self.path / name).write_bytes(data)
            self._named[digest] = name
            self._kept += len(data)
            return name

    def tell(self, run: Run) -> None:
        """Write run.yaml anew, in one step."""
        import yaml  # noqa: PLC0415 - only here

        told: dict[str, Any] = {"schema": SCHEMA, **msgspec.to_builtins(run)}
        part = self.path / f".{RUN}.part"
        part.write_text(
            yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=1000), "utf-8"
        )
        part.replace(self.path / RUN)
        self.began = True

    def discard(self) -> None:
        """Take away what was written before the recording began."""
        self.close()
        for part in self._parts:
            (self.path / part).unlink(missing_ok=True)
        if self._ours:
            with contextlib.suppress(OSError):
                self.path.rmdir()

    def close(self) -> None:
        """Take no more lines."""
        with self._lock:
            self._closed = True
            for stream in self._parts.values():
                with contextlib.suppress(OSError):
                    stream.close()

    def seal(self) -> None:
        """End it with the digest of every file: what has no such list was interrupted."""
        self.close()
        write_manifest(self.path)

    def _part(self, part: str) -> BinaryIO:
        if part not in self._parts:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            descriptor = os.open(self.path / part, flags, 0o600)
            self._parts[part] = os.fdopen(descriptor, "wb", buffering=0)
        return self._parts[part]
