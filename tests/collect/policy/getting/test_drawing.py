"""Pages drawn by scripts, in a real Chromium that reaches nothing but a small site on loopback."""

from __future__ import annotations

import asyncio

import pytest

from scanner.browser import Browser, Unanswered
from scanner.collect.policy.document import Document
from scanner.collect.policy.getting import drawing
from scanner.collect.policy.getting.drawing import Drawn, draw
from scanner.collect.policy.texts.text import read
from scanner.fetch.addresses import parse_resolve
from scanner.fetch.guard import Guard
from tests.collect.website.rig import SmallSite, needs_chromium, site

pytestmark = needs_chromium
POLICY = "我们收集您的个人信息用于提供服务。" * 30


def drawn(served: SmallSite, path: str = "/") -> Drawn:
    async def run() -> Drawn:
        async with (
            Guard(resolve=[parse_resolve(served.resolve)]) as guard,
            Browser(guard.url) as browser,
        ):
            return await draw(browser, f"http://shop.test{path}")

    return asyncio.run(asyncio.wait_for(run(), 60))


def text_of(page: Drawn) -> Document:
    return read(
        page.html.encode(),
        name="page",
        address=page.address,
        origin="given",
        part="policy",
        evidence="0" * 64,
    )


def page(script: str, body: str = "<div id=app></div>") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>隐私政策</title></head>"
        f"<body>{body}<script>{script}</script></body></html>"
    )


def test_what_scripts_draw_late_is_read_with_its_tables_and_links() -> None:
    script = f"""setTimeout(() => {{ app.innerHTML = `<h2>一、收集</h2><p>{POLICY}</p>
      <div role="table"><div role="row"><span role="cell">友盟</span><span role="cell">统计</span>
      </div><div role="row"><span role="cell">极光</span><span role="cell">推送</span></div></div>
      <p><b>重点</b><a href="/sdk">第三方SDK目录</a></p>`; }}, 900)"""
    with site({"/": page(script)}) as served:
        made = drawn(served)
    document = text_of(made)
    assert POLICY in document.text and made.status == 200 and not made.cut
    assert [link.href for link in document.links] == ["http://shop.test/sdk"]
    cells = [document.text[s.start : s.end] for s in document.tables[0].rows[0]]
    assert cells == ["友盟", "统计"]
    assert any(document.text[span.start : span.end] == "重点" for span in document.strong)
    assert document.title == "隐私政策"


def test_shadow_roots_frames_and_folded_details_stand_where_they_are_shown() -> None:
    inner = f"<meta charset=utf-8><p>框内：{POLICY}</p>"
    body = (
        "<p>前文</p><x-policy></x-policy><details><summary>更多</summary><p>折叠的话</p></details>"
        "<iframe src=/inner></iframe><p>后文</p><textarea>第一行\n第二行</textarea>"
    )
    script = """customElements.define('x-policy', class extends HTMLElement {
      connectedCallback() { this.attachShadow({mode:'open'}).innerHTML = '<p>影中文字</p>'; } })"""
    with site({"/": page(script, body), "/inner": inner}) as served:
        document = text_of(drawn(served))
    places = [
        document.text.find(words) for words in ("前文", "影中文字", "折叠的话", "框内", "后文")
    ]
    assert places == sorted(places) and -1 not in places
    assert {"第一行", "第二行"} <= set(document.text.splitlines())
    assert not document.unread


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "visibility:hidden",
        "opacity:0",
        "font-size:0",
        "position:absolute;left:-9999px",
        "height:0;overflow:hidden",
        "position:absolute;clip:rect(0,0,0,0);width:1px;height:1px;overflow:hidden",
    ],
)
def test_what_is_not_shown_is_no_text_but_counted(style: str) -> None:
    body = f"<p>看得见</p><style>.x{{{style}}}</style><div class=x><p>藏：{POLICY}</p></div>"
    with site({"/": page("", body)}) as served:
        made = drawn(served)
    document = text_of(made)
    assert "看得见" in document.text and "藏" not in document.text
    assert made.folded >= len(POLICY)


def test_a_visible_piece_of_a_hidden_one_is_read() -> None:
    body = (
        "<div style='visibility:hidden'>藏<p style='visibility:visible'>看得见</p></div>"
        "<img width=400 height=900 src=data:,><canvas width=500 height=800></canvas>"
    )
    with site({"/": page("", body)}) as served:
        document = text_of(drawn(served))
    assert "看得见" in document.text and "藏" not in document.text
    assert document.pictures == 2


def test_a_table_that_comes_while_one_scrolls_is_there() -> None:
    script = """app.innerHTML = '<div style="height:4000px">头</div><div id=end></div>';
    new IntersectionObserver((all) => { if (all.some((one) => one.isIntersecting))
      end.textContent = '滚动后出现'; }).observe(end)"""
    with site({"/": page(script)}) as served:
        assert "滚动后出现" in text_of(drawn(served)).text


def test_hostile_pages_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "OPEN_S", 3.0)
    monkeypatch.setattr(drawing, "SETTLE_S", 2.0)
    monkeypatch.setattr(drawing, "WRITE_S", 4.0)
    monkeypatch.setattr(drawing, "END_S", 2.0)
    deep = """let e = app;
      for (let n = 0; n < 400; n += 1) e = e.appendChild(document.createElement('div'));
      e.textContent = '底'"""
    boxes = """app.textContent = '有字';
      setInterval(() => { alert(1); window.open('/x'); }, 10)"""
    pages = {"/": page(deep), "/boxes": page(boxes), "/busy": page("while (true) {}")}
    with site(pages) as served:
        assert "底" in drawn(served).html
        assert "有字" in text_of(drawn(served, "/boxes")).text
        with pytest.raises(Unanswered):
            drawn(served, "/busy")


def test_an_address_that_does_not_open_says_why() -> None:
    with site({}) as served:
        assert served.port
    with pytest.raises(Unanswered) as gone:
        drawn(served)
    assert gone.value.reason.zh and gone.value.reason.en


def test_markup_in_words_stays_words() -> None:
    body = "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; <a href='/?a=1&b=\"2\"'>链</a></p>"
    with site({"/": page("document.title = '<b>x</b>'", body)}) as served:
        made = drawn(served)
    document = text_of(made)
    assert "<script>alert(1)</script> &amp;" in document.text
    assert document.title == "<b>x</b>"
    assert "<script>" not in made.html
