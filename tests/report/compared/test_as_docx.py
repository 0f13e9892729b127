from __future__ import annotations

import io

import docx

from scanner.report.compared.as_docx import render
from scanner.report.compared.tables import tables
from tests.report.compared.hostile import made


def test_every_table_stands_in_the_paper_with_its_rows() -> None:
    paper = docx.Document(io.BytesIO(render(made(), "zh")))
    rows = [len(table.rows) - 1 for table in paper.tables]
    assert rows == [len(table.rows) for table in tables(made(), "zh") if table.rows]
    words = " ".join(paragraph.text for paragraph in paper.paragraphs)
    assert "无法判断 1" in words
