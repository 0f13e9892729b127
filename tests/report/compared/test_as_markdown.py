from __future__ import annotations

from markdown_it import MarkdownIt

from scanner.report.compared.as_markdown import render
from tests.report.compared.hostile import hostile, made


def test_a_reader_of_markdown_sees_text_and_tables_only() -> None:
    for found in (made(), hostile()):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(render(found, "en").decode())
        kinds = {each.type for token in tokens for each in (token, *(token.children or ()))}
        assert not kinds & {"link_open", "image", "html_inline", "html_block", "fence"}
        assert "table_open" in kinds
