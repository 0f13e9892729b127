"""The rows of a report: the worst of the rules, and no pass where a channel was not watched."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from scanner.model import Row, Ruling
from scanner.rulebook.behaviours import CHANNELS_OF, rows
from scanner.rulebook.rule import Rule
from tests.rulebook.samples import CATALOG, sample
from tests.test_score import finding, ruling

RULE = replace(sample(), category="cac-191-4.6", schemes={"miit-164": ("5",)})
ALL = set(CHANNELS_OF["apk"])


def table(*rulings: Ruling, watched: Any = frozenset({"apk"}), rule: Rule = RULE) -> dict[str, Row]:
    listed = rows([rule] * len(rulings), rulings, CATALOG, "apk", watched)
    return {row.id: row for row in listed}


def verdict(name: str, **changes: Any) -> Ruling:
    base: dict[str, Any] = {"verdict": name, "schemes": RULE.schemes}
    found = [finding()] if name == "violated" else []
    return ruling(*found, **base | changes)


def test_all_41_are_listed_in_order_and_undetermined_where_nobody_looked() -> None:
    listed = rows([], [], CATALOG, "apk", {"apk"})
    assert len(listed) == 41
    assert [row.id for row in listed][:2] == ["cac-191-1.1", "cac-191-1.2"]
    assert listed[-1].id == "miit-164-10"
    assert {row.verdict for row in listed} == {"undetermined"}


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        (("satisfied", "violated", "undetermined"), "violated"),
        (("satisfied", "undetermined", "not_applicable"), "undetermined"),
        (("satisfied", "not_applicable"), "satisfied"),
        (("not_applicable",), "not_applicable"),
    ],
)
def test_a_row_takes_the_worst_of_its_rules(verdicts: tuple[str, ...], worst: str) -> None:
    seen = table(*(verdict(each) for each in verdicts), watched=ALL)
    assert seen["cac-191-4.6"].verdict == worst
    assert seen["miit-164-5"].verdict == worst


@pytest.mark.parametrize("mild", ["satisfied", "not_applicable"])
def test_nothing_is_cleared_while_a_channel_that_could_accuse_was_not_watched(mild: str) -> None:
    row = table(verdict(mild))["cac-191-4.6"]
    assert row.verdict == "undetermined"
    assert row.unwatched == ("device",)
    assert table(verdict(mild), watched={"apk", "device"})["cac-191-4.6"].verdict == mild


def test_an_information_accuses_nobody() -> None:
    row = table(verdict("violated", severity="info"), watched=ALL)["cac-191-4.6"]
    assert (row.verdict, row.certainty) == ("undetermined", None)


def test_a_draft_and_a_rule_for_another_kind_of_subject_say_nothing() -> None:
    assert not table(verdict("violated", advisory=True))["cac-191-4.6"].rules
    other = replace(RULE, targets=("website",))
    assert not table(verdict("not_applicable"), rule=other)["cac-191-4.6"].rules


def test_the_certainty_of_a_row_is_that_of_what_accuses() -> None:
    suspected = ruling(finding(certainty="suspected"), schemes={}, certainty="suspected")
    assert table(suspected)["cac-191-4.6"].certainty == "suspected"
    assert table(suspected, verdict("violated"))["cac-191-4.6"].certainty == "proven"
