"""What values code works with, followed across methods: texts, arrays of texts, and objects.

A value is followed through registers (values.py), the parameters of a method back to its callers,
what a method of the app returns, and what is stored into a field of the app. Each step is bounded,
and what cannot be followed makes the answer `open`: it may be something else as well.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.callgraph import CallGraph
from scanner.collect.apk.program import ACC_STATIC, Program
from scanner.collect.apk.values import (
    Array,
    Body,
    ClassOf,
    Field,
    Invoke,
    New,
    Number,
    Origin,
    Parameter,
    Result,
    Text,
)

MAX_DEPTH = 4
"""Methods and fields through which one value is followed."""
MAX_CALLERS = 40
"""Callers at which a parameter is looked up; more make the answer open."""
MAX_VALUES = 60
"""Different values of one question."""
MAX_QUESTIONS = 200_000
"""Steps across methods in one package, about a minute; after that every answer is open."""
MAX_BODIES = 2_000
"""Bodies kept ready; an ordinary one takes some 10 kB."""

_PASSED_ON = {
    *("trim", "intern", "toString", "valueOf", "toLowerCase", "toUpperCase", "format"),
    *("checkNotNull", "requireNonNull", "parse", "getString"),
}
"""Methods of Java and Android whose result is, for our questions, the text that went in."""
_JOINED = "java.lang.StringBuilder", "java.lang.StringBuffer"


class Texts(NamedTuple):
    """The texts that a value may be."""

    values: frozenset[str]
    """Those that were found."""
    open: bool
    """Whether it may be something else as well."""


class Objects(NamedTuple):
    """The objects that a value may be."""

    types: frozenset[int]
    """Classes of which it may be an instance, or which it may name."""
    parameters: frozenset[int]
    """Parameters of the method, by word, that it may be."""


class _Spot(NamedTuple):
    """A register at a place of a method."""

    method: int
    at: int
    register: int


class Inside:
    """Answers questions about the values in an app's code."""

    def __init__(self, graph: CallGraph) -> None:
        self.graph = graph
        self.program: Program = graph.program
        self.questions = 0
        self._stores: dict[tuple[int, int], tuple[list[_Spot], bool]] = {}
        self._bodies: OrderedDict[int, Body] = OrderedDict()
        self._callers: tuple[np.ndarray, np.ndarray] | None = None

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
        static = invoke.op in (0x71, 0x77)
        word = 0 if static else 1
        for position, kind in enumerate(_parameters(self.program.proto_of(callee))):
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
        if invoke.op not in (0x71, 0x77):
            owner = self.program.types[int(self.program.method_class[callee])]
            if invoke.registers:
                yield invoke.registers[0], 0, owner.decode("utf-8", "replace")
            word = 1
        for kind in _parameters(self.program.proto_of(callee)):
            if kind[0] in "L[" and word < len(invoke.registers):
                yield invoke.registers[word], word, kind
            word += 2 if kind in "JD" else 1

    # texts

    def texts(self, method: int, at: int, register: int) -> Texts:
        """Give the texts that a register may hold just before a place, arrays' items included."""
        return self._texts(_Spot(method, at, register), 0, set())

    def _texts(self, spot: _Spot, depth: int, seen: set[_Spot]) -> Texts:
        body = self.body(spot.method)
        if body is None or spot in seen or not self._may_ask(depth):
            return Texts(frozenset(), True)
        seen.add(spot)
        return self._of_origins(
            spot.method, body, body.origins(spot.at, spot.register), depth, seen
        )

    def _of_origins(
        self, method: int, body: Body, origins: frozenset[Origin], depth: int, seen: set[_Spot]
    ) -> Texts:
        values: set[str] = set()
        open_ = False
        for origin in origins:
            found = self._of_origin(method, body, origin, depth, seen)
            values |= found.values
            open_ |= found.open
        if len(values) > MAX_VALUES:
            return Texts(frozenset(sorted(values)[:MAX_VALUES]), True)
        return Texts(frozenset(values), open_)

    def _of_origin(
        self, method: int, body: Body, origin: Origin, depth: int, seen: set[_Spot]
    ) -> Texts:
        if isinstance(origin, Text):
            part, _, _ = self.program.part_of(int(self.program.code[method]))
            found = Texts(frozenset((part.dex.text(origin.index),)), False)
        elif isinstance(origin, Number):
            found = Texts(frozenset(), False)
        elif isinstance(origin, Array):
            found = self._of_origins(method, body, body.items(origin.at), depth, seen)
        elif isinstance(origin, Parameter):
            found = self._from_callers(method, origin.number, depth, seen)
        elif isinstance(origin, Field):
            found = self._from_field(method, origin, depth, seen)
        elif isinstance(origin, Result):
            found = self._from_result(method, body, origin.at, depth, seen)
        else:
            found = Texts(frozenset(), True)
        return found

    def _from_callers(self, method: int, word: int, depth: int, seen: set[_Spot]) -> Texts:
        values: set[str] = set()
        spots = list(self._handed(method, word))
        open_ = len(spots) < len(self.callers(method)) or not spots
        for spot in spots:
            found = self._texts(spot, depth + 1, seen)
            values |= found.values
            open_ |= found.open
        return Texts(frozenset(values), open_)

    def _from_field(self, method: int, field: Field, depth: int, seen: set[_Spot]) -> Texts:
        owner, name = self.field_of(method, field.index)
        values: set[str] = set()
        stores, complete = self.stores(owner, name)
        open_ = not complete
        for spot in stores:
            found = self._texts(spot, depth + 1, seen)
            values |= found.values
            open_ |= found.open
        if field.static:
            initial = self.static_text(owner, name)
            if initial is not None:
                values.add(initial)
            elif not stores:
                open_ = True
        elif not stores:
            open_ = True
        return Texts(frozenset(values), open_)

    def _from_result(self, method: int, body: Body, at: int, depth: int, seen: set[_Spot]) -> Texts:
        invoke = body.invoke_at(at)
        callee = self.callee(method, invoke)
        if callee < 0:
            return Texts(frozenset(), True)
        target = int(self.graph.resolved[callee])
        if target >= 0:
            inner = self.body(target)
            values: set[str] = set()
            open_ = inner is None
            for place, register in inner.returns() if inner else ():
                found = self._texts(_Spot(target, place, register), depth + 1, seen)
                values |= found.values
                open_ |= found.open
            return Texts(frozenset(values), open_)
        owner = self.program.type_text(int(self.program.method_class[callee]))
        name = self.program.name_of(callee)
        if owner in _JOINED and name == "toString":
            return self._joined(method, body, invoke, depth, seen)
        if name in _PASSED_ON:
            values, open_ = set(), False
            for register, _, kind in self.arguments(method, invoke):
                if kind in ("Ljava/lang/String;", "Ljava/lang/Object;", "Ljava/lang/CharSequence;"):
                    found = self._of_origins(method, body, body.origins(at, register), depth, seen)
                    values |= found.values
                    open_ |= found.open
            return Texts(frozenset(values), open_ or not values)
        return Texts(frozenset(), True)

    def _joined(self, method: int, body: Body, last: Invoke, depth: int, seen: set[_Spot]) -> Texts:
        """Put together what was appended, in the order in which it stands; unknown parts are *."""
        pieces: list[str] = []
        open_ = False
        builders = _makers(body, last)
        for invoke in body.invokes():
            if invoke.at >= last.at or not invoke.registers or not builders:
                continue
            callee = self.callee(method, invoke)
            name = self.program.name_of(callee) if callee >= 0 else ""
            if name not in ("append", "<init>") or not builders & _makers(body, invoke):
                continue
            if len(invoke.registers) < 2:
                continue
            found = self._of_origins(
                method, body, body.origins(invoke.at, invoke.registers[1]), depth, seen
            )
            if len(found.values) == 1 and not found.open:
                pieces += found.values
            else:
                pieces.append("*")
                open_ = True
        text = "".join(pieces)
        return Texts(frozenset((text,)) if text.strip("*") else frozenset(), open_ or not text)

    # objects

    def objects(self, method: int, at: int, register: int) -> Objects:
        """Give the objects or classes that a register may hold just before a place."""
        types: set[int] = set()
        parameters: set[int] = set()
        self._objects(_Spot(method, at, register), 0, set(), types, parameters)
        return Objects(frozenset(types), frozenset(parameters))

    def _objects(
        self,
        spot: _Spot,
        depth: int,
        seen: set[_Spot],
        types: set[int],
        parameters: set[int],
    ) -> None:
        body = self.body(spot.method)
        if body is None or spot in seen or not self._may_ask(depth):
            return
        seen.add(spot)
        part, _, _ = self.program.part_of(int(self.program.code[spot.method]))
        further: list[_Spot] = []
        for origin in body.origins(spot.at, spot.register):
            if isinstance(origin, New | ClassOf):
                types.update(part.types[origin.index : origin.index + 1].tolist())
            elif isinstance(origin, Parameter) and self._is_self(spot.method, origin):
                types.add(int(self.program.method_class[spot.method]))
            elif isinstance(origin, Parameter) and depth == 0:
                parameters.add(origin.number)
            elif isinstance(origin, Parameter):
                further += self._handed(spot.method, origin.number)
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

    def _handed(self, method: int, word: int) -> Iterator[_Spot]:
        """Give where callers hold what they hand over as one parameter."""
        for caller, at in self.callers(method)[:MAX_CALLERS]:
            body = self.body(caller)
            registers = body.invoke_at(at).registers if body else ()
            if word < len(registers):
                yield _Spot(caller, at, registers[word])

    def _returned(self, method: int, invoke: Invoke, types: set[int]) -> Iterator[_Spot]:
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
            yield _Spot(target, place, register)

    # where things are

    def callers(self, method: int) -> list[tuple[int, int]]:
        """Give the calls that run a method's body without an override: caller and place."""
        if self._callers is None:
            target = self.program.invokes.target
            body = np.where(target >= 0, self.graph.resolved[np.maximum(target, 0)], -1)
            order = np.argsort(body, kind="stable")
            self._callers = order, body[order]
        order, bodies = self._callers
        begin, end = np.searchsorted(bodies, [method, method + 1])
        rows = order[begin : min(end, begin + MAX_CALLERS + 1)]
        invokes = self.program.invokes
        callers = self.program.code_method[invokes.code[rows]]
        return [
            (int(caller), int(at)) for caller, at in zip(callers, invokes.at[rows], strict=True)
        ]

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

    def stores(self, owner: int, name: int) -> tuple[list[_Spot], bool]:
        """Give where a field of the app is written, and whether that is everywhere."""
        if (owner, name) not in self._stores:
            self._stores[owner, name] = self._find_stores(owner, name)
        return self._stores[owner, name]

    def _find_stores(self, owner: int, name: int) -> tuple[list[_Spot], bool]:
        number = self.program.field_number(owner, name)
        if number < 0 or owner < 0 or not self.graph.hierarchy.inside[owner]:
            return [], False
        uses = self.program.field_uses
        writes = ((uses.op >= 0x59) & (uses.op <= 0x5F)) | (uses.op >= 0x67)
        rows = np.flatnonzero((uses.target == number) & writes)
        spots = []
        for row in rows[:MAX_CALLERS].tolist():
            method = int(self.program.code_method[uses.code[row]])
            body = self.body(method) if method >= 0 else None
            if body is None:
                continue
            at = int(uses.at[row])
            unit = body.units[at]
            register = unit >> 8 if uses.op[row] >= 0x67 else (unit >> 8) & 0xF
            spots.append(_Spot(method, at, register))
        return spots, len(rows) <= MAX_CALLERS

    def static_text(self, owner: int, name: int) -> str | None:
        """Give the text with which a static field begins, as the class states it."""
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

    def _may_ask(self, depth: int) -> bool:
        self.questions += 1
        return depth <= MAX_DEPTH and self.questions <= MAX_QUESTIONS


def _makers(body: Body, invoke: Invoke) -> frozenset[Origin]:
    """Give the objects made in this method that a call's receiver may be, through chained calls."""
    found: set[Origin] = set()
    work = [(invoke.at, invoke.registers[0])]
    for _ in range(200):
        if not work:
            break
        for origin in body.origins(*work.pop()):
            if isinstance(origin, New):
                found.add(origin)
            elif isinstance(origin, Result):
                inner = body.invoke_at(origin.at)
                if inner.registers and inner.at != invoke.at:
                    work.append((inner.at, inner.registers[0]))
    return frozenset(found)


def _parameters(proto: str) -> list[str]:
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
