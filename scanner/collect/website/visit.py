"""A visit: three fresh sessions, as an officer would hold them: look, refuse, agree."""

from __future__ import annotations

import asyncio
import email.utils
import socket
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec
from playwright.async_api import Error

from scanner.browser import BrowserMissing, Unanswered
from scanner.collect.website.answers import exposed_in_answers
from scanner.collect.website.boxes import paths_of
from scanner.collect.website.consent import (
    Answered,
    agree,
    find_prompt,
    refuse,
)
from scanner.collect.website.consent_facts import answer_fact, place, prompt_facts
from scanner.collect.website.consent_survey import Prompt
from scanner.collect.website.ground import (
    SHOWN_KINDS,
    Ground,
    unseen_pages,
    unseen_phase,
    unseen_whole,
)
from scanner.collect.website.opening import Opened
from scanner.collect.website.reach import other_scheme, outdated_tls
from scanner.collect.website.scripts import ScriptFacts
from scanner.collect.website.session import Session
from scanner.collect.website.shown import mainland_signs
from scanner.collect.website.view import View
from scanner.collect.website.walk import Found, Step, Walk
from scanner.exchange import shown
from scanner.facts import ConsentPrompt, Fact, ScanVantage, SiteVisited, Source, identity_of
from scanner.geo import outside
from scanner.languages import language_of
from scanner.model import Sighting, Unseen, Words
from scanner.wording.short import short

LOOK_AGAIN_S = 0.5
"""Pause between two looks for a dialog, in seconds."""
LEAST_WORDS = 60
"""Characters below which nothing is said of whom a page addresses."""
AGAIN_S = 3.0
"""How long a page loaded anew is watched for the same question, in seconds at most."""
BASIC = ("浏览", "瀏覽", "基本功能", "browse", "basic")
"""Words of a control that leads to a reduced mode."""
WHOLE = (
    *("site.visited", "consent.prompt", "walk.completed", "minors.addressed"),
    "policy.document",
    *SHOWN_KINDS,
)
"""Kinds of which nothing is seen where the first page does not open; that page itself is named."""
SESSION_FAILED = Words("会话中断", "the session broke off")

BROKEN = (Error, TimeoutError, Unanswered)
"""What a browser or a page raises that breaks in the middle."""

Answer = Literal["refused", "agreed"]


class Held(NamedTuple):
    """The outcome of a session in which the question was answered."""

    answered: Answered | None
    scope: Literal["none", "basic", "full"] | None
    sightings: list[Sighting]


