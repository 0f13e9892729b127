from __future__ import annotations

from typing import Any, NamedTuple

from scanner.collect.policy.texts.layout import Cell, Line
from scanner.collect.policy.texts.ruled import MAX_LINES, found_tables
from tests.collect.policy.texts.test_rows import word


class Drawn(NamedTuple):
    cells: list[tuple[float, float, float, float]]
    bbox: tuple[float, float, float, float]


def words_of(cell: Cell) -> str:
    lines = (piece for piece in cell.pieces if isinstance(piece, Line))
    return "".join(run.text for line in lines for run in line.runs)


class Page:
    def __init__(self, lines: int, *tables: Drawn) -> None:
        self.lines: list[Any] = [None] * lines
        self.rects: list[Any] = []
        self.curves: list[Any] = []
        self._tables = list(tables)

    def find_tables(self) -> list[Drawn]:
        return self._tables


WIDE = Drawn([(0, 0, 50, 40), (50, 0, 200, 20), (50, 20, 200, 40)], (0, 0, 200, 40))


def test_cells_hold_their_words_and_say_what_they_span() -> None:
    words = [*word("甲", 5, 3), *word("乙", 60, 3), *word("丙", 60, 23), *word("外", 5, 60)]
    tables, crowded = found_tables(Page(9, WIDE), words)
    assert not crowded
    shown = [[(words_of(cell), cell.across, cell.down) for cell in row] for row in tables[0].rows]
    assert shown == [[("甲", 1, 2), ("乙", 1, 1)], [("丙", 1, 1)]]
    assert tables[0].holds(words[0]) and not tables[0].holds(words[-1])
    assert tables[0].grid().rows == tables[0].rows


def test_a_box_around_text_is_no_table() -> None:
    assert found_tables(Page(9, Drawn([(0, 0, 200, 40)], (0, 0, 200, 40))), []) == ((), False)


def test_lines_without_end_are_told() -> None:
    assert found_tables(Page(MAX_LINES + 1, WIDE), []) == ((), True)
    assert found_tables(Page(0, WIDE), []) == ((), False)
