"""Cookies as servers set them, and which values can tell one browser from another."""

from __future__ import annotations

import datetime
import functools
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from fnmatch import translate
from typing import NamedTuple
from urllib.parse import unquote

from scanner.exchange import Exchange, address, moment
from scanner.knowledge.sites import site_of
from scanner.knowledge.trackers import Tracker

DAY = 86_400
"""Seconds of a day."""
MAX_KEPT = 20_000
"""Names whose tracker is kept in memory."""
MAX_COOKIES = 200
"""Cookies taken from one answer at most; browsers keep 180 for a site."""
LONGEST_NAME = 120
"""Characters of a cookie's name that a fact repeats at most."""
LONGEST_VALUE = 4_096
"""Characters of a value that are looked at; browsers keep cookies of 4 kB at most."""
FEWEST_BITS = 32.0
"""Least information, in bits, of a value that tells browsers apart: one among four thousand
million. Our choice; the shortest client ids in use have about so much."""


class SetCookie(NamedTuple):
    """A cookie that a server asked the browser to keep."""

    name: str
    """Its name."""
    value: str
    """Its value."""
    domain: str
    """Domain for which it is to count; the host's own where a foreign one was asked for."""
    lifetime_days: int | None
    """How long it is to live, in whole days, at least 1; 0 for the session, null if unreadable."""
    deletes: bool
    """Whether it only takes an earlier one away."""
    kept: bool | None
    """False where every browser must refuse it; else null, since settings decide."""


def cookies_set(exchange: Exchange) -> list[SetCookie]:
    """Read the Set-Cookie headers of an answer as RFC 6265 says, in their order."""
    headers = exchange.response_headers
    lines = [value for name, value in headers if len(name) == 10 and name.lower() == "set-cookie"]
    here = address(exchange.url) if lines else None
    if here is None:
        return []
    dates = [value for name, value in headers if name.lower() == "date"]
    now = _date(dates[0]) if dates else None
    now = now or moment(exchange.started)
    read = (read_cookie(line, here.host, here.secure, now) for line in lines[:MAX_COOKIES])
    return [cookie for cookie in read if cookie is not None]


def cookies_sent(exchange: Exchange) -> list[tuple[str, str]]:
    """Give names and values of the cookies that a request carried."""
    lines = [value for name, value in exchange.request_headers if name.lower() == "cookie"]
    pairs = [part.partition("=") for line in lines for part in line.split(";")]
    named = [(name.strip(), value.strip()) for name, _, value in pairs if name.strip()]
    return named[:MAX_COOKIES]


def read_cookie(
    line: str, host: str, secure: bool, now: datetime.datetime | None
) -> SetCookie | None:
    """Read what a cookie was set with, by a server of this host or a script on its page.

    `secure` says whether that came over TLS; `now` is the moment, from which Expires counts.
    """
    first, *rest = line[:8192].split(";")
    name, equals, value = first.partition("=")
    if not equals or not name.strip():
        return None
    name, value = re.sub(r"\d{11,}", "*", name.strip())[:LONGEST_NAME], value.strip().strip('"')
    said: dict[str, str] = {}
    for part in rest:
        word, _, what = part.partition("=")
        said[word.strip().lower()] = what.strip()  # the last of several counts
    asked = said.get("domain", "").lower().strip(".")
    kept = _kept(name, asked, said, host, secure)
    days, deletes = _lifetime(said, now)
    domain = asked if asked and _covers(asked, host) else host
    return SetCookie(name, value, domain, days, deletes, kept)


