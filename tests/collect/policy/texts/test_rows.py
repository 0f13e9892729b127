from __future__ import annotations

from typing import Any

from scanner.collect.policy.texts.rows import rows_of


def character(text: str, x: float, top: float = 0.0, **more: object) -> dict[str, Any]:
    made = {"text": text, "x0": x, "x1": x + 10, "top": top, "bottom": top + 10, "size": 10.0}
    return {**made, "bold": False, "href": None, **more}


def word(text: str, x: float, top: float = 0.0, **more: object) -> list[dict[str, Any]]:
    return [character(one, x + 10 * place, top, **more) for place, one in enumerate(text)]


def test_characters_become_rows_in_the_order_of_reading() -> None:
    scattered = [*word("下行", 0, 20), *word("上", 40, 1), *word("在", 0), *word("行", 15)]
    assert [row.text for row in rows_of(scattered)] == ["在行 上", "下行"]


def test_gaps_are_spaces_by_what_stands_beside_them() -> None:
    def beside(left: str, right: str, gap: float) -> str:
        return rows_of([character(left, 0), character(right, 10 + gap)])[0].text

    assert beside("a", "b", 3) == "a b" and beside("a", "b", 1) == "ab"
    assert beside("我", "b", 3) == "我b" and beside("我", "b", 6) == "我 b"
    assert beside("我", "们", 6) == "我们" and beside("我", "们", 13) == "我 们"


def test_what_is_printed_twice_is_bold_and_read_once() -> None:
    row = rows_of([*word("重要", 0), *word("重要", 0.4)])[0]
    assert (row.text, row.bold) == ("重要", True)


def test_the_first_word_is_what_cannot_be_parted() -> None:
    assert rows_of(word("abc我", 0))[0].first_word == 30
    assert rows_of(word("我们", 0))[0].first_word == 10
    assert rows_of(word("（ab我", 0))[0].first_word == 30
