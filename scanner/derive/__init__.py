"""Positive joins over facts of several collectors: what only two of them together can say.

Absence is never decided here; every "but not" is an `expect` of a rule.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Sequence, Set

import msgspec

from scanner.companies import is_full_name, same_company
from scanner.derive.grants import with_grants
from scanner.derive.promises import Promises
from scanner.facts import (
    AppManifest,
    AppSigner,
    AppStarted,
    AppType,
    DataAccessed,
    DataSent,
    Fact,
    FunctionRefused,
    PermissionDeclared,
    PermissionPrompted,
    PermissionRequested,
    PolicyDataItem,
    PolicyDocument,
    PolicyOperator,
    RefusalAnswered,
    SdkPresent,
)
from scanner.knowledge import Knowledge
from scanner.model import Unseen

DERIVED = frozenset({"promise.broken"})
"""Kinds of fact that are only made here; what is unseen of them is worked out here too."""
LAW_TIME = datetime.timezone(datetime.timedelta(hours=8))
"""The time by which Chinese policies count their days."""


def derive(
    facts: Iterable[Fact], unseen: Iterable[Unseen], knowledge: Knowledge
) -> tuple[list[Fact], list[Unseen]]:
    """Complete facts by what other facts and the tables say of them; pass on what is unseen."""
    known = list(facts)
    held = {fact.sdk for fact in known if isinstance(fact, SdkPresent) and fact.gated}
    known = [_held_back(fact, held) for fact in known]
    types = [fact.number for fact in known if isinstance(fact, AppType)]
    if len(types) == 1:
        expected = _Expected(types[0], knowledge)
        known = [expected.stated(fact) for fact in known]
    known = with_grants(_with_policies(known))
    passed = [entry for entry in unseen if entry.kind not in DERIVED]
    broken, blind = Promises(known, passed, knowledge).judged()
    return known + broken, passed + blind


def _held_back(fact: Fact, held: Set[str]) -> Fact:
    """Call an early step in a component guarded where the app holds that one back until consent."""
    if not isinstance(fact, DataAccessed | PermissionRequested | AppStarted):
        return fact
    if fact.owner not in held or fact.reach != "early" or fact.channel != "apk":
        return fact
    return msgspec.structs.replace(fact, guarded=True)


class _Expected:
    """What an app of one type may reasonably need, by the tables; each is worked out once."""

    def __init__(self, app_type: int, knowledge: Knowledge) -> None:
        self._type = app_type
        self._knowledge = knowledge
        self.kind = functools.cache(self._of_kind)
        self.group = functools.cache(self._of_group)

    def stated(self, fact: Fact) -> Fact:
        """Say of a fact whether the type may need what it tells of."""
        if isinstance(fact, DataAccessed | PermissionDeclared) and fact.permission is not None:
            expected = self._knowledge.expects(fact.permission, self._type)
        elif isinstance(fact, RefusalAnswered):
            expected = self.any(fact.permissions or ())
        elif isinstance(fact, DataSent):
            expected = self.kind(fact.data_type)
        elif isinstance(fact, PermissionPrompted | FunctionRefused):
            expected = self.group(fact.group)
        elif isinstance(fact, PolicyDataItem) and fact.data_type in _BY_PERMISSION:
            expected = self.kind(fact.data_type)
        else:
            return fact
        return msgspec.structs.replace(fact, expected_for_type=expected)

    def any(self, names: Iterable[str]) -> bool | None:
        """Say whether some of these permissions may be needed; no only where the table tells of
        all."""
        answers = {self._knowledge.expects(name, self._type) for name in names}
        return True if True in answers else None if None in answers or not answers else False

    def _of_group(self, group: str) -> bool | None:
        """Say whether some permission of a group may be needed."""
        rows = self._knowledge.permissions.items()
        return None if group == "none" else self.any(n for n, row in rows if row.group == group)

    def _of_kind(self, data_type: str) -> bool | None:
        """Say whether a kind that Android guards may be needed.

        Permissions of which the table says nothing at all are left aside: they open the same kind.
        """
        opening = [
            name
            for name, row in self._knowledge.permissions.items()
            if row.data_type == data_type and (row.need is not None or row.types is not None)
        ]
        expected = self.any(opening)
        finer = _FINER.get(data_type)
        return None if expected is False and finer and self.kind(finer) else expected


_FINER = {"location_precise": "location_coarse"}
"""Kinds that are another one more finely told: a type that may need the other may do so too."""
_BY_PERMISSION = frozenset({"call_log", "contacts", "installed_apps", "sms"})
"""Kinds that an app gets by a permission, and never from what a person types."""


def _with_policies(facts: list[Fact]) -> list[Fact]:
    """Hold dates and operators of policies against the days and names that others show."""
    if not any(isinstance(fact, PolicyDocument | PolicyOperator) for fact in facts):
        return facts
    first = _first_day(facts)
    subjects = [fact.subject for fact in facts if isinstance(fact, AppSigner)]
    return [
        msgspec.structs.replace(fact, later=_is_later(fact, first))
        if isinstance(fact, PolicyDocument)
        else msgspec.structs.replace(fact, as_signer=_signed_by(fact.name, subjects))
        if isinstance(fact, PolicyOperator)
        else fact
        for fact in facts
    ]


def _first_day(facts: Iterable[Fact]) -> datetime.date | None:
    """Give the first day on which the subject was seen at work, else that of its build."""
    built, seen = [], []
    for fact in facts:
        if isinstance(fact, AppManifest):
            built.append(_day(fact.built))
        elif fact.channel in ("website", "traffic", "device") and fact.source.time is not None:
            seen.append(_day(fact.source.time))
    return min((day for day in seen or built if day is not None), default=None)


def _day(text: str | None) -> datetime.date | None:
    try:
        moment = datetime.datetime.fromisoformat(text or "")
        return (moment.astimezone(LAW_TIME) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):  # no date at all, or one at the ends of the calendar
        return None


def _is_later(document: PolicyDocument, first: datetime.date | None) -> bool | None:
    stated = [day for day in (_day(document.updated), _day(document.effective)) if day is not None]
    return max(stated) > first if stated and first is not None else None


_ORGANISATION = re.compile(r"(?:^|, )(O|CN)=(.{1,200}?)(?=, [A-Za-z0-9.]{1,20}=|$)")
"""Organisation and common name in a distinguished name (RFC 4514)."""


def _signed_by(operator: str, subjects: Sequence[str | None]) -> bool | None:
    """Say whether a certificate names the operator; a common name only if it is a company's."""
    names = [
        value
        for subject in subjects
        for key, value in _ORGANISATION.findall(subject or "")
        if key == "O" or is_full_name(value)
    ]
    answers = {same_company(operator, name) for name in names}
    if True in answers:
        return True
    return False if answers == {False} and None not in subjects else None
