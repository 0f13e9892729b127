"""What a call that a hook saw means: which data it opens, what it asks for, what it starts.

By the table of rules/lists/apis.yaml, as in an app's code; what stands in the arguments decides
where the table says so. Of arguments nothing is repeated: a fact names the table's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import re2

from scanner.collect.device.stacks import Bounded, masked
from scanner.facts import Way
from scanner.knowledge import Knowledge
from scanner.knowledge.ancestry import all_above
from scanner.knowledge.apis import Access, Call, Near

LONGEST_API = 300
"""Characters of the name of a call."""
MOST_ARGUMENTS = 32
"""Arguments of one call that are read."""
LONGEST_ARGUMENT = 4_096
"""Characters of one argument that are read."""
_PROXY = "$Stub$Proxy"
_INNER = re.compile(r"(?<=\.)([A-Z]\w*)\.(?=[A-Z])")
_DOTTED = re.compile(r"[A-Za-z_$][\w$]*(\.[\w$]+)*\.(<init>|<clinit>|[\w$-]+)")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+")
_PERMISSION = re.compile(
    r"[A-Za-z][A-Za-z_]*(\.[A-Za-z][A-Za-z0-9_]{0,40})*\.permission\.[A-Z_]{3,80}"
)
_COMPONENT = re.compile(
    r"(?:(?<![^\s{])cmp=|ComponentInfo\{)([A-Za-z][\w.]{0,200})/"
    r"|(?<![^\s{])pkg=([A-Za-z][\w.]{0,200})"
)
_AIMED = re.compile(r"(?<![^\s{])(cmp|pkg)=|ComponentInfo\{")
_MASKED = re.compile(r"\*{2,}|<masked>|\[masked\]|\(masked\)", re.IGNORECASE)
_VOLUME = re.compile(r"content://media/(?!external|internal)[\w-]+/")
_USER = re.compile(r"content://\d{1,4}@")
_AUTHORITY = re.compile(r"[A-Za-z][\w.-]{1,200}")
_BY_AUTHORITY = ("call", "acquireContentProviderClient", "acquireUnstableContentProviderClient")
_TRUTH = {"true": "1", "false": "0"}


class Hit(NamedTuple):
    """A call that opens data."""

    access: Access
    """The row of the table."""
    api: str
    """The call, address or file, in the table's words."""
    way: Way
    """How it gets there."""


class Meaning(NamedTuple):
    """What a call means."""

    of: str
    """Class of the call; empty for what is no call of any interest."""
    method: str
    hits: tuple[Hit, ...] = ()
    """What it opens."""
    untold: tuple[str, ...] = ()
    """Kinds of data that it may open, which its arguments would say, had they been recorded."""
    permissions: tuple[str, ...] | None = None
    """Of a request for permissions, which; empty where that was not recorded."""
    started: str = ""
    """Application id of what it starts; empty when that is not another app."""
    api: str = ""
    """The request or start, in the table's words."""


Look = Callable[[str, list[str]], Iterable[Hit]]
"""Gives what the texts that a call was handed open."""
NOTHING = Meaning("", "")
"""What is no call of any interest."""


class _Member(NamedTuple):
    """A method or field by its name alone."""

    of: str
    method: str
    hits: tuple[Hit, ...]
    names: frozenset[str]
    """As the table may name it: by its class, or by one that is above it."""
    calls: tuple[tuple[Access, Call], ...]
    """What counts with certain constants only."""
    near: tuple[tuple[Access, Near], ...]
    """What counts beside certain texts only."""
    texts: tuple[tuple[str, Look, tuple[str, ...]], ...]
    """By what its texts are looked at: the call in the table's words, and what they may open."""
    decides: bool
    """Whether arguments matter."""


