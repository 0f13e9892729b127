"""When each phase of a run began: by the auditor's marks, the launches, the screens, the taps.

Only what was seen opens a phase. Where somebody may have answered unseen, what follows belongs to
no phase until a mark or a clear answer says more.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from scanner.collect.device import answers, gaps, screens
from scanner.collect.device.answers import MOST_TAPS, Answer
from scanner.collect.device.asking import LONGEST_CONTROL, Prompt
from scanner.collect.device.clocks import Moment
from scanner.collect.device.phases import Edge
from scanner.collect.device.recorded import TAPPED_WITHIN_S, Look, Ran, Recorded, Told, Touch
from scanner.collect.device.withdrawals import withdrawals_of
from scanner.device_file import SCREENS, TAPS
from scanner.facts import Phase
from scanner.wording import consent as words
from scanner.wording.short import short

UNSEEN_WITHIN_S = 3.0
"""Seconds between two screens in which nobody reads a question and answers it (project judgement);
it counts only where taps were not recorded."""
HANDED_OVER_WITHIN_S = 5.0
"""Seconds after a tap in the app within which another app may have been opened by it (project
judgement): a camera, a map, a way to pay."""
UNANSWERED: frozenset[Phase | None] = frozenset(["first_launch", "consent_shown", "refused"])
"""Phases without consent; they last in the background too."""
_RANK: dict[Phase | None, int] = {"installed": 0, "first_launch": 1, "consent_shown": 2}
_ANSWERED = 3
_SURFACES = re.compile(  # stand over an app, or belong to what it does
    r"^android$|systemui|inputmethod|\.ime(?:\.|$)|keyboard|permission|packageinstaller"
    r"|^com\.android\.(?:settings|documentsui|intentresolver|webview)|\.gms$|securitycenter"
)
_CUSTOM_TAB = re.compile(r"custom_?tab", re.IGNORECASE)
_LAUNCHER = re.compile(r"launcher|\.home(?:\.|$)|trebuchet|systemui\.recents", re.IGNORECASE)
Cause = Literal["launch", "screen", "tap", "mark", "process", "update"]


class _Lost(NamedTuple):
    """A phase that nobody can vouch for any more, unless the same question comes back."""

    phase: Phase | None
    key: str
    at: Moment
    place: str
    unseen: bool
    """Whether nothing was tapped that may agree: then the question that still stands shows that
    nobody answered meanwhile."""
    used: bool = False
    """Whether a screen that can be used was seen since."""


def edges_of(recorded: Recorded) -> list[Edge]:
    """Give the moments at which the phases of a run began; none where nothing shows any."""
    machine = _Machine(recorded)
    if recorded.disordered & {SCREENS, TAPS}:
        for told in recorded.marks:
            machine.mark(told)
        return machine.edges
    last = recorded.touches[MOST_TAPS] if len(recorded.touches) > MOST_TAPS else None
    for one in _in_order(recorded):
        match one:
            case Told():
                machine.mark(one)
            case Ran():
                machine.launch(one.at, "process", one.place)
            case Touch():
                machine.touch(one)
                if one is last:
                    machine.lose(one.at, one.place)
                    return machine.edges
            case int():
                machine.look(one)
    machine.end()
    return machine.edges


def _in_order(recorded: Recorded) -> Iterator[Told | Ran | Touch | int]:
    """Give everything that may begin a phase, in the order of the moments; screens by number."""
    many: list[tuple[float, int, int, Told | Ran | Touch | int]] = []
    many += [(look.at.at, 0, n, n) for n, look in enumerate(recorded.looks)]
    many += [(touch.at.at, 1, n, touch) for n, touch in enumerate(recorded.touches)]
    many += [
        (ran.at.at, 1, n, ran)
        for n, ran in enumerate(recorded.processes)
        if ran.package == recorded.package
        and ran.process.event == "started"
        and ran.process.kind == "activity"
        and math.isfinite(ran.at.within)
    ]
    many += [(t.at.at, 2, n, t) for n, t in enumerate(recorded.marks) if t.at and t.mark.phase]
    yield from (one for *_, one in sorted(many, key=lambda row: row[:3]))


class _Machine:
    """What is known of the run at the moment at which it was read so far."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded
        self.edges: list[Edge] = []
        self.prompts = answers.prompts_of(recorded)
        found = answers.answers_of(recorded, self.prompts)
        self.answers: dict[str, Answer] = {one.touch.place: one for one in found}
        self.withdrawn = withdrawals_of(recorded)
        self.marked = [one for one in map(_widened, recorded.marks) if one is not None]
        phases = {told.mark.phase for told in recorded.marks}
        self.told = recorded.has(TAPS) or bool(phases & {"agreed", "refused"})
        self.base: Phase | None = None
        """The phase but for the background."""
        self.away: Phase | Literal[False] | None = False
        """The phase while another app is in front; False while none is."""
        self.launched = False
        """Whether the app was started, or runs already."""
        self.running: Moment | None = None
        """When the app was first seen, where nobody saw it start."""
        self.lost: _Lost | None = None
        self.open: Prompt | None = None
        """The question that stands on the screen."""
        self.asked: set[str] = set()
        """The questions that stood there while nobody had agreed."""
        self.reading = False
        """Whether the user went from the question to one of its documents."""
        self.last = recorded.clocks.of(SCREENS, recorded.run.started, TAPPED_WITHIN_S)
        """When the last screen was seen, the app launched, or the run began."""
        self.sure: Moment | None = None
        """When the app was last seen as the phase has it."""
        self.former: Look | None = None
        """The last screen of the app, other than a permission it was asked for."""
        self.looked = self.last
        """When anything was last looked at, or the app launched."""
        self.tapped: Touch | None = None
        self.moved: Moment | None = None
        """When the auditor last left the app, or launched it."""

    def mark(self, told: Told) -> None:
        """Take the auditor's word."""
        found = _widened(told)
        if found is None:
            return
        at, phase = found
        if phase == "background":
            self.away = "background"
        else:
            self.base, self.away, self.lost, self.sure = phase, False, None, at
            self.launched = self.launched or phase != "installed"
        said = short(told.mark.note or told.mark.function or "")
        self._add(at, phase, "mark", said, told.place)

    def launch(self, at: Moment, cause: Cause, place: str) -> None:
        """Take a start of the app: the first after a clean install, or a further one."""
        running = self.running
        first = not self.launched or (running is not None and running.latest >= at.earliest)
        self.launched, self.running = True, None
        self.last = self.sure = self.moved = self.looked = at
        if self.away is not False:
            self.away = False
            self._emit(at, self.base, cause, "", place)
        fresh = self.base == "installed" or (self.base is None and self.lost is None)
        if first and fresh and self.recorded.run.clean_install is True:
            self._begin(at, "first_launch", cause, "", place)

    def touch(self, touch: Touch) -> None:
        """Take what the auditor did."""
        self.tapped = touch
        match touch.action:
            case "launch":
                self.launch(touch.at, "launch", touch.place)
            case "update":
                self.away = False
                self._begin(touch.at, "updated", "update", "", touch.place)
            case "home" | "screen_off" if self.launched:
                self.moved = touch.at
                self._leave(touch.at, "background", "tap", touch.place)
            case "screen_on" | "tap" | "swipe" | "back" if self.away == "background":
                self._leave(touch.at, None, "tap", touch.place)  # it may lead back to the app
            case "tap":
                self._tap(touch)
        answer = self.answers.get(touch.place)
        if answer is not None:
            self._answer(answer)

    def _tap(self, touch: Touch) -> None:
        if touch.place in self.withdrawn and self.base not in UNANSWERED:
            self._begin(touch.at, "withdrawn", "tap", short(touch.words), touch.place)
        elif self.open is not None and touch.words and words.names_document(touch.words):
            self.reading = True

    def _answer(self, answer: Answer) -> None:
        """Take an answer: consent that was given, or stands from before, is not taken back so."""
        touch = answer.touch
        open_to = self.base in UNANSWERED or self.base in {None, "withdrawn"}
        if not open_to or (self.base == "refused" and answer.answer == "refused"):
            return
        if answer.answer is None:
            if self.base in UNANSWERED:
                self.lose(touch.at, touch.place, "tap", touch.words, unseen=_beside(touch))
            return
        self.lost, self.open, self.reading = None, None, False
        self.launched = True
        self._begin(touch.at, answer.answer, "tap", short(touch.words), touch.place)

    def look(self, number: int) -> None:
        """Take a screen that was seen."""
        look = self.recorded.looks[number]
        since, looked = self.last, self.looked
        self.looked = look.at
        watched = self.told or since is None or look.at.at - since.at <= UNSEEN_WITHIN_S
        if self.away == "background" and since is not None and not watched:
            self._leave(since, None, "screen", look.place)
        package = self.recorded.package
        if package and look.package not in {package, ""}:
            self._other_app(look, since)
            return
        if not package or (not look.package and not self.launched):
            return
        if self.moved is not None and since is not None and self.moved.at > since.at:
            since = self.moved
        at = _between(since, look.at)
        if not self.launched:  # it may have run for long, whatever it asked before
            self.launched, self.running = True, look.at
        if self.away is not False:
            if self._may_precede(look):
                return
            self.away = False
            self._emit(at, self.base, "screen", "", look.place)
        self.last = look.at
        prompt = self.prompts.get(number)
        if prompt is not None:
            self._asked(prompt, at, look)
        elif self.lost is not None:
            kind = screens.kind_of(look, package)
            self.lost = self.lost._replace(used=self.lost.used or kind in {"main", "settings"})
        elif self.base in UNANSWERED and not screens.is_prompt(look):
            self._not_asked(look, looked)
        self.sure = look.at
        if not screens.is_prompt(look):
            self.former = look

    def _may_precede(self, look: Look) -> bool:
        """Say whether a screen may have stood before the auditor last left the app or launched it:
        then it does not show what came of that.
        """
        return self.moved is not None and look.at.earliest <= self.moved.latest

    def _other_app(self, look: Look, since: Moment | None) -> None:
        """Take a screen of another app: the phone's own surfaces stand over the app."""
        launcher = _LAUNCHER.search(f"{look.package} {look.activity}") is not None
        surface = _SURFACES.search(look.package) or _CUSTOM_TAB.search(look.activity)
        if screens.is_prompt(look) or (surface and not launcher):
            return
        self.last = look.at
        if not self.launched or self._may_precede(look):
            return
        tapped = self.tapped
        near = tapped is not None and look.at.at - tapped.at.at <= HANDED_OVER_WITHIN_S
        opened = tapped is not None and tapped.action == "tap" and near and not launcher
        if self.away is False or (self.away is None and launcher):
            phase: Phase | None = None if opened else "background"
            self._leave(_between(since, look.at), phase, "screen", look.place)

    def _leave(self, at: Moment, phase: Phase | None, cause: Cause, place: str) -> None:
        self.away = phase
        if self.base not in UNANSWERED:
            self._emit(at, phase, cause, "", place)

    def _asked(self, prompt: Prompt, at: Moment, look: Look) -> None:
        """Take a screen that asks: unanswered as long as nobody may have answered before."""
        self.open, self.reading = prompt, False
        lost = self.lost
        if lost is not None and self._still_asks(lost, prompt):
            self.lost = None
            self._take_back(lost)
            phase = lost.phase if lost.phase == "refused" else "consent_shown"
            at = _between(lost.at, look.at) if lost.at.latest >= at.earliest else at
            self._begin(at, phase, "screen", short(_head(prompt)), look.place)
        fresh = self.base is None and lost is None and not self._answered_before()
        sure = not prompt.login and prompt.accept is not None  # those who agreed see others too
        fresh = fresh and sure
        if self.base == "first_launch" or (fresh and self.recorded.run.clean_install is not False):
            self._begin(at, "consent_shown", "screen", short(_head(prompt)), look.place)
        if self.base in UNANSWERED:
            self.asked.add(prompt.key)

    def _still_asks(self, lost: _Lost, prompt: Prompt) -> bool:
        """Say whether a question shows that nobody agreed unseen: it is the same again, or the
        first at all, on the policy, before anything could be used.
        """
        if lost.key == prompt.key:
            return True
        first = lost.phase == "first_launch" and not lost.used and prompt.policy_link
        first = first and prompt.accept is not None
        return not prompt.login and (first or prompt.key in self.asked)

    def _take_back(self, lost: _Lost) -> None:
        """Hold again what was held of the time since, where nobody can have answered in it."""
        last = self.edges[-1] if self.edges else None
        mine = last is not None and last.phase is None and last.place == lost.place
        if mine and lost.unseen and not lost.used:
            self.edges.pop()
            self.base = lost.phase

    def _answered_before(self) -> bool:
        return any(edge.phase in {"agreed", "refused", "withdrawn"} for edge in self.edges)

    def _not_asked(self, look: Look, looked: Moment | None) -> None:
        """Take a screen that does not ask while nobody has agreed."""
        at = _between(self.sure, look.at)
        kind = screens.kind_of(look, self.recorded.package)
        if self.base == "consent_shown" and self.open is not None:
            if kind != "policy" and not (self.reading and kind == "other"):
                self.lose(at, look.place)
            return
        long = self.sure is None or look.at.at - self.sure.at > UNSEEN_WITHIN_S
        answered = self.base != "refused" and gaps.may_hide_answer(
            self.recorded, self.former, look, looked
        )
        blind = not self.told and (long or not screens.readable(look))
        if answered or blind:
            self.lose(at, look.place)

    def lose(
        self,
        at: Moment,
        place: str,
        cause: Cause = "screen",
        said: str = "",
        *,
        unseen: bool = True,
    ) -> None:
        """Hold from here on that somebody may have answered."""
        key = self.open.key if self.open is not None else ""
        self.lost = _Lost(self.base, key, at, place, unseen)
        self.open, self.reading = None, False
        self._begin(at, None, cause, short(said), place)

    def end(self) -> None:
        """Without taps nobody knows what was done after the last screen."""
        if self.told:
            return
        looks = self.recorded.looks
        place = looks[-1].place if looks else SCREENS
        if self.base in UNANSWERED and self.sure is not None:
            self.lose(self.sure, place)
        elif self.away == "background" and self.last is not None:
            self._leave(self.last, None, "screen", place)

    def _begin(self, at: Moment, phase: Phase | None, cause: Cause, said: str, place: str) -> None:
        """Go over to a phase, unless the auditor speaks of the same at that moment."""
        rank = _RANK.get(phase, _ANSWERED)
        if any(
            _RANK.get(marked, _ANSWERED) >= rank
            and mark.earliest <= (at.at + min(at.within, TAPPED_WITHIN_S))
            and mark.latest >= (at.at - min(at.within, TAPPED_WITHIN_S))
            for mark, marked in self.marked
        ):
            return
        self.base = phase
        here = self.away is False or phase in UNANSWERED or phase is None
        self._emit(at, phase if here else self.away or None, cause, said, place)

    def _emit(self, at: Moment, phase: Phase | None, cause: Cause, said: str, place: str) -> None:
        current = self.edges[-1].phase if self.edges else None
        if phase != current:
            self._add(at, phase, cause, said, place)

    def _add(self, at: Moment, phase: Phase | None, cause: Cause, said: str, place: str) -> None:
        self.edges.append(Edge(at, phase, cause, said, place))


def _widened(told: Told) -> tuple[Moment, Phase] | None:
    """Give the moment and phase of a mark; a person who says no more is some tenths off."""
    if told.at is None or told.mark.phase is None:
        return None
    more = TAPPED_WITHIN_S if told.mark.within_s is None else 0.0
    return Moment(told.at.at, told.at.within + more), told.mark.phase


def _between(since: Moment | None, seen: Moment) -> Moment:
    """Give the moment of a change: somewhere between what was seen before it and after it."""
    if since is None or not math.isfinite(since.at) or since.at > seen.at:
        return seen
    half = (seen.at - since.at) / 2
    return Moment(since.at + half, half + max(since.within, seen.within))


def _beside(touch: Touch) -> bool:
    """Say whether a tap fell on mere text, of which a part may be a link."""
    node = touch.node
    return node is not None and not node.clickable and len(node.words) > LONGEST_CONTROL


def _head(prompt: Prompt) -> str:
    return prompt.text.partition("\n")[0]
