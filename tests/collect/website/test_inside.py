from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Page

from scanner.collect.website.inside import exposed_inside
from scanner.facts import PageExposed
from scanner.model import Sighting, Unseen
from tests.collect.website.pages import served, view
from tests.collect.website.rig import HOME, Answer, needs_chromium, scan, site
from tests.collect.website.test_exposed import ROWS
from tests.collect.website.test_walk import HEAD, page


@needs_chromium
def test_persons_are_found_in_frames_shadow_roots_and_what_is_held_back(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{name}</td><td>{number}</td></tr>" for name, number, _ in ROWS)
    table = f"<table>{rows}</table>"
    people = json.dumps([{"name": name, "id": number} for name, number, _ in ROWS])
    shadow = (
        f"<div id=h></div><script>h.attachShadow({{mode: 'open'}}).innerHTML = '{table}'</script>"
    )
    pages: dict[str, str | bytes | Answer] = {
        "/": page("/frame", "/shadow", "/state", "/hidden", "/list.xlsx"),
        "/frame": page("/") + "<iframe src=/rows width=600 height=300></iframe>",
        "/rows": HEAD + table,
        "/shadow": page("/") + shadow,
        "/state": page("/") + f"<script>window.__STATE__ = {people}</script>",
        "/hidden": page("/") + f"<div hidden>{table}</div>",
    }
    with site(pages) as served:
        seen = scan(served, tmp_path)
    places = {
        (one.page.rpartition("/")[2], one.surface): one.count
        for one in seen.facts("page.exposed")
        if one.data_type == "id_card"
    }
    surely = dict.fromkeys((("frame", "page"), ("shadow", "page")), 3)
    surely |= {("state", "script"): 3, ("hidden", "script"): 3}
    assert places.items() >= surely.items()
    files = [one.scope["page"] for one in seen.unseen("page.exposed") if "surface" in one.scope]
    assert (HOME + "list.xlsx",) in files


@needs_chromium
@pytest.mark.parametrize(("own", "sees"), [(True, True), (False, False)])
def test_only_frames_of_the_site_are_searched(own: bool, sees: bool) -> None:
    rows = "".join(f"<tr><td>{name}</td><td>{number}</td></tr>" for name, number, _ in ROWS)

    async def look(tab: Page) -> list[Sighting]:
        (frame,) = tab.frames[1:]
        await frame.wait_for_selector("td")
        return await exposed_inside(tab, view("词"), (), lambda _: own)

    with served() as tab:
        tab.pages["/rows"] = f"{HEAD}<table>{rows}</table>"
        found = tab.see(f"{HEAD}<p>词<iframe src=/rows></iframe>", look)
    assert any(isinstance(one, PageExposed) for one in found) is sees


@needs_chromium
def test_a_page_that_answers_nonsense_leaves_what_it_holds_unseen() -> None:
    async def look(tab: Page) -> list[Sighting]:
        return await exposed_inside(tab, view("词"), (), lambda _: True)

    lie = "<script>Array.prototype.join = () => { throw new Error('no') }</script>"
    with served() as tab:
        (unseen,) = tab.see(f"{HEAD}<p>词{lie}", look)
    assert isinstance(unseen, Unseen) and unseen.kind == "page.exposed"
    assert unseen.scope == {"page": ("https://www.site.test/a",)}
