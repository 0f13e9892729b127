"""Values that only the name of their field makes personal: names, passports, device identifiers."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping

import re2

from scanner.personal import numbers
from scanner.personal.keys import COMPANY, THING, words_of
from scanner.personal.names import is_likely_word, is_person_name

_OLD_EMULATOR = "9774d56d682e549c"
"""The Android ID that many old emulators and phones shared: it points to nobody."""
_HEX = re.compile(r"[0-9a-fA-F]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_PASSPORT = re.compile(
    r"[EG]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E?\d{7,8}|C\d{8}|C[A-Z]\d{7}|[LT]\d{8}|[HM]\d{8}(?:\d{2})?"
    r"|\d{8}|[\u4e00-\u9fa5]字第\d{4,8}号"
)
_DATE = re.compile(r"((?:18|19|20)\d\d)[-/.年]?(0?[1-9]|1[0-2])[-/.月]?(0?[1-9]|[12]\d|3[01])日?")
_LATIN_NAME = re.compile(r"[A-Z][a-z]+(?:[ +][A-Z][a-z.]*){1,3}")
_RUN = re.compile(r"[\u4e00-\u9fa5][\u4e00-\u9fa50-9A-Za-z\-－#（）()· ]{8,100}")
"""What an address is written in, in pieces of bounded length."""
_HAN_RANGE = "\u4e00-\u9fa5"
_ADDRESS = re2.compile(
    rf"[{_HAN_RANGE}]{{2,10}}(?:省|自治区|市)[{_HAN_RANGE}0-9A-Za-z\-]{{1,24}}?(?:区|县|市|旗|镇|乡)"
    rf"[{_HAN_RANGE}0-9A-Za-z\-－#（）()· ]{{1,40}}(?:路|街|道|巷|村|号|栋|幢|单元|室|弄|苑|园)"
    rf"(?:[{_HAN_RANGE}0-9A-Za-z\-#]{{0,24}}(?:号|栋|幢|楼|层|单元|室|户))?"
)
_EMPTY_WORDS = "null none undefined true false nan nil unknown 0 - -- test string number text"
_GENDERS = frozenset(("m", "f", "male", "female", "man", "woman", "男", "女", "男性", "女性"))
_WECHAT = frozenset(("wechat", "weixin", "wx", "wxid", "wechatid", "weixinid", "wechatno"))
_QQ = frozenset(("qq", "qqno", "qqnum", "qqnumber", "qqid"))
_BARE = frozenset(("wechat", "weixin", "wx", "x"))
"""Names that may as well hold a state: weixin=not_installed."""
_NUMBERED = frozenset(("x", "id", "no", "num", "number", "account", "user", "my", "bind"))
"""Words that may stand beside the name of a messenger where the value is a person's account."""
_OPEN_ID = re.compile(r"o[A-Za-z0-9_\-]{27}")
_WECHAT_ID = re.compile(r"(?!wx[0-9a-f]{16}$)(?!gh_)(?!v\d)[A-Za-z][\w\-]{5,19}")
"""An account at WeChat; wx and 16 hex digits are an app's, gh_ begins a channel's."""
_QQ_NUMBER = re.compile(r"[1-9]\d{5,10}")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• \-]?"
    r"(?=.*\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]"
)
"""A number plate in a field that is named after one."""
_GEOHASH_KEY = re.compile(r"(?i)geo_?hash")
_HASHED_KEY = re.compile(r"(?i)md5|sha|hash|digest|enc")
_HASHED_KINDS = (
    "imei",
    "oaid",
    "aaid",
    "android_id",
    "mac",
    "phone",
    "email",
    "id_card",
    "imsi",
    "name",
)

