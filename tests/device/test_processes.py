from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.device.processes import App, Watched
from scanner.device_file import Process

ME = App("cn.example.torch", 10123)
MAIN = "cn.example.torch/cn.example.torch.MainActivity"
START = f"am_proc_start: [0,4321,10123,cn.example.torch,pre-top-activity,{{{MAIN}}}]"


def line(words: str, time: float = 1700000000.5) -> bytes:
    return f"{time:19.3f}  1500  1650 I {words}".encode()


def read(*lines: bytes, app: App = ME) -> list[Process]:
    watched = Watched(app)
    return [one for each in lines for one in watched.take(each)] + watched.rest()


def test_a_start_with_its_component() -> None:
    [one] = read(line(START))
    assert (one.time, one.event, one.process, one.uid, one.pid) == (
        *(1700000000.5, "started", "cn.example.torch", 10123, 4321),
    )
    assert (one.kind, one.component) == (*("activity", MAIN),)


def test_who_asked_for_it_stands_in_another_log() -> None:
    started = "am_proc_start: [0,99,10123,cn.example.torch:push,service,{cn.example.torch/.Push}]"
    begun = "ActivityManager: Start proc 99:cn.example.torch:push/u0a123 for service"
    asked = f"{begun} {{cn.example.torch/.Push}} caller=com.other.app"
    [one] = read(line(started), line(asked))
    assert (one.process, one.package, one.caller, one.kind) == (
        *("cn.example.torch:push", "cn.example.torch", "com.other.app", "service"),
    )
    [alone] = read(line(started), line(asked.replace("proc 99:", "proc 98:")))
    assert alone.caller is None


def test_an_app_that_ours_wakes_is_told_and_others_are_not() -> None:
    started = "am_proc_start: [0,77,10999,com.other.app,service,{com.other.app/.Daemon}]"
    begun = "ActivityManager: Start proc 77:com.other.app/u0a999 for service"
    asked = f"{begun} {{com.other.app/.Daemon}} caller="
    [woken] = read(line(started), line(asked + "cn.example.torch"))
    assert (woken.package, woken.caller) == ("com.other.app", "cn.example.torch")
    assert read(line(started), line(asked + "com.third.app")) == []
    assert read(line(started)) == []
    assert read(line("am_proc_died: [0,77,com.other.app,0,2]")) == []


def test_ends_and_their_reason() -> None:
    died = "am_proc_died: [0,4321,cn.example.torch,0,2]"
    killed = "am_kill : [0,4321,cn.example.torch,900,remove task,123456]"
    one, other = read(line(died), line(killed))
    assert (one.event, one.pid, one.reason) == ("died", 4321, None)
    assert (other.event, other.reason) == ("died", "remove task")


def test_a_process_under_a_name_of_its_own_is_known_by_its_start() -> None:
    started = "am_proc_start: [0,55,10123,com.vendor.daemon,service,{cn.example.torch/.S}]"
    [one] = read(line(started))
    assert one.uid == 10123
    assert read(line("am_proc_died: [0,55,com.vendor.daemon,0,2]")) == []


@pytest.mark.parametrize(
    "words",
    [
        *("am_proc_start: [0,x,10123,cn.example.torch,service,{}]", "am_proc_start: [0]"),
        *("am_proc_start: []", "am_proc_start: [0,1,10123,../../etc/passwd,service,{}]"),
        *("am_proc_start: [0,1,10123,cn.example.torch\x1b[2J,service,{}]", "am_proc_died: [,,]"),
        *("am_proc_start: [0,99999999999999,10123,cn.example.torch,service,{}]", "other: [1]"),
    ],
)
def test_lines_that_say_something_else(words: str) -> None:
    assert read(line(words)) == []
    assert read(words.encode()) == []


@given(st.lists(st.one_of(st.binary(max_size=120), st.just(line(START)))))
def test_lines_of_any_kind_break_nothing(lines: list[bytes]) -> None:
    told = read(*lines)
    assert len(told) == lines.count(line(START))
