"""Texts as files hold them, in whatever encoding, and as a terminal shows them."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator

import msgspec

WIDTH = 100
"""Columns of a line at most; a Chinese character takes two."""


def decoded(data: bytes) -> str:
    """Decode a text file as UTF-8, else as UTF-16 by its mark, else as GB 18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def width(text: str) -> int:
    """Give the columns that a text takes on a terminal: East Asian wide characters take two."""
    return sum(_columns(mark) for mark in text)


def fit(text: str, columns: int = WIDTH) -> str:
    """Shorten a text to so many columns, with … where something was left out."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for mark in text:
        used += _columns(mark)
        if used > columns - 1:
            break
        kept += mark
    return kept + "…"


def pad(text: str, columns: int) -> str:
    """Fill a text with spaces to so many columns, or shorten it to them."""
    short = fit(text, columns)
    return short + " " * (columns - width(short))


def wrap(text: str, columns: int = WIDTH) -> Iterator[str]:
    """Break a text into lines of at most so many columns, between words where there are any."""
    line = ""
    for word in _words(text):
        if width(line + word.rstrip()) > columns and line:
            yield line.rstrip()
            line = word.lstrip()
        else:
            line += word
    yield line.rstrip()


def _words(text: str) -> Iterator[str]:
    """Split where a line may break: after a space, and before a wide character."""
    word = ""
    for mark in text:
        breaks = _columns(mark) == 2 and not unicodedata.category(mark).startswith("P")
        if word and (breaks or word[-1] == " "):
            yield word
            word = ""
        word += mark
    yield word


def _columns(mark: str) -> int:
    if unicodedata.combining(mark) or unicodedata.category(mark) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(mark) in "WF" else 1


def perhaps(word: str, known: Iterable[str], otherwise: str) -> str:
    """Give a hint for a word that nobody knows: the nearest known ones, else another hint."""
    near = difflib.get_close_matches(word[:80], list(known), n=3, cutoff=0.4)
    return f"perhaps {', '.join(near)}" if near else otherwise


def pretty_json(value: object) -> str:
    """Give a value as JSON that a person can read, with an end of line."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
