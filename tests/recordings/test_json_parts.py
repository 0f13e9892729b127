from __future__ import annotations

import codecs
import contextlib
import io
import json
import tracemalloc
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.recordings.json_parts import Cut, Text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def elements(data: bytes, limit: int = 1 << 20, window: int = 1 << 20) -> list[bytes | None]:
    return take_all(Text(io.BytesIO(data), window), limit)


def take_all(text: Text, limit: int) -> list[bytes | None]:
    return [None if one is None else bytes(one) for _, one in text.values(limit)]


@given(st.lists(JSON), st.integers(1, 40), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_every_element_comes_out_whole_whatever_the_window(
    made: list[Any], window: int, ascii_only: bool, indent: int | str | None
) -> None:
    data = json.dumps(made, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "replace")
    whole = [json.loads(one or b"") for one in elements(data, window=window)]
    assert whole == json.loads(data)


ENTRIES = st.lists(
    st.fixed_dictionaries({"url": st.text(max_size=9)}, optional={"x": JSON})
    | st.dictionaries(st.text(max_size=2), st.integers(), max_size=2)
    | st.none()
    | st.lists(st.fixed_dictionaries({"url": st.integers()}), max_size=3),
    max_size=12,
)
SLIPS = ("NaN", '"a\nb"', '"\\q"', "01", "tru", "{1:2}", '{"url":[}}')
CODECS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
"""Codecs, with a mark where they do not write one by themselves."""
INSIDE = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}
"""How a piece of such a text is read."""


@given(ENTRIES, st.integers(1, 400), st.sampled_from(sorted(CODECS)), st.sampled_from([None, 2]))
def test_the_byte_at_which_an_element_begins_is_where_it_can_be_cut_out(
    made: list[Any], window: int, codec: str, indent: int | None
) -> None:
    text = json.dumps({"a": made}, ensure_ascii=False, indent=indent)
    data = CODECS[codec] + text.encode(codec, "replace")
    parts = Text(io.BytesIO(data), window)
    for _ in parts.keys():  # noqa: SIM118
        for at, one in parts.values(1 << 20):
            assert one is not None
            whole = bytes(one).decode()
            assert data[at:].decode(INSIDE.get(codec, codec), "replace").startswith(whole)


@given(ENTRIES, st.lists(st.tuples(st.integers(0, 12), st.sampled_from(SLIPS)), max_size=3))
def test_elements_come_out_the_same_many_at_one_go_or_one_by_one(
    made: list[Any], slips: list[tuple[int, str]]
) -> None:
    parts = [json.dumps(one) for one in made]
    for at, slip in slips:
        parts.insert(at, f'{{"url": {slip}}}')
    data = f"[{', '.join(parts)}]".encode()
    assert elements(data) == [part.encode() for part in parts]


def test_elements_are_taken_by_the_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = 0
    one_alone = Text.value

    def counted(self: Text, limit: int) -> bytes | None:
        nonlocal alone
        alone += 1
        return one_alone(self, limit)

    monkeypatch.setattr(Text, "value", counted)
    data = json.dumps([{"url": f"https://a.test/{n}", "x": [{"url": n}]} for n in range(9_999)])
    assert len(elements(data.encode())) == 9_999
    assert alone < 10
    slip = data.replace('"https://a.test/5000"', "NaN").encode()
    assert len(elements(slip)) == 9_999
    assert alone < 40


def test_bytes_that_are_no_text_stay_where_they_are() -> None:
    data = [b'{"a":"\xff\x80"}', b'"\xe9"', b"{}"]
    assert elements(b"[" + b",".join(data) + b"]") == data


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


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("window", [1, 2, 3])
def test_utf_8_and_utf_16_are_told_apart(codec: str, window: int) -> None:
    data = '["鸢尾😀", {}]'.encode(codec)
    assert elements(data, window=window) == ['"鸢尾😀"'.encode(), b"{}"]
    with pytest.raises(Cut) as cut:
        elements('["鸢尾", {} {}]'.encode(codec), window=window)
    assert cut.value.at == len('["鸢尾", {} '.encode(codec))


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
        taken.extend(None if one is None else bytes(one) for _, one in text.values(100))
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
