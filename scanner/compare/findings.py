"""What became of each finding: still there, new, mended, or not to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from scanner.compare.look import Sight, blind_to, other_text
from scanner.facts import Fact, PolicyDocument
from scanner.model import Certainty, ComparedFinding, Finding, Outcome, Report, Ruling, Words
from scanner.report.decided import said
from scanner.report.outline import RANK
from scanner.rulebook.judge import fingerprint
from scanner.rulebook.offences import left_open
from scanner.rulebook.rule import All, Any, Condition, Not, Require, Rule

ORDER: dict[Outcome, int] = {"new": 0, "still": 1, "unclear": 2, "mended": 3}
MOST_REASONS = 8
"""Reasons that are given for one finding at most."""
SEEN_AGAIN = Words(
    "再次看到同一对象，所要求的条件已经满足或所禁止的情形不再存在",
    "the same was seen again, and what is demanded is there or what is forbidden is not",
)
NOT_THERE = Words(
    "在原来看到之处再次查看，未再看到该情形",
    "where it had been seen was looked at again: not there",
)
NOW_THERE = Words("原来缺少的内容现在已有", "what was missing is there now")
NO_DUTY = Words(
    "再次查看，该项要求的前提已不存在",
    "its premise was looked for again, and is not there any more",
)
NO_RULE = Words("现行规则中已没有这条规则", "the rules of today hold no such rule")
OTHER_RULES = Words(
    "按现行规则，原案的事实也不再构成该情形：变化的是规则，而不是对象",
    "by the rules of today the facts of that case show it no longer: the rules have changed, not "
    "the subject",
)
BY_TODAY = Words(
    "该案报告未列出；按现行规则判定其事实时仍有该情形",
    "that case's report does not list it; judged by the rules of today its facts show it",
)
UNREAD = Words(
    "所依据的事实无法在案中找回", "the fact that it stands on cannot be found in the case"
)
OTHER_HOME = Words("两案适用法律的国家不同", "the two cases apply the law of different countries")
OTHER_TYPE = Words("两案所述 App 类型不同", "the two cases state different types of the app")


class Held(NamedTuple):
    """A finding where it stands in a report."""

    ruling: Ruling
    finding: Finding


def findings(old: Sight, new: Sight, rules: Mapping[str, Rule]) -> tuple[ComparedFinding, ...]:
    """Say of every finding of either report what became of it: the new ones first."""
    before, now = _held(old.look.report), _held(new.look.report)
    names = _renamed(old, new)
    pairs = dict(_paired(before, now, old, names))
    found = [
        _still(before.get(pairs.get(name, name)), held, name, pairs, old, new)
        if name in pairs or name in old.found
        else _new(held, old, new, rules)
        for name, held in now.items()
    ]
    taken = set(pairs.values())
    for name, held in before.items():
        if name in now or name in taken:
            continue
        if name in new.found:
            found.append(_still(held, None, name, {}, old, new))
        else:
            found.append(_gone(held, old, new, rules))
    return tuple(
        sorted(
            found,
            key=lambda one: (ORDER[one.outcome], RANK[one.severity], one.rule, one.fingerprint),
        )
    )


def _held(report: Report) -> dict[str, Held]:
    found: dict[str, Held] = {}
    for ruling in report.rulings:
        for finding in ruling.findings:
            found.setdefault(finding.fingerprint, Held(ruling, finding))
    return found


def _renamed(old: Sight, new: Sight) -> dict[str, str]:
    """Give the new name of each policy document that bears another name now: names of files that
    were handed in are chance, what the document is to the policy is not."""
    sides: list[dict[tuple[str, str | None], set[str]]] = []
    for side in (old, new):
        names: dict[tuple[str, str | None], set[str]] = {}
        for fact in side.of_kind.get("policy.document", ()):
            if isinstance(fact, PolicyDocument) and fact.origin != "earlier":
                names.setdefault((fact.channel, fact.part), set()).add(fact.url)
        sides.append(names)
    before, now = sides
    return {
        next(iter(urls)): next(iter(now[key]))
        for key, urls in before.items()
        if len(urls) == 1 == len(now.get(key, ())) and urls != now[key]
    }


def _paired(
    before: Mapping[str, Held], now: Mapping[str, Held], old: Sight, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Give the new fingerprint and the old one of what is the same under another name."""
    for name, held in before.items():
        fact = _offending(held, old)
        if isinstance(fact, PolicyDocument) and fact.url in names and name not in now:
            other = fingerprint(held.ruling.rule, replace(fact, url=names[fact.url]))
            if other in now and other not in before:
                yield other, name


def _offending(held: Held, case: Sight) -> Fact | None:
    """Find the fact that offends: the one by which the finding has its fingerprint."""
    for name in held.finding.facts:
        fact = case.look.facts.get(name)
        if fact is not None and fingerprint(held.ruling.rule, fact) == held.finding.fingerprint:
            return fact
    return None


