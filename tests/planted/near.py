"""Near misses: what resembles personal information and is none."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

from tests.planted.forms import _SPOKEN
from tests.planted.people import (
    DIGITS,
    GIVEN,
    PERSON,
    any_uuid,
    bank_card,
    chinese_name,
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


def _public_address(rng: random.Random) -> str:
    return f"{rng.choice([36, 58, 101, 113, 183, 223])}.{rng.randrange(1, 250)}.{digits(rng, 2)}.7"


def _street(rng: random.Random) -> str:
    return f"广东省深圳市南山区{rng.choice(GIVEN)}{rng.choice(GIVEN)}路{rng.randrange(1, 300)}号"


def _birthday(rng: random.Random) -> str:
    return f"{rng.randrange(1950, 2020)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"


def _state(rng: random.Random) -> str:
    states = "enabled success granted timeline supported not_installed release index_page SUPPORT"
    return rng.choice(states.split())


def _sold(rng: random.Random) -> str:
    """Give what stands where a name could: what is sold, or who sells it."""
    first = rng.choice(["金牌", "成人", "计算", "安全", "马上", "商务", "高级", "时尚", "钱包"])
    return first + rng.choice(["票", "店", "会员", "卡", "管家", "合作", "券", "器", "客服"])


def _library(rng: random.Random) -> str:
    first = rng.choice(["kotlin", "lodash", "androidx", "react", "okhttp"])
    return ",".join(f"{first}.{word(rng, 5)}" for _ in range(rng.randrange(2, 6)))


def _company_box(rng: random.Random) -> str:
    who = rng.choice(
        [
            "service",
            "customer.service",
            "cs",
            "yinsi",
            "dataprotection",
            "privacy-officer",
            "bd",
            "400",
            "kefu01",
            "support-cn",
            "feedback",
            "userhelp",
        ]
    )
    return f"{who}@{word(rng, 6)}.{rng.choice(['cn', 'com', 'com.cn'])}"


def _no_box(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{word(rng, 4)}@conference.im.{word(rng, 5)}.com",
            f"{hexits(rng, 16)}@o{digits(rng, 6)}.ingest.sentry.io",
            f"{hexits(rng, 32)}@xmpp.{word(rng, 5)}.cn",
        ]
    )


_COMPANIES = "shop store hotel merchant poi company seller vendor restaurant mall"
_THINGS = "voice tts pet avatar robot song album cartoon"
_ASPECTS = "type status version enable switch config template sign cert token limit sdk"
OF_THINGS: Mapping[str, tuple[str, str, str, Callable[[random.Random], str]]] = {
    "app at WeChat": ("", "wx weixin wechat", "app_id appid", lambda rng: "wx" + hexits(rng, 16)),
    "app at QQ": ("", "qq", "app_id appid sdk_ver version group", lambda rng: "1" + digits(rng, 8)),
    "state of a messenger": ("", "wx wechat weixin", "status share scene path login", _state),
    "server": ("server dns cdn host dst proxy gateway edge", "ip", "", _public_address),
    "version like an address": ("", "vip zip skip chip clip tip ship", "", _public_address),
    "creative": ("", "ad adv", "id", any_uuid),
    "pixels": (
        "touch click tap scroll window",
        "position pos point location",
        "",
        lambda rng: _pair(rng, 4),
    ),
    "place of a shop": (
        _COMPANIES + " default center",
        "location lat_lng gps",
        "",
        lambda rng: _pair(rng, 6),
    ),
    "address of a shop": (_COMPANIES, "address addr", "", _street),
    "gender of a thing": (_THINGS, "gender sex", "", lambda rng: rng.choice(["male", "female"])),
    "birthday of a thing": (_THINGS + " company", "birthday birth_date", "", _birthday),
    "name of a thing": (_THINGS, "full_name real_name", "", chinese_name),
    "what is sold": ("", "receiver full_name passenger holder_name contact_name", "", _sold),
    "aspect of a telephone": ("", "phone mobile tel", _ASPECTS + " price order", mobile),
    "aspect of an OAID": ("", "oaid", _ASPECTS, lambda rng: hexits(rng, rng.choice([16, 32, 64]))),
    "aspect of an Android ID": ("", "android_id", _ASPECTS, lambda rng: hexits(rng, 16)),
    "aspect of a passport": ("", "passport", "ticket token code version", PERSON["passport"]),
    "libraries": ("", "packages pkgs installed", "", _library),
    "mailbox of a company": ("", "email mail contact privacy_mail", "", _company_box),
    "no mailbox": ("", "jid topic dsn x", "", _no_box),
    "gift card": (
        "gift vip member",
        "card_no card_number",
        "",
        lambda rng: with_luhn("88" + digits(rng, 13)),
    ),
    "words that end in a degree": (
        "belong plat",
        "",
        "",
        lambda rng: f"1{digits(rng, 2)}.{digits(rng, 6)}",
    ),
}
"""Words before, words that name a person's data, words after, and the value of a thing."""


def _named(words: str, rng: random.Random) -> str:
    return rng.choice(words.split()) if words else ""


def _in_style(name: str, rng: random.Random) -> str:
    """Write the words of a name as programs do: with underscores, hyphens or capitals."""
    words = name.split("_")
    camel = words[0] + "".join(one.capitalize() for one in words[1:])
    return rng.choice(["_".join(words), "-".join(words), camel, "_".join(words).upper()])


def _things(rng: random.Random) -> Iterator[tuple[str, str, str]]:
    for miss, (before, middle, after, make) in OF_THINGS.items():
        name = "_".join(filter(None, (_named(one, rng) for one in (before, middle, after))))
        yield miss, _in_style(name, rng), make(rng)


def near_misses(seed: int, times: int = 6) -> Iterator[Planted]:
    """Give exchanges that carry nothing of anybody, at every place with fields."""
    rng = random.Random(f"near {seed}")
    for place in (*_SPOKEN, "header", "cookie"):
        for _ in range(times):
            for miss, name, value in _things(rng):
                put = in_message if place == "websocket" else PLACES[place][1]
                said = f"near|{name}={value}|"
                yield Planted(miss, said, place, put(rng, name, value), frozenset())
    for miss, (names, make) in NEAR.items():
        for place in (*_SPOKEN, "header", "cookie", "path"):
            for _ in range(times):
                name, value = rng.choice(names.split()), make(rng)
                if place == "websocket":
                    exchange = in_message(rng, name, value)
                else:
                    exchange = PLACES[place][1](rng, name, value)
                yield Planted(miss, f"near|{name}={value}|", place, exchange, frozenset())
