"""In which phase each request went out: by marks in the capture, or by what the auditor stated."""

from __future__ import annotations

import datetime
from bisect import bisect_right

from scanner.exchange import Exchange, Passage, moment
from scanner.facts import Phase

MOST_MARKS = 10_000
"""Marks of one capture at most; a person sets some ten."""


class Phases:
    """The phases of one recording, in the order in which they began."""

    def __init__(self, first: Phase | None = None, since: str | None = None) -> None:
        """Begin with a phase from some moment (ISO 8601) on; without a moment, from the start."""
        self._edges: list[tuple[datetime.datetime, datetime.datetime]] = []
        self._phases: list[Phase | None] = [first]
        began = moment(since)
        if began is not None:
            self._phases = [None]
            self.mark(began, first)

    def mark(self, time: datetime.datetime, phase: Phase | None, *, within_s: float = 0.0) -> None:
        """Begin a phase at a moment that may be off by some seconds; moments come in order."""
        if len(self._edges) < MOST_MARKS:
            off = datetime.timedelta(seconds=within_s)
            self._edges.append((time - off, time + off))
            self._phases.append(phase)

    @property
    def timed(self) -> bool:
        """Whether there is more than one phase, so that the time of a request matters."""
        return bool(self._edges)

    def of(self, one: Exchange | Passage) -> Phase | None:
        """Say in which phase a request went out; None where that cannot be told.

        That is so for one without a time, for one within the uncertainty of a moment, and for one
        that began before a moment and was sent whole only after it.
        """
        if not self._edges:
            return self._phases[0]
        began = moment(one.started)
        if began is None:
            return None
        ended = moment(one.ended) if isinstance(one, Exchange) else None
        before = bisect_right(self._edges, began, key=lambda edge: edge[0])
        if before and began < self._edges[before - 1][1]:
            return None
        if ended is not None and bisect_right(self._edges, ended, key=lambda e: e[0]) > before:
            return None
        return self._phases[before]


def stated(consent_at: str, within_s: float, before: Phase) -> Phases:
    """Make the two phases of a recording of which only the moment of consent is known."""
    phases = Phases(before)
    time = moment(consent_at)
    if time is not None:
        phases.mark(time, "agreed", within_s=within_s)
    return phases
