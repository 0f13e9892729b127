"""notice.xlsx: the table for publication, the clues, all that was looked at, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.model import Open, Report, Words
from scanner.report.cells import Sheet, workbook
from scanner.report.listed import line
from scanner.report.notice import COLUMNS, EXPLAINED, OF_THE_NOTICE, SUBJECTS, tables
from scanner.report.words import Lang, Options

TITLE = Words("所涉问题通报表及初筛线索", "Notice table and screening clues")
NAMES = (
    Words("通报表", "Notice"),
    Words("初筛线索", "Screening clues"),
    Words("检测对象", "Subjects"),
    Words("说明", "What this means"),
)
"""What the sheets are called."""
_WIDTHS = (14, 22, 26, 26, 14, 40, 20, 40, 34, 26, 12, 12, 9, 20, 60)
_WIDTHS_OF_SUBJECTS = (22, 26, 26, 14, 26, 20, 18, 9, 11, 11, 30, 26)


def render(report: Report, _open: Open, options: Options) -> bytes:
    """Give the tables of one report."""
    return table([report], options.lang, created=report.tool.started_at)


def table(reports: Sequence[Report], lang: Lang, *, created: str) -> bytes:
    """Give the tables of several reports, in a file that names `created` as its moment."""
    found = tables(reports, lang)
    heading = [line(one, lang) for one in COLUMNS]
    names = [line(one, lang) for one in NAMES]
    sheets = [
        Sheet(names[0], heading[:OF_THE_NOTICE], found.notice, _WIDTHS[:OF_THE_NOTICE]),
        Sheet(names[1], heading, (*found.clues, *found.bare), _WIDTHS),
        Sheet(names[2], [line(one, lang) for one in SUBJECTS], found.subjects, _WIDTHS_OF_SUBJECTS),
        Sheet(names[3], [names[3]], [(line(one, lang),) for one in EXPLAINED], (110,)),
    ]
    return workbook(sheets, title=line(TITLE, lang), created=created)
