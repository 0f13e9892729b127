"""A recording of a run, read and set in time: everything but the calls, which may be a million."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.collect.device.clocks import Clocks, Moment
from scanner.collect.device.opening import Archive
from scanner.collect.device.phases import Phases
from scanner.device_file import (
    PARTS,
    Mark,
    Process,
    Run,
    State,
)
from scanner.facts import Phase, Source
from scanner.model import Evidence, Target, Unseen, Words
from scanner.screen_tree import Node

TAPPED_WITHIN_S = 1.0
"""Seconds by which a tap and what the app makes of it may lie apart (project judgement)."""
SEEN_WITHIN_S = 1.0
"""Seconds that a tree may need to be written after the screen stood so (project judgement)."""


class Look(NamedTuple):
    """A screen as it stood at one moment."""

    at: Moment
    place: str
    """Where it stands: the file of its tree, else the line of screens.jsonl."""
    nodes: tuple[Node, ...]
    """What stood on it; empty where there is no tree."""
    readable: bool
    """Whether there was a tree that was read whole; else anything may stand on it."""
    package: str
    """Application id of the screen, by its tree, else by the line; empty when unknown."""
    activity: str
    """Its class; empty when unknown."""
    picture: Evidence | None
    """Its picture, kept."""

    @property
    def text(self) -> str:
        """All words on it, a line for each element."""
        return "\n".join(node.words for node in self.nodes if node.words)


class Motion(NamedTuple):
    """How the phone was moved in a shake; None where nobody measured it."""

    acceleration: float | None
    """In m/s2."""
    turned: float | None
    """In degrees."""
    lasted_s: float | None


class Touch(NamedTuple):
    """What the auditor, or a script, did at one moment."""

    at: Moment
    place: str
    action: str
    """As in taps.jsonl."""
    words: str
    """Words of the control that was tapped; empty when unknown."""
    on: int | None
    """Number of the screen on which it fell, by Recorded.looks; None before the first."""
    node: Node | None
    """The element that was tapped; None when unknown."""
    stated: bool = False
    """Whether the words are those of the harness, not of the tree."""
    motion: Motion | None = None
    """Of a shake, how the phone was moved."""
    spot: tuple[float, float] | None = None
    """Pixels from the left and the top at which a tap fell, where that was noted."""


class Told(NamedTuple):
    """A mark of the auditor."""

    at: Moment | None
    place: str
    mark: Mark


class Ran(NamedTuple):
    """A process that started or ended."""

    at: Moment
    place: str
    process: Process
    package: str
    """Application id, stated or from the name of the process."""


class Dumped(NamedTuple):
    """What Android said of the app's permissions at a moment."""

    at: Moment | None
    state: State
    text: str
    """The output as it was."""


@dataclass(slots=True)
class Recorded:
    """The whole recording."""

    archive: Archive
    target: Target
    run: Run
    clocks: Clocks
    captured: bool
    """Whether it is a run of our own that is whole by its list of digests."""
    looks: tuple[Look, ...] = ()
    """Screens, in the order of their moments."""
    touches: tuple[Touch, ...] = ()
    """Taps and other doings, in their order."""
    marks: tuple[Told, ...] = ()
    """Marks, in the order of the file."""
    processes: tuple[Ran, ...] = ()
    """Processes, in the order of their moments."""
    states: tuple[Dumped, ...] = ()
    """Permission states, in the order of the file."""
    phases: Phases = field(default_factory=Phases)
    """The phases of the run."""
    disordered: set[str] = field(default_factory=set)
    """Parts whose times go back by more than their clock may be off: they belong to no phase."""

    @property
    def package(self) -> str:
        """Application id of the app that was run; empty when nobody says."""
        return self.run.app.package

    def same_build(self, moment: Moment | None = None) -> bool | None:
        """Say whether the very package that is audited was run; null where nobody says which was.

        Before an update it was another one; within the uncertainty of it nobody can say.
        """
        audited, run = self.target.visit.build, self.run
        if audited is None:  # then what was run is the subject, as far as the recording names it
            return True if self.package and run.app.sha256 else None
        builds = [run.app.sha256]
        if run.before_update is not None:
            updates = [edge.at for edge in self.phases.edges if edge.phase == "updated"]
            told = bool(updates) and moment is not None
            if not told or moment is None or moment.latest < updates[0].earliest:
                builds = [run.before_update.sha256] + ([] if told else builds)
            elif moment.earliest <= updates[0].latest:
                builds.append(run.before_update.sha256)
        same = {None if build is None else build.lower() == audited for build in builds}
        return same.pop() if len(same) == 1 else None

    def has(self, part: str) -> bool:
        """Say whether a part is there."""
        return part in self.archive

    def source(self, at: str, moment: Moment | None = None) -> Source:
        """Say where a fact of this recording can be looked up."""
        return Source(
            evidence=self.target.evidence.sha256,
            at=at,
            time=None if moment is None else moment.iso,
            captured=self.captured,
        )

    def phase(self, moment: Moment | None, part: str = "") -> Phase | None:
        """Say in which phase something was; None where that cannot be told."""
        return None if moment is None or part in self.disordered else self.phases.of(moment)

    def by_subject(
        self, package: str | None, uid: int | None = None, moment: Moment | None = None
    ) -> bool | None:
        """Say whether an app is the one audited, by its package, else by its user id."""
        if package:
            same: bool | None = package == self.package if self.package else None
        elif uid is not None and self.run.app.uid is not None:
            same = uid == self.run.app.uid
        else:
            same = None
        return self.same_build(moment) if same else same


def unseen(kind: str, reason: Words, field: str | None = None, **scope: tuple[str, ...]) -> Unseen:
    """Say what a recording did not show: facts of a kind, or one field of theirs."""
    where = {"channel": ("device",), **scope}
    return Unseen(kind=kind, scope=where, field=field, collector="device", reason=reason)


PER_USER = 100_000
"""User ids of one user of a phone (android.os.UserHandle)."""
ISOLATED = range(90_000, PER_USER)
"""User ids of processes that run apart from their app, as pages do (android.os.Process)."""


def runs_apart(uid: int) -> bool:
    """Say whether a user id is of a process that runs apart from its app."""
    return uid % PER_USER in ISOLATED


def missing(recorded: Recorded) -> tuple[str, ...]:
    """Give the parts that are not there."""
    return tuple(part for part in PARTS if part not in recorded.archive)
