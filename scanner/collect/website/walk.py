"""The walk through a site: page by page, by fewest clicks, touching nothing that sends."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.browser import Unanswered
from scanner.collect.website.boxes import paths_of
from scanner.collect.website.demands import closing_facts, closing_unread, inducement_facts
from scanner.collect.website.filings import filing_facts
from scanner.collect.website.form import Form
from scanner.collect.website.form_facts import form_facts
from scanner.collect.website.forms import read_forms
from scanner.collect.website.ground import (
    PAGE_KINDS,
    SHOWN_KINDS,
    Ground,
    tls_fault,
    unseen_pages,
)
from scanner.collect.website.handovers import handover_facts
from scanner.collect.website.inside import exposed_inside
from scanner.collect.website.keystrokes import TYPED, Typed, type_canaries
from scanner.collect.website.links import (
    Link,
    doubtful_links,
    page_kind,
    policy_subject,
    read_links,
)
from scanner.collect.website.opening import FAULTS, Opened
from scanner.collect.website.overlays import popup_facts, read_popups
from scanner.collect.website.policies import Policies
from scanner.collect.website.proofs import asks_for_proof, read_controls, verification_facts
from scanner.collect.website.scripts import pushed
from scanner.collect.website.session import Session
from scanner.collect.website.shown import (
    app_push_facts,
    change_facts,
    minors_signs,
    recommendation_facts,
    rights_facts,
)
from scanner.collect.website.standing import GONE, LINGER_S, barely, standing, turned_away
from scanner.collect.website.stores import listing_facts
from scanner.collect.website.view import View, page_key
from scanner.collect.website.walk_order import walk_order
from scanner.exchange import address, shown
from scanner.facts import (
    Certificate,
    Fact,
    MinorsAddressed,
    PageKind,
    PageVisited,
    Source,
    WalkCompleted,
)
from scanner.fetch.client import FetchError
from scanner.model import Sighting, Unseen, Words

MOST_UNOPENED = 50
"""Addresses of unopened pages that are named."""
HIDEABLE = (
    *("consent.prompt", "form.found", "form.field", "checkbox.found", "agreement.implied"),
    *("policy.link", "page.exposed"),
)
"""Kinds of fact that a closed shadow root can hide."""
DOWNLOAD = re.compile(r"下载|下載|download", re.IGNORECASE)
SELF_SIGNED = 18
"""OpenSSL's number for a certificate that signed itself (x509_vfy.h)."""


class Found(NamedTuple):
    """A page that was looked at."""

    view: View
    opened: Opened
    links: tuple[Link, ...]
    forms: tuple[Form, ...]
    kind: PageKind


LONGEST_NAME = 100
"""Characters of an address that name the picture of its page."""


class Step(NamedTuple):
    """A page to be opened."""

    url: str
    clicks: int | None
    named: bool
    """Whether the auditor named it."""
    fetches: bool = False
    """Whether the link to it offers a download."""


