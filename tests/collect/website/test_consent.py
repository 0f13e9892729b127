"""Refusing and agreeing in a real Chromium: what is pressed, what never is, and the facts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from scanner.collect.website.consent import (
    Answered,
    agree,
    find_prompt,
    refuse,
)
from scanner.collect.website.consent_facts import prompt_facts
from scanner.collect.website.consent_survey import Prompt
from scanner.collect.website.session import Session
from scanner.collect.website.view import View
from scanner.facts import ConsentPrompt
from tests.collect.website.dialogs import (
    GONE,
    NO,
    SHAPES,
    TEXT,
    YES,
    Shape,
    Window,
    answering,
    bar,
    button,
    dialog,
)
from tests.collect.website.rig import HOST, in_session, needs_chromium, site

pytestmark = needs_chromium
VIEW = View("https://a.example/?q=1", "", "", "0" * 64, "2026-01-02T03:04:05+08:00", "first_load")


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    with Window() as one:
        yield one


Done = tuple[Prompt, Answered | None, list[str]]
Outcomes = dict[tuple[str, str], Done | BaseException]


@pytest.fixture(scope="module")
def outcomes(window: Window) -> Outcomes:
    """What came of refusing and agreeing to each shape; several pages at once to save time."""
    turn = asyncio.Semaphore(3)
    wanted = [(shape, do) for shape in SHAPES for do in (refuse, agree)]

    async def one(html: str, do: object) -> Done:
        async with turn:
            done: Done = await window.opened(html, answering(do))
            return done

    async def every() -> list[Done | BaseException]:
        calls = (one(shape.html, do) for shape, do in wanted)
        return await asyncio.gather(*calls, return_exceptions=True)

    names = [(shape.name, do.__name__) for shape, do in wanted]
    return dict(zip(names, window.runner.run(every()), strict=True))


def outcome(outcomes: Outcomes, shape: Shape, do: str) -> Done:
    found = outcomes[shape.name, do]
    if isinstance(found, BaseException):
        raise found
    return found


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_dialog_is_found_with_its_controls(outcomes: Outcomes, shape: Shape) -> None:
    prompt, _, _ = outcome(outcomes, shape, "refuse")
    assert (prompt.accept and prompt.accept.words) == shape.accept
    assert (prompt.refuse and prompt.refuse.words) == shape.refuse
    assert shape.blocking in {None, prompt.blocking}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_refusing_presses_what_refuses_and_nothing_else(outcomes: Outcomes, shape: Shape) -> None:
    _, answered, pressed = outcome(outcomes, shape, "refuse")
    assert pressed == (["no"] if shape.refuse else [])
    assert (answered and answered.control) == shape.refuse
    if answered:
        assert (answered.clicks, answered.closed) == (1, True)
        assert answered.at.tzinfo is not None


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_agreeing_presses_what_agrees(outcomes: Outcomes, shape: Shape) -> None:
    _, answered, pressed = outcome(outcomes, shape, "agree")
    assert pressed == ["yes"]
    assert answered is not None
    assert answered.closed


def test_a_dialog_that_comes_late_is_waited_for(window: Window) -> None:
    html = (
        f"<template id=late>{dialog(TEXT, NO, YES)}</template><script>setTimeout(()=>"
        "document.body.append(late.content.cloneNode(true)),2000)</script>"
    )

    async def do(page: Page) -> tuple[Prompt | None, Prompt | None]:
        return await find_prompt(page), await find_prompt(page, seconds=5)

    before, after = window.look(html, do)
    assert before is None
    assert after is not None


SETTINGS = """
<div class=d role=dialog style="position:fixed;left:99px;top:99px;width:600px;background:#fff">
<p>我们使用 Cookie，请同意<a href=/privacy>《隐私政策》</a></p>
<button onclick="panel.hidden=false;this.closest('.d').remove()">Cookie 设置</button>
<button onclick="say('yes');this.closest('.d').remove()">全部接受</button></div>
<div id=panel hidden role=dialog
 style="position:fixed;left:99px;top:99px;width:600px;background:#fff">
<h3>Cookie 偏好</h3>BOXES
<button onclick="say('yes');panel.remove()">全部接受</button>
<button onclick="say('cancel');panel.remove()">取消</button>
<button onclick="say('saved '+[...panel.querySelectorAll('input')].filter(b=>b.checked)
.map(b=>b.name));panel.remove()">保存设置</button></div>"""
NEEDED = "<label><input type=checkbox name=n checked disabled> 必要 Cookie（始终开启）</label>"
TICKED = "<label><input type=checkbox name=a checked> 统计分析</label>"
SWITCH = (
    "<div><label>营销推广 <input type=checkbox name=m checked"
    ' style="opacity:0;width:0;height:0"><i style="display:inline-block;width:40px;height:20px;'
    'background:#08f"></i></label></div>'
)


def test_ticked_boxes_are_unticked_before_a_choice_is_saved(window: Window) -> None:
    answered, pressed = window.answer(SETTINGS.replace("BOXES", NEEDED + TICKED + SWITCH))
    assert pressed == ["saved n"]
    assert answered is not None
    assert (answered.control, answered.clicks, answered.closed) == ("保存设置", 4, True)


