from __future__ import annotations

import pytest

from scanner.collect.policy.document import Reading
from scanner.collect.policy.elements import statement
from scanner.collect.policy.elements.statement import version_of
from scanner.facts import PolicyDocument, PolicyOperator
from scanner.model import Words
from tests.collect.policy.elements.sound import SOUND, document, knowledge, reading

COMPANY = "杭州山雀示例科技有限公司"


def stated(of: Reading) -> tuple[list[PolicyDocument], list[PolicyOperator]]:
    facts = list(statement.facts_of(of, knowledge()))
    return (
        [fact for fact in facts if isinstance(fact, PolicyDocument)],
        [fact for fact in facts if isinstance(fact, PolicyOperator)],
    )


def test_what_the_sound_policy_states_of_itself() -> None:
    (one,), (operator,) = stated(reading(SOUND, developer=COMPANY))
    assert (one.title, one.language, one.version) == ("山雀骑行隐私政策", "zh-Hans", "3.2")
    assert (one.updated, one.effective) == ("2026-08-20", "2026-09-01")
    assert (one.operator, one.own, one.whole, one.part) == (COMPANY, True, True, "policy")
    assert operator.name == COMPANY
    assert operator.as_developer is True
    assert operator.as_signer is None
    assert COMPANY in (operator.quote or "")


def test_another_developer_differs_and_one_in_latin_letters_cannot_be_compared() -> None:
    (_, (other,)) = stated(reading(SOUND, developer="北京燕雀科技有限公司"))
    (_, (latin,)) = stated(reading(SOUND, developer="Titmouse Co., Ltd."))
    (_, (unsaid,)) = stated(reading(SOUND))
    assert (other.as_developer, latin.as_developer, unsaid.as_developer) == (False, None, None)


def test_of_joint_operators_one_may_be_the_developer() -> None:
    text = (
        "# 隐私政策\n\n运营者：杭州山雀科技有限公司。\n\n运营者：杭州燕雀科技有限公司。\n\n"
        "我们收集您的手机号，用于登录。"
    )
    _, operators = stated(reading(text, developer="杭州燕雀科技有限公司"))
    assert {fact.name: fact.as_developer for fact in operators} == {
        "杭州山雀科技有限公司": None,
        "杭州燕雀科技有限公司": True,
    }


def test_the_house_of_a_component_is_no_operator() -> None:
    text = (
        "山雀隐私政策\n山雀由杭州山雀示例科技有限公司（注册地址：示例路1号，以下简称“我们”）运营。\n"
        "第三方SDK清单\n（1）名称：示例推送 SDK；运营方：深圳市示例推送有限公司；用途：推送。\n"
    )
    _, operators = stated(reading(text, developer="杭州山雀示例科技有限公司"))
    assert [(fact.name, fact.as_developer) for fact in operators] == [
        ("杭州山雀示例科技有限公司", True)
    ]


def test_rules_for_children_name_an_operator_only_where_they_are_the_policy() -> None:
    text = "# 儿童个人信息保护规则\n\n山雀由杭州山雀科技有限公司（以下称“我们”）运营。"
    children = document(text, part="children")
    (_, (alone,)) = stated(Reading((children,)))
    _, beside = stated(Reading((document("# 隐私政策\n\n我们重视隐私。"), children)))
    assert (alone.name, beside) == ("杭州山雀科技有限公司", [])


def test_pictures_are_counted() -> None:
    ((one,), _) = stated(Reading((document("# 隐私政策\n\n见图。")._replace(pictures=2),)))
    assert (one.pictures, one.whole) == (2, False)


def test_what_was_not_read_whole_is_unknown_and_not_empty() -> None:
    text = "# 隐私政策\n\n我们收集您的手机号，用于登录。"
    whole = document(text)
    cut = whole._replace(unread=(Words("截断", "cut off"),))
    ((one,), none), ((other,), _) = stated(Reading((whole,))), stated(Reading((cut,)))
    assert none == []
    assert (one.operator, one.version, one.whole) == ("", "", True)
    assert (other.operator, other.version, other.whole) == (None, None, False)


def test_companies_of_a_list_of_sdks_are_no_operators() -> None:
    text = (
        "# 隐私政策\n\n我们是杭州山雀科技有限公司。\n\n## 第三方SDK目录\n\n"
        "| SDK | 公司名称 |\n|---|---|\n| 推送 | 深圳市示例推送有限公司 |\n\n"
        "开发者：北京示例地图有限公司\n"
    )
    _, operators = stated(reading(text))
    assert [fact.name for fact in operators] == ["杭州山雀科技有限公司"]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("版本:3.0\n更新", "3.0"),
        ("[版本号:v20211103]", "v20211103"),
        ("version 2.1\n", "2.1"),
        ("隐私政策(v1.2)\n", "v1.2"),
        ("隐私政策\n第三版\n", "第三版"),
        ("支持android版本 6.0 及以上", ""),
        ("版本更新后我们会通知您。", ""),
        ("版本:2024年1月2日", ""),
    ],
)
def test_the_version_that_a_text_states(text: str, version: str) -> None:
    assert version_of(text) == version
