from __future__ import annotations

import time

import pytest

from scanner.collect.policy.getting.scripts import LEAST_NEW, brings_more, fuller, undrawn
from scanner.model import Words
from tests.collect.policy.test_document import document

LONG = "".join(f"第{n}条，我们收集您的个人信息用于提供服务。\n" for n in range(30))
NEW = "友盟统计SDK收集设备标识符用于统计分析，由友盟同欣（北京）科技有限公司提供，详见其隐私政策。"
DOUBT = Words("存疑", "doubt")


@pytest.mark.parametrize(
    ("markup", "brings"),
    [
        ("<p>文</p>", False),
        ("<script></script>", False),
        ("<script>var year = 2025; console.log(year);</script>", False),
        ('<script type="application/ld+json">{"@type": "render fetch"}</script>', False),
        ("<script type=text/template><p>innerHTML</p></script>", False),
        ('<script type="application/json" src="/x.json"></script>', False),
        ("<script>var a</script><p>fetch innerHTML</p>", False),
        ('<script src="/app.js"></script>', True),
        ("<script type=module src=/app.js></script>", True),
        ("<script type='text/javascript'>fetch('/sdk')</script>", True),
        ("<SCRIPT>document.getElementById('x').innerHTML = 1</SCRIPT>", True),
        ("<script>window['do' + 'cument']['bo' + 'dy']</script>", True),
        ("<script>createApp(App).mount('#app')</script>", True),
        ("<script>document.write('x')", True),
        ("<body onload='go()'>", True),
    ],
)
def test_a_page_whose_scripts_can_write_brings_more(markup: str, brings: bool) -> None:
    assert brings_more(f"<!DOCTYPE html><html>{markup}</html>".encode()) is brings


def test_hostile_markup_is_gone_through_in_time() -> None:
    began = time.monotonic()
    for markup in (
        b"<script ",
        b"<script>",
        b"<a ",
        b"<a onload",
        b"<script type=",
        b"<script></script",
    ):
        brings_more(markup * 200_000)
    assert time.monotonic() - began < 60


def test_what_the_server_sent_is_kept_where_a_browser_shows_no_more() -> None:
    sent = document(LONG, name="sent")
    assert fuller(sent, document(LONG, name="drawn")) is sent
    assert fuller(sent, document(LONG[: len(LONG) * 3 // 4])) is sent
    assert fuller(sent, document(LONG.replace("\n", ""))) is sent


def test_what_scripts_brought_is_read() -> None:
    assert len(NEW) >= LEAST_NEW
    drawn = document(LONG + NEW, name="drawn")
    assert fuller(document(LONG), drawn) is drawn
    doubtful = document(LONG, unread=(DOUBT,))
    drawn = document(LONG, name="drawn")
    assert fuller(doubtful, drawn) is drawn


def test_what_differs_from_the_longer_text_is_unread() -> None:
    sent = document(LONG)
    for drawn in (document(LONG[: len(LONG) // 2] + NEW), document("加载中")):
        made = fuller(sent, drawn)
        assert made.text == LONG and len(made.unread) == 1


def test_a_page_that_was_not_drawn_says_why() -> None:
    (reason,) = undrawn(document(LONG), Words("没有浏览器", "no browser")).unread
    assert "脚本" in reason.zh and "没有浏览器" in reason.zh and "no browser" in reason.en
