from __future__ import annotations

import datetime
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.traffic.phases import MARKED_WITHIN_S
from scanner.collect.traffic.run_phases import APART, DISORDERED, FARTHEST, UNTIMED, RunPhases
from scanner.facts import Phase, PhaseBegan, Source

ZERO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def at(second: float) -> str:
    return (ZERO + datetime.timedelta(seconds=second)).isoformat()


def began(number: int, second: float | None, phase: Phase | None, within: float | None = 0) -> Any:
    return PhaseBegan(
        source=Source(time=None if second is None else at(second)),
        channel="device",
        number=number,
        phase=phase,
        within_ms=None if within is None else round(within * 1000),
    )


RUN = [
    began(1, 0, "first_launch"),
    began(2, 60, "consent_shown", 1),
    began(3, 90, "agreed", 12),
    began(4, 200, None),
]


@pytest.mark.parametrize(
    ("second", "phase"),
    [
        (-6, None),
        (4.9, None),
        (5, "first_launch"),
        (54.9, "first_launch"),
        (55, None),  # nobody set the proxy's clock: five seconds at least
        (65, "consent_shown"),
        (78, None),
        (101, None),
        (102, "agreed"),
        (205, None),
        (9000, None),
    ],
)
def test_a_request_has_the_phase_in_which_the_run_was(second: float, phase: Phase | None) -> None:
    assert RunPhases(RUN).phases.between(at(second)) == phase
    assert RunPhases(RUN[::-1]).phases.between(at(second)) == phase


def test_a_phase_tells_when_it_was() -> None:
    assert RunPhases(RUN[:2]).phases.span("first_launch") == f"{at(0)}/{at(60)} ±5 s"


def test_a_wide_uncertainty_after_a_narrow_one_takes_no_order_for_granted() -> None:
    run = RunPhases([began(1, 60, "consent_shown", 0), began(2, 70, "agreed", 40)])
    assert run.why is None
    assert [run.phases.between(at(second)) for second in (56, 66, 80, 109)] == [None] * 4
    assert run.phases.between(at(111)) == "agreed"


@pytest.mark.parametrize(
    ("run", "why"),
    [
        ([], UNTIMED),
        ([began(1, None, "agreed")], UNTIMED),
        ([began(1, 0, "first_launch"), began(2, 60, "agreed", None)], UNTIMED),
        ([began(1, 60, "first_launch"), began(2, 0, "agreed")], DISORDERED),
    ],
)
def test_a_run_whose_moments_are_not_known_has_no_phases(run: list[PhaseBegan], why: Any) -> None:
    found = RunPhases(run)
    assert found.why == why
    assert not found.begin(at(0))
    assert found.phases.between(at(500)) is None


def test_a_recording_of_another_time_has_no_phases() -> None:
    late = RunPhases(RUN[:3])
    after = 90 + FARTHEST.total_seconds() + 1
    assert late.begin(at(after))
    assert late.phases.between(at(after)) is None
    early = RunPhases(RUN[:3])
    assert not early.begin(at(-400))
    assert early.phases.between(at(-400)) is None
    for run in (late, early):
        run.end()
        assert run.why == APART
    within = RunPhases(RUN[:3])
    assert not within.begin(at(-400))
    assert not within.begin(at(after))
    assert within.phases.between(at(after)) == "agreed"
    within.end()
    assert within.why is None


@pytest.mark.parametrize(
    ("hours", "second", "phase"),
    [(24, 2000, "agreed"), (24, 23.9 * 3600, None), (0.5, 1790, "agreed"), (24, 86_410, "refused")],
)
def test_of_several_runs_each_has_its_phases(hours: float, second: float, phase: Any) -> None:
    second_run = [
        msgspec.structs.replace(one, source=Source(evidence="cd" * 32, time=one.source.time))
        for one in (began(1, hours * 3600, "refused"), began(2, hours * 3600 + 100, "background"))
    ]
    first_run = RUN[:3]
    for run in ([*first_run, *second_run], [*second_run, *first_run]):
        assert RunPhases(run).phases.between(at(second)) == phase


_PHASES = st.sampled_from(get_args(Phase))


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), _PHASES), min_size=1, max_size=6),
    st.data(),
)
def test_no_order_inside_the_uncertainty_gives_another_phase(
    edges: list[tuple[int, int, Phase]], data: st.DataObject
) -> None:
    """Whatever the true moments were within what is stated, a phase that is told is right."""
    edges = sorted(edges, key=lambda edge: edge[0])
    run = RunPhases([began(n, *edge[::2], edge[1]) for n, edge in enumerate(edges, 1)])
    true, latest = [], -100.0
    for time, within, phase in edges:
        off = max(within, MARKED_WITHIN_S)
        low, high = max(time - off, latest), time + off
        if low > high:  # no such order is possible
            return
        latest = data.draw(st.floats(low, high))
        true.append((latest, phase))
    second = data.draw(st.floats(-20, 90))
    told = run.phases.between(at(second))
    expected = [phase for time, phase in true if time <= second]
    assert told is None or told == (expected[-1] if expected else None)
