from __future__ import annotations

from typing import Any

import pytest

from scanner.collect.traffic import tally as module
from scanner.collect.traffic.origin import Origin
from scanner.collect.traffic.sent import Reader
from scanner.collect.traffic.tally import Seen, Tally
from scanner.cookies import KnownNames, cookies_set
from scanner.exchange import address
from scanner.facts import Fact, Source, kind_of
from scanner.geo.places import Where
from scanner.knowledge import Knowledge
from scanner.parties import Parties
from tests.collect.traffic.hars import exchange

ORIGIN = Origin(None, True, "web")
UUID = "550e8400-e29b-41d4-a716-446655440000"


class Bench:
    """A tally that is fed exchanges one by one."""

    def __init__(self, known: Knowledge) -> None:
        self.parties = Parties(["a.com"], known)
        self.reader = Reader()
        self.tally = Tally("website", "first_load", KnownNames(known.trackers.rows), set())
        self.count = 0

    def add(self, url: str, where: Where | None = None, **more: Any) -> None:
        self.count += 1
        one = exchange(url, **{**more, "at": f"entry {self.count}"})
        here = address(url)
        assert here is not None
        who = self.parties.of(here.host)
        carried = self.reader.read(one, listed=bool(who.tracker and who.tracker.identifies))
        seen = Seen(one, here, who, where or Where(), carried, Source(at=one.at), ORIGIN)
        self.tally.add(seen, cookies_set(one))

    def facts(self, kind: str) -> list[Any]:
        return [fact for fact in self.tally.facts() if kind_of(fact) == kind]


@pytest.fixture
def bench(known: Knowledge) -> Bench:
    return Bench(known)


def test_requests_of_one_path_are_one_fact_with_their_number(bench: Bench) -> None:
    for number in range(5):
        bench.add(f"https://a.com/x?{number}", status=200 + number)
    bench.add("https://a.com/order/123456789")
    bench.add("https://a.com/order/987654321")
    made = bench.facts("request.made")
    assert [(one.path, one.count, one.status, one.source.at) for one in made] == [
        ("/order/*", 2, 200, "entry 6"),
        ("/x", 5, 200, "entry 1"),
    ]


def test_a_request_without_tls_wins_and_is_the_source(bench: Bench) -> None:
    bench.add("https://a.com/x")
    bench.add("http://a.com/x", document="https://a.com/")
    bench.add("https://a.com/x")
    (made,) = bench.facts("request.made")
    assert (made.secure, made.mixed, made.count, made.source.at) == (False, True, 3, "entry 2")
    (endpoint,) = bench.facts("endpoint.contacted")
    assert endpoint.secure is False


@pytest.mark.parametrize(
    ("url", "document", "mixed"),
    [
        ("http://a.com/", "https://a.com/", True),
        ("http://a.com/", "http://a.com/", False),
        ("http://a.com/", None, None),
        ("https://a.com/", None, False),
        ("http://127.0.0.1/", "https://a.com/", False),
    ],
)
def test_mixed_content(bench: Bench, url: str, document: str, mixed: bool | None) -> None:
    bench.add(url, document=document)
    assert bench.facts("request.made")[0].mixed is mixed


def test_the_worst_place_of_a_host_is_told_with_its_address(bench: Bench) -> None:
    bench.add("https://a.com/1", Where(ip="1.1.1.1", country="CN", outside_home=False))
    bench.add("https://a.com/2", Where(ip="2.2.2.2", country="US", outside_home=True))
    bench.add("https://a.com/3", Where(ip="3.3.3.3"))
    (endpoint,) = bench.facts("endpoint.contacted")
    assert (endpoint.ip, endpoint.country, endpoint.outside_home) == ("2.2.2.2", "US", True)
    assert endpoint.source.at == "entry 2"


def test_cookies_of_servers(bench: Bench) -> None:
    headers = (
        ("Set-Cookie", f"_id={UUID}; Domain=hm.baidu.com; Max-Age=864000"),
        ("Set-Cookie", "gone=1; Max-Age=0"),
        ("Set-Cookie", "lang=zh-CN"),
    )
    bench.add("https://hm.baidu.com/hm.js?x", response_headers=headers)
    bench.add(
        "https://a.com/", response_headers=(("Set-Cookie", f"_ga=GA1.2.{'7' * 9}.1700000000"),)
    )
    lang, own, ident = sorted(
        bench.facts("cookie.set"), key=lambda one: len(one.name), reverse=True
    )
    assert (lang.name, lang.lifetime_days, lang.identifier) == ("lang", 0, False)
    assert {own.name, ident.name} == {"_ga", "_id"}
    third = own if own.name == "_id" else ident
    first = ident if own.name == "_id" else own
    assert (third.party, third.vendor, third.lifetime_days, third.identifier) == (
        "third",
        "baidu",
        10,
        True,
    )
    assert (third.setter, third.via, third.kept) == ("https://hm.baidu.com/hm.js", "header", None)
    assert (first.party, first.vendor, first.recipient) == ("first", "google", "google-analytics")


