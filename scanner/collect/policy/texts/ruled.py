"""Tables that lines on a page draw, and what stands in their cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scanner.collect.policy.texts.layout import Cell, Grid, Line, Run
from scanner.collect.policy.texts.rows import Character, Row, rows_of

MAX_LINES = 3_000
"""Lines and boxes of a page in which tables are looked for; finding them costs their square."""
SLACK = 3.0
"""Points by which two edges that are one may differ."""
PADDING = 6.0
"""Points between the words of a cell and its line."""

Box = tuple[float, float, float, float]


class Ruled(NamedTuple):
    """A table on a page: its cells, by their row and column."""

    box: Box
    edges: tuple[float, ...]
    """Where its columns begin."""
    rows: tuple[tuple[Cell, ...], ...]

    def holds(self, character: Character) -> bool:
        """Tell whether a character stands in it."""
        x = (character["x0"] + character["x1"]) / 2
        y = (character["top"] + character["bottom"]) / 2
        return bool(self.box[0] <= x <= self.box[2] and self.box[1] <= y <= self.box[3])

    def grid(self) -> Grid:
        """Give it as a table of the text."""
        return Grid(self.rows)


def found_tables(page: Any, characters: Sequence[Character]) -> tuple[tuple[Ruled, ...], bool]:
    """Find the ruled tables of a page; the second says that there were too many lines to look."""
    lines = len(page.lines) + len(page.rects) + len(page.curves)
    if lines < 2:
        return (), False
    if lines > MAX_LINES:
        return (), True
    tables = (_ruled(table, characters) for table in page.find_tables())
    return tuple(table for table in tables if table is not None), False


def _ruled(table: Any, characters: Sequence[Character]) -> Ruled | None:
    boxes: list[Box] = [tuple(map(float, box)) for box in table.cells]  # type: ignore[misc]
    columns = _edges([box[0] for box in boxes])
    tops = _edges([box[1] for box in boxes])
    if len(columns) < 2:
        return None
    places: dict[tuple[int, int], Box] = {}
    for box in boxes:
        places.setdefault((_index(tops, box[1]), _index(columns, box[0])), box)
    words = _in_cells(places, characters, table.bbox)
    rows: list[tuple[Cell, ...]] = []
    covered: set[tuple[int, int]] = set()
    for row in range(len(tops)):
        cells: list[Cell] = []
        for column in range(len(columns)):
            if (row, column) in covered:
                continue
            across = down = 1
            box_here = places.get((row, column))
            if box_here:
                across = max(_index(columns, box_here[2] - SLACK) - column + 1, 1)
                down = max(_index(tops, box_here[3] - SLACK) - row + 1, 1)
                covered |= {(row + r, column + c) for r in range(down) for c in range(across)}
            cells.append(Cell(words.get((row, column), ()), across, down))
        rows.append(tuple(cells))
    return Ruled(tuple(map(float, table.bbox)), tuple(columns), tuple(rows))  # type: ignore[arg-type]


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > SLACK:
            edges.append(value)
    return edges


def _index(edges: Sequence[float], value: float) -> int:
    return max(bisect_right(edges, value + SLACK / 2) - 1, 0)


def _in_cells(
    places: Mapping[tuple[int, int], Box],
    characters: Sequence[Character],
    box: Box,
) -> dict[tuple[int, int], tuple[Line, ...]]:
    """Give the lines of each cell; a line that fills its cell goes on in the next."""
    held: dict[tuple[int, int], list[Character]] = {}
    inside = [
        (each, (each["x0"] + each["x1"]) / 2, (each["top"] + each["bottom"]) / 2)
        for each in characters
        if box[0] <= each["x0"] <= box[2] and box[1] <= each["bottom"] and each["top"] <= box[3]
    ]
    inside = [
        each for each in inside if box[0] <= each[1] <= box[2] and box[1] <= each[2] <= box[3]
    ]
    by_top = sorted(places.items(), key=lambda item: item[1][1])
    for each, x, y in inside:
        for place, cell in by_top:
            if cell[1] > y:
                break
            if cell[0] <= x <= cell[2] and y <= cell[3]:
                held.setdefault(place, []).append(each)
                break
    lines: dict[tuple[int, int], tuple[Line, ...]] = {}
    for place, here in held.items():
        right = places[place][2]
        joined: list[list[Run]] = []
        last: Row | None = None
        for row in rows_of(here):
            if last and last.x1 + max(row.first_word, 2 * row.size) + PADDING > right:
                end = joined[-1][-1]
                joined[-1] = [*joined[-1][:-1], end._replace(text=end.text + "\n"), *row.runs]
            else:
                joined.append(list(row.runs))
            last = row
        lines[place] = tuple(Line(tuple(runs)) for runs in joined)
    return lines
