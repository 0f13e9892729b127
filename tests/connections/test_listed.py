from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.connections import TOLERANCE, Connection, Connections
from scanner.connections.listed import LONGEST_GAP
from tests.connections.rows import after, conn


def asked(
    rows: Sequence[Connection],
    *,
    host: str = "api.shop.cn",
    ip: str | None = None,
    port: int | None = 443,
    client: str | None = None,
    at: float | None = 5,
) -> str | None:
    moment = None if at is None else after(at)
    return Connections(rows).owner(host, ip, port, client, moment)


@pytest.mark.parametrize(
    ("question", "owner"),
    [
        ({}, "com.a.b"),
        ({"host": "API.SHOP.CN."}, "com.a.b"),
        ({"ip": "198.51.100.9"}, "com.a.b"),  # the proxy may reach another of its addresses
        ({"host": "other.shop.cn", "ip": "203.0.113.7"}, None),  # many names share an address
        ({"host": "other.shop.cn"}, None),
        ({"port": 80}, None),
        ({"port": None}, None),
        ({"at": None}, None),
        ({"at": -TOLERANCE}, "com.a.b"),
        ({"at": 10 + TOLERANCE}, "com.a.b"),
        ({"at": -TOLERANCE - 0.01}, None),
        ({"at": 10 + TOLERANCE + 0.01}, None),
    ],
)
def test_name_port_and_time_must_all_fit(question: dict[str, object], owner: str | None) -> None:
    assert asked([conn("com.a.b")], **question) == owner  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "ip", "owner"),
    [
        ("api.shop.cn", "203.0.113.7", ""),
        ("api.shop.cn", "::ffff:203.0.113.7", ""),
        ("203.0.113.7", None, "com.a.b"),
        ("api.shop.cn", "203.0.113.8", None),
        ("api.shop.cn", None, None),
    ],
)
def test_a_connection_without_a_name_is_known_only_where_the_request_has_none_either(
    host: str, ip: str | None, owner: str | None
) -> None:
    assert asked([conn("com.a.b", host="")], host=host, ip=ip) == owner


def test_two_apps_at_the_same_place_in_the_same_time_cannot_be_told_apart() -> None:
    rows = [conn("com.a.b", 0, 10), conn("com.c.d", 14, 20), conn("com.e.f", 60, 70, port=80)]
    assert asked(rows, at=5) == "com.a.b"
    assert asked(rows, at=12) == ""
    assert asked(rows, at=19) == "com.c.d"
    assert asked(rows, at=30) is None
    assert asked([conn("com.a.b"), conn("com.a.b")]) == "com.a.b"
    assert asked([conn("com.a.b"), conn("com.c.d", host="")], ip="203.0.113.7") == ""
    assert asked([conn("com.a.b"), conn("")]) == ""


def test_the_socket_on_the_phone_decides_where_both_know_it() -> None:
    rows = [
        conn("com.a.b", client=("10.0.0.2", 40001)),
        conn("com.c.d", client=("10.0.0.2", 40002)),
        conn("com.e.f", 100, 110, client=("10.0.0.2", 40001)),
    ]
    assert asked(rows, client="10.0.0.2:40001") == "com.a.b"
    assert asked(rows, client="10.0.0.2:40002") == "com.c.d"
    assert asked(rows, client="10.0.0.2:40001", at=105) == "com.e.f"
    assert asked(rows, client="10.0.0.2:40001", host="proxy.test", port=8080) == "com.a.b"
    assert asked(rows, client="10.0.0.2:40003") is None  # known to be none of these
    assert asked(rows, client="192.168.1.5:40001") == ""  # seen behind a router: not comparable
    assert asked(rows[:1], client="192.168.1.5:40001") == "com.a.b"
    six = [conn("com.a.b", client=("2001:db8::1", 9))]
    assert asked(six, client="[2001:0db8::1]:9", host="x") == "com.a.b"


def test_apps_with_the_same_label_are_not_one_app() -> None:
    same = Connections([conn("Shop", uid=1), conn("Shop", uid=1)], labels_only=True)
    other = Connections([conn("Shop", uid=1), conn("Shop", uid=2)], labels_only=True)
    assert same.owner("api.shop.cn", None, 443, None, after(5)) == "Shop"
    assert other.owner("api.shop.cn", None, 443, None, after(5)) == ""


