"""Binary structures taken apart without their schema: protobuf, msgpack, gRPC frames."""

from __future__ import annotations

import itertools
import math
import re
import struct
from collections.abc import Callable

from scanner.personal import decoders
from scanner.personal.structures import MOST_FIELDS, Part, Parts, walk

_DEEPEST = 100
"""Messages inside each other at most; the library of protobuf stops at 100 too."""


def from_grpc(data: bytes) -> list[bytes] | None:
    """Give the messages of frames of gRPC that fill the bytes; compressed ones as they are."""
    if data[:1] not in _FRAMES or data[1:2] != b"\0" or len(data) <= _HEAD:
        return None  # no message has 16 MB
    at, messages = 0, list[bytes]()
    while at < len(data):
        size = int.from_bytes(data[at + 1 : at + _HEAD], "big")
        end = at + _HEAD + size
        if data[at : at + 1] not in _FRAMES or at + _HEAD > len(data) or end > len(data):
            return None
        if size:
            messages.append(data[at + _HEAD : end])
        if len(messages) > MOST_FIELDS or (end - at == _HEAD and not messages):
            return None
        at = end
    return messages or None


_FRAMES = (b"\0", b"\1", b"\x80")
"""What frames begin with: a message, one that is compressed, trailers of gRPC-Web."""
_HEAD = 5
"""Bytes before each message: what it is, and its size."""


def headed(data: bytes, limit: int) -> decoders.Opened | None:
    """Open gzip or zlib behind a short header, as many programs write their logs.

    The stream must be whole, so that its checksum vouches for it.
    """
    for match in itertools.islice(_STREAM.finditer(data, 1, LONGEST_HEADER + 3), 8):
        opened = decoders.decompressed(data[match.start() :], limit)
        if opened and opened.cut != "broken" and len(opened.data) >= SHORTEST:
            return opened._replace(name=f"header+{opened.name}")
    return None


LONGEST_HEADER = 32
"""Bytes of a header before what is compressed at most."""
SHORTEST = 6
_STREAM = re.compile(rb"\x1f\x8b\x08|x[\x01\x5e\x9c\xda]")


def from_protobuf(data: bytes) -> Parts | None:
    """Take a protobuf message apart without its schema, if the bytes are one from end to end."""
    parts: list[Part] = []
    if len(data) < 4 or not _message(data, "", parts, 0):
        return None
    telling = any(isinstance(value, str) and len(value) >= 4 for _, value in parts)
    return Parts("protobuf", iter(parts)) if telling else None


def _message(data: bytes, path: str, parts: list[Part], depth: int) -> bool:
    """Read fields into `parts`; False (and nothing added) when the bytes are no message."""
    at, mine, doubles = 0, list[Part](), list[tuple[str, float]]()
    while at < len(data):
        tag, at = _varint(data, at)
        field, kind = tag >> 3, tag & 7
        if at < 0 or not 0 < field <= 100_000 or len(parts) + len(mine) > MOST_FIELDS:
            return False
        here = f"{path}{field}"
        if kind == 0:
            value, at = _varint(data, at)
            if at < 0:
                return False
            if value >= 1_000_000:
                mine.append((here, str(value)))
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            if at + size > len(data):
                return False
            number = struct.unpack_from("<d" if kind == 1 else "<f", data, at)[0]
            at += size
            if math.isfinite(number) and 1 < abs(number) <= 180:
                doubles.append((here, number))
        elif kind == 2:
            size, at = _varint(data, at)
            if at < 0 or at + size > len(data):
                return False
            _delimited(data[at : at + size], here, mine, depth)
            at += size
        else:
            return False
    for (one, first), (other, second) in itertools.pairwise(doubles):
        mine.append((f"{{{one},{other}}}", f"{first:.7f},{second:.7f}"))
    parts.extend(mine)
    return True


def _delimited(value: bytes, path: str, parts: list[Part], depth: int) -> None:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    inside = (
        depth < _DEEPEST and value[:1] == b"\n" and _message(value, path + ".", parts, depth + 1)
    )
    if inside:
        return
    if text and all(c.isprintable() or c in "\r\n\t" for c in text):
        parts.append((path, text))
    elif len(value) >= 2 and not (
        depth < _DEEPEST and _message(value, path + ".", parts, depth + 1)
    ):
        parts.append((path, value))


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Read one number; the place after it is negative when there is none."""
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    return 0, -1


def from_msgpack(data: bytes) -> Parts | None:
    """Take a msgpack map or list apart, if the bytes are one from end to end."""
    import msgspec  # noqa: PLC0415 - only binary bodies pay for it

    if len(data) < 4 or not (0x80 <= data[0] <= 0x9F or 0xDC <= data[0] <= 0xDF):
        return None
    try:
        whole = msgspec.msgpack.decode(data, strict=False)
    except (msgspec.MsgspecError, RecursionError, ValueError, TypeError):
        return None
    return Parts("msgpack", walk(whole)) if isinstance(whole, dict | list) and whole else None


READERS: tuple[Callable[[bytes], Parts | None], ...] = (from_protobuf, from_msgpack)
"""What binary bytes are tried as, in this order."""
