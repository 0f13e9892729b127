"""Recognisers, on planted values and on what only looks like them."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import re
import time
import uuid
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.personal import numbers
from scanner.personal.canary import CANARY, CANARY_TYPES
from scanner.personal.layers import layers
from scanner.personal.patterns import find, may_tell

RULES = Path(__file__).parents[2] / "rules"


def with_luhn(first: str) -> str:
    return next(first + d for d in "0123456789" if numbers.luhn(first + d))


def planted(chance: random.Random) -> dict[str, tuple[str, tuple[str, ...], str]]:
    """One value of each kind: (value, names of its field, words before it in a running text)."""

    def digits(count: int) -> str:
        return "".join(chance.choices("0123456789", k=count))

    def letters(count: int) -> str:
        return "".join(chance.choices("0123456789abcdef", k=count))

    born = f"{chance.randint(1950, 2010)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    first = chance.choice(["110105", "440305", "320102", "510107"]) + born + digits(3)
    octets = [f"{chance.choice(range(0, 256, 4)):02x}", *(letters(2) for _ in range(5))]
    lat, lng = chance.uniform(20, 45), chance.uniform(90, 125)
    surname, given_name = chance.choice("王李张刘陈"), chance.choice(["小明", "伟", "秀英", "子涵"])
    return {
        "phone": (
            chance.choice(["139", "186", "177", "199"]) + digits(8),
            ("phone", "mobile", "userPhone", "phone_number", "tel"),
            "手机号：",
        ),
        "id_card": (
            first + numbers.id_check_digit(first),
            ("idCard", "id_no", "sfzh"),
            "身份证号：",
        ),
        "bank_card": (with_luhn("622848" + digits(12)), ("bankCardNo", "card_no"), "银行卡号："),
        "imei": (with_luhn("86" + digits(12)), ("imei", "deviceImei", "IMEI1"), "IMEI："),
        "imsi": ("46001" + digits(10), ("imsi", "subscriberId"), "IMSI："),
        "iccid": ("898600" + digits(14), ("iccid", "simSerialNumber"), "ICCID："),
        "mac": (":".join(octets), ("mac", "wifi_mac", "macAddress"), "MAC地址："),
        "android_id": (letters(16), ("android_id", "androidId", "ANDROID_ID"), ""),
        "oaid": (letters(32), ("oaid", "OAID", "deviceOaid"), ""),
        "aaid": (str(uuid.UUID(letters(32))), ("gaid", "idfa", "advertisingId"), ""),
        "email": (f"user{digits(5)}@qq.com", ("email", "mail", "userEmail"), "邮箱："),
        "name": (surname + given_name, ("realName", "contact_name", "xm"), "姓名："),
        "passport": ("E" + digits(8), ("passport", "passportNo"), "护照号码："),
        "plate": ("京A" + digits(5), ("plateNo", "carNumber"), "车牌："),
        "address": (
            f"广东省深圳市南山区科技园路{chance.randint(1, 99)}号{chance.randint(101, 999)}室",
            ("address", "receiverAddress", "addr"),
            "收货地址：",
        ),
        "location_precise": (f"{lng:.6f},{lat:.6f}", ("location", "lnglat", "gps"), "经纬度："),
        "birth_date": (f"{born[:4]}-{born[4:6]}-{born[6:]}", ("birthday", "birth_date"), "生日："),
        "ip": (f"{chance.randint(11, 99)}.{chance.randint(1, 250)}.3.7", ("ip", "clientIp"), ""),
    }


SETS = [planted(random.Random(seed)) for seed in range(25)]
KINDS = sorted(SETS[0])


@pytest.mark.parametrize("kind", KINDS)
def test_recall_by_the_name_of_the_field(kind: str) -> None:
    missed = [
        (name, value)
        for value, names, _ in (one[kind] for one in SETS)
        for name in names
        if not any(hit[0] == kind and hit.sure and hit.value == value for hit in find(value, name))
    ]
    assert not missed


@pytest.mark.parametrize("kind", KINDS)
def test_recall_in_running_text(kind: str) -> None:
    missed = []
    for value, names, words in (one[kind] for one in SETS):
        texts = [json.dumps({names[0]: value}, ensure_ascii=False), f"a=1&{names[0]}={value}&b=2"]
        texts += [f"您好，{words}{value}，谢谢"] if words else []
        missed += [
            text for text in texts if not any(h[0] == kind and h.value == value for h in find(text))
        ]
    assert not missed


def near_misses(chance: random.Random) -> dict[str, list[str]]:
    """Values that look like personal ones and are none, by the name of their field."""
    now = 1_732_270_663_123 + chance.randint(0, 10**11)
    digits = "".join(chance.choices("0123456789", k=40))
    noise = digits.encode()
    return {
        "timestamp": [str(now), str(now // 1000), str(now * 1000)],
        "createTime": ["20241122101530", f"20241122101530{digits[:3]}", "2024-11-22 10:15:30"],
        "orderNo": [f"20241122{digits[:12]}", digits[:19], digits[:11], "1" + digits[:10]],
        "traceId": [uuid.UUID(bytes=hashlib.md5(noise).digest()).hex, str(now)],
        "requestId": [str(uuid.UUID(bytes=hashlib.md5(noise).digest()))],
        "sign": [hashlib.sha256(noise).hexdigest(), hashlib.sha1(noise).hexdigest()],
        "price": [f"{chance.randint(1, 10**6)}.{digits[:2]}", "139.12", "13912345678.00"],
        "size": [digits[:9], str(chance.randint(10**10, 2 * 10**10))],
        "version": ["1.2.3.4", "120.0.6099.71", "8.0.33"],
        "itemId": ["7" + digits[:18], digits[:18], "6" + digits[:18]],
        "icon": ["logo@2x.png", "a@b.js"],
        "masked": ["139****5678", "110105********002X", "6222 **** **** 0128"],
        "d": ["M102.34 24.12 L103.5 25.6", "0.13912345678", "x13912345678y", "139123456789"],
        "credit_code": ["91330100799655058B"],
        "servicePhone": ["4008001234", "95588", "10086"],
    }


def test_precision_of_what_is_sure() -> None:
    wrong, tried = [], 0
    for seed in range(300):
        for name, values in near_misses(random.Random(seed)).items():
            for value in values:
                tried += 3
                for text, key in (
                    (value, name),
                    (json.dumps({name: value}), ""),
                    (f"{name}={value}", ""),
                ):
                    wrong += [(text, hit) for hit in find(text, key) if hit.sure]
    assert len(wrong) * 1000 < tried, wrong[:10]


def test_numbers_without_any_name() -> None:
    """Random numbers of the lengths that matter: sure hits are as good as none, others few."""
    chance = random.Random(7)
    sure = unsure = tried = 0
    for length in (10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20):
        for _ in range(4000):
            number = "".join(chance.choices("0123456789", k=length))
            for hit in find(f"see {number} there"):
                sure, unsure = sure + hit.sure, unsure + (not hit.sure)
            tried += 1
    assert sure <= tried // 4000, sure
    assert unsure < tried * 0.02, unsure


@pytest.mark.parametrize(
    "text",
    [
        "1391234567890",
        "A13912345678",
        "13912345678Z",
        "0.13912345678",
        "139-1234-56789",
        "20241122-13912345678",
        hashlib.md5(b"1").hexdigest(),
        "139****5678",
        "科目号：211010519491231002X3",
        "https://a1b2c3@o123.ingest.example.io/1",
        "git@example.com:a/b.git",
    ],
)
def test_slices_are_no_values(text: str) -> None:
    assert not [hit for hit in find(text) if hit.sure]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("电话 +86 139-1234-5678", "phone", "139-1234-5678"),
        ("tel: 0086 13912345678", "phone", "13912345678"),
        ("mobile%3D%2B8613912345678", "phone", "8613912345678"),
        ('{\\"phone\\":\\"13912345678\\"}', "phone", "13912345678"),
        ("<phone>13912345678</phone>", "phone", "13912345678"),
        ("姓名\t手机号\n王小明\t13912345678\n", "phone", "13912345678"),
        ("身份证 110105 19491231 002x", "id_card", "110105 19491231 002x"),
        ("卡号 6228 4804 0256 4890 018", "bank_card", "6228 4804 0256 4890 018"),
        ("var a={realName:'欧阳锋'}", "name", "欧阳锋"),
        ('{"lat":39.9087,"lng":116.3974}', "location_precise", '39.9087,"lng":116.3974'),
        ("lat=39.91&lng=116.40", "location_coarse", "39.91&lng=116.40"),
        ("bssid=3c:5a:b4:01:02:03", "bssid", "3c:5a:b4:01:02:03"),
        ("imei_md5=" + hashlib.md5(b"490154203237518").hexdigest(), "imei", ""),
    ],
)
def test_ways_of_writing(text: str, kind: str, value: str) -> None:
    hits = [hit for hit in find(text) if hit.data_type == kind and hit.sure]
    assert hits
    assert not value or hits[0].value == value


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("02:00:00:00:00:00", "mac"),
        ("9774d56d682e549c", "android_id"),
        ("00000000-0000-0000-0000-000000000000", "oaid"),
        ("000000000000000", "imei"),
        ("192.168.1.10", "ip"),
        ("null", "phone"),
        ("请输入姓名", "realName"),
        ("0.0,0.0", "location"),
        ("1", "phone"),
    ],
)
def test_values_that_stand_for_nothing(text: str, key: str) -> None:
    assert not find(text, key)


def test_a_company_number_is_not_sure() -> None:
    for text in ("客服电话：13912345678", "service_phone=13912345678", "举报邮箱：jubao@qq.com"):
        assert [hit.sure for hit in find(text)] == [False], text


def test_a_credit_code_is_never_an_identity_number() -> None:
    assert not find("统一社会信用代码：91330100799655058B")


@pytest.mark.parametrize("kind", sorted(CANARY))
def test_every_canary_is_recognised(kind: str) -> None:
    if CANARY_TYPES[kind] == "typed_text":
        pytest.skip("free text has no form of its own")
    hits = find(CANARY[kind], kind)
    assert CANARY_TYPES[kind] in [hit.data_type for hit in hits]


def test_the_canary_belongs_to_nobody() -> None:
    assert numbers.is_id_card(CANARY["id_card"])
    assert CANARY["id_card"][14:17] == "000"
    assert CANARY["phone"].startswith("144")
    assert CANARY["email"].endswith("@example.com")
    assert numbers.is_bank_card(CANARY["bank_card"])
    assert len(set(CANARY.values())) == len(CANARY)
    for one, other in itertools.permutations(CANARY.values(), 2):
        assert one not in other


def test_kinds_are_those_of_the_table() -> None:
    known = yaml.safe_load((RULES / "lists" / "data-types.yaml").read_text("utf-8"))["types"]
    told = {
        hit.data_type for one in SETS for v, names, _ in one.values() for hit in find(v, names[0])
    }
    assert told <= set(known)
    assert set(CANARY_TYPES.values()) <= set(known)
    code = Path(__file__).parents[2].joinpath("scanner/personal/fields.py").read_text("utf-8")
    table = code[code.index("_BY_KIND: Mapping") :]
    named = {name.removesuffix("_weak") for name in re.findall(r'^    "(\w+)":', table, re.M)}
    assert named
    assert named <= set(known)


@given(st.text(max_size=300), st.text(max_size=30))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_spans_lie_inside_and_never_overlap(text: str, key: str) -> None:
    end = 0
    for hit in find(text, key):
        assert end <= hit.start < hit.end <= len(text)
        assert text[hit.start : hit.end] == hit.value
        end = hit.end


@given(
    st.lists(
        st.sampled_from(
            ["13912345678", "张三", "手机", ":", " ", "110105", "@", "a.cn", "\n", "lat", "39.9087"]
        ),
        max_size=40,
    ).map("".join)
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_spans_in_dense_text(text: str) -> None:
    end = 0
    for hit in find(text):
        assert end <= hit.start < hit.end <= len(text)
        assert text[hit.start : hit.end] == hit.value
        end = hit.end


@pytest.mark.parametrize(
    "hostile",
    [
        "1" * 1_000_000,
        "a@" * 300_000,
        "lat:" * 200_000,
        "lat:1.2" * 100_000,
        "a=" * 300_000,
        "北京市" * 100_000,
        "1.1," * 200_000,
        "12-" * 300_000,
        "姓名：" * 150_000,
        "139 1234 5678 " * 50_000,
    ],
)
def test_hostile_text_takes_no_time(hostile: str) -> None:
    begun = time.process_time()
    find(hostile)
    assert time.process_time() - begun < 8


def test_positions_apart_in_json_are_one_place() -> None:
    body = json.dumps({"p": {"latitude": 31.230416, "longitude": 121.473701}}).encode()
    hits = [hit for layer in layers(body) for hit in find(layer.text, layer.path)]
    assert [(hit.data_type, hit.sure) for hit in hits] == [("location_precise", True)]


def test_the_quick_test_misses_nothing_sure() -> None:
    """Wherever `find` is sure of something, `may_tell` says so before."""
    chance, sure = random.Random(4), 0
    glue = ["", " ", ",", "/", "-", ":", "=", "%2C", "_", "\n", "x", "1", "省", "电话"]
    for _ in range(300):
        one = planted(chance)
        for kind in one:
            value, names, words = one[kind]
            for said in (value, words + value, value + chance.choice(glue) + one["phone"][0]):
                text = chance.choice(glue) + said + chance.choice(glue)
                for key in ("", "ts", "q", chance.choice(names), "json:a.b"):
                    if any(hit.sure for hit in find(text, key)):
                        sure += 1
                        assert may_tell(text, key), (key, text)
    assert sure > 5000


def test_the_quick_test_lets_most_fields_pass() -> None:
    told = [
        "1763800000000",
        "8.31.2",
        "home_click",
        "3fa9c1d2e4b5a6973fa9c1d2e4b5a697",
        "wifi",
        "1080",
    ]
    assert not [text for text in told if may_tell(text, "json:base.v")]
    assert not may_tell(
        "eyJldmVudCI6ICJjYXJ0X2NsaWNrIiwgInRpbWUiOiAxNzYzODU5OD" * 5 + "==", "form:data"
    )


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *(("server_ip", "101.227.12.7"), ("phoneType", "13812345678"), ("telOrder", "13812345678")),
        *(("iccid_slot", "89860012345678901234"), ("licence_plate_type", "京A12345")),
        *(("vip_card_no", "8888880000000002"), ("cardNumber", "1000000000000008")),
        *(("shop_lat_lng", "39.90923,116.397428"), ("click_position", "33.3333,99.9999")),
        *(("position", "12.34,98.76"), ("location", "shelf 12.345,98.765")),
        *(("shopAddress", "广东省深圳市南山区科技园路1号"), ("x", "bd@company.cn")),
        *(("wifi", "3c:5a:b4:01:02:0a"), ("scan_result", "3c:5a:b4:01:02:0a")),
        *(("json:shop{lat,lng}", "lat:39.90923,lng:116.397428"), ("count", "118511462,37064916")),
        ("driving_licence_type", "123456789012"),
    ],
)
def test_what_a_thing_or_a_company_sends_is_not_sure(key: str, text: str) -> None:
    assert not [one for one in find(text, key) if one.sure]


@pytest.mark.parametrize(
    ("key", "text", "kind"),
    [
        *(("account", "13812345678", "phone"), ("login_account", "13812345678", "phone")),
        *(
            ("deviceId", "861234567890127", "imei"),
            ("loc", "118511462,37064916", "location_precise"),
        ),
        *(
            ("position", "39.90923,116.397428", "location_precise"),
            ("x", "3c:5a:b4:01:02:0a", "mac"),
        ),
        *(("router_mac", "3c:5a:b4:01:02:0a", "bssid"), ("plateNo", "鄂F-S1137", "plate")),
        *(
            ("plateNo", "苏bq0988", "plate"),
            ("header:X-Bssid > form:k", "3c:5a:b4:01:02:0a", "bssid"),
        ),
    ],
)
def test_what_names_and_forms_tell_together(key: str, text: str, kind: str) -> None:
    assert may_tell(text, key)
    assert kind in [one.data_type for one in find(text, key) if one.sure]
