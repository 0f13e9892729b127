from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx as word
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches

from scanner.child import Unreadable
from scanner.collect.policy.texts.docx import MAX_PART_BYTES
from tests.collect.policy.texts.test_text import lines, reading, rows


def saved(document: word.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(body: str, **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        archive.writestr(
            "word/document.xml", body.replace("<w:document", f'<w:document xmlns:w="{space}"', 1)
        )
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return out.getvalue()


def paragraphs(*texts: str) -> str:
    inner = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return f"<w:document><w:body>{inner}</w:body></w:document>"


def test_headings_lists_emphasis_and_numbers() -> None:
    policy = word.Document()
    policy.add_heading("示例隐私政策", 0)
    policy.add_heading("一、收集", 1)
    paragraph = policy.add_paragraph("我们收集")
    paragraph.add_run("手机号").bold = True
    paragraph.add_run("用于登录。")
    for text in ("短信", "电话"):
        policy.add_paragraph(text, style="List Number")
    policy.add_paragraph("位置", style="List Bullet")
    document = reading(saved(policy))
    assert document.title == "示例隐私政策"
    assert lines(document) == [
        "示例隐私政策",
        "一、收集",
        "我们收集手机号用于登录。",
        "1. 短信",
        "2. 电话",
        "位置",
    ]
    assert [(each.kind, each.level) for each in document.blocks[:3]] == [
        ("heading", 1),
        ("heading", 1),
        ("paragraph", 0),
    ]
    assert document.blocks[-1].kind == "item"
    assert "手机号" in [document.text[span.start : span.end] for span in document.strong]
    assert document.whole


def test_a_heading_by_a_style_of_its_own() -> None:
    policy = word.Document()
    style = policy.styles.add_style("自定", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = policy.styles["Heading 2"]
    policy.add_paragraph("我们如何共享", style=style)
    assert reading(saved(policy)).blocks[0].level == 2


def test_tables_read_as_another_reader_reads_them() -> None:
    policy = word.Document()
    table = policy.add_table(rows=4, cols=3)
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row.cells):
            cell.text = ("名称", "目的", "信息")[j] if i == 0 else f"r{i}c{j}"
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 1).merge(table.cell(3, 2))
    data = saved(policy)
    theirs = [
        [cell.text for cell in row.cells] for row in word.Document(io.BytesIO(data)).tables[0].rows
    ]
    document = reading(data)
    assert rows(document) == theirs
    assert document.tables[0].head == 1
    assert {each.kind for each in document.blocks} == {"cell"}


def test_hyperlinks_lead_to_their_target() -> None:
    policy = word.Document()
    paragraph = policy.add_paragraph("见")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), policy.part.relate_to("https://a.example/sdk", kind, is_external=True))
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "清单"
    run.append(text)
    link.append(run)
    paragraph._p.append(link)
    links = reading(saved(policy)).links
    assert [(each.text, each.href, each.start) for each in links] == [
        ("清单", "https://a.example/sdk", 1)
    ]


def test_large_pictures_are_counted(tmp_path: Path) -> None:
    from PIL import Image

    picture = tmp_path / "list.png"
    Image.new("L", (8, 8)).save(picture)
    policy = word.Document()
    policy.add_paragraph("我们收集手机号。")
    policy.add_picture(str(picture), width=Inches(5), height=Inches(6))
    policy.add_picture(str(picture), width=Inches(1))
    assert reading(saved(policy)).pictures == 1


def test_hidden_deleted_and_inserted_words() -> None:
    body = (
        "<w:document><w:body><w:p><w:r><w:t>我们</w:t></w:r>"
        "<w:del><w:r><w:delText>不</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>收集</w:t></w:r></w:ins>"
        f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{'藏' * 200}</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>位置</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "</w:body></w:document>"
    )
    document = reading(packed(body))
    assert lines(document) == ["我们收集", "位置"]
    assert [words.en for words in document.unread] == ["the file holds 200 hidden characters"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed(paragraphs("x") + "<"), "broken"),
        (packed("<w:document/>"), "no text"),
        (packed(paragraphs("甲"))[:-30], "broken"),
        (packed("<w:document><w:body>" + "<w:sdt>" * 100_000), "broken"),
    ],
)
def test_broken_files_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        reading(data)


def test_another_zip_is_refused_with_a_hint() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(Unreadable, match="no DOCX"):
        reading(out.getvalue())


def test_a_bomb_is_refused_by_its_size_and_by_its_lie() -> None:
    bomb = packed(paragraphs("甲" * (MAX_PART_BYTES // 3 + 100)))
    assert len(bomb) < MAX_PART_BYTES // 50
    with pytest.raises(Unreadable, match="too large"):
        reading(bomb)
    size = len(paragraphs("甲" * (MAX_PART_BYTES // 3 + 100)).encode())
    for length in range(size, size + 120):
        bomb = bomb.replace(length.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(Unreadable):
        reading(bomb)


def test_outer_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", "utf-8")
    entity = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "实体">]>'
    document = reading(packed(entity + paragraphs("甲&x;&y;乙")))
    assert "机密" not in document.text and "甲" in document.text
    assert any("entities" in words.en for words in document.unread)
    laughs = "<!DOCTYPE w [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {name} '{f'&{before};' * 10}'>"
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    with pytest.raises(Unreadable, match="broken"):
        reading(packed(laughs + "]>" + paragraphs("甲&j;")))
