from __future__ import annotations

import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.traffic.control import Control
from scanner.collect.traffic.origin import Origin
from scanner.collect.traffic.origin import origin_of as read_origin
from scanner.collect.traffic.whose import Whose
from scanner.connections import Connection, Connections
from scanner.exchange import Exchange
from tests.collect.traffic.hars import STARTED, exchange

URL = "https://api.shop.cn/v1/user"
WEBVIEW = (
    "Mozilla/5.0 (Linux; Android 13; M2102K1C Build/TKQ1.220829.002; wv) AppleWebKit/537.36"
    " (KHTML, like Gecko) Version/4.0 Chrome/116.0.5845.61 Mobile Safari/537.36"
)
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/116.0.0.0 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Mobile/15E148"
)
SECONDS = datetime.datetime.fromisoformat(STARTED).timestamp()


def asked(headers: dict[str, str], **more: object) -> Exchange:
    return exchange(URL, request_headers=tuple(headers.items()), **more)


def listed(*owners: str, labels_only: bool = False, host: str = "api.shop.cn") -> Connections:
    rows = [
        Connection(
            owner=owner,
            uid=number,
            host=host,
            ip="203.0.113.7",
            port=443,
            client=None,
            proto="TLS",
            first=SECONDS - 1,
            last=SECONDS + 1,
            sent=100,
            at=f"line {number}",
        )
        for number, owner in enumerate(owners, 2)
    ]
    others = [msgspec.structs.replace(one, owner="cn.other", host="e.test") for one in rows[:1]]
    return Connections([*rows, *others], labels_only=labels_only)


def origin_of(one: Exchange, connections: Connections | None, subject: str | None) -> Origin:
    return read_origin(one, Whose(subject, [connections] if connections else []))


@pytest.mark.parametrize(
    ("owners", "subject", "sender", "by_subject"),
    [
        (["com.shop.app"], "com.shop.app", "com.shop.app", True),
        (["com.shop.app"], "com.other", "com.shop.app", False),
        (["com.shop.app"], None, "com.shop.app", None),
        (["com.shop.app", "com.other"], "com.shop.app", None, None),
        ([""], "com.shop.app", None, None),
        ([], "com.shop.app", None, None),
        (["root"], "com.shop.app", "root", None),
        # It works for others: who asked for the download is not known.
        (
            ["com.android.providers.downloads"],
            "com.shop.app",
            "com.android.providers.downloads",
            None,
        ),
    ],
)
def test_the_list_of_connections_says_who_it_was(
    owners: list[str], subject: str | None, sender: str | None, by_subject: bool | None
) -> None:
    found = origin_of(asked({}), listed(*owners), subject)
    assert (found.sender, found.by_subject) == (sender, by_subject)


def test_a_list_of_one_app_alone_proves_nothing() -> None:
    rows = [one for one in listed("com.shop.app").rows if one.owner == "com.shop.app"]
    found = origin_of(asked({}), Connections(rows), "com.shop.app")
    assert (found.sender, found.by_subject) == ("com.shop.app", None)


def test_a_label_names_the_sender_but_proves_nothing() -> None:
    found = origin_of(asked({}), listed("商城", labels_only=True), "com.shop.app")
    assert (found.sender, found.by_subject) == ("商城", None)
    found = origin_of(asked({}), listed("com.shop.app", labels_only=True), "com.shop.app")
    assert found.by_subject is None


def test_the_list_is_asked_for_the_port_of_the_scheme() -> None:
    rows = listed("com.shop.app")
    plain = exchange("http://api.shop.cn/", request_headers=())
    socket = exchange("wss://api.shop.cn/", request_headers=(), method="WS")
    other = exchange("https://api.shop.cn:8443/", request_headers=())
    senders = [origin_of(one, rows, None).sender for one in (plain, socket, other)]
    assert senders == [None, "com.shop.app", None]


