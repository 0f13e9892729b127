"""An instruction of an app's code, read from the very bytes to which a fact points."""

from __future__ import annotations

import re
import struct

from scanner.personal.veil import veiled
from scanner.report.viewer.kept import Kept
from scanner.report.viewer.views import Excerpt

PLACE = re.compile(r"([\w./\-]{1,200}\.dex)(?: (L[^\s]{1,600}))? ?\+0x([0-9a-f]{1,8})")
"""How facts of code name their place: the file, the method, the byte of the file."""
SHOWN = 16
"""Bytes shown from the place on."""
LONGEST_NAME = 300
"""Characters of a name that are shown."""
_INVOKES = {
    **{0x6E + n: f"invoke-{kind}" for n, kind in enumerate(("virtual", "super", "direct"))},
    **{0x71: "invoke-static", 0x72: "invoke-interface"},
    **{0x74 + n: f"invoke-{kind}/range" for n, kind in enumerate(("virtual", "super", "direct"))},
    **{0x77: "invoke-static/range", 0x78: "invoke-interface/range"},
}
"""Instructions that call a method, whose number stands in their second unit (Dalvik bytecode)."""
_CONST_STRING = 0x1A
_FIELDS = range(0x52, 0x6E)
"""Instructions that read or write a field (iget to sput-short)."""


def instruction(kept: Kept, evidence: str, at: str) -> Excerpt | None:
    """Give the instruction at a place, as bytes and, where it names something, in words."""
    place = PLACE.fullmatch(at)
    if place is None:
        return None
    data, offset = kept.bytes_of(evidence), int(place[3], 16)
    member = place[1]
    if data is not None and not data.startswith(b"dex\n"):
        data = kept.member(evidence, member)
    elif data is not None:
        member = ""
    if data is None or offset + 2 > len(data):
        return None
    if place[2] is None:  # no instruction, but a text that stands there
        text = data[offset : offset + LONGEST_NAME].partition(b"\0")[0].decode("utf-8", "replace")
        return Excerpt("code", evidence, member, None, offset, "", veiled(text), "")
    words = data[offset : offset + SHOWN].hex(" ", 2)
    named = _named(data, offset)
    return Excerpt(
        *("code", evidence, member, None, offset, (place[2] or "")[:LONGEST_NAME]),
        *(f"{words}  {named}".strip(), ""),
    )


def _named(data: bytes, offset: int) -> str:
    """Say what an instruction calls, reads or loads; empty where it is another one."""
    try:
        code, index = data[offset], struct.unpack_from("<H", data, offset + 2)[0]
        if code in _INVOKES:
            return f"{_INVOKES[code]} {_method(data, index)}"
        if code in _FIELDS:
            return f"field {_field(data, index)}"
        if code == _CONST_STRING:
            return f"const-string {_string(data, index)!r}"
    except (struct.error, IndexError, ValueError):
        return ""
    return ""


def _table(data: bytes, header: int, index: int, width: int) -> int:
    """Give where an item of one of the tables stands that the header names (Dalvik executable)."""
    count, begin = struct.unpack_from("<2I", data, header)
    if index >= count:
        raise ValueError("no such item")
    return int(begin) + index * width


def _string(data: bytes, index: int) -> str:
    (at,) = struct.unpack_from("<I", data, _table(data, 0x38, index, 4))
    for _ in range(5):  # the length stands before the text, seven bits a byte
        at += 1
        if data[at - 1] < 0x80:
            break
    end = data.index(b"\0", at, at + 4 * LONGEST_NAME)
    return data[at:end].decode("utf-8", "replace")[:LONGEST_NAME]


def _type(data: bytes, index: int) -> str:
    (name,) = struct.unpack_from("<I", data, _table(data, 0x40, index, 4))
    return _string(data, name)


def _method(data: bytes, index: int) -> str:
    owner, _, name = struct.unpack_from("<2HI", data, _table(data, 0x58, index, 8))
    return f"{_type(data, owner)}->{_string(data, name)}"


def _field(data: bytes, index: int) -> str:
    owner, _, name = struct.unpack_from("<2HI", data, _table(data, 0x50, index, 8))
    return f"{_type(data, owner)}->{_string(data, name)}"
