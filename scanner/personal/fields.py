"""Values that only the name of their field makes personal: names, passports, device identifiers."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping

import re2

from scanner.personal import numbers

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚"
    "符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农"
    "司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣"
    "巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位"
    "厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿"
    "薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束"
    "檀衣信展阴昝智幸奉植衡富尧闭由"
)
"""One-character surnames, the most frequent first (general knowledge)."""
_TWO_CHARACTERS = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 端木 夏侯 南宫 长孙 宇文 轩辕 闻人"
    " 独孤 申屠 淳于 单于 澹台 太史 钟离 百里 呼延 东郭 西门 公羊 赫连 濮阳 第五 完颜"
)
TWO_CHARACTER_SURNAMES = frozenset(_TWO_CHARACTERS.split())
_OLD_EMULATOR = "9774d56d682e549c"
"""The Android ID that many old emulators and phones shared: it points to nobody."""
_HEX = re.compile(r"[0-9a-fA-F]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_PASSPORT = re.compile(
    r"[EG]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E?\d{7,8}|C\d{8}|C[A-Z]\d{7}|[LT]\d{8}|[HM]\d{8}(?:\d{2})?"
    r"|\d{8}|[\u4e00-\u9fa5]字第\d{4,8}号"
)
_DATE = re.compile(r"((?:18|19|20)\d\d)[-/.年]?(0?[1-9]|1[0-2])[-/.月]?(0?[1-9]|[12]\d|3[01])日?")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}")
_HAN_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,12}[·•][\u4e00-\u9fff]{1,12}")
_LATIN_NAME = re.compile(r"[A-Z][a-z]+(?:[ +][A-Z][a-z.]*){1,3}")
_NO_NAME = re.compile(
    r"公司|中心|大学|学院|医院|银行|酒店|用户|未知|请输|请填|姓名|名称|必填|先生|女士|游客|测试|默认|系统"
)
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
_ID_KEY = re.compile(r"(?i)wechat|weixin|wx|qq|openid|open_id|unionid|union_id|微信")
_OPENID_KEY = re.compile(r"(?i)open_?id|union_?id|wechat|weixin|wx|微信")
_QQ_KEY = re.compile(r"(?i)qq")
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


def is_person_name(value: str) -> bool:
    """Say whether the text could be the name of a person in Chinese, by its surname and length."""
    if _HAN_DOTTED.fullmatch(value):
        return True
    if not _HAN.fullmatch(value) or _NO_NAME.search(value):
        return False
    if value[:2] in TWO_CHARACTER_SURNAMES:
        return len(value) >= 3
    return value[0] in SURNAMES and len(value) <= (3 if value[1:2] in "者品牌" else 4)


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
    for kind in sorted(kinds):
        if kind in _BY_KIND:
            sure = _BY_KIND[kind](value, key, year)
            if sure is not None:
                yield kind.removesuffix("_weak"), sure
        if (
            kind in _HASHED_KINDS
            and len(value) in (32, 40, 64)
            and _HEX.fullmatch(value)
            and len(set(value)) > 4
            and not (kind == "oaid" and len(value) in (32, 64))
        ):
            yield kind, bool(_HASHED_KEY.search(key))


def _is_hex(value: str, *lengths: int) -> bool:
    return len(value) in lengths and len(set(value)) > 3 and _HEX.fullmatch(value) is not None


def _uuid(value: str) -> bool:
    return _UUID.fullmatch(value) is not None and len(set(value)) > 4


def _name(value: str, _key: str, _year: int) -> bool | None:
    if is_person_name(value):
        return True
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


def _passport(value: str, _key: str, _year: int) -> bool | None:
    if not _PASSPORT.fullmatch(value.upper()):
        return None
    return not value.isdigit()


def _mac(value: str, _key: str, _year: int) -> bool | None:
    return not is_randomised_mac(value) if is_mac(value) else None


def _bssid(value: str, _key: str, _year: int) -> bool | None:
    return True if is_mac(value) else None


def _android_id(value: str, _key: str, _year: int) -> bool | None:
    return True if _is_hex(value, 16) and value.lower() != _OLD_EMULATOR else None


def _oaid(value: str, _key: str, _year: int) -> bool | None:
    return True if _is_hex(value, 16, 32, 64) or _uuid(value) else None


def _aaid(value: str, _key: str, _year: int) -> bool | None:
    return True if _uuid(value) else None


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
    return True if numbers.is_vin(value) else None


def _driving(value: str, _key: str, _year: int) -> bool | None:
    return True if re.fullmatch(r"\d{12}", value) else None


def _gender(value: str, _key: str, _year: int) -> bool | None:
    return True if value.lower() in _GENDERS else None


def _account(value: str, key: str, _year: int) -> bool | None:
    if _OPENID_KEY.search(key) and re.fullmatch(r"o[A-Za-z0-9_\-]{27}|[A-Za-z][\w\-]{5,19}", value):
        return True
    if _QQ_KEY.search(key) and re.fullmatch(r"[1-9]\d{4,11}", value):
        return True
    if _ID_KEY.search(key) or not re.fullmatch(r"[\w@.\-]{3,64}", value):
        return None
    return False


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
    names = re.findall(r"[a-z][a-z0-9_]*(?:\.[a-zA-Z][A-Za-z0-9_]*){1,8}", value)
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
