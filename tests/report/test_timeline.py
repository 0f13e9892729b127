"""The line of time draws what was recorded, in its order, and says what it leaves out."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.facts import (
    ConsentAnswered,
    DataAccessed,
    DataSent,
    DeviceRun,
    Fact,
    Phase,
    PhaseBegan,
    ScreenShown,
    Source,
    canonical,
    fact_id,
)
from scanner.model import Report
from scanner.report import timeline as drawing
from scanner.report.timeline import LEFT, LONGEST_GAP_S, TICK, WIDTH, timeline
from tests.report import example


def at(second: float) -> Source:
    minutes, rest = divmod(second, 60)
    return Source(evidence="e" * 64, time=f"2026-11-22T10:{int(minutes):02}:{rest:06.3f}+00:00")


RUN = DeviceRun(source=at(0), channel="device", package="cn.example.app")


def began(second: float, number: int, phase: Phase, within_ms: int = 0) -> PhaseBegan:
    return PhaseBegan(
        source=at(second), channel="device", number=number, phase=phase, within_ms=within_ms
    )


def read(second: float, phase: Phase | None = "first_launch") -> DataAccessed:
    return DataAccessed(
        source=at(second), channel="device", data_type="oaid", api=f"a.B.c{second}", phase=phase
    )


def of(*facts: Fact) -> Report:
    told = {fact_id(fact): msgspec.json.decode(canonical(fact)) for fact in facts}
    return replace(example.rich(), facts=told)


PACKET = DataSent(
    source=at(4), channel="traffic", data_type="oaid", host="log.example", phase="first_launch"
)
WHOLE = (
    RUN,
    began(0, 1, "first_launch"),
    ScreenShown(
        source=at(1), channel="device", screen="同意", screen_kind="consent", phase="consent_shown"
    ),
    read(3),
    PACKET,
    ConsentAnswered(source=at(9), channel="device", answer="agreed", control="同意"),
    began(9, 2, "agreed", within_ms=1000),
    read(12, "agreed"),
)


def test_without_a_run_nothing_is_drawn() -> None:
    assert timeline(of(*WHOLE[1:])) is None
    assert timeline(of(RUN)) is None


def test_what_happened_stands_in_its_order_and_in_its_lane() -> None:
    drawn = timeline(of(*WHOLE))
    assert drawn is not None
    assert [mark.lane for mark in drawn.marks] == ["screen", "access", "packet", "tap", "access"]
    weights = ["telling", "telling", "telling", "telling", "open"]
    assert [mark.weight for mark in drawn.marks] == weights
    assert [mark.time for mark in drawn.marks][:2] == ["10:00:01", "10:00:03"]
    assert [name for name, *_ in drawn.lanes] == ["screen", "tap", "access", "packet"]
    assert [band.phase for band in drawn.bands] == ["first_launch", "agreed"]
    assert (drawn.bands[0].before, drawn.bands[0].after) == (0, 0)
    assert drawn.bands[1].before > 0
    assert drawn.bands[1].after > 0
    assert (drawn.left_out, drawn.outside) == (0, 0)


def test_what_lies_in_no_phase_for_certain_is_drawn_apart() -> None:
    drawn = timeline(of(*WHOLE, read(8.5, None)))
    assert drawn is not None
    assert [mark.weight for mark in drawn.marks].count("unknown") == 1


def test_no_time_is_cut_off_at_the_edge() -> None:
    drawn = timeline(of(RUN, *(read(second, "agreed") for second in range(200))))
    assert drawn is not None
    assert max(tick.x for tick in drawn.ticks) <= WIDTH - TICK / 2


@given(st.lists(st.integers(0, 3_000_000), min_size=1, max_size=40, unique=True))
def test_later_is_never_drawn_before(milliseconds: list[int]) -> None:
    seconds = [each / 1000 for each in milliseconds]
    drawn = timeline(of(RUN, began(0, 1, "first_launch"), *(read(second) for second in seconds)))
    assert drawn is not None
    xs = [mark.x for mark in drawn.marks]
    assert xs == sorted(xs)
    assert all(LEFT <= x <= WIDTH for x in xs)
    assert len(xs) == len(seconds)


def test_a_long_wait_is_cut_short_and_shows_it() -> None:
    drawn = timeline(of(RUN, began(0, 1, "first_launch"), read(10), read(2000), read(2010)))
    assert drawn is not None
    first, second, third = (mark.x for mark in drawn.marks)
    assert (second - first) / (third - second) == pytest.approx(LONGEST_GAP_S / 10, rel=0.01)
    assert [tick.label for tick in drawn.ticks].count("") == 1


def test_what_is_too_much_to_be_drawn_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST_MARKS", 2)
    drawn = timeline(of(RUN, *(read(second, "agreed") for second in range(5)), read(60)))
    assert drawn is not None
    assert drawn.left_out == 4
    assert "10:01:00" in [mark.time for mark in drawn.marks], "what tells most is drawn first"


def test_packets_of_another_day_are_not_of_the_run() -> None:
    other = replace(PACKET, source=Source(time="2026-11-23T10:00:00+00:00"))
    drawn = timeline(of(*WHOLE, replace(other, host="late.example")))
    assert drawn is not None
    assert (drawn.left_out, drawn.outside) == (0, 1)


@pytest.mark.parametrize("time", [None, "", "yesterday", "9999-12-31T23:59:59-23:59"])
def test_a_fact_without_a_moment_is_left_out(time: str | None) -> None:
    odd = replace(read(5), source=Source(evidence="e" * 64, time=time), api="x.Y.z")
    drawn = timeline(of(*WHOLE, odd))
    assert drawn is not None
    assert fact_id(odd) not in [mark.fact for mark in drawn.marks]
