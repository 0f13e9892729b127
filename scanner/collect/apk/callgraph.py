"""Which code runs from where: a breadth-first walk over all calls of an app at once.

A call runs the body that its type names, and every override in a class of which an instance was
made in code walked before (rapid type analysis). What Android runs without a call in between, a
thread's `run` or a service's `onCreate`, comes from `Further`. Static initialisers run with the
first use of their class. Methods are numbers of the program; nothing is built per call.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.dex import NEW_INSTANCE, STATIC_FIELDS, Array
from scanner.collect.apk.hierarchy import Hierarchy
from scanner.collect.apk.program import (
    ACC_PRIVATE,
    ACC_STATIC,
    Program,
    References,
    between,
    spread,
)

MAX_ROUNDS = 20_000
"""Steps from the roots; the deepest real call chains seen have about 120."""
MAX_CLIMBS = 100_000
"""Steps from classes to those above them; the largest apps seen need some hundreds."""
MAX_ROWS = 50_000_000
"""Overrides that new instances bring, together; the largest apps seen bring 1 million."""

_DISPATCHED = np.zeros(256, bool)
_DISPATCHED[[0x6E, 0x72, 0x74, 0x78]] = True
_STATIC_CALL = (0x71, 0x77)
_OF_EVERYTHING = ("toString", "hashCode", "equals", "compareTo", "finalize", "clone")
_SUPER_CALL = (0x6F, 0x75)
_NONE = np.zeros(0, np.int64)

EVERY = -2
"""Stands among names of methods for all names."""


class Run(NamedTuple):
    """Something that runs without a call."""

    caller: int
    """The method that sets it going."""
    at: int
    """The place of the call that does."""
    method: int
    """The method that runs."""
    kind: int
    """The class on an instance of which it runs; -1 when that is not told."""
    started: int
    """1 where Android makes the instance, 0 where the app does."""


Further = Callable[[Array, Array], Sequence[Run]]
"""Given methods that were reached, and keys of places that do not run: the runs without a call."""


class Walk(NamedTuple):
    """What is reached from some roots."""

    reached: Array
    """Whether a method is reached, by its number."""
    parent: Array
    """The method from which it was reached first; -1 for roots and for what was not reached."""
    complete: bool
    """Whether the walk went to its end."""

    def path(self, method: int) -> tuple[int, ...]:
        """Give the way from a root to a method, both included."""
        steps = [method]
        while self.parent[steps[-1]] >= 0:
            steps.append(int(self.parent[steps[-1]]))
        return tuple(reversed(steps))


class CallGraph:
    """Calls, overrides and static initialisers of a program, ready to be walked."""

    def __init__(self, program: Program, hierarchy: Hierarchy) -> None:
        self.program = program
        self.hierarchy = hierarchy
        self.resolved = hierarchy.resolve()
        dispatched = _DISPATCHED[program.invokes.op] & (program.invokes.target >= 0)
        keys = np.unique(program.invokes.target[dispatched])
        fixed = ACC_STATIC | ACC_PRIVATE
        keys = keys[(self.resolved[keys] < 0) | (program.access[self.resolved[keys]] & fixed == 0)]
        self.overrides = hierarchy.overrides(keys)
        self._by_kind = np.argsort(self.overrides.kind, kind="stable")
        self._kinds = self.overrides.kind[self._by_kind]
        self._by_outer = np.argsort(self.overrides.outer, kind="stable")
        self._outers = self.overrides.outer[self._by_outer]
        self._add_initialisers()
        self._find_kin_outside()
        self.handed = np.zeros(len(program.method_key), bool)
        """Methods whose calls the class hierarchy does not answer: `Further` does, or nothing."""

    def _add_initialisers(self) -> None:
        """Find the static initialiser of each class."""
        program = self.program
        name = program.name_number("<clinit>")
        methods = np.flatnonzero(program.defined & (program.method_name == name))
        self.initialiser = np.full(len(program.types), -1, np.int64)
        self.initialiser[program.method_class[methods]] = methods

    def _find_kin_outside(self) -> None:
        """Mark classes that extend or implement something outside the app, beside Object."""
        program, hierarchy = self.program, self.hierarchy
        pairs = hierarchy.implements
        tops = np.unique(pairs[~hierarchy.inside[pairs[:, 1]], 0])
        edges = np.zeros(len(program.class_type) + 1, np.int64)
        np.add.at(edges, hierarchy.first[tops], 1)
        np.add.at(edges, hierarchy.last[tops], -1)
        self.kin_outside = np.zeros(len(program.types), bool)
        place = hierarchy.first[program.class_type]
        self.kin_outside[program.class_type] = np.cumsum(edges)[place] > 0
        names = [program.name_number(name) for name in _OF_EVERYTHING]
        rows = program.defined & np.isin(program.method_name, [one for one in names if one >= 0])
        self.of_everything = np.flatnonzero(rows & (program.access & ACC_STATIC == 0))
        """Bodies of methods that every object has, and that code outside the app calls."""

    def run_by(self, kind: int, names: Collection[int]) -> list[int]:
        """Give the bodies that an object of a class has under some names, also from above.

        Constructors are only the class's own; what is static or private is not run from outside.
        `EVERY` stands for all names but those of beginnings.
        """
        program = self.program
        beginning = program.name_number("<init>")
        every = EVERY in names
        found: dict[int, int] = {}
        for upper in self.hierarchy.chain(kind) if kind >= 0 else ():
            begin, end = np.searchsorted(program.method_key, [upper << 32, (upper + 1) << 32])
            for row in range(int(begin), int(end)):
                name = int(program.method_name[row])
                if not program.defined[row] or not (every or name in names):
                    continue
                if name == beginning:
                    chosen = upper == kind and name in names
                else:
                    chosen = not program.access[row] & (ACC_STATIC | ACC_PRIVATE)
                if chosen:
                    found.setdefault(int(program.method_signature[row]), row)
        return sorted(row for row in found.values() if program.code[row] >= 0)

    def places_of(self, kinds: Array) -> tuple[Array, Array]:
        """Give the rows of overrides that some classes bring, and for each which class's it is."""
        rows, which = spread(*between(self._kinds, kinds))
        return self._by_kind[rows], which

    def inner_rows(self, rows: Array) -> tuple[Array, Array]:
        """Give the rows that are taken out of some rows, and for each out of which."""
        found, which = spread(*between(self._outers, rows))
        return self._by_outer[found], which

    def walk(
        self,
        roots: Iterable[int],
        instances: Iterable[int] = (),
        further: Further | None = None,
        blocked: Array | None = None,
        *,
        callbacks: bool = False,
    ) -> Walk:
        """Walk from roots; `instances` are classes that Android makes instances of itself.

        `blocked` are keys of places that do not run (see `place_keys`). With `callbacks`, code
        outside the app runs what it can: all methods of objects that it may know, and it makes
        instances of classes that are named to it.
        """
        return _Walker(self, blocked, further, callbacks=callbacks).run(roots, instances)


