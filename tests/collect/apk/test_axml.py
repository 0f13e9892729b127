from __future__ import annotations

import struct

import pytest

from scanner.child import Unreadable
from scanner.collect.apk.axml import straighten
from tests.collect.apk.forge import Node, axml, manifest, permission

HONEST = axml(manifest(permission("CAMERA")))


def test_an_honest_document_stays_as_it_is() -> None:
    straight = straighten(HONEST)
    assert straight.odd == ()
    assert straight.data == HONEST
    assert straight.elements == 4


@pytest.mark.parametrize(
    ("tricky", "word"),
    [
        (axml(manifest(permission("CAMERA")), magic=0), "first chunk type"),
        (axml(manifest(permission("CAMERA")), header=24), "node headers of 24 bytes"),
        (HONEST + b"tail", "after the document"),
    ],
)
def test_tricks_are_undone_and_said(tricky: bytes, word: str) -> None:
    straight = straighten(tricky)
    assert straight.data == HONEST
    assert any(word in one for one in straight.odd)


def test_an_unknown_chunk_is_skipped_and_said() -> None:
    extra = struct.pack("<2HI", 0x0999, 8, 12) + b"junk"
    size = struct.pack("<I", len(HONEST) + len(extra))
    straight = straighten(HONEST[:4] + size + extra + HONEST[8:])
    assert straight.data == HONEST
    assert straight.odd == ("chunk of type 0x0999",)


def test_what_follows_the_root_is_not_looked_at() -> None:
    broken = struct.pack("<2HI", 0x0101, 16, 0)
    size = struct.pack("<I", len(HONEST) + len(broken))
    assert straighten(HONEST[:4] + size + HONEST[8:] + broken).elements == 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<?xml version='1.0'?><manifest/>",
        HONEST[:-9],
        HONEST[:4] + struct.pack("<I", 0xFFFFFFF0) + HONEST[8:],
        struct.pack("<2HI", 3, 8, 8),
    ],
)
def test_what_android_gives_up_on_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        straighten(data)


def test_a_string_pool_with_false_counts_is_unreadable() -> None:
    data = bytearray(HONEST)
    data[16:20] = struct.pack("<I", 0x7FFFFFFF)
    with pytest.raises(Unreadable):
        straighten(bytes(data))


def test_depth_is_no_problem() -> None:
    node = Node("leaf")
    for _ in range(300):
        node = Node("branch", {}, [node])
    assert straighten(axml(node)).elements == 301
