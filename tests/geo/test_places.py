from __future__ import annotations

from typing import Any

import pytest

from scanner.geo import load_geo
from scanner.geo.places import Places, Where, is_near, worse
from scanner.model import Visit

GEO = load_geo(anycast=["104.16.0.0/13"])
ABROAD = "18.66.0.1"
"""Both databases that ship have it in the United States."""


@pytest.mark.parametrize(
    ("ip", "via", "visit", "outside"),
    [
        (ABROAD, "direct", {"vantage": "CN"}, True),
        (ABROAD, "direct", {"vantage": "cn"}, True),
        (ABROAD, "direct", {"vantage": "US", "home": "US"}, False),
        (ABROAD, "direct", {}, None),
        (ABROAD, "direct", {"vantage": "HK"}, None),
        (ABROAD, "mapped", {"vantage": "CN"}, None),
        (ABROAD, "proxy", {"vantage": "CN"}, None),
        (ABROAD, None, {"vantage": "CN"}, None),
        ("202.108.22.5", "direct", {"vantage": "CN"}, False),
        ("104.16.1.1", "direct", {"vantage": "CN"}, None),
        ("198.18.0.1", "direct", {"vantage": "CN"}, None),
        ("127.0.0.1", "direct", {"vantage": "CN"}, None),
        ("no address", "direct", {"vantage": "CN"}, None),
        (None, "direct", {"vantage": "CN"}, None),
    ],
)
def test_outside_is_said_only_where_it_can_be(
    ip: str | None, via: Any, visit: dict[str, Any], outside: bool | None
) -> None:
    where = Places(GEO, Visit(**visit)).of(ip, via)
    assert where.outside_home is outside


def test_databases_that_contradict_each_other_say_nothing_but_are_shown() -> None:
    """119.29.29.29, a resolver in mainland China, is known for contradicting answers."""
    visit = Visit(vantage="CN")
    where = Places(GEO, visit).of("119.29.29.29", "direct")
    assert (where.country, where.outside_home, where.agreed) == (None, None, False)
    assert where.answers is not None
    assert {answer.partition(":")[2] for answer in where.answers} >= {"CN", "HK"}
    assert where.anycast is False


def test_the_worse_place_of_a_host_counts() -> None:
    abroad = Where(ip="a", outside_home=True)
    unsaid = Where(ip="b")
    home = Where(ip="c", outside_home=False)
    nowhere = Where()
    order = [abroad, unsaid, home, nowhere]
    for number, one in enumerate(order):
        assert [worse(one, other) for other in order] == [number < n for n in range(4)]


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("192.168.1.5", True),
        ("::1", True),
        ("printer.local", True),
        ("router", True),
        ("1.2.4.8", False),
        ("2400:3200::1", False),
        ("api.shop.cn", False),
    ],
)
def test_what_stands_in_the_same_network_is_near(host: str, near: bool) -> None:
    assert is_near(host) == near
