"""What a report must explain is just what its rulings refer to."""

from __future__ import annotations

import datetime

from msgspec.structs import replace

from scanner.knowledge import load_knowledge, rules_folder
from scanner.rulebook.cited import OF_EVIDENCE, names_used, norms_cited, norms_of_evidence
from scanner.rulebook.judge import judge
from scanner.rulebook.load import load_rulebook

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
BOOK = load_rulebook([rules_folder()], KNOWLEDGE)
RULINGS = judge(BOOK, [], [], subject_kind="apk", observed_on=datetime.date(2026, 11, 22))


def test_every_item_cited_is_printed_and_no_other() -> None:
    printed = {(norm.id, item) for norm in norms_cited(RULINGS, BOOK) for item in norm.items}
    assert printed == {(place.norm, place.item) for one in RULINGS for place in one.basis}


def test_the_norms_of_the_listed_behaviours_are_always_there() -> None:
    listed = {one.norm for one in BOOK.catalog.behaviours.values()}
    assert {norm.id for norm in norms_cited([], BOOK)} == listed


def test_numbers_are_given_their_names() -> None:
    ruling = replace(RULINGS[0], schemes={"cac-191": ("1.1",), "miit-164": ("1",)})
    names = names_used([ruling], BOOK)
    assert set(names) == {"cac-191-1.1", "miit-164-1"}
    assert names["cac-191-1.1"] == BOOK.catalog.behaviours["cac-191-1.1"].title


def test_a_record_of_evidence_names_norms_in_force_on_its_day() -> None:
    now = {norm.id for norm in norms_of_evidence(BOOK.catalog, datetime.date(2026, 11, 22))}
    assert now == set(OF_EVIDENCE)
    then = {norm.id for norm in norms_of_evidence(BOOK.catalog, datetime.date(2022, 1, 1))}
    assert now - then == {"CPL", "PROC-CAC", "SAMR-EDATA"}
    for norm in norms_of_evidence(BOOK.catalog, datetime.date(2026, 11, 22)):
        assert set(norm.items) == set(OF_EVIDENCE[norm.id])
