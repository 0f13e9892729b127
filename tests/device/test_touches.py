from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.device.touches import WITHIN_S, Fingers, Glass, glass
from scanner.device_file import Tap
from tests.device.phones import DEVICES

SCREEN = Glass("/dev/input/event3", (2159, 4799), (1080, 2400))


def event(time: float, words: str, device: int = 3) -> bytes:
    kind, name, value = words.split()
    return f"[{time:15.6f}] /dev/input/event{device}: {kind:<12} {name:<20} {value}   ".encode()


def touch(
    time: float, x: int, y: int, *, to: tuple[int, int] | None = None, held: float = 0.08
) -> list[bytes]:
    """Give what getevent -lt prints for a finger."""
    moved = (
        []
        if to is None
        else [
            f"EV_ABS ABS_MT_POSITION_X {to[0]:08x}",
            f"EV_ABS ABS_MT_POSITION_Y {to[1]:08x}",
            "EV_SYN SYN_REPORT 00000000",
        ]
    )
    down = [
        *("EV_ABS ABS_MT_TRACKING_ID 00000021", "EV_KEY BTN_TOUCH DOWN"),
        *(f"EV_ABS ABS_MT_POSITION_X {x:08x}", f"EV_ABS ABS_MT_POSITION_Y {y:08x}"),
        "EV_SYN SYN_REPORT 00000000",
    ]
    up = ["EV_ABS ABS_MT_TRACKING_ID ffffffff", "EV_KEY BTN_TOUCH UP", "EV_SYN SYN_REPORT 00000000"]
    early = [event(time, words) for words in (*down, *moved)]
    return early + [event(time + held, words) for words in up]


def taps(lines: list[bytes], delay: float = 1000.0, rotation: int = 0) -> list[Tap]:
    fingers = Fingers(SCREEN)
    found = [fingers.take(line, float(line[1:16]) + delay, rotation) for line in lines]
    return [tap for tap in found if tap is not None]


def test_the_touch_screen_is_found_among_the_devices() -> None:
    assert glass(DEVICES, "Physical size: 1080x2400\n") == SCREEN
    resized = glass(DEVICES, "Physical size: 1080x2400\nOverride size: 720x1600\n")
    assert resized is not None
    assert resized.pixels == (720, 1600)
    assert (
        glass("could not open /dev/input/event3, Permission denied", "Physical size: 9x9") is None
    )
    assert glass(DEVICES, "") is None


def test_a_tap_is_told_when_the_finger_is_lifted() -> None:
    [tap] = taps(touch(50.0, 1000, 2400))
    assert (tap.action, tap.x, tap.y) == ("tap", 500, 1200)
    assert tap.time == pytest.approx(1050.08)
    assert tap.within_s == WITHIN_S


def test_a_finger_that_travels_is_a_swipe_and_one_that_trembles_is_none() -> None:
    [swipe] = taps(touch(1.0, 1000, 4000, to=(1000, 1000)))
    assert (swipe.action, swipe.y) == ("swipe", 2000)
    [tap] = taps(touch(1.0, 1000, 4000, to=(1010, 4010)))
    assert tap.action == "tap"


def test_a_long_press_widens_the_time() -> None:
    [tap] = taps(touch(1.0, 5, 5, held=1.5))
    assert tap.within_s == pytest.approx(1.5)


def test_values_that_do_not_change_are_not_repeated_by_the_kernel() -> None:
    again = [line for line in touch(9.0, 1000, 2400) if b"POSITION_X" not in line]
    assert [tap.x for tap in taps(touch(1.0, 1000, 2400) + again)] == [500, 500]


@pytest.mark.parametrize(
    ("rotation", "at"), [(0, (10, 20)), (1, (20, 1069)), (2, (1069, 2379)), (3, (2379, 10))]
)
def test_a_turned_screen(rotation: int, at: tuple[int, int]) -> None:
    [tap] = taps(touch(1.0, 20, 40), rotation=rotation)
    assert (tap.x, tap.y) == at


def test_keys_and_other_devices() -> None:
    keys = [event(1.0, "EV_KEY KEY_BACK DOWN", 0), event(1.1, "EV_KEY KEY_BACK UP", 0)]
    assert [(tap.action, tap.x) for tap in taps(keys)] == [("back", None)]
    assert taps([line.replace(b"event3", b"event9") for line in touch(1.0, 5, 5)]) == []


def test_a_line_that_was_held_up_is_placed_by_the_phones_own_time() -> None:
    fingers = Fingers(SCREEN)
    lines = [*touch(1.0, 5, 5), *touch(2.0, 5, 5)]
    delays = [1000.0] * 8 + [1007.0] * 8  # adb was busy for seven seconds
    found = [
        fingers.take(line, float(line[1:16]) + delay)
        for line, delay in zip(lines, delays, strict=True)
    ]
    assert [tap.time for tap in found if tap] == pytest.approx([1001.08, 1002.08])


@given(st.lists(st.one_of(st.binary(max_size=80), st.sampled_from(touch(3.0, 7, 7)))))
def test_lines_of_any_kind_break_nothing(lines: list[bytes]) -> None:
    fingers = Fingers(SCREEN)
    for line in lines:
        tap = fingers.take(line, 99.0)
        assert tap is None or float(tap.time) <= 99.0
