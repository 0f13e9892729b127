"""The ZIP container of an Android package, read as Android reads it and within fixed limits.

The central directory is authoritative. Names are labels and never become paths. What Android
tolerates is tolerated here and reported as a trick; what it refuses is read as far as possible
and reported too, since a file that does not install is still what somebody handed over.
Source: AOSP libziparchive/zip_archive.cc and libs/androidfw/AssetsProvider.cpp (Android 14).
"""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scanner.child import Unreadable
from scanner.collect.apk.records import (
    CENTRAL,
    CENTRAL_MAGIC,
    CHUNK,
    DESCRIPTOR,
    ENCRYPTED,
    LOCAL,
    LOCAL_MAGIC,
    U32,
    Bytes,
    End,
    Entry,
    FileBytes,
    find_end,
    local_entries,
    wide_fields,
)
from scanner.errors import NotAuditable
from scanner.facts import TrickName
from scanner.model import Words

MAX_ENTRIES = 200_000
"""Three times what the classic format can count; the largest public apps hold about 60,000."""
MAX_DIRECTORY_BYTES = 64 << 20
"""200,000 entries of 300 bytes: more is a trap, not a package."""
MAX_TOTAL_BYTES = 2 << 30
"""Inflated bytes that one package may cost in all."""
MAX_RATIO = 250
"""Inflated to packed; text and DEX stay below 30, a run of zeros reaches 1030."""
RATIO_MATTERS_FROM = 8 << 20
"""Below this size a high ratio harms nobody (an icon mask, an empty table)."""
MAX_REPORTS_PER_TRICK = 20
"""Entries named per trick; past that, one report names the container as a whole."""

MANIFEST = "AndroidManifest.xml"
DEX_NAME = re.compile(r"classes\d*\.dex")
_WELL_KNOWN = re.compile(r"(?i)(AndroidManifest\.xml|classes\d*\.dex|resources\.arsc)(/.*)?")


class Trick(NamedTuple):
    """One way in which the container departs from what an honest tool writes."""

    trick: TrickName
    entry: str
    at: str


_CUT = Words(
    zh="容器被截断或没有可读的中央目录，只抢救出部分文件，缺失的部分可能含有任何内容",
    en="the container is cut off or has no readable directory; only part of its files was salvaged,"
    " and what is missing may hold anything",
)
_BROKEN = Words(
    zh="中央目录中途损坏，其后的文件不可见",
    en="the central directory is broken half-way; the files after that place cannot be seen",
)
_DUPLICATE = Words(
    zh="容器中有同名文件，Android 拒绝此类文件；仅查看了每个名称的第一个文件",
    en="several files in the container share a name, which Android refuses; only the first of each"
    " name was looked at",
)


