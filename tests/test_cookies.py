from __future__ import annotations

import datetime
import http.cookiejar
import random
import urllib.request
import uuid
from collections.abc import Callable
from email.message import Message
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cookies import (
    KnownNames,
    SetCookie,
    cookies_sent,
    cookies_set,
    random_parts,
    read_cookie,
    tells_apart,
)
from scanner.knowledge import Knowledge
from tests.collect.traffic.hars import exchange

NOW = datetime.datetime(2026, 5, 1, 2, tzinfo=datetime.UTC)


def cookie(line: str, host: str = "www.a.com", secure: bool = True) -> SetCookie:
    read = read_cookie(line, host, secure, NOW)
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("line", "days", "deletes"),
    [
        ("a=1", 0, False),
        ("a=1; Max-Age=86400", 1, False),
        ("a=1; Max-Age=31536000", 365, False),
        ("a=1; Max-Age=60", 1, False),
        ("a=1; Max-Age=0", 0, True),
        ("a=1; max-age=-1", 0, True),
        ("a=1; Max-Age=soon", 0, False),
        ("a=1; Expires=Sat, 01 May 2027 02:00:00 GMT", 365, False),
        ("a=1; expires=Sat, 01-May-2027 02:00:00 GMT", 365, False),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 0, True),
        ("a=1; Expires=never", 0, False),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=172800", 2, False),
        ("a=1; Max-Age=1; Max-Age=172800", 2, False),
    ],
)
def test_how_long_a_cookie_lives(line: str, days: int, deletes: bool) -> None:
    assert (cookie(line).lifetime_days, cookie(line).deletes) == (days, deletes)


@given(st.integers(1, 400 * 86400), st.booleans())
def test_pythons_own_jar_agrees_on_lifetimes(seconds: int, by_date: bool) -> None:
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    date = format_datetime(now + datetime.timedelta(seconds=seconds), usegmt=True)
    line = f"a=1; Expires={date}" if by_date else f"a=1; Max-Age={seconds}"
    jar, headers = http.cookiejar.CookieJar(), Message()
    headers["Set-Cookie"] = line

    class Answer:
        def info(self) -> Message:
            return headers

    request = urllib.request.Request("https://www.a.com/")
    (theirs,) = jar.make_cookies(Answer(), request)  # type: ignore[arg-type]
    ours = read_cookie(line, "www.a.com", True, now)
    assert ours is not None
    assert theirs.expires is not None
    left = theirs.expires - now.timestamp()
    assert ours.lifetime_days is not None
    assert abs(ours.lifetime_days * 86400 - left) <= 86401


@pytest.mark.parametrize(
    ("line", "host", "secure", "domain", "kept"),
    [
        ("a=1", "www.a.com", True, "www.a.com", None),
        ("a=1; Domain=.A.com", "www.a.com", True, "a.com", None),
        ("a=1; Domain=b.com", "www.a.com", True, "www.a.com", False),
        ("a=1; Domain=w.a.com", "www.a.com", True, "www.a.com", False),
        ("a=1; Domain=com", "www.a.com", True, "com", False),
        ("a=1; Domain=com.cn", "www.a.com.cn", True, "com.cn", False),
        ("a=1; Secure", "www.a.com", False, "www.a.com", False),
        ("a=1; Secure", "www.a.com", True, "www.a.com", None),
        ("a=1; SameSite=None", "www.a.com", True, "www.a.com", False),
        ("a=1; SameSite=None; Secure", "www.a.com", True, "www.a.com", None),
        ("__Secure-a=1", "www.a.com", True, "www.a.com", False),
        ("__Host-a=1; Secure; Path=/", "www.a.com", True, "www.a.com", None),
        ("__Host-a=1; Secure; Domain=a.com", "www.a.com", True, "a.com", False),
    ],
)
def test_whose_a_cookie_is_and_whether_any_browser_keeps_it(
    line: str, host: str, secure: bool, domain: str, kept: bool | None
) -> None:
    read = cookie(line, host, secure)
    assert (read.domain, read.kept) == (domain, kept)


@pytest.mark.parametrize("line", ["", "a", "=1", ";", "  =x; Path=/"])
def test_what_is_no_cookie_is_none(line: str) -> None:
    assert read_cookie(line, "a.com", True, NOW) is None


