from __future__ import annotations

import base64
import contextlib
import gzip
import io
import json
import random
import tempfile
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.broken import Broken
from scanner.errors import NotAuditable
from scanner.exchange import Exchange, Message
from scanner.recordings import har
from scanner.recordings.har import read_har
from tests.collect.traffic import hars
from tests.collect.traffic.hars import entry, log, write

CHROMIUM = Path("/usr/bin/chromium")
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def read(path: Path) -> list[Exchange | Broken]:
    return list(read_har(path))


def number(one: Exchange | Broken) -> int:
    return int(one.at.split(",")[0].removeprefix("entry "))


def byte(one: Exchange | Broken) -> int:
    return int(one.at.split(", byte ")[1])


@st.composite
def bent_entries(draw: st.DrawFn) -> Any:
    """Give an entry of which some members are gone or something else."""
    made: dict[str, Any] = entry("https://a.test/?q=1", method="POST", body="x=1", _initiator={})
    made["_webSocketMessages"] = [{"type": "send", "data": "x", "opcode": 1, "time": 1.5}]
    holders = [made, made["request"], made["response"], made["response"]["content"]]
    for _ in range(draw(st.integers(0, 4))):
        holder = draw(st.sampled_from(holders))
        if holder:
            name = draw(st.sampled_from(sorted(holder)))
            if draw(st.booleans()):
                holder[name] = draw(ODD)
            else:
                del holder[name]
    return draw(st.just(made) | ODD)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(bent_entries(), max_size=4))
def test_there_are_as_many_exchanges_as_entries_whatever_they_say(entries: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = read(write(Path(folder) / "a.har", log(entries)))
    assert [number(one) for one in found] == list(range(1, len(entries) + 1))
    for one, said in zip(found, entries, strict=True):
        url = said.get("request") if isinstance(said, dict) else None
        url = url.get("url") if isinstance(url, dict) else None
        assert isinstance(one, Exchange) == (isinstance(url, str) and url != "")


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_spoilt_bytes_never_end_in_a_traceback(chance: random.Random, spoils: int) -> None:
    data = bytearray(json.dumps(log([entry("https://a.test/é"), entry("wss://b.test/")])).encode())
    for _ in range(spoils):
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.har"
        path.write_bytes(data)
        found = []
        with contextlib.suppress(NotAuditable):
            found = read(path)
    assert all(one.reason.zh and one.reason.en for one in found if isinstance(one, Broken))


def test_a_file_that_breaks_off_gives_what_came_before_and_the_reason(tmp_path: Path) -> None:
    whole = json.dumps(log([entry(f"https://a.test/{n}") for n in range(5)])).encode()
    for kept in range(0, len(whole), 211):
        path = tmp_path / "cut.har"
        path.write_bytes(whole[:kept])
        complete = whole[:kept].count(b'"serverIPAddress": "114.114.114.114"}')
        if b'"entries": [' not in whole[:kept]:
            with pytest.raises(NotAuditable, match="no HAR"):
                read(path)
            continue
        *before, last = read(path)
        assert [number(one) for one in before] == list(range(1, complete + 1))
        assert all(isinstance(one, Exchange) for one in before)
        assert isinstance(last, Broken)
        assert last.rest
        assert f"{complete} entries" in last.reason.en
        assert "breaks off" in last.reason.en


def test_a_slip_between_entries_ends_the_file_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    one = json.dumps(entry("https://a.test/"))
    path.write_text(f'{{"log":{{"entries":[{one}{one}]}}}}')
    first, last = read(path)
    assert isinstance(first, Exchange)
    assert isinstance(last, Broken)
    assert last.reason.en.startswith(f"the form is no longer valid at byte {19 + len(one)}")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("indent", [None, 2])
def test_an_entry_can_be_cut_out_at_its_place(
    tmp_path: Path, codec: str, indent: int | None
) -> None:
    entries = [entry(f"https://a.test/鸢{n}", method="POST", body="😀" * n) for n in range(300)]
    path = tmp_path / "a.har"
    path.write_bytes(json.dumps(log(entries), ensure_ascii=False, indent=indent).encode(codec))
    data, inside = (
        path.read_bytes(),
        {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(codec, codec),
    )
    found = read(path)
    assert len(found) == 300
    for one, said in zip(found, entries, strict=True):
        cut, _ = json.JSONDecoder().raw_decode(data[byte(one) :].decode(inside))
        assert cut == said
        assert isinstance(one, Exchange)
        assert one.url == said["request"]["url"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"log":1}',
        '{"log":{"entries":{}}}',
        "PK\x03\x04",
        "<html>",
        '{"log',
    ],
)
def test_what_is_no_har_is_refused_before_anything_is_given(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.har"
    path.write_text(text)
    with pytest.raises(NotAuditable) as error:
        next(read_har(path))
    assert "no HAR" in str(error.value)
    assert error.value.hint


def test_members_may_stand_in_any_order(tmp_path: Path) -> None:
    one = {**entry("https://a.test/"), "pageref": "p"}
    pages = [{"id": "p", "title": "https://a.test/page", "startedDateTime": "x"}]
    for content in (
        {"log": {"entries": [one], "version": "1.2"}},
        {"before": {"log": [1]}, "log": {"pages": pages, "entries": [one]}, "after": [{}]},
    ):
        (found,) = read(write(tmp_path / "a.har", content))
        assert isinstance(found, Exchange)
    assert isinstance(found, Exchange)
    assert found.document == "https://a.test/page"


def test_an_entry_that_is_too_large_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(har, "MAX_ENTRY", 100_000)
    large = entry("https://a.test/large", method="POST", body='{"[' * 100_000)
    found = read(
        write(tmp_path / "a.har", log([entry("https://a.test/"), large, entry("ws://b/")]))
    )
    assert [type(one) for one in found] == [Exchange, Broken, Exchange]
    assert not found[1].rest if isinstance(found[1], Broken) else False


def test_entries_are_counted_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har, "MAX_ENTRIES", 3)
    *found, last = read(write(tmp_path / "a.har", log([entry("https://a.test/")] * 9)))
    assert len(found) == 3
    assert isinstance(last, Broken)
    assert last.rest


