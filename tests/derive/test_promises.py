from __future__ import annotations

import time
from typing import Any

import pytest
from msgspec.structs import replace

from scanner.derive import derive
from scanner.facts import (
    DataAccessed,
    DataUse,
    Fact,
    FormField,
    IdentifierSent,
    PolicyDataItem,
    PolicyExport,
    PolicyPromise,
    PolicyThirdParty,
    Promise,
    PromiseBroken,
    Source,
    fact_id,
)
from scanner.model import Unseen, Words
from scanner.rulebook.match import Seen
from scanner.rulebook.rule import Clause, Pattern
from tests.derive.test_init import AT, KNOWLEDGE, accessed, component, document, sent


def promised(promise: Promise, data_type: str = "", condition: str | None = "") -> PolicyPromise:
    return PolicyPromise(
        source=Source(evidence="p" * 64),
        channel="policy",
        promise=promise,
        data_type=data_type,
        condition=condition,
        quote="我们不会这样做",
    )


def breaches(*facts: Fact) -> list[PromiseBroken]:
    known, _ = derive(facts, [], KNOWLEDGE)
    return [fact for fact in known if isinstance(fact, PromiseBroken)]


def test_a_broken_promise_shows_both_sides() -> None:
    promise, seen = promised("no_export"), sent(outside_home=True, recipient="stats")
    assert breaches(promise, seen) == [
        PromiseBroken(
            source=seen.source,
            channel="traffic",
            promise="no_export",
            data_type="phone",
            observed="data.sent",
            host="api.example.com",
            recipient="stats",
            phase="agreed",
            conditional=False,
            vague=False,
            seen="sent",
            by_subject=True,
            known=True,
            quote="我们不会这样做",
            derived_from=(fact_id(promise), fact_id(seen)),
        )
    ]


@pytest.mark.parametrize(
    ("evidence", "updated", "later"),
    [
        ("p", "2026-04-01", True),
        ("p", "2026-02-01", False),
        ("p", None, None),
        ("q", "2026-02-01", None),
    ],
)
def test_a_broken_promise_tells_whether_its_own_text_is_later(
    evidence: str, updated: str | None, later: bool | None
) -> None:
    text = replace(document(updated=updated), source=Source(evidence=evidence * 64))
    (found,) = breaches(text, promised("not_collected"), sent())
    assert found.later is later


@pytest.mark.parametrize(
    ("promise", "quote", "seen", "vague"),
    [
        ("not_collected", "我们不会收集您的设备识别码（IMEI）", "android_id", True),
        ("not_collected", "我们不会收集您的设备识别码（IMEI）", "imei", False),
        ("not_collected", "我们不会收集您的设备识别码", "android_id", False),
        ("not_collected", "we never collect device identifiers (mac address)", "oaid", True),
        ("not_collected", "we never collect device identifiers (macaroni)", "oaid", False),
        ("not_collected", None, "android_id", False),
    ],
)
def test_a_wider_word_that_others_narrow_is_vague(
    promise: Promise, quote: str | None, seen: str, vague: bool
) -> None:
    said = replace(promised(promise, "device_ids"), quote=quote)
    (found,) = breaches(said, sent(data_type=seen))
    assert found.vague is vague
    (same,) = breaches(said, replace(said, data_type=seen), sent(data_type=seen))
    assert same.vague is vague


def test_words_on_use_that_name_no_kind_are_vague() -> None:
    (found,) = breaches(promised("only_in_use"), sent(data_type="location", phase="background"))
    assert found.vague is True
    (found,) = breaches(
        promised("only_in_use", "location"), sent(data_type="location", phase="background")
    )
    assert found.vague is False


def identifier(**stated: Any) -> IdentifierSent:
    told: dict[str, Any] = {"source": AT, "channel": "traffic", "name": "uid", "host": "h"}
    return IdentifierSent(**told | stated)


def read(data_type: str, **stated: Any) -> DataAccessed:
    told: dict[str, Any] = {"source": AT, "channel": "apk", "api": "a", "owner": "app"}
    return DataAccessed(data_type=data_type, **told | {"reach": "reachable"} | stated)


