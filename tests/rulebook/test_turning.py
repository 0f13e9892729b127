"""Whatever is said to let a finding fall away does so when somebody else makes that change."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from hypothesis import given, settings

from scanner.facts import Fact, fact_id, fields_of, kind_of
from scanner.model import Unseen
from scanner.rulebook.judge import judge
from scanner.rulebook.match import Seen
from scanner.rulebook.rule import Forbid, ForEach, Pattern, Rule, Rulebook
from scanner.rulebook.turning import (
    Alter,
    Case,
    Drop,
    Supply,
    Turn,
    kinds_in,
    turns,
)
from scanner.rulebook.variants import patterns_of
from tests.rulebook.strategies import DAY, SETS, facts, rules, unseen
from tests.rulebook.test_judge import CATALOG
from tests.samples import BOOK

OBSERVED = datetime.date(2026, 11, 22)


def changed(known: list[Fact], turn: Turn) -> list[Fact]:
    """Make the changes anew."""
    told = {fact_id(fact): fact for fact in known}
    made: list[Fact] = []
    for change in turn.changes:
        if isinstance(change, Drop):
            told = {name: fact for name, fact in told.items() if name not in change.facts}
        elif isinstance(change, Supply):
            made += change.facts
        elif change.fact in told:
            one = told[change.fact]
            fields = {name: getattr(one, name) for name in one.__struct_fields__}
            told[change.fact] = type(one)(**fields | {change.clause.field: change.value})
    return [*told.values(), *made]


def verdict_of(
    rule: Rule, book: Rulebook, known: list[Fact], missing: list[Unseen], kind: str
) -> tuple[str, int, set[str]]:
    alone = msgspec.structs.replace(book, rules=(rule,))
    day = DAY if book is not BOOK else OBSERVED
    after = judge(alone, known, missing, subject_kind=kind, observed_on=day)[0]
    offenders = {one.facts[0] for one in after.findings if one.facts}
    return after.verdict, len(after.findings), offenders


def fits(change: object, known: list[Fact]) -> bool:
    """Say whether a changed or supplied field holds what its class allows."""
    if isinstance(change, Alter):
        fact = next(one for one in known if fact_id(one) == change.fact)
        field = fields_of(kind_of(fact))[change.clause.field]
        wanted: dict[str, type] = {"text": str, "number": int, "truth": bool, "texts": tuple}
        return isinstance(change.value, wanted[field.type])
    if isinstance(change, Supply):
        for one in change.facts:
            msgspec.convert(msgspec.to_builtins(one), type(one))
    return True


@settings(max_examples=150)
@given(rules(), facts(), unseen)
def test_each_turn_does_what_it_says_in_worlds_made_up(
    rule: Rule, known: list[Fact], missing: list[Unseen]
) -> None:
    book = Rulebook(rules=(rule,), catalog=CATALOG, sets=SETS, labels={}, digest="")
    known = list({fact_id(fact): fact for fact in known}.values())
    before = judge(book, known, missing, subject_kind="apk", observed_on=DAY)[0]
    case = Case(known, missing, "apk", DAY)
    for finding in before.findings:
        for turn in turns(rule, book, case, finding):
            after = changed(known, turn)
            verdict, left, offenders = verdict_of(rule, book, after, missing, "apk")
            assert verdict == turn.verdict
            assert left == turn.left
            assert verdict != "violated" or finding.facts[0] not in offenders


@pytest.mark.parametrize(
    "rule", [one for one in BOOK.rules if one.shape is not None], ids=lambda one: one.id
)
def test_every_finding_of_every_example_has_a_way_out_that_holds(rule: Rule) -> None:
    for example in rule.examples:
        if example.verdict != "violated":
            continue
        for kind in rule.targets:
            known, missing = list(example.facts), list(example.unseen)
            alone = msgspec.structs.replace(BOOK, rules=(rule,))
            before = judge(alone, known, missing, subject_kind=kind, observed_on=OBSERVED)[0]
            case = Case(known, missing, kind, OBSERVED)
            for finding in before.findings[:2]:
                found = turns(rule, BOOK, case, finding)
                assert found, example.name
                for turn in found:
                    after = changed(known, turn)
                    verdict, left, _ = verdict_of(rule, BOOK, after, missing, kind)
                    assert (verdict, left) == (turn.verdict, turn.left), turn
                    assert all(fits(change, known) for change in turn.changes)


def named(name: str) -> Rule:
    return next(one for one in BOOK.rules if one.id == name)


def test_clauses_of_the_fact_are_turned_one_by_one() -> None:
    rule = named("sent-before-consent")
    example = next(one for one in rule.examples if one.verdict == "violated")
    case = Case(example.facts, (), "apk", OBSERVED)
    finding = case.ruling(rule, BOOK).findings[0]
    found = turns(rule, BOOK, case, finding)
    altered = {
        change.clause.field
        for turn in found
        for change in turn.changes
        if isinstance(change, Alter)
    }
    assert altered == {"data_type", "phase"}
    phase = next(
        t.changes[0]
        for t in found
        if isinstance(t.changes[0], Alter) and t.changes[0].clause.field == "phase"
    )
    assert isinstance(phase, Alter) and phase.value == "agreed" and not phase.met


def test_a_missing_counterpart_is_supplied() -> None:
    rule = named("contacted-not-in-policy")
    example = next(one for one in rule.examples if one.verdict == "violated")
    case = Case(example.facts, example.unseen, "apk", OBSERVED)
    finding = case.ruling(rule, BOOK).findings[0]
    supplied = [
        change
        for turn in turns(rule, BOOK, case, finding)
        if turn.part == "expect"
        for change in turn.changes
        if isinstance(change, Supply)
    ]
    assert supplied
    offender = next(fact for fact in example.facts if fact_id(fact) == finding.facts[0])
    for change in supplied:
        seen = Seen(change.facts, (), BOOK.sets)
        assert seen.answer(change.pattern, offender).truth is True


def test_a_finding_that_the_rule_does_not_make_turns_nothing() -> None:
    rule = named("sent-before-consent")
    example = next(one for one in rule.examples if one.verdict == "violated")
    case = Case(example.facts, (), "apk", OBSERVED)
    finding = case.ruling(rule, BOOK).findings[0]
    assert turns(rule, BOOK, case._replace(facts=()), finding) == ()
    other = msgspec.structs.replace(finding, fingerprint="0" * 64)
    assert turns(rule, BOOK, case, other) == ()


def test_all_kinds_that_bear_on_a_rule_are_named() -> None:
    for rule in BOOK.rules:
        kinds = kinds_in(rule)
        shape = rule.shape
        if isinstance(shape, Forbid | ForEach):
            assert shape.each.fact in kinds
        for part in (rule.when, rule.exempt, rule.raise_when):
            if part is not None:
                assert {one.fact for one in patterns_of(part)} <= kinds
    assert kinds_in(named("sent-before-consent")) == {"data.sent"}
    assert [one.fact for one in patterns_of(Pattern(fact="data.sent"))] == ["data.sent"]
