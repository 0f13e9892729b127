"""What a link does in a browser is tested with the walk; here is what may be concluded from it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from scanner.collect.website.links import Link
from scanner.collect.website.opening import Document
from scanner.collect.website.policies import (
    DATES,
    LEAST_POLICY,
    LOOK_S,
    STANDS_BY_S,
    Outcome,
    Policies,
    _done,
    _iso,
    _judge,
    _leads_on,
    _State,
)
from scanner.collect.website.policy_texts import NO_FILE
from scanner.model import Unseen, Words
from tests.collect.website.pages import view
from tests.collect.website.rig import ground

TEXT = "我们如何处理您的个人信息。" * 30
NO_POLICY = "今天的天气很好，适合出门。" * 30


@pytest.mark.parametrize(
    ("text", "status", "back", "pictured", "reachable"),
    [
        (TEXT, 200, False, False, True),
        (TEXT, None, False, False, True),
        ("We respect your privacy. " * 20, 200, False, True, True),
        (NO_POLICY, 404, False, False, False),
        ("页面不存在。隐私政策", 410, False, False, False),
        (NO_POLICY + "隐私政策 个人信息保护", 404, False, False, False),
        # A policy is one whatever the status; a text that may be one is not said to be dead.
        (TEXT * 4, 404, False, False, True),
        (TEXT * 4, 521, False, False, True),
        (TEXT, 404, False, False, None),
        # A server that failed tells nothing of what it would have shown.
        (NO_POLICY, 500, False, False, None),
        ("Bad Gateway", 502, False, False, None),
        ("", 200, False, False, False),
        (" \n\u3000", 200, False, False, False),
        # A page that says itself that nothing is there has failed, whatever its status.
        ("页面不存在", 200, False, False, False),
        ("隐私政策\n\n建设中", 200, False, False, False),
        ("Privacy policy\n404 Not Found\n", 200, False, False, False),
        ("隐私政策\n页面正在建设中，敬请期待！", 200, False, False, False),
        ("404 Not Found\n您访问的页面不存在", 200, False, False, False),
        # One that is there and short may be a policy of few words.
        ("本站不收集您的任何个人信息。", 200, False, False, None),
        ("本公司从事工程建设中的监理业务，依法保护隐私。", 200, False, False, None),
        ("隐私政策", 200, False, False, None),
        # What follows could also be our own look that was turned away, so nothing is concluded.
        (TEXT, 403, False, False, None),
        (TEXT, 412, False, False, None),
        ("", 429, False, False, None),
        ("", 503, False, False, None),
        ("请完成安全验证", 200, False, False, None),
        ("Access denied", 200, False, False, None),
        ("", 200, False, True, None),
        (NO_POLICY, 200, False, False, None),
        (TEXT, 200, True, False, None),
    ],
)
def test_dead_is_said_only_of_what_was_seen_dead(
    text: str, status: int | None, back: bool, pictured: bool, reachable: bool | None
) -> None:
    outcome, reason = _judge(text, status, back=back, pictured=pictured)
    assert outcome == Outcome("page", reachable)
    assert (reason is not None) == (reachable is None)


def test_a_short_page_is_said_to_be_short_and_not_to_be_closed() -> None:
    _, reason = _judge("我们尊重您的隐私，不向他人提供您的信息。", 200, back=False, pictured=False)
    assert reason is not None
    assert "可以打开" in reason.zh and "the page opens" in reason.en


BEFORE = _State(url="https://a.test/", letters=500, windows=0, boxes=0, downloads=0, requests=9)


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        ({}, Outcome("nothing", reachable=False)),
        ({"letters": 505}, Outcome("nothing", reachable=False)),
        ({"letters": 500 + LEAST_POLICY}, Outcome("dialog", reachable=True)),
        ({"downloads": 1}, Outcome("download", reachable=True)),
        ({"boxes": 1}, Outcome("dialog")),
        ({"requests": 10}, Outcome()),
        ({"letters": 580}, Outcome()),
        ({"letters": 300}, Outcome()),
    ],
)
def test_a_click_did_nothing_only_where_nothing_moved(
    after: dict[str, Any], outcome: Outcome
) -> None:
    assert _done(BEFORE, BEFORE._replace(**after)) == outcome


@pytest.mark.parametrize(
    ("text", "status", "back", "leads"),
    [
        ("法律声明\n用户协议\n隐私政策", 200, False, True),
        ("法律声明\n用户协议\n隐私政策", 404, False, False),
        ("法律声明\n用户协议\n隐私政策", 200, True, False),
        ("请完成安全验证", 200, False, False),
        (TEXT, 200, False, False),
    ],
)
def test_a_short_page_may_lead_to_the_policy(
    text: str, status: int, back: bool, leads: bool
) -> None:
    assert _leads_on(text, status, back=back) is leads


def settled(*texts: str) -> tuple[str, int]:
    """Give the words that are taken of a page that changes, and how often it was looked at."""
    looks = 0

    async def words(_: Policies) -> str:
        nonlocal looks
        looks += 1
        return texts[min(looks, len(texts)) - 1]

    async def rest(_seconds: float) -> None:
        return None

    session: Any = SimpleNamespace(document=Document("https://a.test/", 200, "text/html"))
    session.rest = rest
    policies = Policies(ground(), session, set())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Policies, "_words", words)
        return asyncio.run(policies._settled()), looks


def test_a_policy_is_taken_once_its_length_stands_still() -> None:
    late = TEXT + "第三方SDK目录：友盟统计SDK，用于统计分析，收集设备标识符。"
    assert settled(TEXT, TEXT, late)[0] == late
    assert settled("加载中", "加载中", TEXT)[0] == TEXT
    assert settled("加载中")[0] == "加载中"
    clock = [f"{TEXT}{'秒' * (n % 2)}" for n in range(100)]
    assert settled(*clock)[1] < 10
    growing = [TEXT * n for n in range(1, 200)]
    assert settled(*growing)[1] <= STANDS_BY_S / LOOK_S + 2


@pytest.mark.parametrize(
    ("url", "reachable"), [("https://site.test/privacy", None), ("https://a.test/privacy", False)]
)
def test_of_a_folder_nothing_is_said_to_be_gone(
    url: str, reachable: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scanner serves it itself and knows no route of the real server."""

    async def words(*_: Any) -> str:
        return "Error response"

    async def nothing(*_: Any) -> bool:
        return False

    async def seen(_clicks: Any) -> Any:
        return view(url=url)

    monkeypatch.setattr("scanner.collect.website.policies.ask", nothing)
    monkeypatch.setattr(Policies, "_settled", words)
    session: Any = SimpleNamespace(
        document=Document(url, 404, "text/html"), view=seen, page=SimpleNamespace(main_frame=None)
    )
    policies = Policies(ground(), session, set())
    assert asyncio.run(policies._judged(url, 1)) == Outcome("page", reachable)
    assert bool(policies.sightings) == (reachable is None)