class Walk:
    """Walks one site in one session and gathers what its pages show."""

    def __init__(self, ground: Ground, session: Session) -> None:
        """Prepare the walk; nothing is opened yet."""
        self.ground = ground
        self.session = session
        self.pages: list[Found] = []
        self.sightings: list[Sighting] = []
        self.depth = 0
        self._seen: set[str] = set()
        self.broken_off = False
        """Whether the browser broke in the middle of it."""
        self._left = 0
        self._passed_over = set[str]()
        """Pages left out for want of time or number, or since nobody may open them."""
        self._named = 0
        self.policies = Policies(ground, session, self._seen)

    async def look(self, step: Step, *, dwell: float = 0.0) -> tuple[Found | None, Opened]:
        """Open one page, wait, and read everything it shows without touching it."""
        ground, session = self.ground, self.session
        self._seen.add(page_key(step.url))
        await ground.pace.turn(ground.host)
        ground.say(f"{session.phase}: {shown(step.url)}")
        downloads, jumps = len(session.downloads), len(session.jumps)
        opened = await session.open(step.url)
        if opened.fault == "untrusted" and await self._signed_by_itself(step.url):
            opened = opened._replace(fault="self_signed", reason=FAULTS["self_signed"])
        if not opened.good:
            self.sightings.extend(_not_opened(step, opened, session))
            return None, opened
        await session.rest(max(dwell, LINGER_S))
        # What the scanner itself sets off by scrolling, typing and clicking comes later.
        came, went = session.downloads[downloads:], session.jumps[jumps:]
        try:
            view = await standing(session, step.clicks)
        except Unanswered as gone:
            self.sightings.extend(unseen_pages([shown(step.url)], gone.reason))
            return None, opened
        if self.pages and not step.named and not self._own(view.url):
            host = view.host[:100]
            reason = Words(
                f"转到了另一网站 {host}（属于被检方的用 --first-party 说明）",
                f"it leads to another site, {host} (--first-party if it is the subject's too)",
            )
            self.sightings.extend(unseen_pages([shown(step.url)], reason))
            return None, opened
        self._seen.add(page_key(view.url))
        status = session.document.status or opened.status
        opened = opened._replace(status=status)
        if session.document.file:
            reason = Words("是文件而非页面，未读", "it is a file and not a page, and was not read")
            self.sightings.extend(unseen_pages([view.page], reason))
            return None, opened._replace(reason=reason)
        refused = turned_away(view, status)
        if refused is not None:
            self._left += status not in GONE
            self.sightings.extend(self._refused(view, opened, refused))
            return None, opened._replace(reason=refused)
        if opened.cut is not None:
            self._left += 1
            self.sightings.extend(unseen_pages([view.page], opened.cut))
        known = len(self.sightings)
        found = await self._read(view, opened)
        if self.pages:  # the first page is pictured with its dialog, once that is found
            await self._picture(view, self.sightings[known:])
        gesture = None if step.fetches else False
        self.sightings.extend(pushed(came, went, view.page, view.source(), gesture=gesture))
        self.pages.append(found)
        if len(self.pages) == 1:
            self._barely(found)
        return found, opened

    async def _picture(self, view: View, told: Sequence[Sighting]) -> None:
        """Keep a picture of a page of which facts point to elements."""
        paths = paths_of(told, view)
        if paths:
            await self.session.picture(view.page[:LONGEST_NAME], view, paths)

    def _refused(self, view: View, opened: Opened, reason: Words) -> Iterator[Sighting]:
        """Say that what stands there is not the page that was asked for."""
        yield PageVisited(
            source=view.source(),
            channel="website",
            page=view.page,
            status=opened.status,
            clicks=view.clicks,
            secure=view.secure,
            certificate=self._certificate(view),
            tls=opened.tls,
            phase=view.phase,
        )
        yield from unseen_pages([view.page], reason, kinds=SHOWN_KINDS)

    def _barely(self, first: Found) -> None:
        """Say where the first page shows so little that the site may not stand there yet."""
        own = [link for link in first.links if link.href and self._own(link.href)]
        reason = barely(first.view.text, len(own))
        if reason is None:
            return
        self._left += 1
        self.sightings.extend(unseen_pages([first.view.page], reason, kinds=SHOWN_KINDS))

    async def _signed_by_itself(self, url: str) -> bool:
        """Ask OpenSSL, since Chromium gives one name to every certificate without trusted root."""
        try:
            await self.ground.client.get(url, most=1)
        except FetchError as error:
            fault = tls_fault(error)
            return (
                isinstance(fault, ssl.SSLCertVerificationError) and fault.verify_code == SELF_SIGNED
            )
        return False

    async def _read(self, view: View, opened: Opened) -> Found:
        page, knowledge = self.session.page, self.ground.knowledge
        links: list[Link] | None = None
        forms: list[Form] = []
        unread: list[Words] = []
        try:
            links = await read_links(page, unread=unread)
            self.sightings.extend(doubtful_links(links, view))
        except Unanswered as gone:
            of_links = ("policy.link", "rights.offered", "app.pushed")
            self._unread(view, (*of_links, "handover.offered", "store.listing"), gone.reason)
        try:
            forms = await read_forms(page, knowledge, unread=unread)
            self.sightings.extend(form_facts(forms, view, party_of=self.ground.party_of))
        except Unanswered as gone:
            asked = ("form.found", "form.field", "checkbox.found", "agreement.implied")
            demanded = ("inducement.shown", "closing.demanded", "verification.offered")
            self._unread(view, (*asked, *demanded, "account.registration"), gone.reason)
        for reason in dict.fromkeys(unread):
            inside = ("policy.link", "form.found", "form.field", "checkbox.found")
            self._unread(view, inside, reason)
        try:
            popups = await read_popups(page)
            self.sightings.extend(popup_facts(popups, view))
        except Unanswered as gone:
            self._unread(view, ("popup.shown",), gone.reason)
        if await self.session.closed():
            reason = Words(
                "页面有封闭的影子根，其内容未能查看",
                "the page has a closed shadow root, into which nothing could look",
            )
            self._unread(view, HIDEABLE, reason)
        kind = page_kind(view.url, view.title, view.text, forms)
        asks: bool | None = any(form.data_types and not form.frame_host for form in forms)
        if not asks and any(form.unshown for form in forms):
            asks = None
        known = tuple(links or ())
        self.sightings.append(
            PageVisited(
                source=view.source(),
                channel="website",
                page=view.page,
                page_kind=kind,
                status=opened.status,
                clicks=view.clicks,
                secure=view.secure,
                certificate=self._certificate(view),
                tls=opened.tls,
                mixed=self.session.mixed and view.secure,
                asks_personal=asks,
                phase=view.phase,
            )
        )
        self.sightings.extend(filing_facts(view, links))
        here = self.ground.site(view.url)
        self.sightings.extend(
            await exposed_inside(
                page, view, known, lambda url: self.ground.site(url) == here or self._own(url)
            )
        )
        self.sightings.extend(recommendation_facts(view))
        self.sightings.extend(rights_facts(view, known, view.clicks or 0))
        self.sightings.extend(app_push_facts(view, known))
        if kind not in ("policy", "agreement"):
            self.sightings.extend(change_facts(view))
        own = [form for form in forms if not form.frame_host]
        self.sightings.extend(inducement_facts(own, view))
        self.sightings.extend(closing_facts(own, view, kind))
        self.sightings.extend(closing_unread(known, view))
        self.sightings.extend(
            handover_facts(
                view,
                known,
                party_of=self.ground.party_of,
                logged_in=self.ground.visit.session is not None,
            )
        )
        self.sightings.extend(listing_facts(view, links))
        await self._proofs(view, own)
        return Found(view, opened, known, tuple(forms), kind)

    async def _proofs(self, view: View, forms: Sequence[Form]) -> None:
        """Read by which ways a page lets people in, where it speaks of their faces."""
        if not asks_for_proof(view):
            return
        unread: list[Words] = []
        try:
            controls = await read_controls(self.session.page, unread=unread)
        except Unanswered as gone:
            self._unread(view, ("verification.offered",), gone.reason)
            return
        self.sightings.extend(verification_facts(view, controls, forms, whole=not unread))

    def _certificate(self, view: View) -> Certificate | None:
        """Say what is known of a certificate that the browser took.

        With --trust it takes each one with a trusted key, however old and for whatever name.
        """
        if not view.secure:
            return "none"
        return None if self.ground.visit.trust else "valid"

    def _unread(self, view: View, kinds: Sequence[str], reason: Words) -> None:
        for kind in kinds:
            scope = {} if kind == "account.registration" else {"page": (view.page,)}
            self.sightings.append(
                Unseen(kind=kind, scope=scope, collector="website", reason=reason)
            )

    async def go_on(self, first: Found) -> None:
        """Walk from the first page: level by level, the telling pages first."""
        named = [Step(url, None, True) for url in self.ground.addresses[1:]]
        await self._type(first)
        await self.policies.follow(first)
        found, depth = [first], self.ground.visit.depth
        for clicks in range(1, depth + 2):
            steps = self._steps(found, clicks)
            if clicks > depth:
                self._too_far(steps)
                steps = []
            linked = {page_key(step.url): step.clicks for step in steps}
            level = [step._replace(clicks=linked.get(page_key(step.url))) for step in named]
            level, named, found = level + steps, [], []
            for step in level:
                if await self._stop(step):
                    continue
                page, _ = await self.look(step)
                if page is not None:
                    self.depth = max(self.depth, page.view.clicks or 0)
                    found.append(page)
                    await self._type(page)
                    await self.policies.follow(page)
            if not found:
                break

    def _steps(self, found: Sequence[Found], clicks: int) -> list[Step]:
        """Give the pages that the last level leads to, each once.

        From a page to which no walk led, nobody knows how many clicks lead on.
        """
        steps: dict[str, Step] = {}
        for linked in (True, False):
            pages = [page for page in found if (page.view.clicks is not None) == linked]
            dropped: list[str] = []
            order = walk_order(
                [link for page in pages for link in page.links],
                self._own,
                seen=self._seen,
                most=self.ground.visit.pages + MOST_UNOPENED,
                dropped=dropped,
            )
            self._left += len(dropped)
            self._pass_over(dropped)
            offered = {
                page_key(link.href)
                for page in pages
                for link in page.links
                if DOWNLOAD.search(link.text)
            }
            for link in order:
                if policy_subject(link.text, link.href) in (None, "agreement"):
                    fetches = page_key(link.href) in offered
                    step = Step(link.href, clicks if linked else None, False, fetches)
                    steps.setdefault(page_key(link.href), step)
        return [step for key, step in steps.items() if key not in self._seen]

    def _pass_over(self, dropped: Sequence[str]) -> None:
        """Name pages that are one of many alike: what stands on them was not looked at."""
        new = sorted({shown(url) for url in dropped} - self._passed_over)[:MOST_UNOPENED]
        self._passed_over.update(new)
        reason = Words(
            "页面过多，或地址与已打开的页面同形，未逐一打开",
            "one of too many pages, or its address is like that of pages opened; not each was",
        )
        self.sightings.extend(unseen_pages(new, reason))

    def _own(self, url: str) -> bool:
        """Say whether an address is the subject's: as stated, or where the first one led."""
        parts = address(url)
        if parts is None:
            return False
        landed = {self.ground.site(page.view.url) for page in self.pages[:1]}
        return self.ground.party_of(parts.host) == "first" or self.ground.site(url) in landed

    async def _stop(self, step: Step) -> bool:
        """Say whether a page stays unopened, and note why."""
        if page_key(step.url) in self._seen:
            return True
        visit, reason = self.ground.visit, None
        if len(self.pages) >= visit.pages:
            reason = Words(f"超过 {visit.pages} 个页面", f"more than {visit.pages} pages")
        elif self.ground.time_left <= 0:
            reason = Words("超过检测时限", "the time for the visit was over")
        elif self.session.crashed or not self.ground.browser.running:
            reason = Words("浏览器已崩溃", "the browser had crashed")
        else:
            reason = await self.ground.may_open(step.url, named=step.named)
        if reason is None:
            return False
        self._left += 1
        self._leave(step, reason)
        return True

    def _leave(self, step: Step, reason: Words) -> None:
        """Name a page that stays unopened, while there are not too many."""
        self._seen.add(page_key(step.url))
        self._named += 1
        if self._named <= MOST_UNOPENED:
            self.sightings.extend(unseen_pages([shown(step.url)], reason))

    def _too_far(self, steps: Sequence[Step]) -> None:
        depth = self.ground.visit.depth
        for step in steps:
            reason = Words(f"距首页超过 {depth} 次点击", f"more than {depth} clicks from the first")
            self._leave(step, reason)

    async def _type(self, found: Found) -> None:
        """Type made-up values where a form asks for something, and watch what leaves."""
        asking = [form for form in found.forms if form.data_types and not form.frame_host]
        if not asking:
            return
        wanted = {
            field.data_type for form in asking for field in form.fields if field.control in TYPED
        } - {"none"}
        reason = Words("部分输入框未能填入测试值", "some fields took no made-up value")
        typed: list[Typed] = []
        try:
            typed = await type_canaries(self.session.page, asking)
        except Unanswered as gone:
            reason = gone.reason
        missing = wanted - {one.data_type for one in typed}
        if missing:
            scope: dict[str, tuple[str | bool, ...]] = {
                "channel": ("website",),
                "before_submit": (True,),
                "data_type": tuple(sorted(missing)),
            }
            self.sightings.append(
                Unseen(kind="data.sent", scope=scope, collector="website", reason=reason)
            )

    def policy_facts(self) -> Iterator[Sighting]:
        """Give the policies, and each policy link once for each page."""
        yield from self.policies.sightings
        for found in self.pages:
            yield from self.policies.facts(found)

    def site_facts(self) -> Iterator[Fact]:
        """Give what all pages together show: whom they address, and how far the walk went."""
        if not self.pages:
            return
        first = self.pages[0].view
        signs = sorted(
            {sign for page in self.pages for sign in minors_signs(page.view, page.links)}
        )
        if signs:
            yield MinorsAddressed(
                source=first.source(), channel="website", host=first.host, signs=tuple(signs)
            )
        yield WalkCompleted(
            source=Source(evidence=first.evidence, time=first.time, mapped=first.mapped),
            channel="website",
            surface="web",
            screens=len(self.pages) + len(self.policies.pages),
            depth=self.depth,
            complete=self._left == 0 and not self.broken_off,
            logged_in=self.ground.visit.session is not None,
        )


def _not_opened(step: Step, opened: Opened, session: Session) -> Iterator[Sighting]:
    reason = opened.reason or Words("无法打开", "could not be opened")
    page = shown(step.url)
    if opened.fault is not None:
        parts = address(step.url)
        yield PageVisited(
            source=Source(time=session.now(), mapped=session.mapped),
            channel="website",
            page=page,
            clicks=step.clicks,
            secure=bool(parts and parts.secure),
            certificate=opened.fault,
            phase=session.phase,
        )
    said = Words(f"{page}：{reason.zh}", f"{page}: {reason.en}")
    kinds = PAGE_KINDS if opened.fault is None else SHOWN_KINDS
    yield from unseen_pages([page], said, kinds=kinds)
