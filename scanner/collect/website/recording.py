"""What one session sent and got, as a HAR: every request with its body, address and cause.

Written by ourselves, since Playwright's own HAR loses binary bodies and knows neither who caused a
request nor, behind our guard, which address answered.
"""

from __future__ import annotations

import asyncio
import base64
import datetime
import json
from collections import defaultdict, deque
from collections.abc import Awaitable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.async_api import (
    BrowserContext,
    CDPSession,
    Error,
    Frame,
    Page,
    Request,
    Response,
    WebSocket,
)

from scanner.facts import Phase
from scanner.fetch.guard import Guard

MOST_EXCHANGES = 5000
"""Requests of one session that are kept; a shop's front page makes some three hundred."""
MOST_MESSAGES = 2000
"""Messages of WebSockets of one session that are kept."""
MOST_BODY = 2 * 1024**2
"""Longest body kept, in bytes; of longer ones only the size."""
MOST_BODIES = 96 * 1024**2
"""Bodies of one session kept in all, in bytes."""
WORTH_KEEPING = frozenset({"document", "script", "xhr", "fetch", "ping", "eventsource", "other"})
"""Kinds of resource whose answers can tell something."""
SHOWING = frozenset({"stylesheet", "image", "font"})
"""Kinds without which nobody could replay the page as it was seen; they fill half the room at most,
so that what can tell something always finds its own."""
SETTLE_S = 5.0
"""Longest wait for the details of the last requests, in seconds."""


