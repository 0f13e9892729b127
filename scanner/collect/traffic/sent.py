"""What a request carried away: personal information, and identifiers of this browser or device."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from scanner.cookies import cookies_sent, random_parts, tells_apart
from scanner.exchange import Exchange
from scanner.personal import patterns
from scanner.personal.canary import CANARY, CANARY_TYPES
from scanner.personal.known import KnownValues
from scanner.personal.layers import layers
from scanner.personal.masking import masked

Spot = Literal["url", "referer", "header", "cookie", "body", "websocket"]
Carrier = Literal["cookie", "url", "body", "header"]

MAX_BODY = 8 << 20
"""Bytes of one body that are looked into; uploads of films are longer and say nothing more."""
MAX_MESSAGES = 2_000
"""Messages of one WebSocket that are looked into."""
MAX_FIELDS = 5_000
"""Fields of one request that are looked at."""
MAX_KEPT = 4_000
"""Texts whose outcome is kept in memory: headers and cookies repeat from request to request."""
LONGEST_KEPT = 4_096
"""Characters of such a text at most."""
LONGEST_NAME = 80
"""Characters of the name of a field that a fact repeats at most."""
LONGEST_KEYSTROKES = 4_000
"""Characters of single keystrokes to one field that are put together at most."""

_LONG_NUMBER = re.compile(r"\d{11,}")
"""Digits in a name that may themselves be personal: a telephone number has eleven."""
_ORDINARY = re.compile(
    r"accept(-.*)?|age|authorization|cache-control|connection|content-.*|cookie|dnt|expect|host"
    r"|if-.*|keep-alive|origin|pragma|priority|purpose|range|referer|sec-.*|te|transfer-encoding"
    r"|upgrade(-.*)?|user-agent|via|service-worker.*|x-requested-with",
    re.IGNORECASE,
)
"""Headers that every browser writes by itself, or that are looked at by themselves."""
_ID_NAME = re.compile(
    r"(?:.*[._\-])?_?(?:c|u|d|g|v|p|m|uu|ut|aa|oa|client|user|device|visitor|visit_?user|member"
    r"|anonymous|anon|distinct|unique|browser|machine|open|union|global|suda?|track(?:ing|er)?"
    r"|person|profile|fp|fingerprint|install(?:ation)?)[_\-]?(?:id|uuid|guid)"
    r"|.*(?:cookie_?id|fbp|hmaccount|imei|idfa|oaid|android_?id|utdid|umid|fingerprint|guid|uuid)"
    r"|cna|uid",
    re.IGNORECASE,
)
"""Names under which makers of statistics send what tells browsers apart (general knowledge)."""


class Datum(NamedTuple):
    """Personal information that a request carried."""

    data_type: str
    """Its kind."""
    place: Spot
    """Where in the request."""
    matched_by: Literal["known", "pattern"]
    """known: a value that we typed; pattern: it has the form of such a value."""
    encoding: str
    """How it was wrapped."""
    value_masked: str
    """The value with its telling part hidden."""


class Identifier(NamedTuple):
    """Something in a request that may tell this browser from others."""

    name: str
    """Name of the cookie or field."""
    carrier: Carrier
    """What carried it."""
    parts: tuple[str, ...]
    """Its random parts."""
    sure: bool
    """Whether it is one; else only if a cookie holds the same."""


class Carried(NamedTuple):
    """All that one request carried."""

    data: tuple[Datum, ...]
    """Personal information, each kind once for each place."""
    identifiers: tuple[Identifier, ...]
    """Identifiers, and what may prove to be one."""
    cut: tuple[str, ...]
    """What could not be looked into, in plain words."""


class _Field(NamedTuple):
    place: Spot
    name: str
    text: str
    encoding: str


class Reader:
    """Reads requests one after the other, in the order in which they went out."""

    def __init__(self, values: Mapping[str, str] = CANARY) -> None:
        """Search for these values, which we typed into forms; by default the canaries."""
        by_type: dict[str, list[str]] = {}
        for kind, value in values.items():
            by_type.setdefault(CANARY_TYPES.get(kind, kind), []).append(value)
        self._known = KnownValues(by_type)
        self._values = by_type
        self._kept: dict[str, tuple[tuple[str, str, str], ...]] = {}
        self._keystrokes: dict[tuple[str, Spot, str], str] = {}

    def read(self, exchange: Exchange, *, listed: bool) -> Carried:
        """Say what a request carried; `listed` is true for a tracker of the table that identifies.

        Values that we typed are searched everywhere; values known by their form only where a name
        can vouch for them: in fields of the address, of the Referer and of the body.
        """
        cut: list[str] = []
        fields = list(_fields(exchange, cut))
        found: dict[tuple[str, Spot], Datum] = {}
        for place, kind, encoding, value in self._known_values(exchange, cut):
            found.setdefault(
                (kind, place), Datum(kind, place, "known", encoding, masked(kind, value))
            )
        for kind, place, value in self._typed(exchange, fields):
            datum = Datum(kind, place, "known", "keystrokes", masked(kind, value))
            found.setdefault((kind, place), datum)
        for field in fields:
            for one in patterns.find(field.text, field.name):
                if one.sure and not self._is_known(one.value):
                    key = (one.data_type, field.place)
                    shown = masked(one.data_type, one.value)
                    found.setdefault(
                        key, Datum(one.data_type, field.place, "pattern", field.encoding, shown)
                    )
        identifiers = (*_in_cookies(exchange), *_in_fields(exchange, fields, listed))
        return Carried(tuple(found.values()), identifiers, tuple(dict.fromkeys(cut)))

    def _known_values(
        self, exchange: Exchange, cut: list[str]
    ) -> Iterator[tuple[Spot, str, str, str]]:
        for place, text in _texts(exchange):
            for kind, encoding, value in self._in_text(text):
                yield place, kind, encoding, value
        for place, data in _bodies(exchange, cut):
            hits = self._known.search(
                data,
                content_type=_header(exchange, "content-type") if place == "body" else "",
                content_encoding=_header(exchange, "content-encoding") if place == "body" else "",
                cut=cut,
            )
            for hit in hits:
                yield place, hit.data_type, hit.encoding, hit.value

    def _in_text(self, text: str) -> tuple[tuple[str, str, str], ...]:
        found = self._kept.get(text)
        if found is None:
            hits = self._known.search_text(text)
            found = tuple((hit.data_type, hit.encoding, hit.value) for hit in hits)
            if len(text) <= LONGEST_KEPT:
                if len(self._kept) >= MAX_KEPT:
                    self._kept.clear()
                self._kept[text] = found
        return found

    def _typed(
        self, exchange: Exchange, fields: Sequence[_Field]
    ) -> Iterator[tuple[str, Spot, str]]:
        """Put single keystrokes that went to one field of one host together again."""
        host = urlsplit(exchange.url).hostname or ""
        grown = set[tuple[str, Spot, str]]()
        for field in fields:
            if len(field.text) == 1:
                key: tuple[str, Spot, str] = (host, field.place, re.sub(r"\d+", "", field.name))
                if key in self._keystrokes or len(self._keystrokes) < MAX_KEPT:
                    before = self._keystrokes.get(key, "")
                    self._keystrokes[key] = (before + field.text)[-LONGEST_KEYSTROKES:]
                    grown.add(key)
        for key in sorted(grown):
            text = self._keystrokes[key]
            for kind, values in self._values.items():
                for value in values:
                    if value in text:
                        yield kind, key[1], value

    def _is_known(self, value: str) -> bool:
        plain = re.sub(r"[\s\-]", "", value)
        return any(plain.endswith(one) for many in self._values.values() for one in many)


def _texts(exchange: Exchange) -> Iterator[tuple[Spot, str]]:
    """Give what a request says outside its body; what stands after # is never sent."""
    yield "url", exchange.url.partition("#")[0]
    others = []
    for name, value in exchange.request_headers:
        if name.lower() == "referer":
            yield "referer", value
        elif name.lower() == "cookie":
            yield "cookie", value
        elif value and name.lower() not in ("host", "origin"):
            others.append(f"{name}: {value}")
    if others:
        yield "header", "\n".join(others)


