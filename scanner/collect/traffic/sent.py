"""What a request carried away: personal information, and identifiers of this browser or device."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from scanner.collect.traffic.choices import choice_in
from scanner.collect.traffic.identifiers import (
    LONG_NUMBER,
    LONGEST_NAME,
    Carrier,
    Identifier,
    field_name,
    in_cookies,
    in_header,
    random_parts,
)
from scanner.collect.traffic.opaque import is_opaque
from scanner.exchange import Exchange
from scanner.personal import patterns
from scanner.personal.canary import CANARY, CANARY_TYPES
from scanner.personal.fields import same_form
from scanner.personal.known import KnownValues
from scanner.personal.layers import Layer, Piece, text_of, text_pieces, url_pieces
from scanner.personal.masking import keyed_digest, masked
from scanner.personal.numbers import LATEST_YEAR
from scanner.personal.paths import find_in_path
from scanner.personal.variants import HASHES, SHORTEST, forms
from scanner.recordings.parts import Part, Spot, as_written, parts_of, role_of

MAX_FIELDS = 5_000
"""Fields of one request that are looked at."""
MAX_KEPT = 8_000
"""Headers, and fields, whose outcome is kept in memory: they repeat from request to request."""
LONGEST_KEPT = 4_096
"""Characters of such a header at most."""
LONGEST_FIELD_KEPT = 256
"""Characters of such a field at most."""
LONGEST_PATH = 160
"""Characters of a place in a request that a fact repeats at most."""
SURE_CHARACTERS = 10
"""Letters and digits from which a value is not found by chance."""

_DIGITS = re.compile(r"\d+")
_BEFORE_OWN = re.compile(r"(?:.*[^0-9A-Za-z._%+])?(?:(?:\+|00)?86)?", re.DOTALL)
"""What may stand before a known value that a field ends with: no part of a longer word."""
_MAIL = re.compile(r"[^\s@:/&=]+@[^\s@:/&=]+\.[A-Za-z]+")


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
    """certain: a whole known value of at least ten letters and digits, or a digest of it."""
    digest: str | None = None
    """Keyed digest of the value in the form that its spellings share; null without a key."""
    typed: bool = False
    """Whether it is one of our own made-up values, which were typed into forms."""


class Carried(NamedTuple):
    """All that one request carried."""

    data: tuple[Datum, ...]
    """Personal information, each kind once for each place."""
    identifiers: tuple[Identifier, ...]
    """Identifiers, and what may prove to be one."""
    cut: tuple[str, ...]
    """What could not be looked into, in plain words."""
    opaque: bool = False
    """Whether a body or message has a part that cannot be read: encrypted, or of unknown form."""
    personalised: bool | None = None
    """What a request with personal information says of personalised ads or contents."""


_Stroke = tuple[Spot, str, str]
"""A field of one letter: its place in the request, its path, the letter."""


class _Header:
    """What one header carries, whenever it comes again."""

    __slots__ = ("cut", "formed", "identifier", "known", "pieces", "place", "strokes", "tells")

    def __init__(
        self,
        place: Spot,
        inside: Sequence[Piece],
        cut: Sequence[str] = (),
        formed: Sequence[Datum] = (),
        strokes: Sequence[_Stroke] = (),
        identifier: Identifier | None = None,
    ) -> None:
        self.place: Spot = place
        self.pieces = inside  # until they have been searched
        self.cut = cut
        self.formed = formed  # values known by their form
        self.strokes = strokes
        self.identifier = identifier
        self.known: Sequence[Datum] = ()
        self.tells = bool(cut or formed or strokes or identifier)


class _Told(NamedTuple):
    """What one field says by its form."""

    found: tuple[tuple[str, str], ...]
    """Kinds and values."""
    name: str
    parts: tuple[str, ...]
    """Random parts, as identifiers have them."""
    by_name: bool
    """Whether its name is one under which identifiers are sent."""


_Field = tuple[Spot, Layer, _Told]
"""A field that tells something: its place in the request, the field, what it tells."""


class _Request(NamedTuple):
    """A request taken out of its wrappings."""

    exchange: Exchange
    listed: bool
    parts: Sequence[Part]
    """The address, the body, the messages."""
    heads: Sequence[_Header]
    fresh: Sequence[_Header]
    """Headers that were not met before."""
    cookies: tuple[str, ...]
    """Values of the Cookie headers."""
    strokes: list[_Stroke]
    told_of: Sequence[_Field]
    cut: list[str]


_CANARIES: Mapping[str, tuple[str, ...]] = {kind: (value,) for kind, value in CANARY.items()}
_NOTHING = _Told((), "", (), by_name=False)
_Found = dict[tuple[str, Spot], Datum]
_PATH = "url:(path)"
"""The place of what stands before the question mark of an address."""


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
        return self.read_all([(exchange, listed)])[0]

    def read_all(self, requests: Iterable[tuple[Exchange, bool]]) -> list[Carried]:
        """Say what each of several requests carried; one search of all is quicker than many."""
        opened = [self._opened(exchange, listed) for exchange, listed in requests]
        held = self._known.may_hold(map(_searched, opened))
        return [self._carried(one, hit=hit) for one, hit in zip(opened, held, strict=True)]

    def _opened(self, exchange: Exchange, listed: bool) -> _Request:
        cut = list[str]()
        self._see_year(exchange.started[:4])
        parts = parts_of(exchange, cut)
        kept = self._headers
        heads, fresh, cookies = list[_Header](), list[_Header](), list[str]()
        for pair in exchange.request_headers:
            head = kept.get(pair)
            if head is None:
                head = self._header(*pair)
                fresh.append(head)
                if len(pair[1]) <= LONGEST_KEPT:
                    if len(kept) >= MAX_KEPT:
                        kept.clear()
                    kept[pair] = head
            heads.append(head)
            if head.place == "cookie":
                cookies.append(pair[1])
        strokes, told_of = self._fields_of(parts, cut)
        return _Request(
            exchange, listed, parts, heads, fresh, tuple(cookies), strokes, told_of, cut
        )

    def _carried(self, request: _Request, *, hit: bool) -> Carried:
        exchange, listed, parts, all_heads, fresh, cookies, strokes, told_of, cut = request
        found: _Found = {}
        if hit:
            self._add_known(found, parts[0])
        for head in fresh:
            if hit:
                head.known = tuple(self._known_in(head.place, head.pieces))
            head.pieces = ()
        heads = [head for head in all_heads if head.tells or head.known]
        for head in heads:
            for datum in head.known:
                _keep(found, datum)
        for part in parts[1:] if hit else ():
            self._add_known(found, part)
        for head in heads:
            strokes += head.strokes
            cut += head.cut
        if strokes:
            self._join(exchange, strokes, found)
        identifiers = [
            *self._in_cookies(exchange, cookies),
            *self._in_fields(told_of, found, listed=listed),
            *self._in_headers(heads, found, listed=listed),
        ]
        opaque = any(is_opaque(part.pieces) for part in parts[1:])
        choice = choice_in(parts) if found else None
        uncut = tuple(dict.fromkeys(cut))
        return Carried(tuple(found.values()), tuple(identifiers), uncut, opaque, choice)

    def _in_fields(
        self, told_of: Sequence[_Field], found: _Found, *, listed: bool
    ) -> Iterator[Identifier]:
        """Add values known by their form; give what may be an identifier."""
        for place, layer, told in told_of:
            for datum in self._formed(place, layer, told):
                found.setdefault((datum.data_type, place), datum)
            if told.parts:
                carrier: Carrier = "url" if place == "url" else "body"
                sure = listed and told.by_name
                yield Identifier(told.name, carrier, told.parts, sure)

    @staticmethod
    def _in_headers(
        heads: Sequence[_Header], found: _Found, *, listed: bool
    ) -> Iterator[Identifier]:
        for head in heads:
            for datum in head.formed:
                found.setdefault((datum.data_type, head.place), datum)
            if head.identifier is not None:
                yield head.identifier if listed else _unsure(head.identifier)

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
        role, value, cut = role_of(name), as_written(raw), list[str]()
        if not value or role == "host":
            return _Header("header", ())
        if role in ("referer", "cookie"):
            peel = url_pieces if role == "referer" else text_pieces
            inside = peel(value, cut=cut)
            strokes, told_of = self._fields_of([Part(role, inside)], cut)
            formed = tuple(datum for each in told_of for datum in self._formed(*each))
            return _Header(role, inside, cut, formed, strokes)
        path = f"header:{name[:LONGEST_NAME]}"
        inside = text_pieces(value, path, cut=cut)
        if role == "ordinary":
            return _Header("header", inside, cut)
        strokes, formed = list[_Stroke](), tuple[Datum, ...]()
        if len(inside) > 1 or len(value) == 1 or patterns.may_tell(value, path):
            strokes, told_of = self._fields_of([Part("header", inside)], cut)
            formed = tuple(datum for each in told_of for datum in self._formed(*each))
        if len(name) >= SHORTEST:
            inside.append(Piece("header:(name)", name, (), False))
        return _Header("header", inside, cut, formed, strokes, in_header(name, value))

    def _in_cookies(self, exchange: Exchange, lines: tuple[str, ...]) -> tuple[Identifier, ...]:
        if not lines:
            return ()
        found = self._cookies.get(lines)
        if found is None:
            found = in_cookies(exchange)
            if sum(map(len, lines)) <= LONGEST_KEPT:
                if len(self._cookies) >= MAX_KEPT:
                    self._cookies.clear()
                self._cookies[lines] = found
        return found

    # Known values

    def _add_known(self, found: _Found, part: Part) -> None:
        for datum in self._known_in(*part):
            _keep(found, datum)

    def _known_in(self, place: Spot, inside: Sequence[Piece]) -> Iterator[Datum]:
        for hit in self._known.search_pieces(inside):
            kind, encoding, path, value, whole = hit
            datum = self._datum(kind, place, encoding, value, path, known=True)
            yield datum if whole else datum._replace(confidence="likely")

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
        return _MAIL.sub("*", LONG_NUMBER.sub("*", path))[:LONGEST_PATH]

    # Fields

    def _fields_of(
        self, parts: Sequence[Part], cut: list[str]
    ) -> tuple[list[_Stroke], list[_Field]]:
        """Look at each field once: give single letters, and fields that tell something."""
        kept, count = self._fields, 0
        strokes: list[_Stroke] = []
        told_of: list[_Field] = []
        for place, inside in parts:
            for piece in inside:
                if piece.taken:
                    continue
                path, text = piece.path, piece.data
                if not isinstance(text, str):
                    text = text_of(piece)
                if not text:
                    continue
                if place != "body" and path.startswith(_PATH):
                    if path == _PATH and (told := self._of_path(text)) is not _NOTHING:
                        told_of.append((place, Layer(path, text, piece.wrapped), told))
                    continue
                count += 1
                if count > MAX_FIELDS:
                    cut.append(f"more than {MAX_FIELDS} fields in one request; the rest was left")
                    return strokes, told_of
                if len(text) == 1:
                    strokes.append((place, path, text))
                told = kept.get((path, text)) or self._tell(path, text)
                if told is not _NOTHING:
                    told_of.append((place, Layer(path, text, piece.wrapped), told))
        return strokes, told_of

    def _formed(self, place: Spot, layer: Layer, told: _Told) -> Iterator[Datum]:
        for kind, value in told.found:
            encoding = "+".join(layer.wrapped) or "plain"
            yield self._datum(kind, place, encoding, value, layer.path, known=False)

    def _of_path(self, text: str) -> _Told:
        found = tuple(
            (one.data_type, one.value)
            for one in find_in_path(text, year=self._year)
            if not self._is_known(one.data_type, one.value)
        )
        return _Told(found, "", (), by_name=False) if found else _NOTHING

    def _tell(self, path: str, text: str) -> _Told:
        found: tuple[tuple[str, str], ...] = ()
        if patterns.may_tell(text, path):
            found = tuple(
                (one.data_type, one.value)
                for one in patterns.find(text, path, year=self._year)
                if one.sure and not self._is_known(one.data_type, one.value)
            )
        parts: tuple[str, ...] = ()
        if not path.startswith(("header:", "cookie:")):
            parts = random_parts(text)
        told = _NOTHING
        if found or parts:
            name, by_name = field_name(path)
            told = _Told(found, name, parts, by_name=by_name)
        if len(text) <= LONGEST_FIELD_KEPT:
            if len(self._fields) >= MAX_KEPT:
                self._fields.clear()
            self._fields[path, text] = told
        return told

    def _join(self, exchange: Exchange, strokes: Sequence[_Stroke], found: _Found) -> None:
        """Put single keystrokes that went to one field of one host together again.

        A value is told when its last letter goes out.
        """
        host = _host("/".join(exchange.url.split("/", 3)[:3]))
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
        return any(
            written.endswith(self._own)
            and any(
                _BEFORE_OWN.fullmatch(written[: -len(own)])
                for own in self._own
                if written.endswith(own)
            )
            for written in (plain, same_form(kind, value))
        )


def _keep(found: _Found, datum: Datum) -> None:
    """Keep the first known value of its kind at a place, or the first that is certain."""
    before = found.setdefault((datum.data_type, datum.place), datum)
    if before.confidence == "likely" and datum.confidence == "certain":
        found[datum.data_type, datum.place] = datum


@functools.lru_cache(maxsize=1024)
def _host(begin: str) -> str:
    """Give the host of an address, by what stands before its third slash."""
    return urlsplit(begin).hostname or ""


def _searched(request: _Request) -> list[bytes | str]:
    """Give the texts of a request in which known values are searched."""
    pieces_ = [part.pieces for part in request.parts] + [head.pieces for head in request.fresh]
    return [piece.data for inside in pieces_ for piece in inside if not piece.within]


def _unsure(one: Identifier) -> Identifier:
    return one._replace(sure=False) if one.sure else one
