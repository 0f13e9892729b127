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


def test_the_five_items_of_a_recipient_may_be_headed_by_one_word_each(known: Knowledge) -> None:
    text = "| 接收方名称 | 联系方式 | 目的 | 方式 | 种类 |\n|-|-|-|-|-|\n"
    text += "| 甲乙公司 | a@b.example | 配送 | 接口 | 姓名 |\n"
    (one,) = rows(known, "共享情况\n\n" + text)
    assert (one.said["purpose"], one.said["kinds"], one.guessed) == ("配送", "姓名", False)


def test_two_rows_of_headings_are_no_party(known: Knowledge) -> None:
    text = (
        "<table><tr><th colspan=2>第三方</th><th colspan=2>处理</th></tr>"
        "<tr><th>名称</th><th>公司</th><th>目的</th><th>信息</th></tr>"
        "<tr><td>甲乙SDK</td><td>甲乙公司</td><td>推送</td><td>IMEI</td></tr></table>"
    )
    (one,) = rows(known, text)
    assert (one.name, one.said["purpose"], one.said["kinds"]) == ("甲乙sdk", "推送", "imei")


@pytest.mark.parametrize(
    "text",
    [
        "|   | 极光推送SDK | Bugly |\n|-|-|-|\n| 公司 | 甲公司 | 乙公司 |\n"
        "| 目的 | 推送 | 崩溃分析 |\n| 个人信息 | IMEI | 设备型号 |\n",
        "| SDK名称 | 极光推送SDK |\n|-|-|\n| 第三方名称 | 甲公司 |\n"
        "| 使用目的 | 推送 |\n| 收集信息 | IMEI |\n"
        "\n其二\n\n| SDK名称 | Bugly |\n|-|-|\n| 第三方名称 | 乙公司 |\n"
        "| 使用目的 | 崩溃分析 |\n| 收集信息 | 设备型号 |\n",
        "| 名称：极光推送SDK | 公司：甲公司 | 目的：推送 | 信息：IMEI |\n|-|-|-|-|\n"
        "| 名称：Bugly | 公司：乙公司 | 目的：崩溃分析 | 信息：设备型号 |\n",
    ],
)
def test_a_table_may_run_down_or_label_each_cell(known: Knowledge, text: str) -> None:
    found = rows(known, "第三方SDK\n\n" + text)
    assert [one.name for one in found] == ["极光推送sdk", "bugly"]
    assert [one.said["company"] for one in found] == ["甲公司", "乙公司"]
    assert [one.said["purpose"] for one in found] == ["推送", "崩溃分析"]
    assert [one.said["kinds"] for one in found] == ["imei", "设备型号"]


def test_what_stands_under_no_heading_is_unknown(known: Knowledge) -> None:
    text = "| SDK名称 | 公司 |  |\n|-|-|-|\n| 甲乙SDK | 甲乙公司 | 收集IMEI |\n"
    assert [one.guessed for one in rows(known, text)] == [True]
    bare = "| SDK名称 | 公司 |\n|-|-|\n| 甲乙SDK | 甲乙公司 |\n"
    assert [one.guessed for one in rows(known, bare)] == [False]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("目的", False),
        ("个人信息", False),
        ("第三方名称", False),
        ("使用谷歌输入法时", False),
        ("personal information", False),
        ("甲乙sdk", True),
        ("数据宝", True),
        ("时光", True),
        ("google maps", True),
    ],
)
def test_headings_and_clauses_are_no_names(text: str, named: bool) -> None:
    assert is_name(text) == named
