"""Positive joins over facts of several collectors: what only two of them together can say.

Absence is never decided here; every "but not" is an `expect` of a rule.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from scanner.facts import AppType, Fact, PermissionDeclared
from scanner.knowledge import Knowledge
from scanner.model import Unseen


def derive(
    facts: Iterable[Fact], unseen: Iterable[Unseen], knowledge: Knowledge
) -> tuple[list[Fact], list[Unseen]]:
    """Complete facts by what other facts and the tables say of them; pass on what is unseen."""
    known = list(facts)
    types = [fact.number for fact in known if isinstance(fact, AppType)]
    if len(types) == 1:
        known = [_with_type(fact, types[0], knowledge) for fact in known]
    return known, list(unseen)


def _with_type(fact: Fact, app_type: int, knowledge: Knowledge) -> Fact:
    if not isinstance(fact, PermissionDeclared):
        return fact
    expected = knowledge.expects(fact.permission, app_type)
    return msgspec.structs.replace(fact, expected_for_type=expected)
