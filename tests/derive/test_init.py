"""Joins: they add what two facts say together, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from scanner.derive import derive
from scanner.facts import (
    AppManifest,
    AppSigner,
    AppStarted,
    AppType,
    Channel,
    DataAccessed,
    DataSent,
    Fact,
    FunctionRefused,
    PermissionDeclared,
    PermissionPrompted,
    PermissionRequested,
    PolicyDataItem,
    PolicyDocument,
    PolicyOperator,
    Reach,
    SdkPresent,
    Source,
)
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Unseen, Words

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
AT = Source(at="x")
READ_CONTACTS = "android.permission.READ_CONTACTS"
DECLARED = PermissionDeclared(source=AT, channel="apk", permission=READ_CONTACTS)
MISSING = Unseen(kind="policy.link", collector="c", reason=Words("字", "word"))


def stated(number: int) -> AppType:
    return AppType(source=Source(), channel="auditor", number=number, name="x")


def accessed(
    permission: str | None = READ_CONTACTS,
    owner: str | None = "app",
    guarded: bool | None = False,
    channel: Channel = "apk",
    reach: Reach | None = "early",
) -> DataAccessed:
    return DataAccessed(
        source=AT,
        channel=channel,
        data_type="contacts",
        api="a.B.c",
        permission=permission,
        owner=owner,
        guarded=guarded,
        reach=reach,
    )


def component(gated: bool | None) -> SdkPresent:
    return SdkPresent(
        source=AT,
        channel="apk",
        sdk="stats",
        family="stats",
        name="Stats",
        vendor="v",
        evidence=("classes",),
        gated=gated,
    )


def first(*facts: Fact) -> Fact:
    """Derive, check that all but the first fact and what is unseen stay, and give the first."""
    known, unseen = derive(facts, [MISSING], KNOWLEDGE)
    assert unseen == [MISSING]
    assert known[1:] == list(facts[1:])
    return known[0]


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        ("contacts", 3, True),
        ("contacts", 35, False),
        ("contacts", 33, None),
        ("installed_apps", 34, True),
        ("phone", 35, None),
        ("face", 35, None),
    ],
)
def test_what_a_policy_describes_is_held_against_the_type(
    kind: str, number: int, expected: bool | None
) -> None:
    fact = PolicyDataItem(source=DECLARED.source, channel="policy", data_type=kind, use="collected")
    assert first(fact, stated(number)) == replace(fact, expected_for_type=expected)
    assert first(fact) == fact


@pytest.mark.parametrize(("number", "expected"), [(1, True), (15, None), (24, None), (18, False)])
def test_a_place_more_precise_than_a_type_needs_is_arguable(
    number: int, *, expected: bool | None
) -> None:
    fact = sent(data_type="location_precise")
    assert first(fact, stated(number)) == replace(fact, expected_for_type=expected)


@pytest.mark.parametrize("fact", [DECLARED, accessed()], ids=["declared", "accessed"])
def test_a_permission_is_held_against_the_type_that_the_auditor_stated(
    fact: DataAccessed | PermissionDeclared,
) -> None:
    assert first(fact, stated(3)) == replace(fact, expected_for_type=True)
    assert first(fact, stated(38)) == replace(fact, expected_for_type=False)


@pytest.mark.parametrize("fact", [DECLARED, accessed()], ids=["declared", "accessed"])
def test_without_a_type_or_with_two_nothing_is_said(fact: Fact) -> None:
    assert first(fact) == fact
    assert first(fact, stated(3), stated(38)) == fact


@pytest.mark.parametrize("permission", [None, "", "cn.example.permission.OWN"])
def test_an_access_without_a_permission_that_the_table_knows_stays_unknown(
    permission: str | None,
) -> None:
    assert first(accessed(permission), stated(38)) == accessed(permission)


@pytest.mark.parametrize("guarded", [False, None])
def test_what_a_component_does_is_guarded_where_the_app_holds_it_back(
    guarded: bool | None,
) -> None:
    asked = PermissionRequested(source=AT, channel="apk", permissions=("p",), owner="stats")
    started = AppStarted(source=AT, channel="apk", package="cn.x", owner="stats")
    done = [
        accessed(owner="stats", guarded=guarded),
        replace(asked, reach="early", guarded=guarded),
        replace(started, reach="early", guarded=guarded),
    ]
    for fact in done:
        assert first(fact, component(gated=True)) == replace(fact, guarded=True)


@pytest.mark.parametrize("gated", [False, None])
def test_a_component_that_nothing_holds_back_guards_nothing(gated: bool | None) -> None:
    fact = accessed(owner="stats")
    assert first(fact, component(gated)) == fact


@pytest.mark.parametrize("owner", ["app", "other", None])
def test_a_gate_guards_its_own_component_only(owner: str | None) -> None:
    fact = accessed(owner=owner)
    assert first(fact, component(gated=True)) == fact


@pytest.mark.parametrize("reach", ["reachable", "unreached", None])
def test_a_gate_says_nothing_of_what_does_not_run_early(reach: Reach | None) -> None:
    fact = accessed(owner="stats", reach=reach)
    assert first(fact, component(gated=True)) == fact


def test_a_gate_in_the_code_does_not_undo_what_a_device_showed() -> None:
    fact = accessed(owner="stats", channel="device")
    assert first(fact, component(gated=True)) == fact


def document(**stated: Any) -> PolicyDocument:
    return PolicyDocument(source=AT, channel="policy", url="p.html", **stated)


def manifest(built: str | None) -> AppManifest:
    return AppManifest(source=AT, channel="apk", package="cn.example.app", built=built)


def sent(**stated: Any) -> DataSent:
    told: dict[str, Any] = {
        "source": Source(evidence="a" * 64, time="2026-03-01T18:00:00+00:00"),
        "channel": "traffic",
        "data_type": "phone",
        "host": "api.example.com",
        "phase": "agreed",
        "party": "first",
        "recipient": "",
        "by_subject": True,
        "matched_by": "known",
        "confidence": "certain",
        "secure": True,
        "outside_home": False,
    }
    return DataSent(**told | stated)


@pytest.mark.parametrize(
    ("stated", "others", "later"),
    [
        ({"updated": "2024-06-03"}, [manifest("2024-06-02")], True),
        ({"updated": "2024-06-02"}, [manifest("2024-06-02")], False),
        ({"updated": "2024-06-02", "effective": "2024-06-09"}, [manifest("2024-06-05")], True),
        ({"updated": "2024-06-09", "effective": "2020-01-01"}, [manifest("2024-06-05")], True),
        ({"updated": "2024-06-02"}, [manifest(None)], None),
        ({}, [manifest("2024-06-02")], None),
        ({"updated": "soon"}, [manifest("2024-06-02")], None),
        ({"updated": "2026-03-02"}, [sent()], False),
        ({"updated": "2026-03-03"}, [sent()], True),
        ({"updated": "2026-03-02"}, [sent(), manifest("2024-06-02")], False),
        ({"updated": "2026-03-03"}, [sent(), manifest("2024-06-02")], True),
        ({"updated": "2026-03-03"}, [sent(source=AT)], None),
        ({"updated": "2026-03-02"}, [sent(source=Source(time="9999-12-31T23:59:00Z"))], None),
    ],
)
def test_a_policy_is_later_where_it_is_dated_after_what_was_seen(
    stated: dict[str, str], others: list[Fact], later: bool | None
) -> None:
    given = document(**stated)
    assert first(given, *others) == replace(given, later=later)


@pytest.mark.parametrize(
    ("subjects", "signed"),
    [
        (["CN=x, O=北京青禾科技有限公司, C=CN"], True),
        (["CN=北京青禾科技有限公司"], True),
        (["CN=Android Debug, O=Android, C=US"], None),
        (["CN=上海红枫网络技术有限公司, C=CN"], False),
        (["O=上海红枫网络技术有限公司", "O=北京青禾科技有限公司"], True),
        (["O=上海红枫网络技术有限公司", None], None),
        (["O=上海红枫网络技术有限公司", "CN=Li Si"], False),
        (["CN=Li Si, OU=O=x"], None),
        ([], None),
    ],
)
def test_an_operator_is_held_against_the_names_in_certificates(
    subjects: list[str | None], signed: bool | None
) -> None:
    operator = PolicyOperator(source=AT, channel="policy", name="北京青禾科技有限公司")
    signers = [
        AppSigner(source=AT, channel="apk", sha256=str(number), subject=subject)
        for number, subject in enumerate(subjects)
    ]
    assert first(operator, *signers) == replace(operator, as_signer=signed)


LOCATION = PermissionPrompted(source=AT, channel="device", group="location")
REFUSED = FunctionRefused(
    source=AT, channel="device", refusal="permission", group="contacts", outcome="exited"
)


@pytest.mark.parametrize(
    ("fact", "number", "expected"),
    [
        (LOCATION, 1, True),
        (REFUSED, 1, False),
        (replace(LOCATION, group="none"), 1, None),
        (replace(LOCATION, group="no such group"), 1, None),
    ],
)
def test_what_was_asked_for_on_a_phone_is_held_against_the_type(
    fact: PermissionPrompted | FunctionRefused, number: int, expected: bool | None
) -> None:
    assert first(fact, stated(number)) == replace(fact, expected_for_type=expected)
    assert first(fact) == fact


@pytest.mark.parametrize(
    ("data_type", "number", "expected"),
    [
        ("location_precise", 1, True),
        ("location_precise", 18, False),
        ("contacts", 3, True),
        ("contacts", 28, False),
        ("sms", 34, True),
        ("sms", 18, False),
        ("email", 18, None),
        ("location_precise", 38, None),
    ],
)
def test_what_was_sent_is_held_against_the_type_by_the_permissions_for_it(
    data_type: str, number: int, expected: bool | None
) -> None:
    fact = DataSent(source=AT, channel="traffic", data_type=data_type, host="a.test")
    assert first(fact, stated(number)) == replace(fact, expected_for_type=expected)
