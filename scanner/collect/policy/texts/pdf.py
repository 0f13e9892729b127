"""A PDF as a reader sees it: lines joined to paragraphs, ruled tables, no running heads and feet.

Runs in the child process. A page that cannot be read is named and the next is read; the whole stops
by its own clock before the child's limit ends it.
"""

from __future__ import annotations

import contextlib
import io
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median
from typing import Any

from scanner.child import Unreadable
from scanner.collect.policy.texts.headings import MAX_WIDTH, width_of
from scanner.collect.policy.texts.layout import MAX_CHARACTERS, Found, Line, Run
from scanner.collect.policy.texts.paging import Sheet, joined_tables, without_running_lines
from scanner.collect.policy.texts.plain import begins_item, ends_sentence
from scanner.collect.policy.texts.rows import Row, rows_of
from scanner.collect.policy.texts.ruled import Ruled, found_tables
from scanner.model import Words

MAX_PAGES = 500
"""Pages that are read; the longest policy known to us has 120."""
MAX_SECONDS = 25.0
"""Processor time after which no further page is begun; a page of Chinese takes 0.1 s."""
MAX_PAGE_SECONDS = 4.0
"""Processor time of one page."""
MAX_PAGE_CHARACTERS = 100_000
"""Characters on one page; a page of small print holds 8,000."""
LITTLE_PAGE = 20
"""Characters below which a page with a picture is a scan."""
LARGE_POINTS = 225
"""Sides from which a picture may hold text: 300 pixels at 96 to the inch."""
MANY_CURVES = 200
"""Drawn shapes from which a page without characters shows its letters as outlines."""
_BOLD = re.compile(r"(?i)bold|black|heavy|semibold|simhei|heiti|黑体")
_LOST = re.compile(r"\(cid:\d{1,6}\)")


def read_pdf(data: bytes) -> Found:
    """Read a PDF; raises Unreadable for an encrypted one and for what is none."""
    import pdfplumber  # noqa: PLC0415 - heavy, and only the child needs it
    from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415

    try:
        document = pdfplumber.open(io.BytesIO(data), raise_unicode_errors=False)
    except PdfminerException as error:
        cause = type(error.args[0] if error.args else error).__name__
        if "Password" in cause or "Encryption" in cause:
            raise Unreadable(
                "PDF 已加密，请提供未加密的文件", "the PDF is encrypted; give one that is not"
            ) from error
        raise Unreadable("PDF 已损坏", f"the PDF is broken ({cause})") from error
    return _Pdf(document).found()


class _Pdf:
    """The pages of a file, read one after the other."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self.unread: list[Words] = []
        self.pictures = 0
        self._broken: list[int] = []
        self._turned = 0

    def found(self) -> Found:
        """Give the pieces of all pages."""
        sheets = list(self._sheets())
        if not sheets and not self._broken:
            raise Unreadable("PDF 没有可读的页", "the PDF has no page that can be read")
        if self._broken:
            pages = [str(number) for number in self._broken[:10]]
            self._say(f"第 {'、'.join(pages)} 页无法读取", f"unreadable pages: {', '.join(pages)}")
        if self._turned:
            self._say(
                f"{self._turned} 个旋转的字符未读",
                f"{self._turned} characters that stand turned were not read",
            )
        title = str(self._document.metadata.get("Title") or "")[:300]
        pieces = [*_pieces(without_running_lines(sheets))]
        return Found(tuple(pieces), title, self.pictures, 0, tuple(self.unread))

    def _sheets(self) -> Iterator[Sheet]:
        from pdfminer.pdfpage import PDFPage  # noqa: PLC0415 - see above
        from pdfplumber.page import Page  # noqa: PLC0415

        begun, characters = time.process_time(), 0
        pages = self._guarded(PDFPage.create_pages(self._document.doc))
        for number, raw in enumerate(pages, 1):
            late = time.process_time() - begun > MAX_SECONDS
            if number > MAX_PAGES or late or characters > MAX_CHARACTERS:
                self._say(
                    f"文件过大，只读了前 {number - 1} 页",
                    f"the file is too large; only its first {number - 1} pages were read",
                )
                return
            try:
                with _time_limit(MAX_PAGE_SECONDS):
                    page = Page(self._document, raw, page_number=number)
                    sheet = self._sheet(page, number)
                    page.close()
            except (Exception, _TooLong):
                self._broken.append(number)
                continue
            characters += sheet.characters
            yield sheet

    def _guarded(self, pages: Iterable[Any]) -> Iterator[Any]:
        """Give pages until the tree of pages breaks off."""
        steps = iter(pages)
        while True:
            try:
                page = next(steps)
            except StopIteration:
                return
            except Exception:
                self._say("页面目录已损坏，可能缺页", "the list of pages is broken off")
                return
            yield page

    def _sheet(self, page: Any, number: int) -> Sheet:
        characters = [each for each in page.chars if each.get("upright", True)]
        self._turned += sum(each["text"].isalpha() for each in page.chars) - sum(
            each["text"].isalpha() for each in characters
        )
        if len(characters) > MAX_PAGE_CHARACTERS:
            characters = characters[:MAX_PAGE_CHARACTERS]
            self._say(f"第 {number} 页字符过多", f"page {number} holds too many characters")
        self._look_at_pictures(page, len(characters))
        _mark(characters, page)
        tables, crowded = found_tables(page, characters)
        if crowded:
            self._say(
                f"第 {number} 页线条过多，未识别表格",
                f"page {number} holds too many lines to tell its tables",
            )
        outside = [each for each in characters if not any(table.holds(each) for table in tables)]
        rows = rows_of(outside)
        return Sheet(float(page.height), float(page.width), rows, tables, len(characters))

    def _look_at_pictures(self, page: Any, characters: int) -> None:
        images = [
            each
            for each in page.images[:2000]
            if min(each["width"], each["height"]) >= LARGE_POINTS
            and each["width"] * each["height"] < 4 * page.width * page.height
        ]
        if images:
            self.pictures += len(images)
        elif characters < LITTLE_PAGE and (page.images or len(page.curves) > MANY_CURVES):
            self.pictures += 1

    def _say(self, zh: str, en: str) -> None:
        self.unread.append(Words(zh=zh, en=en))


class _TooLong(BaseException):
    """A page took too long; no Exception, since the library catches those."""


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Break off what takes more processor time; in the main thread only, as the child's is."""

    def break_off(_number: int, _frame: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, break_off)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _mark(characters: Sequence[dict[str, Any]], page: Any) -> None:
    """Note which characters are bold, lead elsewhere, or could not be decoded."""
    links = [(each, str(each["uri"])[:4096]) for each in _links(page)]
    bold: dict[str, bool] = {}
    for each in characters:
        font = str(each.get("fontname", ""))
        if font not in bold:
            bold[font] = bool(_BOLD.search(font))
        each["bold"] = bold[font]
        each["text"] = _LOST.sub("\ufffd", str(each["text"]))
        each["href"] = None
        middle, height = (each["x0"] + each["x1"]) / 2, (each["top"] + each["bottom"]) / 2
        for link, address in links:
            if link["x0"] <= middle <= link["x1"] and link["top"] <= height <= link["bottom"]:
                each["href"] = address
                break


