from __future__ import annotations

import random
from collections import deque
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.collect.website.rig import (
    HOST,
    Answer,
    Scanned,
    SmallSite,
    needs_chromium,
    scan,
    site,
)

HEAD = "<!doctype html><meta charset=utf-8><title>店</title>"
WORDS = "<p>欢迎光临本店，我们出售各种商品，质量可靠，价格公道，送货上门。</p>"
POLICY = "<h1>隐私政策</h1><p>更新日期：2025年3月9日</p>" + (
    "<p>我们依照个人信息保护法处理您的个人信息，并说明处理的目的、方式和种类。</p>" * 12
)
ENGLISH = "<h1>Privacy policy</h1>" + (
    "<p>We handle your personal information for the purposes that are named here.</p>" * 12
)


def sent(data: bytes, kind: str, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302 if "Location" in headers else 200)
        handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def page(*links: str, words: str = WORDS) -> str:
    return HEAD + words + "".join(f"<a href='{link}'>页面{n}</a> " for n, link in enumerate(links))


PDF = sent(b"%PDF-1.4 policy", "application/pdf", Content_Disposition="attachment; filename=p.pdf")
LINK = "style='cursor:pointer' role=link tabindex=0"
RICH: dict[str, str | bytes | Answer] = {
    "/": page("/a", "/#part", "http://elsewhere.test/", "/off", "/reg")
    + """<iframe src=/inner></iframe><a href=/logout>退出登录</a>
<a href=/item/delete?id=1>第一件</a><a href=/privacy>隐私政策</a>
<a href=http://law.other.test/policy>Privacy Policy</a><a href=/dead>儿童隐私政策</a>
<a href=/blank>隐私声明</a><a href=/pdf>个人信息收集清单</a>
<a href=/check>第三方SDK目录</a>
<button type=button onclick="box.hidden=false">隐私权政策</button>
<div id=box hidden>"""
    + POLICY
    + "</div>",
    "/get": sent(b"", "text/html", Location="/files/x.apk"),
    "/files/x.apk": sent(
        b"PK", "application/octet-stream", Content_Disposition="attachment; filename=x.apk"
    ),
    "/a": page("/b", "/get", "/", "/a#x") + f"<span onclick=1 {LINK}>隐私保护指引</span>",
    "/b": page(words=WORDS + "<a href=/privacy>隐私政策</a>")
    + f"<span {LINK}>用户协议</span><span onclick=\"location.href='/late'\" {LINK}>隐私条款</span>",
    "/inner": page("/framed"),
    "/framed": page(),
    "/privacy": HEAD + POLICY,
    "/policy": HEAD + ENGLISH,
    "/blank": HEAD,
    "/pdf": sent(b"", "text/html", Location="/files/p"),
    "/files/p": PDF,
    "/check": HEAD + "<p>访问过于频繁，请完成安全验证后继续</p>",
    "/late": HEAD
    + "<p id=p>载入中<script>setTimeout(() => { p.innerHTML = "
    + repr(POLICY)
    + "}, 1500)</script>",
    "/off": sent(b"", "text/html", Location="http://elsewhere.test/form"),
    "/form": HEAD + "<form><input name=phone placeholder=手机号></form>",
    "/reg": HEAD
    + """<h1>注册</h1><form action=/send method=post onchange=this.submit()>
<label>手机号<input type=tel name=phone></label><label>姓名<input name=realname></label>
<button>注册</button></form><form action=/send2 oninput="this.requestSubmit()">
<label>邮箱<input type=email name=email></label></form>""",
}


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scanned, SmallSite]:
    with pytest.MonkeyPatch.context() as patch, site(RICH) as served:
        patch.setattr("scanner.collect.website.policies.APPEAR_S", 2.5)
        patch.setattr("scanner.collect.website.policies.EFFECT_S", 1.5)
        return scan(served, tmp_path_factory.mktemp("rich"), pages=20), served


