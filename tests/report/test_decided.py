"""Two persons, not one person twice; and no finding stands against a last word that rejects it."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.model import Choice, Decision
from scanner.report.decided import STATE, answered, confirmed, gone, said, summed, tally
from tests.report.example import rich

REPORT = rich()
FINDING = next(ruling.findings[0] for ruling in REPORT.rulings if ruling.findings)


def decision(by: str, choice: Choice) -> Decision:
    return Decision(
        subject=FINDING.fingerprint, rule="r", choice=choice, by=by, at="t", reason="seen"
    )


def is_confirmed(*many: Decision) -> bool:
    return confirmed(replace(REPORT, decisions=many), FINDING)


def test_one_person_written_in_two_ways_is_one_person() -> None:
    assert not is_confirmed(decision("王 芳", "confirm"), decision("王芳", "confirm"))
    assert not is_confirmed(decision("Wang", "confirm"), decision("ｗＡＮＧ ", "confirm"))
    assert not is_confirmed(
        decision("王芳", "confirm"), decision("王\u200b\u2060芳\u202e", "confirm")
    )
    for other in ("王芳（复核）", "王芳 检察官", "王芳2", "复核人：王芳"):
        assert not is_confirmed(decision("王芳", "confirm"), decision(other, "confirm")), other
    assert not is_confirmed(decision("张伟", "confirm"), decision("張偉", "confirm"))
    assert is_confirmed(decision("王芳", "confirm"), decision("李雷", "confirm"))


def test_what_may_be_the_same_person_takes_back_no_word_of_another() -> None:
    both = [decision("王芳", "confirm"), decision("李雷", "confirm")]
    assert not is_confirmed(*both, decision("王芳（复核）", "reject"))
    assert not is_confirmed(*both, decision("王芳（复核）", "reject"), decision("王芳", "confirm"))


def test_the_last_word_of_each_person_counts() -> None:
    both = [decision("a", "confirm"), decision("b", "confirm")]
    assert not is_confirmed(*both, decision("a", "reject"))
    assert is_confirmed(*both, decision("a", "reject"), decision("a", "confirm"))


@given(
    st.lists(
        st.builds(
            decision, st.sampled_from("abc"), st.sampled_from(["confirm", "reject", "defer"])
        ),
        max_size=6,
    )
)
def test_confirmed_is_what_a_slow_count_says(many: list[Decision]) -> None:
    last = {person: [one for one in many if one.by == person][-1:] for person in "abc"}
    words = list(itertools.chain.from_iterable(last.values()))
    expected = len(words) >= 2 and {one.choice for one in words} == {"confirm"}
    assert is_confirmed(*many) == expected
    assert len(said(replace(REPORT, decisions=tuple(many)), FINDING.fingerprint)) == len(words)


@given(
    st.lists(
        st.builds(
            decision, st.sampled_from("abc"), st.sampled_from(["confirm", "reject", "defer"])
        ),
        max_size=6,
    )
)
def test_each_finding_has_one_state_and_the_summary_counts_them_all(many: list[Decision]) -> None:
    report = replace(REPORT, decisions=tuple(many))
    prints = {one.fingerprint for ruling in REPORT.rulings for one in ruling.findings}
    counts = tally(report)
    assert sum(counts.values()) == len(prints)
    assert (counts["confirmed"] == 1) == confirmed(report, FINDING)
    last = {one.by: one.choice for one in many}
    assert counts["disputed"] == ({"confirm", "reject"} <= set(last.values()))
    assert counts["open"] == len(prints) - bool(many)
    for lang, state in (("zh", STATE["open"].zh), ("en", STATE["open"].en)):
        assert f"{state} {counts['open']}" in summed(report, "zh" if lang == "zh" else "en")


def test_decisions_on_what_is_gone_stay_listed_as_such() -> None:
    lost = replace(decision("a", "confirm"), subject="00" * 32)
    check = next(ruling.rule for ruling in REPORT.rulings if ruling.manual)
    answer = replace(decision("a", "reject"), subject=check)
    report = replace(REPORT, decisions=(decision("b", "confirm"), lost, answer))
    assert gone(report) == (lost,)
    checks = sum(ruling.manual is not None for ruling in REPORT.rulings)
    assert answered(report) == (1, checks)
    assert "对本次未再检出者 1" in summed(report, "zh")
    assert f"checks answered 1 of {checks}" in summed(report, "en")
