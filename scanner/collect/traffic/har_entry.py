"""One entry of a HAR file as an exchange, in the dialects of browsers, proxies and test tools.

Every member is read by itself: one that is missing, or is not what it should be, is unknown and
costs nothing else.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import io
import json
import re
from typing import Literal, TypeVar
from urllib.parse import urlencode

import msgspec

from scanner.collect.traffic.json_parts import Cut, Text
from scanner.exchange import Exchange, Headers, Message, address, moment
from scanner.model import Words

MAX_LIST = 2 << 20
"""Bytes of one list of headers, cookies, fields or calls at most; servers refuse far shorter."""
MAX_MENDED = 8 << 20
"""Bytes of an entry with slips at most: to mend them it must be read as a whole."""
MAX_MESSAGES = 50_000
"""Messages of one WebSocket at most."""
MAX_PAGES = 1_000
"""Pages of one file whose addresses are remembered at most."""
LONGEST_URL = 1 << 20
"""Characters of an address at most; browsers send 2 MB at most, servers take 8 kB."""
LONGEST_NOTE = 300
"""Characters of a reason or a word of the format at most."""
_BYTES = re.compile("[\0-\xff]*[\x80-\x9f][\0-\xff]*")
"""Bytes that were written as one character each (Chrome, mitmproxy): no text has such controls."""
_BODILESS = ("GET", "HEAD", "OPTIONS", "WS", "CONNECT")
"""Methods of requests that carry nothing unless the file says so."""

T = TypeVar("T")
_Raw = msgspec.Raw
_NULL = msgspec.Raw(b"null")
_NOTHING = (_NULL, b"[]")


class _Entry(msgspec.Struct):
    request: _Raw = _NULL
    response: _Raw = _NULL
    started: _Raw = msgspec.field(default=_NULL, name="startedDateTime")
    ip: _Raw = msgspec.field(default=_NULL, name="serverIPAddress")
    page: _Raw = msgspec.field(default=_NULL, name="pageref")
    resource_type: _Raw = msgspec.field(default=_NULL, name="_resourceType")
    initiator: _Raw = msgspec.field(default=_NULL, name="_initiator")
    document: _Raw = msgspec.field(default=_NULL, name="_document")
    document_url: _Raw = msgspec.field(default=_NULL, name="_documentURL")
    via: _Raw = msgspec.field(default=_NULL, name="_via")
    error: _Raw = msgspec.field(default=_NULL, name="_error")
    messages: _Raw = msgspec.field(default=_NULL, name="_webSocketMessages")
    from_cache: _Raw = msgspec.field(default=_NULL, name="_fromCache")
    from_worker: _Raw = msgspec.field(default=_NULL, name="_fetchedViaServiceWorker")


class _Request(msgspec.Struct):
    url: _Raw = _NULL
    method: _Raw = _NULL
    headers: _Raw = _NULL
    cookies: _Raw = _NULL
    body: _Raw = msgspec.field(default=_NULL, name="postData")
    body_base64: _Raw = msgspec.field(default=_NULL, name="_postDataBase64")
    size: _Raw = msgspec.field(default=_NULL, name="bodySize")


class _Response(msgspec.Struct):
    status: _Raw = _NULL
    headers: _Raw = _NULL
    cookies: _Raw = _NULL
    content: _Raw = _NULL
    error: _Raw = msgspec.field(default=_NULL, name="_error")


class _Body(msgspec.Struct):
    text: _Raw = _NULL
    encoding: _Raw = _NULL
    mime: _Raw = msgspec.field(default=_NULL, name="mimeType")
    fields: _Raw = msgspec.field(default=_NULL, name="params")
    base64: _Raw = msgspec.field(default=_NULL, name="_postDataBase64")


class _Pair(msgspec.Struct):
    name: str
    value: str = ""


class _Cookie(msgspec.Struct):
    name: str
    value: str = ""
    domain: _Raw = _NULL
    path: _Raw = _NULL
    expires: _Raw = _NULL


class _Message(msgspec.Struct):
    type: str = ""
    data: str = ""
    opcode: int | float = 1
    time: _Raw = _NULL


class _Initiator(msgspec.Struct):
    type: _Raw = _NULL
    url: _Raw = _NULL
    stack: _Raw = _NULL


class _Frame(msgspec.Struct):
    url: str = ""


class _Stack(msgspec.Struct):
    frames: list[_Frame] = msgspec.field(default=[], name="callFrames")
    parent: _Raw = _NULL


class _Page(msgspec.Struct):
    id: str
    title: str = ""


class Unreadable(Exception):  # noqa: N818 - it names the state of an entry
    """An entry of which nothing can be used, and why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Words(zh, en)


