"""The bytes of a policy, whatever their format and encoding, read into a Document.

The format is told by the bytes, not by the name. What cannot be read at all raises Unreadable;
what could not be read in part is named in the document.
"""

from __future__ import annotations

import codecs
import re

from scanner.child import Unreadable
from scanner.collect.policy.document import Document
from scanner.collect.policy.texts.child import read_in_child
from scanner.collect.policy.texts.html import MAX_MARKUP, read_html
from scanner.collect.policy.texts.layout import Found, lay_out
from scanner.collect.policy.texts.markdown import is_markdown, read_markdown
from scanner.collect.policy.texts.plain import read_plain
from scanner.facts import Origin, Part
from scanner.model import Words

MAX_BYTES = 4 * MAX_MARKUP
"""Bytes of a text that are decoded: what fills the bound of markup at four bytes a character."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 4096
"""Bytes by whose look text is told from other files."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DECLARED = re.compile(rb"""(?i)(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""")
_HTML = re.compile(
    r"(?i)\s*(?:<!--.{0,2000}?-->\s*){0,3}<(?:!doctype\s+html|html|head|body|title|meta|script|style)\b",
    re.S,
)
_TAG = re.compile(r"(?i)</(?:p|div|span|li|td|h[1-6]|a|strong|section|article)\s*>")
_ALIKE = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
}
"""Names of encodings, and the wider ones that browsers read them as (WHATWG Encoding, 4.2)."""
_OTHER_FORMATS = (
    (
        b"\xd0\xcf\x11\xe0",
        "旧版 Word（.doc）或加密的 Office 文件，请另存为未加密的 DOCX 或 PDF",
        "a file of old Word (.doc), or an encrypted one; save it as plain DOCX or PDF",
    ),
    (b"{\\rtf", "RTF 文件，请另存为 DOCX 或 PDF", "an RTF file; save it as DOCX or PDF"),
    (b"\x89PNG", "图片，其中的文字未读", "a picture; words in it were not read"),
    (b"\xff\xd8\xff", "图片，其中的文字未读", "a picture; words in it were not read"),
    (b"GIF8", "图片，其中的文字未读", "a picture; words in it were not read"),
    (b"\x1f\x8b", "压缩文件，请先解压", "a packed file; unpack it first"),
    (b"Rar!", "压缩文件，请先解压", "a packed file; unpack it first"),
    (b"7z\xbc\xaf", "压缩文件，请先解压", "a packed file; unpack it first"),
)


def read(
    data: bytes, *, name: str, address: str | None, origin: Origin, part: Part, evidence: str
) -> Document:
    """Read the bytes of a policy: HTML, Markdown, plain text, PDF or DOCX.

    Raises Unreadable for an encrypted file, and for bytes that are no text of these formats.
    """
    frame = Document(name, address, origin, part, evidence, "", "", ())
    if b"%PDF-" in data[:1024]:
        return read_in_child("pdf", data, frame)
    if data[:4] in {b"PK\3\4", b"PK\5\6"}:
        return read_in_child("docx", data, frame)
    for magic, zh, en in _OTHER_FORMATS:
        if data.startswith(magic):
            raise Unreadable(zh, en)
    return lay_out(_found(data, name, address), frame)


def _found(data: bytes, name: str, address: str | None) -> Found:
    text = decoded(data[:MAX_BYTES])
    form = _format(text, name)
    if form == "html":
        found = read_html(text, address)
    elif form == "markdown":
        found = read_markdown(text, address)
    else:
        found = read_plain(text)
    if len(data) > MAX_BYTES and not found.unread:
        cut = Words(
            f"文件过大，只读了前 {MAX_BYTES} 字节",
            f"the file is too large; only its first {MAX_BYTES} bytes were read",
        )
        found = found._replace(unread=(cut,))
    return found


def _format(text: str, name: str) -> str:
    if _HTML.match(text.lstrip("\ufeff")):
        return "html"
    tags = len(_TAG.findall(text[:20_000]))
    if name.lower().endswith((".md", ".mdx", ".markdown")):
        return "markdown"
    if tags >= 3 or (tags and name.lower().endswith((".html", ".htm", ".xhtml"))):
        return "html" if not is_markdown(text) or text.lstrip()[:1] == "<" else "markdown"
    return "markdown" if is_markdown(text) else "plain"


def decoded(data: bytes) -> str:
    """Decode a text: by its mark, as UTF-8, as it declares, as GB 18030; else as loses least.

    Lost characters stand as U+FFFD. Raises Unreadable for bytes that are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    head = data[:_LOOKED_AT]
    if head.count(0) * 20 > len(head):
        return _wide(data)
    if len(_CONTROL.findall(head)) * 200 > len(head):
        raise Unreadable("不是文本文件", "it is no text")
    declared = _declared(data)
    tries = ["utf-8", *([declared] if declared else []), "gb18030"]
    for encoding in tries:
        text = _strictly(data, encoding)
        if text is not None:
            return text
    texts = [data.decode(encoding, "replace") for encoding in tries]
    best = min(texts, key=lambda text: text.count("\ufffd"))
    if best.count("\ufffd") * 10 > len(best):
        raise Unreadable("不是文本文件", "it is no text")
    return best


def _wide(data: bytes) -> str:
    """Decode UTF-16 without a mark, told by where the zero bytes stand."""
    head = data[:_LOOKED_AT]
    encoding = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    text = data.decode(encoding, "replace")
    odd = sum(not (one.isprintable() or one in "\r\n\t") for one in text[:1000])
    if odd * 20 > len(text[:1000]):
        raise Unreadable("不是文本文件", "it is no text")
    return text


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_LOOKED_AT])
    if not found:
        return None
    name = found.group(1).decode("ascii", "replace").lower()
    try:
        return codecs.lookup(_ALIKE.get(name, name)).name
    except LookupError:
        return None


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        return decoder.decode(data, final=len(data) < MAX_BYTES)
    except (UnicodeDecodeError, LookupError, AttributeError, TypeError):
        return None
