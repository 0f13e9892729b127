"""Texts with their parts, from a small server on loopback and from files."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scanner.child import Unreadable
from scanner.collect.policy.getting import getting, library
from scanner.collect.policy.getting.getting import way
from scanner.collect.policy.getting.library import Library, Shelf
from scanner.facts import Origin, Source
from scanner.model import PolicyText, Visit
from tests.collect.website.rig import Kept, SmallSite, needs_chromium, site

HOME = "http://shop.test/privacy"
POLICY = "我们收集您的个人信息用于提供服务。" * 20
SDKS = "<table><tr><th>SDK名称</th><th>目的</th></tr><tr><td>友盟SDK</td><td>统计</td></tr></table>"
SDKS += "<p>以上为第三方SDK收集个人信息的情况。</p>"


class Shelved:
    """What the library gave, what it kept, and what the server was asked."""

    def __init__(
        self, shelves: list[Shelf], kept: Kept, library_: Library, asked: list[str]
    ) -> None:
        self.shelves, self.kept, self.library, self.asked = shelves, kept, library_, asked

    @property
    def parts(self) -> list[tuple[str, str | None]]:
        return [(one.part, one.address) for one in self.shelves[0].documents]

    @property
    def missed(self) -> list[tuple[str, str]]:
        return [(one.part, one.place) for one in self.shelves[0].missed]


def html(*pieces: str, title: str = "隐私政策") -> str:
    head = f"<meta charset=utf-8><title>{title}</title>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{''.join(pieces)}</body></html>"


def link(href: str, words: str = "第三方SDK目录") -> str:
    return f"<p>见<a href='{href}'>《{words}》</a></p>"


def shelve(
    pages: Mapping[str, Any], *texts: PolicyText, kept: Kept | None = None, **visit: Any
) -> Shelved:
    kept = kept or Kept()

    async def run(served: SmallSite) -> tuple[list[Shelf], Library]:
        given: dict[str, Any] = {"resolve": (served.resolve,), "rate": 50.0}
        states = Visit(**(given | visit))
        async with way(states, lambda _: None) as opened:
            made = Library(opened, states, kept, texts)
            return [await made.shelf(text) for text in texts], made

    with site(pages) as served:
        shelves, made = asyncio.run(asyncio.wait_for(run(served), 90))
        asked = [path for _, path, _ in served.asked if path != "/robots.txt"]
    return Shelved(shelves, kept, made, asked)


def at(url: str = HOME, origin: Origin = "given") -> PolicyText:
    return PolicyText(origin=origin, address=url)


def file(
    folder: Path,
    kept: Kept,
    name: str,
    data: bytes | str,
    origin: Origin = "given",
    address: str | None = None,
) -> PolicyText:
    raw = data.encode() if isinstance(data, str) else data
    path = folder / hashlib.sha256(name.encode()).hexdigest()
    path.write_bytes(raw)
    evidence = kept(raw, name=name, media_type="text/html")
    return PolicyText(origin=origin, path=path, evidence=evidence, address=address)


def test_a_policy_is_read_with_its_lists_whoever_hosts_them() -> None:
    found = shelve(
        {
            "/privacy": html(
                f"<p>{POLICY}</p>", link("http://docs.test/sdk"), link("/kids", "儿童隐私政策")
            ),
            "/sdk": html(SDKS, "<p>第三方SDK</p>" * 30, link("/more", "与第三方共享个人信息清单")),
            "/kids": html(f"<p>儿童：{POLICY}</p>"),
            "/more": html(SDKS, "<p>第三方共享</p>" * 40, link("/privacy", "隐私政策")),
        },
        at(),
    )
    assert found.parts == [
        ("policy", HOME),
        ("sdk_list", "http://docs.test/sdk"),
        ("children", "http://shop.test/kids"),
        ("sharing_list", "http://docs.test/more"),
    ]
    assert found.missed == []
    assert sorted(found.asked) == ["/kids", "/more", "/privacy", "/sdk"]
    for document in found.shelves[0].documents:
        entry = found.kept.entries[document.evidence]
        assert entry.readable is not None
        assert found.kept.data[entry.readable].decode() == document.text
        source = found.library.source(document.source(0, 5))
        assert (source.captured, source.mapped) == (True, True)
        assert source.at.startswith("text 0-5")


@pytest.mark.parametrize(
    "page",
    [
        None,
        html("<p>请登录后查看第三方SDK目录，SDK，SDK。</p>"),
        html("<p>请在客户端 App 内打开，第三方SDK SDK SDK</p>"),
        html(f"<p>{POLICY}</p>"),
    ],
)
def test_a_list_that_shows_no_list_is_missed(page: str | None, monkeypatch: Any) -> None:
    monkeypatch.setattr(getting, "MOST_DRAWN", 0)
    pages: dict[str, Any] = {"/privacy": html(f"<p>{POLICY}</p>", link("/sdk"))}
    if page is not None:
        pages["/sdk"] = page
    found = shelve(pages, at())
    assert found.missed == [("sdk_list", "http://shop.test/sdk")]
    (missed,) = found.shelves[0].missed
    assert missed.words == "《第三方SDK目录》" and missed.reason.zh


def test_no_more_and_no_deeper_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST_PARTS", 3)
    many = [link(f"/s{n}", f"第三方SDK目录{n}") for n in range(6)]
    pages: dict[str, Any] = {"/privacy": html(f"<p>{POLICY}</p>", *many)}
    pages |= {f"/s{n}": html(SDKS, f"<p>第三方SDK共享 {n}</p>" * 20) for n in range(6)}
    found = shelve(pages, at())
    assert len(found.parts) == 4 and len(found.missed) == 3
    pages = {"/privacy": html(f"<p>{POLICY}</p>", link("/s0"))}
    pages |= {
        f"/s{n}": html(SDKS, f"<p>第三方SDK共享 {n}</p>" * 20, link(f"/s{n + 1}")) for n in range(4)
    }
    found = shelve(pages, at())
    assert len(found.parts) == 3
    assert found.missed == [("sdk_list", "http://shop.test/s2")]
    assert "/s2" not in found.asked


def test_a_list_that_only_a_script_opens_is_missed() -> None:
    page = html(f"<p>{POLICY}</p>", link("javascript:open_sdk()"), "<p>《双清单》</p>")
    found = shelve({"/privacy": page}, at())
    assert found.missed == [("sdk_list", HOME)]


@needs_chromium
def test_what_scripts_draw_is_read_through_the_browser() -> None:
    script = f"<div id=a></div><script>a.innerHTML = `<p>{POLICY}</p>{link('/sdk')}`</script>"
    lazy = (
        f"<div id=b></div><script>b.innerHTML = `{SDKS}${{'<p>第三方SDK</p>'.repeat(30)}}`</script>"
    )
    found = shelve({"/privacy": html(script), "/sdk": html(lazy)}, at())
    assert [part for part, _ in found.parts] == ["policy", "sdk_list"] and not found.missed
    assert len(found.shelves[0].documents[1].tables) == 1


@needs_chromium
def test_a_page_that_draws_a_login_is_missed() -> None:
    page = html("<script>document.write('<p>请登录后查看隐私政策</p>')</script>")
    found = shelve({"/privacy": page}, at())
    assert found.parts == [] and found.missed == [("policy", HOME)]


def test_a_file_is_read_as_it_is_and_its_relative_links_lead_to_what_was_handed_in(
    tmp_path: Path,
) -> None:
    kept = Kept()
    page = html(f"<p>{POLICY}</p>", link("sdk.html"), link("../out.html", "双清单"))
    texts = [
        file(tmp_path, kept, "assets/privacy.html", page, "package"),
        file(tmp_path, kept, "assets/sdk.html", html(SDKS * 2), "package"),
    ]
    found = shelve({}, *texts, kept=kept)
    assert [part for part, _ in found.parts] == ["policy", "sdk_list"]
    assert found.missed == [("data_list", "../out.html")]
    assert found.asked == []


def test_what_was_handed_in_is_not_said_to_be_captured(tmp_path: Path) -> None:
    kept = Kept()
    text = file(tmp_path, kept, "p.html", html(POLICY), address=HOME)
    found = shelve({}, text, kept=kept)
    (document,) = found.shelves[0].documents
    source = found.library.source(document.source(0, 1))
    assert (source.captured, source.mapped) == (False, False)
    assert found.library.source(Source(at="x")).captured


def test_a_short_file_that_the_auditor_names_is_taken_as_it_is(tmp_path: Path) -> None:
    kept = Kept()
    found = shelve({}, file(tmp_path, kept, "p.txt", "今天天气很好。"), kept=kept)
    assert [part for part, _ in found.parts] == ["policy"]


def test_a_file_that_is_no_text_raises(tmp_path: Path) -> None:
    kept = Kept()
    with pytest.raises(Unreadable):
        shelve({}, file(tmp_path, kept, "p.png", b"\x89PNG\r\n\x1a\n" + bytes(500)), kept=kept)


def test_a_page_of_a_site_that_was_caught_empty_is_drawn_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept()
    text = file(tmp_path, kept, "policy", html("<p>加载中</p>"), "site", HOME)
    monkeypatch.setattr(getting, "MOST_DRAWN", 0)
    found = shelve({}, text, kept=kept)
    assert found.parts == [] and found.missed == [("policy", HOME)]


LATE = """<script>setTimeout(() => fetch('/frag').then((r) => r.text())
  .then((t) => { sdk.innerHTML = t }), 300)</script>"""


@needs_chromium
def test_a_list_that_a_script_fills_into_a_long_policy_is_read() -> None:
    def slowly(handler: Any) -> None:
        time.sleep(1.5)
        data = SDKS.encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    page = html(f"<p>{POLICY}</p><h2>第三方SDK目录</h2><div id=sdk></div>", LATE)
    found = shelve({"/privacy": page, "/frag": slowly}, at())
    (document,) = found.shelves[0].documents
    assert len(document.tables) == 1 and "友盟SDK" in document.text
    assert document.whole


@pytest.mark.parametrize("script", [LATE, "<script src=/app.js></script>"])
def test_what_scripts_may_bring_is_unread_without_a_browser(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getting, "MOST_DRAWN", 0)
    page = html(f"<p>{POLICY}</p><h2>第三方SDK目录</h2><div id=sdk></div>", script)
    found = shelve({"/privacy": page}, at())
    (document,) = found.shelves[0].documents
    assert not document.whole
    assert any("脚本" in reason.zh and "超过 0 个" in reason.zh for reason in document.unread)


def test_a_page_whose_scripts_bring_nothing_is_read_as_it_was_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(getting, "MOST_DRAWN", 0)
    data = '<script type="application/ld+json">{"url": "fetch"}</script><script>var a = 1;</script>'
    found = shelve({"/privacy": html(f"<p>{POLICY}</p>", data)}, at())
    assert found.shelves[0].documents[0].whole


@needs_chromium
def test_an_ordinary_page_with_a_menu_and_counting_stays_whole_and_as_it_was_sent() -> None:
    style = "<style>.menu{display:none}</style>"
    menu = "<ul class=menu>" + "<li>产品</li><li>下载</li><li>新闻中心</li>" * 20 + "</ul>"
    counting = "<script>var s = document.createElement('script'); s.src = '/hm.js';"
    counting += "document.head.appendChild(s)</script>"
    found = shelve({"/privacy": html(style, menu, f"<p>{POLICY}</p>", counting)}, at())
    (document,) = found.shelves[0].documents
    assert document.whole and not found.missed


def test_what_a_package_or_a_file_links_to_is_not_asked_unless_the_auditor_says_so(
    tmp_path: Path,
) -> None:
    pages = {"/sdk": html(SDKS, "<p>第三方SDK</p>" * 30)}
    page = html(f"<p>{POLICY}</p>", link("http://shop.test/sdk"))
    for origin in ("package", "given"):
        kept = Kept()
        text = file(tmp_path, kept, f"{origin}.html", page, origin)
        found = shelve(pages, text, kept=kept)
        assert found.asked == []
        assert found.missed == [("sdk_list", "http://shop.test/sdk")]
        assert "--fetch-policies" in found.shelves[0].missed[0].reason.en
        found = shelve(pages, text, kept=kept, fetch_policies=True)
        assert [part for part, _ in found.parts] == ["policy", "sdk_list"] and not found.missed
    kept = Kept()
    text = file(tmp_path, kept, "site.html", page, "site", HOME)
    assert shelve(pages, text, kept=kept).missed == []


def test_dead_links_are_asked_no_more_often_than_agreed_and_told_together() -> None:
    many = [link(f"/s{n}", f"第三方SDK目录{n}") for n in range(1000)]
    found = shelve({"/privacy": html(f"<p>{POLICY}</p>", *many)}, at())
    assert len(found.asked) == 1 + library.MOST_PARTS
    assert len(found.missed) == 2 * (library.MOST_TOLD + 1)
    assert {one.part for one in found.shelves[0].missed} == {"sdk_list"}
    reasons = [one.reason.zh for one in found.shelves[0].missed]
    assert sum("共 20 个" in one for one in reasons) == 1
    assert sum("共 980 个" in one for one in reasons) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.html", ""),
        ("space.txt", " \n\u3000"),
        ("404.html", html("<h1>404 Not Found</h1><p>您访问的页面不存在</p>", title="404")),
        ("login.html", html("<h1>请先登录</h1><p>登录即同意隐私政策</p>", title="登录")),
        ("shell.html", "<!DOCTYPE html><div id=app></div><script src=app.js></script>"),
    ],
)
def test_a_file_that_cannot_be_a_policy_is_refused(tmp_path: Path, name: str, data: str) -> None:
    kept = Kept()
    with pytest.raises(Unreadable) as refused:
        shelve({}, file(tmp_path, kept, name, data), kept=kept)
    assert refused.value.reason.zh


@pytest.mark.parametrize(
    "data",
    [
        "您登录后，我们会收集您的手机号码。",
        "本用户协议由双方订立，您登录后即可使用服务。" * 30,
        "本应用不会处理任何数据，请先登录。",
    ],
)
def test_a_file_that_speaks_is_read_whatever_it_says(tmp_path: Path, data: str) -> None:
    kept = Kept()
    found = shelve({}, file(tmp_path, kept, "p.txt", data), kept=kept)
    assert [part for part, _ in found.parts] == ["policy"]


def test_a_text_of_a_package_that_is_no_policy_is_told(tmp_path: Path) -> None:
    kept = Kept()
    text = file(tmp_path, kept, "assets/p.html", html("<p>今天天气很好</p>" * 40), "package")
    with pytest.raises(Unreadable, match="no words of a policy"):
        shelve({}, text, kept=kept)


OPERATED = "<p>本应用由{}运营，联系方式见下。</p>"


@pytest.mark.parametrize(
    ("who", "title", "there"),
    [
        ("杭州星灯科技有限公司", "第三方SDK目录", False),
        ("明鉴示例（北京）科技有限公司", "第三方SDK目录", True),
        (None, "手电筒隐私政策", False),
        (None, "明鉴示例App隐私政策", True),
        (None, "第三方SDK目录", True),
    ],
)
def test_a_linked_list_of_another_house_is_missed(who: str | None, title: str, there: bool) -> None:
    ours = OPERATED.format("明鉴示例（北京）科技有限公司")
    theirs = OPERATED.format(who) if who else ""
    pages = {
        "/privacy": html(f"{ours}<p>{POLICY}</p>", link("/sdk"), title="明鉴示例隐私政策"),
        "/sdk": html(theirs, SDKS, "<p>第三方SDK</p>" * 30, title=title),
    }
    found = shelve(pages, at())
    assert (len(found.parts) == 2) is there
    assert bool(found.missed) is not there


def test_a_page_of_a_site_that_only_leads_to_the_policy_is_sorted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getting, "MOST_DRAWN", 0)
    terms = link("/terms", "用户协议")
    for more, parts in ((link("/p", "隐私政策"), ["policy", "policy"]), ("", [])):
        kept = Kept()
        hub = html("<h1>法律声明</h1>", terms, more, link("/sdk"), title="法律声明")
        text = file(tmp_path, kept, "legal", hub, "site", "http://shop.test/legal")
        pages = {"/p": html(f"<p>{POLICY}</p>"), "/terms": html("协议")}
        found = shelve(pages, text, kept=kept)
        assert [part for part, _ in found.parts] == parts
        assert ("policy" in [part for part, _ in found.missed]) is not bool(parts)
        assert "/terms" not in found.asked


def test_hostile_answers_are_missed_and_said() -> None:
    def drop(handler: Any) -> None:
        handler.connection.close()

    def away(handler: Any) -> None:
        handler.send_response(302)
        handler.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    for page in (drop, away, b"\x00\x01\x02" * 500, b"%PDF-1.7 broken"):
        found = shelve({"/privacy": page}, at(), resolve=(), allow_private=False)
        assert found.missed == [("policy", HOME)] and not found.parts


def test_one_address_is_asked_once_for_several_texts() -> None:
    pages = {
        "/privacy": html(f"<p>{POLICY}</p>", link("/sdk")),
        "/app": html(f"<p>应用：{POLICY}</p>", link("/sdk")),
        "/sdk": html(SDKS, "<p>第三方SDK</p>" * 30),
    }
    found = shelve(pages, at(), at("http://shop.test/app", "package"))
    assert found.asked.count("/sdk") == 1
    assert [one.origin for one in found.shelves[1].documents] == ["package", "package"]
