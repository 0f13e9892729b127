from __future__ import annotations

from lxml import etree

from scanner.collect.policy.texts.word_styles import Style, Styles, is_on, value_of

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = f"""<w:styles {SPACE}>
<w:style w:styleId="a"><w:name w:val="heading 2"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:styleId="b"><w:name w:val="mine"/><w:basedOn w:val="a"/>
  <w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="c"><w:name w:val="Title"/></w:style>
<w:style w:styleId="d"><w:name w:val="round"/><w:basedOn w:val="e"/></w:style>
<w:style w:styleId="e"><w:name w:val="and round"/><w:basedOn w:val="d"/></w:style>
</w:styles>"""


def of(settings: str) -> Style:
    paragraph = etree.fromstring(f"<w:p {SPACE}><w:pPr>{settings}</w:pPr></w:p>")
    return Styles(etree.fromstring(SHEET)).of(paragraph)


def test_styles_rest_on_each_other() -> None:
    assert of('<w:pStyle w:val="b"/>') == Style(2, True, "7", 1)
    assert of('<w:pStyle w:val="c"/>').level == 1
    assert of('<w:pStyle w:val="d"/>') == of('<w:pStyle w:val="none"/>') == Style()


def test_own_settings_come_before_the_style() -> None:
    assert of('<w:pStyle w:val="a"/><w:outlineLvl w:val="9"/>').level == 0
    assert of('<w:outlineLvl w:val="2"/>').level == 3
    assert of('<w:pStyle w:val="b"/><w:numPr><w:numId w:val="0"/></w:numPr>').list_id is None


def test_settings_are_on_unless_they_say_otherwise() -> None:
    look = etree.fromstring(f'<w:rPr {SPACE}><w:b/><w:u w:val="none"/></w:rPr>')
    assert is_on(look, "b", otherwise=False) and not is_on(look, "u", otherwise=True)
    assert is_on(look, "i", otherwise=True) and not is_on(None, "b", otherwise=False)
    assert value_of(None, "val") is None
