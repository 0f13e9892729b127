"""Near misses: what resembles personal information and is none."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

from tests.planted.forms import _SPOKEN
from tests.planted.people import (
    DIGITS,
    PERSON,
    any_uuid,
    bank_card,
    digits,
    hexits,
    id_card,
    imei,
    mobile,
    with_luhn,
    word,
)
from tests.planted.places import PLACES, in_message
from tests.planted.planted import Planted
from tests.planted.writings import digest_of


def _other_last(value: str, rng: random.Random) -> str:
    return value[:-1] + rng.choice([d for d in DIGITS if d != value[-1]])


def _wrong_id(rng: random.Random) -> str:
    value = id_card(rng)
    return value[:-1] + rng.choice([c for c in "0123456789X" if c != value[-1]])


def credit_code(rng: random.Random) -> str:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    first = "91" + digits(rng, 6) + "".join(rng.choices(letters, k=9))
    total = sum(letters.index(c) * pow(3, place, 31) for place, c in enumerate(first))
    return first + letters[-total % 31]


def _nothing(rng: random.Random) -> str:
    nothing = rng.choice(["", "null", "unknown", "0", "000000000000000", "02:00:00:00:00:00"])
    shown = digest_of(rng.choice(["md5", "sha1", "sha256"]), nothing.encode()).hex()
    return rng.choice([shown, shown.upper()])


def _version(rng: random.Random) -> str:
    return ".".join(str(rng.randrange(250)) for _ in range(rng.choice([3, 4, 4, 5])))


def _pair(rng: random.Random, decimals: int) -> str:
    return f"{rng.uniform(5, 53):.{decimals}f},{rng.uniform(74, 135):.{decimals}f}"


NEAR: Mapping[str, tuple[str, Callable[[random.Random], str]]] = {
    "time in seconds": (
        "x ts data begin",
        lambda rng: str(rng.randrange(1_300_000_000, 1_999_999_999)),
    ),
    "time in milliseconds": (
        "x ts v id",
        lambda rng: str(rng.randrange(1_300_000_000_000, 1_999_999_999_999)),
    ),
    "time in microseconds": ("x ts v id", lambda rng: str(rng.randrange(13 * 10**14, 2 * 10**15))),
    "time in nanoseconds": ("x ts v id", lambda rng: str(rng.randrange(13 * 10**17, 2 * 10**18))),
    "day and time": ("x v sn_time", lambda rng: f"2026{rng.randrange(1, 13):02}{digits(rng, 8)}"),
    "order number": ("order_no x id orderId v", lambda rng: digits(rng, rng.randrange(12, 25))),
    "order number with Luhn": (
        "order_no orderId trade_no",
        lambda rng: with_luhn(
            rng.choice(["62", "35", "86", "8986", "4", "51"])
            + digits(rng, rng.choice([12, 13, 14, 16]))
        ),
    ),
    "order number by day": (
        "x order_no v",
        lambda rng: f"2026{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}" + digits(rng, 10),
    ),
    "slice of a longer number": (
        "x id v data",
        lambda rng: (
            digits(rng, rng.randrange(2, 9)) + mobile(rng) + digits(rng, rng.randrange(2, 9))
        ),
    ),
    "slice in letters": ("x id v", lambda rng: word(rng, 3) + mobile(rng) + rng.choice("abcxyz")),
    "mobile in an order": ("order_no trade_no msg_id", mobile),
    "decimal": ("x score v", lambda rng: f"0.{mobile(rng)}"),
    "uuid": ("x uuid request_id session_id trace_id id", any_uuid),
    "digest": (
        "sign md5 sha1 x hash etag token",
        lambda rng: hexits(rng, rng.choice([16, 32, 40, 64])),
    ),
    "digest of nothing": (
        "imei_md5 oaid_md5 phone_sha256 mac_md5 androidIdMd5 idfa_hash x",
        _nothing,
    ),
    "version": ("version x v sdk_ver appVersion build", _version),
    "credit code": ("x creditCode uscc data code", credit_code),
    "identity number, wrong check": ("x id_card idCard data", _wrong_id),
    "card, wrong check": ("x data v", lambda rng: _other_last(bank_card(rng), rng)),
    "IMEI, wrong check": ("imei x deviceImei", lambda rng: _other_last(imei(rng), rng)),
    "IMEI without a name": ("x v id", imei),
    "empty IMEI": (
        "imei deviceImei",
        lambda rng: rng.choice(["000000000000000", "111111111111119", "unknown", "null", "0"]),
    ),
    "empty MAC": (
        "mac wifiMac macAddress",
        lambda rng: rng.choice(
            ["02:00:00:00:00:00", "00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF", "020000000000"]
        ),
    ),
    "empty OAID": (
        "oaid gaid idfa vaid",
        lambda rng: rng.choice(
            ["00000000-0000-0000-0000-000000000000", "0" * 16, "0" * 64, "null", ""]
        ),
    ),
    "old emulator": ("android_id androidId", lambda rng: "9774d56d682e549c"),
    "16 hex without a name": ("x trace spanId", lambda rng: hexits(rng, 16)),
    "plate in a serial": ("x sku", lambda rng: word(rng, 2).upper() + digits(rng, 5)),
    "passport without a name": ("x sku model", lambda rng: rng.choice("EG") + digits(rng, 8)),
    "prices": ("price x amount", lambda rng: _pair(rng, 2)),
    "sizes": (
        "screen x resolution",
        lambda rng: f"{rng.choice([720, 1080, 1440])}.0,{rng.randrange(1280, 3200)}.0",
    ),
    "positions nowhere": (
        "location latlng",
        lambda rng: rng.choice(["0,0", "0.0,0.0", "4.9E-324,4.9E-324", "-1,-1"]),
    ),
    "service line": (
        "service_phone kefu hotline",
        lambda rng: rng.choice(["400-820-8820", "95588", "4008208820", "10086"]),
    ),
    "company mail": (
        "support_email contact",
        lambda rng: rng.choice(["support@", "noreply@", "service@"]) + "example.com",
    ),
    "picture name": ("x src img", lambda rng: f"icon_{word(rng, 4)}@{rng.choice('23')}x.png"),
    "words": (
        "title name x page city",
        lambda rng: rng.choice(
            ["黄金会员", "时尚女装", "张家口", "首页推荐", "金融服务", "安全中心", "应用市场"]
        ),
    ),
    "private address": (
        "ip client_ip host",
        lambda rng: f"192.168.{rng.randrange(255)}.{rng.randrange(255)}",
    ),
    "barcode": ("x sku barcode", lambda rng: "69" + digits(rng, 11)),
    "own package": ("pkg package_name app_id", PERSON["installed_apps"]),
    "masked": ("phone x mobile", lambda rng: mobile(rng)[:3] + "****" + digits(rng, 4)),
    "masked identity": ("id_card x", lambda rng: id_card(rng)[:6] + "********" + digits(rng, 4)),
}
"""What resembles personal information and is none: names of its field, and how it is made."""


def near_misses(seed: int, times: int = 6) -> Iterator[Planted]:
    """Give exchanges that carry nothing of anybody, at every place with fields."""
    rng = random.Random(f"near {seed}")
    for miss, (names, make) in NEAR.items():
        for place in (*_SPOKEN, "header", "cookie", "path"):
            for _ in range(times):
                name, value = rng.choice(names.split()), make(rng)
                if place == "websocket":
                    exchange = in_message(rng, name, value)
                else:
                    exchange = PLACES[place][1](rng, name, value)
                yield Planted(miss, f"near|{name}={value}|", place, exchange, frozenset())
