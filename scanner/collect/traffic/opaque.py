"""Bodies with a part that cannot be read: encrypted, or of a form that we do not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scanner.personal import decoders
from scanner.personal.keys import words_of
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
_LETTERS = 86
"""Letters of base64 that hold so many bytes."""
_VOUCHED = frozenset(
    (
        *("sign", "signature", "signatures", "sig", "signed", "sgn", "hmac", "digest", "hash"),
        *("token", "tokens", "jwt", "ticket", "session", "sessionid", "cookie", "nonce", "salt"),
        *("cert", "certificate", "certs", "pem", "key", "keys", "pubkey", "challenge", "proof"),
        *("authorization", "auth", "credential", "integrity", "csrf", "xsrf", "state", "etag"),
    )
)
"""Words of names under which random bytes are no hidden content: signatures, keys, passes."""


def is_opaque(inside: Sequence[Piece]) -> bool:
    """Say whether a body, taken out of its wrappings, holds a long part that looks random.

    Base64 and hex around a part are undone before it is measured. Signatures, keys and passes
    that stand under such a name are left out, and so is what was opened further.
    """
    long = [piece for piece in inside if len(piece.data) >= SHORTEST and not piece.taken]
    return any(
        _is_random(piece.data)
        and _VOUCHED.isdisjoint(words_of(piece.path))
        and not any(_is_further(other, piece) for other in inside)
        for piece in long
    )


def _is_further(inner: Piece, outer: Piece) -> bool:
    return len(inner.wrapped) > len(outer.wrapped) and inner.path.startswith(outer.path)


def _is_random(data: bytes | str) -> bool:
    if isinstance(data, str):
        opened = decoders.from_letters(data.strip()) if len(data) >= _LETTERS else None
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