def _bodies(exchange: Exchange, cut: list[str]) -> Iterator[tuple[Spot, bytes]]:
    if exchange.request_body:
        yield "body", exchange.request_body[:MAX_BODY]
        if len(exchange.request_body) > MAX_BODY:
            cut.append(f"a body of more than {MAX_BODY >> 20} MB; the rest was left")
    sent = [message.data for message in exchange.messages if message.sent]
    for data in sent[:MAX_MESSAGES]:
        yield "websocket", data[:MAX_BODY]
    if len(sent) > MAX_MESSAGES:
        cut.append(f"more than {MAX_MESSAGES} messages of a WebSocket; the rest was left")


def _fields(exchange: Exchange, cut: list[str]) -> Iterator[_Field]:
    """Give the fields of the address, of the Referer and of the body, through their wrappings."""
    count = 0
    for place, data, content_type, encoding in _parts(exchange):
        for layer in layers(data, content_type=content_type, content_encoding=encoding, cut=cut):
            count += 1
            if count > MAX_FIELDS:
                cut.append(f"more than {MAX_FIELDS} fields in one request; the rest was left")
                return
            yield _Field(place, layer.path, layer.text, "+".join(layer.wrapped) or "plain")


def _parts(exchange: Exchange) -> Iterator[tuple[Spot, bytes, str, str]]:
    form = "application/x-www-form-urlencoded"
    for place, url in (("url", exchange.url), ("referer", _header(exchange, "referer"))):
        query = url.partition("#")[0].partition("?")[2]
        if query:
            yield place, query.encode("utf-8", "replace"), form, ""  # type: ignore[misc]
    for place, data in _bodies(exchange, []):
        if place == "body":
            kind = _header(exchange, "content-type")
            yield place, data, kind, _header(exchange, "content-encoding")
        else:
            yield place, data, "", ""


