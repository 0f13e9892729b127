"""A paper in the form of Word: headings, tables, pictures and lines to sign, and nothing active.

Whatever text comes in is shown, bounded and made harmless here: characters that steer, hide or turn
text show their code, and a text is a text, never a field, a link or a formula. The same calls give
the same bytes.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from scanner.model import Words
from scanner.report.document import fonts
from scanner.report.words import Lang, say, visible

if TYPE_CHECKING:
    from docx.document import Document as Docx

LONGEST = 1200
"""Characters of one text that a paper prints at most; it says how many more there are."""
TITLE = 90
"""Characters of a title at most."""
TEXT_CM = 16.0
"""Width of the text: A4 less two margins of 2.5 cm."""
_FIRST = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can state: a paper's bytes depend on no clock."""
_TWIPS_PER_CM = 1440 / 2.54
_PADDING = 35
"""Room above and below the text of a cell, in twentieths of a point."""
_SHORT = 700
"""Characters of a row up to which no page breaks it."""
_DROPPED = ("thumbnail", "stylesWithEffects", "customXml", "webSettings")
"""Parts of the library's own template that say nothing of ours."""

Align = Literal["left", "center"]


class Digest(str):
    """A text that is set in letters of one width: digests, names in code."""

    __slots__ = ()


class Strong(str):
    """A text that is set bold."""

    __slots__ = ()


Cell = str | Sequence[str]
"""What stands in a cell: one paragraph, or several."""


class Column(NamedTuple):
    """A column of a table: its heading, and its share of the width in cm."""

    head: str
    cm: float


