"""Which calls come up again by themselves, and whether the way there asks for an earlier refusal.

A way is a chain of plain calls from where Android returns to a screen, or starts the app. Every
branch that decides whether the chain goes on is looked at: a test of the permission itself, of the
version of Android and of a list's length says nothing of a refusal; a stored value, or Android's
own answer, does; anything else leaves it open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from scanner.collect.apk.manifest import Manifest
from scanner.collect.apk.program import ACC_STATIC
from scanner.collect.apk.reading import Place, Reading
from scanner.collect.apk.values import Body, Field, Flow, Number, Origin, Result, Unknown

MAX_DEPTH = 6
"""Calls between what Android runs and the call in question."""
MAX_WAYS = 60
"""Ways to one place that are looked at."""
MAX_INNER = 3
"""Calls down which a method is followed that answers yes or no."""

_RETURNS = ("onStart", "onResume", "onPostResume", "onRestart")
_LAUNCHES = ("onCreate", "onPostCreate", "onAttachedToWindow", "attachBaseContext")
_SCREENS = frozenset(
    (
        *("android.app.Activity", "android.app.Fragment", "androidx.fragment.app.Fragment"),
        "android.support.v4.app.Fragment",
    )
)
_REMEMBERS = ("shouldShowRequestPermissionRationale", "shouldShowRationale", "somePermissionDenied")
_STORES = (
    *("android.content.SharedPreferences", "com.tencent.mmkv.MMKV", "com.orhanobut.hawk.Hawk"),
    "androidx.datastore.",
)
_TESTS = frozenset(
    (
        *("checkSelfPermission", "checkPermission", "checkCallingOrSelfPermission", "isGranted"),
        *("hasPermissions", "hasPermission", "checkSelfPermissions", "isHasPermission"),
        *("isEmpty", "size", "hasNext", "next", "get", "length", "isFinishing", "equals"),
        *(
            "canDrawOverlays",
            "isExternalStorageManager",
            "canRequestPackageInstalls",
            "getActivity",
        ),
        *("getContext", "requireContext", "toArray", "iterator", "isDestroyed", "isAdded"),
    )
)
"""Calls whose answer says nothing of a refusal."""
_ARRAY_LENGTH, _INSTANCE_OF = 0x21, 0x20
_SWITCHES = (0x2B, 0x2C)


class Coming(NamedTuple):
    """How a call comes up again."""

    again: Literal["return", "launch", "none"] | None
    """What brings it; None for the return to a screen that people may have to open each time."""
    denial_tested: bool | None
    """Whether the way tests an earlier refusal; None where that cannot be told."""


_AGAIN = ("return", "launch", None, "none")
NEVER = Coming("none", None)
"""No plain way was found."""


class Lifecycle:
    """Finds the ways."""

    def __init__(self, reading: Reading, manifest: Manifest | None) -> None:
        self.reading = reading
        self.program = reading.program
        self.inside = reading.inside
        names = [one.runs for one in manifest.components if one.launcher] if manifest else []
        if manifest:
            names.append(manifest.application)
        self.first = {self.program.type_number(name) for name in names if name}
        self._inner: dict[int, bool | None] = {}

    def coming(self, place: Place) -> Coming:
        """Say how a call comes up again, by the way that tests least."""
        found: set[Coming] = set()
        ways = 0
        work: list[tuple[tuple[Place, ...], frozenset[bool | None]]] = [((place,), frozenset())]
        while work and ways < MAX_WAYS:
            way, told = work.pop()
            ways += 1
            last = way[-1]
            body = self.inside.body(last.method)
            if body is None or body.damaged:
                continue
            told |= self._tests(last, body)
            again = self._kind(last.method)
            if again is not None:
                tested = True if True in told else None if None in told else False
                found.add(Coming(None if again == "elsewhere" else again, tested))
            elif len(way) <= MAX_DEPTH:
                seen = {one.method for one in way}
                for caller, at in self.inside.callers(last.method):
                    if caller >= 0 and caller not in seen:
                        work.append(((*way, Place(caller, at)), told))
        return min(found, key=_rank, default=NEVER)

    def _kind(self, method: int) -> Literal["return", "launch", "elsewhere"] | None:
        name = self.program.name_of(method)
        if self.program.access[method] & ACC_STATIC:
            return None
        kind = int(self.program.method_class[method])
        below = {int(one) for one in self.reading.hierarchy.below(kind)}
        first = not self.first.isdisjoint(below | {kind})
        if name in _RETURNS and not _SCREENS.isdisjoint(self._above(kind)):
            return "return" if first else "elsewhere"
        return "launch" if name in _LAUNCHES and first else None

    def _above(self, kind: int) -> frozenset[str]:
        return self.reading.members.ancestors(kind)

    def _tests(self, place: Place, body: Body) -> frozenset[bool | None]:
        """Say what the branches test that decide whether a place is reached."""
        switches = any(body.op(at) in _SWITCHES for at in body.starts)
        found: set[bool | None] = {None} if switches else set()
        for at in self._deciding(place, body):
            for register in body.compared(at):
                for origin in body.origins(at, register):
                    told = self._told(place.method, body, origin, at)
                    if told is not False:
                        found.add(told)
        return frozenset(found)

    def _deciding(self, place: Place, body: Body) -> Iterator[int]:
        """Give the branches of which one side leads to a place and the other need not."""
        flow = body.flow
        target = flow.block_of(place.at)
        for block, at in flow.branches():
            sides = [_reaches(flow, one, target, block) for one in flow.edges[block]]
            if any(sides) and not all(sides):
                yield at

    def _told(self, method: int, body: Body, origin: Origin, at: int) -> bool | None:
        """Say whether a value tells of a refusal; None where nobody knows."""
        if isinstance(origin, Number):
            return False
        if isinstance(origin, Unknown) and origin.at != at:
            return False if body.op(origin.at) in (_ARRAY_LENGTH, _INSTANCE_OF) else None
        if isinstance(origin, Field) and origin.static:
            return False if self._field_name(method, origin) == "SDK_INT" else None
        if not isinstance(origin, Result):
            return None
        invoke = body.invoke_at(origin.at)
        return self._answer(self.inside.callee(method, invoke), invoke.op, 0)

    def _field_name(self, method: int, origin: Field) -> str:
        _, name = self.inside.field_of(method, origin.index)
        return self.program.names[name].decode("utf-8", "replace") if name >= 0 else ""

    def _answer(self, callee: int, op: int, depth: int) -> bool | None:
        """Say whether what a call returns tells of a refusal."""
        if callee < 0:
            return None
        name = self.program.name_of(callee)
        owner = self.program.type_text(int(self.program.method_class[callee]))
        if name in _REMEMBERS or owner.startswith(_STORES):
            return True
        bodies, complete = self.inside.bodies(callee, op)
        if not bodies:
            return False if name in _TESTS else None
        if depth >= MAX_INNER or not complete:
            return None
        told = {self._body_told(one, depth + 1) for one in bodies}
        return True if True in told else None if None in told else False

    def _body_told(self, method: int, depth: int) -> bool | None:
        """Say the same of a method of the app: all that it calls and reads."""
        if method in self._inner:
            return self._inner[method]
        self._inner[method] = None
        body = self.inside.body(method)
        if body is None:
            return None
        told: set[bool | None] = set()
        for at in body.starts:
            op = body.op(at)
            if 0x52 <= op <= 0x58:
                told.add(None)
            elif 0x60 <= op <= 0x66:
                field = Field(at, body.units[at + 1], True)
                told.add(False if self._field_name(method, field) == "SDK_INT" else None)
        for invoke in body.invokes():
            callee = self.inside.callee(method, invoke)
            name = self.program.name_of(callee) if callee >= 0 else ""
            proto = self.program.proto_of(callee) if callee >= 0 else ""
            answer = self._answer(callee, invoke.op, depth)
            if answer or (proto.endswith((")Z", ")I")) and name not in _TESTS):
                told.add(answer)
        self._inner[method] = True if True in told else None if None in told else False
        return self._inner[method]


def _rank(one: Coming) -> tuple[int, int]:
    return (False, None, True).index(one.denial_tested), _AGAIN.index(one.again)


def _reaches(flow: Flow, start: int, target: int, without: int) -> bool:
    """Tell whether one block leads to another without passing a third."""
    work, seen = [start], {without}
    while work:
        block = work.pop()
        if block == target:
            return True
        if block not in seen:
            seen.add(block)
            work += flow.edges[block]
    return False
