"""The sound policy of fixtures/policy, as a reading, and what all rooms say of it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from scanner.collect.policy.claims import (
    data_items,
    exports,
    periods,
    permissions,
    promises,
    third_parties,
)
from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.elements import elements, statement, wordings
from scanner.collect.policy.texts.text import read
from scanner.facts import Fact, Part, PolicyElement, PolicyWording
from scanner.knowledge import Knowledge, load_knowledge, rules_folder

SOUND = (Path(__file__).parents[4] / "fixtures" / "policy" / "sound.md").read_text("utf-8")
ROOMS = (
    *(statement, data_items, third_parties, permissions, exports, promises, periods, wordings),
)


@functools.cache
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def document(text: str, part: Part = "policy", name: str = "a.md") -> Document:
    return read(
        text.encode(), name=name, address=None, origin="given", part=part, evidence="0" * 64
    )


def reading(*texts: str, names: tuple[str, ...] = (), developer: str | None = None) -> Reading:
    documents = tuple(document(text, name=f"{at}.md") for at, text in enumerate(texts))
    return Reading(documents, names, developer)


def claims_of(of: Reading) -> list[Fact]:
    return [fact for room in ROOMS for fact in room.facts_of(of, knowledge())]


def elements_of(of: Reading, claims: Sequence[Fact] | None = None) -> dict[str, PolicyElement]:
    claims = claims_of(of) if claims is None else claims
    return {fact.element: fact for fact in elements.facts_of(of, claims, knowledge())}


def wordings_of(*texts: str, names: tuple[str, ...] = ()) -> list[PolicyWording]:
    return list(wordings.facts_of(reading(*texts, names=names), knowledge()))


def without_sections(*headings: str, text: str = SOUND) -> str:
    """Cut the sections of these headings, each up to the next heading of any level."""
    kept, cut = [], False
    for line in text.split("\n"):
        if line.startswith("#"):
            cut = any(heading in line for heading in headings)
        if not cut:
            kept.append(line)
    return "\n".join(kept)
