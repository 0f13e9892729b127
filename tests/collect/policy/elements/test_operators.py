from __future__ import annotations

import time

import pytest

from scanner.collect.policy.document import folded
from scanner.collect.policy.elements.operators import credit_code_in, operators_in, same_operator


def named(text: str) -> list[str]:
    return [text[one.start : one.end] for one in operators_in(text, folded(text), ())]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("山雀由杭州山雀示例科技有限公司（以下简称“我们”）运营。", "杭州山雀示例科技有限公司"),
        ("我们是深圳市山雀信息技术有限公司。", "深圳市山雀信息技术有限公司"),
        ("运营者：山雀科技（上海）有限公司", "山雀科技（上海）有限公司"),
        ("本应用由中和示例集团股份有限公司提供服务。", "中和示例集团股份有限公司"),
        ("本小程序由示例市第一人民医院开发并运营。", "示例市第一人民医院"),
        ("运营者：示例区山雀网络工作室", "示例区山雀网络工作室"),
        ("开发者：张三\n", "张三"),
        ("我们，即华示例大学，重视您的隐私。", "华示例大学"),
        ("This app is operated by Titmouse Example Co., Ltd.", "Titmouse Example Co., Ltd."),
        ("we, Titmouse Messenger Inc. (“Titmouse”), use it.", "Titmouse Messenger Inc."),
    ],
)
def test_the_operator_is_found_and_its_name_cut_out(text: str, name: str) -> None:
    assert named(text)[:1] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "该SDK由深圳市示例推送有限公司提供，用于推送。",
        "您可以联系客服中心。",
        "我们可能把信息提供给北京示例广告有限公司。",
        "关联公司是指与本公司存在关联关系的公司。",
        "我们详细介绍了欧盟委员会的决定。",
    ],
)
def test_who_is_no_operator(text: str) -> None:
    assert named("x" * 4000 + "\n" + text + "\n" + "y" * 700) == []


def test_others_in_tables_are_left_out() -> None:
    text = "运营者：山雀科技（上海）有限公司"
    assert operators_in(text, folded(text), ((0, len(text)),)) == []


def test_a_credit_code_counts_only_with_its_check_digit() -> None:
    assert credit_code_in("统一社会信用代码:91350100m000100y43") == "91350100M000100Y43"
    assert credit_code_in("统一社会信用代码:91350100m000100y44") == ""
    assert credit_code_in("没有代码") == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("杭州山雀科技（上海）有限公司", "杭州山雀科技(上海) 有限责任公司", True),
        ("杭州市山雀科技有限公司", "杭州山雀科技有限公司", True),
        ("杭州山雀科技有限公司", "杭州燕雀科技有限公司", False),
        ("杭州山雀科技有限公司", "山雀科技", True),
        ("杭州山雀科技有限公司", "小鸟", None),
        ("杭州山雀科技有限公司", "Titmouse Co., Ltd.", None),
        ("Titmouse Co., Ltd.", "TITMOUSE CO LTD", True),
        ("Titmouse Inc.", "Sparrow Inc.", False),
        ("", "Sparrow Inc.", None),
    ],
)
def test_whether_two_names_are_of_one(one: str, other: str, same: bool | None) -> None:
    assert same_operator(one, other) is same
    assert same_operator(other, one) is same


@pytest.mark.parametrize(
    "text", ["的由" * 20_000 + "有限公司" * 5_000, "X" * 40_000, "A B " * 10_000, "Ab, " * 10_000]
)
def test_a_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    start = time.process_time()
    operators_in(text, folded(text), ())
    assert time.process_time() - start < 5
