from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scanner.exchange import Exchange, Message, Passage
from scanner.report.viewer.requests import LONGEST_VALUE, MOST_FIELDS, request
from scanner.report.viewer.views import Request

AT = "entry 3, byte 120"
PHONE, CARD = "13912345678", "11010119900307763X"


def shown(**said: Any) -> Request:
    fact = said.pop("fact", {})
    made: dict[str, Any] = {
        "url": "https://api.example.cn/a",
        "method": "POST",
        "started": "2026-05-01T02:00:00+00:00",
        "at": AT,
    }
    one = Exchange(**(made | said))
    assert isinstance(fact, dict)
    return request(one, "a" * 64, fact, lambda text: text)


def test_the_place_and_the_line_of_the_request_are_told() -> None:
    view = shown(url=f"https://api.example.cn:8443/u/{PHONE}/x?phone={PHONE}&v=2", status=204)
    assert (view.offset, view.method, view.host, view.status) == (
        120,
        "POST",
        "api.example.cn",
        204,
    )
    assert view.url.startswith("https://api.example.cn:8443/u/")
    assert PHONE not in view.url
    assert {f.name: f.value for f in view.query} == {"url:phone": "139****5678", "url:v": "2"}
    assert view.secure


def test_numbers_in_names_of_hosts_headers_and_paths_of_cookies_are_hidden() -> None:
    view = shown(
        url=f"http://{PHONE}.ads.example/t",
        request_headers=(("Host", f"{PHONE}.ads.example"), (f"x-{CARD}", "1")),
        response_headers=(("Set-Cookie", f"a=1; Domain={PHONE}.ads.example; Path=/"),),
    )
    assert PHONE not in repr(view) and CARD not in repr(view)
    assert view.host.endswith(".ads.example")
    passed = Passage(kind="refused", host=f"{PHONE}.ads.example", at=AT, started="")
    assert PHONE not in repr(request(passed, "a" * 64, {}, lambda text: text))


def test_what_is_wrapped_is_unwrapped_and_the_one_meant_is_marked() -> None:
    inner = base64.b64encode(json.dumps({"user": {"phone": PHONE}, "v": 1}).encode()).decode()
    body = gzip.compress(json.dumps({"p": inner}).encode())
    fact = {
        "kind": "data.sent",
        "field": "json:p > json:user.phone",
        "data_type": "phone",
        "place": "body",
    }
    view = shown(request_body=body, request_headers=(("Content-Encoding", "gzip"),), fact=fact)
    first = view.body[0]
    assert (first.pointed, first.value) == (True, "139****5678")
    assert first.wrapped[0].startswith("gzip")
    assert [f.pointed for f in view.body[1:]] == [False] * (len(view.body) - 1)
    assert view.body_size == len(body)


def test_values_of_third_persons_are_hidden_too() -> None:
    body = json.dumps({"contacts": [{"n": "x", "t": PHONE}, {"t": "13711112222"}], "id": CARD})
    view = shown(request_body=body.encode())
    told = " ".join(f.value for f in view.body)
    assert PHONE not in told and "13711112222" not in told and CARD not in told


def test_cookies_and_keys_are_never_in_the_clear() -> None:
    secret = "s3cr3tvalue"
    headers = (
        ("Cookie", f"sid={secret}; lang=zh"),
        ("Authorization", f"Bearer {secret}"),
        ("X-Auth-Token", secret),
        ("X-Api-Key", secret),
        ("Referer", f"https://a.example/p?session={secret}"),
    )
    answer = (("Set-Cookie", f"sid={secret}; Max-Age=60; Path=/"),)
    view = shown(request_headers=headers, response_headers=answer)
    assert secret not in repr(view)
    told = {f.name: f.value for f in view.headers}
    assert told["Cookie"] == "sid=********; lang=**"
    assert told["Authorization"] == "Bearer ********"
    assert view.answer_headers[0].value == "sid=********; Max-Age=60; Path=/"


def test_a_kind_that_only_the_finding_recognises_is_hidden_by_it() -> None:
    fact = {"kind": "data.sent", "field": "form:w", "data_type": "ssid", "place": "body"}
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    view = shown(request_body=b"w=MyHomeWifi&x=1", request_headers=form, fact=fact)
    assert view.body[0].pointed
    assert "MyHomeWifi" not in repr(view)


def test_the_answer_is_shown_only_where_the_fact_speaks_of_it() -> None:
    said = {"response_body": json.dumps({"user": {"phone": PHONE}}).encode()}
    assert shown(**said).answer == ()
    fact = {"kind": "data.returned", "field": "json:user.phone", "data_type": "phone"}
    view = shown(fact=fact, **said)
    assert [(f.value, f.pointed) for f in view.answer] == [("139****5678", True)]


def test_a_flood_of_values_is_cut_and_counted() -> None:
    body = json.dumps({f"k{n}": "v" * 1000 for n in range(500)}).encode()
    fact = {"kind": "data.sent", "field": "json:k499", "data_type": "name", "place": "body"}
    view = shown(request_body=body, fact=fact)
    assert len(view.body) == MOST_FIELDS
    assert view.left_out == 500 - MOST_FIELDS
    assert view.body[0].name == "json:k499"
    assert all(len(f.value) <= LONGEST_VALUE + 1 for f in view.body)


def test_messages_and_closed_connections_are_shown() -> None:
    sent = Message(sent=True, data=f'{{"mobile": "{PHONE}"}}'.encode())
    view = shown(messages=(sent, Message(sent=False, data=b"x")))
    assert [f.value for f in view.body] == ["139****5678"]
    closed = Passage(kind="refused", host="a.example", started="", at=AT, sent=9)
    told = request(closed, "a" * 64, {}, str)
    assert (told.method, told.host, told.body_size) == ("refused", "a.example", 9)


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=60), st.binary(max_size=90))
def test_no_cookie_value_is_shown_whatever_stands_around_it(
    url: str, name: str, value: str, body: bytes
) -> None:
    marked = "zq7" + value.replace(";", "") + "qz7"
    view = shown(
        url=f"https://a.example/{url}",
        request_headers=(("Cookie", f"{name.replace(';', '').replace('=', '')}={marked}"),),
        request_body=body,
    )
    assert marked not in view.headers[0].value
