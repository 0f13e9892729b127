from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.device import contacts
from scanner.collect.device.clocks import Moment
from scanner.collect.device.contacts import facts_of
from scanner.collect.device.phases import Edge
from scanner.facts import EndpointContacted, Phase
from scanner.knowledge import Knowledge
from scanner.model import Unseen, Visit
from tests.collect.device.recordings import APP, RUN, T0, recording

OTHER = "cn.other.app"
HEAD = "SrcIP,SrcPort,DstIp,DstPort,UID,App,PackageName,Proto,Info,BytesSent,FirstSeen,LastSeen"
COUNTRY = "18.66.0.1"
"""Both databases that ship have it in the United States."""
EDGES = (
    Edge(Moment(T0, 1), "first_launch", "launch", "", "taps.jsonl line 1"),
    Edge(Moment(T0 + 100, 1), "agreed", "tap", "", "taps.jsonl line 2"),
)


def row(
    second: float,
    host: str = "api.shop.cn",
    *,
    ip: str = "1.2.4.8",
    port: int = 443,
    package: str = APP,
    uid: int = 10123,
    proto: str = "TLS",
    sent: int = 500,
) -> str:
    first = round((T0 + second) * 1000)
    cells = ["10.1.1.1", 4001, ip, port, uid, "Shop", package, proto, host, sent]
    return ",".join(map(str, [*cells, first, first + 500]))


def socket(second: float, **more: Any) -> dict[str, Any]:
    made = {"local": ["10.1.1.1", 4001], "remote": ["1.2.4.8", 443], "package": APP}
    return {"time": T0 + second, **made, **more}


class Bench:
    """Gives the facts of a run by its lists of connections."""

    def __init__(self, folder: Path, known: Knowledge) -> None:
        self.folder, self.known = folder, known

    def of(
        self,
        rows: Iterable[str] | None = None,
        sockets: Iterable[dict[str, Any]] | None = None,
        *,
        head: str = HEAD,
        visit: Visit = Visit(),  # noqa: B008 - immutable
        run: Mapping[str, Any] = RUN,
        traffic: bool = False,
    ) -> list[Any]:
        csv = None if rows is None else "\n".join([head, *rows]) + "\n"
        har = "{}" if traffic else None
        made: dict[str, Any] = {"connections.csv": csv, "sockets.jsonl": sockets, "run.yaml": run}
        made["traffic.har"] = har
        self.recorded = recording(self.folder, made, visit=visit, edges=EDGES)
        return list(facts_of(self.recorded, self.known))


@pytest.fixture
def bench(tmp_path: Path, known: Knowledge) -> Bench:
    return Bench(tmp_path, known)


def test_a_host_is_told_once_for_each_phase(bench: Bench) -> None:
    rows = [
        row(10),
        row(20, proto="QUIC", sent=70),
        row(110, sent=9),
        row(100.5),
        row(11, "b.shop.cn"),
    ]
    found = {(one.host, one.phase): one for one in bench.of(rows)}
    assert set(found) == {
        ("api.shop.cn", "first_launch"),
        ("api.shop.cn", "agreed"),
        ("api.shop.cn", None),
        ("b.shop.cn", "first_launch"),
    }
    one = found["api.shop.cn", "first_launch"]
    assert (one.protocol, one.bytes_sent, one.sender) == ("QUIC, TLS", 570, APP)
    assert (one.by_subject, one.via, one.recorded) == (True, "direct", None)
    assert one.source.at == "connections.csv line 2"
    assert one.source.time == "2025-06-15T15:06:50.000+00:00"


def test_where_it_stands_is_said_as_of_any_traffic(bench: Bench) -> None:
    (one,) = bench.of([row(10, ip=COUNTRY)], visit=Visit(vantage="CN"))
    assert (one.ip, one.country, one.outside_home) == (COUNTRY, "US", True)
    (blind,) = bench.of([row(10, ip=COUNTRY)])
    assert (blind.country, blind.outside_home) == ("US", None)


