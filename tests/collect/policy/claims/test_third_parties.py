from __future__ import annotations

import re
import time

import pytest

from scanner.collect.policy.claims.third_parties import facts_of, kinds_in
from scanner.collect.policy.document import MOST_QUOTED, Reading
from scanner.facts import PolicyThirdParty
from scanner.knowledge import Knowledge
from tests.collect.policy.claims.test_party_rows import markdown

TABLE = (
    "| SDK名称 | 公司名称 | 使用目的 | 收集的个人信息 | 收集方式 | 隐私政策 |\n|-|-|-|-|-|-|\n"
    "| 友盟+移动统计SDK | 友盟同欣（北京）科技有限公司 | 统计分析 "
    "| IMEI、OAID | SDK采集 | https://a.example |\n"
    "| 某某地图SDK | 某某科技有限公司 | 画地图 | 位置信息等 | | |\n"
)


def parties(known: Knowledge, text: str, **more: object) -> list[PolicyThirdParty]:
    reading = Reading((markdown(text),), **more)  # type: ignore[arg-type]
    found = list(facts_of(reading, known))
    assert all(isinstance(one, PolicyThirdParty) for one in found)
    return [one for one in found if isinstance(one, PolicyThirdParty)]


def by_id(known: Knowledge, text: str, **more: object) -> dict[str, PolicyThirdParty]:
    return {one.recipient: one for one in parties(known, text, **more)}


def test_a_row_tells_all_that_it_holds(known: Knowledge) -> None:
    document = markdown(TABLE)
    found = by_id(known, TABLE)
    one = found["umeng-analytics"]
    assert (one.name, one.by, one.vendor) == ("友盟+移动统计SDK", "name", "umeng")
    assert (one.company, one.purpose) == ("友盟同欣（北京）科技有限公司", "统计分析")
    assert one.data_types == ("imei", "oaid")
    assert (one.means, one.contact, one.vague) == ("SDK采集", True, False)
    assert one.listed_in == "table"
    start, end = map(int, re.findall(r"\d+", one.source.at)[:2])
    assert document.text[start:end].startswith("友盟+移动统计SDK")
    assert found["umeng"].by == "family"


def test_a_row_that_no_table_knows_stands_for_itself(known: Knowledge) -> None:
    one = by_id(known, TABLE)[""]
    assert (one.name, one.vendor, one.by, one.company) == (
        "某某地图SDK",
        "",
        None,
        "某某科技有限公司",
    )
    assert one.data_types == ("location", "location_coarse", "location_precise")
    assert (one.means, one.contact, one.vague) == ("", False, True)


def test_only_a_company_stands_for_what_it_makes_and_is_vague(known: Knowledge) -> None:
    rows = "| 合作方 | 目的 | 共享信息 |\n|-|-|-|\n| 深圳市腾讯计算机系统有限公司 | {} | IMEI |\n"
    push = by_id(known, rows.format("消息推送"))
    assert set(push) == {"tpns"}
    assert (push["tpns"].by, push["tpns"].vague) == ("vendor", True)
    whole = by_id(known, rows.format("提供服务"))
    assert {"bugly", "wechat", "gdt"} <= set(whole)
    assert "mmkv" not in whole


def test_an_unknown_product_does_not_stand_for_its_makers_others(known: Knowledge) -> None:
    head = "| SDK名称 | 公司 | 目的 |\n|-|-|-|\n"
    rows = head + "| 某某新盾SDK | 深圳市腾讯计算机系统有限公司 | 识别风险 |\n"
    (one,) = parties(known, rows)
    assert (one.recipient, one.vendor, one.by, one.vague) == ("", "tencent", "vendor", True)


def test_a_host_or_package_resolves_what_no_name_does(known: Knowledge) -> None:
    rows = "| SDK名称 | 包名 | 目的 |\n|-|-|-|\n| 数据组件 | com.umeng.analytics | 统计 |\n"
    (one,) = parties(known, "第三方SDK\n\n" + rows)
    assert (one.recipient, one.by) == ("umeng-analytics", "domain")


def test_a_sentence_names_who_takes_part(known: Knowledge) -> None:
    text = (
        "我们的产品接入了友盟+SDK，友盟+SDK需要收集您的设备Mac地址、OAID，用于统计分析。\n\n"
        "1.2 “七牛”：由“上海七牛信息技术有限公司”提供，用于存储文件。需要收集的信息包括：\n\n"
        "Android版本：IP地址\n"
    )
    found = by_id(known, text)
    one = found["umeng-analytics"]
    assert (one.name, one.listed_in) == ("友盟+", "text")
    assert one.data_types is not None
    assert {"mac", "oaid"} <= set(one.data_types)
    assert one.purpose == "用于统计分析"
    assert found["qiniu"].company == "上海七牛信息技术有限公司"
    assert "ip" in (found["qiniu"].data_types or ())


