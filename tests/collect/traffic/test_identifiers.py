"""Identifiers in requests, told as those of the table of cookies are."""

from __future__ import annotations

import random

import pytest

from scanner.collect.traffic import identifiers
from scanner.collect.traffic.identifiers import Identifier, field_name, in_cookies, in_header
from scanner.cookies import random_parts
from tests.collect.traffic.hars import exchange

DRAWN = "6f3a1c9be0d24875a1"


def test_random_parts_are_those_of_the_table_of_cookies() -> None:
    chance = random.Random(5)
    letters = [
        "0123456789abcdef",
        "0123456789",
        "abcdef",
        "ABCDEF0123",
        "aZ3xQ9",
        "0123456789abcdeé",
    ]
    for _ in range(5000):
        text = "".join(chance.choices(chance.choice(letters), k=chance.randint(8, 70)))
        assert identifiers.random_parts(text) == random_parts(text), text


def test_values_too_short_or_too_long_have_no_random_parts() -> None:
    assert identifiers.random_parts(DRAWN[:7]) == ()
    assert identifiers.random_parts(DRAWN * 300) == ()


@pytest.mark.parametrize(
    ("path", "name", "by_name"),
    [
        ("json:user[0].device_id", "user.device_id", True),
        ("form:a > json:items[12].trace", "items.trace", False),
        ("url:client_id", "client_id", True),
        ("json:13571904628", "*", False),
        ("", "(body)", False),
    ],
)
def test_names_of_fields(path: str, name: str, by_name: bool) -> None:
    assert field_name(path) == (name, by_name)


def test_a_header_of_its_own_may_be_an_identifier() -> None:
    assert in_header("X-Device-Id", DRAWN) == Identifier("X-Device-Id", "header", (DRAWN,), True)
    assert in_header("X-Trace", DRAWN) == Identifier("X-Trace", "header", (DRAWN,), False)
    assert in_header("X-Device-Id", "Redmi Note 12") is None


def test_cookies_that_tell_browsers_apart() -> None:
    line = f"uid={DRAWN}; lang=zh-CN; u13571904628={DRAWN}; gdpr_consent={DRAWN}"
    found = in_cookies(exchange("https://x.test/", request_headers=(("Cookie", line),)))
    assert found == (
        Identifier("uid", "cookie", (DRAWN,), True),
        Identifier("u*", "cookie", (DRAWN,), True),
    )
