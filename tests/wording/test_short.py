from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.wording.short import LONGEST_WORDS, short


@given(st.text())
def test_short_words_are_one_line_without_long_numbers(words: str) -> None:
    line = short(f"{words} 110105194912310021")
    assert len(line) <= LONGEST_WORDS
    assert "\n" not in line
    assert "1949" not in line


def test_mail_addresses_and_long_numbers_in_words_are_masked() -> None:
    assert short("写信给 jianguo.wang@qq.com 或致电 13912345678") == "写信给 * 或致电 *"
    assert short("uid:someone@example.cn") == "uid:*"
