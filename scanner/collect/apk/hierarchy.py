"""The class hierarchy of an app: which code a call runs, as far as types can tell.

Subclasses are intervals of a numbering, so that "every override below this class" is one range.
Classes outside the app are known by name; those of Android and Java that an app's classes extend
are placed under each other by rules/lists/ancestry.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from scanner.collect.apk.dex import Array
from scanner.collect.apk.program import ACC_PRIVATE, ACC_STATIC, Program, spread

MAX_DEPTH = 500
"""Classes above a class; real ones have at most about 20."""
MAX_PAIRS = 20_000_000
"""Possible targets of all calls together; the largest apps seen stay below 3 million."""


class Hierarchy:
    """Supers, subclasses and implementers of an app's classes, by the program's numbers."""

    def __init__(self, program: Program, ancestry: Mapping[str, tuple[str, ...]]) -> None:
        self.program = program
        self.ancestry = ancestry
        self.overflow = False
        count = len(program.types)
        self.inside = np.zeros(count, bool)
        self.inside[program.class_type] = True
        self.above = np.full(count, -1, np.int64)
        self.above[program.class_type] = program.class_super
        self._number()
        self._implementers()
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
        looped = self.inside & (depth < 0)
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

    def _implementers(self) -> None:
        """Close the interfaces upwards: who implements what, through other interfaces too."""
        pairs = self.program.interfaces
        pairs = np.unique(pairs, axis=0) if len(pairs) else pairs
        known = pairs
        for _ in range(50):
            order = np.argsort(pairs[:, 0], kind="stable")
            table = pairs[order]
            begin = np.searchsorted(table[:, 0], known[:, 1], "left")
            rows, which = spread(begin, np.searchsorted(table[:, 0], known[:, 1], "right"))
            if len(rows) > MAX_PAIRS:
                self.overflow = True
                break
            more = np.stack((known[which, 0], table[rows, 1]), axis=1)
            joined = np.unique(np.concatenate((known, more)), axis=0)
            if len(joined) == len(known):
                break
            known = joined
        self.implements = known[np.argsort(known[:, 1], kind="stable")]
        self._by_class = known[np.argsort(known[:, 0], kind="stable")]

    def _sort_definitions(self) -> None:
        program = self.program
        can = program.defined & (program.access & (ACC_STATIC | ACC_PRIVATE) == 0)
        can &= program.code >= 0
        methods = np.flatnonzero(can)
        place = self.first[program.method_class[methods]]
        key = program.method_signature[methods].astype(np.int64) << 32 | place
        order = np.argsort(key, kind="stable")
        self._definitions, self._definition_keys = methods[order], key[order]

    def find(self, classes: Array, signatures: Array) -> Array:
        """Give the method that each class has under a signature, its own or from above; -1 if none.

        Interfaces' own bodies (default methods) are not looked for.
        """
        program = self.program
        found = np.full(len(classes), -1, np.int64)
        current = classes.astype(np.int64)
        open_rows = np.arange(len(classes))
        for _ in range(MAX_DEPTH):
            if not len(open_rows):
                break
            key = current[open_rows] << 32 | signatures[open_rows]
            place = np.searchsorted(program.method_key, key)
            place = np.minimum(place, len(program.method_key) - 1)
            there = (program.method_key[place] == key) & program.defined[place]
            found[open_rows[there]] = place[there]
            open_rows = open_rows[~there]
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

    def overrides(self, methods: Array) -> tuple[Array, Array]:
        """Give for called methods every body in a subclass or implementer: rows, and methods.

        `methods` are those named by calls that are dispatched at run time.
        """
        program = self.program
        owner = program.method_class[methods].astype(np.int64)
        signature = program.method_signature[methods].astype(np.int64)
        inner = np.flatnonzero(self.inside[owner])
        begin = signature[inner] << 32 | (self.first[owner[inner]] + 1)
        end = signature[inner] << 32 | self.last[owner[inner]]
        rows, which = self._between(begin, end)
        callers, targets = [inner[which]], [self._definitions[rows]]
        outer_begin = np.searchsorted(self.implements[:, 1], owner, "left")
        pairs, which = spread(outer_begin, np.searchsorted(self.implements[:, 1], owner, "right"))
        if len(pairs) > MAX_PAIRS:
            self.overflow = True
            pairs, which = pairs[:MAX_PAIRS], which[:MAX_PAIRS]
        classes = self.implements[pairs, 0]
        above = self.find(classes, signature[which])
        has = above >= 0
        callers.append(which[has])
        targets.append(above[has])
        begin = signature[which] << 32 | (self.first[classes] + 1)
        end = signature[which] << 32 | self.last[classes]
        rows, inner_which = self._between(begin, end)
        callers.append(which[inner_which])
        targets.append(self._definitions[rows])
        pair = np.unique(np.concatenate(callers).astype(np.int64) << 32 | np.concatenate(targets))
        return (pair >> 32), (pair & 0xFFFFFFFF)

    def _between(self, begin: Array, end: Array) -> tuple[Array, Array]:
        low = np.searchsorted(self._definition_keys, begin, "left")
        high = np.searchsorted(self._definition_keys, end, "left")
        if int(np.maximum(high - low, 0).sum()) > MAX_PAIRS:
            self.overflow = True
            room = np.cumsum(np.maximum(high - low, 0)) <= MAX_PAIRS
            high = np.where(room, high, low)
        return spread(low, high)

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

    def outer(self, names: set[str]) -> set[str]:
        """Give what classes outside the app extend and implement, by the table."""
        found: set[str] = set()
        queue = list(names)
        while queue:
            for upper in self.ancestry.get(queue.pop(), ()):
                if upper not in found:
                    found.add(upper)
                    queue.append(upper)
        return found

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