@pytest.mark.parametrize(
    "text",
    [
        "我们未接入任何第三方SDK，也不会接入友盟SDK。",
        "本应用没有集成友盟、极光推送等第三方SDK。",
        "您可以在华为应用商店、小米应用商店下载本应用。",
        "您可以使用微信、QQ或微博联系我们。",
        "如需帮助，请通过支付宝小程序提交。",
        "We do not integrate any third-party SDK such as Firebase or Umeng.",
        "",
    ],
)
def test_who_takes_no_part_is_not_named(known: Knowledge, text: str) -> None:
    assert parties(known, text) == []


def test_the_subject_itself_is_nobody_else(known: Knowledge) -> None:
    text = "高德地图会与第三方合作伙伴共享您的信息。友盟+SDK会收集设备信息。"
    assert "amap" in by_id(known, text)
    assert "amap" not in by_id(known, text, names=("高德地图",))
    assert "amap" not in by_id(known, text, developer="高德软件有限公司")
    assert "umeng-analytics" in by_id(known, text, developer="高德软件有限公司")


def test_a_table_counts_before_a_sentence_and_each_name_once(known: Knowledge) -> None:
    text = TABLE + "\n\n我们接入了友盟移动统计SDK。我们接入了Bugly SDK。我们接入了Bugly SDK。\n"
    found = parties(known, text)
    assert {one.listed_in for one in found if one.recipient == "umeng-analytics"} == {"table"}
    assert [one.listed_in for one in found if one.recipient == "bugly"] == ["text"]
    keys = [(one.recipient, one.name) for one in found]
    assert len(keys) == len(set(keys))
    assert found == parties(known, text)


def test_an_english_table_and_sentence(known: Knowledge) -> None:
    text = (
        "| Third-party SDK | Company | Purpose | Data collected | Privacy policy |\n|-|-|-|-|-|\n"
        "| Firebase Crashlytics | Google LLC | crash reports | IP address, device model "
        "| https://x.example |\n\n"
        "We share device identifiers with our advertising partner AppLovin.\n"
    )
    found = by_id(known, text)
    assert found["crashlytics"].company == "Google LLC"
    assert found["crashlytics"].data_types == ("device_model", "ip")
    assert found["applovin"].listed_in == "text"


def test_a_general_word_stands_for_all_that_it_covers(known: Knowledge) -> None:
    assert set(kinds_in("imei、位置信息", known)) == {
        *("imei", "location"),
        *known.data_types["location"].covers,
    }


def test_hostile_rows_are_bounded(known: Knowledge) -> None:
    row = "| " + "SDK" * 3000 + " | " + "甲" * 9000 + " | " + "IMEI、" * 2000 + " |\n"
    text = (
        "| SDK名称 | 公司 | 信息 |\n|-|-|-|\n" + row * 3 + "| 甲SDK | " + "乙" * 5000 + " | x |\n"
    )
    start = time.process_time()
    (one,) = parties(known, text)
    assert time.process_time() - start < 60
    assert one.company is not None
    assert len(one.company) <= MOST_QUOTED


def test_30000_characters_take_little(known: Knowledge) -> None:
    text = TABLE + "\n\n" + "我们会收集您的设备信息，并与第三方共享。使用友盟+SDK统计。\n\n" * 900
    document = markdown(text)
    parties(known, TABLE)
    start = time.process_time()
    assert list(facts_of(Reading((document,)), known))
    assert time.process_time() - start < 60


def test_a_list_of_bare_names(known: Knowledge) -> None:
    text = "## 第三方SDK目录\n\n- 高德地图\n- 微信\n- 某某\n\n## 其他\n\n- 高德地图\n- 微博\n"
    assert {one.name for one in parties(known, text)} == {"高德地图", "微信"}
    sentence = "本应用接入的第三方SDK包括：微信、支付宝、新浪微博。"
    assert {"wechat", "alipay", "weibo"} <= set(by_id(known, sentence))


def test_a_table_without_headings(known: Knowledge) -> None:
    text = (
        "## 附录\n\n| 极光推送 | 消息推送 | https://www.a.example |\n|-|-|-|\n"
        "| 腾讯Bugly | 崩溃分析 | https://b.example |\n| 某某SDK | 其他 | https://c.example |\n"
    )
    found = {one.name: one for one in parties(known, text)}
    assert set(found) == {"极光推送", "腾讯Bugly", "某某SDK"}
    assert (found["腾讯Bugly"].purpose, found["腾讯Bugly"].contact) == ("崩溃分析", True)


