"""One session: a fresh profile, one tab, everything recorded from the first byte to the last."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import (
    BrowserContext,
    CDPSession,
    Dialog,
    Download,
    Error,
    Frame,
    Page,
    Response,
)
from playwright.async_api import TimeoutError as TooLong

from scanner.browser import Browser, Unanswered, ask, certificate_fault
from scanner.collect.website.boxes import NAME, rectangles, written
from scanner.collect.website.film import Film
from scanner.collect.website.instruments import Instruments
from scanner.collect.website.logged_in import secrets_in, without_secrets
from scanner.collect.website.opening import Document, Opened, tls_of, why_cut, why_failed
from scanner.collect.website.recording import Recording
from scanner.collect.website.session_log import session_log, unaccounted
from scanner.collect.website.view import View
from scanner.exchange import shown
from scanner.facts import Phase
from scanner.fetch.guard import Guard
from scanner.model import Evidence, Keep, Lead, Sighting, Unseen, Words

OPEN_S = 30.0
"""Longest wait for a page to begin, in seconds."""
LOAD_S = 12.0
"""Longest wait for all of a page to come, in seconds; it is looked at then as it stands."""
READ_S = 10.0
"""Longest wait for a page to give its document, in seconds."""
END_S = 10.0
"""Longest wait for each of what ends a session, in seconds."""
AGAIN_S = 0.5
"""Pause before a page is asked for again whose way another one crossed, in seconds."""
MOST_TEXT = 2_000_000
"""Characters of a page's words, and of its document, that are kept."""
MOST_DIALOGS = 30
"""Boxes of alert, confirm and prompt that are closed; a page that opens more is left."""
MOST_DOWNLOADS = 100
"""Files that came by themselves and are noted."""
MOST_JUMPS = 20
"""Addresses of other programs that are noted."""
MOST_POPUPS = 20
"""Windows opened by a page that are closed; a page that opens more is left."""
SCROLL_S = 1.5
"""How long a page is scrolled through before it is read, in seconds: scripts fetch what lies
below only when it is looked at."""
MOST_SCROLLS = 10
"""Steps in which it is."""
MOST_NODES = 20_000
"""Elements of a page beyond which closed shadow roots are not searched for."""
OWN_SCHEMES = ("http:", "https:", "about:", "data:", "blob:", "javascript:")
"""Schemes of what a tab opens itself; others are for another program."""
SCROLL = """async ([steps, pause]) => {
  const root = document.scrollingElement;
  if (!root) return;
  const start = root.scrollTop;
  const step = Math.max(innerHeight * 0.9, (root.scrollHeight - innerHeight) / (steps - 1));
  for (let n = 0; n < steps; n += 1) {
    const before = root.scrollTop;
    root.scrollTo({ top: before + step, behavior: "instant" });
    await new Promise((done) => setTimeout(done, pause));
    if (root.scrollTop === before) break;
  }
  root.scrollTo({ top: start, behavior: "instant" });
}"""
READ = """() => {
  const root = document.documentElement;
  const body = document.body;
  return {
    url: location.href,
    html: root ? ("<!DOCTYPE html>" + root.outerHTML).slice(0, 2000000) : "",
    text: body ? String(body.innerText || "").slice(0, 2000000) : "",
    title: String(document.title || "").slice(0, 300),
  };
}"""


