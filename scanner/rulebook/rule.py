"""A rule as data: what it looks for, what it demands, what it can settle, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from scanner.facts import Channel, Fact
from scanner.model import (
    Basis,
    Certainty,
    Manual,
    RuleFolder,
    Severity,
    TargetKind,
    Unseen,
    Verdict,
    Words,
)
from scanner.rulebook.catalog import Catalog

Operator = Literal[
    "is",
    "is_not",
    "in",
    "not_in",
    "in_list",
    "not_in_list",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "at_least",
    "at_most",
    "its",
    "contains_its",
]
Settles = tuple[Literal["violated", "satisfied"], ...]
Aggravation = Literal["minors", "cleartext", "evasion", "background", "cross-border", "repeated"]

OPERATORS: dict[str, tuple[Operator, ...]] = {
    "text": (
        "is",
        "is_not",
        "in",
        "not_in",
        "in_list",
        "not_in_list",
        "contains",
        "starts_with",
        "ends_with",
        "matches",
        "its",
    ),
    "number": ("is", "is_not", "in", "not_in", "at_least", "at_most", "its"),
    "truth": ("is", "is_not", "its"),
    "texts": ("contains", "contains_its", "at_least", "at_most"),
}
"""Which operators fit which type of field; on a list of texts at_least and at_most count it."""

LINKS: tuple[Operator, ...] = ("its", "contains_its")
"""Operators whose value is the name of a field of the offending fact."""


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """One clause of a `where`: a field, an operator, and what to compare with."""

    field: str
    operator: Operator
    value: str | int | bool | tuple[str | int, ...]
    line: int = 0
    """Line in the rule file, for messages to its author."""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How many facts must match; with `of`, how many different values of that field."""

    of: str | None = None
    at_least: int | None = None
    at_most: int | None = None


class Pattern(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A kind of fact with the clauses it must meet; as a condition: that enough of them exist."""

    fact: str
    where: tuple[Clause, ...] = ()
    count: Count | None = None


class All(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Every one of these holds."""

    of: tuple[Condition, ...]


class Any(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """At least one of these holds."""

    of: tuple[Condition, ...]


class Not(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """This does not hold."""

    of: Condition


Condition = Pattern | All | Any | Not


class Forbid(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """不得: each fact that matches, while the further conditions hold, is a violation."""

    each: Pattern
    also: Condition | None = None


class Require(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """应当: the condition must hold somewhere."""

    condition: Condition


class ForEach(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """凡…均应当: for each fact that matches, the condition must hold."""

    each: Pattern
    expect: Condition


Shape = Forbid | Require | ForEach


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A small case that the rule must judge as stated; fields left out of facts are unknown."""

    name: str
    verdict: Verdict
    certainty: Certainty | None = None
    findings: int | None = None
    facts: tuple[Fact, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    line: int = 0


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of one norm, with everything that a report says of it, and its own proof."""

    id: str
    """Kebab-case; names the fault; equal to the file name; never reused."""
    title: Words
    """The fault in a few words."""
    category: str
    """The behaviour or duty it speaks of, e.g. cac-191-4.6."""
    schemes: dict[str, tuple[str, ...]]
    """The same in other lists: what the file states, and what it inherits from its category."""
    basis: tuple[Basis, ...]
    """Norms and items; only those in force at the time are printed."""
    severity: Severity
    """Weight class."""
    targets: tuple[TargetKind, ...]
    """Kinds of subject to which the duty applies."""
    settles: Settles
    """What an observation can settle; empty for a check by hand."""
    shape: Shape | None
    """What is forbidden or demanded; None for a check by hand."""
    when: Condition | None = None
    """The duty applies only if this holds."""
    exempt: Condition | None = None
    """The duty does not apply if this holds."""
    certainty: dict[Channel, Certainty] = {}
    """Ceiling for each channel of the offending fact; suspected where none is stated."""
    raise_when: Condition | None = None
    """A finding for which this holds is proven."""
    aggravation: tuple[Aggravation, ...] = ()
    """Aggravating circumstances that the fault as such implies."""
    alternatives: tuple[Words, ...] = ()
    """Innocent explanations."""
    message: Words | None = None
    """What a finding says; {field} and {kind.field} are filled in."""
    remedy: Words | None = None
    """What a developer can change."""
    manual: Manual | None = None
    """What a person must look at."""
    examples: tuple[Example, ...] = ()
    """The rule's proof of itself."""
    file: str = ""
    """Where the rule stands."""
    folder: str = ""
    """Name of the further folder that it comes from; empty for a rule of ours."""


ANY_FIELD = ""
"""Stands for the fields that have no names of their own."""
Labels = Mapping[str, Mapping[str, Words]]
"""What ids are called, by the field that holds them."""


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """All rules with what they refer to; its digest names exactly these rules."""

    rules: tuple[Rule, ...]
    """In the order of their ids."""
    catalog: Catalog
    """The norms, and the behaviours that every report lists."""
    sets: Mapping[str, frozenset[str]]
    """The lists that in_list refers to."""
    labels: Labels
    """How ids are called in messages, by the field that holds them, and under ANY_FIELD."""
    digest: str
    """SHA-256 over names and bytes of all rule files, lists and the catalogue."""
    extra: tuple[RuleFolder, ...] = ()
    """The folders beside our own."""
