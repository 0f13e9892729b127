from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import urllib.parse
from typing import Any

import pytest

from scanner.collect.traffic import sent
from scanner.collect.traffic.sent import Reader
from scanner.exchange import Message
from scanner.personal.canary import CANARY
from scanner.recordings import parts
from scanner.recordings.har_entry import exchange_of
from scanner.recordings.parts import Spot
from tests.bench.traffic_mix import IDENTITY, entries
from tests.collect.traffic.hars import exchange

PHONE, MAIL = CANARY["phone"], CANARY["email"]
OTHER = "13912345678"
"""A number that nobody typed, to be found by its form only."""
UUID = "550e8400-e29b-41d4-a716-446655440000"


def data(one: Any) -> set[tuple[str, Spot, str]]:
    carried = Reader().read(one, listed=False)
    return {(datum.data_type, datum.place, datum.matched_by) for datum in carried.data}


def ids(one: Any, *, listed: bool) -> set[tuple[str, str, bool]]:
    carried = Reader().read(one, listed=listed)
    return {(each.name, each.carrier, each.sure) for each in carried.identifiers}


def post(body: bytes, content_type: str = "", **more: Any) -> Any:
    headers = (("Content-Type", content_type), *more.pop("headers", ()))
    return exchange(
        "https://x.test/c", method="POST", request_body=body, request_headers=headers, **more
    )


