"""What Android runs for an app without a call in the code: threads, tasks, services, receivers.

A runner (rules/lists/runtime.yaml) is a call that is handed an object or a class whose methods run
later. Which ones these are is followed through registers, fields, results, and what was put into
the object that is handed over (an Intent's class, a thread's Runnable); a method that hands on its
own parameter becomes a runner itself, so that its callers are asked. A class of `holders`
is asked for what it keeps where it is read, and not by its own code, which serves everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.callgraph import EVERY, Run
from scanner.collect.apk.dex import Array
from scanner.collect.apk.inside import MAX_CALLERS, MAX_DEPTH, Inside
from scanner.collect.apk.members import Members
from scanner.collect.apk.program import ACC_STATIC, between, spread
from scanner.collect.apk.values import (
    Body,
    ClassOf,
    Field,
    Invoke,
    New,
    Origin,
    Parameter,
    Result,
    Text,
)
from scanner.knowledge.runtime import Runner

MAX_WRAPPERS = 5_000
"""Methods that hand on a parameter; real apps have some hundreds."""
MAX_LOOKS = 50_000
"""Methods looked into for runners; real apps have some thousands."""
MAX_SPOTS = 4_000
"""Values followed for one question; ordinary ones need fewer than 20, some over 300."""
MAX_ALL_SPOTS = 500_000
"""Values followed in one package; real apps need some ten thousands."""
MAX_KEPT = 2_000
"""Methods whose calls on new objects are kept ready."""
MAX_BELOW = 2_000
"""Subclasses of one type that an object may be of."""

_STATIC_CALL = (0x71, 0x77)


class _Spot(NamedTuple):
    """A register at a place of a method, and how many methods and fields away it is."""

    method: int
    at: int
    register: int
    depth: int


class _Asked(NamedTuple):
    """An argument that is handed over to be run."""

    register: int
    names: frozenset[int]
    """Names of methods that run."""
    by_class: bool
    """Whether a class is handed over, not an object."""


_Wrapping = dict[tuple[int, bool], frozenset[int]]
"""What a method hands on: parameter by word, and whether it names classes; the names that run."""


class Flows:
    """Finds what the runners in methods set going; the answers are kept."""

    def __init__(
        self,
        inside: Inside,
        members: Members,
        runners: Iterable[Runner],
        holders: Iterable[str] = (),
    ) -> None:
        self.inside = inside
        self.graph = inside.graph
        self.program = inside.program
        self.complete = True
        """Whether everything was followed."""
        self.spots = 0
        """Values followed so far."""
        self._looks = 0
        self._runs: tuple[dict[int, frozenset[int]], dict[int, frozenset[int]]] = {}, {}
        for runner in runners:
            names = frozenset(self._number(name) for name in runner.runs) - {-1}
            table = self._runs[runner.by_class]
            for method in members.methods(runner.methods):
                table[method] = table.get(method, frozenset()) | names
        self.graph.handed[list(self._runs[False])] = True
        self.holders = frozenset(self.program.type_number(name) for name in holders) - {-1}
        """Classes that only keep what they are handed."""
        self._beginning = self.program.name_number("<init>")
        self._called: tuple[Array, Array] | None = None
        self._calls_on: dict[int, dict[New, list[Invoke]]] = {}
        self._bodies: dict[tuple[int, frozenset[int]], list[int]] = {}
        self._blocked: Array = np.zeros(0, np.int64)
        self.forget()

    def _number(self, name: str) -> int:
        return EVERY if name == "*" else self.program.name_number(name)

    def forget(self) -> None:
        """Begin a new walk."""
        count = len(self.program.method_key)
        self._reached = np.zeros(count, bool)
        self._asks = np.zeros(count, bool)
        self._asks[[*self._runs[False], *self._runs[True]]] = True
        self._wrapped: dict[int, _Wrapping] = {}
        self._answers: dict[int, list[Run]] = {}

    def further(self, methods: Array, blocked: Array) -> list[Run]:
        """Give what runs because these methods, newly reached, are run.

        `blocked` are keys of places that do not run (see callgraph.place_keys).
        """
        if blocked is not self._blocked:
            self._blocked = blocked
            self.forget()
        self._reached[methods] = True
        found: list[Run] = []
        work = self._with_runners(methods)
        while work:
            handing: dict[int, _Wrapping] = {}
            for method in work:
                self._looks += 1
                if self._looks > MAX_LOOKS:
                    self.complete = False
                    return found
                runs, wrapping = self._look(method)
                self._answers[method] = runs
                found += runs
                if wrapping:
                    handing[method] = wrapping
            work = self._callers_of(handing)
        return found

    def _with_runners(self, methods: Array) -> list[int]:
        """Give those of the methods that call a runner."""
        code = self.program.code[methods]
        methods, code = methods[code >= 0], code[code >= 0]
        rows, which = self.program.invokes.of(code)
        target = self.program.invokes.target[rows]
        chosen = (target >= 0) & self._asks[np.maximum(target, 0)]
        return [int(method) for method in np.unique(methods[which[chosen]])]

    def _callers_of(self, handing: dict[int, _Wrapping]) -> list[int]:
        """Make methods that hand on parameters runners; give their callers reached before."""
        changed = []
        for method, wrapping in handing.items():
            for target in self._named_for(method):
                known = self._wrapped.setdefault(target, {})
                for key, names in wrapping.items():
                    grown = known.get(key, frozenset()) | names
                    if known.get(key) != grown:
                        known[key] = grown
                        changed.append(target)
        if len(self._wrapped) > MAX_WRAPPERS:
            self.complete = False
            return []
        if not changed:
            return []
        self._asks[changed] = True
        invokes = self.program.invokes
        if self._called is None:
            order = np.argsort(invokes.target, kind="stable")
            self._called = order, invokes.target[order]
        order, targets = self._called
        wanted = np.unique(np.array(changed, np.int64))
        rows, _ = spread(*between(targets, wanted))
        callers = np.unique(self.program.code_method[invokes.code[order[rows]]])
        callers = callers[callers >= 0]
        return [int(one) for one in callers[self._reached[callers]]]

    def _named_for(self, method: int) -> list[int]:
        """Give the methods that calls name when they run a body, by dispatch as well."""
        table = self.graph.overrides
        named = np.flatnonzero(self.graph.resolved == method)
        return [int(one) for one in np.union1d(named, table.method[table.target == method])]

    def _look(self, method: int) -> tuple[list[Run], _Wrapping]:
        """Look inside a method: what it sets going, and which of its parameters it hands on."""
        holds = int(self.program.method_class[method]) in self.holders
        body = None if holds else self.inside.body(method)
        runs: dict[Run, None] = {}
        wrapping: _Wrapping = {}
        for invoke in body.invokes() if body else ():
            callee = self.inside.callee(method, invoke)
            if callee < 0 or not self._asks[callee] or self._is_blocked(method, invoke.at):
                continue
            for register, names, by_class in self._asked(method, invoke, callee):
                found = _Found(self, method, by_class)
                found.follow(invoke.at, register)
                for kind, target in self._targets(found, names):
                    runs[Run(method, invoke.at, target, kind, int(by_class))] = None
                for word in found.parameters:
                    key = word, by_class
                    wrapping[key] = wrapping.get(key, frozenset()) | names
        return list(runs), wrapping

    def calls_on(self, method: int) -> dict[New, list[Invoke]]:
        """Give the calls with arguments on each object that a method makes."""
        if method not in self._calls_on:
            if len(self._calls_on) >= MAX_KEPT:
                self._calls_on.clear()
            found: dict[New, list[Invoke]] = {}
            body = self.inside.body(method)
            for invoke in body.invokes() if body else ():
                if invoke.op not in _STATIC_CALL and len(invoke.registers) > 1 and body:
                    for origin in body.origins(invoke.at, invoke.registers[0]):
                        if isinstance(origin, New):
                            found.setdefault(origin, []).append(invoke)
            self._calls_on[method] = found
        return self._calls_on[method]

    def _is_blocked(self, method: int, at: int) -> bool:
        key = int(self.program.code[method]) << 32 | at
        place = int(np.searchsorted(self._blocked, key))
        return place < len(self._blocked) and int(self._blocked[place]) == key

    def _asked(self, method: int, invoke: Invoke, callee: int) -> Iterator[_Asked]:
        """Give the arguments of a call that may be run; what is only made is not run."""
        first = int(self.program.method_name[callee] == self._beginning)
        for by_class in (False, True):
            if callee in self._runs[by_class]:
                names = self._runs[by_class][callee]
                for register, word, _ in self.inside.arguments(method, invoke):
                    if word >= first:
                        yield _Asked(register, names, by_class)
        for (word, by_class), names in sorted(
            self._wrapped.get(callee, {}).items(), key=lambda item: item[0]
        ):
            if word < len(invoke.registers):
                yield _Asked(invoke.registers[word], names, by_class)

    def _targets(self, found: _Found, names: frozenset[int]) -> Iterator[tuple[int, int]]:
        """Give the bodies that run, each with the class of its object."""
        kinds = set(found.named if found.by_class else found.exact)
        if not found.by_class:
            for kind in found.open:
                below = self.graph.hierarchy.below(kind)
                self.complete &= len(below) <= MAX_BELOW
                kinds.update(below[:MAX_BELOW].tolist())
        for kind in sorted(kinds):
            if (kind, names) not in self._bodies:
                self._bodies[kind, names] = self.graph.run_by(kind, names)
            for body in self._bodies[kind, names]:
                yield kind, body


class _Found:
    """What an argument may be: followed backwards through code, one question at a time."""

    def __init__(self, flows: Flows, method: int, by_class: bool) -> None:
        self.flows = flows
        self.inside = flows.inside
        self.program = flows.program
        self.hierarchy = flows.graph.hierarchy
        self.method = method
        self.by_class = by_class
        self.exact: set[int] = set()
        """Classes of which it may be an instance."""
        self.open: set[int] = set()
        """Classes of which it may be an instance, or of one below."""
        self.named: set[int] = set()
        """Classes that it names."""
        self.parameters: set[int] = set()
        """Parameters of the method, by word, that it may be or hold."""
        self._seen: set[tuple[int, int, int]] = set()

    def follow(self, at: int, register: int) -> None:
        """Follow one argument."""
        work = [_Spot(self.method, at, register, 0)]
        while work:
            spot = work.pop()
            body = self.inside.body(spot.method)
            if body is None or spot[:3] in self._seen:
                continue
            if len(self._seen) >= MAX_SPOTS or self.flows.spots >= MAX_ALL_SPOTS:
                self.flows.complete = False
                return
            self._seen.add(spot[:3])
            self.flows.spots += 1
            origins = body.origins(spot.at, spot.register)
            for origin in sorted(origins, key=repr) if len(origins) > 1 else origins:
                work += self._from(spot, body, origin)

    def _from(self, spot: _Spot, body: Body, origin: Origin) -> list[_Spot]:
        if isinstance(origin, ClassOf):
            self._name(int(self._types(spot.method, origin.index)))
        elif isinstance(origin, Text) and self.by_class:
            part, _, _ = self.program.part_of(int(self.program.code[spot.method]))
            self._name(self.program.type_number(part.dex.text(origin.index)))
        elif isinstance(origin, New):
            kind = self._types(spot.method, origin.index)
            own = self.hierarchy.inside[kind] and kind not in self.flows.holders
            if own:
                self.exact.add(kind)
            if self.by_class or not own:
                return self._held(spot, origin)
        elif isinstance(origin, Parameter):
            return self._handed(spot, origin)
        elif isinstance(origin, Field):
            return self._stored(spot, origin)
        elif isinstance(origin, Result):
            return self._returned(spot, body.invoke_at(origin.at))
        return []

    def _types(self, method: int, index: int) -> int:
        part, _, _ = self.program.part_of(int(self.program.code[method]))
        return int(part.types[index]) if index < len(part.types) else 0

    def _name(self, kind: int) -> None:
        if kind >= 0 and self.hierarchy.inside[kind]:
            self.named.add(kind)

    def _may_be(self, kind: int) -> None:
        if kind >= 0 and self.hierarchy.inside[kind]:
            self.open.add(kind)

    def _held(self, spot: _Spot, origin: New) -> list[_Spot]:
        """Give what calls in the same method put into an object that was made there."""
        found = []
        for invoke in self.flows.calls_on(spot.method).get(origin, ()):
            found += [
                _Spot(spot.method, invoke.at, register, spot.depth)
                for register, word, _ in self.inside.arguments(spot.method, invoke)
                if word
            ]
        return found

    def _handed(self, spot: _Spot, origin: Parameter) -> list[_Spot]:
        """Give what callers hand over as a parameter."""
        static = self.program.access[spot.method] & ACC_STATIC
        if not origin.number and not static:
            self._may_be(int(self.program.method_class[spot.method]))
            return []
        if not spot.depth:
            self.parameters.add(origin.number)
            return []
        callers = self.inside.callers(spot.method)
        if spot.depth >= MAX_DEPTH:
            return []
        found = []
        for caller, at in callers[:MAX_CALLERS]:
            body = self.inside.body(caller) if caller >= 0 else None
            registers = body.invoke_at(at).registers if body else ()
            if origin.number < len(registers):
                found.append(_Spot(caller, at, registers[origin.number], spot.depth + 1))
        return found

    def _stored(self, spot: _Spot, origin: Field) -> list[_Spot]:
        """Give what is stored into a field; its type says the rest."""
        stores, complete = self.inside.stores(*self.inside.field_of(spot.method, origin.index))
        if not stores or not complete or spot.depth >= MAX_DEPTH:
            part, _, _ = self.program.part_of(int(self.program.code[spot.method]))
            kinds = part.dex.field_type[origin.index : origin.index + 1]
            for kind in kinds.tolist():
                self._may_be(self._types(spot.method, kind))
        if spot.depth >= MAX_DEPTH:
            return []
        return [_Spot(one.method, one.at, one.register, spot.depth + 1) for one in stores]

    def _returned(self, spot: _Spot, invoke: Invoke) -> list[_Spot]:
        """Give what a call returns; outside the app, what it is called on or handed."""
        callee = self.inside.callee(spot.method, invoke)
        if callee < 0:
            return []
        target = int(self.flows.graph.resolved[callee])
        holds = target >= 0 and int(self.program.method_class[target]) in self.flows.holders
        if holds:
            target = -1
        inner = self.inside.body(target) if target >= 0 and spot.depth < MAX_DEPTH else None
        returns = list(inner.returns()) if inner else []
        found = [_Spot(target, at, register, spot.depth + 1) for at, register in returns]
        if not found and not holds:
            kind = self.program.proto_of(callee).rpartition(")")[2]
            self._may_be(self.program.type_number(kind) if kind.startswith("L") else -1)
        if not found or self.by_class:
            given = list(self.inside.arguments(spot.method, invoke))
            if invoke.op not in _STATIC_CALL and not self.by_class:
                given = given[:1]
            found += [_Spot(spot.method, invoke.at, one, spot.depth) for one, _, _ in given]
        return found
