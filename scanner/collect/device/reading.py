"""The parts of a recording, read within bounds and set in time."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from scanner.broken import Broken
from scanner.collect.device.clocks import Clocks
from scanner.collect.device.opening import LARGEST_PICTURE, Archive
from scanner.collect.device.recorded import (
    SEEN_WITHIN_S,
    TAPPED_WITHIN_S,
    Dumped,
    Look,
    Motion,
    Ran,
    Recorded,
    Told,
    Touch,
)
from scanner.device_file import (
    EVENTS,
    MARKS,
    PROCESSES,
    RUN,
    SCHEMA,
    SCREENS,
    STATES,
    TAPS,
    App,
    Mark,
    Process,
    Run,
    Screen,
    State,
    Tap,
)
from scanner.errors import NotAuditable
from scanner.model import Evidence, Keep, Target, Words
from scanner.screen_tree import SYSTEM, Node, Tree, read_tree

MOST_SCREENS = 5_000
"""Screens of one run that are read: one a second for more than an hour."""
MOST_LINES = 200_000
"""Lines of a part other than the calls."""
MOST_PICTURES = 400
"""Pictures of screens that are kept by themselves."""
MOST_PICTURE_BYTES = 200 << 20
"""Bytes of all these pictures together."""
MOST_NODES = 1_000_000
"""Elements of all screens together; what is drawn alike several times counts once."""
MOST_TAPS = 20_000
"""Taps and other doings of one run."""
MOST_SEARCHED = 50_000_000
"""Elements that are looked at to say what taps fell on."""
MOST_STATES = 40
"""Outputs on permissions that are read."""
MOST_FELT = 10_000.0
"""What a phone's sensors measure stays below, in m/s2, degrees or seconds."""
LARGEST_RUN = 256 << 10
"""Bytes of run.yaml."""
_T = TypeVar("_T", bound=msgspec.Struct)
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How pictures begin, with their media types."""


def read(archive: Archive, target: Target, keep: Keep, *, captured: bool) -> Recorded:
    """Read everything of a recording but the calls, and set it in time; phases come later."""
    run = _run(archive, target)
    marks = list(lines(archive, MARKS, Mark))
    recorded = Recorded(archive, target, run, Clocks(run, [mark for _, mark in marks]), captured)
    of = recorded.clocks.of
    recorded.marks = tuple(
        Told(of(MARKS, mark.time, mark.within_s), f"{MARKS} line {number}", mark)
        for number, mark in marks
    )
    recorded.looks = tuple(_ordered(recorded, SCREENS, _looks(recorded, keep)))
    recorded.touches = tuple(_ordered(recorded, TAPS, _touches(recorded)))
    recorded.processes = tuple(_ordered(recorded, PROCESSES, _processes(recorded)))
    recorded.states = tuple(_states(recorded))
    return recorded


def lines(archive: Archive, part: str, kind: type[_T]) -> Iterator[tuple[int, _T]]:
    """Give the lines of a part with their numbers; those that cannot be read are noted."""
    decode = msgspec.json.Decoder(kind).decode
    for count, (number, line) in enumerate(archive.lines(part), 1):
        if count > MOST_LINES and part != EVENTS:
            reason = Words(f"超过 {MOST_LINES} 行", f"more than {MOST_LINES} lines")
            archive.bad(part, number, reason)
            return
        try:
            yield number, decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            said = str(error)[:120]
            archive.bad(part, number, Words(f"格式无效：{said}", f"not of the form: {said}"))


def _run(archive: Archive, target: Target) -> Run:
    """Read run.yaml; where there is none, or it cannot be read, only the package may be known."""
    nothing = Run(app=App(package=target.visit.package or ""))
    data = archive.read(RUN, LARGEST_RUN) if RUN in archive else None
    if data is None:
        return nothing
    from scanner.strict_yaml import parse  # noqa: PLC0415 - loads YAML, which few targets need

    _, faults = parse(data, RUN)
    if not faults:
        try:
            run = msgspec.convert(_plain_yaml(data), Run, strict=False)
            if run.schema != SCHEMA:
                said = f"the recording is of the form {run.schema[:80]}, and {SCHEMA} is read"
                raise NotAuditable(said, hint="use the mingjian that knows that form")
            return run
        except (msgspec.MsgspecError, RecursionError) as error:
            said = str(error)[:200]
    else:
        said = str(faults[0])[:200]
    archive.broken.append(
        Broken(at=RUN, reason=Words(f"无法读取：{said}", f"cannot be read: {said}"))
    )
    return nothing


def _plain_yaml(data: bytes) -> object:
    """Read YAML in which a time stays the text that it is."""
    import yaml  # noqa: PLC0415

    class Loader(yaml.CSafeLoader):
        """Takes no text for a date."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in many if not tag.endswith(":timestamp")]
        for first, many in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(data, Loader)  # noqa: S506 - a subclass of the safe one


