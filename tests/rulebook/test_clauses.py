"""Clauses and conditions: what an author may write for each type of field, and what is refused."""

from __future__ import annotations

import pytest

from scanner.errors import Fault
from scanner.rulebook.clauses import ClauseReader
from scanner.rulebook.rule import All, Any, Clause, Condition, Count, Forbid, Not, Pattern
from scanner.strict_yaml import parse


def reader(text: str) -> tuple[ClauseReader, object]:
    node, faults = parse(text.encode(), "f")
    assert not faults
    return ClauseReader([], {"few": frozenset({"a"})}), node


def condition(text: str, its: str | None = None) -> tuple[Condition | None, list[Fault]]:
    read, node = reader(text)
    return read.condition(node, "when", its), read.faults  # type: ignore[arg-type]


def clause(text: str, kind: str = "policy.link", its: str | None = None) -> Clause:
    found, faults = condition(f"{{fact: {kind}, where: {{{text}}}}}", its)
    assert isinstance(found, Pattern), faults
    assert not faults
    return found.where[0]


@pytest.mark.parametrize(
    ("text", "kind", "operator", "value"),
    [
        ("href: {is: ''}", "policy.link", "is", ""),
        ("href: {is_not: no}", "policy.link", "is_not", "no"),
        ("href: {in: [a, 2.10]}", "policy.link", "in", ("a", "2.10")),
        ("href: {in_list: few}", "policy.link", "in_list", "few"),
        ("href: {contains: /p}", "policy.link", "contains", "/p"),
        ("href: {starts_with: http}", "policy.link", "starts_with", "http"),
        ("href: {matches: '^a+$'}", "policy.link", "matches", "^a+$"),
        ("clicks: {at_least: 5}", "policy.link", "at_least", 5),
        ("clicks: {not_in: [1, 2]}", "policy.link", "not_in", (1, 2)),
        ("reachable: {is: false}", "policy.link", "is", False),
        ("triggers: {contains: boot}", "autostart.registered", "contains", "boot"),
        ("triggers: {at_least: 2}", "autostart.registered", "at_least", 2),
        ("channel: {is: apk}", "policy.link", "is", "apk"),
    ],
)
def test_a_value_is_read_by_the_type_of_its_field(
    text: str, kind: str, operator: str, value: object
) -> None:
    read = clause(text, kind)
    assert (read.operator, read.value) == (operator, value)
    assert type(read.value) is type(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("href: {is: null}", "no text"),
        ("href: {is: ~}", "no text"),
        ("href: {at_least: 3}", "'at_least' does not fit a text"),
        ("href: {in: []}", "an empty list"),
        ("href: {in: x}", "a list is wanted"),
        ("href: {in_list: many}", "'many' is not known"),
        ("href: {matches: '(?=a)'}", "not an RE2 expression"),
        ("href: {matches: '(a'}", "not an RE2 expression"),
        ("href: {matches: " + "a" * 1001 + "}", "1001 characters"),
        ("href: {}", "no operator"),
        ("href: a", "keys with values is wanted"),
        ("clicks: {is: '5'}", "a whole number is wanted"),
        ("clicks: {is: 5.0}", "a whole number is wanted"),
        ("clicks: {matches: '5'}", "does not fit a number"),
        ("reachable: {is: yes}", "true or false is wanted"),
        ("channel: {is: apl}", "channel is never 'apl'"),
        ("page: {its: page}", "there is no offending fact here"),
    ],
)
def test_a_clause_that_means_nothing_is_refused(text: str, said: str) -> None:
    _, faults = condition(f"{{fact: policy.link, where: {{{text}}}}}")
    assert said in " | ".join(fault.message for fault in faults)


def test_links_join_fields_of_the_same_type() -> None:
    link = clause("page: {its: permission}", its="permission.declared")
    assert (link.operator, link.value) == ("its", "permission")
    held = clause(
        "actions: {contains_its: permission}", "autostart.registered", "permission.declared"
    )
    assert held.operator == "contains_its"
    _, faults = condition(
        "{fact: policy.link, where: {page: {its: max_sdk}}}", "permission.declared"
    )
    assert "is a number, not a text" in faults[0].message


def test_conditions_are_combined() -> None:
    whole, faults = condition(
        "{all: [{any: [{fact: policy.link}, {fact: app.type}]}, {not: {fact: app.packed}}]}"
    )
    assert not faults
    assert whole == All(
        of=(
            Any(of=(Pattern(fact="policy.link"), Pattern(fact="app.type"))),
            Not(of=Pattern(fact="app.packed")),
        )
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{all: []}", "an empty list"),
        ("{any: [{fact: app.type}], fact: app.type}", "any together with fact"),
        ("{where: {}}", "missing fact"),
        ("{fact: app.tipe}", "'app.tipe' is not known"),
        ("[a]", "keys with values is wanted"),
        ("{fact: app.type, count: {}}", "no number"),
        ("{fact: app.type, count: {at_least: 0}}", "a whole number is wanted"),
        ("{fact: app.type, count: {at_least: 1, of: colour}}", "'colour' is not known"),
        ("{fact: autostart.registered, count: {at_least: 1, of: triggers}}", "'triggers'"),
    ],
)
def test_a_condition_that_means_nothing_is_refused(text: str, said: str) -> None:
    _, faults = condition(text)
    assert said in " | ".join(fault.message for fault in faults)


def forbid(text: str) -> tuple[Forbid | None, list[str]]:
    read, node = reader(text)
    return read.forbid(node, "forbid"), [fault.message for fault in read.faults]  # type: ignore[arg-type]


def test_forbid_is_a_pattern_or_one_with_further_conditions() -> None:
    plain, faults = forbid("{fact: app.type, count: {at_least: 2, of: number}}")
    assert not faults
    assert plain == Forbid(
        each=Pattern(fact="app.type", count=Count(of="number", at_least=2)), also=None
    )
    linked, faults = forbid(
        "{all: [{fact: policy.link}, "
        "{fact: permission.declared, where: {permission: {its: page}}}]}"
    )
    assert not faults
    assert linked is not None
    assert linked.each.fact == "policy.link"


@pytest.mark.parametrize(
    "text",
    [
        "{fact: app.type, count: {at_most: 1}}",
        "{all: [{fact: app.type}, {not: {fact: app.packed}}]}",
        "{all: [{fact: app.type}, {any: [{fact: app.packed, count: {at_most: 2}}]}]}",
    ],
)
def test_nothing_in_a_forbid_can_be_undone_by_a_further_fact(text: str) -> None:
    assert forbid(text)[1] == ["forbid: not, or at_most"]


def test_forbid_wants_a_pattern() -> None:
    assert forbid("{all: []}")[1] == ["forbid.all: no pattern"]
    assert forbid("{all: [{fact: app.type}], fact: app.type}")[1] == [
        "forbid: all together with other keys"
    ]
    assert forbid("{all: [{any: [{fact: app.type}]}]}")[1]
