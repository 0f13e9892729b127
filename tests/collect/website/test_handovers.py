from __future__ import annotations

import pytest

from scanner.collect.website.handovers import MOST_HANDOVERS, handover_facts
from scanner.collect.website.links import Link
from scanner.facts import HandoverOffered, Party
from tests.collect.website.pages import view


def link(href: str, *, visible: bool = True) -> Link:
    return Link(href, "去登录", "a", visible, False, (0, 0, 9, 9), 0, False)


def party(host: str) -> Party | None:
    return "first" if host.endswith("site.test") else None


def told(*links: Link, text: str = "", logged_in: bool = False) -> list[HandoverOffered]:
    return list(handover_facts(view(text), links, party_of=party, logged_in=logged_in))


LOGIN = "https://auth.other.test/oauth2/authorize?client_id=1&redirect_uri=https%3A%2F%2Fsite.test"


@pytest.mark.parametrize(
    ("href", "way", "host"),
    [
        (LOGIN, "login", "auth.other.test"),
        ("weixin://dl/business/?t=abc", "mini_program", "weixin"),
        ("alipays://platformapi/startapp?appId=1", "mini_program", "alipays"),
        ("https://wxaurl.cn/abc", "mini_program", "wxaurl.cn"),
        ("otherapp://open?x=1", "app", "otherapp"),
    ],
)
def test_ways_into_what_others_run(href: str, way: str, host: str) -> None:
    (fact,) = told(link(href))
    assert (fact.way, fact.host, fact.data_types, fact.notice) == (way, host, (), False)


@pytest.mark.parametrize(
    "href",
    [
        "https://www.site.test/oauth2/authorize?client_id=1&redirect_uri=x",
        "https://www.other.test/news?client_id=1",
        "https://www.other.test/oauth/about",
        "mailto:a@site.test",
        "tel:10086",
        "",
    ],
)
def test_what_leads_nowhere_of_the_kind(href: str) -> None:
    assert told(link(href)) == []


def test_nobody_can_press_what_is_not_seen() -> None:
    assert told(link(LOGIN, visible=False)) == []


@pytest.mark.parametrize(
    ("scope", "broad"),
    [
        ("openid profile", False),
        ("snsapi_login", False),
        ("openid,contacts", True),
        ("openid email phone", None),
        ("user_mobile_phone", None),
        ("weird_scope", None),
        ("", False),
    ],
)
def test_how_much_a_login_asks_for(scope: str, broad: bool | None) -> None:
    (fact,) = told(link(f"{LOGIN}&scope={scope}"))
    assert fact.broad is broad


def test_what_an_address_hands_over_is_told_by_kind_and_never_by_value() -> None:
    inner = "phone%3D13800138000%26from%3Dsite"
    (fact,) = told(link(f"alipays://platformapi/startapp?appId=1&query={inner}"), logged_in=True)
    assert fact.data_types == ("phone",)
    assert "13800138000" not in repr(fact)


@pytest.mark.parametrize(
    "href",
    [
        "whatsapp://send?phone=8613800138000",
        "alipays://platformapi/startapp?appId=1&query=phone%3D13800138000",
        "weixin://dl/business/?t=abc&phone=13800138000",
    ],
)
def test_a_number_shown_to_everybody_is_the_shops_own(href: str) -> None:
    (fact,) = told(link(href))
    assert fact.data_types == ()


def test_papers_in_an_address_count_whoever_looks() -> None:
    number = "query=id_card%3D11010519491231002X"
    (fact,) = told(link(f"alipays://platformapi/startapp?appId=1&{number}"))
    assert fact.data_types == ("id_card",)


@pytest.mark.parametrize(
    "href",
    [
        "androidamap://navi?lat=39.90&lon=116.40&tel=13800138000",
        "baidumap://map/marker?location=39.9075,116.3972",
        "qqmap://map/routeplan?tel=13800138000",
    ],
)
def test_maps_are_told_the_place_to_go_to(href: str) -> None:
    assert told(link(href), logged_in=True) == []


def test_words_that_tell_of_it() -> None:
    (fact,) = told(link(LOGIN), text="登录即同意将您的昵称、头像提供给第三方使用")
    assert fact.notice is True


def test_a_page_of_many_is_bounded() -> None:
    links = [link(f"app{number}x://open") for number in range(MOST_HANDOVERS + 9)]
    assert len(told(*links)) == MOST_HANDOVERS
