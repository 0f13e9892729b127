"""What a request carried away: personal information, and identifiers of this browser or device."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from scanner.collect.traffic.opaque import is_opaque
from scanner.cookies import cookies_sent, is_random, random_parts, tells_apart
from scanner.exchange import Exchange
from scanner.personal import patterns
from scanner.personal.canary import CANARY, CANARY_TYPES
from scanner.personal.fields import same_form
from scanner.personal.known import KnownValues
from scanner.personal.layers import Layer, Piece, layers_of, pieces, text_pieces, url_pieces
from scanner.personal.masking import keyed_digest, masked
from scanner.personal.numbers import LATEST_YEAR
from scanner.personal.variants import HASHES, SHORTEST, forms

Spot = Literal["url", "referer", "header", "cookie", "body", "websocket"]
Carrier = Literal["cookie", "url", "body", "header"]

MAX_BODY = 8 << 20
"""Bytes of one body that are looked into; uploads of films are longer and say nothing more."""
MAX_MESSAGES = 2_000
"""Messages of one WebSocket that are looked into."""
MAX_FIELDS = 5_000
"""Fields of one request that are looked at."""
MAX_KEPT = 8_000
"""Headers, and fields, whose outcome is kept in memory: they repeat from request to request."""
LONGEST_KEPT = 4_096
"""Characters of such a header at most."""
LONGEST_FIELD_KEPT = 256
"""Characters of such a field at most."""
LONGEST_NAME = 80
"""Characters of the name of a field that a fact repeats at most."""
LONGEST_PATH = 160
"""Characters of a place in a request that a fact repeats at most."""
SURE_CHARACTERS = 10
"""Letters and digits from which a value is not found by chance."""

_LONG_NUMBER = re.compile(r"\d{11,}")
"""Digits in a name that may themselves be personal: a telephone number has eleven."""
_DIGITS = re.compile(r"\d+")
_NUMBERED = re.compile(r"\[\d*\]")
_MAIL = re.compile(r"[^\s@:/&=]+@[^\s@:/&=]+\.[A-Za-z]+")
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
    """known: a value that the auditor put there; pattern: it has the form of such a value."""
    encoding: str
    """How it was wrapped."""
    value_masked: str
    """The value with its telling part hidden."""
    path: str = ""
    """Where in the place, e.g. json:user.phone, param:tel, header:X-Device or offset 17."""
    confidence: Literal["certain", "likely"] = "likely"
    """certain: a known value of at least ten letters and digits, or a digest of it."""
    digest: str | None = None
    """Keyed digest of the value in the form that its spellings share; null without a key."""
    typed: bool = False
    """Whether it is one of our own made-up values, which were typed into forms."""


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
    opaque: bool = False
    """Whether it has a body in which nothing can be read: encrypted, or of an unknown form."""


class _Part(NamedTuple):
    """One text or body of a request, taken out of its wrappings."""

    place: Spot
    pieces: Sequence[Piece]


_Stroke = tuple[Spot, str, str]
"""A field of one letter: its place in the request, its path, the letter."""


class _Header(NamedTuple):
    """What one header carries, whenever it comes again."""

    place: Spot
    pieces: Sequence[Piece]
    cut: tuple[str, ...] = ()
    formed: tuple[Datum, ...] = ()
    """Values known by their form."""
    strokes: tuple[_Stroke, ...] = ()
    identifier: Identifier | None = None
    known: tuple[Datum, ...] = ()
    """Known values."""


class _Told(NamedTuple):
    """What one field says by its form."""

    found: tuple[tuple[str, str], ...]
    """Kinds and values."""
    name: str
    parts: tuple[str, ...]
    """Random parts, as identifiers have them."""
    by_name: bool
    """Whether its name is one under which identifiers are sent."""


_CANARIES: Mapping[str, tuple[str, ...]] = {kind: (value,) for kind, value in CANARY.items()}
_NOTHING = _Told((), "", (), by_name=False)
_Found = dict[tuple[str, Spot], Datum]


class Reader:
    """Reads requests one after the other, in the order in which they went out."""

    def __init__(
        self,
        values: Mapping[str, Sequence[str]] = _CANARIES,
        *,
        key: bytes | None = None,
        salts: Sequence[str] = (),
    ) -> None:
        """Search for these values, by kind; by default for those that we type into forms.

        `key` is for digests that show which values are equal; it stays outside the case. `salts`
        are texts known to be added before a value is hashed. Raises UsageError for values that
        cannot be searched for, ValueError for a key under 16 bytes.
        """
        by_type: dict[str, list[str]] = {}
        for kind, many in values.items():
            by_type.setdefault(CANARY_TYPES.get(kind, kind), []).extend(many)
        self._known = KnownValues(by_type, salts)
        self._typed = values is _CANARIES
        self._key = key
        if key is not None:
            keyed_digest("", key)
        pairs = [(kind, value.strip()) for kind, many in by_type.items() for value in many]
        self._written = [(kind, value, tuple(forms(kind, value))) for kind, value in pairs]
        self._spelled = tuple({form for _, _, many in self._written for form in many})
        self._longest = max(map(len, self._spelled), default=1)
        same = (same_form(kind, value) for kind, value in pairs)
        self._own = tuple({value for _, value in pairs}.union(same))
        self._headers: dict[tuple[str, str], _Header] = {}
        self._cookies: dict[tuple[str, ...], tuple[Identifier, ...]] = {}
        self._fields: dict[tuple[str, str], _Told] = {}
        self._written_year, self._year = "", LATEST_YEAR
        self._keystrokes: dict[tuple[str, Spot, str], str] = {}

    def read(self, exchange: Exchange, *, listed: bool) -> Carried:
        """Say what a request carried; `listed` is true for a tracker of the table that identifies.

        Known values are searched everywhere; values known by their form only where a name can
        vouch for them: in fields of the address, of the Referer and of the body.
        """
        cut = list[str]()
        found: _Found = {}
        self._see_year(exchange.started[:4])
        url = _Part("url", list(url_pieces(exchange.url.partition("#")[0], cut=cut)))
        bodies = list(_bodies(exchange, cut))
        heads = self._search(exchange, url, bodies, found)
        identifiers = list(self._in_cookies(exchange, heads))
        strokes, told_of = self._fields_of([url, *bodies], cut)
        for head in heads:
            strokes += head.strokes
            cut += head.cut
        if strokes:
            self._join(exchange, strokes, found)
        for place, layer, told in told_of:
            for datum in self._formed(place, layer, told):
                found.setdefault((datum.data_type, place), datum)
            if told.parts:
                carrier: Carrier = "url" if place == "url" else "body"
                sure = listed and told.by_name
                identifiers.append(Identifier(told.name, carrier, told.parts, sure))
        for head in heads:
            for datum in head.formed:
                found.setdefault((datum.data_type, head.place), datum)
            if head.identifier is not None:
                identifiers.append(head.identifier if listed else _unsure(head.identifier))
        opaque = bool(exchange.request_body) and is_opaque(bodies[0].pieces)
        return Carried(tuple(found.values()), tuple(identifiers), tuple(dict.fromkeys(cut)), opaque)

    def _see_year(self, written: str) -> None:
        """Believe no birth after the year of the requests."""
        if written != self._written_year:
            self._written_year = written
            self._year = int(written) if written.isdecimal() else LATEST_YEAR
            self._fields.clear()
            self._headers.clear()

    # Headers

    def _header(self, name: str, raw: str) -> _Header:
        """Take a header out of its wrappings; a Referer is an address, all others are text."""
        role, value, cut = _role(name), _as_written(raw), list[str]()
        if not value or role == "host":
            return _Header("header", ())
        if role in ("referer", "cookie"):
            read = url_pieces(value, cut=cut) if role == "referer" else text_pieces(value, cut=cut)
            inside = list(read)
            strokes, told_of = self._fields_of([_Part(role, inside)], cut)
            formed = tuple(datum for each in told_of for datum in self._formed(*each))
            return _Header(role, inside, tuple(cut), formed, tuple(strokes))
        path = f"header:{name[:LONGEST_NAME]}"
        inside = text_pieces(value, path, cut=cut)
        if role == "ordinary":
            return _Header("header", inside, tuple(cut))
        strokes, told_of = [], []
        if len(inside) > 1 or len(value) == 1 or patterns.may_tell(value, path):
            strokes, told_of = self._fields_of([_Part("header", inside)], cut)
        formed = tuple(datum for each in told_of for datum in self._formed(*each))
        if len(name) >= SHORTEST:
            inside.append(Piece("header:(name)", name, (), False))
        identifier = _of_header(name, value)
        return _Header("header", inside, tuple(cut), formed, tuple(strokes), identifier)

    def _in_cookies(self, exchange: Exchange, heads: Sequence[_Header]) -> tuple[Identifier, ...]:
        lines = tuple(
            pair[1]
            for pair, head in zip(exchange.request_headers, heads, strict=True)
            if head.place == "cookie"
        )
        if not lines:
            return ()
        found = self._cookies.get(lines)
        if found is None:
            found = tuple(
                Identifier(_LONG_NUMBER.sub("*", name)[:LONGEST_NAME], "cookie", parts, True)
                for name, value in cookies_sent(exchange)
                if tells_apart(name, value)
                for parts in [random_parts(value)]
            )
            if sum(map(len, lines)) <= LONGEST_KEPT:
                if len(self._cookies) >= MAX_KEPT:
                    self._cookies.clear()
                self._cookies[lines] = found
        return found

    # Known values

    def _search(
        self, exchange: Exchange, url: _Part, bodies: Sequence[_Part], found: _Found
    ) -> list[_Header]:
        """Search all of a request for the known values; give what is known of its headers."""
        kept = self._headers
        heads: list[_Header] = []
        fresh: list[int] = []
        for number, pair in enumerate(exchange.request_headers):
            head = kept.get(pair)
            if head is None:
                fresh.append(number)
                head = self._header(*pair)
            heads.append(head)
        searched = [url.pieces, *(part.pieces for part in bodies)]
        searched += [heads[number].pieces for number in fresh]
        hit = self._known.may_hold(
            [data for inside in searched for _, data, _, _, within in inside if not within]
        )
        if hit:
            self._add_known(found, "url", url.pieces)
        for number in fresh:
            head, pair = heads[number], exchange.request_headers[number]
            known = tuple(self._known_in(head.place, head.pieces)) if hit else ()
            heads[number] = head._replace(known=known)
            if len(pair[1]) <= LONGEST_KEPT:
                if len(kept) >= MAX_KEPT:
                    kept.clear()
                kept[pair] = heads[number]._replace(pieces=())
        for head in heads:
            for datum in head.known:
                found.setdefault((datum.data_type, datum.place), datum)
        for part in bodies if hit else ():
            self._add_known(found, part.place, part.pieces)
        return heads

    def _add_known(self, found: _Found, place: Spot, pieces_: Sequence[Piece]) -> None:
        for datum in self._known_in(place, pieces_):
            found.setdefault((datum.data_type, place), datum)

    def _known_in(self, place: Spot, pieces_: Sequence[Piece]) -> Iterator[Datum]:
        for hit in self._known.search_pieces(pieces_):
            yield self._datum(hit.data_type, place, hit.encoding, hit.value, hit.place, known=True)

    def _datum(
        self, kind: str, place: Spot, encoding: str, value: str, path: str, *, known: bool
    ) -> Datum:
        certain = known and (
            any(name in encoding for name in HASHES)
            or sum(c.isalnum() for c in value) >= SURE_CHARACTERS
        )
        return Datum(
            kind,
            place,
            "known" if known else "pattern",
            encoding,
            masked(kind, value),
            self._shown_path(place, path, value),
            "certain" if certain else "likely",
            None if self._key is None else keyed_digest(same_form(kind, value), self._key),
            known and self._typed,
        )

    def _shown_path(self, place: Spot, path: str, value: str) -> str:
        """Give a path as facts name it: names in it may themselves be personal."""
        for one in (value, *(value for _, value, _ in self._written)):
            path = path.replace(one, "*")
        outer, _, inner = path.partition(":")
        if place in ("url", "referer") and outer == "url":
            path = inner.replace("(path)", "path", 1) if inner[:6] == "(path)" else f"param:{inner}"
        elif place == "cookie" and outer == "form":
            path = f"cookie:{inner}"
        return _MAIL.sub("*", _LONG_NUMBER.sub("*", path))[:LONGEST_PATH]

    # Fields

    def _fields_of(
        self, parts: Sequence[_Part], cut: list[str]
    ) -> tuple[list[_Stroke], list[tuple[Spot, Layer, _Told]]]:
        """Look at each field once: give single letters, and fields that tell something."""
        kept, count = self._fields, 0
        strokes: list[_Stroke] = []
        told_of: list[tuple[Spot, Layer, _Told]] = []
        for place, inside in parts:
            for path, text, wrapped in layers_of(inside):
                if path[:10] == "url:(path)" and place != "body":
                    continue
                count += 1
                if count > MAX_FIELDS:
                    cut.append(f"more than {MAX_FIELDS} fields in one request; the rest was left")
                    return strokes, told_of
                if len(text) == 1:
                    strokes.append((place, path, text))
                told = kept.get((path, text)) or self._tell(path, text)
                if told is not _NOTHING:
                    told_of.append((place, Layer(path, text, wrapped), told))
        return strokes, told_of

    def _formed(self, place: Spot, layer: Layer, told: _Told) -> Iterator[Datum]:
        for kind, value in told.found:
            encoding = "+".join(layer.wrapped) or "plain"
            yield self._datum(kind, place, encoding, value, layer.path, known=False)

    def _tell(self, path: str, text: str) -> _Told:
        found: tuple[tuple[str, str], ...] = ()
        if patterns.may_tell(text, path):
            found = tuple(
                (one.data_type, one.value)
                for one in patterns.find(text, path, year=self._year)
                if one.sure and not self._is_known(one.data_type, one.value)
            )
        parts: tuple[str, ...] = ()
        if 8 <= len(text) <= LONGEST_KEPT and not path.startswith(("header:", "cookie:")):
            parts = _random_parts(text)
        told = _NOTHING
        if found or parts:
            name = _name(path)
            by_name = _ID_NAME.fullmatch(name) is not None
            told = _Told(found, name[:LONGEST_NAME], parts, by_name)
        if len(text) <= LONGEST_FIELD_KEPT:
            if len(self._fields) >= MAX_KEPT:
                self._fields.clear()
            self._fields[path, text] = told
        return told

    def _join(self, exchange: Exchange, strokes: Sequence[_Stroke], found: _Found) -> None:
        """Put single keystrokes that went to one field of one host together again.

        A value is told when its last letter goes out.
        """
        host = urlsplit(exchange.url).hostname or ""
        for place, path, letter in strokes:
            key: tuple[str, Spot, str] = (host, place, _DIGITS.sub("", path))
            before = self._keystrokes.get(key)
            if before is None and len(self._keystrokes) >= MAX_KEPT:
                continue
            text = self._keystrokes[key] = ((before or "") + letter)[-self._longest :]
            if text.endswith(self._spelled):
                for kind, value, written in self._written:
                    if (kind, place) not in found and text.endswith(written):
                        datum = self._datum(kind, place, "keystrokes", value, path, known=True)
                        found[kind, place] = datum

    def _is_known(self, kind: str, value: str) -> bool:
        plain = re.sub(r"[\s\-]", "", value)
        return plain.endswith(self._own) or same_form(kind, value).endswith(self._own)


def _of_header(name: str, value: str) -> Identifier | None:
    parts = _random_parts(value) if 8 <= len(value) <= LONGEST_KEPT else ()
    by_name = bool(parts) and _ID_NAME.fullmatch(name) is not None
    return Identifier(name[:LONGEST_NAME], "header", parts, by_name) if parts else None


_Role = Literal["referer", "cookie", "host", "ordinary", "own"]


@functools.lru_cache(maxsize=1024)
def _role(name: str) -> _Role:
    """Say how a header is read; those that every browser writes by itself are ordinary."""
    lower = name.lower()
    if lower in ("referer", "cookie"):
        return lower  # type: ignore[return-value]
    if lower in ("host", "origin"):
        return "host"
    return "ordinary" if _ORDINARY.fullmatch(name) else "own"


def _as_written(value: str) -> str:
    """Undo the reading of UTF-8 as Latin-1, in which HTTP and browsers give headers."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _unsure(one: Identifier) -> Identifier:
    return one._replace(sure=False) if one.sure else one


