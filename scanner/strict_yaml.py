"""YAML as rule authors write it: every value a text with its place, nothing guessed, nothing shared.

Aliases, anchors, tags, duplicate keys and second documents are faults. What a scalar means is for
the reader of a field to say (`no` is a text where a text is wanted), so nothing turns into a truth
value, a date or a number on its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from scanner.errors import Fault

MAX_BYTES = 1_000_000
"""Largest file that is read; the largest table of permissions takes about a tenth."""
MAX_DEPTH = 32
"""Deepest nesting; a rule needs about ten."""

Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, counted from 1 as editors do."""

    file: str
    line: int
    column: int

    def fault(self, message: str, hint: str) -> Fault:
        """Make a fault at this place."""
        return Fault(self.file, self.line, self.column, message, hint)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, as written."""

    text: str
    plain: bool
    place: Place

    @property
    def is_null(self) -> bool:
        """Whether it says "unknown": an unquoted null, ~ or nothing at all."""
        return self.plain and self.text in {"", "~", "null"}


@dataclass(slots=True)
class Sequence:
    """A list."""

    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys with their values; `keys` holds where each key stands."""

    place: Place
    items: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Node: TypeAlias = Scalar | Sequence | Mapping


def parse(data: bytes, file: str) -> tuple[Node | None, list[Fault]]:
    """Read one YAML document; give its node (None if it cannot be read) and all faults found."""
    start = Place(file, 1, 1)
    if len(data) > MAX_BYTES:
        fault = start.fault(f"the file has {len(data)} bytes", f"at most {MAX_BYTES} are read")
        return None, [fault]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Place(file, line, 1).fault("not UTF-8", "save the file as UTF-8")]
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=Parser):
            builder.take(event)
    except _TooDeep as error:
        return None, [*builder.faults, error.fault]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else start
        what = error.problem or error.context or "not YAML"
        return None, [*builder.faults, place.fault(str(what), "check indentation and quotes")]
    except (yaml.YAMLError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else "not YAML"
        return None, [*builder.faults, start.fault(first, "check for control characters")]
    return builder.root, builder.faults


class _TooDeep(Exception):  # noqa: N818 - leaves the event loop, never the module
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class _Builder:
    """Builds nodes from parser events without recursion, so that depth is bounded by us."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self.stack: list[tuple[Sequence | Mapping, list[Scalar | None]]] = []
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        place = Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents == 2:
                self.fault(place, "a second document", "keep one document in each file")
        elif isinstance(event, yaml.AliasEvent):
            self.fault(place, f"alias *{event.anchor}", "write the value out; aliases are refused")
            self.add(Scalar("", False, place))
        elif isinstance(event, yaml.ScalarEvent):
            self.refuse_marks(event, place)
            self.add(Scalar(event.value, event.style is None or event.style == "", place))
        elif isinstance(event, yaml.SequenceStartEvent):
            self.refuse_marks(event, place)
            self.open(Sequence(place))
        elif isinstance(event, yaml.MappingStartEvent):
            self.refuse_marks(event, place)
            self.open(Mapping(place))
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self.stack.pop()

    def refuse_marks(self, event: Any, place: Place) -> None:
        if event.anchor:
            self.fault(place, f"anchor &{event.anchor}", "remove it; aliases are refused")
        if event.tag and event.tag != "!":
            self.fault(place, f"tag {event.tag}", "remove it; tags are refused")

    def open(self, node: Sequence | Mapping) -> None:
        self.add(node)
        if len(self.stack) >= MAX_DEPTH:
            hint = f"at most {MAX_DEPTH} levels are read"
            raise _TooDeep(node.place.fault("nested too deeply", hint))
        self.stack.append((node, [None]))

    def add(self, node: Node) -> None:
        if not self.stack:
            if self.root is None:
                self.root = node
            return
        parent, pending = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif pending[0] is None:
            self.take_key(node, pending)
        else:
            key, pending[0] = pending[0], None
            if key.text not in parent.items:
                parent.items[key.text] = node
                parent.keys[key.text] = key.place

    def take_key(self, node: Node, pending: list[Scalar | None]) -> None:
        parent = self.stack[-1][0]
        if not isinstance(node, Scalar):
            self.fault(node.place, "a key that is not a word", "use a plain word as the key")
            node = Scalar("", False, node.place)
        elif isinstance(parent, Mapping) and node.text in parent.items:
            first = parent.keys[node.text].line
            self.fault(node.place, f"duplicate key {node.text!r}", f"it stands in line {first} too")
        pending[0] = node

    def fault(self, place: Place, message: str, hint: str) -> None:
        self.faults.append(place.fault(message, hint))
