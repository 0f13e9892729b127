"""What values code works with, followed across methods: constants (constants.py), and objects.

A value is followed through registers (values.py), the parameters of a method back to its callers,
what a method of the app returns, and what is stored into a field of the app. Each step is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.callgraph import CallGraph
from scanner.collect.apk.constants import Question, Spot, Texts
from scanner.collect.apk.dalvik import arguments as body_arguments
from scanner.collect.apk.dex import Array as Rows
from scanner.collect.apk.program import ACC_STATIC, Program
from scanner.collect.apk.values import Array, Body, ClassOf, Field, Invoke, New, Parameter, Result

MAX_DEPTH = 4
"""Methods and fields through which one object is followed."""
MAX_CALLERS = 40
"""Callers at which a parameter is looked up; more make the answer open."""
MAX_STEPS = 2_000
"""Places at which one question about objects looks."""
MAX_QUESTIONS = 200_000
"""Steps across methods in one package, about a minute; after that every answer is open."""
MAX_BODIES = 2_000
"""Bodies kept ready; an ordinary one takes some 10 kB."""

_ACC_NATIVE = 0x0100
_DISPATCHED = (0x6E, 0x72, 0x74, 0x78)
_STATIC_CALLS = (0x71, 0x77)
_WRITES = np.zeros(256, bool)
_WRITES[[*range(0x59, 0x60), *range(0x67, 0x6E)]] = True
_FILLED, _APUT_OBJECT = (0x24, 0x25), 0x4D


class Objects(NamedTuple):
    """The objects that a value may be."""

    types: frozenset[int]
    """Classes of which it may be an instance, or which it may name."""
    parameters: frozenset[int]
    """Parameters of the method, by word, that it may be."""


class Inside:
    """Answers questions about the values in an app's code."""

    def __init__(self, graph: CallGraph) -> None:
        self.graph = graph
        self.program: Program = graph.program
        self.questions = 0
        self._stores: dict[tuple[int, int], tuple[list[Spot], bool]] = {}
        self._bodies: OrderedDict[int, Body] = OrderedDict()

    def body(self, method: int) -> Body | None:
        """Give the instructions of a method; None when it has none."""
        code = int(self.program.code[method])
        if code < 0:
            return None
        known = self._bodies.pop(code, None)
        if known is None:
            part, _, row = self.program.part_of(code)
            known = Body(part.dex.code(row))
        self._bodies[code] = known
        if len(self._bodies) > MAX_BODIES:
            self._bodies.popitem(last=False)
        return known

    def callee(self, method: int, invoke: Invoke) -> int:
        """Give the number of the method that a call names, -1 for a call site."""
        if invoke.op >= 0xFC:
            return -1
        _, number, _ = self.program.part_of(int(self.program.code[method]))
        methods = self.program.part_methods[number]
        return int(methods[invoke.index]) if invoke.index < len(methods) else -1

    def argument(self, method: int, invoke: Invoke, number: int) -> int | None:
        """Give the register of an argument, from 0 without the receiver; None if there is none."""
        callee = self.callee(method, invoke)
        if callee < 0:
            return None
        static = invoke.op in _STATIC_CALLS
        word = 0 if static else 1
        for position, kind in enumerate(parameters_of(self.program.proto_of(callee))):
            if position == number:
                return invoke.registers[word] if word < len(invoke.registers) else None
            word += 2 if kind in "JD" else 1
        return None

    def arguments(self, method: int, invoke: Invoke) -> Iterator[tuple[int, int, str]]:
        """Give the object arguments: register, word and type; the receiver is the first."""
        callee = self.callee(method, invoke)
        if callee < 0:
            return
        word = 0
        if invoke.op not in _STATIC_CALLS:
            owner = self.program.types[int(self.program.method_class[callee])]
            if invoke.registers:
                yield invoke.registers[0], 0, owner.decode("utf-8", "replace")
            word = 1
        for kind in parameters_of(self.program.proto_of(callee)):
            if kind[0] in "L[" and word < len(invoke.registers):
                yield invoke.registers[word], word, kind
            word += 2 if kind in "JD" else 1

    # constants

    def texts(self, method: int, at: int, register: int) -> Texts:
        """Give the constants that a register may hold just before a place; see Texts."""
        return Question(self).texts(Spot(method, at, register))

    def by_caller(self, method: int, at: int, register: int) -> list[tuple[int, int, Texts]]:
        """Give the constants that a call is handed, apart for each place that decides on them.

        That is a caller which hands them in where the method only hands on its parameter.
        """
        found: list[tuple[int, int, Texts]] = []
        work = [(Spot(method, at, register), 0)]
        seen: set[Spot] = set()
        while work:
            spot, depth = work.pop()
            body = self.body(spot.method)
            origins = body.origins(spot.at, spot.register) if body else frozenset()
            parameter = next(iter(origins)) if len(origins) == 1 else None
            spots: list[Spot] = []
            if isinstance(parameter, Parameter) and depth < MAX_DEPTH and self.may_ask():
                spots, complete = self.handed(spot.method, parameter.number)
                spots = spots if complete and len(found) + len(work) < MAX_STEPS else []
            if not spots:
                found.append((spot.method, spot.at, self.texts(*spot)))
            work += [(one, depth + 1) for one in spots if one not in seen]
            seen.update(spots)
        return sorted(found, key=lambda one: one[:2])

    def parts(self, method: int, at: int, register: int) -> list[Texts]:
        """Give the items of an array in the order in which they are stored; of a text, itself."""
        question, body = Question(self), self.body(method)
        spot = Spot(method, at, register)
        for _ in range(MAX_DEPTH):
            origins = body.origins(spot.at, spot.register) if body else ()
            origin = next(iter(origins)) if len(origins) == 1 else None
            if body and isinstance(origin, Array):
                if not self.may_ask(1 + len(body.starts) // 5):
                    break
                return [question.texts(Spot(method, *place)) for place in _items(body, origin)]
            if not (body and isinstance(origin, Result)):
                break
            invoke = body.invoke_at(origin.at)
            callee = self.callee(method, invoke)
            if callee < 0 or self.program.name_of(callee) not in ("asList", "of"):
                break
            spot = Spot(method, origin.at, invoke.registers[0]) if invoke.registers else spot
        return [question.texts(Spot(method, at, register))]

    def handed(self, method: int, word: int) -> tuple[list[Spot], bool]:
        """Give where callers hold what they hand over as one parameter, and if that is all."""
        callers = self.callers(method, overrides=True)
        spots = self._registers(callers[:MAX_CALLERS], word)
        return spots, len(spots) == len(callers)

    def bodies(self, callee: int, op: int) -> tuple[list[int], bool]:
        """Give the methods of the app that a call may run, and whether these are all."""
        target = int(self.graph.resolved[callee])
        found = {target} if target >= 0 and self.program.code[target] >= 0 else set()
        if op in _DISPATCHED:
            begin, end = np.searchsorted(self.graph.overrides.method, [callee, callee + 1])
            end = min(end, begin + MAX_CALLERS + 1)
            targets = self.graph.overrides.target[begin:end]
            found |= set(targets[self.program.code[targets] >= 0].tolist())
        chosen = sorted(found)
        known = bool(self.graph.hierarchy.inside[self.program.method_class[callee]])
        known = known and not (target >= 0 and self.program.access[target] & _ACC_NATIVE)
        return chosen[:MAX_CALLERS], known and 0 < len(chosen) <= MAX_CALLERS

    # objects

    def objects(self, method: int, at: int, register: int) -> Objects:
        """Give the objects or classes that a register may hold just before a place."""
        types: set[int] = set()
        parameters: set[int] = set()
        self._objects(Spot(method, at, register), 0, set(), types, parameters)
        return Objects(frozenset(types), frozenset(parameters))

    def _objects(
        self,
        spot: Spot,
        depth: int,
        seen: set[Spot],
        types: set[int],
        parameters: set[int],
    ) -> None:
        body = self.body(spot.method)
        deep = depth > MAX_DEPTH or len(seen) >= MAX_STEPS
        if body is None or spot in seen or deep or not self.may_ask():
            return
        seen.add(spot)
        part, _, _ = self.program.part_of(int(self.program.code[spot.method]))
        further: list[Spot] = []
        for origin in body.origins(spot.at, spot.register):
            if isinstance(origin, New | ClassOf):
                types.update(part.types[origin.index : origin.index + 1].tolist())
            elif isinstance(origin, Parameter) and self._is_self(spot.method, origin):
                types.add(int(self.program.method_class[spot.method]))
            elif isinstance(origin, Parameter) and depth == 0:
                parameters.add(origin.number)
            elif isinstance(origin, Parameter):
                callers = self.callers(spot.method)[:MAX_CALLERS]
                further += self._registers(callers, origin.number)
            elif isinstance(origin, Field):
                kind = part.dex.field_type[origin.index : origin.index + 1]
                types.update(part.types[kind].tolist())
                further += self.stores(*self.field_of(spot.method, origin.index))[0]
            elif isinstance(origin, Result):
                further += self._returned(spot.method, body.invoke_at(origin.at), types)
        for one in further:
            self._objects(one, depth + 1, seen, types, parameters)

    def _is_self(self, method: int, parameter: Parameter) -> bool:
        return parameter.number == 0 and not self.program.access[method] & ACC_STATIC

    def _registers(self, callers: list[tuple[int, int]], word: int) -> list[Spot]:
        """Give where callers hold what they hand over as one parameter."""
        spots = []
        for caller, at in callers:
            body = self.body(caller) if caller >= 0 else None
            registers = body.invoke_at(at).registers if body else ()
            if word < len(registers):
                spots.append(Spot(caller, at, registers[word]))
        return spots

    def _returned(self, method: int, invoke: Invoke, types: set[int]) -> Iterator[Spot]:
        """Add the class that a call says to return, and give where its body returns."""
        callee = self.callee(method, invoke)
        if callee < 0:
            return
        kind = self.program.proto_of(callee).rpartition(")")[2]
        if kind.startswith("L"):
            types.add(self.program.type_number(kind))
        target = int(self.graph.resolved[callee])
        body = self.body(target) if target >= 0 else None
        for place, register in body.returns() if body else ():
            yield Spot(target, place, register)

    # where things are

    def references(self, method: int) -> list[int]:
        """Give the methods that calls name, by number, when they run a body without overrides."""
        return [int(one) for one in self._rows(self._by_body, method)]

    def callers(self, method: int, *, overrides: bool = False) -> list[tuple[int, int]]:
        """Give calls that may run a method's body, one more than are looked at: caller and place.

        With `overrides`, those too that name what the method overrides.
        """
        named = self._rows(self._by_body, method)[: MAX_CALLERS + 1].tolist()
        if overrides:
            named += self._rows(self._by_override, method)[: MAX_CALLERS + 1].tolist()
        found: list[tuple[int, int]] = []
        invokes = self.program.invokes
        for reference in dict.fromkeys(named):
            rows = self._rows(self._by_target, reference)[: MAX_CALLERS + 1 - len(found)]
            callers = self.program.code_method[invokes.code[rows]].tolist()
            found += zip(callers, invokes.at[rows].tolist(), strict=True)
        return sorted(found)

    @cached_property
    def _by_target(self) -> _Index:
        return _index(self.program.invokes.target)

    @cached_property
    def _by_field(self) -> _Index:
        return _index(self.program.field_uses.target)

    @cached_property
    def _by_body(self) -> _Index:
        called = np.zeros(len(self.graph.resolved), bool)
        target = self.program.invokes.target
        called[target[target >= 0]] = True
        return _index(np.where(called, self.graph.resolved, -1))

    @cached_property
    def _by_override(self) -> _Index:
        order, methods = _index(self.graph.overrides.target)
        return _Index(self.graph.overrides.method[order], methods)

    def _rows(self, index: _Index, number: int) -> Rows:
        wanted = np.array((number, number + 1), index.numbers.dtype)
        begin, end = index.numbers.searchsorted(wanted)
        return index.order[begin:end]

    def field_of(self, method: int, index: int) -> tuple[int, int]:
        """Give class and name, by number, of a field that a method's code names."""
        part, _, _ = self.program.part_of(int(self.program.code[method]))
        dex = part.dex
        if index >= len(dex.field_class):
            return -1, -1
        return (
            int(part.types[dex.field_class[index]]),
            int(part.names[dex.field_name[index]]),
        )

    def stores(self, owner: int, name: int) -> tuple[list[Spot], bool]:
        """Give where a field of the app is written, and whether that is everywhere."""
        if (owner, name) not in self._stores:
            self._stores[owner, name] = self._find_stores(owner, name)
        return self._stores[owner, name]

    def _find_stores(self, owner: int, name: int) -> tuple[list[Spot], bool]:
        numbers = self.same_field(owner, name)
        if not numbers:
            return [], False
        uses = self.program.field_uses
        found = np.concatenate([self._rows(self._by_field, number) for number in numbers])
        rows = np.sort(found[_WRITES[uses.op[found]]])
        spots = []
        complete = len(rows) <= MAX_CALLERS
        for row in rows[:MAX_CALLERS].tolist():
            method = int(self.program.code_method[uses.code[row]])
            if method < 0:
                continue
            body = self.body(method)
            if body is None:
                complete = False
                continue
            at = int(uses.at[row])
            unit = body.units[at]
            register = unit >> 8 if uses.op[row] >= 0x67 else (unit >> 8) & 0xF
            spots.append(Spot(method, at, register))
        return spots, complete

    def same_field(self, owner: int, name: int) -> list[int]:
        """Give the fields of the app that a reference may mean: compilers name a subclass too."""
        program, hierarchy = self.program, self.graph.hierarchy
        if owner < 0 or name < 0 or not hierarchy.inside[owner]:
            return []
        above = set(hierarchy.chain(owner))
        return [
            row
            for row in np.flatnonzero(program.field_name == name).tolist()
            if (kind := int(program.field_class[row])) in above
            or (hierarchy.inside[kind] and owner in hierarchy.chain(kind))
        ]

    def static_text(self, owner: int, name: int) -> str | None:
        """Give the text with which a static field begins, as the class or one above states it."""
        inside = self.graph.hierarchy.inside
        for kind in self.graph.hierarchy.chain(owner):
            text = self._stated(kind, name) if inside[kind] else None
            if text is not None:
                return text
        return None

    def _stated(self, owner: int, name: int) -> str | None:
        program = self.program
        rows = np.flatnonzero(program.class_type == owner)
        if not len(rows):
            return None
        part = program.parts[int(program.class_part[rows[0]])]
        for local in np.flatnonzero(part.types == owner).tolist():
            for field, string in part.dex.static_texts(local).items():
                names = part.dex.field_name
                if field < len(names) and int(part.names[names[field]]) == name:
                    return part.dex.text(string)
        return None

    def may_ask(self, steps: int = 1) -> bool:
        """Count what a question costs, and tell whether the package may still cost that much."""
        self.questions += steps
        return not self.exhausted

    @property
    def exhausted(self) -> bool:
        """Tell whether values were left open because the package asks too much."""
        return self.questions > MAX_QUESTIONS


class _Index(NamedTuple):
    """Rows of a table in the order of a number that each of them has."""

    order: Rows
    numbers: Rows


def _items(body: Body, array: Array) -> Iterator[tuple[int, int]]:
    """Give place and register of what is stored into an array, in the order of the code."""
    if body.op(array.at) in _FILLED:
        for register in body_arguments(body.units, array.at):
            yield array.at, register
    for at in body.starts:
        if body.op(at) == _APUT_OBJECT:
            unit = body.units[at + 1]
            if array in body.origins(at, unit & 0xFF):
                yield at, body.units[at] >> 8


def _index(numbers: Rows) -> _Index:
    order = np.argsort(numbers, kind="stable")
    return _Index(order, numbers[order])


def parameters_of(proto: str) -> list[str]:
    """Split a method's descriptor into the types of its parameters."""
    kinds = []
    at = 1
    while at < len(proto) and proto[at] != ")":
        begin = at
        while proto[at : at + 1] == "[":
            at += 1
        if proto[at : at + 1] == "L":
            end = proto.find(";", at)
            if end < 0:
                break
            at = end
        at += 1
        kinds.append(proto[begin:at])
    return kinds
