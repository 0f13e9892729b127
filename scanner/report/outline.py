"""The report in the order in which a person reads it, whatever the format."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from scanner.facts import Channel
from scanner.model import (
    CHANNELS,
    Certainty,
    Finding,
    Report,
    Ruling,
    Severity,
    TargetKind,
    Unseen,
    Words,
)

RANK: dict[Severity, int] = {"critical": 0, "high": 1, "medium": 2, "low": 3, "info": 4}


PROOFS: tuple[Channel, ...] = ("apk", "device", "traffic")
"""Channels that show the same access one after the other: code that can, a call that did, and the
packet that left."""


class Flagged(NamedTuple):
    """The findings of one rule that are equally certain."""

    ruling: Ruling
    certainty: Certainty
    findings: tuple[Finding, ...]
    also: dict[str, tuple[str, ...]]
    """Rules that found the same by another of its proofs, by the fingerprint of a finding."""


class Tally(NamedTuple):
    """The rulings of a report, each in one place only."""

    proven: tuple[Ruling, ...]
    suspected: tuple[Ruling, ...]
    noted: tuple[Ruling, ...]
    """Found something that only informs."""
    manual: tuple[Ruling, ...]
    """Undetermined, and left to a person."""
    undetermined: tuple[Ruling, ...]
    """Undetermined for any other reason."""
    satisfied: tuple[Ruling, ...]
    not_applicable: tuple[Ruling, ...]


class Gap(NamedTuple):
    """What one collector could not see for one reason."""

    collector: str
    reason: Words
    entries: tuple[Unseen, ...]


def flagged(report: Report, certainty: Certainty) -> tuple[Flagged, ...]:
    """Give the rules that accuse with this certainty, the weightiest first, drafts last."""
    return _found(report, certainty, accusing=True)


def noted(report: Report) -> tuple[Flagged, ...]:
    """Give the rules that only inform: what they found weighs nothing and accuses nobody."""
    return (*_found(report, "proven", accusing=False), *_found(report, "suspected", accusing=False))


def _found(report: Report, certainty: Certainty, *, accusing: bool) -> tuple[Flagged, ...]:
    points = points_of(report)
    found = []
    inside, also = joined(report)
    for ruling in report.rulings:
        findings = tuple(
            one
            for one in ruling.findings
            if one.certainty == certainty and one.fingerprint not in inside
        )
        if findings and (ruling.severity != "info") is accusing:
            rules = {
                one.fingerprint: tuple(sorted(also.get(one.fingerprint, ()))) for one in findings
            }
            found.append(Flagged(ruling, certainty, findings, rules))
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.ruling.advisory,
                RANK[one.ruling.severity],
                -points.get(one.ruling.rule, Decimal(0)),
                one.ruling.rule,
            ),
        )
    )


def points_of(report: Report) -> dict[str | None, Decimal]:
    """Give the points that each rule takes off, by its id; those of the caps by null."""
    points: dict[str | None, Decimal] = {}
    for line in report.score.deductions:
        points[line.rule] = points.get(line.rule, Decimal(0)) + line.points
    return points


def joined(report: Report) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Find what several rules say of one access: the finding that stands on all its proofs holds
    those that stand on some of them.

    Gives the fingerprint of the whole by that of each part, and the rules of the parts by that of
    the whole. Only findings of one behaviour and one kind of data are joined, and none that is more
    certain than the whole.
    """
    found: dict[tuple[str, str], list[tuple[int, str, Finding]]] = {}
    for ruling in report.rulings:
        for one in ruling.findings:
            channel = report.facts.get(one.facts[0], {}).get("channel") if one.facts else None
            if one.data_type is not None and channel in PROOFS and ruling.severity != "info":
                rank = PROOFS.index(channel)
                found.setdefault((ruling.category, one.data_type), []).append(
                    (rank, ruling.rule, one)
                )
    inside: dict[str, str] = {}
    also: dict[str, set[str]] = {}
    for many in found.values():
        for rank, _, whole in sorted(many, key=lambda each: (each[0], each[1])):
            proofs = set(whole.facts)
            for later, rule, part in many:
                joins = later > rank and part.facts[0] in proofs
                weaker = whole.certainty == "proven" or part.certainty == "suspected"
                if joins and weaker and not {part.fingerprint, whole.fingerprint} & inside.keys():
                    inside[part.fingerprint] = whole.fingerprint
                    also.setdefault(whole.fingerprint, set()).add(rule)
    return inside, also