def test_whose_host_it_is_the_tables_say(bench: Bench) -> None:
    rows = [row(10, "ulogs.umeng.com"), row(11, "api.shop.cn"), row(12, "x.test")]
    found = {one.host: one for one in bench.of(rows, visit=Visit(first_party=("www.shop.cn",)))}
    assert (found["ulogs.umeng.com"].party, found["ulogs.umeng.com"].vendor) == ("third", "umeng")
    assert found["api.shop.cn"].party == "first"
    assert found["x.test"].party is None


@pytest.mark.parametrize(
    ("said", "by_subject", "sender"),
    [
        ({}, True, APP),
        ({"package": "unknown", "uid": 10123}, True, APP),
        ({"package": "unknown", "uid": -1}, None, ""),
        ({"package": "com.shared.name", "uid": 10123}, None, ""),  # several apps under one id
    ],
)
def test_an_app_is_known_by_its_package_or_user_id(
    bench: Bench, said: dict[str, Any], by_subject: bool | None, sender: str
) -> None:
    (one,) = bench.of([row(10, **said)])
    assert (one.by_subject, one.sender) == (by_subject, sender)


def test_of_other_apps_nothing_is_told(bench: Bench) -> None:
    assert bench.of([row(10, package=OTHER, uid=10200)], [socket(9, package=OTHER)]) == []


def test_another_build_is_not_the_one_audited(bench: Bench) -> None:
    assert not bench.of([row(10)], visit=Visit(build="ab" * 32))


def test_what_the_app_itself_did_is_not_mixed_with_what_nobody_knows(bench: Bench) -> None:
    rows = [row(10, package="unknown", uid=-1, sent=1), row(11, sent=20), row(12, sent=300)]
    for many in (rows, [*rows[1:], rows[0]]):
        (one,) = bench.of(many)
        assert (one.by_subject, one.bytes_sent) == (True, 320)


@pytest.mark.parametrize(
    "said", [{"proto": "DNS", "port": 53}, {"proto": "", "port": 53}, {"sent": 0}]
)
def test_what_only_asked_for_a_name_or_sent_nothing_is_no_contact(
    bench: Bench, said: dict[str, Any]
) -> None:
    assert bench.of([row(10, **said)]) == []


def test_what_stands_on_the_bench_accuses_nobody(bench: Bench) -> None:
    (one,) = bench.of([row(10, "", ip="192.168.1.9")])
    assert (one.host, one.by_subject, one.outside_home) == ("192.168.1.9", None, None)


@pytest.mark.parametrize(
    ("before", "after", "traffic", "recorded"),
    [
        ("192.168.1.5:8080", "192.168.1.5:8080", True, False),
        ("192.168.1.5:8080", "192.168.1.5:8080", False, None),
        ("192.168.1.5:8080", "", True, None),
        ("", "", True, None),
        (None, None, True, None),
    ],
)
def test_what_did_not_go_to_the_proxy_was_not_looked_into(
    bench: Bench, before: str | None, after: str | None, traffic: bool, recorded: bool | None
) -> None:
    run = {**RUN, "before": {"proxy": before}, "after": {"proxy": after}}
    (one,) = bench.of([row(10)], run=run, traffic=traffic)
    assert one.recorded == recorded


def test_what_went_to_the_proxy_is_known_by_name_and_stands_nowhere(bench: Bench) -> None:
    run = {**RUN, "before": {"proxy": "192.168.1.5:8080"}, "after": {"proxy": "192.168.1.5:8080"}}
    proxy: dict[str, Any] = {"ip": "192.168.1.5", "port": 8080}
    rows = [row(10, **proxy), row(11, "", **proxy)]
    (one,) = bench.of(rows, run=run, traffic=True)
    assert (one.host, one.ip, one.country, one.via) == ("api.shop.cn", None, None, "proxy")
    assert (one.by_subject, one.recorded) == (True, None)


