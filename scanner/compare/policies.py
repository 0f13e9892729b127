"""What a policy says now and did not say before, by its claims and by its sentences."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from scanner.compare.look import Sight, blind_to
from scanner.errors import EvidenceError
from scanner.facts import (
    Fact,
    PolicyDataItem,
    PolicyDocument,
    PolicyElement,
    PolicyExport,
    PolicyOperator,
    PolicyPeriod,
    PolicyPermission,
    PolicyPromise,
    PolicyThirdParty,
    PolicyWording,
)
from scanner.model import PassageChange, PolicyChange, Words

What = Literal[
    "document",
    "operator",
    "element",
    "data_item",
    "third_party",
    "permission",
    "promise",
    "period",
    "export",
    "wording",
]
ORDER: tuple[What, ...] = (
    *("document", "operator", "element", "data_item", "third_party"),
    *("permission", "promise", "period", "export", "wording"),
)
MOST_PASSAGES = 2_000
"""Sentences that are listed at most; the others are counted."""
LONGEST_PASSAGE = 600
"""Characters of a sentence that are shown at most."""
LONGEST_TEXT = 4_000_000
"""Characters of one text that are compared at most: far above any policy."""
_SENTENCE = re.compile(r"[^。！？；!?;\n\r\u2028\u2029]+[。！？；!?;]*")


class Text(NamedTuple):
    """The visible text of one document of a policy."""

    name: str
    part: str
    sha256: str
    text: str


class _Claim(NamedTuple):
    """One statement of a policy: what it is about, what it says of that, and where that stands."""

    what: What
    item: str
    says: str
    fact: Fact


def policy_changes(old: Sight, new: Sight) -> tuple[PolicyChange, ...]:
    """Give the statements that one policy makes and the other does not, or makes otherwise; none
    where one of the cases holds no policy, since nothing can be compared then."""
    before, now = _claims(old), _claims(new)
    if not (documents(old) and documents(new)):
        return ()
    found = []
    for key in before.keys() | now.keys():
        was, says = before.get(key, []), now.get(key, [])
        change = _change(key, was, says, old, new)
        if change is not None:
            found.append(change)
    return tuple(sorted(found, key=lambda one: (ORDER.index(one.what), one.item, one.change)))


def documents(case: Sight) -> list[PolicyDocument]:
    """Give the documents of the policy itself, without earlier versions handed in beside it."""
    return [
        fact
        for fact in case.of_kind.get("policy.document", ())
        if isinstance(fact, PolicyDocument)
        and fact.channel == "policy"
        and fact.origin != "earlier"
    ]


def _claims(case: Sight) -> dict[tuple[What, str], list[_Claim]]:
    claims: dict[tuple[What, str], list[_Claim]] = {}
    for fact in case.look.facts.values():
        if fact.channel == "policy":
            for claim in _of(fact):
                claims.setdefault((claim.what, claim.item), []).append(claim)
    return claims


def _of(fact: Fact) -> Iterator[_Claim]:
    """Say what one fact of a policy states."""
    if isinstance(fact, PolicyDocument) and fact.origin != "earlier":
        for name in ("updated", "effective", "version"):
            if value := getattr(fact, name):
                yield _Claim("document", f"{fact.part or 'policy'} · {name}", value, fact)
    elif type(fact) in _STATED:
        what, told = _STATED[type(fact)]
        item, says = told(fact)
        yield _Claim(what, item, says, fact)


def _state(fact: PolicyElement) -> str:
    state = "present" if fact.present else "mentioned" if fact.mentioned else "absent"
    if fact.present is None or fact.mentioned is None:
        state = "unknown"
    lacks = ", ".join(fact.lacks or ())
    return f"{state} ({lacks})" if lacks else state


def _length(fact: PolicyPeriod) -> str:
    if fact.endless:
        return "∞"
    days = "?" if fact.days is None else str(fact.days)
    return f"{days} {'working days' if fact.working_days else 'days'}"


_STATED: Mapping[type[Fact], tuple[What, Callable[[Any], tuple[str, str]]]] = {
    PolicyElement: ("element", lambda fact: (fact.element, _state(fact))),
    PolicyDataItem: (
        "data_item",
        lambda fact: (f"{fact.data_type} · {fact.use}", fact.purpose or ""),
    ),
    PolicyThirdParty: (
        "third_party",
        lambda fact: (
            fact.recipient or fact.name,
            ", ".join(filter(None, [fact.purpose, *(fact.data_types or ())])),
        ),
    ),
    PolicyPermission: ("permission", lambda fact: (fact.group, fact.purpose or "")),
    PolicyPromise: (
        "promise",
        lambda fact: (
            " · ".join(filter(None, [fact.promise, fact.data_type])),
            fact.condition or "",
        ),
    ),
    PolicyPeriod: ("period", lambda fact: (fact.subject, _length(fact))),
    PolicyExport: ("export", lambda fact: (fact.recipient or fact.name, fact.country or "")),
    PolicyWording: ("wording", lambda fact: (fact.cue, fact.detail or "")),
    PolicyOperator: ("operator", lambda fact: (fact.name, fact.credit_code or "")),
}
"""What each kind of fact of a policy speaks of, which one, and what it says of that."""


def _change(
    key: tuple[What, str], was: Sequence[_Claim], now: Sequence[_Claim], old: Sight, new: Sight
) -> PolicyChange | None:
    what, item = key
    says = [" / ".join(sorted({claim.says for claim in each})) for each in (was, now)]
    if was and now and says[0] == says[1]:
        return None
    change: Literal["gained", "lost", "changed"] = "changed"
    if not was or (what == "element" and _gained(says[1], says[0])):
        change = "gained"
    elif not now or (what == "element" and _gained(says[0], says[1])):
        change = "lost"
    doubts: tuple[Words, ...] = ()
    if not was:
        doubts = blind_to(now[0].fact, old, new)
    elif not now:
        doubts = blind_to(was[0].fact, new, old)
    return PolicyChange(
        what=what, item=item, change=change, was=says[0], now=says[1], doubts=doubts[:5]
    )


def _gained(now: str, was: str) -> bool:
    """Say whether an element that was not there, or not adequate, is adequate now."""
    return now == "present" and was.startswith(("absent", "mentioned"))


def texts(case: Sight, open_evidence: Callable[[str], bytes]) -> tuple[Text, ...]:
    """Open the visible texts of the policy of a case, each once; a text that was taken out of the
    case since is left out."""
    entries = {entry.sha256: entry for entry in case.look.header.evidence}
    found: dict[str, Text] = {}
    for fact in documents(case):
        entry = entries.get(fact.source.evidence or "")
        sha256 = entry.readable or entry.sha256 if entry else None
        if entry and sha256 and (entry.readable or entry.media_type == "text/plain"):
            with contextlib.suppress(EvidenceError):
                text = open_evidence(sha256).decode("utf-8", "replace")[:LONGEST_TEXT]
                found.setdefault(sha256, Text(fact.url, fact.part or "policy", sha256, text))
    return tuple(found.values())


def passages(old: Sequence[Text], new: Sequence[Text]) -> tuple[tuple[PassageChange, ...], int]:
    """Give the sentences that stand in the one policy only, in the order of its text, and how many
    more there are.

    A sentence that only moved has not changed; blanks and line ends count for nothing. Nothing is
    given where one case holds no text.
    """
    if not old or not new:
        return (), 0
    before, now = list(_sentences(old)), list(_sentences(new))
    found = [
        *_only("lost", before, Counter(sentence.words for sentence in now)),
        *_only("gained", now, Counter(sentence.words for sentence in before)),
    ]
    return tuple(found[:MOST_PASSAGES]), max(0, len(found) - MOST_PASSAGES)


class _Sentence(NamedTuple):
    words: str
    text: Text
    start: int
    end: int
    line: int


def _sentences(many: Sequence[Text]) -> Iterator[_Sentence]:
    for text in many:
        line, counted = 1, 0
        for match in _SENTENCE.finditer(text.text):
            words = " ".join(match[0].split())
            if not words:
                continue
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            line += text.text.count("\n", counted, start)
            counted = start
            yield _Sentence(words, text, start, match.end(), line)


def _only(
    change: Literal["gained", "lost"], sentences: Sequence[_Sentence], others: Counter[str]
) -> Iterator[PassageChange]:
    left = Counter(others)
    for sentence in sentences:
        if left[sentence.words] > 0:
            left[sentence.words] -= 1
            continue
        words = sentence.words
        yield PassageChange(
            change=change,
            document=sentence.text.name,
            evidence=sentence.text.sha256,
            at=f"text {sentence.start}-{sentence.end}, line {sentence.line}",
            text=words if len(words) <= LONGEST_PASSAGE else words[: LONGEST_PASSAGE - 1] + "…",
        )
