"""The steps of a script, carried out on the phone one after another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from scanner.device.folder import Folder
from scanner.device.package import Package, launch, stop
from scanner.device.screens import Eye
from scanner.device.script import Act, Direction, Phased, Press, Said, Step, Swipe, Wait
from scanner.device.tree import LONGEST_WORDS, middle, named, reading, size
from scanner.device.wire import Phone
from scanner.device_file import MARKS, TAPS, Action, Mark, Tap
from scanner.errors import NotAuditable
from scanner.facts import Phase

BEYOND_S = 0.05
"""Seconds added to what a command took: what it sets off may come right after it."""
LOOKED_WITHIN_S = 2.0
"""How far a mark may be off that goes with no tap: what it tells of was seen in a look before."""
SWIPE_MS = 300
"""How long a finger is drawn over the screen."""

_KEYS: dict[Action, int] = {"back": 4, "home": 3, "screen_off": 223, "screen_on": 224}
"""Numbers of Android's keys (KeyEvent)."""
_SIZE = (1080, 1920)


class Moment(NamedTuple):
    """When something was done, by the host's clock."""

    time: float
    """Seconds since 1970."""
    within_s: float
    """How far that may be off."""


class Hands:
    """Does what a script says, and writes down what it did."""

    def __init__(
        self,
        phone: Phone,
        folder: Folder,
        eye: Eye,
        package: Package,
        mark: Callable[[Phase, Moment], None],
    ) -> None:
        self._phone = phone
        self._folder = folder
        self._eye = eye
        self._package = package
        self._mark = mark
        self._steps: list[Step] = []
        self._number = 0
        self._since: float | None = None
        self._function: str | None = None

    def take(self, steps: Iterable[Step]) -> None:
        """Take up a script."""
        self._steps = list(steps)

    def go(self) -> bool:
        """Do what is due now, up to one touch of the phone; False once nothing is left.

        Raises NotAuditable where a control does not come, or the app does not start.
        """
        touched: Moment | None = None
        while self._number < len(self._steps):
            step = self._steps[self._number]
            if isinstance(step, Phased | Said):
                self._tell(step, touched)
            elif touched is not None:
                return True
            else:
                done = self._do(step)
                if done is None:
                    return True
                touched = done if isinstance(done, Moment) else None
            self._number, self._since = self._number + 1, None
        return False

    def act(self, action: Action) -> Moment:
        """Press a key of the phone, or start or stop the app; raises NotAuditable."""
        began = time.time()
        if action == "launch":
            if not launch(self._phone, self._package):
                said = f"{self._package.name} could not be started"
                raise NotAuditable(said, hint="it may show no icon; start it by hand")
        elif action == "stop":
            stop(self._phone, self._package.name)
        else:
            self._phone.run(f"input keyevent {_KEYS[action]}")
        return self.did(action, began)

    def did(
        self,
        action: Action,
        began: float,
        at: tuple[int, int] | None = None,
        words: str | None = None,
    ) -> Moment:
        """Write down what was done since a moment of the host's clock, and when that was."""
        ended = time.time()
        moment = Moment((began + ended) / 2, round((ended - began) / 2 + BEYOND_S, 3))
        x, y = at if at else (None, None)
        tap = Tap(time=moment.time, action=action, x=x, y=y, words=words, within_s=moment.within_s)
        self._eye.touch()
        self._folder.add(TAPS, tap)
        if self._function is not None:
            words, self._function = self._function, None
            mark = Mark(time=moment.time, within_s=moment.within_s, function=words)
            self._folder.add(MARKS, mark)
        return moment

    def _do(self, step: Step) -> Moment | bool | None:
        """Do a step: when it touched the phone, True without a touch, null when not yet."""
        if self._since is None:
            self._since = time.monotonic()
        waited = time.monotonic() - self._since
        if isinstance(step, Wait):
            return True if waited >= step.seconds else None
        if isinstance(step, Press):
            return self._press(step, waited)
        if isinstance(step, Swipe):
            return self._swipe(step.direction)
        if isinstance(step, Act):
            return self.act(step.action)
        return True

    def _press(self, step: Press, waited: float) -> Moment | bool | None:
        at, words = step.at, None
        tree = self._eye.tree
        if not self._eye.current and waited < step.within:
            return None  # somebody touched the phone meanwhile: the next look comes first
        if at is None:
            found = None
            if tree is not None:
                found = reading(tree, step.words) if step.words else named(tree, step.id)
            if found is None and waited < step.within:
                return None
            if found is None and step.optional:
                return True
            if found is None:
                said = f"step {self._number + 1} of the script: no control {step.name} came"
                hint = "see the last picture of the recording; optional: true goes on without it"
                raise NotAuditable(said, hint=hint)
            at = middle(found)
            words = found.words[:LONGEST_WORDS] if self._eye.fresh else None
        words = words or self._eye.words_at(*at)
        began = time.time()
        self._phone.run(f"input tap {at[0]} {at[1]}")
        return self.did("tap", began, at, words)

    def _swipe(self, direction: Direction) -> Moment:
        wide, high = size(self._eye.tree) if self._eye.tree else (0, 0)
        wide, high = wide or _SIZE[0], high or _SIZE[1]
        near, far = (0.7, 0.3) if direction in ("up", "left") else (0.3, 0.7)
        upright = direction in ("up", "down")
        ends = [
            (wide // 2, int(high * part)) if upright else (int(wide * part), high // 2)
            for part in (near, far)
        ]
        (x, y), (to_x, to_y) = ends
        began = time.time()
        self._phone.run(f"input swipe {x} {y} {to_x} {to_y} {SWIPE_MS}")
        return self.did("swipe", began, (x, y))

    def _tell(self, step: Phased | Said, touched: Moment | None) -> None:
        moment = touched or Moment(time.time(), LOOKED_WITHIN_S)
        if isinstance(step, Phased):
            self._mark(step.phase, moment)
        elif step.function:
            self._function = step.words
        else:
            mark = Mark(time=moment.time, within_s=moment.within_s, note=step.words)
            self._folder.add(MARKS, mark)