def _bodies(exchange: Exchange, cut: list[str]) -> Iterator[_Part]:
    body = exchange.request_body
    if body:
        inside = pieces(
            body[:MAX_BODY],
            content_type=_said(exchange, "content-type"),
            content_encoding=_said(exchange, "content-encoding"),
            cut=cut,
        )
        yield _Part("body", list(inside))
        if len(body) > MAX_BODY:
            cut.append(f"a body of more than {MAX_BODY >> 20} MB; the rest was left")
    sent = [message.data for message in exchange.messages if message.sent]
    for data in sent[:MAX_MESSAGES]:
        yield _Part("websocket", list(pieces(data[:MAX_BODY], cut=cut)))
    if len(sent) > MAX_MESSAGES:
        cut.append(f"more than {MAX_MESSAGES} messages of a WebSocket; the rest was left")


def _said(exchange: Exchange, name: str) -> str:
    headers = exchange.request_headers
    return next((value for said, value in headers if said.lower() == name), "")


_DRAWN = re.compile(r"[0-9]*(?:[a-f]+[0-9]+){2}[0-9a-f]*")


def _random_parts(text: str) -> tuple[str, ...]:
    """Give what `random_parts` gives, quickly for one run of letters and digits.

    Sixteen hex digits of nine kinds or more hold at least 32 bits, however often each stands there.
    """
    if not (text.isascii() and text.isalnum()):
        return random_parts(text)
    if 16 <= len(text) <= 64 and _DRAWN.fullmatch(text):
        bare = _LETTERS.sub("", text)
        if len(bare) >= 16 and len(set(bare)) >= 9:
            return (text,)
    return (text,) if is_random(text) else ()


_LETTERS = re.compile(r"[a-f]{4,}")


def _name(path: str) -> str:
    """Give the name of a field, without what it is wrapped in and without numbers in a list."""
    inner = path.rpartition(" > ")[2]
    inner = _NUMBERED.sub("", inner.partition(":")[2] or inner)
    return _LONG_NUMBER.sub("*", inner) or "(body)"