class Apis:
    """Tells what calls mean; what was told once is remembered."""

    def __init__(self, knowledge: Knowledge, package: str) -> None:
        self._package = package
        self._knowledge = knowledge
        self._rows = knowledge.apis.accesses
        self._members: Bounded[str, _Member | None] = Bounded()
        self._meanings: Bounded[tuple[str, tuple[str, ...] | None], Meaning] = Bounded()
        self._named: dict[str, list[Hit]] = {}
        for row in self._rows:
            named: tuple[tuple[tuple[str, ...], Way], ...] = (
                *((row.methods, "call"), (row.fields, "field"), (row.overrides, "callback")),
            )
            for names, way in named:
                for name in names:
                    self._named.setdefault(name, []).append(Hit(row, _spoken(name), way))
        self._calls: dict[str, list[tuple[Access, Call]]] = {}
        self._near: dict[str, list[tuple[Access, Near]]] = {}
        for row in self._rows:
            for call in row.calls:
                self._calls.setdefault(call.method, []).append((row, call))
            for near in row.near:
                self._near.setdefault(near.method, []).append((row, near))
        runtime = knowledge.runtime
        self._requests, self._starts = frozenset(runtime.requests), frozenset(runtime.starts)
        self._commands = [(row, re2.compile(p)) for row in self._rows for p in row.commands]
        self._uris = {uri: row for row in self._rows for uri in row.uris}
        self._beginnings = tuple(self._uris)
        self._files = [(row, name) for row in self._rows for name in row.files]
        self._paths = tuple(name for _, name in self._files)
        self._actions = {text: row for row in self._rows for text in row.actions}
        self._classes = [(row, name) for row in self._rows for name in row.classes]
        self._looks: tuple[tuple[frozenset[str], Look, tuple[str, ...]], ...] = (
            (frozenset(runtime.resolvers), self._by_address, _kinds(self._uris.values())),
            (frozenset(runtime.shells), self._by_command, _kinds(row for row, _ in self._commands)),
            (frozenset(runtime.openers), self._by_file, _kinds(row for row, _ in self._files)),
            (self._starts, self._by_action, ()),
        )
        self._houses = tuple(name for _, name in self._classes)

    def of(self, api: str, args: tuple[str, ...] | None) -> Meaning:
        """Say what a call means, by its name and its arguments (None where not recorded)."""
        member = self._members[api] if api in self._members else self._member(api)
        if member is None:
            return NOTHING
        if not member.decides:
            args = None
        key = (api, args)
        meaning = self._meanings.get(key)
        if meaning is None:
            weight = len(api) + sum(map(len, args or ()))
            meaning = self._meanings.keep(key, self._meaning(member, args), weight)
        return meaning

    def _member(self, api: str) -> _Member | None:
        return self._members.keep(api, self._found(api), len(api))

    def _found(self, api: str) -> _Member | None:
        split = split_api(api)
        if split is None:
            return None
        of, method = split
        names = frozenset(f"{name}->{method}" for name in self._above(of))
        named = sorted(names & self._named.keys())
        hits = [hit for name in named for hit in self._named[name]]
        if not hits and of.startswith(self._houses):
            groups = [(row, name) for row, name in self._classes if _is_in(of, name)]
            hits += [Hit(row, masked(f"{of}.{method}"), "class") for row, _ in groups[:1]]
        calls = [one for name in sorted(names) for one in self._calls.get(name, ())]
        near = [one for name in sorted(names) for one in self._near.get(name, ())]
        texts = [
            (_spoken(min(names & known)), look, kinds)
            for known, look, kinds in self._looks
            if names & known
        ]
        asks = names & (self._requests | self._starts)
        decides = bool(calls or near or texts or asks)
        if not hits and not decides:
            return None
        return _Member(
            of, method, tuple(_once(hits)), names, tuple(calls), tuple(near), tuple(texts), decides
        )

    def _above(self, of: str) -> list[str]:
        """Give a class, by each name that it may have, and all that is above it."""
        same = dict.fromkeys((of, _INNER.sub(r"\1$", of), of.removesuffix(_PROXY)))
        above = {upper for name in same for upper in all_above(self._knowledge.ancestry, name)}
        return [*same, *sorted(above)]

    def _meaning(self, member: _Member, args: tuple[str, ...] | None) -> Meaning:
        meaning = Meaning(member.of, member.method, member.hits)
        if not member.decides:
            return meaning
        given = None
        if args is not None:
            given = [_plain(text[:LONGEST_ARGUMENT]) for text in args[:MOST_ARGUMENTS]]
        found, untold = self._by_arguments(member, given)
        hits = tuple(_once((*member.hits, *found)))
        meaning = meaning._replace(hits=hits, untold=tuple(sorted(set(untold))))
        requests = sorted(member.names & self._requests)
        if requests:
            asked = self._permissions(given or ())
            if asked or not requests[0].endswith("->launch"):  # others launch for other things
                meaning = meaning._replace(permissions=asked, api=_spoken(requests[0]))
        starts = sorted(member.names & self._starts)
        started = self._started(given or ()) if starts else ""
        return meaning._replace(started=started, api=_spoken(starts[0])) if started else meaning

    def _by_arguments(
        self, member: _Member, given: list[str] | None
    ) -> tuple[list[Hit], list[str]]:
        """Give what arguments open, and the kinds that they might where they were not recorded."""
        hits: list[Hit] = []
        untold: list[str] = []
        for row, call in member.calls:
            value = _chosen(given, call.argument, call.values)
            if value is None:
                untold.append(row.data_type)
            elif value:
                said = value if value.isdecimal() else f'"{value}"'
                hits.append(Hit(row, f"{_spoken(call.method)}({said})", "call"))
        for row, near in member.near:
            if given is None:
                untold.append(row.data_type)
            elif _holds(given, near.texts):
                hits.append(Hit(row, _spoken(near.method), "call"))
        texts, kinds = self._by_texts(member, given)
        return [*hits, *texts], [*untold, *kinds]

    def _by_texts(self, member: _Member, given: list[str] | None) -> tuple[list[Hit], list[str]]:
        """Give the same of addresses, commands, files and actions that a call was handed."""
        hits: list[Hit] = []
        for api, look, kinds in member.texts:
            if given is None:
                return [], list(kinds)
            hits += look(api, given)
        return hits, []

    def _by_address(self, api: str, given: list[str]) -> Iterator[Hit]:
        addresses = [text for text in given if text.startswith("content://")]
        if api.rpartition(".")[2] in _BY_AUTHORITY and given and not addresses:
            addresses = [f"content://{given[0]}"] if _AUTHORITY.fullmatch(given[0]) else []
        for handed in addresses:
            text = _VOLUME.sub("content://media/external/", _USER.sub("content://", handed))
            fitting = (one for one in self._uris if _is_under(text, one))
            uri = max(fitting, key=len, default="") if text.startswith(self._beginnings) else ""
            if uri:
                yield Hit(self._uris[uri], uri, "address")

    def _by_command(self, api: str, given: list[str]) -> Iterator[Hit]:
        lines = [*given, " ".join(given), *(_words(text) for text in given)]
        for row, pattern in self._commands:
            if any(pattern.search(line) for line in lines):
                yield Hit(row, api, "command")

    def _by_file(self, _: str, given: list[str]) -> Iterator[Hit]:
        paths = {text.removeprefix("file://") for text in given}
        if len(given) > 1:
            paths.add(f"{given[0].rstrip('/')}/{given[1]}")
        if not any(path.startswith(self._paths) for path in paths):
            return
        for row, beginning in self._files:
            if any(path.startswith(beginning) for path in paths):
                yield Hit(row, beginning, "file")

    def _by_action(self, _: str, given: list[str]) -> Iterator[Hit]:
        words = {word for text in given for word in _WORD.findall(text)}
        for text in sorted(words & self._actions.keys()):
            yield Hit(self._actions[text], text, "text")

    def _permissions(self, given: Iterable[str]) -> tuple[str, ...]:
        words = {word for text in given for word in _WORD.findall(text)}
        known = self._knowledge.permissions
        return tuple(sorted(w for w in words if w in known or _PERMISSION.fullmatch(w))[:100])

    def _started(self, given: Iterable[str]) -> str:
        for text in given:
            for found in _COMPONENT.finditer(text):
                name = found[1] or found[2]
                if name not in (self._package, "android") and _WORD.fullmatch(name):
                    return name
        return ""


