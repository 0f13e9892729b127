from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.personal.veil import secret, veiled


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("13912345678", ""),
        ("张三", "name"),
        ("欧阳锋", ""),
        ("9774d56d682e549c", "androidid"),
        ("9774d56d682e549c", ""),
        ("7d1f3c52-0b9e-4a6d-8f21-9c4be07a61d3", "x"),
        ("11010119900307763X", ""),
        ("zhang.san@example.com", ""),
        ("eyJhbGciOiJIUzI1NiJ9", "t"),
        ("0010680000", ""),
    ],
)
def test_what_could_be_a_persons_is_hidden(text: str, key: str) -> None:
    assert text not in veiled(text, key)
    if text.isascii():  # a Chinese name in a sentence is a word like others
        assert text not in veiled(f"see {text} there")


@pytest.mark.parametrize(
    "text",
    [
        *("okhttp/4.12.0", "com.example.torch.Main2Activity", "zh-CN", "2026-10-01T10:00:02+08:00"),
        *("application/x-www-form-urlencoded", "京ICP备00000001号-1", "我们收集手机号，用于登录。"),
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert veiled(text) == text


@given(st.from_regex(r"\A1[3-9]\d{9}\Z"), st.text(max_size=20), st.text(max_size=20))
def test_no_mobile_number_survives(number: str, before: str, after: str) -> None:
    assert number not in veiled(f"{before} {number} {after}")


@given(st.text(max_size=40))
def test_of_a_secret_only_that_it_is_there(value: str) -> None:
    assert set(secret(value)) <= {"*"}
    assert len(secret(value)) <= 8
