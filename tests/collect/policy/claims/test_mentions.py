from __future__ import annotations

import re
import time

import pytest

from scanner.collect.policy.claims.mentions import facts_of
from scanner.collect.policy.document import Document, Link, Reading
from scanner.facts import PolicyMention
from scanner.knowledge import Knowledge
from tests.collect.policy.claims.test_party_rows import markdown


def mentions(known: Knowledge, *texts: str | Document) -> list[PolicyMention]:
    documents = tuple(markdown(text) if isinstance(text, str) else text for text in texts)
    found = list(facts_of(Reading(documents), known))
    return [one for one in found if isinstance(one, PolicyMention)]


def kinds(known: Knowledge, *texts: str) -> set[str]:
    return {one.data_type for one in mentions(known, *texts)} - {""}


def parties(known: Knowledge, *texts: str | Document) -> set[str]:
    return {one.recipient for one in mentions(known, *texts)} - {""}


@pytest.mark.parametrize(
    "text",
    [
        "我们会向服务器上报IMEI、Android ID。",
        "您的IMEI、Android ID将被用于风控。",
        "我们不收集您的IMEI和安卓ID。",
        "# 一、设备标识（IMEI、Android ID）\n\n用于风控。",
        "- IMEI\n- Android_ID\n\n以上信息用于风控。",
        "我们会知悉您的国际移动设备识别码、ANDROIDID。",
    ],
)
def test_a_word_counts_whatever_is_said_of_it(known: Knowledge, text: str) -> None:
    assert {"imei", "android_id"} <= kinds(known, text)


@pytest.mark.parametrize(
    "text",
    [
        "友盟会收集您的IMEI。",
        "# 友盟+\n\n用于统计分析，收集IMEI。",
        "我们将IMEI传给友盟同欣。",
        "统计：友盟+。",
        "集成了来自umeng.com的统计代码。",
        "我们未接入友盟统计SDK。",
        "com.umeng.analytics",
        "友盟同欣（北京）科技有限公司",
    ],
)
def test_a_name_a_maker_or_a_host_counts_wherever_it_stands(known: Knowledge, text: str) -> None:
    assert "umeng-analytics" in parties(known, text)


def test_a_maker_stands_for_all_it_has_and_a_link_for_its_host(known: Knowledge) -> None:
    assert {"bugly", "gdt", "wechat"} <= parties(known, "腾讯公司提供支持")
    text = markdown("见其隐私政策")
    linked = text._replace(links=(Link("其隐私政策", "https://www.umeng.com/policy", 1),))
    assert "umeng-analytics" in parties(known, linked)
    assert not parties(known, text)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("The timing of premium images is macro-economic.", {"imei", "mac", "ip"}),
        ("我们重视您的隐私。", {"imei", "phone", "address", "location"}),
        ("请在手机上打开，地址栏输入网址即可。", {"phone", "address"}),
        ("The description of shipping.", {"ip", "imsi"}),
    ],
)
def test_parts_of_longer_latin_words_and_common_words_do_not_count(
    known: Knowledge, text: str, absent: set[str]
) -> None:
    assert not kinds(known, text) & absent


def test_a_name_inside_a_longer_latin_word_does_not_count(known: Knowledge) -> None:
    assert not parties(known, "The buglyness of a map and pushing is amapola.") & {"bugly", "amap"}


def test_a_name_that_is_an_english_word_counts_with_a_capital_only(known: Knowledge) -> None:
    assert not parties(known, "we share a line of text on the map")
    assert "sentry" in parties(known, "Crashes are sent to Sentry.")


def test_each_is_told_once_at_its_first_place(known: Knowledge) -> None:
    first, second = markdown("读取IMEI。再读IMEI"), markdown("IMEI、OAID")
    found = [one for one in mentions(known, first, second) if one.data_type == "imei"]
    assert len(found) == 1
    start, end = map(int, re.findall(r"\d+", found[0].source.at)[:2])
    assert first.text[start:end] == "IMEI"
    assert (found[0].quote, found[0].recipient) == ("读取IMEI", "")
    assert "oaid" in {one.data_type for one in mentions(known, first, second)}


def test_long_and_hostile_texts_are_read_in_time(known: Knowledge) -> None:
    list(mentions(known, "IMEI"))
    for text in ("imeiimei" * 4000, "友盟" * 15000, "a.b" * 10000, "手机 " * 10000):
        began = time.process_time()
        mentions(known, text)
        assert time.process_time() - began < 60
