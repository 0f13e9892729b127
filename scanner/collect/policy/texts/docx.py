"""A Word file (DOCX) as a reader sees it: headings, numbers that Word counts, tables, links.

Runs in the child process. Parts of the file are read by their fixed names, each within a bound.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from scanner.child import Unreadable
from scanner.collect.policy.texts.layout import Cell, Found, Grid, Line, Piece, Run
from scanner.collect.policy.texts.word_numbers import Numbers
from scanner.collect.policy.texts.word_styles import Styles, W, is_on, value_of
from scanner.model import Words

MAX_PART_BYTES = 32 << 20
"""Bytes of one part, unpacked; the text of a policy takes 1 MB."""
MAX_ENTRIES = 20_000
"""Entries of the file, most of which would be pictures."""
MAX_TABLES_DEEP = 6
"""Tables within tables that are told apart."""
LARGE_EMU = 300 * 9525
"""Sides from which a picture may hold text: 300 pixels in the unit of Office."""
LARGE_POINTS = 225
"""The same in points."""
LITTLE_HIDDEN = 100
"""Hidden characters that are let pass."""

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VML = "{urn:schemas-microsoft-com:vml}"
_POINTS = re.compile(r"(?:^|;)\s{0,9}(width|height):([\d.]{1,9})pt")
_FIELD_LINK = re.compile(r'\s*HYPERLINK\s{1,9}"([^"\s]{1,2000})"')


def read_docx(data: bytes) -> Found:
    """Read a DOCX; raises Unreadable for an encrypted one and for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Docx(archive).found()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError) as error:
        raise Unreadable("DOCX 已损坏", "the DOCX is broken") from error


class _Merge(NamedTuple):
    row: int
    cell: int


