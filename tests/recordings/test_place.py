from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.exchange import Exchange, Passage
from scanner.recordings.place import exchange_at
from scanner.recordings.recording import BEGIN, read
from tests.collect.traffic import mitm_flows
from tests.collect.traffic.hars import entry, log, write
from tests.test_capture_file import written


def all_of(path: Path) -> list[Exchange | Passage]:
    with path.open("rb") as stream:
        begin = stream.read(BEGIN)
    return [one for one in read(path, begin) if isinstance(one, Exchange | Passage)]


def same(path: Path, least: int) -> None:
    data, found = path.read_bytes(), all_of(path)
    assert len(found) >= least
    for one in found:
        assert exchange_at(data, one.at) == one


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_an_entry_of_a_har_is_that_which_reading_the_whole_gives(
    codec: str, tmp_path: Path
) -> None:
    urls = [f"https://a.test/{n}?q=中{n}" for n in range(9)]
    made = log([entry(url, method="POST", body=f"é{url}") for url in urls])
    path = tmp_path / "a.har"
    path.write_bytes(json.dumps(made, ensure_ascii=False).encode(codec))
    same(path, 9)


def test_flows_and_captures_are_found_by_their_byte(tmp_path: Path) -> None:
    flows = tmp_path / "a.flows"
    mitm_flows.write(flows, [mitm_flows.http("/a?q=1"), mitm_flows.http("/b", body=b"x=1")])
    same(flows, 2)
    captured = tmp_path / "a.capture"
    written(captured, b"imei=1", b"imei=2")
    same(captured, 3)


def test_only_the_entry_itself_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.har", log([entry(f"https://a.test/{n}") for n in range(3)]))
    data, found = path.read_bytes(), all_of(path)
    broken = data[: int(found[2].at.split("byte ")[1])] + b"\xff\xff[[["
    assert exchange_at(broken, found[1].at) == found[1]
    assert exchange_at(broken, found[2].at) is None


@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from(["entry", "line"]))
def test_any_bytes_give_an_exchange_or_nothing(data: bytes, at: int, word: str) -> None:
    exchange_at(data, f"{word} 1, byte {at}")
    exchange_at(b"5:" + data, f"{word} 1, byte {at}")
    exchange_at(b"0" * 64 + b" " + data, f"{word} 1, byte {at}")


def test_other_places_are_none() -> None:
    assert exchange_at(b"{}", "manifest") is None
    assert exchange_at(b"{}", "entry 1, byte 99") is None
    assert exchange_at(b"{}", "entry 1, byte -1") is None