def _still(
    was: Held | None,
    now: Held | None,
    name: str,
    pairs: Mapping[str, str],
    old: Sight,
    new: Sight,
) -> ComparedFinding:
    held = now or was
    if held is None:
        raise ValueError(name)
    before = pairs.get(name)
    other = old.look.header.subject.sha256 != new.look.header.subject.sha256
    return _compared(
        "still",
        held,
        old,
        new,
        before=before,
        was=was.finding.certainty if was else None,
        now=now.finding.certainty if now else None,
        repeated=other and old.look.header.subject.kind == "apk",
        reasons=() if was and now else (BY_TODAY,),
    )


def _new(held: Held, old: Sight, new: Sight, rules: Mapping[str, Rule]) -> ComparedFinding:
    doubts, _ = _missing(held, old, new, rules)
    return _compared(
        "new", held, old, new, now=held.finding.certainty, reasons=doubts[:MOST_REASONS]
    )


def _gone(held: Held, old: Sight, new: Sight, rules: Mapping[str, Rule]) -> ComparedFinding:
    doubts, proof = _missing(held, new, old, rules)
    return _compared(
        "unclear" if doubts else "mended",
        held,
        old,
        new,
        was=held.finding.certainty,
        reasons=doubts[:MOST_REASONS] or (proof,),
    )


def _missing(
    held: Held, case: Sight, other: Sight, rules: Mapping[str, Rule]
) -> tuple[tuple[Words, ...], Words]:
    """Say why a case cannot tell whether it lacks a finding that the other has, and by what it
    tells where it can."""
    rule = rules.get(held.ruling.rule)
    if rule is None:
        return (NO_RULE,), NOT_THERE
    if held.finding.fingerprint not in other.by_today:
        return (OTHER_RULES,), NOT_THERE
    if case.verdicts.get(rule.id, "not_applicable") == "not_applicable":
        return tuple(dict.fromkeys(_not_applicable(rule, case, other))), NO_DUTY
    fact = _offending(held, other)
    whole = held.finding.fingerprint == fingerprint(rule.id, None)
    if fact is None and not whole:
        return (UNREAD,), NOT_THERE
    doubts = [
        Words(
            f"{case.name.zh}未能看到：{entry.reason.zh}",
            f"{case.name.en} could not see it: {entry.reason.en}",
        )
        for entry in left_open(rule, case.seen, fact)
    ]
    facts = [other.look.facts[name] for name in held.finding.facts if name in other.look.facts]
    doubts += other_text(fact, facts, case, other)
    if case.look.header.home != other.look.header.home:
        doubts.append(OTHER_HOME)
    proof = SEEN_AGAIN
    if fact is None:
        proof = NOW_THERE
        doubts += _of_absence(rule, held, case, other)
    else:
        if not case.has(fact):
            proof = NOT_THERE
            doubts += blind_to(fact, case, other)
        types = case.look.header.app_type, other.look.header.app_type
        if types[0] != types[1] and getattr(fact, "expected_for_type", None) is not None:
            doubts.append(OTHER_TYPE)
    return tuple(dict.fromkeys(doubts)), proof


def _not_applicable(rule: Rule, case: Sight, other: Sight) -> Iterator[Words]:
    """Say why it tells nothing that a rule does not apply: only where its premise was looked for
    again, and is not there, has the subject changed."""
    if rule.when is None or _negative(rule.when) or case.seen.answer(rule.when).truth is not False:
        zh, en = f"{case.name.zh}不适用该规则", f"the rule does not apply to {case.name.en}"
        yield Words(zh, en)
        return
    for name in other.seen.answer(rule.when).facts:
        fact = other.look.facts[name]
        if not case.has(fact):
            yield from blind_to(fact, case, other)


def _of_absence(rule: Rule, held: Held, case: Sight, other: Sight) -> Iterator[Words]:
    """Where what is demanded is itself an absence, each fact that stood against it must have been
    looked for."""
    if isinstance(rule.shape, Require) and _negative(rule.shape.condition):
        for name in held.finding.facts:
            fact = other.look.facts.get(name)
            if fact is None:
                yield UNREAD
            elif not case.has(fact):
                yield from blind_to(fact, case, other)


def _negative(condition: Condition) -> bool:
    if isinstance(condition, Not):
        return True
    if isinstance(condition, All | Any):
        return any(_negative(part) for part in condition.of)
    return condition.count is not None and condition.count.at_most is not None


def _compared(
    outcome: Outcome,
    held: Held,
    old: Sight,
    new: Sight,
    *,
    before: str | None = None,
    was: Certainty | None = None,
    now: Certainty | None = None,
    repeated: bool = False,
    reasons: tuple[Words, ...] = (),
) -> ComparedFinding:
    ruling, finding = held
    return ComparedFinding(
        outcome=outcome,
        fingerprint=finding.fingerprint,
        before=before,
        rule=ruling.rule,
        title=ruling.title,
        category=ruling.category,
        severity=ruling.severity,
        advisory=ruling.advisory,
        message=finding.message,
        was=was,
        now=now,
        repeated=repeated,
        accepted=finding.fingerprint in new.accepted,
        reasons=reasons,
        said_before=said(old.look.report, before or finding.fingerprint),
        said_now=said(new.look.report, finding.fingerprint),
    )
