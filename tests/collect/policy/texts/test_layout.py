from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.policy.document import Document
from scanner.collect.policy.texts.layout import Cell, Found, Grid, Line, Run, lay_out
from tests.collect.policy.test_document import document

TEXT = st.text(alphabet="我们abc \n\u200b\u3000、⼀\ufffd", max_size=10)
LINE = st.builds(
    Line,
    st.lists(st.builds(Run, TEXT, st.booleans(), st.none() | st.just("/x")), max_size=4).map(tuple),
    st.sampled_from(["paragraph", "item"]),
    st.just(0),
    st.booleans(),
)
CELL = st.builds(Cell, st.lists(LINE, max_size=2).map(tuple), st.integers(1, 3), st.integers(0, 3))
GRID = st.builds(Grid, st.lists(st.lists(CELL, max_size=3).map(tuple), max_size=4).map(tuple))


def laid(*pieces: Line | Grid, pictures: int = 0, perhaps: int = 0) -> Document:
    return lay_out(Found(pieces, "", pictures, perhaps), document())


def line(text: str, **more: object) -> Line:
    return Line((Run(text),), **more)  # type: ignore[arg-type]


@given(st.lists(LINE | GRID, max_size=6))
def test_blocks_are_the_lines_of_the_text(pieces: list[Line | Grid]) -> None:
    made = laid(*pieces)
    found = [made.text[block.start : block.end] for block in made.blocks]
    assert found == (made.text.split("\n") if made.text else [])
    assert all(one.end + 1 == other.start for one, other in itertools.pairwise(made.blocks))
    for table in made.tables:
        for row in table.rows:
            for span in row:
                assert 0 <= span.start <= span.end <= len(made.text)
    for link in made.links:
        assert made.text.startswith(link.text, link.start)


def test_levels_follow_the_headings_that_are_marked() -> None:
    made = laid(
        line("隐私政策", kind="heading", level=1),
        line("一、收集", kind="heading", level=3),
        line("我们收集手机号。"),
        line("二、共享"),
        line("我们不共享。"),
        line("1.1 登录"),
        line("用于登录。"),
    )
    assert [block.level for block in made.blocks] == [1, 3, 0, 3, 0, 5, 0]


def test_a_list_of_contents_is_no_list_of_headings() -> None:
    made = laid(line("一、收集"), line("二、共享"), line("三、联系"), line("我们收集手机号。"))
    assert [block.kind for block in made.blocks] == ["paragraph"] * 4


def test_the_first_row_is_a_heading_by_its_look() -> None:
    def grid(*texts: str, head: bool = False) -> Grid:
        first = tuple(Cell((line(text),), head=head) for text in texts)
        return Grid((first, tuple(Cell((line("很长" * 20),)) for _ in texts)))

    assert laid(grid("SDK名称", "使用目的")).tables[0].head == 1
    assert laid(grid("甲", "乙")).tables[0].head == 0
    assert laid(grid("甲", "乙", head=True)).tables[0].head == 1


def test_pictures_of_unknown_size_count_where_there_is_little_text() -> None:
    assert laid(line("短"), perhaps=2, pictures=1).pictures == 3
    assert laid(line("长" * 900), perhaps=2, pictures=1).pictures == 1


def test_letters_of_a_private_font_are_named() -> None:
    made = laid(line("收集" + "\ue123" * 30))
    assert [words.en.split(" ", 1)[1] for words in made.unread] == [
        "characters belong to a private font and cannot be read"
    ]
