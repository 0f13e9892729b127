"""The 39 types: found by whatever a person calls them, listed, and guessed at."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.knowledge import Knowledge, load_knowledge
from scanner.knowledge.app_types import find, hint, listing
from tests.knowledge.conftest import LISTS

KNOWN = load_knowledge(LISTS)
TYPES = KNOWN.app_types


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("1", 1),
        (" 38 ", 38),
        ("３８", 38),
        ("38 实用工具", 38),
        ("38.实用", 38),
        ("３８　实用工具", 38),
        ("32: Browser", 32),
        ("网络直播", 27),
        ("女性", 21),
        ("直播", 27),
        ("外卖", 7),
        ("News", 30),
        ("ＮＥＷＳ", 30),
        ("mail and c", 25),
        ("视频", None),
        ("天气", None),
        ("E-MAIL", None),
        ("mail and", None),
        ("网络", None),
        ("38 浏览器", None),
        ("0 实用工具", None),
        ("音", None),
        ("1x", None),
        ("0", None),
        ("40", None),
        ("99999", None),
        ("", None),
        ("　", None),
    ],
)
def test_a_type_is_found_by_number_name_or_a_part_that_is_its_own(
    words: str, number: int | None
) -> None:
    if number is None:
        with pytest.raises(UsageError) as caught:
            find(TYPES, words)
        assert caught.value.hint
    else:
        assert KNOWN.app_type(words).number == find(TYPES, words).number == number


@pytest.mark.parametrize(
    ("words", "message", "proposed"),
    [
        ("网络", "several types of app called '网络'", "2 网络约车 (ride hailing)"),
        ("视频", "several types of app called", "29 短视频 (short video); 28 在线影音"),
        ("天气", "no type of app called", "38 实用工具"),
        ("brwoser", "no type of app called", "32 浏览器 (browser)"),
        ("实用公具", "no type of app called", "38 实用工具 (utilities)"),
        ("38 浏览器", "gives the number of one type and the name of another", "38 实用工具"),
        ("40", "no type of app called '40'", "mingjian types"),
    ],
)
def test_a_wrong_name_brings_the_nearest(words: str, message: str, proposed: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        find(TYPES, words)
    assert proposed in caught.value.hint


@given(st.text(max_size=20) | st.text("0123456789 网络约车mail", max_size=12))
def test_any_words_give_a_type_or_a_refusal_with_a_hint(words: str) -> None:
    hinted = ""
    try:
        number = find(TYPES, words).number
    except UsageError as error:
        number, hinted = 0, error.hint
    assert number in range(1, 40) or hinted


def test_every_name_and_every_number_finds_its_own_type() -> None:
    for number, kind in TYPES.items():
        for words in (kind.zh, kind.en, str(number), f"{number} {kind.zh}", kind.en.upper()):
            assert find(TYPES, words) is kind


def test_the_list_holds_every_type_and_says_what_is_only_judged() -> None:
    codes = KNOWN.permission_codes
    zh = listing(TYPES, codes, chinese=True, as_json=False)
    en = listing(TYPES, codes, chinese=False, as_json=False)
    for kind in TYPES.values():
        assert kind.zh in zh
        assert kind.en in en
        assert all(each in zh for each in kind.necessary)
        assert all(each and each in en for each in kind.necessary_en)
    assert zh.count("无须个人信息") == en.count("no personal information") == 13
    assert zh.count("待核") == 40
    assert en.count("unverified") == 39
    whole = json.loads(listing(TYPES, codes, chinese=True, as_json=True))
    assert [row["number"] for row in whole["types"]] == list(range(1, 40))
    maps = whole["types"][0]
    assert [each["zh"] for each in maps["necessary"]] == ["位置信息", "出发地", "到达地"]
    assert maps["necessary"][0]["en"] == "location"
    assert maps["permissions"]["judgement_of_this_project"] is True
    assert maps["permissions"]["reasonable"]["B"]["en"] == "location in the background"


@pytest.mark.parametrize(
    ("category", "label", "package", "number"),
    [
        (None, "秋日天气", "com.example.app", 38),
        (None, "示例短视频", "com.example.app", 29),
        (None, "示例视频", "com.example.app", 28),
        (None, "Example", "com.example.easybrowser", 32),
        (None, "PhotoEditor", "com.example", 36),
        (None, "Photoshopping", "com.example", None),
        (None, "Example Game", "com.example.browser", 18),
        ("新闻阅读", "示例", "com.example", None),
        ("新闻资讯", "示例天气", "com.example", 30),
        (None, "天气浏览器", "com.example", None),
        (None, "Workshop", "com.example.payload", None),
        (None, "", "", None),
        (None, None, None, None),
    ],
)
def test_a_hint_follows_one_word_and_is_silent_where_words_disagree(
    category: str | None, label: str | None, package: str | None, number: int | None
) -> None:
    found = hint(TYPES, category=category, label=label, package=package)
    assert (found.number if found else None) == number
    if found:
        assert found.title.zh == TYPES[found.number].zh
        assert found.reason.zh
        assert found.reason.en


def test_the_words_of_types_are_their_own_and_in_lower_case() -> None:
    words = [word for kind in TYPES.values() for word in kind.words]
    assert len(words) == len(set(words))
    assert all(word == word.casefold() and len(word) > 1 for word in words)
    assert all(kind.words for kind in TYPES.values())


@given(st.text(max_size=400))
def test_no_name_breaks_a_hint(name: str) -> None:
    found = hint(TYPES, category=name, label=name, package=name)
    assert found is None or found.number in TYPES


def test_the_codes_of_permissions_have_names(known: Knowledge) -> None:
    used = {code for kind in TYPES.values() for code in (*kind.needs, *kind.arguable)}
    assert used <= set(known.permission_codes)
