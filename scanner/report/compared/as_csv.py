"""comparison.csv: every row of every table, each with the name of its table."""

from __future__ import annotations

from scanner.model import Comparison, Words
from scanner.report.cells import csv_of
from scanner.report.compared.tables import tables
from scanner.report.words import Lang, say

SECTION = Words("表", "Table")


def render(comparison: Comparison, lang: Lang) -> bytes:
    """Give the tables as one, whose columns are those of all of them."""
    found = tables(comparison, lang)
    columns = dict.fromkeys(column for table in found for column in table.heading)
    rows = []
    for table in found:
        for row in table.rows:
            cells = dict(zip(table.heading, row, strict=True))
            rows.append([table.name, *(cells.get(column, "") for column in columns)])
    return csv_of([say(SECTION, lang), *columns], rows)