def test_connections_that_never_reached_the_proxy_are_left() -> None:
    rows = [
        conn("com.a.b", at="line 2"),
        conn("com.a.b", 100, 110, at="line 3"),
        conn("com.a.b", host="pinned.shop.cn", at="line 4"),
        conn("com.a.b", host="", ip="203.0.113.99", at="line 5"),
        conn("com.a.b", host="dns.shop.cn", port=53, proto="DNS", at="line 6"),
        conn("com.a.b", host="empty.shop.cn", sent=0, at="line 7"),
        conn("com.c.d", host="both.shop.cn", at="line 8"),
        conn("com.a.b", host="both.shop.cn", at="line 9"),
    ]
    found = Connections(rows)
    assert found.owner("api.shop.cn", None, 443, None, after(5)) == "com.a.b"
    assert found.owner("x.shop.cn", "203.0.113.99", 443, None, after(5)) == ""
    assert found.owner("both.shop.cn", None, 443, None, after(5)) == ""
    assert [one.at for one in found.of("com.a.b")] == ["line 3", "line 4", "line 9"]
    assert [one.at for one in found.of("com.c.d")] == ["line 8"]
    assert list(found.of("com.nobody")) == []


_ROWS = st.lists(
    st.builds(
        lambda owner, first, length, host, port, source: conn(
            owner, first, first + length, host=host, port=port, client=source
        ),
        st.sampled_from(["com.a.b", "com.c.d", ""]),
        st.integers(0, 30),
        st.integers(0, 20),
        st.sampled_from(["a.test", "b.test", ""]),
        st.sampled_from([80, 443]),
        st.sampled_from([None, ("10.0.0.2", 1), ("10.0.0.2", 2)]),
    ),
    max_size=8,
)


_ASKED = st.tuples(
    st.sampled_from(["a.test", "b.test", "203.0.113.7"]),
    st.sampled_from([None, "203.0.113.7"]),
    st.sampled_from([80, 443]),
    st.sampled_from([None, "10.0.0.2:1", "10.9.9.9:1"]),
    st.integers(-5, 60),
)


@given(_ROWS, st.lists(_ASKED, max_size=6))
@settings(max_examples=300, deadline=None)
def test_the_answers_are_those_of_looking_at_every_row(
    rows: list[Connection], questions: list[tuple[str, str | None, int, str | None, int]]
) -> None:
    found = Connections(rows)
    reached = set[int]()
    for host, ip, port, client, at in questions:
        when = after(at).timestamp()
        known = client == "10.0.0.2:1" and any(one.client for one in rows)
        fits = [
            one
            for one in rows
            if one.first - TOLERANCE <= when <= one.last + TOLERANCE
            and (
                one.client == ("10.0.0.2", 1)
                if known
                else one.port == port and (one.host == host if one.host else one.ip in (ip, host))
            )
        ]
        owners = {one.owner for one in fits}
        expected = None if not owners else (owners.pop() if len(owners) == 1 else "")
        if expected:
            reached |= {id(one) for one in fits}
            named = known or any(one.host == host or one.ip == host for one in fits)
            expected = expected if named else ""
        assert found.owner(host, ip, port, client, after(at)) == expected
    for package in ("com.a.b", "com.c.d"):
        left = [one for one in rows if one.owner == package and id(one) not in reached]
        assert list(found.of(package)) == left


PROXY = ("192.168.1.5", 8112)


def through(owner: str = "com.shop.app", **more: object) -> Connection:
    made: dict[str, Any] = {"ip": PROXY[0], "port": PROXY[1], **more}
    return conn(owner, **made)


