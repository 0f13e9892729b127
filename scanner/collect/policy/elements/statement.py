"""What a policy states of itself: title, dates, version, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.elements.dates import own_dates
from scanner.collect.policy.elements.measures import measure
from scanner.collect.policy.elements.operators import (
    EXPLICIT,
    Named,
    credit_code_in,
    operators_in,
)
from scanner.companies import same_company
from scanner.facts import Fact, PolicyDocument, PolicyOperator
from scanner.knowledge import Knowledge
from scanner.languages import language_of

KINDS = ("policy.document", "policy.operator")
"""Kinds of fact that are looked for here."""
_VERSION = re.compile(
    r"(?:^|\n|[(\[。:])[^\n。]{0,12}?(?:版本号?|版次|version|ver\.)[ ]?[:]?[ ]?"
    r"(v?\d{1,8}(?:\.\d{1,4}){0,3})(?!\d|\.\d|[ ]?(?:年|[-/]\d|及以上|以上|及更高|or (?:later"
    r"|above)))"
    r"|(?:^|\n|[(\[])[^\n。]{0,20}?(v\d{1,4}(?:\.\d{1,4}){0,3})[ ]?版?[)\]\n]"
    r"|(?:^|\n|[(\[])[^\n。]{0,20}?(第[一二三四五六七八九十\d]{1,3}版)"
)
_OTHERS_HEADING = re.compile(r"第三方|sdk|合作|共享|转让|委托|third part|partner|recipient")
_MOST = 8
"""Operators of one policy, at most: joint ones are rarely more than three."""


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:  # noqa: ARG001
    """Say of each document what it is, and who the operator is that they name."""
    policy = any(document.part == "policy" for document in reading.documents)
    named = [_operators(document, policy) for document in reading.documents]
    for document, found in zip(reading.documents, named, strict=True):
        yield _document(document, found)
    yield from _operator_facts(reading, named)


def _document(document: Document, operators: list[Named]) -> PolicyDocument:
    folded = document.folded
    dated = own_dates(folded)
    measured = measure(document)
    absent = "" if document.whole else None
    return PolicyDocument(
        source=document.source(0, min(len(document.text), 200)),
        channel="policy",
        url=document.address or document.name,
        part=document.part,
        origin=document.origin,
        own=True,
        whole=document.whole,
        pictures=document.pictures,
        title=document.title or None,
        language=language_of(document.text),
        characters=measured.characters,
        updated=dated.updated,
        effective=dated.effective,
        version=version_of(folded) or absent,
        operator=_name(document, operators[0]) if operators else absent,
        sentence_characters=measured.sentence_characters,
        contents=measured.contents,
        summary=measured.summary,
        unexplained=measured.unexplained,
    )


def version_of(folded: str) -> str:
    """Read the version that a text states in its first or last lines; else the empty text."""
    for part in (folded[:1500], folded[1500:][-400:]):
        found = _VERSION.search(part)
        if found:
            return next(group for group in found.groups() if group)
    return ""


def _operators(document: Document, policy: bool) -> list[Named]:
    """Find whom a text names; a list beside the policy itself names others."""
    outside = [(block.start, block.end) for block in document.blocks if block.kind == "cell"]
    if policy and document.part != "policy":
        outside = [(0, len(document.text))]
    others: tuple[int, int] | None = None
    for block in document.blocks:
        if block.kind != "heading":
            continue
        if others is not None and block.level <= others[1]:
            outside.append((others[0], block.start))
            others = None
        heading = document.folded[block.start : block.end]
        if others is None and block.level > 1 and _OTHERS_HEADING.search(heading):
            others = (block.start, block.level)
    if others is not None:
        outside.append((others[0], len(document.text)))
    return operators_in(document.text, document.folded, tuple(outside))


def _name(document: Document, named: Named) -> str:
    return " ".join(document.text[named.start : named.end].split())


def _operator_facts(reading: Reading, named: list[list[Named]]) -> Iterator[PolicyOperator]:
    """Give each operator once; where one of them is the stated developer, others say nothing."""
    plainest = max((found[0].weight for found in named if found), default=EXPLICIT)
    places: dict[str, tuple[Document, Named]] = {}
    for document, found in zip(reading.documents, named, strict=True):
        for place in found:
            name = _name(document, place)
            known = any(_is_one(name, other) for other in places)
            if place.weight == plainest and not known and len(places) < _MOST:
                places[name] = (document, place)
    same = {name: _same(name, reading.developer) for name in places}
    joint = True in same.values()
    for name, (document, place) in places.items():
        yield PolicyOperator(
            source=document.source(place.start, place.end),
            channel="policy",
            name=name,
            credit_code=credit_code_in(document.folded) if len(places) == 1 else None,
            as_developer=None if joint and same[name] is False else same[name],
            quote=document.quote(max(0, _line_start(document, place.start)), place.end + 40),
        )


def _same(name: str, developer: str | None) -> bool | None:
    return same_company(name, developer) if developer else None


def _is_one(name: str, other: str) -> bool:
    """Say whether two names of one text are of one: a short name stands inside the full one."""
    return name in other or other in name or same_company(name, other) is True


def _line_start(document: Document, start: int) -> int:
    return max(document.text.rfind("\n", 0, start) + 1, start - 60)
