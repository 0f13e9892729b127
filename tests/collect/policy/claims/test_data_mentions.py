from __future__ import annotations

import pytest

from scanner.collect.policy.claims.data_mentions import mentions_in
from scanner.collect.policy.document import Document
from scanner.collect.policy.texts.text import read
from scanner.facts import Part
from scanner.knowledge import Knowledge, load_knowledge, rules_folder


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def document(text: str, part: Part = "policy") -> Document:
    return read(
        text.encode(), name="a.md", address=None, origin="given", part=part, evidence="0" * 64
    )


def said(known: Knowledge, text: str, part: Part = "policy") -> list[tuple[str, str]]:
    return [(one.data_type, one.use) for one in mentions_in(document(text, part), known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们会将您的手机号共享给物流公司。", [("phone", "shared")]),
        ("您的位置信息将被收集。", [("location", "collected")]),
        ("我们会收集并向合作伙伴共享您的设备型号。", [("device_model", "shared")]),
        ("我们会收集您的手机号，不会收集您的通讯录。", [("phone", "collected")]),
        ("当您使用位置服务时，我们会收集您的手机号。", [("phone", "collected")]),
        ("我们会收集您的邮箱，用于向您发送短信和通知内容。", [("email", "collected")]),
        ("请授权我们开启位置权限。", [("location", "collected")]),
        ("您拒绝提供手机号的，无法注册。", []),
        ("未经您的同意，我们不会收集您的通讯录。", []),
        ("除非得到您的同意，我们不会与其共享您的身份证号码。", []),
        ("您可以随时修改您的头像、昵称。", []),
        ("为了完成支付，您需要绑定银行卡。", [("bank_card", "collected")]),
        ("您的人脸信息仅保存在您的设备本地，我们不会收集。", []),
        ("我们不会出售、共享或以其他方式转移您的手机号。", []),
        ("我们不收集IMEI，仅收集OAID。", [("oaid", "collected")]),
        ("Your IP address is collected automatically.", [("ip", "collected")]),
        ("We never collect your contacts.", []),
    ],
)
def test_what_a_sentence_says_is_handled(
    known: Knowledge, text: str, expected: list[tuple[str, str]]
) -> None:
    assert said(known, text) == expected


def test_a_list_below_a_colon_is_of_what_the_colon_says(known: Knowledge) -> None:
    text = "我们会收集以下信息：\n\n- 手机号；\n- 设备信息：IMEI、OAID。\n\n我们重视位置的意义。"
    assert said(known, text) == [
        ("phone", "collected"),
        ("device_info", "collected"),
        ("imei", "collected"),
        ("oaid", "collected"),
    ]
    assert said(known, "我们不会收集以下信息：\n\n- 手机号；\n- 通讯录。") == []


def test_a_list_may_run_on_over_semicolons(known: Knowledge) -> None:
    text = "我们所收集的信息包括：1）手机号；2）邮箱；3）照片。"
    assert [kind for kind, _ in said(known, text)] == ["phone", "email", "photos"]


def test_permissions_that_are_asked_for_open_what_they_name(known: Knowledge) -> None:
    text = "我们需要申请以下权限：\n\n- 位置权限：用于查找门店\n- 通讯录权限：用于邀请好友"
    assert said(known, text) == [("location", "collected"), ("contacts", "collected")]


def test_a_list_of_examples_of_a_term_says_nothing(known: Knowledge) -> None:
    text = "## 定义\n\n敏感个人信息是指一旦泄露容易造成危害的信息，包括：\n\n- 身份证号码\n- 指纹"
    assert said(known, text) == []


def test_sections_on_rights_need_plain_words(known: Knowledge) -> None:
    text = "## 您的权利\n\n您可以访问您的头像、生日。\n\n为核实身份，我们会收集您的手机号。"
    assert said(known, text) == [("phone", "collected")]


def test_what_components_take_is_shared(known: Knowledge) -> None:
    text = "## 第三方 SDK 目录\n\nSDK名称：某推送\n\n收集的个人信息：IMEI、MAC地址"
    assert said(known, text) == [("imei", "shared"), ("mac", "shared")]
    assert said(known, "收集个人信息类型：IMEI", "sdk_list") == [("imei", "shared")]


def test_a_heading_that_names_a_function_is_what_it_is_for(known: Knowledge) -> None:
    text = "## 收集的信息\n\n### 1.2 导航\n\n我们会收集您的位置信息。"
    (mention,) = mentions_in(document(text), known)
    assert mention.purpose == "导航"


def test_the_next_sentence_may_say_that_it_can_be_refused(known: Knowledge) -> None:
    text = "我们会收集您的生日。如您拒绝提供，不影响您使用其他功能。"
    (mention,) = mentions_in(document(text), known)
    assert mention.optional


def test_what_is_told_of_a_third_party_line_by_line_is_shared_however_long_it_is(
    known: Knowledge,
) -> None:
    told = (
        "使用目的：推送",
        "使用场景：消息",
        "处理方式：本机采集",
        "所属公司：甲公司",
        "官网地址：无",
    )
    lines = ["SDK名称：甲推送SDK", *told * 3, "收集个人信息类型：IMEI、MAC地址"]
    assert said(known, "\n\n".join(lines)) == [("imei", "shared"), ("mac", "shared")]


def test_a_third_party_ends_with_a_chapter_or_after_other_paragraphs(known: Knowledge) -> None:
    chapter = "二、我们如何收集信息\n\n收集个人信息类型：IMEI"
    assert said(known, "SDK名称：甲推送SDK\n\n" + chapter) == [("imei", "collected")]
    prose = "\n\n".join(["感谢您的使用。"] * 13)
    ended = f"SDK名称：甲推送SDK\n\n{prose}\n\n收集个人信息类型：IMEI"
    assert said(known, ended) == [("imei", "collected")]
