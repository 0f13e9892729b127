"""What could not be read of a recording, and why."""

from __future__ import annotations

import zipfile
import zlib

import msgspec

from scanner.model import Words

BAD_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises on archives that are broken, encrypted or packed in a way that it lacks."""


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, or the rest of the file, that could not be read."""

    at: str
    """Place in the file, e.g. entry 12."""
    reason: Words
    """Why."""
    rest: bool = False
    """True when everything from there on is lost."""


def too_many(count: int) -> Broken:
    """Say that a recording holds more entries than are read."""
    reason = Words(
        f"条目超过 {count} 个，其后未读取", f"over {count} entries; what follows was not read"
    )
    return Broken(at=f"entry {count}", reason=reason, rest=True)


def too_large(at: str, limit: int) -> Broken:
    """Say that an entry is larger than what is read, in bytes."""
    zh, en = f"条目超过 {limit >> 20} MB", f"the entry is larger than {limit >> 20} MB"
    return Broken(at=at, reason=Words(zh, en))


def broken_off(at: str, byte: int, count: int, *, ended: bool) -> Broken:
    """Say that a recording ends at some byte (`ended`), or is of another form from there on."""
    zh = "文件在此中断" if ended else "此后格式无效"
    en = "the file breaks off" if ended else "the form is no longer valid"
    reason = Words(
        f"第 {byte} 字节起{zh}，已读出此前的 {count} 个条目",
        f"{en} at byte {byte}; the {count} entries before it were read",
    )
    return Broken(at=at, reason=reason, rest=True)