def test_what_a_site_gets_back_of_its_own_is_no_identifier_sent(bench: Bench) -> None:
    cookie = (("Cookie", f"sid={UUID}"),)
    bench.add("https://www.a.com/", request_headers=cookie)
    assert not bench.facts("identifier.sent")
    assert bench.facts("request.made")[0].identifies is True


def test_identifiers_that_third_parties_get(bench: Bench) -> None:
    bench.add("https://hm.baidu.com/hm.gif", request_headers=(("Cookie", f"HMACCOUNT={UUID}"),))
    bench.add("https://www.google-analytics.com/collect?cid=123456789.1700000000&z=77")
    bench.add("https://elsewhere.test/p", request_headers=(("Cookie", f"u={UUID}"),))
    found = {(one.name, one.host, one.party, one.carrier) for one in bench.facts("identifier.sent")}
    assert found == {
        ("HMACCOUNT", "hm.baidu.com", "third", "cookie"),
        ("cid", "www.google-analytics.com", "third", "url"),
        ("u", "elsewhere.test", None, "cookie"),
    }
    assert all(one.identifies for one in bench.facts("request.made"))


@pytest.mark.parametrize("cookie_first", [True, False])
def test_a_random_value_counts_if_a_cookie_of_the_recording_is_the_same(
    bench: Bench, cookie_first: bool
) -> None:
    def cookie() -> None:
        bench.add("https://a.com/", request_headers=(("Cookie", f"_uid={UUID}"),))

    def sent() -> None:
        bench.add(f"https://elsewhere.test/p?token={UUID}&nonce=9f8e7d6c5b4a39281706")

    for act in (cookie, sent) if cookie_first else (sent, cookie):
        act()
    assert [(one.name, one.host) for one in bench.facts("identifier.sent")] == [
        ("token", "elsewhere.test")
    ]
    by_host = {one.host: one.identifies for one in bench.facts("request.made")}
    assert by_host["elsewhere.test"] is True


def test_a_request_whose_body_is_missing_may_have_identified(bench: Bench) -> None:
    bench.add("https://hm.baidu.com/a", request_body=None, method="POST")
    bench.add("https://hm.baidu.com/b")
    assert [one.identifies for one in bench.facts("request.made")] == [None, False]


def test_a_typed_value_goes_before_one_of_the_same_form(bench: Bench) -> None:
    bench.add("https://x.test/?phone=13912345678")
    bench.add("https://x.test/?phone=14407316952", initiator="https://a.com/log.js?v=1")
    (sent,) = bench.facts("data.sent")
    assert (sent.matched_by, sent.before_submit, sent.source.at) == ("known", True, "entry 2")
    assert (sent.sender, sent.surface) == ("https://a.com/log.js", "web")


def test_a_value_known_by_form_was_not_proven_to_be_typed(bench: Bench) -> None:
    bench.add("https://x.test/?phone=13912345678")
    (sent,) = bench.facts("data.sent")
    assert (sent.matched_by, sent.before_submit) == ("pattern", None)


def test_an_attempt_that_was_kept_back_gives_way_to_a_request(bench: Bench) -> None:
    one = exchange("https://x.test/p", status=0, error="net::ERR_NAME_NOT_RESOLVED", at="entry 0")
    here = address(one.url)
    assert here is not None
    carried = bench.reader.read(one, listed=False)
    seen = Seen(
        one, here, bench.parties.of("x.test"), Where(), carried, Source(at="entry 0"), ORIGIN
    )
    bench.tally.add_attempt(seen)
    assert [fact.status for fact in bench.facts("request.made")] == [0]
    assert not bench.facts("endpoint.contacted")
    bench.add("https://x.test/p")
    (made,) = bench.facts("request.made")
    assert (made.status, made.count, made.source.at) == (200, 2, "entry 1")


def test_too_many_facts_are_counted(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FACTS", 3)
    for number in range(7):
        bench.add(f"https://h{number}.test/?phone=13912345678")
    facts: list[Fact] = list(bench.tally.facts())
    assert len(facts) == 9
    assert bench.tally.left_out == {"request.made": 4, "endpoint.contacted": 4, "data.sent": 4}