_PLACEHOLDERS = (
    *("", "null", "NULL", "none", "None", "undefined", "unknown", "UNKNOWN", "nil", "nan", "N/A"),
    *("0", "00000000", "0" * 11, "0" * 14, "0" * 15, "0" * 16, "0" * 32, "0" * 64, "-1", "1"),
    *("true", "false", "test", "default", " ", "-", "{}", "[]", '""', _OLD_EMULATOR),
    *("02:00:00:00:00:00", "020000000000", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"),
    *("FF:FF:FF:FF:FF:FF", "00000000-0000-0000-0000-000000000000", "1" * 15, "123456789012345"),
)
_NOTHING = frozenset(_EMPTY_WORDS.split()) | frozenset(
    hashlib.new(name, word.encode(), usedforsecurity=False).hexdigest()
    for name in ("md5", "sha1", "sha256")
    for word in _PLACEHOLDERS
)
"""What programs send when they know no value, and digests of it: they point to nobody."""

Told = tuple[str, bool]
"""A kind of data, and whether it is sure."""


_AS_WRITTEN = frozenset(
    ("name", "address", "password", "typed_text", "clipboard", "account", "search", "ssid")
)
_SEPARATORS = re.compile(r"[\s\-:.·()_/]")


def same_form(data_type: str, value: str) -> str:
    """Give a value as two spellings of it have it in common, where its kind allows that.

    Separators and case go; of a telephone number the digits stay, without the prefix of China.
    """
    plain = " ".join(value.split())
    if data_type in _AS_WRITTEN:
        return plain
    if data_type == "email":
        return plain.casefold()
    if data_type.startswith(("location", "track")):
        return ",".join(re.findall(r"-?\d+(?:\.\d+)?", plain)) or plain
    if data_type == "phone":
        digits = re.sub(r"\D", "", plain)
        mobile = re.fullmatch(r"(?:00)?(?:86)?(1\d{10})", digits)
        return mobile.group(1) if mobile else digits or plain
    if data_type in ("ip", "installed_apps"):
        return plain.lower()
    return _SEPARATORS.sub("", plain).upper()


def is_public_ip(value: str) -> bool:
    """Say whether the text is an IPv4 or IPv6 address that the internet routes."""
    try:
        return ipaddress.ip_address(value).is_global
    except ValueError:
        return False


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Find postal addresses: a province or city, a district or county, a street and more."""
    at = 0
    while run := _RUN.search(text, at):
        at = run.end()
        if match := _ADDRESS.search(run.group()):
            at = run.start() + match.end()
            yield run.start() + match.start(), at


def is_mac(value: str) -> bool:
    """Say whether twelve hex digits, with or without separators, are the address of a device.

    02:00:00:00:00:00 is what Android gives to everybody; all 0 or all F is no address.
    """
    digits = re.sub(r"[:\-.]", "", value).lower()
    return (
        len(digits) == 12
        and _HEX.fullmatch(digits) is not None
        and digits not in ("020000000000", "000000000000", "ffffffffffff")
    )


def is_randomised_mac(value: str) -> bool:
    """Say whether the address says of itself that software made it (bit 1 of the first octet)."""
    return bool(int(re.sub(r"[:\-.]", "", value)[:2], 16) & 2)


def telling(value: str, key: str, kinds: frozenset[str], year: int) -> Iterator[Told]:
    """Give the kinds of data that a whole value is, by the name of its field and by its form."""
    if not value or len(value) > 4096 or value.lower() in _NOTHING:
        return
    plainly = not kinds & {COMPANY, THING}
    if "device_ids" in kinds and "imei" not in kinds and numbers.is_imei(value):
        yield "imei", plainly
    for kind in sorted(kinds):
        if kind in _BY_KIND:
            sure = _BY_KIND[kind](value, key, year)
            if sure is not None:
                yield kind.removesuffix("_weak"), sure and plainly
        if (
            kind in _HASHED_KINDS
            and len(value) in (32, 40, 64)
            and _HEX.fullmatch(value)
            and len(set(value)) > 4
            and not (kind == "oaid" and len(value) in (32, 64))
        ):
            yield kind, plainly and bool(_HASHED_KEY.search(key))


def _is_hex(value: str, *lengths: int) -> bool:
    return len(value) in lengths and len(set(value)) > 3 and _HEX.fullmatch(value) is not None


def _uuid(value: str) -> bool:
    return _UUID.fullmatch(value) is not None and len(set(value)) > 4


def _name(value: str, _key: str, _year: int) -> bool | None:
    if is_person_name(value):
        return not is_likely_word(value)
    return False if _LATIN_NAME.fullmatch(value) else None


def _weak_name(value: str, _key: str, _year: int) -> bool | None:
    if is_person_name(value) and len(value) <= 3:
        return False
    return False if re.fullmatch(r"[A-Z][a-z]+[ +][A-Z][a-z]+", value) else None


def _birth(value: str, _key: str, year: int) -> bool | None:
    match = _DATE.fullmatch(re.split("[T ]", value, maxsplit=1)[0])
    if not match:
        return None
    day = f"{match[1]}{int(match[2]):02}{int(match[3]):02}"
    return True if numbers.is_date(day, year) else None


def _passport(value: str, key: str, _year: int) -> bool | None:
    """A passport_id may as well be that of an account: some call their accounts so."""
    if not _PASSPORT.fullmatch(value.upper()):
        return None
    return not value.isdigit() and "id" not in words_of(key)


def _mac(value: str, _key: str, _year: int) -> bool | None:
    return not is_randomised_mac(value) if is_mac(value) else None


def _bssid(value: str, _key: str, _year: int) -> bool | None:
    return True if is_mac(value) else None


def _android_id(value: str, _key: str, _year: int) -> bool | None:
    return True if _is_hex(value, 16) and value.lower() != _OLD_EMULATOR else None


def _oaid(value: str, _key: str, _year: int) -> bool | None:
    if value.lower() == _OLD_EMULATOR:
        return None
    return True if _is_hex(value, 16, 32, 64) or _uuid(value) else None


def _aaid(value: str, _key: str, _year: int) -> bool | None:
    return True if _uuid(value) else None


def _aaid_weak(value: str, _key: str, _year: int) -> bool | None:
    return False if _uuid(value) else None


def _device_ids(value: str, _key: str, _year: int) -> bool | None:
    whole = _uuid(value) or _is_hex(value, 14, 15, 16, 32, 40, 64)
    return False if whole or re.fullmatch(r"[A-Za-z0-9+/=_\-]{14,128}", value) else None


def _meid(value: str, _key: str, _year: int) -> bool | None:
    return True if _is_hex(value, 14) and value[0] in "aAbBcCdDeEfF9" else None


def _imei(value: str, _key: str, _year: int) -> bool | None:
    return True if numbers.is_imei(re.sub("[ -]", "", value)) else None


def _geohash(value: str, key: str, _year: int) -> bool | None:
    named = _GEOHASH_KEY.search(key)
    return True if named and re.fullmatch("[0-9b-hjkmnp-z]{6,12}", value) else None


def _serial(value: str, _key: str, _year: int) -> bool | None:
    fits = re.fullmatch(r"(?=.*[0-9])(?=.*[A-Za-z])[0-9A-Za-z]{8,20}", value)
    return False if fits else None


def _plate(value: str, _key: str, _year: int) -> bool | None:
    return True if numbers.is_vin(value) or _PLATE.fullmatch(value.upper()) else None


def _driving(value: str, _key: str, _year: int) -> bool | None:
    return True if re.fullmatch(r"\d{12}", value) else None


def _gender(value: str, _key: str, _year: int) -> bool | None:
    return True if value.lower() in _GENDERS else None


def _account(value: str, key: str, _year: int) -> bool | None:
    words = frozenset(words_of(key))
    if _OPEN_ID.fullmatch(value) and (words & _OPEN or {"open", "id"} <= words):
        return True
    if (words <= _WECHAT | _NUMBERED and words & _WECHAT) or _WECHAT_KEY.search(key):
        bare = words <= _BARE
        fits = _WECHAT_ID.fullmatch(value) and not value.isalpha()
        return True if fits and not (bare and value.replace("_", "").isalpha()) else None
    if (words <= _QQ | _NUMBERED and words & _QQ) or _QQ_KEY.search(key):
        return True if _QQ_NUMBER.fullmatch(value) else None
    if words & (_WECHAT | _QQ) or not re.fullmatch(r"[\w@.\-]{3,64}", value):
        return None
    return False


_OPEN = frozenset(("openid", "unionid", "wxopenid"))
_WECHAT_KEY = re.compile("微信(?!群|公众|支付|版)")
_QQ_KEY = re.compile("(?i)QQ号")


def _password(value: str, _key: str, _year: int) -> bool | None:
    if not re.fullmatch(r"\S{6,128}", value) or len(set(value)) < 4 or not value.isascii():
        return None
    return None if re.fullmatch(r"(?i)password|[a-z]+", value) else False


def _address(value: str, _key: str, _year: int) -> bool | None:
    return True if _ADDRESS.search(value) else None


def _ip(value: str, _key: str, _year: int) -> bool | None:
    return True if is_public_ip(value) else None


def _short_text(value: str, _key: str, _year: int) -> bool | None:
    return False if 2 <= len(value) <= 64 else None


def _number(value: str, _key: str, _year: int) -> bool | None:
    return False if re.fullmatch(r"\d{1,3}(?:\.\d+)?(?:/\d{1,3})?", value) else None


def _apps(value: str, _key: str, _year: int) -> bool | None:
    names = re.findall(
        r"(?<![\w.])(?:com|cn|org|net|io|tv|me|air|edu|gov|info|app|cc|co|im|fm|mobi|de|fr|jp|kr|uk|ru)"
        r"(?:\.[a-zA-Z][A-Za-z0-9_]*){1,8}",
        value,
    )
    return True if len(set(names)) >= 2 else None


def _face(value: str, _key: str, _year: int) -> bool | None:
    return (
        False if re.fullmatch(r"(?:data:image/\w+;base64,)?[A-Za-z0-9+/=]{200,}", value) else None
    )


_BY_KIND: Mapping[str, Callable[[str, str, int], bool | None]] = {
    "name": _name,
    "name_weak": _weak_name,
    "birth_date": _birth,
    "passport": _passport,
    "imei": _imei,
    "location": _geohash,
    "driving_licence": _driving,
    "plate": _plate,
    "mac": _mac,
    "bssid": _bssid,
    "android_id": _android_id,
    "oaid": _oaid,
    "aaid": _aaid,
    "aaid_weak": _aaid_weak,
    "device_ids": _device_ids,
    "meid": _meid,
    "serial": _serial,
    "gender": _gender,
    "account": _account,
    "password": _password,
    "address": _address,
    "ip": _ip,
    "ssid": _short_text,
    "search": _short_text,
    "device_model": _short_text,
    "carrier": _short_text,
    "os_version": _short_text,
    "clipboard": _short_text,
    "health": _number,
    "installed_apps": _apps,
    "face": _face,
}
