from __future__ import annotations

import pytest

from scanner.collect.policy.claims.promise_scope import (
    Condition,
    Place,
    condition_at,
    is_narrow,
    is_ours,
    ours_of,
    places_of,
)
from scanner.collect.policy.claims.promise_words import TOPIC
from scanner.collect.policy.document import Block, Document, Span


def document(*blocks: tuple[str, str]) -> Document:
    made, text = [], ""
    for kind, line in blocks:
        level = 1 if kind == "heading" else 0
        made.append(Block(kind, len(text), len(text) + len(line), level))  # type: ignore[arg-type]
        text += line + "\n"
    return Document("a", None, "given", "policy", "0" * 64, "", text, tuple(made))


def place(line: str, *before: tuple[str, str]) -> Place:
    return places_of(document(*before, ("paragraph", line)))[-1]


def ours(line: str, verb: str = "不会") -> bool:
    one = place(line)
    at = one.sentence.text.index(verb)
    begin = max(one.sentence.text.rfind(",", 0, at), one.sentence.text.rfind(":", 0, at)) + 1
    return is_ours(one, begin, at, ours_of(("明鉴演示",)), False)


@pytest.mark.parametrize(
    "line",
    [
        "我们不会收集。",
        "本应用不会收集。",
        "明鉴演示不会收集。",
        "与第三方共享时，我们不会收集。",
        "您的个人信息不会出售。",
        "不会收集您的位置。",
        "即使您拒绝，也不会收集。",
    ],
)
def test_the_subject_speaks_of_itself(line: str) -> None:
    assert ours(line)


@pytest.mark.parametrize(
    "line",
    [
        "您不会收集他人的位置。",
        "第三方不会收集。",
        "我们接入的第三方SDK不会收集。",
        "某某公司不会收集。",
        "我们要求合作伙伴不会收集。",
        "您想知道我们是否不会收集？",
    ],
)
def test_others_do_not_speak_for_it(line: str) -> None:
    assert not ours(line)


@pytest.mark.parametrize("words", ["上述信息", "其他信息", "用于广告", "不再", "these data"])
def test_narrow_words_are_known(words: str) -> None:
    assert is_narrow(words)


def test_plain_words_are_not_narrow() -> None:
    assert not is_narrow("您的个人信息")


def test_headings_and_cells_are_no_places() -> None:
    page = document(("heading", "标题"), ("cell", "格子。"), ("paragraph", "一。二。"))
    found = places_of(page)
    assert [one.sentence.text for one in found] == ["一。", "二。"]
    assert [one.text for one in found[1].before] == ["一。"]


def test_an_item_knows_the_line_that_leads_its_list_in() -> None:
    page = document(
        ("paragraph", "当您拒绝授权时，我们："), ("item", "不会收集。"), ("item", "不会共享。")
    )
    assert [one.lead for one in places_of(page)] == ["", *["当您拒绝授权时,我们:"] * 2]


def limit(line: str, *before: tuple[str, str]) -> Condition | None:
    one = place(line, *before)
    at = one.sentence.text.index("收集")
    return condition_at(one, at, Span(0, len(one.sentence.text)), TOPIC["not_collected"])


def test_conditions_are_told_from_scopes() -> None:
    plain = limit("我们不会收集您的位置。")
    exception = limit("除法律要求外，我们不会收集您的位置。")
    scope = limit("我们不会收集您的位置。", ("heading", "儿童个人信息保护"))
    assert plain is not None
    assert exception is not None
    assert scope is not None
    assert (plain.words, exception.words, scope.words) == ("", "除法律要求外", "儿童个人信息保护")
    assert exception.weight > plain.weight > scope.weight


def test_what_is_itself_a_condition_states_nothing() -> None:
    assert limit("如果我们不收集您的位置，将无法导航。") is None


@pytest.mark.parametrize(
    ("heading", "scope"),
    [
        ("补充说明", ""),
        ("三、其他", ""),
        ("附加须知", ""),
        ("桌面版", "桌面版"),
        ("官方网站的隐私说明", "官方网站的隐私说明"),
        ("历史版本", "历史版本"),
    ],
)
def test_a_heading_that_any_policy_has_limits_nothing(heading: str, scope: str) -> None:
    told = limit("我们不会收集您的位置。", ("heading", heading))
    assert told is not None
    assert told.words == scope


@pytest.mark.parametrize(
    "line",
    [
        "本应用的儿童版不会收集。",
        "我们的客服人员不会收集。",
        "银行不会收集。",
        "您的浏览器不会收集。",
    ],
)
def test_a_part_of_the_subject_does_not_speak_for_all_of_it(line: str) -> None:
    assert not ours(line)
    assert ours("我们的产品不会收集。")
