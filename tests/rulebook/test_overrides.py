"""What an organisation may change of rules, and what it may not."""

from __future__ import annotations

import datetime

import pytest
from msgspec.structs import replace

from scanner.errors import UsageError
from scanner.facts import AppManifest, Source
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Override, Ruling, Severity
from scanner.rulebook.behaviours import rows
from scanner.rulebook.judge import judge
from scanner.rulebook.load import load_rulebook
from scanner.rulebook.overrides import override, silenced, weighed
from scanner.score import score

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
BOOK = load_rulebook([rules_folder()], KNOWLEDGE)
INFORMING = next(rule.id for rule in BOOK.rules if rule.severity == "info")
FACTS = [
    AppManifest(
        source=Source(at="AndroidManifest.xml"),
        channel="apk",
        package="cn.example",
        debuggable=True,
    )
]


def changed(rule: str, now: Severity | None) -> Override:
    return override(BOOK, rule, now, "ours", file="mingjian.toml", sha256="0" * 64, at="here:3")


def ruled(*overrides: Override, facts: list[AppManifest] = FACTS) -> dict[str, Ruling]:
    book = weighed(BOOK, overrides)
    day = datetime.date(2026, 11, 22)
    rulings = judge(book, facts, [], subject_kind="apk", observed_on=day)
    return {each.rule: each for each in silenced(rulings, book, overrides, "apk")}


def test_a_disabled_rule_accuses_nobody_and_clears_nobody() -> None:
    before, after = ruled(), ruled(changed("debuggable-build", None))
    assert before["debuggable-build"].verdict == "violated"
    quiet = after["debuggable-build"]
    assert (quiet.verdict, quiet.findings, quiet.certainty) == ("undetermined", (), None)
    assert quiet.disabled
    assert {name for name in before if before[name] != after[name]} == {"debuggable-build"}
    compliant = [replace(FACTS[0], debuggable=False)]
    assert ruled(facts=compliant)["debuggable-build"].verdict == "satisfied"
    cleared = ruled(changed("debuggable-build", None), facts=compliant)
    assert cleared["debuggable-build"].verdict == "undetermined"


def test_no_row_is_better_for_the_rules_that_were_switched_off() -> None:
    rank = ("violated", "undetermined", "satisfied", "not_applicable")
    off = [changed(rule.id, None) for rule in BOOK.rules]
    every = {"apk", "policy", "traffic", "device"}
    before = rows(BOOK.rules, ruled().values(), BOOK.catalog, "apk", every)  # type: ignore[arg-type]
    after = rows(BOOK.rules, ruled(*off).values(), BOOK.catalog, "apk", every)  # type: ignore[arg-type]
    assert {row.verdict for row in after} == {"undetermined"}
    assert all(rank.index(row.verdict) <= 1 for row in after)
    assert len(before) == len(after) == 41
    found = score(list(ruled(*off).values()), after, KNOWLEDGE, blind=False)
    assert (found.grade, found.value, found.deductions, found.manual) == ("U", None, (), 0)


def test_a_rule_for_another_kind_of_subject_stays_not_applicable() -> None:
    site = next(rule.id for rule in BOOK.rules if rule.targets == ("website",))
    assert ruled(changed(site, None))[site].verdict == "not_applicable"


def test_another_severity_changes_the_weight_and_never_the_certainty() -> None:
    before = ruled()["debuggable-build"]
    after = ruled(changed("debuggable-build", "low"))["debuggable-build"]
    assert after == replace(before, severity="low")
    assert before.severity != "low"


def test_what_is_changed_is_told_as_it_was_and_is() -> None:
    change = changed("debuggable-build", "low")
    assert (change.was, change.now, change.reason) == ("medium", "low", "ours")
    assert changed("debuggable-build", None).now == "disabled"


@pytest.mark.parametrize("rule", ["debugable-release", "x" * 5000])
def test_a_rule_that_is_not_there_is_refused_with_its_place(rule: str) -> None:
    with pytest.raises(UsageError, match="here:3: no rule is called") as refused:
        changed(rule, "low")
    assert refused.value.hint
    assert len(str(refused.value)) < 200


def test_a_rule_that_only_informs_cannot_be_made_to_accuse() -> None:
    with pytest.raises(UsageError, match="only informs"):
        changed(INFORMING, "low")
    assert changed(INFORMING, None).now == "disabled"
    assert changed(INFORMING, "info").now == "info"
