from __future__ import annotations

import msgspec
import pytest

from scanner.facts import KINDS, fields_of, kind_of
from scanner.rulebook.match import UNKNOWN_FACT, Seen
from scanner.rulebook.possible import OTHER, blank, pool
from scanner.rulebook.rule import Clause, Pattern
from tests.rulebook.samples import sample
from tests.samples import BOOK

RULE = sample()


def tried(kind: str, *clauses: Clause) -> list[object]:
    seen = Seen((), (), BOOK.sets)
    return list(pool(Pattern(fact=kind, where=clauses), clauses, UNKNOWN_FACT, RULE, seen))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_of_every_kind_a_fact_can_be_made_that_its_class_allows(kind: str) -> None:
    fact = blank(kind)
    assert kind_of(fact) == kind
    assert msgspec.convert(msgspec.to_builtins(fact), type(fact)) == fact


def test_values_that_a_clause_names_come_first_and_others_follow() -> None:
    days = tried("policy.period", Clause(field="days", operator="at_least", value=16))
    assert days[:3] == [16, 15, 17]
    phase = tried("data.sent", Clause(field="phase", operator="is", value="refused"))
    assert phase[:2] == ["refused", "agreed"]
    assert set(phase) >= set(fields_of("data.sent")["phase"].choices)
    host = tried("data.sent", Clause(field="host", operator="is", value="a.example"))
    assert host[0] == "a.example" and {"", OTHER} <= set(host)
    secure = tried("data.sent", Clause(field="secure", operator="is", value=True))
    assert set(secure) == {True, False}


def test_members_of_lists_are_tried() -> None:
    listed = tried(
        "data.sent", Clause(field="data_type", operator="in_list", value="shared-traits")
    )
    assert listed[0] in BOOK.sets["shared-traits"]


def test_of_an_expression_its_plain_words_come_first() -> None:
    told = tried("policy.document", Clause(field="title", operator="matches", value="(?i)补充|x"))
    assert told[:2] == ["补充", "x"]
