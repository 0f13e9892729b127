"""Which hosts the app connected to during a run, by the phone's own lists of connections."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from scanner.capture_file import BadLine, Begin, read_capture
from scanner.collect.device.clocks import Moment
from scanner.collect.device.reading import lines
from scanner.collect.device.recorded import Recorded, unseen
from scanner.connections import (
    Bad,
    Connection,
    Connections,
    Polled,
    connections_of,
    polled,
    polled_line,
)
from scanner.device_file import CONNECTIONS, SOCKETS, TRAFFIC, Socket
from scanner.errors import NotAuditable
from scanner.facts import EndpointContacted, Phase
from scanner.geo import load_geo
from scanner.geo.places import Places, Where, is_near, worse
from scanner.knowledge import Knowledge
from scanner.model import Sighting, Unseen, Words
from scanner.parties import Parties

MAX_FACTS = 5_000
"""Hosts and phases at most; a run has some hundreds."""
MAX_BYTES = 32 << 20
"""Bytes of a list of connections that are read."""
MOST_PROTOCOLS = 4
"""Protocols that one fact names at most."""


class _Row(NamedTuple):
    """A connection with what the recording says of it."""

    one: Connection
    part: str
    at: Moment
    """When it was opened."""
    by_subject: bool | None
    sender: str
    """Application id; empty when unknown."""
    through_proxy: bool

    @property
    def weight(self) -> tuple[bool, bool]:
        """How much it says of whose it is."""
        return self.by_subject is True, bool(self.sender)


class _Contact:
    """All connections to one host in one phase."""

    def __init__(self, fact: EndpointContacted, weight: tuple[bool, bool]) -> None:
        self.fact = fact
        self.weight = weight
        """As of a row."""
        self.where = Where()
        self.protocols = set[str]()
        self.sent: int | None = None
        self.recorded: bool | None = False

    def add(self, row: _Row, recorded: bool | None) -> None:
        """Count one more."""
        if row.one.proto:
            self.protocols.add(row.one.proto)
        if row.one.sent is not None:
            self.sent = (self.sent or 0) + row.one.sent
        self.recorded = None if recorded is None else self.recorded

    def told(self) -> EndpointContacted:
        """Give the fact that stands for all of them."""
        return msgspec.structs.replace(
            self.fact,
            protocol=", ".join(sorted(self.protocols)[:MOST_PROTOCOLS]) or None,
            bytes_sent=self.sent,
            recorded=self.recorded,
        )


def facts_of(recorded: Recorded, knowledge: Knowledge) -> Iterator[Sighting]:
    """Tell, once for each host and phase, that the app, or an unknown one, connected to it.

    Of other apps nothing is told. Where the app's own connections to a host are known, those of
    unknown apps are not added to them.
    """
    listed = _listed(recorded)
    if listed is not None and listed.labels_only and recorded.run.app.uid is None:
        yield _unnamed()
        listed = None
    contacts: dict[tuple[str, Phase | None], _Contact] = {}
    look = _Look(recorded, knowledge)
    left_out = 0
    for row in _rows(recorded, listed):
        host = row.one.host or row.one.ip
        phase = recorded.phase(row.at, row.part)
        old = contacts.get((host, phase))
        if old is None and len(contacts) >= MAX_FACTS:
            left_out += 1
            continue
        if old is None or row.weight > old.weight:
            old = contacts[host, phase] = look.contact(host, phase, row)
        if row.weight == old.weight:
            look.better(old, row)
            old.add(row, look.is_recorded(row))
    for key in sorted(contacts, key=lambda key: (key[0], key[1] or "")):
        yield contacts[key].told()
    if left_out:
        reason = Words(
            f"另有 {left_out} 个连接未列出", f"{left_out} more connections are not listed"
        )
        yield unseen("endpoint.contacted", reason)


class _Look:
    """Makes facts of connections."""

    def __init__(self, recorded: Recorded, knowledge: Knowledge) -> None:
        visit = recorded.target.visit
        anycast = knowledge.sets.get("anycast-networks", frozenset())
        self._recorded = recorded
        self._places = Places(load_geo(visit.locations, anycast=sorted(anycast)), visit)
        self._parties = Parties(visit.first_party, knowledge)
        states = [one for one in (recorded.run.before, recorded.run.after) if one is not None]
        proxies = {one.proxy for one in states}
        is_set = bool(proxies) and not proxies & {"", None}
        self._may_go_past = is_set and any(recorded.has(name) for name in TRAFFIC)

    def is_recorded(self, row: _Row) -> bool | None:
        """Say whether the traffic beside it was looked into; only what went past it is certain.

        That is known where the phone had a proxy throughout, and this did not go to it.
        """
        return False if self._may_go_past and not row.through_proxy else None

    def contact(self, host: str, phase: Phase | None, row: _Row) -> _Contact:
        """Begin a fact."""
        who = self._parties.of(host)
        fact = EndpointContacted(
            source=self._recorded.source(f"{row.part} {row.one.at}", row.at),
            channel="device",
            phase=phase,
            host=host,
            party=who.party,
            vendor=who.vendor,
            recipient=who.recipient,
            via="proxy" if row.through_proxy else "direct",
            sender=row.sender,
            by_subject=row.by_subject,
        )
        return _Contact(fact, row.weight)

    def better(self, contact: _Contact, row: _Row) -> None:
        """Take the place of the address that weighs most."""
        # What went to the proxy went on from there unseen.
        where = Where() if row.through_proxy else self._places.of(row.one.ip, "direct")
        if not worse(where, contact.where):
            return
        contact.where = where
        contact.fact = msgspec.structs.replace(contact.fact, **where._asdict())


def _rows(recorded: Recorded, listed: Connections | None) -> Iterator[_Row]:
    """Give the connections that may be the app's and left the phone, each from one list."""
    proxies = _proxies(recorded)
    rows = listed.rows if listed is not None else ()
    whole = {(one.ip, one.port) for one in rows}
    sockets = _sockets(recorded, listed)
    for part, found in ((CONNECTIONS, listed), (SOCKETS, sockets)):
        for one in found.rows if found is not None else ():
            is_proxy = (one.ip, one.port) in proxies
            is_twice = part == SOCKETS and (one.ip, one.port) in whole and not one.host
            if found is None or found.asks_for_a_name(one) or one.sent == 0 or is_twice:
                continue
            if is_proxy and not one.host:
                continue
            at = _opened(recorded, part, one)
            by_subject = None if at is None else _by_subject(recorded, found, one, at)
            if at is None or by_subject is False:
                continue
            is_own = by_subject or (one.owner == recorded.package and not found.labels_only)
            sender = recorded.package if is_own else ""
            # What stands on the auditor's own network is his bench: nothing left.
            by_subject = None if is_near(one.host or one.ip) else by_subject
            yield _Row(one, part, at, by_subject, sender, is_proxy)


