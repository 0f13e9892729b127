"""In which phase of a run a moment lies; what may lie on either side of an edge lies in none."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scanner.collect.device.clocks import Moment
from scanner.facts import Phase, PhaseBegan, Source

MOST_EDGES = 1_000
"""Edges of one run at most; a run has some ten."""
MOST_SPANS = 5
"""Spans of one phase that a fact names at most."""


class Edge(NamedTuple):
    """The moment at which a phase began, and what shows it."""

    at: Moment
    phase: Phase | None
    """The phase; None where from here on nobody can say."""
    cause: str
    """As in phase.began."""
    words: str
    """Words of the control or mark; empty where there are none."""
    place: str
    """Where it stands in the recording."""


class Phases:
    """The phases of one run."""

    def __init__(self, edges: Iterable[Edge] = ()) -> None:
        self.edges = tuple(sorted(edges, key=lambda edge: edge.at.at))[:MOST_EDGES]
        bounds = {edge.at.earliest for edge in self.edges} | {edge.at.latest for edge in self.edges}
        self._bounds = sorted(bounds)
        self._phases = [self._between(low) for low in self._bounds]

    def _between(self, low: float) -> Phase | None:
        """Give the phase of the stretch that begins at a bound; None within any edge, unless it is
        before consent whichever side it lies on.
        """
        near = [edge.phase for edge in self.edges if edge.at.earliest <= low < edge.at.latest]
        before = [edge for edge in self.edges if edge.at.latest <= low]
        former = before[-1].phase if before else None
        if not near:
            return former
        if before or self.edges[0].phase != "first_launch":
            near.append(former)  # else nothing of the app ran before it was ever started
        return _whichever(near)

    def of(self, moment: Moment) -> Phase | None:
        """Say in which phase a moment was for certain; None where that cannot be told.

        What was either before the question for consent or while it stood there, and nobody knows
        which, counts as the latter: there is no consent in either.
        """
        if not math.isfinite(moment.within) or not self._bounds:
            return None
        first = bisect_right(self._bounds, moment.earliest) - 1
        last = bisect_right(self._bounds, moment.latest) - 1
        return _whichever(self._phases[first : last + 1]) if first >= 0 else None

    def possible(self, moment: Moment) -> frozenset[Phase | None]:
        """Give every phase in which a moment may have been, none left out."""
        if not math.isfinite(moment.within):
            return frozenset(edge.phase for edge in self.edges)
        return frozenset(
            edge.phase
            for edge, following in itertools.zip_longest(self.edges, self.edges[1:])
            if edge.at.earliest <= moment.latest
            and (following is None or following.at.latest >= moment.earliest)
        )

    def span(self, phase: Phase | None) -> str | None:
        """Give when a phase began and ended, as ISO 8601 has intervals, and how far that is off."""
        if phase is None:
            return None
        spans, off = [], 0.0
        for number, edge in enumerate(self.edges):
            if edge.phase != phase:
                continue
            follower = self.edges[number + 1] if number + 1 < len(self.edges) else None
            spans.append(f"{edge.at.iso}/{follower.at.iso if follower else ''}")
            off = max(off, edge.at.within, follower.at.within if follower else 0.0)
        return f"{', '.join(spans[:MOST_SPANS])} ±{off:.3g} s" if spans else None

    def facts(self, evidence: str, *, captured: bool) -> list[PhaseBegan]:
        """Give the edges as facts, in their order."""
        return [
            PhaseBegan(
                source=Source(
                    evidence=evidence, at=edge.place, time=edge.at.iso, captured=captured
                ),
                channel="device",
                number=number,
                phase=edge.phase,
                cause=edge.cause,  # type: ignore[arg-type]  # one of the words of phase.began
                words=edge.words or None,
                within_ms=min(round(edge.at.within * 1000), 10**9)
                if math.isfinite(edge.at.within)
                else None,
            )
            for number, edge in enumerate(self.edges, 1)
        ]


def _whichever(phases: Sequence[Phase | None]) -> Phase | None:
    """Give the phase of what may lie in any of some; None where they say different things."""
    several = set(phases)
    if len(several) == 1:
        return several.pop()
    return "consent_shown" if several == {"first_launch", "consent_shown"} else None