def exchange_of(data: bytes, at: str, pages: dict[str, str]) -> Exchange:
    """Read an entry; `pages` holds the addresses of pages by id. Raises Unreadable."""
    entry = _decoded(data)
    request = _take(entry.request, _Request)
    response = _take(entry.response, _Response) or _Response()
    url = _take(request.url, str) if request else None
    if request is None or not url or len(url) > LONGEST_URL:
        raise Unreadable("没有可用的请求地址", "it has no usable address")
    content = _take(response.content, _Body) or _Body()
    headers = _headers(request.headers, request.cookies, answer=False)
    messages = _messages(entry.messages)
    resource_type = (_word(entry.resource_type) or "").lower() or None
    socket = bool(messages) or resource_type == "websocket" or url[:3].lower() == "ws:"
    socket = socket or url[:4].lower() == "wss:"
    method = "WS" if socket else (_word(request.method) or "GET").upper()[:20]
    started = _word(entry.started) or ""
    return Exchange(
        url=url,
        method=method,
        started=started if moment(started) else "",
        at=at,
        request_headers=headers,
        request_body=_request_body(request, method, headers),
        status=_status(response.status),
        response_headers=_headers(response.headers, response.cookies, answer=True),
        response_body=_body(content),
        mime=_word(content.mime),
        resource_type="websocket" if socket else resource_type,
        initiator=_initiator(entry.initiator),
        document=_document(entry, pages),
        ip=(_word(entry.ip) or "").strip("[]") or None,
        via=_via(entry.via),
        error=_word(entry.error) or _word(response.error) or None,
        cached=_is_cached(entry),
        messages=messages,
    )


def _decoded(data: bytes) -> _Entry:
    try:
        return msgspec.json.decode(data, type=_Entry)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        if len(data) > MAX_MENDED:
            raise Unreadable("不是有效的 HAR 条目", "it is no valid entry of a HAR") from None
    try:  # slips that other readers forgive: bytes that are no UTF-8, NaN, raw line breaks
        return msgspec.json.decode(_mended(data), type=_Entry)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise Unreadable("不是有效的 HAR 条目", "it is no valid entry of a HAR") from None


def _mended(data: bytes) -> bytes:
    value = json.loads(
        data.decode("utf-8", "replace"),
        strict=False,
        parse_constant=lambda _: None,
        parse_int=lambda digits: int(digits) if len(digits) < 19 else None,
        parse_float=lambda digits: float(digits[:40]) if "e" not in digits.lower() else None,
    )
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _take(raw: _Raw, kind: type[T]) -> T | None:
    """Read a member as what it should be; None when it is missing or something else."""
    if raw == _NULL:
        return None
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        pass
    try:  # halves of characters, which other readers forgive
        return msgspec.json.decode(_mended(bytes(raw)), type=kind) if kind is str else None
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None


def _word(raw: _Raw) -> str | None:
    said = _take(raw, str)
    return None if said is None else said[:LONGEST_NOTE]


def _status(raw: _Raw) -> int | None:
    said = _take(raw, float)
    return None if said is None or said >= 1000 else max(int(said), 0)


def _is_cached(entry: _Entry) -> bool:
    return bool(_word(entry.from_cache)) or _take(entry.from_worker, bool) is True


def _via(raw: _Raw) -> Literal["direct", "mapped", "proxy"] | None:
    return _take(raw, Literal["direct", "mapped", "proxy"])  # type: ignore[arg-type]


def _listed(raw: _Raw, kind: type[T]) -> list[T]:
    """Read a list; elements that are something else are left out."""
    if len(raw) > MAX_LIST:
        raise Unreadable("头部或字段列表过大", "a list of headers or fields is too large")
    whole = _take(raw, list[kind])  # type: ignore[valid-type]
    if whole is not None:
        return whole
    each = (_take(one, kind) for one in _take(raw, list[_Raw]) or ())
    return [one for one in each if one is not None]


def _headers(headers: _Raw, cookies: _Raw, *, answer: bool) -> Headers:
    """Give the headers; cookies that stand only in their own list are given as headers too.

    What HTTP/2 writes as a header but is none (:path ...) is left out. Where a recorder wrote
    several Set-Cookie into one value, line by line, they are taken apart.
    """
    found = [
        (pair.name, value)
        for pair in _listed(headers, _Pair)
        if pair.name and not pair.name.startswith(":")
        for value in (pair.value.split("\n") if answer else (pair.value,))
    ]
    name = "set-cookie" if answer else "cookie"
    if cookies not in _NOTHING and not any(said.lower() == name for said, _ in found):
        listed = _listed(cookies, _Cookie)
        if answer:
            found += [("Set-Cookie", _as_header(cookie)) for cookie in listed]
        elif listed:
            found.append(("Cookie", "; ".join(f"{one.name}={one.value}" for one in listed)))
    return tuple(found)


