from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.broken import Broken
from scanner.capture_file import Begin, CaptureWriter, Caught, Mark, Passed
from scanner.errors import NotAuditable
from scanner.exchange import LONGEST_HOST, Exchange, Message, Passage
from scanner.recordings.flow_state import MAX_HEADERS
from scanner.recordings.har_entry import LONGEST_NOTE, LONGEST_URL, MAX_MESSAGES
from scanner.recordings.recording import Recorded, listens, read
from tests.collect.traffic.hars import STARTED, entry, exchange, log, shared

REFUSED = Passage(kind="refused", host="a.test", started=STARTED, at="", port=443)


def recorded(path: Path, length: int = 4096) -> list[Recorded]:
    return list(read(path, path.read_bytes()[:length]))


def captured(path: Path, count: int = 2, *, end: bool = True, dropped: int = 0) -> Path:
    with path.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started=STARTED, mode="regular"))
        writer.add(Mark(time=STARTED, phase="first_launch"))
        for number in range(count):
            writer.add(Caught(exchange=exchange(f"https://a.test/{number}", at="")))
        writer.add(Passed(passage=REFUSED))
        if end:
            writer.end(STARTED, dropped)
    return path


def test_a_capture_gives_all_that_it_holds_with_its_places(tmp_path: Path) -> None:
    path = captured(tmp_path / "a.capture")
    mark, first, second, passage = recorded(path)
    assert mark == Mark(time=STARTED, phase="first_launch")
    assert isinstance(first, Exchange)
    assert isinstance(second, Exchange)
    assert isinstance(passage, Passage)
    assert (first.url, second.url) == ("https://a.test/0", "https://a.test/1")
    assert (passage.host, passage.kind, passage.port) == ("a.test", "refused", 443)
    data = path.read_bytes()
    for number, one in ((3, first), (4, second), (5, passage)):
        line, byte = one.at.removeprefix("line ").split(", byte ")
        assert int(line) == number
        cut = json.loads(data[int(byte) :].partition(b"\n")[0].partition(b" ")[2])
        assert next(cut[name] for name in ("exchange", "passage") if name in cut)["at"] == ""
        assert data[: int(byte)].count(b"\n") == number - 1


def test_a_capture_that_was_not_ended_says_so(tmp_path: Path) -> None:
    *before, last = recorded(captured(tmp_path / "a", end=False))
    assert len(before) == 4
    assert isinstance(last, Broken)
    assert (last.at, last.rest) == ("line 6", True)
    assert "not ended in order" in last.reason.en


def test_what_a_capture_could_not_keep_is_said(tmp_path: Path) -> None:
    last = recorded(captured(tmp_path / "a", dropped=3))[-1]
    assert isinstance(last, Broken)
    assert last.rest
    assert last.reason.en.startswith("3 more")
    assert "3" in last.reason.zh


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"a.test/1", b"a.test/7", "may have been altered"),
        (b'"exchange"', b'"nonsense"', "may have been altered"),
    ],
)
def test_an_altered_line_ends_what_is_relied_on(
    tmp_path: Path, old: bytes, new: bytes, why: str
) -> None:
    path = captured(tmp_path / "a")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(old, new)
    path.write_bytes(b"".join(lines))
    *before, broken = recorded(path)
    assert len(before) == 2
    assert isinstance(broken, Broken)
    assert broken.rest
    assert broken.at == f"line 4, byte {len(b''.join(lines[:3]))}"
    assert why in broken.reason.en
    assert "违法" not in broken.reason.zh
    assert broken.reason.zh != broken.reason.en


def test_a_capture_cut_anywhere_gives_its_whole_lines(tmp_path: Path) -> None:
    whole = captured(tmp_path / "a").read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    path = tmp_path / "cut"
    for kept in range(65, len(whole), 97):
        path.write_bytes(whole[:kept])
        lines = sum(end <= kept for end in ends)
        if lines == 0:
            with pytest.raises(NotAuditable):
                recorded(path)
            continue
        *before, last = recorded(path)
        assert len(before) == lines - 1
        assert isinstance(last, Broken)
        assert last.rest