def test_a_socket_has_the_phase_in_which_it_was_opened(bench: Bench) -> None:
    other = {"package": OTHER, "local": ["10.1.1.1", 9]}
    lines = [socket(at, **other) for at in (1, 95, 99, 120, 125)]
    lines += [socket(97), socket(122, remote=["1.2.4.9", 443]), socket(122, host="n.test")]
    found = {one.host: one.phase for one in bench.of(None, lines)}
    assert found == {"1.2.4.8": "first_launch", "1.2.4.9": "agreed", "n.test": "agreed"}
    late = [socket(50, **other), socket(130, **other), socket(130)]
    assert [one.phase for one in bench.of(None, late)] == [None]  # opened after 50, or after 100


@pytest.mark.parametrize(("clean", "phase"), [(True, "first_launch"), (None, None)])
def test_before_a_fresh_app_was_started_it_connected_nowhere(
    bench: Bench, clean: bool | None, phase: Phase | None
) -> None:
    """The first reading that shows anything does not say how long it had stood."""
    (one,) = bench.of(None, [socket(30)], run={**RUN, "clean_install": clean})
    assert (one.phase, one.protocol) == (phase, "TCP")


def test_a_connection_in_both_lists_counts_once(bench: Bench) -> None:
    lines = [socket(10), socket(10, remote=["1.2.4.9", 443], local=["10.1.1.1", 4002], sent=3)]
    found = {one.host: one.bytes_sent for one in bench.of([row(9.9)], lines)}
    assert found == {"api.shop.cn": 500, "1.2.4.9": 3}


def test_a_user_id_is_named_by_the_other_list_or_the_run(bench: Bench) -> None:
    bare = {"package": None, "remote": ["1.2.4.9", 443]}
    rows = [row(10, package=OTHER, uid=10200)]
    found = bench.of(rows, [socket(10, uid=10200, **bare), socket(10, uid=10123, **bare)])
    assert [(one.host, one.by_subject) for one in found] == [("1.2.4.9", True)]


def test_labels_alone_name_nobody(bench: Bench) -> None:
    head = HEAD.replace("PackageName,", "")
    rows = [row(10).replace(f"{APP},", ""), row(10, "o.test", uid=7).replace(f"{APP},", "")]
    assert [(one.host, one.by_subject) for one in bench.of(rows, head=head)] == [
        ("api.shop.cn", True)
    ]
    bare = {**RUN, "app": {"package": APP}}
    (one,) = bench.of(rows, head=head, run=bare)
    assert isinstance(one, Unseen)
    assert one.kind == "endpoint.contacted"


def test_what_cannot_be_read_is_noted_with_its_place(bench: Bench) -> None:
    bench.of([row(10), "?"], [socket(1), socket(2, remote=["nowhere", 1])])
    told = {one.at for one in bench.recorded.archive.told()}
    assert told == {"connections.csv line 3", "sockets.jsonl line 2"}
    assert bench.of(["?"]) == []
    assert any("no row can be read" in one.reason.en for one in bench.recorded.archive.told())
    assert bench.of() == []


def test_too_many_hosts_are_counted(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts, "MAX_FACTS", 3)
    *facts, left = bench.of([row(10, f"h{n}.test") for n in range(8)])
    assert len(facts) == 3
    assert "5 more connections" in left.reason.en


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(-3, 3)), max_size=8))
@settings(max_examples=60, deadline=None)
def test_no_shift_inside_the_uncertainty_gives_another_phase(
    tmp_path_factory: pytest.TempPathFactory, known: Knowledge, moves: list[tuple[int, int]]
) -> None:
    run = {**RUN, "clock": {"offset_s": 0.0, "within_s": 3.0}}

    rows = [row(second + move, f"h{n}.test") for n, (second, move) in enumerate(moves)]
    found = Bench(tmp_path_factory.mktemp("r"), known).of(rows, run=run)
    phases = {one.host: one.phase for one in found if isinstance(one, EndpointContacted)}
    assert len(phases) == len(moves)
    for number, (second, _) in enumerate(moves):
        true: Phase | None = "agreed" if second >= 100 else "first_launch" if second >= 0 else None
        assert phases[f"h{number}.test"] in (None, true)
