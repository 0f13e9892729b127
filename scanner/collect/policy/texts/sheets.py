"""The style sheets that stand in a page, as far as they hide words or set pictures behind them.

Read are rules for tags, classes and ids, one within the other; what depends on anything else (the
width of the window, a pointer above, linked sheets) is not known and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MAX_RULES = 5_000
"""Selectors that are kept; the sheets of a large site hold 3,000 that hide or show."""
MAX_SHEET = 2 << 20
"""Characters of style sheets that are read."""
MAX_COMPARED = 2_000_000
"""Rules that are held against elements of one page."""
MAX_ABOVE = 100
"""Elements above one that are looked at for a selector with several parts."""

_SHEET = re.compile(r"(?i)<style\b([^>]{0,500})>(.*?)(?:</style|\Z)", re.S)
_MARK_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_FOR_PAPER = re.compile(r"""(?i)media\s{0,5}=\s{0,5}["']?\s{0,5}(?!screen|all)\w""")
_ALWAYS = re.compile(
    r"(?i)@media\s{1,9}(?:only\s{1,9})?(?:screen|all)\s{0,9}$|@layer\b|@supports\b"
)
_BRACE = re.compile(r"[{}]")
_PART = re.compile(r"[a-z][a-z0-9-]{0,40}|[.#][\w-]{1,100}")
_COMPOUND = re.compile(r"(?:\*|[a-z][a-z0-9-]{0,40})?(?:[.#][\w-]{1,100}){0,6}")
_WORDS = """
display visibility opacity content-visibility font-size position left right top bottom text-indent
margin-left height max-height width max-width min-height overflow overflow-x overflow-y clip
clip-path background background-image text-decoration text-decoration-line
"""
_OF_CONCERN = frozenset(_WORDS.split())

Names = frozenset[str]
"""Of one element: its tag, .class for each class, and #id."""


class _Rule(NamedTuple):
    weight: tuple[int, int, int]
    """Ids, then classes, then tags of its selector (CSS Selectors 4, 17)."""
    order: int
    chain: tuple[tuple[bool, Names], ...]
    """Elements above, nearest first: whether directly above, and the names that each has."""
    last: Names
    style: tuple[tuple[str, str, bool], ...]
    """Properties with their values, and whether marked as important."""


class Sheet:
    """The rules of all style sheets of a page."""

    def __init__(self, page: str) -> None:
        self._rules: dict[str, list[_Rule]] = {}
        self._kept = self._compared = 0
        self.cut = False
        """Whether there was more in them than is looked at."""
        for text in _sheets(page):
            for selectors, body in _blocks(text):
                self._add(selectors, body)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def of(self, names: Names, above: Sequence[Names], own: str) -> str:
        """Give the style of an element with these names: what rules say, then what is its `own`."""
        if self._compared > MAX_COMPARED:
            self.cut = True
            return own
        rules = [rule for name in names for rule in self._rules.get(name, ())]
        self._compared += len(rules)
        found = [rule for rule in rules if rule.last <= names and _hangs(rule.chain, above)]
        if not found:
            return own
        said: dict[str, tuple[bool, str]] = {}
        for rule in sorted(found, key=lambda rule: (rule.weight, rule.order)):
            for name, value, important in rule.style:
                if important or not said.get(name, (False, ""))[0]:
                    said[name] = (important, value)
        for name, value, important in _declared(own):
            if important or not said.get(name, (False, ""))[0]:
                said[name] = (important, value)
        return ";".join(f"{name}:{value}" for name, (_, value) in said.items())

    def _add(self, selectors: str, body: str) -> None:
        style = tuple(each for each in _declared(body) if each[0] in _OF_CONCERN)
        if not style:
            return
        for selector in selectors.split(","):
            chain = _chain(selector)
            if chain is None:
                continue
            if self._kept >= MAX_RULES:
                self.cut = True
                return
            (_, last), *above = reversed(chain)
            parts = [part for _, names in chain for part in names]
            ids = sum(part[0] == "#" for part in parts)
            classes = sum(part[0] == "." for part in parts)
            # What is set for the whole page is set till its scripts ran.
            if last & {"html", "body"} or not last:
                continue
            direct = [direct for direct, _ in reversed(chain)]
            hung = tuple((direct[place], names) for place, (_, names) in enumerate(above))
            rule = _Rule((ids, classes, len(parts) - ids - classes), self._kept, hung, last, style)
            self._rules.setdefault(max(last, key=_rarity), []).append(rule)
            self._kept += 1


