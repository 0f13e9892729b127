from __future__ import annotations

import pytest

from scanner.collect.policy.claims.data_mentions import Mention
from scanner.collect.policy.claims.data_tables import mentions_in_tables
from scanner.collect.policy.texts.text import read
from scanner.facts import Part
from scanner.knowledge import Knowledge, load_knowledge, rules_folder


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def table(known: Knowledge, rows: list[list[str]], part: Part = "policy") -> list[Mention]:
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    text = "\n".join(["# 清单", "", head, "|" + " --- |" * len(rows[0]), *body])
    document = read(
        text.encode(), name="a.md", address=None, origin="given", part=part, evidence="0" * 64
    )
    return list(mentions_in_tables(document, known))


def test_a_row_binds_kinds_to_what_they_are_for(known: Knowledge) -> None:
    found = table(
        known,
        [
            ["业务场景", "个人信息种类", "使用目的", "是否必要"],
            ["注册", "手机号、密码", "创建账号", "是"],
            ["完善资料", "性别等信息", "个性展示", "非必要"],
        ],
    )
    assert [
        (one.data_type, one.purpose, one.condition, one.optional, one.open) for one in found
    ] == [
        ("phone", "创建账号", "注册", False, False),
        ("password", "创建账号", "注册", False, False),
        ("gender", "个性展示", "完善资料", True, True),
    ]
    assert {one.use for one in found} == {"collected"}


def test_a_table_of_components_is_of_what_others_get(known: Knowledge) -> None:
    rows = [["SDK名称", "公司", "收集的个人信息", "目的"], ["某推送", "某公司", "OAID", "推送"]]
    assert [(one.data_type, one.use, one.purpose) for one in table(known, rows)] == [
        ("oaid", "shared", "推送")
    ]


def test_a_table_written_downwards(known: Knowledge) -> None:
    rows = [["SDK名称", "某地图"], ["使用目的", "定位"], ["收集个人信息类型", "位置信息、IMEI"]]
    assert [(one.data_type, one.use, one.purpose) for one in table(known, rows)] == [
        ("location", "shared", "定位"),
        ("imei", "shared", "定位"),
    ]


def test_a_table_of_permissions_tells_what_they_open(known: Knowledge) -> None:
    rows = [["权限名称", "用途"], ["读取通讯录", "添加好友"], ["位置权限", "查看附近"]]
    assert [(one.data_type, one.purpose) for one in table(known, rows)] == [
        ("contacts", "添加好友"),
        ("location", "查看附近"),
    ]


def test_a_list_of_what_is_collected_stays_so(known: Knowledge) -> None:
    rows = [["信息名称", "使用目的", "第三方服务"], ["手机号", "登录", "无"]]
    assert [one.use for one in table(known, rows, "data_list")] == ["collected"]


def test_a_cell_that_says_nothing_is_taken_gives_nothing(known: Knowledge) -> None:
    rows = [["SDK名称", "收集的个人信息"], ["某分享", "不收集个人信息，也不收集手机号"]]
    assert table(known, rows) == []


def test_other_tables_give_nothing(known: Knowledge) -> None:
    assert table(known, [["版本", "日期"], ["手机号版", "2024-01-01"]]) == []
