from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.traffic.frequency import Frequencies, Often

IMEI = ("imei", "known")
ZERO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def at(second: float) -> str:
    return (ZERO + datetime.timedelta(seconds=second)).isoformat()


def counted(seconds: list[float], **said: bool | None) -> Often | None:
    frequencies = Frequencies()
    for second in seconds:
        frequencies.add([IMEI], "a.test", at(second), by_subject=said.get("by_subject"))
    return frequencies.of(IMEI, "a.test")


@given(st.lists(st.integers(0, 600), min_size=1, max_size=60))
def test_the_fullest_minute_is_what_counting_every_window_gives(seconds: list[int]) -> None:
    ordered = sorted(seconds)
    fullest = max(sum(one <= other < one + 60 for other in ordered) for one in ordered)
    assert counted([float(one) for one in ordered]) == Often(len(ordered), fullest, None)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_within_a_minute_the_order_does_not_matter(seconds: list[int]) -> None:
    assert counted([float(one) for one in seconds]) == Often(len(seconds), len(seconds), None)


def test_one_without_a_time_leaves_the_rate_unknown() -> None:
    frequencies = Frequencies()
    frequencies.add([IMEI], "a.test", at(0), by_subject=None)
    frequencies.add([IMEI], "a.test", "", by_subject=None)
    assert frequencies.of(IMEI, "a.test") == Often(2, None, None)


def test_all_by_the_subject_only_if_each_was() -> None:
    frequencies = Frequencies()
    for said in (True, True):
        frequencies.add([("oaid", "known")], "a.test", at(0), by_subject=said)
    for mixed in (True, None):
        frequencies.add([IMEI], "a.test", at(0), by_subject=mixed)
    both, some = frequencies.of(("oaid", "known"), "a.test"), frequencies.of(IMEI, "a.test")
    assert both is not None
    assert both.by_subject is True
    assert some is not None
    assert some.by_subject is None


def test_kinds_ways_of_matching_and_hosts_are_counted_apart() -> None:
    frequencies = Frequencies()
    frequencies.add([IMEI, ("mac", "known")], "a.test", at(0), by_subject=True)
    frequencies.add([IMEI], "b.test", at(0), by_subject=True)
    assert frequencies.of(IMEI, "a.test") == Often(1, 1, True)
    assert frequencies.of(("imei", "pattern"), "a.test") is None
    assert frequencies.of(("mac", "known"), "b.test") is None
