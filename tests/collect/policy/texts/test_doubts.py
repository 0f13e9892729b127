from __future__ import annotations

import pytest

from scanner.collect.policy.texts.doubts import LITTLE_HIDDEN, PageDoubts
from tests.collect.policy.texts.test_text import reading

LONG = "<p>" + "我们收集手机号用于登录。" * 40 + "</p>"


def test_little_is_let_pass_and_much_is_said() -> None:
    doubts = PageDoubts()
    doubts.hidden, doubts.labelled = LITTLE_HIDDEN, 400
    assert not list(doubts.told(1000, ()))
    doubts.hidden += 1
    assert [words.en[:28] for words in doubts.told(1000, ())] == ["the page holds 101 character"]
    assert len(list(doubts.told(100, ()))) == 2


@pytest.mark.parametrize(
    "words",
    [
        "我们<s>不会</s>收集位置",
        "我们<del>不会</del>收集位置",
        "我们<strike><b>不会</b></strike>收集位置",
        '我们<span style="text-decoration: line-through">不会</span>收集位置',
        "<style>.o{text-decoration:line-through}</style>我们<i class=o>不会</i>收集位置",
    ],
)
def test_struck_words_are_not_read_and_named(words: str) -> None:
    document = reading(f"<html>{LONG}<p>{words}</p>")
    assert document.text.endswith("我们收集位置")
    assert [each.en for each in document.unread] == [
        "2 characters are struck through and were not read as text"
    ]


def test_a_struck_price_is_no_doubt_and_markdown_strikes_too() -> None:
    assert reading(f"<html>{LONG}<p><s>￥99</s> ￥49</p>").whole
    assert reading("# 政策\n\n我们~~不会~~收集位置。").text.endswith("我们收集位置。")


def test_hints_that_show_on_a_pointer_are_named() -> None:
    hint = "我们收集您的手机号。" * 40
    assert "hints" in reading(f'<html><p>短</p><p title="{hint}">政策</p>').unread[0].en
    assert reading(f'<html>{LONG}<a href="/" title="首页">首页</a>').whole
