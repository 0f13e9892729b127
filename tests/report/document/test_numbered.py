from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Evidence
from scanner.report.document.numbered import Numbered, groups, numbered, places
from tests.report.example import APK, TEXT, XML, clean, hostile, rich


def entry(name: str) -> Evidence:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return Evidence(sha256=sha256, name=name, media_type="text/plain", size=1)


def test_numbers_follow_the_first_use() -> None:
    numbers = numbered(rich())
    assert numbers.called(APK, chinese=True) == "证据1"
    assert numbers.called(XML, chinese=False) == "Evidence 3"
    assert numbers.called("0" * 64, chinese=True) == ""
    assert numbers.called(None, chinese=True) == ""
    assert numbers.entries[0].sha256 == rich().subject.sha256
    assert {one.sha256 for one in numbers.entries} == {one.sha256 for one in rich().evidence}
    assert TEXT in numbers.by_digest


@given(st.lists(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_every_piece_has_one_number_and_no_other_has_any(order: list[str], kept: set[str]) -> None:
    entries = {name: entry(name) for name in "abcdef"}
    numbers = Numbered(
        (entries[name].sha256 for name in order), (entries[name] for name in sorted(kept))
    )
    assert sorted(numbers.by_digest.values()) == list(range(1, len(kept) + 1))
    used = [name for name in dict.fromkeys(order) if name in kept]
    assert [one.name for one in numbers.entries][: len(used)] == used


def test_the_findings_come_proven_first_and_all_of_them() -> None:
    report = rich()
    found = [one.fingerprint for _, many in groups(report) for g in many for one in g.findings]
    every = [one.fingerprint for ruling in report.rulings for one in ruling.findings]
    assert sorted(found) == sorted(every)
    assert [name for name, _ in groups(report)] == ["proven", "suspected", "noted"]
    assert not any(many for _, many in groups(clean()))


def test_a_fact_that_the_report_lacks_is_passed_over() -> None:
    for ruling in hostile().rulings:
        for finding in ruling.findings:
            assert len(list(places(hostile(), finding))) <= len(finding.facts)
