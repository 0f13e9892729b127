from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.capture_file import Begin, CaptureWriter, Caught, Mark, Passed
from scanner.collect.traffic import collector
from scanner.collect.traffic.collector import KINDS, collect
from scanner.collect.traffic.gaps import ANSWERED, CARRIED
from scanner.errors import NotAuditable, UsageError
from scanner.exchange import Exchange, Message, Passage
from scanner.facts import Fact, PhaseBegan, Source, canonical, kind_of
from scanner.knowledge import Knowledge
from scanner.model import Aid, Evidence, Keep, Lead, Sighting, Target, Unseen, Visit
from scanner.personal.canary import CANARY
from tests.collect.traffic.hars import STARTED, entry, log, shared, write

PHONE = CANARY["phone"]
AT = "2026-05-01T10:00:{:02}.000+08:00"


def keep(data: bytes, *, name: str, media_type: str, readable: str | None = None) -> Evidence:
    raise AssertionError("the recording is kept already")


class Lab:
    """Collects from recordings made in a folder."""

    def __init__(self, folder: Path, known: Knowledge) -> None:
        self.folder, self.known = folder, known
        self.said: list[str] = []

    def of(self, entries: list[Any], **more: Any) -> list[Sighting]:
        return self.path(write(self.folder / "a.har", log(entries)), **more)

    def path(self, path: Path, visit: Visit | None = None, **more: Any) -> list[Sighting]:
        evidence = Evidence(sha256="ab" * 32, name=path.name, media_type="x", size=1)
        visit = visit or Visit(first_party=("www.a.com",), vantage="CN")
        target = Target(kind="traffic", path=path, evidence=evidence, visit=visit, **more)
        keeper: Keep = keep
        return list(collect(target, keeper, self.known, self.said.append))


@pytest.fixture
def lab(tmp_path: Path, known: Knowledge) -> Lab:
    return Lab(tmp_path, known)


def of_kind(found: list[Sighting], kind: str) -> list[Any]:
    return [one for one in found if isinstance(one, Fact) and kind_of(one) == kind]


def place(fact: Fact) -> str:
    """Give the entry that a fact points to, without its byte."""
    entry, _, byte = fact.source.at.partition(", byte ")
    assert byte.isdigit()
    return entry


def unseen(found: list[Sighting]) -> list[Unseen]:
    return [one for one in found if isinstance(one, Unseen)]


SESSION: dict[str, Any] = {"channel": "website", "phase": "first_load"}
COOKIE = {"Cookie": "HMACCOUNT=550e8400e29b41d4a716446655440000"}


def test_a_session_of_ours(lab: Lab) -> None:
    found = lab.of(
        [
            entry("https://www.a.com/", _via="mapped", _resourceType="document"),
            entry("https://hm.baidu.com/hm.gif?si=1", sent=COOKIE, _via="direct"),
            entry(
                "http://keys.test/log",
                method="POST",
                body=json.dumps({"v": PHONE}),
                sent={"Content-Type": "application/json"},
                _via="direct",
                _initiator={"url": "https://www.a.com/k.js", "line": 3},
                _document="https://www.a.com/",
            ),
        ],
        **SESSION,
    )
    assert unseen(found) == []
    for one in found:
        assert isinstance(one, Fact)
        assert (one.channel, one.source.evidence) == ("website", "ab" * 32)
        assert one.source.captured
        assert one.source.time == "2026-05-01T10:00:00.000+08:00"
        assert one.phase == "first_load"  # type: ignore[attr-defined]
    (sent,) = of_kind(found, "data.sent")
    assert (sent.data_type, sent.host, sent.place, sent.secure) == (
        "phone",
        "keys.test",
        "body",
        False,
    )
    assert (sent.before_submit, sent.matched_by, sent.encoding) == (True, "known", "json")
    assert (sent.sender, place(sent)) == ("https://www.a.com/k.js", "entry 3")
    assert PHONE not in sent.value_masked
    (told,) = of_kind(found, "identifier.sent")
    assert (told.host, told.recipient, told.carrier) == ("hm.baidu.com", "baidu-mobstat", "cookie")
    by_host = {one.host: one for one in of_kind(found, "request.made")}
    assert by_host["www.a.com"].source.mapped
    assert by_host["keys.test"].mixed
    assert by_host["hm.baidu.com"].party == "third"
    assert {one.party for one in by_host.values()} == {"first", "third", None}


def test_a_recording_handed_in_is_told_apart(lab: Lab) -> None:
    found = lab.of([entry("https://www.a.com/", sent=COOKIE)])
    (made,) = of_kind(found, "request.made")
    assert (made.channel, made.phase, made.source.captured) == ("traffic", None, False)
    (endpoint,) = of_kind(found, "endpoint.contacted")
    assert endpoint.outside_home is None  # nobody says how it was reached


