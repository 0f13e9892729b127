"""Workbooks (xls, xlsx), read in a child process: their parser was not made for malice.

python -m scanner.collect.device.importers.sheet_child answers.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from scanner import child
from scanner.child import Unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MEMORY_BYTES = 2 << 30
"""Address space of the child: an .xls of 60,000 rows, all with stacks of 40 frames that differ,
takes some 1,000 MB."""
CPU_SECONDS = 120
"""Processor time of the child; such a sheet, read twice, takes some 5 s."""
WALL_SECONDS = 150
"""Time to wait for one answer."""
MODULE = ("-m", "scanner.collect.device.importers.sheet_child")
"""What the child runs."""
MOST_SHEETS = 20
"""Sheets of a workbook that are looked at."""
HEAD_ROWS = 5
"""Rows at the top of a sheet among which its header is sought."""
MOST_COLUMNS = 64
"""Columns that are read."""
ROWS_AT_ONCE = 2000
"""Rows of one answer at most."""
LETTERS_AT_ONCE = 32 << 20
"""Characters of one answer, but for its last row."""
LONGEST_CELL = 1 << 17
"""Characters of a cell that are read; a workbook itself holds 32,767 at most."""


class Open(msgspec.Struct, tag=True, frozen=True):
    """Open a workbook."""

    data: bytes


class Rows(msgspec.Struct, tag=True, frozen=True):
    """Give the next rows of the sheet that is being read."""

    sheet: int
    """Which sheet, from 0."""
    on: bool
    """Whether to go on where the last answer ended; else from its top."""


Request = Open | Rows


class Sheet(msgspec.Struct, frozen=True):
    """A sheet and its topmost rows."""

    name: str
    head: list[list[str]]


class Reader:
    """Answers for one workbook, whose rows it gives in order."""

    def __init__(self) -> None:
        self._book: CalamineWorkbook | None = None
        self._at = -1
        self._sheet: CalamineSheet | None = None
        self._rows: Iterator[list[str]] = iter(())

    def answered(self, request: Request) -> list[Sheet] | list[list[str]]:
        """Open a workbook, or give the next rows; raises Unreadable."""
        if isinstance(request, Open):
            return self._open(request.data)
        if request.sheet != self._at or not request.on:
            self._rows = self._begin(request.sheet)
        rows, letters = [], 0
        for row in itertools.islice(self._rows, ROWS_AT_ONCE):
            rows.append(row)
            letters += sum(map(len, row))
            if letters > LETTERS_AT_ONCE:
                break
        return rows

    def _open(self, data: bytes) -> list[Sheet]:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - the child's

        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except CalamineError as error:
            raise Unreadable("不是有效的工作簿", "it is no valid workbook") from error
        names = self._book.sheet_names[:MOST_SHEETS]
        return [
            Sheet(name[:100], list(itertools.islice(self._begin(place), HEAD_ROWS)))
            for place, name in enumerate(names)
        ]

    def _begin(self, place: int) -> Iterator[list[str]]:
        """Begin a sheet at its first row, empty ones above what is filled included."""
        if self._book is None:
            raise Unreadable("未打开工作簿", "no workbook is open")
        if place != self._at or self._sheet is None:
            self._sheet, self._at = None, place
            self._sheet = self._book.get_sheet_by_index(place)
        for row in self._sheet.iter_rows():
            yield [_words(cell) for cell in row[:MOST_COLUMNS]]


def _words(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    said = getattr(cell, "isoformat", None)
    return str(said() if said else cell)[:LONGEST_CELL]


if __name__ == "__main__":
    child.serve(Request, Reader().answered, memory=MEMORY_BYTES, cpu=CPU_SECONDS)
