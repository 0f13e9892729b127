"""What of a subject came and went: permissions, components, hosts, and what is read and sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.compare.look import BEFORE_CONSENT, Sight, blind_to
from scanner.facts import (
    DataAccessed,
    DataSent,
    EndpointContacted,
    EndpointEmbedded,
    Fact,
    PermissionDeclared,
    RequestMade,
    SdkPresent,
    SdkUnidentified,
)
from scanner.model import Change, Changing, Words

ORDER: dict[Changing, int] = {
    "permission": 0,
    "sdk": 1,
    "host": 2,
    "early": 3,
    "access": 4,
    "data": 5,
    "flow": 6,
}
MOST_DETAILS = 8
"""Places that are named for one change at most."""
MOST_DOUBTS = 5
"""Reasons of doubt that are given for one change at most."""
MOST_TRIED = 200
"""Observations of one thing that are tried at most to tell whether the other case would have shown
it; each further one is like these."""


class _Seen(NamedTuple):
    """One thing by one observation: what it is, and where it was seen."""

    kind: Changing
    item: str
    detail: str


def changes(old: Sight, new: Sight) -> tuple[Change, ...]:
    """Give what stands in one of two cases only: what is added first, each with the reasons for
    which the other case may not have shown it."""
    before, now = _things(old), _things(new)
    found = [_change("added", key, now[key], old, new) for key in now.keys() - before.keys()] + [
        _change("removed", key, before[key], new, old) for key in before.keys() - now.keys()
    ]
    return tuple(sorted(found, key=lambda one: (one.change, ORDER[one.kind], one.item)))


def _things(case: Sight) -> dict[tuple[Changing, str], list[tuple[str, Fact]]]:
    things: dict[tuple[Changing, str], list[tuple[str, Fact]]] = {}
    for fact in case.look.facts.values():
        for kind, item, detail in _of(fact):
            if item:
                things.setdefault((kind, item), []).append((detail, fact))
    return things


def _of(fact: Fact) -> Iterator[_Seen]:
    """Say what one observation shows of the things that can come and go."""
    if isinstance(fact, PermissionDeclared):
        yield _Seen("permission", fact.permission, "")
    elif isinstance(fact, SdkPresent):
        yield _Seen("sdk", fact.sdk, fact.name)
    elif isinstance(fact, SdkUnidentified):
        yield _Seen("sdk", fact.prefix, "")
    elif isinstance(fact, EndpointEmbedded | EndpointContacted | RequestMade):
        yield _Seen("host", fact.host, fact.channel)
    elif isinstance(fact, DataAccessed):
        yield from _read(fact)
    elif isinstance(fact, DataSent):
        yield _Seen("host", fact.host, fact.channel)
        yield _Seen("data", fact.data_type, fact.host)
        yield _Seen("flow", f"{fact.data_type} → {fact.host}", fact.recipient or "")
        if fact.phase in BEFORE_CONSENT:
            yield _Seen("early", f"{fact.data_type} → {fact.host}", fact.phase or "")


def _read(fact: DataAccessed) -> Iterator[_Seen]:
    if fact.reach != "unreached":
        yield _Seen("access", fact.data_type, fact.api)
    if _early(fact):
        yield _Seen("early", f"{fact.data_type} · {fact.owner or '?'}", fact.api)


def _early(fact: DataAccessed) -> bool:
    """Say whether something is read before anybody could agree, as far as is known."""
    if fact.phase in BEFORE_CONSENT:
        return True
    return fact.reach == "early" and fact.guarded is False


def _change(
    change: str,
    key: tuple[Changing, str],
    seen: Sequence[tuple[str, Fact]],
    case: Sight,
    other: Sight,
) -> Change:
    """Tell of one thing that the other case shows and this case does not."""
    kind, item = key
    details = sorted({detail for detail, _ in seen if detail})
    doubts: tuple[Words, ...] = ()
    for _, fact in sorted(seen, key=lambda one: one[0])[:MOST_TRIED]:
        doubts = _doubts(kind, fact, case, other)
        if not doubts:
            break
    return Change(
        kind=kind,
        item=item,
        change="added" if change == "added" else "removed",
        details=tuple(details[:MOST_DETAILS]),
        doubts=doubts[:MOST_DOUBTS],
    )


def _doubts(kind: Changing, fact: Fact, case: Sight, other: Sight) -> tuple[Words, ...]:
    if not case.has(fact):
        return blind_to(fact, case, other)
    if kind == "early" and isinstance(fact, DataAccessed):
        for own in case.of_kind.get("data.accessed", ()):
            if isinstance(own, DataAccessed) and _unclear(own, fact):
                name: Mapping[str, str] = {"zh": case.name.zh, "en": case.name.en}
                return (
                    Words(
                        f"{name['zh']}看到同一读取，但不能确定是否在同意之前",
                        f"{name['en']} saw the same, and cannot tell whether before consent",
                    ),
                )
    return ()


def _unclear(own: DataAccessed, fact: DataAccessed) -> bool:
    same = (own.data_type, own.owner) == (fact.data_type, fact.owner)
    return same and (own.reach is None or (own.reach == "early" and own.guarded is None))
