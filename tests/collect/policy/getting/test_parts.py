from __future__ import annotations

import pytest

from scanner.collect.policy.document import Block, Document, Link, Span, Table
from scanner.collect.policy.getting.parts import (
    elements_in,
    holds_part,
    missing,
    named_only,
    part_of_title,
    parts_of,
)
from scanner.facts import KINDS, Part
from tests.collect.website.rig import KNOWLEDGE

BASE = "https://a.cn/privacy.html"


def document(*lines: str, links: tuple[tuple[str, str], ...] = (), cells: int = 0) -> Document:
    """A document of these lines, the last `cells` of which are a table's one row."""
    text = "\n".join(lines)
    spans, at = [], 0
    for line in lines:
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    blocks = tuple(Block("paragraph", *span) for span in spans)
    rows = (tuple(spans[-cells:]),) if cells else ()
    return Document(
        name="privacy",
        address=BASE,
        origin="given",
        part="policy",
        evidence="0" * 64,
        title="隐私政策",
        text=text,
        blocks=blocks,
        tables=(Table(rows, 0, ""),) if rows else (),
        links=tuple(Link(words, href, text.rfind(words)) for words, href in links),
    )


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("《第三方SDK目录》", "sdk_list"),
        ("接入第三方SDK清单", "sdk_list"),
        ("第三方 ＳＤＫ 列表", "sdk_list"),
        ("第三方服务商名单", "sdk_list"),
        ("合作SDK说明", "sdk_list"),
        ("与第三方共享个人信息清单", "sharing_list"),
        ("第三方信息共享清单", "sharing_list"),
        ("已收集个人信息清单", "data_list"),
        ("个人信息收集清单", "data_list"),
        ("双清单", "data_list"),
        ("应用权限申请与使用情况说明", "permissions"),
        ("《儿童个人信息保护规则》", "children"),
        ("儿童隐私政策", "children"),
        ("未成年人个人信息保护声明", "children"),
        ("Cookie政策", "other"),
        ("查看完整版隐私政策", "policy"),
        ("List of third-party SDKs", "sdk_list"),
        ("Third-party sharing list", "sharing_list"),
        ("Children's Privacy Notice", "children"),
    ],
)
def test_the_words_of_a_link_name_the_part(words: str, part: Part) -> None:
    (wanted,) = parts_of(document("见", words, links=((words, "https://docs.test/x"),)))
    assert (wanted.part, wanted.href) == (part, "https://docs.test/x")


@pytest.mark.parametrize(
    "words",
    [
        "用户协议",
        "《儿童个人信息网络保护规定》",
        "用户服务协议",
        "Terms of Service",
        "友盟隐私政策",
        "极光SDK隐私政策",
        "极光官网",
        "隐私政策",
        "首页",
        "管理您的浏览器Cookie",
        "https://www.umeng.com/policy",
        "下载App",
    ],
)
def test_what_is_of_others_or_of_another_kind_is_no_part(words: str) -> None:
    assert parts_of(document("见", words, links=((words, "https://docs.test/x"),))) == ()


@pytest.mark.parametrize(
    "words", ["隐私政策", "链接", "https://x.test/p", "儿童隐私保护声明", "SDK"]
)
def test_a_link_in_a_row_is_the_vendors_own_policy(words: str) -> None:
    row = document("第三方SDK清单", "友盟", words, links=((words, "https://x.test/p"),), cells=2)
    assert parts_of(row) == ()


def test_a_list_that_a_row_links_is_a_part() -> None:
    words = "第三方SDK清单"
    row = document("更多", "见", words, links=((words, "https://x.test/p"),), cells=2)
    assert [one.part for one in parts_of(row)] == ["sdk_list"]


def test_a_bare_address_is_what_the_words_before_it_say() -> None:
    said = document("第三方SDK目录：https://docs.test/a。", "极光隐私政策链接：https://j.test/p")
    (wanted,) = parts_of(said)
    assert (wanted.part, wanted.href) == ("sdk_list", "https://docs.test/a")


def test_a_link_called_here_is_what_the_words_before_it_say() -> None:
    text = "我们接入的第三方SDK清单请点击查看"
    (wanted,) = parts_of(document(text, links=(("点击查看", "/sdk"),)))
    assert (wanted.part, wanted.href) == ("sdk_list", "https://a.cn/sdk")


@pytest.mark.parametrize(
    "href",
    ["#sdk", BASE + "#sdk", "javascript:void(0)", "mailto:a@b.cn", "", "https://a.cn/x.apk"],
)
def test_what_stays_or_is_no_page_is_no_part(href: str) -> None:
    assert parts_of(document("第三方SDK目录", links=(("第三方SDK目录", href),))) == ()


