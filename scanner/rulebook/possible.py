"""Values that a field could have, and facts of a kind: what is tried where a fact must be another.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scanner.facts import KINDS, Fact, Field, fields_of, kind_of
from scanner.rulebook.match import Seen
from scanner.rulebook.rule import LINKS, Clause, Pattern, Rule

AFTER = "agreed"
"""The phase in which most things may be done."""
LONGEST = 20
"""Texts in a list that is made up at most."""
OTHER = "\N{REPLACEMENT CHARACTER}another"
"""Stands for any text but those that are there."""


def pool(
    pattern: Pattern, clauses: tuple[Clause, ...], its: object, rule: Rule, seen: Seen
) -> Iterator[object]:
    """Give values that a field could have: those that the rule names first, then others."""
    field = fields_of(pattern.fact)[clauses[0].field]
    for clause in clauses:
        if clause.operator in LINKS:
            linked = getattr(its, str(clause.value))
            if linked is not None:
                yield (linked,) if clause.operator == "contains_its" else linked
        elif clause.operator in ("in_list", "not_in_list"):
            members = seen.sets[str(clause.value)]
            yield from (one for one in field.choices if one in members)
            yield from sorted(members)[:1] if not field.choices else ()
        else:
            yield from _near(clause, field)
    yield from sorted(field.choices, key=lambda one: one != AFTER)
    yield from _usual(field)
    yield from (
        getattr(one, field.name)
        for example in rule.examples
        for one in example.facts
        if kind_of(one) == pattern.fact and getattr(one, field.name) is not None
    )
    for entry in seen.entries.get(pattern.fact, ())[:50]:
        if getattr(entry.fact, field.name) is not None:
            yield getattr(entry.fact, field.name)


def _near(clause: Clause, field: Field) -> Iterator[object]:
    """Give the values that a clause itself names, and those just beside them."""
    value = clause.value
    if clause.operator == "matches":
        yield from (one for one in str(value).removeprefix("(?i)").split("|") if one.isalnum())
    if isinstance(value, bool):
        yield from (value, not value)
    elif isinstance(value, int) and field.type == "texts":
        made = tuple(f"{OTHER}{number}" for number in range(LONGEST))
        members = field.choices or made
        yield from (members[:many] for many in (value, value - 1, value + 1) if many >= 0)
    elif isinstance(value, int):
        yield from (value, value - 1, value + 1)
    elif isinstance(value, tuple):
        yield from value
    elif field.type == "texts":
        yield from ((value,), ())
    elif not field.choices or value in field.choices:
        yield value


def _usual(field: Field) -> Iterator[object]:
    """Give plain values of a type."""
    if field.type == "text" and not field.choices:
        yield from ("", OTHER)
    elif field.type == "number":
        yield from (0, 1, -1)
    elif field.type == "truth":
        yield from (True, False)
    elif field.type == "texts":
        yield ()


def blank(kind: str) -> Fact:
    """Make a fact of which only what its class demands is filled in."""
    cls = KINDS[kind]
    fields = fields_of(kind)
    filled: dict[str, object] = {"source": {}, "channel": cls.channels[0]}
    for one in msgspec.structs.fields(cls):
        if one.required and one.name not in filled:
            field = fields[one.name]
            chosen = field.choices and field.type != "texts"
            filled[one.name] = field.choices[0] if chosen else next(_usual(field))
    return msgspec.convert(filled | {"kind": kind}, cls)
