"""What Android's log says of processes that it starts and ends, as lines of a recording.

The event log tells what started (AOSP EventLogTags.logtags: am_proc_start, am_proc_died, am_kill);
the system log tells who asked for it (ActivityManager: Start proc ... caller=). Only what the app
under audit is, or starts, is told: other apps of the phone are nobody's business here.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import msgspec

from scanner.device_file import Process

COMMAND = (
    "logcat -b events -b system -v epoch -T 1 "
    "am_proc_start:I am_proc_died:I am_kill:I ActivityManager:I '*:S'"
)
"""Prints the log as it grows, with seconds since 1970 by the phone's clock."""
_LINE = re.compile(
    r"\s*(\d{9,11}\.\d{1,9})\s+\d+\s+\d+\s+[VDIWEF]\s+"
    r"(am_proc_start|am_proc_died|am_kill|ActivityManager)\s*:\s(.*)"
)
_STARTED = re.compile(
    r"Start proc (\d{1,9}):\S{1,300}/\S{1,40} for .{1,40}? \{.{0,600}?\}(?: caller=(\S{1,300}))?"
)
_NAME = re.compile(r"[A-Za-z][\w.]{0,250}(:[\w.:]{1,100})?")
_FIELDS = re.compile(r"\[(.{0,2000})\]\s*")

Kind = Literal["activity", "service", "broadcast", "content provider", "other"]


class App(NamedTuple):
    """The app whose processes are told."""

    package: str
    """Application id."""
    uid: int | None
    """Number under which Android runs it."""


class Watched:
    """Reads the log line by line; a start waits for the line that says who asked for it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._started: Process | None = None
        self._own: set[int] = set()

    def take(self, line: bytes) -> list[Process]:
        """Read a line, and give what is now known."""
        said = _LINE.fullmatch(line.decode("utf-8", "replace").rstrip())
        if said is None:
            return []
        time, tag, words = float(said[1]), said[2], said[3]
        if tag == "ActivityManager":
            return self._asked(words)
        told = self.rest()
        inside = _FIELDS.fullmatch(words)
        fields = inside[1].split(",") if inside else []
        if tag == "am_proc_start":
            self._started = _start(time, fields)
            return told
        ended = self._end(time, fields, killed=tag == "am_kill")
        return [*told, ended] if ended else told

    def rest(self) -> list[Process]:
        """Give the start that still waited."""
        waited, self._started = self._started, None
        if waited is None or not self._ours(waited):
            return []
        if waited.pid is not None and waited.package == self._app.package:
            self._own.add(waited.pid)
        return [waited]

    def _asked(self, words: str) -> list[Process]:
        said, waited = _STARTED.match(words), self._started
        if said is None or waited is None or waited.pid != int(said[1]):
            return []
        caller = said[2] if said[2] and _NAME.fullmatch(said[2]) else None
        self._started = msgspec.structs.replace(waited, caller=caller)
        return self.rest()

    def _ours(self, one: Process) -> bool:
        return self._app.package in (one.package, one.caller) or (
            one.uid is not None and one.uid == self._app.uid
        )

    def _end(self, time: float, fields: list[str], *, killed: bool) -> Process | None:
        if len(fields) < 3 or not fields[1].isdecimal() or not _NAME.fullmatch(fields[2]):
            return None
        pid, name = int(fields[1]), fields[2]
        package = name.partition(":")[0]
        if package != self._app.package and pid not in self._own:
            return None
        reason = ",".join(fields[4:5] if killed else [])[:200] or None
        return Process(
            time=time, event="died", process=name, package=package, pid=pid, reason=reason
        )


def _start(time: float, fields: list[str]) -> Process | None:
    """Read user, pid, uid, process name, type and component."""
    if len(fields) < 5 or not (fields[1].isdecimal() and fields[2].isdecimal()):
        return None
    name = fields[3]
    if len(fields[1]) > 9 or len(fields[2]) > 9 or not _NAME.fullmatch(name):
        return None
    component = ",".join(fields[5:]).strip("{}")[:400] or None
    return Process(
        time=time,
        event="started",
        process=name,
        package=name.partition(":")[0],
        uid=int(fields[2]),
        pid=int(fields[1]),
        kind=_kind(fields[4]),
        component=component,
    )


def _kind(words: str) -> Kind:
    """Give what was to be run; pre-top-activity and the like are activities."""
    if words.endswith("activity"):
        return "activity"
    known: tuple[Kind, ...] = ("service", "broadcast", "content provider")
    return next((kind for kind in known if kind == words), "other")
