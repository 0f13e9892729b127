"""Straighten a binary XML file (AXML) so that a strict reader sees what Android sees.

Android walks the chunks of a binary XML by their stated sizes and ignores much that strict readers
insist on: the type of the first chunk, longer node headers, odd attribute strides, unknown chunks
in between. Hostile packages use that slack, and a reader that skips what it finds odd would say
"no permissions". So the chunks are walked here as AOSP libs/androidfw/ResourceTypes.cpp does
(ResXMLTree, ResStringPool) and written again in plain form; what was odd is said.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from scanner.child import Unreadable

MAX_ELEMENTS = 100_000
"""The largest public manifests hold about 6,000 elements."""
MAX_ATTRIBUTES = 300_000
"""Attributes in one document; the largest public manifests hold about 20,000."""
MAX_STRINGS = 2_000_000
"""Strings in the pool; the table alone would take 8 MB."""

_POOL, _XML, _MAP = 0x0001, 0x0003, 0x0180
_FIRST_NODE, _LAST_NODE = 0x0100, 0x017F
_START_NS, _END_NS, _START, _END, _TEXT = 0x0100, 0x0101, 0x0102, 0x0103, 0x0104
_UTF8 = 0x100
_NODE_BODY = {_START_NS: 8, _END_NS: 8, _END: 8, _TEXT: 12}
_HEADER = struct.Struct("<2HI")


class Straight(NamedTuple):
    """A binary XML in plain form, with what was odd about the original."""

    data: bytes
    elements: int
    odd: tuple[str, ...]


class _Chunk(NamedTuple):
    kind: int
    header: int
    start: int
    size: int


def straighten(data: bytes) -> Straight:
    """Give the same document in plain form; raises Unreadable where Android would give up."""
    if len(data) < _HEADER.size:
        raise _broken("短于文件头", "it is shorter than its header")
    kind, header, size = _HEADER.unpack_from(data)
    if header > len(data) or size > len(data) or header < _HEADER.size:
        raise _broken("声明的长度超出文件", "it states more bytes than it has")
    odd: set[str] = set()
    if kind != _XML:
        odd.add(f"first chunk type 0x{kind:04x}")
    if header != _HEADER.size:
        odd.add(f"first header of {header} bytes")
    if size < len(data):
        odd.add(f"{len(data) - size} bytes after the document")
    walker = _Walker(data, odd)
    walker.walk(header, size)
    if not walker.elements:
        raise _broken("没有任何元素", "it holds no element")
    body = b"".join([walker.pool, walker.map, *walker.nodes])
    plain = _HEADER.pack(_XML, _HEADER.size, _HEADER.size + len(body)) + body
    return Straight(plain, walker.elements, tuple(sorted(odd)))


class _Walker:
    """Walks the chunks of one document, up to the end of its root, and collects them."""

    def __init__(self, data: bytes, odd: set[str]) -> None:
        self.data = data
        self.odd = odd
        self.pool = b""
        self.map = b""
        self.nodes: list[bytes] = []
        self.elements = 0
        self.attributes = 0
        self.depth = 0

    def walk(self, place: int, end: int) -> None:
        while place + _HEADER.size <= end:
            kind, header, size = _HEADER.unpack_from(self.data, place)
            if size < header or header < _HEADER.size or place + size > end:
                raise _broken(f"偏移 {place} 处的块无效", f"the chunk at {place} is not valid")
            self._take(_Chunk(kind, header, place, size))
            place += size
            if self.elements and self.depth == 0:
                return

    def _take(self, chunk: _Chunk) -> None:
        if chunk.kind == _POOL and not self.nodes:
            self.pool = plain_pool(self.data, chunk.start, self.odd)
        elif chunk.kind == _MAP and not self.nodes:
            ids = self.data[chunk.start + chunk.header : chunk.start + chunk.size]
            ids = ids[: len(ids) // 4 * 4]
            self.map = _HEADER.pack(_MAP, _HEADER.size, _HEADER.size + len(ids)) + ids
        elif chunk.kind == _START:
            self._take_element(chunk)
        elif chunk.kind in _NODE_BODY:
            self._take_node(chunk, _NODE_BODY[chunk.kind])
        else:
            self.odd.add(f"chunk of type 0x{chunk.kind:04x}")

    def _take_node(self, chunk: _Chunk, length: int) -> None:
        body_start = chunk.start + chunk.header
        if chunk.header < 16 or chunk.header + length > chunk.size:
            raise _broken(f"偏移 {chunk.start} 处的节点无效", f"the node at {chunk.start} is short")
        self._note_header(chunk)
        body = self.data[body_start : body_start + length]
        self.depth -= chunk.kind == _END
        self.nodes.append(_node(chunk.kind, self._line(chunk), body))

    def _take_element(self, chunk: _Chunk) -> None:
        body = chunk.start + chunk.header
        if chunk.header < 16 or chunk.header + 20 > chunk.size:
            raise _broken(
                f"偏移 {chunk.start} 处的元素无效", f"the element at {chunk.start} is short"
            )
        self._note_header(chunk)
        namespace, name, first, stride, count, *_ = struct.unpack_from("<2I6H", self.data, body)
        if chunk.header + first + stride * count > chunk.size or (count and stride < 20):
            raise _broken(
                f"偏移 {chunk.start} 处的属性无效", f"attributes at {chunk.start} overrun"
            )
        if count and (first, stride) != (20, 20):
            self.odd.add(f"attributes at {first} every {stride} bytes")
        self.elements += 1
        self.depth += 1
        self.attributes += count
        if self.elements > MAX_ELEMENTS or self.attributes > MAX_ATTRIBUTES:
            raise _broken("元素过多", "it holds too many elements")
        at = body + first
        attributes = [self.data[at + i * stride : at + i * stride + 20] for i in range(count)]
        head = struct.pack("<2I6H", namespace, name, 20, 20, count, 0, 0, 0)
        self.nodes.append(_node(_START, self._line(chunk), head + b"".join(attributes)))

    def _note_header(self, chunk: _Chunk) -> None:
        if chunk.header != 16:
            self.odd.add(f"node headers of {chunk.header} bytes")

    def _line(self, chunk: _Chunk) -> int:
        return int(struct.unpack_from("<I", self.data, chunk.start + 8)[0])


def _node(kind: int, line: int, body: bytes) -> bytes:
    return struct.pack("<2HI2I", kind, 16, 16 + len(body), line, 0xFFFFFFFF) + body


def plain_pool(data: bytes, start: int, odd: set[str]) -> bytes:
    """Give the string pool at `start` without styles and with true counts; adds to `odd`."""
    kind, header, size = _HEADER.unpack_from(data, start)
    if kind != _POOL or header < 28 or start + size > len(data):
        raise _broken("字符串池无效", "its string pool is not valid")
    count, styles, flags, strings, style_data = struct.unpack_from("<5I", data, start + 8)
    if count > MAX_STRINGS or header + 4 * (count + styles) > size or strings > size:
        raise _broken("字符串池的计数无效", "the counts of its string pool are not valid")
    if header != 28:
        odd.add(f"string pool header of {header} bytes")
    if strings != header + 4 * (count + styles):
        odd.add("gap in the string pool")
    if flags & ~(_UTF8 | 1):
        odd.add(f"string pool flags 0x{flags:x}")
    end = style_data if styles and strings <= style_data <= size else size
    offsets = data[start + header : start + header + 4 * count]
    texts = data[start + strings : start + end]
    texts += b"\0" * (-len(texts) % 4)
    total = 28 + len(offsets) + len(texts)
    return (
        struct.pack("<2HI5I", _POOL, 28, total, count, 0, flags & _UTF8, 28 + len(offsets), 0)
        + offsets
        + texts
    )


def _broken(zh: str, en: str) -> Unreadable:
    return Unreadable(f"二进制 XML 无法解析：{zh}", f"the binary XML cannot be read: {en}")
