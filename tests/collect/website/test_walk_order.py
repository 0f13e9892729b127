"""The order of a walk by tables of cases and near misses."""

from __future__ import annotations

import pytest

from scanner.collect.website.links import Link
from scanner.collect.website.walk_order import walk_order
from scanner.exchange import address
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.parties import Parties


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def link(text: str, href: str, *, visible: bool = True, download: bool = False) -> Link:
    return Link(href, text, "a", visible, False, (0, 0, 9, 9), 0, False, download)


HOST = "https://www.site.com.cn"


def walked(
    knowledge: Knowledge, *links: Link, seen: tuple[str, ...] = (), also: tuple[str, ...] = ()
) -> list[str]:
    parties = Parties(("www.site.com.cn", *also), knowledge)

    def own(url: str) -> bool:
        parts = address(url)
        return parts is not None and parties.of(parts.host).party == "first"

    order = walk_order(links, own, seen=seen)
    return [link.href.removeprefix(HOST) for link in order]


def test_telling_pages_come_first(knowledge: Knowledge) -> None:
    order = walked(
        knowledge,
        link("新闻", f"{HOST}/news"),
        link("关于我们", f"{HOST}/about"),
        link("联系我们", f"{HOST}/lx"),
        link("登录", f"{HOST}/in"),
        link("注册", f"{HOST}/up"),
        link("用户协议", f"{HOST}/ua"),
        link("隐私政策", f"{HOST}/pp"),
    )
    assert order == ["/pp", "/ua", "/up", "/in", "/lx", "/about", "/news"]


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("退出登录", f"{HOST}/x"),
        ("Log out", f"{HOST}/x"),
        ("注销账号", f"{HOST}/x"),
        ("删除", f"{HOST}/x"),
        ("退订", f"{HOST}/x"),
        ("更多", f"{HOST}/user/logout?to=/"),
        ("更多", f"{HOST}/api?act=delete&id=3"),
        ("下载", f"{HOST}/app.apk"),
        ("名单", f"{HOST}/list.xlsx?v=1"),
        ("邮件", "mailto:a@site.com.cn"),
        ("电话", "tel:123"),
        ("脚本", ""),
        ("脚本", "javascript:go()"),
        ("别家", "https://www.other.com.cn/"),
        ("别家", "https://site.com.cn.evil.test/"),
        ("坏", "http://[x"),
    ],
)
def test_what_is_never_followed(knowledge: Knowledge, text: str, href: str) -> None:
    assert walked(knowledge, link(text, href)) == []


def test_a_saved_file_is_no_page(knowledge: Knowledge) -> None:
    assert walked(knowledge, link("报表", f"{HOST}/r", download=True)) == []


def test_the_rules_of_closing_an_account_may_be_read(knowledge: Knowledge) -> None:
    assert walked(knowledge, link("账号注销须知", f"{HOST}/zx")) == ["/zx"]


def test_other_hosts_of_the_site_and_of_the_subject(knowledge: Knowledge) -> None:
    links = (
        link("登录", "https://passport.site.com.cn/"),
        link("登录", "https://site-login.test/"),
    )
    assert len(walked(knowledge, *links)) == 1
    assert len(walked(knowledge, *links, also=("site-login.test",))) == 2


def test_a_calendar_is_no_endless_walk(knowledge: Knowledge) -> None:
    days = [link(f"{n}", f"{HOST}/cal/2026-{n // 28 + 1:02}-{n % 28 + 1:02}") for n in range(300)]
    pages = [link(f"第{n}页", f"{HOST}/list?page={n}&t={n}") for n in range(300)]
    routes = [link(f"{n}", f"{HOST}/app#/item/{n}") for n in range(300)]
    assert len(walked(knowledge, *days, *pages, *routes)) == 9


def test_each_address_once_and_none_seen_before(knowledge: Knowledge) -> None:
    links = (link("甲", f"{HOST}/a#x"), link("乙", f"{HOST}/a#y"), link("丙", f"{HOST}/b"))
    assert walked(knowledge, *links, seen=(f"{HOST}/b#z",)) == ["/a#x"]


def test_the_order_is_bounded(knowledge: Knowledge) -> None:
    words = [chr(97 + n // 26) + chr(97 + n % 26) for n in range(300)]
    assert len(walked(knowledge, *(link(word, f"{HOST}/{word}") for word in words))) == 60
