"""Addresses that stand in the package of a retired app, asked once each: does anything answer?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from scanner.collect.website.ground import addresses_in
from scanner.exchange import address, shown
from scanner.facts import EndpointAnswered, Source
from scanner.fetch.client import FetchError
from scanner.fetch.manners import Pace
from scanner.fetch.way_out import way_out
from scanner.geo import load_geo
from scanner.knowledge import Knowledge
from scanner.model import Keep, Say, Sighting, Target, Unseen, Words

__all__ = ["KINDS", "collect"]

KINDS: tuple[str, ...] = ("endpoint.answered",)
"""Kinds of fact that this collector looks for."""
MOST_ASKED = 200
"""Addresses asked; an app names some dozens."""
MOST_BODY = 64 * 1024
"""Bytes of an answer that are kept."""


def collect(target: Target, keep: Keep, knowledge: Knowledge, say: Say) -> Iterator[Sighting]:
    """Ask each address once, politely; raises NotAuditable for what is no list of addresses."""
    addresses = addresses_in(target.path, hint="audit the package")
    yield from asyncio.run(_ask_all(addresses, target, keep, knowledge, say))


async def _ask_all(
    addresses: tuple[str, ...], target: Target, keep: Keep, knowledge: Knowledge, say: Say
) -> list[Sighting]:
    visit = target.visit
    geo = load_geo(visit.locations, anycast=knowledge.sets["anycast-networks"])
    pace = Pace(visit.rate)
    found: list[Sighting] = []
    async with way_out(visit) as (_, client):
        for url in addresses[:MOST_ASKED]:
            parts = address(url)
            if parts is None:
                continue
            say(f"asking {parts.host}")
            await pace.turn(parts.host)
            try:
                reply = await client.get(url, most=MOST_BODY)
            except FetchError as error:
                found.append(_unanswered(parts.host, error.reason))
                continue
            kept = keep(reply.body, name=f"answer of {parts.host}", media_type="text/plain")
            found.append(
                EndpointAnswered(
                    source=Source(
                        evidence=kept.sha256, at=shown(reply.url), mapped=bool(visit.resolve)
                    ),
                    channel="website",
                    host=parts.host,
                    url=shown(url),
                    status=reply.status,
                    country=geo.place(reply.ip or "").country,
                )
            )
    left = len(addresses) - MOST_ASKED
    if left > 0:
        reason = Words(f"另有 {left} 个地址未询问", f"{left} more addresses were not asked")
        found.append(
            Unseen(kind="endpoint.answered", scope={}, collector="endpoints", reason=reason)
        )
    return found


def _unanswered(host: str, reason: Words) -> Unseen:
    return Unseen(
        kind="endpoint.answered",
        scope={"host": (host,)},
        collector="endpoints",
        reason=Words(f"{host}：{reason.zh}", f"{host}: {reason.en}"),
    )
