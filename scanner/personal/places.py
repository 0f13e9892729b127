"""Positions: the three coordinate systems used in China, and pairs of numbers that are a place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

SOUTH, NORTH, WEST, EAST = 3.86, 53.55, 73.66, 135.05
"""A box around China, in degrees."""
PRECISE_DECIMALS = 3
"""Three decimals of a degree are about 100 m, two about 1 km."""
_A = 6378245.0
"""Half axis of the Krasovsky ellipsoid, in metres."""
_EE = 0.00669342162296594323
"""Square of its eccentricity."""
_TURN = math.pi * 3000.0 / 180.0
_METRES_A_DEGREE = 111_320.0


class Place(NamedTuple):
    """A pair of numbers that reads as a position."""

    latitude: float
    longitude: float
    precise: bool
    """Whether both have three decimals or more."""
    start: int
    """Where the pair begins in the text."""
    end: int
    """Where it ends."""
    named: bool
    """Whether the text names them latitude and longitude."""


def in_china(latitude: float, longitude: float) -> bool:
    """Say whether a position lies in the box around China."""
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def gcj02_from_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Give the position as the maps of Amap and Tencent show it; outside China unchanged."""
    if not in_china(latitude, longitude):
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    north = -100.0 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300.0 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    radians = math.radians(latitude)
    magic = 1 - _EE * math.sin(radians) ** 2
    root = math.sqrt(magic)
    north = north * 180 / ((_A * (1 - _EE)) / (magic * root) * math.pi)
    east = east * 180 / (_A / root * math.cos(radians) * math.pi)
    return latitude + north, longitude + east


def wgs84_from_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """Give the true position back, to about a millimetre, by closing in on it."""
    lat, lng = latitude, longitude
    for _ in range(12):
        seen_lat, seen_lng = gcj02_from_wgs84(lat, lng)
        lat, lng = lat + latitude - seen_lat, lng + longitude - seen_lng
    return lat, lng


def bd09_from_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """Give the position as Baidu's maps show it."""
    radius = math.hypot(longitude, latitude) + 0.00002 * math.sin(latitude * _TURN)
    angle = math.atan2(latitude, longitude) + 0.000003 * math.cos(longitude * _TURN)
    return radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065


def gcj02_from_bd09(latitude: float, longitude: float) -> tuple[float, float]:
    """Give Baidu's position as Amap's maps show it, to about a metre."""
    x, y = longitude - 0.0065, latitude - 0.006
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * _TURN)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _TURN)
    return radius * math.sin(angle), radius * math.cos(angle)