def test_a_refusal_in_the_settings_is_preferred(window: Window) -> None:
    off = "<button onclick=\"say('no');panel.remove()\">拒绝所有</button>"
    answered, pressed = window.answer(SETTINGS.replace("BOXES", TICKED + off))
    assert pressed == ["no"]
    assert answered is not None
    assert (answered.control, answered.clicks) == ("拒绝所有", 2)


@pytest.mark.parametrize(
    "boxes",
    [
        NEEDED + TICKED.replace("checked", "checked disabled"),
        NEEDED + TICKED.replace("checked", "checked onclick='return false'"),
        NEEDED + f"<div style='display:none'>{TICKED}</div>",
        NEEDED + "<div class='switch on' style='width:40px;height:20px'></div>",
        "<label><input type=radio name=r checked>接受</label>"
        "<label><input type=radio name=r>拒绝</label>",
        "",
    ],
    ids=["cannot be changed", "springs back", "ticked unseen", "no answer", "radio", "no boxes"],
)
def test_nothing_is_saved_while_more_than_the_necessary_may_be_ticked(
    window: Window, boxes: str
) -> None:
    answered, pressed = window.answer(SETTINGS.replace("BOXES", boxes))
    assert answered is None
    assert pressed == []


def test_a_second_dialog_that_asks_again_is_refused_again(window: Window) -> None:
    again = (
        "<template id=t><div class=d style='position:fixed;top:9px;left:9px;width:400px;"
        "background:#fff'>确定退出吗？<button onclick=\"say('yes')\">同意</button>"
        "<button onclick=\"say('left');this.closest('.d').remove()\">退出</button></div></template>"
    )
    first = dialog(
        TEXT,
        "<button onclick=\"say('no');document.body.append(t.content.cloneNode(true));"
        "this.closest('.d').remove()\">不同意</button>",
        YES,
    )
    answered, pressed = window.answer(again + first)
    assert pressed == ["no", "left"]
    assert answered is not None
    assert (answered.control, answered.clicks, answered.closed) == ("退出", 2, True)


def test_a_dialog_that_asks_for_ever_is_left_after_four_refusals(window: Window) -> None:
    loop = dialog(
        "<span id=s>请同意《隐私政策》 0</span>",
        "<button onclick=\"say('no');s.textContent+=' 再次请您同意'\">拒绝</button>",
        YES,
    )
    answered, pressed = window.answer(loop)
    assert pressed == ["no"] * 4
    assert answered is not None
    assert (answered.clicks, answered.closed) == (4, False)


def test_what_means_agreeing_by_the_text_is_no_refusal(window: Window) -> None:
    html = dialog(
        "请同意《隐私政策》。点击“取消”即视为您同意。", button("取消", "yes"), button("同意", "yes")
    )
    answered, pressed = window.answer(html)
    assert answered is None
    assert pressed == []


def test_a_notice_that_is_only_acknowledged_is_neither_agreed_nor_refused(window: Window) -> None:
    html = bar("本网站使用 Cookie 改善体验，详见隐私政策。", button("我知道了", "seen"))
    for do in (refuse, agree):
        answered, pressed = window.answer(html, do)
        assert answered is None
        assert pressed == []
    prompt = window.look(html)
    assert prompt.acknowledge.words == "我知道了"
    (fact,) = prompt_facts(prompt, VIEW, reject_clicks=None)
    assert isinstance(fact, ConsentPrompt)
    assert (fact.present, fact.accept, fact.reject, fact.implied) == (True, "", "", False)


def test_going_on_that_means_agreeing_is_said(window: Window) -> None:
    html = bar(
        "本网站使用 Cookie。继续浏览即表示您同意我们的隐私政策。", button("我知道了", "seen")
    )
    assert window.look(html).implied
    answered, pressed = window.answer(html, agree)
    assert answered is not None
    assert pressed == ["seen"]


def test_a_box_that_stands_for_agreeing_is_ticked_first(window: Window) -> None:
    html = dialog(
        TEXT,
        "<label><input type=checkbox onclick=y.disabled=!this.checked>我已阅读并同意</label>",
        "<label><input type=checkbox id=m>接收营销短信</label>",
        f"<button id=y disabled onclick=\"say(m.checked?'more':'yes');{GONE}\">同意并继续</button>",
    )
    answered, pressed = window.answer(html, agree)
    assert pressed == ["yes"]
    assert answered is not None
    assert (answered.clicks, answered.closed) == (2, True)


@pytest.mark.parametrize(
    ("act", "closed"),
    [("a.innerText = 'clicked!'", False), ("b.remove()", True), ("b.style.display = 'none'", True)],
)
def test_a_dialog_whose_button_changes_its_words_is_still_there(act: str, closed: bool) -> None:
    page = (
        "<!doctype html><body><div id=b style='position:fixed;bottom:0;background:#eee'>"
        "We use cookies to improve this site and need your consent."
        f"<button id=a>Accept all</button></div><script>a.onclick = () => {{ {act} }}</script>"
    )

    async def work(session: Session) -> bool | None:
        await session.open(f"http://{HOST}/")
        prompt = await find_prompt(session.page)
        assert prompt is not None
        answered = await agree(session.page, prompt)
        assert answered is not None
        return answered.closed

    with site({"/": page}) as served:
        assert in_session(served, work) is closed
