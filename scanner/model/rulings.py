"""What the rules say of a subject, and the score that follows from it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from scanner.facts import Channel
from scanner.model.targets import Unseen
from scanner.model.words import Certainty, Grade, Severity, Verdict, Words


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a fact that a finding stands on can be looked up."""

    fact: str
    """Id of the fact."""
    evidence: str | None
    """SHA-256 of the kept bytes."""
    at: str
    """Place inside them."""


class Repeat(msgspec.Struct, frozen=True, kw_only=True):
    """In how many of several runs the same was found."""

    found: int
    """Runs that found it."""
    runs: int
    """Runs in all."""
    evidence: tuple[str, ...] = ()
    """SHA-256 of the kept bytes that show it in the other runs."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One offence under one rule: the offending fact, and the facts that decided."""

    message: Words
    """What was found, worded as a suspicion."""
    certainty: Certainty
    """proven: the observation is the behaviour; suspected: one more fact is needed."""
    fingerprint: str
    """SHA-256 (hex) of the rule id and the identity of the offending fact; equal across runs."""
    facts: tuple[str, ...]
    """Ids of the facts, the offending one first."""
    evidence: tuple[str, ...]
    """SHA-256 of the kept bytes that show these facts."""
    data_type: str | None = None
    """Kind of personal information concerned, for the score."""
    recipient: str | None = None
    """Who would receive it, for the score."""
    alternatives: tuple[Words, ...] = ()
    """Innocent explanations that the rule knows of."""
    held_back: bool = False
    """True where it would be proven, had Mingjian itself captured what it stands on: the profile
    takes the word of others for a suspicion only."""
    repeat: Repeat | None = None
    """In how many runs it was found, where the subject was looked at more than once."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """How often a rule was right on inputs whose answer was known."""

    right: int
    """Violating inputs in which it found the fault."""
    missed: int
    """Violating inputs in which it did not."""
    wrong: int
    """Innocent inputs that it accused."""
    innocent: int
    """Innocent inputs in all."""
    on: Words
    """What these inputs were, and who made them."""


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a norm that was in force when the fact was observed."""

    norm: str
    """Id in rules/catalog.yaml, e.g. PIPL."""
    item: str
    """Article or item, as the norm counts, e.g. 17 or 4.6."""


class Manual(msgspec.Struct, frozen=True, kw_only=True):
    """A check that no program can decide."""

    look_at: Words
    """What the person must look at."""
    channels: tuple[Channel, ...] = ()
    """Where that shows itself; empty where it completes a rule that judges."""


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says of the subject."""

    rule: str
    """Id of the rule."""
    title: Words
    """Title of the rule."""
    verdict: Verdict
    """violated, satisfied, not_applicable or undetermined."""
    certainty: Certainty | None
    """The strongest certainty among the findings; null when there are none."""
    severity: Severity
    """Weight class of the behaviour (critical, high, medium, low, info)."""
    category: str
    """The behaviour or duty that the rule speaks of, e.g. cac-191-4.6."""
    schemes: dict[str, tuple[str, ...]]
    """The same in other lists, e.g. {"miit-164": ["5"]}."""
    basis: tuple[Basis, ...]
    """Places in the norms in force when the facts were observed."""
    settles: tuple[Literal["violated", "satisfied"], ...]
    """What the rule can settle: one that settles only violated says nothing by its silence."""
    aggravation: tuple[str, ...] = ()
    """Aggravating circumstances for the score."""
    remedy: Words | None = None
    """What a developer can change."""
    manual: Manual | None = None
    """What a person must still look at."""
    advisory: bool = False
    """True when the rule rests on drafts only: it counts nothing."""
    findings: tuple[Finding, ...] = ()
    """One per offending fact."""
    unseen: tuple[Unseen, ...] = ()
    """What would have had to be seen to decide."""
    folder: str = ""
    """Further folder of rules from which the rule comes; empty for a rule of ours."""
    disabled: bool = False
    """True where the organisation switched the rule off: it says nothing, and clears nothing."""


class Deduction(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the sum that makes the score."""

    category: str
    """Behaviour that the line belongs to; for a cap, the behaviour or group it caps."""
    rule: str | None
    """Rule of the finding; null for a cap."""
    fingerprint: str | None
    """The finding; null for a cap."""
    base: Decimal
    """Base weight of the severity."""
    verdict: Decimal
    """1.0 proven, 0.4 suspected."""
    sensitivity: Decimal
    """0.6 to 1.5 by the kind of data."""
    aggravation: Decimal
    """1.0 to 1.6."""
    points: Decimal
    """Points taken off; negative in a line that gives back what goes over a cap."""
    reason: Words
    """The line in words."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """A number, the sum that makes it, and a grade that the sum cannot hide."""

    value: Decimal | None
    """100 less the deductions, at least 0; null where the grade is U, since nothing can be said."""
    grade: Grade
    """D, C, B, A, or U for cannot be judged."""
    limited: bool
    """True when the range looked at was too small (范围不足) whatever the grade."""
    coverage: Decimal
    """Share (0 to 1) that reached a verdict: of the rules that weigh something, or of the listed
    behaviours, whichever is smaller."""
    decided: int
    """How many of these reached a verdict."""
    applicable: int
    """How many of these could have."""
    manual: int
    """How many checks a person still has to make."""
    deducted: Decimal
    """Sum of the deductions."""
    deductions: tuple[Deduction, ...]
    """Every line of the sum."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One listed behaviour or duty, and what its rules say of it together."""

    id: str
    """E.g. cac-191-4.6 or miit-164-5."""
    title: Words
    """Its name."""
    verdict: Verdict
    """The worst of its rules; undetermined where nobody looked."""
    certainty: Certainty | None
    """Certainty where violated."""
    rules: tuple[str, ...]
    """Rules that speak of it."""
    unwatched: tuple[Channel, ...]
    """Channels in which it could be seen and that this case does not hold."""
