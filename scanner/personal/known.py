"""Known values searched in bytes: what the test device and person really are, however written.

A phone number that was typed and then leaves as its SHA-256 is still that phone number.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from scanner.errors import UsageError
from scanner.personal import edges, places
from scanner.personal.keys import kinds_of
from scanner.personal.layers import Piece, pieces
from scanner.personal.variants import SHORTEST, variants

MOST_VALUES = 500
"""Known values at most; a test device and person have some thirty."""
MOST_HITS = 1000
"""Different hits in one body at most."""
NEAR = 50.0
"""Metres within which a position counts as the known one."""
_MOST_PLACES = 20_000
"""Places of one body at which something begins like a known value, at most."""
_BITS = 18
"""Bits of the table that says whether six bytes may begin a known value: 256 kB, which stays in
the processor's cache."""
_PREFIX = SHORTEST
_SEPARATOR = b"\n\0\n"


class Hit(NamedTuple):
    """A known value that was found."""

    data_type: str
    """Its kind of data."""
    encoding: str
    """How it was wrapped and written, outermost first: "plain", "sha256", "gzip+json+base64"."""
    place: str
    """Where: the path to the field, or the offset inside the body."""
    value: str
    """The known value itself, raw; for the caller to mask."""
    whole: bool = True
    """False where it may be part of another value, or its degrees stand in fields apart."""


class _Wanted(NamedTuple):
    letters: bytes
    data_type: str
    encoding: str
    value: str


class _Point(NamedTuple):
    data_type: str
    value: str
    systems: tuple[tuple[str, tuple[float, float]], ...]


class KnownValues:
    """A set of known values, made ready once to be found in many bodies in one pass each."""

    def __init__(self, values: Mapping[str, Sequence[str]], salts: Sequence[str] = ()) -> None:
        """Prepare every variant of every value: {data_type: [values]}.

        Positions are given as "latitude,longitude" in WGS-84 degrees. Raises UsageError for a
        value too short (under 6 bytes of UTF-8, so two Chinese characters pass) or too uniform
        to tell anything, and for more than 500 values. `salts` are texts known to be added before
        a value is hashed.
        """
        self._by_prefix: dict[bytes, list[_Wanted]] = defaultdict(list)
        self._points: list[_Point] = []
        given = [(kind, value.strip()) for kind, many in values.items() for value in many]
        if len(given) > MOST_VALUES:
            hint = "give the values of one device and one person"
            raise UsageError(f"{len(given)} known values, over {MOST_VALUES}", hint=hint)
        seen = set[tuple[bytes, str, str]]()
        for kind, value in given:
            _check(kind, value)
            if point := _point(kind, value):
                self._points.append(point)
            for letters, encoding in variants(kind, value, salts):
                if len(letters) >= _PREFIX and (letters, kind, value) not in seen:
                    seen.add((letters, kind, value))
                    wanted = _Wanted(letters, kind, encoding, value)
                    self._by_prefix[letters[:_PREFIX]].append(wanted)
        self._table = np.zeros(1 << _BITS, dtype=np.bool_)
        if self._by_prefix:
            self._table[_hashes(b"".join(self._by_prefix))[::_PREFIX]] = True
        self._near_latitude = _latitudes(self._points)

    def may_hold(self, groups: Iterable[Sequence[bytes | str]]) -> list[bool]:
        """Say of each group of texts whether a search of it could find anything.

        Quick, since most hold nothing; quicker for many groups at once. Of texts that stand in one
        another only the outer needs to be given.
        """
        buffers = [_joined(texts) for texts in groups]
        joined = _SEPARATOR.join(buffers)
        held = [False] * len(buffers)
        if self._near_latitude(joined):
            held = [self._near_latitude(buffer) for buffer in buffers]
        sizes = (len(buffer) + len(_SEPARATOR) for buffer in buffers)
        ends = list(itertools.accumulate(sizes))
        for at, many in self._begun(joined):
            number = bisect.bisect_right(ends, at)
            if not held[number]:
                held[number] = any(joined.startswith(one.letters, at) for one in many)
        return held

    def search(
        self,
        data: bytes,
        *,
        content_type: str = "",
        content_encoding: str = "",
        cut: list[str] | None = None,
    ) -> list[Hit]:
        """Find the known values in a body, through its wrappings; the innermost place is named.

        What could not be looked into is added to `cut` in plain words.
        """
        inside = pieces(data, content_type=content_type, content_encoding=content_encoding, cut=cut)
        return self.search_pieces(inside)

    def search_text(self, text: str) -> list[Hit]:
        """Find the known values in a text such as a URL, a header or a cookie."""
        return self.search(text.encode("utf-8", "surrogatepass"))

    def search_pieces(self, inside: Iterable[Piece]) -> list[Hit]:
        """Find the known values in what was taken out of wrappings already."""
        held: list[Piece] = []
        buffers: list[bytes] = []
        starts: list[int] = []
        size = 0
        for piece in inside:
            data = _as_bytes(piece.data)
            if len(data) >= _PREFIX:
                held.append(piece)
                buffers.append(data)
                starts.append(size)
                size += len(data) + len(_SEPARATOR)
        found: dict[Hit, Piece] = {}
        refused: list[tuple[_Wanted, Piece]] = []
        data = _SEPARATOR.join(buffers)
        for at, wanted in self._found(data):
            number = bisect.bisect_right(starts, at) - 1
            piece = held[number]
            place = piece.path or f"offset {at - starts[number]}"
            stands = _standing(wanted, piece, data, at)
            if stands == "other":
                if isinstance(piece.data, str):
                    refused.append((wanted, piece))
                continue
            found.setdefault(_hit(wanted, piece, place, whole=stands == "whole"), piece)
            if len(found) >= MOST_HITS:
                break
        for piece in held if self._points else ():
            for hit in self._near(piece):
                found.setdefault(hit, piece)
        if self._points and not any(hit.encoding.endswith(_SYSTEMS) for hit in found):
            for hit, piece in self._scattered(held):
                found.setdefault(hit, piece)
        return _innermost(found, refused)

    def _found(self, data: bytes) -> Iterator[tuple[int, _Wanted]]:
        """Find every variant in the bytes: a table of hashes first, then the letters themselves."""
        tried = 0
        for at, many in self._begun(data):
            for wanted in many:
                if data.startswith(wanted.letters, at):
                    yield at, wanted
                    tried += 1
            if tried > _MOST_PLACES:
                return

    def _begun(self, data: bytes) -> Iterator[tuple[int, Sequence[_Wanted]]]:
        """Give the places at which a variant begins, and those that begin so."""
        if len(data) < _PREFIX:
            return
        for at in self._table.take(_hashes(data)).nonzero()[0].tolist():
            if many := self._by_prefix.get(data[at : at + _PREFIX]):
                yield at, many

    def _near(self, piece: Piece) -> Iterator[Hit]:
        """Find positions near a known one, in each of the coordinate systems used in China."""
        if piece.taken or not isinstance(piece.data, str) or piece.data.count(".") > 200_000:
            return
        whole = places.pair_of_whole_numbers(piece.data)
        for place in itertools.chain((whole,) if whole else (), places.places_in(piece.data)):
            here = (place.latitude, place.longitude)
            for point in self._points:
                for system, known in point.systems:
                    if place.precise and places.metres_between(here, known) <= NEAR:
                        encoding = "+".join((*piece.wrapped, system))
                        where = piece.path or f"offset {place.start}"
                        yield Hit(point.data_type, encoding, where, point.value)
                        break

    def _scattered(self, held: Sequence[Piece]) -> Iterator[tuple[Hit, Piece]]:
        """Find a known position whose two degrees stand apart, but belong to each other.

        Nobody wrote that they are one position: such a hit is never whole.
        """
        degrees = [
            _Degree(match, piece, number)
            for number, piece in enumerate([one for one in held if not one.taken])
            if isinstance(piece.data, str)
            for match in itertools.islice(_DEGREE.finditer(piece.data), _MOST_DEGREES)
        ]
        pairs = list(_pairs(degrees)) if self._points and len(degrees) > 1 else []
        for point in self._points:
            for system, known in point.systems:
                for north, east in pairs:
                    here = (float(north.match.group()), float(east.match.group()))
                    if places.metres_between(here, known) <= NEAR:
                        piece = north.piece
                        encoding = "+".join((*piece.wrapped, system))
                        where = piece.path or f"offset {north.match.start()}"
                        yield Hit(point.data_type, encoding, where, point.value, False), piece
                        break


