"""Lists of a phone's connections, which say what no recording can: which app sent something.

The form is the CSV that PCAPdroid exports, with the column PackageName (since 2024) or without it,
its times in ISO 8601 or as numbers since 1970. It writes no quotes, so that a comma in an app's
name shifts a row; such a row is put right. Other programs may quote, or part fields otherwise.
"""

from __future__ import annotations

import csv
import datetime
import functools
import io
import ipaddress
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from scanner.broken import Broken
from scanner.errors import NotAuditable
from scanner.exchange import LONGEST_HOST, moment
from scanner.model import Words
from scanner.texts import decoded

TOLERANCE = 2.0
"""Seconds by which the clocks of the phone and of the recording may differ."""
MAX_BYTES = 32 << 20
"""Bytes of a list that are read."""
MAX_LINES = 200_000
"""Lines of a list that are read; PCAPdroid keeps the last 8,192 connections, or as many as set."""
LONGEST_LINE = 8_192
"""Characters of a line at most."""
LONGEST_NAME = 255
"""Characters of the name of an app at most."""
LISTED = 5
"""Bad rows that are told one by one, and first lines among which the header may stand."""
PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+")
"""How Android demands that a package's name looks."""

_SYSTEM = re.compile(r"[a-z]+")
"""What PCAPdroid calls parts of Android that are no app: root, netd, mediaserver ..."""
_HOST = re.compile(r"(?=.*[a-z])(?:[\w-]+\.)*[\w-]+", re.ASCII)
_NEEDED = ["DstPort", "FirstSeen", "LastSeen", "App or PackageName", "DstIp or Info"]
_HINT = "export the list of connections from PCAPdroid as CSV, with its first line"

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
        bad: int = 0,
        broken: Iterable[Broken] = (),
    ) -> None:
        self.rows = tuple(rows)
        """All connections, in the order of the list."""
        self.labels_only = labels_only
        """True when it names apps by their labels, which anybody may choose, not by package."""
        self.bad = bad
        """How many rows could not be read."""
        self.broken = tuple(broken)
        """What could not be read and why: the first rows, and how many more there are."""
        self._proxies: frozenset[Socket] = frozenset()
        self._lines = self._by_place()
        self._several = len({one.owner for one in self.rows} - {""}) > 1
        self._phone = {one.client[0] for one in self.rows if one.client}

    def proxied(self, listens: Iterable[Socket]) -> None:
        """Take the addresses and ports at which the recording's proxy could be reached.

        What the phone connected to there went through the proxy, wherever it was bound for: such a
        connection is known by the name it asked for, and its port says nothing. Ask before `owner`.
        """
        self._proxies = frozenset((_plain(ip) or ip, port) for ip, port in listens)
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
                by_name = by_name or place[0] != "ip" or place[1] == _plain(host)
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

        A list that holds one app only may leave others out, which did the same at the same time:
        then only the address and port on the phone tell them apart.
        """
        socket = _socket(client)
        return self._several or bool(socket and socket[0] in self._phone)

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
            for one in sorted({_plain(ip or ""), _plain(name)} - {""}):
                yield ("ip", one, port)

    def of(self, package: str) -> Iterator[Connection]:
        """Give an app's connections in which no exchange was found: they never reached the proxy.

        Ask after `owner` was asked of every exchange. Questions to the DNS are left out, those that
        went to the proxy itself, and connections in which the phone sent nothing. Of several that
        an app had open at once to the same place, an exchange stands for all; one that may be
        another app's stands for none.
        """
        seen = {place: [0, *accumulate(line.hits)] for place, line in self._lines.items()}
        for one in self.rows:
            is_question = one.proto.upper() == "DNS" or (one.port == 53 and not one.proto)
            if one.owner != package or is_question or one.sent == 0 or self._is_proxied(one):
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
    return one.first - TOLERANCE, math.nextafter(one.last + TOLERANCE, math.inf)


@functools.lru_cache(maxsize=4096)
def _plain(ip: str) -> str:
    """Write an address in its one plain form; empty for what is none."""
    try:
        address = ipaddress.ip_address(ip.strip().strip("[]"))
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _socket(client: str | None) -> Socket | None:
    ip, _, port = (client or "").rpartition(":")
    number = _number(port)
    return (_plain(ip), number) if _plain(ip) and number is not None else None


def _number(word: str) -> int | None:
    return int(word) if re.fullmatch(r"[0-9]{1,15}", word) else None


class _Bad(Exception):  # noqa: N818 - it names the state of a row
    """A row that cannot be used, and why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Words(zh, en)


class _Form(NamedTuple):
    """How the rows of one list are written."""

    delimiter: str
    columns: list[str]
    lines_before: int

    @property
    def labels_only(self) -> bool:
        return "packagename" not in self.columns


