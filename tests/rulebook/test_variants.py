"""The walk over a rule reaches every part, and changes one thing at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from scanner.rulebook.rule import Condition, Forbid, ForEach, Not, Pattern, Require, Rule, Shape
from scanner.rulebook.variants import STATED, Changes, Group, conditions, judging
from tests.samples import BOOK

MARK = "changed"


def marked(pattern: Pattern) -> Iterator[tuple[str, int, Pattern]]:
    yield MARK, 1, replace(pattern, fact=f"{pattern.fact} {MARK}")


def untouched(_: Group) -> Iterator[tuple[str, int, Condition]]:
    yield from ()


EACH = Changes(marked, untouched)


def slow_patterns(condition: Condition | None) -> list[str]:
    """Every pattern's kind of fact, counted another way: a plain recursion over all there is."""
    if condition is None:
        return []
    if isinstance(condition, Pattern):
        return [condition.fact]
    if isinstance(condition, Not):
        return slow_patterns(condition.of)
    return [fact for part in condition.of for fact in slow_patterns(part)]


def of_shape(shape: Shape | None) -> list[str]:
    if isinstance(shape, Require):
        return slow_patterns(shape.condition)
    if isinstance(shape, ForEach):
        return [shape.each.fact, *slow_patterns(shape.expect)]
    if isinstance(shape, Forbid):
        return [shape.each.fact, *slow_patterns(shape.also)]
    return []


@pytest.mark.parametrize("rule", BOOK.rules[::7], ids=lambda rule: rule.id)
def test_every_pattern_is_changed_once_and_alone(rule: Rule) -> None:
    before = of_shape(rule.shape)
    changed = [of_shape(other.shape) for words, _, other in judging(rule, EACH) if words == MARK]
    assert [[fact.endswith(MARK) for fact in after].count(True) for after in changed] == [1] * len(
        before
    )
    assert sorted({after.index(f"{fact} {MARK}") for fact in before for after in changed
                   if f"{fact} {MARK}" in after}) == list(range(len(before)))  # fmt: skip
    for _, field in STATED:
        condition = getattr(rule, field)
        if condition is not None:
            assert len(list(conditions(condition, EACH))) == len(slow_patterns(condition))


def test_what_is_settled_and_how_certain_is_turned_too() -> None:
    rule = next(rule for rule in BOOK.rules if rule.shape is not None and len(rule.certainty) > 1)
    words = [words for words, _, _ in judging(rule, EACH)]
    assert "settles" in words
    assert {f"certainty.{channel}" for channel in rule.certainty} <= set(words)
