"""The JSON Schema of rule files: up to date, true to what loads, and of use against slips."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from scanner.knowledge import rules_folder
from scanner.rulebook.describe import NEW_RULE
from scanner.rulebook.schema import rule_schema
from tests.rulebook.samples import RULE

VALIDATOR = jsonschema.Draft202012Validator(json.loads(rule_schema()))
RULES = sorted(rules_folder().glob("*-*/*.yaml")) + sorted(rules_folder().glob("pipl/*.yaml"))


def test_the_shipped_schema_is_up_to_date() -> None:
    shipped = (rules_folder() / "rule.schema.json").read_bytes()
    assert shipped == rule_schema(), "run: make schema"
    jsonschema.Draft202012Validator.check_schema(json.loads(shipped))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_shipped_rule_fits_it(path: object) -> None:
    VALIDATOR.validate(yaml.safe_load(path.read_text("utf-8")))  # type: ignore[attr-defined]


def test_a_new_rule_fits_it() -> None:
    VALIDATOR.validate(yaml.safe_load(NEW_RULE.format(id="a-rule")))
    VALIDATOR.validate(yaml.safe_load(RULE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("severity: high", "severity: hihg"),
        ("fact: policy.link", "fact: policy.lnik"),
        ("protection: {is: dangerous}", "protection: {is: harmful}"),
        ("protection: {is: dangerous}", "protection: {at_least: 3}"),
        ("protection: {is: dangerous}", "protectoin: {is: dangerous}"),
        ("settles: [violated]", "settles: []"),
        ("title: {zh: 样例, en: a sample}", "title: a sample"),
        ("id: sample-rule", "id: Sample_Rule"),
        ("expect:", "expects:"),
    ],
)
def test_a_slip_does_not_fit_it(old: str, new: str) -> None:
    assert not VALIDATOR.is_valid(yaml.safe_load(RULE.replace(old, new, 1)))
