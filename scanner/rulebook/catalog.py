"""The catalogue: the norms that rules name, and what a report has a row for: behaviours, duties."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec.structs import replace

from scanner.errors import Fault, RulebookError
from scanner.facts import Channel
from scanner.model import Basis, Severity, Words
from scanner.rulebook.norms import CatalogNorm, NormItem, NormReader
from scanner.strict_yaml import MAX_BYTES, Node, parse, quoted

Ceiling = Literal["proven", "suspected", "manual"]
"""The most that an observation in a channel can show; manual: only a person can tell."""
DIGITS = "〇一二三四五六七八九十"
SCHEMES = ("cac-191", "miit-164", "miit-337", "miit-notice", "cverc", "mps", "taf-078")
"""Lists of the same faults: 认定方法, 164号, 337号, words of MIIT's notices, of CVERC's, of the
police's test room, and T/TAF 078 by its parts."""
Schemes = Mapping[str, tuple[str, ...]]
"""Numbers in other lists, e.g. {"miit-164": ("1",)}."""
CROSSWALK = ("schemes", "one_of")
ARTICLE = r"[1-9][0-9]{0,3}(\.[1-9][0-9]{0,2})*"
"""The number of an article, as a category names it."""


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """A behaviour that regulators list by number."""

    id: str
    """Its id, e.g. cac-191-1.1."""
    norm: str
    """Id of the norm that lists it."""
    item: str
    """Its number there, e.g. 1.1."""
    cite: Words
    """The same as a sentence cites it, e.g. 第一条第一项."""
    title: Words
    """What it is, in a few words."""
    group: Words
    """Category (认定方法) or 所涉问题 (164号) under which it is printed."""
    severity: Severity
    """Weight where a rule states none."""
    channels: Mapping[Channel, Ceiling]
    """Channels in which it can show itself, with the most that each can show."""
    schemes: Schemes
    """Numbers of the same behaviour in the other lists, which a rule on it inherits."""
    one_of: Schemes
    """Numbers of which the facts say which it is, so that no rule inherits them."""


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """The name that a notice, a test room or an older campaign gives to a fault."""

    id: str
    """Its id, e.g. miit-notice-7."""
    scheme: str
    """The list in which it stands, e.g. miit-notice."""
    item: str
    """Its number there, e.g. 7."""
    title: Words
    """The name."""
    severity: Severity | None
    """Weight where a rule states none; None for a mere name."""
    channels: Mapping[Channel, Ceiling]
    """As for a behaviour; empty for a mere name, of which no report has a row."""
    schemes: Schemes
    """As for a behaviour."""
    one_of: Schemes
    """As for a behaviour."""


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """A duty of a website."""

    id: str
    """Its id, e.g. web-01."""
    title: Words
    """What is owed, in a few words."""
    severity: Severity
    """Weight where a rule states none."""
    channels: Mapping[Channel, Ceiling]
    """Channels in which a fault can show itself, with the most that each can show."""
    basis: tuple[Basis, ...]
    """Norms and places on which it rests."""


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """All norms, all listed behaviours, labels and duties."""

    version: str
    """Version of the rules."""
    norms: Mapping[str, CatalogNorm]
    """Norms by id."""
    behaviours: Mapping[str, Behaviour]
    """The 31 behaviours of 认定方法 and the 10 items of 164号 by id, in their order."""
    duties: Mapping[str, Duty]
    """The 26 duties of a website by id, in their order."""
    labels: Mapping[str, Label]
    """Names of the same faults in notices and tests by id, in their order."""
    provisions: Mapping[str, Mapping[Channel, Ceiling]]
    """Articles with a row in the matrix of rules by id (pipl-39, or a norm whole: xb-flow), with
    the most that each channel can show."""
    categories: frozenset[str]
    """What a rule may speak of: behaviours, names with a row, duties of a website (web-01), policy
    elements (pol-01), and each listed article of a norm, e.g. pipl-51; never one of a standard,
    since a standard is never the violated norm."""

    def is_category(self, word: str) -> bool:
        """Say whether a rule may name this as its category."""
        return word in self.categories

    def listed(self) -> dict[str, Behaviour | Label]:
        """Give behaviours and names in notices together, by id."""
        return {**self.behaviours, **self.labels}

    def is_listed(self, name: str) -> bool:
        """Say whether a list holds this number, e.g. cac-191-3.1."""
        return name in self.behaviours or name in self.labels

    def schemes_of(self, category: str) -> Schemes:
        """Give what a rule inherits from its category: numbers of the same fault in other lists."""
        listed = self.behaviours.get(category) or self.labels.get(category)
        return listed.schemes if listed else {}

    def noticed(self) -> tuple[Label, ...]:
        """Give the names of which every report of an app has a row."""
        return tuple(label for label in self.labels.values() if label.channels)


