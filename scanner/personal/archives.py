"""Archives opened, or at least named: apps send their logs packed."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator

from scanner.personal.structures import Part

ZIP = b"PK\3\4"
MOST_MEMBERS = 1_000
"""Files of one archive at most."""
_STEP = 1 << 20
_CLOSED = (
    *((b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\7", "rar"), (b"\x04\x22M\x18", "lz4")),
    *((b"\xff\x06\0\0sNaPpY", "snappy"), (b"\x1f\x9d", "compress"), (b"LZIP", "lzip")),
    *((b"MSCF", "cab"), (b"!<arch>\n", "ar"), (b"\x89LZO\0", "lzo")),
)
"""How archives begin that are not opened here."""
_MARKS = tuple(mark for mark, _ in _CLOSED)


def closed(data: bytes) -> str:
    """Give the name of an archive that cannot be opened here; "" for anything else."""
    if not data.startswith(_MARKS):
        return ""
    return next(name for mark, name in _CLOSED if data.startswith(mark))


def from_zip(data: bytes, limit: int, say: Callable[[str], None]) -> Iterator[Part]:
    """Give the files in a zip archive with their names; at most `limit` bytes are made in all.

    What cannot be opened is told to `say` in plain words.
    """
    import zipfile  # noqa: PLC0415 - only archives pay for it

    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        say("a zip archive that is damaged or cut; it was not opened")
        return
    if len(members) > MOST_MEMBERS:
        say(f"more than {MOST_MEMBERS} files in a zip archive; the rest was left")
    for number, member in enumerate(members[:MOST_MEMBERS]):
        if member.is_dir():
            continue
        yield f"[{number}] (file name)", member.filename[:1_000]
        if member.flag_bits & 1:
            say("a zip archive that is locked with a password; it was not opened")
            continue
        if limit <= 0:
            say("a zip archive is too large; the rest was left")
            return
        content = _content(archive, member, limit)
        if content is None:
            say("a file in a zip archive that is damaged or packed in an unknown way")
            continue
        if len(content) > limit:
            say("a zip archive is too large; the rest was left")
            content = content[:limit]
        limit -= len(content)
        yield f"[{number}]", content


def _content(archive: object, member: object, limit: int) -> bytes | None:
    """Read one file, at most a byte beyond the limit; None where it cannot be read at all."""
    import bz2  # noqa: F401, PLC0415 - zipfile needs them for its rarer methods
    import lzma  # noqa: PLC0415
    import zipfile  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    assert isinstance(archive, zipfile.ZipFile)  # noqa: S101 - for the type checker
    assert isinstance(member, zipfile.ZipInfo)  # noqa: S101 - for the type checker
    out = bytearray()
    bad = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError)
    try:
        with archive.open(member) as file:
            while len(out) <= limit and (some := file.read(min(_STEP, limit + 1 - len(out)))):
                out += some
    except (*bad, NotImplementedError, ValueError, struct.error):
        return bytes(out) or None
    return bytes(out)
