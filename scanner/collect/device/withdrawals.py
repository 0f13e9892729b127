"""Which taps took consent back, or closed the account: a control for it, and its confirmation."""

from __future__ import annotations

import re

from scanner.collect.device import screens
from scanner.collect.device.answers import MOST_TAPS, next_look
from scanner.collect.device.asking import controls_of
from scanner.collect.device.recorded import Look, Recorded, Touch
from scanner.wording import consent as words
from scanner.wording.rights import right_of

MOST_STEPS = 12
"""Taps from the control to the confirmation at most (project judgement)."""
_SPEAKS = re.compile(
    r"撤[回销]|取消.{0,4}(?:同意|授权)|注销|删除.{0,4}[账帐]|withdraw|revoke|(?:delete|close).{0,12}account",
    re.IGNORECASE,
)
_CONFIRMS = re.compile(
    r"^(?:确认|确定|仍要|继续|同意|立即|申请)?(?:撤[回销](?:同意|授权)?|注销(?:[账帐][号户])?|提交)$"
    r"|^(?:yes,? )?(?:withdraw|revoke|delete|close)(?: (?:my )?(?:consent|account))?$"
)


def withdrawals_of(recorded: Recorded) -> frozenset[str]:
    """Give the places of the taps by which consent was taken back, each confirmed on a dialog."""
    found: list[str] = []
    begun: Touch | None = None
    steps = 0
    for number, touch in enumerate(recorded.touches[:MOST_TAPS]):
        if touch.action != "tap" or touch.on is None:
            begun = begun if touch.action in {"tap", "type", "swipe"} else None
            continue
        look = recorded.looks[touch.on]
        own = look.package in {recorded.package, ""}
        if begun is not None and own and touch.on != begun.on and _confirms(touch, look):
            if _is_last(recorded, number):
                found.append(touch.place)
                begun = None
        elif right_of(touch.words) in {"withdraw", "close_account"} and own:
            begun, steps = touch, 0
        elif begun is not None:
            steps += 1
            left = words.meaning_of(touch.words) in {"leave", "refuse", "close"}
            begun = None if left or steps > MOST_STEPS else begun
    return frozenset(found)


def _confirms(touch: Touch, look: Look) -> bool:
    """Say whether a tap confirms on a screen that speaks of taking back or closing."""
    if not screens.readable(look) or not _SPEAKS.search(look.text[:5_000]):
        return False
    said = words.bare(touch.words)
    return bool(_CONFIRMS.search(said)) or words.meaning_of(touch.words) in {"generic", "accept"}


def _is_last(recorded: Recorded, touch: int) -> bool:
    """Say whether what follows asks for no further confirmation; unknown counts as not."""
    number = next_look(recorded, touch)
    if number is None:
        return False
    look = recorded.looks[number]
    if not screens.readable(look) or look.package not in {recorded.package, ""}:
        return False
    controls = controls_of(look.nodes)
    again = any(_CONFIRMS.search(words.bare(one.words)) for one in controls)
    asks = any(one.meaning in {"generic", "accept"} for one in controls)
    return not again and not (asks and _SPEAKS.search(look.text[:5_000]))