def metres_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Give the distance of two near positions (latitude, longitude) on flat ground."""
    north = (first[0] - second[0]) * _METRES_A_DEGREE
    east = (first[1] - second[1]) * _METRES_A_DEGREE * math.cos(math.radians(first[0]))
    return math.hypot(north, east)


_DECIMAL = r"-?[0-9]{1,3}\.[0-9]{1,17}"
_PAIR = re.compile(
    rf"(?<![0-9A-Za-z.\-])({_DECIMAL})(?:\s?(?:[,;_/|]|%2[Cc]|%3[Bb]|%7[Cc]|，|\s)\s?)({_DECIMAL})"
    r"(?![0-9A-Za-z]|\.[0-9])"
)
_LATITUDE = r"(?:lat|latitude|weidu|纬度|y)"
_LONGITUDE = r"(?:lng|lon|long|longitude|jingdu|经度|x)"
_SAID = r"(?:E6|1e6|_?e6)?[\"'\\]{0,4}\s{0,3}(?:[:：=]|%3[AD]|\s为)\s{0,3}[\"'\\]{0,4}"
_VALUE = r"(-?[0-9]{1,10}(?:\.[0-9]{1,17})?)(?![0-9A-Za-z.])"
_NAMED = re.compile(
    rf"(?:(?<![A-Za-z])|(?<=[a-z_])(?=L)|(?<=_))(?:({_LATITUDE})|{_LONGITUDE}){_SAID}{_VALUE}"
    rf"(.{{0,60}}?)(?:(?<![A-Za-z])|(?<=[a-z_])(?=L)|(?<=_))"
    rf"(?:({_LATITUDE})|{_LONGITUDE}){_SAID}{_VALUE}",
    re.IGNORECASE | re.DOTALL,
)
_HINT = re.compile(r"(?:lat|weidu|纬度|[\"'&? ,{]y[\"'\\]{0,4}\s{0,3}[:=])", re.IGNORECASE)


def places_in(text: str) -> Iterator[Place]:
    """Find positions in a text: named pairs anywhere on earth, bare pairs in the box of China.

    Bare pairs need two decimals each; whole numbers count as parts of a degree (1e6, 1e5, 1e7)
    where they are named. Pairs named x and y may be anything, and count as bare.
    """
    if _HINT.search(text):
        for match in _NAMED.finditer(text):
            if place := _named(match):
                yield place
    for match in _PAIR.finditer(text):
        first, second = match.group(1), match.group(2)
        if min(_decimals(first), _decimals(second)) >= 2:
            pair = _in_order(float(first), float(second))
            if pair:
                precise = min(_decimals(first), _decimals(second)) >= PRECISE_DECIMALS
                yield Place(*pair, precise, match.start(1), match.end(2), named=False)


def _named(match: re.Match[str]) -> Place | None:
    if bool(match.group(1)) == bool(match.group(4)):
        return None
    values = match.group(2), match.group(5)
    latitude, longitude = values if match.group(1) else values[::-1]
    lat, lng = _degrees(latitude, longitude)
    short = {match.group(0)[:1].lower(), (match.group(4) or "x").lower()} <= {"x", "y"}
    if lat is None or lng is None or abs(lat[0]) > 90 or abs(lng[0]) > 180:
        return None
    if short and not in_china(lat[0], lng[0]):
        return None
    if abs(lat[0]) < 1e-6 and abs(lng[0]) < 1e-6:
        return None
    precise = min(lat[1], lng[1]) >= PRECISE_DECIMALS
    return Place(lat[0], lng[0], precise, match.start(2), match.end(5), named=not short)


_Degrees = tuple[float, int] | None
"""Degrees, and the number of their decimals."""
_SCALES = ((1e6, 6), (1e5, 5), (1e7, 7))
"""Parts of a degree that programs count in whole numbers, the commonest first."""


def _degrees(latitude: str, longitude: str) -> tuple[_Degrees, _Degrees]:
    """Give the degrees of a pair; whole degrees tell no place.

    Both are counted in the same parts of a degree: in those that put the pair into China, else in
    millionths. A whole number beside a decimal is counted by itself.
    """
    both = latitude, longitude
    if "." in latitude or "." in longitude:
        lat, lng = (_written(one) if "." in one else _whole(one) for one in both)
        return lat, lng
    if min(len(one.lstrip("-")) for one in both) < _FEWEST_DIGITS:
        return None, None
    for scale, decimals in _SCALES:
        if in_china(int(latitude) / scale, int(longitude) / scale):
            return (int(latitude) / scale, decimals), (int(longitude) / scale, decimals)
    return _whole(latitude), _whole(longitude)


_FEWEST_DIGITS = 6
"""Digits of a degree in China in hundred-thousandths at least: 3.86 is 386000."""


def _written(number: str) -> tuple[float, int]:
    return float(number), _decimals(number)


def _whole(number: str) -> _Degrees:
    """Read a whole number as millionths of a degree, where it is large enough to be such."""
    value = int(number)
    inside = SOUTH <= abs(value) / 1e6 <= EAST and len(number.lstrip("-")) >= 7
    return (value / 1e6, 6) if inside else None


def pair_of_whole_numbers(text: str) -> Place | None:
    """Read a text that is nothing but two whole numbers as a place in China, in either order.

    Only where the field is named after a place: two whole numbers may be anything.
    """
    match = _WHOLE_PAIR.fullmatch(text[:80])
    if not match:
        return None
    first, second = match.group(1), match.group(2)
    for latitude, longitude in ((first, second), (second, first)):
        lat, lng = _degrees(latitude, longitude)
        if lat and lng and in_china(lat[0], lng[0]):
            start, end = match.start(1), match.end(2)
            return Place(lat[0], lng[0], precise=True, start=start, end=end, named=False)
    return None


_WHOLE_PAIR = re.compile(
    r"[\s(\[\"']{0,3}([0-9]{6,10})(?:\s?(?:[,;_/|]|%2[Cc]|，|\s)\s?)([0-9]{6,10})[\s)\]\"']{0,3}"
)


def _in_order(first: float, second: float) -> tuple[float, float] | None:
    if in_china(first, second):
        return first, second
    if in_china(second, first):
        return second, first
    return None


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])