def field(data_type: str | None) -> FormField:
    return FormField(source=AT, channel="website", page="p", name="n", data_type=data_type)


TRACKER = replace(component(gated=None), collects_personal_info=True)
LIBRARY = replace(component(gated=None), collects_personal_info=False)


@pytest.mark.parametrize(
    ("promise", "seen", "broken"),
    [
        (promised("no_export"), sent(outside_home=True), True),
        (promised("no_export"), sent(outside_home=False), False),
        (promised("no_export"), identifier(outside_home=True), True),
        (promised("no_export"), sent(outside_home=True, data_type="device_model"), False),
        (promised("no_export", "ip"), sent(outside_home=True, data_type="ip"), True),
        (promised("stored_at_home", "location"), sent(outside_home=True), False),
        (promised("not_collected", "phone"), sent(), True),
        (promised("not_collected", "sms"), sent(), False),
        (promised("not_collected"), sent(), True),
        (promised("not_collected", "location"), sent(data_type="location_precise"), True),
        (promised("not_collected", "location_precise"), sent(data_type="location"), False),
        (promised("not_collected", "contacts"), read("contacts"), True),
        (promised("not_collected", "contacts"), read("contacts", owner="stats"), False),
        (promised("not_collected", "contacts"), read("contacts", reach="unreached"), False),
        (promised("not_collected", "id_card"), field("id_card"), True),
        (promised("not_collected"), field("none"), False),
        (promised("no_sharing"), sent(party="third"), True),
        (promised("no_sharing"), sent(party="first"), False),
        (promised("no_sale"), sent(party="third"), False),
        (promised("no_sdk"), sent(party="third"), True),
        (promised("no_sdk"), TRACKER, True),
        (promised("no_sdk"), LIBRARY, False),
        (promised("only_in_use"), sent(data_type="location", phase="background"), True),
        (promised("only_in_use"), sent(data_type="location", phase="foreground"), False),
        (promised("only_in_use"), sent(phase="background"), False),
        (promised("only_in_use", "phone"), sent(phase="background"), True),
        (promised("only_in_use"), read("location", phase="background", channel="device"), True),
        (promised("only_after_consent"), sent(phase="first_launch"), True),
        (promised("only_after_consent"), sent(phase="refused"), True),
        (promised("only_after_consent"), sent(phase="agreed"), False),
        (promised("only_after_consent"), identifier(phase="first_load"), True),
        (promised("only_after_consent"), read("imei", phase="static"), False),
        (promised("encrypted_in_transit"), sent(secure=False), True),
        (promised("encrypted_in_transit"), sent(secure=True), False),
        (promised("anonymous_only"), sent(), True),
        (promised("anonymous_only"), sent(data_type="location"), False),
        (promised("anonymous_only", "location"), sent(data_type="location"), False),
        (promised("off_by_default"), sent(phase="first_launch"), False),
    ],
)
def test_what_breaks_a_promise(promise: PolicyPromise, seen: Fact, broken: bool) -> None:
    found = breaches(promise, seen)
    assert bool(found) is broken
    assert all(one.derived_from == (fact_id(promise), fact_id(seen)) for one in found)


@pytest.mark.parametrize(("condition", "told"), [("", False), ("未经您同意", True), (None, None)])
def test_a_promise_under_a_condition_is_marked(condition: str | None, told: bool | None) -> None:
    (found,) = breaches(promised("no_export", condition=condition), sent(outside_home=True))
    assert found.conditional is told


def item(data_type: str, use: DataUse = "collected") -> PolicyDataItem:
    return PolicyDataItem(source=AT, channel="policy", data_type=data_type, use=use)


def party(recipient: str, *data_types: str) -> PolicyThirdParty:
    return PolicyThirdParty(
        source=AT, channel="policy", recipient=recipient, name="甲", data_types=data_types
    )


ABROAD = PolicyExport(source=AT, channel="policy", recipient="", name="甲")