def test_depth_is_bounded(tmp_path: Path) -> None:
    deep = "[" * 50_000 + "]" * 50_000
    one = json.dumps(entry("https://a.test/"))
    path = tmp_path / "a.har"
    for place in (deep, '{"request":{"url":"https://b.test/","headers":' + deep + "}}"):
        path.write_text(f'{{"log":{{"entries":[{place},{one}],"x":{deep}}}}}')
        first, second = read(path)
        assert isinstance(second, Exchange)
        assert isinstance(first, Exchange | Broken)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for count in (500, 5_000):
        path = write(tmp_path / "a.har", log([entry("https://a.test/", body="x" * 2_000)] * count))
        tracemalloc.start()
        assert sum(1 for _ in read_har(path)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + (3 << 20)


@pytest.mark.parametrize("own", [{"dropped": 3}, {"dropped": 0}, {"dropped": "x"}, 7])
def test_what_our_own_recorder_left_out_is_said(tmp_path: Path, own: Any) -> None:
    found = read(write(tmp_path / "a.har", log([entry("https://a.test/")], _mingjian=own)))
    said = [one.reason.en for one in found if isinstance(one, Broken)]
    lost = isinstance(own, dict) and own["dropped"] == 3
    assert said == (["3 more requests or messages of the session were not recorded"] * lost)


# What is meant to harm


def test_a_body_of_two_gigabytes_costs_itself_only(tmp_path: Path) -> None:
    """The file has a hole where the body stands: it takes no room on the disk."""
    path, small = tmp_path / "a.har", json.dumps(entry("https://a.test/"))
    before, after = json.dumps(entry("https://b.test/", body="PLACE")).split("PLACE")
    with path.open("wb") as stream:
        stream.write(f'{{"log":{{"entries":[{small},{before}'.encode())
        stream.seek(2 << 30, 1)
        stream.write(f"{after},{small}]}}}}".encode())
    begun = time.process_time()
    tracemalloc.start()
    first, large, last = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - begun < 20
    assert peak < 160 << 20
    assert (type(first), type(last)) == (Exchange, Exchange)
    assert isinstance(large, Broken)
    assert (large.reason.en, large.rest) == ("the entry is larger than 48 MB", False)


def bombs() -> dict[str, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(32 << 20))
    return {"gzip": gzip.compress(bytes(32 << 20)), "zip": packed.getvalue()}


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_bomb_in_a_body_is_handed_on_packed(tmp_path: Path, kind: str) -> None:
    bomb = bombs()[kind]
    text = base64.b64encode(bomb).decode()
    made = entry("https://a.test/", method="POST")
    made["request"]["postData"] = {"text": text, "encoding": "base64"}
    made["response"]["content"].update(text=text, encoding="base64")
    path = write(tmp_path / "a.har", log([made]))
    tracemalloc.start()
    (found,) = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Exchange)
    assert found.request_body == found.response_body == bomb
    assert peak < 8 << 20


