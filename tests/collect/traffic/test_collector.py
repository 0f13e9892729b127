from __future__ import annotations

import contextlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.traffic.collector import KINDS, collect
from scanner.errors import NotAuditable
from scanner.facts import Fact, canonical, kind_of
from scanner.knowledge import Knowledge
from scanner.model import Evidence, Keep, Lead, Sighting, Target, Unseen, Visit
from scanner.personal.canary import CANARY
from tests.collect.traffic.hars import entry, log, shared, write

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
    assert (sent.sender, sent.source.at) == ("https://www.a.com/k.js", "entry 3")
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
    assert (sent.secure, sent.source.at) == (True, "entry 2")


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
    assert {kind_of(one) for one in facts} == set(KINDS)
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
