"""Check digits and ranges, against published examples and against a second way of computing."""

from __future__ import annotations

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
    st.dates(min_value=__import__("datetime").date(1900, 1, 1)),
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
        (numbers.is_iccid, "89860012345678901234", True),
        (numbers.is_iccid, "8986991234567890123", False),
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
