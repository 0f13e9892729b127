"""What servers answered: known values that come back after the end, and packages of apps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Literal
from urllib.parse import unquote

from scanner.collect.traffic.tally import Seen
from scanner.exchange import Exchange, shape
from scanner.facts import Channel, DataReturned, Fact, PackageFetched, Phase
from scanner.model import Unseen, Words
from scanner.personal.known import Hit, KnownValues
from scanner.personal.layers import pieces
from scanner.personal.masking import masked
from scanner.personal.variants import HASHES

MAX_ANSWER = 2 << 20
"""Bytes of one answer that are searched; pages of an account have a few hundred thousand."""
MOST_SEARCHED = 2_000
"""Answers of one recording that are searched."""
MOST_FACTS = 500
"""Facts of one kind at most."""
SURE_CHARACTERS = 10
"""Letters and digits from which a value is not found by chance."""
ENDED: Phase = "withdrawn"
"""The phase after consent was taken back or the account was closed."""
_LONGEST_FIELD = 160
_LONGEST_PATH = 2_000
_PACKAGE_TYPE = "application/vnd.android.package-archive"
_ZIP = b"PK\x03\x04"
_MANIFEST = b"AndroidManifest.xml"
_ENDS = 1 << 16
"""Bytes at either end of a package among which its manifest is named."""
_CLOSES = re.compile(
    r"close|cancel|deactivat|terminat|unregister|logoff|zhuxiao|注销", re.IGNORECASE
)
"""Addresses that may end the account themselves: their answer may say whose it was."""
_LOGS_IN = re.compile(
    r"log-?_?in|sign-?_?in|sign-?_?up|register|one-?_?(?:key|tap|click)|quick-?_?auth|getphone|verifycode"
    r"|/sso/|/oauth|/token\b|/passport/",
    re.IGNORECASE,
)
"""Addresses by which people may have told anew who they are."""
_TEXTUAL = re.compile(r"json|text|xml|javascript|protobuf|octet|^$", re.IGNORECASE)

ToldBy = Literal["content", "type", "name"]


class Answers:
    """Reads the answers of one recording, in their order."""

    def __init__(
        self, channel: Channel, values: Mapping[str, Sequence[str]], kinds: Set[str]
    ) -> None:
        """Search for the values of these kinds: what a person is, not what a device is called."""
        wanted = {kind: many for kind, many in values.items() if kind in kinds and many}
        self._known = KnownValues(wanted) if wanted else None
        self._channel = channel
        self._told = set[str]()
        self._searched = self._unread = 0
        self._ended = self._anew = False
        self._returned: dict[tuple[str, str], DataReturned] = {}
        self._packages: dict[tuple[str, str, Phase | None], PackageFetched] = {}

    def add(self, seen: Seen, phase: Phase | None) -> None:
        """Read what came back to one request, with what the request itself had told."""
        self._fetch(seen, phase)
        if phase != ENDED:
            return
        begins, self._ended = not self._ended, True
        path = unquote(seen.here.path)[:_LONGEST_PATH]
        self._anew = self._anew or _LOGS_IN.search(path) is not None
        if begins or _CLOSES.search(path):  # it may answer the closing itself
            return
        self._told |= {one.data_type for one in seen.carried.data if one.matched_by == "known"}
        for hit in self._hits(seen.exchange):
            key = (hit.data_type, seen.here.host)
            new = self._fact(seen, hit)
            old = self._returned.get(key)
            if (old is None and len(self._returned) < MOST_FACTS) or (
                old is not None and _weight(new) > _weight(old)
            ):
                self._returned[key] = new

    def facts(self) -> Iterator[Fact]:
        """Give the facts, in an order that the recording alone decides."""
        yield from (self._returned[key] for key in sorted(self._returned))
        order = sorted(self._packages, key=lambda key: (key[0], key[1], key[2] or ""))
        yield from (self._packages[key] for key in order)

    def unseen(self) -> Iterator[Unseen]:
        """Say why silence on what came back means nothing, where it does."""
        if self._known is None:
            reason = Words(
                "未提供测试人员的已知值（--identity），无法识别服务器返回的个人信息",
                "no known values of the test person were given (--identity), so nothing that came"
                " back could be told as theirs",
            )
        elif not self._ended:
            reason = Words(
                "记录中没有撤回同意或注销账号之后的请求",
                "the recording holds no request after consent or the account was ended",
            )
        elif self._unread:
            reason = Words(
                f"{self._unread} 个应答没有正文、过长或未能展开",
                f"{self._unread} answers lack their bodies, are too long or were not looked into",
            )
        else:
            return
        scope = {"channel": (self._channel,)}
        yield Unseen(kind="data.returned", scope=scope, collector="traffic", reason=reason)

    def _hits(self, one: Exchange) -> list[Hit]:
        if self._known is None or not _TEXTUAL.search(one.mime or ""):
            return []
        body = one.response_body
        if body is None or self._searched >= MOST_SEARCHED:
            self._unread += 1
            return []
        self._searched += 1
        cut: list[str] = []
        inside = pieces(body[:MAX_ANSWER], content_type=one.mime or "", cut=cut)
        self._unread += bool(cut) or len(body) > MAX_ANSWER
        return self._known.search_pieces(inside)

    def _fact(self, seen: Seen, hit: Hit) -> DataReturned:
        sure = any(name in hit.encoding for name in HASHES) or (
            sum(c.isalnum() for c in hit.value) >= SURE_CHARACTERS
        )
        return DataReturned(
            source=seen.source,
            channel=self._channel,
            phase=ENDED,
            data_type=hit.data_type,
            host=seen.here.host,
            party=seen.who.party,
            own_site=seen.who.party == "first",
            by_subject=seen.origin.by_subject,
            attributed_by=seen.origin.attributed_by,
            told_anew=self._anew or hit.data_type in self._told,
            confidence="certain" if sure and hit.whole else "likely",
            field=hit.place.replace(hit.value, "*")[:_LONGEST_FIELD],
            encoding=hit.encoding,
            value_masked=masked(hit.data_type, hit.value),
        )

    def _fetch(self, seen: Seen, phase: Phase | None) -> None:
        told_by = package_in(seen.exchange)
        key = (seen.here.host, shape(seen.here.path), phase)
        if told_by is None or key in self._packages or len(self._packages) >= MOST_FACTS:
            return
        self._packages[key] = PackageFetched(
            source=seen.source,
            channel=self._channel,
            phase=phase,
            host=seen.here.host,
            path=key[1],
            party=seen.who.party,
            own_site=seen.who.party == "first",
            told_by=told_by,
            by_subject=seen.origin.by_subject,
            attributed_by=seen.origin.attributed_by,
        )


def _weight(fact: DataReturned) -> tuple[bool, bool, bool]:
    return fact.told_anew is False, fact.confidence == "certain", fact.by_subject is True


def package_in(one: Exchange) -> ToldBy | None:
    """Say what tells that an answer is an Android package; None for what is none, or failed."""
    if one.method != "GET" or one.status not in (200, 206):
        return None
    body = one.response_body or b""
    if body.startswith(_ZIP):
        return "content" if _MANIFEST in body[:_ENDS] or _MANIFEST in body[-_ENDS:] else None
    mime = (one.mime or "").partition(";")[0].strip().lower()
    if mime == _PACKAGE_TYPE:
        return "type"
    path = one.url.partition("?")[0].partition("#")[0].lower()
    plain = path.endswith((".apk", ".xapk", ".apks")) and not body
    return "name" if plain and not re.search(r"html|json|text|xml|image", mime) else None
