"""Documents got from the network: asked for once each, politely, within the time of the visit."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import NamedTuple

from scanner.browser import Browser, BrowserMissing, Unanswered
from scanner.collect.policy.getting.drawing import draw
from scanner.exchange import address, shown
from scanner.fetch.client import Client, FetchError
from scanner.fetch.flags import OWN_HOSTS
from scanner.fetch.guard import MIB, Guard
from scanner.fetch.manners import Pace, Robots, refusal
from scanner.fetch.way_out import way_out
from scanner.model import Say, Visit, Words

MOST_BYTES = 32 * MIB
"""Bytes of one document; a policy as a PDF with its fonts has a few million."""
MOST_DRAWN = 12
"""Pages opened in the browser."""
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,80}")


class Got(NamedTuple):
    """A document as it was got."""

    data: bytes
    media_type: str
    address: str
    """Where it stood in the end."""
    status: int
    """Status of the answer."""
    cut: bool = False
    """Whether there is more of it than was got."""
    folded: int = 0
    """Characters about personal information that its page holds and does not show."""


class Way:
    """One way out for all documents of a subject."""

    def __init__(self, visit: Visit, guard: Guard, client: Client, say: Say) -> None:
        """The time of the visit begins to run."""
        self._visit = visit
        self._guard = guard
        self._client = client
        self._say = say
        self._pace = Pace(visit.rate)
        self._robots = Robots(client, pace=self._pace)
        self._deadline = asyncio.get_running_loop().time() + visit.minutes * 60
        self._browser: Browser | None = None
        self._no_browser: Words | None = None
        self._drawn = 0
        self._stack = contextlib.AsyncExitStack()

    async def get(self, url: str, *, named: bool) -> Got:
        """Ask for a document; `named`: the auditor named this address. Raises FetchError."""
        parts = address(url)
        if parts is None or parts.scheme not in ("http", "https"):
            raise FetchError(Words("不是网址", "not an http or https address"))
        self._check_time()
        async with self._bounded():
            refused = await refusal(self._robots, self._visit, url, named=named)
            if refused is not None:
                raise FetchError(refused)
            self._say(f"policy: {shown(url)}")
            await self._pace.turn(parts.host)
            reply = await self._client.get(url, most=MOST_BYTES)
        fragment = url.partition("#")[2]
        final = f"{reply.url}#{fragment}" if fragment else reply.url
        said = reply.header("content-type")
        return Got(reply.body, media_type_of(reply.body, said), final, reply.status, reply.cut)

    async def draw(self, url: str) -> Got:
        """Open a page that was asked for already in the browser, as a reader sees it.

        Raises FetchError where there is no browser or it cannot show the page.
        """
        parts = address(url)
        if parts is None:
            raise FetchError(Words("不是网址", "not an http or https address"))
        if self._drawn >= MOST_DRAWN:
            said = f"{MOST_DRAWN}"
            raise FetchError(
                Words(
                    f"需用浏览器打开的页面超过 {said} 个", f"more than {said} pages need a browser"
                )
            )
        self._check_time()
        self._drawn += 1
        try:
            async with self._bounded():
                browser = await self._started()
                await self._pace.turn(parts.host)
                drawn = await draw(browser, url)
        except Unanswered as gone:
            raise FetchError(gone.reason) from None
        return Got(
            data=drawn.html.encode("utf-8", "replace"),
            media_type="text/html",
            address=drawn.address,
            status=drawn.status or 200,
            cut=drawn.cut,
            folded=drawn.folded,
        )

    async def _started(self) -> Browser:
        """Start the browser when it is first needed; raises FetchError where there is none."""
        if self._no_browser is not None:
            raise FetchError(self._no_browser)
        if self._browser is None:
            visit = self._visit
            try:
                made = Browser(self._guard.url, executable=visit.browser, trust=visit.trust)
                self._say("starting the browser")
                self._browser = await self._stack.enter_async_context(made)
            except BrowserMissing as error:
                self._say(f"{error}; {error.hint}")
                self._no_browser = Words(
                    f"页面由脚本绘制，而没有可用的浏览器：{error}",
                    f"scripts draw the page, and there is no browser to use: {error}",
                )
                raise FetchError(self._no_browser) from None
        return self._browser

    def _check_time(self) -> None:
        if asyncio.get_running_loop().time() >= self._deadline:
            raise FetchError(_OVER)

    @contextlib.asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        """End what takes longer than the time of the visit."""
        try:
            async with asyncio.timeout_at(self._deadline) as limit:
                yield
        except TimeoutError:
            if limit.expired():
                raise FetchError(_OVER) from None
            raise

    async def close(self) -> None:
        """End the browser."""
        await self._stack.aclose()


_OVER = Words("超过检测时限", "the time for the visit was over")


@contextlib.asynccontextmanager
async def way(visit: Visit, say: Say) -> AsyncIterator[Way]:
    """Open the way out as the auditor set it."""
    async with way_out(visit, own=OWN_HOSTS) as (guard, client):
        opened = Way(visit, guard, client, say)
        try:
            yield opened
        finally:
            await opened.close()


def media_type_of(data: bytes, said: str | None) -> str:
    """Name the type of a document by its first bytes, else as the server said."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF"):
        return "application/pdf"
    if head.startswith(b"PK\3\4"):
        return _DOCX if b"word/" in data else "application/zip"
    if head[:1] == b"<":
        return "text/html"
    named = (said or "").partition(";")[0].strip().lower()
    return named if _TYPE.fullmatch(named) else "application/octet-stream"
