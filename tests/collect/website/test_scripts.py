from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from scanner.collect.website.instruments import Event, Told
from scanner.collect.website.scripts import ScriptFacts, pushed
from scanner.facts import (
    CookieSet,
    Fact,
    FingerprintRead,
    PromptRaised,
    Source,
    StorageWritten,
    identity_of,
)
from tests.collect.website.rig import HOME, HOST, ground

BEGIN = datetime.datetime(2026, 11, 22, 10, 0, tzinfo=datetime.UTC)
TRACKER = "https://hm.baidu.com/hm.js?1234567890"
ID = "4f9c1e07b7a24c6d8e3b5a90d1c2f3e4"


def told(what: str, *, after_s: float = 0, frame: str = HOME, **event: Any) -> Told:
    time = (BEGIN.timestamp() + after_s) * 1000
    return Told(Event(what=what, time=time, **event), frame, HOME)


def facts(*events: Told, since: datetime.datetime | None = None) -> list[Any]:
    session: Any = SimpleNamespace(
        since=since,
        instruments=SimpleNamespace(told=list(events)),
        mapped=True,
        phase="refused" if since else "first_load",
    )
    return list(ScriptFacts(ground(), session, "0" * 64).facts())


def cookie(text: str, **over: Any) -> Told:
    return told("cookie", **({"text": text, "name": text.partition("=")[0], "host": HOST} | over))


def test_what_a_script_does_again_is_the_same_fact() -> None:
    events = [
        told("fingerprint", after_s=n, api="canvas", script=TRACKER, line=3 + n) for n in range(3)
    ]
    fact, *again = facts(*events, told("fingerprint", api="gpu"), told("worker", name="w.js"))
    assert [identity_of(one) for one in again] == [identity_of(fact)] * 2
    assert isinstance(fact, FingerprintRead)
    assert (fact.api, fact.script, fact.line) == ("canvas", "https://hm.baidu.com/hm.js", 3)
    assert (fact.party, fact.page, fact.phase) == ("third", HOME, "first_load")
    assert (fact.source.at, fact.source.mapped) == ("events 0", True)
    assert datetime.datetime.fromisoformat(fact.source.time or "") == BEGIN


def test_what_came_before_the_answer_is_not_counted_in_its_phase() -> None:
    events = [
        told("prompt", after_s=-5, prompt="geolocation", gesture=False),
        told("prompt", after_s=1, prompt="notification", gesture=True),
        told("prompt", after_s=2, prompt="teleport"),
    ]
    (fact,) = facts(*events, since=BEGIN)
    assert isinstance(fact, PromptRaised)
    assert (fact.prompt, fact.gesture, fact.phase) == ("notification", True, "refused")
    assert (fact.script, fact.line, fact.party) == (None, None, None)


def test_storage_is_named_without_its_value() -> None:
    events = [
        told("storage", store="local", name="uid_13800138000", text=ID, host=HOST, script=TRACKER),
        told("storage", store="session", name="theme", text="dark", host=HOST),
        told("storage", store="tape", name="x", text="y", host=HOST),
    ]
    first, second = facts(*events)
    assert isinstance(first, StorageWritten) and isinstance(second, StorageWritten)
    assert (first.name, first.domain, first.storage) == ("uid_*", HOST, "local")
    assert (first.identifier, second.identifier) == (True, False)
    assert (first.vendor, second.setter) == ("baidu", None)
    assert ID not in repr(first) and "13800138000" not in repr(first)


@pytest.mark.parametrize(
    ("text", "days", "kept"),
    [
        (f"a={ID}", 0, None),
        (f"a={ID}; max-age=86400; path=/", 1, None),
        (f"a={ID}; Expires=Thu, 22 Nov 2029 10:00:00 GMT", 1096, None),
        (f"a={ID}; domain=.shop.test", 0, None),
        (f"a={ID}; domain=other.test", 0, False),
        (f"a={ID}; secure", 0, False),
        (f"__Host-a={ID}; path=/", 0, False),
    ],
)
def test_cookies_of_scripts(text: str, days: int, kept: bool | None) -> None:
    (fact,) = facts(cookie(text, script=TRACKER))
    assert isinstance(fact, CookieSet)
    assert (fact.lifetime_days, fact.kept, fact.domain) == (days, kept, HOST)
    assert (fact.via, fact.setter, fact.party) == ("script", "https://hm.baidu.com/hm.js", "first")
    assert (fact.vendor, fact.identifier) == ("baidu", True)
    assert ID not in repr(fact)


@pytest.mark.parametrize(
    "text",
    [
        "a=1; max-age=0",
        "a=1; max-age=-1",
        "a=; expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "",
        "novalue",
    ],
)
def test_what_takes_a_cookie_away_sets_none(text: str) -> None:
    assert not facts(cookie(text))


def test_a_frame_without_address_stores_for_the_page_that_wrote_it() -> None:
    (fact,) = facts(cookie(f"a={ID}; secure", host="", frame="https://www.shop.test/x"))
    assert (fact.domain, fact.kept) == ("www.shop.test", None)


def test_what_comes_by_itself_pushes_into_an_app() -> None:
    source = Source(evidence="0" * 64)
    found = list(
        pushed(
            ["https://a.test/x.pdf", "https://a.test/x.APK?u=13800138000", "https://a.test/y.apk"],
            ["shopapp://open?token=13800138000", "weixin://x"],
            HOME,
            source,
        )
    )
    assert [(one.way, one.text, one.gesture) for one in found] == [
        ("auto_download", "https://a.test/x.APK", False),
        ("scheme_jump", "shopapp://open", False),
    ]
    assert not list(pushed(["https://a.test/list.csv"], [], HOME, source))


@pytest.mark.parametrize("scheme", ["tel:", "MAILTO:", "sms:", "geo:", "view-source:"])
def test_what_leads_to_no_app_pushes_into_none(scheme: str) -> None:
    assert not list(pushed([], [scheme + "1"], HOME, Source()))
    (one,) = pushed([], [scheme + "1", "shopapp://open"], HOME, Source())
    assert one.text == "shopapp://open"


def test_who_followed_an_offer_of_a_download_may_have_asked_for_it() -> None:
    found = list(pushed(["https://a.test/x.apk"], ["shopapp://x"], HOME, Source(), gesture=None))
    assert [one.gesture for one in found] == [None, None]


def test_no_time_that_a_page_claims_is_too_strange() -> None:
    for time in (-1e300, 0.0, 1e300):
        (fact,) = facts(Told(Event(what="fingerprint", time=time, api="audio"), HOME, HOME))
        assert isinstance(fact, Fact) and fact.source.time
