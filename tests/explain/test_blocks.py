from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scanner.explain.blocks import Drawn, Heading, Paragraph, Point, Quoted, markdown, plain
from scanner.report.words import visible

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = st.text(
    alphabet=st.sampled_from("ab1 .-+=)(*_`~<>[]#|&!@:/\\\"'\n\t\u202e中$w{}0"), max_size=40
)


def leaves(source: str) -> list[tuple[str, str]]:
    """Give what a Markdown reader takes from a text: the kinds of its parts and their words."""
    found = []
    for token in PARSER.parse(source):
        if token.type == "inline":
            found += [(one.type, one.content) for one in token.children or ()]
        elif token.content or token.type in ("html_block", "hr", "table_open", "ordered_list_open"):
            found.append((token.type, token.content))
    return found


@given(HOSTILE)
def test_every_text_is_inert_in_markdown(text: str) -> None:
    shown = visible(" ".join(text.split()))
    for block in (Paragraph(text), Point(text), Heading(3, text), Point(text, 1)):
        read = leaves(markdown([Paragraph("x"), Point("y"), block]))
        assert {kind for kind, _ in read} <= {"text", "text_special"}
        assert "".join(words for _, words in read) == "xy" + shown


@given(st.lists(HOSTILE, min_size=1, max_size=3))
def test_lines_that_stand_as_they_are_cannot_leave_their_fence(lines: list[str]) -> None:
    read = leaves(markdown([Quoted(tuple(lines)), Paragraph("end")]))
    assert read == [("fence", "\n".join(map(visible, lines)) + "\n"), ("text", "end")]


@given(HOSTILE)
def test_nothing_steers_a_terminal(text: str) -> None:
    blocks = (Heading(1, text), Paragraph(text), Point(text, 1), Quoted((text,)), Drawn("a", text))
    assert "\x1b" not in plain(blocks)
    assert "\u202e" not in plain(blocks)


def test_how_it_looks() -> None:
    blocks = (Heading(1, "A"), Paragraph("b"), Point("c"), Point("d", 1), Quoted(("e",)))
    drawn = (*blocks, Drawn("picture-01.png", "f"))
    assert plain(drawn) == "=== A\n\nb\n\n  - c\n    - d\n\n    e\n\n    picture-01.png: f\n"
    assert markdown(drawn) == (
        "# A\n\nb\n\n- c\n  - d\n\n```text\ne\n```\n\n![f](picture-01.png)\n"
    )
    assert markdown([Paragraph("see https://a.example, www.b.example, 12. x")]) == (
        "see https\\://a.example, www\\.b.example, 12. x\n"
    )
