from __future__ import annotations

import datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.traffic.phases import Phases, stated
from scanner.exchange import Exchange, Passage
from scanner.facts import Phase

ZERO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
EAST = datetime.timezone(datetime.timedelta(hours=8))


def at(second: float) -> str:
    return (ZERO + datetime.timedelta(seconds=second)).isoformat()


def exchange(began: str, ended: str | None = None) -> Exchange:
    return Exchange(url="http://a.test/", method="GET", started=began, ended=ended, at="")


def test_without_a_moment_all_is_one_phase_even_what_has_no_time() -> None:
    assert Phases("refused").of(exchange("")) == "refused"
    assert Phases().of(exchange(at(1))) is None
    assert not Phases("refused").timed


def test_before_the_moment_at_which_a_session_began_is_no_phase() -> None:
    phases = Phases("agreed", at(10))
    assert phases.of(exchange(at(9.9))) is None
    assert phases.of(exchange(at(10))) == "agreed"
    assert phases.of(exchange("")) is None


def test_the_same_moment_in_another_time_zone_is_the_same() -> None:
    phases = stated(at(100), 0, "first_launch")
    there = (ZERO + datetime.timedelta(seconds=99)).astimezone(EAST).isoformat()
    assert phases.of(exchange(there)) == "first_launch"


@pytest.mark.parametrize(
    ("second", "phase"),
    [(94.9, "first_launch"), (95, None), (100, None), (104.9, None), (105, "agreed")],
)
def test_inside_the_window_nothing_is_said(second: float, phase: Phase | None) -> None:
    assert stated(at(100), 5, "first_launch").of(exchange(at(second))) == phase


def test_what_was_still_being_sent_at_the_moment_belongs_to_no_phase() -> None:
    phases = stated(at(100), 0, "first_launch")
    assert phases.of(exchange(at(98), at(99))) == "first_launch"
    assert phases.of(exchange(at(98), at(101))) is None
    assert phases.of(exchange(at(101), at(102))) == "agreed"


def test_a_connection_has_a_phase_by_its_beginning() -> None:
    phases = stated(at(100), 0, "first_launch")
    assert phases.of(Passage(kind="tcp", host="a", started=at(1), at="")) == "first_launch"


@given(
    st.lists(st.tuples(st.integers(0, 50), st.sampled_from(get_args(Phase))), max_size=8),
    st.floats(0, 60, allow_nan=False),
)
def test_without_uncertainty_the_last_mark_before_a_request_counts(
    marks: list[tuple[int, Phase]], second: float
) -> None:
    phases, expected = Phases(), None
    here = datetime.datetime.fromisoformat(at(second))
    for time, phase in sorted(marks, key=lambda mark: mark[0]):
        began = ZERO + datetime.timedelta(seconds=time)
        phases.mark(began, phase)
        if began <= here:
            expected = phase
    assert phases.of(exchange(at(second))) == expected


@given(st.floats(0, 30), st.floats(0, 60), st.floats(0, 60))
def test_more_uncertainty_never_says_another_phase(
    within: float, moment: float, second: float
) -> None:
    exact = stated(at(moment), 0, "first_launch").of(exchange(at(second)))
    assert stated(at(moment), within, "first_launch").of(exchange(at(second))) in (exact, None)


def test_marks_that_go_back_in_time_part_nothing() -> None:
    phases = Phases()
    for second, phase in ((100, "agreed"), (50, "background")):
        phases.mark(ZERO + datetime.timedelta(seconds=second), phase)  # type: ignore[arg-type]
    assert phases.disordered
    assert {phases.of(exchange(at(second))) for second in (10, 60, 110)} == {None}


def test_a_wide_window_is_not_cut_short_by_a_narrow_one() -> None:
    phases = Phases("first_launch")
    phases.mark(ZERO + datetime.timedelta(seconds=50), "consent_shown", within_s=30)
    phases.mark(ZERO + datetime.timedelta(seconds=60), "agreed")
    assert phases.of(exchange(at(70))) is None
    assert phases.of(exchange(at(80))) == "agreed"


def test_a_phase_tells_when_it_was() -> None:
    phases = stated(at(100), 5, "first_launch")
    assert phases.span("first_launch") == f"/{at(100)} ±5 s"
    assert phases.span("agreed") == f"{at(100)}/ ±5 s"
    assert phases.span("background") is None
    assert phases.span(None) is None
    assert Phases("refused").span("refused") is None
    phases.mark(ZERO + datetime.timedelta(seconds=200), "first_launch")
    assert phases.span("first_launch") == f"/{at(100)}, {at(200)}/ ±5 s"
