from __future__ import annotations

import time

from scanner.collect.policy.claims.party_lines import in_lines
from scanner.collect.policy.claims.party_names import party_names
from scanner.collect.policy.claims.party_rows import Entry
from scanner.knowledge import Knowledge
from tests.collect.policy.claims.test_party_rows import markdown

HEADS = ("SDK名称", "公司名称", "使用目的", "收集信息类型", "隐私政策链接")


def rows(known: Knowledge, *lines: str) -> list[Entry]:
    return list(in_lines(markdown("\n\n".join(lines)), party_names(known)))


def test_rows_begin_with_a_name_before_a_company_and_may_lack_cells(known: Knowledge) -> None:
    one, two, three = rows(
        known,
        *HEADS,
        *("甲推送SDK", "甲科技有限公司", "推送消息", "IMEI、OAID等信息", "https://a.example"),
        *("乙地图", "乙科技有限公司", "画地图", "位置信息"),
        *("丙统计SDK", "丙科技有限公司", "统计", "SDK采集", "设备信息", "https://c.example"),
    )
    assert (one.name, two.name, three.name) == ("甲推送sdk", "乙地图", "丙统计sdk")
    assert one.said == {
        "company": "甲科技有限公司",
        "purpose": "推送消息",
        "kinds": "imei、oaid等信息",
        "contact": "https://a.example",
    }
    assert "contact" not in two.said
    assert three.said["means"] == "sdk采集"


def test_without_companies_every_row_is_as_long_as_the_headings(known: Knowledge) -> None:
    found = rows(
        known,
        *("SDK名称", "使用目的", "收集信息类型"),
        *("极光推送", "推送", "设备信息"),
        *("某某SDK", "其他", "IP地址"),
        *("我们会保护您的信息。", "如有疑问，", "请联系我们。"),
    )
    assert [one.name for one in found] == ["极光推送", "某某sdk"]


def test_lines_that_are_no_table(known: Knowledge) -> None:
    assert rows(known, *HEADS) == []
    assert rows(known, *HEADS, "我们会保护您的信息。", "联系我们：a@b.example", "结束") == []
    assert rows(known, "权限", "使用目的", "相机", "扫码", "位置", "导航") == []
    assert rows(known, "甲推送SDK", "甲科技有限公司", "推送", "乙SDK", "乙有限公司", "统计") == []


def test_many_lines_cost_no_more_than_their_number(known: Knowledge) -> None:
    text = "\n\n".join(HEADS * 4_000)
    document = markdown(text)
    start = time.process_time()
    list(in_lines(document, party_names(known)))
    assert time.process_time() - start < 60
