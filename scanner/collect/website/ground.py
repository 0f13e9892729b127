"""What every part of a visit to a site needs: the way out, the limits, and whose site it is."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from scanner.browser import Browser
from scanner.errors import NotAuditable
from scanner.exchange import address
from scanner.facts import KINDS, Party, Phase
from scanner.fetch.client import Client
from scanner.fetch.guard import Guard
from scanner.fetch.manners import Pace, Robots, refusal
from scanner.geo import Geo
from scanner.knowledge import Knowledge
from scanner.knowledge.sites import site_of
from scanner.model import Keep, Say, Site, Unseen, Visit, Words
from scanner.parties import Parties

PAGE_KINDS = (
    *("page.visited", "policy.link", "filing.shown", "page.exposed", "rights.offered"),
    *("form.found", "form.field", "checkbox.found", "agreement.implied", "app.pushed"),
    *("recommendation.shown", "popup.shown", "verification.offered", "inducement.shown"),
    *("closing.demanded", "handover.offered", "store.listing", "change.told"),
    "account.registration",
)
"""Kinds of fact that name the page on which they were seen."""
SHOWN_KINDS = tuple(kind for kind in PAGE_KINDS if kind != "page.visited")
"""Those of them that tell what a page shows, and not that it was visited."""
PHASE_KINDS = (
    *("request.made", "endpoint.contacted", "cookie.set", "identifier.sent", "data.sent"),
    *("storage.written", "fingerprint.read", "prompt.raised"),
)
"""Kinds of fact that name the phase in which they happened."""


class Ground(NamedTuple):
    """Everything that the parts of one visit share."""

    addresses: tuple[str, ...]
    visit: Visit
    knowledge: Knowledge
    keep: Keep
    say: Say
    guard: Guard
    browser: Browser
    client: Client
    pace: Pace
    robots: Robots
    geo: Geo
    parties: Parties
    deadline: float
    """When the visit must end, by the clock of the event loop."""

    @property
    def host(self) -> str:
        """Host of the first address."""
        parts = address(self.addresses[0])
        return parts.host if parts else ""

    @property
    def mapped(self) -> bool:
        """Whether the auditor mapped names to addresses."""
        return bool(self.visit.resolve)

    @property
    def time_left(self) -> float:
        """Seconds that the visit may still take."""
        return self.deadline - asyncio.get_running_loop().time()

    def site(self, url: str) -> str:
        """Give the registered name to which an address belongs; empty for none."""
        parts = address(url)
        return site_of(parts.host, self.knowledge.sets["shared-hosts"]) if parts else ""

    def party_of(self, host: str) -> Party | None:
        """Say whose a host is."""
        return self.parties.of(host).party

    async def may_open(self, url: str, *, named: bool) -> Words | None:
        """Say why a page may not be opened; None when it may."""
        return await refusal(self.robots, self.visit, url, named=named)


def addresses_in(path: Path, *, hint: str) -> tuple[str, ...]:
    """Give the addresses of a list that was kept; raises NotAuditable, with a hint, for no list."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Site).addresses
    except msgspec.MsgspecError as error:
        raise NotAuditable(f"no list of addresses: {error}", hint=hint) from None


def outdated() -> ssl.SSLContext:
    """Give what speaks TLS 1.1 and older only, and asks nothing of the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def tls_fault(error: BaseException) -> ssl.SSLError | None:
    """Find what OpenSSL said when an address could not be asked; None where it said nothing."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause


def unseen_pages(
    pages: Iterable[str], reason: Words, *, kinds: Iterable[str] = PAGE_KINDS
) -> Iterator[Unseen]:
    """Say that nothing of these kinds was seen on these pages."""
    scope = {"page": tuple(sorted(set(pages)))}
    if scope["page"]:
        for kind in kinds:
            yield Unseen(kind=kind, scope=scope, collector="website", reason=reason)


def unseen_phase(phase: Phase, reason: Words, *, answers: bool = True) -> Iterator[Unseen]:
    """Say that nothing of a whole session was seen; `answers`: nor whether an answer was taken."""
    for kind in PHASE_KINDS:
        scope: dict[str, tuple[str, ...]] = {"channel": ("website",), "phase": (phase,)}
        yield Unseen(kind=kind, scope=scope, collector="website", reason=reason)
    if answers and phase != "first_load":
        scope = {"answer": (phase,)}
        yield Unseen(kind="consent.answered", scope=scope, collector="website", reason=reason)


def unseen_whole(kinds: Iterable[str], reason: Words) -> Iterator[Unseen]:
    """Say that nothing of these kinds was seen on the site."""
    for kind in kinds:
        if "website" in KINDS[kind].channels:
            scope = {"channel": ("website",)}
            yield Unseen(kind=kind, scope=scope, collector="website", reason=reason)
