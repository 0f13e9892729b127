from __future__ import annotations

import asyncio
import datetime
import json
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from scanner.browser import Unanswered
from scanner.collect.website.session import Session
from scanner.model import Lead
from tests.collect.website.rig import HOST, Kept, in_session, needs_chromium, site

pytestmark = needs_chromium
HOME = f"http://{HOST}/"
PAGE = "<!doctype html><html lang=zh><title>小店</title><body><p>你好，世界</p></body></html>"


def test_a_page_is_kept_as_it_stands_with_its_words() -> None:
    kept = Kept()
    page = PAGE.replace("</p>", "</p><script>document.title='改了'</script>")

    async def work(session: Session) -> tuple[str, str, str]:
        opened = await session.open(HOME)
        assert opened.good and opened.status == 200 and opened.tls == ""
        view = await session.view(0)
        return view.title, view.text.strip(), view.evidence

    with site({"/": page}) as served:
        title, text, digest = in_session(served, work, kept=kept)
    assert (title, text) == ("改了", "你好，世界")
    assert "你好，世界".encode() in kept.data[digest]


def test_what_is_recorded_is_handed_on_with_its_phase_and_the_moment_it_began() -> None:
    kept = Kept()
    since = datetime.datetime(2026, 11, 22, 10, 0, tzinfo=datetime.UTC)

    async def work(session: Session) -> list[object]:
        await session.open(HOME)
        await session.picture("home")
        session.since = since
        return list(await session.finish())

    with site({"/": PAGE}) as served:
        found = in_session(served, work, phase="refused", kept=kept)
    (lead,) = [one for one in found if isinstance(one, Lead)]
    assert lead.kind == "traffic" and lead.phase == "refused"
    assert lead.since == since.isoformat("T", "milliseconds")
    har = json.loads(kept.data[lead.evidence.sha256])["log"]
    assert har["entries"][0]["request"]["url"] == HOME
    log = json.loads(kept.named("session.json"))
    assert log["locale"] == "zh-CN" and log["flags"] and "Chrome/" in log["user_agent"]
    assert kept.named("home").startswith(b"\xff\xd8\xff")


def _download(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/octet-stream")
    handler.send_header("Content-Disposition", "attachment; filename=a.bin")
    handler.send_header("Content-Length", "3")
    handler.end_headers()
    handler.wfile.write(b"abc")


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_download, "it is a download and not a page"),
        (_hang_up, "the server hung up without an answer"),
    ],
)
def test_what_is_no_page_is_said_in_words(answer: object, said: str) -> None:
    async def work(session: Session) -> str:
        opened = await session.open(HOME)
        assert opened.reason is not None
        return opened.reason.en

    with site({"/": answer}) as served:  # type: ignore[dict-item]
        assert in_session(served, work) == said


def _again(handler: BaseHTTPRequestHandler) -> None:
    passed = "passed=1" in (handler.headers.get("Cookie") or "")
    page = "<p>到了" if passed else "<script>document.cookie='passed=1';location.reload()</script>"
    handler.send_response(200 if passed else 521)
    handler.send_header("Content-Type", "text/html; charset=utf-8")
    handler.send_header("Content-Length", str(len(page.encode())))
    handler.end_headers()
    handler.wfile.write(page.encode())


def test_the_last_document_counts() -> None:
    """The file that the page fetches is none, nor is what stands in a frame."""

    async def work(session: Session) -> list[object]:
        await session.open(HOME)
        await session.rest(1.5)
        first = session.document
        await session.open(HOME + "page")
        await session.rest(0.5)
        return [first.status, session.document.status, session.document.file]

    page = f"{PAGE}<iframe src=/gone></iframe><script>location.href='/file'</script>"
    with site({"/": _again, "/page": page, "/file": _download}) as served:
        assert in_session(served, work) == [200, 200, False]


def test_a_page_is_scrolled_through_and_back_and_nothing_is_clicked() -> None:
    async def work(session: Session) -> tuple[str, object]:
        await session.open(HOME)
        await session.scroll()
        return (await session.view(0)).text, await session.page.evaluate("scrollY")

    page = PAGE.replace(
        "</body>",
        """<div style='height:30000px'></div><div id=foot style='height:9px'></div><script>
new IntersectionObserver((seen) => { if (seen[0].isIntersecting) foot.textContent = '页脚到了' })
  .observe(foot)</script></body>""",
    )
    with site({"/": page}) as served:
        text, place = in_session(served, work)
    assert "页脚到了" in text and place == 0


@pytest.mark.parametrize(
    ("mode", "inside", "hides"),
    [("closed", "<p>x", True), ("open", "<p>x", False), ("closed", "<slot></slot>", False)],
)
def test_a_closed_shadow_root_with_elements_is_noticed(mode: str, inside: str, hides: bool) -> None:
    async def work(session: Session) -> bool:
        await session.open(HOME)
        return await session.closed()

    script = f"host.attachShadow({{mode: '{mode}'}}).innerHTML = '{inside}'"
    page = "<!doctype html><b><span id=host></span></b><video controls></video>"
    page += f"<script>{script}</script>"
    with site({"/": page}) as served:
        assert in_session(served, work) is hides


def test_endless_redirects_are_said_in_words() -> None:
    async def work(session: Session) -> str:
        opened = await session.open(HOME)
        assert opened.reason is not None
        return opened.reason.en

    with site({}) as served:
        served.pages = {"/": _loop}
        assert in_session(served, work) == "its redirects do not end"


