"""A table of a page while it is read, and whether it waits for rows that a script brings."""

from __future__ import annotations

from scanner.collect.policy.texts.layout import Cell, Grid, Line, Piece
from scanner.collect.policy.texts.scripts import WAITING

LONGEST_HEAD = 24
"""Longest words of a cell that heads a column."""


class Table:
    """A table whose end was not met yet."""

    def __init__(self, *, aside: bool) -> None:
        self.rows: list[tuple[Cell, ...]] = []
        self.row: list[Cell] = []
        self.caption: list[Piece] = []
        self.aside = aside
        self.spans = (1, 1)
        self.head = False

    def end_row(self) -> None:
        """End the row that was begun, if any."""
        if self.row:
            self.rows.append(tuple(self.row))
        self.row = []

    def as_grid(self) -> Grid:
        """Give all of it."""
        lines = (piece for piece in self.caption if isinstance(piece, Line))
        caption = " ".join("".join(run.text for run in line.runs) for line in lines)
        return Grid(tuple(self.rows), caption, self.aside)

    def is_only_head(self) -> bool:
        """Tell whether it holds the names of columns and nothing beneath them."""
        filled = [words for row in self.rows if any(words := [_words_of(cell) for cell in row])]
        if len(filled) != 1:
            return False
        words = [each for each in filled[0] if each]
        return len(words) >= 2 and all(len(each) <= LONGEST_HEAD for each in words)


def _words_of(cell: Cell) -> str:
    """Give the words of a cell; what only says that they are to come is none."""
    lines = (piece for piece in cell.pieces if isinstance(piece, Line))
    words = " ".join("".join(run.text for run in line.runs).strip() for line in lines)
    return "" if WAITING.fullmatch(words) else words or ("table" if cell.pieces else "")
