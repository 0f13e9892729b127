"""The elements of section 17 and its kin: what a policy speaks of, and whether that suffices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.collect.policy.document import Reading
from scanner.collect.policy.elements.cues import CUES, ELEMENTS
from scanner.collect.policy.elements.ground import Ground, Mentions, Place, sentence_of, sorted_out
from scanner.collect.policy.elements.special_tests import summary_place
from scanner.collect.policy.elements.value_tests import TESTS
from scanner.collect.policy.elements.ways import Answer
from scanner.facts import Fact, PolicyElement
from scanner.knowledge import Knowledge

KINDS = ("policy.element",)
"""Kinds of fact that are looked for here."""


def facts_of(
    reading: Reading,
    claims: Sequence[Fact],
    knowledge: Knowledge,  # noqa: ARG001
) -> Iterator[PolicyElement]:
    """Say of each of the 28 elements whether it is spoken of, and whether that suffices.

    `claims` are the facts of the other rooms. What was not found is absent only where the whole
    policy was read, else it is unknown.
    """
    if not reading.documents:
        return
    ground = Ground(reading, sorted_out(claims))
    for element in ELEMENTS:
        yield _element(element, ground)


def _element(element: str, ground: Ground) -> PolicyElement:
    cue = CUES.get(element)
    mentions = ground.mentions(cue) if cue else Mentions(_places(summary_place(ground)), ())
    answer = TESTS[element](ground, mentions)
    mentioned = bool(mentions.said or mentions.denied or answer.place) or (
        element in _BY_CLAIMS and not answer.lacks
    )
    whole = ground.reading.whole
    best = answer.place or _first(mentions)
    document = best.document if best else ground.reading.documents[0]
    start, end = sentence_of(best) if best else (0, 0)
    return PolicyElement(
        source=document.source(start, end or min(len(document.text), 200)),
        channel="policy",
        element=element,
        mentioned=mentioned or (False if whole else None),
        present=_present(mentioned, answer, whole),
        lacks=answer.lacks,
        quote=document.quote(start, end) if best else "",
    )


_BY_CLAIMS = frozenset({"pol-01", "pol-03", "pol-04", "pol-11", "pol-12", "pol-15"})
"""Elements that the facts of other rooms show by themselves, whatever words stand around them."""


def _places(place: Place | None) -> tuple[Place, ...]:
    return (place,) if place else ()


def _present(mentioned: bool, answer: Answer, whole: bool) -> bool | None:
    """Say whether an element suffices; what lacks may stand in what nobody could read."""
    if mentioned and not answer.lacks:
        return None if answer.untold else True
    return False if whole else None


def _first(mentions: Mentions) -> Place | None:
    """Choose the words to show: the first in a sentence, rather than in a heading."""
    for place in mentions.said:
        if not any(
            block.kind == "heading" and block.start <= place.start < block.end
            for block in place.document.blocks
        ):
            return place
    return next(iter((*mentions.said, *mentions.denied)), None)
