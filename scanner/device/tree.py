"""The tree of a screen as UIAutomator writes it, as far as it takes to find a control in it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple

LARGEST = 8 << 20
"""Bytes of a tree that are read; a long list on a screen takes some 200 KB."""
MOST_NODES = 20_000
"""Controls of one screen that are looked at."""
LONGEST_WORDS = 200
"""Characters of a control's words that are told."""
_BOUNDS = re.compile(r"\[(-?\d{1,6}),(-?\d{1,6})\]\[(-?\d{1,6}),(-?\d{1,6})\]")


class Control(NamedTuple):
    """A control, or a text, on the screen."""

    words: str
    """What it reads, or what a screen reader says in its place."""
    id: str
    """Its resource id, e.g. cn.example.app:id/agree; empty when it has none."""
    package: str
    """Application that shows it."""
    clickable: bool
    """Whether it takes taps itself."""
    left: int
    """Pixels."""
    top: int
    """Pixels."""
    right: int
    """Pixels."""
    bottom: int
    """Pixels."""

    @property
    def middle(self) -> tuple[int, int]:
        """Where a finger would touch it."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    @property
    def size(self) -> int:
        """Its area in square pixels."""
        return (self.right - self.left) * (self.bottom - self.top)

    def holds(self, x: int, y: int) -> bool:
        """Whether a point lies inside."""
        return self.left <= x < self.right and self.top <= y < self.bottom


class Tree(NamedTuple):
    """What UIAutomator saw on a screen."""

    controls: tuple[Control, ...]
    """From the back to the front."""
    rotation: int
    """Quarter turns of the screen from its natural position."""

    @property
    def package(self) -> str:
        """Application whose window it is; empty when nobody says."""
        return next((one.package for one in self.controls if one.package), "")

    def reads(self, words: str) -> Control | None:
        """Find the control that reads so, else the one that holds the words; the front one."""
        wanted = _plain(words)
        seen = [one for one in self.controls if one.size > 0 and one.words]
        same = [one for one in seen if _plain(one.words) == wanted]
        holding = [one for one in seen if one.clickable and wanted in _plain(one.words)]
        found = same or holding[-1:] or [one for one in seen if wanted in _plain(one.words)]
        return max(enumerate(found), key=lambda at: (at[1].clickable, at[0]))[1] if found else None

    def named(self, identity: str) -> Control | None:
        """Find the control with a resource id, whole or what stands after its slash."""
        for one in reversed(self.controls):
            if one.size > 0 and identity in (one.id, one.id.rpartition("/")[2]):
                return one
        return None

    def at(self, x: int, y: int) -> str | None:
        """Give the words of the control under a point; null where nothing there has any."""
        under = [one for one in self.controls if one.holds(x, y)]
        smallest = min((one for one in under if one.words), key=lambda one: one.size, default=None)
        touched = min(
            (one for one in under if one.clickable), key=lambda one: one.size, default=None
        )
        if touched is not None and (smallest is None or smallest.size > touched.size):
            inside = (one for one in self.controls if one.words and touched.holds(*one.middle))
            smallest = next((one for one in inside if one.size <= touched.size), None)
        return smallest.words[:LONGEST_WORDS] if smallest else None


def read_tree(data: bytes) -> Tree | None:
    """Read a tree; null for what is none, or too large, or brings definitions of its own."""
    from lxml import etree  # noqa: PLC0415

    if not data or len(data) > LARGEST or b"<!" in data:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag != "hierarchy":
        return None
    turned = root.get("rotation", "0")
    controls: list[Control] = []
    for node in root.iter("node"):
        if len(controls) == MOST_NODES:
            break
        controls.append(_control(node))
    return Tree(tuple(controls), int(turned) if turned in ("0", "1", "2", "3") else 0)


def _control(node: Any) -> Control:
    said = _BOUNDS.fullmatch(node.get("bounds", ""))
    left, top, right, bottom = (int(part) for part in said.groups()) if said else (0, 0, 0, 0)
    if right <= left or bottom <= top:
        left = top = right = bottom = 0
    return Control(
        words=(node.get("text") or node.get("content-desc") or "").strip(),
        id=node.get("resource-id", ""),
        package=node.get("package", ""),
        clickable=node.get("clickable") == "true",
        left=left,
        top=top,
        right=right,
        bottom=bottom,
    )


def _plain(words: str) -> str:
    """Give words so that width, case and blanks make no difference."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())
