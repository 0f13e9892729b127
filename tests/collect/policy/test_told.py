from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec

from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.texts.text import read
from scanner.collect.policy.told import claims_of, documents_of, doubted, merged
from scanner.facts import (
    Part,
    PolicyDataItem,
    PolicyDocument,
    PolicyElement,
    Source,
    identity_of,
    kind_of,
)
from tests.collect.website.rig import KNOWLEDGE

SOUND = Path(__file__).parents[3] / "fixtures" / "policy" / "sound.md"


def item(**over: Any) -> PolicyDataItem:
    given: dict[str, Any] = {"data_type": "phone", "use": "collected"} | over
    return PolicyDataItem(source=Source(at="text 0-1"), channel="policy", **given)


def element(**over: Any) -> PolicyElement:
    given: dict[str, Any] = {"element": "pol-12", "mentioned": False, "present": False} | over
    return PolicyElement(
        source=Source(at="text 0-1"), channel="policy", lacks=("recipient",), **given
    )


def sound() -> Document:
    data = SOUND.read_bytes()
    return read(
        data, name="sound.md", address=None, origin="given", part="policy", evidence="0" * 64
    )


def test_of_several_the_fact_that_says_most_is_kept_at_the_place_of_the_first() -> None:
    plain, vague = item(purpose="注册"), item(purpose="注册", word="设备信息", vague=True)
    other = item(data_type="email")
    assert merged([vague, other, plain]) == [plain, other]
    assert merged([plain, other, vague]) == [plain, other]
    first, second = item(purpose="注册"), item(purpose="登录")
    assert merged([first, second]) == [first]


def test_what_may_stand_in_a_part_nobody_could_read_is_not_said_to_lack() -> None:
    (taken,) = doubted([element()], {"pol-12"})
    assert isinstance(taken, PolicyElement)
    assert (taken.mentioned, taken.present, taken.lacks) == (None, None, None)
    (named,) = doubted([element(mentioned=True)], {"pol-12"})
    assert isinstance(named, PolicyElement) and named.mentioned is True
    for untouched in (element(element="pol-01"), element(present=True), item()):
        assert list(doubted([untouched], {"pol-12"})) == [untouched]


def test_documents_alone_make_no_claim() -> None:
    (fact,) = documents_of(Reading((sound(),)), KNOWLEDGE, own=None)
    assert isinstance(fact, PolicyDocument) and fact.own is None
    assert documents_of(Reading(()), KNOWLEDGE, own=None) == []


def test_a_policy_gives_each_statement_once_and_every_element() -> None:
    document = sound()
    facts = claims_of(Reading((document,)), KNOWLEDGE)
    assert len({identity_of(fact) for fact in facts}) == len(facts)
    elements = [fact for fact in facts if isinstance(fact, PolicyElement)]
    assert len(elements) == 28
    assert {"policy.document", "policy.data_item", "policy.third_party"} <= set(map(kind_of, facts))
    for fact in facts:
        assert fact.channel == "policy" and fact.source.evidence == document.evidence
        quote = getattr(fact, "quote", None) or ""
        assert quote.removesuffix("…") in " ".join(document.text.split())
    again = claims_of(Reading((document,)), KNOWLEDGE)
    assert msgspec.json.encode(facts) == msgspec.json.encode(again)


def test_promises_and_wordings_are_those_of_the_policy_and_not_of_a_list() -> None:
    words = "我们不会向境外提供您的个人信息。使用本应用即视为您同意本政策。"
    data = f"# 隐私政策\n\n{words}\n".encode()

    def kinds(part: Part) -> set[str]:
        one = read(data, name="a.md", address=None, origin="given", part=part, evidence="0" * 64)
        return {kind_of(fact) for fact in claims_of(Reading((one,)), KNOWLEDGE)}

    said = {"policy.promise", "policy.wording"}
    assert said <= kinds("policy") and said <= kinds("children")
    assert not said & kinds("sdk_list") and not said & kinds("data_list")


def test_a_long_policy_is_read_in_little_time() -> None:
    document = sound()
    times = 30_000 // len(document.text) + 1
    data = (SOUND.read_text() * times)[: 30_000 * 4].encode()
    long = read(data, name="a.md", address=None, origin="given", part="policy", evidence="0" * 64)
    assert len(long.text) >= 30_000
    began = time.process_time()
    claims_of(Reading((long,)), KNOWLEDGE)
    assert time.process_time() - began < 60  # a second on a quiet machine; six on a busy one
