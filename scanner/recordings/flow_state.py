"""One flow of mitmproxy, as its state, as an exchange or as a connection that stayed closed.

Every member is read by itself: one that is missing, or is not what it should be, is unknown and
costs nothing else.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, Literal

from scanner.exchange import LONGEST_HOST, Exchange, Headers, Message, Passage
from scanner.personal.decoders import decompressed
from scanner.recordings.har_entry import LONGEST_NOTE, LONGEST_URL
from scanner.recordings.har_form import Unreadable

MAX_DECODED = 48 << 20
"""Bytes of a body at most once its compression is undone; a longer one stays compressed."""
MAX_CODINGS = 3
"""Compressions around one body at most; servers use one."""
MAX_HEADERS = 20_000
"""Headers of one message at most; servers refuse more than some hundred."""
LONGEST_HELLO = 1 << 15
"""Bytes of a connection's beginning in which its name is looked for."""
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s\x00-\x20\x7f/?#@\\:\[\]]+)(?::(\d{1,5}))?")
_UNTRUSTED = re.compile(r"trust|certificate|disconnected during the handshake|unknown ca|alert")
"""What mitmproxy says where the client broke off because of the certificate it was shown."""
_NUMBERED = re.compile(r"[0-9.]+|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?")
_PORTS = {"http": 80, "https": 443}
_DUMMY = "unknown"
"""Host that mitmproxy makes up for a WebSocket of old files whose handshake is missing."""

State = Mapping[str, Any]


def exchange_of(state: State, at: str) -> Exchange | Passage:
    """Read a flow from its state (`Flow.get_state()`, of the version of the mitmproxy here).

    HTTP and WebSockets give an exchange, all else a passage. Raises Unreadable where nothing of it
    can be used.
    """
    kind = _text(state.get("type"))
    if kind == "http":
        return _refused(state, at) or _http(state, at)
    if kind in ("tcp", "udp"):
        return _refused(state, at) or _raw(state, at, "udp" if kind == "udp" else "tcp")
    if kind == "dns":
        return _question(state, at)
    raise Unreadable("不是已知类型的 mitmproxy 流", "it is no flow of a kind that mitmproxy knows")


# HTTP


def _http(state: State, at: str) -> Exchange:
    request, response = _part(state, "request"), _part(state, "response")
    socket = state.get("websocket")
    copied = "duplicated" in _part(state, "metadata")  # its handshake stands in the file already
    headers, answer = _headers(request), _headers(response)
    server, error = _part(state, "server_conn"), _text(_part(state, "error").get("msg"))
    proxied = _is_proxied(state)
    content = response.get("content")
    return Exchange(
        url=_url(state, headers),
        method="WS" if isinstance(socket, Mapping) else _method(request),
        started=_time(request.get("timestamp_start")) or "",
        ended=_ended(state),
        at=at,
        request_headers=() if copied else headers,
        request_body=_bytes(request.get("content")),
        status=_status(response) if response else 0 if error else None,
        response_headers=() if copied else answer,
        response_body=_decoded(content, answer) if isinstance(content, bytes) else None,
        mime=(_first(answer, "content-type") or "")[:LONGEST_NOTE] if response else None,
        resource_type="websocket" if isinstance(socket, Mapping) else None,
        ip=None if proxied else _ip(server.get("peername")),
        via="proxy" if proxied else "direct",
        client=_client(state),
        tls=_tls(request, server),
        error=error[:LONGEST_NOTE] or None,
        messages=_messages(socket) if isinstance(socket, Mapping) else (),
    )


def _ended(state: State) -> str | None:
    """Give when a request had been sent whole, or was still being sent for the last time.

    Of one that broke off, or was answered before it was whole, only that later moment is known.
    """
    parts = (("request", "timestamp_end"), ("error", "timestamp"), ("response", "timestamp_end"))
    return next(filter(None, (_time(_part(state, part).get(name)) for part, name in parts)), None)


