from __future__ import annotations

from typing import Any

import pytest

from scanner.collect.policy.getting.whose import is_of_another, is_own
from scanner.facts import Origin, Part
from scanner.model import Visit
from tests.collect.policy.test_document import document
from tests.collect.website.rig import KNOWLEDGE

MORE = "我们会收集您的个人信息。" * 100
COMPANY = "明鉴示例（北京）科技有限公司"


def own(title: str, text: str, origin: Origin = "package", **visit: Any) -> bool | None:
    given: dict[str, Any] = {"names": ("明鉴地图", "cn.example.map"), "developer": COMPANY}
    said = document(f"{title}\n{text}{MORE}", title=title)
    return is_own(said, origin, Visit(**(given | visit)), KNOWLEDGE)


@pytest.mark.parametrize("origin", ["given", "store", "earlier"])
def test_what_the_auditor_hands_in_is_the_subjects_own(origin: Origin) -> None:
    assert own("某公司隐私政策", "", origin) is True


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("明鉴地图隐私政策", ""),
        ("《明鉴地图》隐私政策", ""),
        ("隐私政策", "欢迎使用明鉴地图！"),
        ("隐私政策", "“明鉴地图”（以下简称“我们”）"),
        ("隐私政策", "本应用由明鉴示例（北京）科技有限公司运营。"),
        ("隐私政策", "本应用由明鉴示例(北京)科技有限公司（以下简称“我们”）开发和运营。"),
    ],
)
def test_a_text_in_a_package_that_names_the_subject_is_its_own(title: str, text: str) -> None:
    assert own(title, text) is True


@pytest.mark.parametrize(
    ("title", "text", "visit"),
    [
        ("隐私政策", "欢迎使用我们的产品。", {}),
        ("友盟隐私政策", "友盟同欣（北京）科技有限公司运营。", {}),
        # A name that is a piece of another, or says nothing, tells nothing.
        ("高德地图隐私政策", "", {"names": ("地图",)}),
        ("某某应用隐私政策", "欢迎使用本应用。", {"names": ("应用", "App", "Demo", "图")}),
        # The subject's house may have written the policy of an SDK as well.
        ("示例推送SDK隐私政策", f"由{COMPANY}运营。", {}),
        ("明鉴地图SDK隐私政策", "", {}),
        # Far down a text may name whomever.
        ("隐私政策", MORE + "第三方包括明鉴地图。", {}),
    ],
)
def test_whose_a_text_is_that_names_another_or_nobody_is_not_known(
    title: str, text: str, visit: dict[str, Any]
) -> None:
    assert own(title, text, **visit) is None


def test_a_site_owns_what_stands_below_its_registered_name() -> None:
    said = document("隐私政策" + MORE, address="https://privacy.shop.cn/p")
    visit = Visit(first_party=("www.shop.cn",))
    assert is_own(said, "site", visit, KNOWLEDGE) is True
    assert is_own(said, "site", Visit(first_party=("other.cn",)), KNOWLEDGE) is None
    shared = said._replace(address="https://a.oss-cn-hangzhou.aliyuncs.com/p")
    tenant = Visit(first_party=("b.oss-cn-hangzhou.aliyuncs.com",))
    assert is_own(shared, "site", tenant, KNOWLEDGE) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("您可以使用微信登录本应用。", ("微信",)),
        ("第三方应用“微信”为您提供分享功能。", ("微信",)),
        ("我们提供天气、视频等服务。", ("天气", "视频")),
        ("欢迎使用我们的产品。", ("首页-官网",)),
        ("See our repository on GitHub, Inc. for more.", ("GitHub",)),
    ],
)
def test_a_text_that_only_speaks_of_a_name_is_not_its_own(
    text: str, names: tuple[str, ...]
) -> None:
    assert own("隐私政策", text, names=names) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("适用于 cn.example.map 的安卓版本。", ("cn.example.map",)),
        ("网站：https://www.example.cn/", ("www.example.cn",)),
        ("欢迎使用明鉴商城！", ("首页-明鉴商城官网",)),
        ("欢迎使用明鉴商城！", ("Mall | 明鉴商城",)),
        ("Welcome to Mingjian Maps!", ("Mingjian Maps",)),
        ("Mingjian Maps (“we”) respects your privacy.", ("Mingjian Maps",)),
    ],
)
def test_a_text_that_introduces_itself_is_its_own(text: str, names: tuple[str, ...]) -> None:
    assert own("隐私政策", text, names=names) is True


@pytest.mark.parametrize(
    ("ours", "theirs", "part", "another"),
    [
        (
            "本应用由甲乙（北京）科技有限公司运营。",
            "本应用由星灯网络有限公司运营。",
            "sdk_list",
            True,
        ),
        (
            "本应用由甲乙（北京）科技有限公司运营。",
            "本应用由星灯网络有限公司运营。",
            "policy",
            True,
        ),
        (
            "本应用由甲乙（北京）科技有限公司运营。",
            "本应用由甲乙（北京）科技有限公司运营。",
            "sdk_list",
            False,
        ),
        ("本应用由甲乙（北京）科技有限公司运营。", "友盟SDK：统计。", "sdk_list", False),
        ("我们收集信息。", "本应用由星灯网络有限公司运营。", "sdk_list", False),
    ],
)
def test_a_part_is_of_another_only_where_companies_differ(
    ours: str, theirs: str, part: Part, another: bool
) -> None:
    head, linked = document(ours, title=""), document(theirs, title="", part=part)
    assert is_of_another(linked, head) is another


@pytest.mark.parametrize(
    ("ours", "theirs", "another"),
    [
        ("明鉴示例隐私政策", "手电筒隐私政策", True),
        ("明鉴示例隐私政策", "明鉴示例App儿童隐私保护声明", False),
        ("明鉴示例隐私政策", "隐私政策", False),
        ("隐私政策", "手电筒隐私政策", False),
        ("明鉴示例隐私政策", "第三方SDK目录", False),
        ("明鉴示例用户隐私政策", "《明鉴示例》隐私政策", False),
    ],
)
def test_a_title_tells_of_whom_a_list_is(ours: str, theirs: str, another: bool) -> None:
    head, linked = document("文", title=ours), document("文", title=theirs, part="sdk_list")
    assert is_of_another(linked, head) is another
