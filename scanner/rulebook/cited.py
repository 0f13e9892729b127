"""What rulings refer to and a report must explain: the norms they cite, the names they use."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Norm, Ruling, Words
from scanner.rulebook.rule import Rulebook


def norms_cited(rulings: Iterable[Ruling], book: Rulebook) -> tuple[Norm, ...]:
    """Give the norms of the listed behaviours and all others cited, with the items cited."""
    listed = {behaviour.norm for behaviour in book.catalog.behaviours.values()}
    cited: dict[str, set[str]] = {name: set() for name in listed}
    for ruling in rulings:
        for place in ruling.basis:
            cited.setdefault(place.norm, set()).add(place.item)
    norms = (book.catalog.norms[name] for name in sorted(cited))
    return tuple(
        Norm(
            id=norm.id,
            title=norm.title,
            number=norm.number_printed(),
            kind=norm.kind,
            status=norm.status,
            confidence=norm.confidence,
            items={
                name: item.printed() for name, item in norm.items.items() if name in cited[norm.id]
            },
        )
        for norm in norms
    )


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
