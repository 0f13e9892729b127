"""Numbers that prove themselves: check digits, regions and number ranges used in mainland China."""

from __future__ import annotations

import datetime

LATEST_YEAR = 2030
"""Last year of birth that is believed when the caller names no year; callers know the year."""

_REGIONS = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54"
    " 61 62 63 64 65 71 81 82 83"
)
REGIONS = frozenset(_REGIONS.split())
"""First two digits of GB/T 2260 region codes; 81 to 83 stand on residence permits for people from
Hong Kong, Macao and Taiwan."""
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_REGISTERS = REGIONS | {"10"}
"""First two digits of the region in a credit code; 10 is the register of the whole country."""
_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_UNUSED_SEGMENTS = "142 143 154 160 163 164 168 169 179 194"
_SEGMENTS = frozenset(map(str, range(130, 200))) - frozenset(_UNUSED_SEGMENTS.split())
"""First three digits of mobile numbers handed out (general knowledge, changes with the years)."""
_NETWORKS = "00 01 02 03 04 05 06 07 08 09 11 15 20"
_IMSI_NETWORKS = frozenset(_NETWORKS.split())
_ICCID_NETWORKS = (_IMSI_NETWORKS | {"10"}) - {"20"}
_LAST_OF_20 = ("", *"0123456789ABCDEF")
_TAC_BEGINNINGS = ("35", "86", "99", "01")


def luhn(digits: str) -> bool:
    """Say whether the last digit is the Luhn check digit (ISO/IEC 7812-1) of those before it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def id_check_digit(first17: str) -> str:
    """Give the check character of GB 11643 for the first 17 digits."""
    weighed = sum(int(d) * w for d, w in zip(first17, _ID_WEIGHTS, strict=True))
    return _ID_CHECK[weighed % 11]


def is_date(digits: str, latest_year: int = LATEST_YEAR) -> bool:
    """Say whether eight digits are a day from 1850 on, not after the given year."""
    try:
        day = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1850 <= day.year <= latest_year


def is_id_card(value: str, latest_year: int = LATEST_YEAR) -> bool:
    """Say whether 18 characters are a resident identity number: region, date, check character."""
    return (
        len(value) == 18
        and value[:17].isdigit()
        and value[:2] in REGIONS
        and is_date(value[6:14], latest_year)
        and id_check_digit(value[:17]) == value[17].upper()
    )


def is_credit_code(value: str) -> bool:
    """Say whether 18 characters are a unified social credit code (GB 32100-2015).

    By the region of the register (characters 3 to 8) and the check character. The region keeps one
    identity number in thirty from being taken for a company's.
    """
    code = value.upper()
    if len(code) != 18 or any(c not in _CODE_CHARACTERS for c in code):
        return False
    if not code[2:8].isdigit() or code[2:4] not in _REGISTERS:
        return False
    weighed = sum(
        _CODE_CHARACTERS.index(c) * w for c, w in zip(code[:17], _CODE_WEIGHTS, strict=True)
    )
    return _CODE_CHARACTERS[(31 - weighed % 31) % 31] == code[17]


def is_vin(value: str) -> bool:
    """Say whether 17 characters are a vehicle identification number, by its check character."""
    code = value.upper()
    if len(code) != 17 or any(not c.isdigit() and c not in _VIN_VALUES for c in code):
        return False
    values = [int(c) if c.isdigit() else _VIN_VALUES[c] for c in code]
    return (
        "0123456789X"[sum(v * w for v, w in zip(values, _VIN_WEIGHTS, strict=True)) % 11] == code[8]
    )


def is_mobile(digits: str) -> bool:
    """Say whether eleven digits lie in a range of mobile numbers that was handed out."""
    return len(digits) == 11 and digits[:3] in _SEGMENTS


def is_imei(digits: str) -> bool:
    """Say whether 15 digits are an IMEI: a known beginning, the Luhn digit, not one digit only."""
    return (
        len(digits) == 15
        and digits.startswith(_TAC_BEGINNINGS)
        and len(set(digits)) > 2
        and luhn(digits)
    )


def is_imsi(digits: str) -> bool:
    """Say whether 15 digits are an IMSI of a mainland network."""
    return (
        len(digits) == 15
        and digits.isdigit()
        and digits.startswith("460")
        and digits[3:5] in _IMSI_NETWORKS
    )


def is_iccid(value: str) -> bool:
    """Say whether 19 or 20 characters are the number of a mainland SIM card."""
    return (
        len(value) in (19, 20)
        and value.startswith("8986")
        and value[4:6] in _ICCID_NETWORKS
        and value[:19].isdigit()
        and value[19:].upper() in _LAST_OF_20
    )


_CARD_LENGTHS = range(13, 20)
_BINS = (
    "436742 456351 621081 621098 621225 621226 621286 621467 621483 621485 621486 621488"
    " 621558 621559 621660 621661 621663 621666 621700 621717 621785 621788 621790 621799"
    " 622150 622151 622155 622188 622200 622202 622203 622208 622258 622260 622262 622280"
    " 622298 622521 622522 622556 622568 622575 622576 622577 622578 622579 622580 622581"
    " 622582 622588 622598 622615 622622 622630 622660 622662 622666 622689 622690 622700"
    " 622845 622846 622848 622849 622908 622909 623668 625802 625820 625996 628288 955880"
    " 955881 955882 955883 955888"
)
_KNOWN_BINS = frozenset(_BINS.split())
"""Beginnings that the largest banks print on most of their cards (general knowledge)."""


def card_issuer_known(digits: str) -> bool:
    """Say whether the number begins as cards of the largest mainland banks do."""
    return len(digits) in (16, 17, 18, 19) and digits[:6] in _KNOWN_BINS


def is_bank_card(digits: str) -> bool:
    """Say whether the digits are a card number: length, a card scheme's range, the Luhn digit."""
    return (
        len(digits) in _CARD_LENGTHS
        and len(set(digits)) > 1
        and _of_a_scheme(digits)
        and luhn(digits)
    )


def _of_a_scheme(digits: str) -> bool:
    length, four = len(digits), int(digits[:4])
    if digits.startswith("62") or digits[:6] in _KNOWN_BINS:
        return length >= 16
    if digits.startswith("9558"):
        return length == 19
    if digits.startswith("4"):
        return length in (13, 16, 19)
    return length == 16 and (5100 <= four <= 5599 or 2221 <= four <= 2720 or 3528 <= four <= 3589)
