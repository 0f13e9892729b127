"""What findings say: no message prints the id of a thing that has a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scanner.facts import KINDS, fields_of
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Finding
from scanner.rulebook.load import load_rulebook
from scanner.rulebook.proof import judge_example

FOLDER = rules_folder()
KNOWLEDGE = load_knowledge(FOLDER / "lists")
BOOK = load_rulebook([FOLDER], KNOWLEDGE)
CLOSED = {
    value for kind in KINDS for field in fields_of(kind).values() for value in field.choices or ()
}
IDS = CLOSED | set(KNOWLEDGE.data_types) | {sdk.id for sdk in KNOWLEDGE.sdks} | {"mini-program"}
WORD = re.compile(r"[A-Za-z][\w.:/@$-]*", re.ASCII)


def findings() -> Iterator[tuple[str, Finding]]:
    for rule in BOOK.rules:
        for example in rule.examples:
            for finding in judge_example(rule, example, BOOK).findings:
                yield rule.id, finding


FINDINGS = list(findings())


def test_no_chinese_message_prints_the_id_of_what_has_a_chinese_name() -> None:
    told = [(rule, IDS.intersection(WORD.findall(one.message.zh))) for rule, one in FINDINGS]
    assert [(rule, ids) for rule, ids in told if ids] == []


def test_no_english_message_prints_an_id_of_two_words() -> None:
    joined = {one for one in IDS if "_" in one}
    told = [(rule, joined.intersection(WORD.findall(one.message.en))) for rule, one in FINDINGS]
    assert [(rule, ids) for rule, ids in told if ids] == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("window-tap-jump", "其他应用"),
        ("hard-account-closing-on-screen", "手持证件照片"),
        ("permission-request-comes-again", "每次回到界面"),
        ("face-as-only-way", "用于进入"),
        ("reward-beside-telling-field", "现金或红包"),
    ],
)
def test_messages_name_values_in_words(rule: str, words: str) -> None:
    said = [one.message.zh for name, one in FINDINGS if name == rule]
    assert said
    assert any(words in text for text in said)
