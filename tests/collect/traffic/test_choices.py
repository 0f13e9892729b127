from __future__ import annotations

import json

import pytest

from scanner.collect.traffic.choices import choice_in
from scanner.collect.traffic.sent import Reader
from scanner.recordings.parts import parts_of
from tests.collect.traffic.hars import exchange


def told(query: str = "", body: object = None) -> bool | None:
    sent = None if body is None else json.dumps(body).encode()
    headers = (("Content-Type", "application/json"),)
    one = exchange(f"https://ad.test/r?{query}", request_body=sent, request_headers=headers)
    return choice_in(parts_of(one, []))


@pytest.mark.parametrize(
    ("query", "choice"),
    [
        ("personalized=0", False),
        ("personalized_ads=false", False),
        ("personal_ads_type=0", False),
        ("limit_ad_tracking=1", False),
        ("lmt=1", False),
        ("npa=1", False),
        ("isPersonalizedRecommend=off", False),
        ("personalized=1", True),
        ("lmt=0", True),
        ("programmatic_switch=1", True),
        ("personalized=1&lmt=1", None),
        ("personalized_ads=1&email_opt_out=true", True),
        ("email_opt_out=true", None),
        ("sms_opt_out=1", None),
        ("opt_out=1", False),
        ("ads_opt_out=true", False),
        ("adSwitch=off", False),
        ("", None),
        ("personalized=maybe", None),
        ("personal_id=1", None),
        ("limit=1", None),
        ("page=0", None),
        ("flatlmt=1", None),
    ],
)
def test_what_fields_say(query: str, choice: bool | None) -> None:
    assert told(query) is choice


def test_fields_deep_in_a_body() -> None:
    assert told(body={"device": {"lmt": 1, "ifa": "x"}}) is False
    assert told(body={"req": [{"ext": {"personalized": True}}]}) is True


def test_it_is_told_with_what_the_same_request_carries() -> None:
    reader = Reader({"oaid": ["7d1f3c52-0b9e-4a6d-8f21-9c4be07a61d3"]})
    url = "https://ad.test/r?lmt=1&oaid=7d1f3c52-0b9e-4a6d-8f21-9c4be07a61d3"
    assert reader.read(exchange(url), listed=False).personalised is False
    assert reader.read(exchange("https://ad.test/r?lmt=1"), listed=False).personalised is None
