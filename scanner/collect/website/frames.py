"""Asking every frame of a page by our own scripts, within bounds, trusting no answer's type."""

from __future__ import annotations

import asyncio
import functools
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from scanner.browser import Unanswered, ask
from scanner.model import Words

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page

MOST_FRAMES = 24
"""Frames of a page that are asked; pages with advertising have about a dozen."""
MOST_NODES = 60_000
"""Elements of a frame that are looked at."""
MILLISECONDS = 3000
"""Longest that our script may work in one frame."""
LONGEST = 32_000_000
"""Characters of an answer; one of many links has about a million."""
_MOVING_S = 1.5
"""Longest that is waited for a page's own movements to end, in seconds."""
_SHORTEST_PAUSE_S = 0.05
"""Seconds before a page is asked again at least."""
_MOVING = """() => {
  try {
    let left = 0;
    for (const one of Document.prototype.getAnimations.call(document).slice(0, 500)) {
      if (one.playState !== "running" || !one.effect) continue;
      const { endTime, localTime } = one.effect.getComputedTiming();
      if (Number.isFinite(endTime)) left = Math.max(left, endTime - (localTime ?? 0));
    }
    return left;
  } catch {
    return 0;
  }
}"""
"""Milliseconds until the last movement ends; those that go on for ever are not waited for."""
_FRAME_S = 2.0
"""Longest that finding the place of a frame in its page may take, in seconds."""

_Answer = TypeVar("_Answer", bound=msgspec.Struct)


@functools.cache
def script(name: str) -> str:
    """Give a page script of ours as a function expression, with what all of them share."""
    here = Path(__file__).parent
    parts = [(here / file).read_text("utf-8") for file in ("nodes.js", f"{name}.js")]
    return "(limits) => {\n" + "\n".join(parts) + "\n}"


def limits(**more: int | str) -> dict[str, int | str]:
    """Give the bounds that every page script of ours is handed."""
    return {"nodes": MOST_NODES, "milliseconds": MILLISECONDS, **more}


async def answer_of(
    frame: Frame, name: str, bounds: dict[str, int | str], kind: type[_Answer]
) -> _Answer:
    """Ask a frame by a page script of ours; raises Unanswered also where the answer is malformed.

    Nothing that a page says is trusted to have the type that our script gave it.
    """
    said = await ask(frame, script(name), bounds, seconds=MILLISECONDS / 1000 + 2)
    try:
        if isinstance(said, str) and len(said) <= LONGEST:
            return msgspec.json.decode(said.encode("utf-8", "replace"), type=kind)
    except (msgspec.MsgspecError, RecursionError):
        pass
    reason = Words("页面篡改了对检查脚本的应答", "the page altered what our script answered")
    raise Unanswered(reason)


async def read_frames(
    page: Page,
    name: str,
    bounds: dict[str, int | str],
    kind: type[_Answer],
    unread: list[Words] | None,
) -> list[tuple[int, bool, _Answer]]:
    """Ask every frame of a page: its number, whether a person can see it, and its answer.

    Raises Unanswered when the page itself did not answer. What a frame inside it did not answer
    is appended to `unread`; without such a list it raises too.
    """
    await settled(page)
    answers = [(0, True, await answer_of(page.main_frame, name, bounds, kind))]
    frames = page.frames
    for number, frame in enumerate(frames[1:MOST_FRAMES], 1):
        try:
            shown = await _is_shown(frame)
            answers.append((number, shown, await answer_of(frame, name, bounds, kind)))
        except Unanswered as failed:
            if not frame.is_detached():
                tell(failed.reason, unread)
    if len(frames) > MOST_FRAMES:
        zh = f"页面有 {len(frames)} 个框架，只查看了 {MOST_FRAMES} 个"
        en = f"the page has {len(frames)} frames, of which {MOST_FRAMES} were looked at"
        tell(Words(zh, en), unread)
    return answers


async def settled(page: Page) -> None:
    """Wait until a page has faded and slid in, as long as a person hardly notices.

    What is still transparent would be taken for something that nobody can see. Raises Unanswered
    when the page did not answer.
    """
    patience = _MOVING_S
    while patience > 0:  # a busy machine moves a page on later than its clock says
        left = await ask(page.main_frame, _MOVING)
        if not isinstance(left, int | float) or left <= 0:
            return
        pause = min(max(left / 1000, _SHORTEST_PAUSE_S), patience)
        await asyncio.sleep(pause)
        patience -= pause


def tell(reason: Words, unread: list[Words] | None) -> None:
    """Put down that something stayed unread; raises Unanswered where nobody takes that down."""
    if unread is None:
        raise Unanswered(reason)
    if reason not in unread:
        unread.append(reason)


def overfull(what_zh: str, what_en: str) -> Words:
    """Say that a page holds more than our bounds, or took too long to go through."""
    return Words(
        f"页面过大，{what_zh}没有全部读取", f"the page is too large: not all {what_en} were read"
    )


def whole(value: float) -> int:
    """Give a number that a page told as an integer within reason; 0 for what is none."""
    return int(value) if abs(value) < 1e7 else 0


async def _is_shown(frame: Frame) -> bool:
    """Say whether the element that holds a frame, and all above it, can be seen."""
    from playwright.async_api import Error  # noqa: PLC0415 - heavy

    try:
        async with asyncio.timeout(_FRAME_S):
            while frame.parent_frame is not None:
                element = await frame.frame_element()
                box = await element.bounding_box()
                if box is None or box["width"] * box["height"] < 4 or box["x"] + box["width"] <= 0:
                    return False
                frame = frame.parent_frame
    except TimeoutError:
        said = Words("框架所在的页面未应答", "the page around a frame did not answer")
        raise Unanswered(said) from None
    except Error:
        return False
    return True
