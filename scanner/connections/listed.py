"""Connections of a phone, by app, place and time, and which of them an exchange was seen in."""

from __future__ import annotations

import datetime
import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate

import msgspec

from scanner.broken import Broken
from scanner.connections.rows import number, plain

TOLERANCE = 2.0
"""Seconds by which the clocks of the phone and of the recording may differ."""
LONGEST_GAP = 10.0
"""Seconds before the first and after the last sighting, at most, in which what came from the same
address and port is still taken for that connection (project judgement: phones give a port to
somebody else rarely within so short a time)."""
DNS_PORT = 53
"""Port of questions for the address of a name."""

Socket = tuple[str, int]
_Place = tuple[str, str, int]
_ANY_PORT = -1
"""Stands for the port of what went through the proxy: the list names the proxy's."""


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that an app of the phone opened."""

    owner: str
    """Package of the app, or its label in a list without packages; empty when unknown."""
    uid: int | None
    """Number by which Android knows the app; apps that share one go by the name of the first."""
    host: str
    """Name that it asked for, by TLS, HTTP or DNS; empty when the list names none."""
    ip: str
    """Address connected to; empty when the list names none."""
    port: int
    """Port connected to."""
    client: Socket | None
    """Address and port on the phone."""
    proto: str
    """What it spoke by the list, e.g. TLS, QUIC, DNS."""
    first: float
    """When it was first seen, in seconds since 1970."""
    last: float
    """When it was last seen, in seconds since 1970."""
    sent: int | None
    """Bytes that the phone sent."""
    at: str
    """Place in the list, e.g. line 12."""
    earlier: float = 0.0
    """Seconds by which it may have been opened earlier than it was seen; infinite when unknown."""
    later: float = 0.0
    """Seconds by which it may have been closed later than it was seen; infinite when unknown."""


class _Timeline:
    """Whose connections to one place were open when; any moment is answered by one search."""

    def __init__(self, spans: Iterable[Connection], *, labels_only: bool) -> None:
        edges: dict[float, list[tuple[str, int]]] = {}
        for one in spans:
            begin, end = _span(one)
            # Two apps may bear the same label, but no two the same package.
            identity = f"{one.owner}\n{one.uid}" if labels_only else one.owner
            edges.setdefault(begin, []).append((identity, 1))
            edges.setdefault(end, []).append((identity, -1))
        self.bounds = sorted(edges)
        self.owners: list[str | None] = []
        self.hits = [0] * len(edges)
        is_open = Counter[str]()
        for bound in self.bounds:
            for identity, change in edges[bound]:
                is_open[identity] += change
                if not is_open[identity]:
                    del is_open[identity]
            alone = next(iter(is_open)).partition("\n")[0] if len(is_open) == 1 else ""
            self.owners.append(alone if is_open else None)

    def at(self, when: float) -> int | None:
        """Give the number of the stretch in which a moment lies; None when nothing was open."""
        found = bisect_right(self.bounds, when) - 1
        return None if found < 0 or self.owners[found] is None else found


class Connections:
    """A list of connections, and which of them an exchange was seen in."""

    def __init__(
        self,
        rows: Iterable[Connection],
        *,
        labels_only: bool = False,
        polled: bool = False,
        bad: int = 0,
        broken: Iterable[Broken] = (),
    ) -> None:
        self.rows = tuple(rows)
        """All connections, in the order of the list."""
        self.labels_only = labels_only
        """True when it names apps by their labels, which anybody may choose, not by package."""
        self.polled = polled
        """True when the phone was only asked now and then what was open: what another app opened
        and closed in between stands in no row."""
        self.bad = bad
        """How many rows could not be read."""
        self.broken = tuple(broken)
        """What could not be read and why: the first rows, and how many more there are."""
        self._proxies: frozenset[Socket] = frozenset()
        self._lines = self._by_place()
        self._several = len({one.owner for one in self.rows} - {""}) > 1
        self._phone = {one.client[0] for one in self.rows if one.client}

    def shifted(self, ahead_s: float) -> Connections:
        """Give the same list by a clock that its own is ahead of, by some seconds."""
        if not ahead_s:
            return self
        rows = (
            msgspec.structs.replace(one, first=one.first - ahead_s, last=one.last - ahead_s)
            for one in self.rows
        )
        return Connections(
            rows,
            labels_only=self.labels_only,
            polled=self.polled,
            bad=self.bad,
            broken=self.broken,
        )

    def proxied(self, listens: Iterable[Socket]) -> None:
        """Take the addresses and ports at which the recording's proxy could be reached.

        What the phone connected to there went through the proxy, wherever it was bound for: such a
        connection is known by the name it asked for, and its port says nothing. Ask before `owner`.
        """
        self._proxies = frozenset((plain(ip) or ip, port) for ip, port in listens)
        self._lines = self._by_place()

    def _by_place(self) -> dict[_Place, _Timeline]:
        places: dict[_Place, list[Connection]] = {}
        for one in self.rows:
            for place in self._places(one):
                places.setdefault(place, []).append(one)
        return {
            place: _Timeline(spans, labels_only=self.labels_only) for place, spans in places.items()
        }

    def _places(self, one: Connection) -> Iterator[_Place]:
        if one.client:
            yield ("client", *one.client)
        if self._is_proxied(one):
            if one.host:
                yield ("host", one.host, _ANY_PORT)
        elif one.host or one.ip:
            yield ("host", one.host, one.port) if one.host else ("ip", one.ip, one.port)

    def _is_proxied(self, one: Connection) -> bool:
        return (one.ip, one.port) in self._proxies

    def owner(
        self,
        host: str,
        ip: str | None,
        port: int | None,
        client: str | None,
        at: datetime.datetime | None,
    ) -> str | None:
        """Name the app that had the connection in which something was seen at a moment.

        That is its package, or in a list without packages its label as it stands there; the empty
        text when several apps, or an unknown one, had such a connection at that moment; None when
        nobody had. A connection is such a one if it was open at that moment, give or take
        TOLERANCE, and has the same address and port on the phone; where the list knows no such
        address (the recording saw another, as behind a router), the same port and the same name,
        or where neither has a name the same address; an app whose connection has no name, to an
        address that may serve others too, is not named. Without a moment there is no answer: only
        time shows that list and recording are of one session. A list that leaves out other apps
        cannot tell that they did the same.
        """
        if at is None or at.tzinfo is None:
            return None
        found, by_name = [], False
        for place in self._where(host, ip, port, client):
            line = self._lines.get(place)
            stretch = line.at(at.timestamp()) if line else None
            if line is not None and stretch is not None:
                by_name = by_name or place[0] != "ip" or place[1] == plain(host)
                found.append((line, stretch))
        owners = {line.owners[stretch] for line, stretch in found}
        if len(owners) != 1:
            return "" if owners else None
        owner = owners.pop()
        for line, stretch in found if owner else ():
            line.hits[stretch] += 1
        return owner if by_name else ""

    def tells_apart(self, client: str | None) -> bool:
        """Say whether an answer is the one app's and nobody else's.

        A list that holds one app only, or was made by asking now and then, may leave others out,
        which did the same at the same time: then only the address and port on the phone tell them
        apart.
        """
        socket = _socket(client)
        by_socket = bool(socket and socket[0] in self._phone)
        return by_socket or (self._several and not self.polled)

    def _where(
        self, host: str, ip: str | None, port: int | None, client: str | None
    ) -> Iterator[_Place]:
        socket = _socket(client)
        if socket and socket[0] in self._phone:
            yield ("client", *socket)
        elif port is not None:
            name = host.lower().rstrip(".")
            yield ("host", name, port)
            yield ("host", name, _ANY_PORT)
            for one in sorted({plain(ip or ""), plain(name)} - {""}):
                yield ("ip", one, port)

    def asks_for_a_name(self, one: Connection) -> bool:
        """Say whether a connection only asked the DNS: the name in it was not connected to."""
        by_port = one.port == DNS_PORT and (self.polled or not one.proto)
        return by_port or one.proto.upper() == "DNS"

    def of(self, package: str) -> Iterator[Connection]:
        """Give an app's connections in which no exchange was found: they never reached the proxy.

        Ask after `owner` was asked of every exchange. Questions to the DNS are left out, those that
        went to the proxy itself, and connections in which the phone sent nothing. Of several that
        an app had open at once to the same place, an exchange stands for all; one that may be
        another app's stands for none.
        """
        seen = {place: [0, *accumulate(line.hits)] for place, line in self._lines.items()}
        for one in self.rows:
            is_asked = self.asks_for_a_name(one) or one.sent == 0
            if one.owner != package or is_asked or self._is_proxied(one):
                continue
            begin, end = _span(one)
            for place in self._places(one):
                bounds = self._lines[place].bounds
                if seen[place][bisect_left(bounds, end)] > seen[place][bisect_left(bounds, begin)]:
                    break
            else:
                yield one


def _span(one: Connection) -> tuple[float, float]:
    """Give when a connection was open, clocks allowed for; the end is the first moment after."""
    first = one.first - TOLERANCE - min(one.earlier, LONGEST_GAP)
    return first, math.nextafter(one.last + TOLERANCE + min(one.later, LONGEST_GAP), math.inf)


def _socket(client: str | None) -> Socket | None:
    ip, _, port = (client or "").rpartition(":")
    found = number(port)
    return (plain(ip), found) if plain(ip) and found is not None else None
