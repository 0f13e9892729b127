"""What a person says of a finding, or of a check that is left to persons: found, tested, kept."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from scanner.errors import UsageError
from scanner.model import Act, Choice, Decision, Evidence, Finding, Report, Ruling, name_of
from scanner.report.decided import State, said, state_of
from scanner.report.outline import RANK
from scanner.report.words import visible

LEAST_DIGITS = 6
"""Digits of a fingerprint by which a finding may be named at least."""
LONGEST_NAME = 100
"""Characters of a person's name at most."""
LONGEST_REASON = 2000
"""Characters of a reason at most."""
MOST_ATTACHED = 20
"""Attachments of one decision at most."""
LARGEST_ATTACHED = 64 * 1024**2
"""Length of one attachment at most, in bytes: room for a long scanned document."""
_PREFIX = re.compile(rf"[0-9a-f]{{{LEAST_DIGITS},128}}")
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"%PDF-", "application/pdf"),
)


class Matter(NamedTuple):
    """Something that a person can decide: a finding, or a check."""

    subject: str
    """The fingerprint of the finding, or the id of the rule whose check it is."""
    ruling: Ruling
    finding: Finding | None
    """None for a check."""


class Waiting(NamedTuple):
    """A matter, and how persons stand to it."""

    matter: Matter
    state: State
    words: tuple[Decision, ...]
    """The last word of each person."""


def decided(acts: Iterable[Act]) -> tuple[Decision, ...]:
    """Give every decision of a custody log, in order: the log is their one store."""
    return tuple(act.decision for act in acts if act.decision is not None)


def with_decisions(report: Report, decisions: tuple[Decision, ...]) -> Report:
    """Give the report with these decisions, and with what is kept for them among its evidence."""
    kept: dict[str, Evidence] = {}
    for entry in report.evidence:
        kept.setdefault(entry.sha256, entry)
    for decision in decisions:
        for entry in decision.attachments:
            kept.setdefault(entry.sha256, entry)
    evidence = tuple(kept[sha256] for sha256 in sorted(kept))
    return replace(report, decisions=decisions, evidence=evidence)


def matters(report: Report) -> tuple[Matter, ...]:
    """Give everything that persons can decide, the weightiest first; findings of one fingerprint
    are one matter."""
    found: dict[str, Matter] = {}
    for ruling in sorted(report.rulings, key=lambda one: (RANK[one.severity], one.rule)):
        for finding in ruling.findings:
            found.setdefault(finding.fingerprint, Matter(finding.fingerprint, ruling, finding))
        if ruling.manual is not None:
            found.setdefault(ruling.rule, Matter(ruling.rule, ruling, None))
    return tuple(found.values())


def waiting(report: Report) -> tuple[Waiting, ...]:
    """Give what still waits: what two persons have neither confirmed nor all rejected, and checks
    that nobody answered or that somebody put off. What only informs waits for nobody."""
    found = []
    for matter in matters(report):
        words = said(report, matter.subject)
        state = state_of(words)
        done = ("confirmed", "rejected") if matter.finding else ("confirmed", "once", "rejected")
        informs = matter.finding is not None and matter.ruling.severity == "info"
        if state not in done and not informs:
            found.append(Waiting(matter, state, words))
    return tuple(found)


def matter_of(report: Report, named: str) -> Matter:
    """Find what a person names: by the id of a rule that leaves a check or has one finding, or by
    the first digits of a fingerprint.

    Raises UsageError where nothing, or more than one thing, is so named.
    """
    all_ = matters(report)
    by_rule = [matter for matter in all_ if matter.ruling.rule == named]
    checks = [matter for matter in by_rule if matter.finding is None]
    if by_rule:
        if len(checks or by_rule) > 1:
            raise UsageError(
                f"{visible(named)[:80]} has {len(by_rule)} findings",
                hint="name one by the first digits of its fingerprint: mingjian decide CASE --list",
            )
        return (checks or by_rule)[0]
    digits = named.lower()
    if _PREFIX.fullmatch(digits):
        fitting = [
            matter for matter in all_ if matter.finding and matter.subject.startswith(digits)
        ]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise UsageError(
                f"{len(fitting)} fingerprints begin with {digits}", hint="give more digits"
            )
    raise UsageError(
        f"the report holds no finding or check {visible(named)[:80]!r}",
        hint=f"name it by {LEAST_DIGITS} digits of its fingerprint or more, or by its rule: "
        "mingjian decide CASE --list",
    )


def decision(
    matter: Matter,
    choice: Choice,
    *,
    by: str,
    reason: str,
    at: str,
    attachments: tuple[Evidence, ...] = (),
) -> Decision:
    """Give the decision of a person; name and reason are tested by `tested` before."""
    return Decision(
        subject=matter.subject,
        rule=matter.ruling.rule,
        choice=choice,
        by=by,
        at=at,
        reason=reason,
        attachments=attachments,
    )


def tested(text: str, what: str, longest: int) -> str:
    """Give a name or a reason without blanks around it.

    Raises UsageError where it is empty or too long, or where a character of it prints nothing or
    steers a terminal: in a file for a court nothing may hide.
    """
    text = text.strip()
    if not name_of(text):
        raise UsageError(f"{what} is empty", hint="a decision names a person and a reason")
    if len(text) > longest:
        raise UsageError(
            f"{what} has {len(text)} characters", hint=f"it may have {longest}; attach the rest"
        )
    if visible(text) != text:
        raise UsageError(
            f"{what} holds characters that print nothing: {visible(text)[:200]}",
            hint="write it on one line, without control characters",
        )
    return text


def moment(stated: str | None, *, now: str, observed_at: str) -> str:
    """Give when a decision was made: as stated, else now (ISO 8601 with offset).

    Raises UsageError for what is no time with an offset, lies ahead, or comes before anything was
    observed on which to decide.
    """
    if stated is None:
        return now
    hint = "write ISO 8601 with offset, e.g. 2026-11-22T10:00:00+08:00"
    try:
        at = datetime.datetime.fromisoformat(stated)
        early = at < datetime.datetime.fromisoformat(observed_at)
        late = at > datetime.datetime.fromisoformat(now)
        said = at.isoformat(timespec="seconds")
    except (ValueError, TypeError, OverflowError):
        raise UsageError(f"--at {visible(stated)[:60]} is no time with offset", hint=hint) from None
    if early or late:
        when = "before the subject was observed" if early else "not yet there"
        raise UsageError(f"--at {said} is {when}", hint="leave --at out for a decision made now")
    return said


def media_type(data: bytes) -> str | None:
    """Give the media type of an attachment by its first bytes; None for what is not taken."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else "text/plain"
