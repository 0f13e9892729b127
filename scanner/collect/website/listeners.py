"""To which events the scripts of a page listen, as the browser's own tools tell it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page

_LISTENED = frozenset(
    [
        "submit",
        "click",
        "mousedown",
        "mouseup",
        "pointerdown",
        "pointerup",
        "touchstart",
        "touchend",
    ]
)
"""Events by which a script can hold a form back, or send it elsewhere."""
_WATCHERS = """(paths) => {
  // A form's inputs can hide its properties, as one of the name parentNode does.
  const parent = Object.getOwnPropertyDescriptor(Node.prototype, "parentNode").get;
  const find = (path) => Document.prototype.querySelector.call(document, path);
  const nodes = paths.map(find).filter(Boolean);
  const all = new Set(nodes);
  for (const node of nodes) {
    for (let at = parent.call(node); at && !all.has(at); at = parent.call(at)) all.add(at);
  }
  all.add(window);
  return [...all].slice(0, 120);
}"""


async def listened_to(page: Page, paths: Sequence[str]) -> frozenset[str] | None:
    """Give the events that scripts listen to on some elements and on all that holds them.

    None where the browser did not say.
    """
    from playwright.async_api import Error  # noqa: PLC0415 - heavy

    heard: set[str] = set()
    try:
        async with asyncio.timeout(2):
            tools = await page.context.new_cdp_session(page)
            try:
                call = f"({_WATCHERS})({json.dumps(list(paths))})"
                asked = await tools.send("Runtime.evaluate", {"expression": call})
                if "exceptionDetails" in asked:
                    return None  # what the page broke says nothing of who listens
                listed = await tools.send(
                    "Runtime.getProperties",
                    {"objectId": asked["result"]["objectId"], "ownProperties": True},
                )
                for one in listed["result"][:121]:
                    handle = one.get("value", {}).get("objectId")
                    if not handle or not one["name"].isdigit():
                        continue
                    said = await tools.send("DOMDebugger.getEventListeners", {"objectId": handle})
                    # A passive one cannot hold anything back; ours are such.
                    heard |= {one["type"] for one in said["listeners"] if not one.get("passive")}
            finally:
                await tools.detach()
    except (Error, TimeoutError, KeyError):
        return None
    return frozenset(heard)


def lets_go(heard: frozenset[str] | None) -> bool:
    """Say whether a form goes as it stands, since nobody listens who could change that.

    It does not surely where nobody knows who listens.
    """
    return heard is not None and not heard & _LISTENED
