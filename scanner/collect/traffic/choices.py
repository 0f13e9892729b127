"""What a request says of personalised ads or contents: that they are on, or that they are off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from scanner.personal.keys import words_of
from scanner.personal.layers import text_of
from scanner.recordings.parts import Part

LONGEST = 5
"""Characters of a value that can say yes or no."""
MOST_FIELDS = 2_000
"""Fields of one request that are looked at."""
_YES = frozenset(("1", "true", "yes", "on", "open", "y"))
_NO = frozenset(("0", "false", "no", "off", "close", "n"))
_OFF = re.compile(
    r"limitad|limit(?:personal|tracking|adtracking)|^(?:lmt|npa|islat)$|nonpersonali[sz]ed"
    r"|disable(?:d)?(?:personal|recommend)|closepersonal|personal(?:i[sz]ed|ads?)?off"
    r"|^(?:ads?|personali[sz]ed(?:ads?)?|tracking|targeting)?optout$"
)
"""Names of fields that are true when it is off: lmt of OpenRTB, npa and the like."""
_ON = re.compile(
    r"^(?:is|enable|allow|open|use|need)?personali[sz](?:ed?|ation)(?:ads?|recommend(?:ation)?s?|push"
    r"|content|switch|enabled?|state|on)?$|^(?:enable|allow|open)?personal(?:ads?|recommend|push)"
    r"(?:type|switch|state|enabled?|on)?$|^(?:ad|ads)personali[sz]ation$"
    r"|^ad(?:s|vertising)?switch$"
    r"|^programmatic(?:recommend|ads?)?(?:switch|state)?$"
)
"""Names of fields that are true when it is on."""


_TRUTH = re.compile(rb'"([A-Za-z_]{3,40})"\s{0,4}:\s{0,4}(true|false)\b')
"""Truths of JSON, which are taken out of no wrapping by themselves."""
LONGEST_BODY = 200_000
"""Bytes of one text in which truths are sought."""


def choice_in(parts: Sequence[Part]) -> bool | None:
    """Say what the fields of a request tell; null when none does, or one contradicts another."""
    said = {_choice(name, value) for name, value in islice(_fields(parts), MOST_FIELDS)} - {None}
    return said.pop() if len(said) == 1 else None


def _fields(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """Give names, letters only and lower case, with values that can say yes or no."""
    for part in parts:
        for piece in part.pieces:
            if not piece.within and len(piece.data) <= LONGEST_BODY:
                data = piece.data
                plain = data.encode("utf-8", "replace") if isinstance(data, str) else data
                for hit in _TRUTH.finditer(plain) if b'"' in plain else ():
                    yield "".join(words_of(hit[1].decode())), hit[2].decode()
            if piece.path and 0 < len(piece.data) <= LONGEST:
                text = piece.data if isinstance(piece.data, str) else text_of(piece)
                yield "".join(words_of(piece.path)), text.strip().lower()


def _choice(name: str, value: str) -> bool | None:
    if value not in _YES and value not in _NO:
        return None
    yes = value in _YES
    if _OFF.search(name):
        return not yes
    return yes if _ON.search(name) else None
