from __future__ import annotations

import re

import pytest

from scanner.collect.policy.claims.data_words import data_words, names_data, names_kind
from scanner.collect.policy.claims.word_senses import ELSE, LISTED, SAME
from scanner.collect.policy.document import folded
from scanner.knowledge import Knowledge, load_knowledge, rules_folder


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def kinds(known: Knowledge, text: str) -> list[str]:
    return [word.data_type for word in data_words(folded(text), known)]


def test_every_word_of_the_table_names_its_kind_in_a_list(known: Knowledge) -> None:
    for kind in known.data_types.values():
        for word in kind.synonyms:
            assert kinds(known, f"收集您的{word}、") == [kind.id], word


def test_the_longest_word_counts(known: Knowledge) -> None:
    assert kinds(known, "路由器MAC地址、MAC地址、收货人姓名") == ["bssid", "mac", "name"]


def test_places_are_those_of_the_text(known: Knowledge) -> None:
    text = folded("我们收集ＩＭＥＩ，以及Wi-Fi 列表")
    assert [text[word.start : word.end] for word in data_words(text, known)] == [
        "imei",
        "wi-fi 列表",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "请在显著位置查看",
        "依照法律文件、规范性文件的规定",
        "请拨打客服电话 010-00000000",
        "发送邮件至邮箱 privacy@example.cn",
        "我们会发送短信验证码",
        "您注销账号后",
        "点击“同意”",
        "您可以通过以下联系方式与我们联系",
        "由运营商提供一键登录",
        "在 Wi-Fi 环境下播放视频",
        "mobile carriers' websites, macOS and shipping",
        "we will address your concerns; contact us by email at help@example.com",
        "children under the age of 14",
        "create an account; our domain name",
        "take reasonable steps to protect it",
        "you can reach us by email or phone.",
        "at any other location.",
        "it is the use of the name.",
        "share the video.",
    ],
)
def test_words_that_mean_something_else_name_no_kind(known: Knowledge, text: str) -> None:
    assert kinds(known, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("读取您的位置、通讯录和照片", ["location", "contacts", "photos"]),
        ("联系人的姓名、电话", ["name", "phone"]),
        ("上传的图片、视频、文件", ["photos", "video", "files"]),
        ("your name, email, phone and address", ["name", "email", "phone", "address"]),
        ("IP addresses and device IDs", ["ip", "device_ids"]),
        ("账号、密码", ["account", "password"]),
        ("READ_PHONE_STATE", ["call_log"]),
        ("we will not access contacts.", ["contacts"]),
        ("we do not collect location while you drive", ["location"]),
        ("we never read contacts, photos or files.", ["contacts", "photos", "files"]),
        ("we do not upload photos stored on your device", ["photos"]),
        ("您的短信。", ["sms"]),
    ],
)
def test_common_words_count_where_they_are_listed(
    known: Knowledge, text: str, expected: list[str]
) -> None:
    assert kinds(known, text) == expected


def test_speaking_of_information_is_told_from_naming_a_kind(known: Knowledge) -> None:
    assert names_data("我们会收集必要的信息")
    assert not names_data("我们努力工作")
    assert names_kind("收集手机号", known)
    assert not names_kind("收集必要的信息", known)


def test_listed_words_belong_to_known_kinds_and_to_one_only(known: Knowledge) -> None:
    assert set(LISTED) <= set(known.data_types)
    words = [word for row in LISTED.values() for word in row.split()]
    assert len(words) == len(set(words))
    for kind in known.data_types.values():
        for word in kind.synonyms:
            owner = [one for one, row in LISTED.items() if word.casefold() in row.split()]
            assert owner in ([], [kind.id])


def test_every_word_with_another_sense_is_a_word_for_a_kind(known: Knowledge) -> None:
    words = {word for row in LISTED.values() for word in row.split()}
    words |= {word.casefold() for kind in known.data_types.values() for word in kind.synonyms}
    assert {*ELSE, *SAME} <= words
    for before, after in ELSE.values():
        assert before or after
        assert not re.search(before or "x^", "")


@pytest.mark.parametrize(
    ("text", "narrowed"),
    [
        ("收集设备识别码（IMEI、MAC地址）", [True, False, False]),
        ("收集设备信息(设备型号)", [True, False]),
        ("收集设备识别码（IMEI等）", [False, False]),
        ("收集设备识别码（包括IMEI）", [False, False]),
        ("收集设备识别码（用于统计）", [False]),
        ("收集设备识别码、IMEI", [False, False]),
        ("收集通讯录（姓名）", [False, False]),
    ],
)
def test_brackets_narrow_a_broad_word(known: Knowledge, text: str, narrowed: list[bool]) -> None:
    assert [word.narrowed for word in data_words(folded(text), known)] == narrowed
