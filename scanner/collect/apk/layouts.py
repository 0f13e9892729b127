"""Screens as compiled layouts describe them: their elements with words, kinds of input and ticks.

Read are only documents in whose bytes an element of interest is named. A layout says how a screen
begins, not what code makes of it, and screens that code draws itself have none.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scanner.child import Unreadable
from scanner.collect.apk.axml import straighten
from scanner.collect.apk.strings import Pool

MAX_BYTES = 1 << 20
"""Bytes of one layout; the largest of public apps hold some 100 kB."""
MAX_VIEWS = 2_000
"""Elements of one layout; a screen with more draws nothing."""

_TEXT, _HINT, _DESCRIPTION = 0x0101014F, 0x01010150, 0x01010273
_CHECKED, _INPUT_TYPE, _VISIBILITY = 0x01010106, 0x01010220, 0x010100DC
_PASSWORD, _PHONE_NUMBER = 0x0101015C, 0x01010167
_HEADER, _START, _END = 8, 0x0102, 0x0103
_REFERENCE, _STRING, _BOOL = 0x01, 0x03, 0x12
_GONE = (1, 2)
_NAMES = ("CheckBox", "CheckedTextView", "EditText", "TextInput")
_SIGNS = tuple(sign for name in _NAMES for sign in (name.encode(), name.encode("utf-16-le")))


class View(NamedTuple):
    """An element of a layout."""

    tag: str
    """Its class, as the layout names it."""
    parent: int
    """Number of the element around it; -1 for the outermost."""
    texts: tuple[str, ...]
    """What it shows, in each language that is read, its description included."""
    hints: tuple[str, ...]
    """What it says while it is empty."""
    checked: bool | None
    """Whether it says that it is ticked; None where it says nothing."""
    input_type: int | None
    """What may be typed, as android:inputType (AOSP android.text.InputType)."""
    shown: bool
    """Whether it is there from the beginning."""

    @property
    def words(self) -> tuple[str, ...]:
        """Give everything that can be read on it."""
        return (*self.texts, *self.hints)

    @property
    def takes_text(self) -> bool:
        """Tell whether something can be typed into it."""
        return "EditText" in self.tag or "AutoComplete" in self.tag

    @property
    def is_box(self) -> bool:
        """Tell whether it is a box to be ticked, and no switch of a setting."""
        return self.tag.endswith(("CheckBox", "CheckedTextView"))


Texts = Callable[[int], tuple[str, ...]]
"""Gives the texts of a resource by its number."""


def may_matter(data: bytes) -> bool:
    """Tell whether a compiled XML names an element that is read here."""
    return len(data) <= MAX_BYTES and any(sign in data for sign in _SIGNS)


def views_of(data: bytes, texts: Texts) -> list[View]:
    """Read a layout; raises Unreadable where Android could not read it either."""
    straight = straighten(data).data
    try:
        return list(_views(straight, texts))
    except (struct.error, IndexError):
        raise Unreadable("布局文件损坏", "the layout is damaged") from None


def _views(data: bytes, texts: Texts) -> Iterator[View]:
    pool = Pool(data, _HEADER)
    (size,) = struct.unpack_from("<I", data, _HEADER + 4)
    at = _HEADER + int(size)
    kind, header, size = struct.unpack_from("<2HI", data, at)
    ids: tuple[int, ...] = ()
    if kind == 0x0180:
        ids = struct.unpack_from(f"<{(size - header) // 4}I", data, at + header)
        at += size
    open_ones: list[int] = []
    count = 0
    while at + 8 <= len(data) and count < MAX_VIEWS:
        kind, _, size = struct.unpack_from("<2HI", data, at)
        if kind == _START:
            (name,) = struct.unpack_from("<I", data, at + 20)
            (number,) = struct.unpack_from("<H", data, at + 28)
            given = _attributes(data, at + 36, number, ids)
            yield _view(pool, pool.text(name), open_ones[-1] if open_ones else -1, given, texts)
            open_ones.append(count)
            count += 1
        elif kind == _END and open_ones:
            open_ones.pop()
        at += max(int(size), 8)


def _attributes(
    data: bytes, at: int, count: int, ids: tuple[int, ...]
) -> dict[int, tuple[int, int]]:
    """Give type and data of each attribute by its resource id."""
    found: dict[int, tuple[int, int]] = {}
    for start in range(at, at + 20 * count, 20):
        _, name, _, _, _, kind, value = struct.unpack_from("<3IHBBI", data, start)
        if name < len(ids):
            found.setdefault(ids[name], (kind, value))
    return found


def _view(
    pool: Pool, tag: str, parent: int, given: dict[int, tuple[int, int]], texts: Texts
) -> View:
    def read(attribute: int) -> tuple[str, ...]:
        kind, value = given.get(attribute, (0, 0))
        if kind == _STRING:
            return tuple(filter(None, (pool.text(value),)))
        return texts(value) if kind == _REFERENCE else ()

    checked, typed = given.get(_CHECKED), given.get(_INPUT_TYPE)
    input_type = typed[1] if typed and 0x10 <= typed[0] <= 0x1F else None
    if given.get(_PASSWORD, (0, 0))[1] and input_type is None:
        input_type = 0x81
    elif given.get(_PHONE_NUMBER, (0, 0))[1] and input_type is None:
        input_type = 0x03
    return View(
        tag=tag,
        parent=parent,
        texts=(*read(_TEXT), *read(_DESCRIPTION)),
        hints=read(_HINT),
        checked=bool(checked[1]) if checked and checked[0] == _BOOL else None,
        input_type=input_type,
        shown=given.get(_VISIBILITY, (0, 0))[1] not in _GONE,
    )
