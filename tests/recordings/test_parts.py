"""The parts of a request, taken out of their wrappings."""

from __future__ import annotations

import gzip

import pytest

from scanner.exchange import Message
from scanner.recordings import parts
from scanner.recordings.parts import as_written, parts_of, role_of
from tests.collect.traffic.hars import exchange


def test_address_body_and_messages_in_their_order() -> None:
    frames = (
        Message(sent=True, data=b'{"a":"up"}'),
        Message(sent=False, data=b"down"),
        Message(sent=True, data=b"last"),
    )
    headers = (("CONTENT-ENCODING", "gzip"), ("Content-Type", "application/json"))
    one = exchange(
        "https://x.test/p?q=1#f=2",
        request_headers=headers,
        request_body=gzip.compress(b'{"tel":"x"}'),
        messages=frames,
    )
    cut = list[str]()
    found = parts_of(one, cut)
    assert [part.place for part in found] == ["url", "body", "websocket", "websocket"]
    texts = [{piece.path: piece.data for piece in part.pieces if piece.path} for part in found]
    assert texts == [{"url:(path)": "/p", "url:q": "1"}, {"json:tel": "x"}, {"json:a": "up"}, {}]
    assert not cut


def test_what_is_too_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MAX_MESSAGES", 2)
    frames = tuple(Message(sent=True, data=b"frame %d" % number) for number in range(3))
    body = b"x" * (parts.MAX_BODY + 1)
    cut = list[str]()
    found = parts_of(exchange("wss://x.test/", request_body=body, messages=frames), cut)
    assert [part.place for part in found] == ["url", "body", "websocket", "websocket"]
    assert len(cut) == 3  # one is of the layers: a text is cut before a body is
    assert any("a body of more than 8 MB" in words for words in cut)
    assert any("more than 2 messages" in words for words in cut)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Referer", "referer"),
        ("COOKIE", "cookie"),
        ("Host", "host"),
        ("origin", "host"),
        ("Sec-Fetch-Site", "ordinary"),
        ("If-None-Match", "ordinary"),
        ("X-Device-Id", "own"),
        ("Hostess", "own"),
    ],
)
def test_how_a_header_is_read(name: str, role: str) -> None:
    assert role_of(name) == role


@pytest.mark.parametrize("text", ["plain", "阚澹昭", "café"])
def test_headers_are_read_as_they_were_written(text: str) -> None:
    assert as_written(text.encode().decode("latin-1")) == text
    assert as_written(text) == text