class Container:
    """An open package: its entries by name, its bytes by place, and the tricks met so far.

    Raises NotAuditable when the bytes are no ZIP at all. A ZIP without an end is salvaged from
    its local headers. Where entries may be missing or are ambiguous, `doubt` says why, and absence
    from `entries` says nothing.
    """

    def __init__(self, source: Bytes, name: str) -> None:
        self.source = source
        self.entries: dict[str, Entry] = {}
        self.doubt: Words | None = None
        self.opaque: dict[str, bool] = {}
        """Entries of which somebody found out whether their words show."""
        self.directory_offset = 0
        self._shift = 0
        self._budget = MAX_TOTAL_BYTES
        self._tricks: dict[tuple[str, str], Trick] = {}
        if source.size == 0:
            raise NotAuditable(f"{name} is empty", hint="get the file again; the download failed")
        end = find_end(source)
        try:
            if end is None:
                raise Unreadable("没有中央目录", "there is no central directory")
            self._read_directory(end)
        except Unreadable:
            if source.at(0, 4) != LOCAL_MAGIC:
                raise NotAuditable(
                    f"{name} is no readable ZIP container, so it is no APK",
                    hint="give the APK, XAPK or APKS file as it was downloaded",
                ) from None
            self._salvage()
        self._look_at_names()

    @property
    def tricks(self) -> tuple[Trick, ...]:
        """Everything odd that was met, sorted, with at most 20 entries named per trick."""
        by_trick: dict[TrickName, list[Trick]] = {}
        for found in sorted(self._tricks.values()):
            by_trick.setdefault(found.trick, []).append(found)
        named: list[Trick] = []
        for trick, each in by_trick.items():
            named += each[:MAX_REPORTS_PER_TRICK]
            if len(each) > MAX_REPORTS_PER_TRICK:
                named.append(Trick(trick, "", f"{len(each)} entries"))
        return tuple(named)

    def report(self, trick: TrickName, entry: str = "", at: str = "") -> None:
        """Note a trick; the first place stands for all of the same trick and entry."""
        self._tricks.setdefault((trick, entry), Trick(trick, entry, at or entry or "container"))

    def names(self, pattern: str | re.Pattern[str]) -> list[str]:
        """Give the sorted names that match a pattern from end to end."""
        matcher = re.compile(pattern)
        return sorted(name for name in self.entries if matcher.fullmatch(name))

    def read(self, name: str, limit: int) -> bytes:
        """Give the content of an entry, as Android would see it.

        Unknown methods count as stored, as in Android's asset manager, unless only inflating
        gives the stated checksum. Raises Unreadable over `limit` bytes, over the ratio or the
        total, and where the data are broken.
        """
        entry = self.entries.get(name)
        if entry is None:
            raise Unreadable(f"容器中没有 {name}", f"the container holds no {name}")
        start = self._data_start(entry)
        limit = min(limit, self._budget)
        if entry.method == 8:
            data = self._inflated(entry, start, limit)
        else:
            data = self._stored(entry, start, limit)
        self._budget -= len(data)
        if len(data) != entry.size:
            self.report("wrong-size", name)
        if zlib.crc32(data) != entry.crc:
            self.report("wrong-crc", name)
        return data

    def head(self, name: str, length: int) -> bytes:
        """Give the first bytes of an entry, empty where they are not to be had simply."""
        entry = self.entries[name]
        try:
            raw = self.source.at(self._data_start(entry), min(entry.packed, CHUNK >> 4))
            if entry.method == 8:
                return zlib.decompressobj(-15).decompress(raw, length)
        except (Unreadable, zlib.error):
            return b""
        return raw[:length] if entry.method == 0 else b""

    def _data_start(self, entry: Entry) -> int:
        header = self.source.at(entry.offset, LOCAL.size)
        if len(header) < LOCAL.size or header[:4] != LOCAL_MAGIC:
            self.report("header-mismatch", entry.name)
            raise Unreadable(
                f"{entry.name} 的本地文件头不存在", f"{entry.name} has no local header"
            )
        name_length, extra_length = LOCAL.unpack(header)[9:11]
        return entry.offset + LOCAL.size + int(name_length) + int(extra_length)

    def _inflated(self, entry: Entry, start: int, limit: int) -> bytes:
        if entry.size > limit:
            raise _too_large(entry.name, limit)
        engine = zlib.decompressobj(-15)
        pieces: list[bytes] = []
        total, place, left = 0, start, entry.packed
        try:
            while left > 0 and not engine.eof:
                raw = self.source.at(place, min(CHUNK, left))
                if not raw:
                    break
                place, left = place + len(raw), left - len(raw)
                while raw and total <= limit:
                    pieces.append(engine.decompress(raw, limit + 1 - total))
                    total += len(pieces[-1])
                    raw = engine.unconsumed_tail
                if total > limit:
                    raise _too_large(entry.name, limit)
                if total > RATIO_MATTERS_FROM and total > MAX_RATIO * (place - start):
                    raise Unreadable(
                        f"{entry.name} 的压缩比超过 {MAX_RATIO}:1",
                        f"{entry.name} inflates more than {MAX_RATIO} to 1",
                    )
        except zlib.error as error:
            raise Unreadable(
                f"{entry.name} 的压缩数据已损坏", f"the packed data of {entry.name} are broken"
            ) from error
        if not engine.eof:
            raise Unreadable(f"{entry.name} 的数据不完整", f"the data of {entry.name} end early")
        return b"".join(pieces)

    def _stored(self, entry: Entry, start: int, limit: int) -> bytes:
        if entry.size > limit:
            raise _too_large(entry.name, limit)
        data = self.source.at(start, min(entry.size, max(0, self.source.size - start)))
        if entry.method != 0 and zlib.crc32(data) != entry.crc:
            try:
                inflated = self._inflated(entry, start, limit)
            except Unreadable:
                inflated = b""
            if zlib.crc32(inflated) == entry.crc:
                return inflated
        if len(data) < entry.size:
            raise Unreadable(f"{entry.name} 的数据不完整", f"the data of {entry.name} end early")
        return data

    def _read_directory(self, end: End) -> None:
        offset, length, count = end.offset, end.length, end.entries
        if length > self.source.size:
            raise Unreadable(
                "中央目录的长度超出文件", "the central directory is longer than the file"
            )
        if length > MAX_DIRECTORY_BYTES or count > MAX_ENTRIES:
            raise NotAuditable(
                f"the container lists {count} entries in {length} bytes, over the limit",
                hint=f"the limits are {MAX_ENTRIES} entries and {MAX_DIRECTORY_BYTES} bytes",
            )
        if count and self.source.at(offset, 4) != CENTRAL_MAGIC:
            self._shift = end.end - length - offset
            if self._shift <= 0 or self.source.at(end.end - length, 4) != CENTRAL_MAGIC:
                raise Unreadable("中央目录不在所述位置", "the central directory is not in place")
        if self._shift or (count and self.source.at(0, 4) != LOCAL_MAGIC):
            self.report("prepended-bytes", at="offset 0")
        if end.rest or offset + self._shift + length > end.end:
            self.report("header-mismatch", at="end of central directory")
        self.directory_offset = offset + self._shift
        directory = self.source.at(self.directory_offset, length)
        place = 0
        for _ in range(count):
            place = self._read_record(directory, place)
            if place < 0:
                self.report("header-mismatch", at="central directory")
                self.doubt = _BROKEN
                break
        else:
            if directory[place : place + 4] == CENTRAL_MAGIC:
                self.report("header-mismatch", at="entries past the stated number")
        self._compare_headers()

    def _read_record(self, directory: bytes, place: int) -> int:
        if place + CENTRAL.size > len(directory):
            return -1
        fields = CENTRAL.unpack_from(directory, place)
        if fields[0] != CENTRAL_MAGIC:
            return -1
        flags, method, crc, packed, size = fields[3], fields[4], *fields[7:10]
        name_length, extra_length, comment_length = fields[10:13]
        name_start = place + CENTRAL.size
        raw = directory[name_start : name_start + name_length]
        extra = directory[name_start + name_length : name_start + name_length + extra_length]
        size, packed, offset = wide_fields(extra, size, packed, fields[16])
        name = raw.decode("utf-8", "backslashreplace")
        place_in_file = offset + self._shift
        entry = Entry(name, method, flags, crc, packed, size, place_in_file, raw, fields[6])
        if name in self.entries:
            self.report("duplicate-entry", name)
            self.doubt = self.doubt or _DUPLICATE
        else:
            self.entries[name] = entry
        return int(name_start + name_length + extra_length + comment_length)

    def _compare_headers(self) -> None:
        for entry in self.entries.values():
            header = self.source.at(entry.offset, LOCAL.size + len(entry.raw))
            if len(header) < LOCAL.size + len(entry.raw) or header[:4] != LOCAL_MAGIC:
                self.report("header-mismatch", entry.name)
                continue
            _, _, flags, method, _, _, crc, packed, size, name_length, _ = LOCAL.unpack_from(header)
            if (flags | entry.flags) & ENCRYPTED:
                self.report("encryption-flag", entry.name)
            if entry.method not in (0, 8) or method not in (0, 8):
                self.report("bogus-compression", entry.name)
            stated = (crc, packed, size) == (entry.crc, entry.packed, entry.size)
            wide = U32 in (packed, size)
            if (
                name_length != len(entry.raw)
                or header[LOCAL.size :] != entry.raw
                or (method in (0, 8) and method != entry.method and entry.method in (0, 8))
                or not (stated or wide or flags & DESCRIPTOR)
            ):
                self.report("header-mismatch", entry.name)

    def _look_at_names(self) -> None:
        for entry in self.entries.values():
            if _is_unsafe(entry):
                self.report("unsafe-name", entry.name)
            known = _WELL_KNOWN.fullmatch(entry.name)
            folded = known and (known.group(2) or known.group(1).lower() == MANIFEST.lower())
            if folded and entry.name != MANIFEST:
                self.report("decoy-entry", entry.name)

    def _salvage(self) -> None:
        self.doubt = _CUT
        self.entries.clear()
        self._shift = 0
        self.report("truncated", at="end of file")
        for entry in local_entries(self.source):
            if len(self.entries) >= MAX_ENTRIES:
                break
            self.entries.setdefault(entry.name, entry)


@contextlib.contextmanager
def open_container(path: Path, name: str) -> Iterator[Container]:
    """Open a file as a container for as long as the `with` block lasts; raises NotAuditable.

    `name` is what the file is called in messages.
    """
    source = FileBytes(path, name)
    try:
        yield Container(source, name)
    finally:
        source.close()


def _too_large(name: str, limit: int) -> Unreadable:
    return Unreadable(
        f"{name} 解压后超过 {limit} 字节的上限", f"{name} inflates past the limit of {limit} bytes"
    )


def _is_unsafe(entry: Entry) -> bool:
    name = entry.name
    return (
        name.encode("utf-8", "replace") != entry.raw
        or name.startswith("/")
        or "\\" in name
        or ".." in name.split("/")
        or any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in name)
        or re.match(r"[A-Za-z]:", name) is not None
    )
