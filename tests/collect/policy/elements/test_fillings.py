from __future__ import annotations

import pytest

from scanner.collect.policy.elements.fillings import placeholders_in
from tests.collect.policy.test_document import document


def gaps(text: str) -> list[str]:
    return [text[start:end] for start, end in placeholders_in(document(text))]


@pytest.mark.parametrize(
    "text",
    [
        "本应用由【】运营",
        "本应用由【  】运营",
        "【公司名称】尊重您的隐私",
        "[App名称]尊重您的隐私",
        "{公司名称}尊重您的隐私",
        "${appName}尊重您的隐私",
        "{{company}} respects your privacy",
        "【请填写联系电话】",
        "XX科技有限公司",
        "xx公司",
        "×××公司",
        "某某公司",
        "20XX年X月X日",
        "联系电话：XXX",
        "联系电话：____",
        "____年__月__日",
        "邮箱 xxx@xxx.com",
        "privacy@example.com",
        "电话 400-XXX-XXXX",
        "[Insert company name]",
    ],
)
def test_gaps_of_a_template(text: str) -> None:
    assert gaps(text)


@pytest.mark.parametrize(
    "text",
    [
        "【更新日期】2024年1月2日",
        "【联系方式】",
        "【深圳山雀网络科技有限公司】",
        "更新日期：【2021】年【11】月【1】日",
        "[公司名称](https://shanque.example)",
        "手机号如 138XXXX1234 会被隐去",
        "地址按省市区填写，例如XX市XX区",
        "XXL 号骑行服",
        "IP地址：**",
        "snake_case_name 与 __init__",
        "我们采用 AES-256 加密",
        "小明和某某人",
        "您可通过【…】-【设置】查看",
        "当您使用【替换来电界面】功能时",
    ],
)
def test_what_is_no_gap(text: str) -> None:
    assert gaps(text) == []


def test_gaps_are_bounded() -> None:
    assert len(gaps("【】" * 1000)) == 40
