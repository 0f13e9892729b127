"""What started processes of the app, and which other apps' processes it had started."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from scanner.collect.device.recorded import Ran, Recorded, runs_apart, unseen
from scanner.connections import PACKAGE
from scanner.device_file import PROCESSES, TAPS, Process
from scanner.facts import AppStarted, Phase, ProcessStarted
from scanner.knowledge import Knowledge
from scanner.model import Sighting, Words

STARTED_WITHIN_S = 3.0
"""Seconds after a tap within which a screen that comes up is what the tap asked for (project
judgement: the first start of a large app takes about as long)."""
TEN_MINUTES_S = 600.0
"""Seconds within which starts are counted together, as process.started has them."""
MAX_FACTS = 2_000
"""Facts of one kind at most; a run has some ten."""
LONGEST_NAME = 200
"""Characters of the name of a process or component at most."""
DRIVERS = frozenset({"com.android.shell", "shell", "root"})
"""What logs call the shell of whoever drives the phone."""

Trigger = Literal[
    "user", "boot", "broadcast", "service", "provider", "app", "own", "restored", "other"
]
_KINDS: dict[str | None, Trigger] = {
    "broadcast": "broadcast",
    "service": "service",
    "content provider": "provider",
}
_BOOT = re.compile(r"BOOT_COMPLETED|QUICKBOOT_POWERON")
_BY_HAND = re.compile(
    r"launcher|\.home(?:\.|$)|trebuchet|^com\.android\.(?:systemui|intentresolver)$", re.IGNORECASE
)
"""Where a person starts screens: the home app, the list of running apps, notices, and the choice of
an app."""
_IDLE = frozenset({"stop", "screen_off", "update"})
"""What an auditor does that brings up no screen."""
_NAME = re.compile(r"[\w.$:/-]{1,200}", re.ASCII)
_FOR_MEMORY = re.compile(
    r"\blmk\b|low.?memory|lowmem|\bempty\b|\bcached\b|\btrim\b|too many (?:cached|empty)|memcg|oom",
    re.IGNORECASE,
)
"""Why Android ends processes to have their memory (ActivityManager's own words in its log)."""


class _Kind(NamedTuple):
    """What makes starts alike."""

    package: str
    trigger: Trigger
    started_by: str
    phase: Phase | None


class _Start(NamedTuple):
    """A start of a process, and whether the audited app is behind it."""

    ran: Ran
    kind: _Kind
    by_subject: bool | None


def facts_of(recorded: Recorded, knowledge: Knowledge) -> Iterator[Sighting]:
    """Tell, once for each way and phase, what started the app, and what other app it started.

    Whether the user started a screen is known only where taps were recorded in an order that
    holds; else such starts stay unseen. Starts of other apps that the app did not cause are left
    out.
    """
    alike: dict[_Kind, list[_Start]] = {}
    unknown = set[str]()
    left_out = 0
    for start in _starts(recorded, unknown):
        if start.kind in alike or len(alike) < MAX_FACTS:
            alike.setdefault(start.kind, []).append(start)
        else:
            left_out += 1
    system = knowledge.sets.get("system-parts", frozenset())
    told = set[str]()
    for many in alike.values():
        yield _process_started(recorded, many)
    for kind, many in alike.items():
        is_other = kind.started_by == recorded.package != kind.package
        if is_other and kind.trigger != "user" and kind.package not in {*system, *told}:
            told.add(kind.package)
            yield _app_started(recorded, many[0])
    for package in sorted(unknown):
        yield unseen("process.started", NO_TAPS, package=(package,))
        if package != recorded.package:
            yield unseen("app.started", NO_TAPS, package=(package,))
    if left_out:
        zh, en = f"另有 {left_out} 次启动未列出", f"{left_out} more starts are not listed"
        yield unseen("process.started", Words(zh, en))


NO_TAPS = Words(
    "没有可用的点击记录，无法说明界面是否由用户启动",
    "no taps were recorded whose times can be relied on, so it cannot be said whether the user"
    " started a screen",
)


def _starts(recorded: Recorded, unknown: set[str]) -> Iterator[_Start]:
    """Give the starts of the app and those that it caused; others' are nobody's business."""
    taps = _Taps(recorded)
    alive = _Alive(recorded)
    for ran in recorded.processes:
        caller = _caller(ran.process)
        package = _package(recorded, ran)
        before = alive.before(ran, package)
        if ran.process.event != "started":
            continue
        is_own, by_own = package == recorded.package, caller == recorded.package
        if not recorded.package or not (is_own or (by_own and PACKAGE.fullmatch(package))):
            continue
        trigger = _trigger(ran, package, caller, taps)
        if trigger == "service" or (
            trigger in ("broadcast", "provider", "other") and before == "own"
        ):
            trigger = before or trigger  # Android restores services alone
        if trigger is None:
            unknown.add(package)
            continue
        kind = _Kind(package, trigger, caller, recorded.phase(ran.at, PROCESSES))
        yield _Start(ran, kind, recorded.by_subject(recorded.package, None, ran.at))


def _caller(process: Process) -> str:
    """Name the app that had a process started; empty for Android itself and where nobody says."""
    caller = process.caller or ""
    return caller if len(caller) <= LONGEST_NAME and PACKAGE.fullmatch(caller) else ""


def _package(recorded: Recorded, ran: Ran) -> str:
    """Name the app of a process; the name of a process need not begin with it."""
    process, uid = ran.process, recorded.run.app.uid
    if process.package is None and uid is not None and process.uid == uid:
        return recorded.package
    return ran.package


class _Alive:
    """Which processes of an app were running when another one started, and why one had ended."""

    def __init__(self, recorded: Recorded) -> None:
        self._known = PROCESSES not in recorded.disordered
        self._running: dict[str, set[str]] = {}
        self._ended: dict[str, str] = {}

    def before(self, ran: Ran, package: str) -> Trigger | None:
        """Say what the running processes make of a start; then count it, or the end, in."""
        process, running = ran.process, self._running.setdefault(package, set())
        apart = process.uid is not None and runs_apart(process.uid)
        if process.event != "started":
            running.discard(process.process)
            self._ended[process.process] = process.reason or ""
            return None
        others = running - {process.process}
        if not apart:
            running.add(process.process)
        if not self._known:
            return None
        if apart or others:
            return "own"
        memory = _FOR_MEMORY.search(self._ended.pop(process.process, ""))
        return "restored" if memory else None


class _Taps:
    """The moments at which the auditor did something, for one search each."""

    def __init__(self, recorded: Recorded) -> None:
        spans = [
            (touch.at.earliest, touch.at.latest + STARTED_WITHIN_S)
            for touch in recorded.touches
            if touch.action not in _IDLE
        ]
        self.known = recorded.has(TAPS) and not recorded.disordered & {TAPS, PROCESSES}
        self._spans: list[tuple[float, float]] = []
        for begin, end in sorted(spans):
            if self._spans and begin <= self._spans[-1][1]:
                self._spans[-1] = (self._spans[-1][0], max(end, self._spans[-1][1]))
            else:
                self._spans.append((begin, end))

    def may_have_caused(self, ran: Ran) -> bool:
        """Say whether something was done so shortly before a start that it may be its cause."""
        from bisect import bisect_right  # noqa: PLC0415

        at = bisect_right(self._spans, ran.at.latest, key=lambda span: span[0])
        return at > 0 and self._spans[at - 1][1] >= ran.at.earliest


def _trigger(ran: Ran, package: str, caller: str, taps: _Taps) -> Trigger | None:
    """Say what started a process; None where it may or may not have been the user."""
    process = ran.process
    by_hand = _BY_HAND.search(caller) is not None
    trigger: Trigger | None = _KINDS.get(process.kind)
    if process.caller in DRIVERS or (by_hand and trigger is None):
        return "user"
    if trigger is None:
        if not taps.known:
            return None
        trigger = "user" if taps.may_have_caused(ran) else "other"
    if trigger != "user" and caller and caller != package and not by_hand:
        return "app"
    named = f"{process.component or ''} {process.reason or ''}"
    return "boot" if trigger in _KINDS.values() and _BOOT.search(named) else trigger


def _process_started(recorded: Recorded, many: Sequence[_Start]) -> ProcessStarted:
    """Give the fact that stands for like starts; it points to where they came thickest.

    Processes that one start brings up together are one start: so those of one name are counted.
    """
    by_name: dict[str, list[_Start]] = {}
    for start in many:
        by_name.setdefault(start.ran.process.process, []).append(start)
    most, first = 0, many[0]
    for starts in by_name.values():
        count, begin = _thickest([start.ran.at.at for start in starts])
        if count > most:
            most, first = count, starts[begin]
    kind, process = first.kind, first.ran.process
    told = {start.by_subject for start in many}
    return ProcessStarted(
        source=recorded.source(first.ran.place, first.ran.at),
        channel="device",
        package=kind.package,
        trigger=kind.trigger,
        started_by=kind.started_by,
        process=_plain(process.process),
        component=_plain(process.component),
        count=len(many),
        in_ten_minutes=None if PROCESSES in recorded.disordered else most,
        by_subject=told.pop() if len(told) == 1 else None,
        phase=kind.phase,
    )


def _thickest(times: Sequence[float]) -> tuple[int, int]:
    """Give how many of some moments, in order, lie within ten minutes at most, and the first."""
    most, begin, low = 0, 0, 0
    for high, time in enumerate(times):
        while time - times[low] > TEN_MINUTES_S:
            low += 1
        if high - low + 1 > most:
            most, begin = high - low + 1, low
    return most, begin


def _app_started(recorded: Recorded, start: _Start) -> AppStarted:
    return AppStarted(
        source=recorded.source(start.ran.place, start.ran.at),
        channel="device",
        package=start.kind.package,
    )


def _plain(name: str | None) -> str | None:
    """Give the name of a process or component; None for what is none."""
    name = (name or "").strip("{} ")
    return name if _NAME.fullmatch(name) else None