def read_connections(path: Path) -> Connections:
    """Read a list of connections; what is wrong in single rows stands in the answer's `broken`.

    Raises NotAuditable for what is no such list, or one of which no row can be read.
    """
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    whole = len(data) <= MAX_BYTES
    text = io.StringIO(decoded(data if whole else data.rpartition(b"\n")[0]), newline=None)
    lines = [line.strip("\n\0 ") for line in islice(text, MAX_LINES)]
    form = _form(lines)
    rows: list[Connection] = []
    bad: list[Broken] = []
    for number, line in enumerate(lines[form.lines_before :], form.lines_before + 1):
        if not line:
            continue
        try:
            rows.append(_connection(line, form, f"line {number}"))
        except _Bad as error:
            bad.append(Broken(at=f"line {number}", reason=error.reason))
    if bad and not rows:
        why = f"no row can be read; {bad[0].at}: {bad[0].reason.en}"
        raise NotAuditable(f"no list of connections: {why}", hint=_HINT)
    broken, more = bad[:LISTED], len(bad) - LISTED
    if more > 0:
        reason = Words(f"另有 {more} 行无法读取", f"{more} more rows cannot be read")
        broken.append(Broken(at=bad[LISTED].at, reason=reason))
    if not whole or next(text, None) is not None:
        reason = Words("列表过长，其后未读取", "the list is too long; what follows was not read")
        broken.append(Broken(at=f"line {len(lines)}", reason=reason, rest=True))
    return Connections(rows, labels_only=form.labels_only, bad=len(bad), broken=broken)


def _form(lines: list[str]) -> _Form:
    """Find the line that names the columns, and what stands between them."""
    best = _NEEDED
    for number, line in enumerate(lines[:LISTED], 1):
        for delimiter in ",;\t":
            cells = _cells(line[:LONGEST_LINE], delimiter)
            columns = [re.sub(r"[\s_]", "", cell).lower() for cell in cells]
            known = {*columns}
            lacking = [named for named in _NEEDED if known.isdisjoint(named.lower().split(" or "))]
            if not lacking:
                return _Form(delimiter, columns, number)
            best = min(best, lacking, key=len)
    raise NotAuditable(
        f"no list of connections: line 1 does not name the columns {', '.join(best)}", hint=_HINT
    )


def _cells(line: str, delimiter: str) -> list[str]:
    """Take a row apart; a quote that is never closed is a letter like any other."""
    if '"' in line:
        try:
            read = csv.reader([line], delimiter=delimiter, strict=True)
            return [cell for row in read for cell in row]
        except csv.Error:
            pass
    return line.split(delimiter)


def _connection(line: str, form: _Form, at: str) -> Connection:
    """Read a row; raises _Bad."""
    if len(line) > LONGEST_LINE:
        raise _Bad("该行过长", "the row is too long")
    row = _row(_cells(line, form.delimiter), form)
    owner, uid = _owner(row, form), row.get("uid", "")
    port = _port(row.get("dstport", ""))
    first, last = _times(row["firstseen"], row["lastseen"])
    ip, source = _plain(row.get("dstip", "")), _plain(row.get("srcip", ""))
    host = re.sub(r":[0-9]{1,5}$", "", row.get("info", "").lower()).rstrip(".")
    host = host if len(host) <= LONGEST_HOST and _HOST.fullmatch(host) and not _plain(host) else ""
    if port is None or not (ip or host):
        raise _Bad("没有所连接的地址或端口", "it names no address or port connected to")
    source_port = _port(row.get("srcport", ""))
    return Connection(
        owner=owner,
        uid=int(uid) if re.fullmatch(r"-?[0-9]{1,10}", uid) else None,
        host=host,
        ip=ip,
        port=port,
        client=(source, source_port) if source and source_port is not None else None,
        proto=row.get("proto", "")[:20],
        first=first,
        last=last,
        sent=_number(row.get("bytessent", "")),
        at=at,
    )


def _row(cells: list[str], form: _Form) -> dict[str, str]:
    """Give the fields by column; commas in the name of an app are put back into it."""
    more = len(cells) - len(form.columns)
    if more > 0 and "app" in form.columns:
        app = form.columns.index("app")
        name = form.delimiter.join(cells[app : app + more + 1])
        cells = [*cells[:app], name, *cells[app + more + 1 :]]
    if len(cells) != len(form.columns):
        raise _Bad("列数与首行不符", "it has another number of fields than the first line")
    return {column: cell.strip() for column, cell in zip(form.columns, cells, strict=True)}


def _owner(row: dict[str, str], form: _Form) -> str:
    """Name the app of a row; empty where the phone could not say whose the connection was."""
    if form.labels_only:
        name = "".join(letter for letter in row["app"] if letter.isprintable())
    else:
        name = row["packagename"]
        if name and not (PACKAGE.fullmatch(name) or _SYSTEM.fullmatch(name)):
            raise _Bad("应用包名无效", "its PackageName is no name of a package")
    if len(name) > LONGEST_NAME:
        raise _Bad("应用名称过长", "the name of the app is too long")
    return "" if name == "unknown" or row.get("uid") == "-1" else name


def _port(word: str) -> int | None:
    number = _number(word)
    return number if number is not None and number < 1 << 16 else None


def _times(first: str, last: str) -> tuple[float, float]:
    """Read when a connection was first and last seen; raises _Bad."""
    begin, end = _seconds(first), _seconds(last)
    if begin is None or end is None:
        raise _Bad("时间无效或没有时区", "its times are none, or lack the offset from UTC")
    if end < begin:
        raise _Bad("结束时间早于开始时间", "it ends before it begins")
    whole_seconds = _number(last) is not None and end == _number(last)
    return begin, end + (1 if whole_seconds else 0)


def _seconds(word: str) -> float | None:
    """Read a time in ISO 8601, or in seconds or thousandths since 1970, as seconds since 1970."""
    number = _number(word)
    if number is not None:
        return number / 1000 if number >= 10**11 else float(number)
    read = moment(word)
    return read.timestamp() if read else None
