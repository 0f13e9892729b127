"""A picture of a screen with the elements boxed, as a PNG."""

from __future__ import annotations

import io

from scanner.model import Open
from scanner.report.viewer import Box, Picture

RED = (200, 0, 0)
"""The colour of the boxes."""
MOST_PIXELS = 40_000_000
"""Pixels of a picture that is drawn on at most; a phone has some 4 million."""


def boxed(picture: Picture, open_evidence: Open) -> bytes | None:
    """Give a picture with its boxes drawn on it; None where it cannot be drawn on.

    Where no picture was taken, the elements are drawn on an empty sheet of the screen's size.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only who asks for files pays for it

    if picture.width * picture.height > MOST_PIXELS:
        return None
    try:
        if picture.sha256:
            data = io.BytesIO(open_evidence(picture.sha256))
            with Image.open(data, formats=("PNG", "JPEG", "WEBP")) as opened:
                if opened.size != (picture.width, picture.height):
                    return None
                sheet = opened.convert("RGB")
        else:
            sheet = Image.new("RGB", (picture.width, picture.height), "white")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    draw = ImageDraw.Draw(sheet)
    wide = max(2, picture.width // 200)
    for box in picture.boxes:
        draw.rectangle(_inside(box), outline=RED, width=wide)
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return made.getvalue()


def _inside(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right - 1, box.bottom - 1
