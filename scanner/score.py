"""Rulings into a score: a sum that is printed line by line, and a grade that it cannot hide.

risk = base x verdict x sensitivity x aggravation, one line for each (behaviour, kind of data,
recipient); each behaviour is capped at 1.5 times its largest line, each group of behaviours at 30
points. All figures are the project's own; no regulator publishes a formula. More findings can
only raise the sum: every step is a maximum, a sum, or a cap that grows with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from scanner.knowledge import Knowledge
from scanner.model import (
    Certainty,
    Deduction,
    Finding,
    Grade,
    Row,
    Ruling,
    Score,
    Severity,
    Verdict,
    Words,
)

BASE: Mapping[Severity, Decimal] = {
    "critical": Decimal(10),
    "high": Decimal(6),
    "medium": Decimal(3),
    "low": Decimal(1),
    "info": Decimal(0),
}
VERDICT: Mapping[Certainty, Decimal] = {"proven": Decimal(1), "suspected": Decimal("0.4")}
SENSITIVITY: Mapping[int, Decimal] = {
    4: Decimal("1.5"),
    3: Decimal("1.2"),
    2: Decimal(1),
    1: Decimal("0.6"),
}
"""By the level of the kind of data (rules/lists/data-types.yaml); 1 where none is concerned."""
ONE = Decimal(1)
EACH_AGGRAVATION = Decimal("0.2")
MOST_AGGRAVATION = Decimal("1.6")
BEHAVIOUR_CAP = Decimal("1.5")
GROUP_CAP = Decimal(30)
ENOUGH_TO_SPEAK = Decimal("0.5")
ENOUGH_TO_PASS = Decimal("0.8")
DUTY_GROUPS: Mapping[str, str] = {
    number: group
    for group, numbers in {
        "display": ("01", "02", "03", "20", "21", "25"),
        "notice": ("04", "05", "09", "12", "26"),
        "consent": ("06", "07", "13", "14", "16", "19"),
        "necessity": ("08", "24"),
        "security": ("10", "11", "22", "23"),
        "provision": ("15",),
        "rights": ("17", "18"),
    }.items()
    for number in numbers
}
"""Groups of a website's duties, so that one kind of fault never hides the others."""
CRITICAL_SUSPICIONS = 3
"""This many behaviours under suspicion of the gravest kind weigh as much as one proven."""


def score(
    rulings: Sequence[Ruling], rows: Sequence[Row], knowledge: Knowledge, *, blind: bool
) -> Score:
    """Give the score of one subject; `blind` says that its code was hidden and nobody ran it.

    `rows` are those that bind the subject: the listed behaviours for an app, the duties for a
    website.
    """
    counted = [ruling for ruling in rulings if ruling.verdict == "violated" and not ruling.advisory]
    lines = _lines(counted, knowledge)
    deductions = [*lines, *_caps(lines)]
    deducted = sum((line.points for line in deductions), Decimal(0))
    decided, applicable = _range(rulings, rows)
    coverage = _share(decided, applicable)
    grade = _grade(counted, coverage, blind=blind)
    manual = sum(ruling.manual is not None for ruling in rulings)
    return Score(
        value=None if grade == "U" else max(Decimal(0), 100 - deducted),
        grade=grade,
        limited=coverage < ENOUGH_TO_PASS or blind,
        coverage=coverage.quantize(Decimal("0.0001")),
        decided=decided,
        applicable=applicable,
        manual=manual,
        deducted=deducted,
        deductions=tuple(deductions),
    )


def _lines(rulings: Iterable[Ruling], knowledge: Knowledge) -> list[Deduction]:
    """Weigh every finding and keep the heaviest for each behaviour, kind of data and recipient."""
    heaviest: dict[tuple[str, str, str], Deduction] = {}
    for ruling in rulings:
        for finding in ruling.findings:
            line = _line(ruling, finding, knowledge)
            key = (ruling.category, finding.data_type or "", finding.recipient or "")
            known = heaviest.get(key)
            if known is None or _weight(line) > _weight(known):
                heaviest[key] = line
    return sorted(heaviest.values(), key=lambda line: (-line.points, line.category, _weight(line)))


def _weight(line: Deduction) -> tuple[Decimal, str, str]:
    return line.points, line.rule or "", line.fingerprint or ""


