from __future__ import annotations

import pytest

from scanner.collect.website.links import Link
from scanner.collect.website.stores import MOST_CONTROLS, listing_facts
from scanner.facts import StoreListing
from tests.collect.website.pages import view

FULL = """天气通 安卓版
应用大小：32.1MB
下载次数：12万次下载
开发者：示例科技有限公司
版本：3.2.1
更新时间：2026-03-01
应用权限
隐私政策"""
BARE = """天气通 安卓版
应用大小：32.1MB
下载次数：12万次下载
应用介绍
看天气的好帮手"""


def link(text: str, href: str = "https://s.test/x", *, footer: bool = False) -> Link:
    return Link(href, text, "a", True, footer, (0, 0, 9, 9), 0, False)


DOWNLOAD = link("立即下载", "https://s.test/weather.apk")


def listing(text: str, *links: Link) -> StoreListing | None:
    found = list(listing_facts(view(text, title="天气通 - 应用市场"), [DOWNLOAD, *links]))
    return found[0] if found else None


def shown(fact: StoreListing | None) -> tuple[bool | None, ...]:
    assert fact is not None
    return fact.developer, fact.version, fact.permissions, fact.policy, fact.updated


def test_a_full_description() -> None:
    fact = listing(FULL, link("隐私政策"))
    assert shown(fact) == (True, True, True, True, True)
    assert fact is not None
    assert (fact.app, fact.store) == ("天气通", True)


def test_a_description_that_tells_nothing_of_what_it_owes() -> None:
    assert shown(listing(BARE)) == (False, False, False, False, False)


@pytest.mark.parametrize("empty", ["", "暂无", "未知", "--"])
def test_a_label_with_nothing_beside_it_tells_nothing(empty: str) -> None:
    fact = listing(FULL.replace("示例科技有限公司", empty), link("隐私政策"))
    assert shown(fact) == (False, True, True, True, True)


def test_what_a_click_would_unfold_is_not_known() -> None:
    assert shown(listing(BARE, link("查看更多"))) == (None, None, None, None, None)


def test_words_of_a_policy_that_lead_nowhere_may_open_one_and_one_at_the_foot_be_the_apps() -> None:
    assert shown(listing(FULL))[3] is None
    foot = link("隐私政策", footer=True)
    assert shown(listing(f"{BARE}\n用户协议 隐私政策", foot))[3] is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("v5.2.1 2026-09-01", (False, True, False, False, True)),
        ("2026年9月1日更新", (False, False, False, False, True)),
        ("版本\n\n5.2.1", (False, True, False, False, False)),
        ("云溪科技出品", (True, False, False, False, False)),
        ("授权说明", (False, False, True, False, False)),
        ("成立于 2026-09-01", (False, False, False, False, False)),
    ],
)
def test_other_forms_of_telling_it(words: str, told: tuple[bool, ...]) -> None:
    assert shown(listing(f"{BARE}\n{words}")) == told


def test_a_link_to_the_guide_to_personal_information_is_one_to_a_policy() -> None:
    assert shown(listing(BARE, link("个人信息保护指引")))[3] is True


@pytest.mark.parametrize("title", ["天气通", "云溪出行 司机端", "云溪出行 - 前往下载"])
def test_a_company_that_offers_its_own_apps_is_not_told_to_be_a_store(title: str) -> None:
    (fact,) = listing_facts(view(BARE, title=title), [DOWNLOAD])
    assert fact.store is None


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("关于我们\n客服电话", []),
        (BARE, [link("下载", f"https://s.test/{number}.apk") for number in range(MOST_CONTROLS)]),
    ],
)
def test_what_is_no_page_of_one_app(text: str, links: list[Link]) -> None:
    assert listing(text, *links) is None


def test_no_control_to_download_and_links_that_were_not_read() -> None:
    assert not list(listing_facts(view(FULL), [link("隐私政策")]))
    assert not list(listing_facts(view(FULL), None))
    assert not list(listing_facts(view(FULL), [link("下载", "https://s.test/a.exe")]))
