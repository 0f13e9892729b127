"""The rows of a report: the worst of the rules, and no pass where a channel was not watched."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from scanner.model import CHANNELS, Row, Ruling
from scanner.rulebook.behaviours import duties, labels, rows
from scanner.rulebook.rule import Rule
from tests.rulebook.samples import CATALOG, sample
from tests.test_score import finding, ruling

RULE = replace(sample(), category="cac-191-4.6", schemes={"miit-164": ("5",)})
ALL = set(CHANNELS["apk"])


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


SITE_RULE = replace(RULE, category="web-14", schemes={"cac-191": ("3.2",)}, targets=("website",))


def site_ruling(name: str, **changes: Any) -> Ruling:
    return verdict(name, category="web-14", schemes={"cac-191": ("3.2",)}, **changes)


def owed(*rulings: Ruling, watched: Any = frozenset({"website"})) -> dict[str, Row]:
    listed = duties([SITE_RULE] * len(rulings), rulings, CATALOG, "website", watched)
    return {row.id: row for row in listed}


def test_all_26_duties_are_listed_for_a_website_and_none_for_an_app() -> None:
    assert list(owed()) == [f"web-{number:02}" for number in range(1, 27)]
    assert {row.verdict for row in owed().values()} == {"undetermined"}
    assert duties([], [], CATALOG, "apk", {"apk"}) == ()


def test_a_duty_takes_the_worst_of_its_rules() -> None:
    both = owed(site_ruling("satisfied"), site_ruling("violated"))
    assert (both["web-14"].verdict, both["web-14"].certainty) == ("violated", "proven")
    assert owed(site_ruling("satisfied"))["web-14"].verdict == "satisfied"
    assert owed(site_ruling("satisfied"), watched=set())["web-14"].verdict == "undetermined"


def test_a_browser_that_watched_the_site_watched_its_traffic() -> None:
    rule = replace(SITE_RULE, category="web-13", schemes={})
    met = verdict("satisfied", category="web-13", schemes={})
    (row,) = (
        row for row in duties([rule], [met], CATALOG, "website", {"website"}) if row.id == "web-13"
    )
    assert (row.verdict, row.unwatched) == ("satisfied", ())
    app = rows([RULE], [verdict("satisfied")], CATALOG, "apk", {"website"})
    assert "traffic" in {row.id: row for row in app}["cac-191-3.1"].unwatched


def test_of_a_website_the_lists_about_apps_speak_by_analogy_and_never_clear() -> None:
    rulings = [site_ruling("violated")]
    listed = rows([SITE_RULE], rulings, CATALOG, "website", {"website"})
    row = {row.id: row for row in listed}["cac-191-3.2"]
    assert len(listed) == 41
    assert (row.verdict, row.certainty) == ("violated", "suspected")
    for mild in ("satisfied", "not_applicable"):
        cleared = rows([SITE_RULE], [site_ruling(mild)], CATALOG, "website", {"website"})
        assert {row.verdict for row in cleared} == {"undetermined"}


def test_items_that_speak_of_sites_alone_are_no_analogy() -> None:
    rule = replace(SITE_RULE, category="miit-164-9", schemes={})
    for said in ("violated", "not_applicable"):
        met = replace(site_ruling(said), category="miit-164-9", schemes={})
        listed = rows([rule], [met], CATALOG, "website", {"website"})
        row = {row.id: row for row in listed}["miit-164-9"]
        assert row.verdict == said
    assert row.certainty is None
    met = replace(site_ruling("violated"), category="miit-164-9", schemes={})
    listed = rows([rule], [met], CATALOG, "website", {"website"})
    assert {row.id: row for row in listed}["miit-164-9"].certainty == met.certainty


def test_names_of_notices_have_rows_that_take_the_worst_of_their_rules() -> None:
    rule = replace(RULE, schemes={"miit-notice": ("7",)})
    ruled = verdict("violated", schemes={"miit-notice": ("7",)})
    listed = {row.id: row for row in labels([rule], [ruled], CATALOG, "apk", ALL)}
    assert list(listed) == [f"miit-notice-{number}" for number in range(1, 9)]
    assert (listed["miit-notice-7"].verdict, listed["miit-notice-7"].certainty) == (
        "violated",
        "proven",
    )
    assert listed["miit-notice-1"].verdict == "undetermined"
    assert listed["miit-notice-1"].rules == ()
    of_site = labels([SITE_RULE], [site_ruling("satisfied")], CATALOG, "website", {"website"})
    assert {row.verdict for row in of_site} == {"undetermined"}
