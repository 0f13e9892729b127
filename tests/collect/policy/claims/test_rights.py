from __future__ import annotations

import time

import pytest

from scanner.collect.policy.claims import rights
from scanner.collect.policy.document import Block, Document, Kind, Reading, Span, Table
from scanner.facts import AccountRegistration, Fact, RightsOffered
from scanner.knowledge import Knowledge, load_knowledge, rules_folder


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def facts(knowledge: Knowledge, *lines: str, heading: str = "") -> list[Fact]:
    blocks, text = [], ""
    for line in (heading, *lines) if heading else lines:
        kind: Kind = "heading" if line == heading else "paragraph"
        blocks.append(Block(kind, len(text), len(text) + len(line), int(line == heading)))
        text += line + "\n"
    page = Document("a.html", None, "given", "policy", "0" * 64, "", text, tuple(blocks))
    return list(rights.facts_of(Reading((page,)), knowledge))


def offered(knowledge: Knowledge, *lines: str, heading: str = "") -> dict[str, str | None]:
    found = facts(knowledge, *lines, heading=heading)
    return {fact.right: fact.path for fact in found if isinstance(fact, RightsOffered)}


@pytest.mark.parametrize(
    ("sentence", "ways"),
    [
        (
            "您可以通过“我的-设置-账号与安全-注销账号”注销您的账号。",
            {"close_account": "“我的-设置-账号与安全-注销账号”"},
        ),
        (
            "您可在【设置→帐号与绑定】，查阅或者更正您的个人信息。",
            {"access": "【设置→帐号与绑定】", "correct": "【设置→帐号与绑定】"},
        ),
        (
            "您可以在APP内我的 > 设置 > 隐私中撤回同意。",
            {"withdraw": "我的 > 设置 > 隐私"},
        ),
        ("您可以点击“设置”页面的注销按钮注销账号。", {"close_account": "点击“设置”"}),
        ("您可以发送邮件至 help@app.example 删除您的个人信息。", {"delete": "help@app.example"}),
        ("您可以拨打400-123-4567投诉。", {"complain": "400-123-4567"}),
        ("如您需要投诉，请联系我们。", {"complain": "联系我们"}),
        ("您有权删除您的个人信息。", {"delete": ""}),
        (
            "您可以在设置-隐私-个性化广告中关闭个性化推荐。",
            {"push_off": "设置-隐私-个性化广告"},
        ),
        ("You can withdraw your consent at any time.", {"withdraw": ""}),
        ("You have the right to delete your personal information.", {"delete": ""}),
    ],
)
def test_a_right_is_offered_with_its_way(
    knowledge: Knowledge, sentence: str, ways: dict[str, str]
) -> None:
    assert offered(knowledge, sentence) == ways


@pytest.mark.parametrize(
    "sentence",
    [
        "您无法注销账号。",
        "我们不支持注销账号。",
        "您注销账号后，我们将删除您的个人信息。",
        "我们有权修改本政策。",
        "您可以查阅本政策。",
        "您有权向网信部门投诉。",
        "未成年人请在监护人陪同下阅读。",
        "Note that you cannot opt out of service messages.",
    ],
)
def test_what_offers_no_right(knowledge: Knowledge, sentence: str) -> None:
    assert offered(knowledge, sentence) == {}


def test_the_best_way_is_kept_and_the_next_sentence_may_tell_it(knowledge: Knowledge) -> None:
    told = offered(knowledge, "您有权注销账号。", "您可以在我的-设置-注销账号提交注销申请。")
    assert told == {"close_account": "我的-设置-注销账号"}
    after = offered(knowledge, "您可以更正您的个人信息。路径为：我的-设置-编辑资料。")
    assert after["correct"] == "我的-设置-编辑资料"


def test_each_right_gets_the_way_nearest_before_it(knowledge: Knowledge) -> None:
    found = offered(
        knowledge,
        "您可以在“我的-设置-我的信息”中删除个人信息，在“我的-设置-注销账号”中注销账号。",
    )
    assert found == {"delete": "“我的-设置-我的信息”", "close_account": "“我的-设置-注销账号”"}
    english = offered(knowledge, "You can access your data under Settings > Privacy > My data.")
    assert english == {"access": "Settings > Privacy > My data"}


def test_a_heading_names_the_right_of_a_way_below_it(knowledge: Knowledge) -> None:
    found = offered(knowledge, "您可以进入我的-设置-账号与安全完成操作。", heading="（五）注销账号")
    assert found == {"close_account": "我的-设置-账号与安全"}


@pytest.mark.parametrize(
    ("sentence", "methods"),
    [
        ("当您注册账号时，需要提供手机号码。", {"phone"}),
        ("您可以使用邮箱注册并设置密码。", {"email", "account"}),
        ("您可以通过微信账号注册或登录。", {"third_party"}),
        ("当您注册成为会员时，请阅读本政策。", {"other"}),
        ("您无需注册账号即可使用。", set()),
        ("注册地址：某市某区。", set()),
        ("You can sign up with your email.", {"email"}),
    ],
)
def test_registration_is_read(knowledge: Knowledge, sentence: str, methods: set[str]) -> None:
    found = facts(knowledge, sentence)
    assert {fact.method for fact in found if isinstance(fact, AccountRegistration)} == methods


def test_registration_may_stand_in_a_row_of_a_table(knowledge: Knowledge) -> None:
    text = "功能\n种类\n注册与登录\n手机号码"
    cells = (Span(0, 2), Span(3, 5), Span(6, 11), Span(12, 16))
    page = Document(
        *("a.html", None, "given", "policy", "0" * 64, "", text),
        blocks=tuple(Block("cell", *cell) for cell in cells),
        tables=(Table((cells[:2], cells[2:]), 1, ""),),
    )
    (fact,) = rights.facts_of(Reading((page,)), knowledge)
    assert isinstance(fact, AccountRegistration)
    assert (fact.method, fact.source) == ("phone", page.source(6, 16))


def test_hostile_text_takes_no_time(knowledge: Knowledge) -> None:
    begin = time.perf_counter()
    for piece in ("设置-", "您可以删除个人信息，", "点击", "我的->", "1-", "a@"):
        facts(knowledge, piece * (30_000 // len(piece)))
        facts(knowledge, *[piece * (900 // len(piece))] * 30)
    assert time.perf_counter() - begin < 60