def test_country_of_what_was_reached(lab: Lab) -> None:
    mail = f"https://far.test/?m={CANARY['email']}"
    far = {**entry(mail, _via="direct"), "serverIPAddress": "18.66.0.1"}
    found = lab.of([far], **SESSION)
    (endpoint,) = of_kind(found, "endpoint.contacted")
    assert (endpoint.country, endpoint.outside_home, endpoint.basis) == ("US", True, "registry")
    assert len(endpoint.answers) >= 2
    (sent,) = of_kind(found, "data.sent")
    assert (sent.country, sent.outside_home) == ("US", True)
    blind = lab.of([far], visit=Visit(first_party=("www.a.com",)), **SESSION)
    assert of_kind(blind, "data.sent")[0].outside_home is None
    assert of_kind(blind, "endpoint.contacted")[0].country == "US"


def test_only_what_began_in_the_phase_belongs_to_it(lab: Lab) -> None:
    entries = [
        {**entry(f"https://www.a.com/{second}"), "startedDateTime": AT.format(second)}
        for second in (1, 5, 9)
    ]
    entries.append({**entry("https://www.a.com/never"), "startedDateTime": "soon"})
    found = lab.of(entries, channel="website", phase="refused", since="2026-05-01T02:00:05Z")
    assert [one.path for one in of_kind(found, "request.made")] == ["/5", "/9"]
    assert {one.kind for one in unseen(found)} == set(KINDS)
    assert all("entry 4" in one.reason.en for one in unseen(found))
    assert all(one.scope["phase"] == ("refused",) for one in unseen(found))


def test_the_browsers_own_calls_are_never_laid_to_the_site(lab: Lab) -> None:
    found = lab.of(
        [
            entry("https://update.googleapis.com/service/update2/json?cup2key=1", sent=COOKIE),
            entry(f"https://clients2.google.com/time/1/current?x={PHONE}"),
            entry("https://www.a.com/"),
        ],
        **SESSION,
    )
    assert {one.host for one in found if isinstance(one, Fact)} == {"www.a.com"}  # type: ignore[attr-defined]
    assert unseen(found) == []
    assert any("2 requests of the browser itself" in words for words in lab.said)


def test_an_internal_turn_to_https_counts_once_and_is_not_clear(lab: Lab) -> None:
    beacon = f"://www.google-analytics.com/c?phone={PHONE}"
    turn = entry(
        "http" + beacon,
        status=307,
        got={"Location": "https" + beacon, "Non-Authoritative-Reason": "HSTS"},
    )
    found = lab.of([turn, entry("https" + beacon)], **SESSION)
    (made,) = of_kind(found, "request.made")
    assert (made.count, made.secure) == (1, True)
    (sent,) = of_kind(found, "data.sent")
    assert (sent.secure, place(sent)) == (True, "entry 2")


def test_a_form_sent_by_get_to_the_site_itself_is_still_a_fact(lab: Lab) -> None:
    found = lab.of([entry("https://www.a.com/search?phone=13912345678")], **SESSION)
    (sent,) = of_kind(found, "data.sent")
    assert (sent.party, sent.place, sent.matched_by) == ("first", "url", "pattern")


def test_what_was_kept_back_is_no_fact_of_sending_but_unseen(lab: Lab) -> None:
    stopped = entry(
        f"https://hm.baidu.com/x?p={PHONE}", status=0, _error="net::ERR_ADDRESS_INVALID"
    )
    found = lab.of([stopped, entry("data:text/plain,x"), entry("blob:https://a/1")], **SESSION)
    (made,) = of_kind(found, "request.made")
    assert (made.host, made.status, made.identifies) == ("hm.baidu.com", 0, None)
    assert not [one for one in found if isinstance(one, Fact) and one is not made]
    held = [one for one in unseen(found) if one.kind == "data.sent"]
    assert len(held) == 1
    assert "phone" in held[0].reason.en
    assert held[0].scope["host"] == ("hm.baidu.com",)


def test_a_cut_recording_gives_what_came_before_and_unseen(lab: Lab, tmp_path: Path) -> None:
    path = write(tmp_path / "b.har", log([entry("https://www.a.com/")] * 3))
    path.write_bytes(path.read_bytes()[:-400])
    found = lab.path(path, **SESSION)
    assert of_kind(found, "request.made")[0].count == 2
    assert [one.kind for one in unseen(found)] == list(KINDS)
    assert "breaks off" in unseen(found)[0].reason.en


