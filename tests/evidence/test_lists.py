"""Lists of digests: one form, which sha256sum reads, and no other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.evidence.lists import listed, written

NAMES = st.binary(min_size=1, max_size=12).filter(lambda name: b"\0" not in name)
LISTS = st.dictionaries(NAMES, st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=5)


@given(LISTS.filter(bool))
def test_what_is_written_is_read_back(digests: dict[bytes, str]) -> None:
    assert listed(written(digests)) == (digests, None)


@given(LISTS.filter(bool), st.data())
def test_any_one_byte_altered_is_another_list_or_none(
    digests: dict[bytes, str], data: st.DataObject
) -> None:
    before = written(digests)
    at = data.draw(st.integers(0, len(before) - 1))
    flip = data.draw(st.integers(1, 255))
    after = before[:at] + bytes([before[at] ^ flip]) + before[at + 1 :]
    found, wrong = listed(after)
    assert wrong is not None or (found != digests and written(found) == after)


def test_other_forms_are_told_by_their_line() -> None:
    one, two = ("a" * 64, "b" * 64)
    good = f"{one}  x\n{two}  y\n"
    assert listed(good.encode()) == ({b"x": one, b"y": two}, None)
    for text, line in (
        ("", 1),
        ("no digest\n", 1),
        (good[:-1], 2),
        (f"{one}  x\n{one}  x\n", 2),
        (f"{two}  y\n{one}  x\n", 2),
        (f"{one} *x\n", 1),
        (f"{one.upper()}  x\n", 1),
        (f"{one}  x\r\n", 1),
        (f"\\{one}  x\n", 1),
        (f"{one}  x\n\n", 2),
    ):
        assert listed(text.encode())[1] == line, text
