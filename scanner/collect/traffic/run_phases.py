"""The phases of a run on a phone, for a recording of traffic that was made beside it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from scanner.collect.traffic.phases import MARKED_WITHIN_S, Phases
from scanner.exchange import moment
from scanner.facts import Phase, PhaseBegan
from scanner.model import Words

FARTHEST = datetime.timedelta(hours=1)
"""How long after the last moment of a run, or of consent, a recording may still begin: later it is
not known to be of that run (project judgement)."""

UNTIMED = Words(
    "手机运行的时钟与流量记录的时钟无法对齐，无法判断请求属于哪个阶段",
    "the clocks of the run on the phone cannot be set against that of the recording, so requests"
    " have no phase",
)
APART = Words(
    "流量记录与手机运行在时间上没有重叠，无法判断请求属于哪个阶段",
    "the recording and the run on the phone do not overlap in time, so requests have no phase",
)
DISORDERED = Words(
    "手机运行的阶段在时间上倒退，无法判断请求属于哪个阶段",
    "the phases of the run on the phone go back in time, so requests have none",
)


class _Edge(NamedTuple):
    at: datetime.datetime
    within: float
    phase: Phase | None


class RunPhases:
    """The phases of a run, or of several, until a recording proves not to be of it."""

    def __init__(self, began: Iterable[PhaseBegan]) -> None:
        self.phases = Phases()
        """The phases to go by; none where there is a reason why not."""
        self.why: Words | None = None
        """Why they say nothing of this recording; None where they do."""
        self._edges = _edges(began)
        self._begun = False
        if not self._edges:
            self.why = UNTIMED
        elif _goes_back(self._edges):
            self.why = DISORDERED
        else:
            for edge in _widened(self._edges):
                self.phases.mark(edge.at, edge.phase, within_s=edge.within)

    def begin(self, started: str) -> bool:
        """Take the first moment of the recording; say whether that ends what the phases say."""
        at = moment(started)
        if self._begun or at is None or self.why is not None:
            return False
        self._begun = True
        if at <= max(edge.at for edge in self._edges) + FARTHEST:
            return False
        self.why, self.phases = APART, Phases()
        return True

    def end(self) -> None:
        """Having seen the whole recording, say whether all of it was before the run."""
        latest = self.phases.latest
        if self.why is None and latest is not None:
            first = min(edge.at - datetime.timedelta(seconds=edge.within) for edge in self._edges)
            self.why = APART if latest < first else None


def _edges(began: Iterable[PhaseBegan]) -> list[_Edge]:
    """Give the moments; none where one has no time, or nobody can say how far it is off.

    Long after the last moment of one run and before the first of the next nobody can say anything.
    """
    runs: dict[str | None, list[tuple[int, _Edge]]] = {}
    for one in began:
        at = moment(one.source.time)
        if at is None or one.within_ms is None:
            return []
        # Nobody set the clock of the proxy's machine against those of the run.
        within = max(one.within_ms / 1000, MARKED_WITHIN_S)
        edge = _Edge(at, within, one.phase)
        runs.setdefault(one.source.evidence, []).append((one.number, edge))
    edges: list[_Edge] = []
    ordered = [sorted(run, key=lambda each: each[0]) for run in runs.values()]
    for run in sorted(ordered, key=lambda run: run[0][1].at):
        if edges and run[0][1].at - edges[-1].at > FARTHEST:
            edges.append(_Edge(edges[-1].at + FARTHEST, MARKED_WITHIN_S, None))
        edges += [edge for _, edge in run]
    return edges


def _goes_back(edges: Sequence[_Edge]) -> bool:
    return any(
        (one.at - after.at).total_seconds() > one.within + after.within
        for one, after in pairwise(edges)
    )


def _widened(edges: Sequence[_Edge]) -> list[_Edge]:
    """Let no moment begin to be uncertain after the next one does: which came first is unknown."""
    done: list[_Edge] = []
    low = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    for edge in reversed(edges):
        within = max(edge.within, (edge.at - low).total_seconds())
        done.append(edge._replace(within=within))
        low = edge.at - datetime.timedelta(seconds=within)
    return done[::-1]