def _url(state: State, headers: Headers) -> str:
    """Give the address as the client named it: by Host, for a transparent proxy knows numbers."""
    request = _part(state, "request")
    scheme = _text(request.get("scheme")).lower()
    host, port = _host(state, request), _port(request.get("port"))
    if _method(request) == "CONNECT":
        asked = _AUTHORITY.fullmatch(_text(request.get("authority")))
        said = asked.group() if asked else f"{bracketed(host)}:{port or 443}"
        return _usable(f"https://{said}/", host or said)
    if scheme not in _PORTS:
        secure = port == 443 or _part(state, "server_conn").get("tls") is True
        scheme = "https" if secure else "http"
    named = (_text(request.get("authority")) or _first(headers, "host") or "").strip()
    match = _AUTHORITY.fullmatch(named) if len(named) <= LONGEST_HOST + 6 else None
    if match:
        host = match.group(1)
        port = int(match.group(2)) if match.group(2) else port
    path = _text(request.get("path"))
    path = "" if path == "*" else path if path.startswith("/") else f"/{path}"
    shown = "" if port in (None, _PORTS[scheme]) else f":{port}"
    return _usable(f"{scheme}://{bracketed(host)}{shown}{path}", host)


def _usable(url: str, host: str) -> str:
    if not host or len(url) > LONGEST_URL:
        raise Unreadable("没有可用的请求地址", "it has no usable address")
    return url


def _host(state: State, request: State) -> str:
    """Give the host that the proxy was asked for; the name in TLS where that is a number."""
    asked, server = _text(request.get("host")), _part(state, "server_conn")
    if asked == _DUMMY and not request.get("timestamp_start"):
        asked = _address(server.get("address"))[0]
    if not asked or _NUMBERED.fullmatch(asked[:LONGEST_HOST]):
        name = _text(server.get("sni")) or _text(_part(state, "client_conn").get("sni"))
        asked = name or asked
    fits = len(asked) <= LONGEST_HOST and _AUTHORITY.fullmatch(bracketed(asked))
    return asked if fits else ""


def _method(request: State) -> str:
    return (_text(request.get("method")) or "GET").upper()[:20]


def _status(response: State) -> int | None:
    said = response.get("status_code")
    return said if isinstance(said, int) and 0 <= said < 1000 else None


def _headers(message: State) -> Headers:
    """Give the headers, and after them those that came after the body. Raises Unreadable."""
    found: list[tuple[str, str]] = []
    for name in ("headers", "trailers"):
        listed = message.get(name)
        if not isinstance(listed, list | tuple):
            continue
        if len(found) + len(listed) > MAX_HEADERS:
            raise Unreadable("头部过多", "it has too many headers")
        for pair in listed:
            if isinstance(pair, list | tuple) and len(pair) == 2:
                key = _text(pair[0])
                if key and not key.startswith(":"):
                    found.append((key, _text(pair[1])))
    return tuple(found)


def _first(headers: Headers, name: str) -> str | None:
    return next((value for said, value in headers if said.lower() == name), None)


def _decoded(body: bytes, headers: Headers) -> bytes:
    """Undo the compressions that the headers name; what cannot be undone stays as it came."""
    said = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    codings = [coding.strip().lower() for coding in said.split(",")] if said and body else []
    for coding in reversed(codings[-MAX_CODINGS:]):
        if coding in ("gzip", "x-gzip", "deflate", "br", "zstd"):
            opened = decompressed(body, MAX_DECODED, coding)
            if opened is None or opened.cut:
                return body
            body = opened.data
    return body


def _tls(request: State, server: State) -> str | None:
    if server.get("tls") is not True and _text(request.get("scheme")).lower() == "http":
        return ""
    return _text(server.get("tls_version"))[:20] or None


def _messages(socket: State) -> tuple[Message, ...]:
    """Give the messages of a WebSocket; those that the auditor put in are nobody's."""
    found, listed = list[Message](), socket.get("messages")
    for one in listed if isinstance(listed, list | tuple) else ():
        if not isinstance(one, list | tuple) or len(one) < 4:
            continue
        data = one[2].encode("utf-8", "replace") if isinstance(one[2], str) else one[2]
        if isinstance(data, bytes) and not (len(one) > 5 and one[5] is True):
            found.append(Message(sent=one[1] is True, data=data, time=_time(one[3])))
    return tuple(found)


# What is no HTTP, and what could not be opened


def _refused(state: State, at: str) -> Passage | None:
    """Give the connection that its client broke off when it saw the certificate, if it is one."""
    request, client = _part(state, "request"), _part(state, "client_conn")
    if state.get("type") == "http" and (state.get("response") or _method(request) != "CONNECT"):
        return None
    words = (client.get("error"), _part(state, "error").get("msg"))
    told = " ".join(_text(word) for word in words).lower()
    if client.get("timestamp_tls_setup") is not None or not _UNTRUSTED.search(told):
        return None
    return passage_of(state, at, "refused", request.get("timestamp_start"))


