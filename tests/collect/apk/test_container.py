from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.child import Unreadable
from scanner.collect.apk import container as room
from scanner.collect.apk.container import Container, open_container
from scanner.collect.apk.records import MemoryBytes
from scanner.errors import NotAuditable
from tests.collect.apk.forge import File, container


def opened(data: bytes) -> Container:
    return Container(MemoryBytes(data), "app.apk")


def tricks(box: Container) -> set[tuple[str, str]]:
    return {(one.trick, one.entry) for one in box.tricks}


def test_an_honest_container_shows_no_trick() -> None:
    box = opened(container([File("a", b"text" * 9), File("b", b"raw", method=0)]))
    assert (box.read("a", 100), box.read("b", 100)) == (b"text" * 9, b"raw")
    assert box.tricks == ()
    assert box.doubt is None


@pytest.mark.parametrize("method", [0, 8])
def test_an_unknown_method_is_read_by_its_checksum(method: int) -> None:
    box = opened(container([File("a", b"text" * 9, method=method, stored_as=0x1234)]))
    assert box.read("a", 100) == b"text" * 9
    assert tricks(box) == {("bogus-compression", "a")}


def test_an_encryption_flag_is_ignored_and_said() -> None:
    box = opened(container([File("a", b"text", flags=1)]))
    assert box.read("a", 100) == b"text"
    assert tricks(box) == {("encryption-flag", "a")}


def test_a_wrong_checksum_is_read_and_said() -> None:
    box = opened(container([File("a", b"text", crc=7)]))
    assert box.read("a", 100) == b"text"
    assert tricks(box) == {("wrong-crc", "a")}


def test_a_wrong_size_is_read_and_said() -> None:
    box = opened(container([File("a", b"text", size=3)]))
    assert box.read("a", 100) == b"text"
    assert tricks(box) == {("wrong-size", "a")}


def test_of_two_files_with_one_name_the_first_is_read_and_doubt_stays() -> None:
    box = opened(container([File("a", b"first"), File("a", b"second")]))
    assert box.read("a", 100) == b"first"
    assert tricks(box) == {("duplicate-entry", "a")}
    assert box.doubt is not None


def test_prepended_bytes_are_skipped_and_said() -> None:
    box = opened(container([File("a", b"text")], before=b"#!/bin/sh\n"))
    assert box.read("a", 100) == b"text"
    assert tricks(box) == {("prepended-bytes", "")}


def test_a_local_header_of_another_name_is_said() -> None:
    box = opened(container([File("a", b"text", local_name="b")]))
    assert tricks(box) == {("header-mismatch", "a")}


def test_bytes_after_the_end_are_said() -> None:
    assert tricks(opened(container([File("a", b"x")]) + b"more")) == {("header-mismatch", "")}


@pytest.mark.parametrize("name", ["../a", "/a", "a\\b", "a/../b", "C:a", "a\nb", "a\0b", "a\udcff"])
def test_unsafe_names_are_labels_only(name: str) -> None:
    box = opened(container([File(name, b"text")]))
    assert {trick for trick, _ in tricks(box)} == {"unsafe-name"}
    assert box.read(next(iter(box.entries)), 100) == b"text"


@pytest.mark.parametrize(
    "name", ["AndroidManifest.xml/", "classes.dex/", "androidmanifest.XML", "resources.arsc/x"]
)
def test_decoys_of_well_known_names_are_said(name: str) -> None:
    box = opened(container([File("AndroidManifest.xml", b"x"), File(name, b"y")]))
    assert tricks(box) == {("decoy-entry", name)}


def test_many_of_one_trick_are_summed_up() -> None:
    box = opened(container([File(f"f{n:03}", b"x", flags=1) for n in range(50)]))
    assert len(box.tricks) == room.MAX_REPORTS_PER_TRICK + 1
    assert box.tricks[-1].at == "50 entries"


def test_a_cut_container_is_salvaged_and_doubted() -> None:
    whole = container([File("a", b"text" * 99), File("b", os.urandom(999)), File("c", b"x" * 9)])
    box = opened(whole[:900])
    assert tricks(box) == {("truncated", "")}
    assert box.doubt is not None
    assert box.read("a", 1000) == b"text" * 99
    assert "c" not in box.entries


def test_a_directory_broken_half_way_is_doubted() -> None:
    data = bytearray(container([File("a", b"x"), File("b", b"y")]))
    data[data.rfind(b"PK\1\2")] = 0
    box = opened(bytes(data))
    assert set(box.entries) == {"a"}
    assert box.doubt is not None


@pytest.mark.parametrize("method", [0, 8])
def test_a_large_entry_is_refused_by_its_limit(method: int) -> None:
    box = opened(container([File("a", b"x" * 1000, method=method)]))
    with pytest.raises(Unreadable, match="past the limit"):
        box.read("a", 999)


def test_a_small_stated_size_does_not_hide_a_bomb() -> None:
    box = opened(container([File("a", bytes(50 << 20), size=10)]))
    with pytest.raises(Unreadable, match="250 to 1"):
        box.read("a", 100 << 20)


def test_the_total_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_TOTAL_BYTES", 1500)
    box = opened(container([File("a", os.urandom(1000)), File("b", os.urandom(1000))]))
    box.read("a", 1000)
    with pytest.raises(Unreadable):
        box.read("b", 1000)


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_ENTRIES", 1)
    with pytest.raises(NotAuditable, match="over the limit"):
        opened(container([File("a"), File("b")]))


def test_a_missing_entry_and_broken_data_are_unreadable() -> None:
    data = bytearray(container([File("a", b"text" * 99)]))
    data[31] = 0xFF
    box = opened(bytes(data))
    for name in ("a", "b"):
        with pytest.raises(Unreadable):
            box.read(name, 1000)


@pytest.mark.parametrize("data", [b"", b"just text", b"PK", bytes(4096)])
def test_what_is_no_zip_is_refused_with_a_hint(data: bytes) -> None:
    with pytest.raises(NotAuditable) as caught:
        opened(data)
    assert caught.value.hint


def test_a_huge_sparse_file_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sparse.apk"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(NotAuditable), open_container(path, "sparse.apk"):
        pass


@pytest.mark.parametrize("method", [0, 8])
def test_the_head_of_an_entry_is_read_without_the_rest(method: int) -> None:
    data = container([File("a", b"head" + bytes(9 << 20), method=method)])
    assert opened(data).head("a", 4) == b"head"