def test_what_is_no_har_is_refused_at_once(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "x.har"
    path.write_bytes(b"not json")
    with pytest.raises(NotAuditable):
        lab.path(path)


def busy() -> list[Any]:
    chance = random.Random(3)
    hosts = ["www.a.com", "hm.baidu.com", "x.test", "www.google-analytics.com", "y.test"]
    made = []
    for number in range(400):
        host = chance.choice(hosts)
        query = chance.choice(
            [f"p={PHONE}", "phone=13912345678", "a=1", f"cid={number:09}.1700000000"]
        )
        scheme = chance.choice(["http", "https"])
        got = {"Set-Cookie": f"id{number % 3}={chance.getrandbits(100):x}; Max-Age=99999"}
        one = entry(f"{scheme}://{host}/{number % 7}?{query}", sent=COOKIE, got=got)
        made.append({**one, "startedDateTime": AT.format(number % 60)})
    return made


def test_one_fact_for_each_identity_and_the_same_each_time(lab: Lab) -> None:
    first, second = lab.of(busy(), **SESSION), lab.of(busy(), **SESSION)
    assert [canonical(one) for one in first] == [canonical(one) for one in second]
    facts = [one for one in first if isinstance(one, Fact)]
    keys = [(kind_of(one), *(getattr(one, name) for name in one.identity)) for one in facts]
    assert len(set(keys)) == len(keys)
    of_answers = {"data.returned", "package.fetched"}  # see test_answered.py
    assert {kind_of(one) for one in facts} == set(KINDS) - of_answers
    assert sum(one.count for one in of_kind(first, "request.made")) == 400
    order = [kind_of(one) for one in facts]
    assert order == sorted(order, key=KINDS.index)


def test_no_personal_value_stands_raw_in_any_sighting(lab: Lab) -> None:
    path = f"https://www.a.com/u/13912345678/li@b.cn?phone={PHONE}&email={CANARY['email']}"
    sent = {"Referer": f"https://a.com/?id={CANARY['id_card']}", "Cookie": f"n={PHONE}"}
    made = [
        entry(path, sent=sent, _initiator=path, _document=path),
        entry(path, status=0, _error=f"net::ERR_NAME_NOT_RESOLVED {PHONE}"),
        entry(path, sent=sent, got={"Set-Cookie": f"p{PHONE}={PHONE}; Max-Age=9"}),
    ]
    text = b"".join(canonical(one) for one in lab.of(made, **SESSION)).decode()
    for value in (PHONE, "13912345678", "li@b.cn", CANARY["email"], CANARY["id_card"]):
        assert value not in text


def test_recordings_of_others_are_read_to_facts(lab: Lab) -> None:
    folder = shared() / "corpus"
    paths = sorted([*(folder / "har").glob("*.har"), *(folder / "mitm").glob("*.har")])
    assert paths
    seen = set()
    for path in paths:
        found: list[Sighting] = []
        with contextlib.suppress(NotAuditable):
            found = lab.path(path)
        assert not [one for one in found if isinstance(one, Lead)]
        seen |= {kind_of(one) for one in found if isinstance(one, Fact)}
    assert seen >= {"request.made", "endpoint.contacted", "cookie.set", "identifier.sent"}
    analytics = of_kind(lab.path(folder / "har" / "enorm-magazin.de.har"), "identifier.sent")
    assert ("cid", "google-analytics") in {(one.name, one.recipient) for one in analytics}


def moment(second: float) -> str:
    return f"2026-05-01T02:00:{second:09.6f}+00:00"


def request(second: float, url: str, **more: Any) -> Exchange:
    ended = moment(more.pop("until", second))
    started = moment(second)
    more = {"status": 0 if "error" in more else 200, **more}
    return Exchange(url=url, method="GET", started=started, ended=ended, at="", **more)


def captured(lab: Lab, *records: Any, end: bool = True, **more: Any) -> list[Sighting]:
    path = lab.folder / "run.capture"
    with path.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started=moment(0), mode="regular"))
        for record in records:
            if isinstance(record, Exchange):
                writer.add(Caught(exchange=record))
            else:
                writer.add(Passed(passage=record) if isinstance(record, Passage) else record)
        if end:
            writer.end(moment(59))
    return lab.path(path, Visit(subject="apk"), **more)


def handed(lab: Lab, kind: Any, text: str) -> Aid:
    path = lab.folder / kind
    path.write_text(text, encoding="utf-8")
    evidence = Evidence(sha256="cd" * 32, name=path.name, media_type="x", size=len(text))
    return Aid(kind=kind, path=path, evidence=evidence)


def test_marks_of_a_capture_part_its_requests_into_phases(lab: Lab) -> None:
    found = captured(
        lab,
        request(1, "https://x.test/a?phone=13912345678"),
        Mark(time=moment(10), phase="first_launch"),
        request(18, "https://x.test/b?phone=13912345678"),
        Mark(time=moment(30), phase="agreed"),
        request(24, "https://x.test/c?phone=13912345678", until=36),
        request(19, "https://x.test/late?phone=13912345678"),
        request(33, "https://x.test/near?phone=13912345678"),
        request(40, "https://x.test/d?phone=13912345678"),
    )
    made = {one.path: one.phase for one in of_kind(found, "request.made")}
    early = "first_launch"
    assert made == {
        **{"/a": None, "/b": early, "/c": None, "/late": early, "/near": None},
        "/d": "agreed",
    }
    assert {one.phase for one in of_kind(found, "data.sent")} == {None, early, "agreed"}
    often = {one.phase: one.count for one in of_kind(found, "data.frequency")}
    assert often == {None: 3, early: 2}
    assert all(one.source.captured for one in found if isinstance(one, Fact))


