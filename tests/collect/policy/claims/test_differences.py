from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.policy.claims import differences
from scanner.facts import (
    DataUse,
    Fact,
    PolicyDataItem,
    PolicyPeriod,
    PolicyPermission,
    PolicyPromise,
    PolicyThirdParty,
    Source,
)

EARLIER = Source(evidence="a" * 64, at="text 1-2")
PRESENT = Source(evidence="b" * 64, at="text 3-4")


def item(
    kind: str,
    purpose: str = "",
    use: DataUse = "collected",
    word: str | None = None,
    vague: bool | None = None,
) -> PolicyDataItem:
    return PolicyDataItem(
        source=PRESENT,
        channel="policy",
        data_type=kind,
        use=use,
        purpose=purpose,
        word=word,
        vague=vague,
    )


def party(name: str, recipient: str = "", purpose: str = "") -> PolicyThirdParty:
    return PolicyThirdParty(
        source=PRESENT, channel="policy", recipient=recipient, name=name, purpose=purpose
    )


def promise(condition: str = "") -> PolicyPromise:
    return PolicyPromise(
        source=PRESENT, channel="policy", promise="no_export", data_type="", condition=condition
    )


def period(days: int | None, *, working: bool = False) -> PolicyPeriod:
    return PolicyPeriod(
        source=PRESENT, channel="policy", subject="response", days=days, working_days=working
    )


def found(earlier: list[Fact], present: list[Fact]) -> set[tuple[str, str, str]]:
    facts = differences.facts_of("versions", earlier, present)
    return {(fact.what, fact.item, fact.change) for fact in facts}


def test_what_one_text_lacks_is_told_from_its_side() -> None:
    assert found([], [item("contacts")]) == {("data_item", "contacts", "added")}
    assert found([item("contacts")], []) == {("data_item", "contacts", "removed")}
    assert found([item("contacts")], [item("contacts"), item("contacts", use="shared")]) == {
        ("data_item", "contacts (shared)", "added")
    }


def test_a_kind_reworded_is_no_difference() -> None:
    broad: list[Fact] = [
        item(kind, word="位置信息", vague=True) for kind in ("location", "location_precise")
    ]
    exact: list[Fact] = [item("location_precise", word="经纬度", vague=False)]
    assert found(broad, exact) == set()
    assert found(exact, broad) == set()
    assert found(broad, [item("contacts")]) == {
        ("data_item", "contacts", "added"),
        ("data_item", "location", "removed"),
        ("data_item", "location_precise", "removed"),
    }


def test_a_third_party_is_the_same_by_its_id_or_its_name() -> None:
    assert found([party("友盟+SDK", "umeng")], [party("友盟统计", "umeng")]) == set()
    assert found([party("某推送SDK")], [party("某推送 SDK", "push")]) == set()
    assert found([party("甲科技有限公司")], [party("乙科技有限公司")]) == {
        ("third_party", "甲科技有限公司", "removed"),
        ("third_party", "乙科技有限公司", "added"),
    }


def test_a_promise_that_gained_an_exception_changed() -> None:
    assert found([promise()], [promise("除法律要求外")]) == {("promise", "no_export", "changed")}
    assert found([promise("除法律要求外")], [promise("法律另有规定的除外")]) == set()


def test_a_length_that_changed_is_told_once() -> None:
    assert found([period(15)], [period(15, working=True)]) == {("period", "response", "changed")}
    assert found([period(15)], [period(15)]) == set()
    assert found([], [period(15)]) == {("period", "response", "added")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("用于向您提供导航服务", "为您实现导航功能"),
        ("用于账号注册和登录", "注册、登录账号"),
        ("统计分析应用使用情况", "用于应用使用情况的统计"),
        ("向您推送消息", "消息推送"),
        ("保障账号安全，防范欺诈", "用于账号安全与反欺诈"),
        ("", "用于广告投放"),
        ("for account security", "to keep your account secure"),
    ],
)
def test_a_purpose_reworded_is_no_difference(one: str, other: str) -> None:
    assert found([item("phone", one)], [item("phone", other)]) == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("用于账号注册和登录", "用于投放个性化广告"),
        ("用于导航", "用于统计分析"),
        ("to deliver your order", "for personalised advertising"),
    ],
)
def test_another_purpose_is_a_difference(one: str, other: str) -> None:
    assert found([item("phone", one)], [item("phone", other)]) == {("purpose", "phone", "changed")}


def test_a_difference_points_at_the_text_that_has_the_words() -> None:
    earlier = PolicyPermission(source=EARLIER, channel="policy", group="camera", quote="相机权限")
    (fact,) = differences.facts_of("places", [earlier], [])
    assert (fact.source, fact.quote, fact.between) == (EARLIER, "相机权限", "places")


FACTS = st.lists(
    st.one_of(
        st.sampled_from(["contacts", "phone", "sms"]).map(item),
        st.sampled_from(["甲", "乙"]).map(party),
        st.sampled_from([7, 15, None]).map(period),
        st.sampled_from(["", "除外"]).map(promise),
    ),
    max_size=6,
)


@given(FACTS, FACTS)
def test_a_text_does_not_differ_from_itself_and_both_ways_mirror(
    one: list[Fact], other: list[Fact]
) -> None:
    assert found(one, list(reversed(one))) == set() or any(
        isinstance(fact, PolicyPromise) for fact in one
    )
    there, back = found(one, other), found(other, one)
    added = {(what, thing) for what, thing, change in there if change == "added"}
    assert added == {(what, thing) for what, thing, change in back if change == "removed"}
