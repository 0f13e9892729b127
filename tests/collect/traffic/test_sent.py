from __future__ import annotations

import base64
import hashlib
import json
import urllib.parse
from typing import Any

import pytest

from scanner.collect.traffic.sent import Reader, Spot
from scanner.exchange import Message
from scanner.personal.canary import CANARY
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
    from scanner.collect.traffic import sent

    monkeypatch.setattr(sent, "MAX_FIELDS", 5)
    monkeypatch.setattr(sent, "MAX_MESSAGES", 2)
    query = "&".join(f"k{n}=v{n}" for n in range(9))
    messages = tuple(Message(sent=True, data=b"x") for _ in range(4))
    one = exchange(f"wss://x.test/?{query}", messages=messages)
    said = Reader().read(one, listed=False).cut
    assert any("5 fields" in words for words in said)
    assert any("2 messages" in words for words in said)
