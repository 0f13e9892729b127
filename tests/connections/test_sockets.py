from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.connections import Connection, Connections, read_sockets, sockets
from scanner.connections.rows import LISTED, LONGEST_LINE
from scanner.errors import NotAuditable
from tests.connections.rows import START, after

BEGIN = START.timestamp()


def line(at: float = 0, **more: Any) -> dict[str, Any]:
    made = {
        "time": BEGIN + at,
        "local": ["192.168.1.20", 40112],
        "remote": ["203.0.113.7", 443],
        "uid": 10123,
        "package": "com.shop.app",
    }
    return {**made, **more}


def file(folder: Path, *lines: Any) -> Path:
    path = folder / "sockets.jsonl"
    texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
    path.write_text("\n".join(texts) + "\n", "utf-8")
    return path


def read(folder: Path, *lines: Any, **packages: str) -> tuple[Connection, ...]:
    named = {int(uid[1:]): package for uid, package in packages.items()}
    return read_sockets(file(folder, *lines), named).rows


def test_what_was_seen_again_and_again_is_one_connection(tmp_path: Path) -> None:
    found = read(tmp_path, *[line(at, sent=100 * at) for at in (0, 1, 2, 3)])
    assert found == (
        Connection(
            owner="com.shop.app",
            uid=10123,
            host="",
            ip="203.0.113.7",
            port=443,
            client=("192.168.1.20", 40112),
            proto="TCP",
            first=BEGIN,
            last=BEGIN + 3,
            sent=300,
            at="line 1",
            earlier=math.inf,
            later=math.inf,
        ),
    )


def test_what_was_gone_in_one_reading_is_another_connection(tmp_path: Path) -> None:
    other = {"local": ["192.168.1.20", 40999]}
    rows = read(
        tmp_path, line(0), line(0.125, **other), line(2, **other), line(4), line(4.125, **other)
    )
    assert [(one.first - BEGIN, one.last - BEGIN) for one in rows] == [
        (0, 0),
        (0.125, 4.125),
        (4, 4),
    ]


def test_it_may_have_been_open_as_long_as_nobody_looked(tmp_path: Path) -> None:
    other = {"local": ["192.168.1.20", 40999]}
    rows = read(tmp_path, line(0, **other), line(3), line(4), line(9, **other))
    (one,) = [one for one in rows if one.client == ("192.168.1.20", 40112)]
    assert (one.first - BEGIN, one.last - BEGIN, one.earlier, one.later) == (3, 4, 3, 5)
    others = [one for one in rows if one.client == ("192.168.1.20", 40999)]
    assert [(one.earlier, one.later) for one in others] == [(math.inf, 3), (5, math.inf)]


@pytest.mark.parametrize(
    "remote", [["127.0.0.1", 80], ["::1", 80], ["0.0.0.0", 0], ["::", 0], ["224.0.0.251", 5353]]
)
def test_what_never_left_the_phone_is_no_connection(tmp_path: Path, remote: list[Any]) -> None:
    assert read(tmp_path, line(), line(local=["192.168.1.20", 2], remote=remote))[1:] == ()


def test_addresses_of_the_kernel_are_written_plainly(tmp_path: Path) -> None:
    (one,) = read(tmp_path, line(local=["::ffff:10.0.0.2", 5], remote=["::ffff:203.0.113.7", 443]))
    assert (one.client, one.ip) == (("10.0.0.2", 5), "203.0.113.7")


def test_an_app_is_named_by_its_user_id_where_one_list_names_it(tmp_path: Path) -> None:
    bare = line(package=None, local=["192.168.1.20", 1])
    assert [one.owner for one in read(tmp_path, bare)] == [""]
    assert [one.owner for one in read(tmp_path, bare, u10123="com.listed")] == ["com.listed"]
    assert [one.owner for one in read(tmp_path, line(), bare)] == ["com.shop.app"] * 2
    two = line(package="com.shared.id", local=["192.168.1.20", 3])
    assert "" in [one.owner for one in read(tmp_path, line(), bare, two)]


