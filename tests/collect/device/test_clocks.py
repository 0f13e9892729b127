from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.clocks import FIRST, LAST, TIED_WITHIN_S, Clocks, Moment, seconds
from scanner.device_file import App, Clock, Mark, Run, Shift

T0 = 1_750_000_000.0
OFFSETS = st.floats(-5_000, 5_000)


def run(shift: Shift | None = None, clocks: dict[str, Clock] | None = None) -> Run:
    return Run(app=App(package="cn.example.app"), clock=shift, clocks=clocks or {})


def tie(host: float, device: float) -> Mark:
    return Mark(sync={"host": host, "device": device})


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("2025-06-15T15:06:40Z", T0),
        ("2025-06-15T23:06:40+08:00", T0),
        ("2025-06-15T15:06:40", None),  # by which clock?
        (T0, T0),
        (T0 * 1000, T0),
        (int(T0 * 1000), T0),
        (FIRST - 1, None),
        (LAST, None),
        (-1.0, None),
        (0.0, None),
        (math.nan, None),
        (math.inf, None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_time_is_read_or_is_none(time: str | float | None, read: float | None) -> None:
    assert seconds(time) == read


@given(st.floats() | st.text(max_size=40))
def test_no_time_is_ever_out_of_range(time: float | str) -> None:
    read = seconds(time)
    assert read is None or -3e9 < read < 5e9


@given(OFFSETS, st.floats(0, 10), st.floats(-1, 1), st.floats(0, 3))
def test_the_true_moment_lies_in_what_a_measured_offset_allows(
    offset: float, within: float, error: float, own: float
) -> None:
    clocks = Clocks(run(Shift(offset_s=offset, within_s=within)), [])
    truth = T0 + 100
    shown = truth + offset + error * within  # what the phone's clock said
    moment = clocks.of("events.jsonl", shown, own)
    assert moment is not None and moment.within >= own
    assert moment.earliest - 1e-5 <= truth <= moment.latest + 1e-5


@given(st.lists(st.tuples(OFFSETS, st.floats(-1, 1)), min_size=1, max_size=6))
def test_several_ties_allow_what_each_of_them_allows(ties: list[tuple[float, float]]) -> None:
    marks = [tie(T0 + n, T0 + n + ahead) for n, (ahead, _) in enumerate(ties)]
    clocks = Clocks(run(), marks)
    for ahead, error in ties:
        shown = T0 + 50 + ahead + error * TIED_WITHIN_S
        moment = clocks.of("events.jsonl", shown)
        assert moment is not None
        assert moment.earliest - 1e-5 <= T0 + 50 <= moment.latest + 1e-5


def test_what_nobody_tied_together_may_be_off_by_anything() -> None:
    clocks = Clocks(run(), [])
    assert clocks.of("screens.jsonl", T0) == Moment(T0, 0.0)
    assert clocks.of("events.jsonl", T0) == Moment(T0, math.inf)
    assert not clocks.tied("events.jsonl") and clocks.tied("taps.jsonl")
    assert math.isinf(clocks.within)


def test_one_clock_for_everything_needs_no_tie() -> None:
    parts = ("events", "screens", "taps", "marks", "processes", "states", "sockets")
    clocks_of: dict[str, Clock] = {f"{part}.jsonl": "device" for part in parts}
    clocks_of["connections.csv"] = "device"
    clocks = Clocks(run(clocks=clocks_of), [])
    assert clocks.of("events.jsonl", T0, 0.5) == Moment(T0, 0.5)


@pytest.mark.parametrize("within", [math.nan, -2.0, None])
def test_an_uncertainty_that_is_none_is_read_safely(within: float | None) -> None:
    moment = Clocks(run(), []).of("taps.jsonl", T0, within)
    assert moment is not None and moment.within == (2.0 if within == -2.0 else 0.0)


def test_an_offset_that_is_no_number_ties_nothing_surely() -> None:
    assert math.isinf(Clocks(run(Shift(offset_s=math.nan)), []).within)
    assert math.isinf(Clocks(run(Shift(offset_s=1.0, within_s=math.inf)), []).within)


def test_how_far_a_clock_is_ahead_is_told_where_somebody_measured_it() -> None:
    clocks = Clocks(run(Shift(offset_s=-3.5)), [])
    assert clocks.ahead("connections.csv") == -3.5 and clocks.ahead("taps.jsonl") == 0.0
    assert Clocks(run(), []).ahead("connections.csv") == 0.0


def test_a_moment_is_written_to_the_millisecond() -> None:
    assert Moment(T0 + 0.0625).iso == "2025-06-15T15:06:40.062+00:00"
