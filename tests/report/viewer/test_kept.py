from __future__ import annotations

import pytest

from scanner.errors import EvidenceError
from scanner.report.viewer import kept
from scanner.report.viewer.kept import Kept
from tests.report.viewer.kept_bytes import Made, zipped


def test_bytes_stay_only_while_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_HELD", 100)
    made = Made()
    first, second = made.keep(b"a" * 80, "x"), made.keep(b"b" * 80, "x")
    one = Kept(made.report(), made.open)
    for digest in (first, first, second, second, first):
        assert one.bytes_of(digest) == made.held[digest]
    assert made.opened == [first, second, first]


def test_what_is_too_large_missing_or_not_listed_is_not_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "LARGEST", 10)
    made = Made()
    large, gone = made.keep(b"a" * 11, "x"), made.keep(b"b", "x")
    made.held.pop(gone)
    one = Kept(made.report(), made.open)
    assert one.bytes_of(large) is None
    assert one.bytes_of("e" * 64) is None
    assert made.opened == []
    assert one.bytes_of(gone) is None
    with pytest.raises(EvidenceError):
        one.bytes_or_missing(gone)


def test_a_member_is_found_at_the_top_or_in_the_one_folder() -> None:
    made = Made()
    digest = made.keep(zipped({"run/a.xml": b"1", "b.xml": b"2", "x/y/a.xml": b"3"}), "x")
    one = Kept(made.report(), made.open)
    assert (one.member(digest, "a.xml"), one.member(digest, "b.xml")) == (b"1", b"2")
    assert one.member(digest, "c.xml") is None
    twice = made.keep(zipped({"p/a.xml": b"1", "q/a.xml": b"2"}), "x")
    assert Kept(made.report(), made.open).member(twice, "a.xml") is None


def test_known_values_of_the_case_are_hidden_however_written() -> None:
    made = Made()
    made.keep(
        b"name: \xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e\nserial: AB12CD34EF\n", "application/yaml"
    )
    made.keep(b"a: {b: c}\n", "application/yaml")
    one = Kept(made.report(), made.open)
    assert one.without_known("x=ab12cd34ef&y=1") == "x=*&y=1"
    assert "AB12CD34EF" not in one.without_known("serial AB12CD34EF")
    assert one.without_known("plain words") == "plain words"
