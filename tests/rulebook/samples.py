"""A small rule that is right in every respect, to be broken in tests, and what it is read with."""

from __future__ import annotations

from scanner.errors import Fault
from scanner.knowledge import load_knowledge, rules_folder
from scanner.rulebook.catalog import load_catalog
from scanner.rulebook.load import read_rule
from scanner.rulebook.rule import Rule, Rulebook

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
CATALOG = load_catalog(rules_folder() / "catalog.yaml")

RULE = """\
id: sample-rule
title: {zh: 样例, en: a sample}
category: cac-191-4.1
schemes: {miit-164: 2, miit-337: ["2", "7"]}
basis:
  - {doc: PIPL, item: "6"}
severity: high
targets: [apk]
settles: [violated]
for_each:
  fact: permission.declared
  where:
    protection: {is: dangerous}
expect:
  fact: policy.link
  where:
    page: {its: permission}
certainty: {apk: suspected}
raise:
  to: proven
  when: {fact: policy.document, where: {url: {its: permission}}}
alternatives:
  - {zh: 另有解释, en: another explanation}
message: {zh: "检测到{permission}，涉嫌。", en: "{permission} found."}
remedy: {zh: 删除, en: remove it}
examples:
  - name: no link
    verdict: violated
    certainty: suspected
    facts: [{kind: permission.declared, permission: a, protection: dangerous}]
  - name: a link
    verdict: undetermined
    facts:
      - {kind: permission.declared, permission: a, protection: dangerous}
      - {kind: policy.link, page: a}
"""


def read(text: str, name: str = "rules/x/sample-rule.yaml") -> tuple[Rule | None, list[Fault]]:
    faults: list[Fault] = []
    return read_rule(text.encode(), name, CATALOG, KNOWLEDGE, faults), faults


def sample(text: str = RULE) -> Rule:
    rule, faults = read(text)
    assert rule is not None, faults
    return rule


def book(*rules: Rule) -> Rulebook:
    return Rulebook(rules=rules, catalog=CATALOG, sets=KNOWLEDGE.sets, labels={}, digest="")