class _Degree(NamedTuple):
    match: re.Match[str]
    piece: Piece
    number: int
    """Which of the fields it stands in."""


def _pairs(degrees: Sequence[_Degree]) -> Iterator[tuple[_Degree, _Degree]]:
    """Give what may be latitude and longitude of one place, in both orders.

    They are the next decimal of one text, the next field of one object, or the only two of a
    request that are named so.
    """
    for one, other in itertools.pairwise(degrees):
        if _are_neighbours(one, other):
            yield one, other
            yield other, one
    norths = [one for one in degrees if "latitude" in kinds_of(one.piece.path)]
    easts = [one for one in degrees if "longitude" in kinds_of(one.piece.path)]
    if len(norths) == 1 and len(easts) == 1:
        yield norths[0], easts[0]


def _are_neighbours(one: _Degree, other: _Degree) -> bool:
    if one.number == other.number:
        between = one.match.string[one.match.end() : other.match.start()]
        return len(between) <= _BETWEEN and not _PARTED.search(between)
    alone = one.match.group() == one.match.string.strip()
    alone = alone and other.match.group() == other.match.string.strip()
    return alone and other.number == one.number + 1 and _outer(one) == _outer(other)


def _outer(one: _Degree) -> str:
    """Give the path of the object or list in which a field stands."""
    return _LAST_NAME.sub("", one.piece.path)


