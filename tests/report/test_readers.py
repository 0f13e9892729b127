"""What leads for each reader, and what is asked for."""

from __future__ import annotations

from msgspec.structs import replace

from scanner.report import readers
from scanner.report.outline import flagged
from tests.report import example

PLAIN = example.rich()


def test_everybody_has_no_reader_of_their_own() -> None:
    assert readers.profile(PLAIN) is None
    found = readers.profile(example.chosen("developer"))
    assert found is not None
    assert found.leads == "remedies"


def test_issues_and_clues_together_are_all_that_accuses() -> None:
    issues, clues = readers.issues(PLAIN), readers.clues(PLAIN)
    accusing = {(one.ruling.rule, one.certainty) for one in flagged(PLAIN, "proven")}
    accusing |= {(one.ruling.rule, one.certainty) for one in flagged(PLAIN, "suspected")}
    assert {(one.ruling.rule, one.certainty) for one in (*issues, *clues)} == accusing
    assert {one.certainty for one in issues} == {"proven"}


def test_what_is_only_by_analogy_or_rests_on_drafts_is_no_issue() -> None:
    (issue,) = readers.issues(PLAIN)
    doubted = tuple(
        replace(row, certainty="suspected") if row.id == issue.ruling.category else row
        for row in PLAIN.behaviours
    )
    assert readers.issues(replace(PLAIN, behaviours=doubted)) == ()
    draft = tuple(
        replace(one, advisory=True) if one.rule == issue.ruling.rule else one
        for one in PLAIN.rulings
    )
    assert readers.issues(replace(PLAIN, rulings=draft)) == ()
    assert issue.ruling.rule in {
        one.ruling.rule for one in readers.clues(replace(PLAIN, rulings=draft))
    }


def test_a_remedy_stands_once_with_every_rule_that_it_settles() -> None:
    same = tuple(
        replace(one, remedy=example.finding("x", example.MANIFEST, "改", "change").message)
        for one in PLAIN.rulings
        if one.findings and not one.advisory
    )
    (remedy,) = readers.remedies(replace(PLAIN, rulings=same))
    assert {one.rule for one in remedy.rulings} == {one.rule for one in same}
    assert remedy.proven
    assert readers.remedies(example.clean()) == ()


def test_only_an_app_whose_type_nobody_stated_waits_for_it() -> None:
    asked = example.chosen("developer")
    assert [one.rule for one in readers.waiting_for_type(asked)] == ["policy-hard-to-read"]
    assert readers.waiting_for_type(replace(asked, app_type=6)) == ()
    assert readers.waiting_for_type(PLAIN) == ()
    site = replace(asked, subject=replace(asked.subject, kind="website"))
    assert readers.waiting_for_type(site) == ()
