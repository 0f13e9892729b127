"""Texts out of resource tables, held against androguard's, and out of damaged ones."""

from __future__ import annotations

import struct
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.apk.android import Table
from scanner.collect.apk.strings import StringTable
from tests.collect.apk.forge import Ref, table
from tests.samples import COMPLIANT, VIOLATING

MADE = table({0x7F010000: "同意", 0x7F010001: "Agree", 0x7F010002: Ref(0x7F010000), 0x7F010003: 7})


def test_texts_and_references_to_texts() -> None:
    strings = StringTable(MADE)
    assert strings.whole
    assert strings.texts(0x7F010000) == ("同意",)
    assert strings.texts(0x7F010002) == ("同意",)
    assert strings.texts(0x7F010001) == ("Agree",)


@pytest.mark.parametrize("identity", [0, 0x7F010003, 0x7F010004, 0x7F020000, 0x01010000])
def test_what_is_no_text_gives_none(identity: int) -> None:
    assert StringTable(MADE).texts(identity) == ()


@pytest.mark.parametrize("apk", [VIOLATING, COMPLIANT])
def test_androguard_finds_the_same_texts(apk: Path) -> None:
    with ZipFile(apk) as package:
        data = package.read("resources.arsc")
    ids = [0x7F000000 | kind << 16 | entry for kind in range(1, 12) for entry in range(40)]
    told = {key: one.text for key, one in Table(data).resolve(ids).items() if one.kind == "text"}
    strings = StringTable(data)
    assert told
    assert strings.whole
    # file names are texts as well; colours and numbers are none
    assert {key: (text,) for key, text in told.items()} == {
        key: strings.texts(key) for key in ids if strings.texts(key)
    }


def test_chinese_comes_first() -> None:
    data = table({0x7F010000: {0: "Agree", 21: "同意"}})
    place = data.rindex(struct.pack("<I", 52) + bytes(20) + struct.pack("<I", 21))
    local = data[: place + 8] + b"zh" + data[place + 10 :]
    assert StringTable(local).texts(0x7F010000) == ("同意", "Agree")
    other = data[: place + 8] + b"ja" + data[place + 10 :]
    assert StringTable(other).texts(0x7F010000) == ("Agree",)


@given(st.integers(0, len(MADE) - 1), st.integers(0, 255))
@settings(max_examples=200)
def test_damage_gives_fewer_texts_and_no_fault(place: int, value: int) -> None:
    broken = MADE[:place] + bytes([value]) + MADE[place + 1 :]
    assert isinstance(StringTable(broken).texts(0x7F010000), tuple)
    assert isinstance(StringTable(MADE[:place]).texts(0x7F010002), tuple)


def test_no_table_holds_nothing_and_is_not_whole() -> None:
    assert not StringTable(b"").whole
    assert StringTable(b"").texts(0x7F010000) == ()
