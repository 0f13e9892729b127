from __future__ import annotations

import struct
from pathlib import Path

import pytest

from scanner.collect.apk.container import Container
from scanner.collect.apk.records import FileBytes, MemoryBytes, find_end, wide_fields
from scanner.errors import NotAuditable
from tests.collect.apk.forge import File, container


def test_the_last_end_record_counts() -> None:
    one = container([File("a", b"x")])
    two = container([File("b", b"x")])
    end = find_end(MemoryBytes(one + two))
    assert end is not None
    assert end.end == len(one) + len(two) - 22
    assert end.entries == 1


def test_bytes_after_the_end_record_are_counted() -> None:
    end = find_end(MemoryBytes(container([File("a", b"x")]) + b"12345"))
    assert end is not None
    assert end.rest == 5


def test_zip64_end_records_are_followed() -> None:
    data = container([File("a", b"x")])
    end = find_end(MemoryBytes(data))
    assert end is not None
    record = b"PK\6\6" + struct.pack("<Q2H2I4Q", 44, 45, 45, 0, 0, 1, 1, end.length, end.offset)
    locator = b"PK\6\7" + struct.pack("<IQI", 0, end.end, 1)
    tail = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    wide = data[: end.end] + record + locator + tail
    assert Container(MemoryBytes(wide), "wide").read("a", 10) == b"x"


def test_wide_fields_come_from_the_extra_field() -> None:
    extra = struct.pack("<2HB", 0x7075, 1, 0) + struct.pack("<2H2Q", 1, 16, 5 << 32, 6 << 32)
    assert wide_fields(extra, 0xFFFFFFFF, 0xFFFFFFFF, 9) == (5 << 32, 6 << 32, 9)
    assert wide_fields(b"\1\0\xff\xff", 0xFFFFFFFF, 2, 3) == (0xFFFFFFFF, 2, 3)


@pytest.mark.parametrize("what", ["missing", "folder"])
def test_only_plain_files_are_opened(tmp_path: Path, what: str) -> None:
    path = tmp_path / "missing" if what == "missing" else tmp_path
    with pytest.raises(NotAuditable):
        FileBytes(path, "name")


def test_bytes_are_read_by_place(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    source = FileBytes(path, "file")
    memory = MemoryBytes(b"0123456789")
    for offset, length in ((0, 3), (8, 9), (20, 1), (-1, 1)):
        assert source.at(offset, length) == memory.at(offset, length)
    source.close()
