"""comparison.md: the comparison as a pull request or a wiki shows it."""

from __future__ import annotations

from scanner.model import Comparison
from scanner.report.compared.tables import NOTHING, counted, notes, tables, title
from scanner.report.marking import plain, table
from scanner.report.words import Lang, say

MOST_ROWS = 200
"""Rows of one table at most: a comment of GitHub holds 65,536 characters."""


def render(comparison: Comparison, lang: Lang) -> bytes:
    """Give the comparison as Markdown in which every text stays a text."""
    lines = [f"# {plain(title(comparison, lang))}", "", f"**{plain(counted(comparison, lang))}**"]
    lines += ["", *(f"- {plain(each)}" for each in notes(comparison, lang))]
    for one in tables(comparison, lang):
        lines += ["", f"## {plain(one.name)}", ""]
        lines += [plain(one.note), ""] if one.note else []
        if one.rows:
            rows = ([plain(cell) for cell in row] for row in one.rows[:MOST_ROWS])
            lines += table([plain(column) for column in one.heading], rows)
        else:
            lines.append(plain(say(NOTHING, lang)))
        more = len(one.rows) - MOST_ROWS
        lines += ["", f"… +{more}: comparison.json"] if more > 0 else []
    return ("\n".join(lines) + "\n").encode()
