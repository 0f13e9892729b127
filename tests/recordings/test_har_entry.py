from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from scanner.collect.traffic.sent import Reader
from scanner.exchange import Exchange
from scanner.recordings import har_entry
from scanner.recordings.har_entry import addresses_of_pages, exchange_of
from scanner.recordings.har_form import Unreadable
from tests.collect.traffic.hars import STARTED, entry


def of(made: dict[str, Any], **pages: str) -> Exchange:
    return exchange_of(json.dumps(made).encode(), "entry 7", pages)


def test_an_ordinary_entry_is_read_whole() -> None:
    one = of(
        entry(
            "https://a.test/p?q=1#f",
            method="post",
            sent={"Cookie": "a=b", ":path": "/p"},
            body="x=鸢尾",
            got=[("Set-Cookie", "a=1\nb=2"), ("Location", "/")],
            status=302,
            _resourceType="XHR",
            _initiator={"url": "https://a.test/s.js", "line": 3},
            _document="https://a.test/frame",
            _via="mapped",
        )
    )
    assert one.url == "https://a.test/p?q=1#f"
    assert (one.method, one.status, one.at, one.started) == ("POST", 302, "entry 7", STARTED)
    assert one.request_headers == (("Cookie", "a=b"),)
    assert one.response_headers == (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Location", "/"))
    assert one.request_body == "x=鸢尾".encode()
    assert (one.resource_type, one.initiator) == ("xhr", "https://a.test/s.js")
    assert (one.document, one.via, one.ip) == ("https://a.test/frame", "mapped", "114.114.114.114")
    assert one.mime == "text/html"
    assert not one.cached


BINARY = bytes(range(256))


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ({"method": "POST", "postData": {"text": "a=1"}}, b"a=1"),
        ({"method": "POST", "postData": {"text": base64.b64encode(BINARY).decode(),
                                         "encoding": "base64"}}, BINARY),
        ({"method": "POST", "postData": {"text": "lossy", "_postDataBase64":
                                         base64.b64encode(BINARY).decode()}}, BINARY),
        ({"method": "POST", "postData": {"text": "lossy"},
          "_postDataBase64": base64.b64encode(BINARY).decode().rstrip("=")}, BINARY),
        ({"method": "POST", "postData": {"mimeType": "x", "params": [
            {"name": "tel", "value": "139 1"}, {"name": "n", "value": "é"}]}},
         b"tel=139+1&n=%C3%A9"),
        ({"method": "POST", "postData": {"text": ""}, "bodySize": 12}, None),
        ({"method": "POST", "postData": {"text": ""}, "bodySize": 0}, b""),
        ({"method": "POST", "postData": {"text": "\x1f\x8b\x08\xff"}}, b"\x1f\x8b\x08\xff"),
        ({"method": "POST", "postData": {"text": "café"}}, "café".encode()),
        ({"method": "POST", "postData": {"text": ""}, "bodySize": 0,
          "headers": [{"name": "content-length", "value": "3"}]}, None),
        ({"method": "POST", "bodySize": -1}, None),
        ({"method": "POST"}, None),
        ({"method": "GET", "bodySize": -1}, b""),
        ({"method": "GET", "bodySize": 5}, None),
        ({"method": "POST", "postData": {"text": "%", "encoding": "base64"}, "bodySize": 3}, None),
    ],
)  # fmt: skip
def test_bodies_are_bytes_nothing_or_unknown(request_: dict[str, Any], body: bytes | None) -> None:
    assert of({"request": {"url": "https://a.test/", **request_}}).request_body == body


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("https://a.test/s.js", "https://a.test/s.js"),
        ({"type": "parser", "url": "https://a.test/", "lineNumber": 3}, "https://a.test/"),
        ({"type": "script", "stack": {"callFrames": [{"url": ""}, {"url": "https://b.test/x.js"}]}},
         "https://b.test/x.js"),
        ({"type": "script", "stack": {"callFrames": [], "parent": {"callFrames": [
            {"url": "https://c.test/y.js"}]}}}, "https://c.test/y.js"),
        ({"type": "other"}, ""),
        ({"url": ""}, ""),
        ({"type": "script"}, None),
        (None, None),
        (7, None),
    ],
)  # fmt: skip
def test_who_caused_a_request(said: object, address: str | None) -> None:
    assert of(entry("https://a.test/", _initiator=said)).initiator == address


def test_messages_of_a_websocket() -> None:
    said = [
        {"type": "send", "time": 1693314240.5, "opcode": 1, "data": "é"},
        {
            "type": "receive",
            "time": STARTED,
            "opcode": 2,
            "data": base64.b64encode(BINARY).decode(),
        },
        {"type": "send", "opcode": 1},
        "nothing",
        {"type": "send", "opcode": "x", "data": 7},
    ]
    one = of(entry("https://a.test/ws", _webSocketMessages=said))
    assert (one.method, one.resource_type) == ("WS", "websocket")
    first, second, third = one.messages
    assert (first.sent, first.data, first.time) == (
        True,
        "é".encode(),
        "2023-08-29T13:04:00.500000+00:00",
    )
    assert (second.sent, second.data, second.time) == (False, BINARY, STARTED)
    assert (third.sent, third.data, third.time) == (True, b"", None)
    assert of(entry("WSS://a.test/")).method == "WS"


