"""Our own Frida agent: watches the calls that open personal information, as they happen.

What is watched is generated from rules/lists/apis.yaml. Not watched, and so never in `hooked`:
fields, methods that an app's own classes override, implicit intents, what native code does, and
methods that are abstract where no class behind them is known.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from scanner.device_file import Event
from scanner.errors import NotAuditable, UsageError
from scanner.knowledge import Knowledge

SCRIPT = (Path(__file__).parent / "agent.js").read_text("utf-8")
MOST_EVENTS = 2_000_000
"""Events of one run; a busy hour has some 100,000."""
MOST_FAULTS = 20
"""Messages of failed scripts that are kept."""
FIND_S = 10
"""Seconds in which the phone must be found."""
READY_S = 20.0
"""Seconds in which the hooks must stand; a slow phone needs some 5 to start an app."""
SILENT_S = 20.0
"""Seconds without a sign of life, of which one comes every 5, after which nobody is watching."""
_HINT = "start frida-server of the same version on the phone (it needs root), then try again"

Kind = Literal["constant", "text", "path", "command", "other_provider", "other_app"]


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """When a call counts."""

    kind: Kind
    """constant: an argument is one of the values, a `*` at the end for any rest; text: an object
    among the arguments says one of them; path: the first argument begins with one; command: the
    command to be run matches one; other_provider, other_app: it goes to another app."""
    argument: int = 0
    """Which argument, from 0, the receiver not counted."""
    values: tuple[str, ...] = ()


class Hook(msgspec.Struct, frozen=True, kw_only=True, rename={"owner": "class"}):
    """A method that is watched, all overloads."""

    api: str
    """How events name it."""
    owner: str
    """The class, by its name at run time."""
    method: str
    """The method; $init for constructors."""
    others: tuple[str, ...] = ()
    """Classes that do its work, where it is abstract."""
    tests: tuple[Test, ...] = ()
    """A call counts when one of them holds; always where there are none."""
    loads: bool = False
    """Whether it brings further classes."""


_WORKERS = {"android.content.pm.PackageManager": ("android.app.ApplicationPackageManager",)}
"""Classes of Android that do the work of those which apps know."""
_INIT = "$init"


def hooks_of(knowledge: Knowledge) -> tuple[Hook, ...]:
    """Give what is watched: methods of the table, each once, and what else tells of an access."""
    tests: dict[str, list[Test]] = {}
    for access in knowledge.apis.accesses:
        for call in access.calls:
            test = Test(kind="constant", argument=call.argument, values=call.values)
            tests.setdefault(call.method, []).append(test)
        for near in access.near:
            test = Test(kind="text", values=near.texts)
            tests.setdefault(near.method, []).append(test)
    for access in knowledge.apis.accesses:
        tests |= {method: [] for method in access.methods}
    found = {}
    for member, wanted in sorted(tests.items()):
        owner, _, name = member.partition("->")
        hook = _hook(owner, name, tests=tuple(wanted))
        found[hook.api] = hook
    for hook in _beside(knowledge):
        found.setdefault(hook.api, hook)
    return tuple(found.values())


def _hook(owner: str, name: str, *, tests: tuple[Test, ...] = (), loads: bool = False) -> Hook:
    return Hook(
        api=f"{owner}.{name}",
        owner=owner,
        method=_INIT if name == "<init>" else name,
        others=_WORKERS.get(owner, ()),
        tests=tests,
        loads=loads,
    )


def _beside(knowledge: Knowledge) -> Iterable[Hook]:
    """Give what the table tells by addresses, paths and commands, and what it has no row for."""
    accesses = knowledge.apis.accesses
    files = tuple(sorted({file for access in accesses for file in access.files}))
    commands = tuple(sorted({each for access in accesses for each in access.commands}))
    yield _hook("android.content.ContentResolver", "query", tests=(Test(kind="other_provider"),))
    yield _hook("java.lang.ProcessBuilder", "start", tests=(Test(kind="command", values=commands),))
    for owner in ("java.io.FileInputStream", "java.io.RandomAccessFile"):
        yield _hook(owner, "<init>", tests=(Test(kind="path", values=files),))
    for name in ("requestPermissions", "requestPermissionsFromFragment"):
        yield _hook("android.app.Activity", name)
    for owner in ("dalvik.system.DexClassLoader", "dalvik.system.InMemoryDexClassLoader"):
        yield _hook(owner, "<init>", loads=True)
    other = (Test(kind="other_app"),)
    for name, owner, method in (
        ("startActivity", "android.app.Instrumentation", "execStartActivity"),
        ("bindService", "android.app.ContextImpl", "bindService"),
        ("startService", "android.app.ContextImpl", "startService"),
        ("startForegroundService", "android.app.ContextImpl", "startForegroundService"),
    ):
        yield Hook(api=f"android.content.Context.{name}", owner=owner, method=method, tests=other)


def generate(knowledge: Knowledge, *, package: str) -> str:
    """Give the agent as JavaScript; it expects Frida's `Java` to be there."""
    table = {"package": package, "hooks": hooks_of(knowledge)}
    written = msgspec.json.encode(table).decode()
    return f"const TABLE = {_as_script(written)};\n{SCRIPT}"


