"""How far the phone's clock is off, from questions for its time and how long each took."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from scanner.device.wire import Phone
from scanner.device_file import Shift

QUESTIONS = 9
"""Times that the phone is asked; the quickest answers bound the offset."""
_WAYS = ("date +%s.%N", "echo $EPOCHREALTIME", "date +%s")
"""How a phone tells its time, the finest first; older ones know only the last."""
_NUMBER = re.compile(r"(\d{9,11})(?:\.(\d{1,9}))?")


class Asked(NamedTuple):
    """One question for the phone's time, in seconds since 1970."""

    sent: float
    """When it was asked, by the host's clock."""
    told: float
    """What the phone answered, cut at its resolution."""
    came: float
    """When the answer was there, by the host's clock."""
    resolution: float
    """How coarse the answer is, in seconds."""


def ask(phone: Phone, now: Callable[[], float] = time.time) -> list[Asked]:
    """Ask the phone for its time some times over; empty where it does not tell."""
    for way in _WAYS:
        answers = [one for _ in range(QUESTIONS) if (one := _asked(phone, way, now)) is not None]
        if answers:
            return answers
    return []


def shift(answers: Iterable[Asked]) -> Shift | None:
    """Give the offset that all answers agree on, and how far it may be off.

    The phone read its clock between question and answer, so each answer bounds the offset from
    both sides, and all of them together bound it best. Where they contradict each other the clock
    was set meanwhile, and the bounds span them all. Null without an answer.
    """
    bounds = [
        (one.told - one.came, one.told + one.resolution - one.sent)
        for one in answers
        if one.came >= one.sent
    ]
    if not bounds:
        return None
    low, high = max(low for low, _ in bounds), min(high for _, high in bounds)
    if low > high:
        low, high = min(low for low, _ in bounds), max(high for _, high in bounds)
    return Shift(offset_s=round((low + high) / 2, 6), within_s=round((high - low) / 2 + 1e-6, 6))


def spanned(shifts: Iterable[Shift | None]) -> Shift | None:
    """Give one offset for a whole run from those at its ends: between them it may drift."""
    known = [one for one in shifts if one is not None]
    if not known:
        return None
    low = min(one.offset_s - one.within_s for one in known)
    high = max(one.offset_s + one.within_s for one in known)
    return Shift(offset_s=round((low + high) / 2, 6), within_s=round((high - low) / 2 + 1e-6, 6))


def _asked(phone: Phone, way: str, now: Callable[[], float]) -> Asked | None:
    sent = now()
    answer = phone.text(way, seconds=5, most=200)
    came = now()
    said = _NUMBER.fullmatch(answer.strip())
    if said is None:
        return None
    return Asked(sent, float(said[0]), came, 10.0 ** -len(said[2] or ""))
