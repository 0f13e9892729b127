"""Binary structures, against an encoder that is not ours and messages written by hand."""

from __future__ import annotations

import gzip
import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.personal import binary
from tests.personal.test_layers import field, varint
from tests.personal.test_structures import DOCUMENTS, QUICK, leaves

msgpack = pytest.importorskip("msgpack", reason="the other encoder comes with mitmproxy")


@given(DOCUMENTS)
@QUICK
def test_msgpack_gives_every_text(document: dict[str, object]) -> None:
    def packable(value: object) -> object:
        if isinstance(value, dict):
            return {key: packable(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [packable(inner) for inner in value]
        return value if isinstance(value, str) else str(value)

    whole = {"k": packable(document)}
    parted = binary.from_msgpack(msgpack.packb(whole))
    assert parted
    assert set(leaves(whole)) <= {value for _, value in parted.parts}


def test_protobuf_without_a_schema() -> None:
    inner = field(1, b"13912345678") + b"\x10\x05"
    parted = binary.from_protobuf(b"\x08\x96\x01" + field(4, inner) + field(5, "张三".encode()))
    assert parted
    assert dict(parted.parts) == {"4.1": "13912345678", "5": "张三"}


def test_numbers_and_positions_in_protobuf() -> None:
    place = b"\x11" + struct.pack("<d", 39.9087) + b"\x19" + struct.pack("<d", 116.3974)
    parted = binary.from_protobuf(b"\x08" + varint(13912345678) + place + field(9, b"text"))
    assert parted
    found = dict(parted.parts)
    assert found["1"] == "13912345678"
    assert found["{2,3}"] == "39.9087000,116.3974000"


def test_a_frame_of_grpc() -> None:
    assert binary.from_grpc(b"\0\0\0\0\x03abc") == [b"abc"]
    assert binary.from_grpc(b"\1\0\0\0\x03abc" + b"\0\0\0\0\x02de") == [b"abc", b"de"]
    assert binary.from_grpc(b"\0\0\0\0\x01a" + b"\0\0\0\0\0") == [b"a"]
    for other in (b"\0\0\0\0\x04abc", b"\2\0\0\0\x03abc", bytes(5), bytes(500), b"\0", b""):
        assert binary.from_grpc(other) is None
    assert binary.from_grpc(b"\0\0\0\0\x03abc\0\0") is None


@pytest.mark.parametrize("header", [b"\1", b"\0\0\1\x40", bytes(range(16)), b"LOG2" * 8])
def test_a_header_before_what_is_compressed(header: bytes) -> None:
    said = b"imei=867530042193853&n=" * 9
    for pack in (gzip.compress, zlib.compress):
        opened = binary.headed(header + pack(said), 1 << 20)
        assert opened is not None
        assert opened.data == said
        assert binary.headed(header + pack(said)[:-6], 1 << 20) is None
    assert binary.headed(b"x" * 40 + gzip.compress(said), 1 << 20) is None


def test_chance_is_no_header() -> None:
    chance = random.Random(4)
    assert not any(binary.headed(chance.randbytes(300), 1 << 20) for _ in range(20_000))


def test_deep_messages_are_bounded() -> None:
    data = b"13912345678"
    for _ in range(3000):
        data = field(1, data)
    parted = binary.from_protobuf(data)
    assert parted is None or len(list(parted.parts)) < 200


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(data: bytes) -> None:
    for read in binary.READERS:
        parted = read(data)
        if parted:
            assert all(isinstance(value, str | bytes) for _, value in parted.parts)