def test_a_route_of_a_script_is_a_page_and_an_address_comes_once() -> None:
    links = (("第三方SDK目录", "#/sdk"), ("SDK清单", BASE + "#/sdk"))
    assert [one.href for one in parts_of(document("第三方SDK目录", links=links))] == [
        BASE + "#/sdk"
    ]


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        (("详见《第三方SDK目录》",), ["sdk_list"]),
        (
            ("详见《与第三方共享个人信息清单》", "《儿童隐私保护声明》"),
            ["sharing_list", "children"],
        ),
        # What an app shows to each person for himself repeats the policy.
        (("您可以在设置中查看《已收集个人信息清单》",), []),
        # Laws, agreements, and the policy itself.
        (("依据《儿童个人信息网络保护规定》《个人信息保护法》《用户协议》《隐私政策》",), []),
        (("友盟《SDK隐私政策》",), []),
    ],
)
def test_a_part_that_is_named_without_a_link_is_known(
    lines: tuple[str, ...], parts: list[str]
) -> None:
    assert [one.part for one in named_only(document(*lines))] == parts


def test_a_part_that_is_linked_or_held_is_not_only_named() -> None:
    words = "《第三方SDK目录》"
    assert named_only(document(words, links=((words, "/sdk"),))) == ()
    text = document("见《第三方SDK目录》", "三、第三方SDK目录")
    block = text.blocks[1]._replace(kind="heading", level=1)
    assert named_only(text._replace(blocks=(text.blocks[0], block))) == ()


def test_running_text_and_hostile_words_name_nothing() -> None:
    words = "第三方SDK" + "共享" * 50_000
    assert parts_of(document(words, links=((words, "https://x.test/"),))) == ()


@pytest.mark.parametrize(
    ("part", "text", "holds"),
    [
        ("sdk_list", "第三方SDK 友盟SDK 极光SDK 共享设备信息用于统计分析。" * 8, True),
        ("sdk_list", "请登录后查看文档，扫码登录更方便。" * 10, False),
        ("data_list", "收集的个人信息：手机号，目的：注册，场景：登录。" * 6, True),
        ("data_list", "欢迎使用。" * 60, False),
        ("children", "我们重视儿童个人信息保护。" * 20, True),
        ("children", "我们重视儿童个人信息保护。", False),
        ("other", "我们使用 Cookie 记住您的登录状态。" * 8, True),
    ],
)
def test_a_part_must_hold_what_its_link_promised(part: Part, text: str, holds: bool) -> None:
    assert holds_part(document(text), part) is holds


def test_a_page_of_few_words_leads_to_the_policy_on_the_same_host() -> None:
    links = (("隐私政策", "/p1"), ("《隐私政策》", "https://umeng.test/p"), ("友盟隐私政策", "/um"))
    hub = document("隐私中心", "隐私政策", "《隐私政策》", "友盟隐私政策", links=links)
    (wanted,) = parts_of(hub)
    assert (wanted.part, wanted.href) == ("policy", "https://a.cn/p1")
    assert parts_of(document("隐私政策", "我们收集您的个人信息。" * 200, links=links)) == ()


def test_a_missing_part_says_what_it_would_have_shown() -> None:
    assert {kind for kind, _ in missing("sdk_list")} >= {"policy.third_party", "policy.element"}
    assert dict(missing("sharing_list"))["policy.data_item"] == {"use": ("shared",)}
    assert dict(missing("data_list")).keys() == {
        *("policy.data_item", "policy.mention", "policy.element")
    }
    assert dict(missing("children"))["policy.element"] == {"element": elements_in("children")}
    assert list(missing("policy")) == []
    assert set(elements_in("policy")) == KNOWLEDGE.sets["policy-elements"]
    parts: tuple[Part, ...] = ("sdk_list", "sharing_list", "data_list", "permissions", "children")
    for part in parts:
        assert set(elements_in(part)) <= KNOWLEDGE.sets["policy-elements"]
        assert {kind for kind, _ in missing(part)} <= KINDS.keys()


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("第三方SDK目录", "sdk_list"),
        ("某某已收集个人信息清单", "data_list"),
        ("隐私政策", None),
        ("儿童个人信息保护规则", "children"),
        ("SDK隐私政策清单", None),
        ("", None),
    ],
)
def test_a_title_tells_a_list_that_was_handed_in(title: str, part: Part | None) -> None:
    assert part_of_title(title) == part
