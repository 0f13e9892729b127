"""notice.csv, read by the csv module."""

from __future__ import annotations

import csv
import io

from scanner.report import render
from scanner.report.as_csv import table
from tests.report import example, spoken


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_notice_leads_and_every_clue_follows() -> None:
    data = render("csv", spoken.confirmed(), example.open_evidence)
    assert data.startswith(b"\xef\xbb\xbf")
    first, *rest = rows(data)
    assert first["状态"] == "已由两人确认" and first["所涉问题"]
    assert len(rest) == 120
    assert all(row["状态"].startswith(("初筛线索", "提示")) and not row["所涉问题"] for row in rest)


def test_english_has_english_headings() -> None:
    (row,) = rows(render("csv", example.clean(), example.open_evidence, lang="en"))
    assert row["Status"] == "nothing found (which is not compliance)"
    assert row["App"] == "示例商城"


def test_several_reports_are_one_table() -> None:
    found = rows(table([example.clean(), spoken.confirmed()], "zh"))
    states = [row["状态"] for row in found]
    assert states[0] == "已由两人确认"
    assert states[-1] == "未检出（不等于合规）"
