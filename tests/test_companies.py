"""Names of companies: equal, different, or not to be compared; the names are made up."""

from __future__ import annotations

import time

import pytest

from scanner.companies import is_full_name, same_company


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京青禾科技有限公司", "北京青禾科技有限公司"),
        ("青禾（北京）科技有限公司", "青禾(北京)科技有限责任公司"),
        ("北京 青禾 科技有限公司", "北京青禾科技有限公司"),
        ("北京青禾科技有限公司上海分公司", "北京青禾科技有限公司"),
        ("Acme Harvest Co., Ltd.", "ACME HARVEST CO LTD"),
        ("Acme Harvest Inc.", "Acme Harvest, Incorporated"),
        ("青禾", "青禾"),
        ("北京市青禾科技有限公司", "北京青禾科技有限公司"),
        ("北京青禾科技有限公司", "青禾科技"),
        ("北京青禾科技有限公司", "北京青禾科技"),
    ],
)
def test_one_name_in_two_spellings_is_one_company(one: str, other: str) -> None:
    assert same_company(one, other) is True
    assert same_company(other, one) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京青禾科技有限公司", "上海红枫网络技术有限公司"),
        ("北京市青禾科技有限公司", "北京市红枫科技有限公司"),
        ("深圳市青禾计算机系统有限公司", "某某市第一人民医院"),
        ("Acme Harvest Co., Ltd.", "Zeta Orchard LLC"),
        ("北京青禾科技有限公司", "北京燕雀科技有限公司"),
        ("示例市青禾书店", "北京红枫科技有限公司"),
    ],
)
def test_two_full_names_with_nothing_in_common_are_two_companies(one: str, other: str) -> None:
    assert same_company(one, other) is False
    assert same_company(other, one) is False


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京青禾科技有限公司", "Beijing Qinghe Technology Co., Ltd."),
        ("青禾", "北京青禾科技有限公司"),
        ("红枫科技", "北京青禾科技有限公司"),
        ("青禾", "青禾科技"),
        ("红枫", "北京青禾科技有限公司"),
        ("北京青禾科技有限公司", "上海青禾网络技术有限公司"),
        ("青禾控股集团有限公司", "北京青禾云科技有限公司"),
        ("Acme", "Zeta Orchard LLC"),
        ("Acme Harvest LLC", "Acme China Ltd"),
        ("Zhang San", "Acme Harvest LLC"),
        ("北京科技有限公司", "上海红枫网络技术有限公司上海"),
        ("", "青禾"),
        ("青" * 201, "禾" * 201),
        ("（）", "青禾"),
        ("Inc", "Ltd"),
    ],
)
def test_a_brand_a_sister_or_another_script_leaves_it_open(one: str, other: str) -> None:
    assert same_company(one, other) is None
    assert same_company(other, one) is None


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("北京青禾科技有限公司", True),
        ("某某大学", True),
        ("青禾", False),
        ("Acme Harvest LLC", True),
        ("Android Debug", False),
        ("Ltd", False),
        ("", False),
    ],
)
def test_a_full_name_is_known_by_its_end(name: str, full: bool) -> None:
    assert is_full_name(name) is full


def test_hostile_names_are_compared_in_no_time() -> None:
    before = time.perf_counter()
    for text in ("科技" * 100, "公司" * 100, "a " * 100, "（" * 200, "北京" * 100):
        same_company(text, text[:-1] + "厂")
        is_full_name(text)
    assert time.perf_counter() - before < 60
