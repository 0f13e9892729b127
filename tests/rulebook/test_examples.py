"""Examples: facts by the types of their fields, unseen entries with their scope."""

from __future__ import annotations

import pytest

from scanner.facts import AutostartRegistered, PermissionDeclared
from scanner.rulebook.examples import ExampleReader
from scanner.rulebook.rule import Example
from scanner.strict_yaml import parse


def read(text: str) -> tuple[Example | None, list[str]]:
    node, faults = parse(text.encode(), "f")
    assert node is not None
    reader = ExampleReader(faults, {})
    return reader.example(node), [fault.message for fault in faults]


HEAD = "name: x\nverdict: undetermined\n"


def test_a_fact_takes_the_types_of_its_fields_and_leaves_the_rest_unknown() -> None:
    example, faults = read(
        HEAD
        + "facts:\n"
        + "  - {kind: permission.declared, permission: 2.10, max_sdk: 28, implied: no}\n"
    )
    assert faults == ["fact.implied: 'no' where true or false is wanted"]
    example, faults = read(
        HEAD
        + "facts:\n"
        + "  - {kind: permission.declared, permission: 2.10, max_sdk: 28, implied: false}\n"
        + "  - {kind: autostart.registered, name: on, triggers: [boot], channel: apk}\n"
    )
    assert not faults
    assert example is not None
    permission, autostart = example.facts
    assert isinstance(permission, PermissionDeclared)
    assert (permission.permission, permission.max_sdk, permission.implied) == ("2.10", 28, False)
    assert (permission.used, permission.channel) == (None, "apk")
    assert isinstance(autostart, AutostartRegistered)
    assert (autostart.name, autostart.triggers) == ("on", ("boot",))


def test_two_equal_facts_stay_two() -> None:
    example, _ = read(HEAD + "facts: [{kind: app.manifest, package: a}, {kind: app.manifest}]\n")
    assert example is not None
    assert len({fact.source.at for fact in example.facts}) == 2


def test_what_is_unseen_is_a_kind_or_a_kind_with_a_scope() -> None:
    example, faults = read(
        HEAD + "unseen: [app.type, {kind: policy.link, scope: {channel: [apk], clicks: [1, 2]}}]\n"
    )
    assert not faults
    assert example is not None
    whole, scoped = example.unseen
    assert (whole.kind, whole.scope) == ("app.type", {})
    assert scoped.scope == {"channel": ("apk",), "clicks": (1, 2)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("facts: [app.type]", "keys with values is wanted"),
        ("facts: [{kind: app.tipe}]", "'app.tipe' is not known"),
        ("unseen: [app.tipe]", "'app.tipe' is not known"),
        ("unseen: [{kind: policy.link, scope: {colour: [1]}}]", "has no field 'colour'"),
        ("unseen: [{kind: policy.link, scope: {clicks: 1}}]", "a list is wanted"),
        ("findings: many", "a whole number is wanted"),
    ],
)
def test_an_example_that_means_nothing_is_refused(text: str, said: str) -> None:
    assert said in " | ".join(read(HEAD + text)[1])
