"""One entry of a HAR file as an exchange, in the dialects of browsers, proxies and test tools."""

from __future__ import annotations

import base64
import binascii
import datetime
import io
import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal
from urllib.parse import urlencode

import msgspec

from scanner.exchange import Exchange, Headers, Message, address, moment
from scanner.recordings.har_form import (
    MAX_LIST,
    NULL,
    Body,
    Entry,
    Pair,
    Param,
    Raw,
    Request,
    Response,
    Timings,
    Unreadable,
    carefully,
    listed,
    read_entry,
    take,
)
from scanner.recordings.json_parts import Cut, Text

MAX_MESSAGES = 50_000
"""Messages of one WebSocket at most."""
MAX_PAGES = 1_000
"""Pages of one file whose addresses are remembered at most."""
LONGEST_LENGTH = 16
"""Digits of a length at most."""
LONGEST_URL = 1 << 20
"""Characters of an address at most; browsers send 2 MB at most, servers take 8 kB."""
LONGEST_NOTE = 300
"""Characters of a reason or a word of the format at most."""
LONGEST_SENDING = 86_400_000
"""Milliseconds that sending a request can take; longer is no time but a slip."""
_CONTROLS = re.compile("[\x80-\x9f]")
"""No text has such controls: bytes that were written as one character each (Chrome, mitmproxy)."""
_TLS = re.compile(r"(TLS|SSL) ?v?(\d(?:\.\d)?)", re.IGNORECASE)
_BODILESS = ("GET", "HEAD", "OPTIONS", "WS", "CONNECT")
"""Methods of requests that carry nothing unless the file says so."""
_NOTHING = (NULL, Raw(b"[]"))


class _Cookie(msgspec.Struct):
    name: str
    value: str = ""
    domain: Raw = NULL
    path: Raw = NULL
    expires: Raw = NULL


class _Message(msgspec.Struct):
    type: str = ""
    data: str = ""
    opcode: int | float = 1
    time: Raw = NULL


class _Initiator(msgspec.Struct):
    type: str | None = None
    url: str | None = None
    stack: Raw = NULL


class _Frame(msgspec.Struct):
    url: str = ""


class _Stack(msgspec.Struct):
    frames: list[_Frame] = msgspec.field(default=[], name="callFrames")
    parent: Raw = NULL


class _Page(msgspec.Struct):
    id: str
    title: str = ""


def exchange_of(data: bytes | Raw, at: str, pages: dict[str, str]) -> Exchange:
    """Read an entry; `pages` holds the addresses of pages by id. Raises Unreadable."""
    entry = read_entry(data)
    request, response = entry.request, entry.response or Response()
    url = request.url if request else None
    if request is None or not url or len(url) > LONGEST_URL:
        raise Unreadable("没有可用的请求地址", "it has no usable address")
    content = response.content or Body()
    headers = _headers(request.headers, request.cookies, answer=False)
    messages = _messages(entry.messages)
    resource_type = (_word(entry.resource_type) or "").lower() or None
    socket = bool(messages) or resource_type == "websocket"
    socket = socket or url[:6].lower().startswith(("ws:", "wss:"))
    method = "WS" if socket else (_word(request.method) or "GET").upper()[:20]
    started = _word(entry.started) or ""
    began = moment(started)
    body = _request_body(request, method, headers)
    return Exchange(
        url=url,
        method=method,
        started=started if began else "",
        ended=_ended(began, entry.timings),
        at=at,
        request_headers=headers,
        request_body=body,
        partial=_is_partial(request, headers, body),
        status=_status(response.status),
        response_headers=_headers(response.headers, response.cookies, answer=True),
        response_body=_body(content),
        mime=_word(content.mime),
        resource_type="websocket" if socket else resource_type,
        initiator=_initiator(entry.initiator),
        document=_document(entry, pages),
        ip=(_word(entry.ip) or "").strip("[]") or None,
        via=_via(entry.via),
        client=_client(entry),
        tls=_tls(url, entry),
        error=_word(entry.error) or _word(response.error) or None,
        cached=bool(entry.from_cache) or entry.from_worker is True,
        messages=messages,
    )


def _word(said: str | None) -> str | None:
    return None if said is None else said[:LONGEST_NOTE]


def _status(said: float | None) -> int | None:
    return None if said is None or said >= 1000 else max(int(said), 0)


