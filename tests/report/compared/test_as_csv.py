from __future__ import annotations

import csv
import io

from scanner.report.compared.as_csv import render
from tests.report.compared.hostile import hostile


def test_no_cell_begins_a_formula_and_every_row_is_whole() -> None:
    rows = list(csv.reader(io.StringIO(render(hostile(), "en").decode("utf-8-sig"))))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]
    assert any("cmd" in cell for row in rows for cell in row)
