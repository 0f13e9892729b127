"""Taps of the auditor on the glass, as the phone's input devices report them (getevent)."""

from __future__ import annotations

import re
from collections import deque
from typing import NamedTuple

from scanner.device_file import Action, Tap

COMMAND = "getevent -lt"
"""Prints every event of every input device as it comes, with seconds since the phone started."""
DEVICES = "getevent -lp"
"""Prints what each input device can report, and within which limits."""
SIZE = "wm size"
"""Prints how many pixels the screen has."""
WITHIN_S = 0.3
"""How far the time of a tap may be off, in seconds: from the glass through driver, adb and queue;
an estimate of ours, several times what a phone on a cable shows."""
SWIPE = 0.04
"""Part of the screen's width that a finger must travel for a swipe; Android's own bound (8 dp of
some 400) is half of it, and a finger that trembles is none."""

_AXIS = re.compile(r"ABS_MT_POSITION_([XY])\s.*?\bmax (\d{1,9})")
_DEVICE = re.compile(r"add device \d+: (/dev/input/event\d{1,3})\s*")
_PIXELS = re.compile(r"(Physical|Override) size: (\d{2,5})x(\d{2,5})")
_LINE = re.compile(
    r"\[\s*(\d{1,10}\.\d{6})\] (/dev/input/event\d{1,3}): (EV_\w+)\s+(\w+)\s+(\w+)\s*"
)
_KEYS: dict[str, Action] = {"KEY_BACK": "back", "KEY_HOMEPAGE": "home", "KEY_HOME": "home"}
_LIFTED = 0xFFFFFFFF


class Glass(NamedTuple):
    """The touch screen."""

    device: str
    """Which input device it is."""
    most: tuple[int, int]
    """Largest values that it reports for x and y."""
    pixels: tuple[int, int]
    """Width and height of the screen in its natural position."""

    def pixel(self, x: int, y: int, rotation: int) -> tuple[int, int]:
        """Give the pixel under a point of the glass, for quarter turns of the screen."""
        wide, high = self.pixels
        across = min(x * wide // (self.most[0] + 1), wide - 1)
        down = min(y * high // (self.most[1] + 1), high - 1)
        turned = (
            *((across, down), (down, wide - 1 - across)),
            *((wide - 1 - across, high - 1 - down), (high - 1 - down, across)),
        )
        return turned[rotation]


def glass(devices: str, size: str) -> Glass | None:
    """Find the touch screen; null where there is none that the shell may listen to."""
    pixels = {said[1]: (int(said[2]), int(said[3])) for said in _PIXELS.finditer(size)}
    screen = pixels.get("Override") or pixels.get("Physical")
    device, most = "", dict[str, int]()
    for line in devices.splitlines():
        if named := _DEVICE.match(line):
            device, most = named[1], {}
        elif axis := _AXIS.search(line):
            most[axis[1]] = int(axis[2])
            if screen and device and len(most) == 2 and min(most.values()) > 0:
                return Glass(device, (most["X"], most["Y"]), screen)
    return None


class Fingers:
    """Reads the events line by line and gives a tap when the finger is lifted.

    Android acts when a finger leaves the glass, so that is the time of a tap. The phone's time
    since its start becomes the host's by the quickest of the last events.
    """

    def __init__(self, screen: Glass) -> None:
        self._screen = screen
        self._delays: deque[float] = deque(maxlen=200)
        self._at: dict[str, int] = {}
        self._down: tuple[float, int, int] | None = None
        self._touching: bool | None = None
        self._several = False

    def take(self, line: bytes, came: float, rotation: int = 0) -> Tap | None:
        """Read a line that came at a moment of the host's clock."""
        said = _LINE.fullmatch(line.decode("ascii", "replace").rstrip())
        if said is None:
            return None
        self._delays.append(came - float(said[1]))
        time = min(float(said[1]) + min(self._delays), came)
        kind, name, value = said[3], said[4], said[5]
        if kind == "EV_KEY" and name in _KEYS:
            return self._tap(time, _KEYS[name]) if value == "UP" else None
        if said[2] != self._screen.device:
            return None
        if name in ("ABS_MT_POSITION_X", "ABS_MT_POSITION_Y"):
            self._at[name[-1]] = _number(value)
        elif name == "ABS_MT_TRACKING_ID":
            self._several = self._several or (self._touching is True and _number(value) != _LIFTED)
            self._touching = _number(value) != _LIFTED
        elif name == "BTN_TOUCH":
            self._touching = value == "DOWN"
        elif kind == "EV_SYN" and name == "SYN_REPORT":
            return self._reported(time, rotation)
        return None

    def _reported(self, time: float, rotation: int) -> Tap | None:
        if self._touching and self._down is None and len(self._at) == 2:
            self._down = (time, self._at["X"], self._at["Y"])
            return None
        if self._touching is not False or self._down is None:
            return None
        began, x, y = self._down
        across = (self._at["X"] - x) / (self._screen.most[0] + 1)
        down = (self._at["Y"] - y) / (self._screen.most[1] + 1)
        wide, high = self._screen.pixels
        far = max(abs(across) * wide, abs(down) * high) > SWIPE * wide or self._several
        self._down, self._several = None, False
        pixel = self._screen.pixel(x, y, rotation)
        return self._tap(time, "swipe" if far else "tap", pixel, min(time - began, 2.0))

    @staticmethod
    def _tap(
        time: float, action: Action, at: tuple[int, int] | None = None, held: float = 0.0
    ) -> Tap:
        x, y = at if at else (None, None)
        return Tap(time=time, action=action, x=x, y=y, within_s=round(max(WITHIN_S, held), 3))


def _number(value: str) -> int:
    try:
        return int(value, 16) & _LIFTED
    except ValueError:
        return 0
