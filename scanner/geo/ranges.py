"""Ranges of addresses with their countries: the compact form in which a database ships.

A file is two lines of text, a magic word and a header in JSON, and then one compressed block
for IPv4 and one for IPv6. A block holds the starts of the ranges as distances from one to the
next, byte by byte in planes (like bytes lie together, which compresses well), then one byte per
range that says which country, 0 for none. IPv6 is kept by the top 64 bits of its addresses.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

MAGIC = b"mingjian address ranges 1\n"
MAX_HEADER = 8192
"""Bytes of a header at most; ours have some 1,300."""
MAX_RANGES = 4_000_000
"""Ranges of one family at most, ten times what the databases hold today."""

Basis = Literal["location", "registry"]
Runs = Sequence[tuple[int, str | None]]
"""Starts of ranges in rising order, the first at 0, each with what holds up to the next start."""


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person must know of a database, before it is believed."""

    name: str
    """What the database is called."""
    built: str
    """Day on which its maker built it, ISO date."""
    licence: str
    """Licence under which it may be handed on, as an SPDX word."""
    credit: str
    """Whom the licence wants to be named; empty where nobody."""
    package: str
    """Package that it came in."""
    version: str
    """Version of that package."""
    basis: Basis
    """What its answers rest on."""
    original_sha256: str
    """SHA-256 (hex) of the file that it was converted from."""
    countries: str
    """Country codes in the order of their numbers, two letters each, from number 1."""
    ranges: tuple[int, int]
    """How many ranges of IPv4 and of IPv6."""
    blocks: tuple[int, int]
    """Length of the two compressed blocks in bytes."""
    blocks_sha256: str
    """SHA-256 (hex) of the two blocks together."""


class Starts(NamedTuple):
    """The ranges of one family, ready to be searched."""

    starts: memoryview
    """First address of each range."""
    countries: memoryview
    """Number of each range's country."""


class Ranges:
    """One database in the compact form; a family is unpacked when it is first asked for."""

    def __init__(self, data: bytes) -> None:
        """Take the bytes of a file; raises ValueError where they are no such file."""
        end = data.find(b"\n", len(MAGIC), len(MAGIC) + MAX_HEADER)
        if not data.startswith(MAGIC) or end < 0:
            raise ValueError("no file of address ranges")
        try:
            self.header = msgspec.json.decode(data[len(MAGIC) : end], type=Header)
        except msgspec.MsgspecError as error:
            raise ValueError(f"header of address ranges: {error}") from error
        first, second = self.header.blocks
        body = memoryview(data)[end + 1 :]
        if min(self.header.blocks) < 0 or len(body) != first + second:
            raise ValueError("address ranges are cut short or run on")
        if hashlib.sha256(body).hexdigest() != self.header.blocks_sha256:
            raise ValueError("address ranges are damaged: digest")
        if not all(1 <= count <= MAX_RANGES for count in self.header.ranges):
            raise ValueError("too few or too many address ranges")
        if not re.fullmatch(r"([A-Z]{2}){0,255}", self.header.countries):
            raise ValueError("header of address ranges: countries")
        self._blocks = (body[:first], body[first:])
        codes = self.header.countries
        self._countries = (None, *(codes[at : at + 2] for at in range(0, len(codes), 2)))

    def country(self, version: int, number: int) -> str | None:
        """Say what the database has for an address of IP version 4 or 6, given as a number."""
        if version == 4:
            family = self._four
        else:
            family, number = self._six, number >> 64
        at = bisect_right(family.starts, number) - 1
        return self._countries[family.countries[at]]

    @cached_property
    def _four(self) -> Starts:
        return self._unpack(0, 4)

    @cached_property
    def _six(self) -> Starts:
        return self._unpack(1, 8)

    def _unpack(self, family: int, width: int) -> Starts:
        """Unpack a block of starts of so many bytes; raises ValueError where it is damaged."""
        import numpy as np  # noqa: PLC0415

        count = self.header.ranges[family]
        size = count * (width + 1)
        try:
            # One byte more than wanted, so that a block that goes on is told from one that ends.
            plain = zlib.decompressobj().decompress(self._blocks[family], size + 1)
        except zlib.error as error:
            raise ValueError(f"address ranges are damaged: {error}") from error
        if len(plain) != size:
            raise ValueError("address ranges are damaged: length")
        planes = np.frombuffer(plain, np.uint8, count * width).reshape(width, count)
        steps = np.ascontiguousarray(planes.T).view(f"<u{width}").ravel()
        starts = np.cumsum(steps, dtype=steps.dtype)
        countries = np.frombuffer(plain, np.uint8, count, count * width)
        if starts[0] != 0 or (starts[1:] <= starts[:-1]).any():
            raise ValueError("address ranges are damaged: order")
        if int(countries.max()) >= len(self._countries):
            raise ValueError("address ranges are damaged: countries")
        return Starts(starts.astype(starts.dtype.newbyteorder("=")).data, countries.data)


def merged(runs: Runs) -> list[tuple[int, str | None]]:
    """Join neighbouring ranges of one country."""
    joined: list[tuple[int, str | None]] = []
    for start, country in runs:
        if not joined or joined[-1][1] != country:
            joined.append((start, country))
    return joined


def packed(header: Header, four: Runs, six: Runs) -> bytes:
    """Write a database in the compact form; counts and countries of the header are filled in.

    `six` has the top 64 bits of its addresses.
    """
    families = (merged(four), merged(six))
    codes = sorted({code for runs in families for _, code in runs if code is not None})
    numbers: dict[str | None, int] = {None: 0} | {code: at for at, code in enumerate(codes, 1)}
    blocks = tuple(
        _block(runs, numbers, width) for runs, width in zip(families, (4, 8), strict=True)
    )
    whole = msgspec.structs.replace(
        header,
        countries="".join(codes),
        ranges=(len(families[0]), len(families[1])),
        blocks=(len(blocks[0]), len(blocks[1])),
        blocks_sha256=hashlib.sha256(blocks[0] + blocks[1]).hexdigest(),
    )
    return MAGIC + msgspec.json.encode(whole) + b"\n" + blocks[0] + blocks[1]


def _block(runs: Runs, numbers: dict[str | None, int], width: int) -> bytes:
    import numpy as np  # noqa: PLC0415

    starts = np.array([start for start, _ in runs], dtype=f"<u{width}")
    steps = np.diff(starts, prepend=starts.dtype.type(0))
    planes = np.ascontiguousarray(steps.view(np.uint8).reshape(len(runs), width).T)
    countries = bytes(numbers[code] for _, code in runs)
    return zlib.compress(planes.tobytes() + countries, 9)
