"""The picture of where personal information goes: sources on the left, recipients on the right.

Each kind of information has a row of its own under its source, so that no line can be read as
leading from one source's information to another source's recipient.
"""

from __future__ import annotations

from typing import NamedTuple

from scanner.model import Report, Words
from scanner.report.flow import NOTHING, ZONES, Flow, Recipient, Source, flows
from scanner.report.words import visible
from scanner.texts import fit

WIDTH = 960
"""Width of the drawing in its own units."""
LEFT = 330
"""Right edge of the sources."""
RIGHT = 610
"""Left edge of the recipients."""
ROW = 20
"""Height of one kind of information under its source."""
HEAD = 24
"""Height of the name of a source or a zone."""
BOX = 40
"""Height of a recipient: its name, and where it is."""
GAP = 12
MOST_LINES = 60
"""Lines drawn at most; the table says the rest."""
MOST_NOTED = 120
"""Rows of the table at most."""
_COLUMNS_LEFT = 50
_COLUMNS_RIGHT = 54
"""Columns of text (a Chinese letter takes two) that fit into either side."""


class Panel(NamedTuple):
    """A source with its rows, or a zone with its recipients."""

    key: str
    name: Words
    y: float
    height: float


class Label(NamedTuple):
    """Words at a place; a recipient has a second line."""

    key: str
    name: Words
    second: Words
    y: float


class Line(NamedTuple):
    """A flow from its row to its recipient."""

    flow: Flow
    path: str


class Picture(NamedTuple):
    """Everything that is drawn, and what is not."""

    sources: tuple[Panel, ...]
    rows: tuple[Label, ...]
    zones: tuple[Panel, ...]
    recipients: tuple[Label, ...]
    lines: tuple[Line, ...]
    height: float
    flows: tuple[Flow, ...]
    """All flows, for the table."""
    states: tuple[str, ...]
    """The states that are drawn, for the key."""
    left_out: int
    """Flows that are too many to be drawn."""


def picture(report: Report) -> Picture | None:
    """Draw the flows of a report; None where its facts show none."""
    found = flows(report)
    if not found:
        return None
    drawn = found[:MOST_LINES]
    panels, rows, left = _sources(drawn)
    zones, recipients, right = _recipients(drawn)
    starts, ends = _spread(drawn)
    lines = []
    for flow in drawn:
        y1 = rows[flow.source, flow.data].y + ROW / 2 + starts[flow]
        y2 = recipients[flow.recipient].y + BOX / 2 + ends[flow]
        middle = (LEFT + RIGHT) / 2
        path = f"M{LEFT} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {RIGHT} {y2:.1f}"
        lines.append(Line(flow, path))
    return Picture(
        sources=panels,
        rows=tuple(rows.values()),
        zones=zones,
        recipients=tuple(recipients.values()),
        lines=tuple(lines),
        height=max(left, right),
        flows=found,
        states=tuple(dict.fromkeys(flow.state for flow in drawn)),
        left_out=len(found) - len(drawn),
    )


def _sources(
    drawn: tuple[Flow, ...],
) -> tuple[tuple[Panel, ...], dict[tuple[Source, str], Label], float]:
    panels: list[Panel] = []
    rows: dict[tuple[Source, str], Label] = {}
    y = float(GAP)
    for source in sorted({flow.source for flow in drawn}, key=lambda one: _first(drawn, one)):
        kinds = {flow.data: flow.name for flow in drawn if flow.source == source}
        height = HEAD + ROW * len(kinds) + GAP / 2
        panels.append(Panel(source.kind, _fitted(source.name, _COLUMNS_LEFT), y, height))
        for number, (data, name) in enumerate(kinds.items()):
            label = Label(data, _fitted(name, _COLUMNS_LEFT), NOTHING, y + HEAD + ROW * number)
            rows[source, data] = label
        y += height + GAP
    return tuple(panels), rows, y


def _recipients(
    drawn: tuple[Flow, ...],
) -> tuple[tuple[Panel, ...], dict[Recipient, Label], float]:
    panels: list[Panel] = []
    boxes: dict[Recipient, Label] = {}
    y = float(GAP)
    for zone, name in ZONES.items():
        held = list(dict.fromkeys(one.recipient for one in drawn if one.recipient.zone == zone))
        if not held:
            continue
        height = HEAD + BOX * len(held) + GAP / 2
        panels.append(Panel(zone, name, y, height))
        for number, one in enumerate(held):
            zh = " · ".join(part for part in (one.name.zh, one.host) if part)
            en = " · ".join(part for part in (one.name.en, one.host) if part)
            first = Words(zh, en) if zh else one.country
            second = one.country if zh else NOTHING
            boxes[one] = Label(
                zone,
                _fitted(first, _COLUMNS_RIGHT),
                _fitted(second, _COLUMNS_RIGHT),
                y + HEAD + BOX * number,
            )
        y += height + GAP
    return tuple(panels), boxes, y


def _spread(drawn: tuple[Flow, ...]) -> tuple[dict[Flow, float], dict[Flow, float]]:
    """Keep the lines of one row, and of one recipient, apart from each other."""
    starts: dict[Flow, float] = {}
    ends: dict[Flow, float] = {}
    for same, room, into in (
        (lambda flow: (flow.source, flow.data), ROW, starts),
        (lambda flow: flow.recipient, BOX, ends),
    ):
        groups: dict[object, list[Flow]] = {}
        for flow in drawn:
            groups.setdefault(same(flow), []).append(flow)
        for held in groups.values():
            step = min(6.0, (room - 6) / len(held))
            for number, flow in enumerate(held):
                into[flow] = (number - (len(held) - 1) / 2) * step
    return starts, ends


def _first(drawn: tuple[Flow, ...], source: Source) -> int:
    return next(number for number, flow in enumerate(drawn) if flow.source == source)


def _fitted(name: Words, columns: int) -> Words:
    return Words(fit(visible(name.zh), columns), fit(visible(name.en), columns))