class _Walker:
    """The state of one walk."""

    def __init__(
        self,
        graph: CallGraph,
        blocked: Array | None,
        further: Further | None,
        *,
        callbacks: bool,
    ) -> None:
        self.graph = graph
        self.program = graph.program
        self.blocked = np.zeros(0, np.int64) if blocked is None else blocked
        self.further = further
        self.callbacks = callbacks
        count, kinds = len(self.program.method_key), len(self.program.types)
        self.reached = np.zeros(count, bool)
        self.parent = np.full(count, -1, np.int64)
        self.caller_of = np.full(count, -1, np.int64)
        """The first method that makes a dispatched call, by what the call names."""
        self.made = np.zeros(kinds, bool)
        self.born: list[Array] = []
        """Classes of which an instance was made, not yet looked at."""
        self.waiting = np.zeros((0, len(Run._fields)), np.int64)
        """Runs for which there is no object yet."""
        self.called = np.zeros(kinds, bool)
        self.greeted = np.zeros(kinds, bool)
        self.initialised = np.zeros(kinds, bool)
        self.climbs = MAX_CLIMBS
        self.rows = MAX_ROWS

    def run(self, roots: Iterable[int], instances: Iterable[int]) -> Walk:
        first = np.unique(np.array([one for one in roots if one >= 0], np.int64))
        self.reached[first] = True
        self.make(np.array([one for one in instances if one >= 0], np.int64))
        frontier, fresh = np.union1d(first, self.awaken()), [first]
        rounds = 0
        while rounds < MAX_ROUNDS:
            rounds += 1
            if not len(frontier):
                frontier = self.beyond(np.unique(np.concatenate([_NONE, *fresh])))
                fresh = [frontier]
                if not len(frontier):
                    break
            frontier = self.step(frontier)
            fresh.append(frontier)
        complete = rounds < MAX_ROUNDS and self.climbs >= 0 and self.rows >= 0
        return Walk(self.reached, self.parent, complete)

    def beyond(self, methods: Array) -> Array:
        """Reach what Android runs without a call, from methods reached since the last time."""
        if self.further is None:
            return _NONE
        found = self.further(methods, self.blocked) if len(methods) else ()
        runs = np.array(found, np.int64).reshape(-1, len(Run._fields))
        runs = runs[self.free(self.program.code[runs[:, 0]], runs[:, 1])]
        started = runs[runs[:, 4] != 0]
        new = [self.initialise(started[:, 3], started[:, 0])]
        self.make(started[:, 3])
        runs = np.concatenate((self.waiting, runs))
        alive = (runs[:, 3] < 0) | self.made[np.maximum(runs[:, 3], 0)]
        ready, self.waiting = runs[alive], runs[~alive]
        new += [self.take(ready[:, 0], ready[:, 2]), self.awaken()]
        return np.unique(np.concatenate(new))

    def free(self, code: Array, at: Array) -> Array:
        """Tell of places whether they may run."""
        if not len(self.blocked):
            return np.ones(len(code), bool)
        return ~np.isin(place_keys(code, at), self.blocked)

    def of(self, references: References, codes: Array) -> tuple[Array, Array]:
        """Give the references of code items that may run, and for each whose it is."""
        rows, which = references.of(codes)
        free = self.free(references.code[rows], references.at[rows])
        return rows[free], which[free]

    def step(self, frontier: Array) -> Array:
        """Follow all that the code of these methods does; give the methods newly reached."""
        program = self.program
        code = program.code[frontier]
        frontier, code = frontier[code >= 0], code[code >= 0]
        rows, which = self.of(program.invokes, code)
        caller, target, op = frontier[which], program.invokes.target[rows], program.invokes.op[rows]
        known = target >= 0
        new = [self.take(*self.custom_targets(rows[~known], caller[~known]))]
        caller, target, op = caller[known], target[known], op[known]
        body = self.bodies(caller, target, op)
        direct = body >= 0
        new.append(self.take(caller[direct], body[direct]))
        static = np.isin(op, _STATIC_CALL)
        holder = np.where(direct, body, target)[static]
        classes, owners = [program.method_class[holder]], [caller[static]]
        rows, which = self.of(program.type_uses, code)
        fresh = program.type_uses.op[rows] == NEW_INSTANCE
        named = program.type_uses.target[rows]
        classes.append(named[fresh])
        owners.append(frontier[which[fresh]])
        rows, which = self.of(program.field_uses, code)
        static = np.isin(program.field_uses.op[rows], list(STATIC_FIELDS))
        classes.append(program.field_class[program.field_uses.target[rows[static]]])
        owners.append(frontier[which[static]])
        new.append(self.initialise(np.concatenate(classes), np.concatenate(owners)))
        self.make(named if self.callbacks else named[fresh])
        new += [self.dispatch(caller, target, op), self.awaken()]
        return np.unique(np.concatenate(new))

    def bodies(self, caller: Array, target: Array, op: Array) -> Array:
        """Give the bodies that calls name; `super` in a class's own name is the class above."""
        graph, program = self.graph, self.program
        found = graph.resolved[target]
        own = np.isin(op, _SUPER_CALL) & (
            program.method_class[target] == program.method_class[caller]
        )
        if own.any():
            above = graph.hierarchy.above[program.method_class[caller[own]]]
            known = (above >= 0) & graph.hierarchy.inside[np.maximum(above, 0)]
            signature = program.method_signature[target[own]]
            inherited = graph.hierarchy.find(np.where(known, above, 0), signature)
            found[own] = np.where(known, inherited, -1)
        return found

    def custom_targets(self, rows: Array, callers: Array) -> tuple[Array, Array]:
        """Find what invoke-custom runs: the bodies that its call site's handles name."""
        pairs = []
        for row, caller in zip(rows.tolist(), callers.tolist(), strict=True):
            part, number, _ = self.program.part_of(int(self.program.invokes.code[row]))
            site = -1 - int(self.program.invokes.target[row])
            for method in part.dex.handle_targets(site):
                methods = self.program.part_methods[number]
                if method < len(methods):
                    pairs.append((caller, int(self.graph.resolved[methods[method]])))
        table = np.array([pair for pair in pairs if pair[1] >= 0], np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def initialise(self, classes: Array, owners: Array) -> Array:
        """Reach the static initialisers of classes and of those above them."""
        new = [_NONE]
        fresh, place = np.unique(classes, return_index=True)
        owners = owners[place]
        while len(fresh):
            chosen = (fresh >= 0) & ~self.initialised[np.maximum(fresh, 0)]
            fresh, owners = fresh[chosen], owners[chosen]
            self.initialised[fresh] = True
            methods = self.graph.initialiser[fresh]
            has = methods >= 0
            new.append(self.take(owners[has], methods[has]))
            fresh, place = np.unique(self.graph.hierarchy.above[fresh], return_index=True)
            owners = owners[place]
        return np.concatenate(new)

    # instances

    def make(self, kinds: Array) -> None:
        """Remember that there may be instances of some classes."""
        fresh = np.unique(kinds)
        fresh = fresh[(fresh >= 0) & ~self.made[np.maximum(fresh, 0)]]
        fresh = fresh[self.graph.hierarchy.inside[fresh]]
        self.made[fresh] = True
        if len(fresh):
            self.born.append(fresh)

    def made_below(self, kinds: Array) -> Array:
        """Count the classes with instances at or below each of some classes."""
        hierarchy = self.graph.hierarchy
        marks = np.zeros(len(self.program.class_type) + 1, np.int64)
        marks[hierarchy.first[np.flatnonzero(self.made)] + 1] = 1
        total = np.cumsum(marks)
        first, last = hierarchy.first[kinds], hierarchy.last[kinds]
        return np.where(first >= 0, total[last] - total[np.maximum(first, 0)], 0)

    def dispatch(self, caller: Array, target: Array, op: Array) -> Array:
        """Reach what dispatched calls, made for the first time, run on the instances there are."""
        graph = self.graph
        chosen = _DISPATCHED[op] & ~graph.handed[target] & (self.caller_of[target] < 0)
        keys, place = np.unique(target[chosen], return_index=True)
        self.caller_of[keys] = caller[chosen][place]
        table = graph.overrides
        rows, _ = spread(*between(table.method, keys))
        if not len(rows):
            return _NONE
        alive = self.made_below(table.kind[rows])
        rows, alive = rows[alive > 0], alive[alive > 0]
        inner, which = graph.inner_rows(rows)
        np.subtract.at(alive, which, self.made_below(table.kind[inner]))
        return self.take_rows(rows[alive > 0])

    def awaken(self) -> Array:
        """Reach what the dispatched calls made before run on new instances."""
        if not self.born:
            return _NONE
        born, self.born = np.concatenate(self.born), []
        new = [self.called_back(born)] if self.callbacks else []
        graph = self.graph
        table = graph.overrides
        owner, current, found = np.arange(len(born)), born, []
        while len(current):
            self.climbs -= 1
            rows, which = graph.places_of(current)
            self.rows -= len(rows)
            if self.climbs < 0 or self.rows < 0:
                break
            seen = self.caller_of[table.method[rows]] >= 0
            found.append(np.stack((owner[which[seen]], rows[seen]), axis=1))
            above = graph.hierarchy.above[current]
            known = (above >= 0) & graph.hierarchy.inside[np.maximum(above, 0)]
            owner, current = owner[known], above[known]
        pairs = np.concatenate([np.zeros((0, 2), np.int64), *found])
        key = pairs[:, 0] << 32 | table.method[pairs[:, 1]]
        place = np.unique(key, return_index=True)[1]
        new.append(self.take_rows(pairs[place, 1]))
        return np.concatenate(new)

    def take_rows(self, rows: Array) -> Array:
        table = self.graph.overrides
        rows = rows[self.program.code[table.target[rows]] >= 0]
        return self.take(self.caller_of[table.method[rows]], table.target[rows])

    def called_back(self, born: Array) -> Array:
        """Reach what code outside the app can call on new instances."""
        graph, program = self.graph, self.program
        known = self.marked_up(born[graph.kin_outside[born]], self.called)
        begin = np.searchsorted(program.method_key, known << 32, "left")
        end = np.searchsorted(program.method_key, (known + 1) << 32, "left")
        methods, _ = spread(begin, end)
        methods = methods[program.defined[methods]]
        methods = methods[program.access[methods] & (ACC_STATIC | ACC_PRIVATE) == 0]
        self.marked_up(born, self.greeted)
        greeting = graph.of_everything
        greeting = greeting[self.greeted[program.method_class[greeting]]]
        methods = np.union1d(methods, greeting)
        return self.take(np.full(len(methods), -1, np.int64), methods)

    def marked_up(self, kinds: Array, marks: Array) -> Array:
        """Mark classes and those above them; give those that were not marked."""
        found = [_NONE]
        fresh = kinds[~marks[kinds]]
        while len(fresh):
            marks[fresh] = True
            found.append(fresh)
            above = np.unique(self.graph.hierarchy.above[fresh])
            above = above[(above >= 0) & ~marks[np.maximum(above, 0)]]
            fresh = above[self.graph.hierarchy.inside[above]]
        return np.concatenate(found)

    def take(self, callers: Array, methods: Array) -> Array:
        """Mark methods as reached and remember from where; give those that are new."""
        chosen = ~self.reached[methods]
        callers, methods = callers[chosen], methods[chosen]
        order = np.lexsort((callers, methods))
        new, place = np.unique(methods[order], return_index=True)
        self.reached[new] = True
        self.parent[new] = callers[order][place]
        return new


def place_keys(code: Array, at: Array) -> Array:
    """Give one number for each place in code: the code item, and the unit inside it."""
    return code.astype(np.int64) << 32 | at.astype(np.int64)
