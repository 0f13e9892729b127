"""What the own style of an element does to its words: hides them, sets them off, turns them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

_NOT_SHOWN = re.compile(r"display:none|content-visibility:hidden|opacity:0(?:\.0*)?(?:%|;|!|$)")
_VISIBILITY = re.compile(r"visibility:(hidden|collapse|visible)")
_FONT_SIZE = re.compile(r"font-size:([\d.]{1,12})")
_WEIGHT = re.compile(r"font-weight:(bold|bolder|[6-9]00|normal|lighter|[1-5]00)")
_SIDE = re.compile(r"(?:^|;)(width|height):(\d{1,5})(?:\.\d{0,9})?px")
_BLOCK = re.compile(r"display:(?:block|flex|grid|list-item|table)")
_TURNED = re.compile(r"unicode-bidi:(?:isolate-|bidi-)override")
_LENGTH = re.compile(r"(\d{1,5})(?:\.\d{0,9})?(?:px)?")
_CONTENT = re.compile(r"""content\s{0,9}:\s{0,9}(?:"([^"]{4,4000})"|'([^']{4,4000})')""")
_ESCAPE = re.compile(r"\\[0-9a-fA-F]{1,6}\s?")

Hidden = Literal["", "none", "visibility", "size"]
"""Why something is not shown; the last two can be undone by an element inside."""


def plain(style: str | None) -> str:
    """Give a style attribute in lower case and without white space."""
    return "".join(style.lower().split()) if style else ""


def hidden_by(style: str, above: Hidden) -> Hidden:
    """Say why an element with this style is not shown, inside one that is hidden so or shown."""
    if above == "none" or _NOT_SHOWN.search(style):
        return "none"
    hidden = above
    if visibility := _VISIBILITY.search(style):
        if visibility.group(1) != "visible":
            hidden = hidden or "visibility"
        elif hidden == "visibility":
            hidden = ""
    if size := _FONT_SIZE.search(style):
        if not size.group(1).strip("0."):
            hidden = hidden or "size"
        elif hidden == "size":
            hidden = ""
    return hidden


def strong_by(style: str, *, above: bool) -> bool:
    """Tell whether words with this style are bold or underlined."""
    if "underline" in style:
        return True
    weight = _WEIGHT.search(style)
    return weight.group(1)[0] in "b6789" if weight else above


def is_block(style: str) -> bool:
    """Tell whether an element with this style stands on lines of its own."""
    return bool(_BLOCK.search(style))


def keeps_lines(style: str) -> bool:
    """Tell whether line breaks inside are shown as such."""
    return "white-space:pre" in style or "white-space:break-spaces" in style


def turns(style: str) -> bool:
    """Tell whether the words are shown in reverse."""
    return "direction:rtl" in style and bool(_TURNED.search(style))


def sides_of(attributes: Mapping[str, str]) -> list[float]:
    """Give the sides of a picture in CSS pixels, as far as the page states them: none to two."""
    sides = dict(_SIDE.findall(plain(attributes.get("style"))))
    for side in ("width", "height"):
        if length := _LENGTH.fullmatch((attributes.get(side) or "").strip()):
            sides.setdefault(side, length.group(1))
    return [float(value) for value in sides.values()]


def letters_in_sheet(sheet: str) -> int:
    """Count the letters that a style sheet writes into the page."""
    texts = (found.group(1) or found.group(2) or "" for found in _CONTENT.finditer(sheet))
    return sum(one.isalpha() for text in texts for one in _ESCAPE.sub("", text))
