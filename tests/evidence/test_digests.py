"""Digests of files, against the programs that everybody has."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from scanner.errors import EvidenceError, UsageError
from scanner.evidence import digests
from scanner.evidence.digests import Pair, of_bytes, of_file, of_files, shown, sm3, walk
from tests.evidence.authority import openssl

ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
"""The SM3 of "abc", as GB/T 32905-2016, annex A.1, gives it."""


def test_sm3_is_that_of_the_standard_and_of_openssl(tmp_path: Path) -> None:
    assert sm3(b"abc") == ABC
    data = os.urandom(3_000_000)
    (tmp_path / "file").write_bytes(data)
    said = openssl("dgst", "-sm3", "-r", tmp_path / "file").decode().split()[0]
    assert of_file(tmp_path / "file") == Pair(hashlib.sha256(data).hexdigest(), said)
    assert of_bytes(data) == of_file(tmp_path / "file")
    assert of_file(tmp_path / "file", with_sm3=False) == Pair(of_bytes(data).sha256, "")


def test_sm3_does_without_the_one_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", none)
    assert sm3(b"abc") == ABC


def test_files_that_cannot_be_read_have_no_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "folder").mkdir()
    found = of_files(tmp_path, [b"a", b"pipe", b"link", b"folder", b"none", b"n" * 9000])
    assert found.pop(b"a") == of_bytes(b"abc")
    assert set(found.values()) == {None}
    with pytest.raises(UsageError):
        of_file(tmp_path / "pipe")


def test_a_walk_finds_everything_and_follows_nothing(tmp_path: Path) -> None:
    (tmp_path / "case" / "b" / "c").mkdir(parents=True)
    (tmp_path / "case" / "b" / "c" / "file").write_bytes(b"")
    (tmp_path / "case" / "b" / "link").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "case" / "pipe")
    assert walk(tmp_path / "case") == {b"b/c/file": True, b"b/link": False, b"pipe": False}


def test_a_walk_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        (tmp_path / str(number)).write_bytes(b"")
    monkeypatch.setattr(digests, "MOST_FILES", 4)
    with pytest.raises(EvidenceError, match="over 4 entries"):
        walk(tmp_path)
    monkeypatch.undo()
    with (tmp_path / "holes").open("wb") as file:
        file.truncate(digests.MOST_BYTES + 1)
    with pytest.raises(EvidenceError, match="bytes"):
        walk(tmp_path)
    (tmp_path / "holes").unlink()
    deep = tmp_path.joinpath(*["d"] * 40)
    deep.mkdir(parents=True)
    with pytest.raises(EvidenceError, match="32 deep"):
        walk(tmp_path)
    with pytest.raises(UsageError):
        walk(tmp_path / "none")


def test_names_are_shown_on_one_line_without_what_a_terminal_obeys() -> None:
    assert shown("a\nb\x1b[31m\u202ec") == "a\\nb\\x1b[31m\\u202ec"
    assert shown(b"\xff" + "截图".encode()) == "\\xff截图"
    assert shown("x" * 10_000) == "x" * 300 + "… (10000 characters)"
