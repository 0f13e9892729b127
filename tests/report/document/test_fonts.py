from __future__ import annotations

import io

import docx
from docx.oxml.ns import qn

from scanner.report.document.fonts import FANGSONG, HEITI, SONG, STYLES, dress
from tests.report.document.reading import parts
from tests.report.document.test_paper import filled


def test_every_style_names_its_letters_for_every_script() -> None:
    styles = docx.Document(io.BytesIO(filled())).styles
    for one in STYLES:
        fonts = styles[one.name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == one.chinese
        assert fonts.get(qn("w:ascii"))
        assert not [key for key in fonts.attrib if "Theme" in key]


def test_headings_are_headings_to_word_too() -> None:
    styles = docx.Document(io.BytesIO(filled())).styles
    for level in (1, 2, 3):
        outline = styles[f"Heading {level}"].element.pPr.find(qn("w:outlineLvl"))
        assert outline.get(qn("w:val")) == str(level - 1)


def test_a_machine_without_these_letters_is_told_what_they_are() -> None:
    table = parts(filled())["word/fontTable.xml"].decode()
    for name, other in ((SONG, "SimSun"), (FANGSONG, "FangSong"), (HEITI, "SimHei")):
        assert f'w:name="{name}"><w:altName w:val="{other}"/>' in table


def test_styles_that_no_paper_uses_are_left_out() -> None:
    bare = docx.Document()
    before = len(list(bare.styles))
    dress(bare)
    assert len(list(bare.styles)) < before / 3
    body = parts(filled())["word/document.xml"].decode()
    known = {style.style_id for style in docx.Document(io.BytesIO(filled())).styles}
    import re

    assert set(re.findall(r'w:(?:p|r|tbl)Style w:val="([^"]+)"', body)) <= known
