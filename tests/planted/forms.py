"""Values that nobody told us, planted: their form and the name of the field tell them."""

from __future__ import annotations

import json
import random
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.planted.people import (
    PERSON,
    chinese_name,
    digits,
    imei,
    mobile,
    position,
    separated,
)
from tests.planted.places import PLACES, in_message, noise, request, typed
from tests.planted.planted import Planted
from tests.planted.writings import b64, digest_of

FIELDS: Mapping[str, str] = {
    "imei": "imei IMEI deviceImei imei1 dev_imei imei2 imei_list sim1Imei",
    "meid": "meid MEID deviceMeid",
    "imsi": "imsi subscriberId IMSI subscriber_id simImsi",
    "iccid": "iccid simSerialNumber ICCID sim_iccid iccId sim_serial_number",
    "android_id": "android_id androidId AndroidID ANDROID_ID androidid ssaid",
    "oaid": "oaid OAID device_oaid msaOaid oa_id",
    "aaid": "gaid advertisingId google_ad_id gps_adid GAID",
    "mac": "mac wifiMac mac_address wlan_mac MAC macAddr bt_mac info x",
    "phone": "phone mobile userPhone mobileNo tel phone_number 手机号 phoneNum telephone cellPhone"
    " contactPhone receiver_mobile bindPhone msisdn loginPhone 联系电话 lxdh",
    "id_card": "idCard id_no sfzh cert_no x data 身份证号 idCardNo idNumber certNo identityNo sfzhm"
    " IDCard id_card_no zjhm",
    "name": "realName real_name xm contactName 姓名 trueName fullName receiverName xingming",
    "email": "email mail userEmail x account 邮箱 e_mail eMail",
    "location_precise": "location latlng gps position coordinate lnglat coords gps_location",
    "bank_card": "bankCardNo card_no bank_card x 银行卡号 bankCard cardNumber acctNo bankAccount",
    "passport": "passportNo passport 护照 passportNumber passport_no 护照号",
    "plate": "plateNo car_no plate_number 车牌号 licensePlate carNum cph",
    "account": "wechat wxid weixin_id wechatId 微信号 wx_id",
    "installed_apps": "app_list installedApps installed_packages appList pkg_list packages",
    "address": "address receiverAddress home_address 收货地址 detailAddress shipping_address 住址",
}
"""Names of fields under which values of each kind are sent; x, info and data say nothing."""
HASHED = ("imei", "oaid", "mac", "android_id", "phone", "email")


def _as_sent(rng: random.Random, kind: str) -> str:
    value = PERSON[kind](rng)
    if kind == "phone" and rng.random() < 0.3:
        return "1" + rng.choice("3456789") + digits(rng, 9)  # segments come with the years
    if kind == "location_precise" and rng.random() < 0.5:
        return ",".join(reversed(value.split(",")))
    if kind == "installed_apps":
        return ",".join(PERSON[kind](rng) for _ in range(rng.randrange(2, 9)))
    if kind in ("phone", "bank_card", "plate", "id_card") and rng.random() < 0.3:
        return separated(kind, value)
    if kind in ("mac", "meid", "id_card") and rng.random() < 0.3:
        return value.lower()
    return value


SENTENCES: Mapping[str, tuple[str, ...]] = {
    "phone": (
        "我的手机号是{}，请尽快联系",
        "call me: phone={}",
        "联系电话：{}（微信同号）",
        "+86 {} ok",
    ),
    "id_card": ("身份证{}已核验", "id {} checked", "证件号码：{}。"),
    "email": ("请发到{}谢谢", "mail <{}> bounced", "mailto:{}?subject=hi"),
    "bank_card": ("收款卡号：{}，户主本人", "pay to {} today"),
    "location_precise": ("当前位置：{}附近", "geo:{}?z=15"),
    "mac": ("wlan0 link/ether {} brd ff:ff:ff:ff:ff:ff", "MAC地址：{}"),
    "plate": ("车牌号：{}，请挪车",),
    "imei": ("IMEI: {} / slot 1", "imei={};model=x"),
    "imsi": ("imsi={}&x=1",),
    "passport": ("护照号码：{}",),
    "address": ("收货地址：{}",),
    "name": ("收货人：{}，加急",),
}
"""Running texts that carry a value."""
_SPOKEN = ("query", "form", "json", "zipped", "form(base64(json))", "websocket", "part")
"""Places with fields that have names."""


