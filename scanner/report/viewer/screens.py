"""A screen or page as a picture, with the elements marked of which a fact speaks."""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from scanner.device_file import SCREENS, Screen
from scanner.facts import Source
from scanner.model import Report
from scanner.personal.veil import veiled
from scanner.report.viewer.kept import Kept
from scanner.report.viewer.views import Box, Picture
from scanner.screen_tree import Tree, read_tree

MOST_BOXES = 20
"""Elements marked on one picture."""
LONGEST_LABEL = 60
"""Characters of a label."""
WIDEST = 100_000
"""Pixels of a picture at most; what states more is none."""
BOXES = "boxes "
"""How the evidence is called that says where the elements of a page stood on its picture."""
MARKED = (
    *("accept", "reject", "control", "label", "controls", "word", "words", "text", "title"),
    *("demand", "name", "heading", "purpose"),
)
"""Fields of facts that repeat what an element says; the first that fits names it."""
LARGEST_PICTURE = 64 << 20
"""Bytes of a picture whose size is read."""
_LINE = f"{SCREENS} line "


class Screens:
    """Gives the picture of the screen on which a fact was seen."""

    def __init__(self, report: Report, kept: Kept) -> None:
        """Note which pictures the facts of the report name for which screens."""
        self._kept = kept
        self._pictures: dict[tuple[object, object], str] = {}
        for fact in report.facts.values():
            source, picture = fact.get("source"), fact.get("picture")
            if isinstance(source, dict) and isinstance(picture, str) and kept.entry(picture):
                where = source.get("evidence"), source.get("at")
                if isinstance(where[0], str) and isinstance(where[1], str):
                    self._pictures[where] = picture
        self._tree = functools.lru_cache(maxsize=16)(self._read_tree)
        self._lines = functools.lru_cache(maxsize=4)(self._screens)
        self._boxes = functools.lru_cache(maxsize=1)(self._all_boxes)

    def picture(self, fact: Mapping[str, object], source: Source) -> Picture | None:
        """Give the picture for a fact; None where no screen belongs to it."""
        sha256 = source.evidence or ""
        entry = self._kept.entry(sha256)
        if entry is None:
            return None
        if entry.media_type == "text/html":
            return self._of_page(sha256, fact, source.at)
        if source.at.startswith(_LINE) or source.at.endswith(".xml"):
            return self._of_screen(sha256, fact, source.at)
        return None

    def _of_screen(self, sha256: str, fact: Mapping[str, object], at: str) -> Picture | None:
        tree = self._tree(sha256, at) if at.endswith(".xml") else None
        picture = self._pictures.get((sha256, at)) or self._in_list(sha256, at)
        size = self._size(picture) if picture else None
        if tree is None and size is None:
            return None
        drawn = _extent(tree) if tree else None
        width, height = size or drawn or (0, 0)
        if not (0 < width <= WIDEST and 0 < height <= WIDEST):
            return None
        scale = width / drawn[0] if drawn and drawn[0] else 1.0
        boxes = tuple(_marked(tree, fact, scale, width, height, self._kept)) if tree else ()
        covered = tuple(_personal(tree, scale, width, height, self._kept)) if tree else ()
        entry = self._kept.entry(picture) if size else None
        return Picture(
            sha256=entry.sha256 if entry else "",
            media_type=entry.media_type if entry else "",
            width=width,
            height=height,
            boxes=boxes[:MOST_BOXES],
            covered=covered,
            member=at if tree else "",
        )

    def _read_tree(self, sha256: str, name: str) -> Tree | None:
        data = self._kept.member(sha256, name)
        return None if data is None else read_tree(data)

    def _in_list(self, sha256: str, at: str) -> str:
        """Find the picture that the list of screens names beside a tree, among what is kept."""
        for number, line in self._lines(sha256):
            if line.picture and at in (line.ui, f"{_LINE}{number}"):
                data = self._kept.member(sha256, line.picture)
                digest = self._kept.digest_of(data) if data else ""
                return digest if self._kept.entry(digest) else ""
        return ""

    def _screens(self, sha256: str) -> tuple[tuple[int, Screen], ...]:
        found = []
        for number, line in enumerate((self._kept.member(sha256, SCREENS) or b"").splitlines(), 1):
            try:
                found.append((number, msgspec.json.decode(line, type=Screen)))
            except (msgspec.MsgspecError, ValueError, RecursionError):
                continue
        return tuple(found)

    def _size(self, sha256: str) -> tuple[int, int] | None:
        entry = self._kept.entry(sha256)
        if entry is None or entry.size > LARGEST_PICTURE:
            return None
        return size_of(self._kept.bytes_of(sha256) or b"")

    def _of_page(self, document: str, fact: Mapping[str, object], at: str) -> Picture | None:
        for told in self._boxes():
            if told.get("document") != document:
                continue
            entry = self._kept.entry(told.get("picture"))
            size = self._size(entry.sha256) if entry else None
            if entry is None or size is None:
                continue
            elements = told.get("elements")
            rectangle = elements.get(at) if isinstance(elements, dict) and at else None
            box = _box(rectangle, _label(fact, self._kept), *size)
            if at and box is None:  # it stood elsewhere than in the window
                return None
            return Picture(entry.sha256, entry.media_type, *size, () if box is None else (box,))
        return None

    def _all_boxes(self) -> tuple[dict[str, Any], ...]:
        found = []
        for entry in self._kept.entries.values():
            if entry.name.startswith(BOXES) and entry.media_type == "application/json":
                try:
                    told = json.loads(self._kept.bytes_of(entry.sha256) or b"null")
                except (ValueError, RecursionError):
                    continue
                if isinstance(told, dict):
                    found.append(told)
        return tuple(found)


