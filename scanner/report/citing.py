"""A place in a norm, named as a lawyer names it: 第十七条, 第三条第一项, 第5.5条."""

from __future__ import annotations

import re

from scanner.model import Norm, Words

WHOLE = "全文"
"""What the catalogue writes for a norm that is cited as a whole."""
LARGEST = 9999
"""Largest number that is written out; no norm has more articles."""
_ARTICLED = frozenset({"law", "regulation", "rule"})
"""Kinds of norm that count in articles: 立法法 (2023) article 65, 规章制定程序条例 article 7."""
_NOTICES = {
    "CN14": "article",
    "EDATA-2016": "article",
    "CN191": "point",
    "MIIT164": "item",
    "MIIT337": "item",
}
"""How those count that are no law: in articles, in articles with numbered points, or in items."""
_DIGITS = "零一二三四五六七八九"
_NUMBER = re.compile(r"[1-9]\d{0,3}")
_POINT = re.compile(r"([1-9]\d{0,2})\.([1-9]\d{0,2})")
_INSERTED = re.compile(r"([1-9]\d{0,3})-([1-9]\d?)")
_ANNEX = re.compile(r"附录 ?([A-Z])")
_CLAUSE = re.compile(r"[1-9]\d{0,2}(?:\.[1-9]\d{0,2}){1,4}")


def place(norm: Norm | None, item: str) -> Words:
    """Name an article or item as its norm counts; 条目 where that is not known.

    A norm cited as a whole gives empty words: its title says it all.
    """
    if item == WHOLE:
        return Words("", "")
    counted = "" if norm is None else _counted(norm)
    annex = _ANNEX.fullmatch(item)
    if annex:
        return Words(item, f"annex {annex[1]}")
    found = {"article": _article, "point": _point, "item": _item, "clause": _clause}
    named = found[counted](item) if counted else None
    return named or Words(f"条目 {item}", f"item {item}")


def _article(item: str) -> Words | None:
    inserted = _INSERTED.fullmatch(item)
    if inserted:
        first, second = (int(each) for each in inserted.groups())
        return Words(f"第{written(first)}条之{written(second)}", f"article {first}-{second}")
    number = _NUMBER.fullmatch(item)
    return Words(f"第{written(int(item))}条", f"article {item}") if number else None


def _point(item: str) -> Words | None:
    point = _POINT.fullmatch(item)
    if point is None:
        return _article(item)
    first, second = (int(each) for each in point.groups())
    return Words(f"第{written(first)}条第{written(second)}项", f"article {first}, item {second}")


def _item(item: str) -> Words | None:
    return Words(f"第{written(int(item))}项", f"item {item}") if _NUMBER.fullmatch(item) else None


def _clause(item: str) -> Words | None:
    if _NUMBER.fullmatch(item):
        return Words(f"第{item}章", f"clause {item}")
    return Words(f"第{item}条", f"clause {item}") if _CLAUSE.fullmatch(item) else None


def cited(norm: Norm, item: str) -> Words:
    """Name a norm and a place in it: 《…》第十七条."""
    where = place(norm, item)
    english = f"{norm.title.en}, {where.en}" if where.en else norm.title.en
    return Words(f"《{norm.title.zh}》{where.zh}", english)


def written(number: int) -> str:
    """Write a number from 1 to 9999 in Chinese, as articles are numbered: 17 is 十七."""
    if not 1 <= number <= LARGEST:
        raise ValueError(f"no number of an article: {number}")
    text, gap = "", False
    for size, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + mark
        gap = digit == 0
    return text.removeprefix("一") if text.startswith("一十") else text


def _counted(norm: Norm) -> str:
    if norm.id in _NOTICES:
        return _NOTICES[norm.id]
    if norm.kind in _ARTICLED:
        return "article"
    national = norm.number.startswith(("GB/T ", "GB "))  # GB/T 1.1: chapters, and clauses below
    return "clause" if norm.kind == "standard" and national else ""
