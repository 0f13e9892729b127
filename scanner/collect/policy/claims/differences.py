"""What one text of a policy says and another does not: two versions, or two places.

Statements are compared by what they mean (kind, recipient, promise, length), never by their words,
so that a text that was only written anew differs in nothing. Purposes are compared by the letters
of their telling words, and count as changed only where hardly any are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from scanner.collect.policy.document import folded
from scanner.facts import (
    Fact,
    PolicyDataItem,
    PolicyDifference,
    PolicyPeriod,
    PolicyPermission,
    PolicyPromise,
    PolicyThirdParty,
    Source,
)

Between = Literal["versions", "places"]
What = Literal["data_item", "third_party", "purpose", "promise", "period", "permission"]
Change = Literal["added", "removed", "changed"]

_ALIKE = 0.25
"""Share of pairs of letters (Dice) below which two purposes count as different. Of the wordings of
one purpose that the tests set against each other, the telling letters share 0.6 and more; those of
different purposes under 0.25. Synonyms without a common letter (实名认证, 核验身份) count too."""
_FILLING = re.compile(
    r"用于|用以|用来|为了|以便|以|为您|向您|您的?|你的?|我们|提供|实现|进行|更好|相关|服务|功能|使用|目的|需要|保障|的|和|与|及|等"
    r"|\b(?:for|to|in|order|the|your|our|and|of|you|we|provide|purposes?|services?|functions?)\b"
)
_COMPANY = re.compile(r"sdk|股份|有限责任公司|有限公司|\b(?:inc|ltd|co|llc|corp)\b")


class _Statement(NamedTuple):
    what: What
    item: str
    keys: frozenset[str]
    """What makes it the same in another text; one in common is enough."""
    source: Source
    quote: str | None
    value: frozenset[object] | None = None
    """What of it may change; None where nothing is compared."""
    purpose: str = ""
    use: str = ""


def facts_of(
    between: Between, earlier: Sequence[Fact], present: Sequence[Fact]
) -> Iterator[PolicyDifference]:
    """Give what was added, removed or changed, seen from the earlier text or from the store's."""
    before, after = _statements(earlier), _statements(present)
    seen: set[tuple[str, str, str]] = set()
    for what, item, change, one in (
        *_missing(after, before, "added"),
        *_missing(before, after, "removed"),
        *_changed(before, after),
    ):
        if (what, item, change) not in seen:
            seen.add((what, item, change))
            yield PolicyDifference(
                source=one.source,
                channel="policy",
                between=between,
                what=what,
                item=item,
                change=change,
                quote=one.quote,
            )


def _missing(
    here: Sequence[_Statement], there: Sequence[_Statement], change: Change
) -> Iterator[tuple[What, str, Change, _Statement]]:
    known = {(one.what, key) for one in there for key in one.keys}
    for one in here:
        if not any((one.what, key) in known for key in one.keys):
            yield one.what, one.item, change, one


def _changed(
    before: Sequence[_Statement], after: Sequence[_Statement]
) -> Iterator[tuple[What, str, Change, _Statement]]:
    known: dict[tuple[str, str], _Statement] = {}
    for one in before:
        for key in sorted(one.keys):
            known.setdefault((one.what, key), one)
    for one in after:
        found = [known[one.what, key] for key in sorted(one.keys) if (one.what, key) in known]
        if not found:
            continue
        if one.value != found[0].value:
            yield one.what, one.item, "changed", one
        if one.item == found[0].item and not _same_purpose(found[0].purpose, one.purpose):
            yield "purpose", one.item, "changed", one


def _statements(facts: Sequence[Fact]) -> list[_Statement]:
    """Give the statements of one text, in a fixed order."""
    made: list[_Statement] = [*_data_items(facts), *_periods(facts)]
    for fact in facts:
        if isinstance(fact, PolicyThirdParty):
            keys = {word for word in (fact.recipient, _plain_name(fact.name)) if word}
            item = fact.recipient or fact.name
            purpose = fact.purpose or ""
            made.append(
                _Statement(
                    "third_party", item, frozenset(keys), fact.source, fact.quote, None, purpose
                )
            )
        elif isinstance(fact, PolicyPromise):
            item = f"{fact.promise} {fact.data_type}".strip()
            value = frozenset({bool(fact.condition)})
            made.append(
                _Statement("promise", item, frozenset({item}), fact.source, fact.quote, value)
            )
        elif isinstance(fact, PolicyPermission):
            key, purpose = frozenset({fact.group}), fact.purpose or ""
            made.append(
                _Statement("permission", fact.group, key, fact.source, fact.quote, None, purpose)
            )
    return sorted(made, key=lambda one: (one.what, one.item))


def _data_items(facts: Iterable[Fact]) -> Iterator[_Statement]:
    """Give the kinds of data; those that one broad word covers stand for each other."""
    items = [fact for fact in facts if isinstance(fact, PolicyDataItem)]
    covered: dict[tuple[str, str | None, str | None], set[str]] = {}
    for fact in items:
        if fact.vague:
            covered.setdefault((fact.use, fact.word, fact.quote), set()).add(fact.data_type)
    for fact in items:
        kinds = covered.get((fact.use, fact.word, fact.quote), set()) | {fact.data_type}
        item = fact.data_type if fact.use == "collected" else f"{fact.data_type} ({fact.use})"
        yield _Statement(
            "data_item",
            item,
            frozenset(f"{kind} {fact.use}" for kind in kinds),
            fact.source,
            fact.quote,
            None,
            fact.purpose or "",
        )


def _periods(facts: Iterable[Fact]) -> Iterator[_Statement]:
    """Give what is stated of each subject, all its lengths together."""
    subjects: dict[str, list[PolicyPeriod]] = {}
    for fact in facts:
        if isinstance(fact, PolicyPeriod):
            subjects.setdefault(fact.subject, []).append(fact)
    for subject, stated in subjects.items():
        lengths: frozenset[object] = frozenset(
            (fact.days, fact.working_days, fact.endless) for fact in stated
        )
        yield _Statement(
            "period", subject, frozenset({subject}), stated[0].source, stated[0].quote, lengths
        )


def _plain_name(name: str) -> str:
    return re.sub(r"[\W_]", "", _COMPANY.sub("", folded(name)))


def _same_purpose(one: str, other: str) -> bool:
    """Say whether two purposes are, or may be, the same; one that is not stated may be any."""
    first, second = _telling(one), _telling(other)
    if not first or not second or first in second or second in first:
        return True
    pairs, others = _pairs(first), _pairs(second)
    return 2 * len(pairs & others) / (len(pairs) + len(others)) >= _ALIKE


def _telling(purpose: str) -> str:
    return re.sub(r"[\W_]", "", _FILLING.sub("", folded(purpose)))


def _pairs(words: str) -> set[str]:
    return {words[at : at + 2] for at in range(len(words) - 1)} or {words}
