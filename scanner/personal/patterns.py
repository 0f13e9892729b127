"""Personal information recognised by its form: check digits, number ranges, the name of its field.

What only looks like it (a slice of a longer number, a time, an order number) is left out; what
fits without anything to confirm it is given as not sure.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import re2

from scanner.personal import fields, numbers
from scanner.personal.keys import COMPANY, NOT_PERSONAL, THING, kinds_of, name_before
from scanner.personal.mailboxes import is_of_a_company, is_of_a_machine
from scanner.personal.places import Place, pair_of_whole_numbers, places_in

LONGEST = 4 * 1024 * 1024
"""Characters of one text that are looked at; layers.py cuts texts there too, and says so."""
MOST = 5000
"""Values found in one text at most."""


class Found(NamedTuple):
    """A value that has the form of personal information."""

    data_type: str
    """Its kind, an id of rules/lists/data-types.yaml."""
    value: str
    """The value as it stands in the text; for the caller to mask."""
    start: int
    """Where it begins, in characters."""
    end: int
    """Where it ends."""
    sure: bool
    """Whether check digits or the name of the field confirm the form."""
    key: str
    """The name of the field, or the words before it; "" when there were none."""


_NUMBER = re2.compile(
    rb"1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}|[0-9]{4}(?:[ -][0-9]{4}){2,3}(?:[ -]?[0-9]{1,3})?"
    rb"|0[0-9]{2,3}-[0-9]{7,8}|[0-9]{6} [0-9]{8} [0-9]{3}[0-9Xx]|[0-9]{10,20}[A-FXa-fx]?"
)
_EMAIL = re2.compile(
    rb"[A-Za-z0-9](?:[A-Za-z0-9._%+\-]{0,62}[A-Za-z0-9_+\-])?@(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,6}[A-Za-z]{2,24}"
)
_MAC = re2.compile(rb"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})")
_IPV4 = re2.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_PAIRED = re2.compile(
    rb"""([A-Za-z_][A-Za-z0-9_.\-]{1,48})["'\\]{0,3}\s{0,3}(?:[:=]|>)\s{0,3}["'\\]{0,3}([^"'&,;<>{}\[\]()\s\\]{2,128})"""
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-HJ-NP-Z][·• \-]?(?:\d{5}[A-HJK]|[A-HJK][A-HJ-NP-Z0-9]\d{4}"
    r"|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9])"
)
_LABELLED = re.compile(
    r"([\u4e00-\u9fff]{0,6}(?:姓名|收货人|收件人|联系人|持卡人|户名|患者|申请人|当事人|住址|地址"
    r"|护照|通行证|护照号码|微信号?|QQ号?|车架号|出生日期|生日)(?:号码?)?)"
    r"[\"'\\]{0,3}\s{0,3}[:：=]\s{0,3}[\"'\\]{0,3}([^\s,，;；。、\"'<>{}\\|]{2,64})"
)
_HEADING = re.compile("手机|电话|联系方式|(?i:phone|mobile|tel)")
_OF_OTHERS = frozenset((COMPANY, THING))
"""What a name speaks for whose value is a company's or a thing's."""
_DOUBTFUL = _OF_OTHERS | {NOT_PERSONAL}
_CELL_REACH = 600
"""Characters within which a heading of a table still speaks for a number in a cell of its own."""


def find(text: str, key: str = "", *, year: int = numbers.LATEST_YEAR) -> list[Found]:
    """Find personal information in a text, in order of place; spans never overlap.

    `key` is the name of the field that the whole text is the value of, or a path that ends in it.
    `year` is the last year in which a person can have been born.
    """
    text = text[:LONGEST]
    kinds = kinds_of(key) if key else frozenset[str]()
    found: list[Found] = []
    if kinds:
        found.extend(_whole(text, key, kinds, year))
    if len(text) >= 5:
        flat = text.encode("ascii", "replace")
        found.extend(_numbers(text, flat, key, kinds, year))
        found.extend(_shapes(text, flat, key, kinds))
        found.extend(_places(text, key, kinds))
        found.extend(_named(text, flat, year))
    return _settled(found)


_NEVER_SURE = frozenset(
    (
        *(NOT_PERSONAL, COMPANY, "search", "ssid", "clipboard", "device_model", "serial", "health"),
        *(
            "carrier",
            "os_version",
            "password",
            "device_ids",
            "face",
            "name_weak",
            "aaid_weak",
            THING,
        ),
    )
)
"""Kinds that the name of a field alone never makes sure."""
_SOMETHING = (
    rb"[@:=<%\\]|(?:^|[^0-9A-Za-z])[0-9]{10,20}[A-FXa-fx]?(?:[^0-9A-Za-z]|$)|[0-9]{4}[ -][0-9]{4}"
    rb"|[0-9]{6} [0-9]{8}|\.[0-9]{2,17}\s?[,;|\s]|(?:-[0-9A-Fa-f]{2}){5}"
)
"""What every value in ASCII that `find` can be sure of holds, where no name speaks for it."""
_IN_SHORT = re.compile(_SOMETHING)
_IN_LONG = re2.compile(_SOMETHING)
_SHORT = 100
"""Characters up to which the regular expressions of Python are the quicker ones."""
_SURE_LENGTHS = (16, 18, 19, 20)
"""Digits of cards, identity numbers and SIM cards, which prove themselves."""


_LAST = "ABCDEFXabcdefx"
"""Letters in which an identity number (X) or the number of a SIM card (A to F) may end."""


def may_tell(text: str, key: str = "") -> bool:
    """Say whether `find` could be sure of anything here; quick, since most fields tell nothing."""
    if key and _speaks_for_itself(key):
        return True
    if len(text) < 5:
        return False
    if not text.isascii():
        return True
    if text.isalnum():
        return _may_be_number(text)
    flat = text.encode().rstrip(b"=")
    looks = _IN_SHORT if len(flat) <= _SHORT else _IN_LONG
    return len(flat) >= 5 and looks.search(flat) is not None


def _may_be_number(text: str) -> bool:
    if text.isdigit():
        return len(text) in _SURE_LENGTHS or (
            len(text) == len("0086") + 11 and (text.startswith("0086") or numbers.is_imei(text))
        )
    return 11 <= len(text) <= 21 and text[-1] in _LAST and text[:-1].isdigit()


@functools.lru_cache(maxsize=8192)
def _speaks_for_itself(key: str) -> bool:
    return not kinds_of(key) <= _NEVER_SURE


def _whole(text: str, key: str, kinds: frozenset[str], year: int) -> Iterator[Found]:
    value = text.strip()
    start = text.find(value)
    for data_type, sure in fields.telling(value, key, kinds, year):
        if not (data_type == "address" and "address_weak" in kinds):
            yield Found(data_type, value, start, start + len(value), sure, key)


def _settled(found: Iterable[Found]) -> list[Found]:
    """Where two readings overlap keep the sure one, then the longer one."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, not one.sure, -one.end)):
        if kept and one.start < kept[-1].end:
            before = kept[-1]
            if (one.sure, one.end - one.start) > (before.sure, before.end - before.start):
                kept[-1] = one
        elif len(kept) < MOST:
            kept.append(one)
    return kept


