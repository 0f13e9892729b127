"""Facts of an app."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.case import read_facts, write_facts
from scanner.facts import KINDS, Fact, apps, fields_of
from tests.strategies import kind as facts_of
from tests.test_case import HEADER

HERE = [cls for cls in KINDS.values() if cls.__module__ == apps.__name__]
ALWAYS_KNOWN: dict[str, set[str]] = {}
NAMES = sorted(str(cls.__struct_config__.tag) for cls in HERE)


def test_every_class_here_is_a_kind_of_fact() -> None:
    stated = [
        one
        for one in vars(apps).values()
        if isinstance(one, type) and issubclass(one, Fact) and one.__module__ == apps.__name__
    ]
    assert HERE and set(stated) == set(HERE)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(st.one_of([facts_of(cls) for cls in HERE]), max_size=5))
def test_a_fact_survives_its_case(tmp_path: Path, facts: list[Fact]) -> None:
    write_facts(tmp_path, HEADER, facts, [])
    _, read, _ = read_facts(tmp_path)
    assert {repr(fact) for fact in read} == {repr(fact) for fact in facts}


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_truth_can_be_told_from_no(name: str) -> None:
    hints = typing.get_type_hints(KINDS[name])
    sure = {field for field in fields_of(name) if hints[field] is bool}
    assert sure <= ALWAYS_KNOWN.get(name, set()) | set(KINDS[name].identity)


@pytest.mark.parametrize("name", NAMES)
def test_choices_are_told_apart(name: str) -> None:
    for field in fields_of(name).values():
        assert len(set(field.choices)) == len(field.choices)
        assert all(choice == choice.strip() and choice for choice in field.choices)
