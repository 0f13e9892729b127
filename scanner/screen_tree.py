"""The tree of a screen as UIAutomator writes it: what stands where, and what can be tapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

ROOTS = ("hierarchy", "displays")
"""How a tree begins: of the active window, or of all windows (uiautomator dump --windows)."""
FRAMES = ("displays", "display", "window", "hierarchy")
"""What holds elements and is none itself."""
WINDOW = "hierarchy"
"""What holds the elements of one window; the front one comes first."""
SYSTEM = "com.android.systemui"
"""Application that shows the bars above and below, with a clock that ticks."""
MOST_NODES = 20_000
"""Elements of one screen at most."""
LONGEST_WORDS = 60_000
"""Characters of one element that are read: some apps draw a whole policy as one text."""
_BOUNDS = re.compile(r"\[(-?\d{1,6}),(-?\d{1,6})\]\[(-?\d{1,6}),(-?\d{1,6})\]")


class Node(NamedTuple):
    """An element of a screen."""

    text: str
    desc: str
    """What a screen reader says (content-desc)."""
    id: str
    """resource-id, e.g. cn.example:id/agree."""
    kind: str
    """Class, e.g. android.widget.CheckBox."""
    package: str
    clickable: bool
    checkable: bool
    checked: bool
    enabled: bool
    password: bool
    bounds: tuple[int, int, int, int]
    """Left, top, right, bottom in pixels; zeros where the tree says none."""
    path: str
    """Place in the tree: numbers of the children from the top, e.g. 0/2/1."""
    window: int = 0
    """Number of its window, from the front one on."""

    @property
    def words(self) -> str:
        """What a person reads or hears of it; empty for a field that hides what is typed."""
        return "" if self.password else (self.text or self.desc)

    @property
    def area(self) -> int:
        """Its size in square pixels."""
        left, top, right, bottom = self.bounds
        return max(0, right - left) * max(0, bottom - top)

    def holds(self, x: int, y: int) -> bool:
        """Say whether a point lies in it."""
        left, top, right, bottom = self.bounds
        return left <= x < right and top <= y < bottom


class Tree(NamedTuple):
    """A screen as it was read."""

    nodes: tuple[Node, ...]
    """Its elements: window by window from the front one on, in each from the back to the front.
    Bars of the system that stand beside other windows are left out: they stand on every screen."""
    rotation: int
    """Quarter turns of the screen from its natural position."""
    whole: bool = True
    """False where it holds more elements or words than are read: anything may stand in the rest."""


def read_tree(data: bytes) -> Tree | None:
    """Read a tree; None for what is none, or brings definitions of its own."""
    from lxml import etree  # noqa: PLC0415 - 30 ms that other targets need not wait

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag not in ROOTS or root.getroottree().docinfo.doctype:
        return None
    windows = list(root.iter(WINDOW))
    turned = windows[0].get("rotation") if windows else None
    walked = tuple(_walk(root))
    whole = len(walked) < MOST_NODES and not any(map(_is_cut, walked))
    nodes = _without_bars(walked, [_has_focus(one) for one in windows])
    return Tree(nodes, int(turned) if turned in {"1", "2", "3"} else 0, whole)


def _is_cut(node: Node) -> bool:
    return max(len(node.text), len(node.desc)) >= LONGEST_WORDS


def _without_bars(nodes: tuple[Node, ...], focused: Sequence[bool]) -> tuple[Node, ...]:
    """Leave out windows of the system that have no focus, unless there are no others."""
    kept = {node.window for node in nodes if node.package != SYSTEM}
    kept |= {number for number, has_focus in enumerate(focused) if has_focus}
    return tuple(node for node in nodes if node.window in kept) or nodes


def _has_focus(window: object) -> bool:
    above = window.getparent()  # type: ignore[attr-defined]
    return above is not None and above.get("focused") == "true"


def _walk(root: object) -> Iterator[Node]:
    waiting: list[tuple[object, str]] = [(root, "")]
    count, windows = 0, 0
    while waiting and count < MOST_NODES:
        element, path = waiting.pop()
        children = [child for child in element if isinstance(child.tag, str)]  # type: ignore[attr-defined]
        below = [(child, f"{path}/{n}" if path else str(n)) for n, child in enumerate(children)]
        waiting += reversed(below)
        windows += element.tag == WINDOW  # type: ignore[attr-defined]
        if element.tag not in FRAMES:  # type: ignore[attr-defined]
            count += 1
            yield _node(element.attrib, path, max(0, windows - 1))  # type: ignore[attr-defined]


def _node(said: dict[str, str], path: str, window: int) -> Node:
    def words(name: str) -> str:
        return " ".join(said.get(name, "")[: 2 * LONGEST_WORDS].split())[:LONGEST_WORDS]

    found = _BOUNDS.fullmatch(said.get("bounds", ""))
    left, top, right, bottom = (int(number) for number in found.groups()) if found else (0,) * 4
    return Node(
        text=words("text"),
        desc=words("content-desc"),
        id=said.get("resource-id", "")[:200],
        kind=said.get("class", "")[:200],
        package=said.get("package", "")[:255],
        clickable=said.get("clickable") == "true",
        checkable=said.get("checkable") == "true",
        checked=said.get("checked") == "true",
        enabled=said.get("enabled") != "false",
        password=said.get("password") == "true",
        bounds=(left, top, right, bottom),
        path=path,
        window=window,
    )
