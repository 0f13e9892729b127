"""What would have to be different for a finding not to be there: tried, not guessed.

Candidates are read off the structure of the rule: a clause that the offending fact no longer meets,
a counterpart that is there, a duty that does not apply. Each is made in a copy of the facts and the
rule judged again; only those are given after which the finding is gone. Pure.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from scanner.facts import Fact, Source, fact_id, fields_of, kind_of
from scanner.model import Finding, Ruling, Unseen, Verdict
from scanner.rulebook.judge import judge
from scanner.rulebook.match import UNKNOWN_FACT, Seen
from scanner.rulebook.possible import blank, pool
from scanner.rulebook.rule import (
    LINKS,
    All,
    Any,
    Clause,
    Condition,
    Forbid,
    ForEach,
    Not,
    Pattern,
    Require,
    Rule,
    Rulebook,
)
from scanner.rulebook.variants import patterns_of

MOST_TURNS = 24
"""Ways given for one finding."""
MOST_TRIED = 120
"""Ways tried for one finding."""
NEAREST = 3
"""Facts that all but meet a pattern, of which one clause is tried."""
MOST_SUPPLIED = 20
"""Facts that are supplied at most where a rule counts them."""
PHASE = "phase"
"""The field that says when."""
Part = Literal["fact", "also", "expect", "require", "when", "exempt"]
BESIDE: frozenset[Part] = frozenset(("when", "exempt"))
"""Parts of which it says little that a fact is not there, where it could also be another."""


class Drop(NamedTuple):
    """These facts are not there."""

    facts: tuple[str, ...]


class Alter(NamedTuple):
    """A field of a fact has another value, so that a clause is met, or no longer met."""

    fact: str
    clause: Clause
    met: bool
    """Whether the clause is met then."""
    value: object
    """A value with which that was tried."""


class Supply(NamedTuple):
    """So many further facts are there that fit a pattern."""

    pattern: Pattern
    facts: tuple[Fact, ...]


Change = Drop | Alter | Supply


class Turn(NamedTuple):
    """Changes which, made together, let a finding fall away."""

    part: Part
    """The part of the rule that they turn."""
    changes: tuple[Change, ...]
    verdict: Verdict
    """What the rule says then."""
    left: int
    """Findings of the rule that are left then."""
    same: int
    """How many of these bear the same fingerprint: the same was seen at other places too."""


class Case(NamedTuple):
    """What a rule is judged on."""

    facts: Sequence[Fact]
    unseen: Sequence[Unseen]
    subject_kind: str
    observed_on: datetime.date
    captured_only: bool = False

    def ruling(self, rule: Rule, book: Rulebook, facts: Sequence[Fact] | None = None) -> Ruling:
        """Judge one rule alone."""
        return judge(
            replace(book, rules=(rule,)),
            self.facts if facts is None else facts,
            self.unseen,
            subject_kind=self.subject_kind,
            observed_on=self.observed_on,
            captured_only=self.captured_only,
        )[0]


def turns(rule: Rule, book: Rulebook, case: Case, finding: Finding) -> tuple[Turn, ...]:
    """Give what lets a finding of a rule fall away; empty where the rule does not find it."""
    told = kinds_in(rule)
    case = case._replace(facts=[fact for fact in case.facts if kind_of(fact) in told])
    trier = _Trier(rule, book, case, finding)
    found = tuple(trier.turns()) if trier.stands else ()
    telling = {one.part for one in found if _is_telling(one)}
    return tuple(one for one in found if one.part not in telling & BESIDE or _is_telling(one))


def _is_telling(turn: Turn) -> bool:
    """Say whether something is another or is there, rather than merely not there."""
    return any(not isinstance(change, Drop) for change in turn.changes)


def kinds_in(rule: Rule) -> frozenset[str]:
    """Give the kinds of fact that bear on a rule."""
    kinds = {pattern.fact for part in _parts(rule) for pattern in patterns_of(part)}
    shape = rule.shape
    return frozenset(kinds | ({shape.each.fact} if isinstance(shape, Forbid | ForEach) else set()))


def _parts(rule: Rule) -> Iterator[Condition]:
    shape = rule.shape
    extra: tuple[Condition | None, ...] = (rule.when, rule.exempt, rule.raise_when)
    if isinstance(shape, Forbid):
        extra += (shape.also,)
    elif isinstance(shape, ForEach):
        extra += (shape.expect,)
    elif isinstance(shape, Require):
        extra += (shape.condition,)
    yield from (part for part in extra if part is not None)


class _Trier:
    def __init__(self, rule: Rule, book: Rulebook, case: Case, finding: Finding) -> None:
        self.rule, self.book, self.case = rule, book, case
        self.facts = {fact_id(fact): fact for fact in case.facts}
        self.seen = Seen(case.facts, case.unseen, book.sets)
        self.before = case.ruling(rule, book)
        whole = isinstance(rule.shape, Require) or not finding.facts
        self.fingerprint = finding.fingerprint
        self.stands = any(
            one.fingerprint == finding.fingerprint and (whole or one.facts[:1] == finding.facts[:1])
            for one in self.before.findings
        )
        self.offender = None if whole else finding.facts[0]
        self.its: object = UNKNOWN_FACT if whole else self.facts.get(finding.facts[0])

    def turns(self) -> Iterator[Turn]:
        """Try each candidate once."""
        found, tried = 0, set[bytes]()
        for part, changes in itertools.islice(self._candidates(), MOST_TRIED):
            mark = msgspec.json.encode([_plain(change) for change in changes])
            if mark in tried:
                continue
            tried.add(mark)
            turn = self._tried(part, changes)
            if turn is not None:
                found += 1
                yield turn
            if found >= MOST_TURNS:
                return

    def _tried(self, part: Part, changes: tuple[Change, ...]) -> Turn | None:
        facts = dict(self.facts)
        altered = self.offender
        for change in changes:
            if isinstance(change, Drop):
                for name in change.facts:
                    facts.pop(name, None)
            elif isinstance(change, Supply):
                facts |= {fact_id(fact): fact for fact in change.facts}
            elif change.fact in facts:
                other = replace(facts.pop(change.fact), **{change.clause.field: change.value})
                facts[fact_id(other)] = other
                altered = fact_id(other) if change.fact == self.offender else altered
        after = self.case.ruling(self.rule, self.book, list(facts.values()))
        if after.verdict == "violated" and (
            self.offender is None
            or any({self.offender, altered} & set(one.facts[:1]) for one in after.findings)
        ):
            return None
        same = sum(one.fingerprint == self.fingerprint for one in after.findings)
        return Turn(part, changes, after.verdict, len(after.findings), same)

    def _candidates(self) -> Iterator[tuple[Part, tuple[Change, ...]]]:
        rule, shape = self.rule, self.rule.shape
        if isinstance(shape, Forbid | ForEach) and self.offender is not None:
            yield from (("fact", each) for each in self._without(shape.each, self.offender))
        inner: tuple[Part, Iterator[tuple[Change, ...]]] | None = None
        if isinstance(shape, Forbid) and shape.also is not None:
            inner = "also", self._falsified(shape.also)
        elif isinstance(shape, ForEach):
            inner = "expect", self._satisfied(shape.expect)
        elif isinstance(shape, Require):
            inner = "require", self._satisfied(shape.condition)
        if inner is not None:
            yield from ((inner[0], each) for each in inner[1])
        if rule.exempt is not None:
            yield from (("exempt", each) for each in self._satisfied(rule.exempt, UNKNOWN_FACT))
        if rule.when is not None:
            yield from (("when", each) for each in self._falsified(rule.when, UNKNOWN_FACT))

    def _without(self, pattern: Pattern, name: str) -> Iterator[tuple[Change, ...]]:
        """Change one fact so that it no longer fits, clause by clause; then take it away."""
        fact = self.facts[name]
        for clause in pattern.where:
            if _names_it(clause, fact):
                continue
            for value in self._values(pattern, clause, fact, met=False):
                yield (Alter(name, clause, False, value),)
                break
        yield (Drop((name,)),)
        hits = self._hits(pattern, UNKNOWN_FACT)
        least = pattern.count.at_least if pattern.count else None
        if least is not None and len(hits) >= least:
            others = [one for one in hits if one != name]
            yield (Drop((name, *others[: len(hits) - least])),)

    def _falsified(
        self, condition: Condition, its: object | None = None
    ) -> Iterator[tuple[Change, ...]]:
        """Give changes after which a condition should not hold."""
        its = self.its if its is None else its
        if isinstance(condition, Not):
            yield from self._satisfied(condition.of, its)
        elif isinstance(condition, All):
            for part in condition.of:
                yield from self._falsified(part, its)
        elif isinstance(condition, Any):
            standing = [
                one for one in condition.of if self.seen.answer(one, its).truth is not False
            ]
            yield from _together([self._falsified(one, its) for one in standing])
        else:
            hits = self._hits(condition, its)
            keep = (condition.count.at_least or 1) - 1 if condition.count else 0
            if len(hits) > keep:
                if len(hits) == 1:
                    fact = self.facts[hits[0]]
                    for clause in condition.where:
                        if clause.operator in LINKS or _names_it(clause, fact):
                            continue
                        values = self._values(condition, clause, fact, met=False, its=its)
                        for value in itertools.islice(values, 1):
                            yield (Alter(hits[0], clause, False, value),)
                yield (Drop(tuple(hits[keep:])),)
            if condition.count and condition.count.at_most is not None:
                yield from self._supplied(condition, its, condition.count.at_most + 1 - len(hits))

    def _satisfied(
        self, condition: Condition, its: object | None = None
    ) -> Iterator[tuple[Change, ...]]:
        """Give changes after which a condition should hold."""
        its = self.its if its is None else its
        if isinstance(condition, Not):
            yield from self._falsified(condition.of, its)
        elif isinstance(condition, Any):
            for part in condition.of:
                yield from self._satisfied(part, its)
        elif isinstance(condition, All):
            lacking = [one for one in condition.of if self.seen.answer(one, its).truth is not True]
            yield from _together([self._satisfied(one, its) for one in lacking])
        else:
            hits, count = self._hits(condition, its), condition.count
            if count and count.at_most is not None and len(hits) > count.at_most:
                yield (Drop(tuple(hits[count.at_most :])),)
                return
            need = (count.at_least or 0 if count else 1) - len(hits)
            if need == 1:
                yield from self._nearly(condition, its)
            yield from self._supplied(condition, its, need)

    def _nearly(self, pattern: Pattern, its: object) -> Iterator[tuple[Change, ...]]:
        """Find facts that fail one clause only, and let them meet it."""
        given = 0
        for entry in self.seen.entries.get(pattern.fact, ()):
            failing = [
                one for one in pattern.where if not self._meets(pattern, (one,), entry.fact, its)
            ]
            if len(failing) != 1 or entry.fact is its or failing[0].operator in LINKS:
                continue
            if failing[0].field in (*type(entry.fact).identity, "channel"):
                continue  # that would be another fact
            values = self._values(pattern, failing[0], entry.fact, met=True, its=its)
            for value in itertools.islice(values, 1):
                yield (Alter(entry.id, failing[0], True, value),)
                given += 1
            if given >= NEAREST:
                return

    def _supplied(self, pattern: Pattern, its: object, need: int) -> Iterator[tuple[Change, ...]]:
        """Make facts that fit a pattern."""
        if not 0 < need <= MOST_SUPPLIED:
            return
        fact: Fact = blank(pattern.fact)
        for name in dict.fromkeys(clause.field for clause in pattern.where):
            clauses = tuple(one for one in pattern.where if one.field == name)
            for value in pool(pattern, clauses, its, self.rule, self.seen):
                other = replace(fact, **{name: value})
                if self._meets(pattern, clauses, other, its):
                    fact = other
                    break
            else:
                return
        made = []
        for number in range(need):
            at = Source(at=f"supplied {number}")
            one = replace(fact, source=at)
            of = pattern.count.of if pattern.count else None
            if of is not None and fields_of(pattern.fact)[of].type == "text" and number:
                one = replace(one, **{of: f"{getattr(one, of) or ''}{number}"})
            made.append(one)
        yield (Supply(pattern, tuple(made)),)

    def _hits(self, pattern: Pattern, its: object) -> list[str]:
        return list(self.seen.answer(replace(pattern, count=None), its).facts)

    def _meets(
        self, pattern: Pattern, clauses: tuple[Clause, ...], fact: Fact, its: object
    ) -> bool:
        """Say whether a fact meets clauses for certain."""
        alone = Seen([fact], (), self.book.sets)
        return alone.answer(Pattern(fact=pattern.fact, where=clauses), its).truth is True

    def _values(
        self, pattern: Pattern, clause: Clause, fact: Fact, *, met: bool, its: object | None = None
    ) -> Iterator[object]:
        """Give values of a field with which a clause is met, or for certain is not; for the latter
        all others that the pattern has for this field stay met where that can be."""
        its = self.its if its is None else its
        for value in pool(pattern, (clause,), its, self.rule, self.seen):
            other = replace(fact, **{clause.field: value})
            if value is not None and self._meets(pattern, (clause,), other, its) is met:
                yield value


def _names_it(clause: Clause, fact: Fact) -> bool:
    """Say whether a clause merely says of which thing, seen in which channel, a rule speaks."""
    if clause.field == "channel":
        return True
    return clause.operator == "is" and clause.field in type(fact).identity and clause.field != PHASE


def _together(parts: list[Iterator[tuple[Change, ...]]]) -> Iterator[tuple[Change, ...]]:
    """Give the ways to turn several parts at once: with all, each way of the first part that has
    several, and the first way of the others."""
    ways = [list(itertools.islice(part, 6)) for part in parts]
    if not ways or not all(ways):
        return
    for number, many in enumerate(ways):
        for way in many if number == 0 else many[1:]:
            chosen = [way if at == number else others[0] for at, others in enumerate(ways)]
            yield tuple(change for each in chosen for change in each)


def _plain(change: Change) -> object:
    if isinstance(change, Supply):
        return ["supply", len(change.facts), [fact_id(fact) for fact in change.facts]]
    if isinstance(change, Alter):
        return ["alter", change.fact, change.clause.field, change.clause.operator, change.value]
    return ["drop", *change.facts]
