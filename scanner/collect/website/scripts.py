"""Facts from what our instruments inside the pages told, and from what is stored at the end."""

from __future__ import annotations

import datetime
import re
import typing
from collections.abc import Iterator, Sequence

from scanner.collect.website.ground import Ground
from scanner.collect.website.instruments import Told
from scanner.collect.website.session import Session
from scanner.cookies import read_cookie, tells_apart
from scanner.exchange import LONGEST_HOST, address, shown
from scanner.facts import (
    AppPushed,
    CookieSet,
    Fact,
    FingerprintRead,
    PromptRaised,
    Source,
    StorageWritten,
)
from scanner.wording.short import short

PROMPTS = frozenset(typing.get_args(typing.get_type_hints(PromptRaised)["prompt"]))
APIS = frozenset(typing.get_args(typing.get_type_hints(FingerprintRead)["api"]))
STORES = ("local", "session", "indexed")
NO_APP = re.compile(r"(?:tel|mailto|smsto|sms|geo|view-source):", re.IGNORECASE)
"""Schemes of programs that are no app of the site."""


class ScriptFacts:
    """Turns the events of one session into facts."""

    def __init__(self, ground: Ground, session: Session, evidence: str) -> None:
        """`evidence` is the digest of the kept log of the session."""
        self.ground = ground
        self.session = session
        self.evidence = evidence

    def facts(self) -> Iterator[Fact]:
        """Give what scripts did, as often as they did it."""
        since = None if self.session.since is None else self.session.since.timestamp() * 1000
        for number, told in enumerate(self.session.instruments.told):
            if since is not None and told.event.time < since:
                continue
            yield from self._facts(number, told)

    def _source(self, number: int, told: Told) -> Source:
        return Source(
            evidence=self.evidence,
            at=f"events {number}",
            time=told.time,
            mapped=self.session.mapped,
        )

    def _facts(self, number: int, told: Told) -> Iterator[Fact]:
        event, source = told.event, self._source(number, told)
        parts = address(event.script)
        whose = self.ground.parties.of(parts.host) if parts else None
        party = whose.party if whose else None
        vendor = whose.vendor if whose else None
        recipient = whose.recipient if whose else None
        script = shown(event.script) if event.script else None
        phase, page = self.session.phase, shown(told.page)
        line = event.line or None
        if event.what == "fingerprint" and event.api in APIS:
            yield FingerprintRead(
                source=source,
                channel="website",
                api=event.api,  # type: ignore[arg-type] # checked against its choices
                script=script,
                line=line,
                party=party,
                vendor=vendor,
                recipient=recipient,
                page=page,
                phase=phase,
            )
        elif event.what == "prompt" and event.prompt in PROMPTS:
            yield PromptRaised(
                source=source,
                channel="website",
                prompt=event.prompt,  # type: ignore[arg-type] # checked against its choices
                gesture=event.gesture,
                script=script,
                line=line,
                party=party,
                vendor=vendor,
                page=page,
                phase=phase,
            )
        elif event.what == "storage" and event.store in STORES:
            yield StorageWritten(
                source=source,
                channel="website",
                name=short(event.name),
                domain=_host(told),
                storage=event.store,  # type: ignore[arg-type] # checked against its choices
                party=party,
                vendor=vendor,
                recipient=recipient,
                identifier=tells_apart(event.name, event.text),
                setter=script,
                phase=phase,
            )
        elif event.what == "cookie":
            yield from self._cookie(told, source, script)

    def _cookie(self, told: Told, source: Source, script: str | None) -> Iterator[CookieSet]:
        event = told.event
        moment = datetime.datetime.fromisoformat(told.time)
        cookie = read_cookie(event.text, _host(told), told.frame.startswith("https:"), moment)
        if cookie is None or cookie.deletes:
            return
        domain = cookie.domain
        whose = self.ground.parties.of(domain)
        parts = address(event.script)
        maker = self.ground.parties.of(parts.host) if parts else whose
        yield CookieSet(
            source=source,
            channel="website",
            name=short(cookie.name),
            domain=domain,
            party=whose.party,
            vendor=maker.vendor,
            recipient=maker.recipient,
            lifetime_days=cookie.lifetime_days,
            identifier=tells_apart(cookie.name, cookie.value),
            via="script",
            setter=script,
            kept=cookie.kept,
            phase=self.session.phase,
        )


def _host(told: Told) -> str:
    """Give the host whose store was written to: that of the frame, or of what wrote the frame."""
    place = address(told.frame)
    return told.event.host[:LONGEST_HOST] or (place.host if place else "")


def pushed(
    downloads: Sequence[str],
    jumps: Sequence[str],
    page: str,
    source: Source,
    *,
    gesture: bool | None = False,
) -> Iterator[AppPushed]:
    """Give what pushed into an app by itself: a file that came, or a jump to another program.

    Only what came before anything was touched counts: afterwards the scanner may have asked for it.
    `gesture` is None for a page to which a link led that offers a download.
    """
    for url in downloads:
        if re.search(r"\.(apk|ipa|hap|exe|dmg|appx)(\?|$)", url, re.IGNORECASE):
            yield AppPushed(
                source=source,
                channel="website",
                page=page,
                way="auto_download",
                text=shown(url),
                gesture=gesture,
            )
            break
    for url in [url for url in jumps if not NO_APP.match(url)][:1]:
        yield AppPushed(
            source=source,
            channel="website",
            page=page,
            way="scheme_jump",
            text=short(url.partition("?")[0]),
            gesture=gesture,
        )
