"""PDF files for tests: printed by Chromium, or written byte by byte."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Sequence

from scanner.browser import find_chromium

SHEET = (
    "<!doctype html><meta charset=utf-8><style>td,th{border:1px solid #000}"
    "table{border-collapse:collapse;width:100%}</style>"
)


@functools.cache
def printed(page: str, *, head: str = "", foot: bool = True) -> bytes:
    """Print a page on A4, with a running head and page numbers."""
    from playwright.sync_api import sync_playwright

    small = "<span style='font-size:9px;width:100%;text-align:center'"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_chromium()), args=["--no-sandbox"]
        )
        sheet = browser.new_page()
        sheet.set_content(SHEET + page)
        data = sheet.pdf(
            format="A4",
            display_header_footer=True,
            header_template=f"{small}>{head}</span>",
            footer_template=f"{small} class={'pageNumber' if foot else ''}></span>",
            margin={"top": "25mm", "bottom": "25mm", "left": "20mm", "right": "20mm"},
        )
        browser.close()
    return data


def written(
    contents: Sequence[bytes], *, trailer: bytes = b"", copies: int = 1, image: bool = False
) -> bytes:
    """Write a PDF by hand: one content stream per page, in Helvetica."""
    objects: list[bytes] = [b"", b""]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream"
    )
    objects += [font, picture]
    pages = []
    for content in contents:
        packed = zlib.compress(content)
        objects.append(
            b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(packed), packed)
        )
        xobject = b"/XObject << /P 4 0 R >>" if image else b""
        stream = len(objects)
        page = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> %b >> >>" % (stream, xobject)
        )
        for _ in range(copies):
            objects.append(page)
            pages.append(len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (
        len(pages),
        b" ".join(b"%d 0 R" % page for page in pages),
    )
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        bytes(out)
        + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R %b >>\n"
        % (
            size,
            table,
            size,
            trailer,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(out)
    )


def words(*placed: tuple[int, int, int, str]) -> bytes:
    """Give a content stream that sets words: x, y, size, text."""
    return b"".join(
        b"BT /F %d Tf %d %d Td (%b) Tj ET\n" % (size, x, y, text.encode("latin-1"))
        for x, y, size, text in placed
    )
