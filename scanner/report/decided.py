"""What persons said of findings and of checks, beside what the program says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from scanner.model import Decision, Finding, Report, Words, name_of
from scanner.persons import count
from scanner.report.words import Lang, say

TWO = 2
"""Named persons who must confirm a finding before a table for publication takes it: the practice
that two persons collect evidence, as 法发〔2016〕22号 wants two investigators, by analogy."""


State = Literal["confirmed", "once", "rejected", "disputed", "deferred", "open"]
"""How persons stand to a finding: two or more confirm it; one does; whoever speaks rejects it; one
confirms and another rejects; somebody puts it off; nobody said anything."""

STATE: dict[State, Words] = {
    "confirmed": Words("两人以上确认", "confirmed by two or more"),
    "once": Words("一人确认", "confirmed by one"),
    "rejected": Words("否定", "rejected"),
    "disputed": Words("意见不一", "disputed"),
    "deferred": Words("暂缓", "deferred"),
    "open": Words("尚未认定", "open"),
}
"""What these are called."""


def said(report: Report, subject: str) -> tuple[Decision, ...]:
    """Give the last word of each person on a finding (by fingerprint) or a check (by rule id), in
    the order in which these last words were said."""
    last: dict[str, Decision] = {}
    for decision in report.decisions:
        if decision.subject == subject:
            person = name_of(decision.by)
            last.pop(person, None)
            last[person] = decision
    return tuple(last.values())


def confirmed(report: Report, finding: Finding) -> bool:
    """Say whether two named persons confirm a finding and no last word speaks against it; names
    that may be one person's count once."""
    return state_of(said(report, finding.fingerprint)) == "confirmed"


def state_of(words: Sequence[Decision]) -> State:
    """Say how persons stand to a finding or a check, by the last word of each."""
    choices = {decision.choice for decision in words}
    if not choices:
        return "open"
    if {"confirm", "reject"} <= choices:
        return "disputed"
    if "defer" in choices:
        return "deferred"
    if choices == {"reject"}:
        return "rejected"
    return "confirmed" if count(decision.by for decision in words) >= TWO else "once"


def tally(report: Report) -> Counter[State]:
    """Count how persons stand to the findings of a report, those of one fingerprint as one."""
    return Counter(state_of(said(report, fingerprint)) for fingerprint in fingerprints(report))


def answered(report: Report) -> tuple[int, int]:
    """Count the checks left to persons that somebody answered, and all of them; who puts a check
    off has not answered it."""
    checks = [ruling.rule for ruling in report.rulings if ruling.manual is not None]
    words = (said(report, rule) for rule in checks)
    return sum(any(each.choice != "defer" for each in one) for one in words), len(checks)


def gone(report: Report) -> tuple[Decision, ...]:
    """Give the decisions on findings and checks that the report no longer holds."""
    held = fingerprints(report).keys() | {
        ruling.rule for ruling in report.rulings if ruling.manual is not None
    }
    return tuple(decision for decision in report.decisions if decision.subject not in held)


def summed(report: Report, lang: Lang) -> str:
    """Say in one line how persons stand to what the program found."""
    counts, (done, checks) = tally(report), answered(report)
    parts = [f"{say(STATE[state], lang)} {counts[state]}" for state in STATE]
    lost = len({decision.subject for decision in gone(report)})
    if lang == "zh":
        parts.append(f"待人工核查已答复 {done}/{checks}")
        parts += [f"对本次未再检出者 {lost}"] if lost else []
        return "人工认定：" + " · ".join(parts)
    parts.append(f"checks answered {done} of {checks}")
    parts += [f"on what is no longer found {lost}"] if lost else []
    return "Persons: " + " · ".join(parts)


def fingerprints(report: Report) -> dict[str, str]:
    """Give the rule of every finding, by its fingerprint."""
    return {one.fingerprint: ruling.rule for ruling in report.rulings for one in ruling.findings}