@pytest.mark.parametrize(
    ("bent", "said"),
    [
        ({"request_headers": (("a", "b"),) * (MAX_HEADERS + 1)}, "too many headers"),
        ({"response_headers": (("a", "b"),) * (MAX_HEADERS + 1)}, "too many headers"),
        ({"messages": (Message(sent=True, data=b""),) * (MAX_MESSAGES + 1)}, "too many messages"),
        ({"url": "https://a.test/" + "x" * LONGEST_URL}, "too long"),
        ({"document": "x" * (LONGEST_URL + 1)}, "too long"),
        ({"error": "x" * (LONGEST_NOTE + 1)}, "too long"),
        ({"messages": (Message(sent=True, data=b"", time="0" * 999),)}, "too long"),
    ],
)
def test_a_record_beyond_all_bounds_costs_itself(
    tmp_path: Path, bent: dict[str, Any], said: str
) -> None:
    path = tmp_path / "a"
    forged = msgspec.structs.replace(exchange("https://a.test/", at=""), **bent)
    with path.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started=STARTED, mode="regular"))
        writer.add(Caught(exchange=forged))
        long = msgspec.structs.replace(REFUSED, host="x" * (LONGEST_HOST + 1))
        writer.add(Passed(passage=long))
        writer.add(Passed(passage=REFUSED))
        writer.end(STARTED)
    broken, other, passage = recorded(path)
    assert isinstance(broken, Broken)
    assert isinstance(other, Broken)
    assert isinstance(passage, Passage)
    assert said in broken.reason.en
    assert (broken.rest, broken.at.partition(",")[0], other.at[:6]) == (False, "line 2", "line 3")


def test_where_the_proxy_was_reached_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a"
    places = (("192.0.2.7", 8080), ("2001:db8::7", 8080))
    with path.open("wb") as stream:
        CaptureWriter(stream, Begin(started=STARTED, mode="regular", listens=places))
    assert listens(path, path.read_bytes()) == places
    assert listens(captured(path), path.read_bytes()) == ()
    path.write_bytes(b"0" * 64 + b" {}\n")
    assert listens(path, path.read_bytes()) == ()
    path.write_bytes(b"{}")
    assert listens(path, b"{}") == ()


def test_a_capture_of_another_version_is_refused_with_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as stream:
        CaptureWriter(stream, Begin(schema="mingjian/capture/9", started=STARTED, mode="regular"))
    with pytest.raises(NotAuditable, match="no valid record") as error:
        recorded(path)
    assert error.value.hint


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("space", ["", " \n", " " * 5000])
def test_a_har_file_is_known_by_its_begin(tmp_path: Path, codec: str, space: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes((space + json.dumps(log([entry("https://a.test/")]))).encode(codec))
    (found,) = recorded(path)
    assert isinstance(found, Exchange)
    assert found.url == "https://a.test/"
    if codec != "utf-16" or not space:
        assert isinstance(recorded(path, 5)[0], Exchange)


def test_flows_of_mitmproxy_are_known_by_their_begin() -> None:
    path = shared() / "corpus" / "mitm" / "dumpfile-19.mitm"
    found = recorded(path, 64)
    assert any(isinstance(one, Exchange) for one in found)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty file"),
        (b"PK\x03\x04 ...", "a ZIP archive"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"\xd4\xc3\xb2\xa1\x02\x00", "packets"),
        (b"\x0a\x0d\x0d\x0a", "packets"),
        (b"<!doctype html>", "something else"),
        (b"0" * 64 + b"\n", "something else"),
        (b"id,host\n1,a.test", "something else"),
    ],
)
def test_anything_else_is_refused_with_a_hint(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(NotAuditable, match="no recording of traffic") as error:
        read(path, data)
    assert said in str(error.value)
    assert "HAR" in (error.value.hint or "")


def test_json_that_is_no_har_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a": 1}')
    with pytest.raises(NotAuditable, match="no HAR file"):
        recorded(path)
