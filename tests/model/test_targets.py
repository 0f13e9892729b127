from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from scanner.model import Unseen, targets
from tests.model.described import is_described, structs
from tests.strategies import UNSEEN


@pytest.mark.parametrize("cls", structs(targets), ids=lambda cls: cls.__name__)
def test_every_value_is_frozen_and_every_field_described(cls: type[msgspec.Struct]) -> None:
    assert is_described(cls)


@given(UNSEEN)
def test_what_was_not_seen_survives_json(entry: Unseen) -> None:
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Unseen) == entry
