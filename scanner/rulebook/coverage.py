"""Where rules stand: for every listed behaviour, notice name, duty, element of a policy and place
on export, and every channel, which rules look there, and how much they may at most say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from scanner.facts import KINDS, Channel
from scanner.model import CHANNELS, Words
from scanner.rulebook.catalog import Behaviour, Ceiling, Duty, Label
from scanner.rulebook.rule import (
    ANY_FIELD,
    Forbid,
    ForEach,
    Pattern,
    Require,
    Rule,
    Rulebook,
)
from scanner.rulebook.variants import patterns_of

COLUMNS: tuple[Channel, ...] = ("apk", "device", "website", "traffic", "policy")
"""The channels of the matrix, in its order."""
State = Literal["filled", "joined", "manual", "empty", "unchecked", "none"]
"""A rule stands there; a rule needs its facts; a check by hand; nobody looks though something could
be shown; nobody is asked to look though only a person could tell; nothing to be seen there."""
COUNTED: tuple[State, ...] = ("filled", "joined", "manual", "empty", "unchecked")
OF_ELEMENTS: Mapping[Channel, Ceiling] = {"policy": "suspected"}
"""An element of a policy shows itself in its text; that it is silent proves no act."""


ELEMENT_OF: Mapping[str, str] = {
    "policy.third_party": "pol-12",
    "policy.export": "pol-18",
    "wide_exceptions": "pol-24",
}
"""Kinds of fact, and cues of wordings, that speak of an element without naming it."""


class Cell(NamedTuple):
    """One row in one channel."""

    ceiling: Ceiling | None
    """The most that can be shown there; None where the catalogue says that nothing can."""
    rules: tuple[str, ...]
    """Rules whose findings stand on facts of this channel."""
    joined: tuple[str, ...]
    """Rules of other channels that need facts of this one to decide."""
    manual: tuple[str, ...]
    """Checks by hand."""

    @property
    def state(self) -> State:
        """Say in one word who looks there."""
        if self.rules:
            return "filled"
        if self.joined:
            return "joined"
        if self.manual:
            return "manual"
        if self.ceiling is None:
            return "none"
        return "unchecked" if self.ceiling == "manual" else "empty"


class Line(NamedTuple):
    """One row of the matrix."""

    id: str
    """E.g. cac-191-4.6, miit-notice-2, web-01, pol-05, pipl-39."""
    title: Words
    """What it is."""
    cells: Mapping[Channel, Cell]
    """What stands in each channel."""


def coverage(book: Rulebook) -> tuple[Line, ...]:
    """Give the whole matrix, in the order of the catalogue."""
    named: dict[str, list[Rule]] = {}
    for rule in book.rules:
        for name in _rows_of(rule):
            named.setdefault(name, []).append(rule)
    return tuple(
        Line(name, title, {one: _cell(one, ceilings, named.get(name, ())) for one in COLUMNS})
        for name, title, ceilings in _rows(book)
    )


def counts(lines: Iterable[Line]) -> dict[State, int]:
    """Count the cells in which the catalogue says that something can be shown, by who looks."""
    states = Counter(
        cell.state for line in lines for cell in line.cells.values() if cell.ceiling is not None
    )
    return {state: states[state] for state in COUNTED}


def _rows(book: Rulebook) -> Iterator[tuple[str, Words, Mapping[Channel, Ceiling]]]:
    catalog = book.catalog
    listed: list[Behaviour | Duty | Label] = [*catalog.behaviours.values(), *catalog.noticed()]
    for each in (*listed, *catalog.duties.values()):
        yield each.id, each.title, each.channels
    titles = book.labels.get("element", book.labels.get(ANY_FIELD, {}))
    for name in sorted(each for each in catalog.categories if each.startswith("pol-")):
        yield name, titles.get(name, Words(name, name)), OF_ELEMENTS
    for name, channels in catalog.provisions.items():
        norm, _, item = name.rpartition("-")
        whole = catalog.norms.get(name.upper())
        yield (
            name,
            whole.title if whole else catalog.norms[norm.upper()].items[item].printed(),
            channels,
        )


def _rows_of(rule: Rule) -> set[str]:
    """Give the rows to which a rule belongs."""
    rows = {rule.category}
    rows |= {f"{scheme}-{item}" for scheme, items in rule.schemes.items() for item in items}
    for pattern in (*_own(rule), *_demanded(rule)):
        rows |= {ELEMENT_OF[pattern.fact]} if pattern.fact in ELEMENT_OF else set()
        for test in pattern.where:
            values = _values(test.operator, test.value)
            if pattern.fact == "policy.element" and test.field == "element":
                rows |= values
            elif pattern.fact == "policy.wording" and test.field == "cue":
                rows |= {ELEMENT_OF[value] for value in values if value in ELEMENT_OF}
    for place in rule.basis:
        rows |= {place.norm.lower(), f"{place.norm.lower()}-{place.item}"}
    return rows


def _cell(channel: Channel, ceilings: Mapping[Channel, Ceiling], rules: Iterable[Rule]) -> Cell:
    standing, joined, manual = [], [], []
    for rule in rules:
        if rule.shape is None:
            if rule.manual is not None and channel in rule.manual.channels:
                manual.append(rule.id)
        elif channel in rule.certainty:
            standing.append(rule.id)
        elif channel in _needed(rule):
            joined.append(rule.id)
    return Cell(ceilings.get(channel), tuple(standing), tuple(joined), tuple(manual))


def _needed(rule: Rule) -> set[Channel]:
    """Give the channels of which a rule needs facts to decide, beside those of its findings.

    A kind of fact that several channels can show is left out, since any one of them would do; but
    what a policy says belongs to the policy, wherever its text was found.
    """
    observable = {channel for target in rule.targets for channel in CHANNELS[target]}
    needed: set[Channel] = set()
    conditions = [each for each in (rule.when, rule.raise_when) if each is not None]
    patterns = [pattern for each in conditions for pattern in patterns_of(each)]
    for pattern in (*_demanded(rule), *patterns):
        channels = set(KINDS[pattern.fact].channels) & observable
        if pattern.fact.startswith("policy.") and "policy" in channels:
            channels = {"policy"}
        for test in pattern.where:
            if test.field == "channel":
                channels &= _values(test.operator, test.value) or channels
        if len(channels) == 1:
            needed |= channels
    return needed


def _own(rule: Rule) -> tuple[Pattern, ...]:
    """Give the pattern of the offending fact."""
    return (rule.shape.each,) if isinstance(rule.shape, Forbid | ForEach) else ()


def _demanded(rule: Rule) -> tuple[Pattern, ...]:
    """Give the patterns of what must be there as well."""
    shape = rule.shape
    if isinstance(shape, ForEach):
        return tuple(patterns_of(shape.expect))
    if isinstance(shape, Require):
        return tuple(patterns_of(shape.condition))
    also = shape.also if isinstance(shape, Forbid) else None
    return tuple(patterns_of(also)) if also is not None else ()


def _values(operator: str, value: object) -> set[str]:
    """Give the texts that a test names as those it wants."""
    if operator == "is":
        return {str(value)}
    return {str(each) for each in value} if operator == "in" and isinstance(value, tuple) else set()