class Paper:
    """Sets a paper, from the top to its bytes."""

    def __init__(self, *, title: str, header: str, made_at: str, lang: Lang) -> None:
        """`header` stands on every page; `made_at` (ISO 8601) is the time the paper bears."""
        import docx  # noqa: PLC0415 - heavy

        self.lang: Lang = lang
        self._docx: Docx = docx.Document()
        self._captions: dict[str, int] = {}
        _strip(self._docx)
        fonts.dress(self._docx)
        self._page(shown(header))
        self._properties(shown(title), made_at)

    def words(self, both: Words) -> str:
        """Give words in the language of the paper."""
        return say(both, self.lang)

    def say(self, zh: str, en: str) -> str:
        """Give one of two texts by the language of the paper."""
        return zh if self.lang == "zh" else en

    def title(self, text: str, beneath: str = "") -> None:
        """Set the title of a paper, and a line beneath it."""
        for one, style in ((text, "Title"), (beneath, "Subtitle")):
            if one:
                self._paragraph(f"{one[:TITLE]}……" if len(one) > TITLE else one, style)

    def heading(self, text: str, level: int = 1) -> None:
        """Set a heading of level 1 to 3."""
        self._paragraph(text, f"Heading {level}")

    def text(self, text: str) -> None:
        """Set a paragraph."""
        self._paragraph(text, "Normal")

    def note(self, text: str) -> None:
        """Set a paragraph in small letters."""
        self._paragraph(text, "Body Text 3")

    def points(self, texts: Iterable[str]) -> None:
        """Set a list, each text with a dot before it."""
        for text in texts:
            self._paragraph(text, "List Bullet")

    def steps(self, texts: Iterable[str]) -> None:
        """Set a list, each text with its number before it."""
        for number, text in enumerate(texts, 1):
            self._paragraph(f"{number}. {text}", "Body Text 2")

    def code(self, text: str) -> None:
        """Set a line for a terminal."""
        self._docx.add_paragraph(style="Code").add_run(shown(text))

    def new_page(self) -> None:
        """Begin a new page."""
        self._docx.add_paragraph().paragraph_format.page_break_before = True

    def pairs(self, rows: Iterable[tuple[str, Cell | None]], *, cm: float = 4.0) -> None:
        """Set names with their values; a value that is null or empty is left out."""
        body = [(Strong(name), value) for name, value in rows if value]
        if body:
            self._grid((cm, TEXT_CM - cm), (), body)

    def table(
        self, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
    ) -> None:
        """Set a numbered table whose first row comes again on every page."""
        self._caption(self.say("表", "Table"), caption, above=True)
        whole = sum(column.cm for column in columns)
        widths = tuple(column.cm * TEXT_CM / whole for column in columns)
        self._grid(widths, [Strong(column.head) for column in columns], rows)

    def picture(self, jpeg: bytes, size: tuple[int, int], caption: str) -> None:
        """Set a numbered picture with its caption below."""
        from docx.shared import Cm  # noqa: PLC0415 - heavy

        wide, high = size
        cm = min(TEXT_CM - 1, 10.5 * wide / high, 15.0)
        paragraph = self._docx.add_paragraph(style="Picture")
        shape = paragraph.add_run().add_picture(io.BytesIO(jpeg), width=Cm(cm))
        properties = shape._inline.docPr
        properties.set("descr", shown(caption)[:250])
        self._caption(self.say("图", "Figure"), caption)

    def signing(self, lines: Iterable[tuple[str, str]]) -> None:
        """Set lines to sign: a role, and the name that goes with it where one was stated."""
        rule, day = "_" * 20, self.say("日期：", "Date: ") + "_" * 14
        rows = []
        for role, name in lines:
            stated = self.say(f"（{name}）", f" ({name})") if name else ""
            rows.append((f"{role}{stated}", rule, day))
        self._grid((5.0, 5.6, 5.4), (), rows, lines=False)

    def file(self) -> bytes:
        """Give the bytes of the paper."""
        written = io.BytesIO()
        self._docx.save(written)
        out = io.BytesIO()
        with zipfile.ZipFile(written) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                entry = zipfile.ZipInfo(name, _FIRST)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                entry.external_attr = 0o644 << 16
                new.writestr(entry, old.read(name), compresslevel=6)
        return out.getvalue()

    def _paragraph(self, text: str, style: str) -> None:
        paragraph = self._docx.add_paragraph(style=style)
        run = paragraph.add_run(shown(text))
        run.bold = True if isinstance(text, Strong) else None

    def _caption(self, kind: str, text: str, *, above: bool = False) -> None:
        """Number a caption by a field, so that Word counts on where a person adds one."""
        number = self._captions[kind] = self._captions.get(kind, 0) + 1
        paragraph = self._docx.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = above
        paragraph.add_run(f"{kind} ")
        _field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))
        paragraph.add_run(f"　{shown(text)}")

    def _grid(
        self,
        widths: Sequence[float],
        heads: Sequence[str],
        rows: Iterable[Sequence[Cell | None]],
        *,
        lines: bool = True,
    ) -> None:
        """Build a table by hand: the library's own cells take time that grows with their square."""
        from docx.oxml import OxmlElement  # noqa: PLC0415 - heavy

        table = OxmlElement("w:tbl")
        told = _under(table, "tblPr")
        _under(told, "tblStyle", val="TableGrid" if lines else "TableNormal")
        twips = [round(width * _TWIPS_PER_CM) for width in widths]
        _under(told, "tblW", w=str(sum(twips)), type="dxa")
        _under(told, "tblLayout", type="fixed")
        margins = _under(told, "tblCellMar")
        for side, wide in (("top", _PADDING), ("bottom", _PADDING)):
            _under(margins, side, w=str(wide if lines else 4 * wide), type="dxa")
        grid = _under(table, "tblGrid")
        for wide in twips:
            _under(grid, "gridCol", w=str(wide))
        if heads:
            _row(table, twips, heads, head=True)
        for row in rows:
            _row(table, twips, row, first_is_name=not heads and lines)
        body = self._docx.element.body
        body.insert(len(body) - 1, table)
        self._docx.add_paragraph(style="After Table")

    def _page(self, header: str) -> None:
        from docx.shared import Cm  # noqa: PLC0415 - heavy

        section = self._docx.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.3)
        section.header.paragraphs[0].text = header
        footer = section.footer.paragraphs[0]
        before, between, after = (
            ("第 ", " 页　共 ", " 页") if self.lang == "zh" else ("Page ", " of ", "")
        )
        footer.add_run(before)
        _field(footer, "PAGE", "1")
        footer.add_run(between)
        _field(footer, "NUMPAGES", "1")
        footer.add_run(after)

    def _properties(self, title: str, made_at: str) -> None:
        told = self._docx.core_properties
        told.title, told.author, told.last_modified_by = title[:250], "mingjian", "mingjian"
        told.comments = told.subject = told.keywords = told.category = ""
        told.language = "zh-CN" if self.lang == "zh" else "en-GB"
        told.revision = 1
        told.created = told.modified = _moment(made_at)


