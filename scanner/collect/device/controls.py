"""What can be tapped on a screen, each with the words by which a person knows it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from scanner.collect.device.recorded import Look
from scanner.screen_tree import Node

MOST_CONTROLS = 400
"""Controls of one screen that are read."""
MOST_LINES = 2_000
"""Lines of one screen that are read."""
LONGEST = 200
"""Characters of a control's words that are read."""
_PARTS = 4
"""Pieces of words inside one control that are put together."""


class Tappable(NamedTuple):
    """Something that can be tapped or ticked."""

    words: str
    """What it says, else what stands inside it; empty for a mere picture."""
    node: Node


def tappable(look: Look) -> tuple[Tappable, ...]:
    """Give what can be tapped on a screen, in its order; fields to type into are none."""
    able = [node for node in look.nodes if _is_able(node)][:MOST_CONTROLS]
    inside: dict[str, list[str]] = {node.path: [] for node in able}
    for node in look.nodes:
        if node.words and not _is_field(node) and (owner := _owner(node.path, inside)) is not None:
            inside[owner].append(node.words)
    return tuple(Tappable(_said(node, inside[node.path]), node) for node in able)


def lines_of(look: Look) -> tuple[str, ...]:
    """Give every line of words on a screen, in its order; what is typed into fields is none."""
    lines: list[str] = []
    for node in look.nodes:
        if node.words and not _is_field(node):
            lines.append(node.words)
            if node.desc and node.desc != node.words:
                lines.append(node.desc)
        if len(lines) >= MOST_LINES:
            break
    return tuple(lines)


def _is_able(node: Node) -> bool:
    return (node.clickable or node.checkable) and not _is_field(node)


def _is_field(node: Node) -> bool:
    return node.kind.endswith(("EditText", "AutoCompleteTextView")) or node.password


def _owner(path: str, known: Container[str]) -> str | None:
    """Give the nearest of some places at or above a place in the tree."""
    while path:
        if path in known:
            return path
        path = path.rpartition("/")[0]
    return None


def _said(node: Node, inside: Sequence[str]) -> str:
    return (node.words or " ".join(inside[:_PARTS]))[:LONGEST]
