from __future__ import annotations

import datetime
import io
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import connections
from scanner.connections import (
    LISTED,
    TOLERANCE,
    Connection,
    Connections,
    read_connections,
)
from scanner.errors import NotAuditable

OLD = "IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,Proto,Status,Info,BytesSent,BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen"  # noqa: E501 - as PCAPdroid writes it
NEW = OLD.replace("App,", "App,PackageName,")
ROW = "6,10.215.173.1,40112,203.0.113.7,443,10123,商城,com.shop.app,TLS,Closed,api.shop.cn,900,1200,8,9,2026-05-01T10:00:00.000+08:00,2026-05-01T10:00:20.500+08:00"  # noqa: E501
START = datetime.datetime.fromisoformat("2026-05-01T10:00:00+08:00")


def after(seconds: float) -> datetime.datetime:
    return START + datetime.timedelta(seconds=seconds)


def file(folder: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    path = folder / "list.csv"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def conn(owner: str, first: float = 0, last: float = 10, **more: object) -> Connection:
    made = {
        "uid": None,
        "host": "api.shop.cn",
        "ip": "203.0.113.7",
        "port": 443,
        "client": None,
        "proto": "TLS",
        "sent": 500,
        "at": "line 2",
        **more,
    }
    begin = START.timestamp()
    return Connection(owner=owner, first=begin + first, last=begin + last, **made)  # type: ignore[arg-type]


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


def test_a_list_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    found = read_connections(file(tmp_path, NEW, ROW))
    assert found.rows == (
        Connection(
            owner="com.shop.app",
            uid=10123,
            host="api.shop.cn",
            ip="203.0.113.7",
            port=443,
            client=("10.215.173.1", 40112),
            proto="TLS",
            first=START.timestamp(),
            last=START.timestamp() + 20.5,
            sent=900,
            at="line 2",
        ),
    )
    assert (found.labels_only, found.bad, found.broken) == (False, 0, ())


def test_the_older_form_names_apps_by_their_labels(tmp_path: Path) -> None:
    row = ROW.replace("com.shop.app,", "")
    found = read_connections(file(tmp_path, OLD, row))
    assert found.labels_only
    assert found.owner("api.shop.cn", None, 443, None, after(5)) == "商城"


@pytest.mark.parametrize(
    ("first", "last", "seen"),
    [
        ("1777600800000", "1777600801500", 1.5),  # thousandths of a second since 1970
        ("1777600800", "1777600801", 2),  # seconds: the last one may have lasted to its end
        ("2026-05-01T02:00:00.000Z", "2026-05-01T02:00:01.500Z", 1.5),
        ("2026-05-01T10:00:00.000+0800", "2026-05-01T10:00:01.500+0800", 1.5),
    ],
)
def test_times_of_every_version_are_read(
    tmp_path: Path, first: str, last: str, seen: float
) -> None:
    cells = ROW.split(",")[:-2]
    (one,) = read_connections(file(tmp_path, NEW, ",".join([*cells, first, last]))).rows
    assert (one.first, one.last) == (START.timestamp(), START.timestamp() + seen)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("parted", [",", ";", "\t"])
def test_what_spreadsheets_make_of_a_list_is_read(
    tmp_path: Path, encoding: str, end: str, parted: str
) -> None:
    lines = [line.replace(",", parted) for line in (OLD, ROW.replace("com.shop.app,", ""))]
    found = read_connections(file(tmp_path, *lines, encoding=encoding, end=end))
    assert [(one.owner, one.host) for one in found.rows] == [("商城", "api.shop.cn")]


@pytest.mark.parametrize(
    "label", ["商城, 极速版", "a,b,c", '"商城, 极速版"', 'the "best" shop', '"']
)
@pytest.mark.parametrize("is_old", [True, False])
def test_commas_and_quotes_in_names_shift_nothing(tmp_path: Path, label: str, is_old: bool) -> None:
    row = ROW.replace("商城", label)
    row = row.replace("com.shop.app,", "") if is_old else row
    found = read_connections(file(tmp_path, OLD if is_old else NEW, row, row))
    assert len(found.rows) == 2
    expected = label.strip('"') if "," in label else label
    assert found.rows[0].owner == (expected if is_old else "com.shop.app")
    assert found.rows[0].host == "api.shop.cn"


def test_whole_rows_in_quotes_and_further_columns_are_read(tmp_path: Path) -> None:
    row = ",".join(f'"{cell}"' for cell in [*ROW.split(","), "yes"])
    (one,) = read_connections(file(tmp_path, f"{NEW},Malicious", row)).rows
    assert (one.owner, one.host, one.port) == ("com.shop.app", "api.shop.cn", 443)


@pytest.mark.parametrize("name", ["", "unknown"])
def test_an_app_that_the_phone_could_not_name_is_unknown(tmp_path: Path, name: str) -> None:
    found = read_connections(file(tmp_path, NEW, ROW.replace("com.shop.app", name)))
    assert found.owner("api.shop.cn", None, 443, None, after(5)) == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("com.shop.app", "Not A Package", "PackageName"),
        (",443,", ",99999,", "address or port"),
        ("203.0.113.7", "nowhere", ""),
        ("+08:00", "", "offset from UTC"),
        ("T10:00:20", "T09:00:00", "ends before"),
        ("api.shop.cn", "api.shop.cn,more", "PackageName"),
        ("商城,", "", "number of fields"),
        ("商城", "商" * 9_000, "too long"),
    ],
)
def test_bad_rows_are_counted_and_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    found = read_connections(file(tmp_path, NEW, ROW, ROW.replace(old, new), "", ROW))
    if not words:  # the name alone is enough
        assert (found.bad, found.rows[1].ip, found.rows[1].host) == (0, "", "api.shop.cn")
        return
    assert (len(found.rows), found.bad, found.rows[-1].at) == (2, 1, "line 5")
    (told,) = found.broken
    assert told.at == "line 3"
    assert words in told.reason.en
    assert told.reason.zh != told.reason.en


