"""Many exchanges into few facts: one for each thing that happened, however often it did."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from scanner.collect.traffic.frequency import Frequencies
from scanner.collect.traffic.identifiers import Identifier
from scanner.collect.traffic.origin import Origin
from scanner.collect.traffic.sent import Carried, Datum
from scanner.collect.traffic.whose import By
from scanner.cookies import KnownNames, SetCookie, random_parts, tells_apart
from scanner.exchange import Address, Exchange, address, shape, shown
from scanner.facts import (
    Channel,
    CookieSet,
    DataFrequency,
    DataSent,
    EndpointContacted,
    Fact,
    IdentifierSent,
    Phase,
    RequestMade,
    Source,
)
from scanner.geo.places import Where, worse
from scanner.parties import Who

MAX_FACTS = 5_000
"""Facts of one kind at most; a recording of a large site has some hundreds."""
MAX_STORED = 100_000
"""Random parts of cookies that are remembered at most."""
MAX_PERHAPS = 10_000
"""Values that may prove to be identifiers and are remembered at most."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


K = TypeVar("K", tuple[str, str], tuple[str, str, str])


class Seen(NamedTuple):
    """One request, with all that is known of it."""

    exchange: Exchange
    """The request and its answer."""
    here: Address
    """Its address in parts."""
    who: Who
    """Whose host that is."""
    where: Where
    """Where its server stands."""
    carried: Carried
    """What it carried."""
    source: Source
    """Where it can be looked up."""
    origin: Origin
    """Who sent it."""


class _Perhaps(NamedTuple):
    parts: tuple[str, ...]
    fact: IdentifierSent
    request: tuple[str, str]


class _Requests:
    """Requests of one kind: the one that shows most, and what they say together."""

    __slots__ = ("attributed_by", "by_subject", "count", "identifies", "lead", "mixed", "opaque")

    def __init__(self, lead: RequestMade) -> None:
        self.lead = lead
        self.count = 0
        self.identifies: bool | None = False
        self.mixed: bool | None = False
        self.opaque: bool | None = False
        self.by_subject: bool | None = False
        self.attributed_by: By | None = None

    def add(self, seen: Seen, identifies: bool | None) -> None:
        """Count one more."""
        self.count += 1
        self.identifies = _strongest(self.identifies, identifies)
        self.mixed = _strongest(self.mixed, _is_mixed(seen.exchange, seen.here))
        self.opaque = _strongest(self.opaque, seen.carried.opaque)
        self.by_subject = _strongest(self.by_subject, seen.origin.by_subject)
        self.attributed_by = self.attributed_by or seen.origin.attributed_by

    def fact(self) -> RequestMade:
        """Give the fact that stands for all of them."""
        return msgspec.structs.replace(
            self.lead,
            identifies=self.identifies,
            mixed=self.mixed,
            count=self.count,
            opaque=self.opaque,
            by_subject=self.by_subject,
            attributed_by=self.attributed_by,
        )


