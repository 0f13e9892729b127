"""Pressing by the mouse: whatever turns into an agreement on the way is not pressed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from scanner.collect.website.consent import find_prompt, refuse
from scanner.collect.website.consent_press import opens_settings, place_of, press, refuses, saves
from scanner.collect.website.consent_survey import Spot
from tests.collect.website.dialogs import NO, PAGE, TEXT, YES, Window, answering, dialog
from tests.collect.website.rig import needs_chromium, site

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    with Window() as one:
        yield one


def test_a_frame_of_another_site_is_pressed_where_it_stands(window: Window) -> None:
    tell = "parent.postMessage(this.dataset.w,'*')"
    frame = (
        "<!doctype html><meta charset=utf-8><p>本站使用 Cookie，请同意《隐私政策》</p>"
        f'<button data-w=yes onclick="{tell}">全部接受</button>'
        f'<button data-w=no onclick="{tell}">全部拒绝</button>'
    )
    with site({"/cmp": frame}) as served:
        other = f"http://localhost:{served.port}/cmp"
        served.pages["/"] = PAGE + (
            f'<iframe id=f src="{other}" style="position:fixed;bottom:9px;left:99px;'
            'border:11px solid;padding:13px;width:700px;height:200px"></iframe>'
            "<script>onmessage=e=>{say(e.data);f.remove()}</script>"
        )
        address = f"http://127.0.0.1:{served.port}/"
        prompt, answered, pressed = window.look(address, answering(refuse))
    assert prompt.frame_url == other
    assert pressed == ["no"]
    assert (answered.control, answered.clicks, answered.closed) == ("全部拒绝", 1, True)


def test_what_is_elsewhere_is_not_pressed(window: Window) -> None:
    async def work(page: Page) -> tuple[bool, list[str]]:
        prompt = await find_prompt(page)
        assert prompt is not None
        assert prompt.refuse is not None
        await page.evaluate("document.querySelector('.d').replaceChildren()")
        done = await press(page, prompt.refuse, refuses)
        return done, await page.evaluate("window.said")

    assert window.look(dialog(TEXT, NO, YES), work) == (False, [])


def test_the_place_of_a_frame_is_known(window: Window) -> None:
    async def work(page: Page) -> list[tuple[float, float, float, float] | None]:
        return [await place_of(frame) for frame in page.frames]

    html = (
        '<iframe srcdoc=x style="position:fixed;left:7px;top:9px;width:30px;height:20px;border:0">'
    )
    assert window.look(html, work) == [None, (7, 9, 30, 20)]


@pytest.mark.parametrize(
    ("words", "meaning"),
    [("拒绝", refuses), ("保存设置", saves), ("Cookie settings", opens_settings), ("同意", None)],
)
def test_each_step_wants_words_of_its_own(words: str, meaning: object) -> None:
    seen = Spot(alive="", there=True, text=words)
    assert [one for one in (refuses, saves, opens_settings) if one(seen)] == [meaning] * bool(
        meaning
    )
    trap = Spot(alive="", there=True, text=words, labels=["接受全部"])
    assert not any(step(trap) for step in (refuses, saves, opens_settings))


TRAPS = {
    "words swapped while the button is held": (
        '<button id=b onclick="say(b.textContent)" '
        "onmousedown=\"b.textContent='同意'\">拒绝</button>"
    ),
    "button moved while it is held": (
        "<button id=b onclick=\"say('no')\" onmousedown=\"b.style.marginLeft='300px';"
        "c.style.cssText='position:fixed;left:200px;top:0;width:90vw;height:100vh'\">拒绝</button>"
        "<button id=c onclick=\"say('yes')\" onmouseup=\"say('yes')\">同意</button>"
    ),
    "words swapped as the pointer arrives": (
        '<button id=b onclick="say(b.textContent)" '
        "onmouseenter=\"b.textContent='同意'\">拒绝</button>"
    ),
    "agreement laid over it, unseen": (
        "<span style='position:relative'><button>拒绝</button><button onclick=\"say('yes')\" "
        "style='position:absolute;inset:0;opacity:0'>同意</button></span>"
    ),
    "label that agrees": "<button aria-label=接受全部 onclick=\"say('yes')\">拒绝</button>",
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_refusal_that_turns_into_an_agreement_is_not_pressed(window: Window, name: str) -> None:
    answered, pressed = window.answer(dialog(TEXT, TRAPS[name], YES))
    assert answered is None
    assert pressed == []


def test_a_refusal_that_runs_from_the_pointer_is_pressed_or_not_but_nothing_else(
    window: Window,
) -> None:
    runs = (
        "<button id=b onclick=\"say('no')\" style='position:relative' onmouseenter=\""
        "b.style.left=(parseInt(b.style.left||0)+120)%360+'px'\">拒绝</button>"
    )
    answered, pressed = window.answer(dialog(TEXT, runs, YES))
    assert pressed == (["no"] if answered else [])
