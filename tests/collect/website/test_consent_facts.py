from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from scanner.collect.website.consent import Answered
from scanner.collect.website.consent_facts import answer_fact, prompt_facts
from scanner.collect.website.view import View
from scanner.facts import CheckboxFound, ConsentPrompt
from tests.collect.website.dialogs import NO, TEXT, YES, Window, dialog
from tests.collect.website.rig import needs_chromium

pytestmark = needs_chromium
VIEW = View("https://a.example/?q=1", "", "", "0" * 64, "2026-01-02T03:04:05+08:00", "first_load")


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    with Window() as one:
        yield one


def test_facts_of_a_dialog(window: Window) -> None:
    html = dialog(
        TEXT,
        "<label><input type=checkbox checked>同意接收营销短信</label>",
        "<label><input type=checkbox required>我已阅读并同意《用户协议》</label>",
        NO,
        YES,
    )
    prompt = window.look(html)
    asked, *boxes = prompt_facts(prompt, VIEW, reject_clicks=1)
    assert isinstance(asked, ConsentPrompt)
    assert (asked.accept, asked.reject, asked.reject_clicks) == ("同意", "不同意", 1)
    assert (asked.accept_clicks, asked.policy_link, asked.language) == (2, True, "zh-Hans")
    assert (asked.page, asked.phase) == ("https://a.example/", "first_load")
    assert asked.source.at.startswith("html > body")
    told = [
        (box.label, box.purpose, box.checked_on_load, box.required)
        for box in boxes
        if isinstance(box, CheckboxFound)
    ]
    assert told == [
        ("同意接收营销短信", "marketing", True, False),
        ("我已阅读并同意《用户协议》", "agreement", False, True),
    ]


def test_facts_without_a_dialog_and_of_an_answer() -> None:
    (fact,) = prompt_facts(None, VIEW, reject_clicks=None)
    assert isinstance(fact, ConsentPrompt)
    assert not fact.present
    assert fact.accept is None
    moment = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    told = answer_fact("refused", Answered("拒绝", 2, True, moment), VIEW, asked_again=False)
    assert (told.answer, told.control, told.clicks, told.closed) == ("refused", "拒绝", 2, True)
    assert (told.asked_again, told.phase) == (False, "refused")


@pytest.mark.parametrize("inner", ["<canvas width=90 height=30></canvas>", "且慢一步"])
def test_a_control_that_is_not_understood_leaves_it_open_whether_one_can_refuse(
    window: Window, inner: str
) -> None:
    html = dialog(TEXT, f"<button>{inner}</button>", YES)
    (fact,) = prompt_facts(window.look(html), VIEW, reject_clicks=None)
    assert isinstance(fact, ConsentPrompt)
    assert fact.accept == "同意"
    assert fact.reject is None
