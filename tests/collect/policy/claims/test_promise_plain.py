from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.policy.claims import promises
from scanner.collect.policy.document import Block, Document, Kind, Reading
from scanner.facts import Part, PolicyPromise
from scanner.knowledge import load_knowledge, rules_folder

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
NAMES = ("明鉴演示",)


def document(*lines: str, part: Part = "policy") -> Document:
    """Make a document; lines that begin with # are headings."""
    blocks, text = [], ""
    for given_line in lines:
        line = given_line.lstrip("# ")
        level = len(given_line) - len(given_line.lstrip("#"))
        kind: Kind = "heading" if level else "item" if line.startswith("- ") else "paragraph"
        blocks.append(Block(kind, len(text), len(text) + len(line), level))
        text += line + "\n"
    return Document("a", None, "given", part, "0" * 64, "", text, tuple(blocks))


def told(*documents: Document) -> list[PolicyPromise]:
    facts = promises.facts_of(Reading(documents, NAMES), KNOWLEDGE)
    return [fact for fact in facts if isinstance(fact, PolicyPromise)]


def plain(*lines: str) -> list[bool | None]:
    return [fact.plain for fact in told(document(*lines))]


SIMPLE = [
    "我们不会收集您的通讯录。",
    "我们不会收集您的设备识别码（IMEI），也不会读取您的通讯录和短信。",
    "本应用不会收集任何个人信息。",
    "明鉴演示不会收集您的通讯录。",
    "1、我们承诺，不会收集您的通讯录。",
    "在您点击“同意”之前，我们不会收集您的任何个人信息。",
    "未经您的同意，我们不会收集您的通讯录。",
    "在征得您同意后，我们才会收集您的通讯录。",
    "我们对传输的个人信息进行加密。",
    "您的个人信息在传输过程中均采用TLS加密。",
    "我们不向境外提供您的个人信息。",
    "您的个人信息仅存储于中华人民共和国境内。",
    "我们不会向任何第三方共享、转让您的个人信息。",
    "您的个人信息不会被出售给任何第三方。",
    "我们不会在后台收集您的通讯录。",
    "本应用未接入任何第三方SDK。",
    "我们仅收集匿名信息。",
    "We do not read your contacts.",
    "We encrypt your data in transit using TLS.",
]


@pytest.mark.parametrize("sentence", SIMPLE)
def test_a_sentence_that_says_its_promise_only_is_plain(sentence: str) -> None:
    said = plain(sentence)
    assert said and all(said)


@pytest.mark.parametrize(
    "sentence",
    [
        "我们也无法承诺不收集IMEI。",
        "我们不承诺不收集IMEI。",
        "根据规定，我们不收集IMEI是不可能的。",
        "您可以要求我们不收集IMEI。",
        "友盟在其政策中声明：“我们不收集IMEI。”",
        "以下为2021年版政策原文：我们不收集IMEI。",
        "自2027年1月1日起，我们将不收集IMEI。",
        "自4.0版本起，我们不收集IMEI。",
        "Android 10及以上版本的系统中，我们不会收集IMEI。",
        "在部分机型上，我们不收集IMEI。",
        "对于鸿蒙系统用户，我们不收集IMEI。",
        "未登录的用户，我们不收集IMEI；登录后收集IMEI用于风控。",
        "卸载本应用后，我们不收集IMEI。",
        "默认情况下，我们不收集IMEI。",
        "我们不收集IMEI，但我们的合作伙伴会收集。",
        "我们不收集IMEI[1]。",
        "不含任何第三方SDK的精简版可在官网下载。",
        "本应用的儿童版不集成任何第三方SDK。",
        "我们不使用第三方SDK收集您的位置信息。",
        "我们不使用未列明的第三方SDK。",
        "我们的官网未使用任何第三方SDK。",
        "我们不能保证传输过程加密。",
        "银行采用加密传输保护您的支付信息。",
        "网络安全法要求对个人信息进行加密传输。",
        "您的浏览器与服务之间采用SSL加密传输。",
        "在访客模式下，我们仅收集匿名信息。",
        "您撤回同意后，我们将不再收集IMEI。",
        "在您同意后，我们不会收集您的任何个人信息。",
        "法律规定，个人信息处理者应当取得个人同意后方可收集个人信息。",
        "我们不与友盟以外的第三方共享您的个人信息。",
        "我们不会向广告商提供您的个人信息。",
        "We do not collect IMEI on Android 10 and later.",
        "We used to say that we do not collect IMEI.",
    ],
)
def test_a_sentence_with_more_to_say_is_not(sentence: str) -> None:
    assert not any(plain(sentence))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([one for one in SIMPLE if not one.startswith(("We", "1"))]),
    st.sampled_from(
        [
            "华为",
            "夜间",
            "会员",
            "旧款",
            "上海",
            "导航",
            "要求",
            "无法",
            "可能",
            "友盟",
            "3月",
            "v2",
            "浏览器",
            "广告",
        ]
    ),
    st.integers(0, 40),
)
def test_any_further_word_leaves_it_unplain(sentence: str, word: str, place: int) -> None:
    place = min(place, len(sentence) - 1)
    assert not any(plain(sentence[:place] + word + sentence[place:]))


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("一、我们如何收集和使用您的个人信息", True),
        ("明鉴演示隐私政策", True),
        ("第三方共享", True),
        ("其他说明", True),
        ("How we protect your personal information", True),
        ("官方网站的隐私说明", False),
        ("友盟SDK的隐私说明（摘录）", False),
        ("第三方的承诺", False),
        ("历史版本（2021年3月1日，已废止）", False),
        ("明鉴演示儿童隐私政策", False),
        ("明鉴演示隐私政策（国际版）", False),
    ],
)
def test_headings_above_must_be_those_of_any_policy(heading: str, expected: bool) -> None:
    assert plain(f"## {heading}", "我们不会收集您的通讯录。") == [expected]


@pytest.mark.parametrize(
    "lines",
    [
        ("我们不会收集您的通讯录。但部分机型例外。",),
        ("我们不会收集您的通讯录。", "上述承诺不适用于测试版。"),
        ("以下为友盟政策的原文。", "我们不会收集您的通讯录。"),
        ("示例：", "我们不会收集您的通讯录。"),
        ("友盟：“我们重视您的隐私。我们不会收集您的通讯录。”",),
        ("我们不会收集您的通讯录。为推荐好友，合作方会收集通讯录。",),
    ],
)
def test_what_stands_around_it_can_take_it_back(lines: tuple[str, ...]) -> None:
    assert not any(plain("## 其他说明", *lines))


def test_what_stands_elsewhere_or_speaks_of_something_else_does_not() -> None:
    lines = ("我们重视您的隐私。", "我们不会收集您的通讯录。", "如有疑问，请联系我们。")
    assert plain("## 其他说明", *lines, "## 联系", "但周末不办公。") == [True]
    assert plain("我们承诺：", "- 我们不会收集您的通讯录。") == [True]


def test_the_same_said_again_with_more_words_is_not_plain() -> None:
    assert plain("我们不会收集您的通讯录。", "旧款手机上我们不会收集您的通讯录。") == [False]


def test_only_the_text_that_users_read_promises_plainly() -> None:
    chinese = document("本应用重视您的隐私，并按照法律保护您的个人信息。" * 5)
    english = document("We do not read your contacts.")
    assert [fact.plain for fact in told(chinese, english)] == [False]
    assert [fact.plain for fact in told(english)] == [True]
    assert [fact.plain for fact in told(document(SIMPLE[0], part="children"))] == [False]