def by_form(seed: int, times: int = 8) -> Iterator[Planted]:
    """Plant values of other people, which only their form and the name of the field tell."""
    rng = random.Random(f"form {seed}")
    for place in (*_SPOKEN, "header", "cookie"):
        spot, put = PLACES[place]
        for kind, names in FIELDS.items():
            for _ in range(times):
                value = _as_sent(rng, kind)
                name = rng.choice([n for n in names.split() if n.isascii() or place != "header"])
                if place == "websocket":
                    exchange = in_message(rng, name, value)
                else:
                    exchange = put(rng, name, value)
                said = f"field|{name}={value}|"
                yield Planted(kind, said, place, exchange, frozenset({(kind, spot)}))
        for kind in HASHED:
            digest = digest_of(rng.choice(["md5", "sha1", "sha256"]), PERSON[kind](rng).encode())
            name = f"{kind}{rng.choice(['_md5', 'Md5', '_sha256', '_hash'])}"
            exchange = (in_message if place == "websocket" else put)(rng, name, digest.hex())
            said = f"hashed|{name}={digest.hex()}|"
            yield Planted(kind, said, place, exchange, frozenset({(kind, spot)}))
    yield from _in_sentences(rng, times)
    yield from _positions(rng, times)
    yield from _whole_positions(rng, times)
    yield from _in_paths(rng, times)
    yield from _lists(rng, times)
    yield from _shapes(rng, times)


