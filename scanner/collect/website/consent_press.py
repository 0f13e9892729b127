"""Pressing a control by the mouse while watching what is under the pointer.

The words there are read when the pointer has arrived, and once more with the button held down.
Where they changed, the pointer leaves before the button is let go.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.async_api import Error

from scanner.browser import Unanswered
from scanner.collect.website.consent_survey import SCRIPT, Control, Spot, call_of, spot
from scanner.wording import consent as words

if TYPE_CHECKING:
    from playwright.async_api import Frame, JSHandle, Page

WAIT_S = 3.0
"""Longest that the browser may take for one move of the mouse, in seconds."""
ARRIVAL_S = 0.06
"""How long the pointer rests before the words under it are read: what answers to it has run."""
AGAIN_S = 0.2
TRIES = 3
Wanted = Callable[[Spot], bool]


async def press(page: Page, control: Control, wanted: Wanted) -> bool:
    """Press a control as long as it is what is wanted; say whether it was pressed."""
    return await click(page, control.frame, control.steps, None, wanted)


async def click(
    page: Page,
    frame: Frame,
    steps: tuple[int, ...],
    box: tuple[int, ...] | None,
    wanted: Wanted,
) -> bool:
    """Click what stands at `steps` as long as it is what is wanted; say whether it was clicked."""
    for _ in range(TRIES):
        with contextlib.suppress(Error, TimeoutError, Unanswered):
            left, top = await _offset(frame)
            found = await spot(frame, "locate", steps=list(steps), scroll=True, box=box)
            if not found.there:
                return False
            if found.open and wanted(found):
                await asyncio.wait_for(page.mouse.move(left + found.x, top + found.y), WAIT_S)
                await asyncio.sleep(ARRIVAL_S)
                if await _is_wanted(frame, found, steps, box, wanted):
                    return await _release(page, frame, found, steps, box, wanted)
        await asyncio.sleep(AGAIN_S)
    return False


async def _is_wanted(
    frame: Frame, found: Spot, steps: tuple[int, ...], box: tuple[int, ...] | None, wanted: Wanted
) -> bool:
    """Look once more at what is under the pointer."""
    now = await spot(frame, "check", steps=list(steps), x=found.x, y=found.y, box=box)
    return now.there and now.open and now.over and wanted(now)


async def _release(
    page: Page,
    frame: Frame,
    found: Spot,
    steps: tuple[int, ...],
    box: tuple[int, ...] | None,
    wanted: Wanted,
) -> bool:
    """Press the button, look again, and let go there or, where it changed, in the corner."""
    armed = await _armed(frame, steps)
    await asyncio.wait_for(page.mouse.down(), WAIT_S)
    good = False
    try:
        good = await _is_wanted(frame, found, steps, box, wanted)
    finally:
        if not good:
            await asyncio.wait_for(page.mouse.move(0, 0), WAIT_S)
        with contextlib.suppress(Error, TimeoutError):  # the click may close the page
            await asyncio.wait_for(page.mouse.up(), WAIT_S)
    return good and await _arrived(armed)


async def _armed(frame: Frame, steps: tuple[int, ...]) -> JSHandle:
    """Listen for the click, so that one that missed is not taken for an answer."""
    arg = call_of("arm", steps=list(steps))
    return await asyncio.wait_for(frame.evaluate_handle(SCRIPT, arg), WAIT_S)


async def _arrived(armed: JSHandle) -> bool:
    """Say whether the click arrived; where the page is gone or hides it, it did."""
    with contextlib.suppress(Error, TimeoutError):
        heard = await asyncio.wait_for(armed.evaluate("told => told && told.stop()"), WAIT_S)
        return heard is not False
    return True


async def place_of(frame: Frame) -> tuple[float, float, float, float] | None:
    """Say where a frame stands in the window: left, top, width, height."""
    with contextlib.suppress(Error, TimeoutError):
        element = await asyncio.wait_for(frame.frame_element(), WAIT_S)
        box = await asyncio.wait_for(element.bounding_box(), WAIT_S)
        if box:
            return box["x"], box["y"], box["width"], box["height"]
    return None


async def _offset(frame: Frame) -> tuple[float, float]:
    """Say where the contents of a frame begin in the window."""
    parent = frame.parent_frame
    if parent is None:
        return 0.0, 0.0
    with contextlib.suppress(Error, TimeoutError):
        element = await asyncio.wait_for(frame.frame_element(), WAIT_S)
        await asyncio.wait_for(element.scroll_into_view_if_needed(timeout=2000), WAIT_S)
    left, top = await _offset(parent)
    x, y, width, height = await place_of(frame) or (0.0, 0.0, 0.0, 0.0)
    inner = await spot(parent, "frame", x=x + width / 2 - left, y=y + height / 2 - top)
    return (left + inner.x, top + inner.y) if inner.there else (x, y)


def refuses(seen: Spot) -> bool:
    """Say whether what is under the pointer refuses, and agrees to nothing."""
    said = words.meaning_of_control(seen.text, seen.labels)
    return said in {"refuse", "necessary", "leave"} and not words.agrees(seen.text)


def saves(seen: Spot) -> bool:
    """Say whether it saves a choice."""
    return words.meaning_of_control(seen.text, seen.labels) == "save"


def opens_settings(seen: Spot) -> bool:
    """Say whether it leads to settings."""
    return words.meaning_of_control(seen.text, seen.labels) == "settings"


def same(seen: Spot, control: Control) -> bool:
    """Say whether it still has the words by which the control was found."""
    said = seen.text or next(iter(seen.labels), "")
    return words.bare(said) == words.bare(control.words)
