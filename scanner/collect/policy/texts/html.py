"""A page of HTML as a reader sees it, read as a stream, so that no depth of nesting matters.

Read is what is shown: no scripts, no templates, nothing hidden by the styles in the page, nothing
struck through. What opens only on a click, what scripts may bring, and what stands only in style
sheets or labels for readers of screens, is named as unread, since it may be part of the policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from scanner.collect.policy.document import Kind
from scanner.collect.policy.texts import pictures, styles
from scanner.collect.policy.texts.doubts import PageDoubts
from scanner.collect.policy.texts.layout import (
    MAX_CHARACTERS,
    MAX_LINES,
    Cell,
    Found,
    Line,
    Piece,
    Run,
)
from scanner.collect.policy.texts.page_tables import Table
from scanner.collect.policy.texts.pictures import Picture
from scanner.collect.policy.texts.scripts import WAITING
from scanner.collect.policy.texts.sheets import Names, Sheet, names_of
from scanner.collect.policy.texts.styles import Hidden
from scanner.model import Words

MAX_MARKUP = 8 << 20
"""Characters of markup that are read; pages of policies that word processors write take 2 MB."""
MAX_TABLES_DEEP = 6
"""Tables within tables that are told apart."""
_CHUNK = 1 << 16


def _tags(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DROPPED = _tags(
    "script style template noscript select datalist iframe frame object embed audio video canvas"
    " map title rt rp desc metadata defs input"
)
_BLOCKS = _tags(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main"
    " menu nav ol optgroup option p pre section summary table tbody td textarea tfoot th thead tr"
    " ul"
)
_ASIDE = _tags("nav header footer aside")
_ASIDE_ROLES = _tags("navigation banner contentinfo complementary")
_MAIN = _tags("main article section")
_STRONG = _tags("b strong u em mark")
_KEEPS_LINES = _tags("pre textarea listing")
_FRAMES = _tags("iframe frame object embed")
_HEADINGS = _tags("h1 h2 h3 h4 h5 h6")
_TABLE_PARTS = _tags("table tr td th caption")
_STRUCK = _tags("s del strike")
_BOXES = _tags("table ul ol div section article main")
_LINKED = _tags("a area img svg iframe frame abbr button input html body")
"""Elements whose titles say what their words or pictures say."""
_SHOWN = _tags("img svg canvas image video audio input select textarea iframe frame embed object")
_PROGRAMS = re.compile(
    r"(?i)(?:|module|(?:text|application)/(?:x-)?(?:java|ecma)script)(?:\s*;.*)?"
)

Attributes = Mapping[str, str]


class _Open(NamedTuple):
    """What holds inside an open element."""

    tag: str = ""
    dropped: bool = False
    hidden: Hidden = ""
    struck: bool = False
    strong: bool = False
    href: str | None = None
    kind: Kind = "paragraph"
    level: int = 0
    aside: bool = False
    main: bool = False
    keeps_lines: bool = False
    block: bool = False
    closes: str = ""
    """What ends with it: table, row, cell, caption."""
    box: tuple[str, ...] | None = None
    """Id and classes of an element that scripts may fill, or that has a picture behind it."""
    began: int = 0
    """What was shown before such an element."""
    background: bool = False


def read_html(page: str, address: str | None = None) -> Found:
    """Read a page; `address` is where it stands, against which its links are read."""
    from lxml import etree  # noqa: PLC0415 - heavy, and only needed here

    reader = _Reader(address, Sheet(page[:MAX_MARKUP]))
    if len(page) > MAX_MARKUP:
        reader.unread.append(
            Words(
                f"页面过大，只读了前 {MAX_MARKUP} 个字符的标记",
                f"the page is too large; only the first {MAX_MARKUP} characters of it were read",
            )
        )
    markup = page[:MAX_MARKUP].replace("\0", "").encode("utf-8", "replace")
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    parser.feed(b"<html>")
    for start in range(0, len(markup), _CHUNK):
        parser.feed(markup[start : start + _CHUNK])
        if reader.full:
            break
    parser.close()
    return reader.found()


class _Reader:
    """Takes the events of the parser; the stack of open elements is a list, not a recursion."""

    def __init__(self, address: str | None, sheet: Sheet) -> None:
        self.base = address
        self._sheet = sheet
        self._above: list[Names] = []
        self.unread: list[Words] = []
        self._stack = [_Open()]
        self._sinks: list[list[Piece]] = [[]]
        self._tables: list[Table] = []
        self._runs: list[Run] = []
        self._words: list[str] = []
        self._look: tuple[bool, str | None] = (False, None)
        self._lines = 0
        self._title: list[str] = []
        self._pictures: list[Picture] = []
        self._line_pictures: list[Picture] = []
        self._doubts = PageDoubts()
        self._program = False
        self._seen = self._shown = 0

    @property
    def full(self) -> bool:
        """Whether more has been read than a text may hold."""
        return self._seen > MAX_CHARACTERS or self._lines > MAX_LINES

    # The names of the next five are the parser's.
    def start(self, tag: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        above = self._stack[-1]
        tag = str(tag).lower()
        if self._sheet:
            self._above.append(names_of(tag, attributes.get("class"), attributes.get("id")))
        if above.dropped:
            self._stack.append(above._replace(tag=tag, closes="", block=False, box=None))
            return
        inside = self._inside(tag, attributes, above)
        if inside.block:
            self._end_line(above)
        if not inside.hidden:
            inside = self._begin(tag, attributes, inside)
        if tag == "script":
            self._begin_script(attributes)
        elif tag in _BOXES or inside.background or "-" in tag:
            inside = self._begin_box(attributes, inside)
        self._stack.append(inside)

    def end(self, tag: str) -> None:  # noqa: ARG002 - the parser says it, the stack knows it
        """Take the end of an element."""
        if len(self._stack) == 1:
            return
        inside = self._stack.pop()
        if self._above:
            self._above.pop()
        if inside.block:
            self._end_line(inside)
        if inside.closes == "cell":
            table, pieces = self._tables[-1], tuple(self._sinks.pop())
            table.row.append(Cell(pieces, *table.spans, table.head))
        elif inside.closes == "caption":
            self._tables[-1].caption = self._sinks.pop()
        elif inside.closes == "row":
            self._tables[-1].end_row()
        elif inside.closes == "table":
            self._end_table(inside)
        if inside.box is not None:
            self._end_box(inside, inside.box)

    def data(self, text: str) -> None:
        """Take words."""
        inside = self._stack[-1]
        if inside.tag == "title":
            self._title.append(text)
        elif inside.tag == "style":
            self._doubts.sheets.append(text)
        elif inside.tag == "script":
            if self._program:
                self._doubts.scripts.add_words(text)
        elif inside.dropped:
            pass
        elif inside.hidden:
            self._doubts.hidden += 0 if inside.aside else len(text.strip())
        elif inside.struck:
            self._doubts.struck += 0 if inside.aside else sum(one.isalpha() for one in text)
        elif inside.keeps_lines:
            first, *rest = text.splitlines(keepends=True) or [text]
            self._word(first, inside)
            for line in rest:
                self._end_line(inside)
                self._word(line, inside)
            if text.endswith("\n"):
                self._end_line(inside)
        else:
            self._word(text, inside)

    def close(self) -> None:
        """Take the end of the page."""
        self._end_line(self._stack[-1])
        while len(self._stack) > 1:
            self.end("")

    def comment(self, text: str) -> None:
        """Take a comment, which nobody sees."""

    def found(self) -> Found:
        """Give all that was read."""
        title = " ".join("".join(self._title).split())
        pieces = tuple(self._sinks[0])
        self._doubts.sheets_cut = self._sheet.cut
        doubts = self._doubts.told(self._seen, pieces)
        surely, perhaps = pictures.counted(self._pictures, pieces)
        return Found(pieces, title, surely, perhaps, (*self.unread, *doubts))

    def _word(self, text: str, inside: _Open) -> None:
        words = text.strip()
        self._seen += 0 if len(words) < 20 and WAITING.fullmatch(words) else len(words)
        look = (inside.strong, inside.href)
        if look != self._look:
            self._end_run()
            self._look = look
        self._words.append(text)

    def _end_run(self) -> None:
        if self._words:
            self._runs.append(Run("".join(self._words), *self._look))
            self._words = []

    def _end_line(self, inside: _Open) -> None:
        self._end_run()
        runs, self._runs = self._runs, []
        held, self._line_pictures = self._line_pictures, []
        if not any(run.text.strip() for run in runs):
            self._pictures += held
            return
        self._pictures += [picture._replace(alone=False) for picture in held]
        self._lines += 1
        self._sinks[-1].append(Line(tuple(runs), inside.kind, inside.level, inside.aside))

    def _begin_script(self, attributes: Attributes) -> None:
        self._program = bool(_PROGRAMS.fullmatch((attributes.get("type") or "").strip()))
        self._doubts.has_scripts = self._doubts.has_scripts or self._program
        if self._program and (source := attributes.get("src")):
            self._doubts.scripts.add_file(source)

    def _begin_box(self, attributes: Attributes, inside: _Open) -> _Open:
        if inside.hidden or inside.dropped or (inside.aside and not inside.background):
            return inside
        own = inside.tag if "-" in inside.tag else ""
        names = (own, attributes.get("id") or "", *(attributes.get("class") or "")[:500].split())
        box = tuple(name[:100] for name in names if name)
        return inside._replace(box=box, began=self._seen + self._shown)

    def _end_box(self, inside: _Open, box: tuple[str, ...]) -> None:
        if self._seen + self._shown > inside.began:
            return
        if inside.background:
            place = len(self._sinks[0])
            self._pictures.append(Picture(place, " ".join(box), None, None, alone=True))
            self._shown += 1
        elif not inside.aside:
            kind = {"ol": "ul", "ul": "ul", "table": "table"}.get(inside.tag, "box")
            self._doubts.scripts.add_empty(kind, box)

    def _end_table(self, inside: _Open) -> None:
        table = self._tables.pop()
        table.end_row()
        if table.is_only_head() and not inside.aside:
            self._doubts.scripts.add_empty("table", inside.box or ())
        if table.rows:
            self._sinks[-1].append(table.as_grid())

    def _inside(self, tag: str, attributes: Attributes, above: _Open) -> _Open:
        """Say what holds inside an element that begins."""
        inside = above._replace(
            tag=tag,
            closes="",
            block=tag in _BLOCKS or "view" in tag,
            struck=above.struck or tag in _STRUCK,
            box=None,
            background=False,
        )
        if tag in _DROPPED:
            return inside._replace(dropped=True)
        role = attributes.get("role") or ""
        if tag in _MAIN or role == "main":
            inside = inside._replace(main=True)
        elif tag == "nav" or role in _ASIDE_ROLES or (tag in _ASIDE and not above.main):
            inside = inside._replace(aside=True)
        if tag in _STRONG:
            inside = inside._replace(strong=True)
        if tag in _KEEPS_LINES:
            inside = inside._replace(keeps_lines=True)
        if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
            inside = inside._replace(hidden="none")
        own = styles.plain(attributes.get("style"))
        turned = tag == "bdo" and (attributes.get("dir") or "").lower() == "rtl"
        self._doubts.turned += turned or styles.turns(own)
        style = self._sheet.of(self._above[-1], self._above[:-1], own) if self._sheet else own
        if not style:
            return inside
        return inside._replace(
            hidden=styles.hidden_by(style, inside.hidden),
            struck=inside.struck or styles.is_struck(style),
            strong=styles.strong_by(own, above=inside.strong),
            keeps_lines=inside.keeps_lines or styles.keeps_lines(own),
            block=inside.block or styles.is_block(style),
            background=styles.has_large_background(style),
        )

    def _begin(self, tag: str, attributes: Attributes, inside: _Open) -> _Open:
        """Begin a shown element: its lines, cells, links and pictures."""
        self._doubts.labelled += len((attributes.get("aria-label") or "").strip())
        if tag not in _LINKED:
            self._doubts.labelled += len((attributes.get("title") or "").strip())
        self._shown += tag in _SHOWN
        if tag in {"br", "hr"}:
            self._end_line(self._stack[-1])
        elif tag == "a":
            return inside._replace(href=self._absolute(attributes.get("href")))
        elif tag in _HEADINGS:
            return inside._replace(kind="heading", level=int(tag[1]))
        elif attributes.get("role") == "heading":
            level = attributes.get("aria-level") or "2"
            return inside._replace(kind="heading", level=_level(level))
        elif tag == "li":
            return inside._replace(kind="item", level=0)
        elif tag == "base" and attributes.get("href"):
            self.base = urljoin_or_none(self.base, attributes["href"] or "") or self.base
        elif tag in {"img", "svg", "canvas", "image"}:
            if not inside.aside:
                self._picture(tag, attributes)
        elif tag in _FRAMES:
            self._frame(attributes)
        elif tag in _TABLE_PARTS:
            return self._table_part(tag, attributes, inside)
        return inside

    def _table_part(self, tag: str, attributes: Attributes, inside: _Open) -> _Open:
        if tag == "table":
            if len(self._tables) >= MAX_TABLES_DEEP:
                return inside
            self._tables.append(Table(aside=inside.aside))
            return inside._replace(closes="table")
        within_cell = len(self._sinks) > len(self._tables)
        if not self._tables or within_cell:
            return inside
        table = self._tables[-1]
        if tag == "tr":
            table.end_row()
            return inside._replace(closes="row")
        self._sinks.append([])
        if tag == "caption":
            return inside._replace(closes="caption")
        table.spans = (_number(attributes.get("colspan")), _number(attributes.get("rowspan")))
        table.head = tag == "th"
        return inside._replace(closes="cell", kind="paragraph", level=0)

    def _picture(self, tag: str, attributes: Attributes) -> None:
        place = len(self._sinks[0])
        picture = pictures.picture_of(attributes, place, drawn=tag == "svg")
        if picture is not None:
            self._line_pictures.append(picture)

    def _frame(self, attributes: Attributes) -> None:
        source = attributes.get("src") or attributes.get("data") or attributes.get("srcdoc") or ""
        tiny = any(side < 50 for side in styles.sides_by_name(attributes).values())
        if source and not tiny and not source.startswith(("about:", "javascript:")):
            self._doubts.frames += 1

    def _absolute(self, href: str | None) -> str | None:
        if href is None:
            return None
        href = href.strip()[:4096]
        return urljoin_or_none(self.base, href) or href


def urljoin_or_none(base: str | None, href: str) -> str | None:
    """Give an absolute web address, or None where there is none."""
    try:
        joined = urljoin(base, href) if base else href
        return joined if urlsplit(joined).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _level(level: str) -> int:
    """Give the level that a heading is said to have; 2 where it is none (WAI-ARIA 1.2, heading)."""
    level = level.strip()
    return min(int(level), 6) if re.fullmatch(r"[1-9][0-9]?", level) else 2


def _number(value: str | None) -> int:
    value = (value or "1").strip()
    return min(int(value), 1000) if re.fullmatch(r"[0-9]{1,6}", value) else 1
