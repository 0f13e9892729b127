from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.importers import frida_lines
from scanner.collect.device.importers.frida_lines import read_lines
from scanner.device_file import Event

IMEI = "android.telephony.TelephonyManager.getDeviceId"
STACK = ["java.lang.Exception", f"\tat {IMEI}(Native Method)", "\tat com.sdk.A.b(A.java:3)"]


def read(*lines: object) -> list[Event]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return list(read_lines(io.BytesIO(text.encode())).events)


PAYLOAD = {
    "timestamp": 1_700_000_000_123,
    "class": "android.telephony.TelephonyManager",
    "method": "getDeviceId",
    "args": [0, "a", None],
    "stackTrace": "\n".join(STACK),
    "retval": "35",
    "pid": 77,
    "uid": "10123",
    "packageName": "cn.app",
    "threadName": "main",
}
CALL = Event(
    time=1_700_000_000_123.0,
    api=IMEI,
    uid=10123,
    pid=77,
    package="cn.app",
    thread="main",
    args=("0", "a", "null"),
    stack=("com.sdk.A.b",),
    result="35",
    outcome="value",
)


@pytest.mark.parametrize(
    "line",
    [
        PAYLOAD,
        {"type": "send", "payload": PAYLOAD},
        {"type": "send", "payload": json.dumps(PAYLOAD)},
        {"type": "send", "time": 1.5e9, "payload": PAYLOAD},
        f"message: { ({'type': 'send', 'payload': PAYLOAD})!r} data: None",
        json.dumps(PAYLOAD) + ",",
        "\ufeff" + json.dumps(PAYLOAD),
    ],
)
def test_a_message_however_it_was_logged(line: object) -> None:
    assert read(line) == [CALL]
    text = line if isinstance(line, str) else json.dumps(line)
    assert frida_lines.looks_like(text.encode())


@pytest.mark.parametrize(
    "stack",
    [
        STACK,
        STACK[1:],
        "\r\n".join(STACK),
        [{"class": "com.sdk.A", "method": "b", "line": 3}],
        [{"className": "com.sdk.A", "methodName": "b"}],
    ],
)
def test_stacks(stack: object) -> None:
    (event,) = read({"ts": 1.7e9, "api": IMEI, "backtrace": stack})
    assert event.stack == ("com.sdk.A.b",)


def test_what_camilles_script_sends() -> None:
    line = {
        "type": "notice",
        "time": "2023-5-5 8:3:1",
        "action": "获取电话相关信息",
        "messages": "获取IMEI",
        "arg": '参数0："a"\r\n参数1：2\r',
        "stacks": f"   {IMEI}(Native Method)\r\n   com.sdk.A.b(A.java:3)\r\n",
    }
    (event,) = read({"type": "send", "payload": line})
    assert event == Event(
        time="2023-06-05T08:03:01", api=IMEI, args=("a", "2"), stack=("com.sdk.A.b",)
    )


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({}, None),
        ({"ret": None}, "empty"),
        ({"ret": ""}, "empty"),
        ({"ret": "null"}, "empty"),
        ({"ret": "undefined"}, None),
        ({"ret": 0}, "value"),
        ({"result": "x"}, "value"),
        ({"exception": "java.lang.SecurityException: no"}, "denied"),
        ({"exception": "java.io.IOException"}, "error"),
        ({"outcome": "denied", "ret": "x"}, "denied"),
    ],
)
def test_what_a_call_gave(said: dict[str, object], outcome: str | None) -> None:
    (event,) = read({"api": IMEI, "time": 1.7e9, **said})
    assert event.outcome == outcome


def test_the_time_of_the_logger_stands_in() -> None:
    (event,) = read({"type": "send", "timestamp": 1.7e9, "payload": {"api": IMEI}})
    assert event.time == 1.7e9


def test_lines_that_cannot_be_read_are_counted_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frida_lines, "LONGEST_LINE", 200)
    monkeypatch.setattr(frida_lines, "_CHUNK", 7)
    lines = [
        b"[Pixel 6::cn.app ]-> ",
        b'{"time": 1700000000, "api": "a.B.c"}',
        b'{"time": 1700000000, "api": "' + b"x" * 999,
        b'{"type": "error", "description": "ReferenceError", "stack": "x"}',
        b'{"type": "send", "payload": {"hello": 1}}',
        b'{"type": "send", "payload": [1]}',
        b'{"type": "log", "level": "info", "payload": "hello"}',
        b'{"api": "a.B.c", "time": "soon"}',
        b"",
        b'{"api": "a.B.d", "time": 1700000000.5',
    ]
    imported = read_lines(io.BytesIO(b"\n".join(lines)))
    assert [(at, event.time) for at, event in imported.placed] == [
        ("line 2", 1.7e9),
        ("line 8", ""),
    ]
    told = {broken.at: broken.reason for broken in imported.reads}
    assert told["line 3"] == frida_lines.TOO_LONG
    assert told["line 4"] == frida_lines.SCRIPT_FAILED
    assert told["line 8"] == frida_lines.NO_TIME
    assert told["line 1"].en == f"{frida_lines.NO_JSON.en} (2 times in all)"
    assert told["line 5"].en == f"{frida_lines.NO_CALL.en} (2 times in all)"
    assert not imported.whole


def test_files_without_end_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frida_lines, "MOST_LINES", 2)
    imported = read_lines(io.BytesIO(json.dumps(PAYLOAD).encode() * 1 + b"\n{}" * 5))
    assert len(list(imported.events)) == 1
    assert imported.reads[-1].rest


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"api":' * 50_000,
        "message: " + "{'a':" * 9000 + "}",
        "{" + "-" * 9000 + "1}",
    ],
)
def test_nested_without_end(line: str) -> None:
    assert read(line) == []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(
    [*PAYLOAD, "type", "payload", "api", "exception", "ret", "action", "messages"]
)


@given(st.dictionaries(keys, values, max_size=8))
def test_any_members_are_read_or_refused_without_a_fault(members: dict[str, object]) -> None:
    imported = read_lines(io.BytesIO(json.dumps(members).encode()))
    for event in imported.events:
        assert "." in event.api
    imported.reads  # noqa: B018 - can be told


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_without_a_fault(data: bytes) -> None:
    assert len(list(read_lines(io.BytesIO(b"message: {" + data)).events)) == 0
    frida_lines.looks_like(data)