class Tally:
    """Facts of one phase as they grow; their source is the first occurrence that weighs most."""

    def __init__(
        self,
        channel: Channel,
        phase: Phase | None,
        names: KnownNames,
        stored: set[str],
    ) -> None:
        """`stored` collects the random parts of cookies, for all phases of a recording together."""
        self._channel = channel
        self.phase = phase
        """The phase of which these facts are."""
        self._names = names
        self._stored = stored
        self._requests: dict[tuple[str, str], _Requests] = {}
        self._endpoints: dict[str, tuple[EndpointContacted, Where]] = {}
        self._cookies: dict[tuple[str, str], CookieSet] = {}
        self._identifiers: dict[tuple[str, str], IdentifierSent] = {}
        self._data: dict[tuple[str, str, str], DataSent] = {}
        self._perhaps: dict[tuple[str, str], _Perhaps] = {}
        self._frequencies = Frequencies()
        self.left_out: dict[str, int] = {}
        """How many facts of each kind were too many to be listed."""

    def add(self, seen: Seen, cookies: list[SetCookie]) -> None:
        """Count a request that left, and the cookies that its answer set."""
        told = self._add_identifiers(seen)
        self._add_request(seen, told)
        self._add_endpoint(seen)
        for datum in seen.carried.data:
            self._add_datum(seen, datum)
        if seen.carried.data:
            self._frequencies.add(
                {(one.data_type, one.matched_by) for one in seen.carried.data},
                seen.here.host,
                seen.exchange.started,
                by_subject=seen.origin.by_subject,
            )
        for cookie in cookies:
            self._add_cookie(seen, cookie)

    def add_attempt(self, seen: Seen) -> None:
        """Count a request that the page made and that something kept from leaving."""
        self._add_request(seen, None)

    def add_passage(self, host: str, who: Who, where: Where, source: Source) -> None:
        """Count a connection of which only its ends are known."""
        if host not in self._endpoints and self._has_room(self._endpoints, "endpoint.contacted"):
            fact = self._endpoint(host, who, where, source)
            self._endpoints[host] = (fact, where)

    def hosts(self) -> Collection[str]:
        """Give the hosts that were reached."""
        return self._endpoints.keys()

    def facts(self) -> Iterator[Fact]:
        """Give the facts by kind, each kind in the order of what makes a fact the same again.

        All phases of a recording must have been counted: a value that one sends is known as an
        identifier by the cookie of another.
        """
        self._settle()
        for key in sorted(self._requests):
            yield self._requests[key].fact()
        for host in sorted(self._endpoints):
            yield self._endpoints[host][0]
        yield from _in_order(self._cookies)
        yield from _in_order(self._identifiers)
        yield from _in_order(self._data)
        yield from self._often()

    def _has_room(self, rows: Collection[object], kind: str) -> bool:
        if len(rows) < MAX_FACTS:
            return True
        self.left_out[kind] = self.left_out.get(kind, 0) + 1
        return False

    def _add_request(self, seen: Seen, identifies: bool | None) -> None:
        key = (seen.here.host, shape(seen.here.path))
        old = self._requests.get(key)
        if old is not None:
            if _leads(seen, old.lead):
                old.lead = self._request(seen, key[1])
            old.add(seen, identifies)
        elif self._has_room(self._requests, "request.made"):
            new = self._requests[key] = _Requests(self._request(seen, key[1]))
            new.add(seen, identifies)

    def _request(self, seen: Seen, path: str) -> RequestMade:
        exchange, here, who = seen.exchange, seen.here, seen.who
        return RequestMade(
            source=seen.source,
            channel=self._channel,
            phase=self.phase,
            host=here.host,
            path=path,
            method=exchange.method,
            party=who.party,
            vendor=who.vendor,
            recipient=who.recipient,
            purposes=who.purposes,
            resource_type=exchange.resource_type,
            initiator=_script(exchange.initiator),
            status=exchange.status or 0,
            secure=here.secure,
        )

    def _add_endpoint(self, seen: Seen) -> None:
        here, who, where = seen.here, seen.who, seen.where
        old = self._endpoints.get(here.host)
        secure = here.secure and (old is None or old[0].secure is True)
        if old is not None and not worse(where, old[1]):
            if old[0].secure != secure:
                changed = msgspec.structs.replace(old[0], secure=secure)
                self._endpoints[here.host] = (changed, old[1])
            return
        if old is None and not self._has_room(self._endpoints, "endpoint.contacted"):
            return
        fact = self._endpoint(here.host, who, where, seen.source)
        fact = msgspec.structs.replace(fact, via=seen.exchange.via, secure=secure)
        self._endpoints[here.host] = (fact, where)

    def _endpoint(self, host: str, who: Who, where: Where, source: Source) -> EndpointContacted:
        return EndpointContacted(
            source=source,
            channel=self._channel,
            phase=self.phase,
            host=host,
            party=who.party,
            vendor=who.vendor,
            recipient=who.recipient,
            **where._asdict(),
        )

    def _add_cookie(self, seen: Seen, cookie: SetCookie) -> None:
        """Add a cookie; of several of one name the first that weighs most counts."""
        key = (cookie.name, cookie.domain)
        identifier = tells_apart(cookie.name, cookie.value)
        if identifier:
            self._store(random_parts(cookie.value))
        if cookie.deletes:
            return
        who = seen.who
        known = self._names.of(cookie.name)
        named = not who.vendor and known is not None
        new = CookieSet(
            source=seen.source,
            channel=self._channel,
            phase=self.phase,
            name=cookie.name,
            domain=cookie.domain,
            party=who.party,
            vendor=known.vendor.id if named and known else who.vendor,
            recipient=known.id if known and not who.recipient else who.recipient,
            lifetime_days=cookie.lifetime_days,
            identifier=identifier,
            via="header",
            setter=shown(seen.exchange.url),
            kept=cookie.kept,
        )
        old = self._cookies.get(key)
        if old is None and not self._has_room(self._cookies, "cookie.set"):
            return
        if old is None or _weight(new) > _weight(old):
            self._cookies[key] = new

    def _add_identifiers(self, seen: Seen) -> bool | None:
        """Add what certainly identifies, set aside what may; say whether the request identifies."""
        told: bool | None = None if seen.exchange.request_body is None else False
        for one in seen.carried.identifiers:
            if one.sure:
                told = True
                if one.carrier == "cookie":
                    self._store(one.parts)
            if seen.who.party == "first":
                continue  # what a site set itself and gets back tells nobody else
            key = (one.name, seen.here.host)
            if one.sure:
                old = self._identifiers.get(key)
                if old is None or _weighs(seen) > _gravity(old):
                    self._add_identifier(self._identifier(seen, one))
            elif key not in self._perhaps and len(self._perhaps) < MAX_PERHAPS:
                request = (seen.here.host, shape(seen.here.path))
                self._perhaps[key] = _Perhaps(one.parts, self._identifier(seen, one), request)
        return told

    def _identifier(self, seen: Seen, one: Identifier) -> IdentifierSent:
        return IdentifierSent(
            source=seen.source,
            channel=self._channel,
            phase=self.phase,
            name=one.name,
            host=seen.here.host,
            party=seen.who.party,
            vendor=seen.who.vendor,
            recipient=seen.who.recipient,
            purposes=seen.who.purposes,
            carrier=one.carrier,
            secure=seen.here.secure,
            outside_home=seen.where.outside_home,
            by_subject=seen.origin.by_subject,
            attributed_by=seen.origin.attributed_by,
        )

    def _add_identifier(self, new: IdentifierSent) -> None:
        key = (new.name, new.host)
        old = self._identifiers.get(key)
        if old is None and not self._has_room(self._identifiers, "identifier.sent"):
            return
        if old is None or _gravity(new) > _gravity(old):
            self._identifiers[key] = new

    def _add_datum(self, seen: Seen, one: Datum) -> None:
        here, who, where = seen.here, seen.who, seen.where
        key = (one.data_type, here.host, one.place)
        new = DataSent(
            source=seen.source,
            channel=self._channel,
            phase=self.phase,
            data_type=one.data_type,
            host=here.host,
            party=who.party,
            own_site=who.party == "first",
            vendor=who.vendor,
            recipient=who.recipient,
            sender=_script(seen.exchange.initiator) or seen.origin.sender,
            by_subject=seen.origin.by_subject,
            attributed_by=seen.origin.attributed_by,
            surface=seen.origin.surface,
            place=one.place,
            field=one.path or None,
            before_submit=one.typed or None,  # what we type into forms is never submitted
            matched_by=one.matched_by,
            confidence=one.confidence,
            encoding=one.encoding,
            secure=here.secure,
            country=where.country,
            outside_home=where.outside_home,
            value_masked=one.value_masked,
            keyed_digest=one.digest,
            personalised=seen.carried.personalised,
        )
        old = self._data.get(key)
        if old is None and not self._has_room(self._data, "data.sent"):
            return
        if old is None or _gravity(new) > _gravity(old):
            self._data[key] = new

    def _often(self) -> Iterator[DataFrequency]:
        """Say how often a kind went to a host, where that was more than once.

        Where a known value went, only known values count: others of its form may be anybody's.
        """
        first: dict[tuple[str, str], DataSent] = {}
        for (data_type, host, _), fact in sorted(self._data.items()):
            first.setdefault((data_type, host), fact)
        for (data_type, host), sent in sorted(first.items()):
            known = self._frequencies.of((data_type, "known"), host)
            often = known or self._frequencies.of((data_type, "pattern"), host)
            if often is not None and often.requests > 1:
                yield DataFrequency(
                    source=sent.source,
                    channel=self._channel,
                    phase=self.phase,
                    data_type=data_type,
                    host=host,
                    party=sent.party,
                    recipient=sent.recipient,
                    by_subject=often.by_subject,
                    count=often.requests,
                    per_minute=often.per_minute,
                )

    def _store(self, parts: tuple[str, ...]) -> None:
        if len(self._stored) < MAX_STORED:
            self._stored.update(parts)

    def _settle(self) -> None:
        """Of what was set aside, keep what some cookie of the recording holds too."""
        for one in self._perhaps.values():
            if not self._stored.isdisjoint(one.parts):
                self._add_identifier(one.fact)
                if one.request in self._requests:
                    self._requests[one.request].identifies = True
        self._perhaps.clear()


