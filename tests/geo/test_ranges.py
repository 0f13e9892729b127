"""The compact form: what is written is what is read, and nothing else is read."""

from __future__ import annotations

import hashlib
import time
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scanner.geo
from scanner.geo.ranges import MAGIC, MAX_HEADER, Header, Ranges, merged, packed

HEADER = Header(
    name="made",
    built="2026-06-17",
    licence="CC0-1.0",
    credit="",
    package="none",
    version="1",
    basis="registry",
    original_sha256="0" * 64,
    countries="",
    ranges=(0, 0),
    blocks=(0, 0),
    blocks_sha256="",
)
CODES = st.sampled_from([None, "CN", "HK", "US", "ZW"])


def runs(bits: int) -> st.SearchStrategy[list[tuple[int, str | None]]]:
    numbers = st.integers(1, 2**bits - 1) | st.integers(1, 40)
    rows = st.lists(st.tuples(numbers, CODES), max_size=30, unique_by=lambda row: row[0])
    return st.tuples(CODES, rows).map(lambda two: [(0, two[0]), *sorted(two[1])])


def naive(table: list[tuple[int, str | None]], number: int) -> str | None:
    found = None
    for start, country in table:
        if start <= number:
            found = country
    return found


@given(runs(32), runs(64), st.data())
def test_every_address_gets_the_country_of_its_range(
    four: list[tuple[int, str | None]], six: list[tuple[int, str | None]], data: st.DataObject
) -> None:
    ranges = Ranges(packed(HEADER, four, six))
    edges4 = [start + step for start, _ in four for step in (-1, 0, 1) if start + step >= 0]
    edges6 = [start + step for start, _ in six for step in (-1, 0, 1) if start + step >= 0]
    near4 = st.sampled_from(edges4).filter(lambda number: number < 2**32)
    near6 = st.sampled_from(edges6).filter(lambda number: number < 2**64)
    for _ in range(10):
        number = data.draw(near4 | st.integers(0, 2**32 - 1))
        assert ranges.country(4, number) == naive(four, number)
        top, low = (
            data.draw(near6 | st.integers(0, 2**64 - 1)),
            data.draw(st.integers(0, 2**64 - 1)),
        )
        assert ranges.country(6, top << 64 | low) == naive(six, top)


@given(runs(32))
def test_joined_ranges_say_the_same_and_no_two_neighbours_are_alike(
    four: list[tuple[int, str | None]],
) -> None:
    joined = merged(four)
    assert all(one[1] != two[1] for one, two in pairwise(joined))
    assert all(naive(joined, start) == country for start, country in four)


def test_the_header_says_what_it_was_told_and_counts() -> None:
    data = packed(HEADER, [(0, None), (5, "US"), (9, "US")], [(0, "CN")])
    header = Ranges(data).header
    assert (header.name, header.licence, header.built) == ("made", "CC0-1.0", "2026-06-17")
    assert (header.countries, header.ranges) == ("CNUS", (2, 1))


GOOD = packed(HEADER, [(0, None), (5, "US")], [(0, "CN")])
LINE = GOOD.index(b"\n", len(MAGIC))


def signed(body: bytes) -> bytes:
    """A file with this body, whose header knows it."""
    header = msgspec.structs.replace(
        Ranges(GOOD).header,
        blocks=(len(body), 0),
        blocks_sha256=hashlib.sha256(body).hexdigest(),
    )
    return MAGIC + msgspec.json.encode(header) + b"\n" + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\3\4",
        MAGIC,
        MAGIC + b"{}\n",
        MAGIC + b"x" * MAX_HEADER + GOOD[len(MAGIC) :],
        GOOD[:-1],
        GOOD + b"\0",
        GOOD[:-1] + bytes([GOOD[-1] ^ 1]),
        GOOD[: LINE + 1] + bytes(len(GOOD) - LINE - 1),
        GOOD.replace(b'"ranges":[2,1]', b'"ranges":[0,1]'),
        GOOD.replace(b'"ranges":[2,1]', b'"ranges":[2,99999999]'),
        GOOD.replace(b'"CNUS"', b'"CNU"'),
        GOOD.replace(b'"registry"', b'"hearsay"'),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"range|header"):
        Ranges(data)


@pytest.mark.parametrize(
    "data",
    [
        signed(b"no block"),
        GOOD.replace(b'"ranges":[2,1]', b'"ranges":[3,1]'),
        GOOD.replace(b'"ranges":[2,1]', b'"ranges":[1,1]'),
        GOOD.replace(b'"CNUS"', b'"CN"'),
    ],
)
def test_a_damaged_block_is_refused_when_it_is_read(data: bytes) -> None:
    ranges = Ranges(data)
    with pytest.raises(ValueError, match="damaged"):
        ranges.country(4, 7)


def test_ranges_out_of_order_are_refused() -> None:
    ranges = Ranges(packed(HEADER, [(0, None), (9, "US"), (5, "CN")], [(0, "CN")]))
    with pytest.raises(ValueError, match="order"):
        ranges.country(4, 7)


SHIPPED = sorted(Path(scanner.geo.__file__).parent.glob("*.ranges"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_files_are_small_whole_and_read_at_once(path: Path) -> None:
    data = path.read_bytes()
    assert len(data) < 3_000_000
    ranges = Ranges(data)
    ranges.country(4, 1)  # NumPy is imported by the first.
    ranges = Ranges(data)
    began = time.process_time()
    assert ranges.country(4, 0x08080808) == "US"
    assert ranges.country(6, 0x240E << 112) == "CN"
    # Some 15 ms on a machine of 2 cores; ten times that is a fault, not a busy machine.
    assert time.process_time() - began < 0.15
    assert len(ranges.header.original_sha256) == 64