def split_api(api: str) -> tuple[str, str] | None:
    """Give class and method of a call; None for what names none. The table writes <init>."""
    name = api[:LONGEST_API].partition("(")[0].split()
    if not name:
        return None
    text = name[-1]
    if ";->" in text:  # as in smali
        text = text.removeprefix("L").replace("/", ".").replace(";->", ".")
    text = text.replace("->", ".").replace("#", ".").replace("/", ".")
    for made in (".$init", ".$new"):
        text = f"{text.removesuffix(made)}.<init>" if text.endswith(made) else text
    if not _DOTTED.fullmatch(text):
        return None
    of, _, method = text.rpartition(".")
    return of, method


def _kinds(rows: Iterable[Access]) -> tuple[str, ...]:
    return tuple(sorted({row.data_type for row in rows}))


def _once(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Give each way to a kind of data once."""
    seen: set[tuple[str, str]] = set()
    for hit in hits:
        key = (hit.access.data_type, hit.api)
        if key not in seen:
            seen.add(key)
            yield hit


def _chosen(given: list[str] | None, argument: int, values: tuple[str, ...]) -> str | None:
    """Give the value of the table that a call was handed: empty for none, None if nobody knows.

    Not every recorder counts alike, so a text counts at any place, a number only at its own.
    """
    if given is None:
        return None
    own = given[argument : argument + 1]
    for value in values:
        if value.isdecimal():
            if [_TRUTH.get(text.lower(), text) for text in own] == [value]:
                return value
        elif any(
            text.startswith(value[:-1]) if value.endswith("*") else text == value for text in given
        ):
            return value
    return None if any(_MASKED.search(text) for text in own) or not given else ""


def _holds(given: Iterable[str], texts: tuple[str, ...]) -> bool:
    """Say whether an Intent holds one of some texts, and is aimed at no app."""
    said = " ".join(given)
    return any(text in said for text in texts) and not _AIMED.search(said)


def _plain(text: str) -> str:
    """Take an argument without the quotes that some recorders write."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _words(text: str) -> str:
    """Take a printed array of words as the line that it makes."""
    return " ".join(_plain(word) for word in text.strip("[]").split(","))


def _spoken(member: str) -> str:
    return member.replace("->", ".")


def _is_under(text: str, uri: str) -> bool:
    """Tell whether an address is one of the table's, or stands below it."""
    return text.startswith(uri) and (
        len(text) == len(uri) or uri.endswith("/") or text[len(uri)] in "/?#."
    )


def _is_in(text: str, group: str) -> bool:
    """Tell whether a class is the one named, or of a group that ends in a dot or `$`."""
    return text.startswith(group) if group.endswith((".", "$")) else text == group
