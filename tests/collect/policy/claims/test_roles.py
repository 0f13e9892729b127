from __future__ import annotations

import pytest

from scanner.collect.policy.claims.roles import Roles, is_right, roles_of
from scanner.collect.policy.document import folded
from scanner.knowledge import Knowledge, load_knowledge, rules_folder


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def acts(roles: Roles) -> list[tuple[str, str]]:
    return [(act.doing, act.actor) for act in roles.acts if not act.denied]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们会收集您的手机号。", [("take", "we")]),
        ("您需要提供您的手机号。", [("give", "person")]),
        ("我们会向合作伙伴提供您的设备信息。", [("share", "we")]),
        ("该SDK会收集您的设备信息。", [("take", "third")]),
        ("您可以向我们提交您的身份证照片。", [("give", "person")]),
        ("我们可能会使用您的浏览记录。", [("use", "we")]),
        ("我们为您提供信息展示服务。", []),
        ("您可以使用搜索功能查看信息。", []),
        ("系统会上传您的设备信息。", [("take", "we")]),
        ("您可以上传您的头像照片。", [("give", "person")]),
        ("我们不会收集您的通讯录。", []),
        ("We may share your location with our partners.", [("share", "we")]),
        ("You provide your email address.", [("give", "person")]),
        ("Our partners receive your IP address.", [("take", "third")]),
        ("We do not collect your contacts.", []),
    ],
)
def test_who_does_what(known: Knowledge, text: str, expected: list[tuple[str, str]]) -> None:
    assert acts(roles_of(folded(text), known)) == expected


def test_a_denied_verb_is_kept_as_denied(known: Knowledge) -> None:
    roles = roles_of("我们不会收集您的通讯录。", known)
    assert [act.denied for act in roles.acts] == [True]
    assert not roles.does("take")
    assert roles_of("我们会收集您的通讯录。", known).does("take", "use")


@pytest.mark.parametrize(
    ("text", "defines"),
    [
        ("个人敏感信息是指一旦泄露可能危害安全的信息,包括身份证号码。", True),
        ("敏感个人信息包括身份证号、生物识别信息等。", True),
        ("Sensitive personal information means information such as fingerprints.", True),
        ("日志信息是指您使用服务时我们自动收集的信息。", False),
        ("我们会收集您的身份证号码,它属于敏感个人信息。", False),
    ],
)
def test_a_definition_is_told_from_a_statement(known: Knowledge, text: str, defines: bool) -> None:
    assert roles_of(folded(text), known).defines is defines


def test_rights_and_refusals_are_told(known: Knowledge) -> None:
    assert is_right("您可以随时更正您的头像")
    assert not is_right("我们会收集您的头像")
    assert roles_of("您可以选择填写性别。", known).optional
    assert not roles_of("您需要填写性别。", known).optional


def test_a_sentence_of_no_information_is_not_read(known: Knowledge) -> None:
    roles = roles_of("为了更好的明天,我们努力工作。", known)
    assert (roles.acts, roles.words, roles.purpose, roles.about_data) == ((), (), None, False)