_Timed = TypeVar("_Timed", Look, Touch, Ran)


def _ordered(recorded: Recorded, part: str, many: Iterator[_Timed]) -> list[_Timed]:
    """Put a part in order; times that go back further than its clock may be off are no times."""
    latest = float("-inf")
    found: list[_Timed] = []
    for one in many:
        if one.at.at < latest - one.at.within - SEEN_WITHIN_S:
            recorded.disordered.add(part)
        latest = max(latest, one.at.at)
        found.append(one)
    return sorted(found, key=lambda one: one.at.at)


class _Trees:
    """The trees of a recording; a screen that stays as it is is read once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._named: dict[str, Tree | None] = {}
        self._known: dict[bytes, Tree | None] = {}
        self._nodes = 0

    def of(self, name: str, at: str) -> Tree | None:
        """Give a tree; None, noted, where it cannot be read."""
        if name not in self._named:
            self._named[name] = self._read(name, at)
        return self._named[name]

    def _read(self, name: str, at: str) -> Tree | None:
        data = self._archive.read(name)
        if data is None:
            return None
        digest = hashlib.sha256(data).digest()
        if digest not in self._known:
            full = self._nodes >= MOST_NODES
            tree = self._known[digest] = None if full else read_tree(data)
            self._nodes += len(tree.nodes) if tree else 0
            reason = Words("界面树无效", "its tree cannot be read")
            if full:
                reason = Words("界面元素过多", "the screens hold too many elements")
            elif tree is not None:
                reason = Words("界面树过大，未读完", "its tree is too large to be read whole")
            if tree is None or not tree.whole:
                self._archive.broken.append(Broken(at=at, reason=reason))
        return self._known[digest]


def _looks(recorded: Recorded, keep: Keep) -> Iterator[Look]:
    trees = _Trees(recorded.archive)
    pictures, size = 0, 0
    for count, (number, line) in enumerate(lines(recorded.archive, SCREENS, Screen)):
        if count >= MOST_SCREENS:
            reason = Words(f"界面超过 {MOST_SCREENS} 个", f"more than {MOST_SCREENS} screens")
            recorded.archive.bad(SCREENS, number, reason)
            return
        at = recorded.clocks.of(SCREENS, line.time, SEEN_WITHIN_S)
        if at is None:
            recorded.archive.bad(SCREENS, number, NO_TIME)
            continue
        tree = trees.of(line.ui, f"{SCREENS} line {number}") if line.ui else None
        nodes = tree.nodes if tree is not None else None
        picture = None
        if line.picture and pictures < MOST_PICTURES and size < MOST_PICTURE_BYTES:
            picture = _picture(recorded.archive, line.picture, count, keep)
            pictures, size = pictures + 1, size + (picture.size if picture else 0)
        yield Look(
            at=at,
            place=line.ui if nodes is not None and line.ui else f"{SCREENS} line {number}",
            nodes=nodes or (),
            readable=tree is not None and tree.whole,
            package=_shown_by(nodes or ()) or line.package or "",
            activity=(line.activity or "")[:300],
            picture=picture,
        )


NO_TIME = Words("没有可用的时间", "it has no time that can be read")


def _picture(archive: Archive, name: str, count: int, keep: Keep) -> Evidence | None:
    data = archive.read(name, LARGEST_PICTURE)
    media = next((kind for begin, kind in PICTURES.items() if (data or b"").startswith(begin)), "")
    if data is None or not media:
        return None
    return keep(data, name=f"screenshot {count + 1:04}", media_type=media)


def _shown_by(nodes: Sequence[Node]) -> str:
    """Give the package to which most of a screen belongs; bars of the system stand on all."""
    sizes: dict[str, int] = {}
    for node in nodes:
        if node.package and node.package != SYSTEM:
            sizes[node.package] = sizes.get(node.package, 0) + node.area + 1
    return max(sizes, key=lambda name: sizes[name]) if sizes else ""


def _touches(recorded: Recorded) -> Iterator[Touch]:
    earliest = [look.at.at for look in recorded.looks]
    searched = 0
    for count, (number, tap) in enumerate(lines(recorded.archive, TAPS, Tap)):
        if count >= MOST_TAPS:
            reason = Words(f"点击超过 {MOST_TAPS} 次", f"more than {MOST_TAPS} taps")
            recorded.archive.bad(TAPS, number, reason)
            return
        within = tap.within_s if tap.within_s is not None else TAPPED_WITHIN_S
        at = recorded.clocks.of(TAPS, tap.time, within)
        if at is None:
            recorded.archive.bad(TAPS, number, NO_TIME)
            continue
        on = _last_before(earliest, at.at)
        nodes = recorded.looks[on].nodes if on is not None and searched < MOST_SEARCHED else ()
        searched += len(nodes)
        node = _hit(nodes, tap)
        words = tap.words or _words_of(nodes, node)
        place = f"{TAPS} line {number}"
        stated, motion = bool(tap.words), _motion(tap)
        spot = None if tap.x is None or tap.y is None else (tap.x, tap.y)
        yield Touch(at, place, tap.action, words[:200], on, node, stated, motion, spot)


def _motion(tap: Tap) -> Motion | None:
    """Give how the phone was moved; numbers that no phone can show are none."""
    if tap.action != "shake":
        return None
    felt = (tap.acceleration, tap.turned, tap.lasted_s)
    return Motion(*(one if one is not None and 0 <= one < MOST_FELT else None for one in felt))


def _last_before(times: Sequence[float], at: float) -> int | None:
    found = bisect_right(times, at) - 1
    return found if found >= 0 else None


def _hit(nodes: Sequence[Node], tap: Tap) -> Node | None:
    """Give what a tap fell on: the smallest element that can be tapped, else the smallest."""
    if tap.action != "tap":
        return None
    if tap.x is None or tap.y is None:
        named = [node for node in nodes if tap.words and node.words == tap.words.strip()]
        return named[0] if len(named) == 1 else None
    there = [node for node in nodes if node.holds(tap.x, tap.y)]
    there = [node for node in there if node.window == min(one.window for one in there)]
    able = [node for node in there if node.clickable or node.checkable]
    return min(able or there, key=lambda node: node.area, default=None)


def _words_of(nodes: Sequence[Node], node: Node | None) -> str:
    """Give the words of an element, else those that stand in it, as on a button of several."""
    if node is None or node.words:
        return "" if node is None else node.words
    inside = [one for one in nodes if one.path.startswith(f"{node.path}/") and one.words]
    return " ".join(one.words for one in inside[:3])


def _processes(recorded: Recorded) -> Iterator[Ran]:
    for number, process in lines(recorded.archive, PROCESSES, Process):
        at = recorded.clocks.of(PROCESSES, process.time)
        if at is None:
            recorded.archive.bad(PROCESSES, number, NO_TIME)
            continue
        package = process.package or process.process.partition(":")[0]
        yield Ran(at, f"{PROCESSES} line {number}", process, package[:255])


def _states(recorded: Recorded) -> Iterator[Dumped]:
    for count, (number, state) in enumerate(lines(recorded.archive, STATES, State)):
        if count >= MOST_STATES:
            reason = Words(f"超过 {MOST_STATES} 份", f"more than {MOST_STATES} outputs")
            recorded.archive.bad(STATES, number, reason)
            return
        data = recorded.archive.read(state.file)
        if data is not None:
            at = recorded.clocks.of(STATES, state.time)
            yield Dumped(at, state, data.decode("utf-8", "replace"))
