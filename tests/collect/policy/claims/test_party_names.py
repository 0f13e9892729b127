from __future__ import annotations

import time

import msgspec
import pytest

from scanner.collect.policy.claims.party_names import party_names
from scanner.collect.policy.claims.party_spellings import is_company
from scanner.collect.policy.document import folded
from scanner.knowledge import Knowledge


def resolved(known: Knowledge, cell: str, vendor: str = "") -> dict[str, str]:
    return {one.recipient: one.by for one in party_names(known).of_cell(folded(cell), vendor)}


def test_every_own_name_and_alias_resolves_to_its_row(known: Knowledge) -> None:
    names = party_names(known)
    lost = []
    for sdk in known.sdks:
        titles = (sdk.title.zh, sdk.title.en) if sdk.collects else ()
        for name in (*titles, *sdk.aliases):
            if is_company(folded(name)):
                assert names.vendor_of(folded(name)) == sdk.vendor.id, name
            elif sdk.id not in resolved(known, name):
                lost.append(f"{sdk.id}: {name}")
    assert lost == []


@pytest.mark.parametrize(
    ("cell", "recipient"),
    [
        ("友盟 + SDK", "umeng-analytics"),
        ("Ｕ－ＡＰＰ统计", "umeng-analytics"),
        ("【极光推送】", "jpush"),
        ("1. 个推（每日互动）", "getui"),
        ("Bugly SDK", "bugly"),
        ("OPPO PUSH开发工具包", "oppo-push"),
        ("第三方登录（微信OpenSDK）", "wechat"),
        ("高德地图SDK（Android）", "amap"),
        ("GromoreSDK", "pangle"),
        ("QQ", "qq-open"),
        ("OAID", "msa-oaid"),
    ],
)
def test_a_cell_is_read_however_it_is_written(known: Knowledge, cell: str, recipient: str) -> None:
    assert recipient in resolved(known, cell)


def test_a_house_stands_for_all_of_it_and_a_member_for_itself_and_the_base(
    known: Knowledge,
) -> None:
    house = resolved(known, "友盟SDK")
    assert house["umeng-analytics"] == "name"
    assert {"umeng-push", "umeng-social", "umeng"} <= set(house)
    assert house["umeng-push"] == "family"
    assert resolved(known, "极光推送") == {"jpush": "name", "jiguang": "family"}
    assert resolved(known, "友盟推送") == {"umeng-push": "name", "umeng": "family"}


def test_a_brand_counts_with_its_use_only(known: Knowledge) -> None:
    assert resolved(known, "VIVO流量联盟SDK") == {"vivo-ads": "family"}
    whole = resolved(known, "华为SDK")
    assert {"hms-push", "huawei-ads"} <= set(whole)
    assert set(whole.values()) == {"vendor"}
    assert resolved(known, "腾讯某某新产品SDK") == {"": "vendor"}
    assert resolved(known, "华为") == {}


def test_a_general_name_gives_way_to_the_maker_beside_it(known: Knowledge) -> None:
    assert set(resolved(known, "号码认证SDK")) == {"aliyun-numberauth"}
    assert "aliyun-numberauth" not in resolved(known, "号码认证SDK", "tencent")
    assert set(resolved(known, "游戏联运SDK", "oppo")) == {"oppo-game"}
    assert resolved(known, "游戏联运SDK") == {}


@pytest.mark.parametrize(
    "text",
    [
        "您可以添加我们的微信公众号",
        "请使用支付宝或银行卡付款",
        "我们收集您的oaid、设备型号",
        "华为手机、小米手机和oppo手机的用户",
        "a map of the mobile site, share this and adjust your settings",
        "mobile",
        "网络信标(web beacon)",
    ],
)
def test_words_that_mean_other_things_name_nobody(known: Knowledge, text: str) -> None:
    assert [one for one in party_names(known).mentions(text) if not one.weak] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我们接入了微信、qq和微博sdk", ["微信", "qq", "微博"]),
        ("由友盟+提供统计服务", ["友盟+"]),
        ("我们使用小米推送服务", ["小米推送"]),
        ("使用华为/小米/vivo push sdk推送消息", ["华为", "小米", "vivo push"]),
        ("华为、小米手机使用极光推送", ["极光推送"]),
        ("集成了adjust sdk", ["adjust"]),
        ("安卓端集成oaid sdk", ["oaid sdk"]),
    ],
)
def test_a_sentence_gives_names_with_their_places(
    known: Knowledge, text: str, words: list[str]
) -> None:
    found = [one for one in party_names(known).mentions(text) if not one.weak]
    assert [text[one.start : one.end] for one in found] == words


@pytest.mark.parametrize(
    ("company", "vendor"),
    [
        ("深圳市腾讯计算机系统有限公司", "tencent"),
        ("维沃移动通信有限公司", "vivo"),
        ("支付宝（中国）网络技术有限公司", "ant"),
        ("阿里云计算有限公司", "aliyun"),
        ("Google LLC", "google"),
        ("北京随便起的科技有限公司", ""),
        ("Metaphor Inc", ""),
    ],
)
def test_a_company_is_told(known: Knowledge, company: str, vendor: str) -> None:
    assert party_names(known).vendor_of(folded(company)) == vendor


def test_hosts_and_packages_resolve_and_hosts_of_files_do_not(known: Knowledge) -> None:
    text = "https://www.umeng.com/policy cn.jpush.im.android terms.alicdn.com x.example"
    found = {one.recipient for one in party_names(known).of_hosts(text)}
    assert found == {"umeng-analytics", "jmessage"}


def test_other_tables_have_another_finder(known: Knowledge) -> None:
    fewer = msgspec.structs.replace(known, sdks=())
    assert "bugly" not in resolved(fewer, "Bugly")
    assert "bugly" in resolved(known, "Bugly")


def test_a_long_text_is_searched_at_once(known: Knowledge) -> None:
    text = ("我们接入了友盟+sdk与极光推送,收集设备信息、位置信息、手机号码。" * 1000)[:30_000]
    names = party_names(known)
    start = time.process_time()
    assert names.mentions(text)
    assert time.process_time() - start < 60