def test_each_message_of_a_websocket_has_the_phase_in_which_it_was_sent(lab: Lab) -> None:
    def message(second: float, value: str) -> Message:
        return Message(sent=True, data=f"phone={value}".encode(), time=moment(second))

    socket = Exchange(
        url="wss://x.test/s?id=1",
        method="WS",
        started=moment(1),
        at="",
        status=101,
        request_headers=(("Host", "x.test"),),
        messages=(message(2, "13912345678"), message(40, "13812345678")),
    )
    found = captured(lab, Mark(time=moment(20), phase="agreed"), socket)
    sent = {one.phase: one.value_masked for one in of_kind(found, "data.sent")}
    assert sent == {None: "139****5678", "agreed": "138****5678"}


def test_a_clock_that_went_back_leaves_no_phases(lab: Lab) -> None:
    found = captured(
        lab,
        Mark(time=moment(50), phase="agreed"),
        Mark(time=moment(5), phase="background"),
        request(30, "https://x.test/a"),
    )
    assert {one.phase for one in of_kind(found, "request.made")} == {None}
    assert any("back" in one.reason.en for one in unseen(found))


def test_a_capture_with_marks_takes_no_other_word_on_consent(lab: Lab) -> None:
    path = lab.folder / "m.capture"
    with path.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started=moment(0), mode="regular"))
        writer.add(Mark(time=moment(5), phase="agreed"))
        writer.end(moment(9))
    with pytest.raises(UsageError, match="marks of its own"):
        lab.path(path, Visit(consent_at=moment(3)))


@pytest.mark.parametrize("hours", [-30, -2, 8, 24 * 365])
def test_a_moment_of_consent_outside_the_recording_is_a_slip(lab: Lab, hours: int) -> None:
    path = write(lab.folder / "h.har", log([entry("https://x.test/")]))
    here = datetime.datetime.fromisoformat(STARTED) + datetime.timedelta(hours=hours)
    with pytest.raises(UsageError, match="outside the recording"):
        lab.path(path, Visit(consent_at=here.isoformat()))


def test_known_values_are_counted_apart_from_others_of_their_form(lab: Lab) -> None:
    identity = handed(lab, "identity", "phone: 13812345678")
    phones = ["13812345678", *["13912345678"] * 5, "13812345678"]
    made = [entry(f"https://x.test/{n}?phone={phone}") for n, phone in enumerate(phones)]
    made += [entry(f"https://y.test/{n}?phone=13912345678") for n in range(3)]
    found = lab.path(write(lab.folder / "j.har", log(made)), Visit(), aids=(identity,))
    often = {one.host: one.count for one in of_kind(found, "data.frequency")}
    assert often == {"x.test": 2, "y.test": 3}


def test_known_values_stand_raw_in_no_text_of_a_sighting(lab: Lab) -> None:
    identity = handed(lab, "identity", "account: zhangsan_1987\nname: 张三丰")
    values = ("zhangsan_1987", "ZHANGSAN_1987", "张三丰", "%E5%BC%A0%E4%B8%89%E4%B8%B0")
    made = [
        entry(f"https://{host}/u/{value}", _initiator={"url": f"https://x.test/{value}.js"})
        for host in ("x.test", "zhangsan_1987.blog.test")
        for value in values
    ]
    made.append(
        entry("https://y.test/zhangsan_1987", status=0, _error="net::ERR_NAME_NOT_RESOLVED")
    )
    found = lab.path(write(lab.folder / "g.har", log(made)), Visit(), aids=(identity,))
    text = b"".join(canonical(one) for one in found).decode().lower()
    assert not [value for value in values if value.lower() in text]
    assert {one.data_type for one in of_kind(found, "data.sent")} == {"account", "name"}


def test_an_app_that_names_itself_gives_nothing_away(lab: Lab) -> None:
    identity = handed(lab, "identity", "installed_apps: [cn.ours.app, cn.planted.dummy]")
    sent = {"X-Requested-With": "cn.ours.app", "X-Apps": "cn.planted.dummy"}
    path = write(lab.folder / "i.har", log([entry("https://x.test/", sent=sent)]))
    found = lab.path(path, Visit(package="cn.ours.app", subject="apk"), aids=(identity,))
    assert [one.field for one in of_kind(found, "data.sent")] == ["header:X-Apps"]


@pytest.mark.parametrize(
    ("url", "told"),
    [("api.x.test/a", True), ("https:///a", True), ("data:,a", False), ("blob:https://x/1", False)],
)
def test_an_address_that_cannot_be_read_is_said(lab: Lab, url: str, told: bool) -> None:
    found = lab.of([entry(url)])
    assert any("cannot be read" in one.reason.en for one in unseen(found)) == told


def test_an_identifier_is_known_by_the_cookie_of_another_phase(lab: Lab) -> None:
    value = "550e8400e29b41d4a716446655440000"
    cookie = (("Set-Cookie", f"v={value}; Max-Age=9999999"),)
    found = captured(
        lab,
        request(1, "https://x.test/", response_headers=cookie, status=200),
        Mark(time=moment(10), phase="agreed"),
        request(20, f"https://y.test/p?odd={value}", status=200),
    )
    sent = of_kind(found, "identifier.sent")
    assert ("odd", "y.test", "agreed") in {(one.name, one.host, one.phase) for one in sent}


