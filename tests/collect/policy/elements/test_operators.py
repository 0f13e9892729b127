from __future__ import annotations

import time

import pytest

from scanner.collect.policy.document import folded
from scanner.collect.policy.elements.operators import credit_code_in, operators_in


def named(text: str) -> list[str]:
    return [text[one.start : one.end] for one in operators_in(text, folded(text), ())]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("山雀由杭州山雀示例科技有限公司（以下简称“我们”）运营。", "杭州山雀示例科技有限公司"),
        (
            "山雀由杭州山雀示例科技有限公司（注册地址：示例路1号，以下简称“我们”）运营。",
            "杭州山雀示例科技有限公司",
        ),
        ("杭州山雀示例科技有限公司（“我们”）", "杭州山雀示例科技有限公司"),
        ("山雀App的经营者是杭州山雀示例科技有限公司。", "杭州山雀示例科技有限公司"),
        ("运营主体为青禾市图书馆。", "青禾市图书馆"),
        ("山雀计算器由个人开发者张三丰开发并运营。", "张三丰"),
        ("本应用由张三丰（个人）提供。", "张三丰"),
        ("联系我们\n\n**山雀通讯技术有限公司**\n示例市青禾区山雀路1号", "山雀通讯技术有限公司"),
        ("我们是深圳市山雀信息技术有限公司。", "深圳市山雀信息技术有限公司"),
        ("运营者：山雀科技（上海）有限公司", "山雀科技（上海）有限公司"),
        ("本应用由中和示例集团股份有限公司提供服务。", "中和示例集团股份有限公司"),
        ("本小程序由示例市第一人民医院开发并运营。", "示例市第一人民医院"),
        ("运营者：示例区山雀网络工作室", "示例区山雀网络工作室"),
        ("开发者：张三\n", "张三"),
        ("我们，即华示例大学，重视您的隐私。", "华示例大学"),
        ("This app is operated by Titmouse Example Co., Ltd.", "Titmouse Example Co., Ltd."),
        ("本政策由云溪（示例）科技有限公司制定，适用于全部页面。", "云溪（示例）科技有限公司"),
        ("本隐私政策由示例市青禾书店负责解释。", "示例市青禾书店"),
        ("本政策的解释权归示例市青禾超市所有。", "示例市青禾超市"),
        ("本政策由和平餐厅公布。", "和平餐厅"),
        ("我们是示例市青禾书店。", "示例市青禾书店"),
        ("运营者：示例区小满茶馆", "示例区小满茶馆"),
        ("本服务由青禾幼儿园运营。", "青禾幼儿园"),
        ("本政策由示例王国卫生部制定。", "示例王国卫生部"),
        ("本应用由示例省教育厅主办。", "示例省教育厅"),
        ("运营者：示例市医疗保障局", "示例市医疗保障局"),
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
        "（1）名称：示例推送 SDK；运营方：深圳市示例推送有限公司；用途：推送。",
        "SDK名称：示例推送\n公司名称：深圳市示例推送有限公司\n用途：推送",
        "第三方名称：示例推送\n\n运营者：深圳市示例推送有限公司",
        "运营者是某某文化传媒有限公司。",
        "运营者：XX科技有限公司",
        "本应用由个人开发者独立开发。",
        "我们可能把信息提供给北京示例广告有限公司。",
        "关联公司是指与本公司存在关联关系的公司。",
        "我们详细介绍了欧盟委员会的决定。",
        "个人信息保护法由全国人民代表大会常务委员会制定。",
        "本规则参照由示例标准委员会发布的标准。",
        "本应用由示例应用商店提供下载。",
        "本网站由合作酒店提供服务。",
        "您可以在附近的青禾书店提货。",
        "我们依照财政部的规定开具发票。",
        "本规则参照由公安部发布的标准。",
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
    "text", ["的由" * 20_000 + "有限公司" * 5_000, "X" * 40_000, "A B " * 10_000, "Ab, " * 10_000]
)
def test_a_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    start = time.process_time()
    operators_in(text, folded(text), ())
    assert time.process_time() - start < 60
