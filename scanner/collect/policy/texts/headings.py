"""Headings that nobody marked as such: 一、 我们如何收集, （一） 账号, 1.2 登录, Section 3."""

from __future__ import annotations

import re
from typing import NamedTuple

from scanner.collect.policy.document import Kind

MAX_WIDTH = 80
"""Widest heading, a Chinese character counting as two."""
MAX_BOLD_WIDTH = 40
"""Widest line that is a heading by its weight alone."""
_DIGITS = "[〇零一二三四五六七八九十百]{1,5}"
_STYLES = (
    (
        "part",
        1,
        re.compile(rf"第\s?(?:{_DIGITS}|\d{{1,3}})\s?[编章部篇节]|(?i:part|chapter)\s[\dIVX]"),
    ),
    ("article", 2, re.compile(rf"第\s?(?:{_DIGITS}|\d{{1,3}})\s?条|(?i:section|article)\s[\dIVX]")),
    ("chinese", 2, re.compile(rf"{_DIGITS}\s?[、.．:：]|[【\[]{_DIGITS}[】\]]")),
    ("bracketed", 3, re.compile(rf"[（(]\s?{_DIGITS}\s?[)）]")),
    ("decimal", 5, re.compile(r"\d{1,2}[.．]\d{1,2}(?:[.．]\d{1,2}){0,3}(?![\d%])")),
    ("number", 4, re.compile(r"\d{1,2}\s?[、.．:：](?!\d)|[IVX]{1,5}[.、]\s")),
)
_OPEN_END = re.compile(r"[。；;，,、！!…]\s*$|\.\s*$")
_COLON = re.compile(r"[:：]\s*$")
_INSIDE = re.compile(r"[。；;！]")


class Numbering(NamedTuple):
    """How a line is numbered, and how deep such a heading stands."""

    name: str
    level: int


def numbering_of(line: str) -> Numbering | None:
    """Say how a line is numbered; None for one that is not."""
    head = line[:16]
    for name, level, pattern in _STYLES:
        if match := pattern.match(head):
            if name == "decimal":
                level += len(re.findall(r"[.．]", match.group())) - 1  # noqa: PLW2901
            return Numbering(f"{name}{level}", min(level, 6))
    return None


def reads_as_heading(
    line: str, style: Numbering | None, *, bold: bool, alone: bool, kind: Kind
) -> bool:
    """Tell whether a line that the format does not mark is a heading.

    `alone` says that the line after it is not numbered in the same way, so that it is no item.
    """
    width = width_of(line)
    if width > MAX_WIDTH or _OPEN_END.search(line) or _INSIDE.search(line):
        return False
    if style is None:
        return (
            bold
            and kind == "paragraph"
            and 4 <= width <= MAX_BOLD_WIDTH
            and not _COLON.search(line)
        )
    if bold:
        return kind == "paragraph" or alone
    if not alone or kind == "item":
        return False
    return style.level <= 3 or (width <= MAX_WIDTH // 2 and not _COLON.search(line))


def width_of(line: str) -> int:
    """Give the width of a line in narrow characters, a Chinese one counting as two."""
    return len(line) + sum(character >= "\u2e80" for character in line)
