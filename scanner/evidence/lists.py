"""Lists of digests in the form of sha256sum: one line for each file, sorted, in one form only."""

from __future__ import annotations

import re
from collections.abc import Mapping

MANIFEST = "manifest-sha256.txt"
"""SHA-256 of every file of a case, but for itself and what seals it."""
SM3_MANIFEST = "manifest-sm3.txt"
"""SM3 (GB/T 32905) of the same files; the other manifest lists it."""
SEAL = "seal-sha256.txt"
"""SHA-256 of the two manifests and of whatever signs and stamps them."""

LIMIT = 64 * 1024**2
"""Length of a list at most, in bytes: some 500,000 files, far above any case."""

_LINE = re.compile(rb"(\\?)([0-9a-f]{64}) [ *](.+)")
# How GNU sha256sum writes the bytes that would break its lines.
_ESCAPES = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r"}
_PLAIN = {escape: byte for byte, escape in _ESCAPES.items()}


def written(digests: Mapping[bytes, str]) -> bytes:
    """Give the list of digests of files by name, as `sha256sum --check` reads it."""
    return b"".join(_line(name, digest) for name, digest in sorted(digests.items()))


def listed(data: bytes) -> tuple[dict[bytes, str], int | None]:
    """Give the digests that a list holds, and the first line that is not as we write it.

    A line out of order, given twice or in another form is such a line, even where other programs
    would read it: two lists that say the same are the same bytes. None where there is none.
    """
    found: dict[bytes, str] = {}
    wrong: int | None = None
    before = b""
    lines = data.split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        match = _LINE.fullmatch(line)
        if match is None:
            wrong = wrong or number
            continue
        mark, digest, name = match.groups()
        if mark:
            name = re.sub(rb"\\[\\nr]", lambda escape: _PLAIN[escape[0]], name)
        if name <= before or _line(name, digest.decode()) != line + b"\n":
            wrong = wrong or number
        before = max(before, name)
        found.setdefault(name, digest.decode())
    if lines[-1] or not data:
        wrong = wrong or len(lines)
    return found, wrong


def _line(name: bytes, digest: str) -> bytes:
    escaped = re.sub(rb"[\\\n\r]", lambda match: _ESCAPES[match[0]], name)
    mark = b"\\" if escaped != name else b""
    return mark + digest.encode() + b"  " + escaped + b"\n"
