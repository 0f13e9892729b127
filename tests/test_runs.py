"""Several runs as one: no finding is lost, none gains certainty, and no order of runs matters."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.facts import canonical
from scanner.model import (
    Basis,
    CaseSource,
    Certainty,
    Finding,
    Repeat,
    Ruling,
    Unseen,
    Verdict,
    Words,
)
from scanner.runs import WORST, merged, sources_of, together

RULES = ("rule-a", "rule-b")


def finding(mark: str, certainty: Certainty, place: str) -> Finding:
    return Finding(
        message=Words(f"检出{mark}", f"found {mark}"),
        certainty=certainty,
        fingerprint=mark * 64,
        facts=(f"{mark}{place}",),
        evidence=(place * 64,),
    )


FINDINGS = st.builds(
    finding,
    st.sampled_from("ab"),
    st.sampled_from(["proven", "suspected"]),
    st.sampled_from("123"),
)
UNSEEN = st.builds(
    Unseen, kind=st.sampled_from(["x", "y"]), collector=st.just("c"), reason=st.just(Words("", ""))
)


@st.composite
def rulings(draw: st.DrawFn, rule: str) -> Ruling:
    verdict: Verdict = draw(st.sampled_from(WORST))
    found = draw(st.lists(FINDINGS, min_size=1, max_size=4)) if verdict == "violated" else []
    found.sort(key=lambda one: (one.certainty, one.message.en, one.facts))
    sure = {one.certainty for one in found}
    items = draw(st.lists(st.sampled_from("12"), unique=True))
    return Ruling(
        rule=rule,
        title=Words(rule, rule),
        verdict=verdict,
        certainty="proven" if "proven" in sure else "suspected" if sure else None,
        severity="high",
        category="cac-191-1.1",
        schemes={},
        basis=tuple(Basis(norm="N", item=item) for item in items),
        settles=("violated",),
        findings=tuple(found),
        unseen=tuple(draw(st.lists(UNSEEN, max_size=2))),
    )


RUN = st.tuples(*(rulings(rule) for rule in RULES))
SEVERAL = st.lists(RUN, min_size=2, max_size=5)
Run = tuple[Ruling, ...]


@given(SEVERAL, st.randoms())
def test_the_order_of_runs_changes_nothing(runs: list[Run], chance: random.Random) -> None:
    other = list(runs)
    chance.shuffle(other)
    assert merged(runs) == merged(other)


@given(RUN, st.integers(2, 6))
def test_equal_runs_say_the_same_with_all_of_all(run: Run, count: int) -> None:
    said = merged([run] * count)
    bare = [
        replace(one, findings=tuple(replace(each, repeat=None) for each in one.findings))
        for one in said
    ]
    for one, before in zip(bare, run, strict=True):
        assert sorted(map(canonical, one.findings)) == sorted(map(canonical, before.findings))
        assert replace(one, findings=()) == replace(before, findings=())
    marks = {each.repeat for one in said for each in one.findings}
    assert marks <= {Repeat(found=count, runs=count)}


def test_what_could_not_be_decided_in_one_run_outweighs_what_was_met_in_another() -> None:
    assert WORST == ("violated", "undetermined", "satisfied", "not_applicable")


@given(RUN)
def test_one_run_comes_back_as_it_is(run: Run) -> None:
    assert merged([run]) == run


@given(SEVERAL)
def test_nothing_is_lost_and_the_worst_stands(runs: list[Run]) -> None:
    for number, one in enumerate(merged(runs)):
        each = [run[number] for run in runs]
        marks = [{found.fingerprint for found in ruling.findings} for ruling in each]
        assert {found.fingerprint for found in one.findings} == set().union(*marks)
        assert WORST.index(one.verdict) == min(WORST.index(ruling.verdict) for ruling in each)
        for found in one.findings:
            assert found.repeat is not None
            seen = [run for run in marks if found.fingerprint in run]
            assert (found.repeat.found, found.repeat.runs) == (len(seen), len(runs))
        assert all(item in one.unseen for ruling in each for item in ruling.unseen)


@given(SEVERAL)
def test_repetition_raises_no_certainty_and_shows_only_what_a_run_showed(runs: list[Run]) -> None:
    for number, one in enumerate(merged(runs)):
        told = [found for run in runs for found in run[number].findings]
        for found in one.findings:
            same = [each for each in told if each.fingerprint == found.fingerprint]
            assert replace(found, repeat=None) in same
            surest = [each for each in one.findings if each.fingerprint == found.fingerprint]
            assert ("proven" in {each.certainty for each in same}) == (
                "proven" in {each.certainty for each in surest}
            )
        sure = {found.certainty for found in told}
        assert one.certainty == ("proven" if "proven" in sure else "suspected" if sure else None)


@given(SEVERAL)
def test_the_evidence_of_every_run_is_named(runs: list[Run]) -> None:
    for number, one in enumerate(merged(runs)):
        for found in one.findings:
            told = {
                digest
                for run in runs
                for each in run[number].findings
                if each.fingerprint == found.fingerprint
                for digest in each.evidence
            }
            shown = [each for each in one.findings if each.fingerprint == found.fingerprint]
            own = {digest for each in shown for digest in each.evidence}
            assert found.repeat is not None
            assert not own & set(found.repeat.evidence)
            assert own | set(found.repeat.evidence) == told


def source(name: str, *, readable: bool) -> CaseSource:
    return CaseSource(
        channel="traffic", collector="traffic", sha256="0" * 64, name=name, readable=readable
    )


def test_a_source_of_several_runs_stands_once_and_is_read_if_one_run_read_it() -> None:
    once = (source("a", readable=False), source("b", readable=True))
    again = (source("a", readable=True), source("c", readable=False))
    assert sources_of([once]) == once
    assert [(each.name, each.readable) for each in sources_of([once, again])] == [
        ("a", True),
        ("b", True),
        ("c", False),
    ]


def test_lists_that_are_alike_stay_as_they_are() -> None:
    assert together([("b", "a"), ("b", "a")]) == ("b", "a")
    assert together([("b", "a"), ("c",)]) == ("a", "b", "c")
