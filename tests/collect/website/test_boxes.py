from __future__ import annotations

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanner.browser import VIEWPORT
from scanner.collect.website.boxes import MOST, checked, paths_of, written
from scanner.collect.website.session import Session
from scanner.collect.website.view import View
from scanner.facts import CheckboxFound, Source
from scanner.model import Evidence
from tests.collect.website.rig import HOST, Kept, in_session, needs_chromium, site

PAGE = """<!doctype html><title>t</title><body style="margin:0;background:white">
<div style="position:absolute;left:40px;top:60px;width:90px;height:30px;background:#0000ff"></div>
<p style="position:absolute;top:5000px">far</p><b hidden>x</b>
<script>document.querySelector = () => document.body</script>"""
BOX = "html > body > div:nth-of-type(1)"
VIEW = View("http://a.test/", "", "", "a" * 64, "", "first_load")


def ticked(at: str, evidence: str = "a" * 64) -> CheckboxFound:
    return CheckboxFound(
        source=Source(evidence=evidence, at=at), channel="website", label="x", page="p"
    )


@needs_chromium
def test_an_element_lies_where_the_picture_shows_it() -> None:
    kept = Kept()

    async def work(session: Session) -> None:
        await session.open(f"http://{HOST}/")
        await session.rest(0.3)
        view = await session.view(0)
        paths = (BOX, "html > body > p", "html > body > b", "html > no >>> such", "((")
        await session.picture("home", view, paths)
        await session.finish()

    with site({"/": PAGE}) as served:
        in_session(served, work, kept=kept)
    told = json.loads(kept.named("boxes first_load home"))
    assert told["elements"] == {BOX: [40, 60, 130, 90]}
    picture = Image.open(io.BytesIO(kept.named("screenshot first_load home"))).convert("RGB")
    assert picture.size == VIEWPORT
    inside, outside = picture.getpixel((85, 75)), picture.getpixel((200, 75))
    assert isinstance(inside, tuple) and inside[0] < 90 < 160 < inside[2]
    assert isinstance(outside, tuple) and min(outside) > 240
    for at in ((38, 75), (132, 75), (85, 57), (85, 93)):
        edge = picture.getpixel(at)
        assert isinstance(edge, tuple) and min(edge) > 200


def test_only_elements_of_the_page_itself_are_asked_for() -> None:
    found: list[Any] = [ticked("html > body > a"), ticked("html > body > a"), ticked("words")]
    found += [ticked("html > body", "b" * 64), ticked("html > x >>> y")]
    assert paths_of(found, VIEW) == ("html > body > a",)
    many = [ticked(f"html > body > a:nth-of-type({n})") for n in range(500)]
    assert len(paths_of(many, VIEW)) == MOST


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=8,
)


@given(JSON)
def test_whatever_a_page_answers_only_places_in_the_window_are_taken(answer: Any) -> None:
    wide, high = VIEWPORT
    for path, (left, top, right, bottom) in checked(answer, frozenset("a")).items():
        assert path == "a"
        assert left < right and left < wide and right > 0
        assert top < bottom and top < high and bottom > 0


def test_the_list_names_picture_and_document() -> None:
    picture = Evidence(sha256="c" * 64, name="x", media_type="image/jpeg", size=1)
    told = json.loads(written(picture, VIEW, {BOX: [1, 2, 3, 4]}))
    assert (told["picture"], told["document"]) == ("c" * 64, "a" * 64)
    assert told["elements"] == {BOX: [1, 2, 3, 4]}
