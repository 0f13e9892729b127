from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.policy.texts.characters import Doubts, cleaned


def told(raw: str) -> list[str]:
    doubts = Doubts()
    doubts.add([raw], cleaned(raw))
    return [words.en for words in doubts.told(len(raw))]


def test_cleaning_takes_what_nobody_sees() -> None:
    assert cleaned("隐\u200b私\ufe0f\u3000政\x00策\n  明") == "隐私 政策明"
    assert cleaned("⾃⼰\uf900") == "自己豈"
    assert cleaned("a\n b\t c") == "a b c"


@given(st.text())
def test_what_is_clean_stays_so(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert "\n" not in once and len(once) <= len(text)


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("\u202e集收不", "direction"),
        ("рrivacy", "alike"),
        ("收集\ufffd", "decoded"),
        ("\ue001" * 30, "private font"),
    ],
)
def test_what_is_not_as_it_looks_is_told(raw: str, word: str) -> None:
    assert [word in each for each in told(raw)] == [True]


def test_what_is_as_it_looks_is_not_told() -> None:
    assert told("我们收集 privacy, приватность и API") == []
    assert told("\u202bمرحبا\u202c") == []
    assert told("图标\ue001") == []
