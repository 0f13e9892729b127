from __future__ import annotations

import pytest

from scanner.collect.policy.texts.layout import Cell, Grid, Line, Run
from scanner.collect.policy.texts.page_tables import Table


def cell(text: str) -> Cell:
    return Cell((Line((Run(text),)),) if text else ())


def table(*rows: str) -> Table:
    made = Table(aside=False)
    for row in rows:
        made.row = [cell(text) for text in row.split("|")]
        made.end_row()
    return made


@pytest.mark.parametrize(
    ("rows", "waits"),
    [
        (("名称|目的",), True),
        (("名称|目的", "|"), True),
        (("名称|目的", "正在加载中..."), True),
        (("名称|目的", "甲|推送"), False),
        (("甲",), False),
        (("我们收集手机号。" * 9 + "|乙",), False),
        ((), False),
    ],
)
def test_a_table_of_a_head_alone(rows: tuple[str, ...], waits: bool) -> None:
    assert table(*rows).is_only_head() is waits


def test_a_table_with_its_caption() -> None:
    made = table("甲|乙")
    made.caption = [Line((Run("目"), Run("录")))]
    assert made.as_grid() == Grid(((cell("甲"), cell("乙")),), "目录")