def asked(served: SmallSite) -> set[str]:
    return {path.partition("?")[0] for _, path, _ in served.asked}


@needs_chromium
def test_pages_of_the_site_are_walked_and_no_others(rich: tuple[Scanned, SmallSite]) -> None:
    seen, served = rich
    assert seen.pages() == {"/": 0, "/a": 1, "/reg": 1, "/framed": 1, "/b": 2}
    assert not asked(served) & {"/logout", "/item/delete"}
    assert not [one for one in seen.facts("page.visited") if HOST not in one.page]


@needs_chromium
def test_a_page_that_leads_to_another_site_is_unseen_and_nothing_is_typed_there(
    rich: tuple[Scanned, SmallSite],
) -> None:
    seen, _ = rich
    assert {one.page for one in seen.facts("form.found")} == {f"http://{HOST}/reg"}
    (why,) = {one.reason.en for one in seen.unseen("form.found") if "/off" in str(one.scope)}
    assert "elsewhere.test" in why


@needs_chromium
def test_what_the_walk_asks_for_does_not_come_by_itself(rich: tuple[Scanned, SmallSite]) -> None:
    seen, served = rich
    assert "/files/x.apk" in asked(served)
    assert not seen.facts("app.pushed")


@needs_chromium
def test_what_is_typed_is_never_sent_off_by_the_scanner(rich: tuple[Scanned, SmallSite]) -> None:
    seen, served = rich
    assert seen.facts("form.field")
    assert not asked(served) & {"/send", "/send2"}
    assert not [one for one in served.asked if one[0] == "POST"]


@needs_chromium
@pytest.mark.parametrize(
    ("at", "words", "opens", "reachable"),
    [
        ("", "隐私政策", "page", True),
        ("", "Privacy Policy", "page", True),
        ("", "儿童隐私政策", "page", False),
        ("", "隐私声明", "page", False),
        ("", "个人信息收集清单", "download", True),
        ("", "第三方SDK目录", "page", None),
        ("", "隐私权政策", "dialog", True),
        ("a", "隐私保护指引", "nothing", False),
        ("b", "隐私条款", "page", True),
    ],
)
def test_what_a_policy_link_does(
    rich: tuple[Scanned, SmallSite], at: str, words: str, opens: str, reachable: bool | None
) -> None:
    seen, _ = rich
    place = f"http://{HOST}/{at}"
    (link,) = [one for one in seen.facts("policy.link") if (one.page, one.text) == (place, words)]
    assert (link.opens, link.reachable) == (opens, reachable)


@needs_chromium
def test_the_policies_are_handed_on_and_what_was_not_read_is_said(
    rich: tuple[Scanned, SmallSite],
) -> None:
    seen, _ = rich
    documents = {one.url: one for one in seen.facts("policy.document")}
    own, foreign = f"http://{HOST}/privacy", "http://law.other.test/policy"
    assert set(documents) == {own, foreign, f"http://{HOST}/late"}
    assert (documents[own].language, documents[own].updated) == ("zh-Hans", "2025-03-09")
    assert documents[foreign].language == "en"
    places = sorted(str(one.address).rpartition("/")[2] for one in seen.leads("policy"))
    assert places == ["", "late", "p", "policy", "privacy"]  # "" is the page with the box
    assert {
        str(one.scope["url"][0]).rpartition("/")[2] for one in seen.unseen("policy.document")
    } >= {
        "pdf",
        "check",
    }
    clicks = {one.page: one.clicks for one in seen.facts("policy.link") if one.href == own}
    assert clicks == {f"http://{HOST}/": 1, f"http://{HOST}/b": 3}