def _header(exchange: Exchange, name: str) -> str:
    headers = exchange.request_headers
    return next((value for said, value in headers if said.lower() == name), "")


def _in_cookies(exchange: Exchange) -> Iterator[Identifier]:
    for name, value in cookies_sent(exchange):
        if tells_apart(name, value):
            shown = _LONG_NUMBER.sub("*", name)[:LONGEST_NAME]
            yield Identifier(shown, "cookie", random_parts(value), True)


def _in_fields(exchange: Exchange, fields: Iterable[_Field], listed: bool) -> Iterator[Identifier]:
    for field in fields:
        if field.place != "referer" and len(field.text) >= 8:
            carrier: Carrier = "url" if field.place == "url" else "body"
            yield from _candidate(_name(field.name), field.text, carrier, listed)
    for name, value in exchange.request_headers:
        if len(value) >= 8 and not _ORDINARY.fullmatch(name):
            yield from _candidate(name, value, "header", listed)


def _candidate(name: str, text: str, carrier: Carrier, listed: bool) -> Iterator[Identifier]:
    if len(text) > LONGEST_KEPT:
        return
    parts = random_parts(text)
    if parts:
        sure = listed and _ID_NAME.fullmatch(name) is not None
        yield Identifier(name[:LONGEST_NAME], carrier, parts, sure)


def _name(path: str) -> str:
    """Give the name of a field, without what it is wrapped in and without numbers in a list."""
    inner = path.rpartition(" > ")[2]
    inner = re.sub(r"\[\d*\]", "", inner.partition(":")[2] or inner)
    return _LONG_NUMBER.sub("*", inner) or "(body)"
