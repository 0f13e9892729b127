from __future__ import annotations

import pytest

from scanner.collect.policy.texts.headings import numbering_of, reads_as_heading, width_of


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("第一章 总则", 1),
        ("一、我们如何收集", 2),
        ("十二．其他", 2),
        ("第三条 范围", 2),
        ("Section 4 Sharing", 2),
        ("（一）账号", 3),
        ("(二) 登录", 3),
        ("1. 注册", 4),
        ("3、登录", 4),
        ("1.1 注册", 5),
        ("1.1.1 手机", 6),
        ("我们收集", None),
        ("2024年1月1日", None),
        ("1.5%", None),
        ("一般情况下", None),
    ],
)
def test_numbering(line: str, level: int | None) -> None:
    style = numbering_of(line)
    assert (style.level if style else None) == level


@pytest.mark.parametrize(
    ("line", "bold", "alone", "heading"),
    [
        ("一、我们如何收集您的信息", False, True, True),
        ("一、我们如何收集您的信息", False, False, False),
        ("一、我们收集您的手机号。", False, True, False),
        ("一、我们收集手机号；用于登录", True, True, False),
        ("我们如何收集", True, True, True),
        ("我们如何收集", False, True, False),
        ("联系方式：", True, True, False),
        ("1. 手机号", False, True, True),
        ("1. 手机号：", False, True, False),
        ("1. " + "很长" * 40, True, True, False),
    ],
)
def test_what_reads_as_a_heading(line: str, bold: bool, alone: bool, heading: bool) -> None:
    style = numbering_of(line)
    assert reads_as_heading(line, style, bold=bold, alone=alone, kind="paragraph") is heading


def test_an_item_is_no_heading_for_its_number_alone() -> None:
    style = numbering_of("1. 手机号")
    assert not reads_as_heading("1. 手机号", style, bold=False, alone=True, kind="item")


def test_width_counts_wide_characters_twice() -> None:
    assert width_of("我们use") == 7
