"""The file that a live capture writes: a record a line, each chained to all before it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, Literal, NamedTuple

import msgspec

from scanner.chain import FIRST, RECORD_AT, chained
from scanner.exchange import Exchange, Passage
from scanner.facts import Phase

SCHEMA = "mingjian/capture/1"
"""Version of the form of the file; another one is refused."""
LONGEST_LINE = 160 << 20
"""Bytes of one line at most: two bodies of the longest kept, as base64, and what goes with them."""


class Begin(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="begin"):
    """How the capture was made; always the first record."""

    schema: str = SCHEMA
    """Version of the form."""
    started: str
    """When it began (ISO 8601 with offset)."""
    mode: Literal["regular", "wireguard", "upstream"]
    """How the traffic reached the proxy."""
    tools: tuple[tuple[str, str], ...] = ()
    """Programs that took part, each with its version."""
    certificate: str | None = None
    """SHA-256 (hex) of the certificate authority with which connections were opened."""
    listens: tuple[tuple[str, int], ...] = ()
    """Addresses and ports at which the proxy could be reached; none where nobody wrote them."""


class Caught(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="exchange"):
    """A request with its answer, as it came."""

    exchange: Exchange
    """The exchange; its place is that of the line."""


class Passed(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="passage"):
    """A connection that could not be looked into."""

    passage: Passage
    """The connection; its place is that of the line."""


class Mark(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="mark"):
    """From this moment on the subject was in another phase."""

    time: str
    """When the auditor said so (ISO 8601 with offset)."""
    phase: Phase
    """The phase that begins."""


class End(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="end"):
    """The capture was ended in order; always the last record."""

    time: str
    """When (ISO 8601 with offset)."""
    records: int
    """How many records stand before this one."""
    dropped: int = 0
    """Exchanges that could not be kept."""


Record = Begin | Caught | Passed | Mark | End


class Line(NamedTuple):
    """A record with its place."""

    number: int
    """Line, counted from 1."""
    offset: int
    """Byte at which the line begins."""
    record: Record
    """What it says."""


class BadLine(Exception):  # noqa: N818 - it names the state of a line
    """A line from which on the file cannot be relied on."""

    def __init__(self, number: int, offset: int, why: Literal["cut", "chain", "form"]) -> None:
        super().__init__(f"line {number}: {why}")
        self.number = number
        """Line, counted from 1."""
        self.offset = offset
        """Byte at which it begins."""
        self.why = why
        """cut: the file breaks off in it, or it is too long; chain: its digest is not that of what
        stands there; form: it is no record, or stands where it may not."""


class CaptureWriter:
    """Writes a capture, record by record; each is on its way to the disk before the next comes."""

    def __init__(self, stream: BinaryIO, begin: Begin) -> None:
        """Write the first record."""
        self._stream = stream
        self._chain = FIRST
        self._encoder = msgspec.json.Encoder()
        self.records = 0
        """Records written."""
        self.add(begin)

    def add(self, record: Record) -> None:
        """Write a record and chain it.

        Raises OSError where the disk takes no more, and ValueError for a record that is longer than
        what is read again, of which then nothing is written.
        """
        data = self._encoder.encode(record)
        if len(data) >= LONGEST_LINE - RECORD_AT:
            raise ValueError("the record is too long")
        self._chain = chained(self._chain, data)
        self._stream.write(self._chain + b" " + data + b"\n")
        self._stream.flush()
        self.records += 1
        if isinstance(record, Begin | Mark | End):
            os.fsync(self._stream.fileno())

    def end(self, time: str, dropped: int = 0) -> None:
        """Write the last record."""
        self.add(End(time=time, records=self.records, dropped=dropped))


def read_capture(stream: BinaryIO) -> Iterator[Line]:
    """Give each record in turn, after its digest was checked; memory holds one line at a time.

    The first is a Begin. A capture that was ended in order closes with an End. Raises BadLine at
    the first line that cannot be relied on; what was given before it stands.
    """
    decoder = msgspec.json.Decoder(Record)
    chain, number, offset, ended = FIRST, 0, 0, False
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if not line.endswith(b"\n") or len(line) <= RECORD_AT:
            raise BadLine(number, offset, "cut")
        data = memoryview(line)[RECORD_AT:-1]
        chain = chained(chain, data)
        if not line.startswith(chain + b" "):
            raise BadLine(number, offset, "chain")
        try:
            record = decoder.decode(data)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            raise BadLine(number, offset, "form") from None
        if ended or isinstance(record, Begin) != (number == 1) or not _is_of_form(record, number):
            raise BadLine(number, offset, "form")
        yield Line(number, offset, record)
        ended = isinstance(record, End)
        offset += len(line)


def is_capture(begin: bytes) -> bool:
    """Say by its first bytes whether a file is a capture."""
    name = begin[:RECORD_AT]
    return len(name) == RECORD_AT and name[-1:] == b" " and set(name[:-1]) <= _HEX


_HEX = frozenset(b"0123456789abcdef")


def _is_of_form(record: Record, number: int) -> bool:
    if isinstance(record, Begin):
        return record.schema == SCHEMA
    return not isinstance(record, End) or record.records == number - 1
