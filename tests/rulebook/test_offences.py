"""What stays open of one offence, held against the judge on cases where the offence is put in."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scanner.facts import Fact, canonical, identity_of
from scanner.model import Unseen
from scanner.rulebook.judge import fingerprint, judge
from scanner.rulebook.match import Seen, could_be
from scanner.rulebook.offences import left_open, offences
from tests.compare.looks import REASON, twins
from tests.samples import BOOK, MOMENT

OLD, NEW = twins()
POOL: list[Fact] = sorted({*OLD.facts, *NEW.facts}, key=canonical)
RULES = [rule for rule in BOOK.rules if rule.shape is not None and "apk" in rule.targets]


def prints(facts: list[Fact], unseen: list[Unseen]) -> set[str]:
    rulings = judge(BOOK, facts, unseen, subject_kind="apk", observed_on=MOMENT.date())
    return {one.fingerprint for ruling in rulings for one in ruling.findings}


def offending() -> list[Fact]:
    """Give the facts of the twins on which the judge bases a finding."""
    found = prints(list(OLD.facts), []) | prints(list(NEW.facts), [])
    return [fact for fact in POOL if any(fingerprint(rule.id, fact) in found for rule in RULES)]


def scopes(fact: Fact) -> list[dict[str, tuple[str]]]:
    """Give ways to say that this fact, among others, was not seen."""
    texts = {name: getattr(fact, name) for name in ("channel", *fact.identity)}
    own = {name: (value,) for name, value in texts.items() if isinstance(value, str)}
    return [{}, *({name: value} for name, value in own.items()), own]


@settings(
    max_examples=80, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(st.lists(st.sampled_from(POOL), unique_by=canonical), st.data())
def test_what_an_unseen_entry_could_hide_is_never_settled(
    facts: list[Fact], data: st.DataObject
) -> None:
    """If what was not seen is put in and offends, nothing may have said before that it cannot."""
    hidden = data.draw(st.sampled_from(offending()))
    kind = str(hidden.__struct_config__.tag)
    scope = data.draw(st.sampled_from(scopes(hidden)))
    entry = Unseen(kind=kind, scope=scope, collector="t", reason=REASON)
    assert could_be(entry, hidden)
    bare = [fact for fact in facts if identity_of(fact) != identity_of(hidden)]
    seen = Seen(bare, [entry], BOOK.sets)
    shown, before = prints([*bare, hidden], []), prints(bare, [entry])
    for rule in RULES:
        name = fingerprint(rule.id, hidden)
        if name in shown and name not in before:
            assert left_open(rule, seen, hidden), rule.id


def test_of_one_observation_only_its_own_offence_is_found() -> None:
    seen = Seen(OLD.facts, OLD.unseen, BOOK.sets)
    every = 0
    for rule in RULES:
        if rule.shape is None:
            continue
        whole = offences(rule.shape, seen)
        for offence in whole.offences:
            if offence.entry is not None:
                (one,) = offences(rule.shape, seen, offence.entry.fact).offences
                assert one == offence
                every += 1
        alone = offences(rule.shape, seen, POOL[0]).why
        assert alone <= whole.why
    assert every > 20
