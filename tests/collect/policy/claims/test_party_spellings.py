from __future__ import annotations

import pytest

from scanner.collect.policy.claims.party_spellings import (
    bare,
    company_key,
    houses_of,
    is_company,
    makers_of,
    own_names,
    plain,
    stem,
    without_brackets,
)
from scanner.collect.policy.document import folded
from scanner.knowledge import Knowledge


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("① 第三方 友盟＋ SDK（安卓）", "友盟+"),
        ("1.2 U-APP", "uapp"),
        ("Android Bugly开发工具包", "bugly"),
        ("4399游戏SDK", "4399游戏"),
        ("SDK", ""),
    ],
)
def test_names_are_bared(name: str, key: str) -> None:
    assert bare(folded(name)) == key


def test_parts_of_a_spelling() -> None:
    assert plain("O P P O－PUSH") == "oppopush"
    assert stem("广告监测sdk") == "广告监测"
    assert without_brackets("统计(甲)组件（乙）") == "统计组件"
    assert company_key("google  llc.") == "google llc"
    assert company_key("支付宝（中国） 网络技术有限公司") == "支付宝中国网络技术有限公司"


def test_what_looks_like_a_company() -> None:
    assert all(map(is_company, ["某某有限公司", "某某集团", "google llc", "meta platforms, inc."]))
    assert not any(map(is_company, ["公司的权利", "incognito", "友盟"]))


def test_own_names_come_from_titles_and_aliases(known: Knowledge) -> None:
    names, whole, seams = own_names(known.sdks, known.trackers)
    assert "umeng-analytics" in names["友盟"]
    assert set(names["tpns"]) == set(names["信鸽"]) == {"tpns"}
    assert "转化sdk" in whole
    assert "转化" in names
    assert "转化" not in whole
    assert 4 in seams["oppopush"]
    assert "腾讯" not in names
    assert not any(is_company(name) for name in names if name in whole)


def test_a_house_is_a_name_with_which_others_of_its_maker_begin(known: Knowledge) -> None:
    names, _, _ = own_names(known.sdks, known.trackers)
    houses = houses_of(names, {sdk.id: sdk for sdk in known.sdks})
    assert {"umeng-analytics", "umeng-push", "umeng-verify"} <= set(houses["友盟"])
    assert {"jpush", "jiguang-verify"} <= set(houses["极光"])
    assert "穿山甲" not in houses


def test_makers_are_known_by_brand_and_by_company(known: Knowledge) -> None:
    makers = makers_of(known.sdks, known.trackers)
    assert makers["腾讯"] == makers["tencent"] == "tencent"
    assert makers["维沃移动通信有限公司"] == "vivo"
    assert "北京" not in makers
    assert "中国" not in makers
