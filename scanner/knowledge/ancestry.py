"""Which classes outside an app extend which, for calls that name the class the compiler saw."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scanner.knowledge.tables import Tables

CLASS = r"[A-Za-z0-9_$]+(\.[A-Za-z0-9_$]+)+"


def read_ancestry(tables: Tables) -> Mapping[str, tuple[str, ...]]:
    """Read ancestry.yaml: the direct supers of each class."""
    top = tables.head("ancestry", "supers")
    rows = tables.entries(top.get("supers"), "supers", CLASS)
    return MappingProxyType({name: tables.read.texts(node, name) or () for name, node in rows})
