"""The order of reading: what weighs most comes first, and an information accuses nobody."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.model import Finding, Manual, Report, Ruling, Words
from scanner.report import outline
from tests.report import example

RICH = example.rich()


def names(found: tuple[outline.Flagged, ...]) -> list[str]:
    return [one.ruling.rule for one in found]


def test_the_weightiest_comes_first_and_drafts_last() -> None:
    assert names(outline.flagged(RICH, "proven")) == ["all-permissions-at-install"]
    assert names(outline.flagged(RICH, "suspected")) == [
        "contacts-unexpected",
        "exported-without-permission",
        "minors-mode",
    ]


def informing(report: Report) -> Report:
    first, *others = report.rulings
    return replace(report, rulings=(replace(first, severity="info"), *others))


def test_an_information_stands_apart() -> None:
    found = informing(RICH)
    assert names(outline.flagged(found, "proven")) == []
    assert names(outline.noted(found)) == ["all-permissions-at-install"]
    assert names(outline.noted(RICH)) == []


def test_every_ruling_is_listed_under_its_verdict() -> None:
    counts = {
        verdict: len(outline.with_verdict(RICH, verdict))
        for verdict in ("violated", "undetermined", "satisfied", "not_applicable")
    }
    assert counts == {"violated": 4, "undetermined": 2, "satisfied": 1, "not_applicable": 1}
    assert [ruling.rule for ruling in outline.for_a_person(RICH)] == [
        "all-permissions-at-install",
        "policy-hard-to-read",
    ]


def test_a_source_that_could_not_be_read_opens_no_channel() -> None:
    assert outline.watched(RICH) == ("apk",)
    assert outline.unwatched(RICH) == ("policy", "traffic", "device")


def test_gaps_are_grouped_by_who_could_not_look_and_why() -> None:
    gaps = outline.gaps(RICH)
    assert [len(gap.entries) for gap in gaps] == [5, 1, 1]
    assert gaps[0].reason == example.NOT_RUN


def test_rules_for_another_kind_of_subject_are_not_listed_as_not_applicable() -> None:
    site = example.site()
    assert [one.rule for one in outline.with_verdict(site, "not_applicable")] == [
        "children-without-rules"
    ]
    app = replace(site, subject=example.rich().subject)
    assert [one.rule for one in outline.with_verdict(app, "not_applicable")] == [
        "map-background-location"
    ]


def test_a_browser_that_looked_at_a_site_saw_its_traffic() -> None:
    site = example.site()
    assert outline.unwatched(site) == ("policy",)
    assert "traffic" in outline.unwatched(replace(site, sources=()))


def access(channel: str, name: str) -> tuple[str, dict[str, object]]:
    return name, {"kind": "data.accessed", "channel": channel}


def proof(rule: str, *facts: str, data_type: str | None = "oaid", **more: Any) -> Ruling:
    found = Finding(
        message=Words("一", "one"),
        certainty=more.pop("certainty", "proven"),
        fingerprint=rule,
        facts=facts,
        evidence=(),
        data_type=data_type,
    )
    first = RICH.rulings[0]
    fields = {"category": "cac-191-3.1", "severity": "critical", **more}
    return replace(first, rule=rule, findings=(found,), **fields)


CODE, CALL, PACKET = "code", "call", "packet"
FACTS = dict([access("apk", CODE), access("device", CALL), access("traffic", PACKET)])


def joined(*rulings: Ruling) -> dict[str, str]:
    return outline.joined(replace(RICH, rulings=rulings, facts=FACTS))[0]


def test_code_call_and_packet_of_one_access_are_one_finding() -> None:
    rulings = proof("a", CODE, CALL, PACKET), proof("b", CALL, PACKET), proof("c", PACKET, "other")
    report = replace(RICH, rulings=rulings, facts=FACTS)
    (group,) = outline.flagged(report, "proven")
    assert group.ruling.rule == "a"
    assert group.also == {"a": ("b", "c")}
    assert joined(*reversed(rulings)) == joined(*rulings) == {"b": "a", "c": "a"}


def test_what_stands_inside_another_is_counted_aloud() -> None:
    rulings = proof("a", CODE, CALL, PACKET), proof("b", CALL, PACKET), proof("c", PACKET, "other")
    said = outline.merged(replace(RICH, rulings=rulings, facts=FACTS))
    assert said is not None
    assert "2 处" in said.zh
    assert said.en.startswith("2 more")
    assert outline.merged(replace(RICH, rulings=rulings[:1], facts=FACTS)) is None


def test_what_stands_on_other_facts_stays_a_finding_of_its_own() -> None:
    whole = proof("a", CODE, CALL)
    assert joined(whole, proof("c", PACKET)) == {}
    assert joined(whole, proof("b", CALL, category="cac-191-3.2")) == {}
    assert joined(whole, proof("b", CALL, data_type="imei")) == {}
    assert joined(proof("a", CODE, CALL, data_type=None), proof("b", CALL, data_type=None)) == {}
    assert joined(whole, proof("b", CALL, severity="info")) == {}
    assert joined(proof("a", CALL), proof("b", CALL)) == {}


def test_a_suspicion_swallows_no_proof() -> None:
    whole = proof("a", CODE, CALL, certainty="suspected")
    assert joined(whole, proof("b", CALL)) == {}
    assert joined(whole, proof("b", CALL, certainty="suspected")) == {"b": "a"}


VERDICTS = st.sampled_from(["violated", "satisfied", "not_applicable", "undetermined"])
RULINGS = st.lists(
    st.builds(
        lambda number, verdict, certainty, severity, manual: replace(
            RICH.rulings[0],
            rule=f"rule-{number}",
            verdict=verdict,
            certainty=certainty if verdict == "violated" else None,
            severity=severity,
            manual=Manual(look_at=Words("看", "look")) if manual else None,
            findings=(),
        ),
        st.integers(0, 9),
        VERDICTS,
        st.sampled_from(["proven", "suspected"]),
        st.sampled_from(["critical", "low", "info"]),
        st.booleans(),
    )
)


@given(RULINGS)
def test_every_rule_is_counted_once(rulings: list[Ruling]) -> None:
    tally = outline.tally(replace(RICH, rulings=tuple(rulings)))
    assert sum(len(part) for part in tally) == len(rulings)
    assert sorted(one.rule for part in tally for one in part) == sorted(one.rule for one in rulings)
    assert all(one.verdict == "undetermined" for one in (*tally.manual, *tally.undetermined))
    assert all(one.manual is not None for one in tally.manual)
    assert all(one.manual is None for one in tally.undetermined)


def test_reasons_name_every_rule_that_lacks_a_fact() -> None:
    open_ = outline.with_verdict(RICH, "undetermined")
    found = outline.reasons(open_)
    sizes = [len(held) for _, held in found]
    assert sizes == sorted(sizes, reverse=True)
    for reason, held in found:
        assert {one.rule for one in held} == {
            one.rule for one in open_ if reason in {entry.reason for entry in one.unseen}
        }
