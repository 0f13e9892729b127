from __future__ import annotations

import time

import pytest

from scanner.collect.policy.claims.party_lists import in_lists
from scanner.collect.policy.claims.party_names import party_names
from scanner.collect.policy.claims.party_rows import Entry
from scanner.knowledge import Knowledge
from tests.collect.policy.claims.test_party_rows import markdown

INTRO = "我们接入的第三方SDK如下：\n\n"


def entries(known: Knowledge, text: str, part: str = "policy") -> list[Entry]:
    return list(in_lists(markdown(text, part), party_names(known)))


@pytest.mark.parametrize(
    "text",
    [
        "1. 甲乙SDK\n\n提供方：甲乙科技有限公司\n\n使用目的：推送消息\n\n收集信息：IMEI\n\n"
        "2. 丙丁SDK\n\n提供方：丙丁科技有限公司\n\n使用目的：统计\n\n收集信息：IP地址\n",
        "SDK名称：甲乙SDK\n\n公司名称：甲乙科技有限公司\n\n使用目的：推送消息\n\n收集信息类型：IMEI\n\n"
        "SDK名称：丙丁SDK\n\n公司名称：丙丁科技有限公司\n\n使用目的：统计\n\n收集信息类型：IP地址\n",
        "①甲乙SDK 主体：甲乙科技有限公司 目的：推送消息 数据类型：IMEI\n\n"
        "②丙丁SDK 主体：丙丁科技有限公司 目的：统计 数据类型：IP地址\n",
        "- 推送（甲乙SDK）\n- 第三方名称：甲乙科技有限公司\n- 用途：推送消息\n- 数据类型：IMEI\n"
        "- 统计（丙丁SDK）\n- 第三方名称：丙丁科技有限公司\n- 用途：统计\n- 收集信息类型：IP地址\n",
    ],
)
def test_each_entry_is_read_with_its_labels(known: Knowledge, text: str) -> None:
    one, two = entries(known, INTRO + text)
    assert "甲乙sdk" in one.name
    assert "丙丁sdk" in two.name
    assert (one.said["company"], two.said["company"]) == ("甲乙科技有限公司", "丙丁科技有限公司")
    assert (one.said["purpose"], two.said["purpose"]) == ("推送消息", "统计")
    assert (one.said["kinds"], two.said["kinds"]) == ("imei", "ip地址")


def test_an_address_may_stand_on_the_next_line(known: Knowledge) -> None:
    text = INTRO + "甲乙SDK\n\n使用目的：推送\n\n官网链接：\n\nhttps://a.example/p\n\n结束。\n"
    (one,) = entries(known, text)
    assert one.said["contact"] == "https://a.example/p"


def test_names_with_nothing_but_an_address_count_beside_known_ones(known: Knowledge) -> None:
    links = "\n\n".join(
        f"• {name} 的隐私政策：https://a.example/" for name in ("Vungle", "某某广告")
    )
    assert [one.name for one in entries(known, links)] == ["• vungle", "• 某某广告"]
    assert entries(known, "• 某某广告 的隐私政策：https://a.example/\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "注册与登录\n\n收集信息：手机号\n\n使用目的：创建账号\n\n浏览\n\n收集信息：浏览记录\n\n使用目的：推荐\n",
        "相机权限\n\n使用目的：扫码\n\n收集信息：照片\n",
        "我们的联系方式如下：\n\n公司名称：某某科技有限公司\n\n邮箱：a@b.example\n",
        "目前，我们与第三方合作的情况有以下几种：广告、统计。\n",
    ],
)
def test_lists_of_other_things_name_nobody(known: Knowledge, text: str) -> None:
    assert entries(known, text) == []


def test_hostile_lines_cost_no_more_than_their_length(known: Knowledge) -> None:
    text = "目的：" * 20_000 + "\n\n" + "甲" * 60_000 + "\n\n" + ":" * 40_000
    document = markdown(text)
    start = time.process_time()
    list(in_lists(document, party_names(known)))
    assert time.process_time() - start < 60


@pytest.mark.parametrize(
    "text",
    [
        "1. 甲乙SDK，提供方：甲乙科技有限公司，使用目的：推送消息，收集的个人信息：IMEI，隐私政策：https://a.example\n"
        "2. 丙丁SDK，提供方：丙丁科技有限公司，使用目的：统计，收集的个人信息：IP地址。\n",
        "【甲乙SDK】\n\n【所属公司】甲乙科技有限公司\n\n【使用目的】推送消息\n\n【收集信息】IMEI\n\n"
        "【丙丁SDK】\n\n【所属公司】丙丁科技有限公司\n\n【使用目的】统计\n\n【收集信息】IP地址\n",
        "甲乙SDK\n\n公司名称：甲乙科技有限公司使用目的：推送消息\n\n收集信息：IMEI\n\n"
        "丙丁SDK\n\n公司名称：丙丁科技有限公司使用目的：统计\n\n收集信息：IP地址\n",
    ],
)
def test_the_name_may_stand_before_its_labels_in_one_line(known: Knowledge, text: str) -> None:
    one, two = entries(known, "## 第三方SDK目录\n\n" + text)
    assert ("甲乙sdk" in one.name, "丙丁sdk" in two.name) == (True, True)
    assert (one.said["company"], two.said["company"]) == ("甲乙科技有限公司", "丙丁科技有限公司")
    assert (one.said["purpose"], two.said["purpose"]) == ("推送消息", "统计")
    assert (one.said["kinds"], two.said["kinds"]) == ("imei", "ip地址")


def test_english_labels_of_several_words(known: Knowledge) -> None:
    (one,) = entries(
        known,
        "## Third-party SDK list\n\n- Firebase Crashlytics, provider: Google LLC, purpose: crash"
        " reports, personal information collected: device model\n",
    )
    assert "crashlytics" in one.name
    assert (one.said["purpose"], one.said["kinds"]) == ("crash reports", "device model")


def test_the_title_of_a_list_names_nobody(known: Knowledge) -> None:
    text = "# 第三方SDK目录\n\n1. 如下，您可以了解，使用目的：推送，收集的个人信息：IMEI\n"
    assert entries(known, text) == []


def test_an_address_alone_tells_nothing_of_the_data(known: Knowledge) -> None:
    text = (
        "• Vungle 的隐私政策：https://a.example/\n\n甲乙SDK\n\n使用目的：推送\n\n收集信息：IMEI\n"
    )
    found = {one.name: one.guessed for one in entries(known, INTRO + text)}
    assert found == {"• vungle": True, "甲乙sdk": False}
