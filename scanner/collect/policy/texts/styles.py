"""What the style of an element does to its words: hides them, sets them off, turns them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

_NOT_SHOWN = re.compile(r"display:none|content-visibility:hidden|opacity:0(?:\.0*)?(?:%|;|!|$)")
_VISIBILITY = re.compile(r"visibility:(hidden|collapse|visible)")
_FONT_SIZE = re.compile(r"font-size:([\d.]{1,12})")
_WEIGHT = re.compile(r"font-weight:(bold|bolder|[6-9]00|normal|lighter|[1-5]00)")
_SIDE = re.compile(r"(?:^|;)((?:min-)?(?:width|height)):(\d{1,5})(?:\.\d{0,9})?px")
_LIFTED = re.compile(r"(?:^|;)position:(?:absolute|fixed)")
_FAR = re.compile(
    r"(?:^|;)(?:left|right|top|bottom|margin-left):-\d{3,9}(?:\.\d{0,9})?(?:em|rem|vw)|"
    r"(?:^|;)(?:left|right|top|bottom|margin-left):-(?:999|\d{4,9})(?:\.\d{0,9})?px"
)
_INDENTED = re.compile(r"(?:^|;)text-indent:-(?:999|\d{4,9})")
_CLIPPED = re.compile(
    r"(?:^|;)clip:rect\((?:[01](?:px)?,?){4}\)|(?:^|;)clip-path:inset\((?:50|100)%\)"
)
_NO_ROOM = re.compile(
    r"(?:^|;)(?:max-)?(?:height|width):(?:[01](?:\.0{0,9})?(?:px)?|0[a-z%]{1,4})(?:;|!|$)"
)
_CUT = re.compile(r"(?:^|;)overflow(?:-[xy])?:(?:hidden|clip)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-image)?:[^;]{0,200}url\(")
_BLOCK = re.compile(r"display:(?:block|flex|grid|list-item|table)")
_TURNED = re.compile(r"unicode-bidi:(?:isolate-|bidi-)override")
_LENGTH = re.compile(r"(\d{1,5})(?:\.\d{0,9})?(?:px)?")
_CONTENT = re.compile(r"""content\s{0,9}:\s{0,9}(?:"([^"]{4,4000})"|'([^']{4,4000})')""")
_ESCAPE = re.compile(r"\\[0-9a-fA-F]{1,6}\s?")

LARGE_PIXELS = 300
"""Width and height from which a picture may hold a page of text."""

Hidden = Literal["", "none", "visibility", "size"]
"""Why something is not shown; the last two can be undone by an element inside."""


def plain(style: str | None) -> str:
    """Give a style attribute in lower case and without white space."""
    return "".join(style.lower().split()) if style else ""


def hidden_by(style: str, above: Hidden) -> Hidden:
    """Say why an element with this style is not shown, inside one that is hidden so or shown."""
    if above == "none" or _NOT_SHOWN.search(style) or _is_away(style):
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


def _is_away(style: str) -> bool:
    """Tell whether an element stands off the screen, or in a box without room."""
    if _LIFTED.search(style) and (_FAR.search(style) or _CLIPPED.search(style)):
        return True
    if _INDENTED.search(style):
        return True
    return bool(_NO_ROOM.search(style) and _CUT.search(style))


def is_struck(style: str) -> bool:
    """Tell whether the words are struck through."""
    return "line-through" in style


def has_large_background(style: str) -> bool:
    """Tell whether an element is a large box with a picture behind it."""
    if not _BACKGROUND.search(style):
        return False
    sides: dict[str, float] = {}
    for side, pixels in _SIDE.findall(style):
        sides[side.removeprefix("min-")] = float(pixels)
    return sides.get("height", 0) >= LARGE_PIXELS and sides.get("width", 1e9) >= LARGE_PIXELS


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


def sides_by_name(attributes: Mapping[str, str]) -> dict[str, int]:
    """Give width and height of a picture in CSS pixels, as far as the page states them."""
    stated = dict(_SIDE.findall(plain(attributes.get("style"))))
    sides: dict[str, int] = {}
    for side in ("width", "height"):
        length = _LENGTH.fullmatch((attributes.get(side) or "").strip())
        if pixels := stated.get(side) or (length and length.group(1)):
            sides[side] = int(pixels)
    return sides


def letters_in_sheet(sheet: str) -> int:
    """Count the letters that a style sheet writes into the page."""
    texts = (found.group(1) or found.group(2) or "" for found in _CONTENT.finditer(sheet))
    return sum(one.isalpha() for text in texts for one in _ESCAPE.sub("", text))
