from __future__ import annotations

from collections import Counter

import pytest

from scanner.report.compared.tables import counted, counts, notes, tables, title
from scanner.report.words import Lang, visible
from tests.report.compared.hostile import hostile, made


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_row_has_a_cell_for_every_column_and_nothing_is_hidden(lang: Lang) -> None:
    for found in (made(), hostile()):
        for table in tables(found, lang):
            assert len(table.widths) == len(table.heading)
            for row in table.rows:
                assert len(row) == len(table.heading)
                assert all(cell == visible(" ".join(cell.split())) for cell in row)
        assert all(each == visible(each) for each in (title(found, lang), *notes(found, lang)))


def test_the_tables_hold_everything_that_changed() -> None:
    found = made()
    rows = {table.id: len(table.rows) for table in tables(found, "en")}
    changed = [
        row for row in found.rows if (row.was, row.was_certainty) != (row.now, row.now_certainty)
    ]
    assert rows["findings"] == len(found.findings)
    assert rows["rows"] == len(changed)
    assert rows["changes"] == len(found.changes) > 10
    assert rows["policy"] == len(found.policy)


def test_the_counts_are_those_of_the_findings() -> None:
    plain = Counter(one.outcome for one in made().findings)
    assert {name: count for name, count in counts(made()).items() if count} == plain
    assert f"Cannot tell {plain['unclear']}" in counted(made(), "en")
