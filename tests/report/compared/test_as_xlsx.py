from __future__ import annotations

import io

import openpyxl

from scanner.report.compared.as_xlsx import NAMES, render
from scanner.report.compared.tables import tables
from tests.report.compared.hostile import hostile, made


def test_a_sheet_for_each_table_with_every_row_as_text() -> None:
    for found in (made(), hostile()):
        book = openpyxl.load_workbook(io.BytesIO(render(found, "en")))
        for table in tables(found, "en"):
            sheet = book[NAMES[table.id].en]
            assert sheet.max_row == len(table.rows) + 1
            kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
            assert kinds <= {"s", "n"}  # n: an empty cell
            assert not [c for row in sheet.iter_rows() for c in row if c.hyperlink]
