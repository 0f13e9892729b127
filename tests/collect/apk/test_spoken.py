"""Words that ask to agree or close an account, in the encodings in which packages hold them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.apk.spoken import Spoken, spoken_in


def topics(found: list[Spoken]) -> set[tuple[str, bool]]:
    return {(one.topic, one.hint) for one in found}


@pytest.mark.parametrize(
    "words",
    [
        *("我已阅读并知悉《隐私政策》", "我已阅读并认可", "不允许", "隐私保护提示", "我已閱讀"),
        *("I have read the Privacy Notice", "Decline", "Read and understood"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_what_may_ask_to_agree_is_a_hint(words: str, encoding: str) -> None:
    data = "\0".join(("x", words, "y")).encode(encoding)
    assert topics(list(spoken_in(data, wide=True))) == {("agreement", True)}


def test_a_method_that_is_called_unregister_closes_nothing() -> None:
    assert topics(list(spoken_in(b"\0unregister\0unregisterReceiver\0"))) == set()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("请阅读并同意", "agreement"),
        ("仅浏览", "agreement"),
        ("注销账号", "closing"),
        ("永久注销", "closing"),
        ("帐户删除", "closing"),
    ],
)
def test_chinese_words_in_three_encodings(words: str, topic: str, encoding: str) -> None:
    data = b"\0\1" + words.encode(encoding) + b"\0\0"
    assert (topic, False) in topics(list(spoken_in(data, wide=True)))


def test_escaped_words_as_scripts_hold_them() -> None:
    assert topics(list(spoken_in(b'"\\u540C\\u610f"'))) == {("agreement", False)}


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("I agree", "agreement"),
        ("you agree to our terms", "agreement"),
        ("Accept the privacy policy", "agreement"),
        ("Delete account", "closing"),
        ("Deactivate my account", "closing"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_english_words(words: str, topic: str, encoding: str) -> None:
    data = "\0".join(("x", words, "y")).encode(encoding)
    assert (topic, False) in topics(list(spoken_in(data, wide=True)))


@pytest.mark.parametrize(
    "words",
    [
        *("注销", "退出并注销登录", "/user/deleteAccount", "cancel_account", "终止账号服务"),
        *("終止帳號", "取消我的账户", "Unregister", "停用本账号"),
    ],
)
def test_what_may_mean_it_is_a_hint(words: str) -> None:
    assert topics(list(spoken_in(words.encode()))) == {("closing", True)}


@pytest.mark.parametrize(
    "words",
    [
        *("", "登录", "removeAccount", "Accept-Encoding: gzip", "acceptable", "agreement_title"),
        *("accounts", "com.android.account", "off", "user"),
    ],
)
def test_names_of_libraries_say_nothing(words: str) -> None:
    assert list(spoken_in(words.encode(), wide=True)) == []


def test_a_component_that_asks_counts_as_asking() -> None:
    (found,) = spoken_in(b"\x2fLcom/google/android/ump/ConsentForm;")
    assert (found.topic, found.text) == ("agreement", "com.google.android.ump")


def test_the_place_is_that_of_the_first_word() -> None:
    (found,) = spoken_in("甲乙同意同意".encode())
    assert found.offset == 6


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert all(0 <= one.offset < max(len(data), 1) for one in spoken_in(data, wide=True))
