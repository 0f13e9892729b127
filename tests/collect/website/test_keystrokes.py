"""Typing into real pages on a real server: what is typed, and that nothing is ever sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from scanner.browser import Unanswered
from scanner.collect.website.forms import read_forms
from scanner.collect.website.keystrokes import Typed, type_canaries
from scanner.knowledge import load_knowledge, rules_folder
from scanner.personal.canary import CANARY
from tests.collect.website.pages import Served, served

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
PHONE = "<input id=p name=mobile placeholder=手机号>"
VALUES = "() => [...document.querySelectorAll('input,textarea')].map(n => n.value)"


@pytest.fixture(scope="module")
def tab() -> Iterator[Served]:
    with served() as one:
        yield one


async def typing(page: Page) -> tuple[list[Typed], list[str], str]:
    forms = await read_forms(page, KNOWLEDGE)
    typed = await type_canaries(page, forms)
    await asyncio.sleep(0.5)
    return typed, await page.evaluate(VALUES), page.url


def sent(tab: Served) -> list[tuple[str, str]]:
    """What the server was asked for after the page itself."""
    return [(how, path) for how, path, _ in tab.asked if path not in ("/page", "/favicon.ico")]


def test_each_kind_gets_its_value_by_real_keys(tab: Served) -> None:
    html = (
        "<form method=post action=/sent><input name=realname placeholder=姓名>"
        f"{PHONE}<input placeholder=邮箱><input placeholder=身份证号><input placeholder=微信号>"
        "<input type=password><textarea placeholder=家庭住址></textarea>"
        "<button>提交</button></form>"
        "<script>window.keys=[];addEventListener('keydown',e=>keys.push(e.isTrusted));"
        "window.left=0;p.addEventListener('blur',()=>left++);p.addEventListener('change',()=>left++)"
        "</script>"
    )

    async def work(page: Page) -> tuple[list[Typed], list[str], bool, int]:
        typed, values, _ = await typing(page)
        trusted = await page.evaluate("keys.length > 40 && keys.every(Boolean)")
        return typed, values, trusted, await page.evaluate("left")

    typed, values, trusted, left = tab.see(html, work)
    kinds = ("name", "phone", "email", "id_card", "wechat", "password", "address")
    assert sorted(values) == sorted(CANARY[kind] for kind in kinds)
    assert {one.data_type for one in typed} == {
        "name",
        "phone",
        "email",
        "id_card",
        "account",
        "password",
        "address",
    }
    assert {one.field for one in typed if one.data_type == "phone"} == {"mobile"}
    assert all(one.at.tzinfo for one in typed)
    assert trusted
    assert left == 2
    assert sent(tab) == []


def test_a_page_that_sends_while_one_types_is_seen_doing_so(tab: Served) -> None:
    html = (
        f"<form>{PHONE}</form><script>p.addEventListener('input',"
        "()=>navigator.sendBeacon('/beacon',p.value))</script>"
    )
    typed, _, _ = tab.see(html, typing)
    assert [one.data_type for one in typed] == ["phone"]
    bodies = [body.decode() for how, path, body in tab.asked if path == "/beacon"]
    assert CANARY["phone"] in bodies


@pytest.mark.parametrize(
    "script",
    [
        "p.addEventListener('change',()=>f.submit())",
        "p.addEventListener('input',()=>{if(p.value.length>10)f.submit()})",
        "p.addEventListener('blur',()=>f.requestSubmit())",
        "p.addEventListener('blur',()=>document.querySelector('button').click())",
        "p.addEventListener('input',()=>{if(p.value.length>10)location='/sent?p='+p.value})",
        "p.addEventListener('blur',()=>setTimeout(()=>f.submit(),300))",
        "f.target='_blank';p.addEventListener('input',()=>{if(p.value.length>10)f.submit()})",
        "f.addEventListener('submit',e=>{e.preventDefault();fetch('/sent',{method:'POST'})});"
        "p.addEventListener('change',()=>f.requestSubmit())",
    ],
)
def test_nothing_is_sent_by_a_form_that_sends_itself(tab: Served, script: str) -> None:
    html = (
        f"<form id=f method=post action=/sent>{PHONE}<button>提交</button></form>"
        f"<script>const f=document.getElementById('f'),p=document.getElementById('p');{script}"
        "</script>"
    )
    typed, values, url = tab.see(html, typing)
    assert sent(tab) == []
    assert url.endswith("/page")
    assert values == [CANARY["phone"]]
    assert len(typed) == 1


def test_the_guard_is_taken_down_so_that_the_walk_can_go_on(tab: Served) -> None:
    tab.pages["/next"] = "<title>next</title>"

    async def work(page: Page) -> str:
        await typing(page)
        await page.goto(tab.home + "/next")
        return await page.title()

    assert tab.see(f"<form>{PHONE}</form>", work) == "next"


@pytest.mark.parametrize(
    "html",
    [
        "<form role=search action=/s><input name=q placeholder=搜索><button>搜索</button></form>",
        "<form><input placeholder=银行卡号><input placeholder=持卡人><button>支付</button></form>",
        "<form><input placeholder=短信验证码><button>提交</button></form>",
        "<form><input placeholder=手机号 readonly><button>提交</button></form>",
        "<form><input placeholder=手机号 disabled><button>提交</button></form>",
        "<form><input placeholder=手机号 maxlength=4><button>提交</button></form>",
        "<form><input placeholder=手机号 style='display:none'><button>提交</button></form>",
        "<form><label>身份证号<input type=number></label><button>提交</button></form>",
        "<form><label>手机<input type=checkbox></label><button>提交</button></form>",
    ],
)
def test_into_what_nothing_is_typed(tab: Served, html: str) -> None:
    typed, values, _ = tab.see(html, typing)
    assert typed == []
    assert set(values) <= {"", "on"}
    assert sent(tab) == []


def test_focus_that_moves_to_a_button_presses_nothing(tab: Served) -> None:
    html = (
        f"<form>{PHONE}<button type=button id=b onclick=\"fetch('/pressed')\">发送</button></form>"
        "<script>p.addEventListener('input',()=>{if(p.value.length===3)b.focus()})</script>"
    )
    typed, values, _ = tab.see(html, typing)
    assert typed == []
    assert len(values[0]) < 6
    assert sent(tab) == []


def test_frames_and_shadow_roots_are_reached(tab: Served) -> None:
    tab.pages["/in"] = f"<meta charset=utf-8><form>{PHONE}<button>提交</button></form>"
    html = (
        "<x-f></x-f><iframe src=/in></iframe><script>customElements.define('x-f',class extends "
        "HTMLElement{constructor(){super();this.attachShadow({mode:'open'}).innerHTML="
        "'<div><label>姓名<input></label><button>提交</button></div>'}})</script>"
    )

    async def work(page: Page) -> tuple[set[str], str, str]:
        typed, _, _ = await typing(page)
        inner = await page.frames[1].evaluate("document.querySelector('input').value")
        shadow = await page.evaluate(
            "document.querySelector('x-f').shadowRoot.querySelector('input').value"
        )
        return {one.data_type for one in typed}, inner, shadow

    assert tab.see(html, work) == ({"phone", "name"}, CANARY["phone"], CANARY["name"])


def test_no_more_than_asked(tab: Served) -> None:
    html = "<form>" + "".join(f"<input name=mobile{n} placeholder=手机号>" for n in range(9))

    async def work(page: Page) -> int:
        return len(await type_canaries(page, await read_forms(page, KNOWLEDGE), most=2))

    assert tab.see(html, work) == 2


def test_where_the_guard_cannot_stand_nothing_is_typed(tab: Served) -> None:
    html = f"<form>{PHONE}<button>提交</button></form>"

    async def work(page: Page) -> list[str]:
        forms = await read_forms(page, KNOWLEDGE)
        await page.evaluate("() => { EventTarget.prototype.addEventListener = null; }")
        with pytest.raises(Unanswered):
            await type_canaries(page, forms)
        values: list[str] = await page.evaluate(VALUES)
        return values

    assert tab.see(html, work) == [""]
