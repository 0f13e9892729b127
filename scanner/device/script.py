"""Steps that a script carries out on the phone in place of a hand: YAML, one step after another.

Each step is one line of a list, a word alone or a word with what belongs to it:

    - launch                        start the app anew
    - wait: 60                      seconds to leave everything alone
    - tap: 同意                     the control that reads so; waited for, 10 s at most
    - tap: {words: 跳过, within: 3, optional: true}
    - tap: {id: btn_agree}          by its resource id
    - tap: {x: 540, y: 1800}        by pixels
    - swipe: up                     up, down, left or right
    - back                          also: home, stop, screen_off, screen_on
    - mark: consent_shown           a phase begins
    - function: 扫一扫              a function of the app is started with the next step
    - note: 同意前静置 60 秒
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from scanner.capture.marks import PHASES
from scanner.device_file import Action
from scanner.errors import UsageError
from scanner.facts import Phase
from scanner.strict_yaml import MAX_BYTES, Mapping, Node, Reader, Scalar, parse

MOST_STEPS = 10_000
"""Steps of a script at most."""
WITHIN_S = 10
"""Seconds that a control is waited for, unless the step says otherwise."""
LONGEST_WAIT_S = 24 * 3600
"""Seconds that a step may wait at most."""
LONGEST_WORDS = 200
"""Characters of words that a step names."""

ALONE: tuple[Action, ...] = ("back", "home", "launch", "stop", "screen_off", "screen_on")
"""Steps that are a word alone."""
Direction = Literal["up", "down", "left", "right"]
DIRECTIONS: tuple[Direction, ...] = ("up", "down", "left", "right")
"""Where a finger may go."""


class Wait(NamedTuple):
    """Leave everything alone."""

    seconds: int


class Press(NamedTuple):
    """Tap a control, or a point."""

    words: str = ""
    """What the control reads; empty where it is found otherwise."""
    id: str = ""
    """Its resource id, or the part after the slash."""
    at: tuple[int, int] | None = None
    """The point in pixels."""
    within: int = WITHIN_S
    """Seconds that it is waited for."""
    optional: bool = False
    """Whether the script goes on without it."""

    @property
    def name(self) -> str:
        """How a message calls it."""
        return self.words or self.id or str(self.at)


class Swipe(NamedTuple):
    """Draw a finger over the screen."""

    direction: Direction


class Act(NamedTuple):
    """Press a key of the phone, or start or stop the app."""

    action: Action


class Phased(NamedTuple):
    """Mark a phase that begins."""

    phase: Phase


class Said(NamedTuple):
    """Write words into the recording."""

    words: str
    function: bool
    """True when they name a function that is started, false for a note."""


Step = Wait | Press | Swipe | Act | Phased | Said


def read_script(path: Path) -> tuple[Step, ...]:
    """Read a script; raises UsageError that names the first fault and its line."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        hint = "name a file with one step on each line, e.g. - tap: 同意"
        raise UsageError(f"--script {path}: {error.strerror}", hint=hint) from None
    root, faults = parse(data, path.name)
    reader = Reader(faults)
    items = reader.sequence(root, "the script") or []
    if len(items) > MOST_STEPS:
        reader.fault(items[MOST_STEPS], "too many steps", f"at most {MOST_STEPS} are carried out")
        items = []
    steps = [_step(item, reader) for item in items]
    if faults:
        first = faults[0]
        raise UsageError(f"--script {first}", hint=first.hint)
    if not steps:
        raise UsageError(f"--script {path} has no steps", hint="write e.g. - tap: 同意")
    return tuple(step for step in steps if step is not None)


def _step(node: Node, reader: Reader) -> Step | None:
    if isinstance(node, Scalar):
        alone = reader.choice(node, "step", ALONE)
        return Act(alone) if alone else None
    names = ("wait", "tap", "swipe", "mark", "function", "note")
    table = reader.mapping(node, "step", optional=names)
    if not table or len(table) != 1:
        if table is not None:
            reader.fault(node, "a step is one word with what belongs to it", "e.g. - tap: 同意")
        return None
    [(name, value)] = table.items()
    return _worded(name, value, reader)


def _worded(name: str, value: Node, reader: Reader) -> Step | None:
    if name == "tap":
        return _press(value, reader)
    if name == "wait":
        seconds = reader.number(value, "wait", most=LONGEST_WAIT_S)
        return None if seconds is None else Wait(seconds)
    if name == "swipe":
        direction = reader.choice(value, "swipe", DIRECTIONS)
        return Swipe(direction) if direction else None
    if name == "mark":
        phase = reader.choice(value, "mark", PHASES)
        return Phased(phase) if phase else None
    words = reader.text(value, name)
    return Said(words[:LONGEST_WORDS], name == "function") if words else None


def _press(node: Node, reader: Reader) -> Press | None:
    if not isinstance(node, Mapping):
        words = reader.text(node, "tap")
        return Press(words=words[:LONGEST_WORDS]) if words else None
    known = ("words", "id", "x", "y", "within", "optional")
    table = reader.mapping(node, "tap", optional=known) or {}
    x = reader.number(table.get("x"), "x", most=100_000)
    y = reader.number(table.get("y"), "y", most=100_000)
    words, identity = reader.text(table.get("words"), "words"), reader.text(table.get("id"), "id")
    ways = (words is not None, identity is not None, x is not None and y is not None)
    if sum(ways) != 1:
        reader.fault(node, "tap: what is to be tapped?", "write words, or id, or x and y")
        return None
    within = reader.number(table.get("within"), "within", most=LONGEST_WAIT_S)
    optional = reader.truth(table.get("optional"), "optional")
    return Press(
        words=(words or "")[:LONGEST_WORDS],
        id=(identity or "")[:LONGEST_WORDS],
        at=None if x is None or y is None else (x, y),
        within=WITHIN_S if within is None else within,
        optional=bool(optional),
    )
