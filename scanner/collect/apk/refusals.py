"""Code that answers the refusal of a permission by ending the app at once.

Looked at is what Android calls with the answer: the side of a branch that a refusal takes, where
all of it ends the app, or the screen, without opening anything else first, and the other side does
not. What is decided elsewhere, as in a dialog that asks once more, is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Literal, NamedTuple

from scanner.collect.apk.manifest import Manifest
from scanner.collect.apk.reading import Place, Reading
from scanner.collect.apk.values import Body, Element, Number, Parameter

MAX_INNER = 3
"""Calls down which a method of the app is followed; what lies deeper is not known."""
MAX_BODIES = 8
"""Methods that one call may run, beyond which nobody knows which."""

_CALLBACK = "onRequestPermissionsResult"
_PROTO = "(I[Ljava/lang/String;[I)V"
_GRANTS = 3
"""Which parameter holds the answers; the screen itself is 0."""
_ENDS_APP = (
    *("android.app.Activity->finishAffinity", "android.app.Activity->finishAndRemoveTask"),
    *("java.lang.System->exit", "java.lang.Runtime->exit", "java.lang.Runtime->halt"),
    "android.os.Process->killProcess",
)
_ENDS_SCREEN = ("android.app.Activity->finish",)
_OPENS = (
    *("android.app.Dialog->show", "android.app.AlertDialog$Builder->show"),
    *("androidx.appcompat.app.AlertDialog$Builder->show", "android.content.Context->startActivity"),
    *("android.support.v7.app.AlertDialog$Builder->show", "android.app.Activity->startActivity"),
    *("android.app.Activity->startActivityForResult", "android.app.Fragment->startActivity"),
    *("androidx.fragment.app.DialogFragment->show", "android.app.DialogFragment->show"),
    *("androidx.core.app.ActivityCompat->requestPermissions",),
    *("android.app.Activity->requestPermissions",),
    *("android.support.v4.app.ActivityCompat->requestPermissions",),
    *("android.content.ContextWrapper->startActivity", "android.app.PendingIntent->send"),
    *("android.app.Activity->startActivityIfNeeded", "android.app.Activity->setContentView"),
    *("android.widget.PopupWindow->showAtLocation", "android.widget.PopupWindow->showAsDropDown"),
    *("androidx.activity.result.ActivityResultLauncher->launch",),
    *("android.app.FragmentTransaction->commit", "android.content.Context->startService"),
)
"""Calls that open another way before anything ends."""
_POSTS = (
    *("android.os.Handler->post", "android.os.Handler->postDelayed", "java.lang.Thread->start"),
    *("android.os.Handler->sendEmptyMessage", "android.os.Handler->sendEmptyMessageDelayed"),
    *("android.os.Handler->sendMessage", "android.os.Handler->sendMessageDelayed"),
    *("android.view.View->post", "android.view.View->postDelayed", "java.util.Timer->schedule"),
    *("android.app.Activity->runOnUiThread", "java.util.concurrent.Executor->execute"),
    *("java.util.concurrent.ExecutorService->submit",),
    *("java.util.concurrent.ScheduledExecutorService->schedule",),
)
"""Calls after which something runs that may open another way."""
_DENIED, _GRANTED = -1, 0
_ARRAY_GET = 0x44

Ends = Literal["app", "screen"]


class Refused(NamedTuple):
    """An answer to a refusal."""

    place: Place
    """Where the refusal is told from the permission."""
    ends: Ends
    """What ends."""
    kind: int
    """The class that is told of the answer."""


class Refusals:
    """Finds such answers."""

    def __init__(self, reading: Reading, manifest: Manifest | None) -> None:
        self.reading = reading
        self.program = reading.program
        self.inside = reading.inside
        methods = reading.members.methods
        self.ends_app = set(methods(_ENDS_APP))
        self.ends_screen = set(methods(_ENDS_SCREEN))
        self.opens = {*methods(_OPENS), *methods(_POSTS)}
        components = manifest.components if manifest else ()
        names = [one.runs for one in components if one.launcher]
        self.first = {self.program.type_number(name) for name in names}
        self._known: dict[tuple[int, int], Ends | None] = {}
        self._opening: dict[tuple[int, int], bool] = {}

    def found(self) -> list[Refused]:
        """Give every answer, in the order of the code."""
        return sorted(one for method in self._callbacks() for one in self._in(method))

    def _callbacks(self) -> Iterator[int]:
        program = self.program
        name = program.name_number(_CALLBACK)
        for method in (program.method_name == name).nonzero()[0].tolist() if name >= 0 else ():
            if program.code[method] >= 0 and program.proto_of(method) == _PROTO:
                kind = int(program.method_class[method])
                if "android.app.Activity" in self.reading.members.ancestors(kind):
                    yield method

    def _in(self, method: int) -> Iterator[Refused]:
        body = self.inside.body(method)
        if body is None or body.damaged:
            return
        kind = int(self.program.method_class[method])
        for block, at in body.flow.branches():
            position = _side_of_refusal(body, at)
            if position is None:
                continue
            sides = body.flow.edges[block]
            ends = self._side_ends(method, body, sides[position], 0)
            if ends and not self._side_ends(method, body, sides[1 - position], 0):
                below = {kind, *self.reading.hierarchy.below(kind).tolist()}
                whole = ends == "app" or not self.first.isdisjoint(below)
                yield Refused(Place(method, at), "app" if whole else "screen", kind)
                return

    def _side_ends(self, method: int, body: Body, block: int, depth: int) -> Ends | None:
        """Say what ends on every way from a block on, if it does so before anything is opened."""
        found: set[Ends] = set()
        work, seen = [block], set[int]()
        while work:
            one = work.pop()
            if one in seen:
                continue
            seen.add(one)
            ends = self._block_ends(method, body, one, depth)
            if ends is False or (ends is None and not body.flow.edges[one]):
                return None
            if ends:
                found.add(ends)
            else:
                work += body.flow.edges[one]
        if not found:
            return None
        return "app" if found == {"app"} else "screen"

    def _block_ends(
        self, method: int, body: Body, block: int, depth: int
    ) -> Ends | Literal[False] | None:
        """Say what the first telling call of a block does: ends something, or opens (false)."""
        frame = body.flow.frame
        at = frame.leaders[block]
        for invoke in body.invokes():
            if not at <= invoke.at <= frame.lasts[block]:
                continue
            callee = self.inside.callee(method, invoke)
            ends = self._call_ends(callee, invoke.op, depth)
            if ends:
                return ends
            if self._may_open(callee, invoke.op, depth):
                return False
        return None

    def _call_ends(self, callee: int, op: int, depth: int) -> Ends | None:
        if callee in self.ends_app:
            return "app"
        if callee in self.ends_screen:
            return "screen"
        if callee < 0 or depth >= MAX_INNER:
            return None
        bodies, complete = self.inside.bodies(callee, op)
        if not complete or len(bodies) != 1:
            return None
        (target,) = bodies
        if (target, depth) not in self._known:
            self._known[target, depth] = None
            body = self.inside.body(target)
            if body is not None and not body.damaged:
                self._known[target, depth] = self._side_ends(target, body, 0, depth + 1)
        return self._known[target, depth]

    def _may_open(self, callee: int, op: int, depth: int) -> bool:
        """Say whether a call may open another way: what is not known may."""
        if callee < 0 or callee in self.opens:
            return True
        bodies, _ = self.inside.bodies(callee, op)
        if not bodies:
            return bool(self.reading.hierarchy.inside[self.program.method_class[callee]])
        if depth >= MAX_INNER or len(bodies) > MAX_BODIES:
            return True
        return any(self._body_may_open(one, depth + 1) for one in bodies)

    def _body_may_open(self, method: int, depth: int) -> bool:
        if (method, depth) not in self._opening:
            self._opening[method, depth] = False
            body = self.inside.body(method)
            self._opening[method, depth] = (
                body is None
                or body.damaged
                or any(
                    self._may_open(self.inside.callee(method, one), one.op, depth)
                    for one in body.invokes()
                )
            )
        return self._opening[method, depth]


def permissions_of(kind_text: str, requests: Set[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """Give what a class, or one inside it, asks for; `requests` name classes and permissions."""
    outer = kind_text.partition("$")[0]
    return tuple(
        sorted(
            {
                name
                for owner, names in requests
                if owner.partition("$")[0] == outer
                for name in names
            }
        )
    )


def _side_of_refusal(body: Body, at: int) -> int | None:
    """Tell which edge of a branch a refusal takes, where the branch tests one answer."""
    registers = sorted(body.compared(at), key=lambda one: not _is_answer(body, at, one))
    if not _is_answer(body, at, registers[0]):
        return None
    against = {0}
    for other in registers[1:]:
        origins = body.origins(at, other)
        if not all(isinstance(one, Number) for one in origins):
            return None
        against = {one.value for one in origins if isinstance(one, Number)}
    kind = (body.op(at) - 0x32) % 6
    if len(against) != 1 or kind > 1:
        return None
    (number,) = against
    taken = {value: (value == number) == (kind == 0) for value in (_DENIED, _GRANTED)}
    if taken[_DENIED] == taken[_GRANTED]:
        return None
    return 0 if taken[_DENIED] else 1


def _is_answer(body: Body, at: int, register: int) -> bool:
    """Tell whether a register holds one of the answers that Android hands over."""
    origins = body.origins(at, register)
    return bool(origins) and all(
        isinstance(one, Element)
        and body.op(one.at) == _ARRAY_GET
        and body.origins(one.at, body.units[one.at + 1] & 0xFF) == {Parameter(_GRANTS)}
        for one in origins
    )
