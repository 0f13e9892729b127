from __future__ import annotations

import gzip
import hashlib
import zlib

import pytest

from scanner.collect.apk.contents import inflated, is_medium, is_opaque

DENSE = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(99))


@pytest.mark.parametrize(
    "head",
    [
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\0\0\0\0WEBP",
        b"\0\0\0\x18ftypmp42",
        b"BM\x10\0\0\0\0\0\0\0",
        b"\x7fELF",
    ],
)
def test_media_are_known_by_their_head(head: bytes) -> None:
    assert is_medium(head)


@pytest.mark.parametrize("head", [b"", b"BMW owners", b"RIFF\0\0\0\0text", b"<svg>"])
def test_other_bytes_are_no_medium(head: bytes) -> None:
    assert not is_medium(head)


@pytest.mark.parametrize("data", [b"PK\3\4", b"x%PDF-1.4", b"{\\rtf1", DENSE, bytes(99) + DENSE])
def test_packed_and_dense_bytes_are_opaque(data: bytes) -> None:
    assert is_opaque(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        DENSE[:512],
        "个人信息的收集和使用".encode() * 99,
        DENSE.hex().encode(),
        b"\x30\x82" + len(DENSE).to_bytes(2, "big") + DENSE,
        b"SQLite format 3\0" + bytes(9999),
    ],
)
def test_words_would_show_in_the_rest(data: bytes) -> None:
    assert not is_opaque(data)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_packed_file_is_inflated_within_its_limit(pack: type) -> None:
    assert inflated(pack(b"x" * 99), 99) == b"x" * 99
    assert inflated(pack(b"x" * 99), 98) is None
    assert inflated(pack(b"x" * 99)[:-1], 99) is None
    assert inflated(b"x" * 99, 99) is None
