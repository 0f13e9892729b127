from __future__ import annotations

import pytest

from scanner.collect.policy.claims.party_names import party_names
from scanner.collect.policy.claims.party_rows import Entry, in_tables, is_name, roles_of
from scanner.collect.policy.document import Document
from scanner.collect.policy.texts.text import read
from scanner.knowledge import Knowledge


def markdown(text: str, part: str = "policy") -> Document:
    return read(
        ("# 隐私政策\n\n" + text).encode(),
        name="policy.md",
        address=None,
        origin="given",
        part=part,  # type: ignore[arg-type]
        evidence="0" * 64,
    )


def rows(known: Knowledge, text: str, part: str = "policy") -> list[Entry]:
    return list(in_tables(markdown(text, part), party_names(known)))


@pytest.mark.parametrize(
    ("head", "roles"),
    [
        ("sdk名称", {"name"}),
        ("第三方sdk名称", {"name"}),
        ("第三方公司名称", {"company"}),
        ("第三方名称", {"party"}),
        ("数据接收方", {"party"}),
        ("使用目的", {"purpose"}),
        ("sdk用途", {"purpose"}),
        ("收集个人信息类型", {"kinds"}),
        ("共享信息名称", {"kinds"}),
        ("共享方式", {"means"}),
        ("联系方式", {"contact"}),
        ("第三方隐私政策链接", {"contact"}),
        ("开发者及隐私政策", {"company", "contact"}),
        ("境外接收方所在国家", {"place"}),
        ("行使权利的途径", {"rights"}),
        ("third-party sdk name", {"name"}),
        ("data collected", {"kinds"}),
        ("序号", set()),
        ("我们会尽一切合理的努力去保护您向我们提供的个人信息以及其他与您本人有关的所有信息", set()),
    ],
)
def test_headings_are_read_by_what_they_say(head: str, roles: set[str]) -> None:
    assert roles_of(head) == roles


def test_columns_may_stand_in_any_order(known: Knowledge) -> None:
    one, two = rows(
        known,
        "| 隐私政策链接 | 收集的个人信息 | 目的 | SDK名称 | 提供方 |\n|-|-|-|-|-|\n"
        "| https://a.example | IMEI | 崩溃分析 | Bugly | 深圳市腾讯计算机系统有限公司 |\n"
        "| https://b.example | 位置信息 | 拼图 | 甲乙丙SDK | 某某科技有限公司 |\n",
    )
    assert (one.name, one.said["kinds"], one.said["purpose"]) == ("bugly", "imei", "崩溃分析")
    assert one.said["company"] == "深圳市腾讯计算机系统有限公司"
    assert (two.name, two.said["contact"]) == ("甲乙丙sdk", "https://b.example")


def test_the_names_may_stand_under_another_heading(known: Knowledge) -> None:
    found = rows(
        known,
        "| 功能类型 | 第三方名称 | 使用目的 |\n|-|-|-|\n"
        "| 甲推送SDK | 甲科技有限公司 | 推送 |\n| 乙统计SDK | 乙科技有限公司 | 统计 |\n",
    )
    assert [(one.name, one.said["company"]) for one in found] == [
        ("甲推送sdk", "甲科技有限公司"),
        ("乙统计sdk", "乙科技有限公司"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "| SDK名称 | 甲推送 |\n|-|-|\n| 公司 | 甲科技有限公司 |\n| 使用目的 | 推送 |\n"
        "| SDK名称 | 乙统计 |\n| 公司 | 乙科技有限公司 |\n| 使用目的 | 统计 |\n",
        "| SDK名称 | 甲推送 | 乙统计 |\n|-|-|-|\n| 公司 | 甲科技有限公司 | 乙科技有限公司 |\n"
        "| 使用目的 | 推送 | 统计 |\n",
    ],
)
def test_a_table_may_run_down(known: Knowledge, table: str) -> None:
    found = rows(known, table)
    assert [(one.name, one.said["company"], one.said["purpose"]) for one in found] == [
        ("甲推送", "甲科技有限公司", "推送"),
        ("乙统计", "乙科技有限公司", "统计"),
    ]


def test_what_fills_a_table_is_no_row(known: Knowledge) -> None:
    found = rows(
        known,
        "| SDK名称 | 目的 | 收集信息 |\n|-|-|-|\n| 示例 | 统计 | IMEI |\n"
        "| SDK名称 | 目的 | 收集信息 |\n"
        "| / | / | / |\n| 甲SDK | 统计 | IMEI |\n| 合计 | 1 | 1 |\n",
    )
    assert [one.name for one in found] == ["甲sdk"]


@pytest.mark.parametrize(
    "table",
    [
        "| 权限名称 | 使用目的 |\n|-|-|\n| 相机 | 扫码 |\n| 位置 | 导航 |\n",
        "| 业务功能 | 收集的个人信息 | 目的 |\n|-|-|-|\n| 注册 | 手机号 | 登录 |\n",
        "| Cookie名称 | 用途 |\n|-|-|\n| sid | 会话 |\n",
        "| 版本 | 日期 |\n|-|-|\n| 1.0 | 2026年1月1日 |\n| 1.1 | 2026年2月1日 |\n",
    ],
)
def test_tables_of_other_things_list_nobody(known: Knowledge, table: str) -> None:
    assert rows(known, table) == []


def test_the_list_of_sdks_needs_no_other_word(known: Knowledge) -> None:
    table = "| 名称 | 用途 |\n|-|-|\n| 某某图表 | 画图 |\n"
    assert rows(known, table) == []
    assert [one.name for one in rows(known, table, "sdk_list")] == ["某某图表"]


def test_what_may_be_a_name() -> None:
    assert is_name("甲SDK")
    assert not any(map(is_name, ["", "示例", "12.3", "—", "https://a.example/", "n/a", "长" * 91]))
