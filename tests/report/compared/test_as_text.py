from __future__ import annotations

import pytest

from scanner.report.compared.as_text import render
from scanner.report.words import Lang
from tests.report.compared.hostile import hostile, made
from tests.test_texts import columns


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_keeps_its_width_and_prints_what_can_be_seen(lang: Lang) -> None:
    for found in (made(), hostile()):
        lines = render(found, lang).decode().splitlines()
        assert max(columns(line) for line in lines) <= 100
        assert all(mark.isprintable() for line in lines for mark in line)


def test_what_cannot_be_concluded_stands_above_all_tables() -> None:
    lines = render(made(), "zh").decode().splitlines()
    notes = [number for number, line in enumerate(lines) if line.startswith("! ")]
    assert notes
    assert max(notes) < lines.index("两案 (13)")
