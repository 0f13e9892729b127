from __future__ import annotations

import time

import pytest

from scanner.collect.policy.claims.exports import facts_of
from scanner.collect.policy.document import Reading
from scanner.facts import PolicyExport
from scanner.knowledge import Knowledge
from tests.collect.policy.claims.test_party_rows import markdown


def exports(known: Knowledge, text: str) -> list[PolicyExport]:
    found = facts_of(Reading((markdown(text),)), known)
    return [one for one in found if isinstance(one, PolicyExport)]


FULL = (
    "## 个人信息出境\n\n"
    "为提供翻译服务，我们会将您的位置信息提供给位于新加坡的Example Pte Ltd，处理方式为加密传输。"
    "境外接收方的联系方式：privacy@a.example。您可以向其行使查阅、删除等权利。"
    "我们会就此取得您的单独同意。\n"
)


def test_a_passage_with_all_items(known: Knowledge) -> None:
    one = exports(known, FULL)[0]
    assert (one.name, one.country, one.recipient) == ("Example Pte Ltd", "SG", "")
    items = (one.contact, one.purpose, one.means, one.kinds, one.rights, one.separate_consent)
    assert items == (True,) * 6


def test_a_passage_with_none_of_them(known: Knowledge) -> None:
    (one,) = exports(known, "我们会将您的个人信息传输至境外。")
    assert (one.name, one.recipient, one.country) == ("", "", "")
    items = (one.contact, one.means, one.kinds, one.rights, one.separate_consent)
    assert items == (False,) * 5


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("您的信息将存储于位于美国的服务器。", "US"),
        ("我们会向香港的关联方提供您的手机号信息。", "HK"),
        ("如您使用海外酒店预订功能，我们会将您的姓名等信息提供给日本的酒店。", "JP"),
        ("Your information may be transferred to and processed in the United States.", "US"),
        ("我们的部分个人信息处理由境外服务商完成，需要向境外提供您的信息。", ""),
    ],
)
def test_what_goes_abroad(known: Knowledge, text: str, country: str) -> None:
    assert [one.country for one in exports(known, text)] == [country]


@pytest.mark.parametrize(
    "text",
    [
        "我们不会向境外提供您的个人信息。",
        "我们在境内收集的个人信息存储于中华人民共和国境内，目前不存在向境外传输的情形。",
        "如需跨境传输您的个人信息，我们会另行征得您的同意。",
        "原则上您的个人信息在境内存储，除非法律另有规定不会传输至境外。",
        "如果未来确有必要向境外提供个人信息，我们将告知接收方的名称并取得单独同意。",
        "购买跨境商品时，我们会收集您的身份证号码信息。",
        "您可以使用境外手机号码注册，我们会保存您的账号信息。",
        "我们将保障数据出境的安全。",
        "我们会将您的信息存储于中国境内的服务器。",
        "We do not transfer your personal information outside of China.",
        "If we transfer your personal information overseas, we will ask for your consent.",
        "",
    ],
)
def test_what_does_not_go_abroad(known: Knowledge, text: str) -> None:
    assert exports(known, text) == []


def test_a_table_of_recipients_abroad(known: Knowledge) -> None:
    text = (
        "## 境外接收方\n\n"
        "| 接收方名称 | 国家 | 联系方式 | 目的 | 处理方式 | 个人信息种类 | 行使权利的方式 |\n"
        "|-|-|-|-|-|-|-|\n"
        "| Google LLC | 美国 | a@b.example | 崩溃分析 | 存储 | IP地址 | 发邮件 |\n"
        "| 某某科技有限公司 | 新加坡 | | 客服 | | | |\n"
    )
    found = {one.name: one for one in exports(known, text) if one.name}
    one, two = found["Google LLC"], found["某某科技有限公司"]
    assert (one.country, two.country) == ("US", "SG")
    assert (one.contact, one.purpose, one.means, one.kinds, one.rights) == (True,) * 5
    assert (two.contact, two.purpose, two.means, two.kinds) == (False, True, False, False)


def test_a_table_of_recipients_at_home_is_none(known: Knowledge) -> None:
    text = "| SDK名称 | 公司 | 所在地 | 目的 |\n|-|-|-|-|\n| Bugly | 某某公司 | 中国 | 崩溃分析 |\n"
    assert exports(known, text) == []


def test_a_component_is_resolved(known: Knowledge) -> None:
    found = exports(known, "我们使用Firebase Crashlytics SDK，崩溃日志信息会传输至美国。")
    assert [(one.recipient, one.country) for one in found] == [("crashlytics", "US")]


def test_hostile_text_costs_little(known: Knowledge) -> None:
    document = markdown("境外提供" * 10_000 + "\n\n" + "向美国" * 15_000)
    start = time.process_time()
    list(facts_of(Reading((document,)), known))
    assert time.process_time() - start < 60


def test_the_subject_itself_is_no_recipient_abroad(known: Knowledge) -> None:
    text = (
        "北京友盟同欣科技有限公司（以下简称“我们”）。我们会把您的手机号提供给境外的{}，用于统计。"
    )
    assert [one.name for one in exports(known, text.format("友盟+SDK"))] == [""]
    assert [one.name for one in exports(known, text.format("Google LLC"))] == ["Google LLC"]


def test_what_stays_in_the_country_goes_nowhere(known: Knowledge) -> None:
    assert exports(known, "您前往境外使用本应用时，您的信息仍存储于中国境内。") == []
    both = "您的信息存储于中国境内，部分信息会传输到境外。"
    assert len(exports(known, both)) == 1
