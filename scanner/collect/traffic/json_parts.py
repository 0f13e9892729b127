"""Large JSON files cut into their parts, a window at a time: memory does not grow with the file.

Only the outline is followed here (strings, braces, brackets); what a part says is for its reader.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any, BinaryIO

import re2

WINDOW = 1 << 20
"""Bytes read at a time at least."""
WIDEST = 8 << 20
"""Bytes read at a time at most, while one long value is being taken."""
DEEPEST = 100_000
"""Brackets inside brackets at most; a value of more than about a thousand is read by nobody."""
LONGEST_NAME = 1 << 16
"""Bytes of a name in an object at most."""
LONGEST_SCALAR = 400
"""Characters of a number or a word at most."""
_INSIDE = rb'(?:[^"\\]|\\.)*'
_PLAIN = rb'[^"{}\[\]]'
_STEP = _PLAIN + rb'+|"' + _INSIDE + rb'"'
_FLAT = rb"[{\[](?:" + _STEP + rb")*[}\]]"
_NESTED = rb"[{\[](?:" + _STEP + rb"|" + _FLAT + rb")*[}\]]"


def _compiled(pattern: bytes) -> Any:
    """Compile for RE2, which takes time in proportion to the text whatever stands in it."""
    options = re2.Options()
    options.dot_nl = True
    options.max_mem = 64 << 20
    return re2.compile(pattern, options)


_SPACE = _compiled(rb"[ \t\r\n]*")
_STRING = _compiled(rb'"' + _INSIDE + rb'"')
_STRING_REST = _compiled(_INSIDE)
_TO_BRACKET = _compiled(rb"(?:" + _STEP + rb"|" + _NESTED + rb")*")
"""Everything up to a bracket that must be counted: plain text, strings, values of two levels."""
_SCALAR = _compiled(rb'[^\s,:\[\]{}"]*')
_OPEN, _CLOSE = b"{[", b"}]"
_QUOTE, _COLON, _COMMA, _END = ord('"'), ord(":"), ord(","), -1


class Cut(Exception):  # noqa: N818 - it names what happened to the text
    """The text ends too early, or is no JSON, from a byte on."""

    def __init__(self, at: int, *, ended: bool) -> None:
        super().__init__(at)
        self.at = at
        self.ended = ended


class Text:
    """JSON text that is read once, from front to back; every method may raise Cut."""

    def __init__(self, stream: BinaryIO, window: int = WINDOW) -> None:
        self._chunks = _Utf8(stream)
        self._window = window
        self._buffer = b""
        self._at = 0
        self._before = 0

    def keys(self) -> Iterator[str]:
        """Give the names in the object that begins here; the caller takes each value in between."""
        for _ in self._items(b"{}"):
            if self.peek() != _QUOTE:
                raise self._cut()
            name = self.value(LONGEST_NAME) or b""
            if self.peek() != _COLON:
                raise self._cut()
            self._at += 1
            yield name[1:-1].decode("utf-8", "replace")

    def elements(self) -> Iterator[None]:
        """Stop at each element of the array that begins here; the caller takes each value."""
        yield from self._items(b"[]")

    def _items(self, brackets: bytes) -> Iterator[None]:
        if self.peek() != brackets[0]:
            raise self._cut()
        self._at += 1
        mark = self.peek()
        while mark != brackets[1]:
            yield
            mark = self.peek()
            if mark == _COMMA:
                self._at += 1
            elif mark != brackets[1]:
                raise self._cut()
        self._at += 1

    def peek(self) -> int:
        """Give the next byte that is no space, -1 at the end."""
        while True:
            self._at = _past(_SPACE, self._buffer, self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._fill(self._at):
                return _END

    def value(self, limit: int) -> bytes | None:
        """Take the value that begins here; None when it is larger than `limit` bytes."""
        first = self.peek()
        if first != _END and first in _OPEN:
            return self._container(limit)
        return self._string(limit) if first == _QUOTE else self._scalar()

    def _container(self, limit: int) -> bytes | None:
        start, at, depth = self._at, self._at + 1, 1
        while depth:
            at = _past(_TO_BRACKET, self._buffer, at)
            if at < len(self._buffer) and self._buffer[at] != _QUOTE:
                depth = self._deeper(depth, self._buffer[at])
                at += 1
            elif len(self._buffer) - start > limit:
                self._at = at
                self._drop(depth)
                return None
            elif self._fill(start):
                start, at = 0, at - start
            else:
                raise self._cut(ended=True)
        self._at = at
        return self._buffer[start:at] if at - start <= limit else None

    def _string(self, limit: int) -> bytes | None:
        while (found := _STRING.match(self._buffer, self._at)) is None:
            if len(self._buffer) - self._at > limit:
                self._at += 1
                self._drop(0, inside=True)
                return None
            if not self._fill(self._at):
                raise self._cut(ended=True)
        self._at = found.end()
        return found[0] if len(found[0]) <= limit else None

    def _drop(self, depth: int, *, inside: bool = False) -> None:
        """Pass over the rest of a value too large to be taken, from a string or a gap in it."""
        while depth or inside:
            skipped = _STRING_REST if inside else _TO_BRACKET
            self._at = _past(skipped, self._buffer, self._at)
            mark = self._buffer[self._at] if self._at < len(self._buffer) else _END
            if mark == _END or (inside and mark != _QUOTE):  # a lone backslash ends the window
                if not self._fill(self._at):
                    raise self._cut(ended=True)
                continue
            self._at += 1
            if mark == _QUOTE:
                inside = not inside
            else:
                depth = self._deeper(depth, mark)

    def _deeper(self, depth: int, bracket: int) -> int:
        if depth > DEEPEST:
            raise self._cut()
        return depth + 1 if bracket in _OPEN else depth - 1

    def _scalar(self) -> bytes:
        end = _past(_SCALAR, self._buffer, self._at)
        while end == len(self._buffer) and end - self._at <= LONGEST_SCALAR:
            if not self._fill(self._at):
                break
            end = _past(_SCALAR, self._buffer, self._at)
        if not self._at < end <= self._at + LONGEST_SCALAR:
            raise self._cut()
        found, self._at = self._buffer[self._at : end], end
        return found

    def _fill(self, keep: int) -> bool:
        """Read on; what lies before `keep` is forgotten. False at the end of the file."""
        kept = self._buffer[keep:]
        chunk = self._chunks.read(min(max(self._window, len(kept)), WIDEST))
        if not chunk:
            return False
        self._buffer = kept + chunk
        self._before += keep
        self._at -= keep
        return True

    def _cut(self, *, ended: bool = False) -> Cut:
        return Cut(self._before + self._at, ended=ended or self.peek() == _END)


class _Utf8:
    """A stream of UTF-8 or, where a mark at its beginning says so, UTF-16; always read as UTF-8."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder: codecs.IncrementalDecoder | None = None
        self._first = stream.read(3)
        if self._first == codecs.BOM_UTF8:
            self._first = b""
        elif self._first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            self._decoder = codecs.getincrementaldecoder("utf-16")("replace")

    def read(self, size: int) -> bytes:
        data, self._first = self._first + self._stream.read(size), b""
        if self._decoder is None:
            return data
        return self._decoder.decode(data).encode("utf-8", "replace")


def _past(pattern: Any, buffer: bytes, at: int) -> int:
    """Give the place after what a pattern takes here, which may be nothing."""
    found = pattern.match(buffer, at)
    return found.end() if found else at
