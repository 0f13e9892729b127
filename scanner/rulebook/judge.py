"""The judge: facts and unseen entries against rules; exactly one ruling for each rule; pure."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.facts import Fact, canonical, identity_of, kind_of
from scanner.model import Basis, Certainty, Finding, Ruling, Unseen, Verdict, Words
from scanner.rulebook.catalog import Catalog
from scanner.rulebook.match import UNKNOWN_FACT, Answer, Blank, Entry, Seen
from scanner.rulebook.offences import Offence, offences
from scanner.rulebook.rule import ANY_FIELD, Labels, Rule, Rulebook

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+(?:\.[a-z0-9_]+)*)\}")
"""In a message: {field} of the offending fact, or {kind.field} of the facts that decided."""
MAX_LISTED = 8
"""Most values that a message lists before it says how many more there are."""
MAX_VALUE = 200
"""Longest value that a message repeats, in characters."""
_GAP = "\0"
"""Stands where a message names a value that is empty."""
_EMPTY_BRACKET = re.compile(r" ?[（(][\0\s,，、]*\0[\0\s,，、]*[）)]")
_EMPTY_QUOTE = re.compile(r"([“「『\"])\0([”」』\"])")
_GAP_ZH = re.compile(r" ?\0 ?")
_GAP_EN = re.compile(r" ?\0(?=[.,:;)]|$)|(?<=[(\s])\0 ?|\0")


class _Sure(NamedTuple):
    certainty: Certainty
    proving: tuple[str, ...] = ()
    held_back: bool = False


def judge(
    book: Rulebook,
    facts: Iterable[Fact],
    unseen: Iterable[Unseen],
    *,
    subject_kind: str,
    observed_on: datetime.date,
    captured_only: bool = False,
    covered: Collection[str] = (),
) -> tuple[Ruling, ...]:
    """Rule on one subject: one ruling for each rule, in the order of the rulebook.

    With `captured_only`, what others observed and handed in proves nothing by itself: a finding
    that stands on it alone is held back as suspected, unless the kept bytes that show it are among
    those `covered` (SHA-256), for which a record of their collection vouches.
    """
    seen = Seen(facts, unseen, book.sets)
    trusted = frozenset(covered) if captured_only else None
    judge_one = _Judge(seen, book.catalog, book.labels, subject_kind, observed_on, trusted)
    return tuple(judge_one.ruling(rule) for rule in book.rules)


def fingerprint(rule: str, fact: Fact | None) -> str:
    """Give what stays equal across runs: rule id, and the identity of the offending fact."""
    identity: list[object] = [rule]
    if fact is not None:
        identity += identity_of(fact)
    return hashlib.sha256(canonical(identity)).hexdigest()


class _Judge(NamedTuple):
    seen: Seen
    catalog: Catalog
    labels: Labels
    subject_kind: str
    observed_on: datetime.date
    trusted: frozenset[str] | None
    """Kept bytes that prove although they were handed in; None where all do."""

    def ruling(self, rule: Rule) -> Ruling:
        """Rule on one rule."""
        applies = self.subject_kind in rule.targets
        basis = self._basis(rule, [self.observed_on])
        if not applies or (rule.basis and not basis):
            return self._ruling(rule, "not_applicable", basis)
        when = self.seen.answer(rule.when) if rule.when else Answer(True)
        exempt = self.seen.answer(rule.exempt) if rule.exempt else Answer(False)
        if when.truth is False or exempt.truth is True:
            return self._ruling(rule, "not_applicable", basis)
        if rule.shape is None:
            return self._ruling(rule, "undetermined", basis, why=when.why)
        outcome = offences(rule.shape, self.seen)
        if outcome.offences and when.truth and "violated" in rule.settles:
            findings = self._findings(
                rule, outcome.offences, read=self._read(when.facts), doubtful=exempt.truth is None
            )
            dates = [self._observed(offence) for offence in outcome.offences]
            basis = self._basis(rule, dates) or basis
            return self._ruling(rule, "violated", basis, findings=findings, why=exempt.why)
        why = outcome.why | when.why | exempt.why
        if outcome.offences or why or "satisfied" not in rule.settles:
            return self._ruling(rule, "undetermined", basis, why=why)
        return self._ruling(rule, "satisfied", basis)

    def _read(self, facts: Iterable[str]) -> list[str]:
        """Give those facts that prove what was read: absence from a text stands on them."""
        return [name for name in facts if kind_of(self.seen.facts[name]) == "policy.document"]

    def _findings(
        self, rule: Rule, offences: list[Offence], *, read: list[str], doubtful: bool
    ) -> list[Finding]:
        findings = []
        for entry, deciding in offences:
            fact = entry.fact if entry else None
            sure = _Sure("suspected")
            if not doubtful:
                sure = self._certainty(rule, entry, (*deciding, *read))
            ids = dict.fromkeys([*([entry.id] if entry else []), *deciding])
            told = [self.seen.facts[name] for name in ids]
            ids |= dict.fromkeys(self._origins(told))
            ids |= dict.fromkeys([*sure.proving, *read])
            facts = [self.seen.facts[name] for name in ids]
            kept = dict.fromkeys(each.source.evidence for each in facts if each.source.evidence)
            findings.append(
                Finding(
                    message=_message(rule, fact, told, self.labels),
                    certainty=sure.certainty,
                    held_back=sure.held_back,
                    fingerprint=fingerprint(rule.id, fact),
                    facts=tuple(ids),
                    evidence=tuple(kept),
                    data_type=_named(fact, "data_type"),
                    recipient=_named(fact, "recipient"),
                    alternatives=rule.alternatives,
                )
            )
        return sorted(findings, key=lambda found: (found.certainty, found.message.en, found.facts))

    def _origins(self, facts: Iterable[Fact]) -> Iterator[str]:
        """Give the facts from which derived ones were made: the one side and the other."""
        for fact in facts:
            for name in getattr(fact, "derived_from", None) or ():  # null in examples
                if name in self.seen.facts:
                    yield name

    def _certainty(self, rule: Rule, entry: Entry | None, others: Iterable[str]) -> _Sure:
        """Say how certain a finding is, and by which further facts it is more than suspected."""
        held_back = False
        if rule.raise_when is not None:
            its: object = UNKNOWN_FACT if entry is None else entry.fact
            answer = self.seen.answer(rule.raise_when, its)
            if answer.truth and self._enough(self._added(answer.facts, entry)):
                return _Sure("proven", answer.facts)
            held_back = answer.truth is True
        if entry is not None:
            ceiling, stands_on = rule.certainty.get(entry.fact.channel, "suspected"), [entry.fact]
        else:
            ceiling = "proven" if set(rule.certainty.values()) == {"proven"} else "suspected"
            stands_on = self._named(others) or self._watched(rule)
        if ceiling == "suspected":
            return _Sure("suspected", held_back=held_back)
        if not self._enough(stands_on):
            return _Sure("suspected", held_back=True)
        return _Sure("proven")

    def _added(self, ids: Iterable[str], entry: Entry | None) -> list[Fact]:
        """Give the facts that raise a suspicion: those beyond the channel in which it arose."""
        facts = self._named(ids)
        beyond = [fact for fact in facts if entry and fact.channel != entry.fact.channel]
        return beyond or facts

    def _named(self, ids: Iterable[str]) -> list[Fact]:
        return [self.seen.facts[name] for name in ids]

    def _watched(self, rule: Rule) -> list[Fact]:
        """Give what stands for an absence that no fact tells: all of it, if any was handed in."""
        facts = [fact for fact in self.seen.facts.values() if fact.channel in rule.certainty]
        return [fact for fact in facts if not self._holds(fact)] or facts

    def _enough(self, facts: Sequence[Fact]) -> bool:
        """Say whether facts may prove: where only what was captured or is covered does, of what was
        done (else of what was read) at least one fact must be."""
        if self.trusted is None:
            return True
        done = [fact for fact in facts if fact.channel not in ("policy", "auditor")]
        return any(
            self._enough(origins)
            if (origins := self._named(self._origins([fact])))
            else self._holds(fact)
            for fact in done or facts
        )

    def _holds(self, fact: Fact) -> bool:
        """Say whether a fact was captured, or a record vouches for the bytes that show it."""
        return fact.source.captured or fact.source.evidence in (self.trusted or ())

    def _observed(self, offence: Offence) -> datetime.date:
        time = offence.entry.fact.source.time if offence.entry else None
        try:
            return datetime.datetime.fromisoformat(time or "").date()
        except ValueError:  # a fact without a time, or a case file with one that is none
            return self.observed_on

    def _basis(self, rule: Rule, dates: Iterable[datetime.date]) -> tuple[Basis, ...]:
        """Give the places in force on one of the days; a draft is cited too, and binds nobody."""
        days = set(dates)
        norms = {item.norm: self.catalog.norms[item.norm] for item in rule.basis}
        return tuple(
            item
            for item in rule.basis
            if norms[item.norm].status == "draft"
            or any(norms[item.norm].in_force(day) for day in days)
        )

    def _ruling(
        self,
        rule: Rule,
        verdict: Verdict,
        basis: tuple[Basis, ...],
        *,
        findings: Iterable[Finding] = (),
        why: Iterable[int | Blank] = (),
    ) -> Ruling:
        found = tuple(findings)
        certainties = {finding.certainty for finding in found}
        statuses = {self.catalog.norms[item.norm].status for item in basis}
        return Ruling(
            rule=rule.id,
            title=rule.title,
            verdict=verdict,
            certainty="proven" if "proven" in certainties else "suspected" if found else None,
            severity=rule.severity,
            category=rule.category,
            schemes=rule.schemes,
            basis=basis,
            settles=rule.settles,
            aggravation=rule.aggravation,
            remedy=rule.remedy,
            manual=rule.manual if verdict in ("violated", "undetermined") else None,
            advisory=statuses == {"draft"},
            findings=found,
            unseen=self.seen.explain(why),
            folder=rule.folder,
        )


def _named(fact: Fact | None, field: str) -> str | None:
    value = getattr(fact, field, None)
    return None if value == "none" else value


def _message(rule: Rule, fact: Fact | None, facts: list[Fact], labels: Labels) -> Words:
    template = rule.message or rule.title

    def filled(text: str, language: str) -> str:
        def value_of(match: re.Match[str]) -> str:
            kind, _, field = match[1].rpartition(".")
            if not kind:
                return _shown([getattr(fact, field, None)], names_of(labels, field), language)
            values = [getattr(each, field) for each in facts if kind_of(each) == kind]
            return _shown(values, names_of(labels, field), language)

        return _closed(PLACEHOLDER.sub(lambda match: value_of(match) or _GAP, text), language)

    return Words(filled(template.zh, "zh"), filled(template.en, "en"))


def _closed(text: str, language: str) -> str:
    """Close the gaps that empty values leave, so that no sentence has an empty bracket."""
    if _GAP not in text:
        return text
    text = _EMPTY_BRACKET.sub("", text)
    text = _EMPTY_QUOTE.sub(r"\1……\2", text)
    return (_GAP_ZH if language == "zh" else _GAP_EN).sub("", text)


def names_of(labels: Labels, field: str) -> Mapping[str, Words]:
    """Give what the ids of a field are called in messages."""
    return labels.get(field) or labels.get(ANY_FIELD) or {}


def _shown(values: Iterable[object], labels: Mapping[str, Words], language: str) -> str:
    chinese = language == "zh"
    flat = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    texts = []
    for value in flat:
        if value is None:
            texts.append("未知" if chinese else "unknown")
        elif isinstance(value, bool):
            texts.append(("是" if value else "否") if chinese else ("yes" if value else "no"))
        elif str(value) in labels:
            texts.append(getattr(labels[str(value)], language))
        else:
            text = str(value)
            texts.append(text if len(text) <= MAX_VALUE else text[: MAX_VALUE - 1] + "…")
    different = sorted(set(filter(None, texts)))
    listed = ("、" if chinese else ", ").join(different[:MAX_LISTED])
    more = len(different) - MAX_LISTED
    if more <= 0:
        return listed
    return listed + (f" 等 {len(different)} 项" if chinese else f" and {more} more")
