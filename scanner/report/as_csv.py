"""notice.csv: the notice's row, if two persons confirmed something, and below it every clue."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.model import Open, Report
from scanner.report.cells import csv_of
from scanner.report.listed import line
from scanner.report.notice import COLUMNS, tables
from scanner.report.words import Lang, Options


def render(report: Report, _open: Open, options: Options) -> bytes:
    """Give the table of one report."""
    return table([report], options.lang)


def table(reports: Sequence[Report], lang: Lang) -> bytes:
    """Give the table of several reports: the notice first, and each row says what it is."""
    found = tables(reports, lang)
    blanks = ("",) * (len(COLUMNS) - len(found.notice[0])) if found.notice else ()
    rows = [*(row + blanks for row in found.notice), *found.clues, *found.bare]
    return csv_of([line(one, lang) for one in COLUMNS], rows)
