from __future__ import annotations

import pytest

from scanner.collect.policy.claims.purposes import condition_of_use, purpose_span


def purpose(text: str) -> str | None:
    span = purpose_span(text)
    return text[span.start : span.end] if span else None


def condition(text: str) -> str | None:
    span = condition_of_use(text)
    return text[span.start : span.end] if span else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们会收集您的手机号,用于注册账号。", "用于注册账号"),
        ("为了向您推荐附近的商家,我们会收集您的位置。", "为了向您推荐附近的商家"),
        ("收集日志信息,以便排查故障。", "以便排查故障"),
        ("为修复故障,我们需记录日志。", "为修复故障"),
        ("我们与其共享信息,以提供更好的服务。", "以提供更好的服务"),
        ("收集目的:完成支付", "目的:完成支付"),
        (
            "we collect your email in order to verify your account.",
            "in order to verify your account",
        ),
        ("your address is used to deliver goods.", "is used to deliver goods"),
    ],
)
def test_what_for(text: str, expected: str) -> None:
    assert purpose(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "我们会收集您的手机号。",
        "日志信息会存储为服务日志。",
        "我们只在实现服务所必需的期限内保存信息。",
        "您可以识别图标。",
        "为此,我们收集信息。",
        "华为提供的推送sdk收集设备信息。",
        "我们认为提供信息是您的选择。",
        "因为了解您,我们推荐内容。",
        "该行为分析由我们作出。",
        "we ask for your name and birthday.",
    ],
)
def test_no_purpose_where_none_is_stated(text: str) -> None:
    assert purpose(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("当您使用导航功能时,我们会收集位置。", "当您使用导航功能时"),
        ("在您同意后,我们会读取通讯录。", "在您同意后"),
        ("如果您选择实名认证,我们会收集姓名。", "如果您选择实名认证"),
        ("经您授权后收集位置。", "经您授权后"),
        ("when you use navigation, we collect your location.", "when you use navigation"),
        ("我们会收集您的手机号。", None),
    ],
)
def test_when(text: str, expected: str | None) -> None:
    assert condition(text) == expected
