"""Plain text: lines, tables drawn with bars or tabs, and paragraphs that a program wrapped."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from scanner.collect.policy.document import Kind
from scanner.collect.policy.texts.headings import numbering_of, width_of
from scanner.collect.policy.texts.layout import (
    MAX_CHARACTERS,
    MAX_LINES,
    Cell,
    Found,
    Grid,
    Line,
    Run,
)

MAX_COLUMNS = 40
"""Columns of a table that is drawn with bars or tabs."""
MAX_ROWS = 5_000
"""Rows of such a table; a longer one is read as several."""
WRAPPED_BETWEEN = (40, 110)
"""Widths at which programs wrap lines; longer lines are paragraphs, shorter ones verse."""

_ITEM = re.compile(r"[-*•·●○■◆◇▪➢]\s|\(?[a-z0-9]{1,2}[)）]|[（(]\d{1,2}[)）]|[①-⑳]")
_RULE = re.compile(r"[\s|+:=-]{3,}")
_ADDRESS = re.compile(r"https?://[\x21-\x7e]{4,2000}")
_ENDS = re.compile(r"[。！？；：!?;:][”」』）)\"']*$|\.$")


def read_plain(text: str) -> Found:
    """Read plain text."""
    text = text[: MAX_CHARACTERS + MAX_LINES]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    pieces: list[Line | Grid] = []
    number = filled = 0
    lines = unwrapped(lines)
    while number < len(lines) and filled <= MAX_LINES:
        rows = _table_at(lines, number)
        if len(rows) >= 2:
            cells = [row for row in rows if row]
            pieces.append(Grid(tuple(tuple(_cell(cell) for cell in row) for row in cells)))
            number += len(rows)
            filled += sum(map(len, cells))
            continue
        line = lines[number]
        number += 1
        if not line.strip():
            continue
        filled += 1
        kind: Kind = "item" if begins_item(line, bullets=True) else "paragraph"
        pieces.append(Line(tuple(_runs(line)), kind))
    return Found(tuple(pieces))


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Join the lines of a paragraph where the text is wrapped at one width throughout."""
    widths = sorted(width_of(line.rstrip()) for line in lines if line.strip())
    if len(widths) < 6:
        return list(lines)
    full = widths[len(widths) * 9 // 10]
    least, most = WRAPPED_BETWEEN
    if not least <= full <= most or widths[-1] > full * 1.3:
        return list(lines)
    joined: list[str] = []
    going_on = False
    for line in lines:
        words = line.strip()
        starts = not words or begins_item(words) or "\t" in words
        if going_on and not starts:
            gap = "" if joined[-1][-1:] >= "\u2e80" and words[:1] >= "\u2e80" else " "
            joined[-1] += gap + words
        else:
            joined.append(line.rstrip())
        enough = width_of(line.strip()) >= full * 0.75 and "|" not in line
        going_on = bool(words) and enough and not ends_sentence(words)
    return joined


def begins_item(line: str, *, bullets: bool = False) -> bool:
    """Tell whether a line begins with a bullet, or (not with `bullets`) a heading's number."""
    words = line.lstrip()
    return bool(_ITEM.match(words)) or (not bullets and numbering_of(words) is not None)


def ends_sentence(line: str) -> bool:
    """Tell whether a line ends where a sentence does."""
    return bool(_ENDS.search(line.rstrip()))


def _table_at(lines: Sequence[str], number: int) -> list[list[str]]:
    """Give the rows of a table that begins at a line; a ruled line is a row without cells."""
    first = _split(lines[number])
    if len(first) < 2:
        return []
    rows: list[list[str]] = []
    for line in itertools.islice(lines, number, number + MAX_ROWS):
        if rows and _RULE.fullmatch(line):
            rows.append([])
            continue
        row = _split(line)
        if len(row) != len(first):
            break
        rows.append(row)
    return rows


def _split(line: str) -> list[str]:
    for mark in ("\t", "|"):
        if mark in line:
            cells = [
                cell.strip()
                for cell in line.strip().strip("|" if mark == "|" else "\n").split(mark)
            ]
            return cells if 2 <= len(cells) <= MAX_COLUMNS and any(cells) else []
    return []


def _cell(text: str) -> Cell:
    return Cell((Line(tuple(_runs(text))),))


def _runs(text: str) -> Iterator[Run]:
    start = 0
    for found in _ADDRESS.finditer(text):
        if found.start() > start:
            yield Run(text[start : found.start()])
        address = found.group().rstrip(".,;:!?)'\"")
        yield Run(address, href=address)
        start = found.start() + len(address)
    if text[start:].strip():
        yield Run(text[start:])
