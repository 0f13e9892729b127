from __future__ import annotations

from typing import Any

import msgspec
import pytest

from scanner.broken import Broken
from scanner.collect.traffic.gaps import KINDS, MAX_HOSTS, Gaps
from scanner.exchange import Passage
from scanner.facts import KINDS as CLASSES
from scanner.facts import fields_of
from scanner.model import Unseen, Words
from tests.collect.traffic.hars import exchange

SEEN: dict[str, Any] = {"ip": "1.2.3.4", "via": "direct", "request_headers": (("Cookie", "a=1"),)}


def told(gaps: Gaps) -> list[Unseen]:
    return list(gaps.unseen("website", "refused"))


def test_a_recording_that_shows_all_leaves_nothing_unseen() -> None:
    gaps = Gaps(own=False)
    gaps.sent(exchange("https://a.test/", **SEEN), "a.test", ())
    assert told(gaps) == []


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ({"request_body": None}, {"identifier.sent", "data.sent", "data.frequency"}),
        ({"request_headers": ()}, {"identifier.sent", "data.sent", "data.frequency", "cookie.set"}),
        ({"request_headers": (("Accept", "*"),)}, {"identifier.sent", "cookie.set"}),
        ({"method": "WS"}, {"identifier.sent", "data.sent", "data.frequency"}),
        ({"ip": None}, {"endpoint.contacted"}),
    ],
)
def test_what_a_foreign_recording_lacks_is_unseen(said: dict[str, Any], kinds: set[str]) -> None:
    gaps = Gaps(own=False)
    gaps.sent(exchange("https://a.test/", **{**SEEN, **said}), "a.test", ())
    found = told(gaps)
    assert {one.kind for one in found} == kinds
    for one in found:
        assert one.scope["channel"] == ("website",)
        assert one.scope["phase"] == ("refused",)
        assert one.reason.zh != one.reason.en


def test_our_own_recordings_leave_out_no_cookies_and_no_messages() -> None:
    gaps = Gaps(own=True)
    bare = {**SEEN, "request_headers": (("Accept", "*"),), "method": "WS"}
    gaps.sent(exchange("https://a.test/", **bare), "a.test", ())
    assert told(gaps) == []


def test_handshakes_of_our_own_recordings_hide_cookies_only() -> None:
    gaps = Gaps(own=True)
    bare = {**SEEN, "request_headers": (), "method": "WS"}
    gaps.sent(exchange("wss://a.test/", **bare), "a.test", ())
    assert [(one.kind, one.scope["host"]) for one in told(gaps)] == [
        ("identifier.sent", ("a.test",))
    ]


@pytest.mark.parametrize(("own", "words"), [(True, "leads to *, a private"), (False, "no answer")])
def test_words_of_strangers_are_not_repeated(own: bool, words: str) -> None:
    gaps = Gaps(own=own)
    one = exchange("https://a.test/", error="leads to 13912345678, a private address")
    gaps.failed(one, "a.test", None, [])
    assert words in told(gaps)[0].reason.en
    assert "13912345678" not in told(gaps)[0].reason.en


def test_requests_that_were_kept_back_say_what_they_held() -> None:
    gaps = Gaps(own=True)
    one = exchange("https://t.a.test/", error="net::ERR_NAME_NOT_RESOLVED", at="entry 4")
    gaps.failed(one, "t.a.test", "third", ["phone"])
    gaps.failed(one, "t.a.test", "third", ["email"])
    found = {each.kind: each for each in told(gaps)}
    assert set(found) == set(KINDS) - {"request.made"}
    assert "email, phone" in found["data.sent"].reason.en
    assert "ERR_NAME_NOT_RESOLVED" in found["data.sent"].reason.zh
    assert found["data.sent"].scope["host"] == ("t.a.test",)
    assert found["data.sent"].scope["party"] == ("third",)
    assert found["cookie.set"].scope["domain"] == ("t.a.test", "a.test")


def test_broken_parts_concern_every_kind_and_are_counted() -> None:
    gaps = Gaps(own=False)
    for number in range(20):
        gaps.broken(Broken(at=f"entry {number}", reason=Words("坏", "bad")))
    gaps.broken(Broken(at="entry 21", reason=Words("断", "off"), rest=True))
    found = told(gaps)
    assert [one.kind for one in found] == list(KINDS)
    assert "entry 21: off" in found[0].reason.en
    assert "15 more" in found[0].reason.en


def test_beyond_many_hosts_one_word_stands_for_all() -> None:
    gaps = Gaps(own=True)
    for number in range(MAX_HOSTS + 1):
        one = exchange("https://x/", **{**SEEN, "request_body": None})
        gaps.sent(one, f"h{number}.test", ())
        gaps.failed(one, f"h{number}.test", None, [])
    found = told(gaps)
    assert "host" not in found[0].scope
    assert any("101 hosts" in one.reason.en and one.kind == "cookie.set" for one in found)


