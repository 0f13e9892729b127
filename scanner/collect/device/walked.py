"""The walk over an app's screens: which were seen, and by how many taps each can be reached."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from scanner.collect.device.controls import Tappable, lines_of, tappable
from scanner.collect.device.papers import is_policy
from scanner.collect.device.recorded import Look, Recorded, Touch
from scanner.collect.device.screens import is_prompt, kind_of, lies_over, name_of, readable
from scanner.device_file import SCREENS, TAPS
from scanner.facts import ScreenKind

ON_ITS_WAY = frozenset({"tap", "type", "swipe"})
"""Doings within the app; what follows back, home, a start or a dark screen was not tapped for."""
AT_ONCE_S = 3.0
"""Seconds after a tap within which a new screen is its doing (project judgement)."""
PERHAPS_S = 10.0
"""Seconds after which it is not: it came by itself (project judgement)."""
MOST_AFTER = 40
"""Screens after a tap that are looked at for what the tap opened."""


SMALLER = 0.92
"""A window that covers less than this share of the screen lies over another (project judgement:
bars of the system take some percent from a whole one)."""
LEAST_BAR = 2
"""Controls that two screens share from which they share a bar (project judgement)."""
UNKNOWN = 1_000_000
"""Taps of a way that may not be one."""
MOST_NEAR = 10
"""Screens before and after a tap on which it may have fallen."""
MOST_NAMES = 1_000
"""Screens of which the controls are compared with those that were tapped elsewhere."""
NO_WAY = frozenset({"consent", "permission", "login"})
"""Screens that are answered once: the taps on them are none of the way."""
_ASIDE = frozenset({"policy", "consent", "permission", "system", "settings"})
"""Screens that tell, ask for leave, or set things; no service is offered on them."""


class Shown(NamedTuple):
    """A screen as it stood at one moment, and what it is."""

    number: int
    """Which of Recorded.looks."""
    look: Look
    name: str
    kind: ScreenKind | None
    own: bool
    """Whether the app that was run showed it, by the package of its tree."""
    prompt: bool
    """Whether it asks for consent or for a permission."""
    over: bool
    """Whether it lies over another screen: a window smaller than that, or to be skipped."""
    readable: bool
    """Whether what stands on it can be read in substance."""


class Taps(NamedTuple):
    """Taps from one screen to the next: no fewer than `low`, no more than `high`."""

    low: int
    high: int


_Same = tuple[str, str, tuple[int, int, int, int]]
"""By what a control is known again on another screen: words, id and place."""


class Walked:
    """The screens of one run as a graph."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded
        whole = max((size_of(look) for look in recorded.looks), default=0)
        known: dict[tuple[object, ...], Shown] = {}
        self.shown: tuple[Shown, ...] = tuple(
            _again(known, look, number) or _shown(known, recorded, number, look, whole)
            for number, look in enumerate(recorded.looks)
        )
        self._touched: dict[int, list[Touch]] = {}
        for touch in recorded.touches:
            if touch.on is not None:
                self._touched.setdefault(touch.on, []).append(touch)
        self._controls: dict[int, tuple[Tappable, ...]] = {}
        self._lines: dict[int, tuple[str, ...]] = {}
        self._texts: dict[int, str] = {}
        self._policies: dict[int, bool] = {}
        self._bars: dict[int, frozenset[_Same]] = {}
        self._tapped: dict[tuple[int, str], Tappable | None] = {}

    @property
    def ordered(self) -> bool:
        """Whether the order of screens and taps among each other is known."""
        recorded = self.recorded
        if not recorded.has(TAPS) or recorded.disordered & {SCREENS, TAPS}:
            return False
        return recorded.clocks.tied(SCREENS) and recorded.clocks.tied(TAPS)

    @cached_property
    def first_main(self) -> str | None:
        """Name of the first screen of the app that can be used without an answer to anything."""
        return next((one.name for one in self.own if one.kind == "main"), None)

    @cached_property
    def own(self) -> tuple[Shown, ...]:
        """The screens of the app itself, in their order."""
        return tuple(one for one in self.shown if one.own)

    @cached_property
    def largest(self) -> int:
        """Size of the largest screen that the app showed, in square pixels."""
        return max((size_of(one.look) for one in self.own), default=0)

    def is_page(self, one: Shown) -> bool:
        """Say whether a screen can be read and offers something: no policy, prompt or setting."""
        return one.readable and one.kind not in _ASIDE and not self.is_policy(one.number)

    @cached_property
    def pages(self) -> tuple[Shown, ...]:
        """The app's own such screens; one that stays is there once, for its elements are the
        same."""
        found: dict[tuple[str, int], Shown] = {}
        for one in self.own:
            if self.is_page(one):
                found.setdefault((one.name, id(one.look.nodes)), one)
        return tuple(found.values())

    @cached_property
    def blind(self) -> tuple[Shown, ...]:
        """The screens of the app that cannot be read, but for those that passed by themselves."""
        return tuple(one for one in self.own if not one.readable and not self._passes(one))

    def _passes(self, one: Shown) -> bool:
        """Say whether a screen, while it was still empty, gave way to one that can be read."""
        following = self.shown[one.number + 1 : one.number + 2]
        return any(
            new.own and new.readable and new.look.at.at - one.look.at.at <= PERHAPS_S
            for new in following
            if not self.touched(one.number)
        )

    def controls(self, number: int) -> tuple[Tappable, ...]:
        """Give what can be tapped on a screen, by its number."""
        found = self._controls.get(number)
        if found is None:
            found = self._controls[number] = tappable(self.recorded.looks[number])
        return found

    def lines(self, number: int) -> tuple[str, ...]:
        """Give every line of words on a screen, by its number."""
        found = self._lines.get(number)
        if found is None:
            found = self._lines[number] = lines_of(self.recorded.looks[number])
        return found

    def text(self, number: int) -> str:
        """Give all words on a screen, by its number."""
        found = self._texts.get(number)
        if found is None:
            found = self._texts[number] = self.recorded.looks[number].text
        return found

    def is_policy(self, number: int) -> bool:
        """Say whether a screen may show the text of a privacy policy, by its number."""
        found = self._policies.get(number)
        if found is None:
            found = self._policies[number] = is_policy(self.text(number))
        return found

    def touched(self, number: int) -> Sequence[Touch]:
        """Give what was done on a screen, by its number."""
        return self._touched.get(number, ())

    def control_of(self, touch: Touch) -> Tappable | None:
        """Give the control that a tap fell on; None where that is unknown or was none."""
        if touch.on is None or touch.node is None:
            return None
        path = touch.node.path
        if (touch.on, path) not in self._tapped:
            self._tapped[touch.on, path] = self._control_at(touch.on, path)
        return self._tapped[touch.on, path]

    def _control_at(self, number: int, path: str) -> Tappable | None:
        above = [
            control
            for control in self.controls(number)
            if path == control.node.path or path.startswith(f"{control.node.path}/")
        ]
        return max(above, key=lambda control: len(control.node.path), default=None)

    def after(self, touch: Touch) -> Sequence[Shown]:
        """Give the screens from a tap to the next doing that is no mere scrolling."""
        if touch.on is None:
            return ()
        last = touch.on + MOST_AFTER
        act = self.next_act(touch)
        if act is not None and act.on is not None:
            last = min(last, act.on)
        return self.shown[touch.on + 1 : last + 1]

    def surely_on(self, touch: Touch, besides: str = "") -> bool:
        """Say whether a tap fell on its screen for certain, by how far all times may be off.

        Screens of the package `besides` are what the tap led to, and not in question.
        """
        if touch.on is None or not math.isfinite(touch.at.within):
            return False
        begin, end = max(0, touch.on - MOST_NEAR), touch.on + MOST_NEAR + 1
        near = self.shown[begin : end + 1]
        for one, following in itertools.zip_longest(near, near[1:]):
            if one.name == self.shown[touch.on].name or one.look.package == besides:
                continue
            until = math.inf if following is None else following.look.at.latest
            if one.look.at.earliest <= touch.at.latest and until >= touch.at.earliest:
                return False
        return True

    def next_act(self, touch: Touch) -> Touch | None:
        """Give what was done next after a tap, scrolling aside."""
        acts = self._acts
        found = self._place_of_act.get(touch.place)
        if found is None or found + 1 >= len(acts):
            return None
        return acts[found + 1]

    @cached_property
    def _acts(self) -> tuple[Touch, ...]:
        return tuple(touch for touch in self.recorded.touches if touch.action != "swipe")

    @cached_property
    def _place_of_act(self) -> Mapping[str, int]:
        return {touch.place: number for number, touch in enumerate(self._acts)}

    def taps(self, name: str) -> int | None:
        """Give the fewest taps from the first screen that can be used; None where not certain."""
        low, high = self._fewest[0].get(name), self._fewest[1].get(name)
        return low if low == high else None

    @cached_property
    def _fewest(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        if self.first_main is None:
            return {}, {}
        ways = self._ways() if self.ordered else {}
        lows = {a: {b: taps.low for b, taps in to.items()} for a, to in ways.items()}
        highs = {a: {b: taps.high for b, taps in to.items()} for a, to in ways.items()}
        return _distances(lows, self.first_main), _distances(highs, self.first_main)

    def _ways(self) -> dict[str, dict[str, Taps]]:
        """Give by how many taps one screen was followed by another, the fewest of each."""
        ways: dict[str, dict[str, Taps]] = {}
        last_tap = -math.inf
        for one, following in zip(self.shown, self.shown[1:], strict=False):
            acts = self.touched(one.number)
            taps = [act for act in acts if act.action == "tap"]
            last_tap = max([last_tap, *(act.at.at for act in taps)])
            if any(act.action not in ON_ITS_WAY for act in acts):
                last_tap = -math.inf
                continue
            if not (_counts(one) and _counts(following)):
                last_tap = -math.inf
                continue
            if one.name == following.name:
                continue
            cost = _cost(len(taps), following.look.at.at - last_tap)
            if one.kind in NO_WAY:
                cost = Taps(0, 0)
            _add(ways, one.name, following.name, cost)
            last_tap = -math.inf
        self._add_known(ways)
        return ways

    def _add_known(self, ways: dict[str, dict[str, Taps]]) -> None:
        """Add the ways of a control that stands on other screens too, as those of a bar do.

        One control alone may lead elsewhere from another screen: then that way is only possible.
        """
        leads = self._leads()
        firsts = {one.name: one for one in reversed(self.own)}
        for one in list(firsts.values())[-MOST_NAMES:] if leads else ():
            here = self._bar(one)
            for same, (tapped, name) in leads.items():
                if same in here and name != one.name:
                    bar = len(here & self._bar(tapped)) >= LEAST_BAR
                    _add(ways, one.name, name, Taps(1, 1 if bar else UNKNOWN))

    def _leads(self) -> dict[_Same, tuple[Shown, str]]:
        """Give for each control that was tapped where it stood and the one screen it led to."""
        leads: dict[_Same, tuple[Shown, str]] = {}
        unclear: set[_Same] = set()
        for one in self.own:
            taps = [act for act in self.touched(one.number) if act.action == "tap"]
            control = self.control_of(taps[0]) if len(taps) == 1 else None
            if control is None or not (control.words or control.node.id):
                continue
            came = next((new for new in self.after(taps[0]) if new.name != one.name), None)
            if came is not None and came.own:
                same = _same(control)
                if leads.setdefault(same, (one, came.name))[1] != came.name:
                    unclear.add(same)
        return {same: lead for same, lead in leads.items() if same not in unclear}

    def _bar(self, one: Shown) -> frozenset[_Same]:
        bar = self._bars.get(one.number)
        if bar is None:
            bar = frozenset(_same(control) for control in self.controls(one.number))
            self._bars[one.number] = bar
        return bar


def _add(ways: dict[str, dict[str, Taps]], start: str, end: str, cost: Taps) -> None:
    known = ways.setdefault(start, {}).get(end, cost)
    ways[start][end] = Taps(min(known.low, cost.low), min(known.high, cost.high))


def _cost(taps: int, waited_s: float) -> Taps:
    """Give how many taps a change of screens took, by those since the screen stood unchanged."""
    if taps:
        return Taps(1, taps)  # several with no screen seen between them: one of them may have done
    if waited_s <= AT_ONCE_S:
        return Taps(1, 1)
    return Taps(0, 1) if waited_s <= PERHAPS_S else Taps(0, 0)


def _counts(one: Shown) -> bool:
    return one.own or one.prompt


def _same(control: Tappable) -> _Same:
    return control.words, control.node.id, control.node.bounds


def _looks_like(look: Look) -> tuple[object, ...]:
    return look.package, look.activity, look.readable, look.nodes


def _again(known: Mapping[tuple[object, ...], Shown], look: Look, number: int) -> Shown | None:
    """Give a screen that still stands as it did, without reading it again."""
    same = known.get(_looks_like(look))
    return None if same is None else same._replace(number=number, look=look)


def _shown(
    known: dict[tuple[object, ...], Shown], recorded: Recorded, number: int, look: Look, whole: int
) -> Shown:
    package = recorded.package
    kind = kind_of(look, package)
    own = bool(package) and look.package == package
    over = own and kind not in NO_WAY and _lies_over(look, whole, kind)
    shown = known[_looks_like(look)] = Shown(
        number=number,
        look=look,
        name=name_of(look),
        kind="other" if over and kind == "main" else kind,
        own=own,
        prompt=kind == "consent" or is_prompt(look),
        over=over,
        readable=readable(look),
    )
    return shown


def size_of(look: Look) -> int:
    """Give the size of a screen in square pixels: that of its largest element."""
    return max((node.area for node in look.nodes), default=0)


def _lies_over(look: Look, whole: int, kind: ScreenKind) -> bool:
    """Say whether a screen is a window smaller than the whole, or an advertisement over it.

    A main screen is none that lies over another as it stands; only its size is left to look at.
    """
    return 0 < size_of(look) < SMALLER * whole or (kind != "main" and lies_over(look))


def _distances(ways: Mapping[str, Mapping[str, int]], start: str) -> dict[str, int]:
    """Give the fewest taps to every screen that can be reached (Dijkstra)."""
    found: dict[str, int] = {}
    waiting = [(0, start)]
    while waiting:
        taps, name = heapq.heappop(waiting)
        if name in found:
            continue
        found[name] = taps
        for following, cost in ways.get(name, {}).items():
            if following not in found:
                heapq.heappush(waiting, (taps + cost, following))
    return found
