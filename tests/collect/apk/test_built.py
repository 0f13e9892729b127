"""The day of a build, against containers that Python's zipfile wrote."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import pytest

from scanner.collect.apk.built import built_day
from scanner.collect.apk.container import Container
from scanner.collect.apk.records import MemoryBytes
from scanner.facts import AppManifest
from tests.collect.apk.forge import apk, look_at

TODAY = datetime.date(2026, 3, 1)
Day = tuple[int, int, int]


def zipped(*days: Day) -> bytes:
    """Write a container with one file for each day."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as box:
        for number, day in enumerate(days):
            box.writestr(zipfile.ZipInfo(f"file{number}", (*day, 12, 30, 10)), b"x" * 40)
    return written.getvalue()


def built(data: bytes) -> str | None:
    return built_day(Container(MemoryBytes(data), "app.apk"), TODAY)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([(2024, 5, 31), (2024, 6, 2), (2023, 12, 31)], "2024-06-02"),
        ([(1980, 1, 1), (2017, 2, 21)], "2017-02-21"),
        ([(1981, 1, 1), (1980, 2, 1)], None),
        ([(2008, 8, 31)], None),
        ([(2008, 9, 1)], "2008-09-01"),
        ([(2026, 3, 2)], "2026-03-02"),
        ([(2026, 3, 3), (2025, 11, 9)], "2025-11-09"),
        ([(2107, 12, 31)], None),
        ([(2009, 1, 1), (2010, 1, 1)], None),
        ([], None),
    ],
)
def test_the_newest_plausible_day_counts(days: list[Day], expected: str | None) -> None:
    assert built(zipped(*days)) == expected


def test_a_day_that_there_is_not_counts_nothing() -> None:
    data = bytearray(zipped((2024, 5, 31)))
    directory = data.rfind(b"PK\1\2")
    data[directory + 14 : directory + 16] = (44 << 9 | 2 << 5 | 30).to_bytes(2, "little")
    assert built(bytes(data)) is None


def test_of_a_container_that_is_cut_off_nobody_knows() -> None:
    data = zipped((2024, 5, 31), (2024, 6, 2))
    assert built(data[: data.rfind(b"PK\1\2")]) is None


def test_the_manifest_bears_the_day_or_says_why_not(tmp_path: Path) -> None:
    data = bytearray(apk())
    seen = look_at(bytes(data), tmp_path)
    assert [one.built for one in seen.of(AppManifest)] == ["2024-06-02"]
    assert not [one for one in seen.unseen if one.field == "built"]

    place = data.find(b"PK\1\2")
    while place >= 0:
        data[place + 14 : place + 16] = bytes(2)
        place = data.find(b"PK\1\2", place + 4)
    again = look_at(bytes(data), tmp_path)
    assert [one.built for one in again.of(AppManifest)] == [None]
    (missing,) = [one for one in again.unseen if one.field == "built"]
    assert (missing.kind, "日期" in missing.reason.zh) == ("app.manifest", True)
