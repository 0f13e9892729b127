"""Every value of a closed list has words, in both languages, and nothing else has."""

from __future__ import annotations

import re

from scanner.facts import KINDS, fields_of
from scanner.report.terms import FIELD, KIND
from scanner.wording.values import VALUE, called


def test_every_value_of_a_closed_list_has_words_and_no_other() -> None:
    closed: dict[str, set[str]] = {}
    for kind in KINDS:
        for name, field in fields_of(kind).items():
            if field.choices and name != "channel":
                closed.setdefault(name, set()).update(field.choices)
    assert {name: set(values) for name, values in VALUE.items()} == closed


def test_the_words_stand_in_both_languages() -> None:
    for values in VALUE.values():
        for words in values.values():
            assert words.zh.strip()
            assert words.en.strip()
            assert not re.search("[\u4e00-\u9fff]", words.en)


def test_the_same_word_means_what_its_field_says() -> None:
    purpose, kind = called("form_purpose", "contact"), called("page_kind", "contact")
    assert purpose is not None
    assert kind is not None
    assert purpose.zh != kind.zh
    assert called("host", "contact") is None
    assert called("phase", None) is None
    assert called("phase", ["refused"]) is None
    assert called("phase", "toString") is None


def test_every_kind_and_every_field_has_a_name_for_people() -> None:
    assert set(KIND) >= set(KINDS)
    named = {name for kind in KINDS for name in fields_of(kind) if name != "channel"}
    assert named <= set(FIELD)
