"""What the user had granted on the phone, held against what left it in the same run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from scanner.facts import DataAccessed, DataSent, Fact, PermissionPrompted, SettingChanged

State = Literal["granted", "denied", "coarse"]

PRECISE = "location_precise"
"""The one kind of which Android lets people grant a part: only about where."""


def with_grants(facts: list[Fact]) -> list[Fact]:
    """Say of what was sent how the permission for it stood, where it stood so all through the run.

    Denied is said only where the system asked for it in the app's name, every answer was no, and
    nothing shows that it was granted otherwise; a kind of which nothing is known stays unknown.
    """
    states = _states(facts)
    if not states:
        return facts
    return [
        msgspec.structs.replace(fact, permission_state=states.get(fact.data_type))
        if isinstance(fact, DataSent) and fact.channel == "traffic"
        else fact
        for fact in facts
    ]


def _states(facts: Iterable[Fact]) -> Mapping[str, State]:
    seen: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if isinstance(fact, PermissionPrompted) and fact.by_subject is not False:
            seen[fact.data_type or ""].add(fact.answer or "unknown")
        elif isinstance(fact, SettingChanged) and fact.opened is not False:
            seen[fact.data_type or ""].add("held")
        elif isinstance(fact, DataAccessed) and fact.permission_state is not None:
            stood = fact.permission_state
            seen[fact.data_type].add("held" if stood == "granted" else stood)
    return {kind: state for kind, said in seen.items() if (state := _state(kind, said)) is not None}


def _state(kind: str, said: set[str]) -> State | None:
    if said == {"denied"}:
        return "denied"
    if kind == PRECISE and "coarse" in said:  # a prompt that grants a part is answered with yes too
        return None if "held" in said else "coarse"
    return "granted" if said <= {"granted", "held"} else None
