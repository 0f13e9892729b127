"""The records of a ZIP file: byte sources, the end record, headers, and a walk without directory.

Source: PKWARE APPNOTE.TXT 6.3.10, and AOSP libziparchive for what Android makes of it.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from scanner.errors import NotAuditable

CHUNK = 1 << 16
"""Bytes read at once."""

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
EOCD = struct.Struct("<4s4H2IH")
LOCATOR64 = struct.Struct("<4sIQI")
EOCD64 = struct.Struct("<4sQ2H2I4Q")
LOCAL_MAGIC, CENTRAL_MAGIC, EOCD_MAGIC = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
DESCRIPTOR, ENCRYPTED = 0x0008, 0x0001
U16, U32 = 0xFFFF, 0xFFFFFFFF


class Entry(NamedTuple):
    """One file in the container, as the central directory describes it."""

    name: str
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    offset: int
    raw: bytes
    day: int
    """Day of its last change as MS-DOS writes it: years since 1980, month, day in 7, 4, 5 bits."""


class End(NamedTuple):
    """What the end record says, and where it stands."""

    offset: int
    """Where the central directory begins, as stated."""
    length: int
    """Bytes of the central directory."""
    entries: int
    """Entries in it."""
    end: int
    """Where the end records begin."""
    rest: int
    """Bytes after the end record and its comment."""


class Bytes(Protocol):
    """A source of bytes that can be read at any place."""

    size: int

    def at(self, offset: int, length: int) -> bytes:
        """Give up to `length` bytes from `offset`."""
        ...


class FileBytes:
    """The bytes of a file, read piece by piece."""

    def __init__(self, path: Path, name: str) -> None:
        """Open a file; raises NotAuditable when it is no plain file that can be read."""
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise NotAuditable(
                f"{name} cannot be opened: {error.strerror}",
                hint="check the path and the permission to read it",
            ) from error
        state = os.fstat(self._file)
        self.size = state.st_size
        if not stat.S_ISREG(state.st_mode):
            self.close()
            raise NotAuditable(f"{name} is no file", hint="give the path of an APK file")

    def at(self, offset: int, length: int) -> bytes:
        """Give up to `length` bytes from `offset`; fewer at the end of the file."""
        return os.pread(self._file, length, offset) if 0 <= offset < self.size else b""

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


class MemoryBytes:
    """Bytes that are already in memory, e.g. an APK out of a set."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self.size = len(data)

    def at(self, offset: int, length: int) -> bytes:
        """Give up to `length` bytes from `offset`; fewer at the end."""
        return bytes(self._data[offset : offset + length]) if offset >= 0 else b""


def find_end(source: Bytes) -> End | None:
    """Find the end record from the back, as Android does; null when there is none."""
    tail_start = max(0, source.size - EOCD.size - U16)
    tail = source.at(tail_start, source.size - tail_start)
    found = tail.rfind(EOCD_MAGIC, 0, len(tail) - EOCD.size + len(EOCD_MAGIC))
    if found < 0:
        return None
    end = tail_start + found
    _, _, _, _, count, length, offset, comment = EOCD.unpack_from(tail, found)
    rest = source.size - end - EOCD.size - int(comment)
    if count == U16 or U32 in (length, offset):
        locator = source.at(end - LOCATOR64.size, LOCATOR64.size)
        if len(locator) == LOCATOR64.size and locator[:4] == b"PK\x06\x07":
            record = source.at(LOCATOR64.unpack(locator)[2], EOCD64.size)
            if len(record) == EOCD64.size and record[:4] == b"PK\x06\x06":
                count, length, offset = EOCD64.unpack(record)[7:10]
                end -= LOCATOR64.size
    return End(offset, length, count, end, rest)


def wide_fields(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Replace 32-bit fields that say "see ZIP64" by the wide ones of the extra field 0x0001."""
    place = 0
    while place + 4 <= len(extra) and U32 in (size, packed, offset):
        kind, length = struct.unpack_from("<2H", extra, place)
        if kind == 1:
            count = min(length, len(extra) - place - 4) // 8
            values = list(struct.unpack_from(f"<{count}Q", extra, place + 4))
            size = values.pop(0) if size == U32 and values else size
            packed = values.pop(0) if packed == U32 and values else packed
            offset = values.pop(0) if offset == U32 and values else offset
            break
        place += 4 + int(length)
    return size, packed, offset


def local_entries(source: Bytes) -> Iterator[Entry]:
    """Walk local headers from the start; where a size is missing, search the next header."""
    place = 0
    while True:
        header = source.at(place, LOCAL.size)
        if len(header) < LOCAL.size or header[:4] != LOCAL_MAGIC:
            return
        _, _, flags, method, _, day, crc, packed, size, name_length, extra_length = LOCAL.unpack(
            header
        )
        raw = source.at(place + LOCAL.size, name_length)
        start = place + LOCAL.size + name_length + extra_length
        if flags & DESCRIPTOR and packed == 0:
            after = _next_header(source, start)
            crc, packed, size = _descriptor(source, after)
            if packed != after - start - 16:
                packed, size = after - start, 0
        else:
            after = start + packed
        if after > source.size:
            return
        name = raw.decode("utf-8", "backslashreplace")
        if size or not packed:
            yield Entry(name, method, flags, crc, packed, size, place, raw, day)
        place = after


def _next_header(source: Bytes, start: int) -> int:
    place = start
    while place < source.size:
        window = source.at(place, CHUNK + 3)
        found = window.find(LOCAL_MAGIC)
        if found >= 0:
            return place + found
        place += CHUNK
    return source.size


def _descriptor(source: Bytes, after: int) -> tuple[int, int, int]:
    raw = source.at(after - 16, 16)
    if len(raw) == 16 and raw[:4] == b"PK\x07\x08":
        crc, packed, size = struct.unpack("<3I", raw[4:])
        return crc, packed, size
    return 0, 0, 0
