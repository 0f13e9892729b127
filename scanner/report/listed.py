"""Every finding once, the weightiest first, with what an organisation and persons said of it."""

from __future__ import annotations

from typing import NamedTuple

from scanner.model import Acceptance, Finding, Report, Ruling, Words
from scanner.report.decided import confirmed
from scanner.report.outline import RANK
from scanner.report.words import Lang, say, visible


class Listed(NamedTuple):
    """One finding, its rule's ruling, and what was said of it."""

    ruling: Ruling
    finding: Finding
    accepted: Acceptance | None
    """How the organisation accepts it, if it does and that day has not passed."""
    confirmed: bool
    """Whether two named persons confirm it and nobody speaks against it."""

    @property
    def accuses(self) -> bool:
        """Whether it may be laid to somebody: no mere information, and no rule of drafts only."""
        return self.ruling.severity != "info" and not self.ruling.advisory


def listed(report: Report) -> tuple[Listed, ...]:
    """Give every finding of a report once: what accuses and is proven first, then by weight."""
    accepted = {one.fingerprint: one for one in report.accepted if not one.expired}
    found = [
        Listed(ruling, one, accepted.get(one.fingerprint), confirmed(report, one))
        for ruling in report.rulings
        for one in ruling.findings
    ]
    found.sort(
        key=lambda one: (
            not one.accuses,
            one.finding.certainty != "proven",
            RANK[one.ruling.severity],
            one.ruling.rule,
        )
    )
    return tuple(found)


def fails(one: Listed, threshold: str | None) -> bool:
    """Say whether a finding fails the call: it reaches the threshold, and nobody accepted it.

    The threshold is a severity, or proven- and a severity, as the option --fail-on takes it; never
    or None is reached by nothing.
    """
    if threshold in (None, "never") or not one.accuses or one.accepted is not None:
        return False
    level = str(threshold).removeprefix("proven-")
    proven_only = level != threshold
    grave = RANK[one.ruling.severity] <= {str(name): at for name, at in RANK.items()}[level]
    return grave and (one.finding.certainty == "proven" or not proven_only)


def line(words: Words, lang: Lang, most: int = 600) -> str:
    """Give words on one line in which nothing is hidden, of so many characters at most."""
    return cut(visible(say(words, lang)), most)


def cut(text: str, most: int) -> str:
    """Shorten a text to so many characters, and say how many were left out."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… (+{len(text) - most})"