@pytest.mark.parametrize(
    ("promise", "disclosed", "plain"),
    [
        ("not_collected", None, True),
        ("not_collected", item("contacts"), True),
        ("not_collected", item("phone"), False),
        ("not_collected", item("phone", "shared"), False),
        ("not_collected", party("umeng", "phone"), False),
        ("no_sharing", party("umeng"), True),
        ("no_sharing", item("phone"), True),
        ("no_sharing", item("phone", "shared"), False),
        ("no_sharing", party("stats"), False),
        ("no_sharing", party(""), False),
        ("no_sdk", item("phone"), True),
        ("no_sdk", party("umeng"), False),
        ("no_export", ABROAD, False),
        ("stored_at_home", ABROAD, False),
        ("no_export", party("stats", "phone"), True),
        ("encrypted_in_transit", item("phone"), True),
    ],
)
def test_a_promise_that_the_policy_itself_contradicts_is_not_plain(
    promise: Promise, disclosed: Fact | None, plain: bool
) -> None:
    seen = sent(outside_home=True, recipient="stats", party="third", secure=False)
    others = [disclosed] if disclosed else []
    said = replace(promised(promise), plain=True)
    assert [one.plain for one in breaches(said, seen, *others)] == [plain]


@pytest.mark.parametrize("plain", [None, False])
def test_a_broken_promise_is_no_plainer_than_the_promise(plain: bool | None) -> None:
    said = replace(promised("not_collected"), plain=plain)
    assert [one.plain for one in breaches(said, sent())] == [plain]


def test_of_two_promises_without_condition_the_plain_one_counts() -> None:
    both = [
        replace(promised("not_collected", "phone"), plain=False),
        replace(promised("not_collected"), plain=True),
    ]
    assert [one.plain for one in breaches(*both, sent())] == [True]


def test_the_plainest_promise_that_speaks_of_the_kind_counts() -> None:
    narrow, wide = promised("not_collected", "phone", "未经同意"), promised("not_collected")
    (found,) = breaches(narrow, wide, sent())
    assert found.derived_from[0] == fact_id(wide)
    (found,) = breaches(wide, promised("not_collected", "phone"), sent())
    assert found.derived_from[0] == fact_id(promised("not_collected", "phone"))


def test_of_several_observations_the_strongest_counts_once() -> None:
    weak = sent(place="header", matched_by="pattern", confidence="likely")
    unsure = sent(place="url", by_subject=None)
    strong = sent(place="body")
    for order in ((weak, unsure, strong), (strong, unsure, weak)):
        (found,) = breaches(promised("not_collected", "phone"), *order)
        assert found.derived_from[1] == fact_id(strong)
    hosts = [
        one.host for one in breaches(promised("not_collected"), sent(host="b"), sent(host="a"))
    ]
    assert hosts == ["a", "b"]


@pytest.mark.parametrize(
    ("stated", "known"),
    [
        ({}, True),
        ({"confidence": "likely"}, False),
        ({"matched_by": "pattern"}, False),
        ({"matched_by": None}, None),
    ],
)
def test_a_value_is_known_where_it_is_found_for_certain(
    stated: dict[str, Any], known: bool | None
) -> None:
    (found,) = breaches(promised("not_collected"), sent(**stated))
    assert found.known is known


WHY = Words("没有看", "not looked at")


def missing(kind: str, **scope: tuple[str, ...]) -> Unseen:
    return Unseen(kind=kind, scope=scope, collector="audit", reason=WHY)


def blind(facts: list[Fact], *unseen: Unseen) -> list[Unseen]:
    _, told = derive(facts, unseen, KNOWLEDGE)
    return [entry for entry in told if entry.kind == "promise.broken"]


def derived(**scope: tuple[str, ...]) -> Unseen:
    return Unseen(kind="promise.broken", scope=scope, collector="derive", reason=WHY)


def test_without_a_policy_every_broken_promise_is_unseen() -> None:
    entries = [missing("policy.promise", channel=("policy",)), missing("data.sent")]
    assert blind([sent()], *entries) == [derived()]


