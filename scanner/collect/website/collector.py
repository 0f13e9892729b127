"""The website collector: a site in a real browser, looked at, refused and agreed to.

Everything that the browser sends passes our guard. Each session's HAR is handed on, since only the
traffic collector turns requests into facts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from scanner.browser import Browser, BrowserMissing
from scanner.collect.website.ground import Ground, addresses_in, unseen_whole
from scanner.collect.website.visit import Visit
from scanner.errors import NotAuditable
from scanner.exchange import address
from scanner.fetch.flags import OWN_HOSTS
from scanner.fetch.manners import Pace, Robots
from scanner.fetch.way_out import way_out
from scanner.geo import load_geo
from scanner.knowledge import Knowledge
from scanner.model import Keep, Say, Sighting, Target, Words
from scanner.parties import Parties

__all__ = ["KINDS", "collect"]

KINDS: tuple[str, ...] = (
    *("site.visited", "page.visited", "consent.prompt", "consent.answered", "checkbox.found"),
    *("agreement.implied", "form.found", "form.field", "filing.shown", "prompt.raised"),
    *("fingerprint.read", "storage.written", "cookie.set", "page.exposed", "rights.offered"),
    *("account.registration", "recommendation.shown", "app.pushed", "popup.shown"),
    *("verification.offered", "inducement.shown", "closing.demanded", "handover.offered"),
    *("store.listing", "change.told", "minors.addressed", "walk.completed", "scan.vantage"),
    *("policy.link", "policy.document"),
)
"""Kinds of fact that this collector looks for."""


def collect(target: Target, keep: Keep, knowledge: Knowledge, say: Say) -> Iterator[Sighting]:
    """Visit a site; raises NotAuditable for what names no address."""
    addresses = addresses_in(target.path, hint="name a site by URL")
    if not addresses or any(address(url) is None for url in addresses):
        raise NotAuditable("no address of a site", hint="name it as https://host/")
    try:
        yield from asyncio.run(_visit(addresses, target, keep, knowledge, say))
    except BrowserMissing as error:
        reason = Words(f"没有可用的浏览器：{error}", f"there is no browser to use: {error}")
        say(f"{error}; {error.hint}")
        yield from unseen_whole(KINDS, reason)


async def _visit(
    addresses: tuple[str, ...], target: Target, keep: Keep, knowledge: Knowledge, say: Say
) -> list[Sighting]:
    visit = target.visit
    geo = load_geo(visit.locations, anycast=knowledge.sets["anycast-networks"])
    end = asyncio.get_running_loop().time() + visit.minutes * 60
    async with way_out(visit, own=OWN_HOSTS) as (guard, client):
        say("starting the browser")
        browser = Browser(guard.url, executable=visit.browser, trust=visit.trust)
        async with browser:
            pace = Pace(visit.rate)
            ground = Ground(
                addresses=addresses,
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
