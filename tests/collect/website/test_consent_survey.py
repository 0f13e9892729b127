"""Reading a frame: what is no dialog, pages that lie, and how long a heavy page takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from scanner.browser import Unanswered
from scanner.collect.website.consent import find_prompt
from scanner.collect.website.consent_survey import Prompt, survey
from tests.collect.website.dialogs import NO, NONE, TEXT, YES, Window, bar, dialog
from tests.collect.website.rig import needs_chromium

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    with Window() as one:
        yield one


@pytest.mark.parametrize("name", NONE)
def test_what_asks_for_no_consent_is_no_prompt(window: Window, name: str) -> None:
    assert window.look(NONE[name]) is None


def test_looking_leaves_no_trace_in_the_page(window: Window) -> None:
    async def work(page: Page) -> tuple[str, str, int]:
        before = await page.content()
        names = "Object.getOwnPropertyNames(window).length"
        count = await page.evaluate(names)
        await survey(page.main_frame)
        return before, await page.content(), await page.evaluate(names) - count

    before, after, more = window.look(dialog(TEXT, NO, YES), work)
    assert after == before
    assert more == 0


HOSTILE = {
    "push replaced": "Array.prototype.push=function(){return 0}",
    "all of Array replaced": "for(const n of Object.getOwnPropertyNames(Array.prototype))"
    "if(n!=='constructor'&&n!=='length')Array.prototype[n]=()=>[]",
    "regular expressions lie": "RegExp.prototype.exec=()=>null;RegExp.prototype.test=()=>false",
    "exec lies and hides it": "const e=()=>null;const s=Function.prototype.toString;"
    "Function.prototype.toString=function(){return this===e?'function(){[native code]}':"
    "s.call(this)};RegExp.prototype.exec=e",
    "styles lie": "window.getComputedStyle=()=>({getPropertyValue:()=>'none'})",
    "places throw": "Object.defineProperty(Element.prototype,'getBoundingClientRect',"
    "{get(){throw new Error('no')}})",
    "children hidden": "Object.defineProperty(Node.prototype,'childNodes',{get(){return []}})",
    "runs for ever": "setTimeout(()=>{for(;;);},50)",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_that_lies_to_the_script_is_unseen_not_clean(window: Window, name: str) -> None:
    html = dialog(TEXT, NO, YES) + f"<script>{HOSTILE[name]}</script>"

    async def do(page: Page) -> Prompt | None:
        await asyncio.sleep(0.3)
        return await find_prompt(page)

    with pytest.raises(Unanswered) as caught:
        window.look(html, do)
    assert caught.value.reason.zh
    assert caught.value.reason.en


def test_a_banner_in_another_language_is_unseen(window: Window) -> None:
    with pytest.raises(Unanswered):
        window.look(
            bar(
                "Wir verwenden Cookies und ähnliche Technologien.", "<button>Alle ablehnen</button>"
            )
        )


def test_a_title_that_may_be_a_link_leaves_the_link_open(window: Window) -> None:
    assert window.look(dialog(TEXT, NO, YES)).policy_link is True
    assert window.look(dialog("请同意《隐私政策》", NO, YES)).policy_link is None
    assert window.look(dialog("请同意我们使用 Cookie", NO, YES)).policy_link is False


def test_elements_named_like_properties_do_no_harm(window: Window) -> None:
    form = "".join(f"<input type=hidden name={n}>" for n in ("children", "parentNode", "tagName"))
    html = dialog(f"<form onsubmit='return false'>{TEXT}{form}{NO}{YES}</form>")
    prompt = window.look(html)
    assert prompt is not None
    assert prompt.refuse.words == "不同意"


def test_a_closed_part_that_lies_over_the_page_is_unseen(window: Window) -> None:
    html = (
        "<x-cmp style='position:fixed;bottom:0;left:0;width:900px;height:90px'></x-cmp><script>"
        "document.querySelector('x-cmp').attachShadow({mode:'closed'}).innerHTML='<b>?</b>'</script>"
    )
    with pytest.raises(Unanswered):
        window.look(html, find_prompt)


def test_a_heavy_page_is_looked_through_quickly(window: Window) -> None:
    rows = "<div class=row><a href=/x>标题</a><span>文字</span><b>更多</b><i>x</i></div>" * 1000

    async def do(page: Page) -> tuple[int, float]:
        nodes = await page.evaluate("document.querySelectorAll('*').length")
        best = 9.0
        for _ in range(4):
            start = time.perf_counter()
            assert await find_prompt(page) is not None
            best = min(best, time.perf_counter() - start)
        return nodes, best

    nodes, seconds = window.look(rows + bar(TEXT, NO, YES), do)
    print(f"{nodes} nodes in {seconds * 1000:.0f} ms")
    assert nodes >= 5000
    assert seconds < 1.5  # ten times the goal, for a busy machine


STYLES = {
    "alike": ("background:#ddd;color:#000", "background:#ddd;color:#000", True),
    "other colour": ("background:#06c;color:#fff", "background:#eee;color:#333", True),
    "tiny": ("padding:16px 60px;font-size:18px", "font-size:18px;padding:0", False),
    "small type": ("font-size:20px;padding:4px", "font-size:12px;padding:14px 40px", False),
    "pale": ("background:#06c;color:#fff", "background:#fff;color:#ddd", False),
    "bare text": ("background:#06c;color:#fff", "background:none;border:0;color:#333", False),
    "gradient": ("background:#06c;color:#fff", "background:linear-gradient(#eee,#ddd)", None),
}


@pytest.mark.parametrize("name", STYLES)
def test_prominence_is_compared(window: Window, name: str) -> None:
    yes, no, equal = STYLES[name]
    html = dialog(TEXT, f"<button style='{no}'>不接受</button><button style='{yes}'>接受</button>")
    assert window.look(html).equal_prominence is equal
