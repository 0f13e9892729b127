from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.importers import calls

FRAMES = (
    "android.telephony.TelephonyManager.getDeviceId",
    "com.example.sdk.a$b.a",
    "cn.app.Main.<init>",
)


@pytest.mark.parametrize(
    "written",
    [
        "android.telephony.TelephonyManager.getDeviceId",
        "android.telephony.TelephonyManager->getDeviceId",
        "android.telephony.TelephonyManager#getDeviceId()",
        "android.telephony.TelephonyManager::getDeviceId",
        "public java.lang.String android.telephony.TelephonyManager.getDeviceId(int)",
        "Landroid/telephony/TelephonyManager;->getDeviceId(I)Ljava/lang/String;",
    ],
)
def test_a_method_however_it_is_written(written: str) -> None:
    assert calls.method_of(written) == "android.telephony.TelephonyManager.getDeviceId"


@pytest.mark.parametrize(
    "written", ["", "getDeviceId", "1.2.3", "获取IMEI", "a b", "a.", "x" * 9999]
)
def test_what_names_no_method(written: str) -> None:
    assert calls.method_of(written) is None


def test_constructors() -> None:
    assert calls.method_of("java.io.File.$init") == "java.io.File.<init>"
    assert calls.method_of("java.io.File-><init>") == "java.io.File.<init>"


@pytest.mark.parametrize(
    "lines",
    [
        [f"   {frame}(Native Method)" for frame in FRAMES],
        ["java.lang.Exception", *(f"\tat {frame}(SourceFile:12)" for frame in FRAMES)],
        ["java.lang.Throwable: 1.2", *(f"\tat java.base/{frame}(A.java)" for frame in FRAMES)],
        [f"at app//{frame}(Unknown Source:2)" for frame in FRAMES],
        list(FRAMES),
    ],
)
def test_stacks_however_they_are_written(lines: list[str]) -> None:
    assert calls.frames_of(lines) == FRAMES


def test_a_stack_without_end_is_bounded() -> None:
    assert len(calls.frames_of(f"at a.b.c{n}(X)" for n in range(10_000))) == calls.MOST_FRAMES
    assert calls.frames_of(["at " + "a." * 100_000 + "b(X)"]) == ()


def test_what_stands_above_the_method_is_the_hooks() -> None:
    above = ("dalvik.system.VMStack.getThreadStackTrace", "java.lang.Thread.getStackTrace")
    assert calls.below((*above, *FRAMES), FRAMES[0]) == FRAMES[1:]
    assert calls.below(FRAMES, "a.b.c") == FRAMES


@given(st.integers(946_684_800, 4_102_444_799))
def test_numbers_of_any_unit_say_the_same_moment(second: int) -> None:
    for factor, unit in ((1, 1), (10**3, 10**3), (10**6, 10**3), (10**9, 10**3)):
        for value in (second * factor, str(second * factor)):
            told = calls.time_of(value)
            assert isinstance(told, float)
            assert told / unit == pytest.approx(second, abs=1e-3)


@given(st.datetimes(datetime.datetime(2000, 1, 1), datetime.datetime(2099, 12, 31)))
def test_written_times(time: datetime.datetime) -> None:
    assert calls.time_of(time.isoformat()) == time.isoformat()
    assert calls.time_of(f"{time.isoformat(' ')}+0800") == f"{time.isoformat()}+08:00"
    assert calls.time_of(f"{time.isoformat()}Z") == f"{time.isoformat()}+00:00"
    bare = f"{time.year}-{time.month}-{time.day} {time.hour}:{time.minute}:{time.second}"
    assert calls.time_of(bare) == time.replace(microsecond=0).isoformat()


@pytest.mark.parametrize("value", [None, True, "", "x", "2023-13-01 00:00:00", 0, -5, [], "9" * 40])
def test_what_is_no_time(value: object) -> None:
    assert calls.time_of(value) is None


def test_infinite_times_are_none() -> None:
    assert calls.time_of(float("inf")) is None
    assert calls.time_of(float("nan")) is None


def test_whether_small_figures_have_noughts() -> None:
    told = {"2023-05-09 01:02:03": True, "2023-5-9 1:2:3": False, "2023-10-10 10:10:10": None}
    for text, padded in told.items():
        face = calls.clockface(text)
        assert face is not None
        assert face.padded is padded


def test_months_later() -> None:
    face = calls.clockface("2023-0-31 23:59:59")
    assert face is not None
    assert face.iso() is None
    assert face.iso(1) == "2023-01-31T23:59:59"
    face = calls.clockface("2023-12-1 1:1:1")
    assert face is not None
    assert face.iso(1) == "2024-01-01T01:01:01"


def test_values_as_text() -> None:
    assert calls.text_of("a") == "a"
    assert calls.text_of({"a": [1, None]}) == '{"a":[1,null]}'
    assert len(calls.text_of(["x" * 9999])) == calls.LONGEST_WORDS
    assert calls.text_of(object()) == ""
