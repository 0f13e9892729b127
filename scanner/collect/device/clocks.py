"""Several clocks as one: every time of a recording as a moment by the host's clock.

A moment that was seen on two clocks ties them together (marks with `sync`, or run.yaml's `clock`);
what all such ties allow is how far the times of the one may be off on the other. Clocks that nobody
tied together leave a moment that may be off by any amount.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scanner.device_file import CLOCK_OF, Clock, Mark, Run, Time
from scanner.exchange import moment

TIED_WITHIN_S = 0.5
"""Seconds by which one moment that was noted on two clocks may be off itself (project judgement:
a person or a shell needs some tenths between the two)."""
FIRST, LAST = 946_684_800.0, 4_102_444_800.0
"""Times before 2000 and from 2100 on are none of a recording."""
LONGEST_DOUBT_S = 86_400.0
"""What may be off by more than a day says nothing of the order of a run."""
MILLISECONDS_FROM = 1e11
"""Numbers from here on count milliseconds since 1970, not seconds."""
HOST: Clock = "host"


class Moment(NamedTuple):
    """A moment by the host's clock."""

    at: float
    """Seconds since 1970."""
    within: float = 0.0
    """How far it may be off, in seconds; infinite where nobody can say."""

    @property
    def iso(self) -> str:
        """The moment in ISO 8601, in UTC, to the millisecond."""
        time = datetime.datetime.fromtimestamp(self.at, datetime.UTC)
        return time.isoformat(timespec="milliseconds")

    @property
    def earliest(self) -> float:
        """When it was at the earliest."""
        return self.at - self.within

    @property
    def latest(self) -> float:
        """When it was at the latest."""
        return self.at + self.within


def seconds(time: Time | None, zone: str = "") -> float | None:
    """Read a time of a recording; None for what is none, or says no offset from UTC where no zone
    is stated for such.
    """
    if isinstance(time, str):
        read = moment(time) or (moment(f"{time}{zone}") if zone and time else None)
        return None if read is None else read.timestamp()
    if time is None or not math.isfinite(time):
        return None
    number = time / 1000 if time >= MILLISECONDS_FROM else time
    return number if FIRST <= number < LAST else None


class Clocks:
    """By how much each clock is ahead of the host's, and within what."""

    def __init__(self, run: Run, marks: Iterable[Mark]) -> None:
        self._of_part: Mapping[str, Clock] = {**CLOCK_OF, **run.clocks}
        self._zone = run.zone or ""
        ties: dict[Clock, list[tuple[float, float]]] = {}
        if run.clock is not None and math.isfinite(run.clock.offset_s):
            within = abs(run.clock.within_s) if math.isfinite(run.clock.within_s) else math.inf
            offset = run.clock.offset_s
            ties["device"] = [(offset - within, offset + within)]
        for mark in marks:
            told = {clock: seconds(time, self._zone) for clock, time in (mark.sync or {}).items()}
            host = told.get(HOST)
            for clock, time in told.items():
                if host is not None and time is not None and clock != HOST:
                    span = (time - host - TIED_WITHIN_S, time - host + TIED_WITHIN_S)
                    ties.setdefault(clock, []).append(span)
        used = {self._of_part.get(part) for part in CLOCK_OF}
        self._ahead: dict[Clock, Moment] = {HOST: Moment(0.0)}
        for clock, spans in ties.items():
            low, high = min(low for low, _ in spans), max(high for _, high in spans)
            self._ahead[clock] = Moment((low + high) / 2, (high - low) / 2)
        alone = used - {HOST}
        if HOST not in used and len(alone) == 1:
            self._ahead.setdefault(alone.pop() or HOST, Moment(0.0))  # one clock for everything

    @property
    def within(self) -> float:
        """How far the device's clock may be off against the host's, in seconds."""
        return self._ahead.get("device", Moment(0.0, math.inf)).within

    def tied(self, part: str) -> bool:
        """Say whether the times of a part can be set against those of the others."""
        return self._of_part.get(part, HOST) in self._ahead

    def ahead(self, part: str) -> float:
        """Say how far the clock of a part is ahead of the host's, in seconds; 0 where unknown."""
        return self._ahead.get(self._of_part.get(part, HOST), Moment(0.0)).at

    def of(self, part: str, time: Time | None, within: float | None = None) -> Moment | None:
        """Give a time of a part as a moment; None where it is no time at all."""
        at = seconds(time, self._zone)
        if at is None:
            return None
        own = abs(within) if within is not None and not math.isnan(within) else 0.0
        ahead = self._ahead.get(self._of_part.get(part, HOST))
        if ahead is None:
            return Moment(at, math.inf)
        shifted = at - ahead.at
        if not FIRST <= shifted < LAST:
            return None
        within = ahead.within + own
        return Moment(shifted, within if within <= LONGEST_DOUBT_S else math.inf)
