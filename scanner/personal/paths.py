"""Personal information in the path of an address, where a segment speaks or is spoken for."""

from __future__ import annotations

import itertools
import re
import urllib.parse
from collections.abc import Iterator

from scanner.personal.keys import kinds_of
from scanner.personal.patterns import Found, find, may_tell

_ALONE = frozenset(("id_card", "email", "bank_card"))
"""Kinds that prove themselves: by a check digit, a known issuer, a domain."""
_BY_NAME = _ALONE | {"phone", "imei", "oaid", "android_id", "mac", "imsi", "iccid"}
"""Kinds that the segment before may name, as in /bind/mobile/139..."""
_MOST_SEGMENTS = 100
_TELLING = re.compile(r"@|%40|\d{11}|[0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{2}[:-]){5}")
"""What every path holds that tells anything of this."""
_VERSION = re.compile(r"@v?\d+\.\d")
"""What follows the name of a package in its address: vue@2.6.14."""


def find_in_path(path: str, *, year: int) -> Iterator[Found]:
    """Give what the segments of a path tell for sure; spans are those inside the segment.

    A segment counts by itself where its value proves itself, else only after one that names it.
    Percent signs are undone; at most 100 segments are read.
    """
    if not _TELLING.search(path):
        return
    before = ""
    for written in itertools.islice(filter(None, path.split("/")), _MOST_SEGMENTS):
        segment = urllib.parse.unquote(written) if "%" in written else written
        named = bool(kinds_of(before) & _BY_NAME) if before.isalpha() or "_" in before else False
        if len(segment) >= _SHORTEST and not _VERSION.search(segment):
            key = before if named else ""
            if may_tell(segment, key):
                kinds = _BY_NAME if named else _ALONE
                found = find(segment, key, year=year)
                yield from (one for one in found if one.sure and one.data_type in kinds)
        before = segment


_SHORTEST = 5
"""Characters of a segment that can tell anything."""
