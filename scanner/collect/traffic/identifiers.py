"""Identifiers in a request: what may tell one browser or device from all others."""

from __future__ import annotations

import functools
import re
from typing import Literal, NamedTuple

from scanner.cookies import cookies_sent, is_random, tells_apart
from scanner.cookies import random_parts as parts_of_any
from scanner.exchange import Exchange

Carrier = Literal["cookie", "url", "body", "header"]

LONGEST_NAME = 80
"""Characters of the name of a field that a fact repeats at most."""
LONGEST_VALUE = 4_096
"""Characters of a value at most that is looked at."""
LONG_NUMBER = re.compile(r"\d{11,}")
"""Digits in a name that may themselves be personal: a telephone number has eleven."""
_NUMBERED = re.compile(r"\[\d*\]")
_ID_NAME = re.compile(
    r"(?:.*[._\-])?_?(?:c|u|d|g|v|p|m|uu|ut|aa|oa|client|user|device|visitor|visit_?user|member"
    r"|anonymous|anon|distinct|unique|browser|machine|open|union|global|suda?|track(?:ing|er)?"
    r"|person|profile|fp|fingerprint|install(?:ation)?)[_\-]?(?:id|uuid|guid)"
    r"|.*(?:cookie_?id|fbp|hmaccount|imei|idfa|oaid|android_?id|utdid|umid|fingerprint|guid|uuid)"
    r"|cna|uid",
    re.IGNORECASE,
)
"""Names under which makers of statistics send what tells browsers apart (general knowledge)."""


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


def in_cookies(exchange: Exchange) -> tuple[Identifier, ...]:
    """Give the identifiers in the cookies that a request carried."""
    return tuple(
        Identifier(LONG_NUMBER.sub("*", name)[:LONGEST_NAME], "cookie", parts_of_any(value), True)
        for name, value in cookies_sent(exchange)
        if tells_apart(name, value)
    )


def in_header(name: str, value: str) -> Identifier | None:
    """Give what may be an identifier in a header that browsers do not write by themselves."""
    parts = random_parts(value)
    return Identifier(name[:LONGEST_NAME], "header", parts, _is_of_ids(name)) if parts else None


@functools.lru_cache(maxsize=8_192)
def field_name(path: str) -> tuple[str, bool]:
    """Give the name of a field without what it is wrapped in, and whether ids bear such names.

    Numbers in a list are left out of it, and long ones masked.
    """
    inner = path.rpartition(" > ")[2]
    inner = _NUMBERED.sub("", inner.partition(":")[2] or inner)
    name = LONG_NUMBER.sub("*", inner) or "(body)"
    return name[:LONGEST_NAME], _is_of_ids(name)


@functools.lru_cache(maxsize=1_024)
def _is_of_ids(name: str) -> bool:
    return _ID_NAME.fullmatch(name) is not None


_DRAWN = re.compile(r"[0-9]*(?:[a-f]+[0-9]+){2}[0-9a-f]*")
_LETTERS = re.compile(r"[a-f]{4,}")


def random_parts(text: str) -> tuple[str, ...]:
    """Give the random parts of a value, as of a cookie; quick for one run of letters and digits.

    Sixteen hex digits of nine kinds or more hold at least 32 bits, however often each stands there.
    """
    if not 8 <= len(text) <= LONGEST_VALUE:
        return ()
    if not (text.isascii() and text.isalnum()):
        return parts_of_any(text)
    if 16 <= len(text) <= 64 and _DRAWN.fullmatch(text):
        bare = _LETTERS.sub("", text)
        if len(bare) >= 16 and len(set(bare)) >= 9:
            return (text,)
    return (text,) if is_random(text) else ()