_SYSTEMS = ("wgs84", "gcj02", "bd09")
_DEGREE = re.compile(r"(?<![\w.])-?\d{1,3}\.\d{4,17}(?![\w.])", re.ASCII)
_MOST_DEGREES = 1_000
"""Decimals of one text that are compared with the degrees of a known position."""
_BETWEEN = 40
"""Characters between the two degrees of one position at most."""
_PARTED = re.compile(r"[;|{}()\[\]\r\n]")
"""What stands between two positions, not within one."""
_LAST_NAME = re.compile(r"(?:\[\d+\]|[^.:\[\]>]*)\Z")


def _latitudes(points: Sequence[_Point]) -> Callable[[bytes], bool]:
    """Give a test for latitudes within NEAR, by how they begin: with a point, or in millionths."""
    reach, written = NEAR / 100_000, set[str]()
    for degrees in (system[1][0] for point in points for system in point.systems):
        ends = sorted((abs(degrees - reach), abs(degrees + reach)))
        low = 0 if abs(degrees) < reach else int(ends[0] * 100)
        for one in range(low, int(ends[1] * 100) + 1):
            written |= {
                rf"{one // 100}\.{one % 100:02}",
                rf"(?:^|[^0-9]){one}[0-9]{{2,7}}(?:[^0-9]|$)",
            }
    if not written:
        return lambda _: False
    import re2  # noqa: PLC0415 - only who knows a position pays for it

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    pattern = re2.compile("|".join(sorted(written)).encode(), options)
    return lambda data: pattern.search(data) is not None


def _joined(texts: Sequence[bytes | str]) -> bytes:
    """Give texts as one run of bytes, in any order: one by one they cost too much."""
    written = "\n\0\n".join([text for text in texts if isinstance(text, str)])
    raw = [text for text in texts if isinstance(text, bytes)]
    return _SEPARATOR.join([_as_bytes(written), *raw])


def _as_bytes(text: bytes | str) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def _check(kind: str, value: str) -> None:
    short = len(value.encode("utf-8", "surrogatepass")) < SHORTEST
    if short or (value.isascii() and len(set(value)) < 3):
        raise UsageError(
            f"the known value for {kind} is too short or too uniform to be searched for",
            hint="give at least six characters (two in Chinese) that are not found by chance",
        )


def _point(kind: str, value: str) -> _Point | None:
    pair = re.fullmatch(r"(-?\d{1,2}\.\d+)\s*,\s*(-?\d{1,3}\.\d+)", value)
    if not pair or not kind.startswith(("location", "track")):
        return None
    true = (float(pair.group(1)), float(pair.group(2)))
    shifted = places.gcj02_from_wgs84(*true)
    systems = [("wgs84", true)]
    if shifted != true:
        systems += [("gcj02", shifted), ("bd09", places.bd09_from_gcj02(*shifted))]
    return _Point(kind, value, tuple(systems))


def _hashes(data: bytes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give a number of _BITS bits for the six bytes at each place."""
    eights = np.ndarray((len(data) - _PREFIX + 1,), "<u8", data + b"\0\0", strides=(1,))
    mixed = eights & np.uint64(0xFFFF_FFFF_FFFF)
    mixed *= np.uint64(0x9E37_79B9_7F4A_7C15)
    mixed >>= np.uint64(64 - _BITS)
    return mixed.view(np.int64)


def _standing(wanted: _Wanted, piece: Piece, data: bytes, at: int) -> edges.Standing:
    stands = edges.standing(wanted.data_type, wanted.encoding, wanted.letters, data, at)
    if stands == "other" and isinstance(piece.data, bytes) and len(wanted.letters) >= edges.LONG:
        return "part"  # a byte that is read as a letter may be a length or the number of a field
    return stands


def _hit(wanted: _Wanted, piece: Piece, place: str, *, whole: bool) -> Hit:
    names = piece.wrapped
    if wanted.encoding != "plain" or not names:
        names = (*names, wanted.encoding)
    return Hit(wanted.data_type, "+".join(names), place, wanted.value, whole)


def _innermost(found: Mapping[Hit, Piece], refused: Iterable[tuple[_Wanted, Piece]]) -> list[Hit]:
    """Leave out a hit that was read again deeper inside, where its place has a better name.

    What was refused there, as part of another value, is not believed from its wrapping either. The
    middle of an MD5, which some send alone, is left out where the whole MD5 stands.
    """
    deeper: dict[tuple[str, str], list[Piece]] = defaultdict(list)
    for hit, piece in found.items():
        deeper[hit.data_type, hit.value].append(piece)
    for wanted, piece in refused:
        deeper[wanted.data_type, wanted.value].append(piece)
    return [
        hit
        for hit, piece in found.items()
        if not (
            hit.encoding.endswith(_MIDDLE) and hit._replace(encoding=hit.encoding[:-5]) in found
        )
        and not (
            (piece.taken or hit.encoding.endswith(_READ_AGAIN))
            and any(_is_inside(other, piece) for other in deeper[hit.data_type, hit.value])
        )
    ]


_READ_AGAIN = ("base64", "base64url", "hex", "url", "escape")
"""Writings that are undone, so that what stands inside is read by itself."""
_MIDDLE = "md5 (16)"


def _is_inside(inner: Piece, outer: Piece) -> bool:
    return len(inner.wrapped) > len(outer.wrapped) and inner.path.startswith(outer.path)