def load_catalog(path: Path) -> Catalog:
    """Read the catalogue; raises RulebookError with all its faults."""
    faults: list[Fault] = []
    node: Node | None = None
    try:
        if not path.is_file():
            raise OSError(0, "not a file")
        with path.open("rb") as stream:
            node, faults = parse(stream.read(MAX_BYTES + 1), str(path))
    except OSError as error:
        hint = "make it readable"
        faults.append(Fault(str(path), 1, 1, f"cannot be read: {error.strerror}", hint))
    if node is None and not faults:
        faults.append(Fault(str(path), 1, 1, "the file is empty", "restore the catalogue"))
    catalog = _CatalogReader(faults).catalog(node)
    if faults or catalog is None:
        raise RulebookError(tuple(sorted(faults)))
    return catalog


def _list(norms: dict[str, CatalogNorm], norm: str, item: str, title: Words) -> None:
    """List a behaviour or label among the items of its norm."""
    known = norms[norm]
    items = MappingProxyType({**known.items, item: NormItem(item=item, demand=title)})
    norms[norm] = replace(known, items=items)


def _cite(item: str) -> Words:
    """Cite 1.1 as 第一条第一项, and 5 as 第五项."""
    numbers = item.split(".")
    zh = [DIGITS[int(number)] for number in numbers]
    if len(numbers) == 1:
        return Words(f"第{zh[0]}项", f"item {item}")
    return Words(f"第{zh[0]}条第{zh[1]}项", f"art. {numbers[0]}({numbers[1]})")


