"""Three-valued matching: what the facts show, what they rule out, and what was not seen.

Truth is True, False, or None for unknown (Kleene's logic). An answer that is not None is final:
no further fact that an unseen entry allows, and no value of an unknown field, can change it.
"""

from __future__ import annotations

import functools
import operator
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import re2

from scanner.facts import Fact, canonical, fact_id, fields_of, identity_of, kind_of
from scanner.model import Unseen, Words
from scanner.rulebook.rule import LINKS, Any, Clause, Condition, Count, Not, Pattern

Truth = bool | None

MAX_DECIDING = 100
"""Most facts that one answer names; more would only swell a report."""


class Blank(NamedTuple):
    """A field that is unknown in at least one fact that mattered."""

    kind: str
    field: str


class Answer(NamedTuple):
    """A truth, the ids of the facts that made it, and why it is unknown (entry number or blank)."""

    truth: Truth
    facts: tuple[str, ...] = ()
    why: frozenset[int | Blank] = frozenset()


class Entry(NamedTuple):
    """A fact with its id."""

    id: str
    fact: Fact


class _Unknown:
    """Stands for an offending fact that was not seen: each of its fields is unknown."""

    def __getattr__(self, name: str) -> None:
        return None


UNKNOWN_FACT = _Unknown()


class Matches(NamedTuple):
    """What a pattern finds before links are looked at."""

    hits: list[Entry]
    maybes: list[Entry]
    unseen: list[int]
    blanks: frozenset[Blank]


class _Index(NamedTuple):
    """The matches by the values of the fields that the links compare."""

    keyed: tuple[int, ...]
    """Which links make the key: all that compare two fields, or else the first."""
    hits: dict[object, list[Entry]]
    maybes: dict[object, list[Entry]]
    loose: list[Entry]
    """Those of which a part of the key is unknown."""


class _Plan:
    """What is worked out once for each condition of a rule, and used for each offending fact."""

    __slots__ = ("answer", "condition", "index", "linked", "links", "matches", "same")

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self.links = _links(condition) if isinstance(condition, Pattern) else ()
        self.linked = has_links(condition)
        self.matches: Matches | None = None
        self.index: _Index | None = None
        self.answer: Answer | None = None
        self.same: dict[tuple[object, ...], Matches] | None = None