def _covers(domain: str, host: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _kept(name: str, asked: str, said: dict[str, str], host: str, secure: bool) -> bool | None:
    """Say False where RFC 6265bis has every browser refuse a cookie."""
    flagged = "secure" in said
    refused = (
        bool(asked and not _covers(asked, host))
        or bool(asked and asked != host and site_of(host, frozenset()).endswith("." + asked))
        or (flagged and not secure and host not in ("localhost", "127.0.0.1"))
        or (said.get("samesite", "").lower() == "none" and not flagged)
        or (name.lower().startswith(("__secure-", "__host-")) and not (flagged and secure))
        or (name.lower().startswith("__host-") and (bool(asked) or said.get("path", "/") != "/"))
    )
    return False if refused else None


def _lifetime(said: dict[str, str], now: datetime.datetime | None) -> tuple[int | None, bool]:
    """Give days and whether the cookie ends at once; Max-Age goes before Expires."""
    age = said.get("max-age", "")
    if re.fullmatch(r"-?\d{1,18}", age, re.ASCII):
        seconds = int(age)
    elif "expires" not in said:
        return 0, False
    else:
        expires = _date(said["expires"])
        if expires is None:
            return 0, False  # what cannot be read counts as not said
        if now is None:
            return None, expires.year < 2000
        seconds = int((expires - now).total_seconds())
    if seconds <= 0:
        return 0, True
    return max(1, seconds // DAY), False


def _date(words: str) -> datetime.datetime | None:
    """Read a date as servers write it, also with dashes or two digits of the year."""
    try:
        read = parsedate_to_datetime(words[:60].replace("-", " "))
    except (ValueError, TypeError, IndexError, OverflowError):
        return moment(words[:60])
    return read if read.tzinfo else read.replace(tzinfo=datetime.UTC)


# Identifiers

_STATE = re.compile(
    r"consent|gdpr|ccpa|optanon|usprivacy|cookie_?(?:law|policy|notice|banner|settings)|agree|tcf"
    r"|didomi|cookiebot|cmp",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_LOT_AND_TIME = re.compile(r"(?<![0-9])[0-9]{8,10}\.1[3-9][0-9]{8}(?![0-9])")
"""A number drawn by lot and the time of drawing it, as several makers of statistics write it."""
_EMPTY_UUID = re.compile(r"[0-]+|[fF-]+")
_TOKEN = re.compile(r"[A-Za-z0-9_\-+/=]+")
_WORDS = re.compile(r"[a-z]{2,}(?:[_\-/+][a-z]{2,})*|[A-Z][a-z]+(?:[A-Z][a-z]+)+", re.IGNORECASE)
_TIME = re.compile(r"1[3-9][0-9]{8}(?:[0-9]{3}){0,2}|(?:19|20)[0-9]{6}(?:[0-9]{4}|[0-9]{6})?")
_WORD = re.compile(r"[A-Z]?[a-z]{4,}")
_VERSION = re.compile(r"v?[0-9]{1,4}(?:[._\-][0-9]{1,6})+", re.IGNORECASE)
_VOWELS = frozenset("aeiouyAEIOUY")


class KnownNames:
    """Names of cookies that the table of trackers knows."""

    def __init__(self, trackers: Iterable[Tracker]) -> None:
        patterns = [(translate(name), row) for row in trackers for name in row.cookies]
        self._rows = [row for _, row in patterns]
        self._any = re.compile("|".join(f"({one})" for one, _ in patterns) or "(?!)")
        self._found: dict[str, Tracker | None] = {}

    def of(self, name: str) -> Tracker | None:
        """Give the tracker that sets cookies of this name, the first of several."""
        if name not in self._found:
            match = self._any.match(name[:LONGEST_NAME])
            found = self._rows[match.lastindex - 1] if match and match.lastindex else None
            if len(self._found) >= MAX_KEPT:
                return found
            self._found[name] = found
        return self._found[name]


def tells_apart(name: str, value: str) -> bool | None:
    """Say whether a value can tell one browser from all others.

    True for values that hold a long random part. Flags, words, languages, versions and times are
    none. Null for what records a choice (consent) and holds a random part besides.
    """
    parts = random_parts(value)
    return None if parts and _STATE.search(name) else bool(parts)


def random_parts(value: str) -> tuple[str, ...]:
    """Give the parts of a value that look random: long, and made like no word, time or version."""
    return _random_parts(value[:LONGEST_VALUE])


@functools.lru_cache(maxsize=4_096)
def _random_parts(value: str) -> tuple[str, ...]:
    plain = unquote(value)
    found = [one for one in _UUID.findall(plain) if not _EMPTY_UUID.fullmatch(one)]
    found += _LOT_AND_TIME.findall(plain)
    plain = _LOT_AND_TIME.sub(" ", _UUID.sub(" ", plain))
    for token in _TOKEN.findall(plain):
        if not _VERSION.fullmatch(token):
            found += [part for part in re.split(r"[_\-/+=]", token) if is_random(part)]
    return tuple(found)


def is_random(part: str) -> bool:
    """Say whether a run of letters and digits looks drawn by lot rather than written by somebody.

    Digits alone: at least nine, no time, not all alike. Letters and digits: at least FEWEST_BITS
    by length and by the letters used, and kinds of character in turn, as words have them not.
    """
    if _TIME.fullmatch(part) or len(set(part)) < 5:
        return False
    if part.isdigit():
        return 9 <= len(part) <= 40
    if _bits(_WORD.sub("", part)) < FEWEST_BITS and not part.isalpha():
        return False
    if part.isalpha() and (part.islower() or part.isupper() or _WORDS.fullmatch(part)):
        vowels = sum(c in _VOWELS for c in part) / len(part)
        return len(part) >= 16 and not 0.22 <= vowels <= 0.6
    turns = sum(_kind(a) != _kind(b) for a, b in itertools.pairwise(part))
    return turns >= 3


def _kind(character: str) -> int:
    return 0 if character.isdigit() else 1 if character.islower() else 2


def _bits(part: str) -> float:
    """Give the Shannon information of a run, by how often each of its characters stands in it."""
    total = len(part)
    return -sum(n * math.log2(n / total) for n in Counter(part).values())