def _via(said: str | None) -> Literal["direct", "mapped", "proxy"] | None:
    return said if said in ("direct", "mapped", "proxy") else None  # type: ignore[return-value]


def _ended(began: datetime.datetime | None, timings: Timings | None) -> str | None:
    """Give when all of a request had been sent; None where the file cannot know.

    Writers that know no times write -1, or 0 for sending and waiting alike.
    """
    if began is None or timings is None or timings.send is None or timings.send < 0:
        return None
    if timings.send == 0 and not (timings.wait and timings.wait > 0):
        return None
    steps = (timings.blocked, timings.dns, timings.connect, timings.send)
    took = sum(one for one in steps if one is not None and one > 0)
    try:
        ended = began + datetime.timedelta(milliseconds=min(took, LONGEST_SENDING + 1))
    except OverflowError:
        return None
    return ended.isoformat() if took <= LONGEST_SENDING else None


def _client(entry: Entry) -> str | None:
    """Give the address and port from which a request came; most writers give a number only."""
    said = entry.client_address
    if said is None:
        said = entry.connection if ":" in (entry.connection or "") else None
    elif entry.client_port is not None and 0 < entry.client_port < 1 << 16:
        said = f"{_bracketed(said)}:{int(entry.client_port)}"
    if said is None or len(said) > LONGEST_NOTE:
        return None
    host, _, port = said.lstrip("/").rpartition(":")
    try:
        ip = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
    of_server = said is entry.connection and str(ip) == (entry.ip or "").strip("[]")
    if of_server or not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 1 << 16):
        return None
    return f"{_bracketed(str(ip))}:{int(port)}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _tls(url: str, entry: Entry) -> str | None:
    """Give the version of TLS, where the writer states one; the empty text where there was none."""
    if url[:7].lower().startswith(("http://", "ws://")):
        return ""
    for said in (entry.security and entry.security.protocol, entry.protocol):
        found = _TLS.fullmatch(said or "")
        if found:
            return f"{found[1].upper()}v{found[2]}"
    return None


def _headers(pairs: Sequence[Pair] | None, cookies: Raw, *, answer: bool) -> Headers:
    """Give the headers; cookies that stand only in their own list are given as headers too.

    What HTTP/2 writes as a header but is none (:path ...) is left out. Where a recorder wrote
    several Set-Cookie into one value, line by line, they are taken apart.
    """
    found = [(one.name, one.value) for one in pairs or () if one.name and one.name[0] != ":"]
    if answer and any("\n" in value for _, value in found):
        found = [(name, one) for name, value in found for one in value.split("\n")]
    if cookies in _NOTHING:
        return tuple(found)
    name = "set-cookie" if answer else "cookie"
    if not any(said.lower() == name for said, _ in found):
        own = listed(cookies, _Cookie)
        if answer:
            found += [("Set-Cookie", _as_header(cookie)) for cookie in own]
        elif own:
            found.append(("Cookie", "; ".join(f"{one.name}={one.value}" for one in own)))
    return tuple(found)


def _as_header(cookie: _Cookie) -> str:
    parts = [f"{cookie.name}={cookie.value}"]
    for word, said in (("Domain", _said(cookie.domain)), ("Path", _said(cookie.path))):
        parts += [f"{word}={said}"] if said else []
    expires = moment(_said(cookie.expires))
    if expires:
        utc = expires.astimezone(datetime.UTC)
        parts.append(f"Expires={utc.strftime('%a, %d %b %Y %H:%M:%S GMT')}")
    return "; ".join(parts)


def _said(raw: Raw) -> str | None:
    return _word(take(raw, str))


def _announced(headers: Headers) -> bool:
    """Say whether the headers promise a body."""
    said = [value.strip() for name, value in headers if name.lower() == "content-length"]
    return any(value not in ("", "0") for value in said)


def _request_body(request: Request, method: str, headers: Headers) -> bytes | None:
    """Give what was sent; None where something was, or may have been, that the file lacks."""
    if request.body_base64 is not None:
        return _from_base64(request.body_base64)
    body = request.body
    if body is not None:
        found = _body(body)
        if not found and body.fields != NULL:
            pairs = list(_pairs(listed(body.fields, Param)))
            found = urlencode(pairs, errors="replace").encode() if pairs else None
        if found:
            return found
    size = request.size
    if (size is not None and size > 0) or _announced(headers):
        return None
    return b"" if size == 0 or method in _BODILESS else None


