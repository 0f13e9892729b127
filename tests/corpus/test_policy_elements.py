"""Elements of public policies against a table that a person filled by reading them.

The table holds ids alone: `adequate` passes the test of its value, `not` fails it or is absent;
what a reader could answer either way is in neither. Each text is read by itself, without the lists
that it links to.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scanner.collect.policy.document import Reading
from scanner.collect.policy.texts.text import read
from tests.collect.policy.elements.sound import elements_of

FOLDER = os.environ.get("MINGJIAN_CORPUS", "")
TABLE: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parent / "policy_elements.json").read_text("utf-8")
)
LEAST_PERCENT = 95
"""Share of the answers that must be the reader's, over all policies."""


def differences(name: str) -> tuple[int, list[str]]:
    """Count the answers of one policy, and tell those that are not the reader's."""
    data = (Path(FOLDER) / "policy" / name).read_bytes()
    document = read(data, name=name, address=None, origin="given", part="policy", evidence="0" * 64)
    found = elements_of(Reading((document,)))
    row = TABLE[name]
    wrong = [f"{name}: {one} lacks {found[one].lacks}" for one in row["adequate"]
             if found[one].present is not True]  # fmt: skip
    wrong += [f"{name}: {one} passes" for one in row["not"] if found[one].present is True]
    return len(row["adequate"]) + len(row["not"]), wrong


@pytest.mark.skipif(not FOLDER, reason="MINGJIAN_CORPUS does not name the folder of the corpus")
def test_elements_are_what_a_reader_found() -> None:
    answers = [differences(name) for name in TABLE]
    count = sum(number for number, _ in answers)
    wrong = [line for _, lines in answers for line in lines]
    print(f"{count - len(wrong)} of {count} answers are the reader's", *wrong, sep="\n")
    assert (count - len(wrong)) * 100 >= count * LEAST_PERCENT, "\n".join(wrong)


def test_the_table_holds_ids_of_twenty_policies_and_no_text() -> None:
    assert len(TABLE) >= 20
    for row in TABLE.values():
        assert set(row) == {"adequate", "not"}
        assert not set(row["adequate"]) & set(row["not"])
        assert all(len(one) == 6 and one.startswith("pol-") for ids in row.values() for one in ids)
