from __future__ import annotations

import msgspec
import pytest

from scanner.model import comparisons
from tests.model.described import is_described, structs


@pytest.mark.parametrize("cls", structs(comparisons), ids=lambda cls: cls.__name__)
def test_every_value_is_frozen_and_every_field_described(cls: type[msgspec.Struct]) -> None:
    assert is_described(cls)