def _is_partial(request: Request, headers: Headers, body: bytes | None) -> bool:
    """Say whether a text or bytes were recorded that are shorter than what is said to be sent."""
    if not body or (request.body and request.body.fields != NULL):
        return False
    said = {name.lower(): value.strip() for name, value in headers}
    if _is_spoiled(request, said, body):
        return True
    if said.get("content-encoding"):
        return False  # some recorders keep it opened, some closed
    length = said.get("content-length", "")
    declared = int(length) if length.isdecimal() and len(length) < LONGEST_LENGTH else 0
    return len(body) < max(declared, int(request.size or 0))


def _is_spoiled(request: Request, said: dict[str, str], body: bytes) -> bool:
    """Say whether bytes were recorded as text, so that some of them are lost."""
    lost = body.count(_LOST)
    written = request.body is not None and (request.body.encoding or "").lower() != "base64"
    if not lost or not written or request.body_base64 is not None:
        return False
    if said.get("content-encoding", "identity").lower() != "identity":
        return True
    mime = said.get("content-type") or (request.body.mime if request.body else None) or ""
    if mime and not _WRITTEN_TYPE.search(mime[:LONGEST_NOTE]):
        return True
    return lost * 100 > len(body.decode("utf-8", "replace")) * MOST_LOST


_LOST = "\ufffd".encode()
"""What stands in a text for a byte that is none."""
MOST_LOST = 5
"""Hundredths of a text that may be so; more is no slip."""
_WRITTEN_TYPE = re.compile(r"(?i)text|json|xml|x-www-form-urlencoded|javascript|graphql|yaml|csv")


def _pairs(fields: Iterable[Param]) -> Iterator[tuple[str, str]]:
    """Give the fields of a form that stand in a list of their own, names of files among them."""
    for one in fields:
        yield one.name, one.value
        if one.file:
            yield f"{one.name}.filename", one.file


def _body(body: Body) -> bytes | None:
    if body.base64 is not None:
        return _from_base64(body.base64)
    text = body.text
    if text is None:
        return None
    if (body.encoding or "").lower() == "base64":
        return _from_base64(text)
    if text.isascii() or not _CONTROLS.search(text):
        return text.encode()
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None


def _messages(raw: Raw) -> tuple[Message, ...]:
    found: list[Message] = []
    if raw in _NOTHING:
        return ()
    text = Text(io.BytesIO(raw))
    try:
        for _, one in text.values(len(raw)):
            said = None if one is None else take(Raw(one), _Message)
            if said is not None:
                data = _from_base64(said.data) if said.opcode == 2 else said.data.encode()
                sent = said.type.lower() == "send"
                found.append(Message(sent=sent, data=data or b"", time=_time(said.time)))
            if len(found) >= MAX_MESSAGES:
                break
    except Cut:  # it is no list
        return ()
    return tuple(found)


def _time(raw: Raw) -> str | None:
    """Give a time in ISO 8601; Chrome and mitmproxy write seconds since 1970."""
    seconds = take(raw, float)
    if seconds is not None and 0 < seconds < 1 << 33:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()
    said = _said(raw)
    return said if moment(said) else None


def _initiator(raw: Raw) -> str | None:
    """Give the address of the script that caused a request; empty for the browser's own doing."""
    if raw == NULL:
        return None
    told = None
    if len(raw) <= MAX_LIST:
        told = take(raw, _Initiator) or carefully(raw, _Initiator)
    if told is None:
        return _said(raw)
    if told.url is not None:
        return told.url[:LONGEST_NOTE]
    stack = told.stack
    for _ in range(20):  # callbacks of callbacks
        frames = take(stack, _Stack)
        if frames is None:
            break
        found = next((one.url for one in frames.frames[:50] if one.url), None)
        if found:
            return found[:LONGEST_NOTE]
        stack = frames.parent
    return "" if told.type in ("other", "parser", "preload") else None


def _document(entry: Entry, pages: dict[str, str]) -> str | None:
    for said in (entry.document, entry.document_url):
        if said:
            return said[:LONGEST_URL]
    return pages.get(_word(entry.page) or "")


def addresses_of_pages(data: bytes) -> dict[str, str]:
    """Give the addresses of pages by their ids, where a recorder wrote them as titles."""
    try:
        pages = listed(Raw(data), _Page)[:MAX_PAGES]
    except Unreadable:
        return {}
    return {one.id: one.title for one in pages if address(one.title) and " " not in one.title}
