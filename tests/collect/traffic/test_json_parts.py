from __future__ import annotations

import contextlib
import io
import json
import tracemalloc
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.traffic.json_parts import Cut, Text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def elements(data: bytes, limit: int = 1 << 20, window: int = 1 << 20) -> list[bytes | None]:
    return take_all(Text(io.BytesIO(data), window), limit)


def take_all(text: Text, limit: int) -> list[bytes | None]:
    return [text.value(limit) for _ in text.elements()]


@given(st.lists(JSON), st.integers(1, 40), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_every_element_comes_out_whole_whatever_the_window(
    made: list[Any], window: int, ascii_only: bool, indent: int | str | None
) -> None:
    data = json.dumps(made, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "replace")
    whole = [json.loads(one or b"") for one in elements(data, window=window)]
    assert whole == json.loads(data)


@given(st.dictionaries(st.text(), JSON), st.integers(1, 40))
def test_every_name_comes_with_its_value(made: dict[str, Any], window: int) -> None:
    data = json.dumps(made, ensure_ascii=False).encode("utf-8", "replace")
    text = Text(io.BytesIO(data), window)
    read = {}
    for name in text.keys():  # noqa: SIM118
        value = json.loads(text.value(1 << 20) or b"")
        read[json.loads(f'"{name}"')] = value
    assert read == json.loads(data)


@given(st.lists(JSON, min_size=1), st.integers(1, 40), st.integers(1, 12))
def test_what_is_too_large_is_passed_over_and_the_rest_stays(
    made: list[Any], window: int, limit: int
) -> None:
    data = json.dumps(made).encode()
    found = elements(data, limit, window)
    assert len(found) == len(made)
    for one, value in zip(found, made, strict=True):
        size = len(json.dumps(value).encode())
        if isinstance(value, str | list | dict):
            assert (one is None) == (size > limit)


@given(st.binary(max_size=200), st.integers(1, 9))
def test_no_bytes_whatever_end_in_anything_but_a_cut(data: bytes, window: int) -> None:
    for begun in (data, b"[" + data, b'[{"a":' + data):
        with contextlib.suppress(Cut):
            elements(begun, limit=50, window=window)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_marks_of_byte_order_are_understood(codec: str) -> None:
    assert elements('["鸢尾", {}]'.encode(codec), window=3) == ['"鸢尾"'.encode(), b"{}"]


@pytest.mark.parametrize(
    ("data", "at", "ended", "before"),
    [
        (b'[1,{"a":2', 3, True, 1),
        (b"[1,2", 4, True, 2),
        (b"[1 2]", 3, False, 1),
        (b'[1,"ab', 3, True, 1),
        (b"[1,]", 3, False, 1),
        (b'{"a":1}', 0, False, 0),
        (b"", 0, True, 0),
    ],
)
def test_a_cut_says_where_and_why(data: bytes, at: int, ended: bool, before: int) -> None:
    text, taken = Text(io.BytesIO(data)), list[bytes | None]()
    with pytest.raises(Cut) as cut:
        taken.extend(text.value(100) for _ in text.elements())
    assert (cut.value.at, cut.value.ended, len(taken)) == (at, ended, before)


class Endless:
    """A file that begins somehow and then says one thing over and over."""

    def __init__(self, start: bytes, piece: bytes, size: int) -> None:
        self.start, self.piece, self.size, self.at = start, piece * (1 << 16), size, 0

    def read(self, size: int = -1) -> bytes:
        made = bytearray()
        if self.at == 0:
            made += self.start
        while len(made) < min(size, self.size - self.at):
            shift = (self.at + len(made) - len(self.start)) % len(self.piece)
            made += self.piece[shift:]
        found = bytes(made[: min(size, self.size - self.at)])
        self.at += len(found)
        return found


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b'["', b"a"),
        (b"[", b"["),
        (b"[", b'{"a":'),
        (b'["', b'\\"'),
        (b"[", b'"'),
        (b"[", b"1"),
        (b"[[", b"[],"),
        (b"[[", b"[[]],"),
    ],
)
def test_memory_stays_bounded_for_endless_values(start: bytes, piece: bytes) -> None:
    tracemalloc.start()
    try:
        text = Text(cast(BinaryIO, Endless(start, piece, 3 << 20)))
        with pytest.raises(Cut):
            take_all(text, 1 << 19)
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()
