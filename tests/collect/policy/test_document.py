from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.policy.document import MOST_QUOTED, Block, Document, Span, folded
from scanner.model import Words


def document(text: str = "隐私政策", **more: object) -> Document:
    plain = Document(
        name="a.html",
        address=None,
        origin="given",
        part="policy",
        evidence="0" * 64,
        title="",
        text=text,
        blocks=(Block("paragraph", 0, len(text)),),
    )
    return plain._replace(**more)  # type: ignore[arg-type]


@given(st.text())
def test_folding_moves_no_character(text: str) -> None:
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == folded(text)


def test_folding_makes_forms_of_a_letter_one() -> None:
    assert folded("（ＳＤＫ）：【更新】　İ") == "(sdk):[更新] İ"


@given(st.text(), st.integers(0, 400), st.integers(0, 400))
def test_a_quote_is_bounded_and_comes_from_its_place(text: str, start: int, end: int) -> None:
    quoted = document(text).quote(start, end)
    assert len(quoted) <= MOST_QUOTED
    assert quoted.removesuffix("…") in " ".join(text[start:end].split())


def test_a_fact_points_to_the_original_and_counts_in_its_text() -> None:
    source = document().source(2, 4)
    assert (source.evidence, source.at) == ("0" * 64, "text 2-4, line 1")


@given(st.text(alphabet="隐私\n"), st.integers(0, 50))
def test_a_place_names_the_line_that_a_reader_counts(text: str, start: int) -> None:
    start = min(start, len(text))
    assert (
        document(text).source(start, start).at.endswith(f"line {text[:start].count(chr(10)) + 1}")
    )


def test_what_was_not_read_is_told() -> None:
    assert document().whole
    assert not document(pictures=1).whole
    assert not document(unread=(Words("截断", "cut off"),)).whole
    assert document(strong=(Span(0, 1),)).whole


def test_traditional_characters_are_searched_as_simplified_and_quoted_as_they_stand() -> None:
    text = "我們會徵得您的同意後蒐集"
    assert folded(text) == "我们会征得您的同意后搜集"
    assert len(folded(text)) == len(text)


@given(st.text(alphabet="隐私 \n\u3000\xa0Ａ", max_size=60))
def test_letters_are_all_but_blanks(text: str) -> None:
    assert document(text).letters == sum(not one.isspace() for one in text)


@given(st.lists(st.text(alphabet="隐私政策", max_size=4), max_size=8), st.integers(-1, 50))
def test_the_line_of_a_character_is_the_one_that_holds_it(lines: list[str], place: int) -> None:
    blocks, at = [], 0
    for line in lines:
        blocks.append(Block("paragraph", at, at + len(line)))
        at += len(line) + 1
    holding = [block for block in blocks if block.start <= place < block.end]
    found = document("\n".join(lines), blocks=tuple(blocks)).block_at(place)
    assert found == (holding[0] if holding else None)
