from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from scanner.texts import decoded, fit, pad, perhaps, pretty_json, wrap


def test_text_files_of_chinese_tools_are_decoded() -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert decoded("隐私政策".encode(encoding)) == "隐私政策"


def columns(line: str) -> int:
    """Count the columns anew: wide and full-width characters take two, combining ones none."""
    return sum(
        0
        if unicodedata.combining(mark)
        else 2
        if unicodedata.east_asian_width(mark) in ("W", "F")
        else 1
        for mark in line
    )


WIDE = st.text(alphabet=st.sampled_from("ab 明鉴，。e\u0301W"), max_size=80)


@given(WIDE, st.integers(2, 40))
def test_shortening_and_filling_give_the_width_asked_for(text: str, room: int) -> None:
    assert columns(fit(text, room)) <= room
    assert columns(pad(text, room)) == room
    if columns(text) <= room:
        assert fit(text, room) == text


@given(WIDE, st.integers(8, 40))
def test_breaking_lines_loses_nothing(text: str, room: int) -> None:
    lines = list(wrap(text, room))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    words = max((columns(word) for word in text.split()), default=0)
    assert all(columns(line) <= max(room, words) for line in lines)


def test_a_hint_names_the_nearest_words_or_says_something_else() -> None:
    assert perhaps("sdk-not-disclosd", ["sdk-not-disclosed", "other"], "list them") == (
        "perhaps sdk-not-disclosed"
    )
    assert perhaps("zzz", ["sdk-not-disclosed"], "list them") == "list them"


def test_json_for_people_is_json() -> None:
    said = pretty_json({"甲": [1, None]})
    assert json.loads(said) == {"甲": [1, None]}
    assert said.endswith("}\n")
