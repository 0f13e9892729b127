"""One wrapping at a time, against the libraries that make them."""

from __future__ import annotations

import base64
import gzip
import os
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.personal import decoders

LIMIT = 1 << 20


@given(st.binary(min_size=1, max_size=2000))
@settings(deadline=None)
def test_compressions_that_show_themselves(data: bytes) -> None:
    for name, packed in (
        ("gzip", gzip.compress(data)),
        ("zlib", zlib.compress(data)),
        ("zstd", zstandard.compress(data)),
    ):
        assert decoders.decompressed(packed, LIMIT) == (name, data, "")


@given(st.binary(min_size=30, max_size=2000))
@settings(deadline=None)
def test_compressions_without_a_mark(data: bytes) -> None:
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(data) + packer.flush()
    assert ("deflate", data, "") in list(decoders.guessed_compressions(packed, LIMIT))
    assert ("br", data, "") in list(decoders.guessed_compressions(brotli.compress(data), LIMIT))


def test_several_members_and_frames() -> None:
    assert decoders.decompressed(gzip.compress(b"one ") + gzip.compress(b"two"), LIMIT) == (
        "gzip",
        b"one two",
        "",
    )
    assert decoders.decompressed(
        zstandard.compress(b"one ") + zstandard.compress(b"two"), LIMIT
    ) == ("zstd", b"one two", "")


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(b"0" * (LIMIT * 3)), zstandard.compress(b"0" * (LIMIT * 3))],
    ids=["gzip", "zstd"],
)
def test_never_more_than_the_limit(packed: bytes) -> None:
    opened = decoders.decompressed(packed, LIMIT)
    assert opened
    assert len(opened.data) == LIMIT
    assert opened.cut == "too large"


def test_damage_keeps_what_came_before() -> None:
    data = os.urandom(5000)
    packed = bytearray(gzip.compress(data))
    packed[2500] ^= 0xFF
    for broken in (bytes(packed), bytes(packed[:3000])):
        opened = decoders.decompressed(broken, LIMIT)
        assert opened
        assert opened.cut == "broken"
        assert data.startswith(opened.data[:1000])
        assert len(opened.data) > 1000


@given(st.binary(min_size=9, max_size=200))
def test_letters_for_bytes(data: bytes) -> None:
    for text in (
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
        base64.encodebytes(data).decode().strip(),
        data.hex(),
        data.hex().upper(),
        data.hex(" "),
    ):
        opened = decoders.from_letters(text)
        assert opened
        if not set(text) <= set("0123456789abcdefABCDEF"):
            assert opened.data == data


def test_a_form_may_have_made_plus_a_space() -> None:
    data = bytes(range(200, 256)) * 2
    text = base64.b64encode(data).decode()
    assert "+" in text
    opened = decoders.from_letters(text.replace("+", " "))
    assert opened
    assert opened.data == data


def test_escapes() -> None:
    assert decoders.from_escapes(r"\u5f20\u4e09 \"x\" \ud83d\ude00") == '张三 "x" 😀'
    assert decoders.from_escapes("none") is None
    assert decoders.from_percent("%E5%BC%A0") == "张"
    assert decoders.from_percent("%D5%C5%C8%FD") == "张三"
    assert decoders.from_percent("100%") is None
    assert decoders.from_entities("&#x5F20;&amp;") == "张&"
    assert decoders.from_entities("a & b") is None


@given(st.binary(max_size=300))
def test_random_bytes_are_no_chinese(data: bytes) -> None:
    text = decoders.damaged_text(b"\xff\xfe\x80" + data)
    assert text is None or len(data) < 40 or data.isascii()


def test_readable_runs() -> None:
    data = b"\0\1hello world\xff\0" + "手机号码".encode() + b"\0ab\0"
    assert decoders.readable_runs(data, 1000) == "hello world"
    data += "手机号码和姓名".encode()
    assert decoders.readable_runs(data, 1000) == "hello world\n手机号码和姓名"


def test_bytes_that_are_not_tried_as_deflated_are_never_so() -> None:
    """What begins with a block of the kind that does not exist fails at its first byte."""
    for first in range(256):
        if first & 0b110 == 0b110:
            with pytest.raises(zlib.error):
                zlib.decompressobj(-15).decompress(bytes([first]) + bytes(40))
