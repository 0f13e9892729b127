"""The rows that every report lists: each behaviour with the worst that its rules say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from scanner.facts import Channel
from scanner.model import Row, Ruling, TargetKind, Verdict
from scanner.rulebook.catalog import Behaviour, Catalog
from scanner.rulebook.rule import Rule

WORST_FIRST: tuple[Verdict, ...] = ("violated", "undetermined", "satisfied", "not_applicable")
CHANNELS_OF: Mapping[TargetKind, tuple[Channel, ...]] = {
    "apk": ("apk", "device", "traffic", "policy"),
    "website": ("website", "traffic", "policy"),
}
"""Channels in which a kind of subject can be observed."""


def rows(
    rules: Sequence[Rule],
    rulings: Iterable[Ruling],
    catalog: Catalog,
    subject_kind: TargetKind,
    watched: Set[Channel],
) -> tuple[Row, ...]:
    """Give one row for each listed behaviour, in the order of the catalogue.

    A behaviour counts as satisfied, or as not applicable, only if every channel was watched in
    which it could have shown itself. A rule that only informs (severity info) accuses nobody: what
    it found leaves the row undetermined.
    """
    by_behaviour: dict[str, list[Ruling]] = {}
    for rule, ruling in zip(rules, rulings, strict=True):
        if subject_kind in rule.targets and not ruling.advisory:
            for name in _speaks_of(ruling):
                by_behaviour.setdefault(name, []).append(ruling)
    return tuple(
        _row(behaviour, by_behaviour.get(behaviour.id, []), subject_kind, watched)
        for behaviour in catalog.behaviours.values()
    )


def _speaks_of(ruling: Ruling) -> set[str]:
    listed = {f"{scheme}-{item}" for scheme, items in ruling.schemes.items() for item in items}
    return {ruling.category, *listed}


def _row(
    behaviour: Behaviour,
    rulings: Sequence[Ruling],
    subject_kind: TargetKind,
    watched: Set[Channel],
) -> Row:
    unwatched = tuple(
        channel
        for channel in CHANNELS_OF[subject_kind]
        if behaviour.channels.get(channel, "manual") != "manual" and channel not in watched
    )
    verdicts = {_for_row(ruling) for ruling in rulings}
    verdict: Verdict = next((each for each in WORST_FIRST if each in verdicts), "undetermined")
    if verdict in ("satisfied", "not_applicable") and unwatched:
        verdict = "undetermined"
    certainties = {ruling.certainty for ruling in rulings if _for_row(ruling) == "violated"}
    return Row(
        id=behaviour.id,
        title=behaviour.title,
        verdict=verdict,
        certainty="proven" if "proven" in certainties else "suspected" if certainties else None,
        rules=tuple(ruling.rule for ruling in rulings),
        unwatched=unwatched,
    )


def _for_row(ruling: Ruling) -> Verdict:
    informs = ruling.verdict == "violated" and ruling.severity == "info"
    return "undetermined" if informs else ruling.verdict
