from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.connections import Connection, pcapdroid, read_connections
from scanner.connections.rows import LISTED
from scanner.errors import NotAuditable
from tests.connections.rows import START, after

OLD = "IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,Proto,Status,Info,BytesSent,BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen"  # noqa: E501 - as PCAPdroid writes it


NEW = OLD.replace("App,", "App,PackageName,")


ROW = "6,10.215.173.1,40112,203.0.113.7,443,10123,商城,com.shop.app,TLS,Closed,api.shop.cn,900,1200,8,9,2026-05-01T10:00:00.000+08:00,2026-05-01T10:00:20.500+08:00"  # noqa: E501


def file(folder: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    path = folder / "list.csv"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


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
    monkeypatch.setattr(pcapdroid, limit, whole)
    assert len(read_connections(path).rows) == 20
    assert read_connections(path).broken == ()
    monkeypatch.setattr(pcapdroid, limit, whole // 2)
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
