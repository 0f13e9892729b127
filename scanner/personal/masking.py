"""Personal values as they may be shown: most of them hidden, and a digest that needs a key."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping

from scanner.personal.places import in_china

STAR = "*"


def masked(data_type: str, value: str) -> str:
    """Give the value with most of it hidden, so that a reader can tell it apart but not use it.

    At least four characters go, and a third of them; a value too short for that goes whole.
    """
    plain = " ".join(value.split())
    if not plain:
        return ""
    shown = _BY_TYPE.get(data_type, _edges(2, 2))(plain)
    return shown if _enough_hidden(plain, shown, data_type) else STAR * min(len(plain), 8)


def keyed_digest(value: str, key: bytes) -> str:
    """Give HMAC-SHA-256 of the value, hex: equal values show, none is found by trying.

    The key is kept outside the case. Raises ValueError for a key under 16 bytes.
    """
    if len(key) < 16:
        raise ValueError("the key of a digest needs 16 bytes")
    return hmac.new(key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _enough_hidden(plain: str, shown: str, data_type: str) -> bool:
    if data_type in _WHOLE:
        return True
    if data_type == "name":
        return STAR in shown
    left = sum(c.isalnum() for c in shown)
    there = sum(c.isalnum() for c in plain)
    return there - left >= 4 and left * 3 <= there * 2


def _edges(first: int, last: int) -> Callable[[str], str]:
    def mask(value: str) -> str:
        hidden = max(0, len(value) - first - last)
        return value[:first] + STAR * min(hidden, 16) + (value[-last:] if last else "")

    return mask


def _phone(value: str) -> str:
    digits = re.sub(r"\D", "", value)
    local = digits[-11:] if len(digits) >= 11 else digits
    return local[:3] + "****" + local[-4:] if len(local) == 11 else _edges(3, 2)(digits)


def _id_card(value: str) -> str:
    return _edges(6, 4)(re.sub(r"[^0-9A-Za-z]", "", value))


def _card(value: str) -> str:
    return _edges(4, 4)(re.sub(r"\D", "", value))


def _email(value: str) -> str:
    local, at, host = value.rpartition("@")
    shown = local[:1] if len(local) > 2 else ""
    return f"{shown}***{at}{host}" if at else _edges(1, 0)(value)


def _name(value: str) -> str:
    return value[:1] + STAR * max(1, min(len(value) - 1, 8))


def _position(value: str) -> str:
    """Leave one decimal of each degree, about ten kilometres."""
    given = [float(number[:32]) for number in _NUMBER.findall(value)[:2]]
    for scale in (1, 1e6, 1e5) if len(given) == 2 else ():
        first, second = (number / scale for number in given)
        if in_china(first, second) or in_china(second, first):
            return f"{first:.1f},{second:.1f}"
    return ",".join(f"{_degrees(number):.1f}" for number in given) or _edges(2, 0)(value)


_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?", re.ASCII)


def _degrees(number: float) -> float:
    """Give what a number in whole parts of a degree may mean, wherever on earth."""
    while abs(number) > 180:
        number /= 10
    return number


def _mac(value: str) -> str:
    parts = re.findall(r"[0-9A-Fa-f]{2}", value)
    if len(parts) != 6:
        return _edges(2, 2)(value)
    return f"{parts[0]}:{parts[1]}:**:**:**:{parts[5]}"


def _ip(value: str) -> str:
    if ":" in value:
        return ":".join(value.split(":")[:2]) + ":***"
    return ".".join(value.split(".")[:2]) + ".*.*"


def _address(value: str) -> str:
    """Leave the province and city; what follows leads to the door."""
    city = re.match(r"[\u4e00-\u9fff]{2,9}?(?:省|自治区|市)(?:[\u4e00-\u9fff]{2,9}?市)?", value)
    return (city.group() if city else value[:2]) + STAR * 6


def _plate(value: str) -> str:
    return value[:2] + STAR * max(1, len(value) - 3) + value[-1:]


def _hidden(value: str) -> str:
    return STAR * min(len(value), 8)


_WHOLE = frozenset(["location", "location_precise", "location_coarse", "email", "ip", "address"])
"""Kinds whose own way of hiding leaves out enough whatever the length."""
_BY_TYPE: Mapping[str, Callable[[str], str]] = {
    "phone": _phone,
    "id_card": _id_card,
    "bank_card": _card,
    "email": _email,
    "name": _name,
    "location": _position,
    "location_precise": _position,
    "location_coarse": _position,
    "track": _position,
    "mac": _mac,
    "bssid": _mac,
    "ip": _ip,
    "address": _address,
    "plate": _plate,
    "password": _hidden,
    "typed_text": _hidden,
    "clipboard": _hidden,
    "birth_date": lambda value: value[:4] + "-**-**" if value[:4].isdigit() else _hidden(value),
    "imei": _edges(6, 2),
    "imsi": _edges(5, 2),
    "iccid": _edges(6, 2),
}