class Visit:
    """One site, visited three times."""

    def __init__(self, ground: Ground) -> None:
        """Prepare the visit."""
        self.ground = ground
        self.prompt: Prompt | None = None
        self.asked: Unseen | None = None
        """Why it could not be found out whether a dialog asks."""
        self.first: Found | None = None

    async def run(self) -> list[Sighting]:
        """Hold the three sessions and give everything seen and not seen."""
        sightings = await self._look()
        if self.first is not None:
            held = {answer: await self._answer(answer) for answer in ("refused", "agreed")}
            sightings += self._question(held["refused"])
            for one in held.values():
                sightings += one.sightings
        return list(once(sightings))

    async def _session(self, phase: Literal["first_load", "refused", "agreed"]) -> Session:
        await self.ground.browser.revive()
        session = Session(
            self.ground.browser,
            self.ground.guard,
            self.ground.keep,
            phase,
            mapped=self.ground.mapped,
        )
        await session.start(self.ground.visit.session)
        return session

    async def _look(self) -> list[Sighting]:
        """First session: load and touch nothing, then walk, in the same untouched state."""
        ground = self.ground
        why = await ground.may_open(ground.addresses[0], named=True)
        if why is not None:
            page = shown(ground.addresses[0])
            return [*unseen_pages([page], why), *self._nothing(why)]
        try:
            session = await self._session("first_load")
        except (*BROKEN, BrowserMissing) as error:
            return list(self._nothing(_broken(error)))
        walk = Walk(ground, session)
        found: list[Sighting] = []
        try:
            step = Step(ground.addresses[0], 0, True)
            first, opened = await walk.look(step, dwell=ground.visit.dwell_s)
            if first is None:
                found += walk.sightings
                found += self._nothing(opened.reason or SESSION_FAILED)
            else:
                self.first = first
                await self._find(session)
                await session.picture("home", first.view, self._paths(walk, first.view))
                found += [await self._site(first, session), self._vantage(opened, first)]
                await walk.go_on(first)
                found += await self._others(walk, session)
                found += [*walk.sightings, *walk.policy_facts(), *walk.site_facts()]
        except BROKEN as error:
            walk.broken_off = True
            found += [*walk.sightings, *walk.policy_facts(), *walk.site_facts()]
            found += unseen_phase("first_load", _broken(error))
        return found + await self._close(session)

    def _paths(self, walk: Walk, first: View) -> tuple[str, ...]:
        """Give the elements of the first page of which facts speak, the dialog that asks first."""
        asking = () if self.prompt is None else (place(self.prompt),)
        return (*asking, *paths_of(walk.sightings, first))

    async def _find(self, session: Session) -> None:
        try:
            self.prompt = await find_prompt(session.page)
        except Unanswered as gone:
            self.asked = Unseen(
                kind="consent.prompt",
                scope={"channel": ("website",)},
                collector="website",
                reason=gone.reason,
            )

    async def _close(self, session: Session) -> list[Sighting]:
        """End a session and give what its recording and its instruments hold."""
        dead = not self.ground.browser.running
        found = await session.finish()
        log = session.log
        if log is not None:
            found += ScriptFacts(self.ground, session, log.sha256).facts()
        found += exposed_in_answers(self.ground, session)
        if session.crashed or dead:
            reason = Words(
                "浏览器或页面进程崩溃，此后未再观察",
                "the browser or the page's process crashed; nothing was seen after that",
            )
            found += unseen_phase(session.phase, reason)
        return found

    async def _answer(self, answer: Answer) -> Held:
        """Second and third session: answer the question, then watch."""
        if self.prompt is None:
            reason = Words("未发现征求同意的弹窗", "no dialog that asks was found")
            if self.asked is not None:
                reason = self.asked.reason
            asked = self.asked is not None
            return Held(None, None, list(unseen_phase(answer, reason, answers=asked)))
        if self.ground.time_left <= 0:
            reason = Words("超过检测时限", "the time for the visit was over")
            return Held(None, None, list(unseen_phase(answer, reason)))
        try:
            session = await self._session(answer)
        except (*BROKEN, BrowserMissing) as error:
            return Held(None, None, list(unseen_phase(answer, _broken(error))))
        try:
            held = await self._press(answer, session)
        except BROKEN as error:
            held = Held(None, None, list(unseen_phase(answer, _broken(error))))
        rest = await self._close(session)
        if held.answered is None:
            rest = [one for one in rest if isinstance(one, Unseen)]
        return held._replace(sightings=[*held.sightings, *rest])

    async def _press(self, answer: Answer, session: Session) -> Held:
        ground, url = self.ground, self.ground.addresses[0]
        await ground.pace.turn(ground.host)
        ground.say(f"{answer}: {url}")
        opened = await session.open(url)
        if not opened.good:
            reason = opened.reason or SESSION_FAILED
            return Held(None, None, list(unseen_phase(answer, reason)))
        prompt = await self._wait_for_prompt(session)
        if prompt is None:
            reason = Words("弹窗这次没有出现", "the dialog did not appear this time")
            return Held(None, None, list(unseen_phase(answer, reason)))
        press = refuse if answer == "refused" else agree
        answered = await press(session.page, prompt)
        if answered is None:
            reason = (
                Words("未找到可以拒绝的途径", "no way to refuse was found")
                if answer == "refused"
                else Words("未找到可以同意的控件", "no control to agree was found")
            )
            await session.picture("question")
            return Held(None, None, list(unseen_phase(answer, reason)))
        # What the click itself sets off belongs to the answer.
        session.since = session.instruments.pressed(answered.at) or answered.at
        await session.rest(ground.visit.dwell_s)
        view = await session.view(0)
        await session.picture("after the answer", view)
        scope = self._scope(answered, view)
        again = None if scope == "none" else await self._asked_again(session, url)
        fact = answer_fact(answer, answered, view, again)
        return Held(answered, scope, [fact])

    async def _wait_for_prompt(self, session: Session) -> Prompt | None:
        """Look for the dialog until it is there, as long as the first session looked."""
        loop = asyncio.get_running_loop()
        end = loop.time() + max(self.ground.visit.dwell_s, 1.0)
        while True:
            prompt = await find_prompt(session.page)
            if prompt is not None or loop.time() >= end or session.crashed:
                return prompt
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _asked_again(self, session: Session, url: str) -> bool | None:
        """Load the page anew in the same profile and see whether it asks once more."""
        await self.ground.pace.turn(self.ground.host)
        opened = await session.open(url)
        if not opened.good:
            return None
        await session.rest(min(self.ground.visit.dwell_s, AGAIN_S))
        try:
            return await find_prompt(session.page) is not None
        except Unanswered:
            return None

    def _scope(self, answered: Answered, view: View) -> Literal["none", "basic", "full"] | None:
        """Say what can be used after the answer, as far as the page itself shows it."""
        home = self.first.view.url if self.first is not None else self.ground.addresses[0]
        if self.ground.site(view.url) != self.ground.site(home):
            return "none"
        if answered.closed is None:
            return None
        if not answered.closed:
            return "none" if self.prompt is not None and self.prompt.blocking else None
        if any(word in answered.control.lower() for word in BASIC):
            return "basic"
        return "full"

    def _question(self, refused: Held) -> Iterator[Sighting]:
        """Give the question itself, with the clicks that refusing took."""
        if self.asked is not None or self.first is None:
            if self.asked is not None:
                yield self.asked
            return
        answered = refused.answered
        clicks = answered.clicks if answered else None
        for fact in prompt_facts(self.prompt, self.first.view, reject_clicks=clicks):
            if not isinstance(fact, ConsentPrompt):
                yield fact
                continue
            known = fact.reject
            if known == "" and answered is not None:
                known = short(answered.control)  # refusing was to be had, further inside
            yield msgspec.structs.replace(fact, reject=known, scope_after_refusal=refused.scope)

    def _nothing(self, reason: Words) -> Iterator[Unseen]:
        for phase in ("first_load", "refused", "agreed"):
            yield from unseen_phase(phase, reason)
        yield from unseen_whole(WHOLE, reason)

    async def _others(self, walk: Walk, session: Session) -> list[Sighting]:
        """Give the sites of further addresses that the auditor named, looked at in passing only."""
        hosts = {walk.pages[0].view.host}
        found: list[Sighting] = []
        for page in walk.pages[1:]:
            if page.view.clicks is None and page.view.host not in hosts:
                hosts.add(page.view.host)
                found.append(await self._site(page, session))
                reason = Words(
                    "征求同意的弹窗只在第一个地址查看",
                    "dialogs were looked for at the first address only",
                )
                scope = {"page": (page.view.page,)}
                found.append(
                    Unseen(kind="consent.prompt", scope=scope, collector="website", reason=reason)
                )
        return found

    async def _site(self, first: Found, session: Session) -> Fact:
        """Give the site as a whole: whom it addresses, where it stands, how it is reached."""
        view = first.view
        signs = mainland_signs(view, first.links)
        place = None
        for connection in session.guard.connections:
            if connection.host == view.host and connection.ip and not connection.mapped:
                place = self.ground.geo.place(connection.ip)
        ground = self.ground
        https, redirects = await other_scheme(
            ground.client, view, started_plain=ground.addresses[0].startswith("http:")
        )
        return SiteVisited(
            source=view.source(),
            channel="website",
            host=view.host,
            title=short(view.title),
            language=language_of(view.text),
            mainland=True if signs else _elsewhere(view),
            signs=signs,
            hosted_in=place.country if place is not None else None,
            https_offered=https,
            outdated_tls=await outdated_tls(ground.guard, view),
            http_redirects=redirects,
        )

    def _vantage(self, opened: Opened, first: Found) -> Fact:
        """Give from where the look was taken: as stated, else as this machine's address tells."""
        visit = self.ground.visit
        country, stated = visit.vantage, visit.vantage is not None
        if country is None:
            country = self.ground.geo.place(_own_address()).country
        away = outside(country, visit.home)
        return ScanVantage(
            source=Source(evidence=first.view.evidence, time=first.view.time),
            channel="website",
            country=country,
            stated=stated if country is not None else None,
            inside_home=None if away is None else not away,
            clock_offset_s=_offset(opened.date, opened.at),
            mapped=self.ground.mapped,
        )


def once(sightings: Sequence[Sighting]) -> Iterator[Sighting]:
    """Give each fact once for what it is, the first counting; all else as it stands."""
    known = set[object]()
    for sighting in sightings:
        if isinstance(sighting, Fact):
            key = identity_of(sighting)
            if key in known:
                continue
            known.add(key)
        yield sighting


def _elsewhere(view: View) -> bool | None:
    """Give False for a page in another language than the mainland's; None where nothing tells."""
    little = len("".join(view.text.split())) < LEAST_WORDS
    return None if little or language_of(view.text) in (None, "zh-Hans") else False


def _offset(date: str | None, at: float) -> int | None:
    """Give this machine's clock less the server's, whose Date header counts whole seconds."""
    if not date:
        return None
    try:
        return round(at - email.utils.parsedate_to_datetime(date).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


def _own_address() -> str:
    """Give the address from which this machine would send; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: nobody is there
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _broken(error: Exception) -> Words:
    if isinstance(error, Unanswered):
        return error.reason
    said = str(error).strip().partition("\n")[0][:120]
    return Words(f"会话中断：{said}", f"the session broke off: {said}")
