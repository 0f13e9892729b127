"""Good manners towards a site: not too many pages a second, and its robots.txt is read."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scanner.fetch.client import PRODUCT, Client, FetchError
from scanner.fetch.names import tidy
from scanner.model import Visit, Words

if TYPE_CHECKING:
    from protego import Protego

MAX_ROBOTS = 512 * 1024
"""Bytes of robots.txt that are read; RFC 9309 wants at least 500 KiB read."""
MAX_DELAY_S = 30.0
"""Longest Crawl-delay that is kept to, our choice: longer ones would make an audit endless."""
_AGENT_LINE = re.compile(r"\s*user(?:-|\s+)?agent(?:\s*:|\s+|$)(?P<name>[^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+", re.ASCII)
"""The part of a name in robots.txt that counts (RFC 9309, product token)."""


class Pace:
    """Lets no more pages of one host be opened in a second than agreed."""

    def __init__(
        self,
        rate: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`rate` is in pages a second; clock and sleep are in seconds."""
        if rate <= 0:
            raise ValueError("a rate is above 0")
        self._pause = 1.0 / rate
        self._clock = clock
        self._sleep = sleep
        self._next: dict[str, float] = {}
        self._slower: dict[str, float] = {}

    async def turn(self, host: str) -> None:
        """Wait until the next page of this host may be opened."""
        host = tidy(host) or host
        now = self._clock()
        mine = max(now, self._next.get(host, now))
        self._next[host] = mine + max(self._pause, self._slower.get(host, 0.0))
        if mine > now:
            await self._sleep(mine - now)

    def slow_down(self, host: str, pause_s: float) -> None:
        """Leave at least this many seconds between pages of a host, up to MAX_DELAY_S."""
        host = tidy(host) or host
        pause = min(max(pause_s, 0.0), MAX_DELAY_S)
        earlier = self._slower.get(host, 0.0)
        self._slower[host] = max(earlier, pause)
        grown = self._slower[host] - max(earlier, self._pause)
        if host in self._next and grown > 0:
            self._next[host] += grown


class Robots:
    """Says what a site's robots.txt allows this scanner, each file being asked for once."""

    def __init__(self, client: Client, *, agent: str = PRODUCT, pace: Pace | None = None) -> None:
        """`agent` is the name looked for in robots.txt; a `pace` is slowed by Crawl-delay."""
        self._client = client
        self._agent = agent.lower()
        self._pace = pace
        self._files: dict[str, asyncio.Task[Protego | bool | None]] = {}
        self._unread: dict[str, Words] = {}
        """Why the robots.txt of an origin could not be read."""

    async def allows(self, url: str) -> bool | None:
        """Tell whether a page may be opened; None where robots.txt could not be read.

        No such file (4xx) allows everything. A server's fault (5xx) or no answer gives None, which
        RFC 9309 wants taken for a no; the caller decides and says what it did.
        """
        origin = _origin(url)
        if origin is None:
            return None
        if origin not in self._files:
            self._files[origin] = asyncio.ensure_future(self._read(origin))
        rules = await asyncio.shield(self._files[origin])
        if rules is None or isinstance(rules, bool):
            return rules
        return bool(rules.can_fetch(url, self._agent))

    def why_unread(self, url: str) -> Words | None:
        """Say why the robots.txt for a page could not be read; None where it was, or not asked."""
        return self._unread.get(_origin(url) or "")

    async def _read(self, origin: str) -> Protego | bool | None:
        try:
            reply = await self._client.get(f"{origin}/robots.txt", most=MAX_ROBOTS)
        except FetchError as error:
            self._unread[origin] = error.reason
            return None
        if not 200 <= reply.status < 300:
            if 400 <= reply.status < 500:
                return True
            status = reply.status
            self._unread[origin] = Words(f"服务器返回 {status}", f"the server answered {status}")
            return None
        from protego import Protego  # noqa: PLC0415 - only where there is a file to read

        text = reply.body.decode("utf-8-sig", "replace")
        if reply.cut:
            text = text[: text.rfind("\n") + 1]
        rules = Protego.parse(_ours(text, self._agent))
        delay = rules.crawl_delay(self._agent)
        if delay is not None and self._pace is not None:
            self._pace.slow_down(urlsplit(origin).hostname or "", delay)
        return rules


async def refusal(robots: Robots, visit: Visit, url: str, *, named: bool) -> Words | None:
    """Say why a page may not be opened; None when it may.

    A robots.txt that cannot be read stops everything but the addresses that the auditor named.
    """
    if visit.authorised:
        return None
    allowed = await robots.allows(url)
    if allowed is False:
        return Words(
            "robots.txt 不允许访问（有授权的用 --authorised）",
            "robots.txt does not allow it (--authorised for those entitled)",
        )
    if allowed is None and not named:
        why = robots.why_unread(url)
        zh, en = (f"：{why.zh}", f": {why.en}") if why is not None else ("", "")
        return Words(f"robots.txt 无法读取{zh}", f"robots.txt could not be read{en}")
    return None


def _origin(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def _ours(text: str, agent: str) -> str:
    """Give every group that is not about us the same name, which changes nothing for us.

    The parser's work grows with the product of names and rules in a group, which a hostile file
    would use.
    """
    lines = []
    for line in text.splitlines():
        found = _AGENT_LINE.match(line)
        if found is not None:
            name = found["name"].strip().lower()
            token = _TOKEN.match(name)
            ours = token is not None and token[0] == agent
            lines.append(f"User-agent: {agent if ours else '*' if name == '*' else 'other'}")
        else:
            lines.append(line)
    return "\n".join(lines)