def test_messages_are_counted_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har_entry, "MAX_MESSAGES", 3)
    said = [{"type": "send", "data": str(n), "opcode": 1} for n in range(9)]
    assert len(of(entry("wss://a.test/", _webSocketMessages=said)).messages) == 3


def test_cookies_in_their_own_lists_count_where_the_headers_lack_them() -> None:
    made = entry("https://a.test/")
    made["request"]["cookies"] = [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}, {}]
    made["response"]["cookies"] = [
        {"name": "c", "value": "3", "domain": ".a.test", "expires": "2027-05-01T02:00:00.000Z"}
    ]
    one = of(made)
    assert ("Cookie", "a=1; b=2") in one.request_headers
    expires = "Sat, 01 May 2027 02:00:00 GMT"
    assert ("Set-Cookie", f"c=3; Domain=.a.test; Expires={expires}") in one.response_headers
    made["request"]["headers"] = [{"name": "cookie", "value": "a=1"}]
    assert [value for name, value in of(made).request_headers] == ["a=1"]


def test_pages_name_the_document_only_if_their_title_is_an_address() -> None:
    listed = [
        {"id": "p1", "title": "https://a.test/x"},
        {"id": "p2", "title": "https://a.test run 1"},
        {"id": "p3", "title": "Home"},
        {"title": "https://a.test/y"},
        7,
    ]
    pages = addresses_of_pages(json.dumps(listed).encode())
    assert pages == {"p1": "https://a.test/x"}
    assert of(entry("https://a.test/", pageref="p1"), **pages).document == "https://a.test/x"
    assert addresses_of_pages(b"{}") == {}


def test_an_answer_from_a_cache_or_a_worker_left_the_machine_alone() -> None:
    assert of(entry("https://a.test/", _fromCache="disk")).cached
    assert of(entry("https://a.test/", _fetchedViaServiceWorker=True)).cached
    assert not of(entry("https://a.test/", _fetchedViaServiceWorker=False)).cached


@pytest.mark.parametrize(
    ("status", "read"), [(200, 200), (0, 0), (-1, 0), (None, None), ("200", None), (99999, None)]
)
def test_what_status_says(status: Any, read: int | None) -> None:
    assert of(entry("https://a.test/", status=status)).status == read


TIMES = {"blocked": 1.5, "dns": 2, "connect": 3, "ssl": 3, "send": 0.5, "wait": 9, "receive": 9}


@pytest.mark.parametrize(
    ("started", "timings", "ended"),
    [
        (STARTED, TIMES, "2026-05-01T10:00:00.007000+08:00"),
        ("2026-05-01T02:00:00Z", TIMES, "2026-05-01T02:00:00.007000+00:00"),
        (STARTED, {**TIMES, "blocked": -1, "dns": None}, "2026-05-01T10:00:00.003500+08:00"),
        (STARTED, {"send": 4}, "2026-05-01T10:00:00.004000+08:00"),
        (STARTED, {"send": 0, "wait": 1}, "2026-05-01T10:00:00+08:00"),
        (STARTED, {"send": 0, "wait": 0, "receive": 0}, None),
        (STARTED, {"send": 0}, None),
        (STARTED, {**TIMES, "send": -1}, None),
        (STARTED, {**TIMES, "send": "x"}, None),
        (STARTED, {**TIMES, "connect": 1e300}, None),
        (STARTED, {}, None),
        (STARTED, None, None),
        ("2026-05-01T10:00:00", TIMES, None),
        ("9999-12-31T23:59:59.999+00:00", TIMES, None),
    ],
)
def test_a_request_had_been_sent_when_its_steps_were_over(
    started: str, timings: Any, ended: str | None
) -> None:
    made = of(entry("https://a.test/", startedDateTime=started, timings=timings))
    assert made.ended == ended


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ({"connection": "10.8.0.2:40112"}, "10.8.0.2:40112"),
        ({"connection": "[2001:db8::1]:40112"}, "[2001:db8::1]:40112"),
        ({"connection": "/10.8.0.2:40112"}, "10.8.0.2:40112"),
        ({"connection": "40112"}, None),
        ({"connection": "10.8.0.2"}, None),
        ({"connection": "a.test:443"}, None),
        ({"connection": "10.8.0.2:99999"}, None),
        ({"connection": "10.8.0.2:٣"}, None),
        ({"connection": "114.114.114.114:443"}, None),  # that is the server
        ({"connection": 40112}, None),
        ({"_clientAddress": "10.8.0.2", "_clientPort": 7}, "10.8.0.2:7"),
        ({"_clientAddress": "2001:db8::1", "_clientPort": 7}, "[2001:db8::1]:7"),
        ({"_clientAddress": "10.8.0.2:7"}, "10.8.0.2:7"),
        ({"_clientAddress": "10.8.0.2"}, None),
        ({"_clientAddress": "10.8.0.2", "_clientPort": 0}, None),
        ({"_clientAddress": "phone", "_clientPort": 7, "connection": "10.8.0.2:7"}, None),
        ({}, None),
    ],
)
def test_where_a_request_came_from(said: dict[str, Any], client: str | None) -> None:
    assert of(entry("https://a.test/", **said)).client == client


