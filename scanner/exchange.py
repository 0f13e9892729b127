"""One normal form for an HTTP exchange, whoever captured it, and how addresses are named."""

from __future__ import annotations

import datetime
import functools
import re
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit

import msgspec

LONGEST_PATH = 160
"""Characters of a path that a fact repeats at most."""
LONGEST_HOST = 253
"""Characters of the longest name in the DNS (RFC 1035)."""
LONGEST_KEPT = 2_048
"""Characters of an address at most whose parts are kept in memory: many are asked for again."""
_BREAKS = re.compile(r"[\t\r\n]")
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years in which something can have been recorded."""
_HOST = re.compile(r"[^\s\x00-\x20\x7f\"<>\\^`{|}]+")
_PERSON = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{14,19}[Xx]?)(?!\d)")
"""Numbers that can be a telephone's, a card's or a person's; others name pages and stay."""
_RANDOM = re.compile(
    r"\d{6,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{16,}", re.IGNORECASE
)
"""Numbers, UUIDs and digests: ids of orders and visits, other ones on each run."""
_MAIL = re.compile(r"[^/@\s]+(?:@|%40)[^/@\s]+\.[^/@\s]+", re.IGNORECASE)

_MAC_COLONS = 5
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", re.IGNORECASE)

Headers = tuple[tuple[str, str], ...]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a WebSocket."""

    sent: bool
    """True from the browser or app to the server."""
    data: bytes
    """What it carried."""
    time: str | None = None
    """When (ISO 8601 with offset)."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request and what came back; a field that is null was not recorded."""

    url: str
    """Address asked, whole."""
    method: str
    """GET, POST ...; WS for a WebSocket."""
    started: str
    """When the request began (ISO 8601 with offset)."""
    ended: str | None = None
    """When all of the request had been sent (ISO 8601 with offset)."""
    at: str
    """Place in the source, e.g. entry 12."""
    request_headers: Headers = ()
    """Names as sent, with values."""
    request_body: bytes | None = None
    """What was sent; empty when nothing was."""
    status: int | None = None
    """Status of the answer; 0 when there was none."""
    response_headers: Headers = ()
    """Names as received; several Set-Cookie stay several."""
    response_body: bytes | None = None
    """What came back, decoded, where it was kept."""
    mime: str | None = None
    """Media type of the answer."""
    resource_type: str | None = None
    """What asked: document, script, image, xhr, fetch, ping, websocket ..."""
    partial: bool = False
    """True when less of the request's body was recorded than was sent."""
    initiator: str | None = None
    """Address of the script that caused it; the empty text when it was the document itself."""
    document: str | None = None
    """Address of the page or frame from which it went out."""
    ip: str | None = None
    """Address connected to."""
    via: Literal["direct", "mapped", "proxy"] | None = None
    """How it was reached."""
    client: str | None = None
    """Address and port from which it came, e.g. 10.215.173.1:40112."""
    tls: str | None = None
    """Version of TLS to the server, e.g. TLSv1.3; the empty text when there was none."""
    error: str | None = None
    """Why there was no answer."""
    cached: bool = False
    """True when a cache or the page's own worker answered, so that nothing left the machine."""
    messages: tuple[Message, ...] = ()
    """Messages of a WebSocket."""


class Passage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A connection that could not be looked into: of its content nothing is known."""

    kind: Literal["refused", "unopened", "tcp", "udp", "quic", "dns"]
    """refused: the client did not trust who looked in (pinned certificates); unopened: it was let
    through on purpose; tcp and udp: no HTTP; dns: a question for an address."""
    host: str
    """Name asked for, else the address connected to."""
    started: str
    """When it began (ISO 8601 with offset)."""
    at: str
    """Place in the source, e.g. entry 12."""
    port: int | None = None
    """Port connected to."""
    ip: str | None = None
    """Address connected to."""
    client: str | None = None
    """Address and port from which it came."""
    sent: int | None = None
    """Bytes that the client sent."""


class Address(NamedTuple):
    """An address in the parts that facts speak of."""

    scheme: str
    host: str
    port: int | None
    path: str
    """Path without query; numbers of persons and mail addresses masked, shortened."""
    secure: bool


def address(url: str) -> Address | None:
    """Take an address apart; None for what names no host, e.g. data: and blob:."""
    bare = url.partition("?")[0].partition("#")[0]
    return _known_address(bare) if len(bare) <= LONGEST_KEPT else _address(bare)


def _address(bare: str) -> Address | None:
    if not bare.isprintable():
        bare = _BREAKS.sub("", bare)  # as browsers and urlsplit read it
    begin = "/".join(bare.split("/", 3)[:3])
    server = _known_server(begin) if len(begin) <= LONGEST_KEPT else _server(begin)
    if server is None:
        return None
    path = _PERSON.sub("*", bare[len(begin) :] or "/")
    if "@" in path or "%40" in path:
        path = _MAIL.sub("*", path)
    if path.count(":") >= _MAC_COLONS:
        path = _MAC.sub("*", path)
    return Address(server.scheme, server.host, server.port, path[:LONGEST_PATH], server.secure)


class _Server(NamedTuple):
    scheme: str
    host: str
    port: int | None
    secure: bool


def _server(begin: str) -> _Server | None:
    """Read what stands before the path of an address."""
    parts = _split(begin)
    if parts is None or parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
        return None
    try:
        port = parts.port
    except ValueError:
        port = None
    host = parts.hostname.lower().rstrip(".")
    if len(host) > LONGEST_HOST or not _HOST.fullmatch(host):
        return None
    return _Server(parts.scheme, host, port, parts.scheme in ("https", "wss"))


_known_address = functools.lru_cache(maxsize=2048)(_address)
_known_server = functools.lru_cache(maxsize=2048)(_server)


def shape(path: str) -> str:
    """Give a path with what differs from visit to visit masked, so that runs can be compared."""
    return _RANDOM.sub("*", path)


def shown(url: str) -> str:
    """Give an address as facts name it: no user, query or fragment, personal values masked."""
    parts = address(url)
    if parts is None:
        scheme, colon, _ = url.partition("?")[0].partition("#")[0].partition(":")
        return scheme[:20] + colon if colon else ""
    host = f"[{parts.host}]" if ":" in parts.host else parts.host
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{parts.path}"


def moment(words: str | None) -> datetime.datetime | None:
    """Read a time in ISO 8601; None for what is none, says nothing of its offset from UTC, or
    cannot be that of a recording.
    """
    try:
        read = datetime.datetime.fromisoformat(words or "")
    except ValueError:
        return None
    return read if read.tzinfo and FIRST_YEAR <= read.year <= LAST_YEAR else None


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None
