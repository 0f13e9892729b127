"""Methods and fields that a table names, found among those that an app's code names.

A table writes `package.Class->name` for all overloads. Code names the class that the compiler saw:
an app's own Activity where Android's Context owns the method. So a reference matches when the named
class is the table's or one above it, up to where a body of the app itself answers the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

import numpy as np

from scanner.collect.apk.dex import Array
from scanner.collect.apk.hierarchy import Hierarchy
from scanner.collect.apk.program import Program


class Members:
    """Looks up members by the names that a table gives them."""

    def __init__(self, program: Program, hierarchy: Hierarchy, resolved: Array) -> None:
        self.program = program
        self.hierarchy = hierarchy
        self.resolved = resolved
        self._ancestors: dict[int, frozenset[str]] = {}
        self._by_name = np.argsort(program.method_name, kind="stable")
        self._names = program.method_name[self._by_name]
        self._fields_by_name = np.argsort(program.field_name, kind="stable")
        self._field_names = program.field_name[self._fields_by_name]

    def methods(self, members: Iterable[str]) -> dict[int, list[str]]:
        """Give the named methods that are one of `members`, each with those that it is."""
        found: dict[int, list[str]] = {}
        for name, owners in _grouped(members).items():
            number = self.program.name_number(name)
            if number < 0:
                continue
            for method in self._candidates(number, owners):
                for owner in self._nearest(owners & self._kin(method)):
                    found.setdefault(method, []).append(f"{owner}->{name}")
        return found

    def _candidates(self, name: int, owners: Set[str]) -> list[int]:
        """Give the methods of a name that may be meant: a body of the app answers for itself."""
        begin, end = np.searchsorted(self._names, [name, name + 1])
        methods = self._by_name[begin:end]
        chosen = self.resolved[methods] < 0
        kinds = [self.program.type_number(owner) for owner in owners]
        inner = [kind for kind in kinds if kind >= 0 and self.hierarchy.inside[kind]]
        if inner:
            below = np.concatenate([self.hierarchy.below(kind) for kind in inner])
            chosen |= np.isin(self.program.method_class[methods], below)
        return [int(method) for method in methods[chosen]]

    def fields(self, members: Iterable[str]) -> dict[int, list[str]]:
        """Give the named fields that are one of `members`, each with those that it is."""
        found: dict[int, list[str]] = {}
        for name, owners in _grouped(members).items():
            number = self.program.name_number(name)
            if number < 0:
                continue
            begin, end = np.searchsorted(self._field_names, [number, number + 1])
            for field in self._fields_by_name[begin:end].tolist():
                kin = self.ancestors(int(self.program.field_class[field]))
                for owner in self._nearest(owners & kin):
                    found.setdefault(field, []).append(f"{owner}->{name}")
        return found

    def fields_of(self, classes: Iterable[str]) -> dict[int, str]:
        """Give the named fields of classes, or of groups of classes that end in a dot or `$`."""
        exact = {name for name in classes if not name.endswith((".", "$"))}
        groups = tuple(name for name in classes if name.endswith((".", "$")))
        program = self.program
        owners = {
            int(kind): program.type_text(int(kind)) for kind in np.unique(program.field_class)
        }
        chosen = {
            kind: name
            for kind, name in owners.items()
            if name in exact or (groups and name.startswith(groups))
        }
        rows = np.flatnonzero(np.isin(program.field_class, list(chosen)))
        return {int(row): chosen[int(program.field_class[row])] for row in rows}

    def ancestors(self, kind: int) -> frozenset[str]:
        """Give the names of a class and of everything above it."""
        if kind not in self._ancestors:
            self._ancestors[kind] = frozenset(self.hierarchy.ancestors(kind))
        return self._ancestors[kind]

    def _nearest(self, owners: Set[str]) -> list[str]:
        """Leave out classes that another one extends: the table's most special row counts."""
        if len(owners) < 2:
            return list(owners)
        return sorted(owners - self.hierarchy.outer(set(owners)))

    def _kin(self, method: int) -> frozenset[str]:
        """Give the classes under whose name a call of this method counts."""
        owner = int(self.program.method_class[method])
        body = int(self.resolved[method])
        if body < 0:
            return self.ancestors(owner)
        answers = int(self.program.method_class[body])
        names = []
        for kind in self.hierarchy.chain(owner):
            names.append(self.program.type_text(kind))
            if kind == answers:
                break
        return frozenset(names)


def _grouped(members: Iterable[str]) -> dict[str, set[str]]:
    """Group members by name: the classes that own one of that name."""
    groups: dict[str, set[str]] = {}
    for member in members:
        owner, _, name = member.partition("->")
        groups.setdefault(name, set()).add(owner)
    return groups
