"""Fixed words: in both languages, never more certain than a rule, and nothing hidden in a text."""

from __future__ import annotations

import typing
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.model import Certainty, Grade, Severity, Verdict, Words
from scanner.report import terms, words
from scanner.rulebook.catalog import SCHEMES
from tests.report import example

TABLES: list[tuple[dict[typing.Any, Words], typing.Any]] = [
    (words.VERDICT, Verdict),
    (words.CERTAINTY, Certainty),
    (words.CERTAINTY_MEANING, Certainty),
    (words.SEVERITY, Severity),
    (words.GRADE, Grade),
    (words.GRADE_MEANING, Grade),
]


@pytest.mark.parametrize(("table", "keys"), TABLES)
def test_every_value_has_words(table: dict[str, Words], keys: typing.Any) -> None:
    assert set(table) == set(typing.get_args(keys))
    assert set(words.SCHEME) == set(SCHEMES)


def test_every_word_stands_in_both_languages() -> None:
    whole = [*terms.KIND.values(), *terms.FIELD.values()]
    for table, _ in TABLES:
        whole += table.values()
    for each in whole:
        assert each.zh.strip()
        assert each.en.strip()
        assert each.en.isascii()


@given(st.text())
def test_nothing_is_hidden_and_nothing_else_is_changed(text: str) -> None:
    shown = words.visible(text)
    assert all(mark.isprintable() or unicodedata.category(mark) == "Zs" for mark in shown)
    if text.isascii() and text.isprintable():
        assert shown == text


def test_marks_that_steer_or_print_nothing_show_their_code() -> None:
    assert words.visible("a\u202eb\u200b\x1b\n") == "a⟨U+202E⟩b⟨U+200B⟩⟨U+001B⟩⟨U+000A⟩"
    assert words.visible("隐私政策 ok") == "隐私政策 ok"


def test_figures_never_flatter() -> None:
    assert words.percent(Decimal("0.7999")) == "79%"
    assert words.percent(Decimal(1)) == "100%"
    assert words.number(Decimal("12.500")) == "12.5"
    assert words.number(Decimal(100)) == "100"


def test_a_number_that_a_person_must_check_says_so_once() -> None:
    norm = replace(example.NORMS[0], confidence="medium")
    assert words.needs_check(norm)
    assert not words.needs_check(replace(norm, number="第9号（待核）"))
    assert not words.needs_check(example.NORMS[0])


def test_words_are_said_on_one_line() -> None:
    assert words.say(Words("甲\n乙", "a \n b"), "en") == "a b"
