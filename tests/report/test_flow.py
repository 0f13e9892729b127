"""Flows say what the facts say, and no more: who sent, to whom, where, and when."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.facts import DataAccessed, DataSent, Fact, IdentifierSent, Source, canonical, fact_id
from scanner.model import Report
from scanner.report.flow import Flow, flows, needed
from tests.report import example, scenes

BARE = replace(example.rich(), facts={})


def shown(*facts: Fact, report: Report = BARE) -> tuple[Flow, ...]:
    return flows(replace(report, facts={fact_id(one): raw(one) for one in facts}))


def raw(fact: Fact) -> dict[str, object]:
    found: dict[str, object] = msgspec.json.decode(canonical(fact))
    return found


def one(*facts: Fact, report: Report = BARE) -> Flow:
    (found,) = shown(*facts, report=report)
    return found


def test_the_report_holds_what_was_sent_and_where_its_hosts_are() -> None:
    sent, near = scenes.sent("imei", "a.example"), scenes.reached("a.example", "US", True)
    far = scenes.reached("b.example", "US", True)
    assert needed([sent, near, far, example.MANIFEST]) == {fact_id(sent), fact_id(near)}
    assert needed([near, far]) == set()


def test_no_fact_no_flow() -> None:
    assert shown() == ()
    assert flows(example.rich()) == ()


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        ("first_launch", "before"),
        ("consent_shown", "before"),
        ("refused", "refused"),
        ("withdrawn", "refused"),
        ("agreed", "agreed"),
        ("background", "use"),
        (None, "unknown"),
    ],
)
def test_when_is_what_the_phase_says(phase: Any, state: str) -> None:
    assert one(scenes.sent("imei", "a.example", phase)).state == state


@pytest.mark.parametrize(
    ("more", "kind", "said"),
    [
        ({"by_subject": True}, "app", "应用"),
        ({"by_subject": None}, "unknown", "不能确定"),
        ({"by_subject": False, "sender": "cn.other"}, "other", "cn.other"),
        ({"by_subject": False, "sender": ""}, "unknown", "不能确定"),
        ({"sender": "https://cdn.example/x.js"}, "script", "cdn.example"),
        ({"sender": "https://[broken/x.js"}, "script", "脚本"),
    ],
)
def test_nobody_is_named_as_sender_who_was_not_seen(
    more: dict[str, Any], kind: str, said: str
) -> None:
    source = one(scenes.sent("imei", "a.example", **more)).source
    assert source.kind == kind
    assert said in source.name.zh


def test_a_site_sends_by_its_own_pages_or_by_anothers_script() -> None:
    site = replace(example.site(), facts={})
    name = site.subject.id

    def source(sender: str) -> str:
        fact = replace(scenes.sent("phone", "a.example", sender=sender), channel="website")
        return one(fact, report=site).source.name.zh

    assert source(f"https://{name}/own.js") == source(f"https://cdn.{name}/own.js") == "网站的页面"
    assert source(f"https://evil{name}/own.js") != "网站的页面"
    assert "未知" in source("")


@pytest.mark.parametrize(
    ("country", "outside", "more", "zone", "said"),
    [
        ("CN", False, {}, "home", "登记地：中国"),
        ("US", True, {}, "abroad", "登记地：美国"),
        ("US", True, {"basis": "location"}, "abroad", "所在地：美国"),
        ("US", True, {"basis": None}, "abroad", "美国（依据未载明）"),
        ("HK", True, {}, "region", "登记地：中国香港"),
        ("TW", True, {}, "region", "登记地：中国台湾"),
        ("US", None, {"anycast": True}, "unknown", "登记地：美国，任播地址"),
        (None, None, {}, "unknown", "国家或地区未知"),
        (None, True, {}, "abroad", "国家或地区未知"),
    ],
)
def test_where_is_what_the_connection_says(
    country: str | None, outside: bool | None, more: dict[str, Any], zone: str, said: str
) -> None:
    found = one(
        scenes.sent("imei", "a.example"), scenes.reached("a.example", country, outside, **more)
    )
    assert (found.recipient.zone, found.recipient.country.zh) == (zone, said)


def test_the_home_is_that_of_the_law_applied() -> None:
    abroad = replace(BARE, home="SG")
    facts = (scenes.sent("imei", "a.example"), scenes.reached("a.example", "HK", True))
    assert one(*facts, report=abroad).recipient.zone == "abroad"


def test_connections_that_contradict_each_other_leave_the_place_open() -> None:
    found = one(
        scenes.sent("imei", "a.example"),
        scenes.reached("a.example", "US", True),
        scenes.reached("a.example", "CN", False, phase="agreed"),
    )
    assert found.recipient.zone == "unknown"
    assert found.recipient.country.zh == "登记地：中国、美国"


def test_another_hosts_country_says_nothing() -> None:
    found = one(scenes.sent("imei", "a.example"), scenes.reached("b.example", "US", True))
    assert found.recipient.zone == "unknown"


def test_reading_is_never_drawn_as_sending() -> None:
    read = DataAccessed(
        source=Source(), channel="apk", data_type="imei", api="x", owner="sdk", phase="static"
    )
    found = shown(read, scenes.sent("imei", "a.example"))
    by_host = {flow.recipient.host: flow for flow in found}
    assert by_host[""].recipient.zone == "read"
    assert by_host[""].source.kind == "sdk"
    assert by_host["a.example"].source.kind == "app"
    other = replace(read, by_subject=False)
    assert shown(other) == ()


def test_the_same_again_is_one_flow_and_transport_is_the_worst() -> None:
    found = one(
        scenes.sent("imei", "a.example", place="url"),
        scenes.sent("imei", "a.example", place="body", secure=False),
    )
    assert len(found.facts) == 2
    assert found.secure is False
    assert one(scenes.sent("imei", "a.example", secure=None)).secure is None


def test_what_was_typed_and_left_before_anybody_submitted_is_sent() -> None:
    assert one(scenes.sent("phone", "a.example", before_submit=True)).data == "phone"


FACTS = st.lists(
    st.builds(
        lambda kind, host, phase, who: (
            scenes.sent(kind, host, phase, by_subject=who)
            if kind
            else IdentifierSent(
                source=Source(),
                channel="traffic",
                name="_id",
                host=host,
                by_subject=who,
                phase=phase,
            )
        ),
        st.sampled_from(["", "imei", "phone"]),
        st.sampled_from(["a.example", "b.example"]),
        st.sampled_from(["first_launch", "agreed", None]),
        st.sampled_from([True, None]),
    ),
    max_size=12,
)


@given(FACTS)
def test_every_sending_stands_in_one_flow(facts: list[DataSent | IdentifierSent]) -> None:
    found = shown(*facts)
    named = [id_ for flow in found for id_ in flow.facts]
    assert sorted(named) == sorted({fact_id(fact) for fact in facts})
    by_id = {fact_id(fact): fact for fact in facts}
    for flow in found:
        for id_ in flow.facts:
            fact = by_id[id_]
            assert fact.host == flow.recipient.host
            assert getattr(fact, "data_type", "") == flow.data
            assert (flow.source.kind == "app") == (fact.by_subject is True)


def test_facts_of_any_shape_are_borne() -> None:
    odd: dict[str, object] = {
        "kind": "data.sent",
        "host": 5,
        "data_type": None,
        "phase": [],
        "sender": {},
        "country": ["US"],
        "recipient": 7,
    }
    assert len(flows(replace(BARE, facts={"x": odd, "y": {"kind": "endpoint.contacted"}}))) == 1