@pytest.mark.parametrize("name", ["_chunks", "_webSocketMessages", "headers"])
def test_endless_lists_in_an_entry_are_bounded(tmp_path: Path, name: str) -> None:
    made = entry("https://a.test/")
    (made["request"] if name == "headers" else made)[name] = "PLACE"
    one = '{"name":"x","type":"send","data":"x"},'
    many = "[" + one * 400_000 + "{}]"
    text = json.dumps(log([made, entry("https://b.test/")])).replace('"PLACE"', many)
    path = tmp_path / "a.har"
    path.write_text(text)
    tracemalloc.start()
    found = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 2
    assert isinstance(found[1], Exchange)
    assert isinstance(found[0], Broken if name == "headers" else Exchange)
    if isinstance(found[0], Exchange):
        assert len(found[0].messages) <= 50_000
    assert peak < 120 << 20


@pytest.mark.parametrize(
    ("odd", "reads"),
    [
        ("7", False),
        ("null", False),
        ('"https://a.test/"', False),
        ("[]", False),
        ("9" * 10_000, False),
        ("NaN", False),
        ("[" * 1_000 + "]" * 1_000, False),
        ('{"request":{"url":"https://a.test/","url":7}}', False),
        ('{"request":{"url":7,"url":"https://a.test/"}}', True),
        ('{"request":{"url":"https://a.test/\\ud800"}}', True),
        ('{"request":{"url":"https://a.test/"},"x":NaN}', True),
        ('{"request":{"url":"https://a.test/","bodySize":' + "9" * 10_000 + "}}", True),
        ('{"request":{"url":"https://a.test/","x":' + "[" * 300 + "]" * 300 + "}}", True),
        ('{"request":{"url":"https://a.test/\xff"}}', True),
    ],
)
def test_an_odd_entry_costs_itself_at_most(tmp_path: Path, odd: str, reads: bool) -> None:
    small = json.dumps(entry("https://b.test/"))
    path = tmp_path / "a.har"
    for before, after in ((0, 1), (3, 3), (40, 40)):
        text = ",".join([*[small] * before, odd, *[small] * after])
        path.write_bytes(f'{{"log":{{"entries":[{text}]}}}}'.encode("latin-1"))
        found = read(path)
        assert [number(one) for one in found] == list(range(1, before + after + 2))
        assert isinstance(found.pop(before), Exchange) == reads
        assert all(isinstance(one, Exchange) for one in found)


# Writers


