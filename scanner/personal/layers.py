"""Bytes into the texts inside them, however often they are wrapped, each with its wrappings."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from scanner.personal import archives, binary, decoders, structures
from scanner.personal.keys import kinds_of
from scanner.personal.structures import Parts

DEPTH = 8
"""Wrappings inside wrappings at most; ordinary traffic has up to five."""
MOST_BYTES = 32 * 1024 * 1024
"""Bytes that the wrappings of one body may yield in all; compression bombs end here."""
MOST_TEXTS = 50_000
"""Texts taken out of one body at most."""
LONGEST = 4 * 1024 * 1024
"""Characters of one text at most."""
_MOST_TOKENS = 2000
"""Runs of base64 letters tried in one text at most."""
_GUESSED = 4 * 1024 * 1024
"""Longest binary body that is tried as compression without a mark of its own."""


class Layer(msgspec.Struct, frozen=True, gc=False):
    """A text that was inside, and how it was wrapped."""

    path: str
    """Where inside, e.g. json:user.phone; "" for the body as a whole."""
    text: str
    """The text."""
    wrapped: tuple[str, ...]
    """What was taken off, outermost first: ("gzip", "json"); "gzip (cut)" when only in part."""


class Piece(msgspec.Struct, frozen=True, gc=False):
    """What stands at one level of wrapping: bytes or text, not yet or no further taken apart.

    There are dozens in each request, and these are made four times as quickly as tuples with names.
    """

    path: str
    """Where inside."""
    data: bytes | str
    """The bytes or the text."""
    wrapped: tuple[str, ...]
    """What was taken off."""
    taken: bool
    """Whether all that it says comes again, deeper in and better named."""
    within: bool = False
    """Whether it stands letter for letter in a piece that was given before it."""


class _Work(msgspec.Struct, frozen=True, gc=False):
    path: str
    data: bytes | str
    wrapped: tuple[str, ...]
    depth: int
    within: bool = False


def layers(
    data: bytes, *, content_type: str = "", content_encoding: str = "", cut: list[str] | None = None
) -> Iterator[Layer]:
    """Give each text inside some bytes, with its place and its wrappings.

    `content_type` and `content_encoding` are the headers of these names, if known. What was left
    out because a limit was reached, or because it was damaged, is added to `cut` in plain words.
    """
    inside = pieces(data, content_type=content_type, content_encoding=content_encoding, cut=cut)
    return layers_of(inside)


def layers_of(inside: Iterable[Piece]) -> Iterator[Layer]:
    """Give the texts among pieces, each once, where its name is best."""
    for piece in inside:
        if text := text_of(piece):
            yield Layer(piece.path, text, piece.wrapped)


def text_of(piece: Piece) -> str:
    """Give the text of a piece; "" where it has none, or comes again deeper in."""
    if piece.taken:
        return ""
    return piece.data if isinstance(piece.data, str) else _runs(piece.data)


def pieces(
    data: bytes, *, content_type: str = "", content_encoding: str = "", cut: list[str] | None = None
) -> list[Piece]:
    """Give each level of wrapping in turn, the outer before the inner; limits as in `layers`."""
    return _Peeler(content_type, cut if cut is not None else []).peel(data, content_encoding)


def text_pieces(text: str, path: str = "", *, cut: list[str] | None = None) -> list[Piece]:
    """Give each level of wrapping of a text, such as a header; `path` names it."""
    if text in _BARREN or _is_plain(text):
        return [Piece(path, text, (), False)]
    return _Peeler("", cut if cut is not None else []).peel_text(text, path)


def url_pieces(url: str, *, cut: list[str] | None = None) -> list[Piece]:
    """Give an address, its path and each field of its query; limits as in `layers`."""
    return _Peeler("", cut if cut is not None else []).peel_url(url)


def _runs(data: bytes) -> str:
    if data.startswith(decoders.MEDIA):
        return ""
    return decoders.readable_runs(data, LONGEST)


_PLAIN = re.compile(r"[^%\\&<{\[=;]{0,15}|[^%\\&<{\[=;A-Za-z0-9+/_\-]*")
"""Text in which nothing can be wrapped."""
_SHORT = 15
"""Characters up to which letters and digits are no base64 of anything."""
_CHARSET = re.compile(r"(?i)charset=[\"']?([\w.:\-]{1,40})")
_BARREN = set[str]()
"""Values met before in which nothing is wrapped: most come again with the next request."""
_NO_DEEPER = -1
"""Depth of a value that is known to hold nothing more; its turn comes in the order of the bytes."""
_MOST_BARREN = 20_000
_LONGEST_BARREN = 200
_AMPLE = 1 << 20
"""Bytes that may still come out of wrappings, when what is found in a value is not cut short."""
_LONGEST_PATH = 300
LONGEST_TYPE = 1_000
"""Characters of a Content-Type that are looked at for what it declares."""


def _remember(text: str) -> None:
    if len(text) <= _LONGEST_BARREN:
        if len(_BARREN) >= _MOST_BARREN:
            _BARREN.clear()
        _BARREN.add(text)


@functools.lru_cache(maxsize=256)
def _declared_type(content_type: str) -> tuple[str, bool]:
    """Give the character set that a Content-Type names, or "", and whether it names a form."""
    charset = _CHARSET.search(content_type)
    return (
        charset.group(1).lower() if charset else "",
        "x-www-form-urlencoded" in content_type.lower(),
    )


class _Peeler:
    """Takes one body apart, within bounds."""

    def __init__(self, content_type: str, cut: list[str]) -> None:
        self.boundary_type = content_type
        self.charset, self.is_form = _declared_type(content_type[:LONGEST_TYPE])
        self.cut = cut
        self.left = MOST_BYTES
        self.texts = 0
        self.queue: list[_Work] = []
        self.out: list[Piece] = []

    def peel(self, data: bytes, content_encoding: str) -> list[Piece]:
        """Go through what is there, outer before inner, in the order of the bytes."""
        first = _Work("", data, (), 0)
        if content_encoding:
            for declared in reversed(re.split(r"[,\s]+", content_encoding.lower())):
                if declared in ("gzip", "x-gzip", "deflate", "br", "zstd") and first.data:
                    first = self._declared(first, declared)
        self.queue.append(first)
        if first.data is not data:
            self.out.append(Piece("", data, (), True))
        return self._peel()

    def peel_text(self, text: str, path: str) -> list[Piece]:
        """Go through what is text already."""
        self._text(_Work(path, text, (), 0))
        self.queue.reverse()
        return self._peel()

    def peel_url(self, url: str) -> list[Piece]:
        """Go through an address; all of it is looked into, whatever letters stand in it."""
        work = _Work("", url, (), 0)
        self._leaf(work, taken=True)
        self._parted(work, structures.parts_of_url(url))
        self.queue.reverse()
        return self._peel()

    def _peel(self) -> list[Piece]:
        queue = self.queue
        while queue:
            work = queue.pop()
            begin = len(queue)
            if work.depth == _NO_DEEPER:
                self._leaf(work)
            elif isinstance(work.data, bytes):
                self._bytes(work)
            else:
                self._text(work)
            if len(queue) > begin + 1:
                queue[begin:] = queue[begin:][::-1]
            if self.texts > MOST_TEXTS:
                self._say(f"more than {MOST_TEXTS} texts inside; the rest was left")
                break
        return self.out

    def _say(self, words: str) -> None:
        if words not in self.cut and len(self.cut) < 50:
            self.cut.append(words)

    def _declared(self, work: _Work, declared: str) -> _Work:
        """Undo a content encoding; bodies that were already decoded stay as they are."""
        assert isinstance(work.data, bytes)  # noqa: S101 - for the type checker
        opened = decoders.decompressed(work.data, self.left, declared)
        return self._opened(work, opened) if opened else work

    def _opened(self, work: _Work, opened: decoders.Opened) -> _Work:
        self.left -= len(opened.data)
        name = opened.name
        if opened.cut:
            name += " (cut)"
            self._say(f"{opened.name} {opened.cut} after {len(opened.data)} bytes were taken out")
        return _Work(work.path, opened.data, (*work.wrapped, name), work.depth + 1)

    def _deeper(self, work: _Work) -> bool:
        if work.depth >= DEPTH:
            self._say(f"more than {DEPTH} wrappings inside each other; the rest was left")
            return False
        if self.left <= 0:
            self._say(f"more than {MOST_BYTES} bytes inside; the rest was left")
            return False
        return True

    def _leaf(self, work: _Work, *, taken: bool = False) -> None:
        self.texts += 1
        data = work.data
        if isinstance(data, str) and len(data) > LONGEST:
            self._say(f"a text longer than {LONGEST} characters; the rest was left")
            data = data[:LONGEST]
        self.out.append(Piece(work.path, data, work.wrapped, taken, work.within))

    def _taken(self, work: _Work) -> None:
        self.out.append(Piece(work.path, work.data, work.wrapped, True, work.within))

    # Bytes

    def _bytes(self, work: _Work) -> None:
        data = work.data
        assert isinstance(data, bytes)  # noqa: S101 - for the type checker
        if len(data) < 6:
            text = decoders.as_text(data)
            self._leaf(replace(work, data=text[0] if text else data))
            return
        if not self._deeper(work):
            self._leaf(work)
            return
        opened = decoders.decompressed(data, self.left)
        if opened:
            self._taken(work)
            self.queue.append(self._opened(work, opened))
            return
        if data.startswith(archives.ZIP):
            files = archives.from_zip(data, self.left, self._say)
            self._taken(work)
            self._parted(work, Parts("zip", files), whole=True)
            return
        parted = structures.from_multipart(data, self.boundary_type)
        if parted:
            self._taken(work)
            self._parted(work, parted)
            return
        text = None if data.startswith(decoders.MEDIA) else decoders.as_text(data, self.charset)
        if text:
            said, name = text
            if name:
                self._taken(work)
                self._text(_Work(work.path, said, (*work.wrapped, name), work.depth))
            else:
                self._text(_Work(work.path, said, work.wrapped, work.depth))
            return
        self._binary(work, data)

    def _binary(self, work: _Work, data: bytes) -> None:
        if not data.startswith(decoders.MEDIA):
            if name := archives.closed(data):
                self._say(f"an archive of the form {name}, which cannot be opened here")
                self._leaf(work)
                return
            messages = binary.from_grpc(data)
            if messages and len(messages) > 1:
                self._taken(work)
                frames = ((f"[{number}]", one) for number, one in enumerate(messages))
                self._parted(work, Parts("grpc", frames))
                return
            if messages:
                wrapped = (*work.wrapped, "grpc")
                inner = replace(work, data=messages[0], wrapped=wrapped, depth=work.depth + 1)
                self.queue.append(replace(inner, within=False))
                self._taken(work)
                return
            for read in binary.READERS:
                if parted := read(data):
                    self._taken(work)
                    self._parted(work, parted)
                    return
            if opened := binary.headed(data, self.left) or _guessed(data, self.left):
                self._taken(work)
                self.queue.append(self._opened(work, opened))
                return
            if text := decoders.damaged_text(data):
                wrapped = (*work.wrapped, text[1]) if text[1] else work.wrapped
                self._taken(work)
                self._text(replace(work, data=text[0], wrapped=wrapped, within=False))
                return
        self._leaf(work)

    def _parted(self, work: _Work, parted: Parts, *, whole: bool = False) -> None:
        """Give what is plain at once and queue what may be wrapped further.

        `whole` where the values were packed, and all their bytes count as taken out.
        """
        out, queue = self.out, self.queue
        wrapped = (*work.wrapped, parted.name)
        base = f"{work.path} > {parted.name}:" if work.path else f"{parted.name}:"
        within, deeper = parted.within and len(work.data) <= LONGEST, work.depth + 1
        barren = _BARREN if deeper < DEPTH and self.left > _AMPLE else ()
        room = MOST_TEXTS - self.texts - len(queue)
        plain = 0
        for path, value in parted.parts:
            place = base + path
            if len(place) > _LONGEST_PATH:
                place = place[:_LONGEST_PATH]
            if isinstance(value, str) and (
                (len(value) <= _SHORT and value.isalnum()) or _is_plain(value)
            ):
                plain += 1
                out.append(Piece(place, value, wrapped, False, within))
                if (
                    value[:1] in _BRIEF_FIRST
                    and len(value) >= _BRIEFEST
                    and (inside := _brief(place, value))
                ):
                    out.append(Piece(place, inside, (*wrapped, "base64"), False))
            else:
                self.left -= len(value) if whole else len(value) // 4
                depth = _NO_DEEPER if value in barren else deeper
                queue.append(_Work(place, value, wrapped, depth, within))
            room -= 1
            if room < 0:
                self._say(f"more than {MOST_TEXTS} texts inside; the rest was left")
                break
        self.texts += plain

    # Text

    def _text(self, work: _Work) -> None:
        text = work.data
        assert isinstance(text, str)  # noqa: S101 - for the type checker
        bare = text.strip()
        if len(bare) < 6 or not self._deeper(work):
            self._leaf(work)
            return
        parted = self._structure(bare, work)
        if parted:
            self._leaf(work, taken=True)
            self._parted(work, parted)
            return
        if self._unescaped(bare, work):
            self._leaf(work, taken=True)
            return
        place, before = len(self.out), len(self.queue)
        self._leaf(work)
        if self._letters(bare, work) and len(bare) > _LONGEST_BARREN:
            self.out[place] = replace(self.out[place], taken=True)
        elif work.path and len(self.queue) == before and self.left > _AMPLE:
            _remember(text)

    def _structure(self, text: str, work: _Work) -> Parts | None:
        first, found = text[0], None
        if first in "{[)" or text[-1] in ");" or text.startswith(("for", "while")):
            found = structures.from_json(text)
        if not found and first == "<":
            found = structures.from_markup(text)
        if not found and text.startswith("--") and "\n" in text:
            found = structures.from_multipart(text.encode("utf-8", "replace"), "")
        if not found and work.path and "=" not in text and "/" not in text:
            return None
        declared = self.is_form and not work.path
        return (
            found
            or structures.from_url(text)
            or structures.from_form(text, declared=declared)
            or structures.from_cookies(text)
        )

    def _unescaped(self, text: str, work: _Work) -> bool:
        """Undo one kind of escape in the whole text and queue the outcome."""
        for name, undo in _ESCAPES:
            plain = undo(text)
            if plain is not None and plain != text:
                self.left -= len(plain)
                wrapped = (*work.wrapped, name)
                self.queue.append(_Work(work.path, plain, wrapped, work.depth + 1))
                return True
        return False

    def _letters(self, text: str, work: _Work) -> bool:
        """Queue what is inside base64 or hex: the whole text, or long runs within it.

        Give true where the whole text was opened.
        """
        opened = None if _is_digest(text) else decoders.from_letters(text)
        if len(text) <= _SHORT and work.path and (inside := _brief(work.path, text)):
            self.out.append(Piece(work.path, inside, (*work.wrapped, "base64"), False))
            return False
        if opened and _speaks(opened, self.left):
            self.queue.append(self._opened(work, opened))
            if " " not in text:  # "Basic" and its letters read together may seem to be bytes
                return True
        if len(text) < 20:
            return False
        found = decoders.tokens(text, _MOST_TOKENS)
        if len(found) >= _MOST_TOKENS:
            self._say(f"more than {_MOST_TOKENS} runs of letters in one text; the rest was left")
        for start, token in found:
            opened = decoders.from_letters(token) if token != text else None
            if opened and decoders.worth_reading(opened.data):
                inner = self._opened(work, opened)
                self.queue.append(replace(inner, path=f"{work.path}@{start}"))
        return False


def _speaks(opened: decoders.Opened, limit: int) -> bool:
    """Say whether bytes out of base64 or hex hold something: most are digests and keys."""
    data = opened.data
    if decoders.worth_reading(data) or decoders.mostly_letters(data):
        return True
    if data[:2] in _UTF16 and len(data) % 2 == 0:
        return True
    if len(data) < 8:
        return False
    if _has_structure(data) or binary.headed(data, limit):
        return True
    return _guessed(data, min(limit, 1 << 16)) is not None


def _guessed(data: bytes, limit: int) -> decoders.Opened | None:
    """Undo a compression without a mark of its own.

    Chance bytes hardly ever are such a stream from their first to their last byte: 7 in 420,000
    random strings of 16 to 200 bytes were, and 2 in 240,000 of 8 to 11 bytes gave text, measured.
    """
    if len(data) <= _GUESSED:
        for opened in decoders.guessed_compressions(data, limit):
            enough = len(data) >= 12 or (len(data) >= 8 and decoders.worth_reading(opened.data))
            if enough and len(opened.data) * 2 >= len(data):
                return opened
    return None


def _has_structure(data: bytes) -> bool:
    if binary.from_grpc(data) or structures.from_multipart(data, ""):
        return True
    return any(read(data) for read in binary.READERS)


_BRIEF = re.compile(r"[56R-U][A-Za-z0-9+/_\- ]{7,14}={0,2}")
"""Letters that may be base64 of a Chinese name, a plate or a passport: by how these begin."""
_BRIEF_FIRST = frozenset("56RSTU")
_BRIEFEST = 8
"""Letters of the shortest base64 of a name."""
_BRIEF_FORMS = {
    "name": re.compile(r"[\u4e00-\u9fff·]{2,5}"),
    "plate": re.compile(r"[\u4e00-\u9fff][A-Z][·\- ]?[A-Z0-9]{5,6}"),
    "passport": re.compile(r"[A-Z][A-Z0-9]?\d{7,8}"),
}


def _brief(place: str, text: str) -> str:
    """Undo base64 of a few letters, where the name of the field speaks for what then stands there.

    So short, most words are base64 of something.
    """
    if text.isdecimal() or not _BRIEF.fullmatch(text):
        return ""
    kinds = kinds_of(place)
    forms = [form for kind, form in _BRIEF_FORMS.items() if kind in kinds]
    if "name_weak" in kinds:
        forms.append(_BRIEF_FORMS["name"])
    if not forms:
        return ""
    try:
        said = decoders.from_few_letters(text.replace(" ", "+")).decode()
    except UnicodeDecodeError:
        return ""
    return said if any(form.fullmatch(said) for form in forms) else ""


_UTF16 = (b"\xff\xfe", b"\xfe\xff")
"""Marks with which UTF-16 begins."""
_DIGESTS = (32, 40, 64)
"""Letters of MD5, SHA-1 and SHA-256 in hex."""
_HEX = re.compile(r"[0-9a-fA-F]+")


def _is_digest(text: str) -> bool:
    """Say whether hex has the length of a digest and is no text: most of it on the web is one.

    A binary message of just 16, 20 or 32 bytes in hex is therefore not looked into.
    """
    return (
        len(text) in _DIGESTS
        and _HEX.fullmatch(text) is not None
        and not decoders.worth_reading(bytes.fromhex(text))
    )


def _is_plain(text: str) -> bool:
    """Say whether nothing can be wrapped in a text, by its letters alone."""
    return _PLAIN.fullmatch(text) is not None or _is_digest(text)


_ESCAPES = (
    ("url", decoders.from_percent),
    ("escape", decoders.from_escapes),
    ("entities", decoders.from_entities),
)
