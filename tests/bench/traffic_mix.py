"""Mixed traffic as apps and browsers make it, for figures of speed: made up, the same each time.

Entries of a HAR of about 2 KB each. One in twenty carries one of the thirty values of IDENTITY,
in one of the ways in which such values are sent; the others carry times, orders, versions, session
ids and signatures, as traffic does.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import struct
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import Any

IDENTITY: Mapping[str, tuple[str, ...]] = {
    "imei": ("867530042193853", "867530042193861"),
    "oaid": ("6f3a1c9be0d24875", "b2c40d6e-91f7-4a3e-8d25-7f60c1a9e384"),
    "android_id": ("9c1e7f40ab52d386",),
    "aaid": ("38400000-8cf0-41bd-b23e-10b96e40000d",),
    "mac": ("3c:5a:b4:91:e7:2d",),
    "bssid": ("f4:83:cd:1a:77:b0",),
    "ssid": ("Mingjian-Lab-5G",),
    "imsi": ("460018273645091",),
    "iccid": ("89860118802734561095",),
    "serial": ("RF8N70ABCDE",),
    "phone": ("13571904628", "18620957413"),
    "id_card": ("110105199203077534",),
    "name": ("欧阳明鉴", "阚澹昭"),
    "email": ("ouyang.mj.4821@example.com",),
    "address": ("北京市朝阳区鸢尾路7316号9幢2952室",),
    "bank_card": ("6222021001116245705",),
    "passport": ("E79316952",),
    "plate": ("京A7K9Q2",),
    "account": ("ouyang_mj_4821", "wxmj4821kq"),
    "password": ("Mj!4821-Kdz31",),
    "birth_date": ("1992-03-07",),
    "location_precise": ("39.908722,116.397499",),
    "clipboard": ("mj-clip-77fa31c0",),
    "installed_apps": ("com.mingjian.testapp.marker",),
    "typed_text": ("鸢尾澹昭7k2q9",),
}
"""Thirty values of a test device and a test person; they belong to nobody."""

HIT_EVERY = 20
"""One entry in so many carries one of them."""
_CHROME = (
    "Mozilla/5.0 (Linux; Android 13; M2012K11AC Build/TKQ1.220829.002; wv) AppleWebKit/537.36"
    " (KHTML, like Gecko) Version/4.0 Chrome/118.0.0.0 Mobile Safari/537.36"
)
_PAGES = (
    "home list detail banner feed cart search config upgrade comment like share topic video live"
    " coupon member order address message notice event track log report init splash tab page"
)
_WORDS = _PAGES.split()
_TEXTS = ("今日推荐", "热门商品", "附近的店", "限时优惠 满100减20", "查看更多", "个人中心", "设置")
_HOSTS = ("api.shop-a.example", "gw.shop-a.example", "m.shop-a.example", "h5.shop-a.example")
_VENDORS = ("log.stat-b.example", "sdk.push-c.example", "ad.union-d.example", "t.trace-e.example")
_Sent = tuple[str, str, list[tuple[str, str]], bytes]
"""Method, address, headers and body."""


def entries(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Make so many entries of a HAR; equal seeds give equal entries."""
    chance = random.Random(seed)
    device = _Device(chance)
    values = [value for many in IDENTITY.values() for value in many]
    for number in range(count):
        planted = None
        if chance.randrange(HIT_EVERY) == 0:
            planted = _written(chance, chance.choice(values))
        make = chance.choices(_MAKERS, _WEIGHTS)[0]
        if planted is not None and make is _picture:
            make = _api
        yield _entry(chance, number, *make(chance, device, planted))


def _written(chance: random.Random, value: str) -> str:
    """Write a value in one of the ways in which it is sent."""
    raw = value.encode()
    way = chance.randrange(10)
    if way < 5:
        return value
    if way == 5:
        return hashlib.md5(raw, usedforsecurity=False).hexdigest()
    if way == 6:
        return hashlib.sha256(raw).hexdigest()
    if way == 7:
        return base64.b64encode(raw).decode()
    return value.upper() if way == 8 else hashlib.sha1(raw, usedforsecurity=False).hexdigest()


class _Device:
    """What one device says of itself again and again."""

    def __init__(self, chance: random.Random) -> None:
        self.session = _hex(chance, 32)
        self.cookie = (
            f"_ga=GA1.2.{chance.randrange(10**9)}.1700000000; sid={_hex(chance, 32)}; lang=zh-CN;"
            f" tz=480; JSESSIONID={_hex(chance, 32).upper()}; _uab={_hex(chance, 16)}"
        )
        self.token = _letters(chance, 86)
        self.about = {
            "os": "android", "osv": "13", "brand": "Redmi", "lang": "zh_CN", "net": "wifi",
            "w": 1080, "h": 2400, "app_ver": "8.31.2", "channel": "xiaomi", "sdk": "4.7.1",
        }  # fmt: skip


