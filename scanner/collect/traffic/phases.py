"""In which phase each request went out: by marks in the capture, or by what the auditor stated."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from scanner.exchange import Exchange, Message, Passage, moment
from scanner.facts import Phase

MOST_MARKS = 1_000
"""Marks of one capture at most; a person sets some ten."""
MOST_SPANS = 5
"""Spans of one phase that a fact names at most."""
MARKED_WITHIN_S = 5.0
"""Seconds that a person may need between a tap on the phone and the key that marks it (project
judgement): what lies as near to a mark belongs to no phase."""


class Phases:
    """The phases of one recording, in the order in which they began."""

    def __init__(self, first: Phase | None = None, since: str | None = None) -> None:
        """Begin with a phase from some moment (ISO 8601) on; without a moment, from the start."""
        self._edges: list[tuple[datetime.datetime, datetime.datetime]] = []
        self.disordered = False
        """Whether the marks go back in time, as when a clock was set, or are too many: then there
        are no phases."""
        self._phases: list[Phase | None] = [first]
        self.earliest: datetime.datetime | None = None
        """When the first of what was asked after began; null before it was, or with one phase."""
        self.latest: datetime.datetime | None = None
        """When the last did."""
        began = moment(since)
        if began is not None:
            self._phases = [None]
            self.mark(began, first)

    def mark(self, time: datetime.datetime, phase: Phase | None, *, within_s: float = 0.0) -> None:
        """Begin a phase at a moment that may be off by some seconds."""
        if len(self._edges) >= MOST_MARKS:
            self.disordered = True
            return
        off = datetime.timedelta(seconds=within_s)
        if self._edges and time - off < self._edges[-1][0]:
            self.disordered = True
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
        return self.between(one.started, one.ended if isinstance(one, Exchange) else None)

    def between(self, started: str, ended: str | None = None) -> Phase | None:
        """Say in which phase something was from its beginning to its end (ISO 8601)."""
        if not self._edges:
            return self._phases[0]
        began = moment(started)
        if began is None or self.disordered:
            return None
        self.earliest = min(self.earliest or began, began)
        self.latest = max(self.latest or began, began)
        done = moment(ended)
        before = bisect_right(self._edges, began, key=lambda edge: edge[0])
        if any(began < until for _, until in self._edges[:before]):
            return None
        if done is not None and bisect_right(self._edges, done, key=lambda edge: edge[0]) > before:
            return None
        return self._phases[before]

    def span(self, phase: Phase | None) -> str | None:
        """Give when a phase began and ended, as ISO 8601 has intervals, and how far that is off.

        Of a phase that came several times, each; None where nothing parts the phases.
        """
        if not self._edges or phase is None or self.disordered:
            return None
        moments = [(low + (high - low) / 2, (high - low) / 2) for low, high in self._edges]
        ends = [None, *moments, None]
        spans = [
            "/".join("" if end is None else end[0].isoformat() for end in ends[at : at + 2])
            for at, one in enumerate(self._phases)
            if one == phase
        ]
        off = max(off.total_seconds() for _, off in moments)
        listed = ", ".join(spans[:MOST_SPANS])
        return f"{listed} ±{off:g} s" if spans else None

    def parts(self, one: Exchange) -> Iterator[tuple[Phase | None, Exchange]]:
        """Give an exchange with its phase; of a WebSocket one for each phase of its messages.

        What opened it, its address and headers, belongs to the phase in which it was opened.
        """
        if not one.messages or not self._edges:
            yield self.of(one), one
            return
        opened = self.between(one.started)
        messages: dict[Phase | None, list[Message]] = {opened: []}
        for message in one.messages:
            phase = self.between(message.time) if message.time else None
            messages.setdefault(phase, []).append(message)
        bare = msgspec.structs.replace(
            one, url=one.url.partition("?")[0], request_headers=(("Upgrade", "websocket"),)
        )
        for phase, held in messages.items():
            if phase == opened:
                yield phase, msgspec.structs.replace(one, messages=tuple(held))
            else:
                began = held[0].time or ""
                yield phase, msgspec.structs.replace(bare, messages=tuple(held), started=began)


def stated(consent_at: str, within_s: float, before: Phase) -> Phases:
    """Make the two phases of a recording of which only the moment of consent is known."""
    phases = Phases(before)
    time = moment(consent_at)
    if time is not None:
        phases.mark(time, "agreed", within_s=within_s)
    return phases