class _Docx:
    """The parts of a file that say what a reader sees."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        if len(archive.infolist()) > MAX_ENTRIES:
            raise Unreadable("压缩包条目过多", "the file holds too many entries")
        if "word/document.xml" not in archive.NameToInfo:
            raise Unreadable(
                "ZIP 文件但不是 DOCX，请解压后逐个提供",
                "a ZIP file but no DOCX; unpack it and give its files",
            )
        self.unread: list[Words] = []
        self.pictures = 0
        self._hidden = 0
        self._embedded = 0
        self._styles = Styles(self._part("word/styles.xml"))
        self._numbers = Numbers(self._part("word/numbering.xml"))
        self._targets = dict(self._relations())

    def found(self) -> Found:
        """Give the pieces of the text, and after them its notes."""
        document = self._part("word/document.xml")
        body = None if document is None else document.find(f"{W}body")
        if body is None:
            raise Unreadable("DOCX 没有正文", "the DOCX has no text")
        pieces = list(self._pieces(body, 0))
        for name in ("footnote", "endnote"):
            notes = self._part(f"word/{name}s.xml")
            for note in () if notes is None else notes.iter(f"{W}{name}"):
                pieces += self._pieces(note, 0)
        if self._hidden > LITTLE_HIDDEN:
            self._say(
                f"文件含 {self._hidden} 个隐藏字符",
                f"the file holds {self._hidden} hidden characters",
            )
        if self._embedded:
            self._say(
                f"{self._embedded} 个嵌入的对象未读",
                f"{self._embedded} embedded objects were not read",
            )
        return Found(tuple(pieces), "", self.pictures, 0, tuple(self.unread))

    def _part(self, name: str) -> Any:
        """Give a part as a tree, or None where the file has none; raises Unreadable."""
        from lxml import etree  # noqa: PLC0415 - heavy, and only the child needs it

        entry = self._archive.NameToInfo.get(name)
        if entry is None:
            return None
        if entry.flag_bits & 1:
            raise Unreadable("DOCX 已加密", "the DOCX is encrypted")
        if entry.file_size > MAX_PART_BYTES:
            raise Unreadable(f"{name} 过大", f"{name} is too large")
        with self._archive.open(entry) as part:
            data = part.read(MAX_PART_BYTES + 1)
        if len(data) > MAX_PART_BYTES:
            raise Unreadable(f"{name} 过大", f"{name} is too large")
        if b"<!DOCTYPE" in data[:2000]:
            self._say(f"{name} 含外部实体声明，未展开", f"{name} declares entities; none was read")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise Unreadable(f"{name} 已损坏", f"{name} is broken") from error

    def _relations(self) -> Iterator[tuple[str, str]]:
        relations = self._part("word/_rels/document.xml.rels")
        for each in () if relations is None else relations:
            if isinstance(each.tag, str) and each.get("TargetMode") == "External":
                yield each.get("Id", ""), each.get("Target", "")[:4096]

    def _pieces(self, parent: Any, deep: int) -> Iterator[Piece]:
        for each in parent:
            if each.tag == f"{W}p":
                yield from self._paragraph(each, deep)
            elif each.tag == f"{W}tbl":
                yield from self._table(each, deep)
            elif each.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"}:
                yield from self._pieces(each, deep)
            elif each.tag == f"{W}altChunk":
                self._embedded += 1

    def _paragraph(self, paragraph: Any, deep: int) -> Iterator[Piece]:
        style = self._styles.of(paragraph)
        number, bullet = self._numbers.next(style.list_id, style.list_level)
        boxes: list[Any] = []
        lines: list[list[Run]] = [[Run(number)] if number else []]
        for run in self._runs(paragraph, style.bold, boxes):
            first, *others = run.text.split("\n")
            lines[-1].append(run._replace(text=first))
            lines += [[run._replace(text=text)] for text in others]
        for runs in lines:
            if style.level:
                yield Line(tuple(runs), "heading", style.level)
            else:
                yield Line(tuple(runs), "item" if bullet else "paragraph")
        for box in boxes:
            yield from self._pieces(box, deep)

    def _runs(self, paragraph: Any, bold: bool, boxes: list[Any]) -> Iterator[Run]:
        """Give the runs of a paragraph; text boxes that hang on it are put aside."""
        field = ""
        waiting: list[tuple[Any, str | None]] = [(each, None) for each in reversed(paragraph)]
        while waiting:
            each, href = waiting.pop()
            if each.tag == f"{W}r":
                for inner in each:
                    if inner.tag == f"{W}instrText":
                        field += inner.text or ""
                    elif inner.tag == f"{W}fldChar" and value_of(inner, "fldCharType") == "end":
                        field = ""
                link = _FIELD_LINK.match(field)
                yield from self._run(each, bold, href or (link.group(1) if link else None), boxes)
            elif each.tag == f"{W}hyperlink":
                target = self._targets.get(each.get(f"{_R}id", ""))
                waiting += [(inner, target) for inner in reversed(each)]
            elif isinstance(each.tag, str) and each.tag not in {
                f"{W}pPr",
                f"{W}del",
                f"{W}moveFrom",
            }:
                waiting += [(inner, href) for inner in reversed(each)]

    def _run(self, run: Any, bold: bool, href: str | None, boxes: list[Any]) -> Iterator[Run]:
        look = run.find(f"{W}rPr")
        strong = is_on(look, "b", otherwise=bold) or is_on(look, "u", otherwise=False)
        hidden = is_on(look, "vanish", otherwise=False)
        text = ""
        for each in run:
            if each.tag == f"{W}t":
                text += each.text or ""
            elif each.tag in {f"{W}tab", f"{W}ptab"}:
                text += " "
            elif each.tag in {f"{W}br", f"{W}cr"} and value_of(each, "type") is None:
                text += "\n"
            elif each.tag == f"{W}noBreakHyphen":
                text += "-"
            elif each.tag in {f"{W}drawing", f"{W}pict", f"{W}object", f"{_MC}AlternateContent"}:
                self._drawing(each, boxes)
        if hidden:
            self._hidden += len(text.strip())
        elif text:
            yield Run(text, strong, href)

    def _drawing(self, drawing: Any, boxes: list[Any]) -> None:
        if drawing.tag == f"{W}object":
            self._embedded += 1
        waiting = [drawing]
        while waiting:
            each = waiting.pop()
            if each.tag == f"{W}txbxContent":
                boxes.append(each)
                continue
            if each.tag == f"{_MC}Fallback":
                continue
            if each.tag == f"{_WP}extent":
                sides = (each.get("cx", "0"), each.get("cy", "0"))
                large = all(side.isdecimal() and int(side[:12]) >= LARGE_EMU for side in sides)
                self.pictures += large and _holds_picture(drawing)
            elif each.tag == f"{_VML}shape":
                points = dict(_POINTS.findall(each.get("style", "")))
                large = len(points) == 2 and all(
                    side.count(".") < 2 and float(side.strip(".") or 0) >= LARGE_POINTS
                    for side in points.values()
                )
                self.pictures += large and each.find(f"{_VML}imagedata") is not None
            waiting += reversed(each)

    def _table(self, table: Any, deep: int) -> Iterator[Piece]:
        if deep >= MAX_TABLES_DEEP:
            for cell in table.iter(f"{W}p"):
                yield from self._paragraph(cell, deep)
            return
        rows: list[list[Cell]] = []
        merges: dict[int, _Merge] = {}
        for row in _children(table, "tr"):
            head = is_on(row.find(f"{W}trPr"), "tblHeader", otherwise=False)
            cells: list[Cell] = []
            column = 0
            for each in _children(row, "tc"):
                look = each.find(f"{W}tcPr")
                span = None if look is None else look.find(f"{W}gridSpan")
                across = _small(value_of(span, "val"))
                merged = None if look is None else look.find(f"{W}vMerge")
                above = merges.get(column)
                if merged is not None and value_of(merged, "val") != "restart" and above:
                    cell = rows[above.row][above.cell]
                    rows[above.row][above.cell] = cell._replace(down=cell.down + 1)
                else:
                    merges.pop(column, None)
                    if merged is not None:
                        merges[column] = _Merge(len(rows), len(cells))
                    pieces = tuple(self._pieces(each, deep + 1))
                    cells.append(Cell(pieces, across, 1, head))
                column += across
            rows.append(cells)
        yield Grid(tuple(tuple(row) for row in rows))

    def _say(self, zh: str, en: str) -> None:
        self.unread.append(Words(zh=zh, en=en))


def _children(parent: Any, name: str) -> Iterator[Any]:
    """Give rows or cells, those within a content control too."""
    waiting = list(reversed(parent))
    while waiting:
        each = waiting.pop()
        if each.tag == f"{W}{name}":
            yield each
        elif each.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"}:
            waiting += reversed(each)


def _holds_picture(drawing: Any) -> bool:
    return any(
        isinstance(each.tag, str) and each.tag.rpartition("}")[2] in {"blip", "chart", "relIds"}
        for each in drawing.iter()
    )


def _small(value: str | None) -> int:
    return min(max(int(value), 1), 100) if value and re.fullmatch(r"[0-9]{1,4}", value) else 1
