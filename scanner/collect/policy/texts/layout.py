"""Pieces of a text as a format gives them, set into a Document line by line.

What a format knows (runs of words, lists, cells, headings) is kept; what only a reader's eye knows
is added here: headings by their numbering or weight, characters that nobody sees taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scanner.collect.policy.document import Block, Document, Kind, Link, Span, Table
from scanner.collect.policy.texts.characters import Doubts, cleaned
from scanner.collect.policy.texts.headings import Numbering, numbering_of, reads_as_heading
from scanner.model import Words

MAX_CHARACTERS = 2_000_000
"""Characters of one text that are read: forty times the longest policy known to us."""
MAX_LINES = 100_000
"""Lines of one text that are read; the longest policy known to us has 2,000."""
MAX_CELLS = 100_000
"""Places in the tables of one text, those that a spanning cell fills counted each."""
LITTLE_TEXT = 800
"""Characters below which a picture of unknown size may be the text."""
_HEAD_CELL = 24
"""Longest words of a cell that heads a column."""

_HEAD_WORDS = re.compile(
    r"(?i)名称|类型|类别|种类|目的|用途|信息|公司|主体|权限|方式|场景|功能|序号|链接|说明|期限|政策|sdk"
    r"|name|purpose|type|data|party|provider|permission|description|category|retention"
)


class Run(NamedTuple):
    """Words of one look within a line."""

    text: str
    strong: bool = False
    href: str | None = None


class Line(NamedTuple):
    """What stands on a line of its own."""

    runs: tuple[Run, ...]
    kind: Kind = "paragraph"
    level: int = 0
    """Of a heading 1 to 6, as the format says."""
    aside: bool = False
    """Whether it belongs to the frame of the page, such as its menu or its foot."""


class Cell(NamedTuple):
    """One cell of a table, with what stands in it."""

    pieces: tuple[Line | Grid, ...]
    across: int = 1
    down: int = 1
    """Rows that it spans; 0 for all that are left."""
    head: bool = False


class Grid(NamedTuple):
    """A table as the format gives it."""

    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    aside: bool = False


Piece = Line | Grid


class Found(NamedTuple):
    """All that a format gave."""

    pieces: tuple[Piece, ...]
    title: str = ""
    pictures: int = 0
    """Pictures known to be large."""
    perhaps: int = 0
    """Pictures of unknown size."""
    unread: tuple[Words, ...] = ()


def lay_out(found: Found, frame: Document) -> Document:
    """Set pieces into a document; `frame` says what it is and where it comes from.

    Menus, heads and feet of the page are left out, unless they hold most of its text.
    """
    pieces = found.pieces
    inner = tuple(piece for piece in pieces if not piece.aside)
    if 2 * _length(inner) >= _length(pieces):
        pieces = inner
    sheet = _Sheet()
    for piece in pieces:
        sheet.add(piece)
    headed = _headed(sheet.lines)
    text = "\n".join(line.text for line in sheet.lines)
    blocks = tuple(
        Block(line.kind, line.start, line.start + len(line.text), line.level) for line in headed
    )
    little = len(text) < LITTLE_TEXT
    heading = next((line.text for line in headed if line.level), "")
    return frame._replace(
        title=cleaned(found.title).strip() or heading,
        text=text,
        blocks=blocks,
        tables=tuple(_tables(sheet, headed)),
        links=tuple(sheet.links),
        strong=tuple(_joined(sheet.strong)),
        pictures=found.pictures + (found.perhaps if little else 0),
        unread=(*found.unread, *sheet.unread()),
    )


class _Set(NamedTuple):
    text: str
    start: int
    kind: Kind
    level: int
    bold: bool
    linked: bool


class _Placed(NamedTuple):
    rows: tuple[tuple[Span, ...], ...]
    head: int
    caption: str
    line: int
    """How many lines stood before it."""


class _Sheet:
    """The text so far, and what stands where in it."""

    def __init__(self) -> None:
        self.lines: list[_Set] = []
        self.tables: list[_Placed] = []
        self.links: list[Link] = []
        self.strong: list[Span] = []
        self.at = 0
        self._full = False
        self._cells = 0
        self._doubts = Doubts()
        self._too_many_cells = False

    def add(self, piece: Piece, *, cell: bool = False) -> None:
        """Set one line or one table."""
        if isinstance(piece, Line):
            self._line(piece, cell=cell)
        else:
            self._grid(piece, cell=cell)

    def unread(self) -> Iterable[Words]:
        """Say what of it was not read, or may read otherwise than it looks."""
        if self._full:
            yield Words(
                f"文本过长，只读了前 {self.at} 个字符",
                f"the text is too long; only its first {self.at} characters were read",
            )
        if self._too_many_cells:
            yield Words("表格过大，部分单元格未读", "a table is too large; part of it was not read")
        yield from self._doubts.told(self.at)

    def _line(self, line: Line, *, cell: bool) -> None:
        if self._full:
            return
        runs = [run._replace(text=cleaned(run.text)) for run in _seamless(_merged(line.runs))]
        runs = _trimmed(_merged(run for run in runs if run.text))
        text = "".join(run.text for run in runs)
        if not text:
            return
        if self.at + len(text) > MAX_CHARACTERS or len(self.lines) >= MAX_LINES:
            self._full = True
            text = text[: max(MAX_CHARACTERS - self.at, 0)]
            runs = [Run(text)]
            if not text or len(self.lines) >= MAX_LINES:
                return
        self._doubts.add((run.text for run in line.runs), text)
        place, linked = self.at, 0
        for run in runs:
            if run.strong and run.text.strip():
                self.strong.append(Span(place, place + len(run.text)))
            if run.href is not None and run.text.strip():
                words = run.text.lstrip()
                start = place + len(run.text) - len(words)
                self.links.append(Link(words.rstrip(), run.href, start))
                linked += len(run.text)
            place += len(run.text)
        bold = all(run.strong or not run.text.strip() for run in runs)
        kind: Kind = "cell" if cell else line.kind
        level = 0 if cell else line.level
        self.lines.append(_Set(text, self.at, kind, level, bold, linked == len(text)))
        self.at = place + 1

    def _grid(self, grid: Grid, *, cell: bool) -> None:
        if self._full:
            return
        if max((len(row) for row in grid.rows), default=0) < 2 or len(grid.rows) < 2:
            for row in grid.rows:
                for each in row:
                    for piece in each.pieces:
                        self.add(piece, cell=cell)
            return
        place, before = len(self.tables), len(self.lines)
        spans = [[self._cell(each) for each in row] for row in grid.rows]
        rows = tuple(self._squared(grid, spans))
        if any(row for row in rows):
            head = _head_rows(grid, [self._words(row) for row in rows[:2]])
            self.tables.insert(place, _Placed(rows, head, cleaned(grid.caption).strip(), before))

    def _cell(self, cell: Cell) -> Span:
        first = len(self.lines)
        for piece in cell.pieces:
            self.add(piece, cell=True)
        if len(self.lines) == first:
            return Span(max(self.at - 1, 0), max(self.at - 1, 0))
        return Span(self.lines[first].start, self.at - 1)

    def _words(self, row: Sequence[Span]) -> list[tuple[str, bool]]:
        texts = {line.start: line for line in self.lines[-2000:]}
        return [
            (line.text, line.bold)
            if (line := texts.get(span.start)) and span.end > span.start
            else ("", False)
            for span in row
        ]

    def _squared(self, grid: Grid, spans: list[list[Span]]) -> Iterable[tuple[Span, ...]]:
        """Repeat each cell in every place that it spans."""
        hanging: dict[int, tuple[Span, int]] = {}
        for number, (row, places) in enumerate(zip(grid.rows, spans, strict=True)):
            out: list[Span] = []
            for cell, span in zip(row, places, strict=True):
                while hanging.get(len(out)):
                    _take(hanging, out)
                down = cell.down or len(grid.rows) - number
                for _ in range(min(max(cell.across, 1), 100)):
                    if down > 1:
                        hanging[len(out)] = (span, min(down, 1000))
                        _take(hanging, out)
                    else:
                        out.append(span)
            while hanging.get(len(out)):
                _take(hanging, out)
            self._cells += len(out)
            if self._cells > MAX_CELLS:
                self._too_many_cells = True
                return
            if out:
                yield tuple(out)


def _take(hanging: dict[int, tuple[Span, int]], out: list[Span]) -> None:
    span, left = hanging.pop(len(out))
    if left > 1:
        hanging[len(out)] = (span, left - 1)
    out.append(span)


def _merged(runs: Iterable[Run]) -> list[Run]:
    merged: list[Run] = []
    parts: list[str] = []
    for run in runs:
        if merged and merged[-1][1:] == run[1:]:
            parts.append(run.text)
            continue
        if merged:
            merged[-1] = merged[-1]._replace(text="".join(parts))
        merged.append(run)
        parts = [run.text]
    if merged:
        merged[-1] = merged[-1]._replace(text="".join(parts))
    return merged


def _seamless(runs: list[Run]) -> list[Run]:
    """Take out line breaks between wide characters of two runs, as within one."""
    last: int | None = None
    for number, run in enumerate(runs):
        right = run.text.lstrip()
        if not right:
            continue
        if last is not None:
            left = runs[last].text.rstrip()
            between = [runs[last].text[len(left) :], run.text[: len(run.text) - len(right)]]
            between += [blank.text for blank in runs[last + 1 : number]]
            wide = left[-1] >= "\u2e80" and right[0] >= "\u2e80"
            if wide and any("\n" in each for each in between):
                runs[last] = runs[last]._replace(text=left)
                runs[number] = run._replace(text=right)
                for blank in range(last + 1, number):
                    runs[blank] = runs[blank]._replace(text="")
        last = number
    return runs


def _trimmed(runs: list[Run]) -> list[Run]:
    """Give runs without white space at the ends of the line, and none twice between two runs."""
    out: list[Run] = []
    blank = True
    for run in runs:
        text = run.text.lstrip() if blank else run.text
        if text:
            out.append(run._replace(text=text))
            blank = text.endswith(" ")
    while out and not out[-1].text.rstrip():
        out.pop()
    if out:
        out[-1] = out[-1]._replace(text=out[-1].text.rstrip())
    return out


def _head_rows(grid: Grid, first: list[list[tuple[str, bool]]]) -> int:
    marked = 0
    for row in grid.rows:
        if not row or not all(cell.head for cell in row):
            break
        marked += 1
    if marked and marked < len(grid.rows):
        return marked
    words = [each for each in first[0] if each[0]]
    short = len(words) >= 2 and all(len(text) <= _HEAD_CELL for text, _ in words)
    named = sum(bool(_HEAD_WORDS.search(text)) for text, _ in words)
    return int(short and (all(bold for _, bold in words) or 2 * named >= len(words)))


def _length(pieces: Iterable[Piece]) -> int:
    total = 0
    for piece in pieces:
        if isinstance(piece, Line):
            total += sum(len(run.text) for run in piece.runs)
        else:
            total += sum(_length(cell.pieces) for row in piece.rows for cell in row)
    return total


def _headed(lines: list[_Set]) -> list[_Set]:
    """Find the headings that the format does not mark: short lines, numbered or bold."""
    levels: dict[Numbering, int] = {}
    styles = [numbering_of(line.text) for line in lines]
    headed: list[_Set] = []
    above = 1
    for number, (line, style) in enumerate(zip(lines, styles, strict=True)):
        if line.kind == "heading":
            above = line.level
            if style:
                levels.setdefault(style, line.level)
        elif line.kind != "cell":
            after = styles[number + 1] if number + 1 < len(lines) else style
            before = styles[number - 1] if number else None
            alone = style is not None and style not in (before, after) and not line.linked
            if reads_as_heading(line.text, style, bold=line.bold, alone=alone, kind=line.kind):
                level = min(6, max(style.level, above + 1)) if style else 6
                level = levels.get(style, level) if style else level
                line = line._replace(kind="heading", level=level)  # noqa: PLW2901
        headed.append(line)
    return headed


def _joined(spans: Iterable[Span]) -> Iterable[Span]:
    last: Span | None = None
    for span in spans:
        if last and span.start == last.end:
            last = Span(last.start, span.end)
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _tables(sheet: _Sheet, headed: list[_Set]) -> Iterable[Table]:
    title, number = "", 0
    for table in sheet.tables:
        while number < table.line:
            if headed[number].level:
                title = headed[number].text
            number += 1
        yield Table(table.rows, table.head, table.caption or title)