def _links(page: Any) -> list[dict[str, Any]]:
    try:
        return list(page.hyperlinks)[:300]
    except Exception:  # a broken link says nothing of the words
        return []


def _pieces(sheets: Sequence[Sheet]) -> Iterator[Any]:
    """Give paragraphs, headings and tables in the order of reading."""
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for row in sheet.rows:
            sizes[row.size] += len(row.text)
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    larger = sorted((size for size in sizes if size > body * 1.12), reverse=True)
    level_of = {size: min(number, 4) for number, size in enumerate(larger, 1)}
    goes_on = _going_on(sheets)
    paragraph: list[Row] = []
    for each in joined_tables(sheets):
        if isinstance(each, Ruled):
            yield from _paragraph(paragraph, level_of)
            paragraph = []
            yield each.grid()
            continue
        if paragraph and not goes_on(paragraph[-1], each):
            yield from _paragraph(paragraph, level_of)
            paragraph = []
        paragraph.append(each)
    yield from _paragraph(paragraph, level_of)


def _going_on(sheets: Sequence[Sheet]) -> Callable[[Row, Row], bool]:
    """Give the test whether one line goes on in the next, by the measure of this file."""
    rows = [row for sheet in sheets for row in sheet.rows]
    ends = sorted(row.x1 for row in rows)
    starts = sorted(row.x0 for row in rows)
    right = ends[len(ends) * 95 // 100] if ends else 0.0
    left = starts[len(starts) * 5 // 100] if starts else 0.0
    steps = [
        after.top - before.top
        for sheet in sheets
        for before, after in zip(sheet.rows, sheet.rows[1:], strict=False)
        if 0 < after.top - before.top < 3 * max(before.size, 1)
    ]
    step = median(steps) if steps else 0.0

    def goes_on(before: Row, after: Row) -> bool:
        if abs(before.size - after.size) > 0.6 or before.bold != after.bold:
            return False
        if begins_item(after.text):
            return False
        same_page = after.top > before.top
        if same_page and step and after.top - before.top > max(1.3 * step, 1.3 * before.size):
            return False
        if after.x0 > max(before.x0, left) + 1.2 * after.size:
            return False
        if ends_sentence(before.text) and (not same_page or after.x0 > left + 1.2 * after.size):
            return False
        return before.x1 >= right - max(2.2 * before.size, after.first_word)

    return goes_on


def _paragraph(rows: Sequence[Row], level_of: dict[float, int]) -> Iterator[Line]:
    if not rows:
        return
    runs: list[Run] = []
    for row in rows:
        if runs:
            runs[-1] = runs[-1]._replace(text=runs[-1].text + "\n")
        runs += row.runs
    words = "".join(run.text for run in runs)
    level = level_of.get(rows[0].size, 0)
    if level and width_of(words) <= MAX_WIDTH and not ends_sentence(words):
        yield Line(tuple(runs), "heading", level)
    else:
        yield Line(tuple(runs), "item" if begins_item(words, bullets=True) else "paragraph")
