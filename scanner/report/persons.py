"""What persons said, beside what the program says, as a page sets it side by side."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from scanner.model import Acceptance, Choice, Decision, Finding, Report, Ruling, Words
from scanner.report.decided import confirmed, said

FOUND: dict[Choice, Words] = {
    "confirm": Words("确认", "confirmed"),
    "reject": Words("否定", "rejected"),
    "defer": Words("暂缓", "deferred"),
}
"""What a person says of a finding."""
CHECKED: dict[Choice, Words] = {
    "confirm": Words("认为存在该情形", "holds that it is there"),
    "reject": Words("认为不存在该情形", "holds that it is not there"),
    "defer": Words("暂缓", "deferred"),
}
"""What a person says of a check that is left to persons."""
COLOUR: dict[Choice, str] = {"confirm": "violated", "reject": "satisfied", "defer": "undetermined"}
"""How the page colours it; the words carry the meaning."""
TWICE = Words("经两名具名人员确认", "confirmed by two named persons")


class Word(NamedTuple):
    """The last words of persons on one finding or one check."""

    ruling: Ruling | None
    """Null where the report no longer holds what they speak of."""
    finding: Finding | None
    """Null for a check."""
    subject: str
    decisions: tuple[Decision, ...]


class Persons:
    """Looks up what persons said; each subject is looked at once, however many there are."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._said: dict[str, list[Decision]] = {}
        for decision in report.decisions:
            self._said.setdefault(decision.subject, []).append(decision)
        self.answered = frozenset(self._said)
        self._accepted = {one.fingerprint: one for one in report.accepted}

    def said(self, subject: str) -> tuple[Decision, ...]:
        """Give the last word of each person on a finding or a check."""
        held = self._said.get(subject)
        return said(replace(self._report, decisions=tuple(held)), subject) if held else ()

    def confirmed(self, finding: Finding) -> bool:
        """Say whether two named persons confirm a finding and nobody speaks against it."""
        held = self._said.get(finding.fingerprint)
        return bool(held) and confirmed(replace(self._report, decisions=tuple(held or ())), finding)

    def accepted(self, fingerprint: str) -> Acceptance | None:
        """Give the organisation's acceptance of a finding."""
        return self._accepted.get(fingerprint)

    def words(self) -> tuple[Word, ...]:
        """Give everything that persons said, by what they speak of, in the order of the report."""
        found = []
        left = dict.fromkeys(self._said)
        for ruling in self._report.rulings:
            for finding in ruling.findings:
                if finding.fingerprint in left:
                    del left[finding.fingerprint]
                    found.append(self._word(ruling, finding, finding.fingerprint))
            if ruling.rule in left and ruling.manual is not None:
                del left[ruling.rule]
                found.append(self._word(ruling, None, ruling.rule))
        return (*found, *(self._word(None, None, subject) for subject in left))

    def acceptances(self) -> tuple[tuple[Acceptance, Finding | None], ...]:
        """Give every accepted finding, with the finding itself where it was found this time."""
        found = {one.fingerprint: one for ruling in self._report.rulings for one in ruling.findings}
        return tuple((one, found.get(one.fingerprint)) for one in self._report.accepted)

    def _word(self, ruling: Ruling | None, finding: Finding | None, subject: str) -> Word:
        return Word(ruling, finding, subject, self.said(subject))