def _as_script(written: str) -> str:
    """JSON is JavaScript but for two line ends, which older engines take as such in texts."""
    return written.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def bridge() -> str:
    """Give Frida's bridge to Java, which frida-tools brings and Frida itself no longer does."""
    try:
        text = (resources.files("frida_tools") / "bridges" / "java.js").read_text("utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        raise _not_installed() from None
    return f"{text}\nglobalThis.Java = bridge;\n"


def _not_installed() -> UsageError:
    hint = "install them: pip install 'mingjian[hooks]'"
    return UsageError("watching calls needs frida and frida-tools", hint=hint)


class Agent:
    """The agent at work in the processes of one app, until it is closed."""

    def __init__(self, source: str, sink: Callable[[Event], None]) -> None:
        self._source = source
        self._sink = sink
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._hooked: set[str] = set()
        self._sessions: list[Any] = []
        self._heard_at = time.monotonic()
        self._gate: _Gate | None = None
        self.missing: dict[str, str] = {}
        """What could not be hooked, with the reason."""
        self.faults: list[str] = []
        """What went wrong in the agent, or ended it."""
        self.events = 0
        """Events that came."""
        self.lost = 0
        """Events that came but were not kept."""

    @property
    def hooked(self) -> tuple[str, ...]:
        """What is watched; more may come while the app loads further code."""
        with self._lock:
            return tuple(sorted(self._hooked))

    @property
    def silent(self) -> bool:
        """Whether no sign of life came for a while: then nothing says what the app does."""
        return time.monotonic() - self._heard_at > SILENT_S

    def watch_children(self, device: Any, package: str) -> None:
        """Bring the agent into each further process of the app before it runs."""
        self._gate = _Gate(device, package, self)

    def load(self, session: Any) -> None:
        """Bring the agent into a process that Frida is attached to."""
        session.on("detached", self._detached)
        script = session.create_script(self._source, name="mingjian")
        script.on("message", self.heard)
        self._sessions.append(session)
        script.load()

    def wait(self, seconds: float = READY_S) -> bool:
        """Wait until the hooks of a first process stand; tells whether they do."""
        return self._ready.wait(seconds) and bool(self.hooked)

    def heard(self, message: dict[str, Any], _: object = None) -> None:
        """Take a message of the agent, whatever it is."""
        self._heard_at = time.monotonic()
        said = message.get("payload")
        if message.get("type") != "send" or not isinstance(said, dict):
            self.fault(str(message.get("description", "it said something else")))
        elif "api" in said:
            self._event(said)
        elif "hooked" in said:
            with self._lock:
                self._hooked |= {api for api in said["hooked"] if isinstance(api, str)}
            self.missing = {str(api): str(why) for api, why in said.get("missing", {}).items()}
            self._ready.set()
        elif "failed" in said:
            self.fault(str(said["failed"]))
            self._ready.set()

    def close(self) -> None:
        """Take the agent away from the app; what is gone already is no fault."""
        if self._gate is not None:
            self._gate.close()
        for session in self._sessions:
            try:
                session.off("detached", self._detached)
                session.detach()
            except _failures() as error:
                self.fault(f"{type(error).__name__}: {error}")
        self._sessions.clear()

    def _event(self, said: dict[str, Any]) -> None:
        try:
            event = msgspec.convert(said, Event)
        except msgspec.ValidationError as error:
            self.lost += 1
            self.fault(str(error))
            return
        if self.events >= MOST_EVENTS:
            self.lost += 1
            return
        self.events += 1
        self._sink(event)

    def _detached(self, reason: str, *_: object) -> None:
        self.fault(f"the process is no longer watched: {reason}")

    def fault(self, words: str) -> None:
        """Keep what went wrong."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(words[:500])


class _Gate:
    """Catches further processes of the app as they start, on a thread of its own."""

    def __init__(self, device: Any, package: str, agent: Agent) -> None:
        self._device, self._package, self._agent = device, package, agent
        self._waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        device.on("spawn-added", self._came)
        device.enable_spawn_gating()
        self._thread.start()

    def close(self) -> None:
        """Let all processes start by themselves again."""
        try:
            self._device.off("spawn-added", self._came)
            self._device.disable_spawn_gating()
        except _failures() as error:
            self._agent.fault(f"{type(error).__name__}: {error}")
        self._waiting.put(None)
        self._thread.join(FIND_S)

    def _came(self, spawn: Any) -> None:
        self._waiting.put(spawn)

    def _serve(self) -> None:
        while (spawn := self._waiting.get()) is not None:
            name = str(spawn.identifier)
            try:
                if name == self._package or name.startswith(f"{self._package}:"):
                    self._agent.load(self._device.attach(spawn.pid))
            except _failures() as error:
                self._agent.fault(f"{name} is not watched: {error}")
            try:
                self._device.resume(spawn.pid)
            except _failures() as error:
                self._agent.fault(f"{name}: {error}")


def hooker(knowledge: Knowledge) -> Callable[[str, str, Callable[[Event], None]], Agent]:
    """Give what starts an app with the agent in it, by serial number and package."""

    def start(serial: str, package: str, sink: Callable[[Event], None]) -> Agent:
        return attach(serial, package, sink, generate(knowledge, package=package))

    return start


def attach(serial: str, package: str, sink: Callable[[Event], None], source: str) -> Agent:
    """Start an app on a phone with the agent in it, and hand each event to `sink`.

    Raises UsageError without frida and frida-tools, NotAuditable where no hook came to stand.
    """
    agent = Agent(bridge() + source, sink)
    try:
        import frida  # noqa: PLC0415 - optional, and heavy
    except ImportError:
        raise _not_installed() from None
    with contextlib.ExitStack() as undo:
        undo.callback(agent.close)
        try:
            device = frida.get_device(serial, timeout=FIND_S)
            pid = device.spawn([package])
            undo.callback(_kill, device, pid)
            agent.load(device.attach(pid))
            agent.watch_children(device, package)
            device.resume(pid)
        except _failures() as error:
            raise _refused(package, str(error)) from None
        if not agent.wait():
            why = "; ".join(agent.faults) or f"no hook stood after {READY_S:.0f} s"
            raise _refused(package, why)
        undo.pop_all()
    return agent


def _refused(package: str, why: str) -> NotAuditable:
    return NotAuditable(f"Frida cannot watch {package}: {why}", hint=_HINT)


def _kill(device: Any, pid: int) -> None:
    with contextlib.suppress(*_failures()):
        device.kill(pid)


def _failures() -> tuple[type[Exception], ...]:
    """Give what Frida raises, each by itself."""
    import frida  # noqa: PLC0415 - optional, and heavy

    named = (getattr(frida, name) for name in dir(frida) if name.endswith("Error"))
    return (*(error for error in named if isinstance(error, type)), OSError)