def one_of(path: Path, made: Any) -> Exchange:
    (found,) = read(write(path / "a.har", made))
    assert isinstance(found, Exchange)
    return found


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (hars.chrome, {"request_body": b'{"oaid":"\x80\xff"}', "client": None,
                       "initiator": "https://cdn.b.test/k.js", "resource_type": "xhr",
                       "document": "https://www.a.test/", "tls": None,
                       "request_headers": (("content-type", "application/json"), ("cookie", "k")),
                       "ended": "2026-05-01T10:00:00.012000+08:00"}),
        (hars.chrome_socket, {"method": "WS", "status": 101, "messages": (
            Message(sent=True, data=b"imei=1", time="2026-05-01T02:00:00.250000+00:00"),
            Message(sent=False, data=b"\x00\xff", time="2026-05-01T02:00:01+00:00"))}),
        (hars.firefox, {"request_body": b"tel=1%203", "ip": "2001:db8::1", "tls": None,
                        "ended": "2026-05-01T10:00:00.003000+08:00", "document": None}),
        (hars.safari, {"request_body": None, "ip": "2001:db8::2", "ended": None}),
        (hars.charles, {"request_body": b'{"a":1}', "response_body": b"\x00\xff", "tls": "",
                        "request_headers": (("Host", "a"),), "status": 200,
                        "ended": "2026-05-01T10:00:00.003000+08:00"}),
        (hars.fiddler, {"started": "2026-05-01T10:00:00.1234567+08:00", "client": None,
                        "ended": "2026-05-01T10:00:00.123456+08:00"}),
        (hars.playwright, {"tls": "TLSv1.3", "response_body": None}),
        (hars.browsertime, {"initiator": "https://a.test/", "request_body": b""}),
        (hars.mitmproxy, {"ended": None, "status": 0, "error": "connection closed",
                          "request_body": "é".encode()}),
        (hars.proxyman, {"client": "192.168.1.23:52011", "ended": None, "messages": (),
                         "request_headers": (("Cookie", "sid=1; b=2"),),
                         "response_headers": (("Set-Cookie", "c=3; Path=/"),)}),
        (hars.minimal, {"request_body": b"phone=139+0000&n=%E9%B8%A2", "method": "POST",
                        "started": "", "ended": None, "status": None}),
        (hars.phone, {"client": "10.8.0.2:40112", "request_body": b"\x1f\x8b\x08\x00\xff",
                      "response_body": b"{}", "tls": "TLSv1.2",
                      "ended": "2026-05-01T10:00:00.001000+08:00"}),
    ],
)  # fmt: skip
def test_what_each_writer_says(
    tmp_path: Path, made: Callable[[], Any], said: dict[str, Any]
) -> None:
    found = one_of(tmp_path, made())
    assert {name: getattr(found, name) for name in said} == said


# A browser


class Site(BaseHTTPRequestHandler):
    """A page that sends what browsers can send."""

    PAGE = b"""<!doctype html><meta charset=utf-8><title>t</title><body><script>
      fetch('/json', {method: 'POST', body: JSON.stringify({phone: '13912345678'})});
      navigator.sendBeacon('/beacon', new Blob([new Uint8Array([0, 255, 7])]));
      const form = new FormData(); form.append('name', '\xe9\xb8\xa2\xe5\xb0\xbe');
      fetch('/form', {method: 'POST', body: form}).then(() => document.title = 'done');
    </script>"""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        page = self.PAGE if self.path == "/" else b"ok"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Set-Cookie", "one=1")
        self.send_header("Set-Cookie", "two=2; Max-Age=60")
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_POST = answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")
def test_a_recording_that_playwright_makes_of_chromium_is_read(tmp_path: Path, site: str) -> None:
    from playwright.sync_api import sync_playwright

    path = tmp_path / "own.har"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox"], headless=True
        )
        context = browser.new_context(record_har_path=path)
        page = context.new_page()
        page.goto(site)
        page.wait_for_function("document.title === 'done'")
        context.close()
        browser.close()
    found = {one.url: one for one in read(path) if isinstance(one, Exchange)}
    assert len(found) == len(json.loads(path.read_bytes())["log"]["entries"])
    first = found[site]
    assert [value for name, value in first.response_headers if name.lower() == "set-cookie"] == [
        "one=1",
        "two=2; Max-Age=60",
    ]
    assert first.ip == "127.0.0.1"
    assert found[site + "json"].request_body == b'{"phone":"13912345678"}'
    assert "鸢尾".encode() in (found[site + "form"].request_body or b"")
    assert found[site + "beacon"].request_body is None  # Playwright loses it: unknown, not nothing
