from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.collect.traffic.answered import MOST_SEARCHED, Answers, package_in
from scanner.collect.traffic.origin import Origin
from scanner.collect.traffic.sent import Reader
from scanner.collect.traffic.tally import Seen
from scanner.exchange import Exchange, address
from scanner.facts import DataReturned, PackageFetched, Phase, Source
from scanner.geo.places import Where
from scanner.knowledge import Knowledge
from scanner.parties import Parties
from tests.collect.traffic.hars import exchange

NICK = "Wang Xiaoming 77"
MAIL = "wang.xiaoming@mail.test"
VALUES = {"account": [NICK], "email": [MAIL], "oaid": ["7d1f3c52-0b9e-4a6d-8f21-9c4be07a61d3"]}
KINDS = frozenset(("account", "email", "name"))
PACKAGE = b"PK\x03\x04" + b"\0" * 26 + b"AndroidManifest.xml" + b"\0" * 40


class Bench:
    """Answers that are fed one by one."""

    def __init__(self, known: Knowledge, values: dict[str, list[str]] = VALUES) -> None:
        self.parties = Parties(["a.com"], known)
        self.reader = Reader(values)
        self.answers = Answers("traffic", values, KINDS)

    def add(self, url: str, body: bytes | None, phase: Phase | None, **more: Any) -> None:
        given = {"mime": "application/json", "status": 200, **more}
        one = exchange(url, response_body=body, **given)
        here = address(url)
        assert here is not None
        seen = Seen(
            one,
            here,
            self.parties.of(here.host),
            Where(),
            self.reader.read(one, listed=False),
            Source(at=one.at),
            Origin(None, True, "native", "connections"),
        )
        self.answers.add(seen, phase)

    def end(self) -> None:
        """Mark the end by a request of its own, as a recording does."""
        self.add("https://api.a.com/end", b"{}", "withdrawn")

    def returned(self) -> list[DataReturned]:
        return [one for one in self.answers.facts() if isinstance(one, DataReturned)]

    def packages(self) -> list[PackageFetched]:
        return [one for one in self.answers.facts() if isinstance(one, PackageFetched)]


@pytest.fixture
def bench(known: Knowledge) -> Bench:
    return Bench(known)


def said(**more: str) -> bytes:
    return json.dumps({"user": more}).encode()


def test_a_value_that_comes_back_after_the_end(bench: Bench) -> None:
    bench.end()
    bench.add("https://api.a.com/me", said(nick=NICK), "withdrawn")
    (fact,) = bench.returned()
    assert (fact.data_type, fact.host, fact.party) == ("account", "api.a.com", "first")
    assert (fact.phase, fact.told_anew, fact.confidence) == ("withdrawn", False, "certain")
    assert (fact.field, fact.by_subject) == ("json:user.nick", True)
    assert NICK not in repr(fact)
    assert list(bench.answers.unseen()) == []


def test_before_the_end_a_service_may_say_what_it_knows(bench: Bench) -> None:
    bench.add("https://api.a.com/me", said(nick=NICK), "agreed")
    bench.add("https://api.a.com/me", said(nick=NICK), None)
    assert bench.returned() == []
    (gap,) = bench.answers.unseen()
    assert "no request after" in gap.reason.en


def test_what_was_told_anew_is_marked_so(bench: Bench) -> None:
    bench.end()
    bench.add(f"https://api.a.com/up?mail={MAIL}", said(mail=MAIL, nick=NICK), "withdrawn")
    assert {one.data_type: one.told_anew for one in bench.returned()} == {
        "account": False,
        "email": True,
    }


@pytest.mark.parametrize("path", ["/account/close", "/user/cancel", "/%E6%B3%A8%E9%94%80"])
def test_the_answer_to_the_closing_itself_is_passed_over(bench: Bench, path: str) -> None:
    bench.add("https://api.a.com/me", said(nick=NICK), "withdrawn")
    bench.add(f"https://api.a.com{path}", said(nick=NICK), "withdrawn")
    assert bench.returned() == []


@pytest.mark.parametrize("path", ["/login", "/onekey/auth", "/sso/x", "/v2/quick_auth"])
def test_after_a_login_the_service_may_have_learnt_it_again(bench: Bench, path: str) -> None:
    bench.end()
    bench.add(f"https://api.a.com{path}", b"{}", "withdrawn")
    bench.add("https://api.a.com/me", said(nick=NICK), "withdrawn")
    (fact,) = bench.returned()
    assert fact.told_anew is True


def test_what_came_back_before_it_was_told_anew_weighs_more(bench: Bench) -> None:
    bench.end()
    bench.add("https://api.a.com/me", said(mail=MAIL), "withdrawn")
    bench.add(f"https://api.a.com/login?mail={MAIL}", said(mail=MAIL), "withdrawn")
    (fact,) = bench.returned()
    assert fact.told_anew is False


def test_the_name_of_a_device_is_nobodys_account(bench: Bench) -> None:
    bench.add("https://api.a.com/me", said(id=VALUES["oaid"][0]), "withdrawn")
    assert bench.returned() == []


def test_answers_that_could_not_be_read_are_told(bench: Bench) -> None:
    bench.end()
    bench.add("https://api.a.com/me", None, "withdrawn")
    (gap,) = bench.answers.unseen()
    assert (gap.kind, gap.scope) == ("data.returned", {"channel": ("traffic",)})
    assert gap.reason.en.startswith("1 answers")


def test_without_known_values_silence_means_nothing(known: Knowledge) -> None:
    bench = Bench(known, {"oaid": VALUES["oaid"]})
    bench.add("https://api.a.com/me", said(nick=NICK), "withdrawn")
    (gap,) = bench.answers.unseen()
    assert "--identity" in gap.reason.en


def test_the_number_of_answers_is_bounded(bench: Bench) -> None:
    bench.end()
    bench.answers._searched = MOST_SEARCHED
    bench.add("https://api.a.com/me", said(nick=NICK), "withdrawn")
    assert bench.returned() == []
    assert list(bench.answers.unseen())


def answer(url: str, **more: Any) -> Exchange:
    return exchange(url, **{"status": 200, **more})


@pytest.mark.parametrize(
    ("url", "more", "told"),
    [
        ("https://cdn.b.com/x", {"response_body": PACKAGE, "mime": "image/png"}, "content"),
        ("https://cdn.b.com/x", {"mime": "application/vnd.android.package-archive"}, "type"),
        ("https://cdn.b.com/x.apk?v=1", {"mime": "application/octet-stream"}, "name"),
        ("https://cdn.b.com/x.apk", {"mime": "text/html"}, None),
        ("https://cdn.b.com/x.apk", {"response_body": b"<html>", "mime": ""}, None),
        ("https://cdn.b.com/x.apk", {"status": 404}, None),
        ("https://cdn.b.com/x.apk", {"method": "HEAD"}, None),
        ("https://cdn.b.com/x.zip", {"response_body": b"PK\x03\x04 no app"}, None),
        ("https://cdn.b.com/app", {}, None),
    ],
)
def test_what_tells_a_package(url: str, more: dict[str, Any], told: str | None) -> None:
    assert package_in(answer(url, **more)) == told


def test_a_package_is_one_fact_for_each_phase(bench: Bench) -> None:
    for phase in ("first_launch", "first_launch", "agreed"):
        bench.add("https://cdn.b.com/x.apk", PACKAGE, phase)
    assert [(one.phase, one.told_by, one.path) for one in bench.packages()] == [
        ("agreed", "content", "/x.apk"),
        ("first_launch", "content", "/x.apk"),
    ]
