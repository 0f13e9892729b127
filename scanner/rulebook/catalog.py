"""The catalogue: the norms that rules name, and what a report has a row for: behaviours, duties."""

from __future__ import annotations

import datetime
import re
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec

from scanner.errors import Fault, RulebookError
from scanner.facts import Channel
from scanner.model import Basis, Severity, Words
from scanner.strict_yaml import MAX_BYTES, Node, Reader, parse, quoted

Ceiling = Literal["proven", "suspected", "manual"]
"""The most that an observation in a channel can show; manual: only a person can tell."""
Kind = Literal["law", "regulation", "rule", "notice", "standard"]
"""法律 or judicial interpretation, 行政法规, 部门规章, 规范性文件, standard or guide."""
Status = Literal["in_force", "draft", "superseded"]
Confidence = Literal["high", "medium"]

TO_CHECK = "（待核）"
"""Printed behind a number that a person must still check, or that a draft does not have yet."""
DIGITS = "〇一二三四五六七八九十"
SCHEMES = ("cac-191", "miit-164", "miit-337")
"""Lists that speak of the same behaviours: 认定方法, 164号 and 337号."""
MIIT_337 = ("1", "2", "3", "4", "5", "6", "7", "8")
"""The eight types of problem in 工信部信管函〔2019〕337号, in its order."""


class CatalogNorm(msgspec.Struct, frozen=True, kw_only=True):
    """A law, regulation, notice or standard."""

    id: str
    """Its id, e.g. PIPL."""
    title: Words
    """Its full title."""
    short: Words
    """What a finding calls it, e.g. 《认定方法》."""
    number: str
    """Its official number; print `number_printed()` instead."""
    issuer: str
    """Who issued it."""
    kind: Kind
    """Its rank; a standard is a technical basis and never the violated norm."""
    valid_from: datetime.date
    """First day in force; for a draft the day of its publication."""
    valid_to: datetime.date | None
    """Last day in force; None where no end is known."""
    status: Status
    """Whether it binds today."""
    confidence: Confidence
    """How sure we are of number and dates; medium means that a person must check them."""

    def in_force(self, on: datetime.date) -> bool:
        """Say whether it bound on a day; a draft never does."""
        begun = self.status != "draft" and self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    def number_printed(self) -> str:
        """Give the number as a report may print it, with 待核 where it is not certain."""
        certain = self.confidence == "high" and self.status != "draft"
        return self.number if certain else self.number + TO_CHECK


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
    schemes: Mapping[str, tuple[str, ...]]
    """Numbers of the same behaviour in the other lists, e.g. {"miit-164": ("1",)}."""


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
    """All norms, all listed behaviours and all duties."""

    version: str
    """Version of the rules."""
    norms: Mapping[str, CatalogNorm]
    """Norms by id."""
    behaviours: Mapping[str, Behaviour]
    """The 31 behaviours of 认定方法 and the 10 items of 164号 by id, in their order."""
    duties: Mapping[str, Duty]
    """The 26 duties of a website by id, in their order."""
    categories: frozenset[str]
    """Ids of behaviours, duties of a website (web-01) and policy elements (pol-01)."""

    def is_category(self, word: str) -> bool:
        """Say whether a rule may name this as its category: a listed id, or an article of a norm.

        An article is the norm's id in lower case and its number, e.g. pipl-51; no standard may be
        named so, since a standard is never the violated norm.
        """
        if word in self.categories:
            return True
        norm, _, article = word.rpartition("-")
        known = {each.id.lower() for each in self.norms.values() if each.kind != "standard"}
        return norm in known and bool(re.fullmatch(r"[1-9][0-9]{0,3}(\.[1-9][0-9]{0,2})*", article))


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


def _cite(item: str) -> Words:
    """Cite 1.1 as 第一条第一项, and 5 as 第五项."""
    numbers = item.split(".")
    zh = [DIGITS[int(number)] for number in numbers]
    if len(numbers) == 1:
        return Words(f"第{zh[0]}项", f"item {item}")
    return Words(f"第{zh[0]}条第{zh[1]}项", f"art. {numbers[0]}({numbers[1]})")