def test_a_file_in_a_viewer_is_reachable_and_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(*_: Any) -> tuple[None, Words]:
        return None, NO_FILE

    monkeypatch.setattr("scanner.collect.website.policies.policy_file", none)
    url = "https://a.test/privacy.pdf"
    session: Any = SimpleNamespace(document=Document(url, 200, "application/pdf"), page=None)
    policies = Policies(ground(), session, set())
    assert asyncio.run(policies._judged(url, 1)) == Outcome("download", reachable=True)
    (unseen,) = policies.sightings
    assert isinstance(unseen, Unseen) and unseen.reason == NO_FILE
    assert unseen.scope == {"channel": ("website",), "url": (url,)}


def link(text: str, href: str = "") -> Link:
    return Link(href, text, "a", True, True, (0, 0, 9, 9), 0, False)


def facts(*links: Link, **scripted: Outcome) -> list[Any]:
    session: Any = SimpleNamespace()
    policies = Policies(ground(), session, set())
    seen = view(url="https://a.test/")
    policies._scripted = {(seen.page, words): outcome for words, outcome in scripted.items()}
    found: Any = SimpleNamespace(links=links, view=seen, kind="home")
    return list(policies.facts(found))


def test_of_links_without_address_the_policy_goes_before_the_terms() -> None:
    """They are one fact, since their address is the same empty one."""
    (only,) = facts(link("用户协议"), link("隐私政策"))
    assert (only.subject, only.text, only.href) == ("privacy", "隐私政策", "")


def test_of_links_without_address_what_opens_speaks_for_the_others() -> None:
    dead, open_ = Outcome("nothing", reachable=False), Outcome("dialog", reachable=True)
    (only,) = facts(
        link("隐私政策"), link("隐私条款"), link("隐私声明"), 隐私政策=dead, 隐私条款=open_
    )
    assert (only.text, only.opens, only.reachable) == ("隐私条款", "dialog", True)
    (only,) = facts(link("隐私政策"), link("隐私条款"), 隐私政策=dead)
    assert (only.opens, only.reachable) == (None, None)


def test_each_address_is_a_fact_and_what_was_not_followed_is_unknown() -> None:
    found = facts(
        link("隐私政策", "https://a.test/p?x=13800138000"),
        link("隐私政策", "https://a.test/p#top"),
        link("用户协议", "https://a.test/t"),
        link("关于我们", "https://a.test/about"),
    )
    assert [(one.href, one.subject, one.reachable, one.clicks) for one in found] == [
        ("https://a.test/p", "privacy", None, 1),
        ("https://a.test/t", "agreement", None, 1),
    ]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("更新日期：2025年3月9日", "2025-03-09"),
        ("生效时间 2024-12-01", "2024-12-01"),
        ("版本：2023/7/31", "2023-07-31"),
        ("更新日期：2025年13月9日", None),
    ],
)
def test_the_date_of_a_policy(text: str, date: str | None) -> None:
    found = DATES.search(text)
    assert found is not None and _iso(found) == date
