"""The pictures of a page: which may hold part of the text, and which only adorn it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scanner.collect.policy.texts import styles
from scanner.collect.policy.texts.layout import Grid, Line, Piece
from scanner.collect.policy.texts.styles import LARGE_PIXELS

LIST_PIXELS = 100
"""Sides from which a picture may hold text under a heading that names a list."""
LONG_TEXT = 3_000
"""Characters from which a text is a policy without the picture at its head."""
HEAD_TEXT = 200
"""Characters above which a picture stands no longer at the head."""

_SYMBOL = re.compile(r"(?i)icon|avatar|emoji|badge|spacer|pixel|arrow|beian|gongan")
_ADORNS = re.compile(
    r"(?i)logo|banner|qr[-_]?code|(?<![a-z])(?:qr|bg|hero|cover|slogan|kv)(?![a-z])|ewm|erweima"
    r"|二维码|横幅|徽标|标志|头图|装饰|背景|封面|公众号|扫一扫|扫码"
)
NAMES_LIST = re.compile(r"(?i)sdk|清单|目录|列表|名单|一览|明细|权限|第三方|\blists?\b|permission")
"""Headings beneath which a list is to stand."""


class Picture(NamedTuple):
    """A picture that may hold words, and where it stands."""

    place: int
    """Lines and tables before it."""
    about: str
    """Its file name, class, id and description."""
    width: int | None
    height: int | None
    alone: bool
    """Whether no words stand on its line."""


def picture_of(attributes: Mapping[str, str], place: int, *, drawn: bool = False) -> Picture | None:
    """Give a picture that may hold words; None for one that is too small for any.

    `drawn` says that it has no file, as an SVG has none.
    """
    sides = styles.sides_by_name(attributes)
    source = attributes.get("src") or attributes.get("data-src") or ""
    parts = (source[-300:], *(attributes.get(name) or "" for name in ("class", "id", "alt")))
    about = " ".join(part[:300] for part in parts)
    if source.startswith("data:"):
        about = about[len(source[-300:]) :]
    tiny = drawn or (source.startswith("data:") and len(source) < 4096)
    if any(side < LIST_PIXELS for side in sides.values()) or (tiny and len(sides) < 2):
        return None
    if _SYMBOL.search(about) and len(sides) < 2:
        return None
    return Picture(place, about, sides.get("width"), sides.get("height"), alone=True)


def counted(pictures: Sequence[Picture], pieces: Sequence[Piece]) -> tuple[int, int]:
    """Say how many pictures may hold part of the text, and how many only where there is little."""
    surely = perhaps = 0
    lengths = [_letters(piece) for piece in pieces]
    long = sum(lengths) > LONG_TEXT
    under: dict[int, bool] = {}
    before = [0]
    for length in lengths:
        before.append(before[-1] + length)
    for picture in pictures:
        place = min(picture.place, len(pieces))
        if place not in under:
            under[place] = _under_list(pieces, place)
        if under[place]:
            surely += 1
            continue
        known = [side for side in (picture.width, picture.height) if side is not None]
        if any(side < LARGE_PIXELS for side in known):
            continue
        head = before[place] <= HEAD_TEXT and (picture.height or 0) <= (picture.width or 1 << 20)
        if (long or len(known) < 2) and _ADORNS.search(picture.about):
            continue
        if long and head:
            continue
        if picture.alone or len(known) == 2:
            surely += 1
        else:
            perhaps += 1
    return surely, perhaps


def _under_list(pieces: Sequence[Piece], place: int) -> bool:
    """Tell whether the line before a place is a heading that names a list."""
    above = pieces[place - 1] if place else None
    if not isinstance(above, Line):
        return False
    text = "".join(run.text for run in above.runs).strip()
    heads = above.level > 0 or (len(text) <= 40 and not text.endswith(("。", ".", "；", ";")))
    return heads and NAMES_LIST.search(text) is not None


def _letters(piece: Piece) -> int:
    if isinstance(piece, Grid):
        return sum(_letters(each) for row in piece.rows for cell in row for each in cell.pieces)
    return sum(len(run.text.strip()) for run in piece.runs)
