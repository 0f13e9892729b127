"""The website collector: a site in a real browser, looked at, refused and agreed to.

Everything that the browser sends passes our guard. Each session's HAR is handed on, since only the
traffic collector turns requests into facts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import msgspec

from scanner.browser import Browser, BrowserMissing
from scanner.collect.website.ground import Ground, trusting, unseen_whole
from scanner.collect.website.visit import Visit
from scanner.errors import NotAuditable
from scanner.exchange import address
from scanner.fetch.addresses import parse_resolve
from scanner.fetch.client import Client
from scanner.fetch.flags import OWN_HOSTS
from scanner.fetch.guard import Guard
from scanner.fetch.manners import Pace, Robots
from scanner.geo import load_geo
from scanner.knowledge import Knowledge
from scanner.model import Keep, Say, Sighting, Site, Target, Words
from scanner.parties import Parties

__all__ = ["KINDS", "collect"]

KINDS: tuple[str, ...] = (
    *("site.visited", "page.visited", "consent.prompt", "consent.answered", "checkbox.found"),
    *("agreement.implied", "form.found", "form.field", "filing.shown", "prompt.raised"),
    *("fingerprint.read", "storage.written", "cookie.set", "page.exposed", "rights.offered"),
    *("account.registration", "recommendation.shown", "app.pushed", "popup.shown"),
    *("minors.addressed", "walk.completed", "scan.vantage", "policy.link", "policy.document"),
)
"""Kinds of fact that this collector looks for."""


def collect(target: Target, keep: Keep, knowledge: Knowledge, say: Say) -> Iterator[Sighting]:
    """Visit a site; raises NotAuditable for what names no address."""
    try:
        site = msgspec.json.decode(target.path.read_bytes(), type=Site)
    except msgspec.MsgspecError as error:
        raise NotAuditable(f"no list of addresses: {error}", hint="name a site by URL") from None
    if not site.addresses or any(address(url) is None for url in site.addresses):
        raise NotAuditable("no address of a site", hint="name it as https://host/")
    try:
        yield from asyncio.run(_visit(site, target, keep, knowledge, say))
    except BrowserMissing as error:
        reason = Words(f"没有可用的浏览器：{error}", f"there is no browser to use: {error}")
        say(f"{error}; {error.hint}")
        yield from unseen_whole(KINDS, reason)


async def _visit(
    site: Site, target: Target, keep: Keep, knowledge: Knowledge, say: Say
) -> list[Sighting]:
    visit = target.visit
    guard = Guard(
        resolve=[parse_resolve(text) for text in visit.resolve],
        allow_private=visit.allow_private,
        own=OWN_HOSTS,
    )
    geo = load_geo(visit.locations, anycast=knowledge.sets["anycast-networks"])
    end = asyncio.get_running_loop().time() + visit.minutes * 60
    async with guard, Client(guard, trust=trusting(visit.trust)) as client:
        say("starting the browser")
        browser = Browser(guard.url, executable=visit.browser, trust=visit.trust)
        async with browser:
            pace = Pace(visit.rate)
            ground = Ground(
                addresses=site.addresses,
                visit=visit,
                knowledge=knowledge,
                keep=keep,
                say=say,
                guard=guard,
                browser=browser,
                client=client,
                pace=pace,
                robots=Robots(client, pace=pace),
                geo=geo,
                parties=Parties(visit.first_party, knowledge),
                deadline=end,
            )
            return await Visit(ground).run()
