"""Large JSON files cut into their parts, a window at a time: memory does not grow with the file.

Only the outline is followed here (strings, braces, brackets); what a part says is for its reader.
Elements that are valid JSON are taken by the hundred, all others one by one: with the same outcome.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
import re2

WINDOW = 1 << 20
"""Bytes read at a time at least."""
WIDEST = 8 << 20
"""Bytes read at a time at most, while one long value is being taken."""
DEEPEST = 100_000
"""Brackets inside brackets at most; a value of more than about a thousand is read by nobody."""
REACH = 1 << 18
"""Bytes of elements at most that are taken at one go."""
SHORTEST_REACH = 1 << 12
"""Bytes in which it is no use to look for several elements."""
LONGEST_NAME = 1 << 16
"""Bytes of a name in an object at most."""
_INSIDE = rb'(?:[^"\\]|\\.)*'
_PLAIN = rb'[^"{}\[\]]'
_STEP = _PLAIN + rb'+|"' + _INSIDE + rb'"'
_FLAT = rb"[{\[](?:" + _STEP + rb")*[}\]]"
_NESTED = rb"[{\[](?:" + _STEP + rb"|" + _FLAT + rb")*[}\]]"


def _compiled(pattern: bytes) -> Any:
    """Compile for RE2, which takes time in proportion to the text whatever stands in it."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes, whether they are UTF-8 or not
    options.dot_nl = True
    options.max_mem = 64 << 20
    return re2.compile(pattern, options)


_SPACE = _compiled(rb"[ \t\r\n]*")
_STRING = _compiled(rb'"' + _INSIDE + rb'"')
_STRING_REST = _compiled(_INSIDE)
_TO_BRACKET = _compiled(rb"(?:" + _STEP + rb"|" + _NESTED + rb")*")
"""Everything up to a bracket that must be counted: plain text, strings, values of two levels."""
_SCALAR = _compiled(rb'[^\s,:\[\]{}"]*')
_SEAM = _compiled(rb'([ \t\r\n]{0,99},[ \t\r\n]{0,99})\{[ \t\r\n]{0,99}"[^"\\]{1,99}"')
"""What stands between two objects of an array, and how the second begins."""
_GAP = _compiled(rb"[ \t\r\n]*,[ \t\r\n]*")
_VALUES = msgspec.json.Decoder(list[msgspec.Raw])
_OPEN = b"{["
_MARKS = (
    (codecs.BOM_UTF8, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
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
        self._counted = (0, self._chunks.begin)
        self._seam = self._gap = b""
        self._reach = REACH

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

    def values(self, limit: int) -> Iterator[tuple[int, bytes | msgspec.Raw | None]]:
        """Give each element of the array that begins here, with the byte at which it begins in the
        file; None for one larger than `limit` bytes.
        """
        for _ in self._items(b"[]"):
            self.peek()
            at, several = self._at, self._several()
            for one in several:
                yield self._place(at), one if len(one) <= limit else None
                at += len(one)
                usual = self._buffer.startswith(self._gap, at)
                at = at + len(self._gap) - 1 if usual else _past(_GAP, self._buffer, at)
            if not several:
                begun = self._place(at)
                one_alone = self.value(limit)
                if one_alone is not None:
                    self._learn()
                yield begun, one_alone
            self._reach = min(self._reach * 2, REACH)

    def _several(self) -> list[msgspec.Raw]:
        """Take the elements up to the last seam in reach, if all that stands there is valid JSON:
        then it cannot but end between two elements. Else none, and the outline must be followed.
        """
        while self._seam:
            end = self._buffer.rfind(self._seam, self._at, self._at + self._reach) + 1
            if end == 0:
                break
            try:
                found = _VALUES.decode(b"[%b]" % self._buffer[self._at : end])
            except (msgspec.MsgspecError, RecursionError, ValueError):
                self._reach //= 2
                if self._reach < SHORTEST_REACH:
                    break
                continue
            self._at = end
            return found
        self._reach = max(self._reach, SHORTEST_REACH)
        return []

    def _learn(self) -> None:
        """Remember how the object just taken and the next one are joined."""
        found = _SEAM.match(self._buffer, self._at)
        if found and self._buffer[self._at - 1 : self._at] == b"}":
            self._seam, self._gap = b"}" + found[0], found[1] + b"{"

    def _place(self, at: int) -> int:
        """Give the byte of the file at which the byte `at` of the buffer stands."""
        before, place = self._counted
        self._counted = (at, place + self._chunks.length(self._buffer, before, at))
        return self._counted[1]

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
        return self._string(limit) if first == _QUOTE else self._scalar(limit)

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
            if inside:
                self._at = _to_quote(self._buffer, self._at)
            else:
                self._at = _past(_TO_BRACKET, self._buffer, self._at)
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

    def _scalar(self, limit: int) -> bytes | None:
        end, fits = _past(_SCALAR, self._buffer, self._at), True
        while end == len(self._buffer):
            if end - self._at > limit:
                self._at, fits = end, False
            if not self._fill(self._at):
                break
            end = _past(_SCALAR, self._buffer, self._at)
        if end == self._at and fits:
            raise self._cut()
        found, self._at = self._buffer[self._at : end], end
        return found if fits and len(found) <= limit else None

    def _fill(self, keep: int) -> bool:
        """Read on; what lies before `keep` is forgotten. False at the end of the file."""
        kept = self._buffer[keep:]
        chunk = self._chunks.read(min(max(self._window, len(kept)), WIDEST))
        if not chunk:
            return False
        self._counted = (0, self._place(keep))
        self._buffer = kept + chunk
        self._at -= keep
        return True

    def _cut(self, *, ended: bool = False) -> Cut:
        return Cut(self._place(self._at), ended=ended or self.peek() == _END)


class _Utf8:
    """A stream of UTF-8 or UTF-16, known by how it begins; always read as UTF-8."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        begun = stream.read(4)
        mark, codec = next((one for one in _MARKS if begun.startswith(one[0])), (b"", ""))
        if not mark and begun[1:2] == b"\0" != begun[:1]:
            codec = "utf-16-le"
        elif not mark and begun[:1] == b"\0" != begun[1:2]:
            codec = "utf-16-be"
        self._decoder = codecs.getincrementaldecoder(codec)("replace") if codec else None
        self._first = begun[len(mark) :]
        self.begin = len(mark)
        """Byte of the file at which the text begins."""

    def read(self, size: int) -> bytes:
        """Read on; nothing at the end of the file only."""
        data, self._first = self._first + self._stream.read(size), b""
        if self._decoder is None:
            return data
        text = self._decoder.decode(data, final=not data)
        while data and not text:  # half a character
            data = self._stream.read(size)
            text = self._decoder.decode(data, final=not data)
        return text.encode("utf-8", "replace")

    def length(self, text: bytes, begin: int, end: int) -> int:
        """Give how many bytes of the file a piece of the text takes; less than 0 backwards."""
        if self._decoder is None or begin == end:
            return end - begin
        piece = text[min(begin, end) : max(begin, end)].decode("utf-8", "replace")
        size = len(piece.encode("utf-16-le", "replace"))
        return size if begin < end else -size


def _to_quote(buffer: bytes, at: int) -> int:
    """Give the place at which the string around us ends, or what is read of it does."""
    quote = buffer.find(b'"', at)
    end = len(buffer) if quote < 0 else quote
    return end if buffer.find(b"\\", at, end) < 0 else _past(_STRING_REST, buffer, at)


def _past(pattern: Any, buffer: bytes, at: int) -> int:
    """Give the place after what a pattern takes here, which may be nothing."""
    found = pattern.match(buffer, at)
    return found.end() if found else at
