"""YAML as rule authors write it: every value a text with its place, nothing guessed.

Aliases, anchors, tags, duplicate keys and second documents are faults. What a scalar means is for
the reader of a field to say (`no` is a text where a text is wanted), so nothing turns into a truth
value, a date or a number on its own.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias, TypeVar

import yaml

from scanner.errors import Fault
from scanner.model import Words

MAX_BYTES = 1_000_000
"""Largest file that is read; the largest table of permissions takes about a tenth."""
MAX_DEPTH = 32
"""Deepest nesting; a rule needs about ten."""
MAX_PROPOSALS = 50
"""After so many faults no spelling is looked up any more, so that a hostile file stays cheap."""
MAX_QUOTED = 60
"""Longest piece of a file that a message repeats, in characters."""

Choice = TypeVar("Choice", bound=str)
Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Place(NamedTuple):
    """A place in a file, counted from 1 as editors do."""

    file: str
    line: int
    column: int

    def fault(self, message: str, hint: str) -> Fault:
        """Make a fault at this place."""
        return Fault(self.file, self.line, self.column, message, hint)


class Scalar(NamedTuple):
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
        mark = event.start_mark
        place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor or event.tag:
                self.refuse_marks(event, place)
            self.add(Scalar(event.value, event.style is None or event.style == "", place))
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents == 2:
                self.fault(place, "a second document", "keep one document in each file")
        elif isinstance(event, yaml.AliasEvent):
            self.fault(place, f"alias *{event.anchor}", "write the value out; aliases are refused")
            self.add(Scalar("", False, place))
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


def nearest(word: str, choices: Iterable[str]) -> str:
    """Give a hint that names the choices spelt most like a word, or all of a few choices."""
    known = list(dict.fromkeys(choices))
    close = difflib.get_close_matches(word[:MAX_QUOTED], known, n=3)
    if close:
        return f"did you mean {' or '.join(close)}?"
    if 0 < len(known) <= 16:
        return f"known here: {', '.join(known)}"
    return "check the spelling"


def quoted(text: str) -> str:
    """Give a piece of a file as a message may repeat it: on one line, and short."""
    return repr(text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + "…")


class Reader:
    """Turns nodes into typed values and collects every fault instead of stopping at the first.

    Each method takes a node, and the word for it in messages. It gives the value, or None after
    recording why not. A node that is None was optional, or was reported as missing: no new fault.
    """

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults

    def fault(self, at: Node | Place, message: str, hint: str) -> None:
        """Record a fault at a node or place."""
        place = at if isinstance(at, Place) else at.place
        self.faults.append(place.fault(message, hint))

    def unknown(self, at: Node | Place, message: str, word: str, choices: Iterable[str]) -> None:
        """Record a fault for a word that is none of the choices, with the nearest as the hint."""
        few = len(self.faults) < MAX_PROPOSALS
        self.fault(at, message, nearest(word, choices) if few else "check the spelling")

    def mapping(
        self,
        node: Node | None,
        what: str,
        *,
        required: tuple[str, ...] = (),
        optional: tuple[str, ...] = (),
    ) -> dict[str, Node] | None:
        """Read keys that are known beforehand; unknown and missing ones are faults."""
        table = self.table(node, what)
        if table is None:
            return None
        known = (*required, *optional)
        for key, place in table.keys.items():
            if key not in known:
                self.unknown(place, f"{what}: unknown key {quoted(key)}", key, known)
        missing = [key for key in required if key not in table.items]
        if missing:
            self.fault(table, f"{what}: missing {', '.join(missing)}", "add what is missing")
        return {key: value for key, value in table.items.items() if key in known}

    def table(self, node: Node | None, what: str) -> Mapping | None:
        """Read keys that the author chooses; `keys` of the answer holds where each stands."""
        if node is None or isinstance(node, Mapping):
            return node
        self._wrong(node, what, "keys with values", "write one `key: value` on each line")
        return None

    def sequence(self, node: Node | None, what: str) -> list[Node] | None:
        """Read a list."""
        if node is None:
            return None
        if isinstance(node, Sequence):
            return node.items
        self._wrong(node, what, "a list", "write [a, b], or one `- a` on each line")
        return None

    def text(self, node: Node | None, what: str) -> str | None:
        """Read a text that says something."""
        if node is None:
            return None
        if isinstance(node, Scalar) and not node.is_null and node.text.strip():
            return node.text
        self._wrong(node, what, "a text", "write a text that is not empty")
        return None

    def choice(self, node: Node | None, what: str, choices: Iterable[Choice]) -> Choice | None:
        """Read one of a few words."""
        word = self.text(node, what)
        if node is None or word is None:
            return None
        known = tuple(choices)
        for choice in known:
            if choice == word:
                return choice
        self.unknown(node, f"{what}: {quoted(word)} is not known", word, known)
        return None

    def words(self, node: Node | None, what: str) -> Words | None:
        """Read the same words in Chinese (zh) and English (en)."""
        parts = self.mapping(node, what, required=("zh", "en")) or {}
        zh = self.text(parts.get("zh"), f"{what}.zh")
        en = self.text(parts.get("en"), f"{what}.en")
        return None if zh is None or en is None else Words(zh, en)

    def number(
        self, node: Node | None, what: str, *, least: int = 0, most: int = 10**9
    ) -> int | None:
        """Read a whole number within limits, both included."""
        if node is None:
            return None
        text = node.text if isinstance(node, Scalar) and node.plain else ""
        if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", text) and least <= int(text) <= most:
            return int(text)
        self._wrong(node, what, "a whole number", f"write a number from {least} to {most}")
        return None

    def truth(self, node: Node | None, what: str) -> bool | None:
        """Read true or false, in no other spelling."""
        if node is None:
            return None
        if isinstance(node, Scalar) and node.plain and node.text in {"true", "false"}:
            return node.text == "true"
        self._wrong(node, what, "true or false", "write true or false, without quotes")
        return None

    def date(self, node: Node | None, what: str) -> datetime.date | None:
        """Read a day as YYYY-MM-DD."""
        if node is None:
            return None
        if isinstance(node, Scalar) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", node.text):
            try:
                return datetime.date.fromisoformat(node.text)
            except ValueError:
                pass
        self._wrong(node, what, "a date", "write it as 2026-01-31")
        return None

    def texts(self, node: Node | None, what: str) -> tuple[str, ...] | None:
        """Read a list of texts, none of them twice."""
        items = self.sequence(node, what)
        if items is None:
            return None
        seen: dict[str, None] = {}
        for item in items:
            text = self.text(item, what)
            if text in seen:
                self.fault(item, f"{what}: {quoted(text)} stands twice", "keep it once")
            elif text is not None:
                seen[text] = None
        return tuple(seen)

    def numbers(
        self, node: Node | None, what: str, *, least: int = 0, most: int = 10**9
    ) -> tuple[int, ...] | None:
        """Read a list of whole numbers within limits."""
        items = self.sequence(node, what)
        if items is None:
            return None
        values = [self.number(item, what, least=least, most=most) for item in items]
        return tuple(value for value in values if value is not None)

    def _wrong(self, node: Node, what: str, wanted: str, hint: str) -> None:
        self.fault(node, f"{what}: {_shape(node)} where {wanted} is wanted", hint)


def _shape(node: Node) -> str:
    if isinstance(node, Scalar):
        return quoted(node.text) if node.text else "nothing"
    return "a list" if isinstance(node, Sequence) else "keys with values"
