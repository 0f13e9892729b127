"""A capture from its first word to its last record."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import os
import platform
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from scanner import __version__
from scanner.capture.addresses import Place, is_local, own_addresses, reachable, shown
from scanner.capture.live import Live, clock, printable, to_stderr
from scanner.capture.marks import HELP, KEYS, PHASES, QUIT, Ear
from scanner.capture.plan import Plan
from scanner.capture.proxy import Faults, Proxy, version
from scanner.capture.recorder import Recorder
from scanner.capture.summary import summary
from scanner.capture.tape import Tape
from scanner.capture.trust import (
    CERTIFICATE,
    WIREGUARD_KEYS,
    how_to_connect,
    how_to_trust,
    how_to_tunnel,
)
from scanner.capture_file import Begin, Caught, Mark, Passed
from scanner.collect.traffic.phases import MARKED_WITHIN_S
from scanner.errors import MingjianError, UsageError
from scanner.facts import Phase
from scanner.knowledge import Knowledge
from scanner.model import Words
from scanner.personal.identity import NOBODY, Identity, read_identity
from scanner.strict_yaml import MAX_BYTES

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What ends a capture in order; a second one ends it at once."""
OPEN_TO_ALL = Words(
    "警告：正在监听本机所有地址，能连到本机的任何人都可使用此代理。",
    "WARNING: listening on all addresses of this machine: whoever can reach it can use this proxy.",
)
ONLY_HERE = Words(
    "只有本机的程序能使用此代理；供手机使用请加 --host 地址",
    "only programs on this machine reach this proxy; for a phone add --host ADDRESS",
)
TOO_SOON = Words(
    "尚未开始即被中止，未写入任何内容。", "stopped before it began; nothing was written."
)
UNCHECKED = Words(
    "警告：不核对服务器证书，仅可用于测试服务器。",
    "WARNING: certificates of servers are not checked: for test servers only.",
)

_S = f"{MARKED_WITHIN_S:.0f}"
NEAR = Words(
    f"在手机上点击的同时按键；标记前后 {_S} 秒内的请求不归入任何阶段，点击前请先停留片刻。",
    f"press the key as you tap on the phone; what lies within {_S} seconds of a mark belongs to no"
    " phase, so wait a little before each tap.",
)


def capture(
    plan: Plan,
    knowledge: Knowledge,
    *,
    identity: Path | None = None,
    first_party: tuple[str, ...] = (),
    chinese: bool = True,
    quiet: bool = False,
    tell: Callable[[str], object] = print,
) -> None:
    """Capture until the auditor ends it, and tell the summary.

    Raises MingjianError where it cannot begin, or, after the summary of what stands, where the file
    could not be written to its end; SystemExit (128 + signal) where it was stopped before it began.
    """
    known = NOBODY if identity is None else _identity(identity, knowledge)
    live = Live(
        to_stderr, knowledge, chinese=chinese, quiet=quiet, identity=known, first_party=first_party
    )
    run = _Run(plan, live)
    run.all()
    if run.tape.began:
        counted = {"dropped": run.dropped, "missed": live.missed}
        tell(summary(run.tape, run.marks, live.geo, chinese=chinese, **counted))
    if run.failure is not None:
        raise run.failure
    if not run.tape.began:
        live.last(TOO_SOON)
        raise SystemExit(128 + run.stopped_by)


