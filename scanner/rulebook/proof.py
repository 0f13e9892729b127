"""A rule proves itself: its examples are judged, then each clause is taken away in turn, and what
no example notices is named."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from msgspec.structs import replace

from scanner.errors import Fault
from scanner.model import Ruling
from scanner.rulebook.judge import judge
from scanner.rulebook.rule import (
    All,
    Condition,
    Count,
    Example,
    Forbid,
    Not,
    Pattern,
    Rule,
    Rulebook,
)
from scanner.rulebook.variants import STATED, Changes, Group, conditions, judging


def prove(book: Rulebook) -> tuple[Fault, ...]:
    """Judge the examples of every rule, and name each clause that no example pins."""
    return tuple(doubt for rule in book.rules for doubt in prove_rule(rule, book))


def prove_rule(rule: Rule, book: Rulebook) -> tuple[Fault, ...]:
    """Judge the examples of one rule; where all are as stated, look for clauses without proof."""
    wrong = [
        Fault(
            rule.file, example.line, 1, f"example {example.name!r}: {said}", "mend rule or example"
        )
        for example in rule.examples
        if (said := judged_otherwise(rule, example, book)) is not None
    ]
    if wrong:
        return tuple(wrong)
    hint = "add an example that is judged otherwise without it, or remove it"
    return tuple(
        Fault(rule.file, line, 1, f"no example pins {clause}", hint)
        for clause, line, mutant in mutants(rule)
        if all(judged_otherwise(mutant, example, book) is None for example in rule.examples)
    )


def judged_otherwise(rule: Rule, example: Example, book: Rulebook) -> str | None:
    """Say how a rule judges an example other than stated; None where it is as stated."""
    ruling = judge_example(rule, example, book)
    if ruling.verdict != example.verdict:
        return f"{ruling.verdict}, where {example.verdict} is stated"
    if example.certainty is not None and ruling.certainty != example.certainty:
        return f"{ruling.certainty}, where {example.certainty} is stated"
    if example.findings is not None and len(ruling.findings) != example.findings:
        return f"{len(ruling.findings)} findings, where {example.findings} are stated"
    return None


def judge_example(rule: Rule, example: Example, book: Rulebook) -> Ruling:
    """Judge one example alone, on the day on which the newest norm of the rule came into force."""
    norms = [book.catalog.norms[item.norm] for item in rule.basis]
    day = max((norm.valid_from for norm in norms), default=datetime.date(2021, 11, 1))
    alone = replace(book, rules=(rule,))
    kind = rule.targets[0]
    return judge(alone, example.facts, example.unseen, subject_kind=kind, observed_on=day)[0]


def mutants(rule: Rule) -> Iterator[tuple[str, int, Rule]]:
    """Give the rule with one clause changed, with the words for that clause and its line."""
    yield from judging(rule, CHANGES)
    shape = rule.shape
    if isinstance(shape, Forbid) and isinstance(shape.also, All) and len(shape.also.of) == 1:
        bare = replace(rule, shape=replace(shape, also=None))
        yield "the further condition of forbid", _line(shape.also), bare
    for name, field in STATED:
        condition = getattr(rule, field)
        if condition is None:
            continue
        line = _line(condition)
        yield f"{name}", line, replace(rule, **{field: None})
        for clause, inner_line, other in conditions(condition, CHANGES):
            yield f"{name}: {clause}", inner_line or line, replace(rule, **{field: other})


def _groups(group: Group) -> Iterator[tuple[str, int, Condition]]:
    word = "all" if isinstance(group, All) else "any"
    for number, part in enumerate(group.of if len(group.of) > 1 else ()):
        kept = (*group.of[:number], *group.of[number + 1 :])
        yield f"part {number + 1} of {word}", _line(part), replace(group, of=kept)


def _patterns(pattern: Pattern) -> Iterator[tuple[str, int, Pattern]]:
    for number, test in enumerate(pattern.where):
        clause = f"where {test.field}: {{{test.operator}: ...}} of {pattern.fact}"
        kept = (*pattern.where[:number], *pattern.where[number + 1 :])
        yield clause, test.line, replace(pattern, where=kept)
    if pattern.count is not None:
        line = _line(pattern)
        for clause, count in _counts(pattern.count):
            yield f"{clause} of {pattern.fact}", line, replace(pattern, count=count)


def _counts(count: Count) -> Iterator[tuple[str, Count]]:
    if count.of is not None:
        yield "count.of", replace(count, of=None)
    if count.at_least is not None:
        yield "count.at_least", replace(count, at_least=count.at_least + 1)
        yield "count.at_least", replace(count, at_least=count.at_least - 1)
    if count.at_most is not None:
        yield "count.at_most", replace(count, at_most=count.at_most + 1)


def _line(condition: Condition) -> int:
    if isinstance(condition, Pattern):
        return condition.where[0].line if condition.where else 1
    parts = (condition.of,) if isinstance(condition, Not) else condition.of
    return _line(parts[0])


CHANGES = Changes(_patterns, _groups)
