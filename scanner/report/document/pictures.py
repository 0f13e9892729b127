"""Screenshots as a paper shows them: read anew and made smaller, so no hostile file gets in."""

from __future__ import annotations

import io
import warnings
from typing import NamedTuple

from scanner.errors import MingjianError
from scanner.model import Evidence, Open, Report, Words
from scanner.report import site

MOST_PIXELS = 40_000_000
"""Pixels of a picture that is opened at most: a whole page at twice the size of a screen."""
WIDEST, TALLEST = 1100, 1600
"""Pixels to which a picture is made smaller."""
LARGEST = 20_000_000
"""Bytes of a picture that is opened at most."""


class Shot(NamedTuple):
    """A screenshot, ready for the page."""

    evidence: Evidence
    phase: Words | None
    jpeg: bytes
    size: tuple[int, int]


def shots(report: Report, open_evidence: Open) -> tuple[tuple[Shot, ...], int]:
    """Give the screenshots that a paper shows, and how many more the case holds.

    What is missing, or no picture that can be read, is left out and counted with the others.
    """
    chosen, more = site.pictures(report, open_evidence)
    found = []
    for one in chosen:
        made = smaller(one.evidence, open_evidence)
        if made is not None:
            found.append(Shot(one.evidence, one.phase, *made))
    return tuple(found), more + len(chosen) - len(found)


def smaller(entry: Evidence, open_evidence: Open) -> tuple[bytes, tuple[int, int]] | None:
    """Give a picture as a JPEG of its own pixels alone, and its size; None where it is none."""
    from PIL import Image  # noqa: PLC0415 - heavy

    if entry.size > LARGEST:
        return None
    try:
        data = open_evidence(entry.sha256)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                wide, high = picture.size
                if not 0 < wide * high <= MOST_PIXELS:
                    return None
                flat = Image.new("RGB", picture.size, "white")
                clear = picture.convert("RGBA")
                flat.paste(clear, mask=clear.getchannel("A"))
        flat.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=82, optimize=False)
    except (MingjianError, OSError, ValueError, SyntaxError, ArithmeticError, Warning):
        return None
    except (Image.DecompressionBombError, MemoryError, EOFError, IndexError, KeyError):
        return None
    return out.getvalue(), flat.size
