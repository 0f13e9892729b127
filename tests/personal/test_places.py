"""Positions: transforms against published reference values, pairs as programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.personal import places


def test_the_reference_point() -> None:
    """Tian'anmen, as Amap's own conversion shows it."""
    lat, lng = places.gcj02_from_wgs84(39.9087, 116.3974)
    assert (round(lat, 5), round(lng, 5)) == (39.91010, 116.40364)


@given(st.floats(18, 50), st.floats(80, 130))
def test_shifts_are_as_large_as_known_and_can_be_undone(lat: float, lng: float) -> None:
    shifted = places.gcj02_from_wgs84(lat, lng)
    assert 10 < places.metres_between((lat, lng), shifted) < 1200
    assert places.metres_between(places.wgs84_from_gcj02(*shifted), (lat, lng)) < 0.1
    baidu = places.bd09_from_gcj02(*shifted)
    assert 300 < places.metres_between(baidu, shifted) < 2000
    assert places.metres_between(places.gcj02_from_bd09(*baidu), shifted) < 5


@given(st.floats(-60, 3), st.floats(-170, 70))
def test_outside_china_nothing_is_shifted(lat: float, lng: float) -> None:
    assert places.gcj02_from_wgs84(lat, lng) == (lat, lng)
    assert not places.in_china(lat, lng)


@pytest.mark.parametrize(
    ("text", "latitude", "precise", "named"),
    [
        ('{"lat":39.9087,"lng":116.3974}', 39.9087, True, True),
        ("lng=116.3974&lat=39.9087", 39.9087, True, True),
        ('{"latitude":"37.7749","longitude":"-122.4194"}', 37.7749, True, True),
        ("latitudeE6=39908700&longitudeE6=116397400", 39.9087, True, True),
        ("userLat: 31.23, userLng: 121.47", 31.23, False, True),
        ("纬度：39.9087，经度：116.3974", 39.9087, True, True),
        ("116.397428,39.90923", 39.90923, True, False),
        ("39.90923, 116.397428", 39.90923, True, False),
        ("x=116.331&y=39.221", 39.221, True, False),
    ],
)
def test_pairs(text: str, latitude: float, precise: bool, named: bool) -> None:
    (place,) = places.places_in(text)
    assert place.latitude == pytest.approx(latitude)
    assert (place.precise, place.named) == (precise, named)


@pytest.mark.parametrize(
    "text", ["lat:0,lng:0", "lat:39,lng:116", "1.5,2.5", "lat=abc&lng=1.2", "v1.2.3", "x=1.5&y=2.5"]
)
def test_no_pairs(text: str) -> None:
    assert not list(places.places_in(text))


@given(st.text("lat lng:=,.0123456789-\"'", max_size=120))
def test_places_lie_inside(text: str) -> None:
    for place in places.places_in(text):
        assert 0 <= place.start < place.end <= len(text)
        assert abs(place.latitude) <= 90
        assert abs(place.longitude) <= 180


@pytest.mark.parametrize(
    ("lat", "lng"),
    [("3070262", "12090978"), ("30702620", "120909780"), ("307026200", "1209097800")],
)
def test_both_degrees_are_counted_in_the_same_parts(lat: str, lng: str) -> None:
    [place] = places.places_in(f"lat={lat}&lng={lng}")
    assert (place.latitude, place.longitude) == pytest.approx((30.70262, 120.90978))
    assert place.precise


@pytest.mark.parametrize("text", ["118511462,37064916", "37064916,118511462", " 3706491;11851146 "])
def test_two_whole_numbers_may_be_a_place(text: str) -> None:
    place = places.pair_of_whole_numbers(text)
    assert place is not None
    assert (place.latitude, place.longitude) == pytest.approx((37.064916, 118.511462), abs=1e-5)


@pytest.mark.parametrize(
    "text", ["", "1,2", "118511462", "118511462,37064916,5", "900000,37064916"]
)
def test_other_whole_numbers_are_no_place(text: str) -> None:
    assert places.pair_of_whole_numbers(text) is None
