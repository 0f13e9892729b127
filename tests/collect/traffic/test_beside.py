from __future__ import annotations

import pytest

from scanner.collect.traffic.beside import (
    NO_IDENTITY,
    NO_LIST,
    OF_SUBJECT,
    ONLY_CONTROL,
    empty,
    lacking,
    unattributed,
)
from scanner.collect.traffic.control import EMPTY, Control
from scanner.collect.traffic.gaps import KINDS
from scanner.collect.traffic.whose import Whose
from scanner.connections import Connection, Connections


def listed(*owners: str) -> Connections:
    return Connections(
        [
            Connection(
                owner=owner,
                uid=None,
                host="a.test",
                ip="",
                port=443,
                client=None,
                proto="TLS",
                first=0,
                last=1,
                sent=1,
                at="line 2",
            )
            for owner in owners
        ]
    )


def test_an_app_without_a_list_can_do_anything_unseen() -> None:
    found = list(lacking("apk", Whose("cn.ours"), identity=True))
    assert found == [(kind, {}, NO_LIST) for kind in KINDS]
    assert list(lacking("website", Whose(), identity=True)) == []


@pytest.mark.parametrize(("owners", "lost"), [(["cn.ours"], 0), (["cn.other"], len(KINDS))])
def test_a_list_must_name_the_subject(owners: list[str], lost: int) -> None:
    found = list(lacking("apk", Whose("cn.ours", [listed(*owners)]), identity=True))
    assert len(found) == lost
    assert all("cn.ours" in reason.en for _, _, reason in found)


def test_without_known_values_only_they_are_unseen() -> None:
    (found,) = lacking("website", Whose(), identity=False)
    assert found == ("data.sent", {"matched_by": ("known",)}, NO_IDENTITY)


def test_an_empty_recording_says_what_it_held() -> None:
    found = list(empty(9, 4))
    assert [kind for kind, _, _ in found] == list(KINDS)
    assert all("9 in all, 4 of" in reason.en for _, _, reason in found)


def test_a_control_run_stands_for_a_list_only_where_it_can_be_used() -> None:
    good, bad = Control(frozenset({"a.test"}), 600), Control(frozenset(), 600, EMPTY)
    for control, words in ((good, ONLY_CONTROL), (bad, NO_LIST)):
        found = list(lacking("apk", Whose("cn.ours", control=control), identity=True))
        assert found == [(kind, {}, words) for kind in KINDS]
    assert list(unattributed(None)) == list(unattributed(good)) == []
    assert list(unattributed(bad)) == [(kind, EMPTY) for kind in OF_SUBJECT]
