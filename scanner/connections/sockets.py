"""The table of a phone's sockets, read again and again: whose each connection was while it stood.

A table says what is open at the moment at which it is read. When a connection was opened and closed
is known as near only as the readings lie to each other; one that came and went in between is in no
reading.
"""

from __future__ import annotations

import functools
import ipaddress
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from scanner import device_file
from scanner.broken import Broken
from scanner.connections.listed import Connection, Connections
from scanner.connections.rows import (
    LISTED,
    LONGEST_LINE,
    LONGEST_NAME,
    Bad,
    host,
    is_name,
    plain,
    seconds,
    told,
    too_long,
)
from scanner.errors import NotAuditable
from scanner.model import Words

MAX_BYTES = 128 << 20
"""Bytes of a list that are read."""
MAX_LINES = 400_000
"""Lines of a list that are read: fifty sockets a second for some two hours."""
MAX_ROWS = 200_000
"""Connections that are told apart at most."""
APART = 0.2
"""Seconds between two readings at least; nearer times are lines of one reading (project
judgement: a table is read in some hundredths of a second)."""

_HINT = "write a socket a line, as sockets.jsonl of a device run has them"
_Key = tuple[str, tuple[str, int], tuple[str, int], str]


class Polled(NamedTuple):
    """A socket as one reading of the table showed it."""

    when: float
    """When, in seconds since 1970."""
    at: str
    """Place in the list, e.g. line 12."""
    socket: device_file.Socket
    """What the table said."""


def read_sockets(path: Path, packages: Mapping[int, str]) -> Connections:
    """Read a list of sockets; what is wrong in single lines stands in the answer's `broken`.

    `packages` names apps by their user id, for lines that say that only. Raises NotAuditable for
    what is no such list, or one of which no line can be read.
    """
    bad: list[Broken] = []
    found: list[Polled] = []
    count = 0
    rest: Broken | None = None
    for one in _lines(path):
        if isinstance(one, Polled):
            found.append(one)
        elif one.rest:
            rest = one
        else:
            count += 1
            bad += [one] if len(bad) <= LISTED else []
    if bad and not found:
        why = f"no line can be read; {bad[0].at}: {bad[0].reason.en}"
        raise NotAuditable(f"no list of sockets: {why}", hint=_HINT)
    rows = polled(found, packages)
    rest = too_long(rows[MAX_ROWS].at) if len(rows) > MAX_ROWS else rest
    broken = told(bad, count) + ([rest] if rest else [])
    return Connections(rows[:MAX_ROWS], polled=True, bad=count, broken=broken)


def _lines(path: Path) -> Iterator[Polled | Broken]:
    decode = msgspec.json.Decoder(device_file.Socket).decode
    read = 0
    with path.open("rb") as stream:
        for number in range(1, MAX_LINES + 2):
            line = stream.readline(LONGEST_LINE + 1)
            read += len(line)
            if not line:
                return
            if number > MAX_LINES or read > MAX_BYTES:
                yield too_long(f"line {number}")
                return
            at, whole = f"line {number}", line
            while len(line) > LONGEST_LINE and not line.endswith(b"\n") and read <= MAX_BYTES:
                line = stream.readline(1 << 20)  # the rest of what is too long to be read
                read += len(line)
            try:
                if len(whole) > LONGEST_LINE:
                    raise Bad("该行过长", "the line is too long")
                if whole.strip():
                    yield polled_line(decode(whole), at)
            except Bad as error:
                yield Broken(at=at, reason=error.reason)
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
                said = str(error)[:120]
                reason = Words(f"格式无效：{said}", f"not of the form: {said}")
                yield Broken(at=at, reason=reason)


def polled_line(line: device_file.Socket, at: str) -> Polled:
    """Check what a line says; raises Bad."""
    when = seconds(line.time)
    if when is None:
        raise Bad("时间无效或没有时区", "its time is none, or lacks the offset from UTC")
    for ip, port in (line.local, line.remote):
        if not plain(ip) or not 0 <= port < 1 << 16:
            raise Bad("地址或端口无效", "an address or a port of it is none")
    if line.package and not (is_name(line.package) and len(line.package) <= LONGEST_NAME):
        raise Bad("应用包名无效", "its package is no name of a package")
    return Polled(when, at, line)


class _Open(NamedTuple):
    """A connection as far as it was seen, with the numbers of the readings."""

    first: Polled
    last: Polled
    began: int
    ended: int
    sent: int | None


def polled(found: Iterable[Polled], packages: Mapping[int, str]) -> list[Connection]:
    """Join what was seen again and again to connections, in the order in which they were seen.

    What was not there in one reading between two is two connections. Sockets that only wait for
    others, or stay within the phone, are left out.
    """
    seen = sorted(found, key=lambda one: one.when)
    packages = {**_packages(seen), **packages}
    readings: list[tuple[float, float]] = []
    standing: dict[_Key, _Open] = {}
    done: list[_Open] = []
    for one in seen:
        if readings and one.when - readings[-1][1] < APART:
            readings[-1] = (readings[-1][0], one.when)
        else:
            readings.append((one.when, one.when))
        here = len(readings) - 1
        line = one.socket
        if line.remote[1] == 0 or _stays(line.remote[0]):
            continue
        key = _key(line, packages)
        old = standing.get(key)
        if old is None or here - old.ended > 1:
            done += [old] if old else []
            standing[key] = _Open(one, one, here, here, line.sent)
        else:
            most = max((n for n in (old.sent, line.sent) if n is not None), default=None)
            standing[key] = _Open(old.first, one, old.began, here, most)
    done = sorted([*done, *standing.values()], key=lambda each: each.first.when)
    return [_connection(each, readings, packages) for each in done]


def _packages(seen: Iterable[Polled]) -> dict[int, str]:
    """Give the package of each user id that the lines name with one package only."""
    named: dict[int, set[str]] = {}
    for one in seen:
        if one.socket.uid is not None and one.socket.package:
            named.setdefault(one.socket.uid, set()).add(one.socket.package)
    return {uid: next(iter(many)) for uid, many in named.items() if len(many) == 1}


@functools.lru_cache(maxsize=4_096)
def _stays(ip: str) -> bool:
    """Say whether an address is the phone's own, or nobody's."""
    remote = ipaddress.ip_address(plain(ip))
    return remote.is_loopback or remote.is_unspecified or remote.is_multicast


def _key(line: device_file.Socket, packages: Mapping[int, str]) -> _Key:
    local, remote = ((plain(ip), port) for ip, port in (line.local, line.remote))
    named = packages.get(line.uid, "") if line.uid is not None else ""
    return line.protocol, local, remote, line.package or named


def _connection(
    one: _Open, readings: list[tuple[float, float]], packages: Mapping[int, str]
) -> Connection:
    line = one.first.socket
    protocol, local, (ip, port), owner = _key(line, packages)
    began, ended = one.began - 1, one.ended + 1
    return Connection(
        owner=owner,
        uid=line.uid,
        host=host(line.host or ""),
        ip=ip,
        port=port,
        client=local,
        proto=protocol.upper(),
        first=one.first.when,
        last=one.last.when,
        sent=one.sent,
        at=one.first.at,
        # It did not stand yet in the reading before, and no more in the one after.
        earlier=one.first.when - readings[began][0] if began >= 0 else math.inf,
        later=readings[ended][1] - one.last.when if ended < len(readings) else math.inf,
    )
