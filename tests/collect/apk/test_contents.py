from __future__ import annotations

import gzip
import hashlib
import zlib

import pytest

from scanner.collect.apk.contents import (
    hides,
    inflated,
    is_medium,
    is_opaque,
    not_plain,
    together,
)
from scanner.model import Words

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


def test_reasons_name_three_files_and_count_the_rest() -> None:
    few = not_plain(["a", "b"], "文字", "words")
    assert few == Words(
        "a、b经压缩、编译或加密，其中的文字无法检索",
        "a, b: packed, compiled or encrypted, so words inside cannot be searched",
    )
    many = not_plain(["a", "b", "c", "d"], "地址", "addresses")
    assert many.zh.startswith("a、b、c 等 4 个文件")
    assert "c and 1 more:" in many.en
    reasons = [Words(letter, letter) for letter in "abcde"]
    assert together(reasons) == Words("a；b；c；另有 2 个文件", "a; b; c; and 2 more files")
    assert together(reasons[:1]) == reasons[0]


def test_what_was_found_out_of_an_entry_is_remembered() -> None:
    known: dict[str, bool] = {}
    assert hides(known, "a", DENSE) is True
    assert hides(known, "a", b"plain words " * 99) is True
    assert known == {"a": True}
