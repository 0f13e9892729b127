"""HAR files, whoever wrote them, entry by entry: a damaged entry costs itself, a damaged end what
follows it, and the size of the file costs no memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from scanner.broken import Broken, broken_off, too_large, too_many
from scanner.errors import NotAuditable
from scanner.exchange import Exchange
from scanner.model import Words
from scanner.recordings.har_entry import addresses_of_pages, exchange_of
from scanner.recordings.har_form import MAX_LIST, Raw, Unreadable
from scanner.recordings.json_parts import Cut, Text

MAX_ENTRY = 48 << 20
"""Bytes of one entry at most; browsers keep bodies of some 30 MB at most."""
MAX_ENTRIES = 2_000_000
"""Entries of one file at most; a whole day of traffic has some hundred thousand."""


def read_har(path: Path) -> Iterator[Exchange | Broken]:
    """Give each entry as an exchange, or the reason why it could not be read, in the file's order.

    Places name the entry, counted from 1, and the byte of the file at which it begins. Raises
    NotAuditable, before anything is given, for what is no HAR.
    """
    count, dropped, pages, found = 0, 0, dict[str, str](), False
    with path.open("rb") as stream:
        try:
            for name, place, data in _members(Text(stream)):
                if name == "pages" and data is not None:
                    pages |= addresses_of_pages(bytes(data))
                elif name == "_mingjian":
                    dropped = _dropped(data)
                elif name == "entries":
                    found = True
                elif name == "":
                    count += 1
                    yield _exchange(data, f"entry {count}, byte {place}", pages)
                    if count >= MAX_ENTRIES:
                        yield too_many(count)
                        return
        except Cut as cut:
            if not found:
                raise NotAuditable(
                    f"no HAR file: the text is no JSON from byte {cut.at} on",
                    hint="export the traffic as HAR (JSON) once more",
                ) from None
            yield broken_off(f"entry {count + 1}, byte {cut.at}", cut.at, count, ended=cut.ended)
    if not found:
        raise NotAuditable(
            "no HAR file: it has no list log.entries",
            hint="export the traffic as HAR (JSON) once more",
        )
    if dropped:
        reason = Words(
            f"会话中另有 {dropped} 个请求或消息未记录",
            f"{dropped} more requests or messages of the session were not recorded",
        )
        yield Broken(at="log._mingjian", reason=reason, rest=True)


class _Own(msgspec.Struct):
    """What our own recorder says of its recording."""

    dropped: int = 0


def _dropped(data: bytes | Raw | None) -> int:
    """Give how much our own recorder had to leave out."""
    try:
        return msgspec.json.decode(data or b"{}", type=_Own).dropped
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return 0


def _members(text: Text) -> Iterator[tuple[str, int, bytes | Raw | None]]:
    """Give the members of the log: the name entries, then each entry with an empty name."""
    for key in text.keys():  # noqa: SIM118 - it reads on as it goes
        if key != "log" or text.peek() != ord("{"):
            text.value(0)
            continue
        for name in text.keys():  # noqa: SIM118
            if name == "entries" and text.peek() == ord("["):
                yield name, 0, None
                for place, data in text.values(MAX_ENTRY):
                    yield "", place, data
            else:
                unlike = f"log {name}" if name in ("", "entries") else name
                yield unlike, 0, text.value(MAX_LIST)


def _exchange(data: bytes | Raw | None, at: str, pages: dict[str, str]) -> Exchange | Broken:
    try:
        return too_large(at, MAX_ENTRY) if data is None else exchange_of(data, at, pages)
    except Unreadable as error:
        return Broken(at=at, reason=error.reason)
