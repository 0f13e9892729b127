"""Places in norms as lawyers write them, against numerals counted out another way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Norm, Words
from scanner.report.citing import LARGEST, cited, place, written
from scanner.rulebook.load import load_rulebook

LAW = Norm(
    id="PIPL",
    kind="law",
    title=Words("中华人民共和国个人信息保护法", "Personal Information Protection Law"),
    number="主席令第九十一号",
    status="in_force",
    confidence="high",
    items={},
)


def read(text: str) -> int:
    """Read a Chinese number again, digit by digit: the opposite of writing."""
    sizes = {"千": 1000, "百": 100, "十": 10}
    total, digit = 0, 0
    for mark in text:
        if mark in sizes:
            total += (digit or 1) * sizes[mark]
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(mark)
    return total + digit


@given(st.integers(1, LARGEST))
def test_a_number_reads_as_it_was_written(number: int) -> None:
    assert read(written(number)) == number
    assert "零零" not in written(number)
    assert not written(number).endswith("零")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (10, "十"),
        (17, "十七"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1035, "一千零三十五"),
    ],
)
def test_numbers_as_statutes_print_them(number: int, text: str) -> None:
    assert written(number) == text


@pytest.mark.parametrize("number", [0, -1, LARGEST + 1])
def test_no_article_has_such_a_number(number: int) -> None:
    with pytest.raises(ValueError, match="no number"):
        written(number)


@pytest.mark.parametrize(
    ("change", "item", "zh", "en"),
    [
        ({}, "17", "第十七条", "article 17"),
        ({}, "1034-2", "第一千零三十四条之二", "article 1034-2"),
        ({"id": "CN191", "kind": "notice"}, "3.1", "第三条第一项", "article 3, item 1"),
        ({"id": "CN191", "kind": "notice"}, "3", "第三条", "article 3"),
        ({"id": "MIIT164", "kind": "notice"}, "5", "第五项", "item 5"),
        ({"id": "CN14", "kind": "notice"}, "5", "第五条", "article 5"),
        (
            {"id": "G", "kind": "standard", "number": "GB/T 35273-2020"},
            "5.5",
            "第5.5条",
            "clause 5.5",
        ),
        ({"id": "G", "kind": "standard", "number": "GB/T 45574-2025"}, "6", "第6章", "clause 6"),
        ({"id": "G", "kind": "standard", "number": "GB/T 1"}, "附录B", "附录B", "annex B"),
        ({"id": "T", "kind": "standard", "number": "T/TAF 077"}, "4", "条目 4", "item 4"),
        ({"id": "MIIT26", "kind": "notice"}, "4", "条目 4", "item 4"),
        ({}, "全文", "", ""),
        ({}, "<script>", "条目 <script>", "item <script>"),
        ({}, "0017", "条目 0017", "item 0017"),
        ({}, "99999", "条目 99999", "item 99999"),
    ],
)
def test_each_norm_is_cited_as_it_counts(
    change: dict[str, str], item: str, zh: str, en: str
) -> None:
    assert place(replace(LAW, **change), item) == Words(zh, en)


def test_a_norm_that_nobody_knows_keeps_its_item() -> None:
    assert place(None, "17") == Words("条目 17", "item 17")


def test_title_and_place_stand_together() -> None:
    assert cited(LAW, "17").zh == "《中华人民共和国个人信息保护法》第十七条"
    assert cited(LAW, "全文").zh == "《中华人民共和国个人信息保护法》"
    assert cited(LAW, "17").en == "Personal Information Protection Law, article 17"


def test_every_law_that_our_rules_cite_is_cited_by_article() -> None:
    own = rules_folder()
    book = load_rulebook([own], load_knowledge(own / "lists"), proofs=False)
    kinds = {"law", "regulation", "rule"}
    for rule in book.rules:
        for basis in rule.basis:
            norm = book.catalog.norms[basis.norm]
            if norm.kind in kinds:
                said = place(replace(LAW, id=norm.id, kind=norm.kind), basis.item).zh
                assert not said.startswith("条目"), (rule.id, basis)
