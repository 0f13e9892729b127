"""How a control is seen, and whether refusing is as visible as agreeing."""

from __future__ import annotations

import re

import msgspec

SMALLER = 0.5
"""A refusal is less prominent with less than this share of the agreement's area for each letter of
its words, or of its contrast where its own is also below `FAINT`. Project default: no norm gives a
number."""
SHRUNK = 0.75
"""... or with less than this share of its type size. Project default."""
FAINT = 3.0
"""Contrast of text to ground (WCAG 2, 1 to 21) below which large text counts as hard to read."""
_RGB = re.compile(r"rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)")


class Look(msgspec.Struct, frozen=True):
    """How a control is seen: CSS pixels and CSS colours."""

    width: float
    height: float
    font: float
    colour: str
    opacity: float
    grounds: list[str]
    """Background colours from the control outwards, up to the first that lets nothing through."""
    picture: bool
    """Whether a picture or gradient is behind it, so that its contrast is unknown."""
    button: bool
    """Whether it has a ground or border of its own."""
    shown: bool
    """Whether it stands wholly inside the window."""


def as_prominent(refuse: Look, accept: Look, letters: tuple[int, int] = (1, 1)) -> bool | None:
    """Compare two controls: area, type size, contrast, kind, and whether both are in view.

    `letters` are those of their words: a longer word makes a larger button of the same style.
    """
    if accept.shown and not refuse.shown:
        return False
    own = refuse.width * refuse.height / max(letters[0], 1)
    if own < SMALLER * accept.width * accept.height / max(letters[1], 1):
        return False
    if refuse.font < SHRUNK * accept.font or (accept.button and not refuse.button):
        return False
    mine, other = contrast(refuse), contrast(accept)
    if mine is None or other is None:
        return None
    return not (mine < FAINT and mine < SMALLER * other)


def contrast(look: Look) -> float | None:
    """Compute the contrast of text to its ground (WCAG 2.2, 1.4.3); None where it is unknown."""
    colour = _rgba(look.colour)
    grounds = [_rgba(ground) for ground in look.grounds]
    if colour is None or None in grounds or look.picture:
        return None
    below = (255.0, 255.0, 255.0, 1.0)
    for ground in reversed(grounds):
        if ground is not None:
            below = _over(ground, below)
    text = _over((*colour[:3], colour[3] * min(max(look.opacity, 0.0), 1.0)), below)
    light, dark = sorted((_luminance(text), _luminance(below)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


_Colour = tuple[float, float, float, float]


def _rgba(css: str) -> _Colour | None:
    match = _RGB.fullmatch(css)
    if match is None:
        return None
    red, green, blue, alpha = match.groups()
    return float(red), float(green), float(blue), float(alpha if alpha is not None else 1)


def _over(top: _Colour, below: _Colour) -> _Colour:
    alpha = min(max(top[3], 0.0), 1.0)
    red, green, blue = (
        alpha * t + (1 - alpha) * b for t, b in zip(top[:3], below[:3], strict=True)
    )
    return red, green, blue, 1.0


def _luminance(colour: _Colour) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (min(max(value, 0.0), 255.0) / 255 for value in colour[:3])
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
