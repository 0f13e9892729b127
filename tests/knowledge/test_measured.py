"""The figures of rules: none without its inputs, none of a rule that does not exist."""

from __future__ import annotations

import pytest

from scanner.errors import Fault
from scanner.knowledge.measured import read_measured
from scanner.knowledge.tables import Tables
from scanner.model import Measured, Words
from scanner.strict_yaml import Reader, parse
from tests.samples import BOOK, KNOWLEDGE

TABLE = """\
sets:
  sites: {zh: 网站三个, en: three sites}
  runs: {zh: 记录两份, en: two runs}
measured:
  one: {right: 3, missed: 1, wrong: 0, innocent: 9, on: [sites, runs]}
"""


def read(text: str) -> tuple[dict[str, Measured], list[Fault]]:
    node, faults = parse(text.encode(), "measured.yaml")
    assert node is not None
    rows = read_measured(Tables(Reader(faults), {"measured": node}))
    return dict(rows), faults


def test_a_row_says_what_it_was_measured_on() -> None:
    rows, faults = read(TABLE)
    assert not faults
    on = Words("网站三个；记录两份", "three sites; two runs")
    assert rows == {"one": Measured(right=3, missed=1, wrong=0, innocent=9, on=on)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[sites, runs]", "[sites, other]", "is no set"),
        ("[sites, runs]", "[]", "figures of no input"),
        (
            "right: 3, missed: 1, wrong: 0, innocent: 9",
            "right: 0, missed: 0, wrong: 0, innocent: 0",
            "figures of no input",
        ),
        ("wrong: 0", "wrong: 10", "more wrong than innocent"),
        ("missed: 1, ", "", "missing missed"),
        ("right: 3", "right: -1", "right"),
        ("innocent: 9", "innocent: many", "innocent"),
        ("zh: 网站三个, ", "", "missing zh"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(old: str, new: str, said: str) -> None:
    assert TABLE.count(old) == 1
    _, faults = read(TABLE.replace(old, new))
    assert said in " ".join(str(fault) for fault in faults)


def test_every_rule_with_figures_stands_in_the_rulebook() -> None:
    judging = {rule.id for rule in BOOK.rules if rule.certainty}
    assert KNOWLEDGE.measured.keys() <= judging
    assert KNOWLEDGE.measured
    for one in KNOWLEDGE.measured.values():
        assert one.on.zh
        assert one.on.en
        assert one.wrong <= one.innocent
