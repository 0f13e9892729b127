from __future__ import annotations

import pytest

from scanner.child import Unreadable
from scanner.collect.device.importers import sheet_child
from scanner.collect.device.importers.sheet_child import Open, Reader, Rows
from tests.collect.device.importers.workbooks import xls, xlsx

ROWS = [["a", "b"], ["1", "行"], ["", "2\n3"]]


@pytest.mark.parametrize("data", [xls(ROWS), xlsx(ROWS)], ids=["xls", "xlsx"])
def test_rows_come_as_they_stand(data: bytes) -> None:
    reader = Reader()
    (sheet,) = reader.answered(Open(data))
    assert isinstance(sheet, sheet_child.Sheet)
    assert sheet.head == ROWS
    assert reader.answered(Rows(0, on=False)) == ROWS
    assert reader.answered(Rows(0, on=True)) == []
    assert reader.answered(Rows(0, on=False)) == ROWS


def test_empty_rows_above_the_first_are_counted() -> None:
    (sheet,) = Reader().answered(Open(xlsx(ROWS, top=3)))
    assert isinstance(sheet, sheet_child.Sheet)
    assert [row for row in sheet.head if any(row)] == ROWS
    assert sheet.head.index(ROWS[0]) == 2


def test_rows_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_child, "ROWS_AT_ONCE", 2)
    reader = Reader()
    reader.answered(Open(xlsx(ROWS)))
    found = [reader.answered(Rows(0, on=on)) for on in (False, True, True)]
    assert found == [ROWS[:2], ROWS[2:], []]
    monkeypatch.setattr(sheet_child, "LETTERS_AT_ONCE", 1)
    assert reader.answered(Rows(0, on=False)) == ROWS[:1]


def test_numbers_are_written_as_people_do() -> None:
    reader = Reader()
    reader.answered(Open(xls([[1, 2.5, True, None, "x"]])))
    assert reader.answered(Rows(0, on=False)) == [["1", "2.5", "True", "", "x"]]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", xls(ROWS)[:900], xlsx(ROWS)[:300]])
def test_what_is_no_workbook_is_told_so(data: bytes) -> None:
    with pytest.raises(Unreadable):
        Reader().answered(Open(data))
    with pytest.raises(Unreadable):
        Reader().answered(Rows(0, on=False))
