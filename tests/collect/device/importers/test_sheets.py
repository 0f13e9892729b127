from __future__ import annotations

import io
import re

import pytest

from scanner.child import Child, Unreadable
from scanner.collect.device.importers import sheets
from scanner.collect.device.importers.imported import Losses
from scanner.collect.device.importers.sheets import Book, Form, may_be_sheet
from scanner.errors import NotAuditable
from tests.collect.device.importers.workbooks import xls, xlsx

FORM = Form("one", frozenset(("x", "y")))
ROWS = [["title"], ["y", "x", "z"], ["1", "2", "3"], ["", "", ""], ["4", "5"]]


@pytest.mark.parametrize("data", [xls(ROWS), xlsx(ROWS)], ids=["xls", "xlsx"])
def test_rows_below_the_header_by_their_columns(data: bytes) -> None:
    assert may_be_sheet(data[:100])
    book, losses = Book(io.BytesIO(data), (Form("other", frozenset("q")), FORM)), Losses()
    for _ in range(2):
        first, last = book.rows(losses)
        assert (first.number, first.cells) == (3, {"y": "1", "x": "2", "z": "3"})
        assert (last.number, last.cells["x"]) == (5, "5")
    book.close()
    assert book.form == FORM
    assert losses.whole


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and so on", xls([["x"], ["1"]])])
def test_what_has_no_such_header_is_refused(data: bytes) -> None:
    with pytest.raises(NotAuditable):
        Book(io.BytesIO(data), (FORM,))


def test_a_workbook_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST", 100)
    with pytest.raises(NotAuditable, match="larger"):
        Book(io.BytesIO(xls(ROWS)), (FORM,))


def test_a_table_too_large_ends_early_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_LETTERS", 3)
    book, losses = Book(io.BytesIO(xls(ROWS)), (FORM,)), Losses()
    assert len(list(book.rows(losses))) == 2
    (end,) = losses.told()
    assert end.rest
    assert not losses.whole


def test_a_child_that_dies_ends_the_rows_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    book, losses = Book(io.BytesIO(xls(ROWS)), (FORM,)), Losses()

    def dies(*_: object) -> None:
        raise Unreadable("崩溃", "it crashed")

    monkeypatch.setattr(Child, "ask", dies)
    assert list(book.rows(losses)) == []
    (end,) = losses.told()
    assert (end.at, end.reason.en, end.rest) == ("row 1", "it crashed", True)


def test_a_sheet_that_claims_the_whole_grid_costs_no_memory_here() -> None:
    """Two cells at opposite corners: 17 thousand million cells for whoever lays them all out."""
    import zipfile

    data, corner = xlsx(ROWS), '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, re.sub("</sheetData>", corner, text))
    with pytest.raises(NotAuditable):
        Book(io.BytesIO(written.getvalue()), (FORM,))


def test_what_begins_otherwise_is_no_workbook() -> None:
    assert not may_be_sheet(b"PK\x03\x04".ljust(30) + b"run.yaml")
    assert not may_be_sheet(b"{}")
