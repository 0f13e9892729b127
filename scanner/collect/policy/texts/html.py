"""A page of HTML as a reader sees it, read as a stream, so that no depth of nesting matters.

Read is what is shown: no scripts, no templates, nothing hidden by its own style. What opens only
on a click, and what stands only in style sheets or labels for readers of screens, is named as
unread, since it may be part of the policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from scanner.collect.policy.document import Kind
from scanner.collect.policy.texts import styles
from scanner.collect.policy.texts.layout import (
    MAX_CHARACTERS,
    MAX_LINES,
    Cell,
    Found,
    Grid,
    Line,
    Piece,
    Run,
)
from scanner.collect.policy.texts.styles import Hidden
from scanner.model import Words

MAX_MARKUP = 8 << 20
"""Characters of markup that are read; pages of policies that word processors write take 2 MB."""
MAX_TABLES_DEEP = 6
"""Tables within tables that are told apart."""
LARGE_PIXELS = 300
"""Width and height from which a picture may hold a page of text."""
LITTLE_HIDDEN = 100
"""Hidden characters that are let pass: a menu, a button of a dialog."""
LITTLE_LABELLED = 200
"""Characters in labels for readers of screens that are let pass."""
LITTLE_STYLED = 20
"""Letters in style sheets that are let pass."""
DRAWN_BELOW = 200
"""Characters below which a page with scripts counts as drawn by them."""
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
_SMALL_PICTURE = re.compile(
    r"(?i)icon|logo|avatar|emoji|badge|spacer|pixel|arrow|beian|gongan|qrcode"
)

Attributes = Mapping[str, str]


class _Open(NamedTuple):
    """What holds inside an open element."""

    tag: str = ""
    dropped: bool = False
    hidden: Hidden = ""
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


class _Table:
    """A table whose end was not met yet."""

    def __init__(self, *, aside: bool) -> None:
        self.rows: list[tuple[Cell, ...]] = []
        self.row: list[Cell] = []
        self.caption: list[Piece] = []
        self.aside = aside
        self.spans = (1, 1)
        self.head = False

    def end_row(self) -> None:
        if self.row:
            self.rows.append(tuple(self.row))
        self.row = []


def read_html(page: str, address: str | None = None) -> Found:
    """Read a page; `address` is where it stands, against which its links are read."""
    from lxml import etree  # noqa: PLC0415 - heavy, and only needed here

    reader = _Reader(address)
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

    def __init__(self, address: str | None) -> None:
        self.base = address
        self.unread: list[Words] = []
        self._stack = [_Open()]
        self._sinks: list[list[Piece]] = [[]]
        self._tables: list[_Table] = []
        self._runs: list[Run] = []
        self._words: list[str] = []
        self._look: tuple[bool, str | None] = (False, None)
        self._lines = 0
        self._title: list[str] = []
        self._styles: list[str] = []
        self._pictures = self._perhaps = self._lone = 0
        self._hidden = self._labelled = self._turned = self._scripts = self._seen = 0
        self._frames = 0
        self._line_pictures = 0

    @property
    def full(self) -> bool:
        """Whether more has been read than a text may hold."""
        return self._seen > MAX_CHARACTERS or self._lines > MAX_LINES

    # The names of the next five are the parser's.
    def start(self, tag: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        above = self._stack[-1]
        if above.dropped:
            self._stack.append(above._replace(tag=tag, closes="", block=False))
            return
        tag = str(tag).lower()
        inside = self._inside(tag, attributes, above)
        if inside.block:
            self._end_line(above)
        if not inside.hidden:
            inside = self._begin(tag, attributes, inside)
        if tag == "script":
            self._scripts += 1
        self._stack.append(inside)

    def end(self, tag: str) -> None:  # noqa: ARG002 - the parser says it, the stack knows it
        """Take the end of an element."""
        if len(self._stack) == 1:
            return
        inside = self._stack.pop()
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
            self._end_table()

    def data(self, text: str) -> None:
        """Take words."""
        inside = self._stack[-1]
        if inside.tag == "title":
            self._title.append(text)
        elif inside.tag == "style":
            self._styles.append(text)
        elif inside.dropped:
            pass
        elif inside.hidden:
            self._hidden += len(text.strip())
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
        self._doubts()
        return Found(
            tuple(self._sinks[0]),
            title,
            self._pictures + self._lone,
            self._perhaps,
            tuple(self.unread),
        )

    def _word(self, text: str, inside: _Open) -> None:
        self._seen += len(text.strip())
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
        pictures, self._line_pictures = self._line_pictures, 0
        if not any(run.text.strip() for run in runs):
            self._lone += pictures
            return
        self._perhaps += pictures
        self._lines += 1
        self._sinks[-1].append(Line(tuple(runs), inside.kind, inside.level, inside.aside))

    def _end_table(self) -> None:
        table = self._tables.pop()
        table.end_row()
        caption = " ".join(
            "".join(run.text for run in piece.runs)
            for piece in table.caption
            if isinstance(piece, Line)
        )
        if table.rows:
            self._sinks[-1].append(Grid(tuple(table.rows), caption, table.aside))

    def _inside(self, tag: str, attributes: Attributes, above: _Open) -> _Open:
        """Say what holds inside an element that begins."""
        inside = above._replace(tag=tag, closes="", block=tag in _BLOCKS or "view" in tag)
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
        style = styles.plain(attributes.get("style"))
        turned = tag == "bdo" and (attributes.get("dir") or "").lower() == "rtl"
        self._turned += turned or styles.turns(style)
        if not style:
            return inside
        return inside._replace(
            hidden=styles.hidden_by(style, inside.hidden),
            strong=styles.strong_by(style, above=inside.strong),
            keeps_lines=inside.keeps_lines or styles.keeps_lines(style),
            block=inside.block or styles.is_block(style),
        )

    def _begin(self, tag: str, attributes: Attributes, inside: _Open) -> _Open:
        """Begin a shown element: its lines, cells, links and pictures."""
        self._labelled += len((attributes.get("aria-label") or "").strip())
        if tag in {"br", "hr"}:
            self._end_line(self._stack[-1])
        elif tag == "a":
            return inside._replace(href=self._absolute(attributes.get("href")))
        elif tag in _HEADINGS:
            return inside._replace(kind="heading", level=int(tag[1]))
        elif attributes.get("role") == "heading":
            level = attributes.get("aria-level") or "2"
            return inside._replace(kind="heading", level=int(level) if level in "123456" else 2)
        elif tag == "li":
            return inside._replace(kind="item", level=0)
        elif tag == "base" and attributes.get("href"):
            self.base = urljoin_or_none(self.base, attributes["href"] or "") or self.base
        elif tag in {"img", "svg", "canvas", "image"}:
            self._picture(tag, attributes, inside)
        elif tag in _FRAMES:
            self._frame(attributes)
        elif tag in _TABLE_PARTS:
            return self._table_part(tag, attributes, inside)
        return inside

    def _table_part(self, tag: str, attributes: Attributes, inside: _Open) -> _Open:
        if tag == "table":
            if len(self._tables) >= MAX_TABLES_DEEP:
                return inside
            self._tables.append(_Table(aside=inside.aside))
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

    def _picture(self, tag: str, attributes: Attributes, inside: _Open) -> None:
        if inside.aside:
            return
        known = styles.sides_of(attributes)
        if any(value < LARGE_PIXELS for value in known):
            return
        if len(known) == 2:
            self._pictures += 1
            return
        source = attributes.get("src") or attributes.get("data-src") or ""
        about = " ".join((source[:300], attributes.get("class") or "", attributes.get("alt") or ""))
        tiny = source.startswith("data:") and len(source) < 4096
        if tag != "svg" and not tiny and not _SMALL_PICTURE.search(about):
            self._line_pictures += 1

    def _frame(self, attributes: Attributes) -> None:
        source = attributes.get("src") or attributes.get("data") or attributes.get("srcdoc") or ""
        tiny = any(side < 50 for side in styles.sides_of(attributes))
        if source and not tiny and not source.startswith(("about:", "javascript:")):
            self._frames += 1

    def _absolute(self, href: str | None) -> str | None:
        if href is None:
            return None
        href = href.strip()[:4096]
        return urljoin_or_none(self.base, href) or href

    def _doubts(self) -> None:
        if self._hidden > LITTLE_HIDDEN:
            self._say(
                f"页面含 {self._hidden} 个未显示的字符，可能点击后才展开",
                f"the page holds {self._hidden} characters that are not shown and may open on a"
                " click",
            )
        if self._labelled > max(LITTLE_LABELLED, self._seen // 2):
            self._say(
                f"{self._labelled} 个字符只存在于辅助标签中",
                f"{self._labelled} characters stand only in labels for screen readers",
            )
        styled = styles.letters_in_sheet("".join(self._styles))
        if styled > LITTLE_STYLED:
            self._say(
                f"{styled} 个字符只存在于样式表中",
                f"{styled} characters stand only in style sheets",
            )
        if self._turned:
            self._say(
                f"{self._turned} 处由样式改变书写方向，显示的顺序与文本不同",
                f"{self._turned} places turn the direction of writing, so what is shown differs in"
                " order from the text",
            )
        if self._frames:
            self._say(
                f"{self._frames} 个内嵌框架的内容不在页面中",
                f"the contents of {self._frames} embedded frames are not in the page",
            )
        if self._scripts and self._seen < DRAWN_BELOW:
            self._say("页面内容由脚本生成", "the page is drawn by scripts")

    def _say(self, zh: str, en: str) -> None:
        self.unread.append(Words(zh=zh, en=en))


def urljoin_or_none(base: str | None, href: str) -> str | None:
    """Give an absolute web address, or None where there is none."""
    try:
        joined = urljoin(base, href) if base else href
        return joined if urlsplit(joined).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _number(value: str | None) -> int:
    value = (value or "1").strip()
    return min(int(value), 1000) if re.fullmatch(r"[0-9]{1,6}", value) else 1