class Session:
    """One tab in a fresh profile."""

    def __init__(
        self, browser: Browser, guard: Guard, keep: Keep, phase: Phase, *, mapped: bool
    ) -> None:
        """Prepare a session; nothing is opened yet."""
        self.browser = browser
        self.guard = guard
        self.keep = keep
        self.phase = phase
        self.mapped = mapped
        self.instruments = Instruments()
        self.recording = Recording(guard, phase)
        self.film = Film()
        self.navigation: list[str] = []
        self.started = datetime.datetime.now(datetime.UTC)
        self.since: datetime.datetime | None = None
        """When the phase began, where it began after the session."""
        self.dialogs: list[str] = []
        self.popups: list[str] = []
        self.downloads: list[str] = []
        self.jumps: list[str] = []
        """Addresses of other programs to which a page wanted to go by itself."""
        self.mixed = False
        """Whether the page that is open asks for parts without TLS."""
        self.crashed = False
        self.frozen = False
        self.user_agent = ""
        self.har: str | None = None
        """Digest of the session's HAR, once it is finished."""
        self.log: Evidence | None = None
        """The kept log of the session, once it is finished."""
        self.page: Page
        """The tab; there once the session has started."""
        self._context: BrowserContext
        self._client: CDPSession
        self._secrets: list[str] = []
        self._documents: list[Document] = []
        """Documents that came for the tab since an address was opened, the last one last."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._earlier = (0, 0)
        """Boxes and windows that earlier pages opened."""
        self._stands = False
        """Whether the page that was opened last came."""
        self._silence: list[Unseen] = []

    async def start(self, state: Path | None = None) -> None:
        """Open the profile and the tab, with everything that records."""
        self._secrets = secrets_in(state)
        context = self._context = await self.browser.context(state)
        context.set_default_timeout(OPEN_S * 1000)
        await self.instruments.install(context)
        self.recording.watch(context)
        self.page = await context.new_page()
        context.on("page", lambda other: self._later(self._popup(other)))
        self.page.on("dialog", lambda dialog: self._later(self._dialog(dialog)))
        self.page.on("crash", lambda _: setattr(self, "crashed", True))
        self.page.on("download", self._downloaded)
        self.page.on("response", self._came)
        client = self._client = await context.new_cdp_session(self.page)
        await self.recording.watch_page(self.page, client)
        client.on("Page.frameRequestedNavigation", self._jump)
        client.on("Audits.issueAdded", self._issue)
        await client.send("Audits.enable")
        await client.send("Page.enable")
        await self.film.roll(client)
        self.user_agent = str(await ask(self.page.main_frame, "() => navigator.userAgent"))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside; held, since asyncio itself forgets what nobody holds."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message[:200])
        with contextlib.suppress(Error):
            await dialog.dismiss()
        if len(self.dialogs) - self._earlier[0] > MOST_DIALOGS:
            await self._freeze()

    async def _freeze(self) -> None:
        """Leave, once, a page that opens boxes or windows without end."""
        if not self.frozen:
            self.frozen = True
            with contextlib.suppress(Error):
                await self.page.goto("about:blank", wait_until="commit")

    def _jump(self, event: dict[str, Any]) -> None:
        url = str(event.get("url", ""))
        if (
            not url.startswith(OWN_SCHEMES)
            and event.get("reason") != "anchorClick"
            and len(self.jumps) < MOST_JUMPS
        ):
            self.jumps.append(url[:500])

    def _issue(self, event: dict[str, Any]) -> None:
        details = event.get("issue", {}).get("details", {})
        mixed = details.get("mixedContentIssueDetails")
        if mixed is not None and mixed.get("resourceType") != "Form":  # nothing of it is loaded
            self.mixed = True

    def _came(self, response: Response) -> None:
        """Note a document that came for the tab; a file to save and a redirect are none."""
        try:
            own = response.frame == self.page.main_frame
            headers = response.headers
            if not own or not response.request.is_navigation_request():
                return
        except Error:
            return
        saved = headers.get("content-disposition", "").lower().startswith("attachment")
        if not saved and response.status not in (204, 205) and not 300 <= response.status < 400:
            one = Document(
                response.url,
                response.status,
                headers.get("content-type", "")[:100],
                "strict-transport-security" in headers,
            )
            self._documents = [*self._documents[-19:], one]

    @property
    def document(self) -> Document:
        """What the document that stands in the tab came with: scripts may have loaded it anew."""
        stand = [one for one in self._documents if one.url not in self.downloads]
        return stand[-1] if stand else Document()

    def _downloaded(self, download: Download) -> None:
        if len(self.downloads) < MOST_DOWNLOADS:
            self.downloads.append(download.url)

    async def _popup(self, other: Page) -> None:
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(other.wait_for_load_state("domcontentloaded"), 2)
        self.popups.append(other.url)
        with contextlib.suppress(Error):
            await other.close()
        if len(self.popups) - self._earlier[1] > MOST_POPUPS:
            await self._freeze()

    async def open(self, url: str) -> Opened:
        """Go to an address, wait until the page has come or stands as far as it will."""
        self._silence += self._silent(self.page.frames[:1])
        self._stands = False
        self.instruments.leave(self.page.main_frame)
        self.navigation.append(url)
        files, self.mixed = len(self.downloads), False
        asked = datetime.datetime.now(datetime.UTC)
        self.frozen, self._earlier = False, (len(self.dialogs), len(self.popups))
        self._documents = []
        with contextlib.suppress(Error, TimeoutError):
            if "#" in url and self.page.url.partition("#")[0] == url.partition("#")[0]:
                # A browser loads nothing anew where only the fragment changes.
                await asyncio.wait_for(self.page.goto("about:blank"), LOAD_S)
        try:
            response = await self._go(url)
        except (TooLong, TimeoutError):
            return Opened(Words(f"{OPEN_S:g} 秒内没有应答", f"no answer within {OPEN_S:g} s"))
        except Error as error:
            return await self._failed(url, error.message, files)
        at = datetime.datetime.now().timestamp()
        if response is None:
            return Opened(Words("没有应答", "no answer"))
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(self.page.wait_for_load_state("load"), LOAD_S)
        if self.crashed:
            return Opened(Words("页面进程崩溃", "the page's process crashed"))
        if self.frozen:
            return Opened(
                Words("页面不断弹出窗口或对话框", "the page opened windows or boxes without end")
            )
        self._stands = True
        return Opened(
            None,
            response.status,
            tls=await tls_of(response),
            date=response.headers.get("date"),
            at=at,
            cut=why_cut(self.page.url, self.guard.connections, asked),
        )

    async def _go(self, url: str) -> Response | None:
        for _ in range(3):
            try:
                return await asyncio.wait_for(
                    self.page.goto(url, wait_until="commit", timeout=OPEN_S * 1000), OPEN_S + 5
                )
            except Error as error:
                if "interrupted by another navigation" not in error.message:
                    raise
                # The page before went on by itself, or its error page still came.
                await asyncio.sleep(AGAIN_S)
        return None

    async def _take_away(self, files: int) -> None:
        """Take the file that was asked for from those that came by themselves."""
        for _ in range(20):
            if len(self.downloads) > files:
                self.downloads.pop()
                return
            await asyncio.sleep(0.05)

    async def _failed(self, url: str, error: str, files: int) -> Opened:
        fault = certificate_fault(error)
        if "Download is starting" in error:
            await self._take_away(files)
            reason = Words("返回的是下载文件而非页面", "it is a download and not a page")
            return Opened(reason, download=True)
        if self.crashed or "crashed" in error.lower():
            self.crashed = True
            return Opened(Words("页面进程崩溃", "the page's process crashed"))
        status = self.document.status if "ERR_HTTP_RESPONSE_CODE_FAILURE" in error else None
        return Opened(why_failed(url, error, fault, self.guard.connections), status, fault)

    async def rest(self, seconds: float) -> None:
        """Wait without touching anything; ends early only when the tab dies."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.crashed and self.browser.running:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return
            await asyncio.sleep(min(left, 0.25))

    async def scroll(self) -> None:
        """Scroll to the bottom and back, as a reader does, without a click."""
        pause = SCROLL_S / MOST_SCROLLS * 1000
        with contextlib.suppress(Unanswered):
            await ask(self.page.main_frame, SCROLL, [MOST_SCROLLS, pause], seconds=2 * SCROLL_S)

    async def moved(self, url: str, seconds: float) -> bool:
        """Wait until the tab has gone to another address and that page stands."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self.page.url == url:
            if self.crashed or asyncio.get_running_loop().time() >= deadline:
                return False
            await asyncio.sleep(0.1)
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(self.page.wait_for_load_state("load"), LOAD_S)
        return True

    async def closed(self) -> bool:
        """Say whether a shadow root that no script of ours may look into holds elements."""
        try:
            many = await ask(
                self.page.main_frame, "() => document.getElementsByTagName('*').length"
            )
            if not isinstance(many, int) or many > MOST_NODES:
                return False
            asked = {"depth": -1, "pierce": True}
            told = await asyncio.wait_for(self._client.send("DOM.getDocument", asked), READ_S)
            await asyncio.wait_for(self._client.send("DOM.disable"), READ_S)
        except (Error, TimeoutError, Unanswered):
            return False
        return holds_closed(told.get("root"))

    async def view(self, clicks: int | None) -> View:
        """Keep the document as it stands and give it; raises Unanswered."""
        read = await ask(self.page.main_frame, READ, seconds=READ_S)
        if not isinstance(read, dict):
            raise Unanswered(Words("页面未如实应答", "the page answered something else"))
        html, text = (str(read.get(name, ""))[:MOST_TEXT] for name in ("html", "text"))
        url = str(read.get("url", ""))
        kept = self.keep(
            html.encode("utf-8", "replace"),
            name=f"{self.phase} {shown(url)}"[:120],
            media_type="text/html",
        )
        return View(
            url=url,
            html=html,
            text=text,
            title=str(read.get("title", ""))[:300],
            evidence=kept.sha256,
            time=self.now(),
            phase=self.phase,
            clicks=clicks,
            hsts=self.document.hsts,
            mapped=self.mapped,
        )

    async def picture(
        self, name: str, view: View | None = None, paths: Sequence[str] = ()
    ) -> Evidence | None:
        """Keep a picture of what the tab shows, and where elements of the view stand on it.

        `paths` are CSS paths in the document of `view`. None where the browser gives no picture.
        """
        found = await rectangles(self.page, paths) if paths else {}
        try:
            data = await asyncio.wait_for(
                self.page.screenshot(
                    type="jpeg", quality=70, animations="disabled", timeout=8000, scale="css"
                ),
                10,
            )
        except (Error, TimeoutError):
            return None
        kept = self.keep(data, name=f"screenshot {self.phase} {name}", media_type="image/jpeg")
        if view is not None:
            whole = written(kept, view, found)
            self.keep(whole, name=f"{NAME} {self.phase} {name}", media_type="application/json")
        return kept

    @staticmethod
    def now() -> str:
        """Give this machine's time (ISO 8601 with offset)."""
        return datetime.datetime.now().astimezone().isoformat("T", "milliseconds")

    async def state(self) -> dict[str, Any]:
        """Give cookies and storage as they stand now; empty when the browser is gone."""
        try:
            stored = await asyncio.wait_for(self._context.storage_state(indexed_db=True), END_S)
        except (Error, TimeoutError):
            return {}
        return dict(stored)

    async def finish(self) -> list[Sighting]:
        """Close the session and hand over what it recorded."""
        silence = [*self._silence, *self._silent(self.page.frames)]
        found: list[Sighting] = [one for at, one in enumerate(silence) if one not in silence[:at]]
        found += unaccounted(self)
        stored = await self.state()
        har = await self.recording.har(self.browser.version, self.navigation)
        har = without_secrets(har, self._secrets)
        kept = self.keep(har, name=f"{self.phase}.har", media_type="application/json")
        self.har = kept.sha256
        since = None if self.since is None else self.since.isoformat("T", "milliseconds")
        found.append(Lead(kind="traffic", evidence=kept, phase=self.phase, since=since))
        if self.film.frames:
            name = f"{self.phase} screen"
            self.keep(self.film.as_zip(), name=f"{name}.zip", media_type="application/zip")
            video = await self.film.as_video()
            if video is not None:
                self.keep(video, name=f"{name}.webm", media_type="video/webm")
        log = session_log(self, stored, await self.browser.command_line())
        said = json.dumps(log, ensure_ascii=False, sort_keys=True, indent=1)
        data = without_secrets(said.encode("utf-8", "surrogatepass"), self._secrets)
        self.log = self.keep(data, name=f"{self.phase} session.json", media_type="application/json")
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(self._context.close(), END_S)
        return found

    def _silent(self, frames: Sequence[Frame]) -> Iterator[Unseen]:
        """Say which frames told nothing; where the last page did not come, its frame could not."""
        if self._stands:
            yield from self.instruments.silent(frames, self.phase)


def holds_closed(root: object) -> bool:
    """Say whether a tree of Chromium's DOM domain has a closed shadow root with elements."""
    waiting, looked = [root], 0
    while waiting and looked <= 4 * MOST_NODES:
        node, looked = waiting.pop(), looked + 1
        if not isinstance(node, dict):
            continue
        inside = node.get("children") or []
        if node.get("shadowRootType") == "closed" and any(
            one.get("nodeType") == 1 and one.get("nodeName") not in ("STYLE", "LINK", "SLOT")
            for one in inside
        ):
            return True
        waiting += [*inside, *(node.get("shadowRoots") or []), node.get("contentDocument")]
    return False