@pytest.mark.parametrize(
    ("url", "said", "tls"),
    [
        ("https://a.test/", {"_securityDetails": {"protocol": "TLS 1.3"}}, "TLSv1.3"),
        ("https://a.test/", {"_securityDetails": {"protocol": "QUIC"}}, None),
        ("https://a.test/", {"_securityDetails": {}}, None),
        ("https://a.test/", {"_securityDetails": 7}, None),
        ("https://a.test/", {"_protocol": "TLSv1.2"}, "TLSv1.2"),
        ("https://a.test/", {"_protocol": "HTTP/2"}, None),
        ("wss://a.test/", {}, None),
        ("HTTP://a.test/", {}, ""),
        ("ws://a.test/", {}, ""),
    ],
)
def test_which_tls_there_was(url: str, said: dict[str, Any], tls: str | None) -> None:
    assert of(entry(url, **said)).tls == tls


@pytest.mark.parametrize(
    "data", [b"{", b"7", b"[]", b"{}", b'{"request":{}}', b'{"request":{"url":""}}', b"\xff"]
)
def test_an_entry_without_an_address_is_unreadable_with_its_reason(data: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        exchange_of(data, "entry 1", {})
    assert error.value.reason.zh


def test_huge_lists_of_headers_are_refused() -> None:
    many = [{"name": "n" * 90, "value": "v" * 900}] * 3000
    made = entry("https://a.test/")
    made["request"]["headers"] = many
    with pytest.raises(Unreadable, match="too large"):
        of(made)


def test_a_time_without_offset_is_no_time() -> None:
    assert of(entry("https://a.test/", startedDateTime="2026-05-01T10:00:00")).started == ""
    assert of(entry("https://a.test/", startedDateTime="2026-05-01T10:00:00Z")).started


def test_fields_and_files_of_a_form_count_where_its_text_is_empty() -> None:
    one = entry("https://a.test/", method="POST", sent={"Content-Type": "multipart/form-data"})
    one["request"]["postData"] = {
        "mimeType": "multipart/form-data",
        "text": "",
        "params": [
            {"name": "phone", "value": "13912345678"},
            {"name": "photo", "fileName": "13812345678.jpg", "value": 7},
        ],
    }
    body = exchange_of(json.dumps(one).encode(), "", {}).request_body
    assert body == b"phone=13912345678&photo=7&photo.filename=13812345678.jpg"
    carried = Reader({}).read(exchange_of(json.dumps(one).encode(), "", {}), listed=False)
    assert {datum.value_masked for datum in carried.data} >= {"139****5678"}


@pytest.mark.parametrize(
    ("size", "headers", "partial"),
    [
        (6, {}, False),
        (-1, {}, False),
        (90_000, {}, True),
        (-1, {"Content-Length": "90000"}, True),
        (-1, {"Content-Length": "6"}, False),
        (-1, {"Content-Length": "90000", "Content-Encoding": "gzip"}, False),
        (-1, {"Content-Length": "9" * 40}, False),
    ],
)
def test_a_body_of_which_a_part_was_recorded_is_told(
    size: int, headers: dict[str, str], partial: bool
) -> None:
    one = entry("https://a.test/", method="POST", sent=headers, body="imei=1")
    one["request"]["bodySize"] = size
    assert exchange_of(json.dumps(one).encode(), "", {}).partial == partial


@pytest.mark.parametrize(
    ("text", "headers", "partial"),
    [
        ("\x1f\ufffd\x08{ab", {"Content-Encoding": "gzip"}, True),
        ("ab\ufffdcdefghijklmnopqrstuvwxyz" * 2, {"Content-Type": "application/x-protobuf"}, True),
        ("--edge\ufffd binary" * 9, {"Content-Type": "multipart/form-data; boundary=edge"}, True),
        ("ab\ufffdcd" * 9, {"Content-Type": "application/json"}, True),
        ("ab\ufffdcd" * 9, {}, True),
        (
            '{"a": "one slip \ufffd of a writer in a long text"}',
            {"Content-Type": "text/json"},
            False,
        ),
        ('{"a": "one slip \ufffd of a writer in a long text"}', {}, False),
        ('{"a": "no slip"}', {"Content-Type": "application/octet-stream"}, False),
        ("plain", {"Content-Encoding": "gzip"}, False),
    ],
)
def test_a_body_that_the_recorder_spoiled_is_told(
    text: str, headers: dict[str, str], partial: bool
) -> None:
    one = entry("https://a.test/", method="POST", sent=headers, body=text)
    assert exchange_of(json.dumps(one).encode(), "", {}).partial == partial
    kept = one["request"]["postData"]
    kept |= {"text": base64.b64encode(text.encode()).decode(), "encoding": "base64"}
    assert not exchange_of(json.dumps(one).encode(), "", {}).partial
