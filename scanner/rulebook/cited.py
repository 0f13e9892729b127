"""What rulings refer to and a report must explain: the norms they cite, the names they use."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Mapping

from scanner.model import Norm, Ruling, Words
from scanner.rulebook.catalog import Catalog
from scanner.rulebook.norms import CatalogNorm
from scanner.rulebook.rule import Rulebook


def norms_cited(rulings: Iterable[Ruling], book: Rulebook) -> tuple[Norm, ...]:
    """Give the norms of the listed behaviours and all others cited, with the items cited."""
    listed = {behaviour.norm for behaviour in book.catalog.behaviours.values()}
    cited: dict[str, set[str]] = {name: set() for name in listed}
    for ruling in rulings:
        for place in ruling.basis:
            cited.setdefault(place.norm, set()).add(place.item)
    return tuple(_norm(book.catalog.norms[name], cited[name]) for name in sorted(cited))


def _norm(norm: CatalogNorm, cited: Container[str]) -> Norm:
    return Norm(
        id=norm.id,
        title=norm.title,
        number=norm.number_printed(),
        kind=norm.kind,
        status=norm.status,
        confidence=norm.confidence,
        items={name: item.printed() for name, item in norm.items.items() if name in cited},
    )


OF_EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "EDATA-2016": ("5",),
    "MPS-EDATA": (),
    "SPP-CYBER": ("30", "31", "32"),
    "CPL": ("66",),
    "SPC-EVIDENCE": ("14", "15", "23", "93", "94"),
    "ESL": ("5", "8"),
    "SPP-PIL": (),
    "PROC-CAC": ("全文",),
    "SAMR-EDATA": (),
}
"""Norms on how electronic data are taken and kept whole, with the items that a record names."""


def norms_of_evidence(catalog: Catalog, on: datetime.date) -> tuple[Norm, ...]:
    """Give the norms in force on a day that a record of taking evidence follows by analogy."""
    named = ((catalog.norms[name], set(items)) for name, items in OF_EVIDENCE.items())
    return tuple(_norm(norm, items) for norm, items in named if norm.in_force(on))


def names_used(rulings: Iterable[Ruling], book: Rulebook) -> dict[str, Words]:
    """Give what the numbers stand for under which the rulings are listed elsewhere."""
    listed = book.catalog.listed()
    named = {
        f"{scheme}-{number}"
        for ruling in rulings
        for scheme, numbers in ruling.schemes.items()
        for number in numbers
    }
    return {name: listed[name].title for name in sorted(named)}
