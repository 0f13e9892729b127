"""One look at the phone: which screen is in front, its tree and its picture."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from scanner.device.folder import Folder
from scanner.device.tree import LARGEST, Tree, read_tree
from scanner.device.wire import Phone
from scanner.device_file import SCREENS, Screen

LARGEST_PICTURE = 32 << 20
"""Bytes of a picture; 4K screens give some 10 MB."""
PICTURE_EVERY_S = 10.0
"""Seconds after which an unchanged tree gets a picture anew: games and films have no tree."""
DUMP_S = 15.0
"""Seconds that a tree may take: UIAutomator waits up to ten for the screen to be at rest."""

_PLACE = "/data/local/tmp/mingjian-ui.xml"
_DUMP = f"rm -f {_PLACE}; uiautomator dump {_PLACE} >/dev/null && cat {_PLACE}"
_FRONT = "dumpsys window | grep -E 'mCurrentFocus|mFocusedApp'"
_WINDOW = re.compile(
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
        self._last: tuple[str | None, str | None, str | None] | None = None
        self._pictured = 0.0
        self.tree: Tree | None = None
        """The tree of the last look; null when it could not be had."""
        self.blind = 0
        """Looks in a row that gave no tree."""

    def look(self) -> Screen:
        """Take the front window, its tree and, where something changed, its picture."""
        package, activity = self.front()
        dumped = self._phone.run(_DUMP, seconds=DUMP_S, most=LARGEST)
        seen = self._now()
        self.tree = read_tree(dumped.data) if dumped.good else None
        self.blind = 0 if self.tree else self.blind + 1
        ui = self._folder.keep(_FOLDER, ".xml", dumped.data) if self.tree else None
        package = package or (self.tree.package if self.tree else "") or None
        shown = (package, activity, ui)
        picture = None
        if shown != self._last or ui is None or seen - self._pictured >= PICTURE_EVERY_S:
            picture = self._picture()
            self._pictured = seen
        self._last = shown
        screen = Screen(time=seen, ui=ui, picture=picture, package=package, activity=activity)
        self._folder.add(SCREENS, screen)
        return screen

    def front(self) -> tuple[str | None, str | None]:
        """Give application and class of the window in front."""
        found = {said[1]: (said[2], said[3]) for said in _WINDOW.finditer(self._phone.text(_FRONT))}
        package, activity = found.get("mCurrentFocus") or found.get("mFocusedApp") or (None, None)
        if package and activity and activity.startswith("."):
            activity = package + activity
        return package, activity

    def clear(self) -> None:
        """Take away the file that the phone wrote for us."""
        self._phone.run(f"rm -f {_PLACE}")

    def _picture(self) -> str | None:
        taken = self._phone.run("screencap -p", most=LARGEST_PICTURE)
        if taken.cut or not taken.data.startswith(_PNG):
            return None
        return self._folder.keep(_FOLDER, ".png", taken.data)