def test_a_component_named_in_a_table_of_other_things(known: Knowledge) -> None:
    text = (
        "| 业务功能 | 收集的信息 | 说明 |\n|-|-|-|\n"
        "| 消息 | 设备信息 | 由极光推送SDK收集 |\n| 导航 | 位置 | 我们自己收集 |\n"
    )
    found = by_id(known, text)
    assert found["jpush"].listed_in == "text"


def test_an_endless_sentence_is_bounded(known: Knowledge) -> None:
    document = markdown("友盟SDK微信" * 20_000)
    start = time.process_time()
    found = list(facts_of(Reading((document,)), known))
    assert time.process_time() - start < 60
    assert 0 < len(found) < 50


@pytest.mark.parametrize(
    "text",
    [
        "我们自2025年起已停止使用腾讯Bugly SDK。",
        "我们已移除友盟统计SDK，不再使用其服务。",
        "穿山甲SDK已移除。",
        "本应用未接入极光推送、个推等第三方SDK。",
        "2025年之前的版本曾使用友盟统计SDK。",
        "未来如果接入穿山甲等广告SDK，我们会更新本目录。",
        "本次更新删除了原第3条中的个推SDK。",
        "We no longer use the Bugly SDK.",
    ],
)
def test_what_is_gone_or_may_come_is_not_listed(known: Knowledge, text: str) -> None:
    assert parties(known, text) == []


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("如您使用微信SDK登录功能，微信SDK会收集您的昵称。", "wechat"),
        ("当您停止使用极光推送SDK的推送功能时，它不再收集信息。", "jpush"),
        ("我们接入了友盟统计SDK，您注销后友盟统计SDK收集的信息已删除。", "umeng-analytics"),
        ("我们使用极光推送SDK，您可以关闭推送。", "jpush"),
        ("为统计崩溃，我们接入了腾讯Bugly SDK，不再需要您手动反馈。", "bugly"),
    ],
)
def test_what_is_only_turned_off_by_a_person_is_listed(
    known: Knowledge, text: str, recipient: str
) -> None:
    assert recipient in by_id(known, text)


def test_a_row_of_a_maker_tells_nothing_of_each_that_it_has(known: Knowledge) -> None:
    found = parties(known, "| 合作方 | 联系方式 | 目的 |\n|-|-|-|\n| 腾讯 | a@b.example |  |\n")
    bare = [one for one in found if one.purpose == "" and one.data_types == ()]
    assert [(one.recipient, one.vendor, one.by) for one in bare] == [("", "tencent", "vendor")]
    rest = [one for one in found if one.recipient]
    assert len(rest) > 5
    assert {(one.purpose, one.data_types) for one in rest} == {(None, None)}


def test_the_house_of_who_speaks_is_nobody_else(known: Knowledge) -> None:
    text = "您使用小米推送SDK时，我们会收集手机号。我们接入友盟统计SDK。"
    assert "mipush" in by_id(known, text)
    own = by_id(known, text, developer="小米科技有限责任公司")
    assert "umeng-analytics" in own
    assert "mipush" not in own
    said = "小米科技有限责任公司（以下简称“我们”）提供本应用。" + text
    assert set(by_id(known, said)) == set(own)


def test_the_company_may_stand_in_brackets_or_behind_the_name(known: Knowledge) -> None:
    text = "## 第三方SDK目录\n\n1. 极光推送SDK（甲乙（深圳）有限公司）：用于推送。\n"
    text += "2. Bugly：由丙丁有限公司提供，用于崩溃分析。\n"
    found = by_id(known, text)
    assert found["jpush"].company == "甲乙（深圳）有限公司"
    assert found["bugly"].company == "丙丁有限公司"


def test_a_line_below_the_title_of_a_list_begins_with_its_party(known: Knowledge) -> None:
    lines = "• 极光推送（JPush）——用于推送——Android ID——https://a.example/policy/of/push\n"
    assert "jpush" in by_id(known, "第三方SDK目录\n\n" + lines)
    assert by_id(known, "联系我们\n\n" + lines) == {}


def test_an_ambiguous_name_that_opens_a_line_of_a_list_counts(known: Knowledge) -> None:
    text = (
        "## 第三方SDK目录\n\n- 微信：用于分享，收集IP地址等信息，由腾讯公司提供，说明见其网站。\n"
    )
    assert "wechat" in by_id(known, text)
    assert "wechat" not in by_id(known, text.replace("第三方SDK目录", "联系我们"))
    assert "wechat" not in by_id(known, text.replace("- 微信：", "- 关注我们的微信："))
