"""The words in which notices name a problem, and what in the catalogue they speak of."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from scanner.knowledge.tables import Tables
from scanner.model import Words
from scanner.strict_yaml import Node, Scalar


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """One wording of notices."""

    words: str
    """As notices write it."""
    categories: tuple[str, ...]
    """Behaviours, notice names or articles it speaks of; empty where none."""
    reason: Words | None
    """Why it speaks of none: it is not about personal information."""
    line: int = 0
    """Line in notice-wordings.yaml, for messages to its author."""


def normal(words: str) -> str:
    """Give a wording without what notices write now one way, now another: case, width, signs."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return "".join(mark for mark in folded if mark.isalnum())


def read_wordings(tables: Tables) -> Mapping[str, Wording]:
    """Read notice-wordings.yaml, by its words in their normal form."""
    read: dict[str, Wording] = {}
    top = tables.head("notice-wordings", "wordings")
    table = tables.read.table(top.get("wordings"), "wordings")
    for words, node in table.items.items() if table else ():
        wording = _wording(tables, words, node)
        if wording is None:
            continue
        if normal(words) in read or not normal(words):
            said = f"wordings: {words[:40]!r} says nothing, or what another row says"
            tables.read.fault(node, said, "keep one row for each wording")
        read[normal(words)] = wording
    return MappingProxyType(read)


def _wording(tables: Tables, words: str, node: Node) -> Wording | None:
    read = tables.read
    keys = read.mapping(node, words[:40], required=("category",), optional=("reason",)) or {}
    category, reason = keys.get("category"), read.words(keys.get("reason"), "reason")
    none = isinstance(category, Scalar) and category.text == "none"
    categories = () if none else read.texts(category, "category")
    if categories is None:
        return None
    if (reason is None) != bool(categories):
        hint = "`category: none` states its reason, and no other row does"
        read.fault(node, f"wordings: {words[:40]!r}: category or reason", hint)
    return Wording(words=words, categories=categories, reason=reason, line=node.place.line)
