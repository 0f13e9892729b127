"""Laws of comparing: nothing is lost, the same is still there, and to turn it round turns it round.

And the one that matters in court: what the present case did not see is never mended.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.compare import news
from scanner.compare.look import Look
from scanner.errors import UsageError
from scanner.facts import KINDS, Fact, canonical, kind_of
from scanner.model import Acceptance, Comparison, Unseen
from scanner.report.decided import fingerprints
from scanner.rulebook.judge import fingerprint
from tests.compare.looks import REASON, compared, look, twins, watching
from tests.samples import BOOK

OLD, NEW = twins()
POOL: list[Fact] = sorted({*OLD.facts, *NEW.facts}, key=canonical)
UNSEEN = st.builds(
    Unseen,
    kind=st.sampled_from(
        sorted({kind_of(fact) for fact in POOL} | {"data.sent", "policy.element"})
    ),
    scope=st.sampled_from(
        [{}, {"channel": ("apk",)}, {"channel": ("device",)}, {"data_type": ("imei", "sms")}]
    ),
    collector=st.just("test"),
    reason=st.just(REASON),
)
HEADERS = st.sampled_from(
    [OLD.header, NEW.header, watching(OLD.header, "policy"), watching(OLD.header, "apk", "policy")]
)
LOOKS = st.builds(
    look,
    st.lists(st.sampled_from(POOL), unique_by=canonical, max_size=len(POOL)),
    st.lists(UNSEEN, max_size=4).map(lambda many: [*OLD.unseen, *many]),
    header=HEADERS,
)
slowly = settings(
    max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def outcomes(found: Comparison) -> dict[str, str]:
    return {one.fingerprint: one.outcome for one in found.findings}


def twin_looks() -> tuple[Look, Look]:
    return look(OLD.facts, OLD.unseen, header=OLD.header), look(
        NEW.facts, NEW.unseen, header=NEW.header
    )


@slowly
@given(LOOKS)
def test_a_case_compared_with_itself_has_everything_still_and_nothing_new(one: Look) -> None:
    found = compared(one, one)
    assert set(outcomes(found).values()) <= {"still"}
    assert not found.changes and not found.policy and not found.passages
    assert all(row.was == row.now for row in found.rows)


@slowly
@given(LOOKS, LOOKS)
def test_every_finding_of_either_report_stands_there_once(old: Look, new: Look) -> None:
    found = compared(old, new)
    listed = Counter(one.fingerprint for one in found.findings)
    listed += Counter(one.before for one in found.findings if one.before)
    before, now = fingerprints(old.report).keys(), fingerprints(new.report).keys()
    assert listed == Counter(before | now)
    for one in found.findings:
        assert (one.was is not None) == ((one.before or one.fingerprint) in before)
        assert (one.now is not None) == (one.fingerprint in now)
        assert one.reasons or one.outcome in ("new", "still")


@slowly
@given(LOOKS, LOOKS)
def test_turned_round_what_was_new_is_mended_or_cannot_be_told(old: Look, new: Look) -> None:
    there, back = compared(old, new), outcomes(compared(new, old))
    for one in there.findings:
        expected = {
            "still": "still",
            "mended": "new",
            "unclear": "new",
            "new": "unclear" if one.reasons else "mended",
        }
        assert back[one.fingerprint] == expected[one.outcome]


@slowly
@given(LOOKS, LOOKS)
def test_what_the_present_case_did_not_see_is_never_mended(old: Look, new: Look) -> None:
    """The same present case, with nothing of any kind seen for certain: no absence is left."""
    blind = [Unseen(kind=kind, collector="test", reason=REASON) for kind in sorted(KINDS)]
    unsure = look(new.facts.values(), blind, header=new.header)
    seen_again = {canonical([kind_of(fact), *_identity(fact)]) for fact in new.facts.values()}
    offending = {
        fingerprint(rule.id, fact): fact for rule in BOOK.rules for fact in old.facts.values()
    }
    for one in compared(old, unsure).findings:
        fact = offending.get(one.fingerprint)
        if one.outcome == "mended" and fact is not None:
            assert canonical([kind_of(fact), *_identity(fact)]) in seen_again


def _identity(fact: Fact) -> list[object]:
    return [getattr(fact, name) for name in fact.identity]


@slowly
@given(LOOKS, LOOKS, st.sampled_from(sorted({source.channel for source in OLD.header.sources})))
def test_a_channel_that_nobody_looked_at_mends_nothing(old: Look, new: Look, channel: str) -> None:
    rest = [s for s in new.header.sources if s.channel != channel]
    seen = [fact for fact in new.facts.values() if fact.channel != channel]
    closed = look(seen, header=replace(new.header, sources=tuple(rest)))
    found = outcomes(compared(old, closed))
    for rule in BOOK.rules:
        for fact in old.facts.values():
            if fact.channel == channel:
                assert found.get(fingerprint(rule.id, fact)) != "mended"


def test_the_twins_are_told_apart_as_their_reports_say() -> None:
    old, new = twin_looks()
    found = compared(old, new)
    before, now = fingerprints(old.report).keys(), fingerprints(new.report).keys()
    by_outcome: dict[str, set[str]] = {}
    for one in found.findings:
        by_outcome.setdefault(one.outcome, set()).add(one.fingerprint)
    assert by_outcome.get("new", set()) == now - before
    assert by_outcome.get("still", set()) == now & before
    assert by_outcome["mended"] | by_outcome.get("unclear", set()) == before - now
    assert len(by_outcome["mended"]) > 20


def test_a_rule_that_changed_is_no_subject_that_changed() -> None:
    """The old report found more by rules that today's rulebook does not hold any more."""
    rule = next(r for r in BOOK.rules if r.id == "debuggable-build")
    fewer = replace(BOOK, rules=tuple(r for r in BOOK.rules if r is not rule), digest="older")
    old = look(OLD.facts, OLD.unseen, header=OLD.header)
    new = look(OLD.facts, OLD.unseen, header=watching(OLD.header, "apk"), book=fewer)
    (one,) = [f for f in compared(old, new).findings if f.rule == rule.id]
    assert (one.outcome, one.now) == ("still", None)
    (back,) = [f for f in compared(new, old).findings if f.rule == rule.id]
    assert (back.outcome, back.was) == ("still", None)
    assert one.reasons and back.reasons


