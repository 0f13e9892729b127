"""What Android runs for an app without a call in the code: threads, tasks, services, receivers.

A runner (rules/lists/runtime.yaml) is a call that is handed an object or a class whose methods run
later. Which objects these are is followed through registers, fields and results; a method that
hands on its own parameter becomes a runner itself, so that its callers are asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.dex import CONST_CLASS, Array
from scanner.collect.apk.inside import Inside
from scanner.collect.apk.members import Members
from scanner.collect.apk.values import Invoke
from scanner.knowledge.runtime import Runner

MAX_WRAPPERS = 5_000
"""Methods that hand on a parameter; real apps have some hundreds."""


class Run(NamedTuple):
    """Something that runs without a call."""

    caller: int
    """The method that sets it going."""
    at: int
    """The place of the call that does."""
    method: int
    """The method that runs."""


class Flows:
    """Finds what the runners in methods set going; the answers are kept."""

    def __init__(self, inside: Inside, members: Members, runners: Iterable[Runner]) -> None:
        self.inside = inside
        self.graph = inside.graph
        self.program = inside.program
        self._runs: dict[int, frozenset[int]] = {}
        self._by_class: dict[int, frozenset[int]] = {}
        self._wrapped: dict[int, dict[int, frozenset[int]]] = {}
        self._answers: dict[int, list[Run]] = {}
        for runner in runners:
            names = frozenset(self.program.name_number(name) for name in runner.runs) - {-1}
            table = self._by_class if runner.by_class else self._runs
            for method in members.methods(runner.methods):
                table[method] = table.get(method, frozenset()) | names
        self._reached = np.zeros(len(self.program.method_key), bool)
        self.graph.handed[list(self._runs)] = True

    def further(self, methods: Array) -> list[Run]:
        """Give what runs because these methods, newly reached, are run."""
        found: list[Run] = []
        self._reached[methods] = True
        work = self._with_runners(methods)
        while work:
            method = work.pop()
            if method not in self._answers:
                self._answers[method], wrapping = self._look(method)
                work += self._with_wrapper(method, wrapping)
            found += self._answers[method]
        return found

    def forget(self) -> None:
        """Begin a new walk; what was found inside methods stays."""
        self._reached[:] = False

    def _with_runners(self, methods: Array) -> list[int]:
        """Give those of the methods that call a runner."""
        code = self.program.code[methods]
        methods, code = methods[code >= 0], code[code >= 0]
        rows, which = self.program.invokes.of(code)
        keys = np.array([*self._runs, *self._by_class, *self._wrapped], np.int64)
        chosen = np.isin(self.program.invokes.target[rows], keys)
        return [int(method) for method in np.unique(methods[which[chosen]])]

    def _with_wrapper(self, method: int, words: dict[int, frozenset[int]]) -> list[int]:
        """Make a method that hands on parameters a runner; give its callers reached before."""
        if not words or len(self._wrapped) >= MAX_WRAPPERS:
            return []
        targets = [
            target
            for target in np.flatnonzero(self.graph.resolved == method).tolist()
            if self._wrapped.get(target) != words
        ]
        callers: set[int] = set()
        for target in targets:
            self._wrapped[target] = words
            rows = np.flatnonzero(self.program.invokes.target == target)
            callers |= set(self.program.code_method[self.program.invokes.code[rows]].tolist())
        again = [one for one in callers if one >= 0 and self._reached[one]]
        for one in callers:
            self._answers.pop(one, None)
        return again

    def _look(self, method: int) -> tuple[list[Run], dict[int, frozenset[int]]]:
        """Look inside a method: what it sets going, and which of its parameters it hands on."""
        body = self.inside.body(method)
        runs: dict[tuple[int, int], Run] = {}
        wrapping: dict[int, frozenset[int]] = {}
        for invoke in body.invokes() if body else ():
            callee = self.inside.callee(method, invoke)
            if callee in self._by_class:
                for run in self._handed_classes(method, invoke, self._by_class[callee]):
                    runs.setdefault((run.at, run.method), run)
            for register, names in self._handed(method, invoke, callee):
                objects = self.inside.objects(method, invoke.at, register)
                for target in self._targets(objects.types, names):
                    run = Run(method, invoke.at, target)
                    runs.setdefault((run.at, run.method), run)
                for parameter in objects.parameters:
                    wrapping[parameter] = wrapping.get(parameter, frozenset()) | names
        return list(runs.values()), wrapping

    def _handed(self, method: int, invoke: Invoke, callee: int) -> list[tuple[int, frozenset[int]]]:
        """Give the arguments of a call that may be run: register, and names of methods."""
        if callee in self._runs:
            names = self._runs[callee]
            given = self.inside.arguments(method, invoke)
            return [(register, names) for register, _, _ in given]
        words = self._wrapped.get(callee, {})
        registers = invoke.registers
        return [(registers[w], names) for w, names in words.items() if w < len(registers)]

    def _handed_classes(self, method: int, invoke: Invoke, names: frozenset[int]) -> list[Run]:
        """Give what runs for the classes that the method names, beside a call that starts one."""
        code = np.array([self.program.code[method]])
        rows, _ = self.program.type_uses.of(code)
        named = rows[self.program.type_uses.op[rows] == CONST_CLASS]
        types = frozenset(self.program.type_uses.target[named].tolist())
        return [Run(method, invoke.at, target) for target in self._targets(types, names)]

    def _targets(self, types: frozenset[int], names: frozenset[int]) -> list[int]:
        """Give the bodies that classes have under some names, their own or from above."""
        found: set[int] = set()
        for kind in types:
            seen: set[int] = set()
            for upper in self.graph.hierarchy.chain(kind) if kind >= 0 else ():
                begin, end = np.searchsorted(
                    self.program.method_key, [upper << 32, (upper + 1) << 32]
                )
                for row in range(int(begin), int(end)):
                    signature = int(self.program.method_signature[row])
                    wanted = int(self.program.method_name[row]) in names
                    if wanted and self.program.code[row] >= 0 and signature not in seen:
                        seen.add(signature)
                        found.add(row)
        return sorted(found)
