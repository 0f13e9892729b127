"""The two versions of the fixture policy, against a plain reading of their texts."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.casework.comparing import compared
from scanner.compare.policies import Text, documents, passages, policy_changes, texts
from scanner.model import Comparison, Visit
from tests.compare.looks import sight, twins
from tests.samples import BOOK, KNOWLEDGE, case, request

POLICIES = Path(__file__).parent.parent.parent / "fixtures" / "policy"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    root = tmp_path_factory.mktemp("policies")
    for name in ("torch_before", "torch"):
        case(root / name, POLICIES / f"{name}.html", app_type=None, visit=Visit(subject="apk"))
    return compared(
        root / "torch_before",
        root / "torch",
        book=BOOK,
        knowledge=KNOWLEDGE,
        tool=request().tool,
    )


def test_dates_periods_and_kinds_of_data_are_told(found: Comparison) -> None:
    told = {(one.what, one.item): (one.change, one.was, one.now) for one in found.policy}
    assert told["document", "policy · version"] == ("changed", "1.2", "1.3")
    assert told["document", "policy · updated"] == ("changed", "2025-11-03", "2026-06-01")
    assert told["period", "retention"] == ("changed", "30 days", "90 days")
    assert told["period", "deletion"] == ("changed", "15 working days", "30 working days")
    assert told["data_item", "ip · collected"][0] == "gained"
    assert not any(one.doubts for one in found.policy)


def test_the_sentences_are_those_of_the_pages(found: Comparison) -> None:
    """Every sentence told as lost or gained stands in the one page and not in the other."""
    pages = {
        name: re.sub(r"<[^>]+>|\s", "", (POLICIES / f"{name}.html").read_text("utf-8"))
        for name in ("torch_before", "torch")
    }
    assert found.passages
    for one in found.passages:
        words = re.sub(r"\s", "", one.text)
        here, there = (
            ("torch", "torch_before")
            if one.change == "gained"
            else (
                "torch_before",
                "torch",
            )
        )
        assert words in pages[here]
        assert pages[there].count(words) < pages[here].count(words) or len(words) < 6
        assert one.document == f"{here}.html"


def test_a_document_under_another_name_is_the_same_document(found: Comparison) -> None:
    outcomes = Counter(one.outcome for one in found.findings)
    assert outcomes == {"still": 7, "new": 1}
    (new,) = [one for one in found.findings if one.outcome == "new"]
    assert new.rule == "slow-deletion"
    assert not new.reasons


SENTENCES = st.lists(
    st.sampled_from(["甲。", "乙方收集信息。", "丙；", "丁\n", "  ", "e! "]), max_size=12
)


@given(SENTENCES, SENTENCES)
def test_what_came_and_went_is_the_difference_of_the_multisets(
    before: list[str], now: list[str]
) -> None:
    old, new = "".join(before), "".join(now)
    sides = [[Text("a", "policy", "00" * 32, text)] for text in (old, new)]
    found, left = passages(*sides)
    assert left == 0
    counts = [Counter(each.strip() for each in many if each.strip()) for many in (before, now)]
    assert Counter(one.text for one in found if one.change == "lost") == counts[0] - counts[1]
    assert Counter(one.text for one in found if one.change == "gained") == counts[1] - counts[0]
    for one in found:
        start, end, line = map(int, re.findall(r"\d+", one.at))
        text = old if one.change == "lost" else new
        assert " ".join(text[start:end].split()) == one.text
        assert text[:start].count("\n") + 1 == line


def test_without_a_policy_on_both_sides_nothing_is_compared() -> None:
    old, new = twins()
    bare = sight(old.facts, old.unseen, header=old.header)
    held = sight(new.facts, new.unseen, header=new.header)
    assert documents(held) and not documents(bare)
    assert policy_changes(bare, held) == ()
    assert passages((), [Text("a", "policy", "00" * 32, "甲。")]) == ((), 0)


def test_a_text_that_was_taken_out_since_is_left_out() -> None:
    from scanner.errors import EvidenceError

    def gone(digest: str) -> bytes:
        raise EvidenceError(digest, hint="")

    _, new = twins()
    held = sight(new.facts, header=new.header)
    assert texts(held, gone) == ()
    assert len(texts(held, lambda _: b"x")) == 1


def test_many_sentences_are_counted_beyond_those_listed() -> None:
    many = "".join(f"{number}。" for number in range(3000))
    other = [Text("b", "policy", "00" * 32, "x。")]
    found, left = passages([Text("a", "policy", "00" * 32, many)], other)
    assert (len(found), left) == (2000, 1001)
