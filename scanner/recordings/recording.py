"""Recordings of traffic, whoever made them: HAR files, flows of mitmproxy, our own captures."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from scanner.broken import Broken
from scanner.capture_file import (
    BadLine,
    Begin,
    Caught,
    End,
    Mark,
    Passed,
    is_capture,
    read_capture,
)
from scanner.errors import NotAuditable
from scanner.exchange import LONGEST_HOST, Exchange, Passage
from scanner.model import Words
from scanner.recordings.flow_state import MAX_HEADERS
from scanner.recordings.har import read_har
from scanner.recordings.har_entry import LONGEST_NOTE, LONGEST_URL, MAX_MESSAGES

Recorded = Exchange | Passage | Broken | Mark
BEGIN = 4_096
"""First bytes of a file by which its kind is told."""
MAX_LISTENS = 100
"""Places of one proxy at most; a machine has a few addresses."""
_FLOWS = re.compile(rb"\d{1,12}:")
"""How flows of mitmproxy begin: with the length of the first."""
_JSON = re.compile(rb"\s*(?:\{|\Z)")
_OTHERS = {
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"\xd4\xc3\xb2\xa1": "packets (pcap)",
    b"\xa1\xb2\xc3\xd4": "packets (pcap)",
    b"\x0a\x0d\x0d\x0a": "packets (pcapng)",
}
"""What is handed in by mistake, by its first bytes."""
_HINT = (
    "hand in a HAR file (JSON), flows of mitmproxy, or a capture of `mingjian capture`; other"
    " programs export HAR"
)
_WHY = {
    "cut": Words(
        "文件在此行中断，或该行过长；此后内容未读取",
        "the file breaks off in this line, or the line is too long; what follows was not read",
    ),
    "chain": Words(
        "此行的摘要与其内容不符，自此行起文件可能被改动；此后内容未读取",
        "the digest of this line is not that of what stands there, so that the file may have been"
        " altered from here on; what follows was not read",
    ),
    "form": Words(
        "此行不是有效的记录；此后内容未读取",
        "this line is no valid record; what follows was not read",
    ),
}


def read(path: Path, begin: bytes) -> Iterator[Recorded]:
    """Give what a recording holds, in its order; `begin` is how the file begins.

    Memory does not grow with the file. Raises NotAuditable, before anything is given, for what is
    no recording of traffic.
    """
    unlike = next((name for mark, name in _OTHERS.items() if begin.startswith(mark)), "")
    if is_capture(begin):
        return _captured(path)
    if _FLOWS.match(begin):
        from scanner.recordings.flows import read_flows  # noqa: PLC0415 - mitmproxy is heavy

        return read_flows(path)
    if begin and not unlike and _JSON.match(_without_mark(begin)):
        return read_har(path)
    unlike = unlike or ("something else" if begin else "an empty file")
    raise NotAuditable(f"no recording of traffic, but {unlike}", hint=_HINT)


def listens(path: Path, begin: bytes) -> tuple[tuple[str, int], ...]:
    """Give the addresses and ports of the proxy that made a capture; none of other recordings."""
    if not is_capture(begin):
        return ()
    with path.open("rb") as stream:
        try:
            first = next(read_capture(stream), None)
        except BadLine:
            return ()
    begun = first.record if first else None
    return begun.listens[:MAX_LISTENS] if isinstance(begun, Begin) else ()


def has_marks(path: Path, begin: bytes) -> bool:
    """Say whether a recording says by itself when its phases began, as captures of ours may."""
    if not is_capture(begin):
        return False
    with path.open("rb") as stream:
        try:
            return any(isinstance(line.record, Mark) for line in read_capture(stream))
        except BadLine:
            return False


def _without_mark(begin: bytes) -> bytes:
    """Give the first letters of a text, of UTF-16 too."""
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        begin = begin.removeprefix(mark)
    return begin.replace(b"\0", b"") if b"\0" in begin[:2] else begin


def _captured(path: Path) -> Iterator[Recorded]:
    """Give what our own capture holds, as far as each line is what was written."""
    number, ended = 0, False
    with path.open("rb") as stream:
        try:
            for number, offset, record in read_capture(stream):
                at = f"line {number}, byte {offset}"
                if isinstance(record, Caught | Passed):
                    one = record.exchange if isinstance(record, Caught) else record.passage
                    fault = _beyond_bounds(one)
                    yield Broken(at=at, reason=fault) if fault else replace(one, at=at)
                elif isinstance(record, Mark):
                    yield record
                elif isinstance(record, End):
                    ended = True
                    yield from _dropped(record, at)
        except BadLine as bad:
            if bad.number == 1:
                raise NotAuditable(
                    f"no capture that can be read: {_WHY[bad.why].en}",
                    hint="hand in the file as `mingjian capture` of this version wrote it",
                ) from None
            at = f"line {bad.number}, byte {bad.offset}"
            yield Broken(at=at, reason=_WHY[bad.why], rest=True)
            return
    if not ended:
        reason = Words(
            "录制未正常结束，此后的流量不在文件中",
            "the capture was not ended in order; what came later is not in the file",
        )
        yield Broken(at=f"line {number + 1}", reason=reason, rest=True)


def _beyond_bounds(one: Exchange | Passage) -> Words | None:
    """Say what of a record is more than a recorder of ours, or any other source, would give."""
    if isinstance(one, Passage):
        fits = len(one.host) <= LONGEST_HOST and _is_short(one.started, one.ip, one.client)
        return None if fits else _TOO_LONG
    if max(len(one.request_headers), len(one.response_headers)) > MAX_HEADERS:
        return Words("头部过多", "it has too many headers")
    if len(one.messages) > MAX_MESSAGES:
        return Words("消息过多", "it has too many messages")
    notes = [one.method, one.started, one.ended, one.mime, one.resource_type, one.initiator]
    notes += [one.ip, one.client, one.tls, one.error, *(message.time for message in one.messages)]
    addresses = max(len(one.url), len(one.document or ""))
    return None if addresses <= LONGEST_URL and _is_short(*notes) else _TOO_LONG


def _is_short(*notes: str | None) -> bool:
    return all(len(note) <= LONGEST_NOTE for note in notes if note)


_TOO_LONG = Words("地址或说明过长", "an address or a note in it is too long")


def _dropped(end: End, at: str) -> Iterator[Broken]:
    if end.dropped:
        reason = Words(
            f"录制时另有 {end.dropped} 个请求未能保存",
            f"{end.dropped} more requests could not be kept during the capture",
        )
        yield Broken(at=at, reason=reason, rest=True)
