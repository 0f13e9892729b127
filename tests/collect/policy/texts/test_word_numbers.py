from __future__ import annotations

import pytest
from lxml import etree

from scanner.collect.policy.texts.word_numbers import Numbers, written

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = f"""<w:numbering {SPACE}><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl>
</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def test_lists_are_counted_as_word_shows_them() -> None:
    numbers = Numbers(etree.fromstring(SHEET))
    levels = [0, 1, 1, 2, 0, 1]
    assert [numbers.next("5", level) for level in levels] == [
        ("一、 ", False),
        ("3. ", False),
        ("4. ", False),
        ("", True),
        ("二、 ", False),
        ("3. ", False),
    ]
    assert numbers.next("6", 0) == numbers.next(None, 0) == ("", False)
    assert Numbers(None).next("5", 0) == ("", False)


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (1, "chineseCountingThousand", "一"),
        (10, "chineseCounting", "十"),
        (21, "ideographTraditional", "二十一"),
        (3, "lowerLetter", "c"),
        (27, "upperLetter", "AA"),
        (14, "lowerRoman", "xiv"),
        (3, "decimalEnclosedCircle", "③"),
        (7, "decimal", "7"),
        (7, "unheard of", "7"),
    ],
)
def test_numbers_are_written_in_their_form(number: int, form: str, shown: str) -> None:
    assert written(number, form) == shown
