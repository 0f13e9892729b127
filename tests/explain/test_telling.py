from __future__ import annotations

import typing

from scanner.explain import telling
from scanner.facts import DataSent, Source, fact_id
from scanner.model import Verdict
from scanner.report.words import Lang
from scanner.rulebook.match import UNKNOWN_FACT, Seen
from scanner.rulebook.rule import All, Clause, Count, Not, Operator, Pattern
from scanner.rulebook.turning import OTHER, Alter, Drop, Supply, Turn
from tests.samples import BOOK

LANGS: tuple[Lang, ...] = ("zh", "en")
FACT = DataSent(source=Source(), channel="traffic", data_type="imei", host="a.example")
NAME = fact_id(FACT)
SECURE = Clause(field="secure", operator="is", value=True)
PATTERN = Pattern(fact="data.sent", where=(SECURE,))


def test_every_operator_has_words_and_their_opposite() -> None:
    for operator in typing.get_args(Operator):
        one = Clause(field="host", operator=operator, value="x")
        for lang in LANGS:
            told = {telling.clause(one, lang, met=met) for met in (True, False)}
            assert len(told) == 2
    assert telling.clause(SECURE, "en") == "encrypted (secure) is yes"
    assert telling.clause(SECURE, "zh", met=False) == "加密传输 (secure) 不是 是"


def test_every_verdict_and_part_has_words() -> None:
    assert telling.VERDICTS.keys() == set(typing.get_args(Verdict))
    part = typing.get_type_hints(Turn)["part"]
    assert telling.PARTS.keys() == set(typing.get_args(part))


def test_every_condition_of_every_rule_can_be_told() -> None:
    seen = Seen([FACT], (), BOOK.sets)
    for rule in BOOK.rules:
        for one in (rule.when, rule.exempt, rule.raise_when):
            if one is not None:
                for lang in LANGS:
                    told = telling.indented(telling.condition(one, seen, UNKNOWN_FACT, lang))
                    assert told and all("[" in line for line in told)


def test_a_condition_says_whether_it_holds_and_how_often() -> None:
    seen = Seen([FACT], (), {})
    host = Pattern(
        fact="data.sent", where=(Clause(field="host", operator="is", value="a.example"),)
    )
    whole = All(of=(host, Not(of=PATTERN)))
    assert telling.indented(telling.condition(whole, seen, FACT, "en")) == (
        "[unknown] all of these:",
        "  [holds] personal data sent (data.sent) whose host (host) is a.example: 1 found",
        "  [unknown] not:",
        "    [unknown] personal data sent (data.sent) whose encrypted (secure) is yes",
    )
    counted = Pattern(fact="data.sent", count=Count(of="host", at_least=3))
    assert (
        telling.pattern(counted, "zh") == "个人信息的发送 (data.sent)；不同的 主机 (host) 至少 3 个"
    )


def test_the_values_of_the_fact_stand_beside_what_is_demanded() -> None:
    told = list(telling.fact_against(PATTERN, {"secure": False}, "zh"))
    assert told[1] == (1, "加密传输 (secure) 是 是（该事实：否）")


def test_each_change_is_told() -> None:
    facts = {NAME: FACT}
    drop = Turn("fact", (Drop((NAME,)),), "violated", 2, 0)
    assert telling.turn(drop, facts, "en").endswith(
        "this finding is gone, 2 others of the rule stay"
    )
    same = telling.turn(drop._replace(same=1), facts, "en")
    assert "seen at 1 more places" in same and "gone" not in same
    altered = Turn("fact", (Alter(NAME, SECURE, True, True),), "satisfied", 0, 0)
    told = telling.turn(altered, facts, "en")
    assert "encrypted (secure) is yes (now unknown; e.g. yes)" in told
    assert told.endswith("the rule would say: met, as far as looked")
    made_up = Alter(NAME, Clause(field="host", operator="is", value="x"), False, OTHER)
    assert OTHER not in telling.change(made_up, facts, "zh")
    supply = Supply(PATTERN, (FACT, FACT))
    assert telling.change(supply, facts, "zh").startswith("另有 2 条：个人信息的发送")
    assert "没有这 2 条事实" in telling.change(Drop((NAME, "x")), facts, "zh")


def test_values_are_written_for_persons_and_bounded() -> None:
    assert telling.value(None, "zh") == "未知"
    assert telling.value((), "en") == telling.value(" ", "en") == "(empty)"
    assert telling.value(["a", True], "zh") == "a、是"
    assert len(telling.value("x" * 10_000, "en")) == telling.LONGEST_VALUE
    assert telling.value(list(range(500)), "en").endswith("+488")
    assert telling.kind_name("no.such", "en") == "no.such"
    assert telling.field_name("no_such", "en") == "no_such"
