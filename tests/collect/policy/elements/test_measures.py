from __future__ import annotations

import pytest

from scanner.collect.policy.elements.measures import measure
from tests.collect.policy.elements.sound import SOUND, document, without_sections


def test_the_measures_of_a_sound_policy() -> None:
    measured = measure(document(SOUND))
    assert measured.contents
    assert measured.summary
    assert measured.characters == sum(not one.isspace() for one in document(SOUND).text)
    assert 10 < (measured.sentence_characters or 0) < 60
    assert "SDK" not in measured.unexplained


def test_a_summary_that_is_not_there() -> None:
    assert not measure(document(without_sections("摘要"))).summary
    assert not measure(document("# 隐私政策\n\n我们用消息摘要算法校验。")).summary


def test_sentences_are_counted_outside_headings_and_tables() -> None:
    text = "# 隐私政策\n\n我们收集信息。我们保护信息。\n\n| 项目 | 目的 |\n|---|---|\n| 一 | 二 |\n"
    assert measure(document(text)).sentence_characters == 7


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("我们使用SDK和Cookie。", ("Cookie", "SDK")),
        ("我们使用软件开发工具包（SDK）。", ()),
        ("SDK（软件开发工具包）由他人提供。", ()),
        ("SDK 是指第三方提供的一段程序。", ()),
        ("我们读取国际移动设备识别码（IMEI、MEID）。", ()),
        ("我们读取 OAID。", ("OAID",)),
        ("使用mapsdkx和cookiecutter。", ()),
    ],
)
def test_terms_that_nobody_explains(text: str, terms: tuple[str, ...]) -> None:
    assert measure(document(f"# 隐私政策\n\n{text}")).unexplained == terms


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("# 政策\n\n## 一、信息\n\n甲。\n\n## 二、使用\n\n乙。\n\n## 三、联系\n\n丙。\n", True),
        ("# 政策\n\n目录\n\n甲。\n", True),
        ("# 政策\n\n## 信息\n\n甲。\n\n## 使用\n\n乙。\n", False),
    ],
)
def test_a_table_of_contents_or_numbered_headings(text: str, there: bool) -> None:
    assert measure(document(text)).contents is there


def test_an_empty_text_has_no_mean() -> None:
    assert measure(document("# 隐私政策")).sentence_characters is None
