from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from scanner.explain import drawing
from scanner.explain.drawing import GREY, RED, around, boxed
from scanner.report.viewer import Box, Picture
from tests.report.viewer.kept_bytes import Made, png


def test_the_frame_lies_around_the_element_and_covers_nothing_of_it() -> None:
    made = Made()
    data = io.BytesIO()
    plain = Image.effect_noise((400, 300), 80).convert("RGB")
    plain.save(data, "PNG")
    digest = made.keep(data.getvalue(), "image/png")
    box = Box(50, 60, 120, 100, "x")
    drawn = boxed(Picture(digest, "image/png", 400, 300, (box,)), made.open)
    assert drawn is not None
    after = Image.open(io.BytesIO(drawn))
    inside = (50, 60, 120, 100)
    assert ImageChops.difference(plain.crop(inside), after.crop(inside)).getbbox() is None
    left, top, right, bottom = around(box, 2)
    for at in ((left, top), (right, bottom), (85, top), (left, 80)):
        assert after.getpixel(at) == RED
    outside = ImageChops.difference(plain, after).getbbox()
    assert outside == (left, top, right + 1, bottom + 1)


def test_values_of_persons_are_covered_for_good() -> None:
    made = Made()
    digest = made.keep(png(200, 100), "image/png")
    covered = (Box(10, 10, 60, 30, ""),)
    picture = Picture(digest, "image/png", 200, 100, (), covered)
    drawn = boxed(picture, made.open)
    assert drawn is not None
    after = Image.open(io.BytesIO(drawn))
    assert {after.getpixel((x, y)) for x in range(10, 60) for y in range(10, 30)} == {GREY}
    assert after.getpixel((61, 31)) == (255, 255, 255)


def test_a_tree_alone_is_drawn_on_an_empty_sheet() -> None:
    drawn = boxed(Picture("", "", 90, 80, (Box(10, 10, 20, 20, ""),)), Made().open)
    assert drawn is not None
    assert Image.open(io.BytesIO(drawn)).size == (90, 80)


def test_what_is_no_such_picture_is_not_drawn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made()
    broken = made.keep(b"\x89PNG\r\n\x1a\nbroken", "image/png")
    other = made.keep(png(5, 5), "image/png")
    assert boxed(Picture(broken, "image/png", 5, 5, ()), made.open) is None
    assert boxed(Picture(other, "image/png", 6, 5, ()), made.open) is None
    monkeypatch.setattr(drawing, "MOST_PIXELS", 10)
    assert boxed(Picture(other, "image/png", 5, 5, ()), made.open) is None
