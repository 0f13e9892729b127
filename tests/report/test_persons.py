"""What persons said: the last word of each, beside what the program says."""

from __future__ import annotations

from msgspec.structs import replace

from scanner.report.decided import confirmed, said
from scanner.report.persons import Persons
from tests.report import example, scenes

REPORT = scenes.decided()
PERSONS = Persons(REPORT)
FINDINGS = [one for ruling in REPORT.rulings for one in ruling.findings]


def test_it_says_what_is_said_elsewhere() -> None:
    for finding in FINDINGS:
        assert PERSONS.said(finding.fingerprint) == said(REPORT, finding.fingerprint)
        assert PERSONS.confirmed(finding) == confirmed(REPORT, finding)
    assert [PERSONS.confirmed(one) for one in FINDINGS[:3]] == [True, False, False]


def test_the_last_word_of_a_person_counts() -> None:
    words = PERSONS.said(FINDINGS[0].fingerprint)
    assert [(one.by, one.choice) for one in words] == [("张三", "confirm"), ("李四", "confirm")]


def test_every_matter_is_told_once_and_a_lost_one_too() -> None:
    words = PERSONS.words()
    assert len(words) == len({one.subject for one in REPORT.decisions})
    lost = [one for one in words if one.ruling is None]
    assert [one.subject for one in lost] == ["ee" * 32]
    (check,) = [one for one in words if one.ruling and one.finding is None]
    assert check.ruling is not None
    assert check.ruling.manual is not None


def test_accepted_findings_stay_with_what_was_found() -> None:
    assert [(one.expired, found) for one, found in PERSONS.acceptances()] == [
        (False, FINDINGS[2]),
        (True, FINDINGS[3]),
    ]
    gone = Persons(replace(REPORT, rulings=()))
    assert [found for _, found in gone.acceptances()] == [None, None]
    assert PERSONS.accepted(FINDINGS[0].fingerprint) is None


def test_nobody_said_anything() -> None:
    silent = Persons(example.rich())
    assert not silent.words()
    assert not silent.acceptances()
    assert not silent.said("x")