def _context(text: str, start: int, kinds: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Give the name that stands before a place, if it says anything, and all kinds spoken for."""
    if kinds and start == 0:
        return "", kinds
    said = name_before(text, start)
    own = kinds_of(said) if said else frozenset[str]()
    return (said, kinds | own) if own else ("", kinds)


# Numbers


def _numbers(text: str, flat: bytes, key: str, kinds: frozenset[str], year: int) -> Iterator[Found]:
    last_phone, count = -_CELL_REACH, 0
    headings: list[int] | None = None
    for match in _NUMBER.finditer(flat):
        start, end = match.span()
        if not _stands_alone(text, start, end):
            continue
        written = text[start:end]
        digits = re.sub("[ -]", "", written)
        said, told = _context(text, start, kinds)
        reading = _read_number(digits, written, told, year)
        if reading is None:
            continue
        data_type, sure = reading
        if data_type == "phone" and not sure and not told & _DOUBTFUL:
            sure = _abroad(text, start, digits)
            if not sure and not said and numbers.is_mobile(digits):
                if headings is None:
                    headings = [heading.end() for heading in _HEADING.finditer(text)]
                reach = start - last_phone < _CELL_REACH // 2 or _near(headings, start)
                sure = reach and _fills_cell(text, start, end)
        if data_type == "phone" and sure:
            last_phone = end
        yield Found(data_type, written, start, end, sure, said or key)
        count += 1
        if count >= MOST:
            return


def _near(headings: list[int], start: int) -> bool:
    """Say whether a heading stands not far before this place."""
    number = bisect.bisect_right(headings, start)
    return number > 0 and start - headings[number - 1] < _CELL_REACH


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether a number is whole: not a slice of a longer one, a decimal, or a masked value."""
    if start:
        before = text[start - 1]
        if before.isascii() and before.isalnum() and not _escape_before(text, start):
            return False
        sliced = before in ".-" and start > 1 and text[start - 2].isdigit()
        if before == "*" or (sliced and not _CHINA.search(text, max(0, start - 6), start)):
            return False
    if end < len(text):
        after = text[end]
        if (after.isascii() and after.isalnum()) or after == "*":
            return False
        if after in ".-" and text[end + 1 : end + 2].isdigit():
            return False
    return True


_CHINA = re.compile(r"(?:\+|%2B|(?<!\d)00)86-$")
"""The prefix of the country before a number in groups."""
_ESCAPE_BEFORE = re.compile(r"(?:%[0-9A-Fa-f]{2}|\\[nrt]|\\u[0-9A-Fa-f]{4})$")


def _escape_before(text: str, start: int) -> bool:
    return bool(_ESCAPE_BEFORE.search(text[max(0, start - 6) : start]))


Reading = tuple[str, bool] | None
"""The kind of data that a whole number is, and whether it is sure; None for no kind."""


def _read_number(digits: str, written: str, told: frozenset[str], year: int) -> Reading:
    doubtful = bool(told & _DOUBTFUL)
    return (
        _read_identity(digits, told, year, doubtful=doubtful)
        or _read_phone(digits, written, told, doubtful=doubtful)
        or _read_device(digits, told, doubtful=doubtful)
        or (_read_card(digits, written, told, doubtful=doubtful) if digits.isdigit() else None)
    )


def _read_identity(digits: str, told: frozenset[str], year: int, *, doubtful: bool) -> Reading:
    if numbers.is_id_card(digits, year):
        return "id_card", "id_card" in told or not (doubtful or numbers.is_credit_code(digits))
    if "id_card" in told and _id_like(digits, year):
        return "id_card", False
    licence = "driving_licence" in told and len(digits) == 12
    return ("driving_licence", not told & _OF_OTHERS) if licence else None


def _read_phone(digits: str, written: str, told: frozenset[str], *, doubtful: bool) -> Reading:
    named = "phone" in told
    if named and re.fullmatch(r"0\d{2,3}[2-8]\d{6,7}", digits):
        return "phone", False
    subscriber = _subscriber(digits)
    if named and not subscriber and digits.isdigit() and 10 <= len(digits) <= 13 and not doubtful:
        return "phone", False
    if not subscriber or (not named and (doubtful or told & {"imei", "bank_card", "imsi"})):
        return None
    valid = numbers.is_mobile(subscriber)
    confirmed = (named or "account" in told) and not told & _OF_OTHERS
    grouped = "-" in written and len(written) == 13
    clearly = named and not told & _OF_OTHERS
    sure = clearly or (valid and (confirmed or grouped))
    return ("phone", sure) if valid or confirmed else None


def _read_device(digits: str, told: frozenset[str], *, doubtful: bool) -> Reading:
    if numbers.is_iccid(digits):
        named = "iccid" in told and not told & _OF_OTHERS
        return "iccid", named or (digits.isdigit() and numbers.luhn(digits))
    if not digits.isdigit():
        return None
    named = bool(told & {"imei", "device_ids"})
    if numbers.is_imei(digits) and (named or not told):
        return "imei", named and not told & _OF_OTHERS
    return ("imsi", "imsi" in told) if numbers.is_imsi(digits) and not doubtful else None


def _read_card(digits: str, written: str, told: frozenset[str], *, doubtful: bool) -> Reading:
    named = "bank_card" in told
    if named and 13 <= len(digits) <= 19 and numbers.luhn(digits) and len(set(digits)) > 1:
        return "bank_card", numbers.is_bank_card(digits) and not told & _OF_OTHERS
    if named and len(digits) in (16, 19) and not doubtful:
        return "bank_card", False
    if named or doubtful or not numbers.is_bank_card(digits):
        return None
    if len(digits) != 16 and not digits.startswith(("62", "9558")):
        return None
    known = numbers.card_issuer_known(digits) and len(digits) in (16, 19)
    return "bank_card", known and (not told or " " in written or "-" in written)


def _id_like(digits: str, year: int) -> bool:
    """Say whether a number in a field for identity numbers has their form but not their proof."""
    if len(digits) == 18:
        return digits[:17].isdigit() and (
            digits[0] == "9"
            or (digits[:2] in numbers.REGIONS and numbers.is_date(digits[6:14], year))
        )
    return (
        len(digits) == 15
        and digits[:2] in numbers.REGIONS
        and numbers.is_date("19" + digits[6:12], year)
    )


def _subscriber(digits: str) -> str:
    """Give the eleven digits of a mobile number without the prefix of the country, or ""."""
    for prefix, length in (("", 11), ("86", 13), ("0086", 15)):
        rest = digits[len(prefix) :]
        if len(digits) == length and digits.startswith(prefix) and rest[0] == "1":
            return rest if rest[1] in "3456789" else ""
    return ""


def _abroad(text: str, start: int, digits: str) -> bool:
    return digits.startswith("0086") or bool(
        re.search(r"(?:\+|%2B|00)(?:86[ -]?)?$", text[max(0, start - 7) : start])
        and (digits.startswith("86") or re.search(r"86[ -]?$", text[max(0, start - 4) : start]))
    )


def _fills_cell(text: str, start: int, end: int) -> bool:
    """Say whether a number stands by itself, as in a cell of a table."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (not before or before in " \t\n|,，\xa0") and (not after or after in " \t\r\n|,，\xa0")


# Other shapes


def _shapes(text: str, flat: bytes, key: str, kinds: frozenset[str]) -> Iterator[Found]:
    if b"@" in flat:
        for match in _EMAIL.finditer(flat):
            yield from _mailbox(text, match.span(), key, kinds)
    if flat.count(b":") >= 5 or flat.count(b"-") >= 5:
        for match in _MAC.finditer(flat):
            yield from _hardware(text, match.span(), key, kinds)
    if flat.count(b".") >= 3:
        for match in _IPV4.finditer(flat):
            yield from _internet(text, match.span(), key, kinds)
    if not text.isascii():
        for plate in _PLATE.finditer(text):
            said, told = _context(text, plate.start(), kinds)
            sure = ("plate" in told or "·" in plate.group()) and not told & _OF_OTHERS
            yield Found("plate", plate.group(), *plate.span(), sure, said or key)
        for start, end in fields.addresses_in(text):
            said, told = _context(text, start, kinds)
            sure = "address" in told and not told & _OF_OTHERS
            yield Found("address", text[start:end], start, end, sure, said or key)


def _mailbox(text: str, span: tuple[int, int], key: str, kinds: frozenset[str]) -> Iterator[Found]:
    start, end = span
    value = text[start:end]
    before = text[max(0, start - 2) : start]
    if before == "//" or before[-1:] in ("/", "@") or text[end : end + 1] in ("@", "_"):
        return
    if is_of_a_machine(value):
        return
    said, told = _context(text, start, kinds)
    sure = not is_of_a_company(value) and not told & _OF_OTHERS
    yield Found("email", value, start, end, sure, said or key)


def _hardware(text: str, span: tuple[int, int], key: str, kinds: frozenset[str]) -> Iterator[Found]:
    start, end = span
    value = text[start:end]
    edges = text[start - 1 : start], text[end : end + 1]
    joined = [bool(c) and c.isascii() and (c.isalnum() or c in ":-") for c in edges]
    if joined[1] or (joined[0] and not _escape_before(text, start)) or not fields.is_mac(value):
        return
    said, told = _context(text, start, kinds)
    decimal = re.sub("[:-]", "", value).isdigit()
    if "bssid" in told:
        yield Found("bssid", value, start, end, True, said or key)
    elif NOT_PERSONAL not in told or "mac" in told:
        around = key + " " + text[max(0, start - 40) : start]
        unnamed = not decimal and not _NEAR_ROUTER.search(around)
        own = ("mac" in told or unnamed) and not told & _OF_OTHERS
        sure = own and not fields.is_randomised_mac(value)
        yield Found("mac", value, start, end, sure, said or key)


_NEAR_ROUTER = re.compile(r"(?i)ssid|wi-?fi|router|gateway|hotspot|beacon|scan")
"""Words beside an address of hardware that may be a router's, where no name says whose it is."""


def _internet(text: str, span: tuple[int, int], key: str, kinds: frozenset[str]) -> Iterator[Found]:
    start, end = span
    value = text[start:end]
    if not fields.is_public_ip(value) or not _stands_alone(text, start, end):
        return
    said, told = _context(text, start, kinds)
    before = text[max(0, start - 2) : start]
    if NOT_PERSONAL in told or before.endswith(("/", "v", "V", "@")):
        return
    yield Found("ip", value, start, end, "ip" in told and not told & _OF_OTHERS, said or key)


def _places(text: str, key: str, kinds: frozenset[str]) -> Iterator[Found]:
    if "location" in kinds and (whole := pair_of_whole_numbers(text)):
        sure = not kinds & _OF_OTHERS
        written = text[whole.start : whole.end]
        yield Found("location_precise", written, whole.start, whole.end, sure, key)
    if text.count(".") < 2 and not re.search("(?i)lat|纬度", text):
        return
    for place in places_in(text):
        said, told = _context(text, place.start, kinds)
        spoken = bool(told & {"location", "latitude", "longitude"})
        fine = _fine(text, place)
        if place.named or spoken or fine:
            clear = spoken or (fine and "location_weak" in told)
            clear = clear and not _OTHER_WORD.fullmatch(text[: place.start])
            sure = (place.named or clear) and not told & _OF_OTHERS
            data_type = "location_precise" if place.precise else "location_coarse"
            value = text[place.start : place.end]
            yield Found(data_type, value, place.start, place.end, sure, said or key)


_OTHER_WORD = re.compile(r"(?i)\s*(?!(?:point|geo|gps|network|fused|amap|baidu)\b)[a-z]{3,}\s+")
"""A word before a pair of numbers that is no way of finding a position."""


def _fine(text: str, place: Place) -> bool:
    """Say whether a pair that nothing names has four decimals: charts and drawings rarely do."""
    written = re.findall(r"\.([0-9]+)", text[place.start : place.end])
    return min(map(len, written), default=0) >= 4 and "," in text[place.start : place.end]


def _pairs(flat: bytes) -> Iterator[re.Match[str]]:
    """Give names with their values; in "sdk: imei: 86..." the second name is no value."""
    at = 0
    while match := _PAIRED.search(flat, at):
        chained = match.group(2).endswith((b":", b"="))
        at = match.start(2) if chained else match.end()
        if not chained:
            yield match


def _named(text: str, flat: bytes, year: int) -> Iterator[Found]:
    """Find in a running text the values that only their name makes personal."""
    if b":" in flat or b"=" in flat or b"</" in flat:
        for match in _pairs(flat):
            kinds = kinds_of(text[match.start(1) : match.end(1)])
            if kinds and NOT_PERSONAL not in kinds:
                yield from _told(text, text[match.start(1) : match.end(1)], kinds, match, year)
    if not text.isascii():
        for match in _LABELLED.finditer(text):
            yield from _told(text, match.group(1), kinds_of(match.group(1)), match, year)


_ONLY_IN_FIELDS = frozenset(
    (
        *("account", "search", "ssid", "clipboard", "device_model", "serial", "name", "health"),
        *("carrier", "os_version", "password", "device_ids", "face"),
    )
)
"""Kinds that any word could be: in a running text, most often a program, they are not guessed."""


def _told(
    text: str, name: str, kinds: frozenset[str], match: re.Match[str], year: int
) -> Iterator[Found]:
    start, end = match.span(2)
    value = text[start:end]
    for data_type, sure in fields.telling(value, name, kinds, year):
        if not sure and data_type in _ONLY_IN_FIELDS:
            continue
        if not (data_type == "address" and kinds & {"address_weak", "address_place", COMPANY}):
            yield Found(data_type, value, start, end, sure and COMPANY not in kinds, name)