class _CatalogReader(NormReader):
    """Reads each part of the catalogue that is whole, so that all faults are found at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.named: list[tuple[str, Node]] = []
        """Ids of behaviours and labels that `schemes` name, with the place where they do."""

    def catalog(self, node: Node | None) -> Catalog | None:
        keys = ("version", "norms", "behaviours", "labels", "duties", "provisions", "series")
        top = self.mapping(node, "catalogue", required=keys) or {}
        version = self.text(top.get("version"), "version")
        norms = self.norms(top.get("norms"))
        articles = {
            f"{norm.id.lower()}-{item}"
            for norm in norms.values()
            for item in norm.items
            if norm.kind != "standard" and re.fullmatch(ARTICLE, item)
        }
        behaviours = {each.id: each for each in self.behaviours(top.get("behaviours"), norms)}
        labels = {each.id: each for each in self.labels(top.get("labels"), norms)}
        duties = {each.id: each for each in self.duties(top.get("duties"), norms)}
        provisions = dict(self.provisions(top.get("provisions"), norms))
        for wanted, place in self.named:
            if wanted not in behaviours and wanted not in labels:
                said = f"schemes: there is no {quoted(wanted)}"
                self.unknown(place, said, wanted, (*behaviours, *labels))
        if version is None:
            return None
        noticed = (label.id for label in labels.values() if label.channels)
        series = self.series(top.get("series"))
        return Catalog(
            version=version,
            norms=MappingProxyType(norms),
            behaviours=MappingProxyType(behaviours),
            duties=MappingProxyType(duties),
            labels=MappingProxyType(labels),
            provisions=MappingProxyType(provisions),
            categories=frozenset([*behaviours, *duties, *series, *noticed, *articles]),
        )

    def behaviours(self, node: Node | None, norms: dict[str, CatalogNorm]) -> Iterator[Behaviour]:
        listed = self.mapping(node, "behaviours", required=("cac-191", "miit-164")) or {}
        for scheme, part in listed.items():
            keys = (
                self.mapping(part, scheme, required=("norm", "items"), optional=("groups",)) or {}
            )
            norm = self.choice(keys.get("norm"), "norm", norms)
            groups = self.groups(keys.get("groups"))
            items = self.table(keys.get("items"), "items")
            for item, row in items.items.items() if items else ():
                if items and not re.fullmatch(r"([1-9]|10)(\.([1-9]|10))?", item):
                    hint = "a number as 1.1 or 10"
                    self.fault(items.keys[item], f"items: {quoted(item)} is no number", hint)
                elif norm is not None:
                    group = groups.get(item.partition(".")[0])
                    behaviour = self.behaviour(scheme, norm, item, row, group)
                    if behaviour is not None:
                        _list(norms, norm, item, behaviour.title)
                        yield behaviour

    def groups(self, node: Node | None) -> dict[str, Words]:
        table = self.table(node, "groups")
        read = {
            name: self.words(row, "groups") for name, row in (table.items if table else {}).items()
        }
        return {name: words for name, words in read.items() if words is not None}

    def behaviour(
        self, scheme: str, norm: str, item: str, node: Node, group: Words | None
    ) -> Behaviour | None:
        keys = ("title", "severity", "channels")
        row = self.mapping(node, f"{scheme}-{item}", required=keys, optional=CROSSWALK) or {}
        title = self.words(row.get("title"), "title")
        severity = self.choice(row.get("severity"), "severity", typing.get_args(Severity))
        channels = self.channels(row.get("channels"))
        schemes, one_of = (self.crosswalk(row.get(key), key, scheme) for key in CROSSWALK)
        if title is None or severity is None:
            return None
        return Behaviour(
            id=f"{scheme}-{item}",
            norm=norm,
            item=item,
            cite=_cite(item),
            title=title,
            group=group or title,
            severity=severity,
            channels=channels,
            schemes=schemes,
            one_of=one_of,
        )

    def crosswalk(self, node: Node | None, key: str, scheme: str) -> Schemes:
        """Read numbers in other lists than its own."""
        others = tuple(each for each in SCHEMES if each != scheme)
        rows = self.mapping(node, key, optional=others) or {}
        read = {name: self.texts(value, name) or () for name, value in rows.items()}
        for name, numbers in read.items():
            self.named += [(f"{name}-{number}", rows[name]) for number in numbers]
        return MappingProxyType(read)

    def labels(self, node: Node | None, norms: dict[str, CatalogNorm]) -> Iterator[Label]:
        lists = self.mapping(node, "labels", required=SCHEMES[2:]) or {}
        for scheme, part in lists.items():
            keys = self.mapping(part, scheme, required=("items",), optional=("norm",)) or {}
            norm = self.choice(keys.get("norm"), "norm", norms)
            items = self.table(keys.get("items"), "items")
            for item, row in items.items.items() if items else ():
                if items and not re.fullmatch(r"[1-9][0-9]?", item):
                    hint = "a number from 1 to 99"
                    self.fault(items.keys[item], f"items: {quoted(item)} is no number", hint)
                    continue
                label = self.label(scheme, item, row)
                if label is not None:
                    if norm is not None:
                        _list(norms, norm, item, label.title)
                    yield label

    def label(self, scheme: str, item: str, node: Node) -> Label | None:
        optional = ("severity", "channels", *CROSSWALK)
        row = self.mapping(node, f"{scheme}-{item}", required=("title",), optional=optional) or {}
        title = self.words(row.get("title"), "title")
        severity = self.choice(row.get("severity"), "severity", typing.get_args(Severity))
        if ("severity" in row) != ("channels" in row):
            hint = "a name with a row of its own states both, a mere name neither"
            self.fault(node, f"{scheme}-{item}: severity and channels belong together", hint)
        schemes, one_of = (self.crosswalk(row.get(key), key, scheme) for key in CROSSWALK)
        channels = self.channels(row["channels"]) if "channels" in row else {}
        if title is None:
            return None
        return Label(
            id=f"{scheme}-{item}",
            scheme=scheme,
            item=item,
            title=title,
            severity=severity,
            channels=channels,
            schemes=schemes,
            one_of=one_of,
        )

    def provisions(
        self, node: Node | None, norms: Mapping[str, CatalogNorm]
    ) -> Iterator[tuple[str, Mapping[Channel, Ceiling]]]:
        table = self.table(node, "provisions")
        known = {norm.id.lower() for norm in norms.values()}
        known |= {f"{norm.id.lower()}-{item}" for norm in norms.values() for item in norm.items}
        for name, row in table.items.items() if table else ():
            if table and name not in known:
                said = f"provisions: {quoted(name)} is in no norm"
                self.unknown(table.keys[name], said, name, known)
                continue
            keys = self.mapping(row, name, required=("channels",)) or {}
            yield name, self.channels(keys.get("channels"))

    def channels(self, node: Node | None) -> Mapping[Channel, Ceiling]:
        ceilings = self.mapping(node, "channels", optional=typing.get_args(Channel)) or {}
        channels = {
            typing.cast(Channel, name): ceiling
            for name, value in ceilings.items()
            if (ceiling := self.choice(value, name, typing.get_args(Ceiling))) is not None
        }
        return MappingProxyType(channels)

    def duties(self, node: Node | None, norms: Mapping[str, CatalogNorm]) -> Iterator[Duty]:
        table = self.table(node, "duties")
        for number, row in table.items.items() if table else ():
            if table and not re.fullmatch(r"[0-9]{2}", number):
                hint = "a number as 01"
                self.fault(table.keys[number], f"duties: {quoted(number)} is no number", hint)
                continue
            duty = self.duty(f"web-{number}", row, norms)
            if duty is not None:
                yield duty

    def duty(self, name: str, node: Node, norms: Mapping[str, CatalogNorm]) -> Duty | None:
        keys = ("title", "severity", "channels", "basis")
        row = self.mapping(node, name, required=keys) or {}
        title = self.words(row.get("title"), "title")
        severity = self.choice(row.get("severity"), "severity", typing.get_args(Severity))
        places = [
            self.place(item, norms) for item in self.sequence(row.get("basis"), "basis") or ()
        ]
        if title is None or severity is None:
            return None
        return Duty(
            id=name,
            title=title,
            severity=severity,
            channels=self.channels(row.get("channels")),
            basis=tuple(place for place in places if place is not None),
        )

    def place(self, node: Node, norms: Mapping[str, CatalogNorm]) -> Basis | None:
        keys = self.mapping(node, "basis", required=("doc", "item")) or {}
        norm = self.choice(keys.get("doc"), "basis.doc", norms)
        item = self.text(keys.get("item"), "basis.item")
        if norm and item and item not in norms[norm].items:
            said = f"basis: {norm} lists no item {quoted(item)}"
            self.unknown(keys["item"], said, item, norms[norm].items)
        return Basis(norm=norm, item=item) if norm and item else None

    def series(self, node: Node | None) -> Iterator[str]:
        """Give the ids of lists of which only the length is told: pol-01, pol-02, ..."""
        rows = self.mapping(node, "series", required=("pol",)) or {}
        for name, value in rows.items():
            length = self.number(value, name, least=1, most=99) or 0
            yield from (f"{name}-{number:02}" for number in range(1, length + 1))
