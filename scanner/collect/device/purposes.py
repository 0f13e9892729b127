"""Whether an app says what a permission is for: before the system asks, or together with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scanner.collect.device.dialogs import Asked, dialog_nodes, is_answer, message_of
from scanner.collect.device.prompted import touches_on
from scanner.collect.device.reasons import Said, said_on, tells_use
from scanner.collect.device.recorded import Look, Recorded
from scanner.collect.device.screens import is_prompt, kind_of, readable
from scanner.collect.device.starts import led_since
from scanner.wording.short import short

BEFORE_S = 3.0
"""Seconds before the system's dialog within which a purpose is told together with it (project
judgement: the text says 同步)."""
EARLIER_S = 30.0
"""Seconds before it within which the screens since the user's own doing count, and any other may
have told it (project judgement)."""
MOST_BEFORE = 60
"""Looks before a dialog that are looked at."""


class Purpose(NamedTuple):
    """What an app said a permission is for."""

    shown: bool | None
    """Whether it did, before the dialog or with it; None where that was not seen."""
    words: str = ""
    """The words, shortened; empty where there are none."""
    plain: bool | None = None
    """False where they would fit anything; None where there are none, or others came before."""


def purpose_of(
    recorded: Recorded, first: int, last: int, asked: Sequence[Asked], *, denied: bool
) -> Purpose:
    """Say whether the app told the purpose of the dialog that stands on some looks."""
    before = _before(recorded, first)
    together = [recorded.looks[number] for number in range(first, last + 1)]
    near = [*together, *(recorded.looks[number] for number in before.near)]
    said = [(look, said_on(look, recorded.package, asked)) for look in _different(near)]
    told = [(look, one) for look, one in said if one.words]
    alone = [one for look, one in told if not _asks_consent(look, recorded.package)]
    far = _different(recorded.looks[number] for number in before.far)
    earlier = [one for one in (said_on(look, recorded.package, asked) for look in far) if one.words]
    if alone:
        best = min(alone, key=lambda one: not one.plain)
        unsure = not best.plain and any(one.plain for one in earlier)
        return _told(True, best._replace(plain=None) if unsure else best)
    if told or earlier:  # among everything that was to be agreed to, or some time before
        return _told(None, [*(one for _, one in told), *earlier][0])
    unsure = any(one.named for _, one in said) or any(
        _in_dialog(look, recorded.package) for look in together
    )
    unsure = unsure or (not denied and _behind(recorded, last, asked))
    return Purpose(None if unsure or not _looked(recorded, first, before) else False)


def _told(shown: bool | None, said: Said) -> Purpose:
    return Purpose(shown, short(said.words), said.plain)


def _asks_consent(look: Look, package: str) -> bool:
    return not is_prompt(look) and kind_of(look, package) in {"consent", "policy"}


def _different(looks: Iterable[Look]) -> list[Look]:
    """Give looks without those that show the very same as one before them."""
    return list({id(look.nodes): look for look in looks}.values())


class _Before(NamedTuple):
    """The app's looks that may have stood before a dialog, the latest first."""

    near: tuple[int, ...]
    """Since the user did what led to it, and within the last seconds at least."""
    far: tuple[int, ...]
    """Those before, where no function is known to have been started since."""
    whole: bool
    """Whether these are all that stood in that time."""


def _before(recorded: Recorded, first: int) -> _Before:
    """Find the looks before a dialog; the time in which other dialogs stood does not count."""
    near: list[int] = []
    far: list[int] = []
    begun = first
    since, far_since = _windows(recorded, begun)
    for number in range(first - 1, -1, -1):
        look = recorded.looks[number]
        if first - number > MOST_BEFORE:
            return _Before(tuple(near), tuple(far), whole=False)
        gone = recorded.looks[number + 1].at.latest
        if number + 1 < begun and gone < far_since:
            break
        is_near = number + 1 == begun or gone >= since
        if is_prompt(look):
            if is_near:  # asked for in a row: what was told before that may be meant for this too
                begun = number
                since, far_since = _windows(recorded, begun)
        elif look.package == recorded.package:
            (near if is_near else far).append(number)
    return _Before(tuple(near), tuple(far), whole=True)


def _windows(recorded: Recorded, first: int) -> tuple[float, float]:
    """Give since when the app's screens count for a dialog, and since when they may."""
    until = recorded.looks[first].at.earliest
    led, started = led_since(recorded, first, EARLIER_S)
    near = min(until - BEFORE_S, max(led, until - EARLIER_S))
    return near, near if started else until - EARLIER_S


def _looked(recorded: Recorded, first: int, before: _Before) -> bool:
    """Say whether the screens before a dialog were seen well enough to say what was not there."""
    looks, until, near = recorded.looks, recorded.looks[first].at, before.near
    if not near or not before.whole or not all(readable(looks[number]) for number in near):
        return False
    latest = looks[near[0]].at
    if latest.at < until.at - BEFORE_S - latest.within:
        return False
    return all(  # else a screen between was missed
        sum(touch.action == "tap" for touch in touches_on(recorded, number, following - 1)) <= 1
        for number, following in zip(near, (first, *near), strict=False)
        if following == number + 1 or following == first
    )


def _behind(recorded: Recorded, last: int, asked: Sequence[Asked]) -> bool:
    """Say whether a purpose came to light as the dialog went: it may have stood behind it."""
    for look in recorded.looks[last + 1 : last + 2]:
        near = look.at.at - recorded.looks[last].at.at <= BEFORE_S
        if near and look.package == recorded.package and not is_prompt(look):
            return bool(said_on(look, recorded.package, asked).words)
    return False


def _in_dialog(look: Look, package: str) -> bool:
    """Say whether the system's dialog itself tells a purpose beside its question."""
    asking = message_of(look, package)
    others = (node for node in dialog_nodes(look, package) if node.words not in asking)
    return any(tells_use(node.words) for node in others if node.words and not is_answer(node))
