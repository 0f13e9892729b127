"""The numbers that evidence bears in a paper: in the order of its first use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from scanner.model import Evidence, Finding, Report
from scanner.report.outline import Flagged, flagged, noted
from scanner.report.words import CERTAINTY


class Numbered:
    """Gives each piece of kept evidence its number, 1 for the first that a paper uses."""

    def __init__(self, order: Iterable[str], kept: Iterable[Evidence]) -> None:
        """`order` gives digests as they are used; what nothing uses comes last, by its digest."""
        entries = {entry.sha256: entry for entry in kept}
        used = [sha256 for sha256 in dict.fromkeys(order) if sha256 in entries]
        rest = sorted(entries.keys() - set(used))
        self.entries = tuple(entries[sha256] for sha256 in (*used, *rest))
        """The evidence in the order of its numbers."""
        self.by_digest: Mapping[str, int] = MappingProxyType(
            {entry.sha256: number for number, entry in enumerate(self.entries, 1)}
        )
        """The numbers."""

    def called(self, sha256: str | None, *, chinese: bool) -> str:
        """Give what a piece is called in the paper; empty for what the case does not hold."""
        number = self.by_digest.get(sha256 or "")
        if number is None:
            return ""
        return f"证据{number}" if chinese else f"Evidence {number}"


def numbered(report: Report) -> Numbered:
    """Number the evidence of a report as its paper uses it: the subject, the sources, the findings
    in their order, then whatever else is kept."""
    return Numbered(_used(report), report.evidence)


def groups(report: Report) -> tuple[tuple[str, tuple[Flagged, ...]], ...]:
    """Give the findings as the paper orders them: proven, suspected, then what only informs."""
    return (
        *((certainty, flagged(report, certainty)) for certainty in CERTAINTY),
        ("noted", noted(report)),
    )


def places(report: Report, finding: Finding) -> Iterator[dict[str, object]]:
    """Give the facts that a finding stands on, as far as the report holds them."""
    for id_ in finding.facts:
        fact = report.facts.get(id_)
        if fact is not None:
            yield fact


def _used(report: Report) -> Iterator[str]:
    yield report.subject.sha256
    for source in report.sources:
        yield source.sha256
    for _, many in groups(report):
        for group in many:
            for finding in group.findings:
                for fact in places(report, finding):
                    source_of = fact.get("source")
                    shown = source_of.get("evidence") if isinstance(source_of, dict) else None
                    if isinstance(shown, str):
                        yield shown
                yield from finding.evidence
    for decision in report.decisions:
        yield from (one.sha256 for one in decision.attachments)
