from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.traffic.control import EMPTY, Control
from scanner.collect.traffic.whose import Said, Whose, read_whose
from scanner.connections import Connection, Connections
from scanner.model import Aid, Evidence, Target, Visit
from tests.collect.traffic.hars import entry, log, write
from tests.connections.rows import START, after, conn

OURS, OTHER = "cn.ours", "cn.other"
PHONE = ("10.0.0.2", 40001)


def of(*lists: Connections, client: str | None = None, host: str = "api.shop.cn") -> Said:
    return Whose(OURS, lists).of(host, "203.0.113.7", 443, client, after(5))


def whole(*rows: Connection, labels_only: bool = False) -> Connections:
    far = conn("cn.far", host="far.test", ip="203.0.113.99")
    return Connections([*rows, far], labels_only=labels_only)


def polled(*rows: Connection) -> Connections:
    return Connections(rows, polled=True)


def bare(owner: str, **more: Any) -> Connection:
    return conn(owner, **{"host": "", "client": PHONE, **more})


def test_one_list_alone_speaks_for_itself() -> None:
    assert of(whole(conn(OURS))) == Said(OURS, True, "connections")
    assert of(whole(conn(OTHER))) == Said(OTHER, False, None)
    assert of(whole(conn(OURS), conn(OTHER))) == Said("", None, None)
    assert of(whole()) == Said()


def test_the_socket_in_a_polled_list_speaks_and_the_place_does_not() -> None:
    """Who opened and closed a connection to the same place between two readings is in no list."""
    ours = polled(bare(OURS), conn(OTHER, client=("10.0.0.2", 9)))
    assert of(ours, client="10.0.0.2:40001") == Said(OURS, True, "connections")
    assert of(ours, client="10.0.0.2:9") == Said(OTHER, False, None)
    by_place = polled(conn(OURS, client=PHONE), conn("cn.far", host="far.test"))
    assert of(by_place) == Said(OURS, None, None)
    assert of(polled(conn(OTHER, client=PHONE), conn(OURS, host="far.test"))) == Said(OTHER)


def test_two_lists_count_both() -> None:
    sockets = polled(bare(OURS))
    client = "10.0.0.2:40001"
    assert of(whole(), sockets, client=client).by_subject is True
    assert of(whole(conn(OURS), conn(OTHER)), sockets, client=client).by_subject is True
    assert of(whole(conn(OURS)), sockets, client=client) == Said(OURS, True, "connections")
    labels = whole(conn("商城", uid=1), labels_only=True)
    assert of(labels, sockets, client=client) == Said(OURS, True, "connections")
    assert of(labels) == Said("商城", None, None)


@pytest.mark.parametrize("turned", [False, True])
def test_lists_that_contradict_each_other_prove_nothing(turned: bool) -> None:
    lists = [whole(conn(OURS)), polled(bare(OTHER))]
    found = of(*(lists[::-1] if turned else lists), client="10.0.0.2:40001")
    assert found == Said("", None, None)


@pytest.mark.parametrize(
    ("control", "declared", "said"),
    [
        (None, None, Said()),
        (Control(frozenset({"a.test"}), 600, EMPTY), None, Said()),
        (Control(frozenset({"a.test"}), 600), None, Said(OURS, True, "control")),
        (Control(frozenset({"a.test"}), 600), OURS, Said(OURS, True, "control")),
        (Control(frozenset({"a.test"}), 600), OTHER, Said(OTHER)),
        (Control(frozenset({"x.test"}), 600), None, Said()),
        (Control(frozenset({"x.test"}), 600), OURS, Said(OURS)),
    ],
)
def test_what_the_phone_sends_without_the_app_may_be_anybodys(
    control: Control | None, declared: str | None, said: Said
) -> None:
    assert Whose(OURS, control=control).without_list("x.test", declared) == said


def test_a_control_counts_only_where_no_list_is() -> None:
    control = Control(frozenset({"a.test"}), 600)
    assert Whose(OURS, [whole()], control).without_list("x.test", None) == Said()


def test_a_connection_past_the_proxy_is_told_once() -> None:
    rows = [conn(OURS, at="line 2"), conn(OTHER, host="o.test", at="line 3")]
    sockets = polled(bare(OURS, at="line 7"), bare(OURS, ip="203.0.113.50", at="line 8"))
    found = Whose(OURS, [whole(*rows), sockets])
    assert [one.at for one in found.unrecorded()] == ["line 2", "line 8"]
    assert list(Whose(None, [whole(*rows)]).unrecorded()) == []
    assert found.named
    assert not Whose("cn.mistyped", [whole(*rows)]).named


def aid(folder: Path, kind: Any, text: str) -> Aid:
    path = folder / kind
    path.write_text(text, "utf-8")
    evidence = Evidence(sha256="cd" * 32, name=kind, media_type="x", size=len(text))
    return Aid(kind=kind, path=path, evidence=evidence)


def test_all_that_was_handed_in_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.har", log([entry("https://a.test/")]))
    csv = (
        "SrcIP,SrcPort,DstIp,DstPort,UID,App,PackageName,FirstSeen,LastSeen\n"
        f"10.0.0.2,1,203.0.113.8,443,10001,Ours,{OURS},1777600800000,1777600900000\n"
    )
    line = {
        "time": START.timestamp(),
        "uid": 10001,
        "local": ["10.0.0.2", 2],
        "remote": ["203.0.113.7", 443],
    }
    evidence = Evidence(sha256="ab" * 32, name="a.har", media_type="x", size=1)
    aids = [aid(tmp_path, "sockets", json.dumps(line)), aid(tmp_path, "connections", csv)]
    target = Target(
        kind="traffic", path=path, evidence=evidence, visit=Visit(package=OURS), aids=tuple(aids)
    )
    found = read_whose(target)
    assert [(each.polled, row.owner) for each in found.lists for row in each.rows] == [
        (False, OURS),
        (True, OURS),
    ]
    assert not list(found.broken)