class Recording:
    """The requests of one session, from its first to its last."""

    def __init__(self, guard: Guard, phase: Phase) -> None:
        """Prepare to record."""
        self.guard = guard
        self.phase = phase
        self.entries: dict[int, dict[str, Any]] = {}
        self.dropped = 0
        self.downloads: list[str] = []
        self.dialogs = 0
        self.crashed = False
        self._messages = 0
        self._bytes = 0
        self._causes: defaultdict[tuple[str, str], deque[dict[str, Any]]] = defaultdict(
            lambda: deque(maxlen=50)
        )
        self._bodies: defaultdict[tuple[str, str], deque[bytes]] = defaultdict(
            lambda: deque(maxlen=50)
        )
        self._order: dict[Request, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def watch(self, context: BrowserContext) -> None:
        """Listen to a whole context."""
        context.on("request", self._asked)
        context.on("requestfinished", lambda request: self._later(self._finished(request)))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    async def watch_page(self, page: Page, client: CDPSession) -> None:
        """Listen to what only a page tells: sockets, who caused what, and the bodies of blobs."""
        page.on("websocket", self._socket)
        page.on("framenavigated", lambda frame: self._later(self._watch_frame(frame)))
        await self._watch_client(client)

    async def _watch_frame(self, frame: Frame) -> None:
        """Listen to a frame that another process of the browser draws, where there is one."""
        if frame.parent_frame is None:
            return
        try:
            await self._watch_client(await frame.page.context.new_cdp_session(frame))
        except Error:
            return

    async def _watch_client(self, client: CDPSession) -> None:
        client.on("Network.requestWillBeSent", lambda event: self._cause(client, event))
        await client.send("Network.enable")

    def _later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _cause(self, client: CDPSession, event: dict[str, Any]) -> None:
        request, cause = event.get("request", {}), event.get("initiator", {})
        key = (str(request.get("method")), str(request.get("url")))
        self._causes[key].append(cause)
        if request.get("hasPostData") and "postData" not in request:
            self._later(self._fetch_body(client, key, str(event.get("requestId"))))

    async def _fetch_body(self, client: CDPSession, key: tuple[str, str], request: str) -> None:
        """Ask for a body that the browser does not tell by itself: one made of files or blobs."""
        try:
            told = await client.send("Network.getRequestPostData", {"requestId": request})
            text = str(told.get("postData", ""))
            raw = base64.b64decode(text) if told.get("base64Encoded") else text.encode()
        except (Error, ValueError):
            return
        self._bodies[key].append(raw)

    def _asked(self, request: Request) -> None:
        if len(self.entries) >= MOST_EXCHANGES:
            self.dropped += 1
            return
        at = datetime.datetime.now().astimezone()
        number = len(self.entries)
        self._order[request] = number
        self.entries[number] = {
            "startedDateTime": at.isoformat("T", "milliseconds"),
            "time": 0,
            "request": _request(request),
            "response": _no_response(),
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
            "_resourceType": request.resource_type,
            "_document": _frame_url(request),
        }

    def _entry(self, request: Request) -> dict[str, Any] | None:
        number = self._order.get(request)
        return None if number is None else self.entries[number]

    def _answered(self, response: Response) -> None:
        entry = self._entry(response.request)
        if entry is not None:
            entry["response"]["status"] = response.status
            entry["response"]["statusText"] = response.status_text[:200]
            self._later(self._headers(response, entry))

    async def _headers(self, response: Response, entry: dict[str, Any]) -> None:

        try:
            entry["request"]["headers"] = await response.request.headers_array()
            entry["response"]["headers"] = await response.headers_array()
        except Error:
            return
        for header in entry["response"]["headers"]:
            if header["name"].lower() == "location":
                entry["response"]["redirectURL"] = header["value"]

    async def _finished(self, request: Request) -> None:

        entry = self._entry(request)
        if entry is None:
            return
        try:
            response = await request.response()
            if response is None:
                return
            sizes = await request.sizes()
            size = int(sizes["responseBodySize"])
            entry["response"]["bodySize"] = size
            content = entry["response"]["content"]
            headers = response.headers
            content["mimeType"] = headers.get("content-type", "")[:200]
            content["size"] = size
            kept = request.resource_type in WORTH_KEEPING or "json" in content["mimeType"]
            room = MOST_BODIES if kept else MOST_BODIES // 2
            kept = kept or request.resource_type in SHOWING
            redirect = 300 <= response.status < 400
            if kept and not redirect and size <= MOST_BODY and self._bytes + size <= room:
                body = await response.body()
                if len(body) <= MOST_BODY:
                    self._bytes += len(body)
                    content["size"] = len(body)
                    content["text"] = base64.b64encode(body).decode()
                    content["encoding"] = "base64"
        except Error:
            return

    def _failed(self, request: Request) -> None:
        entry = self._entry(request)
        if entry is not None:
            entry["_error"] = str(request.failure or "")[:200]
            self._later(self._request_headers(request, entry))

    async def _request_headers(self, request: Request, entry: dict[str, Any]) -> None:

        try:
            entry["request"]["headers"] = await request.headers_array()
        except Error:
            return

    def _socket(self, socket: WebSocket) -> None:
        if len(self.entries) >= MOST_EXCHANGES:
            self.dropped += 1
            return
        at = datetime.datetime.now().astimezone()
        entry: dict[str, Any] = {
            "startedDateTime": at.isoformat("T", "milliseconds"),
            "time": 0,
            "request": {**_no_request(), "method": "GET", "url": socket.url},
            "response": {**_no_response(), "status": 101},
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
            "_resourceType": "websocket",
            "_document": "",
            "_webSocketMessages": [],
        }
        self.entries[len(self.entries)] = entry
        socket.on("framesent", lambda data: self._message(entry, "send", data))
        socket.on("framereceived", lambda data: self._message(entry, "receive", data))
        socket.on("socketerror", lambda error: entry.__setitem__("_error", str(error)[:200]))

    def _message(self, entry: dict[str, Any], way: str, data: str | bytes) -> None:
        if self._messages >= MOST_MESSAGES:
            self.dropped += 1
            return
        self._messages += 1
        binary = isinstance(data, bytes)
        self.dropped += len(data) > MOST_BODY
        text = base64.b64encode(data[:MOST_BODY]).decode() if isinstance(data, bytes) else data
        entry["_webSocketMessages"].append(
            {
                "type": way,
                "time": datetime.datetime.now().timestamp(),
                "opcode": 2 if binary else 1,
                "data": text[:MOST_BODY],
            }
        )

    async def settle(self) -> None:
        """Wait for the details of what has been asked, but not for long."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=SETTLE_S)

    async def har(self, browser: str, navigation: list[str]) -> bytes:
        """Give the session as HAR 1.2, in UTF-8."""
        await self.settle()
        entries = [self._completed(entry) for entry in list(self.entries.values())]
        log = {
            "version": "1.2",
            "creator": {"name": "mingjian", "version": "1"},
            "browser": {"name": "Chromium", "version": browser},
            "entries": entries,
            "_mingjian": {
                "phase": self.phase,
                "navigation": navigation,
                "dropped": self.dropped + sum(_is_cut(entry) for entry in entries),
                "connections": [
                    {
                        "host": each.host,
                        "port": each.port,
                        "ip": each.ip,
                        "at": each.at.isoformat("T", "milliseconds"),
                        "refused": each.refused.en if each.refused else None,
                        "failed": each.failed.en if each.failed else None,
                        "cut": each.cut.en if each.cut else None,
                    }
                    for each in self.guard.connections
                ],
            },
        }
        return json.dumps({"log": log}, ensure_ascii=False, sort_keys=True).encode(
            "utf-8", "surrogatepass"
        )

    def _completed(self, entry: dict[str, Any]) -> dict[str, Any]:
        request = entry["request"]
        key = (request["method"], request["url"])
        causes, bodies = self._causes.get(key), self._bodies.get(key)
        cause = causes.popleft() if causes else {}
        if "postData" not in request and bodies:
            _add_body(request, bodies.popleft())
        entry["_initiator"] = _initiator(cause)
        host, port = _host_port(request["url"])
        at = datetime.datetime.fromisoformat(entry["startedDateTime"])
        peer = self.guard.peer(host, port, at) if host else None
        if peer is not None:
            entry["_via"] = "mapped" if peer.mapped else "direct"
            if peer.ip:
                entry["serverIPAddress"] = peer.ip
            trouble = peer.refused or peer.failed
            if trouble is not None and not entry["response"]["status"]:
                entry["_error"] = trouble.en
        return entry


def _request(request: Request) -> dict[str, Any]:
    given = _no_request()
    given["method"] = request.method
    given["url"] = request.url
    given["headers"] = [{"name": n, "value": v} for n, v in request.headers.items()]
    query = request.url.partition("#")[0].partition("?")[2]
    given["queryString"] = [
        {"name": name, "value": value} for name, value in parse_qsl(query, True)[:500]
    ]
    body = request.post_data_buffer
    if body is not None:
        _add_body(given, body)
    return given


def _is_cut(entry: dict[str, Any]) -> bool:
    return "postData" in entry["request"] and int(entry["request"]["bodySize"]) > MOST_BODY


def _add_body(request: dict[str, Any], body: bytes) -> None:
    types = [one["value"] for one in request["headers"] if one["name"].lower() == "content-type"]
    request["bodySize"] = len(body)
    request["postData"] = {
        "mimeType": types[0] if types else "",
        "text": base64.b64encode(body[:MOST_BODY]).decode(),
        "encoding": "base64",
    }


def _no_request() -> dict[str, Any]:
    return {
        "method": "",
        "url": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "queryString": [],
        "headersSize": -1,
        "bodySize": 0,
    }


def _no_response() -> dict[str, Any]:
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": ""},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }


def _initiator(cause: dict[str, Any]) -> dict[str, Any]:
    """Name the script that stands nearest to the request, else the document or link."""
    stack = cause.get("stack")
    for _ in range(8):
        if not isinstance(stack, dict):
            break
        for frame in stack.get("callFrames") or ():
            url = str(frame.get("url", ""))
            if url.startswith(("http:", "https:")):
                return {"url": url[:500], "line": int(frame.get("lineNumber", -1)) + 1}
        stack = stack.get("parent")
    url = str(cause.get("url", ""))
    return {"url": url[:500], "line": int(cause.get("lineNumber", -1)) + 1} if url else {"url": ""}


def _frame_url(request: Request) -> str:

    try:
        return request.frame.url
    except (Error, AttributeError):  # a service worker has no frame
        return ""


def _host_port(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        default = 443 if parts.scheme in ("https", "wss") else 80
        return (parts.hostname or "").rstrip("."), parts.port or default
    except ValueError:
        return "", 0