def test_many_bad_rows_are_told_in_few_words(tmp_path: Path) -> None:
    found = read_connections(file(tmp_path, NEW, ROW, *["?"] * 20))
    assert (found.bad, len(found.broken)) == (20, LISTED + 1)
    assert found.broken[-1].reason.en.startswith("15 more rows")
    assert not any(one.rest for one in found.broken)


@pytest.mark.parametrize("limit", ["MAX_BYTES", "MAX_LINES"])
def test_the_rest_of_a_list_that_is_too_long_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = file(tmp_path, NEW, *[ROW] * 20)
    whole = path.stat().st_size if limit == "MAX_BYTES" else 21
    monkeypatch.setattr(connections, limit, whole)
    assert len(read_connections(path).rows) == 20
    assert read_connections(path).broken == ()
    monkeypatch.setattr(connections, limit, whole // 2)
    found = read_connections(path)
    assert 0 < len(found.rows) < 20
    assert found.broken[-1].rest


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "line 1 does not name the columns DstPort"),
        (b"\x00\x01\x02\xff" * 100, "line 1 does not name"),
        (b"a,b,c\n1,2,3\n", "line 1 does not name"),
        (b"IPProto,DstIp,DstPort,App,FirstSeen\n", "line 1 does not name the columns LastSeen"),
        (f"{NEW}\n1,2,3\n".encode(), "no row can be read; line 2"),
        (b'{"log": {"entries": []}}', "line 1 does not name"),
    ],
)
def test_what_is_no_list_is_refused_with_line_and_hint(
    tmp_path: Path, text: bytes, words: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text)
    with pytest.raises(NotAuditable, match=words) as caught:
        read_connections(path)
    assert "CSV" in caught.value.hint


def test_a_list_without_connections_is_a_list(tmp_path: Path) -> None:
    found = read_connections(file(tmp_path, NEW))
    assert (found.rows, found.bad) == ((), 0)
    assert found.owner("api.shop.cn", None, 443, None, START) is None


@given(st.binary(max_size=400), st.booleans(), st.integers(0, 400))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, is_list: bool, place: int
) -> None:
    good = f"{NEW}\n{ROW}\n{ROW}\n".encode()
    path = tmp_path_factory.mktemp("noise") / "list.csv"
    path.write_bytes(good[:place] + noise + good[place:] if is_list else noise)
    try:
        found = read_connections(path)
    except NotAuditable:
        return
    assert all(0 <= one.port < 65536 and one.first <= one.last for one in found.rows)
    assert bool(found.bad) <= bool(found.broken)
    found.owner("api.shop.cn", "203.0.113.7", 443, "10.215.173.1:40112", after(5))
    assert len(list(found.of("com.shop.app"))) <= len(found.rows)


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


def test_a_hostile_list_costs_no_more_than_a_plain_one(tmp_path: Path) -> None:
    """All connections open at once to one place, each of another app: the worst to look through."""
    text = io.StringIO()
    text.write(NEW + "\n")
    begin = round(START.timestamp() * 1000)
    for number in range(20_000):
        text.write(ROW.replace("com.shop.app", f"com.shop.a{number}").rsplit(",", 2)[0])
        text.write(f",{begin + number},{begin + 900_000 - number}\n")
    path = tmp_path / "list.csv"
    path.write_text(text.getvalue(), "utf-8")
    started = time.process_time()
    found = read_connections(path)
    for number in range(20_000):
        found.owner("api.shop.cn", "203.0.113.7", 443, None, after(number / 30))
    assert len(found.rows) == 20_000
    assert time.process_time() - started < 10


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
