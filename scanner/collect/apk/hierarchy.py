"""The class hierarchy of an app: which code a call runs, as far as types can tell.

Subclasses are intervals of a numbering, so that "every override below this class" is one range.
Classes outside the app are known by name; those of Android and Java that an app's classes extend
are placed under each other by rules/lists/ancestry.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.dex import Array
from scanner.collect.apk.program import (
    ACC_INTERFACE,
    ACC_PRIVATE,
    ACC_STATIC,
    Program,
    spread,
)
from scanner.knowledge.ancestry import all_above

MAX_DEPTH = 500
"""Classes above a class; real ones have at most about 20."""
MAX_LOOKUPS = 20_000_000
"""Classes looked into for inherited methods; the largest apps seen need 1 million."""
MAX_PAIRS = 4_000_000
"""Possible targets of all calls together; the largest apps seen stay below 1 million."""


class Overrides(NamedTuple):
    """Which body a dispatched call runs for which receivers, ordered by call and receiver.

    A receiver's row is the one of the nearest class at or above it; so rows of one call are nested.
    """

    method: Array
    """The method that the call names."""
    kind: Array
    """The class that brings a body of its own, and passes it on to those below."""
    target: Array
    """The body that instances of that class run."""
    outer: Array
    """The row of the same call that this one is taken out of; -1 when there is none."""


class Hierarchy:
    """Supers, subclasses and implementers of an app's classes, by the program's numbers."""

    def __init__(self, program: Program, ancestry: Mapping[str, tuple[str, ...]]) -> None:
        self.program = program
        self.ancestry = ancestry
        self.overflow = False
        self.looped = False
        """Whether classes extend themselves, which Android refuses."""
        """Whether some part was too large to be followed whole."""
        count = len(program.types)
        self.inside = np.zeros(count, bool)
        self.inside[program.class_type] = True
        self.above = np.full(count, -1, np.int64)
        self.above[program.class_type] = program.class_super
        self.is_interface = np.zeros(count, bool)
        self.is_interface[program.class_type] = program.class_access & ACC_INTERFACE != 0
        self._number()
        self._close_interfaces()
        self._sort_definitions()

    def _number(self) -> None:
        """Number classes so that all below a class lie in one range; loops are cut open."""
        count = len(self.above)
        inner = np.flatnonzero(self.inside & (self.above >= 0))
        inner = inner[self.inside[self.above[inner]]]
        depth = np.full(count, -1, np.int64)
        roots = self.inside.copy()
        roots[inner] = False
        depth[roots] = 0
        order = inner[np.argsort(self.above[inner], kind="stable")]
        parents = self.above[order]
        levels = [np.flatnonzero(roots)]
        while len(levels[-1]) and len(levels) <= MAX_DEPTH:
            level = levels[-1]
            begin = np.searchsorted(parents, level, "left")
            rows, _ = spread(begin, np.searchsorted(parents, level, "right"))
            below = order[rows]
            depth[below] = len(levels)
            levels.append(below)
        self.overflow |= bool(len(levels[-1]))
        looped = self.inside & (depth < 0)
        self.looped = bool(looped.any())
        self.above[looped] = -1
        levels[0] = np.concatenate((levels[0], np.flatnonzero(looped)))
        size = np.zeros(count, np.int64)
        size[self.inside] = 1
        for level in reversed(levels[1:]):
            np.add.at(size, self.above[level], size[level])
        self.first = np.full(count, -1, np.int64)
        top = levels[0]
        self.first[top] = np.cumsum(size[top]) - size[top]
        for level in levels[1:]:
            parents_of = self.above[level]
            total = np.cumsum(size[level]) - size[level]
            _, start, which = np.unique(parents_of, return_index=True, return_inverse=True)
            self.first[level] = self.first[parents_of] + 1 + total - total[start][which]
        self.last = self.first + size

    def _close_interfaces(self) -> None:
        """Find who implements what, through other interfaces too, and who extends what outside."""
        program = self.program
        classes = program.class_type
        above = self.above[classes]
        leaves = (above > 0) & ~self.inside[np.maximum(above, 0)]
        owners = np.concatenate((program.interfaces[:, 0], classes[leaves]))
        direct = np.concatenate((program.interfaces[:, 1], above[leaves]))
        closed = self._closure(np.unique(direct))
        begin = np.searchsorted(closed[:, 0], direct, "left")
        end = self._within(begin, np.searchsorted(closed[:, 0], direct, "right"))
        rows, which = spread(begin, end)
        targets = np.concatenate((direct, closed[rows, 1]))
        known = np.unique(np.concatenate((owners, owners[which])) << 32 | targets)
        pairs = np.stack((known >> 32, known & 0xFFFFFFFF), axis=1)
        everything = program.type_number("java.lang.Object")
        pairs = pairs[(pairs[:, 1] != everything) & (pairs[:, 1] != pairs[:, 0])]
        self._by_class = pairs
        self.implements = pairs[np.argsort(pairs[:, 1], kind="stable")]
        """Class and what it implements or, outside the app, extends; ordered by the latter."""

    def _closure(self, kinds: Array) -> Array:
        """Give pairs of a type and each that it extends in turn, sorted; loops are no harm."""
        steps: dict[int, list[int]] = {}
        for lower, upper in self.program.interfaces.tolist():
            steps.setdefault(lower, []).append(upper)
        pairs: list[tuple[int, int]] = []
        for kind in kinds.tolist():
            found: set[int] = set()
            work = self._directly_above(kind, steps)
            while work and len(pairs) + len(found) < MAX_PAIRS:
                upper = work.pop()
                if upper not in found:
                    found.add(upper)
                    work += self._directly_above(upper, steps)
            self.overflow |= bool(work)
            pairs += [(kind, upper) for upper in sorted(found)]
        return np.array(pairs, np.int64).reshape(-1, 2)

    def _directly_above(self, kind: int, steps: Mapping[int, list[int]]) -> list[int]:
        if self.inside[kind]:
            return list(steps.get(kind, ()))
        names = all_above(self.ancestry, self.program.type_text(kind))
        numbers = [self.program.type_number(name) for name in names]
        return [number for number in numbers if number >= 0]

    def _sort_definitions(self) -> None:
        program = self.program
        can = program.defined & (program.access & (ACC_STATIC | ACC_PRIVATE) == 0)
        methods = np.flatnonzero(can)
        place = self.first[program.method_class[methods]]
        key = program.method_signature[methods].astype(np.int64) << 32 | place
        order = np.argsort(key, kind="stable")
        self._definitions, self._definition_keys = methods[order], key[order]
        default = methods[self.is_interface[program.method_class[methods]]]
        default = default[program.code[default] >= 0]
        self._defaults = np.unique(program.method_signature[default])

    def find(self, classes: Array, signatures: Array) -> Array:
        """Give the method that each class has under a signature, its own or inherited; -1 if none.

        What a class above has comes before the bodies of interfaces.
        """
        found = np.full(len(classes), -1, np.int64)
        current = classes.astype(np.int64)
        open_rows = np.arange(len(classes))
        left = MAX_LOOKUPS
        while len(open_rows):
            left -= len(open_rows)
            if left < 0:
                self.overflow = True
                break
            own = self._own(current[open_rows], signatures[open_rows])
            there = own >= 0
            found[open_rows[there]] = own[there]
            open_rows = open_rows[~there]
            current[open_rows] = self.above[current[open_rows]]
            upper = current[open_rows]
            open_rows = open_rows[(upper >= 0) & self.inside[np.maximum(upper, 0)]]
        if len(self._defaults):
            rows = np.flatnonzero((found < 0) & np.isin(signatures, self._defaults))
            found[rows] = self._find_defaults(classes[rows].astype(np.int64), signatures[rows])
        return found

    def _own(self, classes: Array, signatures: Array) -> Array:
        """Give the method that each class itself defines under a signature; -1 if none."""
        program = self.program
        key = classes << 32 | signatures
        place = np.minimum(np.searchsorted(program.method_key, key), len(program.method_key) - 1)
        there = (program.method_key[place] == key) & program.defined[place]
        return np.where(there, place, -1)

    def _find_defaults(self, classes: Array, signatures: Array) -> Array:
        """Give the body that a class inherits from an interface, the most specific one."""
        found = np.full(len(classes), -1, np.int64)
        best = np.full(len(classes), -1, np.int64)
        current, open_rows = classes.copy(), np.arange(len(classes))
        left = MAX_LOOKUPS
        while len(open_rows):
            begin = np.searchsorted(self._by_class[:, 0], current[open_rows], "left")
            end = np.searchsorted(self._by_class[:, 0], current[open_rows], "right")
            left -= len(open_rows) + int((end - begin).sum())
            if left < 0:
                self.overflow = True
                break
            pairs, which = spread(begin, end)
            rows, kinds = open_rows[which], self._by_class[pairs, 1]
            own = self._own(kinds, signatures[rows])
            has = (own >= 0) & (self.program.code[np.maximum(own, 0)] >= 0)
            rows, kinds, own = rows[has], kinds[has], own[has]
            uppers = self._by_class[:, 0]
            rank = np.searchsorted(uppers, kinds, "right") - np.searchsorted(uppers, kinds, "left")
            order = np.lexsort((rank, rows))
            _, last = np.unique(rows[order][::-1], return_index=True)
            chosen = order[::-1][last]
            chosen = chosen[rank[chosen] > best[rows[chosen]]]
            best[rows[chosen]], found[rows[chosen]] = rank[chosen], own[chosen]
            current[open_rows] = self.above[current[open_rows]]
            upper = current[open_rows]
            open_rows = open_rows[(upper >= 0) & self.inside[np.maximum(upper, 0)]]
        return found

    def resolve(self) -> Array:
        """Give for every method that is named the body that a call without overrides runs."""
        program = self.program
        found = np.full(len(program.method_key), -1, np.int64)
        rows = np.flatnonzero(self.inside[program.method_class])
        found[rows] = self.find(program.method_class[rows], program.method_signature[rows])
        return found

    def overrides(self, methods: Array) -> Overrides:
        """Give for methods that are called by dispatch what each class below them runs."""
        program = self.program
        owner = program.method_class[methods].astype(np.int64)
        signature = program.method_signature[methods].astype(np.int64)
        begin = np.searchsorted(self.implements[:, 1], owner, "left")
        end = self._within(begin, np.searchsorted(self.implements[:, 1], owner, "right"))
        pairs, row = spread(begin, end)
        inner = np.flatnonzero(self.inside[owner])
        row = np.concatenate((inner, row))
        head = np.concatenate((owner[inner], self.implements[pairs, 0]))
        row, head = row[~self.is_interface[head]], head[~self.is_interface[head]]
        below = signature[row] << 32
        begin = np.searchsorted(self._definition_keys, below | (self.first[head] + 1), "left")
        end = np.searchsorted(self._definition_keys, below | self.last[head], "left")
        rows, which = spread(begin, self._within(begin, end))
        inheriting, whose = self._inheriting(head, signature[row])
        row = np.concatenate((row, row[which], row[whose]))
        kind = np.concatenate((head, program.method_class[self._definitions[rows]], inheriting))
        place = np.unique(row << 32 | self.first[kind], return_index=True)[1]
        row, kind = row[place], kind[place].astype(np.int64)
        target = self.find(kind, signature[row])
        hidden = program.access[np.maximum(target, 0)] & (ACC_STATIC | ACC_PRIVATE) != 0
        known = (target >= 0) & ~hidden
        row, kind, target = row[known], kind[known], target[known]
        return Overrides(methods[row], kind, target, self._outer_rows(row, kind))

    def _inheriting(self, heads: Array, signatures: Array) -> tuple[Array, Array]:
        """Give classes below that an interface may bring a body, and for each whose they are."""
        rows = np.flatnonzero(np.isin(signatures, self._defaults))
        classes = np.unique(self._by_class[:, 0])
        classes = classes[~self.is_interface[classes]]
        classes = classes[np.argsort(self.first[classes])]
        place = self.first[classes]
        begin = np.searchsorted(place, self.first[heads[rows]] + 1, "left")
        end = np.searchsorted(place, self.last[heads[rows]], "left")
        found, which = spread(begin, self._within(begin, end))
        return classes[found], rows[which]

    def _outer_rows(self, row: Array, kind: Array) -> Array:
        """Give for each row the nearest one of the same call whose class is above its class."""
        outer = np.arange(len(row)) - 1
        first, last = self.first[kind], self.last[kind]
        wrong = np.arange(len(row))
        while len(wrong):
            at = outer[wrong]
            other = (at >= 0) & (row[at] != row[wrong])
            outer[wrong[other]] = -1
            wrong = wrong[(at >= 0) & ~other & (last[at] <= first[wrong])]
            outer[wrong] = outer[outer[wrong]]
        return outer

    def _within(self, begin: Array, end: Array) -> Array:
        """Give the ends of ranges, shortened to nothing where all together become too many."""
        count = np.maximum(end - begin, 0)
        if int(count.sum()) <= MAX_PAIRS:
            return end
        self.overflow = True
        return np.where(np.cumsum(count) <= MAX_PAIRS, end, begin)

    # one class at a time

    def chain(self, kind: int) -> Iterator[int]:
        """Give a class of the app and those above it, to the first one outside the app."""
        for _ in range(MAX_DEPTH):
            if kind < 0:
                return
            yield kind
            if not self.inside[kind]:
                return
            kind = int(self.above[kind])

    def ancestors(self, kind: int) -> set[str]:
        """Give the dotted names of a class and of all above it, outside the app as well."""
        names: set[str] = set()
        for upper in self.chain(kind):
            names.add(self.program.type_text(upper))
            begin, end = np.searchsorted(self._by_class[:, 0], [upper, upper + 1])
            names |= {self.program.type_text(int(one)) for one in self._by_class[begin:end, 1]}
        return names | self.outer(names)

    def outer(self, names: Iterable[str]) -> set[str]:
        """Give what classes outside the app extend and implement, by the table."""
        return {upper for name in names for upper in all_above(self.ancestry, name)}

    def below(self, kind: int) -> Array:
        """Give a class and all that extend it, or implement it when it is an interface."""
        program = self.program
        ranges = []
        if self.inside[kind]:
            ranges.append((int(self.first[kind]), int(self.last[kind])))
        begin, end = np.searchsorted(self.implements[:, 1], [kind, kind + 1])
        for one in self.implements[begin:end, 0].tolist():
            ranges.append((int(self.first[one]), int(self.last[one])))
        place = self.first[program.class_type]
        chosen = np.zeros(len(place), bool)
        for low, high in ranges:
            chosen |= (place >= low) & (place < high)
        return program.class_type[chosen]
