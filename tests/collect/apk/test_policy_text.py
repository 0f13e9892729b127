from __future__ import annotations

import pytest

from scanner.collect.apk.policy_text import (
    is_policy,
    is_policy_address,
    is_policy_name,
    links_in,
    operator_in,
    page_text,
    updated_in,
)

POLICY = (
    "示例应用隐私政策\n更新日期：2024年3月5日\n运营者：示例（北京）科技有限公司\n"
    "我们非常重视您的个人信息。本政策说明我们如何收集、使用、存储和共享您的个人信息，"
    "以及您如何更正、删除个人信息或注销账号。未成年人请在监护人同意后使用。"
) + "我们只在为您提供服务所必需的范围内处理信息，并采取措施加以保护。" * 12
ENGLISH = (
    "Privacy Policy\nLast updated: March 5, 2024\nWe collect personal information when you use the "
    "app and share it with third parties. You may delete it, or contact us about your rights. "
    "Cookies are used. Children should ask their parents. " + "We keep your data safe. " * 20
)


@pytest.mark.parametrize(
    ("data", "wide", "expected"),
    [
        ("x《隐私政策》".encode(), False, [("", "隐私政策")]),
        ("x隐私权政策".encode("gb18030"), False, [("", "隐私权政策")]),
        (b'"\\u9690\\u79C1\\u534F\\u8BAE"', False, [("", "隐私协议")]),
        ("ab隐私声明".encode("utf-16-le"), True, [("", "隐私声明")]),
        ("ab隐私声明".encode("utf-16-le"), False, []),
        (b"Read our Privacy Policy.", False, [("", "privacy policy")]),
        (b"privacy_policy PrivacyPolicyActivity androidx.privacysandbox", False, []),
        (b"\0https://a.cn/privacy.html\0", False, [("https://a.cn/privacy.html", "")]),
        ("https://a.cn/yszc".encode("utf-16-le"), True, [("https://a.cn/yszc", "")]),
        (b"nothing here", True, []),
    ],
)
def test_words_and_addresses(data: bytes, wide: bool, expected: list[tuple[str, str]]) -> None:
    assert [(one.href, one.text) for one in links_in(data, wide=wide)] == expected


def test_a_place_is_given() -> None:
    (found,) = links_in(b"12345" + "隐私政策".encode())
    assert found.offset == 5


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://www.example.cn/privacy", True),
        ("https://www.example.cn/app/privacy_policy?lang=zh", True),
        ("https://www.example.cn/yinsi.html", True),
        ("file:///android_asset/privacy.html", True),
        ("https://privacy.example.cn/x", True),
        ("https://www.example.cn/index.html", False),
        ("https://www.example.cn/privacysandbox/x", False),
        ("https://policies.google.com/privacy", False),
        ("https://developer.android.com/privacy-policy", False),
        ("http://[broken/privacy", False),
    ],
)
def test_addresses_of_libraries_are_no_link(address: str, own: bool) -> None:
    assert is_policy_address(address) is own


@pytest.mark.parametrize("text", [POLICY, ENGLISH])
def test_a_policy_is_recognised(text: str) -> None:
    assert is_policy("", text)


@pytest.mark.parametrize(
    "text",
    [
        "隐私政策",
        POLICY.replace("隐私政策", "用户手册"),
        "用户协议\n" + "使用说明。" * 60 + "隐私政策" + POLICY.replace("隐私政策", ""),
        "隐私政策" + "天气很好。" * 200,
    ],
)
def test_what_only_mentions_a_policy_is_none(text: str) -> None:
    assert not is_policy("", text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (POLICY, "2024-03-05"),
        (ENGLISH, "2024-03-05"),
        ("生效时间 2023.12.1", "2023-12-01"),
        ("Effective date: 2022-01-31", "2022-01-31"),
        ("更新日期：2024年13月5日", None),
        ("成立于2020年1月1日", None),
    ],
)
def test_date(text: str, date: str | None) -> None:
    assert updated_in(text) == date


def test_operator_only_when_plainly_named() -> None:
    assert operator_in(POLICY) == "示例（北京）科技有限公司"
    assert operator_in("本公司重视隐私") is None


def test_only_visible_text_counts() -> None:
    page = "<title>题</title><style>x</style><h1>头</h1><p>正 文</p><!-- no --><script>y</script>"
    title, text = page_text(page)
    assert title == "题 头"
    assert text == "题\n头\n正 文"


@pytest.mark.parametrize("start", [0, 1])
def test_a_wide_address_is_found_at_any_place(start: int) -> None:
    data = b"x" * start + "https://a.cn/privacy".encode("utf-16-le")
    assert [(one.href, one.offset) for one in links_in(data, wide=True)] == [
        ("https://a.cn/privacy", start)
    ]


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("用户隐私政策.docx", True),
        ("privacy.html", True),
        ("privacy-zh.txt", True),
        ("app_privacy_policy.json", True),
        ("yinsi.html", True),
        ("ic_privacy.png", False),
        ("privacy_sandbox.json", False),
        ("PrivacyInfo.xcprivacy", False),
        ("8ayszc1.dat", False),
    ],
)
def test_names_of_policies(name: str, named: bool) -> None:
    assert is_policy_name(name) is named