def test_a_recording_that_somebody_hands_in_is_not_our_own(lab: Lab) -> None:
    found = lab.of([entry("https://x.test/")])
    assert not any(one.source.captured for one in found if isinstance(one, Fact))


def test_the_moment_of_consent_parts_what_is_handed_in(lab: Lab) -> None:
    entries = [
        {**entry(f"https://x.test/{second}"), "startedDateTime": AT.format(second)}
        for second in (10, 28, 32, 50)
    ]
    for subject, first in (("apk", "first_launch"), ("website", "first_load")):
        visit = Visit(subject=subject, consent_at=AT.format(30), consent_within_s=5)  # type: ignore[arg-type]
        found = of_kind(lab.path(write(lab.folder / "b.har", log(entries)), visit), "request.made")
        phases = {one.path: one.phase for one in found}
        assert phases == {"/10": first, "/28": None, "/32": None, "/50": "agreed"}


def test_a_capture_that_broke_off_gives_what_came_before_and_says_so(lab: Lab) -> None:
    found = captured(lab, request(1, "https://x.test/a"), end=False)
    assert len(of_kind(found, "request.made")) == 1
    broken = [one for one in unseen(found) if "not ended in order" in one.reason.en]
    assert {one.kind for one in broken} == set(KINDS)


def test_what_refused_to_be_opened_is_an_endpoint_and_otherwise_unseen(lab: Lab) -> None:
    pinned = Passage(kind="refused", host="Pinned.Test", started=moment(1), at="", ip="1.2.4.8")
    question = Passage(kind="dns", host="dns.test", started=moment(1), at="")
    found = captured(lab, pinned, question)
    (endpoint,) = of_kind(found, "endpoint.contacted")
    assert (endpoint.host, endpoint.ip, endpoint.secure) == ("pinned.test", "1.2.4.8", None)
    lost = [one for one in unseen(found) if one.scope.get("host") == ("pinned.test",)]
    assert {one.kind for one in lost} == {"request.made", *CARRIED, *ANSWERED}


def test_a_way_through_a_proxy_is_unseen_unless_its_inside_was_recorded(lab: Lab) -> None:
    found = lab.of(
        [
            entry("https://closed.test:443", method="CONNECT"),
            entry("https://open.test:443", method="CONNECT"),
            entry("https://open.test/a"),
        ]
    )
    assert [one.host for one in of_kind(found, "request.made")] == ["open.test"]
    hosts = {one.host for one in of_kind(found, "endpoint.contacted")}
    assert hosts == {"closed.test", "open.test"}
    lost = [one.scope.get("host") for one in unseen(found) if "unopened" in one.reason.en]
    assert set(lost) == {("closed.test",), None}


LISTED = """IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,PackageName,Proto,Status,Info,BytesSent,\
BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen
6,10.1.1.1,4001,1.2.4.8,443,10001,Ours,cn.ours,TLS,Closed,ours.test,1,1,1,1,{0},{1}
6,10.1.1.1,4002,1.2.4.9,443,10002,Other,cn.other,TLS,Closed,other.test,1,1,1,1,{0},{1}
17,10.1.1.1,4003,1.2.4.7,443,10001,Ours,cn.ours,QUIC,Closed,quic.test,1,1,1,1,{0},{1}
""".replace("\\\n", "")


def test_the_list_of_connections_says_whose_requests_they_are(lab: Lab) -> None:
    csv = LISTED.format("2026-05-01T02:00:00.000+0000", "2026-05-01T02:00:50.000+0000")
    entries = [
        {**entry(f"https://{host}/?phone=13912345678"), "startedDateTime": moment(5)}
        for host in ("ours.test", "other.test", "third.test")
    ]
    found = lab.path(
        write(lab.folder / "c.har", log(entries)),
        Visit(subject="apk", package="cn.ours"),
        aids=(handed(lab, "connections", csv),),
    )
    by_subject = {one.host: one.by_subject for one in of_kind(found, "data.sent")}
    assert by_subject == {"ours.test": True, "third.test": None}
    assert "1 requests of other apps left out" in lab.said[-1]
    past = [one for one in unseen(found) if one.scope.get("host") == ("quic.test",)]
    assert {one.kind for one in past} == set(KINDS) - {"cookie.set"}


def test_known_values_are_those_of_the_identity_file_alone(lab: Lab) -> None:
    entries = [entry(f"https://x.test/?a=860012345678901&b={PHONE}")]
    path = write(lab.folder / "d.har", log(entries))
    without = lab.path(path, Visit())
    assert not of_kind(without, "data.sent")
    assert any("--identity" in one.reason.en for one in unseen(without))
    identity = handed(lab, "identity", "imei: 860012345678901")
    found = lab.path(path, Visit(), aids=(identity,))
    (sent,) = of_kind(found, "data.sent")
    assert (sent.data_type, sent.matched_by, sent.before_submit) == ("imei", "known", None)
    said = [one.reason.en for one in unseen(found) if one.kind == "data.sent"]
    assert not any("--identity" in reason for reason in said)


