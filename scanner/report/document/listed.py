"""Every listed behaviour or duty with what its rules say together, whether or not it was found."""

from __future__ import annotations

from scanner.model import Report, Row
from scanner.report import words
from scanner.report.document.paper import Column, Digest, Paper


def rows(paper: Paper, report: Report) -> None:
    """Set the lists of behaviours or duties, one table for each, and never a row left out."""
    lists: dict[str, list[Row]] = {}
    for row in (*report.duties, *report.behaviours, *report.labels):
        lists.setdefault(row.id.rpartition("-")[0], []).append(row)
    for name, many in lists.items():
        if report.subject.kind == "website" and name != "web":
            paper.note(paper.words(words.BY_ANALOGY))
        title = words.LISTS.get(name)
        paper.table(
            paper.words(title) if title else name,
            [
                Column(paper.say("编号", "No."), 2.6),
                Column(paper.say("情形或义务", "Behaviour or duty"), 7.2),
                Column(paper.say("自动结论", "Automatic verdict"), 3.4),
                Column(paper.say("没有检测的通道", "Channels not looked at"), 2.8),
            ],
            ((Digest(row.id), paper.words(row.title), *_said(paper, row)) for row in many),
        )


def _said(paper: Paper, row: Row) -> tuple[str, str]:
    verdict = paper.words(words.VERDICT[row.verdict])
    if row.certainty is not None:
        verdict += f" · {paper.words(words.CERTAINTY[row.certainty])}"
    unwatched = (paper.words(words.CHANNEL[one]) for one in row.unwatched)
    return verdict, paper.say("、", ", ").join(unwatched)
