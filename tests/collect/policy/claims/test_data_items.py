from __future__ import annotations

import time

import pytest

from scanner.collect.policy.claims.data_items import facts_of
from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.texts.text import read
from scanner.facts import PolicyDataItem
from scanner.knowledge import Knowledge, load_knowledge, rules_folder


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def document(text: str, part: str = "policy") -> Document:
    return read(
        text.encode(),
        name="policy.md",
        address=None,
        origin="given",
        part=part,  # type: ignore[arg-type]
        evidence="0" * 64,
    )


def items(known: Knowledge, *texts: str, part: str = "policy") -> dict[str, PolicyDataItem]:
    """Facts by kind of data; one that is shared has its use before it."""
    reading = Reading(tuple(document(text, part) for text in texts))
    facts = [fact for fact in facts_of(reading, known) if isinstance(fact, PolicyDataItem)]
    return {
        f"shared {fact.data_type}" if fact.use == "shared" else fact.data_type: fact
        for fact in facts
    }


POLICY = """\
# 某某天气隐私政策

本政策适用于某某天气。请在显著位置查看有关法律文件，并拨打客服电话 400-000-0000 与我们联系。

## 一、我们如何收集和使用您的个人信息

### 1.1 注册与登录

当您注册账号时，我们会收集您的手机号码，用于验证您的身份。您可以选择填写性别、生日，不填写不影响您使用基本功能。

### 1.2 附近天气

为了向您展示所在地的天气，我们会在您授权后获取您的精确位置。

### 1.3 运行保障

我们会收集以下信息：

- 设备型号、操作系统版本；
- Android ID、OAID 等设备标识；
- 已安装应用列表，用于识别恶意软件。

我们不会收集您的通讯录和短信内容。

个人敏感信息是指一旦泄露可能危害人身安全的信息，包括身份证号码、指纹、病历、行踪轨迹等。

## 二、第三方共享

我们接入的推送服务由第三方提供，该公司会收集您的 IMEI 和 MAC地址，用于推送消息。

未经您同意，我们不会向第三方提供您的银行卡号。

## 三、您的权利

您可以访问、更正您的头像、昵称、邮箱。
"""


def test_a_policy_gives_the_kinds_that_it_says_are_handled(known: Knowledge) -> None:
    found = items(known, POLICY)
    assert set(found) == {
        *("phone", "gender", "birth_date", "location_precise", "device_model", "os_version"),
        *("android_id", "oaid", "installed_apps", "device_ids"),
        *("imei", "meid", "imsi", "iccid", "serial", "mac", "aaid"),
        *("shared imei", "shared mac"),
    }


def test_what_for_and_when_and_whether_it_may_be_refused(known: Knowledge) -> None:
    found = items(known, POLICY)
    phone, gender, place = found["phone"], found["gender"], found["location_precise"]
    assert (phone.purpose, phone.condition, phone.optional) == (
        *("用于验证您的身份", "当您注册账号时"),
        False,
    )
    assert gender.optional
    assert place.purpose == "为了向您展示所在地的天气"
    assert found["installed_apps"].purpose == "用于识别恶意软件"
    assert found["shared imei"].purpose == "用于推送消息"


def test_a_broad_word_discloses_what_it_covers_vaguely(known: Knowledge) -> None:
    found = items(known, "我们会收集您的位置信息，用于导航。")
    assert {kind: fact.vague for kind, fact in found.items()} == {
        "location": False,
        "location_precise": True,
        "location_coarse": True,
    }
    assert {fact.word for fact in found.values()} == {"位置信息"}


def test_a_kind_of_its_own_word_stands_before_a_broad_one(known: Knowledge) -> None:
    found = items(known, "我们会收集您的位置信息。我们会收集您的精确位置，用于导航。")
    assert (found["location_precise"].word, found["location_precise"].vague) == ("精确位置", False)


@pytest.mark.parametrize(
    ("text", "vague"),
    [
        ("我们会收集您的手机号、邮箱等信息。", True),
        ("我们会收集的信息包括但不限于您的手机号。", True),
        ("我们会收集您的手机号，用于注册、登录等功能。", False),
        ("我们会收集您的手机号。", False),
        ("We collect your phone number, name, etc.", True),
    ],
)
def test_an_open_list_is_vague(known: Knowledge, text: str, vague: bool) -> None:
    assert items(known, text)["phone"].vague is vague


def test_a_sensitive_kind_carries_both_readings(known: Knowledge) -> None:
    card = items(known, "我们会收集您的身份证号码，用于实名认证。")["id_card"]
    assert (card.sensitive_2020, card.sensitive_2025) == (True, None)


def test_a_fact_points_to_its_words(known: Knowledge) -> None:
    text = "前言。我们会收集您的手机号。"
    fact = items(known, text)["phone"]
    assert (fact.source.at or "").startswith("text 3-14")
    assert (fact.quote, fact.word) == ("我们会收集您的手机号。", "手机号")


def test_documents_of_one_policy_are_read_together(known: Knowledge) -> None:
    found = items(known, "我们会收集您的手机号。", "我们会收集您的手机号，用于登录。")
    assert found["phone"].purpose == "用于登录"


def test_facts_come_in_the_same_order_every_time(known: Knowledge) -> None:
    reading = Reading((document(POLICY),))
    assert list(facts_of(reading, known)) == list(facts_of(reading, known))


def test_a_long_policy_is_read_quickly(known: Knowledge) -> None:
    reading = Reading((document((POLICY * 60)[:30_000]),))
    list(facts_of(Reading((document(POLICY),)), known))
    began = time.perf_counter()
    list(facts_of(reading, known))
    assert time.perf_counter() - began < 60


@pytest.mark.parametrize(
    "unit", ["我们会收集您的", "当您使用(", "用于为了以便", "位置、", "a ", "不会收集"]
)
def test_hostile_text_takes_bounded_time(known: Knowledge, unit: str) -> None:
    began = time.perf_counter()
    list(facts_of(Reading((document(unit * (60_000 // len(unit))),)), known))
    assert time.perf_counter() - began < 60


def test_a_list_in_brackets_says_what_a_broad_word_covers(known: Knowledge) -> None:
    closed = items(known, "我们会收集您的网络信息（IP地址、SSID）。")
    assert set(closed) == {"network_info", "ip", "ssid"}
    for text in ("网络信息（IP地址、SSID等）", "网络信息（如IP地址）", "网络信息、IP地址"):
        assert {"ip", "bssid", "cell"} <= set(items(known, f"我们会收集您的{text}。"))