def test_equal_values_have_equal_digests_under_one_key(lab: Lab) -> None:
    entries = [entry(f"https://{host}/?phone=13912345678") for host in ("x.test", "y.test")]
    path = write(lab.folder / "e.har", log(entries))
    digests = set()
    for text in ("0123456789abcdef", "another key of ours"):
        key = lab.folder / "key"
        key.write_text(text, encoding="utf-8")
        found = of_kind(lab.path(path, Visit(digest_key=key)), "data.sent")
        (digest,) = {one.keyed_digest for one in found}
        digests.add(digest)
    assert len(digests) == 2
    assert None not in digests


@pytest.mark.parametrize("data", [None, b"", b"short"])
def test_a_key_of_digests_that_is_none_is_refused(lab: Lab, data: bytes | None) -> None:
    key = lab.folder / "key"
    if data is not None:
        key.write_bytes(data)
    with pytest.raises(UsageError, match="--digest-key"):
        lab.path(write(lab.folder / "f.har", log([])), Visit(digest_key=key))


def test_what_the_phone_keeps_to_itself_or_its_bench_is_no_proof(lab: Lab) -> None:
    csv = LISTED.format("2026-05-01T02:00:00.000+0000", "2026-05-01T02:00:50.000+0000")
    hosts = {"127.0.0.1": None, "mitm.it": None, "192.168.1.5": None, "ours.test": True}
    rows = csv + "".join(
        f"6,10.1.1.1,40{n},{host},443,10001,Ours,cn.ours,TLS,Closed,{host},1,1,1,1,"
        "2026-05-01T02:00:00.000+0000,2026-05-01T02:00:50.000+0000\n"
        for n, host in enumerate(hosts)
    )
    entries = [
        {**entry(f"https://{host}/?phone=13912345678"), "startedDateTime": moment(5)}
        for host in hosts
    ]
    found = lab.path(
        write(lab.folder / "k.har", log(entries)),
        Visit(subject="apk", package="cn.ours"),
        aids=(handed(lab, "connections", rows),),
    )
    by_subject = {one.host: one.by_subject for one in of_kind(found, "data.sent")}
    assert by_subject == {"192.168.1.5": None, "ours.test": True}


def test_a_recording_without_the_subject_is_unseen_whole(lab: Lab) -> None:
    def lost(found: list[Sighting], words: str) -> set[str]:
        return {one.kind for one in unseen(found) if words in one.reason.en}

    path = write(lab.folder / "l.har", log([]))
    assert lost(lab.path(path, Visit()), "no request of the subject (0 in all") == set(KINDS)
    csv = LISTED.format("2026-05-01T02:00:00.000+0000", "2026-05-01T02:00:50.000+0000")
    other = {**entry("https://other.test/"), "startedDateTime": moment(5)}
    found = lab.path(
        write(lab.folder / "m.har", log([other])),
        Visit(subject="apk", package="cn.mistyped"),
        aids=(handed(lab, "connections", csv),),
    )
    assert lost(found, "(1 in all, 1 of other apps") == set(KINDS)
    assert lost(found, "names none of cn.mistyped") == set(KINDS)


def test_a_browsers_own_host_counts_where_the_app_itself_asked_it(lab: Lab) -> None:
    csv = LISTED.format("2026-05-01T02:00:00.000+0000", "2026-05-01T02:00:50.000+0000")
    host = sorted(lab.known.sets["browser-hosts"])[0]
    one = {**entry(f"https://{host}/?phone=13912345678"), "startedDateTime": moment(5)}
    path = write(lab.folder / "n.har", log([one]))
    visit = Visit(subject="apk", package="cn.ours")
    assert not of_kind(lab.path(path, visit), "data.sent")
    listed = handed(lab, "connections", csv.replace("ours.test", host))
    assert [
        one.by_subject for one in of_kind(lab.path(path, visit, aids=(listed,)), "data.sent")
    ] == [True]


def test_a_fact_says_when_its_phase_was(lab: Lab) -> None:
    found = captured(
        lab,
        Mark(time=moment(10), phase="first_launch"),
        Mark(time=moment(30), phase="agreed"),
        request(20, "https://x.test/a?phone=13912345678", status=200),
    )
    span = f"{moment(10)[:-13]}+00:00/{moment(30)[:-13]}+00:00 ±5 s"
    spans = {
        one.phase_span for kind in ("request.made", "data.sent") for one in of_kind(found, kind)
    }
    assert spans == {span}


def test_without_an_answer_nobody_saw_it_leave(lab: Lab) -> None:
    found = captured(
        lab, request(1, "https://x.test/?phone=13912345678", error="Client disconnected.")
    )
    assert not of_kind(found, "data.sent")
    told = [one for one in unseen(found) if one.kind == "data.sent" and "it held" in one.reason.en]
    assert told[0].scope["host"] == ("x.test",)


