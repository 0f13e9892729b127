"""comparison.xlsx: a sheet for each table."""

from __future__ import annotations

from scanner.model import Comparison, Words
from scanner.report.cells import Sheet, workbook
from scanner.report.compared.tables import notes, tables, title
from scanner.report.words import Lang, say

NAMES = {
    "cases": Words("两案", "Cases"),
    "findings": Words("检出情形", "Findings"),
    "rows": Words("行为与义务", "Behaviours and duties"),
    "changes": Words("对象的变化", "Changes"),
    "policy": Words("政策的变化", "Policy"),
    "passages": Words("政策语句", "Sentences"),
}
"""Names of sheets: Excel takes 31 characters."""
NOTES = Words("说明", "Notes")
_WIDE = 5
"""Characters that one share of a table's width takes."""


def render(comparison: Comparison, lang: Lang) -> bytes:
    """Give the tables as one workbook of plain text."""
    found = tables(comparison, lang)
    sheets = [
        Sheet(
            say(NAMES[table.id], lang),
            table.heading,
            table.rows,
            tuple(share * _WIDE for share in table.widths),
        )
        for table in found
    ]
    told = [(each,) for each in (*notes(comparison, lang), *(t.note for t in found if t.note))]
    sheets.append(Sheet(say(NOTES, lang), (say(NOTES, lang),), told, (110,)))
    return workbook(sheets, title=title(comparison, lang), created=comparison.tool.started_at)