def test_every_scope_names_fields_that_the_kind_has() -> None:
    gaps = Gaps(own=False)
    gaps.broken(Broken(at="entry 1", reason=Words("坏", "bad")))
    gaps.undated(exchange("https://a.test/"))
    gaps.failed(exchange("https://a.test/"), "a.test", None, [])
    empty = exchange("https://a.test/", request_headers=(), request_body=None, method="WS")
    gaps.sent(empty, "a.test", ["cut"])
    found = told(gaps)
    assert {one.kind for one in found} == set(KINDS)
    for one in found:
        fields = fields_of(one.kind)
        assert set(one.scope) <= set(fields), one
        assert one.field is None or one.field in fields
        assert one.kind in CLASSES


def passage(kind: Any, host: str, number: int) -> Passage:
    return Passage(kind=kind, host=host, started="", at=f"entry {number}")


def test_a_host_that_refused_interception_is_unseen_and_named() -> None:
    gaps = Gaps(own=False)
    gaps.passed(passage("refused", "pinned.test", 3), "pinned.test")
    gaps.passed(passage("refused", "pinned.test", 9), "pinned.test")
    gaps.passed(passage("tcp", "push.test", 4), "push.test")
    found = list(gaps.unseen("traffic", None))
    by_kind = {(one.kind, one.scope.get("host")): one for one in found}
    for kind in ("request.made", "identifier.sent", "data.sent", "data.frequency"):
        assert "entry 3" in by_kind[kind, ("pinned.test",)].reason.en
        assert "TCP" in by_kind[kind, ("push.test",)].reason.zh
    assert not any(one.kind == "endpoint.contacted" for one in found)


def test_a_connection_that_went_past_the_proxy_is_unseen_whole() -> None:
    gaps = Gaps(own=False)
    gaps.unrecorded("quic.test", "row 7")
    found = {one.kind: one for one in gaps.unseen("traffic", None)}
    assert set(found) == set(KINDS)
    assert found["endpoint.contacted"].scope["host"] == ("quic.test",)
    assert "row 7" in found["data.sent"].reason.en


@pytest.mark.parametrize(
    ("said", "opaque", "words"),
    [
        ({"partial": True}, False, "only a part"),
        ({}, True, "cannot be read"),
    ],
)
def test_a_body_that_says_less_than_was_sent_is_unseen(
    said: dict[str, Any], opaque: bool, words: str
) -> None:
    gaps = Gaps(own=False)
    gaps.sent(exchange("https://a.test/", **{**SEEN, **said}), "a.test", (), opaque=opaque)
    found = list(gaps.unseen("traffic", None))
    assert {one.kind for one in found} == {"identifier.sent", "data.sent", "data.frequency"}
    assert all(words in one.reason.en and one.scope["host"] == ("a.test",) for one in found)


def test_of_what_reached_an_address_by_an_unknown_way_no_border_is_known() -> None:
    gaps = Gaps(own=False)
    gaps.sent(exchange("https://a.test/", **{**SEEN, "via": None}), "a.test", ())
    found = list(gaps.unseen("traffic", None))
    assert {one.field for one in found} == {"outside_home"}
    assert {one.kind for one in found} == {"endpoint.contacted", "identifier.sent", "data.sent"}


def test_what_nobody_saw_is_listed_by_host_and_size() -> None:
    gaps = Gaps(own=False)
    gaps.unrecorded("small.test", "line 2", 90)
    gaps.unrecorded("large.test", "line 3", 4_000, "QUIC")
    gaps.unrecorded("large.test", "line 9", 1_000, "QUIC")
    gaps.unrecorded("silent.test", "line 4")
    found = {one.kind: one.reason for one in gaps.unseen("traffic", None)}
    for kind in ("data.sent", "endpoint.contacted"):
        listed = found[kind].en.partition(": ")[2]
        assert listed == (
            "large.test (QUIC, line 3, 2 times, 5000 bytes sent),"
            " small.test (line 2, 90 bytes sent), silent.test (line 4)"
        )
        assert "已发送 5000 字节" in found[kind].zh


def test_the_largest_of_many_are_named_and_all_are_added_up() -> None:
    gaps = Gaps(own=False)
    for number in range(20):
        one = passage("quic", f"h{number:02}.test", number)
        gaps.passed(msgspec.structs.replace(one, sent=number), one.host)
    reason = next(iter(gaps.unseen("traffic", None))).reason.en
    assert reason.partition("looked into: ")[2].startswith("h19.test (entry 19, 19 bytes sent)")
    assert "and 15 more" in reason
    assert f"{sum(range(20))} bytes sent in all" in reason
