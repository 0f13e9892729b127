from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from scanner.model import Words
from scanner.report.document.paper import LONGEST, Column, Digest, Paper, Strong, shown
from tests.report.document.reading import cells, inert, parts, texts
from tests.report.example import picture

MADE_AT = "2026-11-22T10:00:00+08:00"
HOSTILE = (
    "<script>alert(1)</script>",
    '=cmd|"/c calc"!A1',
    "../../etc/passwd",
    "invoice\u202egpj.exe\u200b",
    "a\nb\rc\td\x00e\x0bf\ufffeg\ud800h",
    "]]></w:t></w:r><w:fldSimple w:instr='DDEAUTO'/>",
    'HYPERLINK "http://evil.example"'.lower(),
)


def paper(**changes: str) -> Paper:
    told = {"title": "题", "header": "页眉", "made_at": MADE_AT, "lang": "zh"} | changes
    return Paper(**told)  # type: ignore[arg-type]


def filled() -> bytes:
    one = paper()
    one.title("题目", "副题")
    one.heading("一、")
    one.heading("（一）", 2)
    one.heading("1.", 3)
    one.text("正文")
    one.note("小字")
    one.points(["甲", "乙"])
    one.steps(["先", "后"])
    one.code("sha256sum -c manifest-sha256.txt")
    one.pairs([("名称", "值"), ("空", ""), ("无", None), ("多", ["一", Digest("ab" * 32)])])
    one.table("清单", [Column("序号", 1), Column("名称", 9)], [("1", Strong("甲")), ("2", ["乙"])])
    one.picture(_jpeg(), (40, 30), "一张图")
    one.signing([("检测人", "张三"), ("复核人", "")])
    one.new_page()
    return one.file()


def _jpeg() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(picture(1))).convert("RGB").resize((40, 30)).save(out, "JPEG")
    return out.getvalue()


def test_the_same_calls_give_the_same_bytes_and_no_time_of_day() -> None:
    first = filled()
    assert first == filled()
    with zipfile.ZipFile(io.BytesIO(first)) as held:
        assert {one.date_time for one in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert held.testzip() is None


def test_a_paper_says_who_made_it_and_when() -> None:
    told = docx.Document(io.BytesIO(filled())).core_properties
    assert (told.author, told.title) == ("mingjian", "题")
    assert told.created is not None
    assert told.created.isoformat() == "2026-11-22T02:00:00+00:00"
    assert b"Microsoft" not in parts(filled())["docProps/app.xml"]
    assert not [name for name in parts(filled()) if "thumbnail" in name or "customXml" in name]


def test_what_is_set_stands_in_it_once() -> None:
    said = texts(filled())
    for words in ("题目", "副题", "正文", "小字", "sha256sum -c", "（张三）", "一张图"):
        assert said.count(words) == 1, words
    assert "空" not in said
    assert "无" not in said
    inert(filled())


def test_tables_repeat_their_heads_and_number_their_captions() -> None:
    one = paper()
    for name in ("甲表", "乙表"):
        one.table(name, [Column("序号", 1)], [("1",)])
    body = docx.Document(io.BytesIO(one.file())).element.body
    heads = [
        row for row in body.iter(qn("w:tr")) if row.find(f".//{qn('w:tblHeader')}") is not None
    ]
    assert len(heads) == 2
    captions = [line for line in texts(one.file()).splitlines() if line.startswith("表")]
    assert captions == ["表 1　甲表", "表 2　乙表"]
    fields = [each.get(qn("w:instr")) for each in body.iter(qn("w:fldSimple"))]
    assert fields == ["SEQ 表 \\* ARABIC"] * 2


def test_every_page_says_its_number_and_what_it_belongs_to() -> None:
    held = parts(filled())
    footer = next(part for name, part in held.items() if "footer" in name).decode()
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer
    header = next(part for name, part in held.items() if "header" in name).decode()
    assert "页眉" in header


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_only_a_text(text: str) -> None:
    one = paper(title=text, header=text)
    one.title(text, text)
    one.heading(text)
    one.points([text])
    one.pairs([(text, text)])
    one.table(text, [Column(text, 1)], [(text,), ([text, Digest(text)],)])
    one.signing([(text, text)])
    data = one.file()
    for name, part in parts(data).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part)
    inert(data)
    assert shown(text) in texts(data)
    assert not re.search("[\u202a-\u202e\u200b]", texts(data))


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_whatever_text_comes_in_is_shown_by_characters_that_xml_allows(text: str) -> None:
    node = etree.Element("t")
    node.text = shown(text)
    assert etree.fromstring(etree.tostring(node)).text in (shown(text), None if not text else "")


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=6))
@settings(max_examples=25, deadline=None)
def test_what_stands_in_a_table_is_read_back(rows: list[list[str]]) -> None:
    one = paper()
    one.table("表", [Column("甲", 1), Column("乙", 2)], rows)
    _, *read = cells(one.file())
    assert read == [[shown(cell) for cell in row] for row in rows]


def test_a_text_of_ten_thousand_characters_is_bounded() -> None:
    long = shown("字" * 10_000)
    assert long.startswith("字" * LONGEST + "…")
    assert "8,800" in long
    assert len(long) < LONGEST + 80


@pytest.mark.parametrize("said", ["", "yesterday", "2026-13-40", "9999-12-31T23:59:59-23:00"])
def test_a_time_that_is_none_is_no_fault(said: str) -> None:
    assert paper(made_at=said).file()


def test_words_come_in_the_language_of_the_paper() -> None:
    assert paper().words(Words("甲\n乙", "a")) == "甲 乙"
    assert paper(lang="en").words(Words("甲", "a")) == "a"
    assert paper(lang="en").say("甲", "a") == "a"
