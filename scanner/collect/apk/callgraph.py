"""Which code runs from where: a breadth-first walk over all calls of an app at once.

A call runs the body that its type names, and every override in a class of which an instance was
made in code walked before (rapid type analysis). What Android runs without a call in between, a
thread's `run` or a service's `onCreate`, comes from `Further`. Static initialisers run with the
first use of their class. Methods are numbers of the program; nothing is built per call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.dex import NEW_INSTANCE, STATIC_FIELDS, Array
from scanner.collect.apk.hierarchy import Hierarchy
from scanner.collect.apk.program import ACC_PRIVATE, ACC_STATIC, Program, spread

MAX_ROUNDS = 20_000
"""Steps from the roots; the deepest real call chains seen have about 120."""

_DISPATCHED = np.zeros(256, bool)
_DISPATCHED[[0x6E, 0x72, 0x74, 0x78]] = True
_STATIC_CALL = (0x71, 0x77)

Further = Callable[[Array], Sequence[tuple[int, int, int]]]
"""Given methods that were reached, the runs without a call: caller, place, method that is run."""


class Walk(NamedTuple):
    """What is reached from some roots."""

    reached: Array
    """Whether a method is reached, by its number."""
    parent: Array
    """The method from which it was reached first; -1 for roots and for what was not reached."""

    def path(self, method: int) -> tuple[int, ...]:
        """Give the way from a root to a method, both included."""
        steps = [method]
        while self.parent[steps[-1]] >= 0 and len(steps) < MAX_ROUNDS:
            steps.append(int(self.parent[steps[-1]]))
        return tuple(reversed(steps))


class CallGraph:
    """Calls, overrides and static initialisers of a program, ready to be walked."""

    def __init__(self, program: Program, hierarchy: Hierarchy) -> None:
        self.program = program
        self.hierarchy = hierarchy
        self.resolved = hierarchy.resolve()
        invokes = program.invokes
        dispatched = _DISPATCHED[invokes.op] & (invokes.target >= 0)
        keys = np.unique(invokes.target[dispatched])
        rows, targets = hierarchy.overrides(keys)
        self.override_of, self.override = keys[rows], targets
        self._add_initialisers()
        self._find_kin_outside()
        self.handed = np.zeros(len(program.method_key), bool)
        """Methods whose calls `Further` answers, and not the class hierarchy."""

    def _add_initialisers(self) -> None:
        """Find the static initialiser of each class, its own or the nearest above."""
        program = self.program
        name = program.name_number("<clinit>")
        methods = np.flatnonzero(program.defined & (program.method_name == name))
        self.initialiser = np.full(len(program.types), -1, np.int64)
        self.initialiser[program.method_class[methods]] = methods

    def _find_kin_outside(self) -> None:
        """Mark classes that extend or implement something outside the app, beside Object."""
        program, hierarchy = self.program, self.hierarchy
        outside = ~hierarchy.inside
        outside[[0, *(n for n in (program.type_number("java.lang.Object"),) if n >= 0)]] = False
        kin = np.zeros(len(program.types), bool)
        pairs = hierarchy.implements
        kin[pairs[outside[pairs[:, 1]], 0]] = True
        classes = program.class_type
        place = hierarchy.first[classes]
        order = np.argsort(place, kind="stable")
        above = hierarchy.above[classes]
        kin[classes[(above >= 0) & outside[np.maximum(above, 0)]]] = True
        for kind in classes[order].tolist():
            upper = int(hierarchy.above[kind])
            if upper >= 0 and kin[upper]:
                kin[kind] = True
        self.kin_outside = kin

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

        `blocked` are keys of calls that are not followed (see `place_keys`). With `callbacks`, what
        overrides a method of a class outside the app runs as soon as an instance is made.
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
        self.blocked = blocked
        self.further = further
        self.callbacks = callbacks
        count = len(self.program.method_key)
        self.reached = np.zeros(count, bool)
        self.parent = np.full(count, -1, np.int64)
        self.made = np.zeros(len(self.program.types), bool)
        self.keys_seen = np.zeros(count, bool)
        self.pending = np.zeros((0, 2), np.int64)
        self.called = np.zeros(len(self.program.types), bool)
        self.initialised = np.zeros(len(self.program.types), bool)

    def run(self, roots: Iterable[int], instances: Iterable[int]) -> Walk:
        first = np.unique(np.array([one for one in roots if one >= 0], np.int64))
        self.made[[one for one in instances if one >= 0]] = True
        self.reached[first] = True
        frontier = first
        waiting = [first]
        if self.callbacks:
            frontier = np.concatenate((frontier, self.called_back()))
        for _ in range(MAX_ROUNDS):
            if not len(frontier):
                frontier = self.beyond(np.concatenate(waiting)) if waiting else frontier
                waiting = []
                if not len(frontier):
                    break
            frontier = self.step(frontier)
            waiting.append(frontier)
        return Walk(self.reached, self.parent)

    def beyond(self, methods: Array) -> Array:
        """Reach what Android runs without a call, from methods reached since the last time."""
        if self.further is None or not len(methods):
            return np.zeros(0, np.int64)
        runs = np.array(self.further(methods), np.int64).reshape(-1, 3)
        if self.blocked is not None:
            keys = place_keys(self.program.code[runs[:, 0]], runs[:, 1])
            runs = runs[~np.isin(keys, self.blocked)]
        return self.take(runs[:, 0], runs[:, 2])

    def step(self, frontier: Array) -> Array:
        """Follow all that the code of these methods does; give the methods newly reached."""
        program, graph = self.program, self.graph
        code = program.code[frontier]
        frontier, code = frontier[code >= 0], code[code >= 0]
        rows, which = program.invokes.of(code)
        if self.blocked is not None and len(rows):
            keys = place_keys(program.invokes.code[rows], program.invokes.at[rows])
            free = ~np.isin(keys, self.blocked)
            rows, which = rows[free], which[free]
        caller, target, op = frontier[which], program.invokes.target[rows], program.invokes.op[rows]
        known = target >= 0
        custom = self.custom_targets(rows[~known], caller[~known])
        caller, target, op = caller[known], target[known], op[known]
        body = graph.resolved[target]
        direct = body >= 0
        new = [self.take(caller[direct], body[direct])]
        new.append(self.take(*custom))
        static = np.isin(op, _STATIC_CALL)
        classes = [program.method_class[target[static]]]
        owners = [caller[static]]
        rows, which = program.type_uses.of(code)
        fresh = program.type_uses.op[rows] == NEW_INSTANCE
        made = program.type_uses.target[rows[fresh]]
        classes.append(made)
        owners.append(frontier[which[fresh]])
        rows, which = program.field_uses.of(code)
        static = np.isin(program.field_uses.op[rows], list(STATIC_FIELDS))
        fields = program.field_uses.target[rows[static]]
        classes.append(program.field_class[fields])
        owners.append(frontier[which[static]])
        new.append(self.initialise(np.concatenate(classes), np.concatenate(owners)))
        before = int(self.made.sum())
        self.made[made] = True
        new.append(self.dispatch(caller, target, op, grown=int(self.made.sum()) > before))
        if self.callbacks:
            new.append(self.called_back())
        return np.unique(np.concatenate(new))

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
        fresh, place = np.unique(classes, return_index=True)
        owners = owners[place]
        chosen = (fresh >= 0) & ~self.initialised[fresh]
        fresh, owners = fresh[chosen], owners[chosen]
        new = []
        while len(fresh):
            self.initialised[fresh] = True
            methods = self.graph.initialiser[fresh]
            has = methods >= 0
            new.append(self.take(owners[has], methods[has]))
            above = self.graph.hierarchy.above[fresh]
            up = (above >= 0) & ~self.initialised[np.maximum(above, 0)]
            fresh, place = np.unique(above[up], return_index=True)
            owners = owners[up][place]
        return np.concatenate(new) if new else np.zeros(0, np.int64)

    def dispatch(self, caller: Array, target: Array, op: Array, *, grown: bool) -> Array:
        """Reach overrides in classes of which an instance exists."""
        graph = self.graph
        chosen = _DISPATCHED[op] & ~graph.handed[target]
        keys, place = np.unique(target[chosen], return_index=True)
        owners = caller[chosen][place]
        fresh = ~self.keys_seen[keys]
        keys, owners = keys[fresh], owners[fresh]
        self.keys_seen[keys] = True
        begin = np.searchsorted(graph.override_of, keys, "left")
        rows, which = spread(begin, np.searchsorted(graph.override_of, keys, "right"))
        pairs = np.stack((owners[which], graph.override[rows]), axis=1)
        pairs = pairs[~self.reached[pairs[:, 1]]]
        if not len(pairs) and not (grown and len(self.pending)):
            return np.zeros(0, np.int64)
        self.pending = np.concatenate((self.pending, pairs))
        hierarchy = graph.hierarchy
        marks = np.zeros(int(hierarchy.last.max()) + 2, np.int64)
        made = np.flatnonzero(self.made & hierarchy.inside)
        marks[hierarchy.first[made] + 1] = 1
        total = np.cumsum(marks)
        owner = self.program.method_class[self.pending[:, 1]]
        alive = total[hierarchy.last[owner]] > total[hierarchy.first[owner]]
        ready, self.pending = self.pending[alive], self.pending[~alive]
        return self.take(ready[:, 0], ready[:, 1])

    def called_back(self) -> Array:
        """Reach what overrides methods of classes outside the app, in classes with instances."""
        graph, program = self.graph, self.program
        fresh = np.flatnonzero(self.made & graph.kin_outside & ~self.called)
        ranges = []
        while len(fresh):
            self.called[fresh] = True
            ranges.append(fresh)
            above = graph.hierarchy.above[fresh]
            fresh = np.unique(above[above >= 0])
            fresh = fresh[graph.kin_outside[fresh] & ~self.called[fresh]]
        if not ranges:
            return np.zeros(0, np.int64)
        classes = np.concatenate(ranges) << 32
        begin = np.searchsorted(program.method_key, classes, "left")
        methods, _ = spread(begin, np.searchsorted(program.method_key, classes + (1 << 32), "left"))
        methods = methods[program.defined[methods]]
        methods = methods[program.access[methods] & (ACC_STATIC | ACC_PRIVATE) == 0]
        return self.take(np.full(len(methods), -1, np.int64), methods)

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
