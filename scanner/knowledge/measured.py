"""How often each rule was right on inputs whose answer was known: figures that were measured."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scanner.knowledge.tables import Tables
from scanner.model import Measured, Words
from scanner.strict_yaml import Node

_FIGURES = ("right", "missed", "wrong", "innocent")


def read_measured(tables: Tables) -> Mapping[str, Measured]:
    """Read measured.yaml, by rule; a rule that stands not in it was never measured.

    A row names the sets of inputs that it counts, and `sets` says what they were; so no figure
    stands without what it was measured on.
    """
    read = tables.read
    top = tables.head("measured", "measured", "sets")
    sets = {}
    named = read.table(top.get("sets"), "sets")
    for name, node in named.items.items() if named else ():
        words = read.words(node, f"sets.{name[:40]}")
        if words is not None:
            sets[name] = words
    rows: dict[str, Measured] = {}
    table = read.table(top.get("measured"), "measured")
    for rule, node in table.items.items() if table else ():
        row = _row(tables, rule, node, sets)
        if row is not None:
            rows[rule] = row
    return MappingProxyType(rows)


def _row(tables: Tables, rule: str, node: Node, sets: Mapping[str, Words]) -> Measured | None:
    read = tables.read
    keys = read.mapping(node, rule[:60], required=(*_FIGURES, "on")) or {}
    figures = {name: read.number(keys.get(name), f"{rule[:60]}.{name}") for name in _FIGURES}
    on = read.texts(keys.get("on"), f"{rule[:60]}.on")
    if on is None or None in figures.values():
        return None
    for name in on:
        if name not in sets:
            read.unknown(node, f"{rule[:60]}.on: {name[:40]!r} is no set", name, sets)
    if not on or not any(figures.values()):
        hint = "leave out a rule that was measured on nothing"
        read.fault(node, f"{rule[:60]}: figures of no input", hint)
    if (figures["wrong"] or 0) > (figures["innocent"] or 0):
        hint = "`wrong` counts some of the `innocent` inputs"
        read.fault(node, f"{rule[:60]}: more wrong than innocent inputs", hint)
    named = [sets[name] for name in on if name in sets]
    words = Words("；".join(one.zh for one in named), "; ".join(one.en for one in named))
    return Measured(**{name: figure or 0 for name, figure in figures.items()}, on=words)
