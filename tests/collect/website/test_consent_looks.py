"""Comparing two controls, against contrasts that others computed."""

from __future__ import annotations

import msgspec
import pytest

from scanner.collect.website.consent_looks import Look, as_prominent, contrast

PLAIN = Look(
    width=100,
    height=40,
    font=16,
    colour="rgb(0, 0, 0)",
    opacity=1,
    grounds=["rgb(255, 255, 255)"],
    picture=False,
    button=True,
    shown=True,
)
KNOWN = {
    ("rgb(0, 0, 0)", "rgb(255, 255, 255)"): 21.0,
    ("rgb(119, 119, 119)", "rgb(255, 255, 255)"): 4.48,
    ("rgb(118, 118, 118)", "rgb(255, 255, 255)"): 4.54,
    ("rgb(255, 0, 0)", "rgb(255, 255, 255)"): 4.0,
    ("rgb(0, 0, 255)", "rgb(255, 255, 255)"): 8.59,
}
"""The pairs that every handbook of WCAG gives."""


@pytest.mark.parametrize("pair", KNOWN)
def test_contrast_is_that_of_the_handbooks(pair: tuple[str, str]) -> None:
    colour, ground = pair
    look = msgspec.structs.replace(PLAIN, colour=colour, grounds=[ground])
    assert contrast(look) == pytest.approx(KNOWN[pair], abs=0.01)
    other = msgspec.structs.replace(PLAIN, colour=ground, grounds=[colour])
    assert contrast(other) == pytest.approx(KNOWN[pair], abs=0.01)


def test_what_shines_through_counts() -> None:
    grounds = ["rgba(0, 0, 0, 0)", "rgba(255, 255, 255, 0.5)", "rgb(0, 0, 0)"]
    look = msgspec.structs.replace(PLAIN, colour="rgb(255, 255, 255)", grounds=grounds)
    assert contrast(look) == pytest.approx(3.98, abs=0.03)  # white on rgb(127.5, ...)
    assert contrast(msgspec.structs.replace(PLAIN, opacity=0.0)) == pytest.approx(1.0)


@pytest.mark.parametrize("colour", ["oklch(0.5 0.2 240)", "", "rgb(x, y, z)"])
def test_an_unread_colour_leaves_the_comparison_open(colour: str) -> None:
    strange = msgspec.structs.replace(PLAIN, colour=colour)
    assert contrast(strange) is None
    assert as_prominent(strange, PLAIN) is None


@pytest.mark.parametrize(
    ("changes", "equal"),
    [
        ({}, True),
        ({"width": 51}, True),
        ({"width": 49}, False),
        ({"font": 12}, True),
        ({"font": 11}, False),
        ({"button": False}, False),
        ({"shown": False}, False),
        ({"colour": "rgb(200, 200, 200)"}, False),
        ({"picture": True}, None),
    ],
)
def test_a_refusal_is_compared_with_the_agreement(
    changes: dict[str, object], equal: bool | None
) -> None:
    assert as_prominent(msgspec.structs.replace(PLAIN, **changes), PLAIN) is equal


def test_a_longer_word_makes_a_larger_button_and_nothing_less_visible() -> None:
    long = msgspec.structs.replace(PLAIN, width=PLAIN.width * 3)
    assert as_prominent(PLAIN, long, (2, 9)) is True
    assert as_prominent(PLAIN, long, (2, 2)) is False
