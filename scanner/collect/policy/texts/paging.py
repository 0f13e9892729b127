"""Pages in their order: running heads and feet left out, tables that go on overleaf made one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.collect.policy.texts.layout import Cell, Line
from scanner.collect.policy.texts.rows import Row
from scanner.collect.policy.texts.ruled import SLACK, Ruled

MARGIN = 0.12
"""Share of a page's height at its top and foot in which running lines stand."""
_PAGE_NUMBER = re.compile(
    r"(?:第\s?)?[-—–\s]{0,4}\d{1,4}[-—–\s]{0,4}(?:页|[/／]\s?\d{1,4}|页\s?[,，/共]{0,2}\s?共?\s?\d{1,4}\s?页)?"
    r"|(?i:page)\s?\d{1,4}(?:\s?(?i:of|/)\s?\d{1,4})?"
)
_DIGITS = re.compile(r"\d+")


class Sheet(NamedTuple):
    """One page."""

    height: float
    width: float
    rows: tuple[Row, ...]
    tables: tuple[Ruled, ...]
    characters: int


def joined_tables(sheets: Sequence[Sheet]) -> Iterator[Row | Ruled]:
    """Give rows and tables in the order of reading; a table that goes on overleaf is one."""
    waiting: Ruled | None = None
    for sheet in sheets:
        parts: list[Row | Ruled] = sorted([*sheet.rows, *sheet.tables], key=_top)
        for part in parts:
            if not isinstance(part, Ruled):
                if waiting is not None:
                    yield waiting
                    waiting = None
                yield part
            elif waiting is not None and part is parts[0] and _same_columns(waiting, part):
                again = _words(waiting.rows[0]) == _words(part.rows[0])
                waiting = waiting._replace(rows=waiting.rows + part.rows[int(again) :])
            else:
                if waiting is not None:
                    yield waiting
                waiting = part
    if waiting is not None:
        yield waiting


def _top(part: Row | Ruled) -> float:
    return part.box[1] if isinstance(part, Ruled) else part.top


def _same_columns(one: Ruled, other: Ruled) -> bool:
    return len(one.edges) == len(other.edges) and all(
        abs(left - right) <= SLACK for left, right in zip(one.edges, other.edges, strict=True)
    )


def _words(row: Sequence[Cell]) -> list[str]:
    return [
        "".join(
            run.text for piece in cell.pieces if isinstance(piece, Line) for run in piece.runs
        ).strip()
        for cell in row
    ]


def without_running_lines(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Leave out page numbers, and lines that stand at the same height of most pages."""
    places = [{key for row in sheet.rows if (key := _place(row, sheet))} for sheet in sheets]
    often = Counter(key for keys in places for key in keys)
    least = max(2, (len(sheets) + 1) // 2)
    running = {key for key, count in often.items() if count >= least}
    return [
        sheet._replace(
            rows=tuple(row for row in sheet.rows if not _is_running(row, sheet, running))
        )
        for sheet in sheets
    ]


def _place(row: Row, sheet: Sheet) -> tuple[str, int] | None:
    height = max(sheet.height, 1.0)
    if MARGIN * height < row.top and row.bottom < (1 - MARGIN) * height:
        return None
    return _DIGITS.sub("#", row.text.strip()), round(row.top / 3)


def _is_running(row: Row, sheet: Sheet, running: set[tuple[str, int]]) -> bool:
    place = _place(row, sheet)
    return place is not None and (
        place in running or bool(_PAGE_NUMBER.fullmatch(row.text.strip()))
    )
