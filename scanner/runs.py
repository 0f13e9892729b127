"""The rulings of several runs as one: what any run found stands, with how many runs found it; pure.

Repetition raises nothing: a finding is as certain as the run that saw most, and a rule is as bad as
in the worst run. In which order the runs come changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from scanner.facts import canonical
from scanner.model import CaseSource, Certainty, Finding, Repeat, Ruling, Verdict

WORST: tuple[Verdict, ...] = ("violated", "undetermined", "satisfied", "not_applicable")
"""Verdicts, the one that outweighs all others first."""
SUREST: tuple[Certainty, ...] = ("proven", "suspected")
"""Certainties, the surer one first."""

_T = TypeVar("_T")


def merged(runs: Sequence[Sequence[Ruling]]) -> tuple[Ruling, ...]:
    """Give one ruling for each rule, from those of each run; every run is of the same rules.

    One run alone comes back as it is.
    """
    if len(runs) == 1:
        return tuple(runs[0])
    return tuple(_ruling(each) for each in zip(*runs, strict=True))


def _ruling(runs: Sequence[Ruling]) -> Ruling:
    """Join what the runs say of one rule."""
    worst = min(runs, key=lambda one: (WORST.index(one.verdict), canonical(one)))
    findings = _findings([one.findings for one in runs])
    sure = {one.certainty for one in findings}
    alike = [one for one in runs if one.verdict == worst.verdict]
    return replace(
        worst,
        certainty=next((each for each in SUREST if each in sure), None),
        basis=together([one.basis for one in alike]),
        findings=findings,
        unseen=together([one.unseen for one in runs]),
    )


def _findings(runs: Sequence[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """Give each finding of any run as the run saw it that saw most, and in how many it was."""
    by_run: list[dict[str, list[Finding]]] = []
    for found in runs:
        groups: dict[str, list[Finding]] = {}
        for one in found:
            groups.setdefault(one.fingerprint, []).append(one)
        by_run.append(groups)
    joined: list[Finding] = []
    for mark in {mark: None for groups in by_run for mark in groups}:
        joined += _seen(mark, by_run)
    return tuple(sorted(joined, key=_order))


def _seen(mark: str, by_run: Iterable[Mapping[str, list[Finding]]]) -> list[Finding]:
    """Give the findings of one fingerprint; one run may have several, of several places."""
    runs = list(by_run)
    groups = [groups[mark] for groups in runs if mark in groups]
    shown = min(groups, key=_rank)
    own = {digest for one in shown for digest in one.evidence}
    others = {digest for group in groups for one in group for digest in one.evidence} - own
    repeat = Repeat(found=len(groups), runs=len(runs), evidence=tuple(sorted(others)))
    return [replace(one, repeat=repeat) for one in shown]


def _rank(group: list[Finding]) -> tuple[int, int, list[bytes]]:
    surest = min(SUREST.index(one.certainty) for one in group)
    return surest, -len(group), sorted(canonical(one) for one in group)


def _order(one: Finding) -> tuple[object, ...]:
    """Order findings as the judge does, and those that it holds equal by all that they say."""
    return one.certainty, one.message.en, one.facts, canonical(one)


def sources_of(runs: Sequence[tuple[CaseSource, ...]]) -> tuple[CaseSource, ...]:
    """Give the sources of all runs, each once; what could be read in one of them was read."""
    if len(runs) == 1:
        return runs[0]
    found: dict[tuple[str, str, str, str], CaseSource] = {}
    for run in runs:
        for source in run:
            key = (source.channel, source.collector, source.sha256, source.name)
            known = found.setdefault(key, source)
            if source.readable and not known.readable:
                found[key] = source
    return tuple(found.values())


def together(lists: Sequence[tuple[_T, ...]]) -> tuple[_T, ...]:
    """Join lists: the one list where all are alike, else all entries once, in a fixed order."""
    if all(each == lists[0] for each in lists):
        return lists[0]
    key: Callable[[_T], bytes] = canonical
    return tuple(sorted({key(one): one for each in lists for one in each}.values(), key=key))
