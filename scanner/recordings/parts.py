"""The parts of a request in which something can be carried: its address, headers and bodies."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from scanner.exchange import Exchange
from scanner.personal.layers import Piece, pieces, url_pieces

Spot = Literal["url", "referer", "header", "cookie", "body", "websocket"]


MAX_BODY = 8 << 20
"""Bytes of one body that are looked into; uploads of films are longer and say nothing more."""
MAX_MESSAGES = 2_000
"""Messages of one WebSocket that are looked into."""
_ORDINARY = re.compile(
    r"accept(-.*)?|age|authorization|cache-control|connection|content-.*|cookie|dnt|expect|host"
    r"|if-.*|keep-alive|origin|pragma|priority|purpose|range|referer|sec-.*|te|transfer-encoding"
    r"|upgrade(-.*)?|user-agent|via|service-worker.*|x-requested-with",
    re.IGNORECASE,
)
"""Headers that every browser writes by itself, or that are looked at by themselves."""


class Part(NamedTuple):
    """One text or body of a request, taken out of its wrappings."""

    place: Spot
    pieces: Sequence[Piece]


def parts_of(exchange: Exchange, cut: list[str]) -> list[Part]:
    """Take the address, the body and the messages of a request out of their wrappings.

    What was left out is added to `cut` in plain words.
    """
    address = url_pieces(exchange.url.partition("#")[0], cut=cut)
    return [Part("url", address), *_bodies(exchange, cut)]


def _bodies(exchange: Exchange, cut: list[str]) -> Iterator[Part]:
    body = exchange.request_body
    if body:
        inside = pieces(
            body[:MAX_BODY],
            content_type=_said(exchange, "content-type"),
            content_encoding=_said(exchange, "content-encoding"),
            cut=cut,
        )
        yield Part("body", inside)
        if len(body) > MAX_BODY:
            cut.append(f"a body of more than {MAX_BODY >> 20} MB; the rest was left")
    sent = [message.data for message in exchange.messages if message.sent]
    for data in sent[:MAX_MESSAGES]:
        yield Part("websocket", pieces(data[:MAX_BODY], cut=cut))
    if len(sent) > MAX_MESSAGES:
        cut.append(f"more than {MAX_MESSAGES} messages of a WebSocket; the rest was left")


def _said(exchange: Exchange, name: str) -> str:
    headers = exchange.request_headers
    for said, value in headers:
        if len(said) == len(name) and said.lower() == name:
            return value
    return ""


Role = Literal["referer", "cookie", "host", "ordinary", "own"]


@functools.lru_cache(maxsize=1024)
def role_of(name: str) -> Role:
    """Say how a header is read; those that every browser writes by itself are ordinary."""
    lower = name.lower()
    if lower in ("referer", "cookie"):
        return lower  # type: ignore[return-value]
    if lower in ("host", "origin"):
        return "host"
    return "ordinary" if _ORDINARY.fullmatch(name) else "own"


def as_written(value: str) -> str:
    """Undo the reading of UTF-8 as Latin-1, in which HTTP and browsers give headers."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