def test_a_part_of_the_policy_that_was_not_read_hides_broken_promises() -> None:
    entries = [missing("policy.promise", promise=("no_export",)), missing("sdk.present")]
    assert blind([], *entries) == [
        derived(promise=("no_export",)),
        derived(observed=("sdk.present",)),
    ]


def test_without_traffic_only_promises_that_it_could_break_are_unseen() -> None:
    entry = missing("data.sent", channel=("traffic",), data_type=("phone",))
    assert blind([promised("no_export"), promised("no_sale")], entry) == [
        derived(promise=("no_export",), observed=("data.sent",), channel=("traffic",))
    ]
    assert blind([promised("no_sale")], entry) == []
    assert blind([], entry) == []


def test_a_field_that_is_unknown_leaves_the_promise_open() -> None:
    facts: list[Fact] = [promised("no_export"), sent(outside_home=None)]
    (entry,) = blind(facts)
    assert entry.scope == {
        "promise": ("no_export",),
        "observed": ("data.sent",),
        "channel": ("traffic",),
    }
    assert "abroad" in entry.reason.en
    hidden: list[Fact] = [promised("not_collected", "contacts"), read("contacts", owner=None)]
    assert [one.scope["observed"] for one in blind(hidden)] == [("data.accessed",)]
    assert breaches(*facts, *hidden) == []


def test_what_others_say_of_broken_promises_is_worked_out_anew() -> None:
    assert blind([promised("no_sale")], missing("promise.broken", channel=("apk",))) == []


def asked(*facts: Fact, unseen: tuple[Unseen, ...] = (), promise: str | None = None) -> bool | None:
    """Ask the judge's matcher whether a promise is broken: yes, no, or not known."""
    known, told = derive(facts, unseen, KNOWLEDGE)
    wanted = Clause(field="promise", operator="is", value=str(promise))
    pattern = Pattern(fact="promise.broken", where=(wanted,) if promise else ())
    return Seen(known, told, {}).answer(pattern).truth


def test_no_broken_promise_is_ruled_out_that_nobody_could_see() -> None:
    assert asked() is False
    assert asked(unseen=(missing("policy.promise"),)) is None
    assert asked(promised("no_export"), unseen=(missing("sdk.present"),)) is False
    assert asked(promised("no_export"), unseen=(missing("data.sent"),)) is None
    assert asked(promised("no_export"), sent()) is False
    assert asked(promised("no_export"), sent(outside_home=None)) is None
    assert asked(promised("no_export"), sent(outside_home=True)) is True


def test_what_is_unseen_of_one_promise_leaves_the_others_decided() -> None:
    facts = (promised("no_export"), promised("no_sdk"))
    entry = missing("sdk.present", channel=("apk",))
    assert asked(*facts, unseen=(entry,), promise="no_export") is False
    assert asked(*facts, unseen=(entry,), promise="no_sdk") is None


def test_a_hundred_thousand_facts_are_joined_in_seconds() -> None:
    names: list[Promise] = ["no_export", "not_collected", "no_sharing", "only_after_consent"]
    facts: list[Fact] = [promised(name) for name in names]
    facts += [
        sent(host=f"h{n % 50}.example.com", place="body", field=str(n)) for n in range(100_000)
    ]
    before = time.perf_counter()
    known, _ = derive(facts, [], KNOWLEDGE)
    assert time.perf_counter() - before < 60
    assert len(known) == len(facts) + 50


@pytest.mark.parametrize(
    ("more", "broken"),
    [
        ({"answered": "value", "wrapped": False}, True),
        ({"answered": None, "wrapped": None}, True),
        ({"answered": "denied"}, False),
        ({"answered": "value", "wrapped": True}, False),
    ],
)
def test_what_android_denied_or_a_framework_asked_for_breaks_no_promise(
    more: dict[str, Any], broken: bool
) -> None:
    seen = replace(accessed(channel="device", reach=None), by_subject=True, **more)
    found = breaches(promised("not_collected", "contacts"), seen)
    assert [(one.seen, one.by_subject) for one in found] == ([("read", True)] if broken else [])
