"""Where the elements of which facts speak stood on the picture of their page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from scanner.browser import VIEWPORT, Unanswered, ask
from scanner.collect.website.view import View
from scanner.facts import Fact
from scanner.model import Evidence, Sighting

if TYPE_CHECKING:
    from playwright.async_api import Page

MOST = 60
"""Elements of one page at most whose place is kept."""
NAME = "boxes"
"""How the kept list is called, before the phase and the name of the picture."""
ASK_S = 2.0
"""Seconds for the answer of a page."""
FARTHEST = 100_000
"""Pixels from the corner at most; what lies farther is on no picture."""
RECTANGLES = """(paths) => {
  const all = {};
  for (const path of paths) {
    try {
      const node = Document.prototype.querySelector.call(document, path);
      const box = node && Element.prototype.getBoundingClientRect.call(node);
      if (box && box.width > 0 && box.height > 0) {
        all[path] = [box.left, box.top, box.right, box.bottom].map(Math.round);
      }
    } catch { /* no path that a browser reads */ }
  }
  return all;
}"""


def paths_of(sightings: Iterable[Sighting], view: View) -> tuple[str, ...]:
    """Give the CSS paths to which facts of one page point, each once."""
    found = dict.fromkeys(
        one.source.at
        for one in sightings
        if isinstance(one, Fact)
        and one.source.evidence == view.evidence
        and one.source.at.startswith("html")
        and ">>>" not in one.source.at
    )
    return tuple(found)[:MOST]


async def rectangles(page: Page, paths: Iterable[str]) -> dict[str, list[int]]:
    """Ask a page where elements stand in the window: left, top, right, bottom in CSS pixels.

    What is not visible in the window is left out; so is all where the page does not answer.
    """
    wanted = list(paths)
    try:
        answer = await ask(page.main_frame, RECTANGLES, wanted, seconds=ASK_S)
    except Unanswered:
        return {}
    return checked(answer, frozenset(wanted))


def checked(answer: object, paths: frozenset[str]) -> dict[str, list[int]]:
    """Give what a page answered as far as it is places of these elements in the window."""
    if not isinstance(answer, Mapping):
        return {}
    wide, high = VIEWPORT
    found: dict[str, list[int]] = {}
    for path, box in answer.items():
        if path not in paths or not isinstance(box, list) or len(box) != 4:
            continue
        if not all(isinstance(edge, int) and abs(edge) <= FARTHEST for edge in box):
            continue
        left, top, right, bottom = box
        if left < min(right, wide) and top < min(bottom, high) and right > 0 and bottom > 0:
            found[path] = box
    return found


def written(picture: Evidence, view: View, found: Mapping[str, list[int]]) -> bytes:
    """Write where elements stood on a picture, as JSON that names both by their digests."""
    whole = {
        "schema": "mingjian/boxes/1",
        "picture": picture.sha256,
        "document": view.evidence,
        "elements": dict(found),
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1).encode()