class _CatalogReader(Reader):
    """Reads each part of the catalogue that is whole, so that all faults are found at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.named: list[tuple[str, Node]] = []
        """Ids of behaviours that `schemes` name, with the place where they do."""

    def catalog(self, node: Node | None) -> Catalog | None:
        keys = ("version", "norms", "behaviours", "duties", "series")
        top = self.mapping(node, "catalogue", required=keys) or {}
        version = self.text(top.get("version"), "version")
        norms = dict(self.norms(top.get("norms")))
        behaviours = {each.id: each for each in self.behaviours(top.get("behaviours"), norms)}
        duties = {each.id: each for each in self.duties(top.get("duties"), norms)}
        listed = {*behaviours, *(f"miit-337-{number}" for number in MIIT_337)}
        for wanted, place in self.named:
            if wanted not in listed:
                self.unknown(place, f"schemes: there is no {quoted(wanted)}", wanted, listed)
        if version is None:
            return None
        return Catalog(
            version=version,
            norms=MappingProxyType(norms),
            behaviours=MappingProxyType(behaviours),
            duties=MappingProxyType(duties),
            categories=frozenset([*behaviours, *duties, *self.series(top.get("series"))]),
        )

    def norms(self, node: Node | None) -> Iterator[tuple[str, CatalogNorm]]:
        table = self.table(node, "norms")
        for name, row in table.items.items() if table else ():
            if table and not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", name):
                hint = "capital letters, digits and hyphens"
                self.fault(table.keys[name], f"norms: {quoted(name)} cannot be an id", hint)
                continue
            norm = self.norm(name, row)
            if norm is not None:
                yield name, norm

    def norm(self, name: str, node: Node) -> CatalogNorm | None:
        keys = ("title", "short", "number", "issuer", "kind", "valid_from", "status", "confidence")
        row = self.mapping(node, name, required=keys, optional=("valid_to",)) or {}
        title, short = self.words(row.get("title"), "title"), self.words(row.get("short"), "short")
        number, issuer = (
            self.text(row.get("number"), "number"),
            self.text(row.get("issuer"), "issuer"),
        )
        kind = self.choice(row.get("kind"), "kind", typing.get_args(Kind))
        begin = self.date(row.get("valid_from"), "valid_from")
        end = self.date(row.get("valid_to"), "valid_to")
        status = self.choice(row.get("status"), "status", typing.get_args(Status))
        sure = self.choice(row.get("confidence"), "confidence", typing.get_args(Confidence))
        if begin and end and end < begin:
            self.fault(row["valid_to"], "valid_to: before valid_from", "correct one of them")
        if status == "superseded" and "valid_to" not in row:
            self.fault(node, f"{name}: superseded, but since when?", "give valid_to")
        if not (title and short and number and issuer and kind and begin and status and sure):
            return None
        return CatalogNorm(
            id=name,
            title=title,
            short=short,
            number=number,
            issuer=issuer,
            kind=kind,
            valid_from=begin,
            valid_to=end,
            status=status,
            confidence=sure,
        )

    def behaviours(
        self, node: Node | None, norms: Mapping[str, CatalogNorm]
    ) -> Iterator[Behaviour]:
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
        row = self.mapping(node, f"{scheme}-{item}", required=keys, optional=("schemes",)) or {}
        title = self.words(row.get("title"), "title")
        severity = self.choice(row.get("severity"), "severity", typing.get_args(Severity))
        channels = self.channels(row.get("channels"))
        others = tuple(each for each in SCHEMES if each != scheme)
        rows = self.mapping(row.get("schemes"), "schemes", optional=others) or {}
        schemes = {name: self.texts(value, name) or () for name, value in rows.items()}
        for name, numbers in schemes.items():
            self.named += [(f"{name}-{number}", rows[name]) for number in numbers]
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
            schemes=MappingProxyType(schemes),
        )

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
        return Basis(norm=norm, item=item) if norm and item else None

    def series(self, node: Node | None) -> Iterator[str]:
        """Give the ids of lists of which only the length is told: pol-01, pol-02, ..."""
        rows = self.mapping(node, "series", required=("pol",)) or {}
        for name, value in rows.items():
            length = self.number(value, name, least=1, most=99) or 0
            yield from (f"{name}-{number:02}" for number in range(1, length + 1))
