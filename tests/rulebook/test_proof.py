"""Proof: a wrong example is named, and so is each clause that no example notices."""

from __future__ import annotations

import pytest

from scanner.knowledge import rules_folder
from scanner.rulebook.load import load_rulebook
from scanner.rulebook.proof import judged_otherwise, mutants, prove, prove_rule
from tests.rulebook.samples import KNOWLEDGE, RULE, book, sample


def doubts(text: str) -> list[str]:
    rule = sample(text)
    return [f"{doubt.line}: {doubt.message}" for doubt in prove_rule(rule, book(rule))]


def test_an_example_that_is_judged_otherwise_is_named_with_its_line() -> None:
    text = RULE.replace("page: a}", "page: b}")
    assert doubts(text) == [
        "31: example 'a link': violated, where undetermined is stated",
    ]
    assert doubts(RULE.replace("    certainty: suspected", "    certainty: proven")) == [
        "27: example 'no link': suspected, where proven is stated"
    ]
    assert doubts(RULE.replace("    certainty: susp", "    findings: 2\n    certainty: susp")) == [
        "27: example 'no link': 1 findings, where 2 are stated"
    ]


PINNED = (
    RULE
    + """\
  - name: not dangerous
    verdict: undetermined
    facts: [{kind: permission.declared, permission: a, protection: normal}]
  - name: another link
    verdict: violated
    certainty: suspected
    facts:
      - {kind: permission.declared, permission: a, protection: dangerous}
      - {kind: policy.link, page: b}
      - {kind: policy.document, url: b}
  - name: a document
    verdict: violated
    certainty: proven
    facts:
      - {kind: permission.declared, permission: a, protection: dangerous}
      - {kind: policy.document, url: a}
"""
)


def test_each_clause_without_an_example_is_named() -> None:
    assert doubts(RULE) == [
        "13: no example pins where protection: {is: ...} of permission.declared",
        "17: no example pins where page: {its: ...} of policy.link",
        "21: no example pins raise",
        "21: no example pins raise: where url: {its: ...} of policy.document",
    ]
    assert doubts(PINNED) == []


@pytest.mark.parametrize(
    ("addition", "clause"),
    [
        ("when: {fact: app.manifest}\n", "when"),
        ("exempt: {fact: app.packed}\n", "exempt"),
        ("when: {any: [{fact: permission.declared}, {fact: app.type}]}\n", "part 2 of any"),
        ("when: {fact: permission.declared, count: {at_least: 1}}\n", "count.at_least"),
    ],
)
def test_what_is_added_wants_an_example_of_its_own(addition: str, clause: str) -> None:
    text = PINNED.replace("certainty: {apk", addition + "certainty: {apk")
    rule = sample(text)
    changed = [name for name, _, _ in mutants(rule)]
    assert any(clause in name for name in changed)
    assert doubts(text)


def test_forbid_and_require_are_taken_apart_too() -> None:
    head, tail = PINNED.split("for_each:\n", 1)
    rest = tail[tail.index("certainty: {apk") :]
    forbid = head + (
        "forbid:\n  all:\n    - {fact: permission.declared, where: {protection: {is: dangerous}}}\n"
        "    - {fact: app.manifest, count: {of: package, at_least: 2, }}\n"
    )
    names = [name for name, _, _ in mutants(sample(forbid + rest))]
    assert "the further condition of forbid" in names
    assert "count.of of app.manifest" in names
    require = head + "require: {not: {fact: policy.link, where: {page: {is: a}}}}\n"
    rest = rest.replace("{its: permission}", "{is: a}").replace("{permission}", "x")
    names = [name for name, _, _ in mutants(sample(require + rest))]
    assert "where page: {is: ...} of policy.link" in names


def test_every_shipped_rule_proves_itself() -> None:
    whole = load_rulebook([rules_folder()], KNOWLEDGE)
    assert [str(doubt) for doubt in prove(whole)] == []
    judged = [rule for rule in whole.rules if rule.shape is not None]
    assert all(len(list(mutants(rule))) >= 2 for rule in judged)
    assert all(
        judged_otherwise(rule, example, whole) is None
        for rule in judged
        for example in rule.examples
    )
