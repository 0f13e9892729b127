"""A known value inside a longer word or number: near misses of each kind, written by hand."""

from __future__ import annotations

import base64
import json
import random

import pytest

from scanner.personal.edges import standing
from scanner.personal.known import KnownValues

WHOLE, PART, OTHER = "whole", "part", "other"
CASES = [
    ("email", "wang@163.com", "mail:wang@163.com,", WHOLE),
    ("email", "wang@163.com", "邮箱wang@163.com。", WHOLE),
    ("email", "wang@163.com", "ask wang@163.com.", WHOLE),
    ("email", "wang@163.com", "xiaowang@163.com", OTHER),
    ("email", "wang@163.com", "hr.wang@163.com", OTHER),
    ("email", "wang@163.com", "hr+wang@163.com", OTHER),
    ("email", "wang@163.com", "wang@163.com.cn", OTHER),
    ("email", "wang@163.com", "wang@163.company", OTHER),
    ("email", "wang@163.com", "wang@163.com-mail.cn", OTHER),
    ("installed_apps", "com.demo.app", "[com.demo.app, cn.x]", WHOLE),
    ("installed_apps", "com.demo.app", "com.demo.app:push", WHOLE),
    ("installed_apps", "com.demo.app", "/data/app/com.demo.app-x3==/base", WHOLE),
    ("installed_apps", "com.demo.app", "com.demo.app.MainActivity", PART),
    ("installed_apps", "com.demo.app", "com.demo.app.ui.home.MainActivity", PART),
    ("installed_apps", "com.demo.app", "com.demo.appstore", OTHER),
    ("installed_apps", "com.demo.app", "com.demo.app2", OTHER),
    ("installed_apps", "com.demo.app", "com.demo.app_pro", OTHER),
    ("installed_apps", "com.demo.app", "com.demo.app.lite", OTHER),
    ("installed_apps", "com.demo.app", "xcom.demo.app", OTHER),
    ("installed_apps", "com.demo.app", "www.com.demo.app", OTHER),
    ("ip", "101.202.33.44", "from 101.202.33.44:443", WHOLE),
    ("ip", "101.202.33.44", "is 101.202.33.44.", WHOLE),
    ("ip", "101.202.33.44", "1101.202.33.44", OTHER),
    ("ip", "101.202.33.44", "1.101.202.33.44", OTHER),
    ("ip", "101.202.33.44", "101.202.33.445", OTHER),
    ("ip", "101.202.33.44", "101.202.33.44.5", OTHER),
    ("account", "xiaoming123", "user=xiaoming123&", WHOLE),
    ("account", "xiaoming123", "xiaoming1234", OTHER),
    ("account", "xiaoming123", "axiaoming123", OTHER),
    ("account", "xiaoming123", "xiaoming123_old", PART),
    ("account", "xiaoming123", "xiaoming123@qq.com", PART),
    ("device_model", "HUAWEI ALN-AL00", "(HUAWEI ALN-AL00 Build/1)", WHOLE),
    ("device_model", "HUAWEI ALN-AL00", "HUAWEI ALN-AL00U", OTHER),
    ("serial", "R58N12ABCD", "XR58N12ABCDEF99", OTHER),
    ("ssid", "ChinaNet-5G", "ChinaNet-5G套餐", PART),
    ("ssid", "TP-LINK_5G", "TP-LINK_5G_1F2A", PART),
    ("name", "王芳", '"王芳"', WHOLE),
    ("name", "王芳", "女王芳香沐浴露", PART),
    ("name", "王芳", "王芳芳", PART),
    ("name", "Wang Fang", "Wang Fangyuan", OTHER),
    ("address", "北京市朝阳区建国路88号", "：北京市朝阳区建国路88号，", WHOLE),
    ("address", "北京市朝阳区建国路88号", "北京市朝阳区建国路88号院2单元", PART),
    ("address", "北京市朝阳区建国路88号", "北京市朝阳区建国路88号SOHO", PART),
    ("address", "朝阳区建国路88", "朝阳区建国路888", OTHER),
    ("phone", "13812345678", "tel13812345678", WHOLE),
    ("phone", "13812345678", "+8613812345678", WHOLE),
    ("phone", "13812345678", "0086-13812345678", WHOLE),
    ("phone", "13812345678", "u13812345678@x.cn", WHOLE),
    ("phone", "13812345678", "IMG_13812345678_2025.jpg", WHOLE),
    ("phone", "13812345678", "2025113812345678771", PART),
    ("phone", "13812345678", "9138123456780", PART),
    ("phone", "13812345678", "9998613812345678", PART),
    ("phone", "13812345678", "8613812345678999", PART),
    ("phone", "13812345678", "0.13812345678", PART),
    ("phone", "13812345678", "ab13812345678cdef0123456789abcde", PART),
    ("imei", "861234567890127", "12861234567890127999", PART),
    ("birth_date", "19900307", "2019900307", OTHER),
    ("android_id", "a1b2c3d4e5f60718", "ffa1b2c3d4e5f60718ff", PART),
    ("android_id", "a1b2c3d4e5f60718", "id=a1b2c3d4e5f60718;", WHOLE),
    ("mac", "9C:5B:4F:97:E8:80", "mac:9C:5B:4F:97:E8:80", WHOLE),
    ("mac", "9C:5B:4F:97:E8:80", "FF:9C:5B:4F:97:E8:80", PART),
    ("mac", "9C:5B:4F:97:E8:80", "9C:5B:4F:97:E8:80:01", PART),
]


@pytest.mark.parametrize(("kind", "value", "text", "told"), CASES)
def test_what_stands_beside_a_value(kind: str, value: str, text: str, told: str) -> None:
    data, letters = text.encode(), value.encode()
    assert standing(kind, "plain", letters, data, data.index(letters)) == told
    turned, letters = text[::-1].encode(), value[::-1].encode()
    assert standing(kind, "reversed", letters, turned, turned.index(letters)) == told


@pytest.mark.parametrize(("kind", "value", "text", "told"), CASES)
@pytest.mark.parametrize("wrapped", ["json", "base64", "hex", "url", "escape"])
def test_a_wrapping_makes_no_part_whole(
    kind: str, value: str, text: str, told: str, wrapped: str
) -> None:
    """What is refused, or doubtful, inside a wrapping is not sure from outside it either."""
    long = f"{text} and then some more words"
    said = {
        "json": long,
        "base64": base64.b64encode(long.encode()).decode(),
        "hex": long.encode().hex(),
        "url": "".join(f"%{one:02X}" for one in long.encode()),
        "escape": "".join(f"\\u{ord(one):04x}" for one in long),
    }[wrapped]
    hits = KnownValues({kind: [value]}).search(json.dumps({"x": said}).encode())
    wanted = {WHOLE: {True}, PART: {False}, OTHER: set[bool]()}[told]
    assert {hit.whole for hit in hits if not hit.encoding.endswith("geohash")} == wanted


def test_encoded_forms_are_whole_wherever_they_stand() -> None:
    for encoding in ("base64", "hex", "url", "sha256", "md5+base64", "bytes"):
        assert standing("email", encoding, b"abcdef", b"xabcdefx", 1) == WHOLE


def test_any_neighbours_are_survived() -> None:
    chance = random.Random(3)
    kinds = sorted({kind for kind, *_ in CASES})
    for _ in range(5_000):
        before, after = chance.randbytes(chance.randrange(6)), chance.randbytes(chance.randrange(6))
        data = before + b"13812345678" + after
        told = standing(chance.choice(kinds), "plain", b"13812345678", data, len(before))
        assert told in (WHOLE, PART, OTHER)
