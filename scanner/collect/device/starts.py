"""Whether the user had just started a function when the app asked for something."""

from __future__ import annotations

import math
import re
from bisect import bisect_right

from scanner.collect.device.dialogs import touched_answer
from scanner.collect.device.recorded import Recorded, Touch
from scanner.collect.device.screens import is_prompt, kind_of, name_of
from scanner.device_file import TAPS
from scanner.wording.consent import meaning_of
from scanner.wording.fold import fold

STARTED_S = 5.0
"""Seconds after a tap within which a dialog is its doing (project judgement)."""
MARKED_S = 10.0
"""Seconds after the auditor's mark of a function (project judgement)."""
NEAR_S, MOST_NEAR = 60.0, 400
"""Seconds after a dialog, and doings up to then, among which one may have come before it."""
MOST_ON_A_PAGE = 3
"""Controls of a page that explains and goes on; one with more is used for other things too."""
MOST_BACK = 40
"""Doings before a dialog that are looked at."""
_GOING_ON = re.compile(
    r"(?:下一步|继续|去?(?:开启|设置|授权|打开)(?:权限|定位|授权)?|"
    r"(?:立即|马上|现在)(?:开启|授权|体验|进入|使用|设置)"
    r"|进入(?:应用|首页|app)?|开始(?:使用|体验)?|跳过|好的?|知道了|我知道了|了解|授权|确认|next|continue"
    r"|get started|start|skip|(?:go to |open )?settings|enable|turn on|grant|got it|proceed)"
)
_BY_ACTION = {**dict.fromkeys(("launch", "stop", "update"), "stop"), "swipe": "unknown"}
"""What is no tap: a button that is held down is recorded as a swipe."""
_MEANINGS = frozenset(
    {"accept", "generic", "acknowledge", "refuse", "leave", "necessary", "save", "close"}
)


def is_going_on(words: str) -> bool:
    """Say whether words of a control only answer, or go on, and start nothing of their own."""
    return meaning_of(words) in _MEANINGS or _GOING_ON.fullmatch(fold(words)) is not None


def function_started(recorded: Recorded, first: int) -> bool | None:
    """Say whether the user had just started a function when the screen of a number came.

    None where taps were not recorded, or one of them cannot be read.
    """
    asked = recorded.looks[first].at
    if not math.isfinite(asked.within):
        return None
    if _marked(recorded, first):
        return True
    if not recorded.has(TAPS) or TAPS in recorded.disordered:
        return None
    unsure, begun = False, first
    until = bisect_right(recorded.touches, asked.latest + NEAR_S, key=lambda touch: touch.at.at)
    near = recorded.touches[max(0, until - MOST_NEAR) : until]
    back = [touch for touch in near if touch.at.earliest <= asked.latest]
    for touch in reversed(back[-MOST_BACK:]):
        if touch.at.latest < _since(recorded, begun) - STARTED_S:
            break
        told = _meaning(recorded, touch, first)
        if told == "function":
            return True
        if told == "stop":
            break
        if told == "unknown":
            unsure = True
        if told == "on" and touch.on is not None:
            begun = min(begun, _run_start(recorded, touch.on))
    return None if unsure else False


def led_since(recorded: Recorded, first: int, most: float) -> tuple[float, bool]:
    """Say since when the user's doings led to the screen of a number, so many seconds at most.

    The moment is that of the tap that started a function, told by True; else that of the first of
    the taps that only went on, or the end of that time where nothing is known.
    """
    asked = recorded.looks[first].at
    until = bisect_right(recorded.touches, asked.latest, key=lambda touch: touch.at.at)
    since = asked.earliest
    for touch in reversed(recorded.touches[max(0, until - MOST_BACK) : until]):
        if touch.at.latest < asked.earliest - most:
            break
        told = _meaning(recorded, touch, first)
        if told in {"function", "on", "unknown"}:
            since = min(since, touch.at.earliest)
        if told in {"function", "stop"}:
            return since, told == "function"
    return since, False


def _marked(recorded: Recorded, first: int) -> bool:
    """Say whether the auditor noted a function right before."""
    asked, since = recorded.looks[first].at, _since(recorded, first)
    return any(
        told.mark.function
        and told.at is not None
        and told.at.latest >= since - MARKED_S
        and told.at.earliest <= asked.latest
        for told in recorded.marks
    )


def _since(recorded: Recorded, number: int) -> float:
    """Give the earliest moment at which a screen may have come: after the one before it."""
    own = recorded.looks[number].at.earliest
    return min(own, recorded.looks[number - 1].at.earliest) if number else own


def _meaning(recorded: Recorded, touch: Touch, first: int) -> str:
    """Tell a tap that starts something from an answer, a mere going on, and what is unknown."""
    if touch.action != "tap":
        return _BY_ACTION.get(touch.action, "nothing")
    if touch.on is None:
        return "unknown"
    if touch.on >= first:  # by the clocks it may have come before, but it fell on the dialog
        return "nothing" if touched_answer(touch) else "unknown"
    look = recorded.looks[touch.on]
    if is_prompt(look):
        return "on"
    if look.package != recorded.package or kind_of(look, look.package) in {"consent", "policy"}:
        return "stop" if look.package else "unknown"
    told = _control(touch)
    # A card among others that offers a function may word it so; an explanation holds little else.
    others = sum(node.clickable for node in look.nodes if node.package == recorded.package)
    return "unknown" if told == "on" and others > MOST_ON_A_PAGE else told


def _control(touch: Touch) -> str:
    """Tell a control of the app by its words; one without any starts something all the same."""
    if touch.words and is_going_on(touch.words):
        return "on"
    node = touch.node
    able = bool(touch.words) if node is None else node.clickable or node.checkable
    return "function" if able else "unknown"


def _run_start(recorded: Recorded, number: int) -> int:
    """Give the first of the looks in a row that show the same screen."""
    looks, package = recorded.looks, recorded.package
    name = name_of(looks[number])
    while number > 0 and name_of(looks[number - 1]) == name:
        if is_prompt(looks[number - 1]) != is_prompt(looks[number]):
            break
        if looks[number - 1].package not in {looks[number].package, package}:
            break
        number -= 1
    return number
