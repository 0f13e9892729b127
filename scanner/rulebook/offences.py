"""The offences under the shape of one rule, and what stays open: of all facts, or of one alone."""

from __future__ import annotations

from typing import NamedTuple

from scanner.facts import Fact
from scanner.model import Unseen
from scanner.rulebook.match import UNKNOWN_FACT, Answer, Blank, Entry, Seen
from scanner.rulebook.rule import Forbid, ForEach, Require, Rule, Shape


class Offence(NamedTuple):
    """The offending fact (none where a thing is missing as a whole) and the facts that decided."""

    entry: Entry | None
    deciding: tuple[str, ...]


class Outcome(NamedTuple):
    """The offences that were seen, and why there may be more of them."""

    offences: list[Offence]
    why: frozenset[int | Blank]


def offences(shape: Shape, seen: Seen, of: Fact | None = None) -> Outcome:
    """Find what offends; with `of`, only by what is or could be that same observation."""
    if isinstance(shape, Require):
        answer = seen.answer(shape.condition)
        missing = [Offence(None, answer.facts)] if answer.truth is False else []
        return Outcome(missing, answer.why)
    if isinstance(shape, Forbid) and shape.each.count is not None:
        enough = seen.answer(shape.each)
        if not enough.truth:
            return Outcome([], enough.why)
    return _each(shape, seen, of)


def left_open(rule: Rule, seen: Seen, of: Fact | None) -> tuple[Unseen, ...]:
    """Say why a case cannot tell whether one offence is there; empty where it can.

    `of` is the offending observation, as another case made it; none where a thing was missing as a
    whole.
    """
    when = seen.answer(rule.when) if rule.when else Answer(True)
    if rule.shape is None or when.truth is False:
        return ()
    return seen.explain(when.why | offences(rule.shape, seen, of).why)


def _each(shape: Forbid | ForEach, seen: Seen, of: Fact | None) -> Outcome:
    """Look at each fact that matches; a forbidden one offends where its condition holds, one
    that demands a counterpart offends where the condition fails."""
    offending = isinstance(shape, Forbid)
    condition = shape.also if isinstance(shape, Forbid) else shape.expect
    matches = seen.matches(shape.each) if of is None else seen.matches_of(shape.each, of)

    def about(its: object) -> Answer:
        return Answer(True) if condition is None else seen.answer(condition, its)

    found: list[Offence] = []
    why: frozenset[int | Blank] = frozenset()
    for entry in matches.hits:
        answer = about(entry.fact)
        if answer.truth is offending:
            found.append(Offence(entry, answer.facts))
        why |= answer.why
    for entry in matches.maybes:
        answer = about(entry.fact)
        if answer.truth is not (not offending):
            why |= answer.why | matches.blanks
    if matches.unseen and (not offending or about(UNKNOWN_FACT).truth is not False):
        why |= frozenset(matches.unseen)
    return Outcome(found, why)
