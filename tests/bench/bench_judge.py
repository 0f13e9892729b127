"""How long 100 rules over 100,000 facts of 30 kinds take, joins by hash index; figures, no test.

Beside it stands what one of the same joins costs without an index.
Run: python tests/bench/bench_judge.py
"""

from __future__ import annotations

import collections
import datetime
import resource
import time
from typing import Any

import msgspec

from scanner.facts import KINDS, Channel, Fact, Source
from scanner.knowledge import rules_folder
from scanner.model import Unseen, Words
from scanner.rulebook import rule as r
from scanner.rulebook.catalog import load_catalog
from scanner.rulebook.judge import judge

WORDS = Words("字", "word")
NUMBER_OF_KINDS, FACTS, RULES = 30, 100_000, 100


class Seen(Fact, frozen=True, kw_only=True):
    """A made-up fact with a field of each common type."""

    name: str | None = None
    """A name that other facts share."""
    level: int | None = None
    """A number."""
    flag: bool | None = None
    """A truth."""


def make_kinds() -> list[str]:
    names = [f"bench.kind{number}" for number in range(NUMBER_OF_KINDS)]
    channels: tuple[Channel, ...] = ("apk",)
    for name in names:
        space = {"identity": ("name",), "channels": channels, "__doc__": "Made up."}
        KINDS[name] = msgspec.defstruct(  # type: ignore[assignment]
            "Seen", [], bases=(Seen,), namespace=space, tag=name, frozen=True, kw_only=True
        )
    return names


def make_facts(names: list[str]) -> list[Fact]:
    facts = []
    for number in range(FACTS):
        cls: Any = KINDS[names[number % NUMBER_OF_KINDS]]
        turn = number // NUMBER_OF_KINDS
        owner = None if turn % 997 == 0 else f"name{turn * (1 + number % 11) % 1500}"
        at = Source(at=str(number), evidence="0" * 64)
        facts.append(cls(source=at, channel="apk", name=owner, level=turn % 7, flag=turn % 3 == 0))
    return facts


def make_rules(names: list[str]) -> tuple[r.Rule, ...]:
    rules = []
    for number in range(RULES):
        first, second = names[number % NUMBER_OF_KINDS], names[(number * 7 + 3) % NUMBER_OF_KINDS]
        high = r.Clause(field="level", operator="at_least", value=5)
        join = r.Clause(field="name", operator="its", value="name")
        flag = r.Clause(field="flag", operator="is", value=True)
        each = r.Pattern(fact=first, where=(high,))
        other = r.Pattern(fact=second, where=(join, flag))
        few = r.Count(at_least=2)
        shape: r.Shape = r.ForEach(each=each, expect=other)
        if number % 3 == 1:
            shape = r.Forbid(each=each, also=r.All(of=(other,)))
        elif number % 3 == 2:
            shape = r.Require(condition=msgspec.structs.replace(other, where=(flag,), count=few))
        rules.append(
            r.Rule(
                id=f"rule-{number}",
                title=WORDS,
                category="cac-191-1.1",
                schemes={},
                basis=(),
                severity="high",
                targets=("apk",),
                settles=("violated", "satisfied"),
                shape=shape,
                certainty={"apk": "suspected"},
                message=Words("{name}", "{name}"),
            )
        )
    return tuple(rules)


def without_index(facts: list[Fact], names: list[str]) -> float:
    """Join one pair of kinds by looking at every pair, as a rule engine without an index does."""
    first = [fact for fact in facts if type(fact) is KINDS[names[0]]]
    second = [fact for fact in facts if type(fact) is KINDS[names[3]]]
    begun = time.process_time()
    hits = sum(
        one.name == two.name and two.flag  # type: ignore[attr-defined]
        for one in first
        if one.level >= 5  # type: ignore[attr-defined]
        for two in second
    )
    assert hits >= 0
    return time.process_time() - begun


def main() -> None:
    names = make_kinds()
    facts = make_facts(names)
    book = r.Rulebook(
        rules=make_rules(names),
        catalog=load_catalog(rules_folder() / "catalog.yaml"),
        sets={},
        labels={},
        digest="",
    )
    scope = {"name": ("name1",)}
    unseen = [Unseen(kind=name, scope=scope, collector="c", reason=WORDS) for name in names[:3]]
    begun = time.process_time()
    day = datetime.date(2026, 7, 1)
    rulings = judge(book, facts, unseen, subject_kind="apk", observed_on=day)
    spent = time.process_time() - begun
    findings = sum(len(ruling.findings) for ruling in rulings)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"judge: {RULES} rules x {FACTS} facts of {NUMBER_OF_KINDS} kinds: {spent:.2f} s CPU")
    verdicts = collections.Counter(ruling.verdict for ruling in rulings)
    print(f"  {findings} findings, {dict(verdicts)}, peak {peak:.0f} MB")
    naive = without_index(facts, names)
    print(f"one of these joins without an index: {naive:.2f} s CPU")


if __name__ == "__main__":
    main()