def test_without_a_time_nobody_is_named() -> None:
    assert origin_of(asked({}, started=""), listed("com.shop.app"), "com.shop.app").sender is None


def test_what_a_webview_says_of_itself_neither_accuses_nor_clears() -> None:
    said = asked({"User-Agent": WEBVIEW, "X-Requested-With": "com.shop.app"})
    assert origin_of(said, None, "com.shop.app") == Origin("com.shop.app", None, "web")
    assert origin_of(said, None, "com.other") == Origin("com.shop.app", None, "web")
    assert origin_of(said, None, None) == Origin("com.shop.app", None, "web")


def test_the_list_outweighs_what_a_webview_says_of_itself() -> None:
    said = asked({"User-Agent": WEBVIEW, "X-Requested-With": "com.shop.app"})
    found = origin_of(said, listed("com.liar.app"), "com.shop.app")
    assert (found.sender, found.by_subject) == ("com.liar.app", False)
    hidden = asked({"User-Agent": WEBVIEW, "X-Requested-With": "com.tencent.mm"})
    found = origin_of(hidden, listed("com.shop.app"), "com.shop.app")
    assert (found.sender, found.by_subject) == ("com.shop.app", True)
    found = origin_of(said, listed("com.shop.app", "com.other"), "com.shop.app")
    assert (found.sender, found.by_subject) == ("com.shop.app", None)


@pytest.mark.parametrize(
    ("agent", "said", "sender"),
    [
        (WEBVIEW, "com.shop.app", "com.shop.app"),
        ("", "com.shop.app", "com.shop.app"),
        (WEBVIEW, "XMLHttpRequest", None),
        (WEBVIEW, "com", None),
        (WEBVIEW, "com.shop app", None),
        (WEBVIEW, "com.shop.13912345678", None),
        (WEBVIEW, "com." + "a" * 300, None),
        (CHROME, "com.shop.app", None),  # a page in a browser can write this too
        (IPHONE, "com.shop.app", None),
        ("okhttp/4.9.3", "com.shop.app", None),
        ("ShopApp/3.2", "com.shop.app", None),
    ],
)
def test_only_what_a_webview_may_say_is_believed(agent: str, said: str, sender: str | None) -> None:
    headers = {"X-Requested-With": said, **({"User-Agent": agent} if agent else {})}
    assert origin_of(asked(headers), None, None).sender == sender


def test_a_webview_under_another_name_is_known_by_its_engine() -> None:
    headers = {
        "User-Agent": "ShopApp/3.2",
        "Sec-Fetch-Mode": "cors",
        "X-Requested-With": "com.shop.app",
    }
    assert origin_of(asked(headers), None, "com.shop.app") == Origin("com.shop.app", None, "web")


@pytest.mark.parametrize(
    ("headers", "surface"),
    [
        ({"user-agent": WEBVIEW}, "web"),
        ({"User-Agent": CHROME}, "web"),
        ({"User-Agent": IPHONE}, "web"),
        ({"Sec-Fetch-Site": "same-origin"}, "web"),
        ({"sec-ch-ua-mobile": "?1"}, "web"),
        ({"Origin": "https://m.shop.cn"}, "web"),
        ({"Referer": "http://m.shop.cn/a"}, "web"),
        ({"User-Agent": "okhttp/4.9.3"}, "native"),
        ({"User-Agent": "Dalvik/2.1.0 (Linux; U; Android 13; M2102K1C)"}, "native"),
        ({"User-Agent": "Shop/312 CFNetwork/1404.0.5 Darwin/22.3.0"}, "native"),
        ({"User-Agent": "com.shop.app/7 (Linux; U; Android 13; Cronet/116.0)"}, "native"),
        ({"User-Agent": "Apache-HttpClient/4.5 (Java/17)"}, "native"),
        ({"User-Agent": "Go-http-client/2.0"}, "native"),
        ({"User-Agent": "Dart/3.1 (dart:io)"}, "native"),
        ({"User-Agent": "grpc-java-okhttp/1.57.0"}, "native"),
        ({"Content-Type": "application/grpc"}, "native"),
        ({"User-Agent": "okhttp/4.9.3", "Referer": "https://m.shop.cn/"}, "native"),
        ({"User-Agent": "okhttp/4.9.3", "Sec-Fetch-Mode": "cors"}, None),
        ({"User-Agent": WEBVIEW + " okhttp/4.9.3"}, None),
        ({"User-Agent": "ShopApp/3.2 (Android)", "Referer": "https://m.shop.cn/"}, None),
        ({"User-Agent": "ShopApp/3.2"}, None),
        ({"Origin": "null"}, None),
        ({"Accept": "*/*"}, None),
        ({}, None),
    ],
)
def test_the_surface_is_what_the_request_shows(
    headers: dict[str, str], surface: str | None
) -> None:
    assert origin_of(asked(headers), None, None).surface == surface


