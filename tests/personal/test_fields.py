"""Values that only their name makes personal."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.personal import fields
from scanner.personal.keys import kinds_of


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("passport", "E12345678", ("passport", True)),
        ("passport", "12345678", ("passport", False)),
        ("通行证", "C12345678", ("passport", True)),
        ("vin", "1M8GDM9AXKP042788", ("plate", True)),
        ("mac", "3c5ab4010203", ("mac", True)),
        ("mac", "3a5ab4010203", ("mac", False)),
        ("meid", "A0000012345678", ("meid", True)),
        ("serialno", "R58M123ABCD", ("serial", False)),
        ("gender", "女", ("gender", True)),
        ("wechat", "wxkdz7k2q9mj", ("account", True)),
        ("openid", "oABCDEFGHIJKLMNOPQRSTUVWXYZ1", ("account", True)),
        ("qq", "7316952073", ("account", True)),
        ("app_list", "com.tencent.mm,com.taobao.taobao", ("installed_apps", True)),
        ("imei_md5", "5d41402abc4b2a76b9719d911017c592", ("imei", True)),
        ("heartRate", "72", ("health", False)),
        ("clientIp", "240e:45:1::5", ("ip", True)),
        ("birthday", "1990年1月2日", ("birth_date", True)),
        ("ssid", "my home", ("ssid", False)),
        ("pwd", "Mj!7k2q9", ("password", False)),
    ],
)
def test_by_name_and_form(key: str, value: str, told: tuple[str, bool]) -> None:
    assert told in list(fields.telling(value, key, kinds_of(key), 2026))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("passport", "null"),
        ("birthday", "2090-01-01"),
        ("birthday", "1990-13-01"),
        ("oaid", "0000000000000000"),
        ("ip", "127.0.0.1"),
        ("pwd", "******"),
        ("mac", "ffffffffffff"),
        ("gender", "7"),
        ("realName", ""),
    ],
)
def test_values_that_are_none(key: str, value: str) -> None:
    assert not list(fields.telling(value, key, kinds_of(key), 2026))


def test_addresses() -> None:
    text = "寄到广东省深圳市南山区科技园路1号301室，谢谢。另有浙江省杭州市西湖区文三路90号"
    found = [text[start:end] for start, end in fields.addresses_in(text)]
    assert len(found) == 2
    assert found[0].endswith("301室")
    assert found[1].endswith("文三路90号")
    assert not list(fields.addresses_in("上海市人民政府关于城市管理的通知"))


@given(st.text(max_size=100), st.sampled_from(["phone", "idCard", "mac", "oaid", "name", "ip"]))
def test_anything_is_survived(value: str, key: str) -> None:
    list(fields.telling(value, key, kinds_of(key), 2026))
    assert all(0 <= start < end <= len(value) for start, end in fields.addresses_in(value))


@pytest.mark.parametrize(
    ("kind", "one", "two"),
    [
        ("phone", "+86 139-1234-5678", "13912345678"),
        ("mac", "3C:5A:B4:01:02:03", "3c5ab4010203"),
        ("id_card", "11010519491231002x", "110105194912310 02X"),
        ("email", "Li.Si@Example.cn ", "li.si@example.cn"),
        ("plate", "京A·12345", "京a12345"),
        ("location_precise", "lat:39.9,lng:116.3", "39.9, 116.3"),
        ("birth_date", "1992-03-07", "1992/03/07"),
    ],
)
def test_spellings_of_one_value_have_one_form(kind: str, one: str, two: str) -> None:
    assert fields.same_form(kind, one) == fields.same_form(kind, two)


def test_what_distinguishes_values_stays() -> None:
    assert fields.same_form("password", "Ab-1 x") != fields.same_form("password", "ab1x")
    assert fields.same_form("phone", "13912345678") != fields.same_form("phone", "13912345679")
    assert fields.same_form("account", "Li_4") != fields.same_form("account", "li4")


@pytest.mark.parametrize("word", ["", "null", "0", "02:00:00:00:00:00", "unknown"])
def test_digests_of_nothing_tell_nothing(word: str) -> None:
    digest = hashlib.md5(word.encode()).hexdigest()
    assert not list(fields.telling(digest, "imei_md5", frozenset(["imei"]), 2026))
    assert not list(fields.telling(digest.upper(), "oaid", frozenset(["oaid"]), 2026))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("weixin", "not_installed"), ("wxid", "wxd930ea5d5a258f4f"), ("wechat", "gh_a1b2c3d4")),
        *(("qq", "10000"), ("ad_id", "21636369-8b52-4b4a-97b7-50923ceb3ffd")),
        *(("oaid", "9774d56d682e549c"), ("passport_id", "E12345678"), ("voice_gender", "male")),
        *(("company_birthday", "2010-01-01"), ("receiver", "马上到"), ("full_name", "计算器")),
        *(("packages", "kotlin.text,kotlin.io"), ("server_ip", "101.227.12.7")),
        *(("oaid_md5_version", "5d41402abc4b2a76b9719d911017c592"),),
    ],
)
def test_what_a_name_does_not_make_sure(key: str, value: str) -> None:
    assert not any(sure for _, sure in fields.telling(value, key, kinds_of(key), 2026))


@pytest.mark.parametrize("key", ["deviceId", "did", "device_id"])
def test_an_imei_is_one_under_the_name_of_any_device_id(key: str) -> None:
    told = list(fields.telling("490154203237518", key, kinds_of(key), 2026))
    assert ("imei", True) not in told  # begins like no device sold in China
    assert ("imei", True) in list(fields.telling("861234567890127", key, kinds_of(key), 2026))
    assert ("imei", True) not in list(fields.telling("861234567890128", key, kinds_of(key), 2026))
