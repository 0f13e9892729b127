from __future__ import annotations

from scanner.collect.policy.texts.plain import begins_item, ends_sentence, unwrapped
from tests.collect.policy.texts.test_text import lines, reading, rows


def test_lines_headings_and_items() -> None:
    document = reading("隐私政策\n\n一、收集\n我们收集手机号。\n（一）登录\n用于登录。\n• 短信\n")
    assert lines(document, "heading") == ["一、收集", "（一）登录"]
    assert lines(document, "item") == ["• 短信"]
    assert lines(document, "paragraph") == ["隐私政策", "我们收集手机号。", "用于登录。"]


def test_tables_drawn_with_bars_or_tabs() -> None:
    bars = "目录\n名称 | 目的 | 信息\n-----|------|-----\n甲 | 推送 | IMEI\n乙 | 地图 |\n\n尾"
    assert rows(reading(bars.replace("地图 |", "地图 | 位置"))) == [
        ["名称", "目的", "信息"],
        ["甲", "推送", "IMEI"],
        ["乙", "地图", "位置"],
    ]
    tabs = "名称\t目的\n甲\t推送\n乙\t地图\n"
    assert rows(reading(tabs)) == [["名称", "目的"], ["甲", "推送"], ["乙", "地图"]]
    assert not reading("甲 | 乙\n只有一行").tables


def test_wrapped_lines_are_joined_and_others_are_not() -> None:
    english = [
        "We collect the telephone number and the address of each person who",
        "opens an account with us, and we keep both for as long as the account",
        "exists.",
        "",
        "1. Sharing",
        "We share nothing with anybody, whoever asks for it and however often he",
        "asks; this holds for all of our services and for those of our partners",
        "too.",
    ]
    assert [line for line in unwrapped(english) if line] == [
        " ".join(english[:3]),
        "1. Sharing",
        " ".join(english[5:]),
    ]
    chinese = ["我们收集手机号。", "用于登录。", "您可以拒绝。"] * 3
    assert unwrapped(chinese) == chinese


def test_addresses_are_links() -> None:
    document = reading("详见 https://a.example/sdk。联系我们")
    assert [(link.text, link.start) for link in document.links] == [("https://a.example/sdk", 3)]


def test_beginnings_and_ends() -> None:
    assert begins_item("（1）手机号") and begins_item("- 手机号") and begins_item("一、收集")
    assert not begins_item("一、收集", bullets=True) and not begins_item("我们收集")
    assert ends_sentence("好的。”") and ends_sentence("fine.") and not ends_sentence("好的，")
