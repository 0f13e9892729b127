"""Known values searched in bytes: what the test device and person really are, however written.

A phone number that was typed and then leaves as its SHA-256 is still that phone number.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from scanner.errors import UsageError
from scanner.personal import places
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
_BITS = 20
"""Bits of the table that says whether six bytes may begin a known value: 1 MB."""
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


class _Wanted(NamedTuple):
    letters: bytes
    data_type: str
    encoding: str
    value: str
    edges: bool
    """Whether letters or digits next to it make it another word."""


class _Point(NamedTuple):
    data_type: str
    value: str
    systems: tuple[tuple[str, tuple[float, float]], ...]


class KnownValues:
    """A set of known values, made ready once to be found in many bodies in one pass each."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        """Prepare every variant of every value: {data_type: [values]}.

        Positions are given as "latitude,longitude" in WGS-84 degrees. Raises UsageError for a
        value too short (under 6 bytes of UTF-8, so two Chinese characters pass) or too uniform
        to tell anything, and for more than 500 values.
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
            for letters, encoding in variants(kind, value):
                if len(letters) >= _PREFIX and (letters, kind, value) not in seen:
                    seen.add((letters, kind, value))
                    edges = encoding in ("plain", "reversed") and len(letters) < 10
                    wanted = _Wanted(letters, kind, encoding, value, edges)
                    self._by_prefix[letters[:_PREFIX]].append(wanted)
        self._table = np.zeros(1 << _BITS, dtype=np.bool_)
        for prefix in self._by_prefix:
            self._table[_hashes(np.frombuffer(prefix, dtype=np.uint8))] = True

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
        return self._search(inside)

    def search_text(self, text: str) -> list[Hit]:
        """Find the known values in a text such as a URL, a header or a cookie."""
        return self.search(text.encode("utf-8", "surrogatepass"))

    def _search(self, inside: Iterable[Piece]) -> list[Hit]:
        held: list[Piece] = []
        buffers: list[bytes] = []
        starts: list[int] = []
        size = 0
        for piece in inside:
            data = piece.data
            if isinstance(data, str):
                data = data.encode("utf-8", "surrogatepass")
            if len(data) >= _PREFIX:
                held.append(piece)
                buffers.append(data)
                starts.append(size)
                size += len(data) + len(_SEPARATOR)
        found: dict[Hit, Piece] = {}
        for at, wanted in self._found(_SEPARATOR.join(buffers)):
            number = bisect.bisect_right(starts, at) - 1
            piece = held[number]
            place = piece.path or f"offset {at - starts[number]}"
            found.setdefault(_hit(wanted, piece, place), piece)
            if len(found) >= MOST_HITS:
                break
        for piece in held if self._points else ():
            for hit in self._near(piece):
                found.setdefault(hit, piece)
        return _innermost(found)

    def _found(self, data: bytes) -> Iterator[tuple[int, _Wanted]]:
        """Find every variant in the bytes: a table of hashes first, then the letters themselves."""
        if len(data) < _PREFIX:
            return
        maybe = np.flatnonzero(self._table[_hashes(np.frombuffer(data, dtype=np.uint8))])
        tried = 0
        for at in maybe.tolist():
            for wanted in self._by_prefix.get(data[at : at + _PREFIX], ()):
                if data.startswith(wanted.letters, at) and _apart(data, at, wanted):
                    yield at, wanted
                    tried += 1
            if tried > _MOST_PLACES:
                return

    def _near(self, piece: Piece) -> Iterator[Hit]:
        """Find positions near a known one, in each of the coordinate systems used in China."""
        if piece.taken or not isinstance(piece.data, str) or piece.data.count(".") > 200_000:
            return
        for place in places.places_in(piece.data):
            here = (place.latitude, place.longitude)
            for point in self._points:
                for system, known in point.systems:
                    if place.precise and places.metres_between(here, known) <= NEAR:
                        encoding = "+".join((*piece.wrapped, system))
                        where = piece.path or f"offset {place.start}"
                        yield Hit(point.data_type, encoding, where, point.value)
                        break


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


def _hashes(
    data: np.ndarray[tuple[int], np.dtype[np.uint8]],
) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """Give a number of _BITS bits for the six bytes at each place."""
    places_ = len(data) - _PREFIX + 1
    four = np.ndarray((places_,), dtype="<u4", buffer=data, strides=(1,))
    two = np.ndarray((places_,), dtype="<u2", buffer=data, offset=4, strides=(1,))
    mixed = four * np.uint32(2654435761)
    mixed ^= two * np.uint32(40503 << 12 | 1)
    mixed *= np.uint32(2246822519)
    mixed >>= np.uint32(32 - _BITS)
    return mixed


def _apart(data: bytes, at: int, wanted: _Wanted) -> bool:
    if not wanted.edges:
        return True
    before, after = data[at - 1 : at] if at else b"", data[at + len(wanted.letters) :][:1]
    return not (
        (before.isalnum() and wanted.letters[:1].isalnum())
        or (after.isalnum() and wanted.letters[-1:].isalnum())
    )


def _hit(wanted: _Wanted, piece: Piece, place: str) -> Hit:
    names = piece.wrapped
    if wanted.encoding != "plain" or not names:
        names = (*names, wanted.encoding)
    return Hit(wanted.data_type, "+".join(names), place, wanted.value)


def _innermost(found: Mapping[Hit, Piece]) -> list[Hit]:
    """Leave out a hit that was found again deeper inside, where its place has a better name.

    The middle of an MD5, which some send alone, is left out where the whole MD5 stands.
    """
    deeper: dict[tuple[str, str], list[Piece]] = defaultdict(list)
    for hit, piece in found.items():
        deeper[hit.data_type, hit.value].append(piece)
    return [
        hit
        for hit, piece in found.items()
        if not (
            hit.encoding.endswith(_MIDDLE) and hit._replace(encoding=hit.encoding[:-5]) in found
        )
        and not (
            piece.taken
            and any(_is_inside(other, piece) for other in deeper[hit.data_type, hit.value])
        )
    ]


_MIDDLE = "md5 (16)"


def _is_inside(inner: Piece, outer: Piece) -> bool:
    return len(inner.wrapped) > len(outer.wrapped) and inner.path.startswith(outer.path)
