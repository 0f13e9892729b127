"""What code asks of the user, of other apps and of the system while it runs.

Requests for permissions, starts of other apps' parts, loading of further code, and bridges between
web pages and the app; each with the constants that name what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.collect.apk.constants import OPEN, Texts
from scanner.collect.apk.reading import Place, Reading
from scanner.collect.apk.values import Body, Origin, Result

_PERMISSION = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*\.permission\.[A-Za-z0-9_.]+")
_PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
MAX_CHAIN = 50
"""Calls in a chain that makes one request."""
_NAMES = ("Ljava/lang/String;", "Ljava/lang/Object;")
_INTENT = "Landroid/content/Intent;"
MAX_CHAINED = 200
"""Calls on one Intent that are followed back."""
_STATIC_CALLS = (0x71, 0x77)


class Request(NamedTuple):
    """A request for permissions."""

    permissions: tuple[str, ...]
    """Full names, sorted."""
    place: Place
    """Where."""


class Named(NamedTuple):
    """A call, with a name that it was handed."""

    name: str | None
    """The name; None when it is made at run time."""
    api: str
    """The call, as people write it."""
    place: Place
    """Where."""


class Asks:
    """Finds what an app's code asks for."""

    def __init__(self, reading: Reading, package: str) -> None:
        self.reading = reading
        self.package = package
        self.runtime = reading.knowledge.runtime
        self.unnamed_requests = 0
        """Requests whose permissions could not be found out."""

    def requests(self) -> list[Request]:
        """Give the requests for permissions that can be told."""
        self.unnamed_requests = 0
        asked: dict[Place, set[str]] = {}
        calls = {place for place, _ in self._calls(self.runtime.requests)}
        following = {self._chained(place, calls): place for place in sorted(calls)}
        for place in sorted(calls):
            if self._is_wrapper(place):
                continue
            last = place
            for _ in range(MAX_CHAIN):
                last = following.get(last, last)
            for at, texts in self._asked_for(place):
                names = {text for text in texts.values if self._is_permission(text)}
                if names:
                    asked.setdefault(last if at == place else at, set()).update(names)
                elif texts.open and not self._is_wrapper(at):
                    self.unnamed_requests += 1
        return sorted(Request(tuple(sorted(names)), place) for place, names in asked.items())

    def _chained(self, place: Place, calls: set[Place]) -> Place | None:
        """Give the request before in a chain of calls, each made on what the last one returned."""
        body = self.reading.inside.body(place.method)
        at = place.at
        for _ in range(MAX_CHAIN):
            registers = body.invoke_at(at).registers if body else ()
            origins = body.origins(at, registers[0]) if body and registers else frozenset()
            origin = next(iter(origins)) if len(origins) == 1 else None
            if not isinstance(origin, Result) or origin.at >= at:
                return None
            at = origin.at
            if Place(place.method, at) in calls:
                return Place(place.method, at)
        return None

    def starts(self) -> list[Named]:
        """Give the calls that start a part of another app, by the other's package name.

        The Intent that is started must be the one that names the other app.
        """
        starting: dict[int, list[tuple[Place, str]]] = {}
        for place, api in self._calls(self.runtime.starts):
            starting.setdefault(place.method, []).append((place, api))
        found: set[Named] = set()
        for place, _ in self._calls(self.runtime.strangers):
            aimed = self._aimed(place) if place.method in starting else frozenset()
            for start, api in starting.get(place.method, ()):
                if not aimed & self._started(start):
                    continue
                for text in self._first_text(place).values:
                    if _PACKAGE.fullmatch(text) and text != self.package:
                        found.add(Named(text, api, place))
        return sorted(found, key=lambda one: (one.place, one.api, one.name or ""))

    def _started(self, place: Place) -> frozenset[Origin]:
        """Give where the Intents that a call is handed come from."""
        body = self.reading.inside.body(place.method)
        if body is None:
            return frozenset()
        invoke = body.invoke_at(place.at)
        given = self.reading.inside.arguments(place.method, invoke)
        registers = [register for register, _, kind in given if kind == _INTENT]
        found = [self._made(place.method, body, place.at, register) for register in registers]
        return frozenset().union(*found)

    def _aimed(self, place: Place) -> frozenset[Origin]:
        """Give where the Intents come from to which a call gives the name of an app."""
        body = self.reading.inside.body(place.method)
        if body is None:
            return frozenset()
        invoke = body.invoke_at(place.at)
        callee = self.reading.program.name_of(self.reading.inside.callee(place.method, invoke))
        if callee.startswith("getLaunchIntent"):
            return frozenset((Result(place.at),))
        if callee.startswith("set"):
            return self._made(place.method, body, place.at, invoke.registers[0])
        component: frozenset[Origin] = frozenset((Result(place.at),))
        if callee == "<init>":
            component = body.origins(place.at, invoke.registers[0])
        found: set[Origin] = set()
        for other in body.invokes():
            named = self.reading.inside.callee(place.method, other)
            if named < 0 or self.reading.program.name_of(named) != "setComponent":
                continue
            if len(other.registers) > 1 and body.origins(other.at, other.registers[1]) & component:
                found |= self._made(place.method, body, other.at, other.registers[0])
        return frozenset(found)

    def _made(self, method: int, body: Body, at: int, register: int) -> frozenset[Origin]:
        """Give where an Intent comes from, through calls of its own that return it."""
        found: set[Origin] = set()
        work, seen = [(at, register)], set[tuple[int, int]]()
        while work and len(seen) < MAX_CHAINED:
            spot = work.pop()
            if spot in seen:
                continue
            seen.add(spot)
            for origin in body.origins(*spot):
                inner = body.invoke_at(origin.at) if isinstance(origin, Result) else None
                callee = self.reading.inside.callee(method, inner) if inner else -1
                kind = self.reading.program.method_class[callee] if callee >= 0 else 0
                if inner and self.reading.program.types[int(kind)] == _INTENT.encode():
                    work.append((inner.at, inner.registers[0]))
                else:
                    found.add(origin)
        return frozenset(found)

    def loads(self) -> list[Named]:
        """Give the calls that load further code."""
        return [Named(None, api, place) for place, api in self._calls(self.runtime.loaders)]

    def bridges(self) -> list[Named]:
        """Give the calls that open the app to web pages, with the name that scripts use."""
        found: set[Named] = set()
        for place, api in self._calls(self.runtime.bridges):
            texts = self._argument(place, 1)
            names: list[str | None] = [*sorted(texts.values)] or [None]
            found |= {Named(name, api, place) for name in names}
        return sorted(found, key=lambda one: (one.place, one.name or ""))

    def _calls(self, members: Iterable[str]) -> Iterator[tuple[Place, str]]:
        named = self.reading.members.methods(members)
        for place, method in self.reading.calls(named):
            yield place, sorted(named[method])[0].replace("->", ".")

    def _is_permission(self, text: str) -> bool:
        return text in self.reading.knowledge.permissions or bool(_PERMISSION.fullmatch(text))

    def _is_wrapper(self, place: Place) -> bool:
        kind = int(self.reading.program.method_class[place.method])
        wrappers = self.reading.knowledge.apis.wrappers
        return self.reading.program.type_text(kind).startswith(wrappers)

    def _argument(self, place: Place, number: int) -> Texts:
        inside = self.reading.inside
        body = inside.body(place.method)
        register = inside.argument(place.method, body.invoke_at(place.at), number) if body else None
        if register is None:
            return OPEN
        return inside.texts(place.method, place.at, register)

    def _first_text(self, place: Place) -> Texts:
        """Give the first argument's texts when it is one by its type."""
        inside = self.reading.inside
        body = inside.body(place.method)
        callee = inside.callee(place.method, body.invoke_at(place.at)) if body else -1
        if callee < 0 or not self.reading.program.proto_of(callee).startswith(
            "(Ljava/lang/String;"
        ):
            return OPEN
        return self._argument(place, 0)

    def _asked_for(self, place: Place) -> list[tuple[Place, Texts]]:
        """Give what a request is handed, apart for each place that decides on it."""
        inside = self.reading.inside
        body = inside.body(place.method)
        if body is None:
            return [(place, OPEN)]
        invoke = body.invoke_at(place.at)
        skip = 0 if invoke.op in _STATIC_CALLS else 1
        found: dict[Place, list[Texts]] = {}
        for register, _, kind in list(inside.arguments(place.method, invoke))[skip:]:
            if kind.lstrip("[") in _NAMES or kind.endswith(("List;", "Collection;", "Set;")):
                for method, at, texts in inside.by_caller(place.method, place.at, register):
                    found.setdefault(Place(method, at), []).append(texts)
        return [
            (at, texts)
            for at, several in sorted(found.items())
            for texts in several
            if not (texts.numbers and not texts.values and not texts.open)
        ]
