"""What a row of any list of connections may say, and the rows that cannot be used."""

from __future__ import annotations

import functools
import ipaddress
import math
import re
from collections.abc import Sequence

from scanner.broken import Broken
from scanner.exchange import LONGEST_HOST, moment
from scanner.model import Words

LONGEST_NAME = 255
"""Characters of the name of an app at most."""
LONGEST_LINE = 8_192
"""Characters of a line at most."""
LISTED = 5
"""Bad rows that are told one by one, and first lines among which a header may stand."""
PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+")
"""How Android demands that a package's name looks."""
_SYSTEM = re.compile(r"[a-z]+")
"""What lists call parts of Android that are no app: root, netd, mediaserver ..."""
_HOST = re.compile(r"(?=.*[a-z])(?:[\w-]+\.)*[\w-]+", re.ASCII)
_MILLISECONDS_FROM = 1e11
"""Numbers from here on count milliseconds since 1970, not seconds."""
_LATEST = 4_102_444_800.0
"""Times from 2100 on are none of a recording."""


class Bad(Exception):  # noqa: N818 - it names the state of a row
    """A row that cannot be used, and why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Words(zh, en)


def is_name(name: str) -> bool:
    """Say whether a word may name an app or a part of Android."""
    return bool(PACKAGE.fullmatch(name) or _SYSTEM.fullmatch(name))


def host(word: str) -> str:
    """Write the name of a host in its plain form; empty for an address, or what is no name."""
    word = re.sub(r":[0-9]{1,5}$", "", word.lower()).rstrip(".")
    fits = len(word) <= LONGEST_HOST and _HOST.fullmatch(word) and not plain(word)
    return word if fits else ""


@functools.lru_cache(maxsize=4096)
def plain(ip: str) -> str:
    """Write an address in its one plain form; empty for what is none."""
    try:
        address = ipaddress.ip_address(ip.strip().strip("[]"))
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def number(word: str) -> int | None:
    """Read a number without sign; None for what is none."""
    return int(word) if re.fullmatch(r"[0-9]{1,15}", word) else None


def port(word: str) -> int | None:
    """Read a port; None for what is none."""
    found = number(word)
    return found if found is not None and found < 1 << 16 else None


def seconds(time: str | float) -> float | None:
    """Read a time in ISO 8601, or in seconds or thousandths since 1970, as seconds since 1970."""
    found = number(time) if isinstance(time, str) else time
    if found is None:
        read = moment(str(time))
        return read.timestamp() if read else None
    if not math.isfinite(found):
        return None
    found = found / 1000 if found >= _MILLISECONDS_FROM else float(found)
    return found if 0 <= found < _LATEST else None


def told(bad: Sequence[Broken], count: int) -> list[Broken]:
    """Give the first bad rows, and how many more of `count` there are."""
    broken, more = list(bad[:LISTED]), count - LISTED
    if more > 0:
        reason = Words(f"另有 {more} 行无法读取", f"{more} more rows cannot be read")
        broken.append(Broken(at=bad[LISTED].at, reason=reason))
    return broken


def too_long(at: str) -> Broken:
    """Say that a list is longer than what is read."""
    reason = Words("列表过长，其后未读取", "the list is too long; what follows was not read")
    return Broken(at=at, reason=reason, rest=True)
