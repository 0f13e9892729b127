"""What a driver looks for on a screen: a control by its words or its id, the words at a point."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from scanner.screen_tree import Node, Tree

LONGEST_WORDS = 200
"""Characters of a control's words that are told."""


def reading(tree: Tree, words: str) -> Node | None:
    """Find the control that reads so, else one that holds the words; the front one."""
    wanted = _plain(words)
    seen = [node for node in _to_the_front(tree) if node.area and node.words]
    same = [node for node in seen if _plain(node.words) == wanted]
    holding = [node for node in seen if wanted in _plain(node.words)]
    able = [node for node in holding if node.clickable]
    found = same or able[-1:] or holding
    return max(enumerate(found), key=lambda at: (at[1].clickable, at[0]))[1] if found else None


def named(tree: Tree, identity: str) -> Node | None:
    """Find the control with a resource id, whole or what stands after its slash; the front one."""
    for node in reversed(_to_the_front(tree)):
        if node.area and identity in (node.id, node.id.rpartition("/")[2]):
            return node
    return None


def words_at(tree: Tree, x: int, y: int) -> str | None:
    """Give the words of the control under a point; null where nothing there has any."""
    for nodes in _windows(tree):
        under = [node for node in nodes if node.holds(x, y)]
        if under:
            return _words_of(nodes, under)
    return None


def size(tree: Tree) -> tuple[int, int]:
    """Give the width and height that the elements fill; zeros where none has a place."""
    wide = max((node.bounds[2] for node in tree.nodes), default=0)
    return wide, max((node.bounds[3] for node in tree.nodes), default=0)


def middle(node: Node) -> tuple[int, int]:
    """Give the point where a finger would touch a control."""
    left, top, right, bottom = node.bounds
    return (left + right) // 2, (top + bottom) // 2


def _to_the_front(tree: Tree) -> list[Node]:
    return [node for nodes in reversed(_windows(tree)) for node in nodes]


def _windows(tree: Tree) -> list[list[Node]]:
    """Give the elements window by window, the front one first."""
    return [list(nodes) for _, nodes in groupby(tree.nodes, lambda node: node.window)]


def _words_of(nodes: Sequence[Node], under: Sequence[Node]) -> str | None:
    """Give the words of the smallest control of a window that a finger touches."""
    smallest = min((node for node in under if node.words), key=_area, default=None)
    touched = min((node for node in under if node.clickable), key=_area, default=None)
    if touched is not None and (smallest is None or smallest.area > touched.area):
        inside = (node for node in nodes if node.words and touched.holds(*middle(node)))
        smallest = next((node for node in inside if node.area <= touched.area), None)
    return smallest.words[:LONGEST_WORDS] if smallest else None


def _area(node: Node) -> int:
    return node.area


def _plain(words: str) -> str:
    """Give words so that width, case and blanks make no difference."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())