def _hex(chance: random.Random, length: int) -> str:
    return f"{chance.getrandbits(length * 4):0{length}x}"


def _letters(chance: random.Random, length: int) -> str:
    return base64.urlsafe_b64encode(chance.randbytes(length)).decode()[:length]


def _now(chance: random.Random) -> int:
    return 1763800000000 + chance.randrange(10**8)


def _okhttp(chance: random.Random, device: _Device, host: str) -> list[tuple[str, str]]:
    return [
        ("Host", host),
        ("User-Agent", "okhttp/4.9.3"),
        ("Accept-Encoding", "gzip"),
        ("Connection", "Keep-Alive"),
        ("X-App-Version", "8.31.2"),
        ("X-Request-Id", _hex(chance, 32)),
        ("X-Timestamp", str(_now(chance))),
        ("X-Sign", _hex(chance, 32)),
        ("Authorization", "Bearer " + device.token),
    ]


def _chrome(chance: random.Random, device: _Device, host: str) -> list[tuple[str, str]]:
    page = f"https://{_HOSTS[3]}/{chance.choice(_WORDS)}/index.html?from={chance.choice(_WORDS)}"
    return [
        ("Host", host),
        ("sec-ch-ua", '"Chromium";v="118", "Android WebView";v="118", "Not=A?Brand";v="99"'),
        ("sec-ch-ua-mobile", "?1"),
        ("sec-ch-ua-platform", '"Android"'),
        ("User-Agent", _CHROME),
        ("Accept", "*/*"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Mode", "no-cors"),
        ("Referer", page),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("Accept-Language", "zh-CN,zh;q=0.9,en-US;q=0.8,en;q=0.7"),
        ("Cookie", device.cookie),
    ]


def _event(chance: random.Random, planted: str | None) -> dict[str, Any]:
    event: dict[str, Any] = {
        "event": chance.choice(_WORDS) + "_click",
        "time": _now(chance),
        "page": f"/{chance.choice(_WORDS)}/{chance.choice(_WORDS)}",
        "title": chance.choice(_TEXTS),
        "duration": chance.randrange(60_000),
        "trace_id": _hex(chance, 32),
        "ok": True,
        "seq": chance.randrange(10_000),
    }
    if planted is not None:
        event["ext"] = {"v": planted}
    return event


def _picture(chance: random.Random, device: _Device, _planted: str | None) -> _Sent:
    host = f"img{chance.randrange(4)}.cdn-f.example"
    name = f"/{chance.choice(_WORDS)}/{_hex(chance, 16)}_{chance.randrange(1000)}x360.webp"
    query = "" if chance.randrange(2) else f"?x-oss-process=image/resize,w_{chance.randrange(900)}"
    head = _chrome if chance.randrange(2) else _okhttp
    return "GET", f"https://{host}{name}{query}", head(chance, device, host), b""


def _api(chance: random.Random, device: _Device, planted: str | None) -> _Sent:
    host = chance.choice(_HOSTS)
    fields = {
        "page": chance.randrange(20), "size": 20, "ts": _now(chance), "sign": _hex(chance, 32),
        "v": "8.31.2", "cat": chance.choice(_WORDS), "order_no": _now(chance) * 10_000 + 7,
        "q": chance.choice(_TEXTS),
    }  # fmt: skip
    if planted is not None:
        fields["k"] = planted
    path = f"/v{chance.randrange(4)}/{chance.choice(_WORDS)}/{chance.choice(_WORDS)}"
    headers = _okhttp(chance, device, host)
    return "GET", f"https://{host}{path}?{urllib.parse.urlencode(fields)}", headers, b""


def _json(chance: random.Random, device: _Device, planted: str | None) -> _Sent:
    host = chance.choice(_HOSTS)
    said: dict[str, Any] = {
        "base": device.about,
        "items": [
            {"sku": chance.randrange(10**9), "n": chance.randrange(9), "price": "129.00"}
            for _ in range(chance.randrange(1, 5))
        ],
        **_event(chance, planted),
    }
    headers = [
        *_okhttp(chance, device, host),
        ("Content-Type", "application/json; charset=utf-8"),
    ]
    body = json.dumps(said, ensure_ascii=bool(chance.randrange(2)), separators=(",", ":")).encode()
    return "POST", f"https://{host}/gw/{chance.choice(_WORDS)}", headers, body


def _zipped(chance: random.Random, device: _Device, planted: str | None) -> _Sent:
    host = chance.choice(_VENDORS)
    said = {"h": device.about, "e": [_event(chance, planted), _event(chance, None)]}
    headers = [
        *_okhttp(chance, device, host),
        ("Content-Type", "application/octet-stream"),
        ("Content-Encoding", "gzip"),
    ]
    body = gzip.compress(json.dumps(said).encode(), mtime=0)
    return "POST", f"https://{host}/batch?ver=3", headers, body


def _form(chance: random.Random, device: _Device, planted: str | None) -> _Sent:
    host = chance.choice(_HOSTS)
    fields = {
        **device.about, "ts": _now(chance), "nonce": _hex(chance, 16), "sign": _hex(chance, 40),
        "id": chance.randrange(10**6), "action": "tap", "text": chance.choice(_TEXTS),
    }  # fmt: skip
    if planted is not None:
        fields["x"] = planted
    headers = [
        *_okhttp(chance, device, host),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ]
    return "POST", f"https://{host}/api.do", headers, urllib.parse.urlencode(fields).encode()


def _beacon(chance: random.Random, device: _Device, planted: str | None) -> _Sent:
    host = chance.choice(_VENDORS)
    data = json.dumps(_event(chance, planted)).encode()
    crc = str(chance.randrange(10**9))
    if chance.randrange(2):
        data = gzip.compress(data, mtime=0)
    fields = urllib.parse.urlencode({"data": base64.b64encode(data).decode(), "crc": crc})
    headers = _chrome(chance, device, host)
    if chance.randrange(2):
        return "GET", f"https://{host}/sa.gif?project=p1&{fields}", headers, b""
    headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    return "POST", f"https://{host}/sa?project=p1", headers, fields.encode()


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _delimited(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _protobuf(chance: random.Random, device: _Device, planted: str | None) -> _Sent:
    host = chance.choice(_VENDORS)
    inner = _delimited(1, b"com.shop.a") + _delimited(2, b"8.31.2") + b"\x18\x01"
    body = _delimited(1, inner) + b"\x10" + _varint(_now(chance))
    body += _delimited(3, _hex(chance, 32).encode()) + _delimited(4, chance.choice(_TEXTS).encode())
    body += b"\x29" + struct.pack("<d", chance.random())
    if planted is not None:
        body += _delimited(6, planted.encode())
    headers = [*_okhttp(chance, device, host), ("Content-Type", "application/x-protobuf")]
    return "POST", f"https://{host}/pb/upload", headers, body


def _page(chance: random.Random, device: _Device, planted: str | None) -> _Sent:
    host = _HOSTS[3]
    headers = _chrome(chance, device, host)
    if planted is not None:
        cookie = f"{device.cookie}; u={urllib.parse.quote(planted)}"
        headers = [(name, cookie if name == "Cookie" else said) for name, said in headers]
    path = f"/{chance.choice(_WORDS)}/{chance.randrange(10**6)}.html"
    return "GET", f"https://{host}{path}?_t={_now(chance)}#/top", headers, b""


_MAKERS: tuple[Callable[[random.Random, _Device, str | None], _Sent], ...] = (
    *(_picture, _api, _json, _zipped, _form, _beacon, _protobuf, _page),
)
_WEIGHTS = (30, 16, 16, 6, 10, 10, 4, 8)


def _entry(
    chance: random.Random,
    number: int,
    method: str,
    url: str,
    headers: list[tuple[str, str]],
    body: bytes,
) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": name, "value": value} for name, value in headers],
        "cookies": [],
        "queryString": [],
        "headersSize": -1,
        "bodySize": len(body),
    }
    if body:
        kind = dict(headers).get("Content-Type", "")
        request["postData"] = {"mimeType": kind}
        try:
            request["postData"]["text"] = body.decode()
        except UnicodeDecodeError:
            request["postData"] |= {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    seconds = number // 20
    moment = f"{10 + seconds // 3600 % 14:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    got = (
        ("Content-Type", "image/webp" if url.partition("?")[0].endswith("webp") else "text/json"),
        ("Date", "Sat, 22 Nov 2025 02:00:00 GMT"),
        ("Server", "Tengine"),
        ("X-Trace", _hex(chance, 32)),
    )
    return {
        "startedDateTime": f"2025-11-22T{moment}.{number % 20 * 50:03}+08:00",
        "time": 41.7,
        "request": request,
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": name, "value": value} for name, value in got],
            "cookies": [],
            "content": {"size": 3120, "mimeType": "text/json"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 3120,
        },
        "cache": {},
        "timings": {"send": 0.1, "wait": 40.2, "receive": 1.4},
        "serverIPAddress": f"114.114.{number % 7}.10",
    }