def shown(text: str) -> str:
    """Give a text as a paper prints it: nothing hidden, on one line, and bounded."""
    more = len(text) - LONGEST
    if more > 0:
        return f"{visible(text[:LONGEST])}… [+{more:,} 字符 characters: report.json]"
    return visible(text)


def _moment(text: str) -> datetime.datetime:
    """Give a time in UTC; the epoch of Word's own files where the text states none."""
    try:
        said = datetime.datetime.fromisoformat(text)
        return said.astimezone(datetime.UTC) if said.tzinfo else said
    except (ValueError, OverflowError):
        return datetime.datetime(*_FIRST)


def _strip(paper: Docx) -> None:
    """Take out of the template what is not ours: a picture, another maker's name, parts unused."""
    from docx.opc.part import Part  # noqa: PLC0415 - heavy

    for holder in (paper.part.package.rels, paper.part.rels):
        for key in [key for key, one in holder.items() if one.reltype.endswith(_DROPPED)]:
            del holder[key]
    for relation in paper.part.package.rels.values():
        if relation.reltype.endswith("extended-properties"):
            part = relation.target_part
            assert isinstance(part, Part)  # noqa: S101 - the template is the library's own
            part._blob = (
                b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http'
                b'://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
                b"<Application>mingjian</Application></Properties>"
            )


def _under(parent: Any, name: str, **attributes: str) -> Any:
    """Add an element of Word's own names below another."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - heavy
    from docx.oxml.ns import qn  # noqa: PLC0415 - heavy

    child = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        child.set(qn(f"w:{key}"), value)
    parent.append(child)
    return child


def _field(paragraph: Any, instruction: str, now: str) -> None:
    """Set a field that Word counts by itself: a page, a number; `now` is what it shows until then.

    Instructions are our own words alone.
    """
    field = _under(paragraph._p, "fldSimple", instr=instruction)
    text = _under(_under(field, "r"), "t")
    text.text = now


def _row(
    table: Any,
    twips: Sequence[int],
    cells: Sequence[Cell | None],
    *,
    head: bool = False,
    first_is_name: bool = False,
) -> None:
    row = _under(table, "tr")
    told = _under(row, "trPr")
    if sum(len(line) for one in cells for line in _lines(one)) < _SHORT:
        _under(told, "cantSplit")
    if head:
        _under(told, "tblHeader")
    for number, (wide, content) in enumerate(zip(twips, cells, strict=True)):
        cell = _under(row, "tc")
        properties = _under(cell, "tcPr")
        _under(properties, "tcW", w=str(wide), type="dxa")
        if head or (first_is_name and number == 0):
            _under(properties, "shd", val="clear", color="auto", fill="EDEDED")
        for line in _lines(content):
            _cell_line(cell, line, head=head)


def _lines(cell: Cell | None) -> Sequence[str]:
    return [cell] if isinstance(cell, str) else cell or [""]


def _cell_line(cell: Any, line: str, *, head: bool) -> None:
    paragraph = _under(cell, "p")
    told = _under(paragraph, "pPr")
    _under(told, "pStyle", val="TableText")
    if head:
        _under(told, "keepNext")
    run = _under(paragraph, "r")
    if isinstance(line, Digest):
        _under(_under(run, "rPr"), "rStyle", val="Digest")
    elif isinstance(line, Strong) or head:
        _under(_under(run, "rPr"), "b")
    text = _under(run, "t")
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    text.text = shown(line)
