"""Whether somebody may have answered a question between two looks though no tap was recorded."""

from __future__ import annotations

from bisect import bisect_left

from scanner.collect.device import screens
from scanner.collect.device.clocks import Moment
from scanner.collect.device.recorded import TAPPED_WITHIN_S, Look, Recorded

GAP_S = 5.0
"""Seconds between two looks, or from the launch to the first, in which somebody may have answered
a question, also where taps were recorded, unless the screen is the same (project judgement): a
harness may note only what it does itself."""


def may_hide_answer(
    recorded: Recorded, former: Look | None, look: Look, looked: Moment | None
) -> bool:
    """Say whether a question may have stood there, and been answered, before a look.

    `former` is the screen of the app before it, `looked` when anything was last looked at.
    """
    package = recorded.package
    if former is not None and _is_same(former, look, package):
        return False
    gap = looked is None or look.at.at - looked.at > GAP_S
    return gap or not screens.readable(look) or _moved_by_itself(recorded, former, look)


def _is_same(former: Look, look: Look, package: str) -> bool:
    """Say whether a screen is the one that stood there before, whatever is drawn on it anew."""
    if former.nodes is look.nodes and screens.readable(look):
        return True
    kind = screens.kind_of(look, package)
    named = screens.name_of(former) == screens.name_of(look)
    return named and kind == screens.kind_of(former, package) and kind != "other"


def _moved_by_itself(recorded: Recorded, former: Look | None, look: Look) -> bool:
    """Say whether another screen followed, without a tap, on one that stays until it is used."""
    if former is None or _touched(recorded, former.at, look.at):
        return False
    package = recorded.package
    before, kind = screens.kind_of(former, package), screens.kind_of(look, package)
    if before == "other":
        return screens.may_ask(former, package)
    moved = bool(former.activity and look.activity) and former.activity != look.activity
    return moved or (kind != before and kind in {"settings", "login", "policy"})


def _touched(recorded: Recorded, since: Moment, until: Moment) -> bool:
    """Say whether anything was done between two looks, as far as clocks can tell."""
    touches = recorded.touches
    begin = bisect_left(touches, since.earliest - TAPPED_WITHIN_S, key=lambda one: one.at.at)
    return begin < len(touches) and touches[begin].at.earliest <= until.latest
