"""How often each rule fires: over many audited cases, in how many it found something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from scanner.model import Ruling, TargetKind
from scanner.rulebook.rule import Rulebook
from scanner.texts import pretty_json

Judged = tuple[TargetKind, Sequence[Ruling]]
"""What one case was of, and what was ruled on it."""


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule did over the cases of the kind of which it speaks; each counts cases."""

    rule: str
    """Its id."""
    cases: int
    """Cases in which it was asked."""
    proven: int
    """Violated, with at least one proven finding."""
    suspected: int
    """Violated, with suspected findings only."""
    satisfied: int
    """Found to be met."""
    not_applicable: int
    """The duty did not apply."""
    undetermined: int
    """Could not be decided."""
    by_hand: bool
    """A check by hand, which never fires."""

    @property
    def fired(self) -> int:
        """Cases in which it found something."""
        return self.proven + self.suspected

    @property
    def share(self) -> float | None:
        """Cases in which it found something, of those in which it was asked; None if never."""
        return self.fired / self.cases if self.cases else None


def firing(book: Rulebook, judged: Iterable[Judged]) -> tuple[Fired, ...]:
    """Count what each rule of a rulebook did, in the order of the rules.

    Rulings of rules that the book does not hold are left out.
    """
    counts: dict[str, Counter[str]] = {rule.id: Counter() for rule in book.rules}
    targets = {rule.id: rule.targets for rule in book.rules}
    for kind, rulings in judged:
        for ruling in rulings:
            if kind in targets.get(ruling.rule, ()):
                verdict = ruling.certainty if ruling.verdict == "violated" else ruling.verdict
                counts[ruling.rule].update((str(verdict), "cases"))
    return tuple(
        Fired(
            rule=rule.id,
            cases=counts[rule.id]["cases"],
            proven=counts[rule.id]["proven"],
            suspected=counts[rule.id]["suspected"],
            satisfied=counts[rule.id]["satisfied"],
            not_applicable=counts[rule.id]["not_applicable"],
            undetermined=counts[rule.id]["undetermined"],
            by_hand=rule.shape is None,
        )
        for rule in book.rules
    )


def told(rows: Sequence[Fired], *, as_json: bool = False) -> str:
    """Write the counts as a table for a terminal, or as JSON."""
    if as_json:
        listed = [msgspec.structs.asdict(row) | {"share": row.share} for row in rows]
        return pretty_json(listed)
    width = max((len(row.rule) for row in rows), default=4)
    head = f"{'rule':{width}}  {'cases':>6}{'proven':>8}{'susp.':>7}{'met':>6}{'n/a':>6}{'open':>6}"
    return "\n".join([head, *(_line(row, width) for row in rows)]) + "\n"


def _line(row: Fired, width: int) -> str:
    if row.by_hand:
        return f"{row.rule:{width}}  {row.cases:6}  by hand"
    share = f"  {row.share:.0%}" if row.share else ""
    return (
        f"{row.rule:{width}}  {row.cases:6}{row.proven:8}{row.suspected:7}{row.satisfied:6}"
        f"{row.not_applicable:6}{row.undetermined:6}{share}"
    )
