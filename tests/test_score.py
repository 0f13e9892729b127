"""The score: a sum anyone can add up, which no further finding ever raises."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.facts import Channel
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Finding, Row, Ruling, Score, Words
from scanner.rulebook.catalog import load_catalog
from scanner.score import BASE, DUTY_GROUPS, group_of, score

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
WORDS = Words("字", "word")
CATEGORIES = ("cac-191-4.6", "cac-191-4.1", "cac-191-1.1", "miit-164-6", "pipl-51")
KINDS = (None, *sorted({kind.level: name for name, kind in KNOWLEDGE.data_types.items()}.values()))


def finding(number: int = 0, **changes: Any) -> Finding:
    base: dict[str, Any] = {
        "message": WORDS,
        "certainty": "proven",
        "fingerprint": f"{number:064x}",
        "facts": (),
        "evidence": (),
    }
    return Finding(**base | changes)


def ruling(*findings: Finding, **changes: Any) -> Ruling:
    base: dict[str, Any] = {
        "rule": "a-rule",
        "title": WORDS,
        "verdict": "violated" if findings else "satisfied",
        "certainty": findings[0].certainty if findings else None,
        "severity": "high",
        "category": "cac-191-4.6",
        "schemes": {},
        "basis": (),
        "settles": ("violated", "satisfied"),
        "findings": findings,
    }
    return Ruling(**base | changes)


def row(name: str, *rules: str) -> Row:
    nowhere: tuple[Channel, ...] = ()
    return Row(
        id=name, title=WORDS, verdict="undetermined", certainty=None, rules=rules, unwatched=nowhere
    )


def scored(*rulings: Ruling, rows: tuple[Row, ...] = (), blind: bool = False) -> Score:
    return score(rulings, rows, KNOWLEDGE, blind=blind)


findings = st.builds(
    finding,
    st.integers(0, 50),
    certainty=st.sampled_from(("proven", "suspected")),
    data_type=st.sampled_from(KINDS),
    recipient=st.sampled_from((None, "umeng", "jpush")),
)


@st.composite
def violated(draw: st.DrawFn) -> Ruling:
    found = draw(st.lists(findings, min_size=1, max_size=6))
    return ruling(
        *found,
        rule=f"rule-{draw(st.integers(0, 9))}",
        severity=draw(st.sampled_from(tuple(BASE))),
        category=draw(st.sampled_from(CATEGORIES)),
        aggravation=tuple(draw(st.lists(st.sampled_from(("a", "b", "c", "d")), unique=True))),
    )


def no_better(after: Score, before: Score) -> bool:
    """U is no place in the order: it claims nothing."""
    if after.value is None or before.value is None:
        return True
    return after.grade >= before.grade and after.value <= before.value


@given(st.lists(violated(), max_size=8), st.data())
def test_a_further_finding_never_raises_the_score(
    rulings: list[Ruling], data: st.DataObject
) -> None:
    before = scored(*rulings)
    if rulings and data.draw(st.sampled_from((True, False))):
        place = data.draw(st.integers(0, len(rulings) - 1))
        longer = (*rulings[place].findings, data.draw(findings))
        grown = [*rulings]
        grown[place] = ruling(
            *longer,
            rule=rulings[place].rule,
            severity=rulings[place].severity,
            category=rulings[place].category,
            aggravation=rulings[place].aggravation,
        )
    else:
        grown = [*rulings, data.draw(violated())]
    after = scored(*grown)
    assert after.deducted >= before.deducted
    assert no_better(after, before)


@given(st.lists(violated(), max_size=8))
def test_the_lines_add_up_to_the_sum(rulings: list[Ruling]) -> None:
    result = scored(*rulings)
    assert result.deducted == sum(line.points for line in result.deductions)
    assert result.value is None or result.value == max(0, 100 - result.deducted)
    for line in result.deductions:
        if line.rule is not None:
            weight = line.base * line.verdict * line.sensitivity * line.aggravation
            assert line.points == weight


def test_one_line_by_hand() -> None:
    contacts = finding(certainty="suspected", data_type="contacts")
    result = scored(ruling(contacts, severity="critical", aggravation=("background",)))
    # critical 10 x suspected 0.4 x level 4 1.5 x one circumstance 1.2
    assert result.deducted == Decimal("7.2")
    assert result.value == Decimal("92.8")


def test_the_caps_are_lines_of_their_own() -> None:
    kinds = [name for name, kind in KNOWLEDGE.data_types.items() if kind.level == 4][:4]
    four = [finding(n, data_type=name) for n, name in enumerate(kinds)]
    result = scored(ruling(*four, severity="critical"))
    assert [line.points for line in result.deductions] == [15, 15, 15, 15, Decimal("-37.5")]
    group = [
        ruling(*four, severity="critical", category=f"cac-191-4.{number}") for number in (1, 2, 4)
    ]
    capped = scored(*group)
    assert capped.deducted == 30
    assert capped.deductions[-1].points == Decimal("-37.5")
    assert capped.deductions[-1].category == "cac-191-4"


@pytest.mark.parametrize(
    ("rulings", "grade"),
    [
        ([ruling(finding(), severity="critical")], "D"),
        ([ruling(finding(), severity="high")], "C"),
        (
            [
                ruling(finding(certainty="suspected"), severity="critical", category=name)
                for name in CATEGORIES[:3]
            ],
            "C",
        ),
        (
            [
                ruling(finding(certainty="suspected"), severity="critical", category=name)
                for name in CATEGORIES[:2]
            ],
            "B",
        ),
        ([ruling(finding(), severity="medium")], "B"),
        ([ruling(finding(), severity="low")], "A"),
        ([ruling()], "A"),
        ([], "U"),
        ([ruling(verdict="undetermined")], "U"),
        ([ruling(finding(), severity="medium"), *[ruling(verdict="undetermined")] * 2], "U"),
        ([ruling(), ruling(), ruling(verdict="undetermined")], "U"),
        ([ruling(finding(), severity="critical", advisory=True), ruling()], "A"),
    ],
)
def test_the_grade_says_what_the_sum_could_hide(rulings: list[Ruling], grade: str) -> None:
    result = scored(*rulings)
    assert result.grade == grade
    assert (result.value is None) == (grade == "U")


def test_a_packed_app_that_nobody_ran_is_never_passed() -> None:
    assert scored(ruling(), blind=True).grade == "U"
    assert scored(ruling(), blind=True).limited
    assert scored(ruling(finding(), severity="critical"), blind=True).grade == "D"


def test_many_rules_never_hide_the_behaviours_that_nobody_looked_at() -> None:
    rows = tuple(row(f"cac-191-1.{number}") for number in range(1, 5))
    result = scored(*[ruling()] * 400, rows=rows)
    assert (result.decided, result.applicable) == (0, 4)
    assert result.grade == "U"
    seen = (replace(rows[0], verdict="violated"), replace(rows[1], verdict="not_applicable"))
    result = scored(*[ruling()] * 400, rows=(*seen, *rows[2:]))
    assert (result.decided, result.applicable) == (1, 3)


def test_few_decided_rules_are_not_hidden_by_rows_and_information_counts_for_nothing() -> None:
    decided = (replace(row("cac-191-1.1"), verdict="satisfied"),)
    open_ = [ruling(verdict="undetermined")] * 3
    result = scored(ruling(), *open_, rows=decided)
    assert (result.decided, result.applicable) == (1, 4)
    informing = [ruling(finding(), severity="info")] * 50
    assert scored(ruling(), *open_, *informing, rows=decided).coverage == result.coverage


def test_groups() -> None:
    assert [group_of(name) for name in CATEGORIES] == [
        "cac-191-4",
        "cac-191-4",
        "cac-191-1",
        "miit-164",
        "pipl",
    ]


def test_the_duties_of_a_website_fall_into_groups_so_that_one_never_hides_the_others() -> None:
    catalog = load_catalog(rules_folder() / "catalog.yaml")
    assert DUTY_GROUPS.keys() == {name.removeprefix("web-") for name in catalog.duties}
    assert group_of("web-04") == group_of("web-05") == "web-notice"
    duties = [
        ruling(finding(number), category=f"web-{number:02}", severity="critical")
        for number in range(1, 27)
    ]
    # Groups of 6, 5, 6, 2, 4, 1 and 2 duties, each worth 10 and capped at 30.
    assert scored(*duties).deducted == 30 + 30 + 30 + 20 + 30 + 10 + 20


def test_for_a_website_the_duties_are_what_could_have_been_decided() -> None:
    rows = tuple(
        replace(row(f"web-{number:02}"), verdict="satisfied" if number < 20 else "undetermined")
        for number in range(1, 27)
    )
    result = scored(*[ruling()] * 40, rows=rows)
    assert (result.decided, result.applicable) == (19, 26)
    assert (result.grade, result.limited) == ("U", True)
