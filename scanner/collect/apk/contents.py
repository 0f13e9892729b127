"""What a file is by its bytes: a picture or sound, something packed, or bytes that show words.

Names of files are not believed here: the head of the content decides.
"""

from __future__ import annotations

import zlib

from scanner.model import Words

MAX_NAMED = 3
"""Files named in a reason; the others are counted."""
HEAD = 64
"""Bytes that are enough to know a medium by."""
SMALL = 512
"""Unknown bytes up to this size hold too little to be a policy."""
SAMPLE = 32 << 10
"""Bytes from the middle of a file that are tried for density."""
DENSE = 0.9
"""Packed again to more than this share, bytes are compressed or encrypted; text stays below 0.8."""

_MEDIA = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\0\0\1\0", b"II*\0", b"MM\0*", b"8BPS"),
    *(
        b"OggS",
        b"ID3",
        b"\xff\xfb",
        b"\xff\xfa",
        b"\xff\xf3",
        b"\xff\xf2",
        b"\xff\xf1",
        b"\xff\xf9",
    ),
    *(b"fLaC", b"MThd", b"#!AMR", b"\x1aE\xdf\xa3", b"FLV", b"\0\0\1\xba", b"\0\0\1\xb3"),
    *(b"\0\1\0\0\0", b"OTTO", b"ttcf", b"true\0", b"wOFF", b"wOF2"),
    *(b"PKM ", b"\xabKTX", b"\x13\xab\xa1\x5c", b"DDS ", b"PVR\3", b"\x7fELF"),
)
"""Pictures, sound, video, fonts, textures, and native libraries."""
_PACKED = (
    *(b"PK\3\4", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"BZh"),
    *(b"(\xb5/\xfd", b'\4"M\x18', b"]\0\0", b"dex\n", b"cdex", b"vdex", b"MZ"),
    *(b"\xd0\xcf\x11\xe0", b"{\\rtf", b"UnityFS", b"UnityWeb", b"UnityRaw"),
)
"""Archives, compiled code, and documents whose letters do not stand there one after the other."""


def is_medium(head: bytes) -> bool:
    """Tell whether content that begins so is a picture, sound, video, font or native library."""
    return (
        head.startswith(_MEDIA)
        or (head[:2] == b"BM" and head[6:10] == bytes(4))
        or (head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI "))
        or head[4:8] == b"ftyp"
        or head[4:8] == b"TFL3"
    )


def is_opaque(data: bytes) -> bool:
    """Tell whether words in it could escape a search: it is packed, compiled or encrypted."""
    if data.startswith(_PACKED) or b"%PDF-" in data[:1024]:
        return True
    if len(data) <= SMALL or data.isascii() or _is_certificate(data):
        return False
    middle = len(data) // 2
    sample = data[max(0, middle - SAMPLE // 2) : middle + SAMPLE // 2]
    return len(zlib.compress(sample)) > DENSE * len(sample)


def hides(known: dict[str, bool], name: str, data: bytes) -> bool:
    """Tell whether words in an entry could escape a search, and remember it for the next search."""
    if name not in known:
        known[name] = is_opaque(data)
    return known[name]


def inflated(data: bytes, limit: int) -> bytes | None:
    """Inflate a whole gzip or zlib file; null when it is none, is broken, or passes the limit."""
    if data[:2] not in (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        return None
    engine = zlib.decompressobj(47)
    try:
        plain = engine.decompress(data, limit + 1)
    except zlib.error:
        return None
    return plain if engine.eof and not engine.unused_data and len(plain) <= limit else None


def _is_certificate(data: bytes) -> bool:
    """Tell whether the whole file is one DER sequence, as certificates and keys are."""
    return data[:2] == b"\x30\x82" and int.from_bytes(data[2:4], "big") + 4 == len(data)


def not_plain(names: list[str], zh: str, en: str) -> Words:
    """Say that files are packed, compiled or encrypted, so that something cannot be searched."""
    named, more = names[:MAX_NAMED], len(names) - MAX_NAMED
    return Words(
        zh=f"{'、'.join(named)}{f' 等 {len(names)} 个文件' if more > 0 else ''}"
        f"经压缩、编译或加密，其中的{zh}无法检索",
        en=f"{', '.join(named)}{f' and {more} more' if more > 0 else ''}: packed, compiled or"
        f" encrypted, so {en} inside cannot be searched",
    )


def together(reasons: list[Words]) -> Words:
    """Put reasons into one: the first few, and how many more there are."""
    named, more = reasons[:MAX_NAMED], len(reasons) - MAX_NAMED
    return Words(
        zh="；".join(one.zh for one in named) + (f"；另有 {more} 个文件" if more > 0 else ""),
        en="; ".join(one.en for one in named) + (f"; and {more} more files" if more > 0 else ""),
    )
