"""Pages for tests: served on loopback, opened in one real Chromium, with every request counted."""

from __future__ import annotations

import asyncio
import http.server
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from playwright.async_api import Browser, Page, async_playwright

from scanner.browser import find_chromium
from scanner.collect.website.form import Form
from scanner.collect.website.view import View

Result = TypeVar("Result")
BARE_FORM = Form(
    purpose="other",
    method="POST",
    action="",
    path="form",
    frame=0,
    fields=(),
    boxes=(),
    notice=False,
    agreement="none",
    implied_text="",
    submits_unticked=None,
    text="",
)
"""A form that asks for nothing and says nothing."""
HEAD = "<!doctype html><meta charset=utf-8>"


def view(
    text: str = "", *, url: str = "https://www.site.test/a", html: str = "", title: str = ""
) -> View:
    """Give a page as it stood, by its words."""
    time = "2026-01-02T03:04:05+08:00"
    return View(
        url=url,
        html=html,
        text=text,
        evidence="0" * 64,
        time=time,
        phase="first_load",
        title=title,
        clicks=0,
    )


class Served:
    """A browser, and a server whose pages are what was put into it."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[tuple[str, str, bytes]] = []
        self.loop = asyncio.new_event_loop()
        self.port = 0
        self.browser: Browser | None = None

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, work: Awaitable[Result], seconds: float = 60) -> Result:
        async def bounded() -> Result:
            return await asyncio.wait_for(work, seconds)

        return self.loop.run_until_complete(bounded())

    def see(
        self, html: str, look: Callable[[Page], Awaitable[Result]], *, path: str = "/page"
    ) -> Result:
        """Open a page in a fresh profile and look at it."""

        async def work() -> Result:
            assert self.browser is not None
            context = await self.browser.new_context(
                locale="zh-CN", viewport={"width": 1366, "height": 768}
            )
            try:
                page = await context.new_page()
                await page.goto(self.home + path, wait_until="load")
                return await look(page)
            finally:
                await context.close()

        self.pages[path] = HEAD + html
        self.asked.clear()
        return self.run(work())


def _handler(served: Served) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _answer(self, body: bytes) -> None:
            served.asked.append((self.command, self.path, body))
            page = served.pages.get(self.path.partition("?")[0])
            data = (page or "<p>nothing").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def served() -> Iterator[Served]:
    """Start server and browser; both end with the block."""
    one = Served()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(one))
    one.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()

    async def start() -> tuple[Any, Browser]:
        playwright = await async_playwright().start()
        flags = ["--no-sandbox"]
        return playwright, await playwright.chromium.launch(
            executable_path=find_chromium(), args=flags
        )

    playwright, one.browser = one.run(start())
    try:
        yield one
    finally:
        one.run(one.browser.close())
        one.run(playwright.stop())
        one.loop.close()
        server.shutdown()
        server.server_close()
