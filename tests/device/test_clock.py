from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.device.clock import Asked, ask, shift, spanned
from scanner.device.wire import find_phone
from scanner.device_file import Shift
from tests.device.adb_server import Send, serving
from tests.device.phones import FakePhone

WAYS = st.sampled_from([1e-9, 1e-3, 1.0])


@given(
    st.floats(-1e6, 1e6),
    st.lists(st.tuples(st.floats(0, 2), st.floats(0, 2), WAYS), min_size=1, max_size=9),
)
def test_the_true_offset_always_lies_within_the_bounds(
    offset: float, ways: list[tuple[float, float, float]]
) -> None:
    """Whatever the delays there and back: a bound that can be wrong would place events wrongly."""
    answers, now = [], 1.7e9
    for there, back, resolution in ways:
        read = now + there + offset
        told = read if resolution < 1e-6 else read - read % resolution
        answers.append(Asked(now, told, now + there + back, resolution))
        now += there + back + 0.01
    found = shift(answers)
    assert found is not None
    assert abs(found.offset_s - offset) <= found.within_s + 1e-5


def test_the_quickest_answer_bounds_best() -> None:
    slow = Asked(100.0, 151.0, 104.0, 1e-9)
    quick = Asked(110.0, 160.02, 110.04, 1e-9)
    found = shift([slow, quick])
    assert found is not None
    assert found.offset_s == pytest.approx(50.0)
    assert found.within_s == pytest.approx(0.02, abs=1e-4)


def test_a_clock_that_was_set_meanwhile_is_told_with_wide_bounds() -> None:
    found = shift([Asked(0, 50.0, 0.1, 1e-9), Asked(1, 11.0, 1.1, 1e-9)])
    assert found is not None
    assert found.offset_s - found.within_s < 10
    assert found.offset_s + found.within_s > 49.9


@given(
    st.lists(st.builds(Shift, offset_s=st.floats(-99, 99), within_s=st.floats(0, 9)), min_size=1)
)
def test_one_offset_for_the_run_covers_those_at_its_ends(shifts: list[Shift]) -> None:
    whole = spanned([None, *shifts])
    assert whole is not None
    for one in shifts:
        assert whole.offset_s - whole.within_s <= one.offset_s - one.within_s + 1e-5
        assert whole.offset_s + whole.within_s >= one.offset_s + one.within_s - 1e-5


def test_without_an_answer_nothing_is_said() -> None:
    assert shift([]) is None
    assert spanned([None]) is None


@pytest.mark.parametrize("skew", [0.0, 3600.25, -86400.5])
def test_a_phone_over_the_wire(skew: float) -> None:
    with serving(P1=FakePhone(skew=skew)) as server:
        found = shift(ask(find_phone(server.address)))
    assert found is not None
    assert abs(found.offset_s - skew) <= found.within_s < 1.0


def test_an_older_phone_tells_whole_seconds_only() -> None:
    phone = FakePhone(skew=12.0)

    def date(send: Send) -> int:
        send(b"%d.N\n" % phone.now)
        return 0

    def whole(send: Send) -> int:
        send(b"%d\n" % phone.now)
        return 0

    phone.taken["date +%s.%N"] = date
    phone.taken["echo $EPOCHREALTIME"] = lambda send: 0
    phone.taken["date +%s"] = whole
    phone.taken = {name: phone.taken[name] for name in sorted(phone.taken, key=len, reverse=True)}
    with serving(P1=phone) as server:
        found = shift(ask(find_phone(server.address)))
    assert found is not None
    assert abs(found.offset_s - 12.0) <= found.within_s <= 1.0


def test_nonsense_is_no_time() -> None:
    phone = FakePhone()
    said = itertools.cycle([b"\x00" * 50, b"1e308\n", b"9" * 400, b"tomorrow\n"])

    def date(send: Send) -> int:
        send(next(said))
        return 0

    phone.taken["date"] = phone.taken["echo"] = date
    with serving(P1=phone) as server:
        assert ask(find_phone(server.address)) == []