class Seen:
    """The facts and the unseen entries of one case, indexed so that rules can be matched."""

    def __init__(
        self,
        facts: Iterable[Fact],
        unseen: Iterable[Unseen],
        sets: Mapping[str, frozenset[str]],
    ) -> None:
        self.sets = sets
        self.unseen = tuple(unseen)
        self.entries: dict[str, list[Entry]] = {}
        for name, fact in sorted({fact_id(fact): fact for fact in facts}.items()):
            self.entries.setdefault(kind_of(fact), []).append(Entry(name, fact))
        self.facts = {entry.id: entry.fact for each in self.entries.values() for entry in each}
        self.unseen_of: dict[str, list[int]] = {}
        for number, entry in enumerate(self.unseen):
            if entry.field is None:
                self.unseen_of.setdefault(entry.kind, []).append(number)
        self._plans: dict[int, _Plan] = {}

    def matches(self, pattern: Pattern) -> Matches:
        """Find the facts that match a pattern, those that may, and the entries that could."""
        plan = self._plan(pattern)
        if plan.matches is None:
            plan.matches = self._match(pattern)
        return plan.matches

    def matches_of(self, pattern: Pattern, fact: Fact) -> Matches:
        """Find of one observation alone what matches a pattern, what may, and what could be it."""
        plan, whole = self._plan(pattern), self.matches(pattern)
        if plan.same is None:
            plan.same = {}
            for part, entries in enumerate((whole.hits, whole.maybes)):
                for entry in entries:
                    key = identity_of(entry.fact)
                    found = plan.same.setdefault(key, Matches([], [], [], whole.blanks))
                    (found.maybes if part else found.hits).append(entry)
        alone = plan.same.get(identity_of(fact), Matches([], [], [], whole.blanks))
        unseen = [number for number in whole.unseen if could_be(self.unseen[number], fact)]
        return alone._replace(unseen=unseen)

    def answer(self, condition: Condition, its: object = UNKNOWN_FACT) -> Answer:
        """Say whether a condition holds, for the offending fact `its` where it has links to one."""
        plan = self._plan(condition)
        if plan.linked:
            return self._answer(plan, its)
        if plan.answer is None:
            plan.answer = self._answer(plan, its)
        return plan.answer

    def _plan(self, condition: Condition) -> _Plan:
        # The plan holds its condition, so that no other can come to bear the same id.
        plan = self._plans.get(id(condition))
        if plan is None:
            plan = self._plans[id(condition)] = _Plan(condition)
        return plan

    def explain(self, why: Iterable[int | Blank]) -> tuple[Unseen, ...]:
        """Turn the reasons of answers into entries that a report can print, in a fixed order."""
        reasons = [
            self._blank(item) if isinstance(item, Blank) else self.unseen[item] for item in why
        ]
        return tuple(sorted(reasons, key=canonical))

    def _blank(self, blank: Blank) -> Unseen:
        for entry in self.unseen:
            if entry.kind == blank.kind and entry.field == blank.field:
                return entry
        return Unseen(
            kind=blank.kind,
            field=blank.field,
            collector="judge",
            reason=Words(
                f"{blank.kind} 的 {blank.field} 未知",
                f"the {blank.field} of {blank.kind} is unknown",
            ),
        )

    def _match(self, pattern: Pattern) -> Matches:
        static = [test for test in pattern.where if test.operator not in LINKS]
        tests = [(test.field, _tester(test, self.sets)) for test in static]
        hits: list[Entry] = []
        maybes: list[Entry] = []
        blanks: set[Blank] = set()
        for entry in self.entries.get(pattern.fact, ()):
            unknown: list[str] = []
            for field, test in tests:
                truth = test(getattr(entry.fact, field))
                if truth is False:
                    break
                if truth is None:
                    unknown.append(field)
            else:
                (maybes if unknown else hits).append(entry)
                blanks.update(Blank(pattern.fact, field) for field in unknown)
        types = fields_of(pattern.fact)
        scoped = [(field, test) for field, test in tests if types[field].type != "texts"]
        possible = [
            number
            for number in self.unseen_of.get(pattern.fact, ())
            if all(_possible(self.unseen[number], field, test) for field, test in scoped)
        ]
        return Matches(hits, maybes, possible, frozenset(blanks))

    def _answer(self, plan: _Plan, its: object) -> Answer:
        condition = plan.condition
        if isinstance(condition, Pattern):
            return self._exists(condition, plan, its)
        if isinstance(condition, Not):
            inner = self.answer(condition.of, its)
            return inner._replace(truth=None if inner.truth is None else not inner.truth)
        wanted = isinstance(condition, Any)
        parts = [self.answer(part, its) for part in condition.of]
        deciding = [part for part in parts if part.truth is wanted]
        if deciding:
            return Answer(wanted, _merged(part.facts for part in deciding))
        if any(part.truth is None for part in parts):
            return Answer(None, (), frozenset().union(*(part.why for part in parts)))
        return Answer(not wanted, _merged(part.facts for part in parts))

    def _exists(self, pattern: Pattern, plan: _Plan, its: object) -> Answer:
        matches = self.matches(pattern)
        hits, maybes = matches.hits, matches.maybes
        links = plan.links
        possible: Sequence[int] = matches.unseen
        blanks = matches.blanks if maybes else frozenset()
        if links:
            values = [getattr(its, str(link.value)) for link in links]
            if any(value is None for value in values):
                maybes, hits = [*hits, *maybes], []
                blanks = frozenset({Blank(pattern.fact, link.field) for link in links})
            else:
                if plan.index is None:
                    plan.index = _index(matches, links)
                hits, maybes = _linked(plan.index, links, values)
                possible = [n for n in possible if _linkable(self.unseen[n], links, values)]
                fields = {Blank(pattern.fact, link.field) for link in links}
                blanks = matches.blanks | fields if maybes else frozenset()
        count = pattern.count or Count(at_least=1)
        truth = _enough(count, hits, maybes, bool(possible))
        if truth is None:
            if count.of is not None and any(
                getattr(entry.fact, count.of) is None for entry in (*hits, *maybes)
            ):
                blanks |= {Blank(pattern.fact, count.of)}
            return Answer(None, (), frozenset(possible) | blanks)
        if links and pattern.count is None:  # what the offending fact says of itself decides alone
            hits = [entry for entry in hits if entry.fact is its] or hits
        return Answer(truth, tuple(entry.id for entry in hits[:MAX_DECIDING]))


def _linked(
    index: _Index, links: tuple[Clause, ...], values: list[object]
) -> tuple[list[Entry], list[Entry]]:
    """Find what is linked to these values for certain, and what may be."""
    key = tuple(values[number] for number in index.keyed)
    hits, maybes = index.hits.get(key, []), [*index.maybes.get(key, []), *index.loose]
    pairs = list(zip(links, values, strict=True))
    if index.loose or len(pairs) > len(index.keyed):
        maybes = [
            entry
            for entry in maybes
            if all(_linked_truth(link, entry.fact, value) is not False for link, value in pairs)
        ]
    for number, (link, value) in enumerate(pairs):
        if number in index.keyed:
            continue
        judged = [(entry, _linked_truth(link, entry.fact, value)) for entry in hits]
        maybes += [entry for entry, truth in judged if truth is None]
        hits = [entry for entry, truth in judged if truth]
    return hits, maybes


def _merged(facts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in facts for name in part))[:MAX_DECIDING]


def _links(pattern: Pattern) -> tuple[Clause, ...]:
    return tuple(test for test in pattern.where if test.operator in LINKS)


