"""What policy links lead to: each is followed once, and dead is said only of what was seen dead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from playwright.async_api import Error

from scanner.browser import Unanswered, ask
from scanner.collect.website.ground import Ground
from scanner.collect.website.links import Link, policy_subject
from scanner.collect.website.overlays import Type, read_type
from scanner.collect.website.policy_texts import policy_box, policy_file, policy_links
from scanner.collect.website.session import Session
from scanner.collect.website.view import View, page_key
from scanner.exchange import address, shown
from scanner.facts import PolicyDocument, PolicyLink
from scanner.folder_site import SITE
from scanner.languages import language_of
from scanner.model import Lead, Sighting, Unseen, Words
from scanner.wording.short import short

if TYPE_CHECKING:
    from scanner.collect.website.walk import Found

MOST_POLICIES = 6
"""Policies and lists opened beside the pages of the walk, and as many links without address."""
LEAST_POLICY = 200
"""Characters below which a page behind a policy link is not taken for a policy."""
APPEAR_S = 5.0
"""How long a policy may take to appear once its page stands, in seconds: scripts fetch some."""
STILL_S = 1.0
"""A policy whose length has not changed for so long is all there, in seconds."""
STANDS_BY_S = 10.0
"""How long a policy that keeps changing is waited for, in seconds."""
EFFECT_S = 3.0
"""How long a click on a link without address may take to show an effect, in seconds."""
STANDS_S = 0.5
"""How long a page loaded anew stands before it is clicked, in seconds: scripts start late."""
LOOK_S = 0.25
"""Pause between two looks, in seconds."""
STILL = 20
"""Characters by which the words of a page change by themselves: clocks, counters."""
LEAST_PICTURE = 300
"""Width and height in CSS pixels from which a picture may hold the text of a policy."""
POLICY_WORDS = re.compile(
    r"个人信息|個人資料|隐私|隱私|personal (?:data|information)|privacy", re.IGNORECASE
)
TURNED_AWAY = re.compile(
    r"验证(?!码)|驗證(?!碼)|频繁|頻繁|拦截|攔截|防火墙|系统维护|系統維護|维护中|維護中|升级维护"
    r"|暂停访问|禁止访问|拒绝访问|访问受限|访问异常|服务不可用"
    r"|captcha|verif(?!ication code)|\brobot|denied|blocked|forbidden|under maintenance"
    r"|unavailable|checking your browser",
    re.IGNORECASE,
)
"""Words of pages that turn automatic looks away."""
NOTHING_THERE = re.compile(
    r"^[^\w\n]*(?:(?:(?:本?[页頁网網][面页頁站]?|[栏欄]目|[内內]容)?[正尚]?在?(?:建[设設]|[制製]作)中"
    r"|敬[请請]期待|[暂暫][无無][内內]容|(?:(?:您|你)?[访訪][问問]的)?[页頁网網][面页頁]"
    r"(?:不存在|未找到|已[删刪]除)|(?:page )?not found|404|under construction|coming soon)"
    r"[^\w\n]*)+$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line by which a page says itself that nothing is there, or nothing yet."""
DATES = re.compile(
    r"(?:更新|生效|发布|修订|施行|版本)[^\d]{0,12}(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})"
)
WORDS = "() => String(document.body ? document.body.innerText || '' : '').slice(0, 2000000)"
PICTURES = """(least) => [...document.querySelectorAll('img,canvas,embed,object,svg')]
  .some((one) => { const box = one.getBoundingClientRect();
    return box.width >= least && box.height >= least; })"""

LEAST_WORDY = 1000
"""Characters from which a text under a status that speaks against it is a policy all the same."""
LEAST_NAMED = 5
"""How often such a text must speak of personal information."""
LEAST_DOUBTED = 3
"""How often a shorter one must, so that it is not taken for a mere notice of an error."""
NO_PAGE = Words("本地文件夹没有真实服务器的路由", "a folder has no routes of the real server")

Opens = Literal["page", "dialog", "download", "nothing"]


class Outcome(NamedTuple):
    """What became of following a link."""

    opens: Opens | None = None
    """What a click on it does; None when unknown."""
    reachable: bool | None = None
    """Whether a policy was there; None when that could not be seen."""