@pytest.mark.parametrize(
    ("referrer", "surface"),
    [
        ("https://servicewechat.com/wx1234567890abcdef/45/page-frame.html", "mini-program"),
        ("https://servicewechat.com/wx1234567890abcdef/devtools/page-frame.html", "mini-program"),
        ("https://appservice.qq.com/1109999999/1.0.2/page-frame.html", "mini-program"),
        ("https://smartapps.cn/aBcDeFgHiJkLmNoPqRsT/1.0.2/page-frame.html", "mini-program"),
        ("https://smartapp.baidu.com/aBcDeFgHiJkLmNoPq/1.0.2/page-frame.html", "mini-program"),
        ("https://tmaservice.developer.toutiao.com?appid=tt0123456789&version=1", "mini-program"),
        ("https://tmaservice.developer.toutiao.com/?appid=tt0123456789", "mini-program"),
        ("https://2021001234567890.hybrid.alipay-eco.com/index.html", "mini-program"),
        ("https://servicewechat.com/", "web"),
        ("https://servicewechat.com.evil.cn/wx1234567890abcdef/45/page-frame.html", "web"),
        ("https://evil.cn/?https://servicewechat.com/wx1234567890abcdef/45/", "web"),
        ("https://abc123.smartapps.cn/pages/index", "web"),
        ("https://hybrid.alipay-eco.com/", "web"),
    ],
)
def test_mini_programs_are_known_by_their_referrer(referrer: str, surface: str) -> None:
    for headers in ({"Referer": referrer}, {"User-Agent": WEBVIEW, "referer": referrer}):
        assert origin_of(asked(headers), None, None).surface == surface


@given(
    st.dictionaries(
        st.sampled_from(["User-Agent", "Referer", "Origin", "X-Requested-With", "Sec-Fetch-Mode"]),
        st.one_of(
            st.text(max_size=60),
            st.sampled_from([WEBVIEW, CHROME, "okhttp/4", "com.a.b", "Mozilla/5.0 (" * 2_000]),
        ),
    )
)
@settings(max_examples=200, deadline=None)
def test_no_header_breaks_it_or_clears_the_subject(headers: dict[str, str]) -> None:
    found = origin_of(asked(headers), None, "com.shop.app")
    assert found.by_subject is not False
    assert found.sender is None or len(found.sender) <= 255


def test_a_control_run_speaks_where_no_list_does() -> None:
    control = Control(frozenset({"idle.test"}), 600)
    found = read_origin(asked({}), Whose("com.shop.app", control=control))
    assert found == Origin("com.shop.app", True, None, "control")
    listed_too = Whose("com.shop.app", [listed("com.other")], control)
    assert read_origin(asked({}), listed_too).by_subject is False
    said = asked({"User-Agent": WEBVIEW, "X-Requested-With": "com.other"})
    assert read_origin(said, Whose("com.shop.app", control=control)).by_subject is None
