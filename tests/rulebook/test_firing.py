"""How often each rule fires over many cases."""

from __future__ import annotations

import json
from collections import Counter

from msgspec.structs import replace

from scanner.model import Ruling, TargetKind, Unseen, Verdict, Words
from scanner.rulebook.firing import Judged, firing, told
from scanner.rulebook.judge import judge
from tests.samples import BOOK, MOMENT

BLIND = tuple(
    Unseen(kind=kind, collector="test", reason=Words("未查看", "not looked at"))
    for kind in ("app.manifest", "policy.document", "permission.declared")
)


def judged(kind: TargetKind, *examples: str) -> list[Judged]:
    """Judge the facts of some rules' own examples, as if each were a case."""
    rules = {rule.id: rule for rule in BOOK.rules}
    return [
        (kind, judge(BOOK, example.facts, BLIND, subject_kind=kind, observed_on=MOMENT.date()))
        for name in examples
        for example in rules[name].examples[:2]
    ]


def test_the_counts_are_those_of_counting_rulings_one_by_one() -> None:
    cases = [
        *judged("apk", "one-shot-grant", "signed-v1-only", "read-before-consent"),
        *judged("website", "filing-number-missing"),
    ]
    rows = firing(BOOK, cases)
    assert [row.rule for row in rows] == [rule.id for rule in BOOK.rules]
    rules = {rule.id: rule for rule in BOOK.rules}
    for row in rows:
        rulings: list[Ruling] = [
            ruling
            for kind, each in cases
            for ruling in each
            if ruling.rule == row.rule and kind in rules[row.rule].targets
        ]
        verdicts: Counter[Verdict] = Counter(ruling.verdict for ruling in rulings)
        assert row.cases == len(rulings)
        assert row.fired == verdicts["violated"]
        assert row.proven == sum(ruling.certainty == "proven" for ruling in rulings)
        assert row.satisfied == verdicts["satisfied"]
        assert row.not_applicable == verdicts["not_applicable"]
        assert row.undetermined == verdicts["undetermined"]
    (fired,) = [row for row in rows if row.rule == "one-shot-grant"]
    assert fired.fired
    assert fired.cases == 6
    assert fired.share == fired.fired / 6


def test_a_rule_that_was_never_asked_has_no_share_and_unknown_rules_are_left_out() -> None:
    (kind, rulings), *_ = judged("apk", "one-shot-grant")
    strange = [replace(ruling, rule="of-another-book") for ruling in rulings]
    rows = firing(BOOK, [(kind, strange)])
    assert all(row.cases == 0 and row.share is None for row in rows)


def test_the_table_and_the_json_say_the_same() -> None:
    rows = firing(BOOK, judged("apk", "one-shot-grant"))
    listed = {row["rule"]: row for row in json.loads(told(rows, as_json=True))}
    lines = told(rows).splitlines()
    assert len(lines) == len(rows) + 1
    for line in lines[1:]:
        name, cases, *rest = line.split()
        assert listed[name]["cases"] == int(cases)
        if listed[name]["by_hand"]:
            assert rest == ["by", "hand"]
        else:
            assert int(rest[0]) == listed[name]["proven"]
            assert int(rest[1]) == listed[name]["suspected"]