def names_of(tag: str, classes: str | None, id_: str | None) -> Names:
    """Give what selectors call an element."""
    names = [f".{name}" for name in (classes or "")[:2000].split()[:40]]
    return frozenset([tag, *names, *([f"#{id_.strip()}"] if id_ else [])])


def _rarity(name: str) -> int:
    return ("#" in name) * 2 + ("." in name)


def _sheets(page: str) -> Iterator[str]:
    left = MAX_SHEET
    if "<style" not in page.lower():
        return
    for found in _SHEET.finditer(_MARK_COMMENT.sub(_kept_in_style, page)):
        if not _FOR_PAPER.search(found.group(1)):
            text = found.group(2)[:left]
            left -= len(text)
            yield _COMMENT.sub(" ", text).replace("<!--", " ").replace("-->", " ")


def _kept_in_style(comment: re.Match[str]) -> str:
    """Drop a comment, but not one that old pages set around the rules of a sheet."""
    text = comment.group()
    return "" if "<" in text[4:] else text


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Give selectors and declarations; blocks that hold only under a condition are left out."""
    place, within = 0, 0
    while (begin := text.find("{", place)) >= 0:
        while within and (end := text.find("}", place, begin)) >= 0:
            within, place = within - 1, end + 1
        head = text[place:begin].rpartition(";")[2].strip()
        if head.startswith("@"):
            if _ALWAYS.match(head):
                within, place = within + 1, begin + 1
                continue
            place = _after(text, begin)
            continue
        end = text.find("}", begin)
        if end < 0:
            return
        yield head, text[begin + 1 : end]
        place = end + 1


def _after(text: str, begin: int) -> int:
    """Give the place after a block with blocks in it."""
    deep, place = 0, begin
    for brace in _BRACE.finditer(text, begin):
        deep += 1 if brace.group() == "{" else -1
        place = brace.end()
        if deep == 0:
            break
    return place if deep == 0 else len(text)


def _declared(body: str) -> Iterator[tuple[str, str, bool]]:
    for each in body[:20_000].split(";"):
        name, colon, value = each.partition(":")
        if colon:
            value, _, mark = "".join(value.lower().split()).partition("!")
            yield name.strip().lower(), value, mark == "important"


def _chain(selector: str) -> list[tuple[bool, Names]] | None:
    """Take a selector apart; None for one that depends on more than names."""
    chain: list[tuple[bool, Names]] = []
    direct = False
    parts = selector.replace(">", " > ").split()
    if not 0 < len(parts) <= 12:
        return None
    for part in parts:
        if part == ">":
            direct = True
            continue
        tag, mark, rest = re.match(r"([^.#]*)([.#]?)(.*)", part, re.S).groups()  # type: ignore[union-attr]
        compound = tag.lower() + mark + rest
        if not _COMPOUND.fullmatch(compound):
            return None
        chain.append((direct, frozenset(_PART.findall(compound))))
        direct = False
    return chain or None


def _hangs(chain: tuple[tuple[bool, Names], ...], above: Sequence[Names]) -> bool:
    """Tell whether the elements above an element are those that a selector names."""
    if not chain:
        return True
    place, lowest = len(above) - 1, max(0, len(above) - MAX_ABOVE)
    for direct, names in chain:
        while place >= lowest and not names <= above[place]:
            if direct:
                return False
            place -= 1
        if place < lowest:
            return False
        place -= 1
    return True
