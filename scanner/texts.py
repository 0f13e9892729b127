"""Text files as people and their programs write them, in whatever encoding."""

from __future__ import annotations


def decoded(data: bytes) -> str:
    """Decode a text file as UTF-8, else as UTF-16 by its mark, else as GB 18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
