from __future__ import annotations

import re

import pytest

from scanner.collect.policy.elements.ground import Ground, Place, line_of, sentence_of, sorted_out
from scanner.facts import PolicyOperator, PolicyPromise, Promise, Source
from tests.collect.policy.elements.sound import document, reading


def ground(text: str, *promises: PolicyPromise) -> Ground:
    return Ground(reading(text), sorted_out(promises))


def promise(name: Promise, data_type: str = "", condition: str = "") -> PolicyPromise:
    return PolicyPromise(
        source=Source(evidence="0" * 64, at="text 0-2"),
        channel="policy",
        promise=name,
        data_type=data_type,
        condition=condition,
    )


def test_words_are_found_beside_a_mention_and_its_own_sentence_goes_first() -> None:
    text = "# 政策\n\n删除信息。\n\n请打电话。\n\n您可以在设置中删除信息，或打电话。\n"
    place = ground(text).mentions(re.compile("删除")).near(re.compile("打电话"))
    assert place is not None
    assert place.start == document(text).text.index("或打电话") + 1


def test_a_passage_ends() -> None:
    far = ground("删除信息。" + "甲" * 600 + "打电话").mentions(re.compile("删除"))
    near = ground("删除信息。" + "甲" * 100 + "打电话").mentions(re.compile("删除"))
    assert far.near(re.compile("打电话")) is None
    assert near.near(re.compile("打电话")) is not None
    assert near.near(re.compile("打电话"), 0, 50) is None


def test_what_is_denied_is_kept_apart() -> None:
    mentions = ground("我们不会共享信息。\n\n我们共享信息。").mentions(re.compile("共享"))
    assert (len(mentions.said), len(mentions.denied)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("我们不对儿童作个性化推荐", True),
        ("我们不进行个性化推荐", True),
        ("未接入任何个性化推荐", True),
        ("我们不使用 个性化推荐", True),
        ("我们是不是提供个性化推荐", False),
        ("我们提供个性化推荐", False),
        ("如不提供位置，个性化推荐无法使用", False),
    ],
)
def test_a_thing_whose_doing_is_denied(text: str, denied: bool) -> None:
    mentions = ground(text).mentions(re.compile("个性化"))
    assert bool(mentions.denied) is denied


def test_a_promise_counts_only_for_all_data_and_without_condition() -> None:
    assert ground("甲", promise("no_export")).promise("no_export") is not None
    assert ground("甲", promise("no_export", "phone")).promise("no_export") is None
    assert ground("甲", promise("no_export", "", "未经您同意")).promise("no_export") is None
    assert ground("甲", promise("no_export")).promise("no_sale") is None


def test_a_fact_leads_back_to_its_words() -> None:
    of = ground("甲乙丙")
    fact = PolicyOperator(
        source=Source(evidence="0" * 64, at="text 1-2"), channel="policy", name="乙"
    )
    place = of.place_of(fact)
    assert place is not None
    assert place.document.text[place.start : place.end] == "乙"
    elsewhere = PolicyOperator(source=Source(evidence="1" * 64), channel="policy", name="乙")
    assert of.place_of(elsewhere) is None


def test_sentences_and_lines_are_bounded() -> None:
    one = document("甲。乙丙。丁\n\n戊")
    at = one.text.index("丙")
    start, end = sentence_of(Place(one, at, at + 1))
    assert one.text[start:end] == "乙丙。"
    long = document("长" * 5000)
    start, end = line_of(Place(long, 2500, 2501))
    assert end - start < 1000
