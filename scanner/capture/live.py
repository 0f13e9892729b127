"""What the waiting person sees while the capture runs.

One thread does all of it, behind a queue: searching and printing can neither slow nor break the
proxy, and what is not shown is recorded all the same.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from scanner.capture.tape import failure
from scanner.collect.traffic.sent import Reader
from scanner.exchange import Exchange, Passage, address, moment
from scanner.facts import Phase
from scanner.geo import Geo, load_geo
from scanner.geo.countries import country_name
from scanner.knowledge import Knowledge
from scanner.model import Words
from scanner.parties import Parties
from scanner.personal.identity import NOBODY, Identity

MAX_WAITING = 200
"""Exchanges that wait to be shown at most; more are recorded and not shown."""
MAX_SEARCHED = 64 << 10
"""Bytes of a body, or of the messages of a WebSocket, that are searched live; the audit of the
file searches more."""
MAX_SHOWN = 20_000
"""Hosts and data that are shown at most."""
LAST_S = 3.0
"""Seconds at most for what still waits when the capture ends."""
LONGEST_SEARCH_S = 20.0
"""Seconds that the search of one exchange is waited for: a thread that is inside a library when
Python ends takes the whole process down with it."""


class _Shown(NamedTuple):
    one: Exchange | Passage
    phase: Phase | None


class Live:
    """Shows each host, and each personal datum that goes to it, once."""

    def __init__(
        self,
        say: Callable[[str], None],
        knowledge: Knowledge,
        *,
        chinese: bool,
        quiet: bool = False,
        identity: Identity = NOBODY,
        first_party: Sequence[str] = (),
    ) -> None:
        """Make everything ready; raises UsageError for known values that cannot be searched."""
        self._write = say
        self._chinese = chinese
        self._quiet = quiet
        self._types = knowledge.data_types
        self._vendors = knowledge.trackers.vendors
        self._parties = Parties(first_party, knowledge)
        anycast = knowledge.sets.get("anycast-networks", frozenset())
        self.geo: Geo = load_geo(anycast=sorted(anycast))
        self._reader = Reader(identity.values, salts=identity.salts)
        self._waiting: queue.SimpleQueue[_Shown | str | None] = queue.SimpleQueue()
        self._seen: set[tuple[str | None, ...]] = set()
        self._full = False
        self._closing = False
        self._writing = False
        self.missed = 0
        """Exchanges that were recorded and not searched here."""
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)
        self._thread.start()

    def say(self, text: Words) -> None:
        """Show some words, after what was handed in before them."""
        if not self._quiet:
            self.warn(text)

    def warn(self, text: Words) -> None:
        """Show some words to those too who want to hear nothing."""
        self._waiting.put(text.said(chinese=self._chinese))

    def last(self, text: Words) -> None:
        """Show some words at once, after it was closed."""
        with contextlib.suppress(OSError, ValueError):
            self._write(text.said(chinese=self._chinese))

    def see(self, one: Exchange | Passage, phase: Phase | None) -> None:
        """Look at an exchange or a passage, when there is time."""
        if self._quiet:
            return
        if self._waiting.qsize() >= MAX_WAITING:
            self.missed += 1
        else:
            self._waiting.put(_Shown(_short(one), phase))

    def close(self) -> None:
        """Show what still waits, as far as it is quickly done."""
        self._waiting.put(None)
        self._thread.join(LAST_S)
        self._closing = True
        ends = time.monotonic() + LONGEST_SEARCH_S
        while self._thread.is_alive() and not self._writing and time.monotonic() < ends:
            self._thread.join(0.05)
        with contextlib.suppress(queue.Empty):
            while True:
                self.missed += isinstance(self._waiting.get_nowait(), _Shown)

    def _run(self) -> None:
        while (next_one := self._waiting.get()) is not None and not self._closing:
            with contextlib.suppress(Exception):  # nothing shown may stop what is recorded
                if isinstance(next_one, str):
                    self._say(next_one)
                elif isinstance(next_one.one, Passage):
                    self._passage(next_one.one, next_one.phase)
                else:
                    self._exchange(next_one.one, next_one.phase)

    def _say(self, text: str) -> None:
        self._writing = True
        try:
            self._write(text)
        finally:
            self._writing = False

    def _passage(self, one: Passage, phase: Phase | None) -> None:
        if one.kind == "dns" or not self._is_new("passage", one.kind, one.host):
            return
        words = PASSAGES[one.kind]
        what = words.said(chinese=self._chinese)
        self._line(one.started, phase, one.host, self._country(one.ip), f"! {what}")

    def _exchange(self, one: Exchange, phase: Phase | None) -> None:
        here = address(one.url)
        if here is None:
            return
        who = self._parties.of(here.host)
        if self._is_new("host", here.host):
            party = self._party(who.party, who.vendor)
            self._line(one.started, phase, here.host, self._country(one.ip), party)
        error = failure(one)
        if error and self._is_new("error", here.host, error):
            told = [f"! {error}"]
            if "certificate verify failed" in error.lower():
                told.append(UNTRUSTED.said(chinese=self._chinese))
            self._line(one.started, phase, here.host, *told)
        listed = bool(who.tracker and who.tracker.identifies)
        for datum in self._reader.read(one, listed=listed).data:
            key = (phase, here.host, datum.data_type, datum.value_masked)
            if self._is_new("datum", *key):
                kind = self._types.get(datum.data_type)
                name = datum.data_type
                if kind is not None:
                    name = kind.title.said(chinese=self._chinese)
                by = MATCHED[datum.matched_by]
                place = f"{datum.place}, {datum.encoding}"
                shown = (f"→ {name}", datum.value_masked, place, by.said(chinese=self._chinese))
                self._line(one.started, phase, here.host, *shown)

    def _line(self, started: str, phase: Phase | None, *parts: str) -> None:
        began = moment(started)
        clock = "--:--:--" if began is None else f"{began.astimezone():%H:%M:%S}"
        cells = (clock, phase or "-", *parts)
        self._say(printable("  ".join(cell for cell in cells if cell)))

    def _country(self, ip: str | None) -> str:
        if not ip:
            return "地址未知" if self._chinese else "address not seen"
        place = self.geo.place(ip)
        if place.kind == "reserved":
            return "内部地址" if self._chinese else "private address"
        if place.country is None:
            return "国别不明" if self._chinese else "country not known"
        name = country_name(place.country)
        return f"{place.country} {name.said(chinese=self._chinese)}"

    def _party(self, party: str | None, vendor: str) -> str:
        named = self._vendors.get(vendor)
        title = (named.title.said(chinese=self._chinese)) if named else vendor
        words = PARTIES[party]
        said = words.said(chinese=self._chinese)
        return f"{said} {title}" if title else said

    def _is_new(self, *key: str | None) -> bool:
        if key in self._seen:
            return False
        if len(self._seen) < MAX_SHOWN:
            self._seen.add(key)
            return True
        if not self._full:
            self._full = True
            self._say(FULL.said(chinese=self._chinese))
        return False


PASSAGES = {
    "refused": Words(
        "拒绝本代理的证书，内容未见", "refused the proxy's certificate: not looked into"
    ),
    "unopened": Words("按要求放行，内容未见", "let through as asked: not looked into"),
    "tcp": Words("非 HTTP 的 TCP 连接，内容未见", "TCP that is no HTTP: not looked into"),
    "udp": Words("UDP 数据报，内容未见", "UDP: not looked into"),
    "dns": Words("域名查询", "question for an address"),
    "quic": Words("非 HTTP 的 QUIC 连接，内容未见", "QUIC that is no HTTP: not looked into"),
}
PARTIES = {
    "first": Words("自身", "the subject's own"),
    "third": Words("第三方", "third party"),
    None: Words("归属未知", "party not known"),
}
MATCHED = {
    "known": Words("已知值", "known value"),
    "pattern": Words("按格式", "by its form"),
}
UNTRUSTED = Words(
    "（如为测试服务器，可用 --insecure-upstream）", "(for a test server: --insecure-upstream)"
)
FULL = Words(
    f"已显示 {MAX_SHOWN} 项，其后不再显示，记录照常",
    f"{MAX_SHOWN} lines were shown; what follows is recorded and not shown",
)


def to_stderr(text: str) -> None:
    """Write a line on stderr, past the buffers of Python.

    A terminal that takes nothing then holds up the thread that writes, and not the program's end.
    """
    data = f"{text}\n".encode(sys.stderr.encoding or "utf-8", "backslashreplace")
    target = sys.stderr.fileno()
    while data:
        data = data[os.write(target, data) :]


def printable(text: str) -> str:
    """Give words of a stranger in a form that no terminal obeys."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def clock(time: str) -> str:
    """Give the hour of a moment as the person's own clock shows it."""
    return f"{datetime.datetime.fromisoformat(time).astimezone():%H:%M:%S}"


def _short(one: Exchange | Passage) -> Exchange | Passage:
    if isinstance(one, Passage):
        return one
    body, messages, held = one.request_body, [], 0
    for message in one.messages:
        held += len(message.data)
        if message.sent and held <= MAX_SEARCHED:
            messages.append(message)
    return msgspec.structs.replace(
        one,
        request_body=None if body is None else body[:MAX_SEARCHED],
        response_body=None,
        messages=tuple(messages),
    )
