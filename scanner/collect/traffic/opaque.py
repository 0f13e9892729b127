"""Bodies in which nothing can be read: encrypted, or of a form that we do not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scanner.personal import decoders
from scanner.personal.layers import Piece

SHORTEST = 64
"""Bytes of a body from which chance and meaning can be told apart."""
MOST_MEASURED = 1 << 16
"""Bytes of a body whose distribution is measured at most."""
FEWEST_CHOICES = 90
"""Of how many equally frequent bytes a body seems made that is encrypted or compressed; chance
gives 256 and, in 64 bytes only, hardly ever under 100; text and most formats stay under 60."""
_ARCHIVES = (
    *(b"PK\3\4", b"PK\5\6", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\7", b"\xfd7zXZ\0", b"BZh"),
    *(b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x04\x22M\x18", b"dex\n", b"\x7fELF", b"SQLite format 3"),
)
_MORE_MEDIA = (
    *(b"BM", b"II*\0", b"MM\0*", b"\xff\xf1", b"\xff\xf9", b"\xff\xfb", b"#!AMR", b"fLaC"),
    *(b"FLV\1", b"\0\0\1\xba", b"\0\0\1\xb3", b"#!SILK", b"\x02#!SILK"),
)
_KNOWN = (*decoders.MEDIA, *_ARCHIVES, *_MORE_MEDIA)
"""How pictures, sounds, films, archives and programs begin: their form is known."""


def is_opaque(inside: Sequence[Piece]) -> bool:
    """Say whether a body, taken out of its wrappings, holds nothing readable and looks random.

    Base64 and hex around the whole are undone before it is measured. A body with any structure or
    text around what is encrypted is not opaque as a whole.
    """
    left = [piece for piece in inside if not piece.taken]
    if len(left) != 1 or (isinstance(left[0].data, str) and left[0].path):
        return False
    data = left[0].data
    if isinstance(data, str):
        opened = decoders.from_letters(data.strip())
        if opened is None:
            return False
        data = opened.data
    if len(data) < SHORTEST or data.startswith(_KNOWN):
        return False
    if data[4:8] == b"ftyp" or data[257:262] == b"ustar":
        return False
    counts = Counter(data[:MOST_MEASURED]).values()
    total = sum(counts)
    return sum(n * (n - 1) for n in counts) * FEWEST_CHOICES <= total * (total - 1)
