"""The line of time of a run on a phone: phases, screens, taps, prompts, accesses, packets."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from scanner.exchange import moment
from scanner.model import Report, Words
from scanner.wording.values import called

WIDTH = 960
"""Width of the drawing in its own units."""
LEFT = 96
"""Width that the names of the lanes take."""
LANE = 26
"""Height of a lane."""
TOP = 44
"""Height of the band of phases and of the times above the lanes."""
LONGEST_GAP_S = 20.0
"""Seconds without anything that are drawn in full; longer stretches are drawn as this, broken."""
TICK = 84
"""Width that the time under a place takes."""
MOST_MARKS = 600
"""Marks drawn at most."""
MOST_ROWS = 120
"""Rows of the list beside the drawing at most."""
LANES: dict[str, Words] = {
    "screen": Words("界面", "screens"),
    "tap": Words("答复", "answers"),
    "prompt": Words("权限弹窗", "prompts"),
    "access": Words("读取", "accesses"),
    "packet": Words("发送", "packets"),
}
"""What is drawn, from the top."""
_KINDS = {
    "screen.shown": "screen",
    "consent.answered": "tap",
    "permission.prompted": "prompt",
    "data.accessed": "access",
    "data.sent": "packet",
}


class Mark(NamedTuple):
    """One thing that happened."""

    lane: str
    words: Words
    time: str
    phase: Words | None
    fact: str
    """Id of the fact."""
    x: float
    y: float
    weight: str
    """How it is drawn: telling (a screen that asks, an answer, an access or packet before consent,
    after a refusal or in the background), open (any other), unknown (in no phase for certain)."""


class Band(NamedTuple):
    """A phase."""

    name: Words
    time: str
    words: str
    x: float
    width: float
    before: float
    """Width before its beginning in which it may have begun already."""
    after: float
    """Width after its beginning in which it may not have begun yet."""
    phase: str


class Tick(NamedTuple):
    """A time under the drawing, or a break in it."""

    x: float
    label: str
    """Empty where the line is broken."""


class Timeline(NamedTuple):
    """Everything that is drawn."""

    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    lanes: tuple[tuple[str, Words, float], ...]
    height: float
    left_out: int
    """Marks that are too many to be drawn."""
    outside: int
    """Packets from before or after the run."""


def timeline(report: Report) -> Timeline | None:
    """Draw the run that a report holds; None where there is none, or nothing of it has a time."""
    facts = [(id_, fact) for id_, fact in report.facts.items()]
    if not any(fact.get("kind") == "device.run" for _, fact in facts):
        return None
    began = sorted(_timed(facts, ("phase.began",)))
    happened = sorted(_timed(facts, tuple(_KINDS)))
    if not happened:
        return None
    first = min([*(at for at, _, _ in began), happened[0][0]])
    last = max([*(at for at, _, _ in began), *_device_times(happened), first])
    inside = [one for one in happened if first <= one[0] <= last]
    scale = _Scale(sorted({at for at, _, _ in [*began, *inside]}))
    shown = sorted(inside, key=lambda one: (not _tells(one[2]), one[0]))[:MOST_MARKS]
    lanes = [name for name in LANES if any(_KINDS[str(fact["kind"])] == name for *_, fact in shown)]
    places = {name: TOP + LANE * number + LANE / 2 for number, name in enumerate(lanes)}
    return Timeline(
        bands=tuple(_bands(began, scale, last)),
        marks=tuple(sorted((_mark(one, scale, places) for one in shown), key=_order)),
        ticks=tuple(scale.ticks()),
        lanes=tuple((name, LANES[name], places[name]) for name in lanes),
        height=TOP + LANE * len(lanes) + 22,
        left_out=len(inside) - len(shown),
        outside=len(happened) - len(inside),
    )


_Event = tuple[float, str, dict[str, object]]


def _timed(
    facts: Iterable[tuple[str, dict[str, object]]], kinds: Sequence[str]
) -> Iterator[_Event]:
    for id_, fact in facts:
        source = fact.get("source")
        time = source.get("time") if isinstance(source, dict) else None
        if fact.get("kind") not in kinds or fact.get("channel") not in ("device", "traffic"):
            continue
        at = moment(time if isinstance(time, str) else None)
        if at is not None:
            yield at.timestamp(), id_, fact


def _device_times(happened: Iterable[_Event]) -> Iterator[float]:
    return (at for at, _, fact in happened if fact.get("channel") == "device")


class _Scale:
    """Where a moment is drawn: seconds in full, but no stretch without anything at full length."""

    def __init__(self, times: Sequence[float]) -> None:
        self._times = list(times)
        self._lengths = [0.0]
        for before, after in zip(self._times, self._times[1:], strict=False):
            self._lengths.append(self._lengths[-1] + min(after - before, LONGEST_GAP_S))
        self._whole = max(self._lengths[-1], 1.0)

    def x(self, at: float) -> float:
        """Give the place of one of the times, or of a moment between two."""
        from bisect import bisect_right  # noqa: PLC0415

        number = max(0, min(bisect_right(self._times, at) - 1, len(self._times) - 1))
        most = LONGEST_GAP_S
        if number + 1 < len(self._times):
            most = self._lengths[number + 1] - self._lengths[number]
        beyond = min(max(0.0, at - self._times[number]), most)
        length = min(self._lengths[number] + beyond, self._whole)
        return round(LEFT + (WIDTH - LEFT - 8) * length / self._whole, 1)

    def ticks(self) -> Iterator[Tick]:
        last = -100.0
        pairs = zip(self._times, [*self._times[1:], None], strict=True)
        for at, after in pairs:
            x = self.x(at)
            if x - last >= TICK and x <= WIDTH - TICK / 2:
                last = x
                yield Tick(x, _clock(at))
            if after is not None and after - at > LONGEST_GAP_S:
                yield Tick(round((x + self.x(after)) / 2, 1), "")


def _clock(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%H:%M:%S")


def _bands(began: Sequence[_Event], scale: _Scale, last: float) -> Iterator[Band]:
    for number, (at, _, fact) in enumerate(began):
        until = began[number + 1][0] if number + 1 < len(began) else last
        x, end = scale.x(at), scale.x(until)
        within = fact.get("within_ms")
        off = within / 1000 if isinstance(within, int) else 0.0
        phase = str(fact.get("phase") or "")
        yield Band(
            name=called("phase", phase) or Words("阶段不明", "phase unknown"),
            time=_clock(at),
            words=str(fact.get("words") or ""),
            x=x,
            width=max(1.0, round(end - x, 1)),
            before=round(x - scale.x(at - off), 1),
            after=round(scale.x(at + off) - x, 1),
            phase=phase,
        )


def _mark(event: _Event, scale: _Scale, places: dict[str, float]) -> Mark:
    at, id_, fact = event
    lane = _KINDS[str(fact["kind"])]
    return Mark(
        lane=lane,
        words=_words(fact),
        time=_clock(at),
        phase=called("phase", fact.get("phase")),
        fact=id_,
        x=scale.x(at),
        y=places[lane],
        weight=_weight(fact),
    )


def _order(mark: Mark) -> tuple[float, str, str]:
    return mark.x, mark.lane, mark.fact


def _tells(fact: dict[str, object]) -> bool:
    return _weight(fact) == "telling"


def _weight(fact: dict[str, object]) -> str:
    if fact["kind"] == "screen.shown":
        return "telling" if fact.get("screen_kind") in ("consent", "permission") else "open"
    if fact["kind"] in ("data.accessed", "data.sent"):
        phase = fact.get("phase")
        if phase is None:
            return "unknown"
        early = phase in ("first_launch", "consent_shown", "refused", "background")
        return "telling" if early else "open"
    return "telling"


def _words(fact: dict[str, object]) -> Words:
    """Say in a few words what happened."""

    def text(field: str) -> str:
        return str(fact.get(field) or "")[:120]

    def name(field: str) -> Words:
        return called(field, fact.get(field)) or Words(text(field), text(field))

    if fact["kind"] == "screen.shown":
        kind, screen = name("screen_kind"), text("screen")
        return Words(f"{kind.zh}：{screen}", f"{kind.en}: {screen}")
    if fact["kind"] == "consent.answered":
        answer, control = name("answer"), text("control")
        return Words(f"{answer.zh}“{control}”", f"{answer.en}: {control}")
    if fact["kind"] == "permission.prompted":
        group, answer = text("group"), name("answer")
        return Words(f"申请 {group}，{answer.zh}", f"asks for {group}, {answer.en}")
    data_type = text("data_type")
    if fact["kind"] == "data.sent":
        said = f"{data_type} → {text('host')}"
    else:
        count = fact.get("count")
        times = f" ×{count}" if isinstance(count, int) and count > 1 else ""
        said = f"{data_type} ← {text('api')}{times}"
        said += f" ({text('owner')})" if text("owner") else ""
    return Words(said, said)
