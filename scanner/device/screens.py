"""One look at the phone: which screen is in front, its tree and its picture."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from scanner.device.folder import Folder
from scanner.device.tree import words_at
from scanner.device.wire import Phone
from scanner.device_file import SCREENS, Screen
from scanner.screen_tree import SYSTEM, Tree, read_tree

LARGEST = 8 << 20
"""Bytes of a tree that are read; a long list on a screen takes some 200 KB."""
LARGEST_PICTURE = 32 << 20
"""Bytes of a picture; 4K screens give some 10 MB."""
FRESH_S = 5.0
"""Seconds after which a screen may have changed by itself (project judgement)."""
PICTURE_EVERY_S = 10.0
"""Seconds after which an unchanged tree gets a picture anew: games and films have no tree."""
DUMP_S = 15.0
"""Seconds that a tree may take: UIAutomator waits up to ten for the screen to be at rest."""

REFUSALS = 2
"""Looks that show the front window alone after which all windows are no longer asked for: right
after the first time the list of windows may still be empty."""

_PLACE = "/data/local/tmp/mingjian-ui.xml"
_DUMP = (
    "rm -f {place}; said=$(uiautomator dump {option}{place} 2>&1 >/dev/null);"
    ' cat {place} || echo "$said"'
)
_WINDOWS = _DUMP.format(place=_PLACE, option="--windows ")
"""Newer phones write all windows; older ones pass the option over."""
_WINDOW = _DUMP.format(place=_PLACE, option="")
_RESTLESS = b"could not get idle state"
"""What UIAutomator says of a screen that moves all the time, after ten seconds."""
_FRONT = "dumpsys window | grep -E 'mCurrentFocus|mFocusedApp'"
_IN_FRONT = re.compile(
    r"(mCurrentFocus|mFocusedApp)=.{0,200}?\s"
    r"([A-Za-z][\w.]{1,250})/(\.?[A-Za-z_$][\w.$]{0,400})[\s}]"
)
_FOLDER = "screens"
_PNG = b"\x89PNG\r\n\x1a\n"


class Eye:
    """Looks at the screen and writes down what it saw."""

    def __init__(self, phone: Phone, folder: Folder, now: Callable[[], float] = time.time) -> None:
        self._phone = phone
        self._folder = folder
        self._now = now
        self._last: tuple[str | None, str | None, Tree | None] | None = None
        self._ui: str | None = None
        self._seen = 0.0
        self._pictured = 0.0
        self._refusals = 0
        self._touches = 0
        self._looked_after = 0
        self.touched = threading.Event()
        """Set by a touch until the next look begins."""
        self.tree: Tree | None = None
        """The tree of the last look; null when it could not be had."""
        self.blind = 0
        """Looks in a row that gave no tree."""

    @property
    def current(self) -> bool:
        """Whether nobody touched the phone since the last look began."""
        return self._looked_after == self._touches

    def touch(self) -> None:
        """Take note that the phone was touched, so that the screen may be another; any thread."""
        self._touches += 1
        self.touched.set()

    def words_at(self, x: int, y: int) -> str | None:
        """Give the words under a point; null too where the screen may be another by now."""
        tree = self.tree
        return words_at(tree, x, y) if tree is not None and self.fresh else None

    @property
    def fresh(self) -> bool:
        """Whether the last look is so young, and nobody touched the phone since, that what it saw
        still stands there."""
        return self.current and self._now() - self._seen <= FRESH_S

    def look(self) -> Screen:
        """Take the front window, the tree of all and, where something changed, a picture."""
        self.touched.clear()
        touches = self._touches
        package, activity = self.front()
        self.tree, data = self._dumped()
        seen = self._seen = self._now()
        self._looked_after = touches
        self.blind = 0 if self.tree else self.blind + 1
        shown = (package, activity, self.tree)
        if self._last is None or self.tree != self._last[2]:  # the clock of the bar is no change
            self._ui = self._folder.keep(_FOLDER, ".xml", data) if self.tree else None
        ui, picture = self._ui, None
        if shown != self._last or ui is None or seen - self._pictured >= PICTURE_EVERY_S:
            picture = self._picture()
            self._pictured = seen
        self._last = shown
        screen = Screen(time=seen, ui=ui, picture=picture, package=package, activity=activity)
        self._folder.add(SCREENS, screen)
        return screen

    def front(self) -> tuple[str | None, str | None]:
        """Give application and class of the window in front."""
        found = {
            said[1]: (said[2], said[3]) for said in _IN_FRONT.finditer(self._phone.text(_FRONT))
        }
        package, activity = found.get("mCurrentFocus") or found.get("mFocusedApp") or (None, None)
        if package and activity and activity.startswith("."):
            activity = package + activity
        return package, activity

    def clear(self) -> None:
        """Take away the file that the phone wrote for us."""
        self._phone.run(f"rm -f {_PLACE}")

    def _dumped(self) -> tuple[Tree | None, bytes]:
        """Give the tree of all windows, or of the front one where the phone shows only that."""
        if self._refusals >= REFUSALS:
            return self._dump(_WINDOW)
        tree, data = self._dump(_WINDOWS)
        if _shows_more_than_bars(tree):
            self._refusals = 0
            return tree, data
        if not data or _RESTLESS in data:  # asked again it would take as long, and tell no more
            return tree, data
        front, said = self._dump(_WINDOW)
        if front is None:
            return tree, data
        if tree is None or not tree.nodes:
            self._refusals += 1
        return front, said

    def _dump(self, command: str) -> tuple[Tree | None, bytes]:
        dumped = self._phone.run(command, seconds=DUMP_S, most=LARGEST)
        return (read_tree(dumped.data), dumped.data) if dumped.good else (None, b"")

    def _picture(self) -> str | None:
        taken = self._phone.run("screencap -p", most=LARGEST_PICTURE)
        if taken.cut or not taken.data.startswith(_PNG):
            return None
        return self._folder.keep(_FOLDER, ".png", taken.data)


def _shows_more_than_bars(tree: Tree | None) -> bool:
    return tree is not None and any(node.package != SYSTEM for node in tree.nodes)