def _in_order(rows: Mapping[K, Fact]) -> Iterator[Fact]:
    return (rows[key] for key in sorted(rows))


def _strongest(one: bool | None, other: bool | None) -> bool | None:
    """True before unknown before False."""
    if one or other:
        return True
    return None if one is None or other is None else False


def _leads(new: Seen, old: RequestMade) -> bool:
    """Say whether a later request shows more: that it left at all, or that it left without TLS."""
    if bool(new.exchange.status) != bool(old.status):
        return bool(new.exchange.status)
    return old.secure is True and not new.here.secure


def _weighs(seen: Seen) -> tuple[int, bool, bool, bool, bool]:
    """Give the gravity of an identifier that a request carried."""
    by_subject = seen.origin.by_subject is True
    return 0, by_subject, False, not seen.here.secure, seen.where.outside_home is True


def _gravity(fact: DataSent | IdentifierSent) -> tuple[int, bool, bool, bool, bool]:
    known = isinstance(fact, DataSent) and fact.matched_by == "known"
    sure = known + (isinstance(fact, DataSent) and fact.confidence == "certain")
    off = isinstance(fact, DataSent) and fact.personalised is False
    return sure, fact.by_subject is True, off, fact.secure is False, fact.outside_home is True


def _weight(cookie: CookieSet) -> tuple[bool, bool, int]:
    return cookie.kept is None, cookie.identifier is True, cookie.lifetime_days or 0


def _script(initiator: str | None) -> str | None:
    """Give the address of a script as facts name it; null for what is no address."""
    if not initiator:
        return initiator
    return shown(initiator) if address(initiator) else None


def _is_mixed(exchange: Exchange, here: Address) -> bool | None:
    if here.secure or here.host in _LOOPBACK or exchange.resource_type == "document":
        return False  # a document is where somebody goes, not a part of the page that led there
    page = address(exchange.document or "")
    return None if page is None else page.secure
