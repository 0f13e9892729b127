"""Which classes outside an app extend which, for calls that name the class the compiler saw."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scanner.knowledge.sdks import matching
from scanner.knowledge.tables import Tables

CLASS = r"[A-Za-z0-9_$]+(\.[A-Za-z0-9_$]+)+"


def read_ancestry(tables: Tables) -> Mapping[str, tuple[str, ...]]:
    """Read ancestry.yaml: the direct supers of each class."""
    top = tables.head("ancestry", "supers")
    rows = list(tables.entries(top.get("supers"), "supers", CLASS))
    supers = {name: matching(tables, node, name, CLASS) for name, node in rows}
    for name, node in rows:
        if name in all_above(supers, name):
            tables.read.fault(node, f"{name}: is above itself", "a class extends other classes")
    return MappingProxyType(supers)


def all_above(supers: Mapping[str, tuple[str, ...]], name: str) -> frozenset[str]:
    """Give everything that a class extends and implements in turn."""
    found: set[str] = set()
    work = list(supers.get(name, ()))
    while work:
        upper = work.pop()
        if upper not in found:
            found.add(upper)
            work += supers.get(upper, ())
    return frozenset(found)
