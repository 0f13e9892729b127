"""The laws of the judge, for worlds that hypothesis makes up, and its words and certainties."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from scanner.facts import KINDS, Fact, Source, fact_id, fields_of
from scanner.knowledge import rules_folder
from scanner.model import Basis, Ruling, Unseen, Words
from scanner.rulebook.catalog import load_catalog
from scanner.rulebook.judge import fingerprint, judge, names_of
from scanner.rulebook.rule import (
    ANY_FIELD,
    All,
    Clause,
    Forbid,
    ForEach,
    Pattern,
    Require,
    Rule,
    Rulebook,
)
from tests.rulebook.strategies import (
    DAY,
    SETS,
    SMALL_WORLD,
    WORDS,
    completion,
    facts,
    forbids,
    make,
    rules,
    unseen,
    values,
)

CATALOG = load_catalog(rules_folder() / "catalog.yaml")
LAWS = settings(max_examples=200, deadline=None)


def ruling(rule: Rule, known: list[Fact], missing: list[Unseen]) -> Ruling:
    book = Rulebook(rules=(rule,), catalog=CATALOG, sets=SETS, labels={}, digest="")
    return judge(book, known, missing, subject_kind="apk", observed_on=DAY)[0]


@LAWS
@given(st.data(), rules(), facts(), unseen)
def test_a_definite_verdict_is_final(
    data: st.DataObject, rule: Rule, known: list[Fact], missing: list[Unseen]
) -> None:
    before = ruling(rule, known, missing)
    event(before.verdict)
    if before.verdict == "undetermined":
        return
    after = ruling(rule, data.draw(completion(known, missing)), [])
    if before.verdict == "violated" and rule.exempt is not None and before.unseen:
        # an exemption that nobody could rule out lowers the finding to a suspicion
        assert before.certainty == "suspected"
        assert after.verdict in ("violated", "not_applicable")
    else:
        assert after.verdict == before.verdict


@LAWS
@given(st.randoms(use_true_random=False), rules(), facts(), unseen)
def test_the_order_of_facts_never_matters(
    random: Any, rule: Rule, known: list[Fact], missing: list[Unseen]
) -> None:
    before = ruling(rule, known, missing)
    shuffled, shuffled_missing = [*known, *known[:1]], list(missing)
    random.shuffle(shuffled)
    random.shuffle(shuffled_missing)
    after = ruling(rule, shuffled, shuffled_missing)
    assert msgspec.json.encode(after) == msgspec.json.encode(before)


@LAWS
@given(rules(), facts(), unseen, unseen)
def test_more_unseen_never_clears_anyone(
    rule: Rule, known: list[Fact], missing: list[Unseen], more: list[Unseen]
) -> None:
    before, after = ruling(rule, known, missing), ruling(rule, known, [*missing, *more])
    if after.verdict in ("satisfied", "not_applicable"):
        assert before.verdict == after.verdict


@LAWS
@given(rules(), facts(), unseen, st.sampled_from(("apk", "website", "device")))
def test_leaving_a_source_away_never_clears_anyone(
    rule: Rule, known: list[Fact], missing: list[Unseen], channel: str
) -> None:
    kept = [fact for fact in known if fact.channel != channel]
    gone = [
        Unseen(kind=kind, scope={"channel": (channel,)}, collector="audit", reason=WORDS)
        for kind in SMALL_WORLD
    ]
    before, after = ruling(rule, known, missing), ruling(rule, kept, [*missing, *gone])
    if after.verdict in ("satisfied", "not_applicable"):
        assert before.verdict == after.verdict


@LAWS
@given(rules(gated=False), forbids(), facts(), unseen, facts(prefix="more "))
def test_a_further_fact_never_undoes_a_forbid(
    rule: Rule, shape: Forbid, known: list[Fact], missing: list[Unseen], more: list[Fact]
) -> None:
    rule = msgspec.structs.replace(rule, shape=shape, raise_when=None)
    if ruling(rule, known, missing).verdict == "violated":
        assert ruling(rule, [*known, *more], missing).verdict == "violated"


@LAWS
@given(st.data(), st.sampled_from(sorted(KINDS)))
def test_a_fingerprint_depends_on_identity_alone(data: st.DataObject, kind: str) -> None:
    cls = KINDS[kind]
    given_fields = {
        name: data.draw(values(kind, name, unknown=False), label=name) for name in cls.identity
    }
    others = [name for name in fields_of(kind) if name not in cls.identity]
    changed = {name: data.draw(values(kind, name)) for name in others}
    evidence = data.draw(st.text("0123456789abcdef", min_size=64, max_size=64))
    source = Source(evidence=evidence, at="elsewhere", time="2026-01-01T00:00:00Z", captured=False)
    fact = make(kind, "here", given_fields)
    moved = msgspec.structs.replace(make(kind, "", given_fields | changed), source=source)
    assert fingerprint("a-rule", moved) == fingerprint("a-rule", fact)
    assert fingerprint("another-rule", fact) != fingerprint("a-rule", fact)
    for name in cls.identity:
        if fields_of(kind)[name].type == "text" and not fields_of(kind)[name].choices:
            renamed = msgspec.structs.replace(fact, **{name: "something else"})
            assert fingerprint("a-rule", renamed) != fingerprint("a-rule", fact)


@given(st.sampled_from(("is", "is_not", "in", "not_in", "contains", "starts_with", "matches")))
@example("not_in_list")
def test_an_unknown_field_is_unknown_under_every_operator(operator: Any) -> None:
    value: Any = ("a",) if operator in ("in", "not_in") else "some"
    pattern = Pattern(
        fact="policy.link", where=(Clause(field="href", operator=operator, value=value),)
    )
    fact = make("policy.link", "x", {"page": "a"})
    assert ruling(_rule(Forbid(each=pattern)), [fact], []).verdict == "undetermined"


def _rule(shape: Any, **changes: Any) -> Rule:
    base: dict[str, Any] = {
        "id": "a-rule",
        "title": WORDS,
        "category": "cac-191-1.1",
        "schemes": {},
        "basis": (),
        "severity": "high",
        "targets": ("apk",),
        "settles": ("violated", "satisfied"),
        "shape": shape,
        "certainty": {"apk": "proven"},
    }
    return Rule(**base | changes)


LINK = Pattern(fact="policy.link", where=(Clause(field="page", operator="is", value="a"),))


def test_no_object_settles_only_what_the_rule_settles() -> None:
    silent = ForEach(each=LINK, expect=Pattern(fact="policy.document"))
    assert ruling(_rule(silent), [], []).verdict == "satisfied"
    assert ruling(_rule(silent, settles=("violated",)), [], []).verdict == "undetermined"


def test_a_message_names_the_offending_fact_and_those_that_decided() -> None:
    also = Pattern(fact="permission.declared")
    rule = _rule(
        Forbid(each=LINK, also=also),
        message=Words("{page}：{permission.declared.data_type}", "{text}, {reachable}"),
    )
    known = [make("policy.link", "x", {"page": "a", "text": "t" * 500, "reachable": False})]
    known += [
        make("permission.declared", str(n), {"permission": str(n), "data_type": f"k{n:02}"})
        for n in range(12)
    ]
    (finding,) = ruling(rule, known, []).findings
    assert finding.message.zh == "a：k00、k01、k02、k03、k04、k05、k06、k07 等 12 项"
    assert finding.message.en == "t" * 199 + "…, no"
    assert len(finding.facts) == 13


def test_a_ceiling_is_raised_only_by_what_was_seen_and_lowered_by_a_doubtful_exemption() -> None:
    witness = Pattern(
        fact="permission.declared",
        where=(Clause(field="permission", operator="its", value="page"),),
    )
    rule = _rule(Forbid(each=LINK), certainty={"apk": "suspected"}, raise_when=witness)
    link = make("policy.link", "x", {"page": "a"})
    seen = make("permission.declared", "y", {"permission": "a"})
    other = make("permission.declared", "y", {"permission": "b"})
    assert ruling(rule, [link, other], []).certainty == "suspected"
    raised = ruling(rule, [link, seen], [])
    assert raised.certainty == "proven"
    assert raised.findings[0].facts == (fact_id(link), fact_id(seen))
    doubtful = msgspec.structs.replace(rule, exempt=Pattern(fact="policy.document"))
    missing = Unseen(kind="policy.document", collector="c", reason=WORDS)
    lowered = ruling(doubtful, [link, seen], [missing])
    assert (lowered.verdict, lowered.certainty, lowered.unseen) == (
        "violated",
        "suspected",
        (missing,),
    )


def test_a_finding_shows_the_text_that_was_read_and_both_sides_of_a_contradiction() -> None:
    read = make("policy.document", "r", {"url": "p", "own": True})
    promise = make("policy.promise", "p", {"promise": "no_export", "data_type": ""})
    sent = make("data.sent", "s", {"data_type": "phone", "host": "a"})
    sides = {"derived_from": (fact_id(promise), fact_id(sent), "0" * 16)}
    broken = make("promise.broken", "s", {"promise": "no_export", "data_type": "phone"} | sides)
    when = Pattern(fact="policy.document", where=(Clause(field="own", operator="is", value=True),))
    rule = _rule(Forbid(each=Pattern(fact="promise.broken")), when=when)
    (finding,) = ruling(rule, [read, promise, sent, broken], []).findings
    assert finding.facts[0] == fact_id(broken)
    assert set(finding.facts) == {fact_id(fact) for fact in (read, promise, sent, broken)}


def test_the_basis_printed_is_the_norm_in_force_when_the_fact_was_observed() -> None:
    rule = _rule(Forbid(each=LINK), basis=())
    both = (Basis(norm="CSL-2017", item="41"), Basis(norm="CSL-2026", item="43"))
    rule = msgspec.structs.replace(rule, basis=both)
    link = make("policy.link", "x", {"page": "a"})
    book = Rulebook(rules=(rule,), catalog=CATALOG, sets=SETS, labels={}, digest="")
    for day, norm in (("2025-12-31", "CSL-2017"), ("2026-01-01", "CSL-2026")):
        on = datetime.date.fromisoformat(day)
        (one,) = judge(book, [link], [], subject_kind="apk", observed_on=on)
        assert [item.norm for item in one.basis] == [norm]
        later = datetime.date(2027, 1, 1)
        dated = msgspec.structs.replace(link, source=Source(time=f"{day}T12:00:00+08:00"))
        (one,) = judge(book, [dated], [], subject_kind="apk", observed_on=later)
        assert [item.norm for item in one.basis] == [norm]


def test_the_duty_of_another_kind_of_subject_does_not_apply() -> None:
    rule = _rule(Forbid(each=LINK), targets=("website",))
    assert ruling(rule, [make("policy.link", "x", {"page": "a"})], []).verdict == "not_applicable"


@pytest.mark.parametrize(
    ("zh", "en", "said"),
    [
        ("见{page}（{text}）。", "at {page} ({text}).", ("见a。", "at a.")),
        ("（{text} {page}）", "({text} {page})", ("（a）", "(a)")),
        ("（{page} {text}）", "({page} {text})", ("（a）", "(a)")),
        (
            "写作“{text}”，向 {text} 发送",
            "as “{text}”, {text} sent",
            ("写作“……”，向发送", "as “……”, sent"),
        ),
        ("getX()：{page}", "getX(): {page}", ("getX()：a", "getX(): a")),
    ],
)
def test_an_empty_value_leaves_no_gap_in_a_message(zh: str, en: str, said: tuple[str, str]) -> None:
    rule = _rule(Forbid(each=LINK), message=Words(zh, en))
    fact = make("policy.link", "x", {"page": "a", "text": ""})
    (finding,) = ruling(rule, [fact], []).findings
    assert (finding.message.zh, finding.message.en) == said


def test_names_go_by_the_field_before_the_rest() -> None:
    number = {"phone": Words("号码", "number")}
    labels = {"group": {"phone": Words("电话", "phone")}, ANY_FIELD: number}
    assert names_of(labels, "group")["phone"].zh == "电话"
    assert names_of(labels, "data_type")["phone"].zh == "号码"
    assert names_of({}, "group") == {}


def handed_in(fact: Fact) -> Fact:
    return msgspec.structs.replace(
        fact, source=msgspec.structs.replace(fact.source, captured=False)
    )


def held(rule: Rule, known: list[Fact], missing: list[Unseen]) -> Ruling:
    book = Rulebook(rules=(rule,), catalog=CATALOG, sets=SETS, labels={}, digest="")
    return judge(book, known, missing, subject_kind="apk", observed_on=DAY, captured_only=True)[0]


@LAWS
@given(rules(), facts(), unseen, st.sets(st.integers(0, 4)))
def test_what_others_handed_in_only_ever_lowers_a_certainty(
    rule: Rule, known: list[Fact], missing: list[Unseen], theirs: set[int]
) -> None:
    mixed = [handed_in(fact) if n in theirs else fact for n, fact in enumerate(known)]
    usual, strict = ruling(rule, mixed, missing), held(rule, mixed, missing)
    assert strict.verdict == usual.verdict
    before = {found.fingerprint: found for found in usual.findings}
    for found in strict.findings:
        assert found.certainty == "suspected" or before[found.fingerprint].certainty == "proven"
        assert found.held_back == (found.certainty != before[found.fingerprint].certainty)
    if len(theirs & set(range(len(known)))) == len(known):
        assert strict.certainty in ("suspected", None)
    assert not any(found.held_back for found in usual.findings)


def test_what_was_handed_in_proves_only_beside_what_was_captured() -> None:
    link = make("policy.link", "x", {"page": "a"})
    rule = _rule(Forbid(each=LINK))
    assert held(rule, [link], []).certainty == "proven"
    (alone,) = held(rule, [handed_in(link)], []).findings
    assert (alone.certainty, alone.held_back) == ("suspected", True)
    witness = Pattern(fact="permission.declared")
    seen = make("permission.declared", "y", {"permission": "a"})
    raised = _rule(Forbid(each=LINK), certainty={"apk": "suspected"}, raise_when=witness)
    assert held(raised, [handed_in(link), seen], []).certainty == "proven"
    (doubted,) = held(raised, [link, handed_in(seen)], []).findings
    assert (doubted.certainty, doubted.held_back) == ("suspected", True)
    both = _rule(Forbid(each=LINK), raise_when=witness)
    assert held(both, [link, handed_in(seen)], []).certainty == "proven"


def test_the_suspicion_itself_is_no_captured_proof_of_what_was_handed_in() -> None:
    access = make("data.accessed", "x", {"data_type": "imei", "channel": "apk"})
    sent = make("data.sent", "y", {"data_type": "imei", "channel": "traffic"})
    both = All(of=(Pattern(fact="data.accessed"), Pattern(fact="data.sent")))
    rule = _rule(
        Forbid(each=Pattern(fact="data.accessed")),
        certainty={"apk": "suspected"},
        raise_when=both,
    )
    assert held(rule, [access, sent], []).certainty == "proven"
    assert ruling(rule, [access, handed_in(sent)], []).certainty == "proven"
    assert held(rule, [access, handed_in(sent)], []).certainty == "suspected"


def test_an_absence_is_proven_only_in_what_was_captured() -> None:
    rule = _rule(Require(condition=Pattern(fact="policy.link")))
    run = make("permission.declared", "y", {"permission": "a"})
    assert held(rule, [run], []).certainty == "proven"
    assert held(rule, [handed_in(run)], []).certainty == "suspected"
    assert held(rule, [run, handed_in(run)], []).certainty == "suspected"
    assert held(rule, [], []).certainty == "suspected"
    assert ruling(rule, [], []).certainty == "proven"


def test_a_contradiction_stands_on_what_was_done_and_not_on_the_text() -> None:
    promise = make("policy.promise", "p", {"promise": "no_sharing", "channel": "policy"})
    sent = make("data.sent", "s", {"host": "a.example", "channel": "traffic"})
    rule = _rule(Forbid(each=Pattern(fact="promise.broken")), certainty={"policy": "proven"})
    for mine, theirs, certainty in ((sent, promise, "proven"), (promise, sent, "suspected")):
        other = handed_in(theirs)
        broken = make(
            "promise.broken",
            "b",
            {"derived_from": (fact_id(mine), fact_id(other)), "channel": "policy"},
        )
        assert held(rule, [mine, other, broken], []).certainty == certainty


def vouched(rule: Rule, known: list[Fact], covered: set[str]) -> Ruling:
    book = Rulebook(rules=(rule,), catalog=CATALOG, sets=SETS, labels={}, digest="")
    return judge(
        *(book, known, []),
        subject_kind="apk",
        observed_on=DAY,
        captured_only=True,
        covered=covered,
    )[0]


def test_what_was_handed_in_proves_where_a_record_vouches_for_the_very_bytes() -> None:
    link = handed_in(make("policy.link", "x", {"page": "a"}))
    link = msgspec.structs.replace(
        link, source=msgspec.structs.replace(link.source, evidence="a" * 64)
    )
    rule = _rule(Forbid(each=LINK))
    assert vouched(rule, [link], {"b" * 64}).certainty == "suspected"
    (found,) = vouched(rule, [link], {"a" * 64}).findings
    assert (found.certainty, found.held_back) == ("proven", False)
    nowhere = msgspec.structs.replace(
        link, source=msgspec.structs.replace(link.source, evidence=None)
    )
    assert vouched(rule, [nowhere], {"a" * 64}).certainty == "suspected"
    derived = handed_in(make("policy.link", "y", {"page": "a"}))
    assert vouched(rule, [derived], set()).certainty == "suspected"


@LAWS
@given(rules(), facts(), unseen, st.sets(st.integers(0, 4)))
def test_a_record_for_all_that_was_handed_in_makes_it_as_good_as_captured(
    rule: Rule, known: list[Fact], missing: list[Unseen], theirs: set[int]
) -> None:
    def found(captured: bool, covered: list[str]) -> list[tuple[str, str, bool]]:
        facts = [
            msgspec.structs.replace(
                fact,
                source=msgspec.structs.replace(
                    fact.source, captured=captured or n not in theirs, evidence="a" * 64
                ),
            )
            for n, fact in enumerate(known)
        ]
        book = Rulebook(rules=(rule,), catalog=CATALOG, sets=SETS, labels={}, digest="")
        (one,) = judge(
            *(book, facts, missing),
            subject_kind="apk",
            observed_on=DAY,
            captured_only=True,
            covered=covered,
        )
        return sorted((each.fingerprint, each.certainty, each.held_back) for each in one.findings)

    assert found(False, ["a" * 64]) == found(True, [])
