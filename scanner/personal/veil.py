"""Texts as they may be shown to a reader: what is, or looks like, a person's or a device's hidden.

Recognising for a finding wants certainty; hiding wants the opposite. What merely could be a number
of a person or the id of a device goes too.
"""

from __future__ import annotations

import re

from scanner.personal.keys import COMPANY, NOT_PERSONAL, THING, kinds_of
from scanner.personal.masking import STAR, masked
from scanner.personal.names import is_person_name
from scanner.personal.patterns import find

LONGEST = 65_536
"""Characters of one text that are shown at most; the caller shows less."""
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9_+\-]{0,400}\d)[A-Za-z0-9][A-Za-z0-9_+\-]{14,}={0,2}"
    r"|[A-Za-z0-9+]{32,}={0,2}|(?<!备)(?<!\d)\d{7,}"
)
"""Ids of devices and visits, keys of sessions, digests, telephone numbers: long runs without a
gap. The number of a site's filing is public."""
_NOBODY = frozenset((COMPANY, NOT_PERSONAL, THING))


def veiled(text: str, key: str = "") -> str:
    """Give a text with every value hidden in it that could be a person's or a device's.

    `key` is the name of the field whose value the whole text is, or a path that ends in it.
    """
    text = text[:LONGEST]
    kinds = sorted(kinds_of(key) - _NOBODY) if key else []
    if kinds and text.strip():
        return masked(kinds[0], text)
    kept, at = [], 0
    for found in find(text, key):
        if found.data_type in _NOBODY:
            continue
        kept += [_without_tokens(text[at : found.start]), masked(found.data_type, found.value)]
        at = found.end
    kept.append(_without_tokens(text[at:]))
    shown = "".join(kept)
    if shown == text and is_person_name(text.strip()):
        return masked("name", text)
    return shown


def secret(value: str) -> str:
    """Give what may be shown of a key, a cookie or a password: that there is one."""
    return STAR * min(len(value), 8)


def _without_tokens(text: str) -> str:
    return _TOKEN.sub(lambda found: masked("", found[0]), text)
