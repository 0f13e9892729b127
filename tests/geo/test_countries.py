"""The table of countries, against the list of codes that comes with the time zones."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.geo.countries import COUNTRIES, country_name, known
from scanner.model import Words

ISO = Path("/usr/share/zoneinfo/iso3166.tab")


def test_every_code_of_the_standard_is_named_once() -> None:
    if not ISO.is_file():
        pytest.skip("no list of ISO 3166-1 codes on this machine")
    rows = [row for row in ISO.read_text("utf-8").splitlines() if row and row[0] != "#"]
    codes = {row.split("\t")[0] for row in rows}
    assert len(codes) == 249
    assert set(COUNTRIES) == codes | {"XK"}


def test_no_two_countries_share_a_name_and_none_is_without() -> None:
    assert len({words.zh for words in COUNTRIES.values()}) == len(COUNTRIES)
    assert len({words.en for words in COUNTRIES.values()}) == len(COUNTRIES)
    assert all(not words.zh.isascii() and words.en for words in COUNTRIES.values())


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("HK", "中国香港", "Hong Kong, China"),
        ("MO", "中国澳门", "Macao, China"),
        ("TW", "中国台湾", "Taiwan, China"),
        ("cn", "中国", "China"),
        ("KH", "柬埔寨", "Cambodia"),
        ("AX", "奥兰群岛", "Åland Islands"),
        ("ZZ", "ZZ", "ZZ"),
    ],
)
def test_countries_are_named(code: str, zh: str, en: str) -> None:
    assert country_name(code) == Words(zh, en)


@pytest.mark.parametrize("code", ["EU", "AP", "ZZ", "AN", "A1", "T1", "", "CHN", "C", None, 86, {}])
def test_what_names_no_country_is_not_known(code: object) -> None:
    assert known(code) is None


def test_a_code_in_small_letters_is_known() -> None:
    assert known("hk") == "HK"
