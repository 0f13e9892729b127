from __future__ import annotations

import pytest

from scanner.collect.policy.claims.data_asides import is_aside


@pytest.mark.parametrize(
    "text",
    [
        "示例:某外卖应用会收集您的通讯录。",
        "请勿在评论中发布您或他人的通讯录。",
        "若您的手机丢失,通讯录可能被他人读取。",
        "本公司员工不得私自获取用户的通讯录。",
        "严禁擅自读取通讯录。",
        "我们曾收集通讯录,现已停止并删除。",
        "我们已停止收集您的通讯录。",
        "权限名称“读取通讯录”由系统定义,本应用未申请。",
        "第三方网站可能会收集您的通讯录。",
        "合作伙伴可能收集您的通讯录,与本应用无关。",
        "通讯录:指手机内保存联系人的系统。",
        "please keep your 通讯录 safe.",
    ],
)
def test_what_others_do_or_terms_mean_is_no_claim(text: str) -> None:
    assert is_aside(text, text.index("通讯录"))


@pytest.mark.parametrize(
    "text",
    [
        "我们会收集您的通讯录。",
        "我们会收集您的曾用名、通讯录。",
        "例如,我们会读取您的通讯录。",
        "请勿关闭权限,我们需要收集通讯录。",
        "第三方sdk会收集您的通讯录。",
        "第三方共享:我们会将通讯录提供给合作方。",
        "未经同意不得公开,我们会收集您的通讯录。",
        "通讯录:指您的联系人信息。",
        "我们收集通讯录(指手机系统的联系人)。",
        "我们已收集您的通讯录。",
        "为防止账号被他人盗用,我们会收集您的通讯录。",
        "账号可能被他人盗用,为此我们会收集通讯录。",
        "我们会读取通讯录,短信我们未收集。",
        "本应用未收集位置。我们收集通讯录。",
    ],
)
def test_what_the_subject_does_is(text: str) -> None:
    assert not is_aside(text, text.index("通讯录"))