@given(st.text(), st.text())
def test_any_header_is_survived(line: str, started: str) -> None:
    headers = (("Set-Cookie", line), ("set-cookie", f"a={line}; Expires={line}; Max-Age={line}"))
    one = exchange("https://a.com/", response_headers=headers, request_headers=(("Cookie", line),))
    cookies_set(one)
    cookies_sent(one)


def test_expires_counts_from_the_servers_own_clock() -> None:
    headers = (
        ("Date", "Fri, 01 May 2020 00:00:00 GMT"),
        ("Set-Cookie", "a=1; Expires=Sun, 03 May 2020 00:00:00 GMT"),
    )
    (read,) = cookies_set(exchange("https://a.com/", response_headers=headers))
    assert (read.lifetime_days, read.deletes) == (2, False)


def test_cookies_that_a_request_carried() -> None:
    one = exchange("https://a.com/", request_headers=(("cookie", "a=1; b=x=y;c;  "), ("X", "d=1")))
    assert cookies_sent(one) == [("a", "1"), ("b", "x=y"), ("c", "")]


PLAIN = [
    "1",
    "true",
    "zh-CN",
    "en-US,en;q=0.9",
    "1700000000",
    "1700000000123",
    "20240101120000",
    "2024-01-01",
    "light",
    "dark-theme-preferred",
    "homepage-v2-2024",
    "v1.2.3",
    "1.2.3.4",
    "Asia/Shanghai",
    "%7B%22theme%22%3A%22dark%22%7D",
    "session_2024_homepage_banner",
    "deny",
    "necessary:1,analytics:0,marketing:0",
    "1920x1080",
    "1440*900*24",
    "CNY",
    "00000000-0000-0000-0000-000000000000",
    "utf8=true&lang=zh",
    "shanghai.beijing.guangzhou",
    "12345678",
    "loadbalancer-node-12a",
    "1700000000,1700000100",
    "WindowsChrome120x1080",
    "GMT+0800",
    "deleted",
]


@pytest.mark.parametrize("value", PLAIN)
def test_flags_languages_versions_and_times_identify_nobody(value: str) -> None:
    assert tells_apart("x", value) is False


def test_ids_as_makers_draw_them_are_recognised() -> None:
    """Drawn as the makers' own scripts draw them, with a seed; all but a few must be recognised."""
    chance = random.Random(7)
    kinds: dict[str, Callable[[], str]] = {
        "uuid": lambda: str(uuid.UUID(int=chance.getrandbits(128))),
        "hex": lambda: f"{chance.getrandbits(128):032x}",
        "hex16": lambda: f"{chance.getrandbits(64):016X}",
        "ga": lambda: f"GA1.2.{chance.randrange(10**8, 2**31)}.{chance.randrange(14, 19)}00000000",
        "fb": lambda: f"fb.1.1700000000123.{chance.randrange(10**9, 10**18)}",
        "base62": lambda: "".join(
            chance.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=22)
        ),
        "json": lambda: f"%7B%22distinct_id%22%3A%22{chance.getrandbits(100):x}-0%22%7D",
    }
    for kind, draw in kinds.items():
        found = sum(tells_apart("x", draw()) is True for _ in range(400))
        assert found >= 385, (kind, found)


def test_a_record_of_consent_with_an_id_in_it_is_not_decided() -> None:
    value = f"consentId={uuid.UUID(int=7 << 90)}&groups=1%3A1"
    assert random_parts(value)
    assert tells_apart("OptanonConsent", value) is None
    assert tells_apart("OptanonConsent", "groups=1%3A1") is False


def test_names_that_the_table_knows(known: Knowledge) -> None:
    names = KnownNames(known.trackers.rows)
    found = {name: names.of(name) for name in ("Hm_lvt_0a1b", "_ga", "_ga_X1", "session", "HM_LVT")}
    ids = {name: row.id if row else None for name, row in found.items()}
    assert ids == {
        "Hm_lvt_0a1b": "baidu-mobstat",
        "_ga": "google-analytics",
        "_ga_X1": "google-analytics",
        "session": None,
        "HM_LVT": None,
    }
    assert KnownNames([]).of("_ga") is None
