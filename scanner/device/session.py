"""A run of an app on a phone, from the first look at it to the last line of the recording."""

from __future__ import annotations

import contextlib
import shlex
import signal
import threading
import time
from collections.abc import Callable
from typing import Protocol

import msgspec

from scanner import __version__
from scanner.capture.marks import HELP, KEYS, PHASES, QUIT, Ear
from scanner.collect.traffic.phases import MARKED_WITHIN_S
from scanner.device import cleanliness, clock, ends, hands
from scanner.device.folder import Folder
from scanner.device.hands import Hands, Moment
from scanner.device.handset import described
from scanner.device.package import Package, install, read_package, uid_of, uninstall
from scanner.device.plan import LONGEST_S, Plan
from scanner.device.screens import Eye
from scanner.device.script import Step, read_script
from scanner.device.talk import Talk
from scanner.device.traffic import Capture, PhoneProxy
from scanner.device.watch import Watch
from scanner.device.wire import Phone, PhoneLost, find_phone
from scanner.device_file import (
    EVENTS,
    MARKS,
    PARTS,
    SOCKETS,
    App,
    Event,
    Mark,
    Run,
    Shift,
)
from scanner.facts import Phase

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What interrupts a run; what was recorded until then stands."""
EVERY_S = 1.0
"""Seconds between two looks at the screen: more would slow the phone."""
AGAIN_S = 0.2
"""Seconds between two looks when the phone was touched after the first."""
BLIND = 5
"""Looks in a row without a tree after which the auditor is told."""
MOST_FAULTS = 20
"""Faults of the hooks that are told at most."""
NOTES = ("function", "note")
"""Words that begin a line which the auditor writes into the recording."""


class Watched(Protocol):
    """A hooking agent at work."""

    @property
    def hooked(self) -> tuple[str, ...]:
        """What it watches for; more may come while the app loads further code."""

    @property
    def silent(self) -> bool:
        """Whether it gave no sign of life for a while."""

    @property
    def faults(self) -> list[str]:
        """What went wrong."""

    def close(self) -> None:
        """Take it away from the app."""


Hooker = Callable[[str, str, Callable[[Event], None]], Watched]
"""Starts the app with a hooking agent in it: serial number of the phone, application id, and what
takes each event."""


def run_device(
    plan: Plan,
    *,
    chinese: bool = True,
    quiet: bool = False,
    hooker: Hooker | None = None,
    source: int | None = None,
    tell: Callable[[str], object] = print,
) -> None:
    """Drive the phone through a run, write its recording, and tell what came of it.

    `source` is where the auditor's keys or lines come from, `hooker` starts the app with an agent.

    Raises MingjianError where it cannot begin, or where the phone goes away; SystemExit
    (128 + signal) where it was interrupted.
    """
    run = _Session(plan, Talk(chinese=chinese, quiet=quiet), hooker, source)
    before = {number: signal.signal(number, run.signalled) for number in SIGNALS}
    try:
        run.all()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    tell(run.summary(chinese=chinese))


class _Session:
    """One run while it lasts."""

    def __init__(self, plan: Plan, talk: Talk, hooker: Hooker | None, source: int | None) -> None:
        plan.check()
        self._plan = plan
        self._talk = talk
        self._hooker = hooker
        self._steps: tuple[Step, ...] = read_script(plan.script) if plan.script else ()
        self._package: Package = read_package(plan.apk)
        self._phone: Phone = find_phone(plan.adb, plan.serial)
        self._folder = Folder(plan.output)
        self._ear = None if source is None else Ear(source, self._heard)
        self._over = threading.Event()
        self._closing = False
        self._interrupted = 0
        self._told: set[str] = set()
        self._capture: Capture | None = None
        self._proxy: PhoneProxy | None = None
        self._agent: Watched | None = None
        self._deaf = False
        self._watch: Watch | None = None
        self._eye = Eye(self._phone, self._folder)
        self._hands = Hands(self._phone, self._folder, self._eye, self._package, self._mark)
        self._shifts: list[Shift | None] = []
        name, version = self._package.name, f"mingjian {__version__}"
        self._run = Run(app=App(package=name), recorder=version, who=plan.who)

    def all(self) -> None:
        """Carry out the run; whatever happens, the phone's proxy is put back."""
        try:
            try:
                try:
                    for part in (self._prepare, self._begin, self._walk):
                        part()
                        self._heed()
                finally:
                    self._release()
            finally:
                self._release()  # again, where an interruption came in between
            self._finish()
        except BaseException:
            if self._folder.began:
                self._talk.warn(
                    f"运行未完成。此前的记录保存在 {self._plan.output}，没有清单文件。",
                    f"the run is not whole: what was recorded until then stands in"
                    f" {self._plan.output}, without a manifest.",
                )
            else:
                self._folder.discard()
            raise
        finally:
            self._folder.close()

    def signalled(self, number: int, _frame: object) -> None:
        """Interrupt the run, once; what clears up after it is not interrupted.

        An exception that comes out of nowhere may be lost inside a library, so the number is kept
        and looked at again wherever the run can end.
        """
        if not self._interrupted and not self._closing:
            self._interrupted = number
            self._over.set()
            self._heed()

    def _heed(self) -> None:
        if self._interrupted:
            raise SystemExit(128 + self._interrupted)

    def summary(self, *, chinese: bool) -> str:
        """Say what was recorded, and how it is audited."""
        output, count = self._plan.output, self._folder.count
        parts = ", ".join(
            f"{part.partition('.')[0]} {count(part)}" for part in PARTS if count(part)
        )
        scan = f"mingjian scan {shlex.quote(str(self._plan.apk))} {shlex.quote(str(output))}"
        if chinese:
            return f"记录    {output}\n内容    {parts}\n审计    {scan}"
        return f"recording  {output}\nlines      {parts}\naudit it   {scan}"

    def _prepare(self) -> None:
        phone, package, started = self._phone, self._package, ends.moment(time.time())
        self._talk.say(f"手机 {phone.serial}", f"phone {phone.serial}")
        self._talk.say(
            "请只使用审计专用手机：运行会改动其应用和代理设置。",
            "use a phone kept for audits only: a run changes its apps and its proxy.",
        )
        shift = ends.compare_clocks(phone, self._folder, self._talk)
        self._shifts.append(shift)
        before = ends.look_clean(phone, self._talk, strict=self._plan.strict)
        install(phone, self._plan.apk, package, replace=self._plan.replace)
        installed = Moment(time.time(), hands.BEYOND_S)
        self._talk.say(
            f"已安装 {package.name} {package.version_name or ''}",
            f"installed {package.name} {package.version_name or ''}",
        )
        self._run = msgspec.structs.replace(
            self._run,
            app=App(
                package=package.name,
                label=package.label,
                sha256=package.sha256,
                version_name=package.version_name,
                version_code=package.version_code,
                uid=uid_of(phone, package.name),
            ),
            device=described(phone),
            tools=ends.tools(
                captured=self._plan.capture is not None, hooked=self._hooker is not None
            ),
            started=started,
            clean_install=True,
            clock=shift,
            clocks={SOCKETS: "host"},
            before=before,
        )
        self._folder.tell(self._run)
        ends.keep_states(phone, package.name, "before", self._folder, self._talk)
        self._mark("installed", installed)

    def _begin(self) -> None:
        if self._plan.capture is not None:
            self._capture = Capture(self._plan.capture, self._folder.path)
            self._proxy = PhoneProxy(self._phone, self._capture.port)
            self._proxy.set()
        self._watch = Watch(self._phone, self._folder, self._eye, self._package.name)
        self._watch.begin(self._run.app.uid)
        if self._watch.unwatched:
            parts = ", ".join(self._watch.unwatched)
            self._talk.warn(f"本机无法记录：{parts}", f"this phone does not let be seen: {parts}")
        if self._ear is not None:
            self._ear.open()
            self._help()
        if self._capture is not None:
            self._capture.mark("first_launch")
            self._over.wait(MARKED_WITHIN_S)  # so that the start lies clear of the mark's edge
            self._heed()
        self._hands.take(self._steps)
        self._mark("first_launch", Moment(time.time(), 0.0), captured=True)
        if self._hooker is None:
            self._hands.act("launch")
            return
        self._folder.begin(EVENTS)
        began = time.time()
        self._agent = self._hooker(
            self._phone.serial, self._package.name, lambda event: self._folder.add(EVENTS, event)
        )
        self._hands.did("launch", began)
        self._run = msgspec.structs.replace(self._run, hooked=self._agent.hooked)
        self._folder.tell(self._run)

    def _walk(self) -> None:
        """Look once a second, and after every touch, until auditor, script or time ends the run."""
        lasts = self._plan.seconds if self._plan.seconds is not None else LONGEST_S
        last, scripted = time.monotonic() + lasts, bool(self._steps)
        while not self._over.is_set() and time.monotonic() < last:
            began = time.monotonic()
            self._eye.look()
            if self._watch is not None:
                self._watch.poll()
            self._look_after()
            if scripted and not self._hands.go():
                scripted = False
                if self._plan.seconds is None:
                    break
            self._rest(began, last)
        self._eye.look()

    def _rest(self, began: float, last: float) -> None:
        """Wait until the next look is due: at once where the phone was touched."""
        self._over.wait(max(0.0, min(began + AGAIN_S, last) - time.monotonic()))
        if not self._over.is_set():
            self._eye.touched.wait(max(0.0, min(began + EVERY_S, last) - time.monotonic()))

    def _look_after(self) -> None:
        """Tell what stopped being seen, each once, and write it down."""
        if self._eye.blind == BLIND:
            self._once(
                "界面树无法读取，仅有截图", "the tree of the screen cannot be read: pictures only"
            )
        if self._folder.full:
            self._once(
                "记录已达上限，其后部分未保存", "the recording is full: not all is kept any more"
            )
        for part in self._watch.lost if self._watch else ():
            self._once(f"{part} 已中断", f"{part}: its source fell silent")
        if self._capture is not None and not self._capture.runs:
            self._once("抓包已终止", "the capture has ended by itself")
            if self._proxy is not None:
                self._proxy.put_back()
        if self._agent is not None and self._agent.silent and self._still_runs():
            self._deaf = True
            self._once("挂钩已无响应", "the hooks fell silent while the app ran")

    def _still_runs(self) -> bool:
        return bool(self._phone.text(f"pidof {shlex.quote(self._package.name)}", most=1000).strip())

    def _once(self, zh: str, en: str) -> None:
        if en not in self._told:
            self._told.add(en)
            self._talk.warn(zh, en)
            self._folder.add(MARKS, Mark(time=time.time(), within_s=EVERY_S, note=en))

    def _release(self) -> None:
        """Give the phone back its proxy, and end all that runs beside; never interrupted."""
        self._closing = True
        try:
            if self._proxy is not None and not self._proxy.put_back():
                self._talk.warn(self._proxy.by_hand.zh, self._proxy.by_hand.en)
        finally:
            if self._ear is not None:
                self._ear.close()
            if self._agent is not None:
                with contextlib.suppress(Exception):  # the phone may be gone
                    self._agent.close()
                for fault in self._agent.faults[:MOST_FAULTS]:
                    self._once(f"挂钩：{fault}", f"hooks: {fault}")
            if self._capture is not None and not self._capture.end():
                self._once("抓包未能正常结束", "the capture did not end in order")
            if self._watch is not None:
                self._watch.close()
            self._closing = False

    def _finish(self) -> None:
        phone, package = self._phone, self._package
        ends.keep_states(phone, package.name, "after", self._folder, self._talk)
        with contextlib.suppress(PhoneLost):
            self._eye.clear()
        self._shifts.append(ends.compare_clocks(phone, self._folder, self._talk))
        after = cleanliness.check(phone).state
        if self._plan.uninstall:
            uninstall(phone, package.name)
        self._folder.tell(
            msgspec.structs.replace(
                self._run,
                hooked=None if self._agent is None or self._deaf else self._agent.hooked,
                ended=ends.moment(time.time()),
                clock=clock.spanned(self._shifts),
                after=after,
            )
        )
        self._heed()
        self._folder.seal()

    def _mark(self, phase: Phase, at: Moment, *, captured: bool = False) -> None:
        if self._capture is not None and not captured:
            self._capture.mark(phase)
        self._folder.add(MARKS, Mark(time=at.time, phase=phase, within_s=at.within_s))
        self._talk.say(f"== {phase} ==", f"== {phase} ==")

    def _heard(self, line: str) -> None:
        """Take a key or a line of the auditor, in the thread that heard it."""
        at = Moment(time.time(), MARKED_WITHIN_S)
        phase = next((one for one in PHASES if one == line), None)
        word, _, rest = line.partition(" ")
        if line == QUIT:
            self._over.set()
            self._eye.touched.set()  # so that it is heeded at once
        elif phase is not None:
            self._mark(phase, at)
        elif word in NOTES and rest.strip():
            words = rest.strip()
            function, note = (words, None) if word == "function" else (None, words)
            mark = Mark(time=at.time, within_s=at.within_s, function=function, note=note)
            self._folder.add(MARKS, mark)
        else:
            if line != HELP:
                self._talk.warn(f"不是阶段：{line[:40]}", f"no phase: {line[:40]}")
            self._help()

    def _help(self) -> None:
        keys = "  ".join(f"{key} {said}" for key, said in KEYS.items() if said != HELP)
        if self._ear is not None and self._ear.keys:
            self._talk.say(f"按键标记阶段：{keys}", f"keys mark the phase: {keys}")
            return
        words = " ".join(PHASES)
        self._talk.say(
            f"标准输入每行标记阶段：{words}；function 功能名；note 备注；quit 结束",
            f"a line on standard input marks: {words}; function NAME; note WORDS; quit ends",
        )
