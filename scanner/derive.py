"""Positive joins over facts of several collectors: what only two of them together can say.

Absence is never decided here; every "but not" is an `expect` of a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

import msgspec

from scanner.facts import (
    AppStarted,
    AppType,
    DataAccessed,
    Fact,
    PermissionDeclared,
    PermissionRequested,
    SdkPresent,
)
from scanner.knowledge import Knowledge
from scanner.model import Unseen


def derive(
    facts: Iterable[Fact], unseen: Iterable[Unseen], knowledge: Knowledge
) -> tuple[list[Fact], list[Unseen]]:
    """Complete facts by what other facts and the tables say of them; pass on what is unseen."""
    known = list(facts)
    held = {fact.sdk for fact in known if isinstance(fact, SdkPresent) and fact.gated}
    known = [_held_back(fact, held) for fact in known]
    types = [fact.number for fact in known if isinstance(fact, AppType)]
    if len(types) == 1:
        known = [_with_type(fact, types[0], knowledge) for fact in known]
    return known, list(unseen)


def _held_back(fact: Fact, held: Set[str]) -> Fact:
    """Call an early step in a component guarded where the app holds that one back until consent."""
    if not isinstance(fact, DataAccessed | PermissionRequested | AppStarted):
        return fact
    if fact.owner not in held or fact.reach != "early" or fact.channel != "apk":
        return fact
    return msgspec.structs.replace(fact, guarded=True)


def _with_type(fact: Fact, app_type: int, knowledge: Knowledge) -> Fact:
    if isinstance(fact, DataAccessed | PermissionDeclared) and fact.permission is not None:
        expected = knowledge.expects(fact.permission, app_type)
        return msgspec.structs.replace(fact, expected_for_type=expected)
    return fact
