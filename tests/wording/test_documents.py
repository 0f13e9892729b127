from __future__ import annotations

import pytest

from scanner.wording.documents import bracketed, document_of, length_of, reports, without_brackets


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("隐私政策", "privacy"),
        ("隐私", "privacy"),
        ("個人資料保護聲明", "privacy"),
        ("Privacy Policy", "privacy"),
        ("儿童个人信息保护规则", "children"),
        ("第三方SDK目录", "sdk_list"),
        ("已收集个人信息清单", "data_list"),
        ("用户服务协议", "agreement"),
        ("隐私设置", None),
        ("某公司因违规收集个人信息政策被通报", None),
        (
            "我们非常重视您的隐私，请您在使用我们的各项服务之前仔细阅读并充分理解本隐私政策的全部内容",
            None,
        ),
        ("首页", None),
        ("", None),
    ],
)
def test_the_document_that_words_name(name: str, subject: str | None) -> None:
    assert document_of(name) == subject


def test_names_in_brackets_are_taken_out_of_a_sentence() -> None:
    words = "同意《用户协议》和《隐私政策》"
    assert bracketed(words) == ["用户协议", "隐私政策"]
    assert without_brackets(words) == "同意和"


def test_reports_on_documents_name_none() -> None:
    assert reports("隐私政策解读")
    assert not reports("隐私政策")


def test_a_latin_letter_counts_a_third() -> None:
    assert length_of("隐私") == 2
    assert length_of("abc") == pytest.approx(1.02)
