"""What a recording could not show, told as unseen: never as nothing sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scanner.broken import Broken
from scanner.exchange import Exchange, Passage
from scanner.facts import Channel, Party, Phase
from scanner.model import Scalar, Unseen, Words

KINDS: tuple[str, ...] = (
    "request.made",
    "endpoint.contacted",
    "cookie.set",
    "identifier.sent",
    "data.sent",
    "data.frequency",
    "data.returned",
    "package.fetched",
)
"""Kinds of fact that a recording of traffic shows."""
CARRIED = ("identifier.sent", "data.sent", "data.frequency")
"""Kinds that stand in what a request carried."""
ANSWERED = ("data.returned", "package.fetched")
"""Kinds that stand in what came back."""
LISTED = 5
"""Places or hosts that a reason names at most."""
MAX_HOSTS = 100
"""Hosts that one Unseen names at most; beyond them it stands for all hosts."""
MAX_NOTED = 10_000
"""Places that are remembered at most; beyond them they are counted only."""

PASSED: Mapping[str, Words] = {
    "refused": Words(
        "客户端拒绝被解密（如证书固定），内容未见",
        "the client refused to be looked into (such as by pinned certificates)",
    ),
    "unopened": Words(
        "经代理直通、未被解密的连接，内容未见",
        "let through the proxy unopened, and not looked into",
    ),
    "tcp": Words("非 HTTP 的 TCP 连接，内容未解析", "TCP that is no HTTP was not read"),
    "udp": Words("UDP 通信，内容未解析", "UDP was not read"),
    "quic": Words("QUIC 连接，内容未见", "QUIC was not looked into"),
}
"""Why the content of a connection stayed unseen."""
UNRECORDED = Words(
    "连接列表中有、流量记录中没有的连接（绕过了代理）",
    "connections of the list that are not in the recording (they went past the proxy)",
)
Scope = dict[str, tuple[Scalar, ...]]


class _Failed(NamedTuple):
    at: str
    error: str
    party: Party | None
    held: set[str]


class _Past(NamedTuple):
    """Connections to one host of which nobody saw the inside."""

    at: str
    proto: str
    times: int
    sent: int | None


class Gaps:
    """What stayed unseen in one recording, noted as it is read."""

    def __init__(self, *, own: bool) -> None:
        """`own` is true for our own recordings, in which nothing is left out unsaid."""
        self._own = own
        self._broken: list[Broken] = []
        self._broken_count = 0
        self._undated: list[str] = []
        self._failed: dict[str, _Failed] = {}
        self._bodiless: dict[str, str] = {}
        self._headless: dict[str, str] = {}
        self._handshakes: dict[str, str] = {}
        self._silent: dict[str, str] = {}
        self._cut: dict[str, str] = {}
        self._unaddressed: dict[str, str] = {}
        self._passed: dict[str, dict[str, _Past]] = {}
        self._unrecorded: dict[str, _Past] = {}
        self._partial: dict[str, str] = {}
        self._opaque: dict[str, str] = {}
        self._unrouted: dict[str, str] = {}
        self._sent = 0
        self._cookies = False

    def broken(self, one: Broken) -> None:
        """Note an entry that could not be read."""
        self._broken_count += 1
        if len(self._broken) < LISTED or one.rest:
            self._broken.append(one)

    def undated(self, one: Exchange) -> None:
        """Note an exchange that belongs to no phase, since it has no time."""
        if len(self._undated) < MAX_NOTED:
            self._undated.append(one.at)

    def failed(self, one: Exchange, host: str, party: Party | None, kinds: Iterable[str]) -> None:
        """Note a request that was kept on its way; `kinds` is the personal data it held."""
        failed = self._failed.get(host)
        if failed is None and len(self._failed) < MAX_NOTED:
            failed = self._failed[host] = _Failed(
                one.at, _fault(one.error, own=self._own), party, set()
            )
        if failed is not None:
            failed.held.update(kinds)

    def passed(self, one: Passage, host: str) -> None:
        """Note a connection into which nobody could look."""
        _count(self._passed.setdefault(one.kind, {}), host, one.at, one.sent)

    def unrecorded(self, host: str, at: str, sent: int | None = None, proto: str = "") -> None:
        """Note a connection of the subject that never reached the recording; `at` says where.

        `sent` is how many bytes left over it, and `proto` what it spoke, where the list says so.
        """
        _count(self._unrecorded, host, at, sent, proto)

    def sent(self, one: Exchange, host: str, cut: Iterable[str], *, opaque: bool = False) -> None:
        """Note what a request that left does not show; an opaque body can be read by nobody."""
        self._sent += 1
        if not self._cookies:
            names = {name.lower() for name, _ in (*one.request_headers, *one.response_headers)}
            self._cookies = not names.isdisjoint(("cookie", "set-cookie"))
        if len(self._bodiless) + len(self._headless) + len(self._unaddressed) > MAX_NOTED:
            return
        if one.partial:
            self._partial.setdefault(host, one.at)
        if opaque:
            self._opaque.setdefault(host, one.at)
        if one.ip is not None and one.via is None and not self._own:
            self._unrouted.setdefault(host, one.at)
        if one.request_body is None:
            self._bodiless.setdefault(host, one.at)
        if not one.request_headers:
            shakes_hands = self._own and one.method == "WS"
            (self._handshakes if shakes_hands else self._headless).setdefault(host, one.at)
        if one.method == "WS" and not one.messages and not self._own:
            self._silent.setdefault(host, one.at)
        if one.ip is None:
            self._unaddressed.setdefault(host, one.at)
        for words in cut:
            self._cut.setdefault(host, f"{one.at}: {words}")

    def unseen(self, channel: Channel, phase: Phase | None) -> Iterator[Unseen]:
        """Say all that stayed unseen, in an order that the recording alone decides."""
        scope: Scope = {"channel": (channel,)}
        if phase is not None:
            scope["phase"] = (phase,)
        gaps = (*self._whole(), *self._by_host(), *self._of_passed(), *self._of_failed())
        for kind, where, reason in gaps:
            yield Unseen(kind=kind, scope={**scope, **where}, collector="traffic", reason=reason)
        yield from self._fields(scope)

    def _fields(self, scope: Scope) -> Iterator[Unseen]:
        """Give the fields of what was seen that stayed unknown."""
        for found, zh, en, fields in (
            (
                self._unaddressed,
                "记录中没有所连接的 IP 地址",
                "the recording lacks the address connected to",
                (("endpoint.contacted", ("ip", "country", "outside_home")),),
            ),
            (
                self._unrouted,
                "记录未说明是直接连接还是经代理连接，无法判断接收方是否在境外",
                "the recording does not say whether it was reached directly or by a proxy, so that"
                " nothing is said of borders",
                tuple((kind, ("outside_home",)) for kind in ("endpoint.contacted", *CARRIED[:2])),
            ),
        ):
            if not found:
                continue
            places = _some(found.values(), len(found))
            reason = Words(f"{zh}：{places[0]}", f"{en}: {places[1]}")
            for kind, names in fields:
                for field in names:
                    yield Unseen(
                        kind=kind,
                        scope={**scope, **_hosts(found)},
                        field=field,
                        collector="traffic",
                        reason=reason,
                    )

    def _whole(self) -> Iterator[tuple[str, Scope, Words]]:
        """Give what concerns every host."""
        if self._broken:
            said = self._broken[:LISTED] + [one for one in self._broken[LISTED:] if one.rest][:1]
            more = self._broken_count - len(said)
            zh = "；".join(f"{one.at}：{one.reason.zh}" for one in said)
            en = "; ".join(f"{one.at}: {one.reason.en}" for one in said)
            reason = Words(
                f"部分记录无法读取：{zh}" + (f"；另有 {more} 处" if more else ""),
                f"parts of the recording cannot be read: {en}" + (f"; {more} more" if more else ""),
            )
            yield from ((kind, {}, reason) for kind in KINDS)
        if self._undated:
            zh, en = _some(self._undated, len(self._undated))
            reason = Words(
                f"没有时间，无法归入任何阶段：{zh}", f"without a time, so in no phase: {en}"
            )
            yield from ((kind, {}, reason) for kind in KINDS)
        if self._sent and not self._cookies and not self._own:
            reason = Words(
                "记录中没有任何 Cookie 头部，可能在导出时被删除",
                "the recording holds no cookie headers at all; they may have been taken out when"
                " it was exported",
            )
            yield from ((kind, {}, reason) for kind in ("cookie.set", "identifier.sent"))

    def _by_host(self) -> Iterator[tuple[str, Scope, Words]]:
        """Give what concerns single hosts."""
        handshake = (
            "WebSocket 握手请求的头部未记录",
            "the headers of a WebSocket's handshake are missing",
        )
        if self._handshakes:
            places = _some(self._handshakes.values(), len(self._handshakes))
            reason = Words(f"{handshake[0]}：{places[0]}", f"{handshake[1]}: {places[1]}")
            yield "identifier.sent", _hosts(self._handshakes), reason
        for found, zh, en in (
            (self._bodiless, "记录中没有请求正文", "the recording lacks the body of the request"),
            (
                self._partial,
                "请求正文只记录了一部分",
                "only a part of the request's body was recorded",
            ),
            (
                self._opaque,
                "请求正文含无法辨读的内容（加密或格式未知）",
                "the request's body holds what cannot be read (encrypted, or of an unknown form)",
            ),
            (self._headless, "记录中没有请求头部", "the recording lacks the request's headers"),
            (self._silent, "记录中没有 WebSocket 消息", "the recording lacks WebSocket messages"),
            (self._cut, "部分内容未能展开", "some of the content was not looked into"),
        ):
            if found:
                places = _some(found.values(), len(found))
                reason = Words(f"{zh}：{places[0]}", f"{en}: {places[1]}")
                yield from ((kind, _hosts(found), reason) for kind in CARRIED)

    def _of_passed(self) -> Iterator[tuple[str, Scope, Words]]:
        """Give what connections would have shown that nobody looked into."""
        found = [(PASSED[kind], hosts) for kind, hosts in sorted(self._passed.items())]
        found.append((UNRECORDED, self._unrecorded))
        for words, hosts in found:
            if hosts:
                reason = _sized(words, hosts)
                yield from (
                    (kind, _hosts(hosts), reason) for kind in ("request.made", *CARRIED, *ANSWERED)
                )
                yield "cookie.set", {}, reason
        if self._unrecorded:
            reason = _sized(UNRECORDED, self._unrecorded)
            yield "endpoint.contacted", _hosts(self._unrecorded), reason

    def _of_failed(self) -> Iterator[tuple[str, Scope, Words]]:
        """Give what requests would have shown that were kept from leaving."""
        for host, one in sorted(self._failed.items())[:MAX_HOSTS]:
            kinds = ", ".join(sorted(one.held))
            reason = Words(
                f"发往 {host} 的请求（{one.at}）未见发出：{one.error or '无应答'}"
                + (f"；其中含有 {kinds}" if kinds else ""),
                f"a request to {host} ({one.at}) was not seen to leave: {one.error or 'no answer'}"
                + (f"; it held {kinds}" if kinds else ""),
            )
            party: Scope = {"party": (one.party,)}
            for kind in ("endpoint.contacted", *CARRIED, *ANSWERED):
                yield kind, {"host": (host,), **party}, reason
            yield "cookie.set", {"domain": tuple(_upwards(host)), **party}, reason
        if len(self._failed) > MAX_HOSTS:
            count = len(self._failed)
            reason = Words(
                f"发往 {count} 个主机的请求未见发出",
                f"requests to {count} hosts were not seen to leave",
            )
            yield from ((kind, {}, reason) for kind in KINDS[1:])


def _count(hosts: dict[str, _Past], host: str, at: str, sent: int | None, proto: str = "") -> None:
    """Count one more connection; what is known of its size adds up."""
    old = hosts.get(host)
    if old is not None:
        known = [size for size in (old.sent, sent) if size is not None]
        total = sum(known) if known else None
        hosts[host] = _Past(old.at, old.proto or proto, old.times + 1, total)
    elif len(hosts) < MAX_NOTED:
        hosts[host] = _Past(at, proto, 1, sent)


def _sized(words: Words, hosts: Mapping[str, _Past]) -> Words:
    """Name the hosts over which most was sent, with the bytes, the first place and the number."""
    largest = sorted(hosts.items(), key=lambda one: (-(one[1].sent or 0), one[0]))
    zh, en = [], []
    for host, past in largest[:LISTED]:
        spoke = f"{past.proto}, " if past.proto else ""
        often = (f"，共 {past.times} 次", f", {past.times} times") if past.times > 1 else ("", "")
        size = ("", "")
        if past.sent is not None:
            size = (f"，已发送 {past.sent} 字节", f", {past.sent} bytes sent")
        zh.append(f"{host}（{spoke}{past.at}{often[0]}{size[0]}）")
        en.append(f"{host} ({spoke}{past.at}{often[1]}{size[1]})")
    places = _some(zh, len(hosts))[0], _some(en, len(hosts))[1]
    known = [past.sent for past in hosts.values() if past.sent is not None]
    total = ("", "")
    if known and len(hosts) > LISTED:
        total = (f"；合计已发送 {sum(known)} 字节", f"; {sum(known)} bytes sent in all")
    return Words(f"{words.zh}：{places[0]}{total[0]}", f"{words.en}: {places[1]}{total[1]}")


def _hosts(found: Iterable[str]) -> Scope:
    hosts = sorted(found)
    return {"host": tuple(hosts)} if len(hosts) <= MAX_HOSTS else {}


def _upwards(host: str) -> Iterator[str]:
    """Give a host and the names above it for which it may set cookies."""
    labels = host.split(".")
    yield from (".".join(labels[first:]) for first in range(max(1, len(labels) - 1)))


def _fault(error: str | None, *, own: bool) -> str:
    """Give the word by which a browser names a fault; of our own recordings, our own words too."""
    found = re.search(r"\b[A-Z]{2,}[A-Z_]{3,60}\b", error or "")
    if found:
        return found[0]
    return re.sub(r"\d{6,}", "*", error or "")[:120] if own else ""


def _some(places: Iterable[str], total: int) -> tuple[str, str]:
    named = [place for place, _ in zip(places, range(LISTED), strict=False)]
    more = total - len(named)
    zh = "、".join(named) + (f" 等 {total} 处" if more else "")
    return zh, ", ".join(named) + (f" and {more} more" if more else "")
