"""Check digits and ranges, against published examples and against a second way of computing."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.personal import numbers


@pytest.mark.parametrize("value", ["11010519491231002X", "440524188001010014"])
def test_identity_numbers_of_the_standard(value: str) -> None:
    """Both stand in GB 11643-1999 as examples."""
    assert numbers.is_id_card(value)
    assert numbers.is_id_card(value.lower())


@pytest.mark.parametrize(
    "value",
    [
        "110105194912310021",  # check character
        "01010519491231002X",  # region
        "110105194902310020",  # no such day
        "11010519491231002",  # too short
        "91110105MA01234567",
        "１1010519491231002X",
    ],
)
def test_no_identity_numbers(value: str) -> None:
    assert not numbers.is_id_card(value)


@given(
    st.sampled_from(sorted(numbers.REGIONS)),
    st.dates(min_value=datetime.date(1900, 1, 1)),
    st.integers(0, 999),
)
def test_exactly_one_check_character_fits(region: str, day: object, sequence: int) -> None:
    """ISO 7064 MOD 11-2 computed by its recursive rule, not by weights."""
    first = f"{region}0105{str(day).replace('-', '')[:8]}{sequence:03}"
    rest = 0
    for digit in first:
        rest = (rest + int(digit)) * 2 % 11
    expected = "0123456789X"[(12 - rest) % 11]
    assert numbers.id_check_digit(first) == expected
    fitting = [c for c in "0123456789X" if numbers.is_id_card(first + c, latest_year=9999)]
    assert fitting == [expected]


def test_nobody_was_born_in_the_future() -> None:
    first = "11010520270101001"
    value = first + numbers.id_check_digit(first)
    assert numbers.is_id_card(value, latest_year=2027)
    assert not numbers.is_id_card(value, latest_year=2026)


@pytest.mark.parametrize(
    "value", ["4111111111111111", "5555555555554444", "490154203237518", "79927398713"]
)
def test_luhn(value: str) -> None:
    assert numbers.luhn(value)
    assert [d for d in "0123456789" if numbers.luhn(value[:-1] + d)] == [value[-1]]


def test_credit_codes() -> None:
    assert numbers.is_credit_code("91330100799655058B")
    assert not numbers.is_credit_code("91330100799655058C")
    assert not numbers.is_credit_code("91330100799655058")
    assert not numbers.is_credit_code("9133010079965505IB")


def test_vin() -> None:
    assert numbers.is_vin("1M8GDM9AXKP042788")
    assert not numbers.is_vin("1M8GDM9A1KP042788")


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        (numbers.is_mobile, "13912345678", True),
        (numbers.is_mobile, "15412345678", False),
        (numbers.is_mobile, "1391234567", False),
        (numbers.is_imei, "862345678901230", numbers.luhn("862345678901230")),
        (numbers.is_imei, "000000000000000", False),
        (numbers.is_imsi, "460001234567890", True),
        (numbers.is_imsi, "310260123456789", False),
        (numbers.is_imsi, "46000123456789A", False),
        (numbers.is_iccid, "89860012345678901234", True),
        (numbers.is_iccid, "8986991234567890123", False),
        (numbers.is_iccid, "8986001234567890123F", True),
        (numbers.is_iccid, "8986001234567890123G", False),
        (numbers.is_iccid, "898600123456789012A", False),
        (numbers.is_bank_card, "6222021234567890128", numbers.luhn("6222021234567890128")),
        (numbers.is_bank_card, "4111111111111111", True),
        (numbers.is_bank_card, "1111111111111117", False),
        (numbers.card_issuer_known, "6228480402564890018", True),
        (numbers.card_issuer_known, "6299990402564890018", False),
    ],
)
def test_ranges(test: object, value: str, expected: bool) -> None:
    assert callable(test)
    assert test(value) is expected


@pytest.mark.parametrize(
    "value", ["610113194705202905", "440305199001011012", "130702198003031234"]
)
def test_no_identity_number_is_a_credit_code(value: str) -> None:
    """The first has the check character of a credit code by chance; no register is in region 01."""
    assert not numbers.is_credit_code(value[:17] + _credit_character(value[:17]))


def _credit_character(first: str) -> str:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return letters[-sum(letters.index(c) * pow(3, at, 31) for at, c in enumerate(first)) % 31]


def _mutations(value: str, letters: str, rng: random.Random) -> list[str]:
    at = rng.randrange(len(value) - 1)
    return [
        value,
        value[:at] + rng.choice(letters) + value[at + 1 :],
        value[:at] + value[at + 1] + value[at] + value[at + 2 :],
        value[:at] + value[at + 1 :],
        value[:-1] + rng.choice(letters),
    ]


NO_STDNUM = "python-stdnum is not installed; it is in the extra named test"


def test_luhn_and_imei_as_stdnum_says() -> None:
    luhn = pytest.importorskip("stdnum.luhn", reason=NO_STDNUM)
    imei = pytest.importorskip("stdnum.imei", reason=NO_STDNUM)
    rng, valid = random.Random(1), 0
    for _ in range(2000):
        first = rng.choice(["35", "86", "99", "01"]) + "".join(rng.choices("0123456789", k=12))
        for value in _mutations(first + luhn.calc_check_digit(first), "0123456789", rng):
            assert numbers.luhn(value) == luhn.is_valid(value), value
            known_maker = value[:2] in ("35", "86", "99", "01") and len(set(value)) > 2
            expected = len(value) == 15 and known_maker and imei.is_valid(value)
            assert numbers.is_imei(value) == expected, value
            valid += expected
    assert valid > 2000


def test_identity_numbers_as_stdnum_says() -> None:
    """Its list of regions is left out: it knows fewer than there have been."""
    ric = pytest.importorskip("stdnum.cn.ric", reason=NO_STDNUM)
    rng, valid = random.Random(2), 0
    for _ in range(2000):
        day = datetime.date(1920, 1, 1) + datetime.timedelta(days=rng.randrange(38_000))
        region = rng.choice(sorted(numbers.REGIONS)) + rng.choice(["0105", "0000", "0304", "1202"])
        first = f"{region}{day:%Y%m%d}{rng.randrange(1000):03}"
        for value in _mutations(first + ric.calc_check_digit(first + "0"), "0123456789X", rng):
            whole = len(value) == 18 and value[:17].isdigit()
            checked = whole and value[:2] in numbers.REGIONS and _born(ric, value)
            expected = checked and ric.calc_check_digit(value) == value[17]
            assert numbers.is_id_card(value) == expected, value
            valid += expected
    assert valid > 2000


def _born(ric: object, value: str) -> bool:
    day: Callable[[str], datetime.date] = ric.get_birth_date  # type: ignore[attr-defined]
    try:
        return 1850 <= day(value).year <= numbers.LATEST_YEAR
    except ValueError:
        return False


def test_credit_codes_as_stdnum_says() -> None:
    uscc = pytest.importorskip("stdnum.cn.uscc", reason=NO_STDNUM)
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    rng, valid = random.Random(3), 0
    for _ in range(2000):
        region = rng.choice([*sorted(numbers.REGIONS), "10"]) + "0100"
        first = rng.choice(["91", "12", "51", "92"]) + region + "".join(rng.choices(letters, k=9))
        for value in _mutations(first + uscc.calc_check_digit(first), letters, rng):
            register = value[2:4] in numbers.REGIONS or value[2:4] == "10"
            if value[:2].isdigit():
                expected = register and uscc.is_valid(value)
                assert numbers.is_credit_code(value) == expected, value
                valid += expected
    assert valid > 2000


def test_imsis_as_stdnum_says() -> None:
    """It knows the operators; where it names one of the mainland, we must know the network too."""
    imsi = pytest.importorskip("stdnum.imsi", reason=NO_STDNUM)
    named = 0
    for network in range(100):
        value = f"460{network:02}1234567890"
        operator = imsi.info(value).get("operator")
        assert bool(operator) == numbers.is_imsi(value), (network, operator)
        named += bool(operator)
    assert named > 10


def test_mobiles_as_phonenumbers_says() -> None:
    """What it takes for a mobile number is one; we also take those of data cards and machines."""
    reason = "phonenumbers is not installed; it is in the extra named test"
    phonenumbers = pytest.importorskip("phonenumbers", reason=reason)
    rng, valid = random.Random(4), 0
    for segment in range(100, 200):
        theirs = 0
        for _ in range(40):
            digits = f"{segment}{rng.randrange(10**8):08}"
            said = phonenumbers.parse("+86" + digits, None)
            kind = phonenumbers.number_type(said)
            if kind == phonenumbers.PhoneNumberType.MOBILE and str(said.national_number) == digits:
                theirs += 1
                assert numbers.is_mobile(digits), digits
        if numbers.is_mobile(f"{segment}00000000") and not theirs:
            assert segment in (140, 141, 144, 146, 148, 149, 161, 174)
        valid += theirs
    assert valid > 1000
