"""Which of the known values of a closed account a screen showed again afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from scanner.collect.device.clocks import Moment
from scanner.collect.device.recorded import unseen
from scanner.collect.device.walked import Shown, Walked
from scanner.collect.device.withdrawals import withdrawals_of
from scanner.facts import AccountRestored
from scanner.knowledge import Knowledge
from scanner.model import Sighting, Words
from scanner.wording.closing import speaks_of_closing
from scanner.wording.rights import plain, right_of

OF_PERSONS = "person-data-types"
"""List of the kinds that name a person."""
TO_LOG_IN = frozenset({"phone", "email", "account"})
"""Kinds by which people log in: whoever comes back gives them again himself."""
_PENDING = re.compile(
    r"冷静期|犹豫期|(?:期间|期内|日内|天内|内)[^。\n]{0,8}(?:再次|重新)?登[录陆]|失败|暂(?:不能|无法|不)|无法注销|不能注销"
    r"|审核|工作日|处理中|grace period|within \d+ (?:business )?days|under review|failed"
)
"""Words by which an account is not closed yet, or may not be closed at all."""
SHORTEST = 2
"""Characters of a value that can be found on a screen."""


def facts_of(
    walked: Walked, knowledge: Knowledge, identity: Mapping[str, Sequence[str]]
) -> Iterator[Sighting]:
    """Tell once for each kind and screen what came back after the account had been closed.

    Only what the account had shown before counts, and what stood in no field since, where the
    auditor may have typed it anew.
    """
    closed = _closed(walked)
    if closed is None:
        reason = Words(
            "运行中没有注销账号，或注销尚未生效", "no account was closed in the run, or not yet"
        )
        yield unseen("account.restored", reason)
        return
    kinds = knowledge.sets.get(OF_PERSONS, frozenset()) - TO_LOG_IN
    values = {kind: _worth(identity[kind]) for kind in sorted(kinds & identity.keys())}
    if not any(values.values()):
        reason = Words(
            "没有提供账号中留存的已知信息（--identity）",
            "no known values of what the account held were given (--identity)",
        )
        yield unseen("account.restored", reason)
        return
    for kind, many in values.items():
        yield from _restored(walked, closed, kind, many)


def _worth(values: Sequence[str]) -> list[str]:
    return [value for value in values if len(value) >= SHORTEST]


def _closed(walked: Walked) -> Moment | None:
    """Give when an account was closed: the phase after it, begun by confirming a closing."""
    recorded = walked.recorded
    confirmed = withdrawals_of(recorded)
    for touch in recorded.touches:
        if touch.place in confirmed and touch.on is not None:
            text = recorded.looks[touch.on].text[:5_000]
            if speaks_of_closing(text) or right_of(touch.words) == "close_account":
                following = walked.shown[touch.on + 1 : touch.on + 2]
                said = [text, *(one.look.text[:5_000] for one in following)]
                return None if any(_PENDING.search(plain(one)) for one in said) else touch.at
    return None


def _restored(
    walked: Walked, closed: Moment, kind: str, values: Sequence[str]
) -> Iterator[AccountRestored]:
    before = {
        value
        for one in walked.own
        if one.look.at.latest < closed.earliest and one.readable
        for value in values
        if value in walked.text(one.number)
    }
    told: set[str] = set()
    seen: set[int] = set()  # a screen that stays has one and the same elements
    again = False
    fields = _typed_into(walked, closed)
    for one in walked.own:
        if one.look.at.earliest <= closed.latest:
            continue
        again = again or one.kind == "login"
        before = set() if fields and one.number > fields[0] else before
        if id(one.look.nodes) not in seen:
            seen.add(id(one.look.nodes))
            before -= {value for value in before if _in_field(one, value)}
        if one.name in told or not one.readable:
            continue
        if any(value in walked.text(one.number) for value in before):
            told.add(one.name)
            yield AccountRestored(
                source=walked.recorded.source(one.look.place, one.look.at),
                channel="device",
                data_type=kind,
                page=one.name,
                logged_in_again=again,
                by_subject=walked.recorded.by_subject(one.look.package, moment=one.look.at),
            )


def _typed_into(walked: Walked, closed: Moment) -> list[int]:
    """Give the screens, but those to log in, on which the auditor typed after the closing."""
    return [
        touch.on
        for touch in walked.recorded.touches
        if touch.action == "type"
        and touch.on is not None
        and touch.at.earliest > closed.latest
        and walked.shown[touch.on].kind != "login"
    ]


def _in_field(one: Shown, value: str) -> bool:
    return any(node.kind.endswith("EditText") and value in node.words for node in one.look.nodes)