@pytest.mark.parametrize("port", [80, 443, 9001])
def test_what_went_to_the_proxy_is_known_by_its_name_at_any_port(port: int) -> None:
    found = Connections([through(), conn("com.other.app", host="other.cn")])
    assert found.owner("api.shop.cn", "203.0.113.7", port, "10.9.9.9:5", after(5)) is None
    assert len(list(found.of("com.shop.app"))) == 1
    found.proxied([PROXY])
    assert found.owner("api.shop.cn", "203.0.113.7", port, "10.9.9.9:5", after(5)) == "com.shop.app"
    assert found.owner("api.shop.cn", None, port, None, after(60)) is None
    assert found.owner("cdn.shop.cn", None, port, None, after(5)) is None
    assert found.owner("other.cn", None, 443, None, after(5)) == "com.other.app"


def test_what_went_to_the_proxy_never_went_past_it() -> None:
    rows = [
        through(at="line 2"),
        through(host="", at="line 3"),
        conn("com.shop.app", port=PROXY[1], at="line 4"),  # the same port of another machine
        conn("com.shop.app", ip=PROXY[0], at="line 5"),  # another port of the same machine
    ]
    found = Connections(rows)
    found.proxied([("::ffff:192.168.1.5", PROXY[1]), ("2001:db8::7", 1)])
    assert [one.at for one in found.of("com.shop.app")] == ["line 4", "line 5"]


def test_two_apps_that_asked_the_proxy_for_one_name_are_not_told_apart() -> None:
    found = Connections([through(), through("com.other.app")])
    found.proxied([PROXY])
    assert found.owner("api.shop.cn", None, 443, None, after(5)) == ""


def test_the_socket_decides_at_the_proxy_too() -> None:
    one, two = ("10.215.173.1", 40112), ("10.215.173.1", 40113)
    found = Connections([through(client=one), through("com.other.app", client=two, host="")])
    found.proxied([PROXY])
    assert found.owner("any.cn", None, 80, "10.215.173.1:40112", after(5)) == "com.shop.app"
    assert found.owner("any.cn", None, 80, "10.215.173.1:40113", after(5)) == "com.other.app"
    assert found.owner("any.cn", None, 80, "10.215.173.1:40114", after(5)) is None


def test_a_list_of_one_app_alone_tells_nobody_apart_but_by_the_socket() -> None:
    alone = Connections([conn("com.a.b", client=("10.0.0.2", 1)), conn("")])
    assert not alone.tells_apart(None)
    assert not alone.tells_apart("192.168.1.5:1")
    assert alone.tells_apart("10.0.0.2:1")
    assert Connections([conn("com.a.b"), conn("com.c.d")]).tells_apart(None)


@pytest.mark.parametrize("client", [None, "192.168.1.5:1"])
def test_a_list_made_by_asking_now_and_then_tells_apart_by_the_socket_only(
    client: str | None,
) -> None:
    rows = [conn("com.a.b", client=("10.0.0.2", 1)), conn("com.c.d", host="c.test")]
    assert Connections(rows).tells_apart(client)
    assert not Connections(rows, polled=True).tells_apart(client)
    assert Connections(rows, polled=True).tells_apart("10.0.0.2:1")


def test_what_may_have_been_open_longer_answers_for_longer() -> None:
    rows = [conn("com.a.b", 15, 16, earlier=1.0, later=math.inf)]
    answers = [asked(rows, at=15 - TOLERANCE - early) for early in (1.0, 1.01)]
    assert answers == ["com.a.b", None]
    answers = [asked(rows, at=16 + TOLERANCE + late) for late in (LONGEST_GAP, LONGEST_GAP + 0.01)]
    assert answers == ["com.a.b", None]


def test_questions_for_names_are_known_by_their_port_in_a_polled_list() -> None:
    rows = [conn("com.a.b", host="", port=53, proto="UDP")]
    assert len(list(Connections(rows).of("com.a.b"))) == 1
    assert list(Connections(rows, polled=True).of("com.a.b")) == []


def test_a_list_by_another_clock_is_set_back() -> None:
    late = msgspec.structs.replace(
        conn("com.a.b"), first=conn("com.a.b").first + 90, last=conn("com.a.b").last + 90
    )
    back = Connections([late]).shifted(90.0)
    assert back.rows == (conn("com.a.b"),)
    assert back.owner("api.shop.cn", None, 443, None, after(5)) == "com.a.b"
    assert back.shifted(0.0) is back
