"""Made-up persons: one value of each kind, nobody's, and the ways of writing it."""

from __future__ import annotations

import datetime
import random
import string
import uuid
from collections.abc import Callable, Mapping

DIGITS = string.digits
HEX = "0123456789abcdef"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英澹昭翀禕彧淼湉"
SEGMENTS = ("134", "135", "139", "150", "158", "166", "177", "186", "189", "191", "198", "199")
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
ADDRESSES = (
    "北京市朝阳区望京街道阜通东大街{}号院{}号楼{}室",
    "广东省深圳市南山区科技园路{}号{}栋{}室",
    "浙江省杭州市西湖区文三路{}号{}幢{}单元",
    "四川省成都市武侯区人民南路{}段{}号{}室",
)


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(DIGITS, k=count))


def hexits(rng: random.Random, count: int) -> str:
    while True:
        made = "".join(rng.choices(HEX, k=count))
        if len(set(made)) > 4 and not made.isdigit():
            return made


def with_luhn(first: str) -> str:
    """Give the digits with their Luhn digit, computed by the table of doubled digits."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = sum(
        doubled[int(d)] if place % 2 == 0 else int(d) for place, d in enumerate(reversed(first))
    )
    return first + str(-total % 10)


def id_card(rng: random.Random) -> str:
    """Give an identity number with a valid check character (ISO 7064 MOD 11-2, recursive)."""
    region = rng.choice(["110105", "310104", "440305", "330106", "510107", "420106", "610113"])
    day = datetime.date(1940, 1, 1) + datetime.timedelta(days=rng.randrange(25_000))
    first = f"{region}{day:%Y%m%d}{rng.randrange(1, 1000):03}"
    rest = 0
    for digit in first:
        rest = (rest + int(digit)) * 2 % 11
    return first + "0123456789X"[(12 - rest) % 11]


def mobile(rng: random.Random) -> str:
    """Give a mobile number of a segment that is in use."""
    return rng.choice(SEGMENTS) + digits(rng, 8)


def imei(rng: random.Random) -> str:
    """Give an IMEI with its Luhn digit."""
    return with_luhn(rng.choice(["35", "86"]) + digits(rng, 12))


def mac(rng: random.Random) -> str:
    """Give the address of a device that its maker gave, in lower case with colons."""
    first = rng.choice(["3c", "a4", "f8", "00", "ac", "d8"])
    return ":".join([first, *(hexits(rng, 10)[i : i + 2] for i in range(0, 10, 2))])


def bank_card(rng: random.Random) -> str:
    """Give a card number of a large bank with its Luhn digit."""
    return with_luhn(
        rng.choice(["622848", "621700", "622202", "621661", "622588"]) + digits(rng, 12)
    )


def plate(rng: random.Random) -> str:
    """Give a number plate, of a petrol or an electric car."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    start = rng.choice(PROVINCES) + rng.choice(letters)
    if rng.random() < 0.3:
        return start + rng.choice("DF") + rng.choice(letters) + digits(rng, 4)
    return start + "".join(rng.choices(letters + DIGITS, k=4)) + rng.choice(DIGITS)


def position(rng: random.Random) -> tuple[float, float]:
    """Give a latitude and longitude in China, with six decimals."""
    return round(rng.uniform(22.6, 41.0), 6) + 1e-6, round(rng.uniform(100.0, 121.0), 6) + 1e-6


def written_position(rng: random.Random) -> str:
    return "{:.6f},{:.6f}".format(*position(rng))


def chinese_name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice([1, 2, 2, 2])))


def _email(rng: random.Random) -> str:
    local = "".join(rng.choices(string.ascii_lowercase, k=rng.randrange(4, 9)))
    joined = local.capitalize() + rng.choice([".", "_", "-", ""]) + digits(rng, 4)
    return joined + rng.choice(["@example.com", "@mail.example.org", "@qq.example.cn"])


def word(rng: random.Random, count: int) -> str:
    letters = string.ascii_lowercase + DIGITS
    return rng.choice(string.ascii_lowercase) + "".join(rng.choices(letters, k=count - 1))


def any_uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _oaid(rng: random.Random) -> str:
    return rng.choice(
        [any_uuid(rng), any_uuid(rng), hexits(rng, 16), hexits(rng, 64), hexits(rng, 32)]
    )


PERSON: Mapping[str, Callable[[random.Random], str]] = {
    "imei": imei,
    "meid": lambda rng: "A0" + hexits(rng, 12).upper(),
    "imsi": lambda rng: "460" + rng.choice(["00", "01", "02", "03", "11"]) + digits(rng, 10),
    "iccid": lambda rng: with_luhn("8986" + rng.choice(["00", "01", "03"]) + digits(rng, 13)),
    "android_id": lambda rng: hexits(rng, 16),
    "oaid": _oaid,
    "aaid": any_uuid,
    "mac": lambda rng: rng.choice([mac(rng), mac(rng).upper(), mac(rng).replace(":", "-")]),
    "phone": lambda rng: rng.choice(["", "", "+86", "+86 "]) + mobile(rng),
    "id_card": id_card,
    "name": chinese_name,
    "email": _email,
    "location_precise": written_position,
    "bank_card": bank_card,
    "passport": lambda rng: rng.choice("EG") + digits(rng, 8),
    "plate": plate,
    "account": lambda rng: "wx" + rng.choice(["_", "-", ""]) + word(rng, 8),
    "clipboard": lambda rng: "￥" + word(rng, 10).upper() + "￥ " + word(rng, 6),
    "installed_apps": lambda rng: f"cn.{word(rng, 6)}.{word(rng, 7)}",
    "address": lambda rng: rng.choice(ADDRESSES).format(*(rng.randrange(1, 999) for _ in range(3))),
}
"""How a value of each kind is made."""


def person(seed: int) -> dict[str, str]:
    """Give one value of each kind; nobody's."""
    rng = random.Random(f"person {seed}")
    return {kind: make(rng) for kind, make in PERSON.items()}


# Ways of writing the value itself


def bare(value: str) -> str:
    """Give the value without separators."""
    return "".join(c for c in value if c not in " -:.·_")


def separated(kind: str, value: str) -> str:
    """Give the value with the separators that people use for its kind."""
    plain = bare(value)
    if kind == "mac":
        return "-".join(plain[i : i + 2] for i in range(0, 12, 2))
    if kind == "phone":
        local = plain[-11:]
        return f"{local[:3]}-{local[3:7]}-{local[7:]}"
    if kind in ("bank_card", "iccid"):
        return " ".join(plain[i : i + 4] for i in range(0, len(plain), 4))
    if kind == "id_card":
        return f"{plain[:6]} {plain[6:14]} {plain[14:]}"
    if kind == "imei":
        return f"{plain[:2]}-{plain[2:8]}-{plain[8:14]}-{plain[14:]}"
    if kind == "plate":
        return f"{plain[:2]}·{plain[2:]}"
    if len(plain) == 32:
        return str(uuid.UUID(plain))
    return value


def _bare(kind: str, value: str) -> str:
    return (
        value if kind in ("email", "location_precise", "address", "installed_apps") else bare(value)
    )


STYLES: Mapping[str, Callable[[str, str], str]] = {
    "as given": lambda kind, value: value,
    "upper": lambda kind, value: value.upper(),
    "lower": lambda kind, value: value.lower(),
    "no separators": _bare,
    "separators": separated,
    "no separators, upper": lambda kind, value: _bare(kind, value).upper(),
    "no separators, lower": lambda kind, value: _bare(kind, value).lower(),
}
