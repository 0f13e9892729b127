from __future__ import annotations

import msgspec

from scanner.model import Comparison
from scanner.report.compared.as_json import render
from tests.report.compared.hostile import hostile


def test_it_is_read_back_as_it_was() -> None:
    data = render(hostile(), "zh")
    assert msgspec.json.decode(data, type=Comparison) == hostile()
    assert data == render(hostile(), "en")
