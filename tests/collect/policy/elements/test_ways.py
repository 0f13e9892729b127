from __future__ import annotations

import re

import pytest

from scanner.collect.policy.document import folded
from scanner.collect.policy.elements.ground import Ground, sorted_out
from scanner.collect.policy.elements.ways import CONTACT, PATH, first_of, has_way, without
from tests.collect.policy.elements.sound import reading


@pytest.mark.parametrize(
    "text",
    [
        "privacy@shanque.example",
        "privacy＠shanque.example",
        "0571-55550199",
        "0571 - 5555 0199",
        "(010) 8888 9999",
        "400 800 8888",
        "95555",
        "400-123-4567",
        "+86 571 5555 0199",
        "地址：浙江省杭州市示例区山雀路1号3幢",
        "12 Example Street",
    ],
)
def test_a_contact(text: str) -> None:
    assert CONTACT.search(folded(text))


@pytest.mark.parametrize("text", ["请联系我们", "版本 3.2.1", "第 17 条", "2024年1月2日", "IP地址"])
def test_no_contact(text: str) -> None:
    assert not CONTACT.search(folded(text))


@pytest.mark.parametrize(
    "text",
    [
        "“我的－设置－隐私”",
        "我的 > 设置 > 账号与安全",
        "【设置 → 帐号与绑定】",
        "您可以在设置中关闭",
        "点击“退出”按钮",
        "Settings > Privacy",
        "“家长中心 > 孩子资料”",
        "“读者中心－授权管理”",
        "go to your account settings",
    ],
)
def test_a_path(text: str) -> None:
    assert PATH.search(folded(text))


@pytest.mark.parametrize(
    "text", ["您有权查阅、复制您的信息", "我们会通过页面提示您", "账号/密码", "以多种方式"]
)
def test_no_path(text: str) -> None:
    assert not PATH.search(folded(text))


def test_a_way_is_a_path_a_contact_or_a_reference_to_one_that_stands() -> None:
    cue = re.compile("删除")

    def way(text: str) -> bool:
        ground = Ground(reading(text), sorted_out(()))
        return has_way(ground, ground.mentions(cue), "deletion") is not None

    assert way("您可以在“我的－设置”中删除信息。")
    assert way("删除信息请写信至 a@shanque.example。")
    assert way("删除信息请联系我们。" + "甲" * 900 + "电话：0571-55550199")
    assert not way("删除信息请联系我们。")
    assert not way("您有权删除信息。" + "甲" * 900 + "电话：0571-55550199")


def test_what_was_not_found_is_named_in_order() -> None:
    assert without(path=None, copy="x", access=()) == ("access", "path")
    assert first_of(Ground(reading("甲"), sorted_out(())), ()) is None
