"""Bags by RFC 8493: names and words that would break their lines."""

from __future__ import annotations

from pathlib import Path

import bagit
import pytest

from scanner.leaving.bags import encoded, write_bag
from scanner.leaving.copies import Content


@pytest.mark.parametrize(
    ("name", "written"),
    [("a%b", "a%25b"), ("a\nb", "a%0Ab"), ("a\rb", "a%0Db"), ("测试 a", "测试 a")],
)
def test_names_are_written_as_the_rfc_wants(tmp_path: Path, name: str, written: str) -> None:
    assert encoded(name) == written
    write_bag(tmp_path / "bag", Content({name: b"x"}, {}), {"Bagging-Date": "2026-11-22"})
    manifest = (tmp_path / "bag" / "manifest-sha256.txt").read_bytes().decode()
    assert manifest.endswith(f"  data/{written}\n")
    assert manifest.count("\n") == 1
    if "%" not in name:  # which that library leaves as it stands, against RFC 8493, 2.1.3
        bagit.Bag(str(tmp_path / "bag")).validate()


def test_words_stay_on_their_line(tmp_path: Path) -> None:
    hostile = "app\nPayload-Oxum: 0.0\r\n  more\u2028x"
    write_bag(tmp_path / "bag", Content({"a": b"xy"}, {}), {"External-Description": hostile})
    info = bagit.Bag(str(tmp_path / "bag")).info
    assert info["External-Description"] == "app Payload-Oxum: 0.0   more x"
    assert info["Payload-Oxum"] == "2.1"


def test_a_bag_with_a_changed_byte_is_no_bag(tmp_path: Path) -> None:
    write_bag(tmp_path / "bag", Content({"f/a": b"xy"}, {}), {})
    (tmp_path / "bag" / "data" / "f" / "a").write_bytes(b"xz")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path / "bag")).validate()