def test_cases_of_two_subjects_are_refused_unless_that_is_wanted() -> None:
    old, new = twin_looks()
    other = replace(new.header, subject=replace(new.header.subject, id="cn.other\x1b"))
    stranger = new._replace(header=other)
    with pytest.raises(UsageError, match="two subjects") as refused:
        compared(old, stranger)
    assert "\x1b" not in str(refused.value)
    assert "--force-subject" in refused.value.hint
    found = compared(old, stranger, any_subject=True)
    assert any("whoever compares them" in note.en for note in found.notes)


def test_lower_coverage_takes_the_word_from_the_score() -> None:
    old, new = twin_looks()
    assert new.report.score.coverage < old.report.score.coverage
    assert any("no betterment" in note.en for note in compared(old, new).notes)
    assert not any("no betterment" in note.en for note in compared(new, old).notes)


def test_only_what_is_certainly_new_fails_a_call() -> None:
    old, new = twin_looks()
    found = compared(new, old)
    grave = [f for f in found.findings if f.outcome == "new" and f.severity == "critical"]
    assert set(news(found, (), "critical")) == {f.fingerprint for f in grave}
    proven = [f.fingerprint for f in grave if f.now == "proven"]
    assert set(news(found, (), "proven-critical")) == set(proven)
    added = {
        f"permission: {c.item}"
        for c in found.changes
        if c.kind == "permission" and c.change == "added" and not c.doubts
    }
    assert set(news(found, ("permission",), None)) == added
    assert len(added) > 10
    assert news(compared(old, old), ("permission", "host"), "info") == ()


def test_what_the_organisation_accepts_fails_nothing() -> None:
    old, new = twin_looks()
    (name, *_) = news(compared(new, old), (), "critical")
    accepted = Acceptance(
        fingerprint=name,
        rule="r",
        reason="x",
        owner="o",
        expires="2030-01-01",
        expired=False,
        file="b",
        sha256="00" * 32,
    )
    held = old._replace(report=replace(old.report, accepted=(accepted,)))
    assert name not in news(compared(new, held), (), "critical")
    late = old._replace(report=replace(old.report, accepted=(replace(accepted, expired=True),)))
    assert name in news(compared(new, late), (), "critical")


def test_a_comparison_is_plain_data() -> None:
    import msgspec

    old, new = twin_looks()
    found = compared(old, new)
    encoded = msgspec.json.encode(found, order="deterministic")
    assert json.loads(encoded)["schema"] == "mingjian/comparison/1"
    assert msgspec.json.decode(encoded, type=Comparison) == found
    assert msgspec.json.encode(compared(old, new), order="deterministic") == encoded
