"""What an organisation changes about rules: always by a reason, never towards an accusation that
the rulebook itself does not make; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from scanner.errors import UsageError
from scanner.model import Override, Ruling, Severity, TargetKind
from scanner.rulebook.rule import Rulebook
from scanner.texts import perhaps


def override(
    book: Rulebook, rule: str, now: Severity | None, reason: str, *, file: str, sha256: str, at: str
) -> Override:
    """Give the change of one rule to another severity, or its switching off (None).

    Raises UsageError, which begins with the place `at`, where the rulebook has no such rule, and
    where a rule that only informs would come to accuse.
    """
    found = next((each for each in book.rules if each.id == rule), None)
    if found is None:
        ids = [each.id for each in book.rules]
        hint = perhaps(rule, ids, "mingjian rules list names them all")
        raise UsageError(f"{at}: no rule is called {rule[:80]!r}", hint=hint)
    if found.severity == "info" and now not in (None, "info"):
        raise UsageError(
            f"{at}: {rule} only informs, and cannot be made to accuse",
            hint="what it finds is too common to weigh; switch it off, or leave it",
        )
    if found.severity != "info" and now == "info" and found.shape is not None:
        raise UsageError(
            f"{at}: {rule} accuses, and cannot be made one that only informs",
            hint='severity = "low" weighs least; enabled = false switches it off, and says so',
        )
    return Override(
        rule=rule,
        was=found.severity,
        now="disabled" if now is None else now,
        reason=reason,
        file=file,
        sha256=sha256,
    )


def weighed(book: Rulebook, overrides: Iterable[Override]) -> Rulebook:
    """Give the rulebook with the severities that the organisation wants."""
    wanted: dict[str, Severity] = {
        each.rule: each.now for each in overrides if each.now != "disabled"
    }
    rules = tuple(
        replace(rule, severity=wanted[rule.id]) if rule.id in wanted else rule
        for rule in book.rules
    )
    return replace(book, rules=rules)


def silenced(
    rulings: Sequence[Ruling], book: Rulebook, overrides: Iterable[Override], kind: TargetKind
) -> tuple[Ruling, ...]:
    """Give the rulings with those of disabled rules emptied: undetermined, so that nothing that
    the rule would have said counts, and no row is cleared without it."""
    off = {each.rule for each in overrides if each.now == "disabled"}
    return tuple(
        _silent(ruling, applies=kind in rule.targets) if rule.id in off else ruling
        for rule, ruling in zip(book.rules, rulings, strict=True)
    )


def _silent(ruling: Ruling, *, applies: bool) -> Ruling:
    return replace(
        ruling,
        verdict="undetermined" if applies else "not_applicable",
        certainty=None,
        manual=None,
        findings=(),
        unseen=(),
        disabled=True,
    )