class Policies:
    """The policy links of one walk, and what stands behind them."""

    def __init__(self, ground: Ground, session: Session, seen: set[str]) -> None:
        """`seen` takes up the addresses opened, so that the walk opens none again."""
        self.ground = ground
        self.session = session
        self.seen = seen
        self.sightings: list[Sighting] = []
        self.pages: list[View] = []
        """The policies that were found."""
        self._first: str | None = None
        self._addresses: dict[str, Outcome] = {}
        self._scripted: dict[tuple[str, str], Outcome] = {}
        """What a click on a link without address did, by page and words."""

    async def follow(self, found: Found) -> None:
        """Open what the policy links of a page lead to, each address once."""
        touched = False
        self._first = self._first or page_key(found.view.url)
        for link in found.links:
            if policy_subject(link.text, link.href) in (None, "agreement"):
                continue
            if link.href.startswith(("http:", "https:")):
                if link.href not in self._addresses:
                    self._addresses[link.href] = await self._open(link.href, found.view.clicks)
                    touched = True
            elif link.visible:
                key = (found.view.page, link.text)
                if key not in self._scripted and len(self._scripted) < MOST_POLICIES:
                    self._scripted[key] = await self._click(link, found, anew=touched)
                    touched = True

    async def _open(self, url: str, clicks: int | None) -> Outcome:
        session, reason = self.session, await self.ground.may_open(url, named=False)
        if len(self._addresses) >= MOST_POLICIES:
            reason = Words(f"超过 {MOST_POLICIES} 个政策", f"more than {MOST_POLICIES} policies")
        elif self.ground.time_left <= 0:
            reason = Words("超过检测时限", "the time for the visit was over")
        elif session.crashed or not self.ground.browser.running:
            reason = Words("浏览器已崩溃", "the browser had crashed")
        if reason is not None:
            return self._unread(url, Outcome(), reason)
        await self.ground.pace.turn(self.ground.host)
        self.ground.say(f"{session.phase}: {shown(url)}")
        opened = await session.open(url)
        self.seen.add(page_key(url))
        if (opened.status or 0) >= 500 and not await self._appeared():
            # A gateway that stumbles once may not be held against the policy behind it.
            await self.ground.pace.turn(self.ground.host)
            opened = await session.open(url)
        if opened.download:
            return await self._file(url)
        if opened.reason is not None:
            if _is_gone(opened.status) and not _in_folder(url):
                return Outcome("page", reachable=False)
            return self._unread(url, Outcome(), opened.reason)
        return await self._judged(url, None if clicks is None else clicks + 1)

    async def _appeared(self) -> bool:
        """Say whether scripts brought a policy to a page that came as an error."""
        try:
            await self._settled()
        except Unanswered:
            return False
        return (self.session.document.status or 0) < 400

    async def _judged(self, url: str, clicks: int | None) -> Outcome:
        """Say whether the page that stands in the tab is a policy, and keep it when it is."""
        page = self.session.page
        if self.session.document.file:
            return await self._file(url)
        try:
            text = await self._settled()
            view = (await self.session.view(clicks))._replace(text=text)
            pictured = await ask(page.main_frame, PICTURES, LEAST_PICTURE) is True
        except Unanswered as gone:
            return self._unread(url, Outcome("page"), gone.reason)
        back = "#" not in url and page_key(view.url) == self._first
        # The last document counts: a script may have set a cookie and loaded the page anew.
        status = self.session.document.status
        outcome, reason = _judge(text, status, back=back, pictured=pictured)
        if outcome.reachable is False and _is_gone(status) and _in_folder(view.url):
            outcome, reason = Outcome("page"), NO_PAGE
        if reason is not None:
            if _leads_on(text, status, back=back) and await policy_links(page):
                self._hand_on(view)
            return self._unread(url, outcome, reason)
        if outcome.reachable:
            await self._document(view)
        return outcome

    async def _file(self, url: str) -> Outcome:
        """Keep a policy that is a file; no page shows it, so the page's own fact stays unseen."""
        lead, reason = await policy_file(self.ground, url)
        if lead is not None:
            self.sightings.append(lead)
        return self._unread(url, Outcome("download", reachable=True), reason)

    async def _settled(self) -> str:
        """Give the words of the page once a policy stands there, else after some seconds.

        It stands there when its length has stood still, since scripts fill in lists at the end.
        """
        waited, still, letters = 0.0, 0.0, 0
        while True:
            try:
                text = await self._words()
            except Unanswered:
                if waited >= APPEAR_S:
                    raise
                text = ""  # the page is just being loaded anew
            status = self.session.document.status or 0
            done = _is_wordy_policy(text) if status >= 400 else _is_policy(text)
            still = 0.0 if abs(len(text) - letters) >= STILL else still + LOOK_S
            letters = len(text)
            if (done and still >= STILL_S) or waited >= (STANDS_BY_S if done else APPEAR_S):
                return text
            await self.session.rest(LOOK_S)
            waited += LOOK_S

    async def _words(self) -> str:
        """Give the words of the page and of its frames; raises Unanswered for those of the page."""
        first, *frames = self.session.page.frames
        texts = [str(await ask(first, WORDS))]
        for frame in frames[:20]:
            try:
                texts.append(str(await ask(frame, WORDS, seconds=2)))
            except Unanswered:
                continue
        return "\n".join(texts)[:2_000_000]

    async def _document(self, view: View) -> None:
        """Give the document itself, and hand it on."""
        try:
            type_ = await read_type(self.session.page)
        except Unanswered:
            type_ = Type(None, None, None, 0)
        date = DATES.search(view.text)
        fact = PolicyDocument(
            source=view.source(),
            channel="website",
            url=view.page,
            language=language_of(view.text),
            characters=len("".join(view.text.split())),
            updated=_iso(date) if date else None,
            font_px=type_.font_px,
            line_percent=type_.line_percent,
            contrast_percent=type_.contrast_percent,
        )
        self.pages.append(view)
        self.sightings.append(fact)
        self._hand_on(view)

    def _hand_on(self, view: View) -> None:
        """Hand a page on to whoever reads policies, and sorts pages that only lead to one."""
        data, name = view.html.encode("utf-8", "replace"), f"policy {view.page}"
        kept = self.ground.keep(data, name=name, media_type="text/html")
        self.sightings.append(Lead(kind="policy", evidence=kept, address=view.url))

    async def _click(self, link: Link, found: Found, *, anew: bool) -> Outcome:
        """Click a policy link that has no address, and say what it opened."""
        page, session = self.session.page, self.session
        if anew or page_key(page.url) != page_key(found.view.url):
            await self.ground.pace.turn(self.ground.host)
            if not (await session.open(found.view.url)).good:
                return Outcome()
            await session.rest(STANDS_S)
        try:
            before = await self._state()
            place = page.frames[link.frame].locator(link.path.replace(" >>> ", " ")).first
            await place.click(timeout=2000, no_wait_after=True)
            after = await self._effect(before)
        except (Error, Unanswered, IndexError):
            return Outcome()
        if after.windows > before.windows:
            url = session.popups[-1]
            if not url.startswith(("http:", "https:")):
                return Outcome("page")
            if url not in self._addresses:
                self._addresses[url] = await self._open(url, found.view.clicks)
            return self._addresses[url]
        if after.url != before.url:
            clicks = None if found.view.clicks is None else found.view.clicks + 1
            return await self._judged(page.url, clicks)
        outcome = _done(before, after)
        if outcome.opens == "dialog" and outcome.reachable:
            grown = after.letters - before.letters
            box = await policy_box(self.ground, page, grown, LEAST_POLICY)
            self.sightings += [box] if box is not None else []
        # A jump to another program that no machine here opens holds up what a click would do.
        return Outcome() if session.jumps and outcome.opens == "nothing" else outcome

    async def _state(self) -> _State:
        session = self.session
        return _State(
            url=page_key(session.page.url),
            letters=len(await self._words()),
            windows=len(session.popups),
            boxes=len(session.dialogs),
            downloads=len(session.downloads),
            requests=len(session.recording.entries) + len(session.jumps),
        )

    async def _effect(self, before: _State) -> _State:
        """Wait for what a click does: for another page to stand, or as long as it may take."""
        waited = 0.0
        while True:
            await self.session.rest(LOOK_S)
            waited += LOOK_S
            try:
                after = await self._state()
            except Unanswered:
                if waited >= EFFECT_S:
                    raise
                continue
            grown = after.letters - before.letters >= LEAST_POLICY
            same = before._replace(letters=after.letters, requests=after.requests)
            if grown or after != same or waited >= EFFECT_S:
                return after

    def _unread(self, url: str, outcome: Outcome, reason: Words) -> Outcome:
        scope = {"channel": ("website",), "url": (shown(url),)}
        self.sightings.append(
            Unseen(kind="policy.document", scope=scope, collector="website", reason=reason)
        )
        return outcome

    def facts(self, found: Found) -> Iterator[PolicyLink]:
        """Give each policy link of a page once, with what became of following it."""
        best: dict[str, tuple[tuple[bool, int], Link, Outcome]] = {}
        for link in found.links:
            subject = policy_subject(link.text, link.href)
            if subject is None:
                continue
            outcome = self._addresses.get(link.href)
            if outcome is None:
                outcome = self._scripted.get((found.view.page, link.text), Outcome())
            # Links without address are one fact: what opens a policy speaks for the others.
            rank = (subject != "privacy", (True, None, False).index(outcome.reachable))
            href = shown(link.href) if link.href else ""
            if href not in best or rank < best[href][0]:
                best[href] = (rank, link, outcome)
        for href, (_, link, outcome) in best.items():
            clicks = found.view.clicks
            yield PolicyLink(
                source=found.view.source(link.path),
                channel="website",
                page=found.view.page,
                href=href,
                text=short(link.text),
                clicks=None if clicks is None else clicks + 1,
                reachable=outcome.reachable,
                subject=policy_subject(link.text, link.href),
                opens=outcome.opens,
                page_kind=found.kind,
            )


