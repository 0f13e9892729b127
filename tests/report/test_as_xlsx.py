"""notice.xlsx, read by openpyxl."""

from __future__ import annotations

import io

import openpyxl
import pytest

from scanner.report import render
from scanner.report.as_xlsx import NAMES, table
from scanner.report.words import Lang
from tests.report import example, spoken


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_confirmed_and_clues_stand_on_sheets_of_their_own(lang: Lang) -> None:
    data = render("xlsx", spoken.confirmed(), example.open_evidence, lang=lang)
    book = openpyxl.load_workbook(io.BytesIO(data))
    names = [one.said(chinese=lang == "zh") for one in NAMES]
    assert book.sheetnames == names
    assert [book[name].max_row for name in names] == [2, 121, 2, 3]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {
        "s",
        "inlineStr",
        "n",  # an empty cell
    }
    assert not [
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "n" and cell.value is not None
    ]


def test_several_reports_are_one_book() -> None:
    reports = [example.clean(), spoken.confirmed(), example.site()]
    data = table(reports, "zh", created="2026-03-02T10:00:00+08:00")
    book = openpyxl.load_workbook(io.BytesIO(data))
    subjects = [row[0].value for row in book["检测对象"].iter_rows(min_row=2)]
    assert subjects == ["示例商城", "示例商城", "示例网"]
    assert book["通报表"].max_row == 2
    assert table(reports, "zh", created="2026-03-02T10:00:00+08:00") == data