@needs_chromium
def test_clicks_are_the_fewest(tmp_path: Path) -> None:
    """Against a search of our own over a random graph with cycles and blind alleys."""
    chance = random.Random(20261122)
    names = [f"/{first}{second}" for first in "abcd" for second in "pqrs"]
    graph = {name: chance.sample(names, chance.randrange(1, 4)) for name in names}
    graph["/"] = chance.sample(names, 2)
    clicks, waiting = {"/": 0}, deque(["/"])
    while waiting:
        at = waiting.popleft()
        for to in graph[at]:
            if to not in clicks:
                clicks[to] = clicks[at] + 1
                waiting.append(to)
    assert max(clicks.values()) >= 4
    with site({name: page(*links) for name, links in graph.items()}) as served:
        seen = scan(served, tmp_path, pages=30, depth=3)
    near = {name: far for name, far in clicks.items() if far <= 3}
    assert seen.pages() == near
    walk = seen.one("walk.completed")
    assert (walk.screens, walk.depth, walk.complete) == (len(near), 3, True)
    beyond = {name for name, far in clicks.items() if far == 4}
    unseen = {one.scope["page"][0] for one in seen.unseen("page.visited") if "page" in one.scope}
    assert unseen == {f"http://{HOST}{name}" for name in beyond}


@needs_chromium
def test_what_the_limits_leave_out_is_named(tmp_path: Path) -> None:
    pages: dict[str, str | bytes | Answer] = {
        "/robots.txt": sent(b"User-agent: *\nDisallow: /hidden\n", "text/plain"),
        "/": page("/hidden/x", "/one", "/two", "/three"),
        "/far": page("/further"),
        "/further": page(),
        **{name: page() for name in ("/hidden/x", "/two", "/three")},
        "/one": page()
        + "<script>setTimeout(() => { location.href = 'shopapp://open?x=1' }, 50)</script>",
    }
    with site(pages) as served:
        seen = scan(served, tmp_path, f"http://{HOST}/", f"http://{HOST}/far", pages=3)
    assert "/hidden/x" not in asked(served)
    assert seen.pages() == {"/": 0, "/far": None, "/one": 1}
    reasons = {
        str(one.scope["page"][0]).rpartition("/")[2]: one.reason.en
        for one in seen.unseen("form.found")
        if "page" in one.scope
    }
    assert reasons.keys() >= {"x", "two", "three"}
    assert "robots.txt" in reasons["x"]
    assert reasons["two"] == "more than 3 pages"
    assert seen.one("walk.completed").complete is False
    push = seen.one("app.pushed")
    assert (push.page, push.way, push.text) == (
        f"http://{HOST}/one",
        "scheme_jump",
        "shopapp://open",
    )


@needs_chromium
def test_pages_alike_that_were_not_opened_are_named(tmp_path: Path) -> None:
    alike = [f"/app/{number}" for number in range(1, 7)]
    with site({"/": page(*alike), **{name: page() for name in alike}}) as served:
        seen = scan(served, tmp_path, f"http://{HOST}/")
    left = {f"http://{HOST}{name}" for name in alike} - {
        f"http://{HOST}{name}" for name in seen.pages()
    }
    assert len(left) == 3
    for kind in ("store.listing", "filing.shown"):
        named = {str(url) for one in seen.unseen(kind) for url in one.scope.get("page", ())}
        assert named == left
    assert seen.one("walk.completed").complete is False


@needs_chromium
def test_routes_of_a_script_are_pages_and_ways_from_a_named_address_have_no_length(
    tmp_path: Path,
) -> None:
    routes = (
        HEAD
        + "<p id=p></p><a href=#/login>登录</a> <a href=#/about>关于</a>"
        + "<script>const go=()=>{p.textContent=location.hash+' 这里是页面的文字内容，足够长'};"
        + "onhashchange=go;go()</script>"
    )
    with site({"/": routes, "/far": page("/further"), "/further": page()}) as served:
        seen = scan(served, tmp_path, f"http://{HOST}/", f"http://{HOST}/far")
    assert seen.pages()["/further"] is None
    assert seen.one("walk.completed").screens == 5
    assert len([path for _, path, _ in served.asked if path == "/"]) >= 3
