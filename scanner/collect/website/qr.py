"""A picture with a QR code, as on a check-in poster: the address in it is a lead to a site."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import msgspec

from scanner.errors import NotAuditable
from scanner.exchange import address, shown
from scanner.knowledge import Knowledge
from scanner.model import Keep, Lead, Say, Sighting, Site, Target

__all__ = ["KINDS", "collect"]

KINDS: tuple[str, ...] = ()
"""A picture shows no fact by itself."""
MOST_PIXELS = 60_000_000
"""Pixels of a picture; the largest of telephone cameras make some fifty million."""
MOST_CODES = 8
"""Codes of one picture that are read."""
SMOOTHED = 2_000
"""Longest side in pixels of a picture that is smoothed, when nothing is read off it as it is."""


def collect(target: Target, keep: Keep, _knowledge: Knowledge, say: Say) -> Iterator[Sighting]:
    """Read the codes of a picture; several addresses on one poster are one site's.

    Raises NotAuditable for what is no picture, holds no code, or no address of a site.
    """
    say(f"reading the code in {target.evidence.name}")
    texts = _codes(target)
    addresses = tuple(dict.fromkeys(text for text in texts if address(text) is not None))
    if not addresses:
        said = "holds no code that can be read" if not texts else "holds no address of a site"
        hint = "give a straight, sharp picture of the whole code, or the address itself"
        raise NotAuditable(f"{target.evidence.name} {said}", hint=hint)
    data = msgspec.json.encode(Site(addresses=addresses[:MOST_CODES]))
    kept = keep(data, name=shown(addresses[0]), media_type="application/json")
    yield Lead(kind="website", evidence=kept)


def _codes(target: Target) -> list[str]:
    import zxingcpp  # noqa: PLC0415 - only pictures need these two
    from PIL import Image, ImageFilter, UnidentifiedImageError  # noqa: PLC0415

    wrong = NotAuditable(
        f"{target.evidence.name} is no picture that can be read",
        hint="give a PNG or JPEG with at most 60 million pixels",
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(target.path, formats=("PNG", "JPEG")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise wrong
                grey = picture.convert("L")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        ValueError,
        SyntaxError,
    ):
        raise wrong from None
    codes = zxingcpp.read_barcodes(grey)
    if not codes:  # specks of a bad print or a dark photograph
        grey.thumbnail((SMOOTHED, SMOOTHED))
        codes = zxingcpp.read_barcodes(grey.filter(ImageFilter.MedianFilter(3)))
    return [code.text for code in codes][:MOST_CODES]
