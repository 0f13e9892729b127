"""Cells of a spreadsheet that stay text, whatever a program that opens them would like to run.

A cell that begins with a sign of a formula is run by Excel, LibreOffice and others when a CSV file
is opened (OWASP, CSV Injection); an XLSX file tells text and formulas apart by itself.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scanner.report.words import visible

LONGEST = 32_767
"""Characters of one cell at most (Excel's specifications and limits), counted as UTF-16 does."""
MOST_ROWS = 200_000
"""Rows of one sheet at most; Excel itself takes 1,048,576."""
_SIGNS = "=+\\-@＝＋－＠﹣﹢﹫−|%"
_BEGINS = re.compile(rf"[\s'\"“”‘’]*[{_SIGNS}]")
_LATER = re.compile(rf"([;；]\s*[\"']?)([{_SIGNS}])")


class Sheet(NamedTuple):
    """One table: its name, its heading, its rows, and how wide its columns are in characters."""

    name: str
    heading: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int] = ()


def text_of(value: str) -> str:
    """Give a text in which nothing is hidden, short enough for a cell."""
    shown = visible(value)
    size = len(shown.encode("utf-16-le", "replace")) // 2
    if size <= LONGEST:
        return shown
    kept = shown.encode("utf-16-le", "replace")[: (LONGEST - 40) * 2].decode("utf-16-le", "ignore")
    return f"{kept}… (+{len(shown) - len(kept)})"


def disarmed(value: str) -> str:
    """Give a text that no program takes for a formula: an apostrophe stands before its sign.

    Where a program takes the semicolon for the end of a cell, that holds for what follows too.
    """
    shown = _LATER.sub(r"\1'\2", text_of(value))
    return f"'{shown}" if _BEGINS.match(shown) else shown


def csv_of(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Give a table as CSV (RFC 4180): UTF-8 with its mark, so that Excel reads Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (heading, *rows):
        writer.writerow([disarmed(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def workbook(sheets: Sequence[Sheet], *, title: str, created: str) -> bytes:
    """Give tables as one XLSX file of plain text cells; the same tables give the same bytes.

    `created` (ISO 8601) is the moment that the file names as its own.
    """
    import xlsxwriter  # noqa: PLC0415 - a heavy library that one format needs

    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": text_of(title), "created": _moment(created)})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    # The mark by which Excel keeps a cell text when a person edits it or saves it as CSV.
    cell = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        for column, wide in enumerate(sheet.widths):
            page.set_column(column, column, wide)
        for column, value in enumerate(sheet.heading):
            page.write_string(0, column, text_of(value), head)
        for number, row in enumerate(sheet.rows, 1):
            if number > MOST_ROWS:
                page.write_string(number, 0, f"… > {MOST_ROWS}", cell)
                break
            for column, value in enumerate(row):
                if value:
                    page.write_string(number, column, text_of(value), cell)
    book.close()
    return out.getvalue()


def _moment(text: str) -> datetime.datetime:
    """Give a moment as XLSX holds it: to the second, in UTC; a fixed one for what is no time."""
    try:
        moment = datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
        return moment.replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError):
        return datetime.datetime(1980, 1, 1)  # what the format calls UTC
