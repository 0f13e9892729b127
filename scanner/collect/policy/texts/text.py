"""The bytes of a policy, whatever their format and encoding, read into a Document.

The format is told by the bytes, not by the name. What cannot be read at all raises Unreadable;
what could not be read in part is named in the document.
"""

from __future__ import annotations

import itertools
import re

from scanner.child import Unreadable
from scanner.collect.policy.document import Document
from scanner.collect.policy.texts.child import read_in_child
from scanner.collect.policy.texts.encodings import MAX_BYTES, decoded
from scanner.collect.policy.texts.html import read_html
from scanner.collect.policy.texts.layout import Found, lay_out
from scanner.collect.policy.texts.markdown import is_markdown, read_markdown
from scanner.collect.policy.texts.plain import read_plain
from scanner.facts import Origin, Part
from scanner.model import Words

_PAGE = re.compile(r"(?i)<(?:!doctype\s{1,9}(?:html|wml)|html|head|body|title|meta|wml)\b")
_ELEMENT = re.compile(
    r"(?i)<(?:link|base|style|script|noscript|div|p|h[1-6]|span|section|article|main|header|nav"
    r"|center|font|table|ul|ol|dl|form|b|strong|br|hr|a|img|pre|blockquote)\b"
)
_TAG = re.compile(
    r"(?i)</(?:p|div|span|li|td|h[1-6]|a|strong|b|section|article|table|ul|ol|font|center|body"
    r"|html|view|text)\s{0,9}>"
)
_BREAK = re.compile(r"(?i)<br\s{0,9}/?>")
_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,20}(?:\s[^<>]{0,300})?/?>")
MOST_TAGS = 20
"""Tags that plain text may hold, such as a text that speaks of HTML."""
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
    data: bytes,
    *,
    name: str,
    address: str | None,
    origin: Origin,
    part: Part,
    evidence: str,
    served: str | None = None,
) -> Document:
    """Read the bytes of a policy: HTML, Markdown, plain text, PDF or DOCX.

    `served` is the media type that it came with. Raises Unreadable for an encrypted file, for bytes
    that are no text of these formats, and for a text without words.
    """
    frame = Document(name, address, origin, part, evidence, "", "", ())
    if b"%PDF-" in data[:1024]:
        return _worded(read_in_child("pdf", data, frame))
    if data[:4] in {b"PK\3\4", b"PK\5\6"}:
        return _worded(read_in_child("docx", data, frame))
    for magic, zh, en in _OTHER_FORMATS:
        if data.startswith(magic):
            raise Unreadable(zh, en)
    return _worded(lay_out(_found(data, name, address, served), frame))


def _worded(document: Document) -> Document:
    """Give a document that holds words, or says why it shows none; else raises Unreadable."""
    if document.whole and not any(one.isalpha() for one in document.text):
        raise Unreadable("文件中没有文字", "the file holds no text")
    return document


def _found(data: bytes, name: str, address: str | None, served: str | None) -> Found:
    text = decoded(data[:MAX_BYTES])
    form = _format(text, name, served)
    if form == "html":
        found = read_html(text, address)
    elif form == "markdown":
        found = read_markdown(text, address)
    else:
        found = read_plain(text)
        if tags := _tags_beyond(text):
            found = found._replace(unread=(*found.unread, tags))
    if len(data) > MAX_BYTES and not found.unread:
        cut = Words(
            f"文件过大，只读了前 {MAX_BYTES} 字节",
            f"the file is too large; only its first {MAX_BYTES} bytes were read",
        )
        found = found._replace(unread=(cut,))
    return found


def _format(text: str, name: str, served: str | None) -> str:
    """Tell the format by how the text opens, then by its name and type, then by its tags."""
    opening = _opening(text)
    if _PAGE.match(opening):
        return "html"
    name = name.lower().partition("?")[0].partition("#")[0]
    if name.endswith((".md", ".mdx", ".markdown")):
        return "markdown"
    said = name.endswith((".html", ".htm", ".xhtml", ".shtml")) or "html" in (served or "").lower()
    begins = opening[:1] == "<"
    if said and begins:
        return "html"
    tags = sum(1 for _ in itertools.islice(_TAG.finditer(text), 3))
    breaks = sum(1 for _ in _BREAK.finditer(text))
    marked = tags >= 3 or breaks > max(2, text.count("\n")) or bool(tags and said)
    if marked or _ELEMENT.match(opening):
        return "html" if begins or not is_markdown(text) else "markdown"
    return "markdown" if is_markdown(text) else "plain"


def _opening(text: str) -> str:
    """Give the first 200 characters of a text without declarations and comments before them."""
    place = 0
    while True:
        while place < len(text) and (text[place].isspace() or text[place] == "\ufeff"):
            place += 1
        for begin, end in (("<!--", "-->"), ("<?", "?>")):
            if text.startswith(begin, place):
                place = text.find(end, place)
                if place < 0:
                    return ""
                place += len(end)
                break
        else:
            return text[place : place + 200]


def _tags_beyond(text: str) -> Words | None:
    """Say that a plain text holds markup which was read as words."""
    tags = sum(1 for _ in _MARKUP.finditer(text))
    if tags <= MOST_TAGS:
        return None
    return Words(
        f"文本含 {tags} 个标记，格式无法识别，标记被当作文字",
        f"the text holds {tags} tags of markup whose format is not known; they were read as words",
    )
