"""What a privacy policy owes: its elements by name, and what the test of one can find lacking."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from scanner.knowledge.tables import Tables
from scanner.model import Words

Duty = typing.Literal["always", "conditional"]


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """An element that a privacy policy owes."""

    id: str
    """Its id, pol-01 to pol-28."""
    title: Words
    """What it is."""
    duty: Duty
    """always, or conditional: only where the subject does what it speaks of."""


class Elements(msgspec.Struct, frozen=True, kw_only=True):
    """The whole table."""

    rows: Mapping[str, Element]
    """Elements by id."""
    lacks: Mapping[str, Words]
    """What a test of an element can find lacking, by the word that facts use."""

    @property
    def titles(self) -> dict[str, Words]:
        """Names of elements, for messages."""
        return {name: row.title for name, row in self.rows.items()}


def read_elements(tables: Tables) -> Elements:
    """Read policy-elements.yaml."""
    top = tables.head("policy-elements", "elements", "lacks")
    rows = {}
    for name, node in tables.entries(top.get("elements"), "elements", r"pol-[0-9]{2}"):
        row = tables.read.mapping(node, name, required=("zh", "en", "duty")) or {}
        zh, en = tables.read.text(row.get("zh"), "zh"), tables.read.text(row.get("en"), "en")
        duty = tables.read.choice(row.get("duty"), "duty", typing.get_args(Duty))
        if zh is not None and en is not None and duty is not None:
            rows[name] = Element(id=name, title=Words(zh, en), duty=typing.cast(Duty, duty))
    lacks = {}
    for name, node in tables.entries(top.get("lacks"), "lacks", r"[a-z][a-z_]{0,40}"):
        words = tables.read.words(node, name)
        if words is not None:
            lacks[name] = words
    return Elements(rows=MappingProxyType(rows), lacks=MappingProxyType(lacks))
