"""Which screens are windows that an app lays over another or shows as it starts, and where one led
people who tapped it, slid over it or moved the phone.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Set
from typing import Literal

from scanner.collect.device.pushes import STORES, is_of_the_phone
from scanner.collect.device.recorded import Motion, Touch
from scanner.collect.device.screens import is_painted, sells, skips
from scanner.collect.device.walked import (
    AT_ONCE_S,
    NO_WAY,
    ON_ITS_WAY,
    PERHAPS_S,
    SMALLER,
    Shown,
    Walked,
    size_of,
)
from scanner.device_file import SCREENS
from scanner.facts import WindowJumped
from scanner.knowledge import Knowledge
from scanner.wording.consent import meaning_of
from scanner.wording.fold import fold
from scanner.wording.short import short

Cause = Literal["tap", "shake", "slide"]
CAUSES: dict[str, Cause] = {"tap": "tap", "shake": "shake", "swipe": "slide"}
FEW = 4
"""Controls up to which a whole screen that calls for a shake or slide, or is marked as advertising,
is a window (project judgement)."""
BAR = 0.05
"""Share of the screen, from its top, in which a tap falls on the bar of the system (project
judgement)."""
_CAUSED = {
    "shake": re.compile(
        r"摇[一动晃]|摇手机|扭[一动转]|转[一动]转?手机|转动|晃动|翻转|倾斜|shake|tilt|twist"
    ),
    "slide": re.compile(r"上滑|下滑|左滑|右滑|滑动|向上划|划一划|擦一擦|swipe|slide"),
    "tap": re.compile(
        r"点击|轻触|点一点|戳|查看详情|了解详情|跳转|前往|打开|下载|立即|马上|去看看|tap|click"
    ),
}
"""Words by which a window says that what is done leads on."""
_MARKED = re.compile(r"\W*(?:广\s*告|廣告|推\s*广|赞\s*助|ads?|advertisement|sponsored)\W*", re.I)
_ANSWERS = frozenset({"close", "leave", "refuse", "acknowledge", "accept", "settings"})


def is_window(walked: Walked, one: Shown) -> bool:
    """Say whether a screen is a window over another, or an advertisement as large as the screen."""
    if not (one.own and one.readable) or one.kind not in ("other", "main"):
        return False
    controls = walked.controls(one.number)
    over = one.kind == "other" and one.over
    if over and (not is_whole(walked, one) or any(skips(words) for words, _ in controls)):
        return True
    if len(controls) > FEW:
        return False
    lines = walked.lines(one.number)
    moves = any(_CAUSED["shake"].search(fold(line[:80])) for line in lines)
    if not (over or moves or any(_MARKED.fullmatch(line) for line in lines)):
        return False
    return _is_pictured(one) and _came_by_itself(walked, one)


def is_whole(walked: Walked, one: Shown) -> bool:
    """Say whether a screen is as large as any that the app showed."""
    return size_of(one.look) >= SMALLER * walked.largest


def _is_pictured(one: Shown) -> bool:
    """Say whether one element without words covers most of a screen, as no list or text does."""
    parents = {node.path.rpartition("/")[0] for node in one.look.nodes}
    bare = (node for node in one.look.nodes if not node.words and node.path not in parents)
    return any(node.area * 2 >= size_of(one.look) > 0 for node in bare)


def _came_by_itself(walked: Walked, one: Shown) -> bool:
    """Say whether nothing was done before a screen came that may have opened it.

    An answer given once, as to a question for consent, opens no page; without taps in a known
    order only what stood there first came by itself.
    """
    first = one
    for before in reversed(walked.shown[: one.number]):
        if not before.own or before.name != one.name:
            break
        first = before
    if first.number == 0:
        return True
    if not walked.ordered:
        return False
    acts = [*walked.touched(first.number - 1), *walked.touched(first.number - 2)]
    on = walked.shown
    return not any(
        act.action in ON_ITS_WAY | {"back", "shake"}
        and first.look.at.earliest - act.at.latest <= PERHAPS_S
        and (act.on is None or on[act.on].kind not in NO_WAY)
        for act in acts
    )


def facts_of(walked: Walked, knowledge: Knowledge) -> Iterator[WindowJumped]:
    """Tell once for each screen below, cause and place where a window led people.

    Without taps in an order that is known nobody can say what led there: nothing is told then.
    """
    told: set[tuple[str, Cause, str]] = set()
    stores = knowledge.sets.get(STORES, frozenset())
    touches = walked.recorded.touches if walked.ordered else ()
    for touch, following in itertools.zip_longest(touches, touches[1:]):
        cause = CAUSES.get(touch.action)
        if cause is None or touch.on is None:
            continue
        one = walked.shown[touch.on]
        if not is_window(walked, one) or not walked.surely_on(touch):
            continue
        came = _came(walked, touch, following)
        led_to = None if came is None else _led_to(came, stores)
        if came is None or led_to is None or (one.name, cause, led_to) in told:
            continue
        told.add((one.name, cause, led_to))
        yield _fact(walked, touch, cause, led_to, came)


def _came(walked: Walked, touch: Touch, following: Touch | None) -> Shown | None:
    """Give the screen that came at once, if nothing else was done before."""
    one = walked.shown[touch.on or 0]
    for new in walked.shown[one.number + 1 : one.number + 3]:
        late = new.look.at.earliest - touch.at.latest > AT_ONCE_S
        other = following is not None and following.at.earliest <= new.look.at.latest
        early = new.look.at.latest < touch.at.earliest
        if late or other:
            return None
        if not early and new.name != one.name:
            return new
    return None


def _led_to(came: Shown, stores: Set[str]) -> Literal["app", "store", "page"] | None:
    """Say what came; None for what comes when a window goes by itself, or belongs to the phone."""
    package = came.look.package
    if came.prompt or not package:
        return None
    if not came.own:
        if package in stores:
            return "store"
        return None if is_of_the_phone(package) else "app"
    landed = came.kind == "other" and not came.over
    return "page" if landed and any(map(is_painted, came.look.nodes)) else None


def _fact(
    walked: Walked,
    touch: Touch,
    cause: Cause,
    led_to: Literal["app", "store", "page"],
    came: Shown,
) -> WindowJumped:
    one = walked.shown[touch.on or 0]
    recorded, motion = walked.recorded, touch.motion or Motion(None, None, None)
    lines = [fold(line[:80]) for line in walked.lines(one.number)]
    return WindowJumped(
        source=recorded.source(came.look.place, came.look.at),
        channel="device",
        page=one.name,
        cause=cause,
        led_to=led_to,
        text=short(" ".join(walked.lines(one.number))),
        on_control=_on_control(walked, touch) if cause == "tap" else None,
        told=any(_CAUSED[cause].search(line) for line in lines),
        acceleration=_up(motion.acceleration, 100),
        turned=_up(motion.turned, 1),
        lasted_ms=_up(motion.lasted_s, 1000),
        by_subject=recorded.by_subject(one.look.package, moment=one.look.at),
        phase=recorded.phase(one.look.at, SCREENS),
    )


def _up(measured: float | None, by: int) -> int | None:
    """Round what was measured up, so that nothing falls below a limit by rounding."""
    return None if measured is None else math.ceil(measured * by)


def _beside_controls(one: Shown, touch: Touch) -> bool | None:
    """Say whether what lies under a finger, where no control is, says that it leads on.

    Other words may be a control that the tree does not call one, and so may the system's bar.
    """
    if touch.spot is None:
        return None
    x, y = touch.spot
    if y <= BAR * max(node.bounds[3] for node in one.look.nodes):
        return None
    said = [
        fold(node.words)
        for node in one.look.nodes
        if node.words
        and node.bounds[0] <= x < node.bounds[2]
        and node.bounds[1] <= y < node.bounds[3]
    ]
    if any(_CAUSED["tap"].search(words) for words in said):
        return True
    return None if said else False


def _on_control(walked: Walked, touch: Touch) -> bool | None:
    """Say whether a tap fell on a control with words that are no answer; None where unknown.

    What covers most of the screen is no control, whatever stands on it.
    """
    if touch.node is None:
        return None
    one = walked.shown[touch.on or 0]
    control = walked.control_of(touch)
    if control is None or control.node.area * 2 > size_of(one.look):
        return _beside_controls(one, touch)
    if not control.words:
        return None
    return not skips(control.words) and (
        meaning_of(control.words) not in _ANSWERS
        or bool(_CAUSED["tap"].search(fold(control.words)))
        or sells(control.words)
    )