def _in_sentences(rng: random.Random, times: int) -> Iterator[Planted]:
    for kind, sentences in SENTENCES.items():
        for sentence in sentences:
            for place in ("query", "form", "json", "body", "part"):
                for _ in range(max(1, times // 4)):
                    value = mobile(rng) if kind == "phone" else _as_sent(rng, kind)
                    text = sentence.format(value)
                    spot, put = PLACES[place]
                    exchange = put(rng, rng.choice(["content", "msg", "remark", "log"]), text)
                    expected = frozenset({(kind, spot)})
                    yield Planted(kind, f"sentence|{text}|", place, exchange, expected)


def _lists(rng: random.Random, times: int) -> Iterator[Planted]:
    """Plant lists and lists of objects, as programs send contacts and installed packages."""
    for _ in range(times):
        apps = [PERSON["installed_apps"](rng) for _ in range(rng.randrange(2, 30))]
        people = [
            {"name": chinese_name(rng), "phone": mobile(rng)} for _ in range(rng.randrange(1, 9))
        ]
        lat, lng = position(rng)
        for kinds, whole in (
            (["installed_apps"], {"app_list": apps}),
            (["installed_apps"], {"appList": [{"pkg": app, "ver": 3} for app in apps]}),
            (["installed_apps"], {"data": {"installedApps": "|".join(apps)}}),
            (["phone"], {"contacts": people}),
            (["phone"], {"phones": [one["phone"] for one in people]}),
            (["location_precise"], {"geo": {"type": "Point", "coordinates": [lng, lat]}}),
            (["imei"], {"imei": [imei(rng), imei(rng)]}),
        ):
            for place in ("body", "query", "websocket"):
                spot, put = PLACES[place]
                exchange = put(rng, "d", json.dumps(whole))
                expected = frozenset((kind, spot) for kind in kinds)
                yield Planted(kinds[0], f"list|{whole}|"[:300], place, exchange, expected)


def _xml(rng: random.Random, name: str, value: str) -> str:
    return rng.choice(
        [
            f'<map><string name="{name}">{value}</string><int name="n" value="3"/></map>',
            f"<req><v>1</v><{name}>{value}</{name}></req>",
            f"<plist><dict><key>{name}</key><string>{value}</string></dict></plist>",
        ]
    )


def _objects(rng: random.Random, name: str, value: str) -> str:
    said, given = rng.choice([("key", "value"), ("name", "val"), ("k", "v"), ("field", "content")])
    return json.dumps([{said: "ver", given: "1.2"}, {said: name, given: value}])


SHAPES: Mapping[str, Callable[[random.Random, str, str], str]] = {
    "xml": _xml,
    "name and value": _objects,
    "nested": lambda rng, name, value: json.dumps({"dev": {name: {"value": value, "t": 1}}}),
    "map of Java": lambda rng, name, value: f"{{ver=1.2, {name}={value}, os=android}}",
    "bundle": lambda rng, name, value: f"Bundle[{{{name}={value}, ver=1.2}}]",
    "log line": lambda rng, name, value: f"2026-03-04 05:06:07 I/sdk: {name}: {value}; done",
    "base64 of json": lambda rng, name, value: json.dumps(
        {"p": b64(json.dumps({name: value}).encode())}
    ),
    "json of json": lambda rng, name, value: json.dumps({"p": json.dumps({name: value})}),
}
"""Ways in which programs write a name and its value."""
_SHAPED: Mapping[str, str] = {
    "imei": "imei",
    "imsi": "imsi",
    "oaid": "oaid",
    "android_id": "android_id",
    "phone": "phone",
    "id_card": "idCard",
    "email": "email",
    "mac": "mac",
}


def _shapes(rng: random.Random, times: int) -> Iterator[Planted]:
    """Plant values in the shapes that are not plain fields, and some that are written oddly."""
    for shape, write in SHAPES.items():
        for kind, name in _SHAPED.items():
            for place in ("body", "form", "websocket"):
                spot, put = PLACES[place]
                text = write(rng, name, PERSON[kind](rng).replace("+86 ", "").replace("+86", ""))
                expected = frozenset({(kind, spot)})
                yield Planted(kind, f"{shape}|{text}|"[:300], place, put(rng, "d", text), expected)
    for _ in range(times):
        lat, lng = position(rng)
        number, one = mobile(rng), imei(rng)
        for kind, whole in (
            ("phone", {"mobile": f"+86-{number[:3]}-{number[3:7]}-{number[7:]}"}),
            ("phone", {"mobile": f"0086{number}"}),
            ("phone", {"phone": int(number)}),
            ("phone", {"user": {"phone": {"cc": "86", "number": number}}}),
            ("imei", {"imei": int(one)}),
            ("imei", {"imei": separated("imei", one)}),
            ("location_precise", {"gps": f"lng={lng:.6f},lat={lat:.6f}"}),
            ("location_precise", {"gps": f"{lat:.6f}|{lng:.6f}"}),
            ("location_precise", {"gps": f"{lat:.6f},{lng:.6f},15.0"}),
            ("location_precise", {"location": f"{lng:.6f}_{lat:.6f}"}),
            ("location_precise", {"d": {"location": {"lon": lng, "acc": 5, "lat": lat}}}),
        ):
            exchange = PLACES["body"][1](rng, "d", json.dumps(whole))
            expected = frozenset({(kind, "body")})
            yield Planted(kind, f"oddly|{whole}|", "body", exchange, expected)


def _whole_positions(rng: random.Random, times: int) -> Iterator[Planted]:
    """Plant positions as two whole numbers in one text."""
    for place in ("query", "form", "json", "header"):
        for _ in range(times):
            parts = rng.choice([1e5, 1e6])
            pair = [str(int(degree * parts)) for degree in position(rng)]
            text = rng.choice([",", ";"]).join(rng.choice([pair, pair[::-1]]))
            name = rng.choice(["loc", "location", "lnglat", "gps"])
            spot, put = PLACES[place]
            expected = frozenset({("location_precise", spot)})
            said = f"whole pair|{name}={text}|"
            yield Planted("location_precise", said, place, put(rng, name, text), expected)


def _in_paths(rng: random.Random, times: int) -> Iterator[Planted]:
    """Plant what proves itself as a segment of a path, and what the segment before names."""
    for kind, before in (
        *(("id_card", "user info v2"), ("email", "check users x"), ("phone", "mobile phone tel")),
        *(("imei", "imei"), ("oaid", "oaid")),
    ):
        for _ in range(times):
            value = PERSON[kind](rng)
            name = rng.choice(before.split())
            segments = f"/api/{name}/{urllib.parse.quote(value, safe='')}/v{rng.randrange(9)}"
            exchange = request(rng, url=f"{segments}?t={digits(rng, 4)}", method="GET")
            expected = frozenset({(kind, "url")})
            yield Planted(kind, f"segment|{segments}|", "path", exchange, expected)


def _positions(rng: random.Random, times: int) -> Iterator[Planted]:
    for north, east in (
        ("lat", "lng"),
        ("latitude", "longitude"),
        ("Lat", "Lon"),
        ("user_lat", "user_lng"),
        ("gps_latitude", "gps_longitude"),
        ("lat", "long"),
        ("纬度", "经度"),
    ):
        for _ in range(times):
            lat, lng = position(rng)
            form = rng.choice(["decimal", "number", "millionths", "abroad"])
            if form == "abroad":
                lat, lng = -lat, lng - 200
            pair: dict[str, Any] = {east: f"{lng:.6f}", north: f"{lat:.6f}"}
            if form == "number":
                pair = {north: round(lat, 6), east: round(lng, 6)}
            if form == "millionths":
                parts = rng.choice([1e5, 1e6, 1e7])
                pair = {north: int(lat * parts), east: int(lng * parts)}
            place = rng.choice(["query", "form", "json", "nested"])
            fields = [*noise(rng), *pair.items()]
            if place == "query":
                exchange = request(rng, url=f"/x?{urllib.parse.urlencode(fields)}", method="GET")
            elif place == "form":
                body = urllib.parse.urlencode(fields).encode()
                kind = "application/x-www-form-urlencoded"
                exchange = request(rng, headers=typed(kind), request_body=body)
            else:
                whole: Any = dict(fields) if place == "json" else {"ext": {"geo": pair}, "n": 1}
                body = json.dumps(whole).encode()
                exchange = request(rng, headers=typed("application/json"), request_body=body)
            spot = "url" if place == "query" else "body"
            expected = frozenset({("location_precise", spot)})
            said = f"pair|{pair}|"
            yield Planted("location_precise", said, place, exchange, expected)
