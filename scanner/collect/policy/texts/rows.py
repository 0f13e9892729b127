"""Characters that stand on a page, gathered into rows of one height."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scanner.collect.policy.texts.layout import Run

Character = Mapping[str, Any]
"""A character as pdfplumber gives it, with bold and href."""

_SPACE_FROM = (0.2, 0.5, 1.2)
"""Gap, in sizes of the letter, that is a space: between narrow letters, at one wide one, between
two; programs set a little room between Chinese and Latin letters."""

_OPENING = frozenset("（《“‘【「『([<")


class Row(NamedTuple):
    """One row of characters on a page."""

    runs: tuple[Run, ...]
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    """Size of most of its characters in points, to a quarter."""
    bold: bool
    """Whether all of it is bold."""
    first_word: float
    """Width of its first word in points: where that would have fitted, the row before ended."""


def rows_of(characters: Sequence[Character]) -> tuple[Row, ...]:
    """Gather characters into rows, from top to bottom and left to right."""
    groups: list[list[Character]] = []
    middle = 0.0
    for each in sorted(characters, key=_middle):
        here = _middle(each)
        height = each["bottom"] - each["top"]
        if groups and abs(here - middle) <= 0.4 * max(height, 1.0):
            groups[-1].append(each)
        else:
            groups.append([each])
            middle = here
    rows = (_row(group) for group in groups)
    return tuple(row for row in rows if row.text.strip())


def _middle(character: Character) -> float:
    return float(character["top"] + character["bottom"]) / 2


def _row(group: list[Character]) -> Row:
    ordered = sorted(group, key=lambda each: float(each["x0"]))
    kept: list[Character] = []
    runs: list[Run] = []
    for each in ordered:
        text, strong = each["text"], bool(each["bold"])
        if kept:
            last = kept[-1]
            if last["text"] == text and text.strip() and abs(each["x0"] - last["x0"]) < 1.0:
                runs[-1] = runs[-1]._replace(strong=True)  # printed twice to look bold
                continue
            gap = each["x0"] - last["x1"]
            wide = (last["text"] >= "\u2e80") + (text >= "\u2e80")
            if gap > _SPACE_FROM[wide] * max(each["size"], 1.0):
                runs.append(Run(" ", strong, each["href"]))
        kept.append(each)
        runs.append(Run(text, strong, each["href"]))
    text = "".join(run.text for run in runs)
    seen = [each for each in kept if each["text"].strip()] or kept
    sizes = Counter(round(float(each["size"]) * 4) / 4 for each in seen)
    return Row(
        runs=tuple(runs),
        text=text,
        x0=float(seen[0]["x0"]),
        x1=float(max(each["x1"] for each in seen)),
        top=float(min(each["top"] for each in seen)),
        bottom=float(max(each["bottom"] for each in seen)),
        size=sizes.most_common(1)[0][0],
        bold=all(run.strong for run in runs if run.text.strip()),
        first_word=_first_word(seen),
    )


def _first_word(seen: Sequence[Character]) -> float:
    end = seen[0]["x1"]
    for before, after in itertools.pairwise(seen):
        apart = after["x0"] - before["x1"] > 0.2 * max(after["size"], 1.0)
        wide = before["text"] >= "\u2e80" or after["text"] >= "\u2e80"
        if apart or (wide and before["text"] not in _OPENING):
            break
        end = after["x1"]
    return float(end - seen[0]["x0"])
