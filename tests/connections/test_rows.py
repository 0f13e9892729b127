from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.broken import Broken
from scanner.connections.rows import LISTED, host, is_name, number, plain, port, seconds, told
from scanner.model import Words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[2001:0DB8::1]", "2001:db8::1"),
        ("::ffff:c000:0201", "192.0.2.1"),
        ("203.0.113", ""),
        ("api.shop.cn", ""),
    ],
)
def test_an_address_has_one_form(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("API.Shop.CN.", "api.shop.cn"),
        ("api.shop.cn:443", "api.shop.cn"),
        ("203.0.113.7", ""),
        ("a b", ""),
        ("a" * 300, ""),
    ],
)
def test_a_host_is_a_name(written: str, read: str) -> None:
    assert host(written) == read


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("1777600800500", 1777600800.5),
        (1777600800500, 1777600800.5),
        (1777600800.5, 1777600800.5),
        ("2026-05-01T02:00:00.500Z", 1777600800.5),
        ("2026-05-01T10:00:00.500+08:00", 1777600800.5),
        ("2026-05-01T10:00:00", None),
        ("-1", None),
        (-1.0, None),
        (math.nan, None),
        (math.inf, None),
        (1e300, None),
    ],
)
def test_a_time_is_seconds_since_1970(time: str | float, read: float | None) -> None:
    assert seconds(time) == read


@given(st.text(max_size=20))
def test_no_word_breaks_a_reader(word: str) -> None:
    found = port(word)
    assert found is None or (found == number(word) and found < 65536)
    assert host(host(word)) == host(word)
    assert plain(plain(word)) == plain(word)
    assert not (is_name(word) and any(letter.isspace() for letter in word))


@pytest.mark.parametrize(("count", "listed"), [(0, 0), (LISTED, LISTED), (LISTED + 7, LISTED + 1)])
def test_many_bad_rows_are_few_words(count: int, listed: int) -> None:
    bad = [Broken(at=f"line {n}", reason=Words("坏", "bad")) for n in range(count)]
    found = told(bad, count)
    assert len(found) == listed
    assert (found[-1].reason.en.startswith("7 more") if listed > LISTED else True) is True
