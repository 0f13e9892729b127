"""Whose code made a call, by its stack: the app's, a component's, or a framework's of its own.

Frames are read from the call outwards, up to the loop that waits for work: what stands beyond it
only keeps a thread alive. What calls a method that it overrides (super.onCreate) does nothing of
its own by that, so a framework that looks something up there did it on its own account.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Generic, Literal, NamedTuple, TypeVar

from scanner.knowledge import Knowledge
from scanner.owners import Owners
from scanner.wording.short import LONGEST_WORDS

MOST_FRAMES = 64
"""Frames of one stack that are read."""
LONGEST_FRAME = 400
"""Characters of one frame that are read."""
MOST_PATH = 12
"""Frames of a stack that a fact names."""
MOST_KEPT = 50_000
"""Different stacks, or calls, that are remembered at a time."""
MOST_KEPT_CHARACTERS = 24 << 20
"""Characters of all that is remembered together."""
PLATFORM = (
    *(
        "java.",
        "javax.",
        "android.",
        "dalvik.",
        "libcore.",
        "sun.",
        "jdk.",
        "com.android.internal.",
    ),
    *("com.android.server.", "com.android.okhttp.", "com.android.org.", "org.apache.harmony."),
    *("org.json.", "org.xml.sax.", "org.w3c.dom.", "org.xmlpull.", "miui.", "com.mediatek."),
)
"""Packages of Android itself, as AOSP and makers of phones have them."""
WRAPPERS = ("android.arch.", "org.chromium.", "com.android.webview.", "WV.")
"""Frameworks beside those of apis.yaml that may ask on their own account: the former name of some
of AndroidX, and the system's WebView (WV: as its makers shrink it)."""
HOOKS = (
    *(
        "de.robv.android.xposed.",
        "org.lsposed.",
        "LSPHooker_",
        "EdHooker_",
        "com.elderdrivers.riru.",
    ),
    *("me.weishu.epic.", "me.weishu.exposed.", "com.swift.sandhook.", "top.canyie.pine."),
    *("com.saurik.substrate.", "com.lody.whale.", "re.frida."),
)
"""Classes of the frameworks that hook into apps, by their public sources."""
_REFLECTION = (
    *("java.lang.reflect.", "java.lang.invoke.", "jdk.internal.reflect.", "sun.reflect."),
    *("$Proxy", "com.sun.proxy.", "jdk.proxy"),
)
_TRACING = (
    "dalvik.system.VMStack",
    "java.lang.Thread",
    "java.lang.Throwable",
    "java.lang.Exception",
)
_LOOPS = frozenset(
    (
        *(
            "android.os.Looper.loop",
            "android.os.Looper.loopOnce",
            "android.app.ActivityThread.main",
        ),
        *("android.os.Binder.execTransact", "android.os.Binder.execTransactInternal"),
        *("java.util.concurrent.ThreadPoolExecutor.runWorker", "java.util.TimerThread.mainLoop"),
        *("java.util.concurrent.ForkJoinPool.runWorker", "java.util.concurrent.ForkJoinPool.scan"),
        "java.util.concurrent.ForkJoinWorkerThread.run",
        "kotlinx.coroutines.scheduling.CoroutineScheduler$Worker.runWorker",
        "com.android.internal.os.ZygoteInit.main",
    )
)
"""Where threads wait for work."""
_STARTS = frozenset(
    (
        *("java.lang.Thread.run", "android.os.HandlerThread.run", "java.util.TimerThread.run"),
        *(
            "dalvik.system.NativeStart.main",
            "kotlinx.coroutines.scheduling.CoroutineScheduler$Worker.run",
        ),
    )
)
"""Where threads begin: a stack that ends there is whole."""
_CALLBACK = re.compile(r"(on|dispatch|attach)[A-Z]\w*|handleMessage")
"""Methods that a class overrides to be told of something, and hands on to the one above."""
_FRAME = re.compile(r"\s*(?:at\s+)?([^\s(:]+)")
_NAME = re.compile(r"[^\s()/\\\"',;:!@+<>=\[\]]+(?:\.[^\s()/\\\"',;:!@+<>=\[\]]+)*(?:\.<\w+>)?")
_LONG_NUMBER = re.compile(r"\d{6,}")
_SHORT = 3
"""Letters of a class name that a shrinker made, at most."""
_SEARCHED = 24
"""Frames among which the call itself is searched: a hook's own stand before it."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
Kind = Literal["platform", "wrapper", "hook", "reflection", "code"]


class Bounded(dict[_Key, _Value], Generic[_Key, _Value]):
    """What was worked out, by that from which it was; forgotten when it takes too much room."""

    def __init__(self) -> None:
        super().__init__()
        self._weight = 0

    def keep(self, key: _Key, value: _Value, weight: int) -> _Value:
        """Remember a value whose key has so many characters, and give it."""
        if weight <= MOST_KEPT_CHARACTERS // 100:
            if len(self) >= MOST_KEPT or self._weight + weight > MOST_KEPT_CHARACTERS:
                self.clear()
                self._weight = 0
            self._weight += weight
            self[key] = value
        return value


class Frame(NamedTuple):
    """One frame of a stack."""

    name: str
    """Dotted class and method."""
    of: str
    """The class."""
    method: str
    kind: Kind
    owner: str | None
    """Whose code it is: app, or the id of a component; None when unknown, or a framework's."""