def _by_subject(recorded: Recorded, found: Connections, one: Connection, at: Moment) -> bool | None:
    """Say whether a connection is the app's; null where it may be that of one with its user id."""
    uid = None if one.uid is None or one.uid < 0 else one.uid
    if found.labels_only or not one.owner:
        return recorded.by_subject(None, uid, at)
    if one.owner != recorded.package and uid is not None and uid == recorded.run.app.uid:
        return None
    return recorded.by_subject(one.owner, None, at)


def _opened(recorded: Recorded, part: str, one: Connection) -> Moment | None:
    """Say when a connection was opened; None where its time cannot be read.

    One that already stood when somebody first looked may have been opened at any time, but not
    before a freshly installed app was first started.
    """
    at = recorded.clocks.of(part, one.first)
    if at is None or not one.earlier:
        return at
    earliest = at.earliest - one.earlier
    edges = recorded.phases.edges
    if recorded.run.clean_install and edges and edges[0].phase == "first_launch":
        earliest = max(earliest, min(edges[0].at.latest, at.earliest))
    if math.isinf(earliest):
        return Moment(at.at, math.inf)
    return Moment((earliest + at.latest) / 2, (at.latest - earliest) / 2)


def _listed(recorded: Recorded) -> Connections | None:
    """Read connections.csv; what cannot be read of it is noted."""
    archive = recorded.archive
    data = archive.read(CONNECTIONS, MAX_BYTES) if CONNECTIONS in archive else None
    if data is None:
        return None
    try:
        found = connections_of(data)
    except NotAuditable as error:
        archive.bad(CONNECTIONS, 0, Words(f"无法读取：{error}", f"cannot be read: {error}"))
        return None
    for broken in found.broken:
        at = f"{CONNECTIONS} {broken.at}"
        archive.broken.append(msgspec.structs.replace(broken, at=at))
    return found


def _sockets(recorded: Recorded, listed: Connections | None) -> Connections:
    """Read sockets.jsonl; what cannot be read of it is noted."""
    seen: list[Polled] = []
    for number, line in lines(recorded.archive, SOCKETS, Socket):
        try:
            seen.append(polled_line(line, f"line {number}"))
        except Bad as bad:
            recorded.archive.bad(SOCKETS, number, bad.reason)
    app = recorded.run.app
    named = {} if app.uid is None or not app.package else {app.uid: app.package}
    rows = listed.rows if listed is not None and not listed.labels_only else ()
    others = {one.uid: one.owner for one in rows if one.uid is not None and one.owner}
    return Connections(polled(seen, {**others, **named}), polled=True)


def _proxies(recorded: Recorded) -> set[tuple[str, int]]:
    """Give the addresses and ports of the proxy, by the phone's setting and by the capture."""
    found = set[tuple[str, int]]()
    for state in (recorded.run.before, recorded.run.after):
        ip, _, port = ((state.proxy if state is not None else None) or "").rpartition(":")
        if port.isdecimal():
            found.add((ip.strip("[]"), int(port)))
    try:
        first = next(read_capture(io.BytesIO(recorded.archive.begin(TRAFFIC[0]))), None)
    except BadLine:
        return found
    if first is not None and isinstance(first.record, Begin):
        found.update(first.record.listens)
    return found


def _unnamed() -> Unseen:
    return unseen(
        "endpoint.contacted",
        Words(
            f"{CONNECTIONS} 只有应用名称、没有包名，且 run.yaml 没有该应用的 uid，"
            "无法确认连接属于该应用",
            f"{CONNECTIONS} names apps by their labels only and run.yaml tells no uid of the app,"
            " so that no connection is known to be its own",
        ),
    )