class _State(NamedTuple):
    """What a click can change."""

    url: str
    letters: int
    windows: int
    boxes: int
    downloads: int
    requests: int


def _done(before: _State, after: _State) -> Outcome:
    """Say what a click did that opened no page."""
    if after.downloads > before.downloads:
        return Outcome("download", reachable=True)
    if after.letters - before.letters >= LEAST_POLICY:
        return Outcome("dialog", reachable=True)
    if after.boxes > before.boxes:
        return Outcome("dialog")
    if after.requests == before.requests and abs(after.letters - before.letters) < STILL:
        return Outcome("nothing", reachable=False)
    return Outcome()


def _judge(
    text: str, status: int | None, *, back: bool, pictured: bool
) -> tuple[Outcome, Words | None]:
    """Say whether a policy stands on a page, or why that cannot be told.

    `back`: it is the first page again; `pictured`: a picture could hold the text.
    """
    short = len("".join(text.split())) < LEAST_POLICY
    empty = not text.strip() or (short and NOTHING_THERE.search(text) is not None)
    failed = (status or 0) >= 400
    policy = not back and (_is_wordy_policy(text) if failed else _is_policy(text))
    reason = None
    doubtful = _is_gone(status) and _is_policy(text) and _named(text) >= LEAST_DOUBTED
    if policy or (_is_gone(status) and not doubtful):
        return Outcome("page", reachable=policy), None
    if doubtful:
        reason = Words(
            "服务器称该页不存在，页面却可能有政策文字",
            "the server says that it is gone, yet words of a policy may stand there",
        )
    elif (status or 0) >= 500:
        reason = Words("服务器出错，未能看到该政策", "the server failed, so it was not seen")
    elif back:
        reason = Words("该链接回到了首页", "it leads back to the first page")
    elif (status or 0) >= 400 or (short and TURNED_AWAY.search(text)):
        reason = Words("页面拒绝了自动访问", "the page turned an automatic look away")
    elif pictured or not short:
        reason = Words(
            "打开的页面未见政策文字，可能为图片或需另行操作",
            "what opened shows no words of a policy: perhaps a picture, or more is to be done",
        )
    elif not empty:
        reason = Words(
            f"页面可以打开，但不足 {LEAST_POLICY} 字，无法判断是否为政策",
            f"the page opens, yet holds less than {LEAST_POLICY} characters, so that nobody can say"
            " whether it is a policy",
        )
    return Outcome("page", None if reason else False), reason


def _leads_on(text: str, status: int | None, *, back: bool) -> bool:
    """Say whether a page is no policy and yet may lead to one: short, and not turned away."""
    short = len("".join(text.split())) < LEAST_POLICY
    return short and not back and (status or 0) < 400 and not TURNED_AWAY.search(text)


def _is_gone(status: int | None) -> bool:
    return status in (404, 410)


def _in_folder(url: str) -> bool:
    """Say whether the scanner itself served the page, out of a folder."""
    parts = address(url)
    return parts is not None and parts.host == SITE


def _is_wordy_policy(text: str) -> bool:
    """Say whether a text is a policy whatever its status: more than a page that names one."""
    long = len("".join(text.split())) >= LEAST_WORDY
    return long and _named(text) >= LEAST_NAMED


def _named(text: str) -> int:
    """Give how often a text speaks of personal information or privacy."""
    return len(POLICY_WORDS.findall(text))


def _is_policy(text: str) -> bool:
    return len("".join(text.split())) >= LEAST_POLICY and bool(POLICY_WORDS.search(text))


def _iso(date: re.Match[str]) -> str | None:
    year, month, day = (int(part) for part in date.groups())
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None
