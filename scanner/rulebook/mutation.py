"""A second proof of a rule: each operator, value and statement is turned into another one, and what
no example notices is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from scanner.rulebook.proof import judged_otherwise
from scanner.rulebook.rule import (
    All,
    Any,
    Clause,
    Condition,
    Count,
    Not,
    Operator,
    Pattern,
    Rule,
    Rulebook,
)
from scanner.rulebook.variants import STATED, Changes, Group, conditions, judging

OPPOSITE: dict[Operator, Operator] = {
    "is": "is_not",
    "is_not": "is",
    "in": "not_in",
    "not_in": "in",
    "in_list": "not_in_list",
    "not_in_list": "in_list",
    "at_least": "at_most",
    "at_most": "at_least",
    "starts_with": "ends_with",
    "ends_with": "starts_with",
}
"""What an operator is turned into; one without an opposite is turned by its value alone."""
NEVER = "\N{REPLACEMENT CHARACTER}nothing is called so"
"""A text that no fact holds, and a pattern that matches none."""


def survivors(rule: Rule, book: Rulebook) -> tuple[list[tuple[str, int]], int]:
    """Give the changes that no example of a rule notices, with their lines, and how many were made.

    The share of changes that are noticed says how far the examples pin what the rule means.
    """
    made = list(turned(rule))
    unnoticed = [
        (change, line)
        for change, line, other in made
        if all(judged_otherwise(other, example, book) is None for example in rule.examples)
    ]
    return unnoticed, len(made)


def turned(rule: Rule) -> Iterator[tuple[str, int, Rule]]:
    """Give the rule with one thing turned into another, with words for the change and its line."""
    if rule.shape is None:
        return
    yield from judging(rule, CHANGES)
    for name, field in STATED:
        condition: Condition | None = getattr(rule, field)
        if condition is None:
            continue
        yield f"{name} removed", 1, replace(rule, **{field: None})
        yield f"{name} denied", 1, replace(rule, **{field: Not(of=condition)})
        for change, line, inner in conditions(condition, CHANGES):
            yield f"{name}: {change}", line, replace(rule, **{field: inner})


def _groups(group: Group) -> Iterator[tuple[str, int, Condition]]:
    other: Callable[..., Condition] = Any if isinstance(group, All) else All
    if len(group.of) > 1:
        yield "all and any exchanged", 1, other(of=group.of)


def _patterns(pattern: Pattern) -> Iterator[tuple[str, int, Pattern]]:
    for number, clause in enumerate(pattern.where):
        before, after = pattern.where[:number], pattern.where[number + 1 :]
        for change, other in _clauses(clause):
            where = f"{clause.field}: {{{clause.operator}}} of {pattern.fact}: {change}"
            yield where, clause.line, replace(pattern, where=(*before, other, *after))
    if pattern.count is not None:
        for change, count in _counts(pattern.count):
            yield f"{change} of {pattern.fact}", 1, replace(pattern, count=count)


def _clauses(clause: Clause) -> Iterator[tuple[str, Clause]]:
    opposite = OPPOSITE.get(clause.operator)
    if opposite is not None:
        yield f"turned into {opposite}", replace(clause, operator=opposite)
    value = clause.value
    if isinstance(value, bool):
        yield "the other truth", replace(clause, value=not value)
    elif isinstance(value, int):
        for near in (value - 1, value + 1):
            yield f"{near} instead", replace(clause, value=near)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield f"without {item}", replace(clause, value=(*value[:number], *value[number + 1 :]))
    elif clause.operator not in ("its", "contains_its", "in_list", "not_in_list"):
        yield "another text", replace(clause, value=NEVER)


def _counts(count: Count) -> Iterator[tuple[str, Count]]:
    for name in ("at_least", "at_most"):
        number: int | None = getattr(count, name)
        if number is not None:
            yield f"count.{name} + 1", replace(count, **{name: number + 1})
            if number > 0:
                yield f"count.{name} - 1", replace(count, **{name: number - 1})


CHANGES = Changes(_patterns, _groups)