def has_links(condition: Condition) -> bool:
    """Say whether a condition depends on the offending fact."""
    if isinstance(condition, Pattern):
        return bool(_links(condition))
    if isinstance(condition, Not):
        return has_links(condition.of)
    return any(has_links(part) for part in condition.of)


def _index(matches: Matches, links: tuple[Clause, ...]) -> _Index:
    keyed = tuple(n for n, link in enumerate(links) if link.operator == "its") or (0,)
    index = _Index(keyed, {}, {}, [])
    for entries, by_value in ((matches.hits, index.hits), (matches.maybes, index.maybes)):
        for entry in entries:
            values = [getattr(entry.fact, links[number].field) for number in keyed]
            if None in values:
                index.loose.append(entry)
                continue
            if links[keyed[0]].operator == "contains_its":
                keys = [(value,) for value in dict.fromkeys(values[0])]
            else:
                keys = [tuple(values)]
            for key in keys:
                by_value.setdefault(key, []).append(entry)
    return index


def _linked_truth(link: Clause, fact: Fact, value: object) -> Truth:
    own = getattr(fact, link.field)
    if own is None:
        return None
    return value in own if link.operator == "contains_its" else own == value


def _linkable(entry: Unseen, links: tuple[Clause, ...], values: list[object]) -> bool:
    """Say whether an unseen fact of this entry could be linked to these values."""
    for link, value in zip(links, values, strict=True):
        scope = entry.scope.get(link.field)
        if scope is None or link.operator != "its":
            continue
        if all(own is not None and own != value for own in scope):
            return False
    return True


def could_be(entry: Unseen, fact: Fact) -> bool:
    """Say whether what an entry leaves unseen could be this very observation."""
    if entry.kind != kind_of(fact):
        return False
    types = fields_of(entry.kind)
    for field, values in entry.scope.items():
        own = getattr(fact, field, None)
        single = field in types and types[field].type != "texts"
        if single and own is not None and None not in values and own not in values:
            return False
    return True


def _possible(entry: Unseen, field: str, test: Callable[[object], Truth]) -> bool:
    """Say whether an unseen fact of this entry could pass a clause."""
    scope = entry.scope.get(field)
    if scope is None:
        return True
    for value in scope:
        try:
            if test(value) is not False:
                return True
        except (TypeError, AttributeError):  # a scope that does not fit rules nothing out
            return True
    return False


def _enough(count: Count, hits: list[Entry], maybes: list[Entry], more: bool) -> Truth:
    """Compare a count whose value lies between what is certain and what is possible."""
    low, high = len(hits), len(hits) + len(maybes)
    if count.of is not None:
        low, high = _distinct(count.of, hits, maybes)
    truths: list[Truth] = []
    if count.at_least is not None:
        least = count.at_least
        truths.append(True if low >= least else None if more or high >= least else False)
    if count.at_most is not None:
        most = count.at_most
        truths.append(False if low > most else None if more or high > most else True)
    return False if False in truths else None if None in truths else True


def _distinct(field: str, hits: list[Entry], maybes: list[Entry]) -> tuple[int, int]:
    sure = {getattr(entry.fact, field) for entry in hits}
    some = sure | {getattr(entry.fact, field) for entry in maybes}
    blank = sum(getattr(entry.fact, field) is None for entry in (*hits, *maybes))
    low = len(sure - {None}) or (1 if hits else 0)
    return low, len(some - {None}) + blank


def _tester(test: Clause, sets: Mapping[str, frozenset[str]]) -> Callable[[object], Truth]:
    """Make a clause into a function; an unknown value is unknown under every operator."""
    operation = _OPERATIONS[test.operator]
    wanted: object = test.value
    if test.operator in ("in_list", "not_in_list"):
        wanted = sets[str(wanted)]
    elif test.operator == "matches":
        wanted = expression(str(wanted))
    return lambda value: None if value is None else operation(value, wanted)


def _amount(value: object) -> object:
    return len(value) if isinstance(value, tuple) else value


_OPERATIONS: dict[str, Callable[[typing.Any, typing.Any], bool]] = {
    "is": operator.eq,
    "is_not": operator.ne,
    "in": lambda value, wanted: value in wanted,
    "in_list": lambda value, wanted: value in wanted,
    "not_in": lambda value, wanted: value not in wanted,
    "not_in_list": lambda value, wanted: value not in wanted,
    "contains": operator.contains,
    "starts_with": lambda value, wanted: value.startswith(wanted),
    "ends_with": lambda value, wanted: value.endswith(wanted),
    "matches": lambda value, wanted: wanted.search(value) is not None,
    "at_least": lambda value, wanted: _amount(value) >= wanted,
    "at_most": lambda value, wanted: _amount(value) <= wanted,
}


@functools.lru_cache(maxsize=1024)
def expression(pattern: str) -> re2._Regexp:
    """Compile a pattern with RE2, whose time is linear in the text; raises re2.error."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options=options)