@pytest.mark.parametrize("ahead", [1, 5, 64])
def test_reading_ahead_changes_nothing(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    """Requests are looked into together; what stands between them keeps its place."""
    records: list[Any] = []
    for number in range(50):
        host = f"h{number % 4 if number < 20 else number % 9}.test"
        time = moment(number)
        if number % 10 == 3:
            records.append(Passage(kind="refused", host=host, started=time, at=""))
        elif number in (15, 35):
            records.append(Mark(phase="refused" if number < 20 else "agreed", time=time))
        else:
            url = f"https://{host}/p{number % 3}?q={PHONE[number % 11]}&t={PHONE}"
            records.append(request(number, url, ip="1.2.3.4"))
    whole = captured(lab, *records)
    monkeypatch.setattr(collector, "MOST_AHEAD", ahead)
    monkeypatch.setattr(collector, "MOST_BYTES_AHEAD", 100 * ahead)
    assert captured(lab, *records) == whole
    assert len(of_kind(whole, "endpoint.contacted")) > 9
    assert len({fact.phase for fact in of_kind(whole, "request.made")}) > 2


def test_the_surer_of_two_spellings_of_a_value_counts(lab: Lab) -> None:
    digest = hashlib.md5("张三丰".encode(), usedforsecurity=False).hexdigest()
    made = [entry("https://x.test/?name=张三丰"), entry(f"https://x.test/?name={digest}")]
    identity = handed(lab, "identity", "name: 张三丰")
    path = write(lab.folder / "o.har", log(made))
    (sent,) = of_kind(lab.path(path, Visit(), aids=(identity,)), "data.sent")
    assert (sent.confidence, sent.encoding) == ("certain", "url+md5")


def began(number: int, second: float, phase: Any, within_ms: int | None = 500) -> PhaseBegan:
    source = Source(evidence="ef" * 32, time=moment(second))
    return PhaseBegan(
        source=source, channel="device", number=number, phase=phase, within_ms=within_ms
    )


RUN = (began(1, 5, "first_launch"), began(2, 30, "agreed"), began(3, 50, None))


def beside_a_run(lab: Lab, *seconds: float, **visit: Any) -> list[Sighting]:
    entries = [
        {**entry(f"https://x.test/at{second}?phone=13912345678"), "startedDateTime": moment(second)}
        for second in seconds
    ]
    stated = Visit(subject="apk", **{"phases": RUN, **visit})
    return lab.path(write(lab.folder / "p.har", log(entries)), stated)


def test_the_phases_of_a_run_are_those_of_the_traffic_beside_it(lab: Lab) -> None:
    found = beside_a_run(lab, 4, 9, 12, 24, 26, 34, 36, 44, 46, 58)
    phases = {one.path: one.phase for one in of_kind(found, "request.made")}
    early = "first_launch"
    assert phases == {
        **{"/at4": None, "/at9": None, "/at12": early, "/at24": early, "/at26": None},
        **{"/at34": None, "/at36": "agreed", "/at44": "agreed", "/at46": None, "/at58": None},
    }
    (span,) = {one.phase_span for one in of_kind(found, "data.sent") if one.phase == early}
    assert span == f"{moment(5)[:-13]}+00:00/{moment(30)[:-13]}+00:00 ±5 s"
    assert not [one for one in unseen(found) if one.field == "phase"]


def test_of_a_run_at_another_time_only_that_is_said(lab: Lab) -> None:
    day = datetime.timedelta(days=1)
    later = [
        msgspec.structs.replace(
            one,
            source=Source(
                time=(
                    datetime.datetime.fromisoformat(one.source.time or "") + day * sign
                ).isoformat()
            ),
        )
        for sign in (-1, 1)
        for one in RUN
    ]
    for phases in (tuple(later[:3]), tuple(later[3:])):
        found = beside_a_run(lab, 12, 40, phases=phases)
        assert {one.phase for one in of_kind(found, "data.sent")} == {None}
        lost = {one.kind for one in unseen(found) if one.field == "phase"}
        assert lost == set(KINDS)


def test_a_run_whose_clock_nobody_knows_gives_no_phases(lab: Lab) -> None:
    found = beside_a_run(lab, 12, phases=(began(1, 5, "first_launch", None),))
    assert {one.phase for one in of_kind(found, "data.sent")} == {None}
    assert "cannot be set against" in next(
        one.reason.en for one in unseen(found) if one.field == "phase"
    )


def test_marks_of_a_capture_go_before_the_run(lab: Lab) -> None:
    path = lab.folder / "q.capture"
    with path.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started=moment(0), mode="regular"))
        writer.add(Caught(exchange=request(1, "https://x.test/a")))
        writer.add(Mark(time=moment(8), phase="background"))
        writer.add(Caught(exchange=request(14, "https://x.test/b")))
        writer.end(moment(59))
    made = of_kind(lab.path(path, Visit(subject="apk", phases=RUN)), "request.made")
    assert {one.path: one.phase for one in made} == {"/a": None, "/b": "background"}


