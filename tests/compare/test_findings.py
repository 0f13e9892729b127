"""What becomes of a finding: the outcomes a person would give, and the doubts that are owed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from msgspec.structs import replace

from scanner.compare.findings import NO_DUTY, NOT_THERE, NOW_THERE, OTHER_RULES, SEEN_AGAIN
from scanner.facts import AppManifest, AppPacked, Fact, Source, fact_id
from scanner.model import ComparedFinding, Comparison, Decision, Unseen
from tests.compare.looks import REASON, compared, look, twins, watching

OLD, _ = twins()
BUILT = watching(OLD.header, "apk")
PRESENT = watching(OLD.header, "apk", sha256="ef" * 32)


def manifest(facts: Iterable[Fact]) -> AppManifest:
    return next(fact for fact in facts if isinstance(fact, AppManifest))


def of(found: Comparison, rule: str) -> ComparedFinding:
    (one,) = [each for each in found.findings if each.rule == rule]
    return one


def changed(change: Callable[[AppManifest], AppManifest], *more: Fact) -> tuple[Fact, ...]:
    return tuple(
        change(fact) if isinstance(fact, AppManifest) else fact for fact in (*OLD.facts, *more)
    )


def against(facts: Iterable[Fact], unseen: Iterable[Unseen] = OLD.unseen) -> Comparison:
    return compared(look(OLD.facts, OLD.unseen, header=BUILT), look(facts, unseen, header=PRESENT))


def test_what_is_seen_again_and_right_is_mended() -> None:
    one = of(against(changed(lambda m: replace(m, debuggable=False))), "debuggable-build")
    assert (one.outcome, one.reasons) == ("mended", (SEEN_AGAIN,))


def test_what_is_seen_again_and_unknown_is_not_mended() -> None:
    one = of(against(changed(lambda m: replace(m, debuggable=None))), "debuggable-build")
    assert one.outcome == "unclear"
    assert "debuggable" in one.reasons[0].en


def test_what_was_looked_for_and_is_gone_is_mended() -> None:
    fewer = [f for f in OLD.facts if getattr(f, "permission", "") != "android.permission.READ_SMS"]
    one = of(against(fewer), "communication-permission-beyond-type")
    assert (one.outcome, one.reasons) == ("mended", (NOT_THERE,))
    blind = Unseen(kind="permission.declared", collector="apk", reason=REASON)
    one = of(against(fewer, [*OLD.unseen, blind]), "communication-permission-beyond-type")
    assert one.outcome == "unclear"
    assert "not looked at" in one.reasons[0].en


def test_a_packer_mends_nothing() -> None:
    packer = AppPacked(source=Source(at="x"), channel="apk", packer="p")
    bare = [fact for fact in OLD.facts if fact.__struct_config__.tag != "data.accessed"]
    assert of(against(bare), "early-access").outcome == "mended"
    assert of(against([*bare, packer]), "early-access").outcome == "unclear"


def test_a_duty_whose_premise_was_seen_to_end_is_met() -> None:
    one = of(against(changed(lambda m: replace(m, target_sdk=35))), "cleartext-by-default")
    assert (one.outcome, one.reasons) == ("mended", (NO_DUTY,))


def test_a_rule_that_does_not_apply_to_the_present_case_mends_nothing() -> None:
    other = replace(PRESENT, observed_at="2001-01-01T00:00:00+00:00")
    found = compared(
        look(OLD.facts, OLD.unseen, header=BUILT),
        look(changed(lambda m: replace(m, debuggable=False)), OLD.unseen, header=other),
    )
    gone = [one for one in found.findings if one.outcome == "mended"]
    assert not [one for one in gone if any("does not apply" in r.en for r in one.reasons)]
    unclear = [one for one in found.findings if one.outcome == "unclear"]
    assert any("does not apply" in r.en for one in unclear for r in one.reasons)


def test_a_thing_that_was_missing_as_a_whole_is_mended_by_its_presence() -> None:
    bare = [fact for fact in OLD.facts if fact.__struct_config__.tag != "app.signer"]
    old = look(bare, OLD.unseen, header=BUILT)
    one = of(compared(old, look(OLD.facts, OLD.unseen, header=PRESENT)), "unsigned-package")
    assert (one.outcome, one.reasons) == ("mended", (NOW_THERE,))
    blind = Unseen(kind="app.signer", collector="apk", reason=REASON)
    one = of(compared(old, look(bare, [*OLD.unseen, blind], header=PRESENT)), "unsigned-package")
    assert one.outcome == "unclear"


def test_other_rules_alone_mend_nothing() -> None:
    """The old report accuses by a rule that today finds nothing in the same facts."""
    old = look(OLD.facts, OLD.unseen, header=BUILT)
    today = replace(
        old.today,
        rulings=tuple(
            replace(r, findings=(), verdict="undetermined") if r.rule == "early-access" else r
            for r in old.today.rulings
        ),
    )
    bare = [fact for fact in OLD.facts if fact.__struct_config__.tag != "data.accessed"]
    found = compared(old._replace(today=today), look(bare, OLD.unseen, header=PRESENT))
    assert of(found, "early-access").reasons == (OTHER_RULES,)
    assert of(found, "early-access").outcome == "unclear"


@pytest.mark.parametrize(("home", "kind"), [("CN", 1), ("SG", 38)])
def test_another_question_gives_no_answer(home: str, kind: int) -> None:
    fewer = [f for f in OLD.facts if getattr(f, "permission", "") != "android.permission.READ_SMS"]
    other = replace(PRESENT, home=home, app_type=kind)
    found = compared(
        look(OLD.facts, OLD.unseen, header=BUILT), look(fewer, OLD.unseen, header=other)
    )
    one = of(found, "communication-permission-beyond-type")
    assert one.outcome == "unclear"
    assert "different" in one.reasons[0].en


def test_the_same_again_in_another_build_is_repeated() -> None:
    again = of(against(OLD.facts), "debuggable-build")
    assert (again.outcome, again.repeated) == ("still", True)
    same = look(OLD.facts, OLD.unseen, header=BUILT)
    assert not of(compared(same, same), "debuggable-build").repeated


def test_the_last_words_of_persons_stand_with_the_finding() -> None:
    old = look(OLD.facts, OLD.unseen, header=BUILT)
    name = of(compared(old, old), "debuggable-build").fingerprint
    words = tuple(
        Decision(subject=name, rule="r", choice=choice, by="a", at="t", reason="x")
        for choice in ("reject", "confirm")
    )
    held = old._replace(report=replace(old.report, decisions=words))
    found = of(compared(held, old), "debuggable-build")
    assert (found.said_before, found.said_now) == (words[1:], ())


def test_a_finding_whose_facts_are_not_there_cannot_be_called_mended() -> None:
    old = look(OLD.facts, OLD.unseen, header=BUILT)
    fact = fact_id(manifest(OLD.facts))
    forged = old._replace(facts={name: f for name, f in old.facts.items() if name != fact})
    found = of(
        compared(
            forged,
            look(changed(lambda m: replace(m, debuggable=False)), OLD.unseen, header=PRESENT),
        ),
        "debuggable-build",
    )
    assert found.outcome == "unclear"
