"""Every finding once, the weightiest first; and what fails a call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Words
from scanner.report.listed import cut, fails, line, listed
from tests.report import example, spoken


@pytest.mark.parametrize("name", spoken.ALL)
def test_every_finding_stands_once(name: str) -> None:
    report = spoken.ALL[name]
    found = [one.finding.fingerprint for one in listed(report)]
    there = [one.fingerprint for ruling in report.rulings for one in ruling.findings]
    assert sorted(found) == sorted(there)


def test_what_is_proven_comes_first_and_drafts_last() -> None:
    found = listed(example.rich())
    assert found[0].ruling.rule == "all-permissions-at-install"
    assert found[1].ruling.rule == "contacts-unexpected"
    assert found[-1].ruling.advisory and not found[-1].accuses


def test_two_persons_confirm_and_a_baseline_accepts() -> None:
    assert [one.confirmed for one in listed(spoken.confirmed())].count(True) == 1
    assert listed(spoken.confirmed())[0].confirmed
    assert listed(spoken.accepted())[0].accepted is not None
    assert listed(spoken.accepted(expired=True))[0].accepted is None


@pytest.mark.parametrize(
    ("threshold", "count"),
    [
        (None, 0),
        ("never", 0),
        ("critical", 1),
        ("high", 2),
        ("medium", 120),
        ("low", 120),
        ("proven-critical", 1),
        ("proven-low", 1),
    ],
)
def test_what_reaches_the_threshold_fails(threshold: str | None, count: int) -> None:
    assert sum(fails(one, threshold) for one in listed(example.rich())) == count


def test_what_is_accepted_fails_nothing_until_it_expires() -> None:
    assert not any(fails(one, "critical") for one in listed(spoken.accepted()))
    assert any(fails(one, "critical") for one in listed(spoken.accepted(expired=True)))


@given(st.text(), st.integers(1, 50))
def test_a_line_is_one_line_and_bounded(text: str, most: int) -> None:
    said = line(Words(text, text), "zh", most)
    assert "\n" not in said and said.isprintable()
    assert len(said) <= most + 20
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "abc… (+1)"
