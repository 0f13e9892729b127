"""What persons said of findings and of checks, beside what the program says."""

from __future__ import annotations

from scanner.model import Decision, Finding, Report, name_of

__all__ = ["TWO", "confirmed", "name_of", "said"]

TWO = 2
"""Named persons who must confirm a finding before a table for publication takes it: the practice
that two persons collect evidence, as 法发〔2016〕22号 wants two investigators, by analogy."""


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
    """Say whether two named persons confirm a finding and no last word speaks against it."""
    words = said(report, finding.fingerprint)
    return len(words) >= TWO and all(decision.choice == "confirm" for decision in words)