class Called(NamedTuple):
    """Who made a call."""

    owner: str | None = None
    """Whose code: app, or the id of a component; None when unknown, or a framework's own."""
    caller: str | None = None
    """Class and method that called, or had a framework call."""
    path: tuple[str, ...] | None = None
    """The way to the call, from the outermost frame that is told; None without stack."""
    wrapped: bool | None = None
    """Whether a framework called on its own account; None where the stack does not decide."""
    coded: bool = False
    """Whether code that is no framework's stands in the stack before the loop."""

    def is_wrapped(self, *, asks_itself: bool) -> bool | None:
        """Say whether a framework called on its own account, for a call of some kind.

        `asks_itself`: whether frameworks ever make such calls for themselves.
        """
        if self.wrapped is None and self.coded and not asks_itself:
            return False
        return self.wrapped


NOBODY = Called()
"""Where no stack was recorded."""


class Stacks:
    """Reads stacks; most of them come again and again, so what they say is remembered."""

    def __init__(self, knowledge: Knowledge, package: str) -> None:
        self._sdks, self._package, self._parses = knowledge.sdks, package, 0
        self._owners = Owners(knowledge.sdks, package)
        self._wrappers = (*knowledge.apis.wrappers, *WRAPPERS)
        listed = (name for row in knowledge.apis.accesses for name in row.methods)
        self._listed = {name.replace("->", ".") for name in listed}
        self._frames: Bounded[str, Frame | None] = Bounded()
        self._called: Bounded[tuple[str, tuple[str, ...]], Called] = Bounded()

    def of(self, of: str, method: str, stack: tuple[str, ...] | None) -> Called:
        """Say who called a method of a class, by the frames from the call outwards."""
        if not stack:
            return NOBODY
        stack = stack[: MOST_FRAMES + 1]  # the one more says that it goes on
        key = (f"{of}.{method}", stack)
        called = self._called.get(key)
        if called is None:
            called = self._read(of, method, stack)
            self._called.keep(key, called, sum(map(len, stack)))
        return called

    def _read(self, of: str, method: str, stack: tuple[str, ...]) -> Called:
        found = [self._frame(text) for text in stack[:MOST_FRAMES]]
        frames = [frame for frame in found if frame is not None]
        outer = frames[_after_call(frames, of, method) :]
        if not outer:
            return NOBODY
        within = _before_loop(outer)
        whole = len(within) < len(outer) or (
            len(stack) <= MOST_FRAMES and outer[-1].name in _STARTS
        )
        told = [frame for frame in within if frame.kind not in ("hook", "reflection")]
        if not told:
            return NOBODY
        path = tuple(frame.name for frame in reversed(told[:MOST_PATH]))
        at = _acting(told)
        if at is None:
            coded = any(frame.kind == "code" for frame in told)
            return Called(None, told[0].name, path, True if whole else None, coded)
        acting = told[at]
        wrapped = self._wrapped(acting, told[at - 1] if at else None, of, method)
        return Called(acting.owner, acting.name, path, wrapped, coded=True)

    def _wrapped(self, acting: Frame, entry: Frame | None, of: str, method: str) -> bool | None:
        """Say whether what code set off was a framework's own affair; None where it may be.

        `entry` is what the code called: None for the very method of which it is asked.
        """
        if acting.owner is None and _is_shrunk(acting.of):
            return None  # a shrinker may have moved AndroidX there
        asked = entry is None or entry.of == of or entry.method == method
        asked = asked or (entry is not None and entry.name in self._listed)
        asked = asked or (entry is not None and entry.of.partition("$")[0].endswith("Compat"))
        return False if asked else None

    def _frame(self, text: str) -> Frame | None:
        text = text[:LONGEST_FRAME]
        if text in self._frames:
            return self._frames[text]
        return self._frames.keep(text, self._parsed(text), len(text))

    def _parsed(self, text: str) -> Frame | None:
        found = _FRAME.match(text)
        if found is None:
            return None
        name = found[1]
        if ";->" in name:  # as in smali
            name = name.removeprefix("L").replace("/", ".").replace(";->", ".")
        name = name.rpartition("/")[2].replace("->", ".")
        of, _, method = name.rpartition(".")
        if not of or not _NAME.fullmatch(name):
            return None
        self._parses += 1
        if self._parses % MOST_KEPT == 0:
            self._owners = Owners(self._sdks, self._package)  # which remembers every package
        kind = self._kind(of)
        owner = self._owners.of(of) if kind == "code" else None
        return Frame(masked(name), of, method, kind, owner)

    def _kind(self, of: str) -> Kind:
        if of.startswith(_REFLECTION):
            return "reflection"
        if of.startswith(HOOKS):
            return "hook"
        if of.startswith(self._wrappers):
            known = of.startswith(WRAPPERS) and self._owners.of(of) is not None
            return "code" if known else "wrapper"
        return "platform" if of.startswith(PLATFORM) else "code"


