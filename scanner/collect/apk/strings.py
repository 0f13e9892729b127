"""The texts of a resource table, looked up by number, in the languages that matter here.

Read are string pools and simple values of type chunks, as AOSP libs/androidfw/LoadedArsc.cpp lays
them out; whatever is damaged gives no text. Nothing is built for what nobody asks for.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

MAX_CHUNKS = 200_000
"""Chunks of one table; the largest public apps hold about 20,000."""
MAX_HOPS = 5
"""References from one text to the next."""
MAX_TEXT = 2_000
"""Characters of one text; longer ones are no words on a control."""

_POOL, _TABLE, _PACKAGE, _TYPE = 0x0001, 0x0002, 0x0200, 0x0201
_UTF8 = 0x100
_SPARSE, _SHORT = 0x01, 0x02
_COMPLEX, _COMPACT = 0x0001, 0x0008
_REFERENCE, _STRING, _DYNAMIC = 0x01, 0x03, 0x07
_HEADER = struct.Struct("<2HI")


class Pool:
    """A string pool inside some bytes."""

    def __init__(self, data: bytes, start: int) -> None:
        self.data = data
        _, header, size = _HEADER.unpack_from(data, start)
        count, _, flags, strings = struct.unpack_from("<4I", data, start + 8)
        self.end = min(start + size, len(data))
        self.offsets = start + header
        self.strings = start + strings
        self.count = min(count, max(0, (self.end - self.offsets) // 4))
        self.utf8 = bool(flags & _UTF8)

    def text(self, index: int) -> str:
        """Give a text; the empty one where there is none or it is damaged."""
        if not 0 <= index < self.count:
            return ""
        (offset,) = struct.unpack_from("<I", self.data, self.offsets + 4 * index)
        at = self.strings + int(offset)
        try:
            return self._utf8(at) if self.utf8 else self._utf16(at)
        except (IndexError, struct.error):
            return ""

    def _utf8(self, at: int) -> str:
        at += 2 if self.data[at] & 0x80 else 1
        length = self.data[at]
        at += 1
        if length & 0x80:
            length = (length & 0x7F) << 8 | self.data[at]
            at += 1
        end = min(at + min(length, 4 * MAX_TEXT), self.end)
        return self.data[at:end].decode("utf-8", "replace")[:MAX_TEXT]

    def _utf16(self, at: int) -> str:
        (length,) = struct.unpack_from("<H", self.data, at)
        at += 2
        if length & 0x8000:
            (low,) = struct.unpack_from("<H", self.data, at)
            length = (length & 0x7FFF) << 16 | low
            at += 2
        end = min(at + 2 * min(length, MAX_TEXT), self.end)
        return self.data[at:end].decode("utf-16-le", "replace")


class _Chunk(NamedTuple):
    start: int
    header: int
    end: int
    flags: int
    rank: int
    """0 for Chinese, 1 for the default, 2 for English."""


class StringTable:
    """A resource table, of which texts are asked."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.whole = False
        """Whether the table could be walked to its end."""
        self.pool: Pool | None = None
        self._chunks: dict[int, list[_Chunk]] = {}
        self._known: OrderedDict[int, tuple[str, ...]] = OrderedDict()
        try:
            self.whole = self._walk()
        except (struct.error, IndexError):
            self.whole = False

    def texts(self, identity: int) -> tuple[str, ...]:
        """Give the texts of a resource: Chinese, default, English, each that differs once."""
        if identity not in self._known:
            try:
                found = [(rank, text) for rank, text in self._texts(identity, MAX_HOPS) if text]
            except (struct.error, IndexError):
                found = []
            self._known[identity] = tuple(dict.fromkeys(text for _, text in sorted(found)))
        return self._known[identity]

    def _walk(self) -> bool:
        kind, header, size = _HEADER.unpack_from(self.data, 0)
        if kind != _TABLE:
            return False
        for kind, start, _, end in _chunks(self.data, header, min(size, len(self.data))):
            if kind == _POOL and self.pool is None:
                self.pool = Pool(self.data, start)
            elif kind == _PACKAGE:
                self._package(start, end)
        return self.pool is not None

    def _package(self, start: int, end: int) -> None:
        _, header, _ = _HEADER.unpack_from(self.data, start)
        (package,) = struct.unpack_from("<I", self.data, start + 8)
        for kind, at, inner, last in _chunks(self.data, start + header, end):
            if kind != _TYPE:
                continue
            number, flags = self.data[at + 8], self.data[at + 9]
            rank = _rank(self.data, at)
            if rank is not None:
                key = (package & 0xFF) << 8 | number
                self._chunks.setdefault(key, []).append(_Chunk(at, inner, last, flags, rank))

    def _texts(self, identity: int, hops: int) -> Iterator[tuple[int, str]]:
        for chunk in self._chunks.get(identity >> 16, ()):
            place = self._entry(chunk, identity & 0xFFFF)
            value = self._value(place, chunk.end) if place is not None else None
            if value is None:
                continue
            kind, data = value
            if kind == _STRING and self.pool is not None:
                yield chunk.rank, self.pool.text(data)
            elif kind in (_REFERENCE, _DYNAMIC) and hops and data:
                yield from self._texts(data, hops - 1)

    def _entry(self, chunk: _Chunk, entry: int) -> int | None:
        """Give where an entry of a type begins."""
        count, first = struct.unpack_from("<2I", self.data, chunk.start + 12)
        table = chunk.start + chunk.header
        offset: int | None = None
        if chunk.flags & _SPARSE:
            for at in range(table, min(table + 4 * count, chunk.end - 3), 4):
                number, quarter = struct.unpack_from("<2H", self.data, at)
                if number == entry:
                    offset = 4 * quarter
                    break
        elif entry < count and chunk.flags & _SHORT:
            (quarter,) = struct.unpack_from("<H", self.data, table + 2 * entry)
            offset = None if quarter == 0xFFFF else 4 * quarter
        elif entry < count:
            (there,) = struct.unpack_from("<I", self.data, table + 4 * entry)
            offset = None if there == 0xFFFFFFFF else int(there)
        return None if offset is None else chunk.start + int(first) + offset

    def _value(self, place: int, end: int) -> tuple[int, int] | None:
        """Give type and data of a simple value."""
        if place + 8 > end:
            return None
        size, flags = struct.unpack_from("<2H", self.data, place)
        if flags & _COMPACT:
            (data,) = struct.unpack_from("<I", self.data, place + 4)
            return flags >> 8, int(data)
        if flags & _COMPLEX or place + size + 8 > end:
            return None
        _, _, kind, data = struct.unpack_from("<H2BI", self.data, place + size)
        return int(kind), int(data)


def _chunks(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Give kind, place, length of header and end of each chunk; stops where one is damaged."""
    for _ in range(MAX_CHUNKS):
        if start + _HEADER.size > end:
            return
        kind, header, size = _HEADER.unpack_from(data, start)
        if header < _HEADER.size or size < header or start + size > end:
            return
        yield kind, start, header, start + size
        start += size


def _rank(data: bytes, at: int) -> int | None:
    """Tell whether the texts of a type are in a language that is read, and which comes first."""
    language = data[at + 28 : at + 30]
    return {b"zh": 0, b"\0\0": 1, b"en": 2}.get(bytes(language))
