"""One wrapping taken off bytes or text: compression, base64, hex, escapes, character sets."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import urllib.parse
import zlib
from collections.abc import Iterator
from typing import Literal, NamedTuple

Cut = Literal["", "too large", "broken"]


class Opened(NamedTuple):
    """What came out of a wrapping."""

    name: str
    """How it was wrapped, e.g. gzip."""
    data: bytes
    """What was inside, as far as it was taken out."""
    cut: Cut
    """Why not all of it was taken out; "" when all was."""


_BROTLI_STEP = 16
"""Bytes given to the brotli library at a time: it has no limit of its own on what it returns."""
_MEMBERS = 64
"""Members of one gzip stream, or frames of one zstd stream, at most."""
MEDIA = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"GIF8",
    b"RIFF",
    b"wOFF",
    b"wOF2",
    b"OTTO",
    b"\0\1\0\0",
    b"\0asm",
    b"ID3",
    b"OggS",
    b"\x1aE\xdf\xa3",
    b"%PDF",
)
"""How pictures, sounds, fonts, programs and PDF files begin: what they say is not in plain text."""


def decompressed(data: bytes, limit: int, declared: str = "") -> Opened | None:
    """Undo a compression that the bytes show by how they begin, or that was declared.

    Raises nothing: None when the bytes are not so compressed. At most `limit` bytes are made.
    """
    if data[:3] == b"\x1f\x8b\x08":
        return _inflated("gzip", data, 31, limit)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return _zstd(data, limit)
    opened = _unpacked(data, limit) if data.startswith(_MARKED) else None
    if _is_zlib(data):
        opened = _inflated("zlib", data, 15, limit)
    if opened:
        return opened
    if declared in ("deflate", "raw-deflate"):
        return _inflated("deflate", data, -15, limit)
    if declared == "br":
        return _brotli(data, limit)
    return None


def guessed_compressions(data: bytes, limit: int) -> Iterator[Opened]:
    """Try the compressions without a mark of their own; the caller sees if something came out."""
    for name in ("deflate", "br"):
        if name == "deflate" and data[:1] and data[0] & _NO_BLOCK == _NO_BLOCK:
            continue
        opened = _inflated(name, data, -15, limit) if name == "deflate" else _brotli(data, limit)
        if opened and opened.cut != "broken" and opened.data:
            yield opened


_NO_BLOCK = 0b110
"""Bits of a first byte with which no deflated stream begins (RFC 1951, 3.2.3)."""


def _is_zlib(data: bytes) -> bool:
    return (
        len(data) > 7
        and data[0] & 0x0F == 8
        and data[0] >> 4 <= 7
        and int.from_bytes(data[:2], "big") % 31 == 0
    )


def _inflated(name: str, data: bytes, bits: int, limit: int) -> Opened | None:
    out = bytearray()
    cut: Cut = ""
    rest = data
    for _ in range(_MEMBERS):
        stream = zlib.decompressobj(bits)
        try:
            out += stream.decompress(rest, max(1, limit - len(out)))
        except zlib.error:
            cut = "broken"
            if not out:
                out += _salvaged(rest, bits, limit)
            break
        if not stream.eof:
            cut = "too large" if stream.unconsumed_tail else "broken"
            break
        rest = stream.unused_data
        if bits != 31 or rest[:3] != b"\x1f\x8b\x08":
            if name == "deflate" and rest:
                return None
            break
        if len(out) >= limit:
            cut = "too large"
            break
    return Opened(name, bytes(out), cut) if out or not cut else None


def _salvaged(data: bytes, bits: int, limit: int) -> bytes:
    """Give what a damaged stream held before the damage."""
    if bits < 0:
        return b""
    stream, out = zlib.decompressobj(bits), bytearray()
    try:
        for at in range(0, min(len(data), 1 << 20), 64):
            out += stream.decompress(data[at : at + 64], max(1, limit - len(out)))
            if len(out) >= limit:
                break
    except zlib.error:
        pass
    return bytes(out)


_MARKED = (b"\xfd7zXZ\0", *(b"BZh%d1AY&SY" % size for size in range(1, 10)))
"""How xz begins, and bzip2."""
_MEMORY = 1 << 26
"""Bytes that unpacking xz may use."""


def _unpacked(data: bytes, limit: int) -> Opened | None:
    """Undo bzip2 or xz."""
    import bz2  # noqa: PLC0415 - only bodies that begin so pay for it
    import lzma  # noqa: PLC0415

    name, out, rest = ("bz2" if data[:1] == b"B" else "xz"), bytearray(), data
    for _ in range(_MEMBERS):
        stream: bz2.BZ2Decompressor | lzma.LZMADecompressor = (
            bz2.BZ2Decompressor()
            if name == "bz2"
            else lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
        )
        try:
            given = rest
            while not stream.eof and len(out) < limit and (given or not stream.needs_input):
                out += stream.decompress(given[:_STEP], limit - len(out))
                given = given[_STEP:]
        except (OSError, lzma.LZMAError, EOFError):
            return Opened(name, bytes(out), "broken")
        if not stream.eof:
            cut: Cut = "too large" if len(out) >= limit else "broken"
            return Opened(name, bytes(out), cut)
        rest = stream.unused_data + given
        if not rest.startswith(_MARKED):
            break
    return Opened(name, bytes(out), "")


_STEP = 1 << 16


def _zstd(data: bytes, limit: int) -> Opened | None:
    import zstandard  # noqa: PLC0415 - only bodies that begin as zstd pay for it

    out, rest = bytearray(), data
    for _ in range(_MEMBERS):
        reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        at = 0
        try:
            while at < len(rest) and not reader.eof:
                out += reader.decompress(rest[at : at + 64])
                at += 64
                if len(out) > limit:
                    return Opened("zstd", bytes(out[:limit]), "too large")
        except zstandard.ZstdError:
            return Opened("zstd", bytes(out), "broken") if out else None
        if not reader.eof:
            return Opened("zstd", bytes(out), "broken") if out else None
        rest = reader.unused_data + rest[at:]
        if rest[:4] != b"\x28\xb5\x2f\xfd":
            break
    return Opened("zstd", bytes(out), "")


def _brotli(data: bytes, limit: int) -> Opened | None:
    import brotli  # noqa: PLC0415 - only bodies that may be brotli pay for it

    reader, out = brotli.Decompressor(), bytearray()
    try:
        for at in range(0, len(data), _BROTLI_STEP):
            out += reader.process(data[at : at + _BROTLI_STEP])
            if len(out) > limit:
                return Opened("br", bytes(out[:limit]), "too large")
    except brotli.error:
        return Opened("br", bytes(out), "broken") if _reads(bytes(out)) else None
    if not reader.is_finished():
        return Opened("br", bytes(out), "broken") if _reads(bytes(out)) else None
    return Opened("br", bytes(out), "")


# Letters for bytes

_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{11,}={0,2}")
_TOKEN = re.compile(r"(?<![A-Za-z0-9+/_\-])[A-Za-z0-9+/_\-]{16,}={0,2}(?![A-Za-z0-9+/_\-=])")
_HEX = re.compile(r"(?:0[xX])?((?:[0-9a-fA-F]{2}){6,})")
_HEX_SPACED = re.compile(r"[0-9a-fA-F]{2}(?:[ :][0-9a-fA-F]{2}){5,}")


def from_letters(text: str) -> Opened | None:
    """Undo hex or base64 (standard or url alphabet, padded or not); None when it is neither.

    Most words are base64 by their letters: the caller asks whether the bytes are worth reading.
    """
    if match := _HEX.fullmatch(text):
        return Opened("hex", bytes.fromhex(match.group(1)), "")
    if _HEX_SPACED.fullmatch(text):
        return Opened("hex", bytes.fromhex(text.replace(":", " ")), "")
    compact = text.translate(_BREAKS)
    if " " in compact:
        compact = compact.replace(" ", "+")
    if not _BASE64.fullmatch(compact):
        return None
    url = "-" in compact or "_" in compact
    if url and ("+" in compact or "/" in compact):
        return None
    data = _from_base64(compact)
    return Opened("base64url" if url else "base64", data, "") if data else None


def tokens(text: str, most: int) -> list[tuple[int, str]]:
    """Give the places of long runs of base64 letters inside a longer text."""
    found: list[tuple[int, str]] = []
    for match in _TOKEN.finditer(text):
        if len(found) >= most:
            break
        found.append((match.start(), match.group()))
    return found


_BREAKS = str.maketrans("", "", "\r\n\t")
_STANDARD = str.maketrans("-_", "+/")


def _from_base64(text: str) -> bytes:
    bare = text.rstrip("=").translate(_STANDARD)
    if len(bare) % 4 == 1:
        return b""
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return b""


def from_few_letters(text: str) -> bytes:
    """Undo base64 of any length, even of a word; the caller knows what must come out."""
    return _from_base64(text) if _FEW.fullmatch(text) else b""


_FEW = re.compile(r"[A-Za-z0-9+/_\-]{4,}={0,2}")


def worth_reading(data: bytes) -> bool:
    """Say whether bytes that came out of letters are text, or begin as a known wrapping does."""
    if len(data) < 6:
        return False
    if data[:3] == b"\x1f\x8b\x08" or data[:4] in (b"\x28\xb5\x2f\xfd", b"PK\3\4"):
        return True
    if data.startswith(_MARKED):
        return True
    if _is_zlib(data):
        return decompressed(data[:4096], 4096) is not None
    return _reads(data)


def mostly_letters(data: bytes) -> bool:
    """Say whether seven bytes in ten are printable ASCII: a container of text, not a picture."""
    head = data[:4096]
    return len(head) >= 12 and len(head.translate(None, _PRINTABLE)) * 10 <= len(head) * 3


_PRINTABLE = bytes(range(32, 127)) + b"\r\n\t"


def _reads(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    head = text[:4096]
    return head.isprintable() or all(c.isprintable() or c in "\r\n\t" for c in head)


# Text

_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE = re.compile(r"\\(u\{[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[\"'/\\bfnrt])")
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")


def from_percent(text: str) -> str | None:
    """Undo URL escapes; None when there are none."""
    if "%" not in text or not _PERCENT.search(text):
        return None
    raw = urllib.parse.unquote_to_bytes(text)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def from_escapes(text: str) -> str | None:
    r"""Undo the escapes of JSON and JavaScript strings (\", \u4e2d); None when there are none."""
    if "\\" not in text or not _ESCAPE.search(text):
        return None
    plain = _ESCAPE.sub(_unescaped, text)
    if any("\ud800" <= c <= "\udfff" for c in plain):
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def _unescaped(match: re.Match[str]) -> str:
    said = match.group(1)
    if said[0] in "ux" and len(said) > 1:
        code = int(said[1:].strip("{}"), 16)
        return chr(code) if code <= 0x10FFFF else match.group()
    return _SHORT.get(said, said)


def from_entities(text: str) -> str | None:
    """Undo the entities of HTML and XML; None when there are none."""
    return html.unescape(text) if "&" in text and _ENTITY.search(text) else None


def as_text(data: bytes, charset: str = "") -> tuple[str, str] | None:
    """Give bytes as text, with the name of the character set ("" for UTF-8); None for no text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and len(data) % 2 == 0:
        return data.decode("utf-16", "replace"), "utf-16"
    if charset and charset not in ("utf-8", "utf8", "us-ascii", "iso-8859-1"):
        try:
            return data.decode(codecs.lookup(charset).name), charset
        except (LookupError, UnicodeError, ValueError):
            pass
    head = data[:4096]
    if len(head.translate(None, _NO_CONTROLS)) * 50 > len(head):
        return _as_utf16(data)
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return None


_NO_CONTROLS = bytes(range(9, 14)) + bytes(range(32, 256))


def _as_utf16(data: bytes) -> tuple[str, str] | None:
    head = data[:4096]
    if len(data) >= 12 and len(data) % 2 == 0:
        for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
            if zeros.count(0) * 10 >= len(zeros) * 9:
                return data.decode(codec, "replace"), "utf-16"
    return None


def damaged_text(data: bytes) -> tuple[str, str] | None:
    """Read text that is nearly UTF-8, or that is GB 18030; anything else is binary."""
    if data.startswith(MEDIA):
        return None
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 100 <= len(text):
        return text, ""
    try:
        chinese = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    odd = sum(not (c.isprintable() or c in "\r\n\t") for c in chinese)
    high = [c.encode("gb2312", "ignore") for c in chinese if not c.isascii()]
    common = sum(c[:1] in _COMMON for c in high)
    return (chinese, "gb18030") if common * 10 >= len(high) * 8 and not odd else None


_COMMON = tuple(bytes([lead]) for lead in (0xA1, 0xA3, *range(0xB0, 0xD8)))
"""First bytes, in GB 2312, of punctuation and of the 3755 characters in everyday use."""


def readable_runs(data: bytes, most: int) -> str:
    """Give the runs of readable text in binary data, one a line: a last resort."""
    runs = re.findall(rb"(?:[\x20-\x7e]|[\xe4-\xe9][\x80-\xbf]{2}){6,}", data[:most])
    return b"\n".join(runs).decode("utf-8", "replace")
