"""comparison.docx: the comparison as an office files it."""

from __future__ import annotations

from scanner.model import Comparison
from scanner.report.compared.tables import NOTHING, counted, notes, tables, title
from scanner.report.document.paper import Column, Paper
from scanner.report.words import Lang, say

MOST_ROWS = 500
"""Rows of one table at most: some fifty pages."""


def render(comparison: Comparison, lang: Lang) -> bytes:
    """Give the comparison as a paper: the same comparison gives the same bytes."""
    name = title(comparison, lang)
    paper = Paper(title=name, header=name, made_at=comparison.tool.started_at, lang=lang)
    paper.title(name, counted(comparison, lang))
    paper.points(notes(comparison, lang))
    for one in tables(comparison, lang):
        paper.heading(one.name)
        if one.note:
            paper.text(one.note)
        if not one.rows:
            paper.text(say(NOTHING, lang))
            continue
        columns = [
            Column(head, float(share)) for head, share in zip(one.heading, one.widths, strict=True)
        ]
        paper.table(one.name, columns, one.rows[:MOST_ROWS])
        more = len(one.rows) - MOST_ROWS
        if more > 0:
            paper.text(f"… +{more}: comparison.json")
    return paper.file()
