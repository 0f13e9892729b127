from __future__ import annotations

from collections.abc import Sequence

import pytest

from scanner.facts import Fact, PolicyElement, PolicyExport, PolicyPromise, PolicyWording, Source
from tests.collect.policy.elements.sound import elements_of, reading

SOURCE = Source(evidence="0" * 64, at="text 0-2")


def element(name: str, text: str, claims: Sequence[Fact] | None = None) -> PolicyElement:
    return elements_of(reading(f"# 隐私政策\n\n{text}"), claims)[name]


@pytest.mark.parametrize(
    ("name", "text", "lacks"),
    [
        ("pol-13", "您可以查看个人信息收集清单。", ("path",)),
        ("pol-13", "您可以在“我的－设置－隐私”中查看个人信息收集清单。", ()),
        ("pol-13", "详见[已收集个人信息清单](https://shanque.example/list)。", ()),
        ("pol-14", "另有第三方共享清单。", ("path",)),
        ("pol-14", "## 第三方共享清单\n\n| 名称 | 目的 |\n|---|---|\n| 甲 | 推送 |", ()),
        ("pol-22", "## Cookie 的使用\n\n我们不使用 Cookie。", ()),
        ("pol-17", "我们保护未成年人。", ("guardian_consent",)),
        ("pol-17", "未成年人应在监护人同意后使用。", ()),
        ("pol-17", "本应用仅面向成年人，儿童请勿使用。", ()),
        ("pol-17", "Our service is not directed to children under 13.", ()),
        ("pol-19", "我们提供个性化推荐。", ("path", "switch")),
        ("pol-19", "您可以在“设置－隐私”中关闭个性化推荐。", ()),
        ("pol-19", "我们不进行个性化推荐。", ()),
        ("pol-19", "我们为您作个性化推荐，暂不支持关闭。", ("path", "switch")),
        ("pol-21", "更新日期：2024年1月2日。通知权限，用于提醒更新。", ("notice",)),
        ("pol-21", "更新日期：2024年1月2日。本指引内容有变动的，我们会弹窗提示。", ()),
        ("pol-22", "我们使用Cookie保存登录状态，您可以清除它。", ()),
        ("pol-14", "另有第三方共享清单。\n\n在“我的－设置”中查看个人信息收集清单。", ("path",)),
        (
            "pol-13",
            "The list of personal information we have collected is in Me > Settings > Privacy.",
            (),
        ),
        ("pol-20", "我们使用加密等安全措施。", ("breach",)),
        ("pol-20", "我们加密信息；发生泄露时通知您。", ()),
        ("pol-21", "本政策变更时，我们会弹窗通知您。", ("date",)),
        ("pol-21", "更新日期：2024年1月2日", ("notice",)),
        ("pol-21", "更新日期：2024年1月2日。本政策变更时，我们会弹窗通知您。", ()),
        ("pol-22", "我们使用 Cookie。", ("purpose", "refusal")),
        ("pol-22", "Cookie 用于保持登录，您可以清除它。", ()),
        ("pol-22", "我们不使用 Cookie。", ()),
        ("pol-23", "本应用会自启动。", ("purpose",)),
        ("pol-23", "为了及时提醒您，本应用会自启动。", ()),
        ("pol-26", "发生合并的，由接收方继续履行义务。", ("deceased", "entrusted")),
        ("pol-27", "我们设有个人信息保护负责人。", ("contact",)),
        ("pol-27", "个人信息保护负责人：dpo@shanque.example", ()),
        ("pol-28", "## 摘要\n\n我们不出售信息。", ()),
    ],
)
def test_what_each_test_finds_lacking(name: str, text: str, lacks: tuple[str, ...]) -> None:
    found = element(name, text)
    assert found.mentioned
    assert found.lacks == lacks
    assert found.present is (not lacks)


def export(name: str, **more: object) -> PolicyExport:
    return PolicyExport(source=SOURCE, channel="policy", name=name, **more)  # type: ignore[arg-type]


ITEMS = dict.fromkeys(("contact", "purpose", "means", "kinds", "rights", "separate_consent"), True)


@pytest.mark.parametrize(
    ("claims", "present", "lacks"),
    [
        ([export("Sparrow Inc.", **ITEMS)], True, ()),
        ([export("Sparrow Inc.", **{**ITEMS, "contact": False})], False, ("contact",)),
        ([export("Sparrow Inc.", **{**ITEMS, "contact": None})], None, ()),
        ([export("", **ITEMS)], False, ("recipient",)),
        ([], None, ()),
        (
            [PolicyPromise(source=SOURCE, channel="policy", promise="no_export", data_type="")],
            True,
            (),
        ),
    ],
)
def test_the_items_of_an_export(
    claims: list[Fact], present: bool | None, lacks: tuple[str, ...]
) -> None:
    found = element("pol-18", "我们处理跨境业务。", claims)
    assert (found.present, found.lacks) == (present, lacks)


@pytest.mark.parametrize(
    "text",
    [
        "我们不向境外提供您的个人信息。",
        "您的个人信息存储于中华人民共和国境内。",
        "如需向境外提供信息，我们会取得您的单独同意。",
    ],
)
def test_a_policy_that_exports_nothing_owes_nothing(text: str) -> None:
    assert element("pol-18", text).present is True


def test_exceptions_beyond_the_law_are_inadequate() -> None:
    text = "下列情形无需征得您的同意：为履行法定义务所必需。"
    wide = PolicyWording(source=SOURCE, channel="policy", cue="wide_exceptions")
    assert element("pol-24", text, ()).lacks == ()
    assert element("pol-24", text, [wide]).lacks == ("within_law",)


def test_a_table_of_contents_is_no_element() -> None:
    text = "一、收集；二、Cookie；三、自启动；四、人脸识别；五、投诉"
    found = elements_of(reading(f"# 隐私政策\n\n{text}\n\n我们保护您的隐私。"))
    assert {found[name].mentioned for name in ("pol-22", "pol-23", "pol-25", "pol-10")} == {False}