def test_a_run_takes_no_other_word_on_consent(lab: Lab) -> None:
    with pytest.raises(UsageError, match="the run on the phone"):
        beside_a_run(lab, 12, consent_at=moment(20))


def test_the_sockets_of_a_phone_say_whose_requests_they_are(lab: Lab) -> None:
    lines = [
        {
            "time": moment(second),
            "package": package,
            "local": ["10.1.1.1", port],
            "remote": ["192.168.1.5", 8080],
            "sent": 700,
        }
        for second in (1, 4)
        for package, port in (("cn.ours", 4001), ("cn.other", 4002))
    ]
    lines.append({**lines[0], "local": ["10.1.1.1", 4009], "remote": ["1.2.4.8", 5223]})
    sockets = handed(lab, "sockets", "".join(json.dumps(one) + "\n" for one in lines))
    path = lab.folder / "s.capture"
    with path.open("wb") as stream:
        begin = Begin(started=moment(0), mode="regular", listens=(("192.168.1.5", 8080),))
        writer = CaptureWriter(stream, begin)
        for host, port in (("ours.test", 4001), ("other.test", 4002), ("third.test", 4003)):
            url = f"https://{host}/?phone=13912345678"
            writer.add(Caught(exchange=request(3, url, client=f"10.1.1.1:{port}")))
        writer.end(moment(59))
    found = lab.path(path, Visit(subject="apk", package="cn.ours"), aids=(sockets,))
    for kind in ("data.sent", "request.made"):
        by = {one.host: (one.by_subject, one.attributed_by) for one in of_kind(found, kind)}
        assert by == {"ours.test": (True, "connections"), "third.test": (None, None)}
    past = next(one for one in unseen(found) if one.scope.get("host") == ("1.2.4.8",))
    assert "1.2.4.8 (TCP, line 5, 700 bytes sent)" in past.reason.en


def idle(lab: Lab, minutes: float) -> Aid:
    made = [
        {**entry("https://idle.test/"), "startedDateTime": f"2026-05-01T01:{minute:02}:00+00:00"}
        for minute in (0, minutes)
    ]
    path = write(lab.folder / "idle.har", log(made))
    return handed(lab, "control", path.read_text("utf-8"))


@pytest.mark.parametrize("minutes", [0, 10])
def test_what_the_phone_does_not_send_by_itself_is_the_apps(lab: Lab, minutes: int) -> None:
    id_ = {"Cookie": "HMACCOUNT=550e8400e29b41d4a716446655440000"}
    entries = [
        {**entry(f"https://{host}/?phone=13912345678", sent=id_), "startedDateTime": moment(second)}
        for host in ("app.test", "idle.test", "192.168.1.9")
        for second in (1, 50)
    ]
    path = write(lab.folder / "t.har", log(entries))
    visit = Visit(subject="apk", package="cn.ours")
    found = lab.path(path, visit, aids=(idle(lab, minutes),))
    expected: dict[str, Any] = dict.fromkeys(("app.test", "idle.test", "192.168.1.9"), (None, None))
    if minutes:
        expected["app.test"] = (True, "control")
    for kind in ("request.made", "identifier.sent", "data.sent"):
        by = {one.host: (one.by_subject, one.attributed_by) for one in of_kind(found, kind)}
        assert by == {host: expected[host] for host in by}
        assert kind == "identifier.sent" or len(by) == 3
    lost = {one.kind for one in unseen(found) if one.field == "by_subject"}
    assert lost == (set() if minutes else {"request.made", "data.frequency", *CARRIED})


def test_our_own_session_is_its_own_witness(lab: Lab) -> None:
    found = lab.of([entry("https://x.test/?phone=13912345678")], **SESSION)
    assert [one.attributed_by for one in of_kind(found, "request.made")] == ["session"]
    assert [one.attributed_by for one in of_kind(found, "data.sent")] == ["session"]


def test_what_comes_back_after_the_end_is_told_with_its_phase(lab: Lab) -> None:
    body = json.dumps({"nick": "Wang Xiaoming 77"})
    answer = {"size": len(body), "mimeType": "application/json", "text": body}
    before = entry("https://www.a.com/me")
    before["response"]["content"] = answer
    identity = handed(lab, "identity", "account: Wang Xiaoming 77")
    path = write(lab.folder / "e.har", log([entry("https://www.a.com/end"), before]))
    (fact,) = of_kind(lab.path(path, phase="withdrawn", aids=(identity,)), "data.returned")
    assert (fact.data_type, fact.host, fact.phase) == ("account", "www.a.com", "withdrawn")
    assert "Xiaoming" not in json.dumps(msgspec.to_builtins(fact))
    assert not of_kind(lab.path(path, phase="agreed", aids=(identity,)), "data.returned")
    assert not of_kind(lab.path(path, **SESSION), "data.returned")