def _raw(state: State, at: str, kind: Literal["tcp", "udp"]) -> Passage:
    listed = state.get("messages")
    messages = [
        one
        for one in (listed if isinstance(listed, list | tuple) else ())
        if isinstance(one, list | tuple) and len(one) == 3 and isinstance(one[1], bytes)
    ]
    sent = [one[1] for one in messages if one[0] is True]
    time = messages[0][2] if messages else None
    begin = b"".join(sent[:8])[:LONGEST_HELLO]
    if kind == "tcp" and begin[:2] == b"\x16\x03":
        return passage_of(state, at, "unopened", time, _size(sent), name_in_hello(begin))
    if kind == "udp" and _is_quic(state, begin):
        return passage_of(state, at, "quic", time, _size(sent))
    return passage_of(state, at, kind, time, _size(sent))


def _size(sent: list[bytes]) -> int:
    return sum(map(len, sent))


def _is_quic(state: State, begin: bytes) -> bool:
    """Say whether UDP carries QUIC: by what mitmproxy found, or by its long header (RFC 9000)."""
    version = _text(_part(state, "client_conn").get("tls_version"))
    known = begin[1:5] in (b"\0\0\0\1", b"\x6b\x33\x43\xcf")
    return version.startswith("QUIC") or (begin[:1] >= b"\xc0" and known)


def name_in_hello(begin: bytes) -> str:
    """Give the name that a client asked for in TLS; empty where it did not say."""
    from mitmproxy.proxy.layers.tls import parse_client_hello  # noqa: PLC0415 - it is heavy

    try:
        hello = parse_client_hello(begin)
        return (hello.sni if hello else None) or ""
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return ""


def _question(state: State, at: str) -> Passage:
    request = _part(state, "request")
    listed = request.get("questions")
    asked = listed[0] if isinstance(listed, list | tuple) and listed else None
    name = _text(asked.get("name")) if isinstance(asked, Mapping) else ""
    return passage_of(state, at, "dns", request.get("timestamp"), name=name)


def passage_of(
    state: State,
    at: str,
    kind: Literal["refused", "unopened", "tcp", "udp", "quic", "dns"],
    time: object = None,
    sent: int | None = None,
    name: str = "",
) -> Passage:
    """Say of a connection that stayed closed all that its two ends tell (`client_conn`,
    `server_conn`): `time` in seconds since 1970, `sent` in bytes, `name` as it was asked for.
    """
    client, server = _part(state, "client_conn"), _part(state, "server_conn")
    host, port = _address(server.get("address"))
    ip = None if _is_proxied(state) else _ip(server.get("peername"))
    names = () if kind == "dns" else (server.get("sni"), client.get("sni"))
    request = _part(state, "request")
    known = (name, *map(_text, names), host, _text(request.get("host")), ip)
    times = (time, client.get("timestamp_start"), state.get("timestamp_created"))
    return Passage(
        kind=kind,
        host=next(filter(None, known), "")[:LONGEST_HOST],
        started=next(filter(None, map(_time, times)), ""),
        at=at,
        port=port or _port(request.get("port")),
        ip=ip,
        client=_client(state),
        sent=sent,
    )


# Single members


def _part(state: State, name: str) -> State:
    found = state.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(value: object) -> str:
    """Give a text; bytes that are no UTF-8 one character each; empty for what is neither."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if not isinstance(value, bytes):
        return ""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _bytes(value: object) -> bytes | None:
    return value if isinstance(value, bytes) else None


def _time(seconds: object) -> str | None:
    """Give a time in ISO 8601 from seconds since 1970."""
    if isinstance(seconds, int | float) and 0 < seconds < 1 << 33:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()
    return None


def _address(value: object) -> tuple[str, int | None]:
    if not isinstance(value, list | tuple) or len(value) < 2:
        return "", None
    return _text(value[0]), _port(value[1])


def _port(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 1 << 16 else None


def _ip(peer: object) -> str | None:
    return _address(peer)[0].partition("%")[0].removeprefix("::ffff:")[:45] or None


def _client(state: State) -> str | None:
    peer = _part(state, "client_conn").get("peername")
    ip, port = _ip(peer), _address(peer)[1]
    return f"{bracketed(ip)}:{port}" if ip and port else None


def bracketed(host: str) -> str:
    """Write a host as it stands before a port: an address of IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _is_proxied(state: State) -> bool:
    """Say whether another proxy stood between, so that the server's address is not known."""
    mode = _text(_part(state, "client_conn").get("proxy_mode"))
    return bool(_part(state, "server_conn").get("via")) or mode.startswith("upstream")