def _as_header(cookie: _Cookie) -> str:
    parts = [f"{cookie.name}={cookie.value}"]
    for word, said in (("Domain", _word(cookie.domain)), ("Path", _word(cookie.path))):
        parts += [f"{word}={said}"] if said else []
    expires = moment(_word(cookie.expires))
    if expires:
        utc = expires.astimezone(datetime.UTC)
        parts.append(f"Expires={utc.strftime('%a, %d %b %Y %H:%M:%S GMT')}")
    return "; ".join(parts)


def _announced(headers: Headers) -> bool:
    """Say whether the headers promise a body."""
    said = [value.strip() for name, value in headers if name.lower() == "content-length"]
    return any(value not in ("", "0") for value in said)


def _request_body(request: _Request, method: str, headers: Headers) -> bytes | None:
    """Give what was sent; None where something was, or may have been, that the file lacks."""
    whole = _take(request.body_base64, str)
    if whole is not None:
        return _from_base64(whole)
    body = _take(request.body, _Body)
    if body is not None:
        found = _body(body)
        if found is None and body.fields != _NULL:
            pairs = [(one.name, one.value) for one in _listed(body.fields, _Pair)]
            found = urlencode(pairs, errors="replace").encode() if pairs else None
        if found:
            return found
    size = _take(request.size, float)
    if (size is not None and size > 0) or _announced(headers):
        return None
    return b"" if size == 0 or method in _BODILESS else None


def _body(body: _Body) -> bytes | None:
    whole = _take(body.base64, str)
    if whole is not None:
        return _from_base64(whole)
    text = _take(body.text, str)
    if text is None:
        return None
    if (_word(body.encoding) or "").lower() == "base64":
        return _from_base64(text)
    return text.encode("latin-1" if _BYTES.fullmatch(text) else "utf-8")


def _from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None


def _messages(raw: _Raw) -> tuple[Message, ...]:
    found: list[Message] = []
    if raw in _NOTHING:
        return ()
    text = Text(io.BytesIO(raw))
    try:
        for _ in text.elements():
            said = _take(_Raw(text.value(len(raw)) or b"null"), _Message)
            if said is not None:
                data = _from_base64(said.data) if said.opcode == 2 else said.data.encode()
                sent = said.type.lower() == "send"
                found.append(Message(sent=sent, data=data or b"", time=_time(said.time)))
            if len(found) >= MAX_MESSAGES:
                break
    except Cut:  # it is no list
        return ()
    return tuple(found)


def _time(raw: _Raw) -> str | None:
    """Give a time in ISO 8601; Chrome and mitmproxy write seconds since 1970."""
    seconds = _take(raw, float)
    if seconds is not None and 0 < seconds < 1 << 33:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()
    said = _word(raw)
    return said if moment(said) else None


def _initiator(raw: _Raw) -> str | None:
    """Give the address of the script that caused a request; empty for the browser's own doing."""
    said = _word(raw)
    if said is not None:
        return said
    told = _take(raw, _Initiator) if len(raw) <= MAX_LIST else None
    if told is None:
        return None
    url = _word(told.url)
    if url is not None:
        return url
    stack = told.stack
    for _ in range(20):  # callbacks of callbacks
        frames = _take(stack, _Stack)
        if frames is None:
            break
        found = next((one.url for one in frames.frames[:50] if one.url), None)
        if found:
            return found[:LONGEST_NOTE]
        stack = frames.parent
    return "" if _word(told.type) in ("other", "parser", "preload") else None


def _document(entry: _Entry, pages: dict[str, str]) -> str | None:
    for said in (_take(entry.document, str), _take(entry.document_url, str)):
        if said:
            return said[:LONGEST_URL]
    return pages.get(_word(entry.page) or "")


def addresses_of_pages(data: bytes) -> dict[str, str]:
    """Give the addresses of pages by their ids, where a recorder wrote them as titles."""
    try:
        listed = _listed(_Raw(data), _Page)[:MAX_PAGES]
    except Unreadable:
        return {}
    return {one.id: one.title for one in listed if address(one.title) and " " not in one.title}
