"""What stands beside a known value: whether it is the value itself, or part of another one.

xiaowang@163.com is not wang@163.com, and an order number may hold eleven digits of any telephone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

Standing = Literal["whole", "part", "other"]
"""whole: the value by itself; part: it may be that of something longer; other: it is not it."""

LONG = 10
"""Characters of a number from which it is kept, as a part, inside a longer number."""
_NEAR = 80
"""Bytes on either side that are looked at."""
_LONGER_RUN = 8
"""Hex letters around digits from which they are taken for digits of a digest."""
_LOCATIONS = ("location", "track")

_DIGITS = re.compile(r"[0-9](?:[0-9 \-/.]*[0-9])?[Xx]?")
_HEX = re.compile(r"(?=.*[0-9])[0-9A-Fa-f](?:[0-9A-Fa-f:\-.]*[0-9A-Fa-f])")
_PREFIX = re.compile(r"(?<![0-9])(?:\+|00)?86[ \-]?")
"""The prefix of Chinese telephones."""
_DIGIT_BEFORE = re.compile(r"[0-9]\.?")
_DIGIT_AFTER = re.compile(r"\.?[0-9]")
_HEX_BEFORE = re.compile(r"[0-9A-Fa-f]|(?<![0-9A-Za-z])[0-9A-Fa-f]{2}[:\-]")
_HEX_AFTER = re.compile(r"[0-9A-Fa-f]|[:\-][0-9A-Fa-f]{2}(?![0-9A-Za-z])")
_MAIL_BEFORE = re.compile(r"[0-9A-Za-z._%+\-]")
_MAIL_AFTER = re.compile(r"[0-9A-Za-z\-]|\.[A-Za-z]")
_PACKAGE_BEFORE = re.compile(r"[0-9A-Za-z.]")
_CLASS_AFTER = re.compile(r"\.(?:[a-z0-9_]{1,40}\.){0,6}(?:[A-Z]|apk\b)")
_PACKAGE_AFTER = re.compile(r"[0-9A-Za-z_]|\.[0-9A-Za-z_]")
_IP_BEFORE = re.compile(r"[0-9]\.?|[0-9A-Fa-f]:|::")
_IP_AFTER = re.compile(r"\.?[0-9]")
_IP6_AFTER = re.compile(r":?[0-9A-Fa-f]|::")
_GEOHASH_AFTER = re.compile(r"[0-9b-hjkmnp-z]{0,5}(?![0-9A-Za-z])", re.IGNORECASE)
_JOINS_BEFORE = re.compile(r"[0-9A-Za-z][._\-@]|[._\-]")
_JOINS_AFTER = re.compile(r"[._\-@][0-9A-Za-z]|[_\-]")


def standing(kind: str, encoding: str, letters: bytes, data: bytes, at: int) -> Standing:
    """Say how a known value, written so, stands at this place of the bytes.

    Only what is written plainly, backwards or as a number has neighbours that are read; digests
    and encoded forms are the value itself wherever they stand.
    """
    if encoding not in ("plain", "reversed", "decimal", "geohash"):
        return "whole"
    end = at + len(letters)
    before = _ending(data[max(0, at - _NEAR) : at])
    after = _beginning(data[end : end + _NEAR])
    value = letters.decode("utf-8", "replace")
    if encoding == "reversed":
        before, value, after = after[::-1], value[::-1], before[::-1]
    if encoding == "geohash":
        if before[-1:].isalnum() or not _GEOHASH_AFTER.match(after):
            return "other"
        return "part"  # a cell of a hundred and fifty metres
    return _read(kind, value, before, after)


def _read(kind: str, value: str, before: str, after: str) -> Standing:
    if kind.startswith(_LOCATIONS):
        return "other" if before[-1:].isdigit() or before[-1:] == "-" else "whole"
    if kind in _OF_KIND:
        return _OF_KIND[kind](value, before, after)
    if _DIGITS.fullmatch(value):
        return _number(kind, value, before, after)
    return (_in_hex if _HEX.fullmatch(value) else _word)(value, before, after)


def _mail(_value: str, before: str, after: str) -> Standing:
    longer = _ends(_MAIL_BEFORE, before) or _MAIL_AFTER.match(after)
    return "other" if longer else "whole"


def _package(_value: str, before: str, after: str) -> Standing:
    if _ends(_PACKAGE_BEFORE, before):
        return "other"
    if _CLASS_AFTER.match(after):
        return "part"
    if _PACKAGE_AFTER.match(after):
        return "other"
    return "part" if before[-1:] == "_" else "whole"


def _ip(value: str, before: str, after: str) -> Standing:
    if _ends(_IP_BEFORE, before) or (_IP6_AFTER if ":" in value else _IP_AFTER).match(after):
        return "other"
    return "part" if before[-1:].isalpha() or after[:1].isalpha() else "whole"


def _number(kind: str, value: str, before: str, after: str) -> Standing:
    short = len(value) < LONG
    if short and (before[-1:].isalnum() or after[:1].isalnum()):
        return "other"
    if kind == "phone" and (prefix := _ends(_PREFIX, before)):
        before = before[: -len(prefix)]
    if _ends(_DIGIT_BEFORE, before) or _DIGIT_AFTER.match(after):
        return "other" if short else "part"
    around = _run(before[::-1]), _run(after)
    letters = any(c.isalpha() for one in around for c in one)
    return "part" if letters and sum(map(len, around)) >= _LONGER_RUN else "whole"


def _run(text: str) -> str:
    """Give the hex letters with which a text begins."""
    found = re.match(r"[0-9A-Fa-f]*", text)
    return found.group() if found else ""


def _in_hex(value: str, before: str, after: str) -> Standing:
    if len(value) < LONG and (before[-1:].isalnum() or after[:1].isalnum()):
        return "other"
    inside = _ends(_HEX_BEFORE, before) or _HEX_AFTER.match(after)
    beside = before[-1:].isalnum() or after[:1].isalnum()
    return "part" if inside or beside else "whole"


def _address(value: str, before: str, after: str) -> Standing:
    """Read an address: what is more exact begins with it."""
    sides = ((value[:1], before[-1:]), (value[-1:], after[:1]))
    beside = [one + other for one, other in sides if one.isalnum() and other.isalnum()]
    return "whole" if not beside else "other" if any(map(str.isascii, beside)) else "part"


def _word(value: str, before: str, after: str) -> Standing:
    """Read a word: letters of ASCII beside each other are one, others leave it open."""
    stands = _address(value, before, after)
    if stands == "whole" and (_ends(_JOINS_BEFORE, before) or _JOINS_AFTER.match(after)):
        return "part"
    return stands


_OF_KIND: Mapping[str, Callable[[str, str, str], Standing]] = {
    "email": _mail,
    "installed_apps": _package,
    "ip": _ip,
    "address": _address,
}
"""Kinds whose words have an end of their own."""


def _ends(pattern: re.Pattern[str], text: str) -> str:
    """Give what stands right at the end of a text, where the pattern is that; else ""."""
    for size in range(1, min(len(text), 6) + 1):
        if pattern.fullmatch(text, len(text) - size):
            return text[-size:]
    return ""


def _ending(data: bytes) -> str:
    """Give the end of some bytes as text; what is no text there is no neighbour."""
    text = data.decode("utf-8", "replace")
    return text[text.rfind("\ufffd") + 1 :]


def _beginning(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    return text.partition("\ufffd")[0]
