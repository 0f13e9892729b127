"""A recording as a zip, read within bounds: names are only ever looked up, never used as paths."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from scanner.broken import BAD_ZIP, Broken
from scanner.errors import NotAuditable
from scanner.model import Words

MOST_FILES = 20_000
"""Files of a recording at most: two for each screen of some hours."""
LARGEST = 4 << 20
"""Bytes of one file that is read as a whole: trees and dumps of permissions."""
LARGEST_PICTURE = 8 << 20
"""Bytes of one picture."""
LONGEST_LINE = 1 << 20
"""Bytes of one line; a stack of 10,000 frames has some more."""
LARGEST_PART = 2 << 30
"""Bytes of all lines of one part together."""
MOST_LINES = 2_000_000
"""Lines of one part."""
LISTED = 5
"""Bad lines that are told one by one."""
_CHUNK = 1 << 20
_DEEPEST = 3


class Archive:
    """The files of a recording by name, and what could not be read of them."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises NotAuditable where it is no zip, or holds too many files."""
        self.broken: list[Broken] = []
        try:
            self._zip = zipfile.ZipFile(path)
            members = self._zip.infolist()
        except BAD_ZIP as error:
            said = f"the recording cannot be opened: {error}"
            raise NotAuditable(said, hint="give the folder, or a zip of it") from None
        if len(members) > MOST_FILES:
            said = f"the recording holds {len(members)} files, over the limit of {MOST_FILES}"
            raise NotAuditable(said, hint="leave out what does not belong to it")
        self._members: dict[str, zipfile.ZipInfo] = {}
        top = _top([member.filename for member in members])
        for member in members:
            name = member.filename.removeprefix(top)
            if member.is_dir() or not name:
                continue
            if not _plain(name) or name in self._members:
                reason = Words("文件名不安全或重复，未读取", "its name is unsafe or there twice")
                self._note(name[:80], reason)
                continue
            self._members[name] = member

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._members))

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def size(self, name: str) -> int:
        """Give the length of a file as the zip states it, in bytes; 0 for one that is not there."""
        member = self._members.get(name)
        return 0 if member is None else member.file_size

    def read(self, name: str, most: int = LARGEST) -> bytes | None:
        """Give a file as a whole; None, noted, where it is missing, too large or broken."""
        member = self._members.get(name)
        if member is None:
            self._note(name[:80], Words("文件不存在", "the file is not there"))
            return None
        try:
            with self._zip.open(member) as stream:
                data = stream.read(most + 1)
        except BAD_ZIP:
            self._note(name, Words("文件损坏或加密", "the file is broken or encrypted"))
            return None
        if len(data) > most:
            zh, en = f"文件超过 {most >> 20} MB", f"the file is larger than {most >> 20} MB"
            self._note(name, Words(zh, en))
            return None
        return data

    def chunks(self, name: str, most: int) -> Iterator[bytes]:
        """Give a file in pieces, so that it need not be held as a whole; what is broken ends it."""
        member, total = self._members.get(name), 0
        try:
            if member is not None:
                with self._zip.open(member) as stream:
                    while total < most and (chunk := stream.read(_CHUNK)):
                        total += len(chunk)
                        yield chunk
        except BAD_ZIP:
            self._note(name, Words("文件损坏或加密", "the file is broken or encrypted"))

    def begin(self, name: str, most: int = 65_536) -> bytes:
        """Give the first bytes of a file; none where it cannot be read."""
        member = self._members.get(name)
        try:
            if member is not None:
                with self._zip.open(member) as stream:
                    return stream.read(most)
        except BAD_ZIP:
            pass
        return b""

    def lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Give the lines of a file that are not empty, each with its number from 1.

        Lines that are too long are left out, and noted; so is what lies beyond the bounds.
        """
        member = self._members.get(name)
        if member is None:
            return
        count = 0
        try:
            with self._zip.open(member) as stream:
                for count, line in self._split(name, stream):
                    if line.strip():
                        yield count, line
        except BAD_ZIP:
            reason = Words(f"文件在第 {count} 行之后损坏", f"the file is broken after line {count}")
            self._note(name, reason, rest=True)

    def _split(self, name: str, stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
        rest, number, total, skipping = b"", 0, 0, False
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            *lines, last = chunk.split(b"\n")
            for line in lines:
                number += 1
                whole = rest + line
                rest = b""
                if skipping or len(whole) > LONGEST_LINE:
                    skipping = False
                    self._too_long(name, number)
                else:
                    yield number, whole
            rest += last
            if len(rest) > LONGEST_LINE:
                rest, skipping = b"", True
            if number >= MOST_LINES or total > LARGEST_PART:
                if skipping:
                    self._too_long(name, number + 1)
                reason = Words(
                    f"第 {number} 行之后未读取", f"what follows line {number} was not read"
                )
                self._note(name, reason, rest=True)
                return
        if skipping:
            self._too_long(name, number + 1)
        elif rest:
            yield number + 1, rest

    def _too_long(self, name: str, number: int) -> None:
        zh, en = f"该行超过 {LONGEST_LINE >> 20} MB", f"over {LONGEST_LINE >> 20} MB in one line"
        self.bad(name, number, Words(zh, en))

    def bad(self, name: str, number: int, reason: Words) -> None:
        """Note a line that could not be read."""
        self._note(f"{name} line {number}", reason)

    def _note(self, at: str, reason: Words, *, rest: bool = False) -> None:
        self.broken.append(Broken(at=at, reason=reason, rest=rest))

    def told(self) -> list[Broken]:
        """Give what could not be read: of each kind of reason the first, and how many more."""
        by_reason: dict[tuple[str, Words], list[Broken]] = {}
        for one in self.broken:
            by_reason.setdefault((one.at.partition(" ")[0], one.reason), []).append(one)
        told: list[Broken] = []
        for many in by_reason.values():
            told += many[:LISTED]
            if len(many) > LISTED:
                count = len(many) - LISTED
                more = Words(f"另有 {count} 处同样情形", f"and {count} more like it")
                told.append(Broken(at=many[0].at.partition(" ")[0], reason=more))
        return told


def _top(names: list[str]) -> str:
    """Give the one folder in which everything lies, with its slash; empty where there is none."""
    firsts = {name.partition("/")[0] for name in names}
    below = all("/" in name for name in names)
    return f"{firsts.pop()}/" if len(firsts) == 1 and below else ""


def _plain(name: str) -> bool:
    parts = name.split("/")
    odd = any(part in ("", ".", "..") for part in parts)
    return not odd and len(parts) <= _DEEPEST and "\\" not in name and ":" not in name


def is_recording(stream: BinaryIO) -> bool:
    """Say whether a zip is a recording of a run, by the names in it."""
    from scanner.device_file import PARTS, RUN  # noqa: PLC0415 - asked of every zip

    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()[:MOST_FILES]
    except BAD_ZIP:
        return False
    top = _top(names)
    inner = {name.removeprefix(top) for name in names}
    return "AndroidManifest.xml" not in inner and bool(inner & {RUN, *PARTS})
