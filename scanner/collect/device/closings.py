"""What the screens that close an account ask for before they do."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.device.recorded import Touch, unseen
from scanner.collect.device.screens import heading_of
from scanner.collect.device.walked import Shown, Walked
from scanner.facts import ClosingDemanded
from scanner.model import Sighting, Words
from scanner.wording.closing import demands_of, heads_closing, speaks_of_closing
from scanner.wording.rights import right_of
from scanner.wording.short import short

MOST_STEPS = 12
"""Taps from the control that closes an account within which its screens stand (project
judgement)."""
_NOT_CLOSING = frozenset({"policy", "consent", "permission", "system", "settings"})
"""Screens that may name the closing of accounts and are no part of it."""


def facts_of(walked: Walked) -> Iterator[Sighting]:
    """Tell once for each screen and thing what it asks for; unseen where none was opened."""
    told: set[tuple[str, str]] = set()
    screens: dict[tuple[str, int], Shown] = {}
    for one in _closing_screens(walked):
        screens.setdefault((one.name, id(one.look.nodes)), one)
    for one in screens.values():
        for line in _lines(one, walked):
            for demand in demands_of(line):
                if (demand, one.name) not in told:
                    told.add((demand, one.name))
                    yield ClosingDemanded(
                        source=walked.recorded.source(one.look.place, one.look.at),
                        channel="device",
                        demand=demand,
                        page=one.name,
                        text=short(line),
                    )
    if not screens:
        reason = Words("没有打开注销账号的界面", "no screen that closes an account was opened")
        yield unseen("closing.demanded", reason)


def _lines(one: Shown, walked: Walked) -> Iterator[str]:
    """Give the words of a screen, and the hints of what is to be filled in."""
    yield from walked.lines(one.number)
    for node in one.look.nodes:
        if node.kind.endswith("EditText") and node.words:
            yield node.words


def _closing_screens(walked: Walked) -> Iterator[Shown]:
    """Give the screens that close an account: headed so, or come to from a control for it."""
    within = _numbers_after(walked)
    for one in walked.own:
        if not one.readable or one.kind in _NOT_CLOSING or walked.is_policy(one.number):
            continue
        if heads_closing(heading_of(one.look)) or (
            one.number in within and speaks_of_closing(one.look.text[:5_000])
        ):
            yield one


def _numbers_after(walked: Walked) -> set[int]:
    """Give the screens that followed a tap on a control that closes an account."""
    found: set[int] = set()
    begun: int | None = None
    steps = 0
    for touch in walked.recorded.touches if walked.ordered else ():
        if touch.on is None:
            continue
        if begun is not None:
            found.update(range(begun + 1, touch.on + 1))
        steps += 1
        if _begins(walked, touch):
            begun, steps = touch.on, 0
        elif touch.action not in {"tap", "type", "swipe"} or steps > MOST_STEPS:
            begun = None
    if begun is not None:
        found.update(range(begun + 1, len(walked.shown)))
    return found


def _begins(walked: Walked, touch: Touch) -> bool:
    control = walked.control_of(touch)
    words = (control.words if control else "") or touch.words
    return touch.action == "tap" and right_of(words) == "close_account"
