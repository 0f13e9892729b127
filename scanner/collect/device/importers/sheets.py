"""Rows of a workbook under its header, wherever in the workbook that stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO, NamedTuple

from scanner import child
from scanner.broken import Broken
from scanner.child import Unreadable
from scanner.collect.device.importers.imported import Losses
from scanner.collect.device.importers.sheet_child import MODULE, WALL_SECONDS, Open, Rows, Sheet
from scanner.errors import NotAuditable
from scanner.model import Words

LARGEST = 256 << 20
"""Bytes of a workbook; a day of calls with their stacks has some 30 MB."""
MOST_LETTERS = 2 << 30
"""Characters of all rows together: shared texts make a small file large."""
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How an .xls begins."""
ZIP = b"PK\x03\x04"
"""How an .xlsx begins, as does every ZIP."""
_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/")
"""Names with which a ZIP begins that is a document of this family."""
_HINT = "give the export as the program wrote it, or events.jsonl as the README tells"


class Form(NamedTuple):
    """Whose export has which columns."""

    name: str
    """The program."""
    columns: frozenset[str]
    """Columns that must be there."""


class Row(NamedTuple):
    """A row, by its columns."""

    number: int
    """Which one in the sheet, from 1, as spreadsheet programs count."""
    cells: dict[str, str]
    """What it says under each column that the header names."""


def may_be_sheet(begin: bytes) -> bool:
    """Tell from its first bytes whether a file may be a workbook."""
    return begin.startswith(OLE) or (begin.startswith(ZIP) and begin[30:].startswith(_PARTS))


class Book:
    """A workbook whose form is known, in a child process that ends with its rows."""

    def __init__(self, stream: BinaryIO, forms: tuple[Form, ...]) -> None:
        """Open it. Raises NotAuditable where it is no workbook, or of no known form."""
        data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise NotAuditable(f"the workbook is larger than {LARGEST >> 20} MB", hint=_HINT)
        self._stack = ExitStack()
        process = child.Child(MODULE, wall_seconds=WALL_SECONDS)
        self._child = self._stack.enter_context(process)
        try:
            sheets = self._child.ask(Open(data), list[Sheet])
            self.form, self._sheet, self._head, self._columns = _find(sheets, forms)
        except Unreadable as error:
            self._stack.close()
            raise NotAuditable(f"the workbook: {error.reason.en}", hint=_HINT) from None
        except NotAuditable:
            self._stack.close()
            raise

    def close(self) -> None:
        """End the child process."""
        self._stack.close()

    def rows(self, losses: Losses) -> Iterator[Row]:
        """Give the rows below the header, from its top; what ends them early goes to `losses`."""
        number, letters = 0, 0
        while letters <= MOST_LETTERS:
            try:
                found = self._child.ask(Rows(self._sheet, on=number > 0), list[list[str]])
            except Unreadable as error:
                losses.end(Broken(at=f"row {number + 1}", reason=error.reason, rest=True))
                return
            if not found:
                return
            for cells in found:
                number += 1
                letters += sum(map(len, cells))
                if number > self._head and any(cells):
                    yield Row(number, dict(zip(self._columns, cells, strict=False)))
        reason = Words("表格过大，其后未读取", "too large; what follows was not read")
        losses.end(Broken(at=f"row {number + 1}", reason=reason, rest=True))


def _find(sheets: list[Sheet], forms: tuple[Form, ...]) -> tuple[Form, int, int, tuple[str, ...]]:
    """Give the form, the sheet, the row of the header and its columns; raises NotAuditable."""
    for place, sheet in enumerate(sheets):
        for number, cells in enumerate(sheet.head, start=1):
            columns = tuple(cell.strip() for cell in cells)
            for form in forms:
                if form.columns <= set(columns):
                    return form, place, number, columns
    wanted = "; ".join(f"{form.name}: {'、'.join(sorted(form.columns))}" for form in forms)
    raise NotAuditable(f"the workbook has no sheet with the columns of {wanted}", hint=_HINT)
