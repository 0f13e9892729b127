"""The rows that every report lists: each behaviour, each name that notices use beside them, and
each duty of a website, with the worst that its rules say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from msgspec.structs import replace

from scanner.facts import Channel
from scanner.model import CHANNELS, Row, Ruling, TargetKind, Verdict
from scanner.rulebook.catalog import Behaviour, Catalog, Duty, Label
from scanner.rulebook.rule import Rule

WORST_FIRST: tuple[Verdict, ...] = ("violated", "undetermined", "satisfied", "not_applicable")
BY_ANALOGY: frozenset[TargetKind] = frozenset({"website"})
"""Kinds of subject of which the listed behaviours do not speak: these lists are about apps."""


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
    it found leaves the row undetermined. Of a website the lists speak by analogy only: a row is
    suspected there at most, however certain the fact, and never cleared; but for the items that
    speak of sites alone, those that distribute apps.
    """
    return _about_apps(catalog.behaviours.values(), rules, rulings, subject_kind, watched)


def labels(
    rules: Sequence[Rule],
    rulings: Iterable[Ruling],
    catalog: Catalog,
    subject_kind: TargetKind,
    watched: Set[Channel],
) -> tuple[Row, ...]:
    """Give one row for each name that notices use beside the ten items, as for behaviours."""
    return _about_apps(catalog.noticed(), rules, rulings, subject_kind, watched)


def duties(
    rules: Sequence[Rule],
    rulings: Iterable[Ruling],
    catalog: Catalog,
    subject_kind: TargetKind,
    watched: Set[Channel],
) -> tuple[Row, ...]:
    """Give one row for each duty of a website, as for behaviours; none for any other subject."""
    if subject_kind != "website":
        return ()
    return tuple(_table(catalog.duties.values(), rules, rulings, subject_kind, watched))


def _about_apps(
    listed: Iterable[Behaviour | Label],
    rules: Sequence[Rule],
    rulings: Iterable[Ruling],
    subject_kind: TargetKind,
    watched: Set[Channel],
) -> tuple[Row, ...]:
    spoken = tuple(listed)
    table = _table(spoken, rules, rulings, subject_kind, watched)
    if subject_kind in BY_ANALOGY:
        table = [
            row if each.channels.keys() == {subject_kind} else _by_analogy(row)
            for each, row in zip(spoken, table, strict=True)
        ]
    return tuple(table)


def _table(
    listed: Iterable[Behaviour | Duty | Label],
    rules: Sequence[Rule],
    rulings: Iterable[Ruling],
    subject_kind: TargetKind,
    watched: Set[Channel],
) -> list[Row]:
    by_id: dict[str, list[Ruling]] = {}
    for rule, ruling in zip(rules, rulings, strict=True):
        if subject_kind in rule.targets and not ruling.advisory:
            for name in _speaks_of(ruling):
                by_id.setdefault(name, []).append(ruling)
    if subject_kind == "website" and subject_kind in watched:  # a browser sees its own traffic
        watched = {*watched, "traffic"}
    return [_row(each, by_id.get(each.id, []), subject_kind, watched) for each in listed]


def _by_analogy(row: Row) -> Row:
    if row.verdict == "violated":
        return replace(row, certainty="suspected")
    return replace(row, verdict="undetermined")


def _speaks_of(ruling: Ruling) -> set[str]:
    listed = {f"{scheme}-{item}" for scheme, items in ruling.schemes.items() for item in items}
    return {ruling.category, *listed}


def _row(
    behaviour: Behaviour | Duty | Label,
    rulings: Sequence[Ruling],
    subject_kind: TargetKind,
    watched: Set[Channel],
) -> Row:
    unwatched = tuple(
        channel
        for channel in CHANNELS[subject_kind]
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
