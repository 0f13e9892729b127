"""What the screens that close an account ask for before they do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.collect.device.recorded import Touch, unseen
from scanner.collect.device.screens import heading_of
from scanner.collect.device.walked import Shown, Walked
from scanner.facts import ClosingDemand, ClosingDemanded
from scanner.model import Sighting, Words
from scanner.wording.closing import (
    demands_of,
    heads_closing,
    must_be_given,
    speaks_of_closing,
)
from scanner.wording.rights import plain, right_of
from scanner.wording.short import short
from scanner.wording.verifying import begins_verifying

MOST_STEPS = 12
"""Taps from the control that closes an account within which its screens stand (project
judgement)."""
"""Screens that may name the closing of accounts and are no part of it."""
_OF_ANY: frozenset[ClosingDemand] = frozenset({"code", "password"})
"""What any service may ask for."""
_CHOOSES = re.compile(
    r"任[一意选]|选择[^。;\n]{0,8}(?:方式|方法|途径)|其中(?:一种|之一)|[二两三多]种?(?:选一|方式)"
    r"|(?:其[他它]|更多|切换|更换|换一?[种个]?)[^。;\n]{0,4}(?:方式|验证)"
    r"|\b(?:either|one of|another way)\b"
)
"""Words by which a screen offers several ways."""


def facts_of(walked: Walked) -> Iterator[Sighting]:
    """Tell once for each screen and thing what it asks for; unseen where none was opened."""
    told: set[tuple[str, str]] = set()
    screens: dict[tuple[str, int], Shown] = {}
    for one in _closing_screens(walked):
        screens.setdefault((one.name, id(one.look.nodes)), one)
    for one in screens.values():
        for demand, words in _demands(walked, one):
            if (demand, one.name) not in told:
                told.add((demand, one.name))
                yield ClosingDemanded(
                    source=walked.recorded.source(one.look.place, one.look.at),
                    channel="device",
                    demand=demand,
                    required=_is_required(walked, one, demand),
                    page=one.name,
                    text=short(words),
                )
    if not screens:
        reason = Words("没有打开注销账号的界面", "no screen that closes an account was opened")
        yield unseen("closing.demanded", reason)


def _demands(walked: Walked, one: Shown) -> Iterator[tuple[ClosingDemand, str]]:
    """Give what a screen asks for and the words; of several ways to choose from it asks for none.

    What has its own field, be it for a code, is asked for also where something else is a choice.
    """
    chooses = any(_CHOOSES.search(plain(line)) for line in walked.lines(one.number))
    for line in walked.lines(one.number):
        for demand in () if chooses else demands_of(line):
            yield demand, line
    for hint in _hints(one):
        for demand in demands_of(hint, hint=True):
            if not chooses or demand in _OF_ANY:
                yield demand, hint


def _is_required(walked: Walked, one: Shown, demand: ClosingDemand) -> bool | None:
    """Say whether an account is not closed without a thing; null where that cannot be told.

    It surely is where its words leave no choice, a control or field there takes the thing, and
    the screen names no code or password, which may do as well.
    """
    if any(demand in demands_of(hint, hint=True) and demand in _OF_ANY for hint in _hints(one)):
        return True
    lines = walked.lines(one.number)
    others = [*lines, *_hints(one)]
    if any(_OF_ANY & set(demands_of(line, hint=True)) for line in others):
        return None
    by_field = any(must_be_given(hint, demand, hint=True) for hint in _hints(one))
    begins = any(
        demand in demands_of(control.words) or begins_verifying(control.words)
        for control in walked.controls(one.number)
    )
    by_words = begins and any(must_be_given(line, demand) for line in lines)
    return True if by_field or by_words else None


def _hints(one: Shown) -> Iterator[str]:
    return (node.words for node in one.look.nodes if node.kind.endswith("EditText") and node.words)


def _closing_screens(walked: Walked) -> Iterator[Shown]:
    """Give the screens that close an account: headed so, or come to from a control for it."""
    within = _numbers_after(walked)
    for one in walked.own:
        if not walked.is_page(one):
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
