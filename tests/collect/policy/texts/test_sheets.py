from __future__ import annotations

import time

import pytest

from scanner.browser import find_chromium
from scanner.collect.policy.texts.sheets import Sheet, names_of
from tests.collect.policy.texts.test_text import lines, reading

LONG = "我们收集手机号用于登录。" * 10

PAGE = """<!doctype html><html><head><style>
.a{display:none} .a.b{display:block} #c{visibility:hidden!important} section{display:none}
.d .e{display:none} .f > .g{display:none} .h{display:none;} div.h{display:block}
@media print{p{display:none}} @media (max-width:10px){.i{display:none}}
@media screen{.j{display:none}} /* .k{display:none} */ .l:hover{display:none}
.m,.n{visibility:hidden} @keyframes x{from{display:none}} .o[data-x]{display:none}
.p{display:none!important} .q{visibility:hidden} .q .r{visibility:visible}
</style><style media="print">.s{display:none}</style></head><body>
<p>w01</p><p class=a>w02</p><p class="b a">w03</p><p id=c style="visibility:visible">w04</p>
<section>w05</section><div class=d><div><p class=e>w06</p></div></div><p class=e>w07</p>
<div class=f><div><p class=g>w08</p></div><p class=g>w09</p></div><p class=h>w10</p>
<div class=h>w11</div><p class=i>w12</p><p class=j>w13</p><p class=k>w14</p><p class=l>w15</p>
<p class=n>w16</p><p class=o>w17</p><p class=p style="display:block">w18</p>
<p class=a style="display:block">w19</p><div class=q>w20<p class=r>w21</p></div><p class=s>w22</p>
</body></html>"""


def test_what_rules_hide_is_what_a_browser_hides() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_chromium()), args=["--no-sandbox"]
        )
        sheet = browser.new_page()
        sheet.set_content(PAGE)
        theirs = sheet.inner_text("body").split()
        browser.close()
    assert reading(PAGE).text.split() == theirs
    assert 8 < len(theirs) < 20


@pytest.mark.parametrize(
    "style",
    [
        ".x{display:none!important}",
        "#y{position:absolute;left:-9999px}",
        ".x{position:fixed;top:-200em}",
        ".x{text-indent:-9999px}",
        ".x{height:0;overflow:hidden}",
        "div.x{max-height:0px;overflow-y:hidden}",
        ".x{position:absolute;clip:rect(0, 0, 0, 0)}",
        "@media screen { .x { position:absolute; clip-path: inset(50%) } }",
        "<!-- .x{opacity:0} -->",
    ],
)
def test_words_that_nobody_sees_are_not_read_and_named(style: str) -> None:
    document = reading(
        f"<html><style>{style}</style><p>可见</p><div class=x id=y><p>{LONG}</p></div>"
    )
    assert lines(document) == ["可见"]
    assert ["not shown" in words.en for words in document.unread] == [True]


@pytest.mark.parametrize(
    "style",
    [
        "body{visibility:hidden}",
        ".x{height:300px;overflow:hidden}",
        ".x{height:0}",
        ".x{left:-9999px}",
        ".x{position:absolute;left:-50px}",
        ".x{text-indent:-2em}",
        "@media print{.x{display:none}}",
        ".x:not(.z){display:none}",
        "[v-cloak]{display:none}",
    ],
)
def test_words_that_may_be_seen_are_read(style: str) -> None:
    page = f"<html><style>{style}</style><div class=x v-cloak><p>{LONG}</p></div>"
    assert reading(page).text == LONG and reading(page).whole


def test_a_class_of_a_linked_sheet_is_not_known() -> None:
    page = f"<html><link rel=stylesheet href=/a.css><div class=hidden><p>{LONG}</p></div>"
    assert reading(page).text == LONG and reading(page).whole


def test_a_hidden_menu_makes_no_page_unread() -> None:
    page = f"<html><style>.s{{display:none}}</style><nav><ul class=s><li>{LONG}</ul></nav><p>{LONG}"
    assert reading(page).whole


def test_important_outweighs_and_the_own_style_comes_last() -> None:
    sheet = Sheet("<style>.a{height:1px!important;overflow:hidden}</style>")
    names = names_of("p", "a b", "c")
    assert names == {"p", ".a", ".b", "#c"}
    assert sheet.of(names, [], "height:9px;overflow:auto") == "height:1px;overflow:auto"
    assert sheet.of(names_of("p", None, None), [], "height:9px") == "height:9px"


@pytest.mark.parametrize(
    "sheet",
    [
        "@media{" * 100_000,
        "@media screen{" * 100_000,
        "@x{}" * 200_000,
        "{" * 500_000,
        "/*" * 500_000,
        ("div " * 11 + "div{display:none}") * 10_000,
        "a" * 1_000_000,
        "div{display:block}" * 60_000,
    ],
)
def test_no_sheet_takes_long(sheet: str) -> None:
    begun = time.process_time()
    document = reading(f"<html><style>{sheet}</style>" + "<div>" * 3000 + "<p>甲</p>")
    assert time.process_time() - begun < 60
    assert document.text == "甲" or not document.whole


def test_sheets_too_large_are_named() -> None:
    page = "<html><style>" + "p{opacity:0}" * 6000 + f"</style><div>{LONG}</div>"
    assert ["too large" in words.en for words in reading(page).unread] == [True]
