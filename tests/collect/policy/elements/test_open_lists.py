from __future__ import annotations

import pytest

from scanner.collect.policy.elements.open_lists import open_lists_in
from tests.collect.policy.elements.sound import document, knowledge


def opened(text: str) -> list[tuple[str, str]]:
    found = open_lists_in(document(f"# 政策\n\n{text}"), knowledge())
    return [(one.mark, one.data_type) for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我们会收集您的姓名、手机号等信息。", [("等", "phone")]),
        ("我们会收集您的姓名、手机号等。", [("等", "phone")]),
        ("我们收集的信息包括并不限于姓名、手机号。", [("包括并不限于", "name")]),
        ("| 功能 | 信息 |\n|---|---|\n| 登录 | 姓名、手机号等 |\n", [("等", "phone")]),
        ("我们收集的信息包括但不限于姓名、手机号。", [("包括但不限于", "name")]),
        ("我们与其共享您的姓名、手机号及其他个人信息。", [("及其他个人信息", "phone")]),
        (
            "We collect information including but not limited to your email and phone number.",
            [("including but not limited to", "email")],
        ),
    ],
)
def test_lists_of_information_that_are_left_open(text: str, found: list[tuple[str, str]]) -> None:
    assert opened(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "我们收集您的姓名、手机号。",
        "我们收集姓名、手机号等两项信息。",
        "我们收集设备信息（如IMEI、MAC地址等）。",
        "我们收集设备信息（IMEI、MAC地址等）。",
        "我们收集您的个人信息，例如姓名、手机号等。",
        "我们会通过包括但不限于邮箱、短信的方式告知您收集的信息。",
        "注册信息，包括但不限于昵称、头像，不得出现违法内容，我们会收集举报。",
        "姓名、手机号等信息，由我们收集。",
        "未经许可，我们不得向任何第三方提供您的姓名、手机号等信息。",
        "账号注销后，我们收集的姓名、头像等信息都将无法找回。",
        "您可以查阅、更正您的姓名、手机号等信息。",
        "我们对收集的姓名、手机号等信息加密存储。",
        "个人信息是指姓名、手机号等我们收集的信息。",
        "您提供姓名、手机号等，才能使用登录、支付等功能。".replace("等，才能", "，才能"),
        "我们不会收集您的姓名、手机号等信息。",
        "我们需要获取位置、相机等权限。",
        "我们收集信息，遵守《网络安全法》《个人信息保护法》等法律。",
        "我们为登录、分享、定位等场景收集信息。",
        "我们收集信息的目的包括但不限于改善服务、推送内容。",
        "我们收集信息，您享有的权利包括但不限于查阅、复制。",
        "我们记录身份证号、手机号的等级。",
        "我们提供的内容（包括但不限于图片、音频、视频）的知识产权归我们所有。",
        "更新后需要收集手机号、精确位置等信息的，我们会再次征得您的同意。",
        "我们不会根据您的浏览记录、搜索记录等信息提供推荐。",
        "用户需要输入生日、年龄信息等能识别年龄的产品由我们提供。",
    ],
)
def test_what_may_stay_open_or_is_closed(text: str) -> None:
    assert opened(text) == []
