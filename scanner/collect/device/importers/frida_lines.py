"""Lines that people log of Frida's messages: JSON, or as its own console prints them.

A line is a message ({"type": "send", "payload": ...}), or its payload alone; the payload an object,
or the same as text. Names of members differ from script to script; those that are read are listed
here. A script that sends neither class nor method, but a stack, means the method on top of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, get_args

import msgspec

from scanner.broken import Broken
from scanner.collect.device.importers import camille
from scanner.collect.device.importers.calls import (
    MOST_ARGUMENTS,
    MOST_FRAMES,
    below,
    frames_of,
    method_of,
    text_of,
    time_of,
)
from scanner.collect.device.importers.imported import Imported, Losses
from scanner.device_file import Event, Outcome, Time
from scanner.model import Words

LONGEST_LINE = 1 << 20
"""Bytes of one line."""
MOST_LINES = 2_000_000
"""Lines of one file."""
LONGEST_PRINTED = 1 << 16
"""Characters of a message in the form in which Python prints it, which is slower to read."""
_CHUNK = 1 << 16
_Members = Mapping[Any, Any]
_PRINTED = re.compile(r"(?:message: )?(\{.*\})(?: data: .*)?", re.DOTALL)

_METHODS = ("api", "method", "methodName", "method_name", "function", "func", "signature")
_CLASSES = ("class", "className", "class_name", "clazz", "cls")
_TIMES = ("time", "ts", "timestamp", "timeStamp", "time_ms", "datetime", "date", "alert_time")
_ARGUMENTS = ("args", "arguments", "arg", "params", "parameters", "argv")
_STACKS = ("stack", "stacks", "stackTrace", "stacktrace", "stack_trace", "backtrace", "trace")
_RESULTS = ("ret", "result", "retval", "returnValue", "return_value", "return", "value")
_RAISED = ("exception", "error", "thrown")
_PACKAGES = ("package", "packageName", "package_name", "pkg", "app")
_PROCESSES = ("process", "processName", "process_name")
_THREADS = ("thread", "threadName", "thread_name")
_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_OF_CAMILLE = {"action", "messages", "arg", "stacks"}
"""Members of what camille's script sends, and AppScan's, which comes from it."""
NO_JSON = Words("不是 JSON 对象", "it is no JSON object")
NO_CALL = Words("未说明调用了哪个方法", "it names no method that was called")
NO_TIME = Words("没有时间或时间无效", "it tells no time")
SCRIPT_FAILED = Words("Frida 脚本报错", "the Frida script failed")
TOO_LONG = Words(f"一行超过 {LONGEST_LINE >> 20} MB", f"it is longer than {LONGEST_LINE >> 20} MB")


def read_lines(stream: BinaryIO) -> Imported:
    """Read such a file."""
    losses = Losses()
    return Imported(_calls(stream, losses), losses, tool="Frida")


def looks_like(begin: bytes) -> bool:
    """Tell from its first bytes whether a file holds such lines: one of them names a call."""
    lines = begin.split(b"\n")
    whole = lines[:-1] if len(lines) > 1 else lines
    return any(isinstance(_read(line), Event) for line in whole[:200])


def _calls(stream: BinaryIO, losses: Losses) -> Iterator[tuple[str, Event]]:
    for number, line in enumerate(_lines(stream), start=1):
        at = f"line {number}"
        if number > MOST_LINES:
            reason = Words(
                f"超过 {MOST_LINES} 行，其后未读取",
                f"over {MOST_LINES} lines; what follows was not read",
            )
            losses.end(Broken(at=at, reason=reason, rest=True))
            return
        found = TOO_LONG if line is None else _read(line)
        if isinstance(found, Event):
            if found.time == "":
                losses.add(at, NO_TIME)
            yield at, found
        elif found is not None:
            losses.add(at, found)


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Give each line; None for one that is too long."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_CHUNK)
        yield None


def _read(line: bytes) -> Event | Words | None:
    """Give the call of a line; why there is none; or None for a line that says nothing of calls."""
    line = line.strip().removeprefix(b"\xef\xbb\xbf")
    if not line or line in (b"[", b"]"):
        return None
    said = _object(line)
    if said is None:
        return NO_JSON
    if said.get("type") == "error" and "stack" in said and "description" in said:
        return SCRIPT_FAILED
    if said.get("type") == "log" and "payload" in said:
        return None
    outer = {key: value for key, value in said.items() if key != "payload"}
    payload = said.get("payload") if "payload" in said else said
    if isinstance(payload, str):
        payload = _object(payload.encode()) or {}
    return _event(payload, outer) or NO_CALL if isinstance(payload, dict) else NO_CALL


def _object(line: bytes) -> dict[str, object] | None:
    try:
        read = msgspec.json.decode(line.rstrip(b",").strip())
    except (msgspec.MsgspecError, ValueError, RecursionError):
        read = _printed(line)
    return read if isinstance(read, dict) else None


def _printed(line: bytes) -> object:
    """Read a message as Python prints it; None for what is none."""
    if len(line) > LONGEST_PRINTED:
        return None
    match = _PRINTED.fullmatch(line.decode("utf-8", "replace"))
    if match is None:
        return None
    try:
        return ast.literal_eval(match.group(1))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def _event(payload: _Members, outer: _Members) -> Event | None:
    frames = _frames(_first(payload, _STACKS))
    api = _method(payload) or (frames[0] if frames else None)
    if api is None:
        return None
    of_camille = payload.keys() >= _OF_CAMILLE
    args = _first(payload, _ARGUMENTS)
    result = _first(payload, _RESULTS)
    return Event(
        time=_time(payload, outer, of_camille=of_camille),
        api=api,
        uid=_number(payload, outer, "uid"),
        pid=_number(payload, outer, "pid"),
        package=_name(payload, outer, _PACKAGES),
        process=_name(payload, outer, _PROCESSES),
        thread=_name(payload, outer, _THREADS),
        args=camille.arguments_of(str(args)) if of_camille else _arguments(args),
        stack=below(frames, api) if frames else None,
        result=None if result is None else text_of(result),
        outcome=_outcome(payload),
    )


def _time(payload: _Members, outer: _Members, *, of_camille: bool) -> Time:
    """Give the time of a call; the empty text where it says none."""
    said = _first(payload, _TIMES)
    if of_camille and isinstance(said, str):
        return camille.time_of_line(said) or ""
    time = time_of(said)
    if time is None:
        time = time_of(_first(outer, _TIMES))
    return "" if time is None else time


def _method(payload: _Members) -> str | None:
    """Give the method that was called, by one member or by two."""
    holder = _first(payload, _CLASSES)
    for key in _METHODS:
        name = payload.get(key)
        if not isinstance(name, str) or not name:
            continue
        if whole := method_of(name):
            return whole
        if isinstance(holder, str):
            inner = name.partition("(")[0].strip().rpartition(" ")[2]
            return method_of(f"{holder.strip().removeprefix('class ')}.{inner}")
    return None


def _frames(stack: object) -> tuple[str, ...]:
    if isinstance(stack, str):
        return frames_of(stack.splitlines()[: MOST_FRAMES * 2])
    if not isinstance(stack, list | tuple):
        return ()
    lines = []
    for frame in stack[: MOST_FRAMES * 2]:
        if isinstance(frame, dict):
            holder, method = _first(frame, _CLASSES), _first(frame, _METHODS)
            lines.append(f"at {holder}.{method}(" if holder else f"at {method}(")
        elif isinstance(frame, str):
            lines.append(frame)
    return frames_of(lines)


def _arguments(given: object) -> tuple[str, ...] | None:
    if given is None:
        return None
    if isinstance(given, dict):
        given = list(given.values())
    if not isinstance(given, list | tuple):
        given = [given]
    return tuple(text_of(one) for one in given[:MOST_ARGUMENTS])


def _outcome(payload: _Members) -> Outcome | None:
    """Tell what a call gave, where the script says either what it returned or what it raised."""
    said = payload.get("outcome")
    for outcome in _OUTCOMES:
        if said == outcome:
            return outcome
    raised = _first(payload, _RAISED)
    if raised:
        return "denied" if "SecurityException" in text_of(raised) else "error"
    for key in _RESULTS:
        if key in payload:
            given = payload[key]
            if given == "undefined":
                return None  # what a method without a result gives
            return "empty" if given in (None, "", "null", [], {}) else "value"
    return None


def _first(of: _Members, keys: tuple[str, ...]) -> object:
    return next((of[key] for key in keys if of.get(key) is not None), None)


def _name(payload: _Members, outer: _Members, keys: tuple[str, ...]) -> str | None:
    said = _first(payload, keys) or _first(outer, keys)
    return said[:255] if isinstance(said, str) and said else None


def _number(payload: _Members, outer: _Members, key: str) -> int | None:
    said = payload.get(key, outer.get(key))
    if isinstance(said, str) and said.isdigit() and len(said) < 10:
        said = int(said)
    known = isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 1 << 31
    return said if known and isinstance(said, int) else None
