"""Two cases of one subject side by side: what is mended, still there, new, or cannot be told."""

from __future__ import annotations

from typing import Literal

import msgspec

from scanner.model.custody import Decision, Tool
from scanner.model.reports import CaseSource, RulebookInfo, Subject
from scanner.model.rulings import Score
from scanner.model.words import Certainty, Severity, Verdict, Words

Outcome = Literal["new", "still", "mended", "unclear"]
"""new: found this time and not before; still: found both times; mended: found before, and this time
it was looked for where it had been and is not there; unclear: found before, and whether it is still
there cannot be told."""
Changing = Literal["permission", "sdk", "host", "access", "early", "data", "flow"]
"""What of a subject can come and go: permissions, third-party components, hosts, kinds of data that
its code or a run reads, that are read or sent before consent, that are sent, and sent to whom."""


class Half(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two cases."""

    subject: Subject
    """Who or what was audited."""
    observed_at: str
    """When (ISO 8601)."""
    manifest: str
    """SHA-256 of the manifest of the case, which names every byte of it."""
    rulebook: RulebookInfo
    """The rules that its report was judged by."""
    collected_by: Tool
    """The scanner that looked."""
    sources: tuple[CaseSource, ...]
    """What was looked at."""
    home: str
    """Country whose law was applied."""
    app_type: int | None
    """Type stated by the auditor."""
    score: Score
    """Its score."""
    findings: int
    """Findings of its report, those of one fingerprint as one."""


class ComparedFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of either report."""

    outcome: Outcome
    """What became of it."""
    fingerprint: str
    """Its fingerprint."""
    before: str | None = None
    """Its fingerprint in the earlier case, where a document bore another name there."""
    rule: str
    """Id of the rule."""
    title: Words
    """Title of the rule."""
    category: str
    """The behaviour or duty concerned."""
    severity: Severity
    """Weight class: that of the present report, else of the earlier one."""
    advisory: bool = False
    """True where its rule rests on drafts only."""
    message: Words
    """What was found, in the words of the present report, else of the earlier one."""
    was: Certainty | None
    """How certain it was; null where it was not found before."""
    now: Certainty | None
    """How certain it is; null where it is not found now."""
    repeated: bool = False
    """True where another version of the subject shows the same again."""
    accepted: bool = False
    """True where the organisation accepts it for a while, as the present report says."""
    reasons: tuple[Words, ...] = ()
    """Of what is mended: how that was seen; of what cannot be told: why; of what is new: why it may
    have been there before unseen, empty where it would have been seen."""
    said_before: tuple[Decision, ...] = ()
    """The last word of each person on it in the earlier case."""
    said_now: tuple[Decision, ...] = ()
    """The last word of each person on it in the present case."""


class ComparedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One listed behaviour or duty in both reports."""

    id: str
    """E.g. cac-191-4.6."""
    title: Words
    """Its name."""
    was: Verdict | None
    """What the earlier report says; null where it does not list it."""
    was_certainty: Certainty | None
    """How certain, where violated."""
    now: Verdict | None
    """What the present report says."""
    now_certainty: Certainty | None
    """How certain, where violated."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something of the subject that came or went."""

    kind: Changing
    """What it is."""
    item: str
    """Which."""
    change: Literal["added", "removed"]
    """Whether it stands in the present case only, or in the earlier one only."""
    details: tuple[str, ...] = ()
    """Where it was seen: hosts, components, calls."""
    doubts: tuple[Words, ...] = ()
    """Why the case in which it does not stand could not have shown it; empty where it could."""


class PolicyChange(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the policy of one case says and that of the other does not, or otherwise."""

    what: Literal[
        "document",
        "operator",
        "element",
        "data_item",
        "third_party",
        "permission",
        "promise",
        "period",
        "export",
        "wording",
    ]
    """What kind of statement."""
    item: str
    """Which."""
    change: Literal["gained", "lost", "changed"]
    """Seen from the earlier policy."""
    was: str
    """What the earlier policy says; the empty text where nothing."""
    now: str
    """What the present policy says."""
    doubts: tuple[Words, ...] = ()
    """Why the policy in which it does not stand may not have been read whole."""


class PassageChange(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence of a policy that stands in one case only."""

    change: Literal["gained", "lost"]
    """Seen from the earlier text."""
    document: str
    """What the document is called in the case that has it."""
    evidence: str
    """SHA-256 of the text that has it."""
    at: str
    """Place inside that text: characters, and line."""
    text: str
    """The sentence."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a subject between two cases."""

    schema: str
    """mingjian/comparison/1."""
    tool: Tool
    """The scanner that compared."""
    old: Half
    """The earlier case."""
    new: Half
    """The present case."""
    rulebook: RulebookInfo
    """The rules by which it was told whether a case could have shown something."""
    notes: tuple[Words, ...]
    """What a reader must know of the two cases before comparing them."""
    findings: tuple[ComparedFinding, ...]
    """Every finding of either report, once."""
    rows: tuple[ComparedRow, ...]
    """Every listed behaviour or duty of either report."""
    changes: tuple[Change, ...]
    """What of the subject came and went."""
    policy: tuple[PolicyChange, ...]
    """What its policy says otherwise."""
    passages: tuple[PassageChange, ...]
    """The sentences of its policy that came and went."""
    passages_left_out: int = 0
    """Sentences that came or went and are not listed."""
