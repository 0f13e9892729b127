from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from scanner.errors import EvidenceError
from scanner.model import Evidence
from scanner.report.document.pictures import TALLEST, WIDEST, shots, smaller
from tests.report.example import open_evidence, picture, rich, site


def entry(data: bytes, size: int | None = None) -> Evidence:
    sha256 = hashlib.sha256(data).hexdigest()
    return Evidence(
        sha256=sha256, name="screenshot", media_type="image/png", size=size or len(data)
    )


def png(wide: int, high: int, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (wide, high)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "I;16", "LA"])
def test_a_picture_becomes_a_plain_jpeg(mode: str) -> None:
    data = png(30, 20, mode)
    made = smaller(entry(data), lambda _: data)
    assert made is not None
    jpeg, size = made
    assert size == (30, 20)
    assert Image.open(io.BytesIO(jpeg)).format == "JPEG"
    assert smaller(entry(data), lambda _: data) == made


def test_a_large_picture_is_made_smaller_in_its_proportions() -> None:
    data = png(1000, 4000)
    made = smaller(entry(data), lambda _: data)
    assert made is not None
    assert made[1] == (400, TALLEST)
    wide = png(4400, 100)
    made = smaller(entry(wide), lambda _: wide)
    assert made is not None
    assert made[1] == (WIDEST, 25)


def test_what_is_no_picture_or_too_large_is_left_out() -> None:
    whole = png(50, 50)
    bomb = png(20_000, 20_000, "1")
    for data in (b"", b"<svg/>", whole[:60], whole[:45], b"\x89PNG\r\n\x1a\n" * 9, bomb):
        assert smaller(entry(data), lambda _, data=data: data) is None  # type: ignore[misc]
    assert smaller(entry(whole, 10**9), lambda _: whole) is None

    def altered(_: str) -> bytes:
        raise EvidenceError("altered", hint="")

    assert smaller(entry(whole), altered) is None


def test_the_screenshots_of_a_site_are_shown_and_the_rest_counted() -> None:
    found, more = shots(site(), open_evidence)
    named = [one for one in site().evidence if one.media_type.startswith("image/")]
    assert found
    assert len(found) + more == len(named)
    assert {one.evidence.sha256 for one in found} <= {one.sha256 for one in named}
    assert shots(rich(), open_evidence) == ((), 0)
    assert smaller(entry(picture(1)), lambda _: picture(1)) is not None
