"""Norms with their items: own words, both numberings of the cybersecurity law, doubt printed."""

from __future__ import annotations

import re

import pytest

from scanner.errors import Fault
from scanner.rulebook.norms import CatalogNorm, NormReader
from scanner.strict_yaml import parse
from tests.rulebook.samples import CATALOG

TEXT = """\
OLD:
  title: {zh: 旧法, en: old law}
  short: {zh: 《旧法》, en: old}
  number: 一号
  issuer: 某机关
  kind: law
  valid_from: 2017-06-01
  valid_to: 2025-12-31
  status: superseded
  confidence: high
  items:
    "40": {zh: 保密, en: confidential}
    "41": {zh: 必要, en: necessary, confidence: medium}
NEW:
  title: {zh: 新法, en: new law}
  short: {zh: 《新法》, en: new}
  number: 二号
  issuer: 某机关
  kind: law
  valid_from: 2026-01-01
  status: in_force
  confidence: medium
  items:
    "42": {zh: 保密并守法, en: confidential and lawful, same_as: {doc: OLD, item: "40"}}
    "43": {same_as: {doc: OLD, item: "41"}}
    全文: {zh: 全部, en: all of it}
"""


def read(text: str) -> tuple[dict[str, CatalogNorm], list[Fault]]:
    node, faults = parse(text.encode(), "catalog.yaml")
    return NormReader(faults).norms(node), faults


def test_an_item_without_words_takes_those_of_the_same_demand() -> None:
    norms, faults = read(TEXT)
    assert faults == []
    assert norms["NEW"].items["43"].demand.zh == "必要"
    assert norms["NEW"].items["42"].demand.zh == "保密并守法"
    same = norms["NEW"].items["43"].same_as
    assert same is not None
    assert (same.norm, same.item) == ("OLD", "41")
    assert list(norms["NEW"].items) == ["42", "43", "全文"]


def test_what_is_not_certain_is_printed_so() -> None:
    norms, _ = read(TEXT)
    assert norms["OLD"].items["41"].printed().zh == "必要（待核）"
    assert "待核" in norms["OLD"].items["41"].printed().en
    assert norms["OLD"].items["40"].printed() == norms["OLD"].items["40"].demand
    assert norms["NEW"].number_printed() == "二号（待核）"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{zh: 保密, en: confidential}", "{zh: 保密}", "items: 40 says nothing"),
        ("{zh: 保密, en: confidential}", "{confidence: high}", "items: 40 says nothing"),
        ('"40":', '"art 40":', "items: 'art 40' is no place"),
        ('item: "41"}}', 'item: "49"}}', "NEW: item 43 is said to be the same"),
        ('doc: OLD, item: "41"', 'doc: ODL, item: "41"', "NEW: item 43 is said to be the same"),
        ("confidence: medium}", "confidence: some}", "confidence: 'some'"),
        ("en: all of it", "en: all, of: it", "全文: unknown key 'of'"),
    ],
)
def test_a_fault_in_an_item_is_named(old: str, new: str, said: str) -> None:
    assert old in TEXT
    _, faults = read(TEXT.replace(old, new, 1))
    assert any(fault.message.startswith(said) for fault in faults), faults


def test_the_articles_of_the_reference_are_there_in_both_numberings() -> None:
    norms = CATALOG.norms
    pipl = "5 6 7 8 9 13 14 15 16 17 19 20 21 22 23 24 25 26 27 28 29 30 31 38 39 40 44 45 46 47 48"
    assert {*pipl.split(), *map(str, range(50, 59))} <= set(norms["PIPL"].items)
    old, new = norms["CSL-2017"].items, norms["CSL-2026"].items
    for item in new.values():
        assert item.same_as is not None
        assert item.same_as.norm == "CSL-2017"
        moved = int(item.item) - int(item.same_as.item)
        assert moved == (7 if item.item == "71" else 2)
        assert item.same_as.item in old
    assert new["43"].demand == old["41"].demand
    assert new["42"].demand != old["40"].demand  # a second paragraph was added
    assert new["71"].confidence == "medium"


def test_items_of_the_lists_are_their_behaviours_and_labels() -> None:
    counts = {name: len(CATALOG.norms[name].items) for name in ("CN191", "MIIT164", "MIIT337")}
    assert counts == {"CN191": 31, "MIIT164": 10, "MIIT337": 8}
    assert CATALOG.norms["TAF-078"].items["7"].demand == CATALOG.labels["taf-078-7"].title


def test_every_item_is_told_in_both_languages_in_few_words() -> None:
    for norm in CATALOG.norms.values():
        for item in norm.items.values():
            assert re.search("[一-鿿]", item.demand.zh), (norm.id, item.item)
            assert item.demand.en, (norm.id, item.item)
            assert not re.search("[一-鿿]", item.demand.en), (norm.id, item.item)
            assert len(item.demand.zh) <= 90, (norm.id, item.item)
