"""The letters and styles of a paper: those of Chinese offices, with what takes their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from docx.document import Document as Docx

LATIN = "Times New Roman"
FIXED = "Courier New"
SONG, FANGSONG, HEITI = "宋体", "仿宋", "黑体"
"""Letters of titles and tables, of the text, and of headings, as Chinese offices set them
(GB/T 9704-2012 has 仿宋 for the text and 黑体 for headings; sizes here are smaller, since tables
take most of the room)."""
_INSTEAD = {
    SONG: ("SimSun", "02010600030101010101", "roman"),
    FANGSONG: ("FangSong", "02010609060101010101", "modern"),
    HEITI: ("SimHei", "02010609060101010101", "modern"),
}
"""Another name of each, and its kind, by which Word chooses where it is not installed."""


class _Style(NamedTuple):
    name: str
    chinese: str
    points: float
    bold: bool = False
    before: float = 0.0
    after: float = 0.0
    line: float = 1.0
    align: str = "left"
    indent_cm: float = 0.0
    based_on: str = "Normal"


STYLES = (
    _Style("Normal", FANGSONG, 12, after=4, line=1.3),
    _Style("Title", SONG, 22, bold=True, before=18, after=6, align="center"),
    _Style("Subtitle", FANGSONG, 14, after=14, align="center"),
    _Style("Heading 1", HEITI, 15, before=16, after=6),
    _Style("Heading 2", HEITI, 13, before=10, after=4),
    _Style("Heading 3", SONG, 12, bold=True, before=8, after=3),
    _Style("Caption", HEITI, 10.5, before=4, after=3, align="center"),
    _Style("Header", SONG, 9, align="center"),
    _Style("Footer", SONG, 9, align="center"),
    _Style("List Bullet", FANGSONG, 12, after=2, line=1.3, indent_cm=0.75),
    _Style("Body Text 2", FANGSONG, 12, after=3, line=1.3, indent_cm=0.75),
    _Style("Body Text 3", SONG, 9.5, after=4, line=1.15),
    _Style("Table Text", SONG, 9.5),
    _Style("Picture", SONG, 10, before=6, after=2, align="center"),
    _Style("Code", SONG, 10, after=3),
    _Style("After Table", SONG, 4),
)
"""The styles of paragraphs that papers use: points, and centimetres."""
_KEPT = {"Default Paragraph Font", "Normal Table", "No List", "Table Grid"}
"""Further styles of the template that papers use."""


def dress(paper: Docx) -> None:
    """Give a new paper its styles and its table of letters, and take out all others."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415 - heavy

    styles = paper.styles
    for one in STYLES:
        if one.name not in styles:
            made = styles.add_style(one.name, WD_STYLE_TYPE.PARAGRAPH)
            made.element.set(_w("styleId"), one.name.replace(" ", ""))
        _set(styles[one.name], one, None if one.name == "Normal" else styles["Normal"])
    digest = styles.add_style("Digest", WD_STYLE_TYPE.CHARACTER)
    _letters(digest.element.get_or_add_rPr(), FIXED, SONG)
    _points(digest, 8.5)
    wanted = _KEPT | {"Digest"} | {one.name for one in STYLES}
    for style in list(styles):
        if style.name not in wanted:
            style.element.getparent().remove(style.element)
    _defaults(styles.element)
    _table_of_letters(paper)


def _set(style: Any, told: _Style, base: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - heavy
    from docx.shared import Cm, Pt, RGBColor  # noqa: PLC0415 - heavy

    style.base_style = base
    style.hidden = style.unhide_when_used = False
    for name in ("link", "next"):
        for link in style.element.findall(_w(name)):
            style.element.remove(link)
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    numbering = style.name == "List Bullet"
    paragraph = style.element.get_or_add_pPr()
    for child in list(paragraph):
        if not (numbering and child.tag == _w("numPr")) and child.tag not in (
            _w("outlineLvl"),
            _w("keepNext"),
        ):
            paragraph.remove(child)
    _letters(properties, FIXED if told.name == "Code" else LATIN, told.chinese)
    _points(style, told.points)
    style.font.bold = told.bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(told.before), Pt(told.after)
    form.line_spacing = told.line
    centred = told.align == "center"
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    if told.indent_cm:
        form.left_indent = Cm(told.indent_cm)
        form.first_line_indent = Cm(-told.indent_cm)
    if told.name.startswith("Heading") or told.name == "Picture":
        form.keep_with_next = True


def _letters(properties: Any, latin: str, chinese: str) -> None:
    """State the letters for every script by name; a theme would win over them."""
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(_w(script), latin)
    fonts.set(_w("eastAsia"), chinese)


def _points(style: Any, points: float) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - heavy

    style.font.size = Pt(points)


def _defaults(styles: Any) -> None:
    """Take the theme's letters out of what holds for every paragraph."""
    for fonts in styles.iter(_w("rFonts")):
        for key in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[key]


def _table_of_letters(paper: Docx) -> None:
    """State what each Chinese letter is also called and what it is like."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:panose1 w:val="{panose}"/>'
        f'<w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, (other, panose, family) in _INSTEAD.items()
    )
    latin = "".join(
        f'<w:font w:name="{name}"><w:charset w:val="00"/><w:family w:val="{family}"/>'
        f'<w:pitch w:val="{pitch}"/></w:font>'
        for name, family, pitch in ((LATIN, "roman", "variable"), (FIXED, "modern", "fixed"))
    )
    for relation in paper.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="http:'
                f'//schemas.openxmlformats.org/wordprocessingml/2006/main">{rows}{latin}</w:fonts>'
            ).encode()


def _w(name: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415 - heavy

    return qn(f"w:{name}")
