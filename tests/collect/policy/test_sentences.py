from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.policy.document import Block
from scanner.collect.policy.sentences import sentences_of
from tests.collect.policy.test_document import document


def test_a_sentence_ends_where_a_reader_stops() -> None:
    text = "我们收集手机号。用于登录（如您同意；可拒绝）！“好的。”See A.B. We share it."
    found = [each.text for each in sentences_of(document(text))]
    assert found == [
        "我们收集手机号。",
        "用于登录(如您同意;",
        "可拒绝)!",
        "“好的。”",
        "see a.b.",
        " we share it.",
    ]


def test_a_sentence_knows_its_headings() -> None:
    lines = ["一、收集", "甲。", "1.1 登录", "乙。", "二、共享", "丙"]
    kinds = [("heading", 1), ("paragraph", 0), ("heading", 2), ("paragraph", 0), ("heading", 1)]
    text, blocks, at = "\n".join(lines), [], 0
    for line, (kind, level) in zip(lines, [*kinds, ("cell", 0)], strict=True):
        blocks.append(Block(kind, at, at + len(line), level))  # type: ignore[arg-type]
        at += len(line) + 1
    found = {each.text: each for each in sentences_of(document(text, blocks=tuple(blocks)))}
    assert found["甲。"].headings == ("一、收集",)
    assert found["乙。"].headings == ("一、收集", "1.1 登录")
    assert found["1.1 登录"].headings == ("一、收集",)
    assert found["丙"].headings == ("二、共享",)
    assert found["丙"].cell and not found["乙。"].cell


@given(st.text(alphabet="我们收集手机号。；！?. AB()“”\t", max_size=80))
def test_sentences_cover_all_that_can_be_read(text: str) -> None:
    found = list(sentences_of(document(text)))
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    left = list(text)
    for each in found:
        left[each.start : each.end] = " " * (each.end - each.start)
    assert not "".join(left).strip()
