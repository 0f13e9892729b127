from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.clocks import Moment
from scanner.collect.device.phases import MOST_EDGES, Edge, Phases
from scanner.facts import Phase

PHASES: tuple[Phase | None, ...] = (
    *("first_launch", "consent_shown", "refused", "agreed", "background", "updated", None),
)
TIMES = st.integers(0, 100).map(float)
MOMENTS = st.builds(Moment, TIMES, st.integers(0, 12).map(lambda half: half / 2))
EDGES = st.lists(
    st.builds(Edge, MOMENTS, st.sampled_from(PHASES), st.just("tap"), st.just(""), st.just("")),
    max_size=8,
)


def edge(at: float, within: float, phase: Phase | None) -> Edge:
    return Edge(Moment(at, within), phase, "tap", "", f"line {at}")


@given(EDGES, MOMENTS, st.data())
def test_a_phase_holds_wherever_within_its_uncertainty_everything_truly_was(
    edges: list[Edge], moment: Moment, data: st.DataObject
) -> None:
    """Shuffle moment and edges inside what they may be off, in the order of the edges: the phase
    that is told is the true one, but that being asked counts from before the question on.
    """
    told = Phases(edges).of(moment)
    if told is None:
        return
    ordered = sorted(edges, key=lambda one: one.at.at)
    true_at = data.draw(st.floats(moment.earliest, moment.latest))
    times: list[float] = []
    for one in ordered:
        low = max([one.at.earliest, *times[-1:]])
        if low > one.at.latest:
            return  # this order cannot be
        times.append(data.draw(st.floats(low, one.at.latest)))
    before = [one.phase for one, at in zip(ordered, times, strict=True) if at <= true_at]
    true = before[-1] if before else None
    if true is None and not before and ordered[0].phase == "first_launch":
        true = "first_launch"  # nothing of the app runs before its first start
    allowed = {told} | ({"first_launch"} if told == "consent_shown" else set())
    # Two edges at the very same instant may stand either way.
    assert true in allowed or any(abs(at - true_at) < 1e-9 for at in times)


@given(EDGES, MOMENTS, st.floats(0, 5))
def test_knowing_a_moment_less_well_never_tells_more(
    edges: list[Edge], moment: Moment, more: float
) -> None:
    phases = Phases(edges)
    vague = phases.of(Moment(moment.at, moment.within + more))
    sharp = phases.of(moment)
    assert vague is None or vague == sharp or (vague, sharp) == ("consent_shown", "first_launch")


@given(EDGES)
def test_a_moment_that_may_be_any_time_is_in_no_phase(edges: list[Edge]) -> None:
    assert Phases(edges).of(Moment(50.0, math.inf)) is None


def test_what_lies_near_a_tap_is_in_no_phase() -> None:
    phases = Phases([edge(0, 1, "first_launch"), edge(10, 1, "agreed")])
    told = [phases.of(Moment(float(at), 0.5)) for at in (-2, 0, 5, 9, 10, 11, 12)]
    assert told == [None, "first_launch", "first_launch", None, None, None, "agreed"]


def test_before_an_answer_the_question_may_stand_or_not() -> None:
    phases = Phases(
        [edge(0, 1, "first_launch"), edge(2, 3, "consent_shown"), edge(60, 1, "agreed")]
    )
    assert phases.of(Moment(0.5)) == phases.of(Moment(2.0, 1)) == "consent_shown"
    assert phases.of(Moment(59.5)) is None


def test_the_order_in_which_edges_are_given_says_nothing() -> None:
    edges = [edge(10, 1, "agreed"), edge(0, 1, "first_launch"), edge(50, 1, "background")]
    phases = Phases(edges)
    assert [one.phase for one in phases.edges] == ["first_launch", "agreed", "background"]
    assert all(a.at.at <= b.at.at for a, b in pairwise(phases.edges))
    assert [fact.number for fact in phases.facts("0" * 64, captured=False)] == [1, 2, 3]


def test_a_span_names_both_ends_and_how_far_they_may_be_off() -> None:
    phases = Phases([edge(0, 1, "agreed"), edge(10, 2, "background")])
    span = phases.span("agreed")
    assert span == "1970-01-01T00:00:00.000+00:00/1970-01-01T00:00:10.000+00:00 ±2 s"
    assert (phases.span("background") or "").startswith("1970-01-01T00:00:10.000+00:00/ ")
    assert phases.span("refused") is None and phases.span(None) is None


def test_edges_are_bounded_and_an_endless_uncertainty_has_no_number() -> None:
    many = Phases(edge(float(n), 0, "agreed") for n in range(MOST_EDGES + 5))
    assert len(many.edges) == MOST_EDGES
    (fact,) = Phases([edge(1, math.inf, "agreed")]).facts("0" * 64, captured=True)
    assert fact.within_ms is None and fact.source.captured


@given(EDGES, MOMENTS)
def test_the_phase_that_is_told_is_among_the_possible_ones(
    edges: list[Edge], moment: Moment
) -> None:
    phases = Phases(edges)
    told = phases.of(moment)
    assert told is None or told in phases.possible(moment)


def test_near_an_edge_either_phase_is_possible_and_no_other() -> None:
    phases = Phases(
        [edge(0.0, 1.0, "first_launch"), edge(50.0, 1.0, "agreed"), edge(90.0, 1.0, "updated")]
    )
    assert phases.possible(Moment(50.5, 0.0)) == {"first_launch", "agreed"}
    assert phases.possible(Moment(0.0, 2.0)) == {"first_launch"}
    assert phases.possible(Moment(50.0, math.inf)) == {"first_launch", "agreed", "updated"}
