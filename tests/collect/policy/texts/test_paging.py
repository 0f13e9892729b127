from __future__ import annotations

from scanner.collect.policy.texts.layout import Cell, Line, Run
from scanner.collect.policy.texts.paging import Sheet, joined_tables, without_running_lines
from scanner.collect.policy.texts.rows import rows_of
from scanner.collect.policy.texts.ruled import Ruled
from tests.collect.policy.texts.test_rows import word


def sheet(*placed: tuple[str, float], tables: tuple[Ruled, ...] = ()) -> Sheet:
    rows = rows_of([one for text, top in placed for one in word(text, 50, top)])
    return Sheet(800.0, 600.0, rows, tables, 0)


def table(top: float, *texts: str, edges: tuple[float, ...] = (0.0, 50.0)) -> Ruled:
    rows = tuple(tuple(Cell((Line((Run(text),)),)) for text in row.split("|")) for row in texts)
    return Ruled((0.0, top, 100.0, top + 50), edges, rows)


def texts(sheets: list[Sheet]) -> list[list[str]]:
    return [[row.text for row in each.rows] for each in sheets]


def test_lines_that_stand_on_most_pages_are_left_out() -> None:
    pages = [
        sheet(("公司文件", 20), (f"正文{number}", 400), ("公司文件", 500), (f"第{number}版", 780))
        for number in range(4)
    ]
    found = texts(without_running_lines(pages))
    assert found == [[f"正文{number}", "公司文件"] for number in range(4)]


def test_page_numbers_are_left_out_and_numbers_in_the_text_are_not() -> None:
    for number in ("12", "- 3 -", "第 3 页", "3/12", "第3页共9页", "Page 3 of 9"):
        assert texts(without_running_lines([sheet(("正文", 400), (number, 780))])) == [["正文"]]
    assert texts(without_running_lines([sheet(("2024", 400))])) == [["2024"]]


def test_a_table_that_goes_on_overleaf_is_one() -> None:
    pages = [
        sheet(("前", 100), tables=(table(200, "名称|目的", "甲|推送"),)),
        sheet(("后", 300), tables=(table(50, "名称|目的", "乙|地图"),)),
    ]
    found = list(joined_tables(pages))
    assert len(found) == 3
    assert isinstance(found[1], Ruled) and len(found[1].rows) == 3


def test_tables_of_other_columns_or_after_text_stay_apart() -> None:
    first = table(200, "a|b", "c|d")
    other = table(50, "e|f", "g|h", edges=(0.0, 80.0))
    assert len(list(joined_tables([sheet(tables=(first,)), sheet(tables=(other,))]))) == 2
    after = sheet(("中", 10), tables=(table(50, "e|f"),))
    assert len(list(joined_tables([sheet(tables=(first,)), after]))) == 3
