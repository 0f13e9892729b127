"""What lies over a page, and how its text is set, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner.browser import Unanswered
from scanner.collect.website.overlays import Popup, popup_facts, read_popups, read_type
from tests.collect.website.pages import Served, served, view

BODY = "<p>正文内容</p>" * 5
BOX = "position:fixed;left:300px;top:150px;width:500px;height:400px;background:#fff"
CLOSE = "<b class=close style='position:absolute;right:4px;top:4px;width:20px;height:20px'>×</b>"


@pytest.fixture(scope="module")
def tab() -> Iterator[Served]:
    with served() as one:
        yield one


def popups_of(tab: Served, html: str) -> list[Popup]:
    return tab.see(BODY + html, read_popups)


@pytest.mark.parametrize(
    ("inner", "closable", "advertisement", "marked"),
    [
        (f"<p>限时优惠，立即领取红包</p>{CLOSE}", True, True, False),
        (f"<p>限时优惠</p><small>广告</small>{CLOSE}", True, True, True),
        ("<p>限时优惠，立即领取</p>", False, True, False),
        ("<p>系统升级公告</p><button>我知道了</button>", True, False, False),
        ("<p>系统升级公告</p><button disabled>关闭</button>", False, False, False),
        ("<p>系统升级公告</p><button style='display:none'>关闭</button>", False, False, False),
        (
            "<p>系统升级公告</p><a aria-label=关闭><svg width=20 height=20></svg></a>",
            True,
            False,
            False,
        ),
        ("<p>系统升级公告</p><span class=icon-close>&#8203;x</span>", True, False, False),
        ("<p>系统升级公告</p><a href=/n>查看</a>", False, False, False),
    ],
)
def test_what_lies_over_a_page(
    tab: Served, inner: str, closable: bool, advertisement: bool, marked: bool
) -> None:
    (popup,) = popups_of(tab, f"<div style='{BOX}'>{inner}</div>")
    assert (popup.closable, popup.advertisement, popup.marked) == (closable, advertisement, marked)
    (fact,) = popup_facts([popup], view())
    assert (fact.closable, fact.advertisement, fact.marked) == (closable, advertisement, marked)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<div style='position:fixed;right:0;bottom:0;width:60px;height:200px'>客服</div>",
        f"<div style='{BOX};display:none'>公告</div>",
        f"<div style='{BOX};pointer-events:none'></div>",
        "<header style='position:fixed;top:0;left:0;right:0;height:80px'>站名</header>",
        "<div style='position:fixed;top:0;left:0;right:0;height:90px'>"
        + "<a href=/x>栏目</a>" * 8
        + "</div>",
        f"<div style='{BOX};left:-3000px'>公告</div>",
        "<div style='position:relative;z-index:999;height:500px'>正文</div>",
        "<div class=sidebar style='position:fixed;left:0;top:0;width:240px;height:100vh'>"
        "<p onclick=go()>数据概览</p><p onclick=go()>用户</p></div>",
        "<div style='position:fixed;left:0;top:0;width:240px;height:100vh'>"
        "<ul><li>概览</li><li>用户</li><li>导出</li></ul></div>",
    ],
)
def test_near_misses_are_none(tab: Served, html: str) -> None:
    assert popups_of(tab, html) == []


def test_a_veil_that_says_wait_is_no_popup(tab: Served) -> None:
    (popup,) = popups_of(tab, "<div style='position:fixed;inset:0'><p>正在加载...</p></div>")
    assert list(popup_facts([popup], view())) == []


@pytest.mark.parametrize(
    "words", ["请阅读并同意《隐私政策》", "我们使用 Cookie", "<input placeholder=手机号>登录"]
)
def test_what_asks_for_consent_or_a_login_is_left_to_others(tab: Served, words: str) -> None:
    popups = popups_of(tab, f"<div role=dialog style='{BOX}'>{words}{CLOSE}</div>")
    assert [popup.asks_consent for popup in popups] == [True]
    assert list(popup_facts(popups, view())) == []


def test_a_veil_and_its_box_are_one(tab: Served) -> None:
    html = (
        "<div style='position:fixed;inset:0;background:rgba(0,0,0,.5);z-index:99'>"
        f"<div style='{BOX};z-index:100'><p>系统公告</p>{CLOSE}</div></div>"
    )
    (popup,) = popups_of(tab, html)
    assert (popup.text.splitlines()[0][:4], popup.closable) == ("系统公告", True)
    assert len(popups_of(tab, "<div style='position:fixed;inset:0'></div>" + html)) == 1


# The setting of text

TEXT = "本政策说明我们如何处理您的个人信息，请您仔细阅读。" * 12


@pytest.mark.parametrize(
    ("style", "font", "line", "contrast"),
    [
        ("font-size:16px;line-height:1.5;color:#000;background:#fff", 16, 150, 2100),
        ("font-size:10px;line-height:1;color:#777;background:#fff", 10, 100, 447),
        ("font-size:12.9px;line-height:20px;color:#fff;background:#fff", 12, 155, 100),
        ("font-size:14px;line-height:28px;color:rgba(0,0,0,.5);background:#fff", 14, 200, 397),
        (
            "font-size:14px;line-height:21px;background-image:linear-gradient(red,blue)",
            14,
            150,
            None,
        ),
    ],
)
def test_measures(tab: Served, style: str, font: int, line: int, contrast: int | None) -> None:
    html = f"<h1>隐私政策</h1><div style='width:600px;{style}'>{TEXT}</div><small>脚注</small>"
    type_ = tab.see(html, read_type)
    assert (type_.font_px, type_.line_percent) == (font, line)
    if contrast is None:
        assert type_.contrast_percent is None
    else:
        assert type_.contrast_percent is not None
        assert abs(type_.contrast_percent - contrast) <= 2
    assert type_.characters > 200


def test_hidden_text_is_not_measured(tab: Served) -> None:
    html = f"<div style='display:none;font-size:5px'>{TEXT}</div><p style='font-size:18px'>短文在此"
    assert tab.see(html, read_type).font_px == 18


def test_a_page_without_words_has_no_measures(tab: Served) -> None:
    assert tab.see("<img>", read_type) == (None, None, None, 0)


def test_a_page_that_works_against_us_is_unanswered(tab: Served) -> None:
    script = "<script>window.getComputedStyle = null</script>"
    with pytest.raises(Unanswered):
        tab.see(TEXT + script, read_type)


def test_a_line_height_that_the_browser_chooses_is_none(tab: Served) -> None:
    html = f"<div style='width:600px;font-size:16px;line-height:normal'>{TEXT}</div>"
    assert tab.see(html, read_type).line_percent is None
