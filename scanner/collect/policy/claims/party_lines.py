"""Tables of third parties that came without their lines: every cell a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.collect.policy.claims.party_names import PartyNames
from scanner.collect.policy.claims.party_rows import Entry, Role, is_name, roles_of
from scanner.collect.policy.claims.party_spellings import is_company
from scanner.collect.policy.document import Document

_LEAST = 3
"""Columns below which lines below each other are no table."""
_HEAD = 20
_NAME = 50
_ROWS = 2
"""Rows below which they are none either."""
_MEANS = re.compile(r"采集|传输|接口|加密")
_KINDS = re.compile(r"信息|imei|oaid|地址|标识|位置")
_COMPONENT = re.compile(r"sdk\)?$")
_PROSE = re.compile(r"[。!?]$|我们")


class _Line(NamedTuple):
    start: int
    end: int
    text: str


def in_lines(document: Document, names: PartyNames) -> Iterator[Entry]:
    """Give one entry for each row of a table whose headings and cells stand below each other."""
    for lines in _stretches(document):
        at = 0
        while at < len(lines):
            heads = _heads(lines, at)
            if heads < _LEAST:
                at += 1
                continue
            first = at + heads
            starts, end = _starts(lines, first, heads, names)
            if len(starts) >= _ROWS:
                about = " ".join(line.text for line in lines[at:first])
                for start, stop in zip(starts, [*starts[1:], end], strict=True):
                    yield _entry(lines[start:stop], about)
            at = max(end, first)


def _stretches(document: Document) -> Iterator[list[_Line]]:
    """Give the lines between headings and tables."""
    lines: list[_Line] = []
    for block in document.blocks:
        if block.kind in ("heading", "cell"):
            yield lines
            lines = []
        else:
            text = document.folded[block.start : block.end].strip()
            if text:
                lines.append(_Line(block.start, block.end, text))
    yield lines


def _heads(lines: Sequence[_Line], at: int) -> int:
    """Count the lines from here on that are headings of columns, and of third parties."""
    found: set[Role] = set()
    count = 0
    for line in lines[at : at + 15]:
        roles = roles_of(line.text) if len(line.text) <= _HEAD else frozenset()
        is_one = _COMPONENT.search(line.text) and line.text not in ("sdk", "第三方sdk")
        if not roles or is_one or ":" in line.text or is_company(line.text):
            break
        found |= roles
        count += 1
    who = found & {"name", "party", "company"}
    what = found & {"purpose", "kinds"}
    return count if who and what and count >= _LEAST else 0


def _starts(
    lines: Sequence[_Line], first: int, columns: int, names: PartyNames
) -> tuple[list[int], int]:
    """Find the lines with which rows begin, and where the last one ends.

    A row begins with a name before the name of a company, or with a component where one may lack.
    Where no companies stand, rows have as many lines as there are headings.
    """
    starts: list[int] = []
    for at in range(first, len(lines) - 1):
        if starts and at - starts[-1] > 3 * columns:
            break
        here, after = lines[at].text, lines[at + 1].text
        fits = len(here) <= _NAME and is_name(here) and not _PROSE.search(here)
        beside = is_company(after) and len(after) <= _NAME and not is_company(here)
        alone = bool(starts) and at - starts[-1] >= _LEAST and _COMPONENT.search(here)
        if fits and (beside or alone):
            starts.append(at)
    if starts:
        return starts, min(len(lines), starts[-1] + columns)
    starts = list(range(first, len(lines) - columns + 1, columns))
    for count, at in enumerate(starts):
        text = lines[at].text
        if len(text) > _NAME or not ("sdk" in text or names.of_cell(text)):
            return starts[:count], at
    return starts, starts[-1] + columns if starts else first


def _entry(lines: Sequence[_Line], about: str) -> Entry:
    said: dict[Role, str] = {}
    for line in lines[1:]:
        role = _role(line.text, said)
        said[role] = f"{said[role]} {line.text}" if role in said else line.text
    start = lines[0].start
    return Entry(start, lines[-1].end, lines[0].text, start, "table", said, about)


def _role(text: str, said: dict[Role, str]) -> Role:
    """Guess under which heading a line stood, by what it looks like."""
    if "http" in text or "www." in text:
        return "contact"
    if "company" not in said and "purpose" not in said and is_company(text):
        return "company"
    if "purpose" not in said:
        return "purpose"
    if len(text) <= _HEAD and _MEANS.search(text):
        return "means"
    return "kinds" if _KINDS.search(text) else "purpose"
