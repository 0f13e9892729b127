from __future__ import annotations

from typing import get_args

import pytest

from scanner.facts import Lack
from scanner.knowledge.elements import read_elements
from scanner.knowledge.tables import GROUP_NAMES, Tables
from scanner.strict_yaml import Reader, parse
from scanner.wording.values import VALUE
from tests.samples import KNOWLEDGE

GOOD = """\
unconfirmed: []
elements:
  pol-01: {zh: 名称, en: name, duty: always}
lacks:
  contact: {zh: 联系方式, en: a contact}
"""


def test_the_28_elements_are_named_in_their_order_in_both_languages() -> None:
    rows = KNOWLEDGE.elements.rows
    assert list(rows) == [f"pol-{number:02}" for number in range(1, 29)]
    assert all(row.id == name and row.title.zh and row.title.en for name, row in rows.items())
    assert KNOWLEDGE.sets["policy-elements"] == set(rows)


def test_messages_find_the_words_for_elements_and_for_what_they_lack() -> None:
    assert KNOWLEDGE.elements.titles["pol-05"].zh == "保存期限及到期后的处理"
    lacks = KNOWLEDGE.elements.lacks
    assert set(lacks) == set(get_args(Lack))
    assert dict(lacks) == VALUE["lacks"]
    components = {sdk.id for sdk in KNOWLEDGE.sdks}
    assert not set(lacks) & {*KNOWLEDGE.data_types, *GROUP_NAMES, *components}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pol-01", "pol-1", "cannot be an id"),
        ("always", "sometimes", "duty"),
        ("zh: 名称, ", "", "zh"),
        ("contact:", "Contact:", "cannot be an id"),
    ],
)
def test_a_row_that_is_wrong_is_named(old: str, new: str, said: str) -> None:
    node, faults = parse(GOOD.replace(old, new).encode(), "policy-elements.yaml")
    assert node is not None
    read_elements(Tables(Reader(faults), {"policy-elements": node}))
    assert any(said in fault.message for fault in faults), faults
