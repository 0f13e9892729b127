from __future__ import annotations

import time

import pytest

from scanner.collect.policy.document import Document, Link, Reading
from scanner.collect.policy.getting.elsewhere import elsewhere
from scanner.collect.policy.texts.text import read
from scanner.facts import Part

LONG = "我们重视您的隐私，收集信息时遵循正当、必要的原则，并采取措施保护信息的安全。"


def markdown(text: str, part: Part = "policy") -> Document:
    return read(
        f"# 隐私政策\n\n{LONG}\n\n{text}\n".encode(),
        name="policy.md",
        address=None,
        origin="given",
        part=part,
        evidence="0" * 64,
    )


def told(*documents: Document | str) -> list[Part]:
    texts = tuple(markdown(one) if isinstance(one, str) else one for one in documents)
    return [one.part for one in elsewhere(Reading(texts))]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("SDK列表请见App内“设置-关于-第三方SDK清单”。", "sdk_list"),
        ("第三方SDK目录请在登录后前往“我的-设置-隐私”查看。", "sdk_list"),
        ("我们接入的SDK见App内【我的→设置→隐私→第三方SDK清单】。", "sdk_list"),
        ("第三方SDK目录作为本政策附件单独公布。", "sdk_list"),
        ("请扫描下方二维码查看第三方SDK清单。", "sdk_list"),
        ("共享的情况见官网“第三方信息共享清单”页面。", "sharing_list"),
        ("我们接入的SDK，详见《第三方SDK目录》。", "sdk_list"),
        ("我们使用的SDK的情况见附件一。", "sdk_list"),
        ("我们收集的个人信息的种类，详见附录。", "data_list"),
        ("个人信息收集清单详见附表2，另行公布。", "data_list"),
        ("申请的权限请查看《应用权限列表》。", "permissions"),
        ("具体接入的第三方SDK，请您前往“设置→关于→第三方服务”了解。", "sdk_list"),
        ("接入的SDK以应用内公示为准。", "sdk_list"),
        ("第三方SDK目录", "sdk_list"),
        ("For third parties see the SDK list in the app under Settings > About.", "sdk_list"),
    ],
)
def test_a_list_that_stands_elsewhere_is_told(text: str, part: Part) -> None:
    (one,) = elsewhere(Reading((markdown(text),)))
    assert one.part == part
    assert one.document.text[one.place.start : one.place.end].strip() == text


TABLE = "\n\n| SDK名称 | 公司 | 目的 |\n|-|-|-|\n| 甲乙SDK | 甲乙公司 | 推送 |\n"


@pytest.mark.parametrize(
    "text",
    [
        "SDK的情况详见本政策第三条。",
        "第三方SDK目录见下表。" + TABLE,
        "我们接入的第三方SDK清单如下：甲乙SDK，用于推送。",
        "第三方SDK目录请见附件一。\n\n## 附件一：第三方SDK目录\n\n" + LONG * 2,
        "我们接入的SDK见附录。\n\n附录\n" + TABLE,
        "我们会及时更新第三方SDK目录。",
        "您可以在App内“设置-隐私”查看已收集个人信息清单。",
        "SDK列表请查看[第三方SDK目录](https://a.example/sdk)。",
        "SDK列表请查看 https://a.example/sdk-list 。",
        "您可以在“设置-权限”中关闭相机权限。",
        "请查看您的订单列表。",
        "第三方SDK目录\n\n我们接入的组件有甲乙推送、丙丁统计，分别用于推送消息和统计分析，由其公司提供。",
        "您可以在App内“设置”中关闭第三方SDK的使用。",
        "我们会不时变更本条款及适用的附件条款，请定期查阅。",
        "第三方软件的许可可能通过协议附件展示。",
        "第三方SDK目录可在App内“我的-设置”查看。" + TABLE,
    ],
)
def test_what_stands_here_or_is_linked_or_is_no_list_is_not_told(text: str) -> None:
    assert told(text) == []


def test_a_list_that_was_read_is_not_elsewhere() -> None:
    assert told("详见《第三方SDK目录》。", markdown(LONG, "sdk_list")) == []
    assert told("详见《第三方SDK目录》。", markdown(LONG, "children")) == ["sdk_list"]


def test_a_fuller_list_elsewhere_counts_beside_one_here() -> None:
    assert told("完整的第三方SDK目录请在App内“我的-设置”查看。" + TABLE) == ["sdk_list"]


@pytest.mark.parametrize(
    ("href", "found"), [("javascript:open()", True), ("#", True), ("#sdk", False), ("/sdk", False)]
)
def test_a_link_that_only_a_script_opens_leads_nowhere(href: str, found: bool) -> None:
    text = markdown("请点击查看第三方SDK目录。")
    linked = text._replace(links=(Link("第三方SDK目录", href, text.text.index("第三方SDK")),))
    assert told(linked) == ["sdk_list"] * found


def test_each_list_is_told_once_and_long_texts_cost_little() -> None:
    text = "SDK目录见App内“我的-设置”查看。" * 3000 + "见附件" * 5000 + "sdk第三方" * 5000
    began = time.process_time()
    assert told(text).count("sdk_list") == 1
    assert time.process_time() - began < 60
