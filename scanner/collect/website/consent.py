"""Consent dialogs of a page: finding them, refusing without ever agreeing, agreeing.

A dialog may ask again after a refusal, or lead to settings first; each step presses only what does
not agree, and what could not be looked at is unanswered, never absent.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from scanner.browser import Unanswered
from scanner.collect.website.consent_press import (
    click,
    opens_settings,
    place_of,
    press,
    refuses,
    same,
    saves,
)
from scanner.collect.website.consent_survey import (
    LONG_TEXT,
    OVERLAYS,
    Box,
    Control,
    Over,
    Prompt,
    Survey,
    best_prompt,
    may_matter,
    read,
    spot,
    survey,
)
from scanner.languages import language_of
from scanner.model import Words
from scanner.wording import consent as words
from scanner.wording.boxes import purpose_of_box

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page

MOST_FRAMES = 20
MOST_CLICKS = 4
"""Refusals in a row after which the auditor stops: dialogs that keep asking are a finding."""
SETTLE_S = 3.0
"""Longest that a dialog may take to go away or to open the next one, in seconds."""
POLL_S = 0.15
BLOCKED = 0.1
"""A page is blocked when at most this share of points in the window still reaches it."""
LARGE_FRAME = 20000
"""A frame of fewer square pixels that does not answer hides no dialog."""


class Answered(NamedTuple):
    """What came of answering a dialog."""

    control: str
    """Words of the control that was pressed last."""
    clicks: int
    closed: bool | None
    """Whether the dialog went away."""
    at: datetime.datetime
    """Moment of the last click."""


class _Scene(NamedTuple):
    """All frames of a page at one moment."""

    seen: list[tuple[Frame, Survey]]
    silent: list[tuple[Frame, Unanswered]]

    @property
    def overs(self) -> Iterator[tuple[Frame, Survey, Over]]:
        return ((frame, seen, over) for frame, seen in self.seen for over in seen.overs)

    @property
    def texts(self) -> frozenset[str]:
        return frozenset(over.text for _, _, over in self.overs)


async def find_prompt(page: Page, *, seconds: float = 0.0) -> Prompt | None:
    """Find the dialog or banner that asks for consent, waiting up to `seconds` for one to appear.

    Raises Unanswered when the page, or a large frame of it, could not be looked through.
    """
    end = time.monotonic() + seconds
    while True:
        last = time.monotonic() >= end
        prompt = await _find(page, last=last)
        if prompt is not None or last:
            return prompt
        await asyncio.sleep(POLL_S)


async def _find(page: Page, *, last: bool) -> Prompt | None:
    scene = await _scene(page)
    found = [best_prompt(seen, frame) for frame, seen in scene.seen]
    prompts = [prompt for prompt in found if prompt is not None]
    if prompts:
        best = min(prompts, key=lambda one: (one.accept is None, one.refuse is None))
        return best._replace(blocking=await _blocks(page, best))
    if last:
        await _see_that_all_was_seen(scene)
    return None


async def _scene(page: Page, *, all_overs: bool = False) -> _Scene:
    frames = page.frames
    answers = await asyncio.gather(
        *(survey(frame, all_overs=all_overs) for frame in frames[:MOST_FRAMES]),
        return_exceptions=True,
    )
    scene = _Scene([], [])
    for frame, answer in zip(frames, answers, strict=False):
        if isinstance(answer, Survey):
            scene.seen.append((frame, answer))
        elif isinstance(answer, Unanswered):
            if frame == page.main_frame:
                raise answer
            scene.silent.append((frame, answer))
        else:
            raise answer
    return scene


async def _see_that_all_was_seen(scene: _Scene) -> None:
    """Raise Unanswered where a dialog may stand in what could not be read."""
    for _, seen in scene.seen:
        if seen.truncated:
            raise Unanswered(Words("页面过大，未能查完", "the page is too large to look through"))
        if seen.opaque:
            raise Unanswered(
                Words("浮层内容封闭，无法读取", "a part that lies over the page cannot be read")
            )
        if any(_is_foreign(over, seen) for over in seen.overs):
            raise Unanswered(
                Words("弹窗的语言不受支持", "a dialog is in a language that is not understood")
            )
    for frame, unanswered in scene.silent:
        if await _area(frame) >= LARGE_FRAME:
            raise unanswered


def _is_foreign(over: Over, seen: Survey) -> bool:
    """Say whether a banner on cookies or privacy is in neither Chinese nor English."""
    banner = over.way in OVERLAYS and not over.fields
    if not banner or len(over.text) > LONG_TEXT or language_of(over.text) != "other":
        return False
    return any(may_matter(seen.controls[number]) for number in over.controls)


async def _area(frame: Frame) -> float:
    found = await place_of(frame)
    return found[2] * found[3] if found else 0.0


async def _blocks(page: Page, prompt: Prompt) -> bool | None:
    """Say whether a dialog keeps the page from being used."""
    own = prompt.frame == page.main_frame
    try:
        cover = await spot(page.main_frame, "cover", steps=list(prompt.steps) if own else None)
    except Unanswered:
        return None
    return prompt.modal or cover.free <= BLOCKED


async def refuse(page: Page, prompt: Prompt) -> Answered | None:
    """Refuse, by the shortest way found; None where there is none or it could not be pressed.

    Never presses what agrees: a control is pressed only while its words refuse, and a choice is
    saved only when nothing but the necessary is ticked.
    """
    answered = None
    shown: Prompt | None = prompt
    while shown is not None and shown.refuse is not None:
        clicks = answered.clicks if answered else 0
        try:
            before = await _scene(page, all_overs=True)
        except Unanswered:
            if answered is None:
                raise
            break
        if clicks >= MOST_CLICKS or not await press(page, shown.refuse, refuses):
            break
        at = _now()
        closed, following = await _outcome(page, shown, before)
        answered = Answered(shown.refuse.words, clicks + 1, closed, at)
        shown = following
    if answered is None and prompt.settings is not None:
        return await _refuse_in_settings(page, prompt.settings)
    return answered


async def agree(page: Page, prompt: Prompt) -> Answered | None:
    """Agree, ticking first the boxes that stand for it; None where nothing agrees."""
    control = prompt.accept or (prompt.acknowledge if prompt.implied else None)
    if control is None:
        return None
    clicks = 0
    for box in prompt.boxes:
        if must_be_ticked(box):
            clicks += await _flip(page, prompt.frame, box)
    before = await _scene(page, all_overs=True)
    if not await press(page, control, lambda seen: same(seen, control)):
        return None
    at = _now()
    closed, _ = await _outcome(page, prompt, before)
    return Answered(control.words, clicks + 1, closed, at)


async def _refuse_in_settings(page: Page, settings: Control) -> Answered | None:
    """Refuse where the dialog only leads to settings: by a control there, or by unticking."""
    before = await _scene(page, all_overs=True)
    if not await press(page, settings, opens_settings):
        return None
    panel = await _panel(page, before)
    if panel is None:
        return None
    clicks = 1
    control = panel.refuse
    if control is None or not _firm(panel):
        unticked = await _untick(page, panel)
        if unticked is None:
            return None
        clicks += unticked
        panel = await _panel(page, before)
        if panel is None or panel.save is None or not _only_needed(panel.boxes):
            return None
        control = panel.save
    before = await _scene(page, all_overs=True)
    wanted = refuses if control.role in {"refuse", "necessary"} else saves
    if not await press(page, control, wanted):
        return None
    at = _now()
    closed, _ = await _outcome(page, panel, before)
    return Answered(control.words, clicks + 1, closed, at)


def _only_needed(boxes: tuple[Box, ...]) -> bool:
    return bool(boxes) and not any(box.grants for box in boxes)


async def _untick(page: Page, panel: Prompt) -> int | None:
    """Untick every box beyond the necessary; None where one stays or cannot be read."""
    clicks = 0
    if panel.save is None or not panel.boxes:
        return None
    for box in panel.boxes:
        if not box.grants:
            continue
        if box.ticked is None or not box.offered or box.kind == "radio":
            return None
        if not await _flip(page, panel.frame, box):
            return None
        clicks += 1
    return clicks


async def _flip(page: Page, frame: Frame, box: Box) -> bool:
    """Click a box, and say whether it changed."""
    if box.target is None:
        return False
    at = (frame, tuple(box.target), tuple(box.steps))
    if not await click(page, *at, lambda seen: seen.ticked is box.ticked):
        return False
    after = await spot(frame, "state", box=box.steps)
    return after.ticked is (not box.ticked)


async def _panel(page: Page, before: _Scene) -> Prompt | None:
    """Wait for the settings that a click opened: what is new and can be refused or saved."""
    end = time.monotonic() + SETTLE_S
    old = before.texts
    while time.monotonic() < end:
        await asyncio.sleep(POLL_S)
        with contextlib.suppress(Unanswered):
            scene = await _scene(page, all_overs=True)
            if any(seen.truncated for _, seen in scene.seen):
                return None  # a box beyond the bounds may be ticked
            new = [
                read(over, seen, frame) for frame, seen, over in scene.overs if over.text not in old
            ]
            fit = [one for one in new if _firm(one) or one.save]
            if fit:
                return min(fit, key=lambda one: (not _firm(one), not one.boxes, len(one.text)))
    return None


async def _outcome(page: Page, prompt: Prompt, before: _Scene) -> tuple[bool | None, Prompt | None]:
    """Wait for what a click does: whether the dialog went, and which one asks to refuse again."""
    end = time.monotonic() + SETTLE_S
    old, closed = before.texts, None
    gone_at = None
    while time.monotonic() < end and not page.is_closed():
        await asyncio.sleep(POLL_S)
        try:
            scene = await _scene(page, all_overs=True)
        except Unanswered:
            continue
        following = _following(scene, old)
        closed = not _stands(scene, prompt)
        if following is not None:
            return closed, following
        gone_at = (gone_at or time.monotonic()) if closed else None
        if gone_at is not None and time.monotonic() - gone_at >= 3 * POLL_S:
            return True, None
    return (True if page.is_closed() else closed), None


def _following(scene: _Scene, old: frozenset[str]) -> Prompt | None:
    """Find the dialog that answers a refusal by asking whether it is meant."""
    for frame, seen, over in sorted(scene.overs, key=lambda one: len(one[2].text)):
        if over.text in old or over.way not in OVERLAYS or len(over.text) > 600:
            continue
        asked = read(over, seen, frame)
        if asked.refuse is not None and words.concerns_refusing(over.text):
            return asked
    return None


def _stands(scene: _Scene, prompt: Prompt) -> bool:
    """Say whether a dialog is still there: one of its controls, or what it says, in its place."""
    mine = {(one.path, words.bare(one.words)) for one in prompt.controls}
    prose = _prose(prompt)
    return any(
        frame == prompt.frame and (raw.path, words.bare(raw.said)) in mine
        for frame, seen in scene.seen
        for raw in seen.controls
    ) or any(
        frame == prompt.frame and over.path == prompt.path and prose in over.text
        for frame, _, over in scene.overs
        if prose
    )


def _prose(prompt: Prompt) -> str:
    """Give the longest piece of what a dialog says beside the words of its controls."""
    text = prompt.text
    for control in prompt.controls:
        if control.words:
            text = text.replace(control.words, "\n")
    return max((piece.strip() for piece in text.split("\n")), key=len)


def _firm(prompt: Prompt) -> bool:
    """Say whether a dialog can be refused in so many words, not merely left."""
    said = prompt.refuse.words if prompt.refuse else ""
    return words.meaning_of(said) in {"refuse", "necessary"}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def must_be_ticked(box: Box) -> bool:
    """Say whether a box that stands for agreeing has to be ticked before one can agree."""
    stands_for_agreeing = words.agrees(box.label) and purpose_of_box(box.label) == "agreement"
    return box.ticked is False and box.offered and stands_for_agreeing
