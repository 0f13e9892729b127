"""HAR files for tests: made by hand, and where those lie that the project did not make."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from scanner.exchange import Exchange

STARTED = "2026-05-01T10:00:00.000+08:00"


def shared() -> Path:
    """Find the folder of inputs that the project did not make, or skip."""
    named = os.environ.get("MINGJIAN_SHARED")
    beside = [folder / "shared" for folder in Path(__file__).resolve().parents]
    for folder in [Path(named)] if named else beside:
        if (folder / "corpus" / "har").is_dir():
            return folder
    pytest.skip("no corpus on this machine; name its folder in MINGJIAN_SHARED to check against it")


def pairs(said: Mapping[str, str] | Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    listed = said.items() if isinstance(said, Mapping) else said
    return [{"name": name, "value": value} for name, value in listed]


def entry(
    url: str,
    *,
    method: str = "GET",
    sent: Mapping[str, str] | Sequence[tuple[str, str]] = (("Accept", "*/*"),),
    body: str | None = None,
    got: Mapping[str, str] | Sequence[tuple[str, str]] = (("Content-Type", "text/html"),),
    status: int = 200,
    **more: Any,
) -> dict[str, Any]:
    """Make an entry as browsers write it; `more` is added to it as it is."""
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "headers": pairs(sent),
        "cookies": [],
        "queryString": [],
        "headersSize": -1,
        "bodySize": len(body or ""),
    }
    if body is not None:
        request["postData"] = {"mimeType": "", "text": body}
    made: dict[str, Any] = {
        "startedDateTime": STARTED,
        "time": 1,
        "request": request,
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": pairs(got),
            "cookies": [],
            "content": {"size": 0, "mimeType": "text/html"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 0,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
        "serverIPAddress": "114.114.114.114",
    }
    return {**made, **more}


def log(entries: Sequence[Any], **more: Any) -> dict[str, Any]:
    creator = {"name": "test", "version": "1"}
    return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries, **more}}


def write(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def exchange(url: str, **more: Any) -> Exchange:
    made = {"method": "GET", "started": STARTED, "at": "entry 1", "status": 200, **more}
    return Exchange(url=url, **{"request_body": b"", **made})


# One entry in the manner of each writer, after what its documentation or its source says


def _of(creator: str, made: dict[str, Any], **more: Any) -> dict[str, Any]:
    return log([made], creator={"name": creator, "version": "1", "comment": ""}, **more)


def _bare(method: str, url: str, **more: Any) -> dict[str, Any]:
    return {"method": method, "url": url, "httpVersion": "HTTP/1.1", **more}


def _answer(status: int = 200, mime: str = "application/json", **content: Any) -> dict[str, Any]:
    return {"status": status, "headers": [], "content": {"size": 2, "mimeType": mime, **content}}


def chrome() -> dict[str, Any]:
    """Calls of scripts; cookies twice; connection is a mere number; binary text as characters."""
    made = entry(
        "https://api.a.test/v2/log?x=1",
        method="POST",
        sent=[(":authority", "api.a.test"), ("content-type", "application/json"), ("cookie", "k")],
        body='{"oaid":"\u0080\u00ff"}',
        _initiator={
            "type": "script",
            "stack": {
                "callFrames": [{"functionName": "", "scriptId": "7", "url": ""}],
                "parent": {"description": "Promise.then", "callFrames": [
                    {"functionName": "f", "url": "https://cdn.b.test/k.js", "lineNumber": 1}]},
            },
        },
        _priority="High",
        _resourceType="xhr",
        _connectionId="91",
        connection="443",
        pageref="page_1",
    )  # fmt: skip
    made["timings"] = {"blocked": 2.5, "dns": 3, "ssl": 4, "connect": 6, "send": 0.5, "wait": 9,
                       "receive": 1, "_blocked_queueing": 1}  # fmt: skip
    pages = [{"id": "page_1", "title": "https://www.a.test/", "pageTimings": {}}]
    return _of("WebInspector", made, pages=pages)


def chrome_socket() -> dict[str, Any]:
    made = entry("wss://push.a.test/ws", status=101, _resourceType="websocket")
    made["_webSocketMessages"] = [
        {"type": "send", "time": 1777600800.25, "opcode": 1, "data": "imei=1"},
        {"type": "receive", "time": 1777600801, "opcode": 2, "data": "AP8="},
    ]
    return _of("WebInspector", made)


def firefox() -> dict[str, Any]:
    """A body in params beside its text; times without pages; serverIPAddress of IPv6."""
    request = _bare("POST", "https://a.test/form", headers=pairs({"Host": "a.test"}), bodySize=9)
    request["postData"] = {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": "tel", "value": "1 3"}],
        "text": "tel=1%203",
    }
    return _of(
        "Firefox",
        {
            "startedDateTime": STARTED,
            "request": request,
            "response": _answer(),
            "cache": {},
            "timings": {"blocked": 0, "dns": 1, "connect": 2, "ssl": 0, "send": 0, "wait": 5},
            "_securityState": "secure",
            "serverIPAddress": "2001:db8::1",
            "connection": "443",
            "pageref": "page_1",
        },
    )


def safari() -> dict[str, Any]:
    """No body of requests at all; times of -1; addresses in brackets."""
    request = _bare("POST", "https://a.test/api", headers=pairs({"Content-Length": "12"}))
    made = {
        "pageref": "page_0",
        "startedDateTime": "2026-05-01T02:00:00.000Z",
        "time": 30.1,
        "request": {**request, "cookies": [], "headersSize": -1, "bodySize": -1},
        "response": {**_answer(), "_transferSize": 80},
        "cache": {},
        "timings": {"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": -1, "wait": 20},
        "serverIPAddress": "[2001:db8::2]",
        "connection": "7",
        "_fetchType": "Network Load",
        "_priority": "high",
    }
    return _of("WebKit Web Inspector", made)


def charles() -> dict[str, Any]:
    """Null where others write nothing; pseudo-headers; answers in base64."""
    request = _bare("POST", "http://a.test/up", headers=pairs({":method": "POST", "Host": "a"}))
    request["postData"] = {"mimeType": "application/json", "text": '{"a":1}', "params": None}
    made = {
        "startedDateTime": STARTED,
        "request": {**request, "cookies": [], "queryString": [], "bodySize": 7},
        "response": {
            **_answer(mime="image/png", text="AP8=", encoding="base64"),
            "_charlesStatus": "COMPLETE",
            "statusText": None,
        },
        "serverIPAddress": "203.0.113.7",
        "cache": {},
        "timings": {"dns": None, "connect": None, "ssl": None, "send": 3, "wait": 5, "receive": 0},
    }
    return _of("Charles Proxy", made)


def fiddler() -> dict[str, Any]:
    """Times in seven digits; the port of the client as connection; files begin with a mark."""
    made = entry("https://a.test/x", startedDateTime="2026-05-01T10:00:00.1234567+08:00")
    made["connection"] = "ClientPort:51234;EgressPort:51235"
    made["comment"] = "[#12]"
    return _of("Fiddler", made)


def playwright() -> dict[str, Any]:
    """Who answered, with its certificate; bodies kept elsewhere."""
    made = entry("https://a.test/x", _serverPort=443, _frameref="frame@1", _monotonicTime=1.5)
    made["_securityDetails"] = {"protocol": "TLS 1.3", "subjectName": "a.test", "validFrom": 1}
    made["response"]["content"] = {"size": -1, "mimeType": "text/html", "_file": "a.html"}
    return _of("Playwright", made, browser={"name": "chromium", "version": "1"})


def browsertime() -> dict[str, Any]:
    made = entry("https://a.test/x", _initialPriority="High", _requestId="1.2", cookies=[])
    made["_initiator"] = "https://a.test/"
    made["_initiator_type"] = "parser"
    made["response"].update({"_transferSize": 10, "fromDiskCache": False})
    return _of("Browsertime", made)


def mitmproxy() -> dict[str, Any]:
    """Zero for times that were not taken; why there was no answer."""
    made = entry("https://a.test/x", method="POST", body="é")
    made["request"]["postData"]["params"] = []
    made["response"] = {"status": 0, "content": {}, "headers": [], "_error": "connection closed"}
    made["timings"] = {"connect": -1.0, "ssl": -1.0, "send": 0, "receive": 0, "wait": 0}
    return _of("mitmproxy", made)


def proxyman() -> dict[str, Any]:
    """Who asked, by address and port; cookies in their own lists only; null for no messages."""
    request = _bare("GET", "https://a.test/x", headers=[])
    request["cookies"] = [{"name": "sid", "value": "1"}, {"name": "b", "value": "2"}]
    made = {
        "startedDateTime": "2026-05-01T02:00:00.500Z",
        "request": request,
        "response": {**_answer(), "cookies": [{"name": "c", "value": "3", "path": "/"}]},
        "timings": {"send": -1, "wait": -1, "receive": -1, "connect": 1},
        "_webSocketMessages": None,
        "_isHTTPS": True,
        "_clientAddress": "192.168.1.23",
        "_clientPort": 52011,
        "_remoteDeviceIP": None,
    }
    return _of("Proxyman", made)


def minimal() -> dict[str, Any]:
    """What tools that send requests write (Postman, Insomnia): params only, hardly anything else"""
    request = {"method": "post", "url": "https://a.test/login"}
    request_ = {**request, "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [
        {"name": "phone", "value": "139 0000"}, {"name": "n", "value": "鸢"}]}}  # fmt: skip
    return {"log": {"entries": [{"request": request_}]}}


def phone() -> dict[str, Any]:
    """Phone tools (HttpCanary, Stream): the phone's own port; bodies in base64 both ways."""
    request = _bare("POST", "https://a.test/report", headers=pairs({"User-Agent": "okhttp/4.9"}))
    request["postData"] = {"mimeType": "application/octet-stream", "text": "H4sIAP8=",
                           "encoding": "base64", "comment": ""}  # fmt: skip
    made = {
        "startedDateTime": "2026-05-01T10:00:00.000+0800",
        "time": 12,
        "request": request,
        "response": _answer(text="e30=", encoding="base64"),
        "timings": {"send": 1, "wait": 10, "receive": 1, "comment": ""},
        "connection": "10.8.0.2:40112",
        "serverIPAddress": "114.114.114.114",
        "_protocol": "TLSv1.2",
        "comment": "com.example.app",
    }
    return _of("HttpCanary", made)
