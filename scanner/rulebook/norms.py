"""The norms that rules name, each with what its articles and items demand."""

from __future__ import annotations

import datetime
import re
import typing
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec.structs import replace

from scanner.model import Basis, Words
from scanner.strict_yaml import Node, Reader, quoted

Kind = Literal["law", "regulation", "rule", "notice", "standard"]
"""法律 or judicial interpretation, 行政法规, 部门规章, 规范性文件, standard or guide."""
Status = Literal["in_force", "draft", "superseded"]
Confidence = Literal["high", "medium"]

TO_CHECK = Words("（待核）", " (待核 to be verified)")
"""Printed behind what a person must still check, or behind a number that a draft does not have."""
PLACE = re.compile(r"[0-9A-Za-z.]{1,12}|[一-鿿]{1,12}[A-Z]?")
"""An article or item as rules cite it: 17, 4.6, 附录B, or 全文 for a norm as a whole."""


class NormItem(msgspec.Struct, frozen=True, kw_only=True):
    """An article or item of a norm."""

    item: str
    """Its number, as the norm counts."""
    demand: Words
    """What it demands, in our own words; print `printed()` instead."""
    confidence: Confidence = "high"
    """How sure we are that this stands under this number."""
    same_as: Basis | None = None
    """The place of the same demand in another version of the norm."""

    def printed(self) -> Words:
        """Give what it demands as a report may print it, with 待核 where it is not certain."""
        if self.confidence == "high":
            return self.demand
        return Words(self.demand.zh + TO_CHECK.zh, self.demand.en + TO_CHECK.en)


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
    items: Mapping[str, NormItem]
    """Its articles and items that rules may cite, by number, in its order."""

    def in_force(self, on: datetime.date) -> bool:
        """Say whether it bound on a day; a draft never does."""
        begun = self.status != "draft" and self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    def number_printed(self) -> str:
        """Give the number as a report may print it, with 待核 where it is not certain."""
        certain = self.confidence == "high" and self.status != "draft"
        return self.number if certain else self.number + TO_CHECK.zh


class NormReader(Reader):
    """Reads the norms of the catalogue."""

    def norms(self, node: Node | None) -> dict[str, CatalogNorm]:
        """Read every norm that is whole."""
        table = self.table(node, "norms")
        read: dict[str, CatalogNorm] = {}
        for name, row in table.items.items() if table else ():
            if table and not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", name):
                hint = "capital letters, digits and hyphens"
                self.fault(table.keys[name], f"norms: {quoted(name)} cannot be an id", hint)
                continue
            norm = self.norm(name, row)
            if norm is not None:
                read[name] = norm
        return {name: self.with_words(norm, read, table) for name, norm in read.items()}

    def norm(self, name: str, node: Node) -> CatalogNorm | None:
        """Read one norm; an item that takes its words from elsewhere has none yet."""
        keys = ("title", "short", "number", "issuer", "kind", "valid_from", "status", "confidence")
        row = self.mapping(node, name, required=keys, optional=("valid_to", "items")) or {}
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
        items = {each.item: each for each in self.items(row.get("items"))}
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
            items=items,
        )

    def items(self, node: Node | None) -> Iterator[NormItem]:
        """Read the items of a norm, some of which have no words yet."""
        table = self.table(node, "items")
        for item, row in table.items.items() if table else ():
            if table and not PLACE.fullmatch(item):
                hint = "a number as 17 or 4.6, 附录B, or 全文"
                self.fault(table.keys[item], f"items: {quoted(item)} is no place in a norm", hint)
                continue
            keys = self.mapping(row, item, optional=("zh", "en", "confidence", "same_as")) or {}
            zh, en = self.text(keys.get("zh"), "zh"), self.text(keys.get("en"), "en")
            same = self.same_as(keys.get("same_as"))
            sure = self.choice(keys.get("confidence"), "confidence", typing.get_args(Confidence))
            if bool(zh) != bool(en) or not (zh or same):
                self.fault(row, f"items: {item} says nothing", "write zh and en, or same_as")
                continue
            demand = Words(zh or "", en or "")
            yield NormItem(item=item, demand=demand, confidence=sure or "high", same_as=same)

    def same_as(self, node: Node | None) -> Basis | None:
        """Read the place of the same demand."""
        keys = self.mapping(node, "same_as", required=("doc", "item")) or {}
        doc, item = self.text(keys.get("doc"), "doc"), self.text(keys.get("item"), "item")
        return Basis(norm=doc, item=item) if doc and item else None

    def with_words(
        self, norm: CatalogNorm, read: Mapping[str, CatalogNorm], place: Node | None
    ) -> CatalogNorm:
        """Give the norm with the words that its items take from their other versions."""
        whole: dict[str, NormItem] = {}
        for item in norm.items.values():
            whole[item.item] = item
            if item.same_as is None:
                continue
            other = read.get(item.same_as.norm)
            known = other.items.get(item.same_as.item) if other else None
            if known is None or not known.demand.zh:
                said = f"{norm.id}: item {item.item} is said to be the same as what is not there"
                hint = f"{item.same_as.norm} lists no words under {item.same_as.item}"
                if place is not None:
                    self.fault(place, said, hint)
            elif not item.demand.zh:
                whole[item.item] = replace(item, demand=known.demand)
        return replace(norm, items=MappingProxyType(whole))
