"""The comparison on a terminal: what became of each finding, and what else came and went."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Comparison
from scanner.report.compared.tables import Table, counted, notes, tables, title
from scanner.report.words import Lang
from scanner.texts import WIDTH, fit, pad, wrap

MOST_ROWS = 40
"""Lines of one table at most."""
SHOWN: dict[str, tuple[int, ...]] = {
    "cases": (0, 1, 2),
    "findings": (0, 1, 3, 4, 7),
    "rows": (0, 2, 3, 1),
    "changes": (0, 1, 2, 3),
    "policy": (0, 1, 2, 3, 4),
    "passages": (0, 2, 3),
}
"""Columns of each table that a terminal has room for."""
WIDTHS: dict[str, tuple[int, ...]] = {
    "cases": (24, 36),
    "findings": (12, 8, 30, 46),
    "rows": (13, 26, 26),
    "changes": (18, 22, 36),
    "policy": (10, 18, 24, 22),
    "passages": (8, 24),
}
"""Columns of the terminal that these take; the last has what is left."""


def render(comparison: Comparison, lang: Lang) -> bytes:
    """Give the comparison as UTF-8 text of at most 100 columns."""
    return ("\n".join(_lines(comparison, lang)) + "\n").encode()


def _lines(comparison: Comparison, lang: Lang) -> Iterator[str]:
    yield fit(title(comparison, lang))
    yield counted(comparison, lang)
    for note in notes(comparison, lang):
        yield from wrap(f"! {note}")
    for table in tables(comparison, lang):
        if table.rows:
            yield ""
            yield fit(f"{table.name} ({len(table.rows)})")
            yield from _rows(table)


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows[:MOST_ROWS]:
        cells = [row[number] for number in SHOWN[table.id]]
        if table.id == "findings":
            yield fit(f"  {_padded(cells[:3], WIDTHS[table.id])}  {cells[3]}")
            if cells[4]:
                yield fit(f"      {cells[4]}")
            continue
        widths = WIDTHS[table.id]
        head = _padded(cells[: len(widths)], widths)
        yield fit(f"  {head}  {'  '.join(cells[len(widths) :])}".rstrip())
    more = len(table.rows) - MOST_ROWS
    if more > 0:
        yield f"  … +{more}"


def _padded(cells: list[str], widths: tuple[int, ...]) -> str:
    return "  ".join(pad(cell, wide) for cell, wide in zip(cells, widths, strict=False))[:WIDTH]
