"""The values between the rooms are frozen, described, and survive JSON."""

from __future__ import annotations

import inspect

import msgspec
import pytest
from hypothesis import given

from scanner import model
from scanner.facts import attribute_docs
from scanner.model import Unseen
from tests.strategies import UNSEEN

STRUCTS = [
    cls
    for _, cls in inspect.getmembers(model, inspect.isclass)
    if issubclass(cls, msgspec.Struct) and cls.__module__ == "scanner.model"
]


@pytest.mark.parametrize("cls", STRUCTS, ids=lambda cls: cls.__name__)
def test_every_value_is_frozen_and_every_field_described(cls: type[msgspec.Struct]) -> None:
    assert cls.__struct_config__.frozen
    assert cls.__doc__
    if cls.__name__ != "Words":
        assert set(cls.__struct_fields__) <= set(attribute_docs(cls))


@given(UNSEEN)
def test_what_was_not_seen_survives_json(entry: Unseen) -> None:
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Unseen) == entry
