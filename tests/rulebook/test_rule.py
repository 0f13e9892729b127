"""The data of a rule: the operators cover each other, and a rule can stand in a table."""

from __future__ import annotations

from typing import get_args

import msgspec

from scanner.rulebook.rule import LINKS, OPERATORS, Clause, Operator, Rule
from tests.rulebook.samples import sample


def test_every_operator_fits_some_type_and_every_link_is_an_operator() -> None:
    listed = {operator for operators in OPERATORS.values() for operator in operators}
    assert listed == set(get_args(Operator))
    assert set(LINKS) < listed


def test_a_rule_is_frozen_and_equal_by_value() -> None:
    assert sample() == sample()
    assert hash(Clause(field="a", operator="is", value="b")) == hash(
        Clause(field="a", operator="is", value="b")
    )
    assert Rule.__struct_config__.frozen


def test_a_rule_can_be_shown_as_json() -> None:
    shown = msgspec.json.decode(msgspec.json.encode(sample()))
    assert shown["shape"]["type"] == "ForEach"