class _Run:
    """One capture while it runs."""

    def __init__(self, plan: Plan, live: Live) -> None:
        plan.check()
        self.plan = plan
        self.live = live
        self.tape = Tape(plan.output, force=plan.force)
        self.marks: list[tuple[str, Phase]] = []
        self.dropped = 0
        """Exchanges and connections that could not be kept, and crashes of the proxy itself."""
        self._recorder = Recorder(self._keep)
        self._faults = Faults()
        self._proxy: Proxy | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.failure: MingjianError | None = None
        """Why it could not begin, or not go on."""
        self.stopped_by: int = signal.SIGINT
        """The signal that ended it, if one did."""
        self._stopping = False
        source = _standard_input()
        self._ear = None if source is None else Ear(source, self._heard)

    def all(self) -> None:
        before = {number: signal.signal(number, self._signalled) for number in SIGNALS}
        before[signal.SIGCONT] = signal.signal(signal.SIGCONT, self._continued)
        try:
            with self._faults, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                asyncio.run(self._serve())
        finally:
            if self._ear is not None:
                self._ear.close()
            self.live.close()
            for number, handler in before.items():
                signal.signal(number, handler)
        self.failure = self.failure or self.tape.failure

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._proxy = Proxy(self.plan, self._recorder, self._started)
        try:
            await self._proxy.run()
        finally:
            self._recorder.finish()
            self.dropped = self._recorder.dropped + self._faults.count
            self.tape.end(_now(), self.dropped)

    def _started(self) -> None:
        """Begin the file once the proxy listens, or stop with the reason why it cannot."""
        try:
            if not self._stopping:
                self._begin()
        except MingjianError as error:
            self.failure = error
        except OSError as error:
            hint = "see that there is room, and that you may write there"
            self.failure = UsageError(f"{self.plan.output}: {error.strerror}", hint=hint)
        except Exception as error:  # mitmproxy would go on without a word
            said = f"the capture could not begin: {error!r}"[:300]
            self.failure = MingjianError(said, hint="install mingjian again")
        if self.failure is not None or self._stopping:
            self._stop()

    def _begin(self) -> None:
        proxy, plan, started = self._proxy, self.plan, _now()
        if proxy is None:
            return
        if proxy.fault is not None:
            raise proxy.fault
        python = platform.python_version()
        tools = (("mingjian", __version__), ("mitmproxy", version()), ("python", python))
        places = reachable(proxy.places)
        begin = Begin(
            started=started,
            mode=plan.mode,
            tools=tools,
            certificate=proxy.certificate,
            listens=places,
        )
        self.tape.begin(begin)
        self._greet(proxy, places)
        if plan.phase is not None:
            self._mark(plan.phase, started)
        if self._ear is not None:
            self._ear.open()

    def _greet(self, proxy: Proxy, places: tuple[Place, ...]) -> None:
        plan = self.plan
        listed = ", ".join(map(shown, places or proxy.places))
        zh = f"正在捕获，代理地址 {listed}（{plan.mode}），写入 {plan.output}"
        en = f"capturing: the proxy is at {listed} ({plan.mode}), writing {plan.output}"
        self.live.say(Words(zh, en))
        if is_local(places):
            own = f"{own_addresses()[0]}" if own_addresses() else "0.0.0.0"  # noqa: S104 - it is shown
            self.live.say(Words(f"{ONLY_HERE.zh}（如 {own}）。", f"{ONLY_HERE.en} (e.g. {own})."))
        elif places and plan.mode != "wireguard":
            self.live.say(how_to_connect(*places[0]))
        if plan.everywhere and plan.mode != "wireguard":
            self.live.warn(OPEN_TO_ALL)
        if plan.insecure_upstream:
            self.live.warn(UNCHECKED)
        if proxy.tunnel:
            keys = plan.folder / WIREGUARD_KEYS
            with contextlib.suppress(OSError):
                keys.chmod(0o600)
            self.live.say(how_to_tunnel(proxy.tunnel, keys))
        self.live.say(how_to_trust(plan.folder / CERTIFICATE, proxy.certificate))
        self._help()

    def _help(self) -> None:
        if self._ear is None:
            return
        words = " ".join(PHASES)
        if self._ear.keys:
            keys = "  ".join(f"{key} {said}" for key, said in KEYS.items() if said != HELP)
            self.live.say(Words(f"按键标记阶段：{keys}", f"keys mark the phase: {keys}"))
            self.live.say(NEAR)
        else:
            zh = f"标准输入每行一个词标记阶段：{words}；quit 结束"
            en = f"a line on standard input marks the phase: {words}; quit ends"
            self.live.say(Words(zh, en))

    def _keep(self, record: Caught | Passed) -> bool:
        kept = self.tape.add(record)
        if self.tape.failure is not None:
            self._stop()
        one = record.exchange if isinstance(record, Caught) else record.passage
        with contextlib.suppress(Exception):  # what is shown never touches what is kept
            self.live.see(one, self._phase_at(one.started))
        return kept

    def _phase_at(self, time: str) -> Phase | None:
        return next((phase for since, phase in reversed(self.marks) if since <= time), None)

    def _heard(self, word: str) -> None:
        """Take a word of the auditor, in whatever thread it was heard."""
        time = _now()
        with contextlib.suppress(RuntimeError):  # the loop has just ended
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._obey, word, time)

    def _obey(self, word: str, time: str) -> None:
        named = next((phase for phase in PHASES if phase == word), None)
        if word == QUIT:
            self._stop()
        elif named is not None:
            self._mark(named, time)
        else:
            if word != HELP:
                shown = printable(word)[:40]
                self.live.warn(Words(f"不是阶段：{shown}", f"no phase: {shown}"))
            self._help()

    def _mark(self, phase: Phase, time: str) -> None:
        if self.marks and phase == self.marks[-1][1]:
            since = clock(self.marks[-1][0])
            zh, en = f"{phase} 阶段自 {since} 起未变", f"{phase} has been the phase since {since}"
            self.live.say(Words(zh, en))
        elif self.tape.add(Mark(time=time, phase=phase)):
            self.marks.append((time, phase))
            self.live.say(Words(f"{clock(time)}  == {phase} ==", f"{clock(time)}  == {phase} =="))
        elif self.tape.failure is not None:
            self._stop()

    def _signalled(self, number: int, _frame: object) -> None:
        self.stopped_by = number
        if self._stopping:
            if self._ear is not None:
                self._ear.close()
            os._exit(128 + number)
        self._stopping = True
        with contextlib.suppress(RuntimeError):  # the loop has just ended
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._stop)

    def _continued(self, _number: int, _frame: object) -> None:
        if self._ear is not None:
            self._ear.resume()

    def _stop(self) -> None:
        self._stopping = True
        if self._proxy is not None:
            self._proxy.stop()


def _identity(path: Path, knowledge: Knowledge) -> Identity:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        hint = "name a file with lines such as imei: 860000000000001"
        raise UsageError(f"--identity {path}: {error.strerror}", hint=hint) from None
    return read_identity(data, knowledge.data_types, file=str(path))


def _standard_input() -> int | None:
    try:
        source = sys.stdin.fileno()
        os.fstat(source)
    except (AttributeError, OSError, ValueError):  # it was closed before the program began
        return None
    return source


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()
