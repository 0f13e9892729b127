"""A picture of a screen with the elements boxed, as a PNG."""

from __future__ import annotations

import io

from scanner.model import Open
from scanner.report.viewer import Box, Picture

RED, GREY = (200, 0, 0), (128, 128, 128)
"""The colour of the boxes, and of what covers personal values."""
MOST_PIXELS = 40_000_000
"""Pixels of a picture that is drawn on at most; a phone has some 4 million."""


def boxed(picture: Picture, open_evidence: Open) -> bytes | None:
    """Give a picture with its boxes drawn on it, and with values of persons covered for good; None
    where it cannot be drawn on.

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
    for box in picture.covered:
        draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=GREY)
    for box in picture.boxes:
        draw.rectangle(around(box, wide), outline=RED, width=wide)
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return made.getvalue()


def around(box: Box, wide: int) -> tuple[int, int, int, int]:
    """Give a frame that lies around an element and covers nothing of it."""
    far = wide + 1
    return box.left - far, box.top - far, box.right - 1 + far, box.bottom - 1 + far