def test_a_request_is_the_apps_whose_socket_it_came_from(tmp_path: Path) -> None:
    proxy = {"remote": ["192.168.1.5", 8080]}
    found = read_sockets(
        file(
            tmp_path,
            line(0, **proxy),
            line(0, uid=10200, package="com.other", local=["192.168.1.20", 40113], **proxy),
        ),
        {},
    )
    found.proxied([("192.168.1.5", 8080)])
    ask = found.owner
    assert ask("api.shop.cn", None, 443, "192.168.1.20:40112", after(1)) == "com.shop.app"
    assert ask("api.shop.cn", None, 443, "192.168.1.20:40113", after(1)) == "com.other"
    assert ask("api.shop.cn", None, 443, "192.168.1.20:40114", after(1)) is None
    assert list(found.of("com.shop.app")) == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{", "not of the form"),
        ("[" * 5000, "not of the form"),
        (line(time="2026-05-01T10:00:00"), "offset from UTC"),
        (line(local=["nowhere", 1]), "address or a port"),
        (line(remote=["203.0.113.7", 70000]), "address or a port"),
        (line(package="Not A Package"), "package"),
        (line(local=["192.168.1.20"]), "not of the form"),
        (line(host="x" * LONGEST_LINE), "too long"),
    ],
)
def test_bad_lines_are_told_with_their_place(tmp_path: Path, bad: Any, words: str) -> None:
    found = read_sockets(file(tmp_path, line(), bad, "", line(1)), {})
    assert (len(found.rows), found.bad) == (1, 1)
    (told,) = found.broken
    assert told.at == "line 2"
    assert words in told.reason.en
    assert told.reason.zh != told.reason.en
    many = read_sockets(file(tmp_path, line(), *[bad] * 20), {})
    assert (many.bad, len(many.broken)) == (20, LISTED + 1)
    with pytest.raises(NotAuditable, match="no list of sockets"):
        read_sockets(file(tmp_path, bad), {})


@pytest.mark.parametrize("limit", ["MAX_LINES", "MAX_ROWS", "MAX_BYTES"])
def test_what_is_beyond_the_bounds_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = file(tmp_path, *[line(local=["192.168.1.20", n]) for n in range(20)])
    assert read_sockets(path, {}).broken == ()
    monkeypatch.setattr(sockets, limit, 10 if limit != "MAX_BYTES" else path.stat().st_size // 2)
    found = read_sockets(path, {})
    assert 5 < len(found.rows) <= 10
    assert found.broken[-1].rest


_LINES = st.lists(
    st.builds(
        lambda at, port, package: line(at / 10, local=["10.0.0.2", port], package=package),
        st.integers(0, 100),
        st.sampled_from([1, 2, 3]),
        st.sampled_from(["com.a.b", "com.c.d", None]),
    ),
    max_size=12,
)


@given(_LINES)
@settings(max_examples=200, deadline=None)
def test_at_every_sighting_its_app_had_the_connection(
    tmp_path_factory: pytest.TempPathFactory, lines: list[dict[str, Any]]
) -> None:
    rows = read_sockets(file(tmp_path_factory.mktemp("s"), *lines), {}).rows
    for one in lines:
        port, when = one["local"][1], one["time"]
        there = [row for row in rows if row.client == ("10.0.0.2", port)]
        assert any(row.first <= when <= row.last for row in there)
    shuffled = read_sockets(file(tmp_path_factory.mktemp("s"), *reversed(lines)), {}).rows

    def spans(rows: tuple[Connection, ...]) -> list[Any]:
        return sorted((r.owner, r.client, r.first, r.last, r.earlier, r.later) for r in rows)

    assert spans(rows) == spans(shuffled)


@given(st.binary(max_size=300), st.integers(0, 300))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int
) -> None:
    good = f"{json.dumps(line())}\n{json.dumps(line(1))}\n".encode()
    path = tmp_path_factory.mktemp("noise") / "sockets.jsonl"
    path.write_bytes(good[:place] + noise + good[place:])
    try:
        found = read_sockets(path, {})
    except NotAuditable:
        return
    assert isinstance(found, Connections)
    assert bool(found.bad) <= bool(found.broken)
