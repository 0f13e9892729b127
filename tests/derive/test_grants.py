from __future__ import annotations

from typing import Any

import pytest

from scanner.derive.grants import with_grants
from scanner.facts import (
    DataAccessed,
    DataSent,
    Fact,
    PermissionPrompted,
    SettingChanged,
    Source,
)

SENT = DataSent(source=Source(), channel="traffic", data_type="contacts", host="api.a.com")


def prompt(answer: Any, data_type: str = "contacts", **more: Any) -> Fact:
    given = {"group": data_type, "data_type": data_type, "answer": answer, **more}
    return PermissionPrompted(source=Source(), channel="device", **given)


def read(state: Any, data_type: str) -> Fact:
    return DataAccessed(
        source=Source(), channel="device", data_type=data_type, api="x", permission_state=state
    )


def changed(*, opened: bool | None) -> Fact:
    return SettingChanged(
        source=Source(),
        channel="device",
        setting="permission",
        name="android.permission.READ_CONTACTS",
        data_type="contacts",
        before="denied",
        after="granted",
        opened=opened,
    )


def state(*facts: Fact, data_type: str = "contacts") -> str | None:
    sent = DataSent(source=Source(), channel="traffic", data_type=data_type, host="api.a.com")
    (told,) = [one for one in with_grants([*facts, sent]) if isinstance(one, DataSent)]
    return told.permission_state


def test_denied_whenever_it_was_asked_for() -> None:
    assert state(prompt("denied")) == "denied"
    assert state(prompt("denied"), prompt("denied", phase="agreed")) == "denied"


@pytest.mark.parametrize(
    "facts",
    [
        (),
        (prompt(None),),
        (prompt("denied"), prompt("granted")),
        (prompt("denied"), prompt("once")),
        (prompt("denied"), changed(opened=True)),
        (prompt("denied"), changed(opened=None)),
        (prompt("denied"), read("granted", "contacts")),
        (prompt("denied", by_subject=False),),
        (prompt("denied", data_type="camera"),),
    ],
)
def test_what_leaves_it_open(facts: tuple[Fact, ...]) -> None:
    assert state(*facts) is None


def test_granted() -> None:
    assert state(prompt("granted")) == "granted"
    assert state(prompt("granted"), read("granted", "contacts")) == "granted"


def test_only_about_where_is_a_state_of_places_alone() -> None:
    kind = "location_precise"
    assert state(read("coarse", kind), data_type=kind) == "coarse"
    assert state(read("coarse", kind), prompt("denied", kind), data_type=kind) == "coarse"
    assert state(read("coarse", kind), prompt("granted", kind), data_type=kind) == "coarse"
    assert state(read("coarse", kind), read("granted", kind), data_type=kind) is None
    assert state(read("coarse", "contacts")) is None


def test_what_a_site_sends_no_phone_says_anything_of() -> None:
    own = DataSent(source=Source(), channel="website", data_type="contacts", host="a.com")
    assert with_grants([prompt("denied"), own])[1] == own
    assert with_grants([SENT]) == [SENT]
