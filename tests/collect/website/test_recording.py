from __future__ import annotations

import base64
import io
import json
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from PIL import Image

from scanner.collect.website import recording
from scanner.collect.website.session import Session
from tests.collect.website.rig import HOST, Kept, in_session, needs_chromium, site

pytestmark = needs_chromium
HOME = f"http://{HOST}/"


def har_of(body: str, **pages: Any) -> dict[str, dict[str, Any]]:
    kept = Kept()

    async def work(session: Session) -> None:
        await session.open(HOME)
        await session.rest(1.2)
        await session.finish()

    whole = {"/": f"<!doctype html><title>t</title><body>{body}", **pages}
    with site(whole) as served:
        in_session(served, work, kept=kept)
    log = json.loads(kept.named(".har"))["log"]
    assert log["version"] == "1.2"
    return {entry["request"]["url"]: entry for entry in log["entries"]}


def body_of(entry: dict[str, Any]) -> bytes:
    assert entry["request"]["postData"]["encoding"] == "base64"
    return base64.b64decode(entry["request"]["postData"]["text"])


def body_of_answer(entry: dict[str, Any]) -> bytes:
    return base64.b64decode(entry["response"]["content"]["text"])


def test_bodies_are_kept_byte_by_byte() -> None:
    raw = "new Uint8Array([0, 1, 2, 250, 255])"
    entries = har_of(
        f"<script>navigator.sendBeacon('/beacon', new Blob([{raw}]));"
        f"fetch('/binary', {{method: 'POST', body: {raw}}});"
        "const f = new FormData(); f.append('a', new Blob(['x\\u0000y']), 'n.bin');"
        "fetch('/multipart', {method: 'POST', body: f});</script>"
    )
    assert body_of(entries[f"{HOME}beacon"]) == bytes([0, 1, 2, 250, 255])
    assert entries[f"{HOME}beacon"]["_resourceType"] == "ping"
    assert body_of(entries[f"{HOME}binary"]) == bytes([0, 1, 2, 250, 255])
    assert b"x\0y" in body_of(entries[f"{HOME}multipart"])


def test_answers_are_kept_and_so_is_what_only_shows_while_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(whole, "PNG")
    entries = har_of(
        "<script>fetch('/data.json')</script><img src=/p.png>",
        **{"/data.json": '{"a": 1}', "/p.png": whole.getvalue()},
    )
    content = entries[f"{HOME}data.json"]["response"]["content"]
    assert base64.b64decode(content["text"]) == b'{"a": 1}'
    assert body_of_answer(entries[f"{HOME}p.png"]) == whole.getvalue()
    monkeypatch.setattr(recording, "MOST_BODIES", 100)
    entries = har_of("<img src=/p.png>", **{"/p.png": whole.getvalue()})
    assert "text" not in entries[f"{HOME}p.png"]["response"]["content"]
    assert entries[f"{HOME}p.png"]["response"]["bodySize"] == len(whole.getvalue())


def test_who_caused_a_request_and_which_address_answered_is_told() -> None:
    entries = har_of(
        "<script src=/s.js></script>",
        **{"/s.js": "fetch('http://other.test/x?y=1');\n", "/x": "ok"},
    )
    entry = entries["http://other.test/x?y=1"]
    assert entry["_initiator"] == {"url": f"{HOME}s.js", "line": 1}
    assert entry["_document"] == HOME
    assert entry["serverIPAddress"] == "127.0.0.1" and entry["_via"] == "mapped"


def test_every_set_cookie_is_kept_even_one_that_the_browser_refuses() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Set-Cookie", "good=1; Path=/")
        handler.send_header("Set-Cookie", "refused=1; Domain=elsewhere.test")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    entries = har_of("<script>fetch('/c')</script>", **{"/c": answer})
    headers = entries[f"{HOME}c"]["response"]["headers"]
    set_cookies = [one["value"] for one in headers if one["name"].lower() == "set-cookie"]
    assert [one.split("=")[0] for one in set_cookies] == ["good", "refused"]


def test_a_request_without_answer_says_why() -> None:
    entries = har_of("<script>fetch('http://10.1.2.3/x').catch(() => {})</script>")
    entry = entries["http://10.1.2.3/x"]
    # The test maps every name and number to loopback, so it is another site's answer that fails.
    assert entry["response"]["status"] in (0, 404)
    if entry["response"]["status"] == 0:
        assert entry["_error"]


def test_redirects_stand_one_by_one() -> None:
    def away(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/end?id=2")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    entries = har_of("<script>fetch('/away?id=1')</script>", **{"/away": away, "/end": "ok"})
    assert entries[f"{HOME}away?id=1"]["response"]["status"] == 302
    assert entries[f"{HOME}away?id=1"]["response"]["redirectURL"] == "/end?id=2"
    assert entries[f"{HOME}end?id=2"]["response"]["status"] == 200


def test_a_refused_socket_is_kept_with_its_error() -> None:
    entries = har_of("<script>new WebSocket('ws://other.test/ws')</script>")
    entry = entries["ws://other.test/ws"]
    assert entry["_resourceType"] == "websocket" and entry["_error"]