def _line(ruling: Ruling, finding: Finding, knowledge: Knowledge) -> Deduction:
    kind = knowledge.data_types.get(finding.data_type or "")
    base, verdict = BASE[ruling.severity], VERDICT[finding.certainty]
    sensitivity = SENSITIVITY[kind.level] if kind else ONE
    aggravation = min(MOST_AGGRAVATION, ONE + EACH_AGGRAVATION * len(ruling.aggravation))
    return Deduction(
        category=ruling.category,
        rule=ruling.rule,
        fingerprint=finding.fingerprint,
        base=base,
        verdict=verdict,
        sensitivity=sensitivity,
        aggravation=aggravation,
        points=base * verdict * sensitivity * aggravation,
        reason=finding.message,
    )


def _caps(lines: Sequence[Deduction]) -> list[Deduction]:
    """Give back what goes over the cap of a behaviour, then what goes over that of its group."""
    behaviours: dict[str, list[Decimal]] = {}
    for line in lines:
        behaviours.setdefault(line.category, []).append(line.points)
    caps = []
    groups: dict[str, Decimal] = {}
    for category, points in sorted(behaviours.items()):
        most = BEHAVIOUR_CAP * max(points)
        over = sum(points) - most
        if over > 0:
            reason = Words(
                f"{category} 封顶于其最大一项的 1.5 倍", f"{category} capped at 1.5 x its largest"
            )
            caps.append(_cap(category, over, reason))
        group = group_of(category)
        groups[group] = groups.get(group, Decimal(0)) + min(sum(points), most)
    for group, points_of_group in sorted(groups.items()):
        over = points_of_group - GROUP_CAP
        if over > 0:
            reason = Words(f"{group} 组封顶于 30 分", f"group {group} capped at 30 points")
            caps.append(_cap(group, over, reason))
    return caps


def _cap(category: str, over: Decimal, reason: Words) -> Deduction:
    return Deduction(
        category=category,
        rule=None,
        fingerprint=None,
        base=Decimal(0),
        verdict=ONE,
        sensitivity=ONE,
        aggravation=ONE,
        points=-over,
        reason=reason,
    )


def group_of(category: str) -> str:
    """Give the group of a behaviour: one of the six of 认定方法, that of a duty, else its norm."""
    norm, _, item = category.rpartition("-")
    if norm == "web":
        return f"web-{DUTY_GROUPS.get(item, item)}"
    return f"{norm}-{item.split('.')[0]}" if norm == "cac-191" else norm


def _range(rulings: Sequence[Ruling], rows: Sequence[Row]) -> tuple[int, int]:
    """Count what reached a verdict, and what could have: among the rules that weigh something, and
    among the rows, which are the listed behaviours of an app and the duties of a website; of the
    two the smaller share counts, so that many rules on what was looked at never hide the rows at
    which nobody looked."""
    weighing = [ruling for ruling in rulings if ruling.severity != "info" and not ruling.advisory]
    of_rules = _decided([ruling.verdict for ruling in weighing])
    of_rows = _decided([row.verdict for row in rows])
    return min(of_rules, of_rows, key=lambda counts: _share(*counts)) if rows else of_rules


def _decided(verdicts: Iterable[Verdict]) -> tuple[int, int]:
    applicable = [verdict for verdict in verdicts if verdict != "not_applicable"]
    return sum(verdict != "undetermined" for verdict in applicable), len(applicable)


def _share(decided: int, applicable: int) -> Decimal:
    return Decimal(decided) / applicable if applicable else Decimal(0)


def _grade(rulings: Sequence[Ruling], coverage: Decimal, *, blind: bool) -> Grade:
    found = {
        (ruling.severity, finding.certainty, ruling.category)
        for ruling in rulings
        for finding in ruling.findings
    }
    kinds = {(severity, certainty) for severity, certainty, _ in found}
    grave = {category for severity, _, category in found if severity == "critical"}
    if ("critical", "proven") in kinds:
        return "D"
    if ("high", "proven") in kinds or len(grave) >= CRITICAL_SUSPICIONS:
        return "C"
    if coverage < ENOUGH_TO_SPEAK or blind:
        return "U"
    if {severity for severity, _ in kinds} - {"low", "info"}:
        return "B"
    return "A" if coverage >= ENOUGH_TO_PASS else "U"
