"""Everything that the texts of one policy say, as facts: each statement once, at its best place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from types import ModuleType

import msgspec

from scanner.collect.policy.claims import (
    data_items,
    exports,
    mentions,
    periods,
    permissions,
    promises,
    rights,
    third_parties,
)
from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.elements import elements, statement, wordings
from scanner.facts import Fact, PolicyDocument, PolicyElement, identity_of
from scanner.knowledge import Knowledge

ROOMS: tuple[ModuleType, ...] = (
    *(statement, data_items, third_parties, permissions, exports, promises, periods, rights),
    *(wordings, mentions),
)
"""What is asked of every policy, in this order; elements are told from what these say."""
OF_THE_POLICY: frozenset[ModuleType] = frozenset({promises, wordings})
"""What is asked only of a policy itself: a list may be a page of others, who promise for theirs."""


def claims_of(reading: Reading, knowledge: Knowledge) -> list[Fact]:
    """Give what the texts of one policy say, and which of its elements they hold."""
    itself = reading._replace(documents=tuple(filter(_is_policy, reading.documents)))
    claims = merged(
        fact
        for room in ROOMS
        for fact in room.facts_of(itself if room in OF_THE_POLICY else reading, knowledge)
    )
    return [*claims, *merged(elements.facts_of(reading, claims, knowledge))]


def _is_policy(document: Document) -> bool:
    return document.part in ("policy", "children")


def merged(facts: Iterable[Fact]) -> list[Fact]:
    """Give one fact per identity: the one that says most, and of equals the first."""
    best: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        key = identity_of(fact)
        if key not in best or _worth(fact) > _worth(best[key]):
            best[key] = fact
    return list(best.values())


def _worth(fact: Fact) -> tuple[bool, int]:
    """Say how much a fact tells: what is plain before what is vague, then how many fields hold."""
    values = [getattr(fact, name) for name in fact.__struct_fields__]
    plain = getattr(fact, "vague", None) is not True
    return plain, sum(value not in (None, "", ()) for value in values)


def doubted(facts: Iterable[Fact], elements_there: Collection[str]) -> Iterator[Fact]:
    """Take back what is said to lack of elements that may stand in a part nobody could read."""
    for fact in facts:
        if not isinstance(fact, PolicyElement) or fact.element not in elements_there:
            yield fact
        elif fact.present is not True:
            mentioned = fact.mentioned or None
            yield msgspec.structs.replace(fact, present=None, lacks=None, mentioned=mentioned)
        else:
            yield fact


def documents_of(reading: Reading, knowledge: Knowledge, *, own: bool | None) -> list[Fact]:
    """Give the documents of a reading alone, as facts."""
    return [
        msgspec.structs.replace(fact, own=own)
        for fact in statement.facts_of(reading, knowledge)
        if isinstance(fact, PolicyDocument)
    ]
