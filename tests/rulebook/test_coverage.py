"""The matrix against a count made another way: from the bare YAML of the rule files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner.knowledge import rules_folder
from scanner.model import Manual, Words
from scanner.rulebook.catalog import Behaviour, Duty, Label
from scanner.rulebook.coverage import COLUMNS, Cell, counts, coverage
from scanner.rulebook.load import load_rulebook
from scanner.rulebook.rule import All, Not, Pattern
from scanner.rulebook.variants import patterns_of
from tests.rulebook.samples import CATALOG, KNOWLEDGE, RULE, book, read, sample

FOLDER = rules_folder()
BOOK = load_rulebook([FOLDER], KNOWLEDGE)
LINES = {line.id: line for line in coverage(BOOK)}


def bare() -> list[dict[str, Any]]:
    """Give every rule file as any YAML library reads it."""
    files = [f for f in sorted(FOLDER.rglob("*.yaml")) if f.parent.name not in ("lists", "rules")]
    return [yaml.safe_load(Path(file).read_text("utf-8")) for file in files]


def row_ids() -> list[str]:
    names = [f"miit-notice-{n}" for n in range(1, 9)] + [f"web-{n:02}" for n in range(1, 27)]
    names += [f"pol-{n:02}" for n in range(1, 29)]
    return [*CATALOG.behaviours, *names, "pipl-38", "pipl-39", "pipl-40", "xb-flow"]


def test_there_is_a_row_for_everything_and_in_the_order_of_the_catalogue() -> None:
    assert list(LINES) == row_ids()
    assert len(LINES) == 31 + 10 + 8 + 26 + 28 + 4
    assert all(tuple(line.cells) == COLUMNS for line in LINES.values())


def test_rules_stand_where_their_files_say() -> None:
    rules = bare()
    assert len(rules) == len(BOOK.rules)
    for name in (*CATALOG.duties, *CATALOG.behaviours):
        scheme, _, item = name.rpartition("-")
        every: list[Behaviour | Label] = [*CATALOG.behaviours.values(), *CATALOG.labels.values()]
        inherit = {listed.id for listed in every if item in listed.schemes.get(scheme, ())}
        for channel in COLUMNS:
            wanted = set()
            for rule in rules:
                own = (rule.get("schemes") or {}).get(scheme)
                listed = [str(each) for each in own] if isinstance(own, list) else [str(own)]
                speaks = rule["category"] == name or (item in listed)
                speaks = speaks or (own is None and rule["category"] in inherit)
                if speaks and channel in rule.get("certainty", {}):
                    wanted.add(rule["id"])
            assert set(LINES[name].cells[channel].rules) == wanted, (name, channel)


def test_checks_by_hand_stand_in_the_channels_they_name() -> None:
    for rule in bare():
        if "manual" in rule and "certainty" not in rule and rule["category"] in LINES:
            for channel in rule["manual"]["channels"]:
                if channel in COLUMNS:
                    assert rule["id"] in LINES[rule["category"]].cells[channel].manual


def test_what_is_counted_are_the_cells_that_the_catalogue_marks() -> None:
    marked: list[Behaviour | Label | Duty] = [*CATALOG.behaviours.values(), *CATALOG.noticed()]
    marked += CATALOG.duties.values()
    total = sum(len(set(each.channels) & set(COLUMNS)) for each in marked) + 28
    total += sum(map(len, CATALOG.provisions.values()))
    numbers = counts(LINES.values())
    assert sum(numbers.values()) == total
    assert numbers["filled"] > 100
    empty = counts(coverage(book()))
    assert empty["filled"] == empty["joined"] == empty["manual"] == 0
    assert empty["empty"] + empty["unchecked"] == total


def test_a_rule_is_joined_where_it_needs_facts_of_a_channel_that_are_not_its_findings() -> None:
    (line,) = [each for each in coverage(book(sample())) if each.id == "cac-191-4.1"]
    assert line.cells["apk"].rules == ("sample-rule",)
    assert line.cells["policy"].joined == ("sample-rule",)  # raise asks for policy.document
    assert line.cells["device"].joined == ()  # policy.link shows itself in several channels
    assert (line.cells["apk"].state, line.cells["policy"].state) == ("filled", "joined")
    assert (line.cells["device"].state, line.cells["policy"].ceiling) == ("empty", "suspected")


def test_a_check_by_hand_fills_no_channel_that_it_does_not_name() -> None:
    head = RULE[: RULE.index("settles:")].replace("cac-191-4.1", "cac-191-6.3")
    rule, faults = read(head + "manual:\n  look_at: {zh: 看, en: look}\n  channels: [device]\n")
    assert rule is not None, faults
    assert rule.manual == Manual(look_at=Words("看", "look"), channels=("device",))
    (line,) = [each for each in coverage(book(rule)) if each.id == "cac-191-6.3"]
    states = {channel: cell.state for channel, cell in line.cells.items()}
    assert states == {
        **{"apk": "none", "device": "manual", "website": "unchecked"},
        **{"traffic": "none", "policy": "empty"},
    }


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        (Cell("proven", ("a",), ("b",), ("c",)), "filled"),
        (Cell("proven", (), ("b",), ("c",)), "joined"),
        (Cell(None, (), (), ("c",)), "manual"),
        (Cell("suspected", (), (), ()), "empty"),
        (Cell("manual", (), (), ()), "unchecked"),
        (Cell(None, (), (), ()), "none"),
    ],
)
def test_one_word_says_who_looks(cell: Cell, state: str) -> None:
    assert cell.state == state


def test_every_pattern_of_a_condition_is_found() -> None:
    one, two = Pattern(fact="a"), Pattern(fact="b")
    assert list(patterns_of(All(of=(one, Not(of=two))))) == [one, two]
