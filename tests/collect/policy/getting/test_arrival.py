from __future__ import annotations

import pytest

from scanner.collect.policy.getting.arrival import LEAST_FOLDED, in_part, is_thin, why_none
from scanner.collect.policy.getting.getting import Got
from scanner.facts import Part
from tests.collect.policy.test_document import document

POLICY = "我们收集您的个人信息用于提供服务。" * 20


@pytest.mark.parametrize(
    ("text", "part", "status", "there"),
    [
        (POLICY, "policy", 200, True),
        (POLICY + "您登录后，我们会收集手机号。", "policy", 200, True),
        (
            "本应用是单机软件，不收集、不上传您的任何个人信息。如有疑问请发邮件至 a@b.cn。",
            "policy",
            200,
            True,
        ),
        ("隐私政策", "policy", 200, False),
        ("今天天气很好。" * 100, "policy", 200, False),
        (
            "请登录后查看此文档。隐私政策 - 某文档服务，多人在线协作，扫码登录更方便快捷。",
            "policy",
            200,
            False,
        ),
        (
            "请在某某 App 中打开本页面查看隐私政策，或下载App。我们保护您的个人信息，欢迎使用。",
            "policy",
            200,
            False,
        ),
        (
            "404 Not Found 您访问的页面不存在，返回首页查看我们的隐私政策及个人信息保护说明。",
            "policy",
            200,
            False,
        ),
        (POLICY, "policy", 404, False),
        (POLICY, "policy", 503, False),
        (POLICY * 4, "policy", 404, True),
        ("第三方SDK：友盟SDK，共享设备信息，用于统计。" * 10, "sdk_list", 200, True),
        ("请登录后查看第三方SDK目录，SDK，SDK，SDK。", "sdk_list", 200, False),
        (POLICY, "sdk_list", 200, False),
    ],
)
def test_what_came_is_what_was_looked_for_only_where_it_shows(
    text: str, part: Part, status: int, there: bool
) -> None:
    reason = why_none(document(text), part, status)
    assert (reason is None) is there


def test_a_page_of_pictures_came_even_without_words() -> None:
    assert why_none(document("隐私政策", pictures=3), "policy", 200) is None


def test_a_list_that_is_a_picture_was_not_read() -> None:
    reason = why_none(document("第三方SDK目录", pictures=1), "sdk_list", 200)
    assert reason is not None and "图片" in reason.zh


@pytest.mark.parametrize(
    ("text", "thin"), [(POLICY, False), ("正在加载", True), ("天" * 400, True)]
)
def test_a_page_with_little_of_a_policy_is_thin(text: str, thin: bool) -> None:
    assert is_thin(document(text)) is thin


def test_what_came_in_part_is_named() -> None:
    got = Got(b"", "text/html", "https://a.cn/", 200)
    assert in_part(got) == []
    assert in_part(got._replace(folded=LEAST_FOLDED - 1)) == []
    assert len(in_part(got._replace(cut=True, folded=LEAST_FOLDED))) == 2
