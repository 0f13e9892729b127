"""Records chained by digest, so that none can be altered, taken out or put in unnoticed.

A line is a digest, a space, and a record as JSON. The digest is the SHA-256 (hex) of the digest of
the line before it, followed by the JSON of its own line; before the first line stand 64 zeros.
"""

from __future__ import annotations

import hashlib

FIRST = b"0" * 64
"""What stands for the digest of a line before the first."""
RECORD_AT = len(FIRST) + 1
"""Where the record of a line begins."""


def chained(before: bytes, record: bytes | memoryview) -> bytes:
    """Give the digest of a line, from that of the line before it and its own record."""
    digest = hashlib.sha256(before)
    digest.update(record)
    return digest.hexdigest().encode()
