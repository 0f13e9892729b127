"""Joins: they add what two facts say together, and nothing else."""

from __future__ import annotations

from msgspec.structs import replace

from scanner.derive import derive
from scanner.facts import AppType, Fact, PermissionDeclared, Source
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Unseen, Words

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
CONTACTS = PermissionDeclared(
    source=Source(at="x"), channel="apk", permission="android.permission.READ_CONTACTS"
)
MISSING = Unseen(kind="policy.link", collector="c", reason=Words("字", "word"))


def stated(number: int) -> AppType:
    return AppType(source=Source(), channel="auditor", number=number, name="x")


def expected(*facts: Fact) -> bool | None:
    known, unseen = derive([CONTACTS, *facts], [MISSING], KNOWLEDGE)
    assert unseen == [MISSING]
    assert known[1:] == list(facts)
    assert replace(known[0], expected_for_type=None) == CONTACTS
    return known[0].expected_for_type  # type: ignore[attr-defined, no-any-return]


def test_a_permission_is_held_against_the_type_that_the_auditor_stated() -> None:
    assert expected(stated(3)) is True
    assert expected(stated(38)) is False


def test_without_a_type_or_with_two_nothing_is_said() -> None:
    assert expected() is None
    assert expected(stated(3), stated(38)) is None