def merged(report: Report) -> Words | None:
    """Say how many findings stand inside another one, so that every count of a report can be
    brought to that of the formats that list each finding by itself; None where none does."""
    count = len(joined(report)[0])
    if not count:
        return None
    return Words(
        f"另有 {count} 处发现与所列的同一行为重合，已并入该处；"
        "逐条清单（JSON、SARIF、表格）分别列出。",
        f"{count} more are of an act listed already and stand with it; the lists of each finding "
        "(JSON, SARIF, tables) name them apart.",
    )


def with_verdict(report: Report, verdict: str) -> tuple[Ruling, ...]:
    """Give the rulings with this verdict, by category and rule.

    What does not apply because it is for another kind of subject is left out: an app has no duties
    of a website, and a website none of the faults of a package.
    """
    chosen = (
        ruling
        for ruling in report.rulings
        if ruling.verdict == verdict
        and (
            verdict != "not_applicable"
            or ruling.category.startswith("web-") == (report.subject.kind == "website")
        )
    )
    return tuple(sorted(chosen, key=lambda ruling: (ruling.category, ruling.rule)))


def tally(report: Report) -> Tally:
    """Count every rule once: by its finding, else by the person who must decide, else its verdict.

    A rule that decided and leaves a check to a person besides is counted by what it decided.
    """
    found = [one for one in report.rulings if one.verdict == "violated"]
    open_ = with_verdict(report, "undetermined")
    accusing = [one for one in found if one.severity != "info"]
    return Tally(
        proven=tuple(one for one in accusing if one.certainty == "proven"),
        suspected=tuple(one for one in accusing if one.certainty != "proven"),
        noted=tuple(one for one in found if one.severity == "info"),
        manual=tuple(one for one in open_ if one.manual is not None),
        undetermined=tuple(one for one in open_ if one.manual is None),
        satisfied=with_verdict(report, "satisfied"),
        not_applicable=with_verdict(report, "not_applicable"),
    )


def reasons(rulings: Iterable[Ruling]) -> tuple[tuple[Words, tuple[Ruling, ...]], ...]:
    """Group undetermined rulings by why they are; one with several reasons stands with each.

    The reason that leaves most rules open comes first; rulings that lack no fact are left out.
    """
    found: dict[Words, dict[str, Ruling]] = {}
    for ruling in rulings:
        for entry in ruling.unseen:
            found.setdefault(entry.reason, {})[ruling.rule] = ruling
    listed = [(reason, tuple(held.values())) for reason, held in found.items()]
    return tuple(sorted(listed, key=lambda one: (-len(one[1]), one[0].zh)))


def for_a_person(report: Report) -> tuple[Ruling, ...]:
    """Give the rulings that leave a check to a person, the weightiest first."""
    chosen = (ruling for ruling in report.rulings if ruling.manual is not None)
    return tuple(sorted(chosen, key=lambda ruling: (RANK[ruling.severity], ruling.rule)))


def watched(report: Report) -> tuple[Channel, ...]:
    """Give the channels that were looked at: those with at least one source that could be read."""
    open_ = {source.channel for source in report.sources if source.readable}
    return tuple(
        sorted(open_, key=lambda one: (one == "auditor", *_order(report.subject.kind, one)))
    )


def unwatched(report: Report) -> tuple[Channel, ...]:
    """Give the channels that a subject of this kind has and that nobody looked at.

    A browser that looked at a site saw the site's traffic too.
    """
    seen = watched(report)
    if report.subject.kind == "website" and "website" in seen:
        seen = (*seen, "traffic")
    return tuple(one for one in CHANNELS[report.subject.kind] if one not in seen)


def gaps(report: Report) -> tuple[Gap, ...]:
    """Group what was not seen by who could not look and why; the widest gap first."""
    groups: dict[tuple[str, Words], list[Unseen]] = {}
    for entry in report.unseen:
        groups.setdefault((entry.collector, entry.reason), []).append(entry)
    found = [
        Gap(collector, reason, tuple(sorted(entries, key=lambda one: (one.kind, one.field or ""))))
        for (collector, reason), entries in groups.items()
    ]
    return tuple(sorted(found, key=lambda gap: (-len(gap.entries), gap.collector, gap.reason.zh)))


def _order(kind: TargetKind, channel: Channel) -> tuple[int, str]:
    known = CHANNELS[kind]
    return (known.index(channel) if channel in known else len(known), channel)
