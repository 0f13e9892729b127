"""The elements of section 17 and its kin: what a policy speaks of, and whether that suffices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scanner.collect.policy.document import Reading
from scanner.collect.policy.elements.cues import CUES, ELEMENTS
from scanner.collect.policy.elements.ground import (
    Ground,
    Mentions,
    Place,
    in_heading,
    sentence_of,
    sorted_out,
)
from scanner.collect.policy.elements.special_tests import summary_place
from scanner.collect.policy.elements.value_tests import TESTS
from scanner.collect.policy.elements.ways import Answer
from scanner.facts import Fact, PolicyElement
from scanner.knowledge import Knowledge
from scanner.languages import language_of

KINDS = ("policy.element",)
"""Kinds of fact that are looked for here."""


def facts_of(
    reading: Reading,
    claims: Sequence[Fact],
    knowledge: Knowledge,  # noqa: ARG001
) -> Iterator[PolicyElement]:
    """Say of each of the 28 elements whether it is spoken of, and whether that suffices.

    `claims` are the facts of the other rooms. What was not found is absent only where the whole
    policy was read, in simplified Chinese or English, else it is unknown.
    """
    if not reading.documents:
        return
    ground = Ground(reading, sorted_out(claims))
    sure = reading.whole and _is_understood(reading) and not _leans_on_another(reading)
    for element in ELEMENTS:
        yield _element(element, ground, sure)


def _element(element: str, ground: Ground, sure: bool) -> PolicyElement:
    cue = CUES.get(element)
    mentions = ground.mentions(cue) if cue else Mentions(_places(summary_place(ground)), ())
    answer = TESTS[element](ground, mentions)
    mentioned = bool(mentions.said or mentions.denied or answer.place) or (
        element in _BY_CLAIMS and not answer.lacks
    )
    best = answer.place or _first(mentions)
    document = best.document if best else ground.reading.documents[0]
    start, end = sentence_of(best) if best else (0, 0)
    return PolicyElement(
        source=document.source(start, end or min(len(document.text), 200)),
        channel="policy",
        element=element,
        mentioned=mentioned or (False if sure else None),
        present=_present(mentioned, answer, sure),
        lacks=answer.lacks,
        quote=document.quote(start, end) if best else "",
    )


def _is_understood(reading: Reading) -> bool:
    """Say whether all texts are in a language whose words for the elements are known here.

    Traditional characters are read, but elsewhere people say many things in other words.
    """
    return all(language_of(one.text) in ("zh-Hans", "en", None) for one in reading.documents)


_ELSEWHERE = re.compile(
    r"(?:详见|详情见|(?:请|可)(?:您)?(?:查阅|参阅|阅读|访问|参见|查看)|参见|请见"
    r"|(?:refer to|read|see|visit) (?:the |our )?)[^。\n]{0,16}?"
    r"(?:隐私(?:权)?(?:保护)?(?:政策|声明|指引)|privacy (?:policy|statement|notice))"
)
_WHOLE_ELSEWHERE = re.compile(
    r"(?:详细内容|完整(?:内容|版本?|的)|全文)(?![^。\n]{0,40}(?:第三方|sdk|合作))[^。\n]{0,8}"
    r"(?:访问|查阅|参阅|阅读|参见|请见|查看|详?见)[^。\n]{0,30}?隐私(?:权)?(?:保护)?(?:政策|声明|指引)"
)
_OF_PRIVACY = re.compile(r"隐私|个人信息|privacy|personal (?:information|data)")


def _leans_on_another(reading: Reading) -> bool:
    """Say whether what was read only supplements a policy that was not: rules for children, terms.

    Such a text names the policy that it goes with; what it does not tell may stand there.
    """
    itself = any(
        one.part == "policy" and _OF_PRIVACY.search((one.title or one.text[:200]).lower())
        for one in reading.documents
    )
    names = _WHOLE_ELSEWHERE if itself else _ELSEWHERE
    return any(names.search(one.folded) for one in reading.documents)


_BY_CLAIMS = frozenset({"pol-01", "pol-03", "pol-04", "pol-11", "pol-12", "pol-15"})
"""Elements that the facts of other rooms show by themselves, whatever words stand around them."""


def _places(place: Place | None) -> tuple[Place, ...]:
    return (place,) if place else ()


def _present(mentioned: bool, answer: Answer, sure: bool) -> bool | None:
    """Say whether an element suffices; what lacks may stand in what nobody could read."""
    if mentioned and not answer.lacks:
        return None if answer.untold else True
    return False if sure else None


def _first(mentions: Mentions) -> Place | None:
    """Choose the words to show: the first in a sentence, rather than in a heading."""
    for place in mentions.said:
        if not in_heading(place):
            return place
    return next(iter((*mentions.said, *mentions.denied)), None)