def masked(name: str) -> str:
    """Give a dotted name as facts repeat it: shortened, long numbers hidden."""
    if len(name) > LONGEST_WORDS:
        name = f"{name[: LONGEST_WORDS - 1]}…"
    return _LONG_NUMBER.sub("*", name)


def _after_call(frames: Sequence[Frame], of: str, method: str) -> int:
    """Give where the callers begin: after the call's own frames, and those of the hook."""
    hook = max((n for n, one in enumerate(frames[:_SEARCHED]) if one.kind == "hook"), default=-1)

    def is_call(frame: Frame) -> bool:
        return frame.of == of or (frame.method == method and frame.kind == "platform")

    for number, frame in enumerate(frames[:_SEARCHED]):
        if is_call(frame) and frame.method == method:
            return _past(frames, number, is_call)
        if frame.kind == "code" and number > hook:
            break
    return _past(frames, hook + 1, lambda frame: frame.of in _TRACING)


def _past(frames: Sequence[Frame], number: int, skipped: Callable[[Frame], bool]) -> int:
    while number < len(frames) and skipped(frames[number]):
        number += 1
    return number


def _before_loop(frames: Sequence[Frame]) -> Sequence[Frame]:
    for number, frame in enumerate(frames):
        if frame.name in _LOOPS:
            return frames[:number]
    return frames


def _acting(frames: Sequence[Frame]) -> int | None:
    """Give which frame acts: the innermost code that does more than hand a callback on."""
    for number, frame in enumerate(frames):
        if frame.kind != "code":
            continue
        inner = frames[number - 1] if number else None
        handed = inner is not None and inner.method == frame.method
        if not (handed and _CALLBACK.fullmatch(frame.method)):
            return number
    return None


def _is_shrunk(of: str) -> bool:
    """Say whether a shrinker may have made the name of a class."""
    *labels, simple = of.partition("$")[0].split(".")
    return not labels or len(simple) <= _SHORT or any(len(label) == 1 for label in labels)