def _loop(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize(
    "script",
    ["while (true) alert('x')", "for (let i = 0; i < 1000; i++) window.open('/other?' + i)"],
)
def test_storms_of_boxes_and_windows_end(script: str) -> None:
    """Either the page is left, or it stands with the storm cut off; it never hangs."""

    async def work(session: Session) -> tuple[bool, int, int]:
        opened = await session.open(HOME)
        await session.rest(0.5)
        return opened.good, len(session.dialogs), len(session.popups)

    page = PAGE.replace("</body>", f"<script>{script}</script></body>")
    with site({"/": page, "/other": PAGE}) as served:
        good, dialogs, popups = in_session(served, work)
    assert not good or (dialogs < 100 and popups < 100)
    assert dialogs + popups > 0


def test_a_page_that_never_ends_is_looked_at_as_it_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scanner.collect.website.session.LOAD_S", 1.0)
    released = threading.Event()

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.end_headers()
        handler.wfile.write(PAGE.encode())
        handler.wfile.flush()
        released.wait(20)

    async def work(session: Session) -> str:
        opened = await session.open(HOME)
        assert opened.good
        return (await session.view(0)).text

    with site({"/": endless}) as served:
        assert "你好，世界" in in_session(served, work)
        released.set()


def test_a_crash_of_the_page_is_said_and_the_session_still_ends() -> None:
    async def work(session: Session) -> tuple[bool, str, int]:
        await session.open(HOME)
        client = await session.page.context.new_cdp_session(session.page)
        crashing = asyncio.ensure_future(client.send("Page.crash"))
        for _ in range(50):
            await asyncio.sleep(0.1)
            if session.crashed:
                break
        opened = await session.open(HOME)
        crashing.cancel()
        assert opened.reason is not None
        return session.crashed, opened.reason.en, len(await session.finish())

    with site({"/": PAGE}) as served:
        crashed, said, handed_on = in_session(served, work)
    assert crashed and said == "the page's process crashed"
    assert handed_on >= 1


def test_a_private_address_is_not_reached() -> None:
    async def work(session: Session) -> list[str]:
        await session.open(HOME)
        await session.rest(1.0)
        return [one.refused.en for one in session.guard.connections if one.refused]

    page = PAGE.replace("</body>", "<img src='http://10.0.0.1/x.png'></body>")
    with site({"/": page}) as served:
        served_only = served.resolve.replace("*", HOST)
        served.__class__ = type("Named", (served.__class__,), {"resolve": served_only})
        refused = in_session(served, work)
    assert len(refused) >= 1


def _gone(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(404)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_what_follows_a_page_that_failed_is_looked_at_all_the_same() -> None:
    async def work(session: Session) -> list[tuple[bool, int | None, bool]]:
        found = []
        for path in ("gone", "", "file", "", "gone", "file", ""):
            opened = await session.open(HOME + path)
            found.append((opened.good, opened.status, opened.download))
        return found

    with site({"/": PAGE, "/gone": _gone, "/file": _download}) as served:
        found = in_session(served, work)
    page, gone, file = (True, 200, False), (False, 404, False), (False, None, True)
    assert found == [gone, page, file, page, gone, file, page]


def test_another_route_of_a_script_is_loaded_anew() -> None:
    async def work(session: Session) -> list[bool]:
        routes = ("", "#/login", "#/login", "#/about")
        return [(await session.open(HOME + route)).good for route in routes]

    with site({"/": PAGE}) as served:
        assert in_session(served, work) == [True] * 4
        assert [path for _, path, _ in served.asked if path == "/"] == ["/"] * 4


@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(HTMLElement.prototype, 'innerText', {get: () => ({a: 1})})",
        "Object.defineProperty(Element.prototype, 'outerHTML', {get: () => ({slice: () => [1]})})",
        "globalThis.String = () => ({})",
        "document.body.textContent = 'a\\ud83d'; document.title = '\\ude00b'",
    ],
)
def test_what_a_hostile_page_says_of_itself_is_text_or_unseen(script: str) -> None:
    async def work(session: Session) -> tuple[str, str, str]:
        await session.open(HOME)
        try:
            view = await session.view(0)
        except Unanswered as gone:
            return gone.reason.en, "", ""
        return view.text, view.title, view.html

    page = PAGE.replace("</body>", f"<script>{script}</script></body>")
    with site({"/": page}) as served:
        texts = in_session(served, work)
    assert all(text.encode("utf-8").decode("utf-8") == text for text in texts)


def test_what_a_page_hands_to_another_program_is_noted_and_what_the_tab_opens_is_not() -> None:
    async def work(session: Session) -> list[str]:
        await session.open(HOME)
        await session.rest(1.5)
        return session.jumps

    script = """const to = ["javascript:void 0", "mailto:a@shop.test", "#x", "shopapp://open?x=1"];
to.forEach((url, n) => setTimeout(() => { location.href = url }, 200 * n))"""
    with site({"/": PAGE.replace("</body>", f"<script>{script}</script></body>")}) as served:
        assert in_session(served, work) == ["mailto:a@shop.test", "shopapp://open?x=1"]


def test_a_form_that_would_go_without_tls_loads_nothing_without_it() -> None:
    async def work(session: Session) -> list[bool]:
        seen = []
        for kind in ("Form", "Image"):
            details = {"mixedContentIssueDetails": {"resourceType": kind}}
            session._issue({"issue": {"details": details}})  # as the browser tells it
            seen.append(session.mixed)
        return seen

    with site({"/": PAGE}) as served:
        assert in_session(served, work) == [False, True]