WAYS = {
    "plain": PHONE,
    "base64": base64.b64encode(PHONE.encode()).decode(),
    "md5": hashlib.md5(PHONE.encode()).hexdigest(),
    "sha256": hashlib.sha256(PHONE.encode()).hexdigest().upper(),
    "hex": PHONE.encode().hex(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_typed_value_is_found_wherever_it_stands(way: str) -> None:
    value = WAYS[way]
    quoted = urllib.parse.quote(value, safe="")
    places: dict[Spot, Any] = {
        "url": exchange(f"https://x.test/g?v={quoted}"),
        "referer": exchange(
            "https://x.test/", request_headers=(("Referer", f"https://a.test/?v={quoted}"),)
        ),
        "header": exchange("https://x.test/", request_headers=(("X-Told", value),)),
        "cookie": exchange("https://x.test/", request_headers=(("Cookie", f"v={quoted}"),)),
        "body": post(json.dumps({"a": {"b": value}}).encode(), "application/json"),
        "websocket": exchange("wss://x.test/", messages=(Message(sent=True, data=value.encode()),)),
    }
    for place, one in places.items():
        assert ("phone", place, "known") in data(one), place


def test_what_came_back_or_stands_after_the_hash_was_not_sent() -> None:
    came = (Message(sent=False, data=PHONE.encode()),)
    assert not data(exchange("wss://x.test/", messages=came))
    assert not data(exchange(f"https://x.test/#v={PHONE}"))
    assert not data(exchange("https://x.test/", response_body=PHONE.encode()))


def test_values_known_by_form_need_a_field_that_vouches_for_them() -> None:
    assert data(exchange(f"https://x.test/?phone={OTHER}")) == {("phone", "url", "pattern")}
    referer = (("Referer", f"https://a.test/x?mobile={OTHER}"),)
    assert data(exchange("https://x.test/", request_headers=referer)) == {
        ("phone", "referer", "pattern")
    }
    body = f"order=1&mobile={OTHER}".encode()
    assert data(post(body, "application/x-www-form-urlencoded")) == {("phone", "body", "pattern")}


@pytest.mark.parametrize(
    "query", ["t=1391234567890", "order=13912345678901", "v=13.912.345.678", f"orderid={OTHER}", ""]
)
def test_what_only_looks_like_personal_information_is_not_told(query: str) -> None:
    assert not data(exchange(f"https://x.test/?{query}"))


def test_no_value_is_told_raw() -> None:
    one = exchange(f"https://x.test/?phone={OTHER}&m={MAIL}&n={PHONE}")
    for datum in Reader().read(one, listed=False).data:
        assert not {OTHER, MAIL, PHONE} & {datum.value_masked}
        assert "*" in datum.value_masked


def test_single_keystrokes_are_put_together_again() -> None:
    reader = Reader()
    found: list[Any] = []
    for number, key in enumerate(PHONE):
        one = exchange(f"https://x.test/k?key={key}&n={number + 1000}")
        found = list(reader.read(one, listed=False).data)
    assert [(one.data_type, one.place, one.encoding) for one in found] == [
        ("phone", "url", "keystrokes")
    ]
    other = exchange(f"https://y.test/k?key={PHONE[-1]}")
    assert not reader.read(other, listed=False).data


def test_keystrokes_in_lists_are_put_together_too() -> None:
    body = json.dumps({"keys": list(MAIL)}).encode()
    assert ("email", "body", "known") in data(post(body, "application/json"))


def test_cookies_and_fields_that_identify() -> None:
    headers = (("Cookie", f"_id={UUID}; lang=zh-CN"), ("X-Device", "f" * 8 + UUID.replace("-", "")))
    one = exchange(
        f"https://x.test/c?cid=1234567891.1700000000&v=2&z={'a1b2c3d4' * 3}9x",
        request_headers=headers,
    )
    assert ids(one, listed=True) == {
        ("_id", "cookie", True),
        ("cid", "url", True),
        ("z", "url", False),
        ("X-Device", "header", False),
    }
    assert ("cid", "url", False) in ids(one, listed=False)


def test_a_field_in_a_body_is_named_without_its_wrappings() -> None:
    body = json.dumps({"events": [{"user": {"device_id": UUID}}]}).encode()
    assert ids(post(body, "application/json"), listed=True) == {
        ("events.user.device_id", "body", True)
    }


def test_what_is_too_much_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "MAX_FIELDS", 5)
    monkeypatch.setattr(parts, "MAX_MESSAGES", 2)
    query = "&".join(f"k{n}=v{n}" for n in range(9))
    messages = tuple(Message(sent=True, data=b"x") for _ in range(4))
    one = exchange(f"wss://x.test/?{query}", messages=messages)
    said = Reader().read(one, listed=False).cut
    assert any("5 fields" in words for words in said)
    assert any("2 messages" in words for words in said)


def carried(one: Any, **more: Any) -> dict[tuple[str, str], Any]:
    read = Reader(**more).read(one, listed=False)
    return {(datum.data_type, datum.place): datum for datum in read.data}


KEY = b"k" * 32


@pytest.mark.parametrize(
    ("one", "place", "path"),
    [
        (exchange(f"https://x.test/a?tel={PHONE}"), "url", "param:tel"),
        (exchange(f"https://x.test/u/{PHONE}/x"), "url", "path"),
        (exchange("https://x.test/", request_headers=(("X-Device", PHONE),)), "header", "X-Device"),
        (exchange("https://x.test/", request_headers=(("Cookie", f"u={PHONE}; v=1"),)), "", "u"),
        (post(json.dumps({"user": {"phone": PHONE}}).encode()), "body", "json:user.phone"),
        (post(b"some words, then " + PHONE.encode()), "body", "offset 17"),
    ],
)
def test_a_datum_says_where_it_stood(one: Any, place: str, path: str) -> None:
    shown = {"header": "header:", "": "cookie:"}.get(place, "") + path
    datum = carried(one)["phone", place or "cookie"]
    assert (datum.path, datum.typed, datum.confidence) == (shown, True, "certain")
    assert datum.digest is None


def test_names_on_the_way_to_a_value_are_not_told_raw() -> None:
    body = {MAIL: {OTHER: [{PHONE: {"li.si@example.cn": PHONE}}]}, "x" * 300: {"a": PHONE}}
    for datum in carried(post(json.dumps(body).encode())).values():
        assert not any(raw in datum.path for raw in (MAIL, OTHER, PHONE, "li.si"))
        assert len(datum.path) <= 160


def test_short_values_and_forms_are_likely_only() -> None:
    identity = {"plate": ["京A7K9Q2"], "phone": ["+86 139 1234 5678"], "mac": ["3C:5A:B4:01:02:03"]}
    digest = hashlib.md5("京A7K9Q2".encode()).hexdigest()
    for query, kind, confidence in (
        (urllib.parse.urlencode({"p": "京A7K9Q2"}), "plate", "likely"),
        (f"p={digest}", "plate", "certain"),
        ("p=13912345678", "phone", "certain"),
        ("p=3c5ab4010203", "mac", "certain"),
        ("mobile=13812345678", "phone", "likely"),
    ):
        datum = carried(exchange(f"https://x.test/?{query}"), values=identity)[kind, "url"]
        assert (datum.confidence, datum.typed) == (confidence, False), query


def test_spellings_of_one_value_have_one_digest() -> None:
    identity = {"phone": ["13912345678"]}
    one = carried(exchange("https://x.test/?a=+86+139-1234-5678"), values=identity, key=KEY)
    two = carried(post(b'{"mobile": "+8613912345678"}'), values={}, key=KEY)
    three = carried(post(b'{"mobile": "13812345678"}'), values={}, key=KEY)
    digests = [
        one["phone", "url"].digest,
        two["phone", "body"].digest,
        three["phone", "body"].digest,
    ]
    assert digests[0] == digests[1] != digests[2]
    assert all(len(digest) == 64 for digest in digests)
    with pytest.raises(ValueError, match="16 bytes"):
        Reader(key=b"short")


def test_several_values_of_one_kind_also_by_keystrokes() -> None:
    identity = {"email": ["one@example.com", "two@example.com"]}
    reader = Reader(identity)
    for key in "two@example.com":
        found = reader.read(exchange(f"https://x.test/k?key={key}"), listed=False).data
    assert [(one.encoding, one.value_masked) for one in found] == [
        ("keystrokes", "t***@example.com")
    ]
    assert carried(exchange("https://x.test/?m=one@example.com"), values=identity)


def test_salted_digests_are_found_where_the_salt_is_given() -> None:
    digest = hashlib.md5(b"13912345678pepper").hexdigest()
    one = exchange(f"https://x.test/?h={digest}")
    assert not carried(one, values={"phone": ["13912345678"]})
    datum = carried(one, values={"phone": ["13912345678"]}, salts=["pepper"])["phone", "url"]
    assert datum.confidence == "certain"


def test_headers_cookies_and_file_names_are_read_by_form_too() -> None:
    headers = (("X-Imei", "356938035643809"), ("Cookie", f"a=1; mobile={OTHER}"))
    found = carried(exchange("https://x.test/", request_headers=headers), values={})
    assert found["imei", "header"].path == "header:X-Imei"
    assert found["phone", "cookie"].path == "cookie:mobile"
    part = (
        '--b\r\nContent-Disposition: form-data; name="f"; filename="{}.jpg"\r\n\r\nx\r\n--b--\r\n'
    )
    for said in (PHONE, base64.b64encode(PHONE.encode()).decode()):
        found = carried(post(part.format(said).encode(), "multipart/form-data; boundary=b"))
        assert ("phone", "body") in found
    named = exchange("https://x.test/", request_headers=((f"X-{MAIL.replace('@', '_')}", "1"),))
    assert not carried(named)
    assert carried(exchange("https://x.test/", request_headers=((f"X-{PHONE}", "1"),)))


def test_headers_in_latin_1_are_read_as_utf_8() -> None:
    raw = CANARY["name"].encode().decode("latin-1")
    one = exchange("https://x.test/", request_headers=(("X-Name", raw),))
    assert ("name", "header") in carried(one)


def test_a_body_that_cannot_be_read_is_said() -> None:
    chance = random.Random(3)
    reader = Reader({})
    assert reader.read(post(chance.randbytes(200)), listed=False).opaque
    assert not reader.read(post(b'{"a":1}' * 20), listed=False).opaque
    assert not reader.read(exchange("https://x.test/", request_body=None), listed=False).opaque
    frame = Message(sent=True, data=chance.randbytes(200))
    assert reader.read(exchange("wss://x.test/", messages=(frame,)), listed=False).opaque
    frames = (
        Message(sent=True, data=b'{"a":1}' * 20),
        Message(sent=False, data=chance.randbytes(200)),
    )
    assert not reader.read(exchange("wss://x.test/", messages=frames), listed=False).opaque


def test_what_is_remembered_changes_nothing() -> None:
    """A reader that has seen many requests says of each what a new one says."""
    made = [exchange_of(json.dumps(one).encode(), "entry", {}) for one in entries(400, 11)]
    old = Reader(IDENTITY, key=KEY)
    first = [old.read(one, listed=False) for one in made]
    assert [old.read(one, listed=False) for one in made] == first
    for number in range(0, len(made), 25):
        new = Reader(IDENTITY, key=KEY)
        assert new.read(made[number], listed=False) == first[number]


def test_requests_read_together_say_what_each_says_alone() -> None:
    made = [exchange_of(json.dumps(one).encode(), "entry", {}) for one in entries(300, 12)]
    for number, letter in enumerate(IDENTITY["phone"][0]):  # keystrokes, over a change of year
        url, year = f"https://x.test/s?q={letter}", 2025 + number // 6
        made.insert(20 * number, exchange(url, started=f"{year}-05-01T10:00:00Z"))
    listed = [number % 3 == 0 for number in range(len(made))]
    alone, together = Reader(IDENTITY, key=KEY), Reader(IDENTITY, key=KEY)
    said = [alone.read(one, listed=flag) for one, flag in zip(made, listed, strict=True)]
    pairs = list(zip(made, listed, strict=True))
    assert [
        one for at in range(0, len(pairs), 64) for one in together.read_all(pairs[at : at + 64])
    ] == said
    assert any(datum.encoding == "keystrokes" for one in said for datum in one.data)
    assert Reader(IDENTITY).read_all([]) == []


NEAR_MISSES = [
    ("email", "wang@163.com", {"to": "xiaowang@163.com"}, None),
    ("installed_apps", "com.demo.app", {"stack": "at com.demo.appstore.Main.run"}, None),
    ("account", "xiaoming123", {"author": "xiaoming1234"}, None),
    ("installed_apps", "com.demo.app", {"stack": "at com.demo.app.Main.run"}, "likely"),
    ("phone", "13800138000", {"orderNo": "2025113800138000771"}, "likely"),
    ("address", "北京市朝阳区建国路88号", {"shop": "北京市朝阳区建国路88号院"}, "likely"),
    ("phone", "13800138000", {"orderNo": "2025113800138000771", "p": "13800138000"}, "certain"),
    ("email", "wang@163.com", {"to": "xiaowang@163.com", "me": "wang@163.com"}, "certain"),
]


@pytest.mark.parametrize(("kind", "value", "said", "confidence"), NEAR_MISSES)
def test_part_of_another_value_proves_nothing(
    kind: str, value: str, said: dict[str, str], confidence: str | None
) -> None:
    body = json.dumps(said, ensure_ascii=False).encode()
    for wrapped in (body, gzip.compress(body), base64.b64encode(body)):
        data = Reader({kind: [value]}).read(post(wrapped), listed=False).data
        assert [one.confidence for one in data if one.matched_by == "known"] == (
            [confidence] if confidence else []
        )


def test_a_longer_value_is_told_by_its_form() -> None:
    body = json.dumps({"email": "xiaowang@163.com"}).encode()
    (datum,) = Reader({"email": ["wang@163.com"]}).read(post(body), listed=False).data
    assert (datum.matched_by, datum.value_masked[:1]) == ("pattern", "x")


def test_a_user_in_the_address_is_read_and_wraps_nothing() -> None:
    for url in (
        "https://u:pw@x.test/a?b=1",
        "https://u@x.test/",
        "https://x.test/r/https://y.test/a",
    ):
        assert not Reader({}).read(exchange(url, request_body=None), listed=False).cut
    reader = Reader({"account": ["xiaoming123"]})
    one = exchange("https://xiaoming123:pw@x.test/a?b=1", request_body=None)
    assert {datum.place for datum in reader.read(one, listed=False).data} == {"url"}
