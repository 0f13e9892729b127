from __future__ import annotations

import pytest

from scanner.collect.policy.texts import styles


@pytest.mark.parametrize(
    ("style", "above", "hidden"),
    [
        ("Display : None", "", "none"),
        ("opacity:0;", "", "none"),
        ("opacity:0.0", "", "none"),
        ("opacity:0.05", "", ""),
        ("visibility:collapse", "", "visibility"),
        ("visibility:visible", "visibility", ""),
        ("visibility:visible", "none", "none"),
        ("font-size:0px", "", "size"),
        ("font-size:0.8em", "size", ""),
        ("color:red", "size", "size"),
    ],
)
def test_what_hides_and_what_shows_again(style: str, above: styles.Hidden, hidden: str) -> None:
    assert styles.hidden_by(styles.plain(style), above) == hidden


def test_weight_and_blocks() -> None:
    assert styles.strong_by("font-weight:600", above=False)
    assert not styles.strong_by("font-weight:400", above=True)
    assert styles.strong_by("color:red", above=True)
    assert styles.strong_by("text-decoration:underline", above=False)
    assert styles.is_block("display:flex") and not styles.is_block("display:inline-flex")
    assert styles.keeps_lines("white-space:pre-wrap") and not styles.keeps_lines(
        "white-space:nowrap"
    )


def test_sides_are_those_that_are_stated() -> None:
    assert styles.sides_by_name({"width": "320", "height": "50%"}) == {"width": 320}
    narrow = {"style": "max-width:100%; width: 40.5px", "width": "9"}
    assert styles.sides_by_name(narrow) == {"width": 40}
    assert styles.sides_by_name({}) == {}


def test_letters_of_a_sheet_without_its_escapes() -> None:
    assert styles.letters_in_sheet("a{content:'我们收集'}b{content: \"\\e901\\e902\"}") == 4
