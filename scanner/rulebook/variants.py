"""The walk over the parts of a rule: its patterns, and the rule with one thing about it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from scanner.rulebook.rule import (
    All,
    Any,
    Condition,
    Forbid,
    ForEach,
    Not,
    Pattern,
    Require,
    Rule,
    Shape,
)

STATED = (("when", "when"), ("exempt", "exempt"), ("raise", "raise_when"))
"""The conditions beside the shape: the word in a rule file, and the field that holds it."""

Group = All | Any


class Changes(NamedTuple):
    """What is changed about single parts; each way gives words for the change, its line, and the
    part as it is after it."""

    pattern: Callable[[Pattern], Iterator[tuple[str, int, Pattern]]]
    """Of one pattern."""
    group: Callable[[Group], Iterator[tuple[str, int, Condition]]]
    """Of an all or any itself, its parts left as they are."""


def judging(rule: Rule, changes: Changes) -> Iterator[tuple[str, int, Rule]]:
    """Give a rule with one part of its shape, what it settles, or one certainty changed."""
    if rule.shape is None:
        return
    for change, line, shape in _shapes(rule.shape, changes):
        yield change, line, replace(rule, shape=shape)
    both = rule.settles == ("violated", "satisfied")
    yield "settles", 1, replace(rule, settles=("violated",) if both else ("violated", "satisfied"))
    for channel, ceiling in rule.certainty.items():
        other = "suspected" if ceiling == "proven" else "proven"
        yield f"certainty.{channel}", 1, replace(rule, certainty={**rule.certainty, channel: other})


def conditions(condition: Condition, changes: Changes) -> Iterator[tuple[str, int, Condition]]:
    """Give a condition with one part of it changed."""
    if isinstance(condition, Pattern):
        yield from changes.pattern(condition)
    elif isinstance(condition, Not):
        for change, line, inner in conditions(condition.of, changes):
            yield change, line, Not(of=inner)
    else:
        yield from changes.group(condition)
        for number, part in enumerate(condition.of):
            before, after = condition.of[:number], condition.of[number + 1 :]
            for change, line, inner in conditions(part, changes):
                yield change, line, replace(condition, of=(*before, inner, *after))


def patterns_of(condition: Condition) -> Iterator[Pattern]:
    """Give every pattern of a condition."""
    if isinstance(condition, Pattern):
        yield condition
    elif isinstance(condition, Not):
        yield from patterns_of(condition.of)
    else:
        for part in condition.of:
            yield from patterns_of(part)


def _shapes(shape: Shape, changes: Changes) -> Iterator[tuple[str, int, Shape]]:
    if isinstance(shape, Require):
        for change, line, condition in conditions(shape.condition, changes):
            yield change, line, Require(condition=condition)
        return
    for change, line, each in changes.pattern(shape.each):
        yield change, line, replace(shape, each=each)
    if isinstance(shape, ForEach):
        for change, line, condition in conditions(shape.expect, changes):
            yield change, line, replace(shape, expect=condition)
    elif isinstance(shape, Forbid) and shape.also is not None:
        for change, line, condition in conditions(shape.also, changes):
            yield change, line, replace(shape, also=condition)