def size_of(data: bytes) -> tuple[int, int] | None:
    """Give width and height of a picture in pixels; None for what is no picture of ours."""
    from PIL import Image  # noqa: PLC0415 - only cases with pictures pay for it

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
            width, height = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return (width, height) if 0 < width <= WIDEST and 0 < height <= WIDEST else None


def _extent(tree: Tree) -> tuple[int, int] | None:
    right = max((node.bounds[2] for node in tree.nodes), default=0)
    bottom = max((node.bounds[3] for node in tree.nodes), default=0)
    return (right, bottom) if right > 0 and bottom > 0 else None


def _marked(
    tree: Tree, fact: Mapping[str, object], scale: float, width: int, height: int, kept: Kept
) -> Iterator[Box]:
    """Give the elements that say what the fact repeats, each once."""
    boxed: set[tuple[int, int, int, int]] = set()
    for field in MARKED:
        told = fact.get(field)
        words = {
            " ".join(one.split())
            for one in (told if isinstance(told, list | tuple) else (told,))
            if isinstance(one, str) and one.strip()
        }
        for node in tree.nodes:
            if not node.area or not node.words or node.bounds in boxed:
                continue
            if node.words in words:
                boxed.add(node.bounds)
                label = kept.without_known(veiled(node.words[:LONGEST_LABEL]))
                rectangle = [round(edge * scale) for edge in node.bounds]
                box = _clipped(rectangle, f"{field}: {label}", width, height)
                if box is not None:
                    yield box


def _personal(tree: Tree, scale: float, width: int, height: int, kept: Kept) -> Iterator[Box]:
    """Give the elements whose words hold a value that could be a person's."""
    for node in tree.nodes:
        if node.area and node.words and kept.without_known(veiled(node.words)) != node.words:
            rectangle = [round(edge * scale) for edge in node.bounds]
            box = _clipped(rectangle, "", width, height)
            if box is not None:
                yield box


def _label(fact: Mapping[str, object], kept: Kept) -> str:
    kind = str(fact.get("kind", ""))[:LONGEST_LABEL]
    for field in ("label", "name"):
        said = fact.get(field)
        if isinstance(said, str) and said:
            return f"{kind}: {kept.without_known(veiled(said[:LONGEST_LABEL]))}"
    return kind


def _box(told: object, label: str, width: int, height: int) -> Box | None:
    if not isinstance(told, list) or len(told) != 4:
        return None
    if not all(isinstance(edge, int) and abs(edge) <= WIDEST for edge in told):
        return None
    return _clipped(told, label, width, height)


def _clipped(edges: list[int], label: str, width: int, height: int) -> Box | None:
    """Give a rectangle as far as it lies on the picture."""
    left, right = (min(max(edge, 0), width) for edge in (edges[0], edges[2]))
    top, bottom = (min(max(edge, 0), height) for edge in (edges[1], edges[3]))
    return Box(left, top, right, bottom, label) if left < right and top < bottom else None
