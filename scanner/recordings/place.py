"""One exchange out of a recording, by the place that a fact names, without reading the rest."""

from __future__ import annotations

import codecs
import io
import re

import msgspec

from scanner.capture_file import LONGEST_LINE, Caught, Passed, Record, is_capture
from scanner.chain import RECORD_AT
from scanner.exchange import Exchange, Passage
from scanner.recordings.har import MAX_ENTRY
from scanner.recordings.har_entry import exchange_of
from scanner.recordings.har_form import Unreadable
from scanner.recordings.json_parts import Cut, Text

PLACE = re.compile(r"(entry|line) ([1-9]\d{0,9}), byte (\d{1,15})", re.ASCII)
"""How facts of traffic name their place."""
WINDOW = 1 << 16
"""Bytes read at a time: most entries are no longer."""
_FLOWS = re.compile(rb"\d{1,12}:")
_RECORD = msgspec.json.Decoder(Record)
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def exchange_at(data: bytes, at: str) -> Exchange | Passage | None:
    """Give what stands at a place such as `entry 5, byte 2857` of a recording's bytes.

    None where nothing that can be read begins there. Of a large file only that entry is read.
    """
    place = PLACE.fullmatch(at)
    if place is None or int(place[3]) >= len(data):
        return None
    begin = int(place[3])
    try:
        if is_capture(data[: RECORD_AT + 1]):
            return _captured(data, begin, at)
        if _FLOWS.match(data[:16]):
            return _flow(data, begin, at)
        return _entry(data, begin, at)
    except (Cut, Unreadable, msgspec.MsgspecError, RecursionError, ValueError):
        return None


def _captured(data: bytes, begin: int, at: str) -> Exchange | Passage | None:
    end = data.find(b"\n", begin, begin + LONGEST_LINE)
    starts = begin == 0 or data[begin - 1 : begin] == b"\n"
    if not starts or end < 0 or data[begin + RECORD_AT - 1 : begin + RECORD_AT] != b" ":
        return None
    record = _RECORD.decode(memoryview(data)[begin + RECORD_AT : end])
    if isinstance(record, Caught):
        return msgspec.structs.replace(record.exchange, at=at)
    if isinstance(record, Passed):
        return msgspec.structs.replace(record.passage, at=at)
    return None


def _flow(data: bytes, begin: int, at: str) -> Exchange | Passage | None:
    from scanner.recordings.flows import flow_at  # noqa: PLC0415 - mitmproxy is heavy

    return flow_at(data, begin, at)


def _entry(data: bytes, begin: int, at: str) -> Exchange | None:
    wide = next((codec for mark, codec in _WIDE if data.startswith(mark)), "")
    if not wide and b"\0" in data[:2]:
        wide = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    stream = io.BytesIO(data)  # shares the bytes, however many they are
    stream.seek(begin)
    if wide:
        rest = data[begin : begin + 2 * MAX_ENTRY].decode(wide, "replace")
        stream = io.BytesIO(rest.encode("utf-8", "replace"))
    text = Text(stream, WINDOW)
    if text.peek() != ord("{"):
        return None
    value = text.value(MAX_ENTRY)
    return None if value is None else exchange_of(value, at, {})
