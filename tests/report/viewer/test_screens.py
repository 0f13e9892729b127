from __future__ import annotations

import io
import json

from PIL import Image

from scanner.facts import Source
from scanner.report.viewer.kept import Kept
from scanner.report.viewer.screens import Screens, size_of
from scanner.report.viewer.views import Picture
from tests.report.viewer.kept_bytes import Made, png, zipped

TREE = """<hierarchy rotation="0"><node bounds="[0,0][1080,2340]" package="a">
<node text="同意" class="android.widget.Button" bounds="[48,640][1032,750]" package="a"/>
<node text="13912345678" bounds="[48,800][1032,900]" package="a"/></node></hierarchy>"""


def of(made: Made, fact: dict[str, object], at: str, digest: str) -> Picture | None:
    report = made.report()
    return Screens(report, Kept(report, made.open)).picture(fact, Source(evidence=digest, at=at))


def test_rectangles_are_those_of_the_tree_in_pixels_of_the_picture() -> None:
    made = Made()
    shot = png(540, 1170)  # half the size of the screen
    line = json.dumps({"time": 1.0, "ui": "screens/0.xml", "picture": "screens/0.png"}).encode()
    run = zipped({"screens.jsonl": line, "screens/0.xml": TREE.encode(), "screens/0.png": shot})
    digest = made.keep(run, "application/zip")
    kept = made.keep(shot, "image/png")
    found = of(made, {"accept": "同意"}, "screens/0.xml", digest)
    assert found is not None
    assert (found.sha256, found.width, found.height) == (kept, 540, 1170)
    assert [box[:4] for box in found.boxes] == [(24, 320, 516, 375)]
    assert found.boxes[0].label == "accept: 同意"


def test_a_tree_alone_says_where_things_stood() -> None:
    made = Made()
    digest = made.keep(zipped({"screens/0.xml": TREE.encode()}), "application/zip")
    found = of(made, {"controls": ["同意", "13912345678"]}, "screens/0.xml", digest)
    assert found is not None
    assert (found.sha256, found.width, found.height) == ("", 1080, 2340)
    assert [box[:4] for box in found.boxes] == [(48, 640, 1032, 750), (48, 800, 1032, 900)]
    assert "13912345678" not in found.boxes[1].label


def test_a_picture_that_a_fact_names_is_found_by_its_digest() -> None:
    made = Made()
    digest = made.keep(zipped({"screens.jsonl": b""}), "application/zip")
    kept = made.keep(png(100, 200), "image/png")
    source = {"evidence": digest, "at": "screens.jsonl line 4"}
    made.facts["a"] = {"kind": "screen.shown", "picture": kept, "source": source}
    found = of(made, {}, "screens.jsonl line 4", digest)
    assert found is not None and (found.sha256, found.boxes) == (kept, ())


def test_elements_of_a_page_are_boxed_where_they_stood() -> None:
    made = Made()
    page = made.keep(b"<html></html>", "text/html")
    kept = made.keep(png(300, 200), "image/png")
    told = {
        "document": page,
        "picture": kept,
        "elements": {"html > body": [10, 20, 60, 900], "odd": ["x"], "off": [400, 0, 500, 10]},
    }
    made.keep(json.dumps(told).encode(), "application/json", name="boxes first_load home")
    found = of(made, {"kind": "checkbox.found", "label": "我同意"}, "html > body", page)
    assert found is not None
    assert [box[:4] for box in found.boxes] == [(10, 20, 60, 200)]
    assert found.boxes[0].label == "checkbox.found: 我同意"
    for at in ("odd", "off", "elsewhere"):
        assert of(made, {}, at, page) is None
    whole = of(made, {}, "", page)
    assert whole is not None and whole.boxes == ()
    assert of(made, {}, "html", "0" * 64) is None


def test_sizes_are_those_that_pillow_draws_and_bombs_are_none() -> None:
    made = io.BytesIO()
    Image.new("RGB", (31, 17)).save(made, "JPEG")
    assert size_of(made.getvalue()) == (31, 17)
    assert size_of(png(7, 9)) == (7, 9)
    assert size_of(b"\x89PNG\r\n\x1a\nnothing") is None
    assert size_of(b"") is None
