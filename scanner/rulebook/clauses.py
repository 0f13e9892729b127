"""Conditions as rule authors write them, read into data; every clause checked against the facts."""

from __future__ import annotations

import collections.abc
from typing import Literal

import re2

from scanner.errors import Fault
from scanner.facts import KINDS, Field, fields_of
from scanner.rulebook.match import expression
from scanner.rulebook.rule import (
    LINKS,
    OPERATORS,
    All,
    Any,
    Clause,
    Condition,
    Count,
    Forbid,
    Not,
    Operator,
    Pattern,
)
from scanner.strict_yaml import Mapping, Node, Reader, Scalar, Sequence, quoted

MAX_EXPRESSION = 1_000
"""Longest regular expression, in characters."""
PATTERN_KEYS = ("fact", "where", "count")
Value = str | int | bool
Sets = collections.abc.Mapping[str, frozenset[str]]


class ClauseReader(Reader):
    """Reads patterns and conditions; `its` is the kind of the offending fact, if there is one."""

    def __init__(self, faults: list[Fault], sets: Sets) -> None:
        super().__init__(faults)
        self.sets = sets

    def condition(self, node: Node | None, what: str, its: str | None) -> Condition | None:
        """Read a pattern, or all / any / not over conditions."""
        table = self.table(node, what)
        if table is None:
            return None
        combined = [key for key in ("all", "any", "not") if key in table.items]
        if not combined:
            return self.pattern(table, what, its)
        key = combined[0]
        if len(table.items) > 1:
            others = ", ".join(name for name in table.items if name != key)
            hint = "put each into a condition of its own"
            self.fault(table, f"{what}: {key} together with {others}", hint)
        inner = table.items[key]
        if key == "not":
            negated = self.condition(inner, f"{what}.not", its)
            return None if negated is None else Not(of=negated)
        parts = self.conditions(inner, f"{what}.{key}", its)
        return None if parts is None else All(of=parts) if key == "all" else Any(of=parts)

    def conditions(self, node: Node, what: str, its: str | None) -> tuple[Condition, ...] | None:
        """Read a list of conditions that is not empty."""
        items = self.sequence(node, what)
        if items is None:
            return None
        if not items:
            self.fault(node, f"{what}: an empty list", "write at least one condition")
        read = [self.condition(item, f"{what}[{n}]", its) for n, item in enumerate(items)]
        kept = tuple(part for part in read if part is not None)
        return kept if kept and len(kept) == len(items) else None

    def pattern(self, node: Node | None, what: str, its: str | None) -> Pattern | None:
        """Read a kind of fact with its clauses."""
        keys = self.mapping(node, what, required=("fact",), optional=PATTERN_KEYS[1:])
        if keys is None or node is None:
            return None
        kind = self.choice(keys.get("fact"), f"{what}.fact", KINDS)
        if kind is None:
            return None
        where = self.table(keys.get("where"), f"{what}.where")
        tests = self.tests(where, f"{what}.where", kind, its) if where else ()
        count = self.count(keys["count"], f"{what}.count", kind) if "count" in keys else None
        return Pattern(fact=kind, where=tests, count=count)

    def tests(self, where: Mapping, what: str, kind: str, its: str | None) -> tuple[Clause, ...]:
        """Read the clauses of a `where`."""
        fields = fields_of(kind)
        tests = []
        for name, node in where.items.items():
            if name not in fields:
                message = f"{what}: {kind} has no field {quoted(name)}"
                self.unknown(where.keys[name], message, name, fields)
                continue
            table = self.table(node, f"{what}.{name}")
            if table is not None and not table.items:
                self.fault(table, f"{what}.{name}: no operator", "write e.g. {is: ...}")
            for word, value in table.items.items() if table else ():
                place = table.keys[word] if table else where.keys[name]
                allowed = OPERATORS[fields[name].type]
                if word not in allowed:
                    message = f"{what}.{name}: {quoted(word)} does not fit a {fields[name].type}"
                    self.unknown(place, message, word, allowed)
                    continue
                operator: Operator = allowed[allowed.index(word)]
                read = self.value(value, f"{what}.{name}.{word}", fields[name], operator, its)
                if read is not None:
                    line = place.line
                    tests.append(Clause(field=name, operator=operator, value=read, line=line))
        return tuple(tests)

    def value(
        self, node: Node, what: str, field: Field, operator: Operator, its: str | None
    ) -> Value | tuple[str | int, ...] | None:
        """Read what a field is compared with, by the type of the field and the operator."""
        if operator in LINKS:
            return self.link(node, what, field, operator, its)
        if operator in ("in_list", "not_in_list"):
            return self.choice(node, what, self.sets)
        if operator == "matches":
            return self.expression(node, what)
        if operator in ("in", "not_in"):
            items = self.sequence(node, what)
            if items is not None and not items:
                self.fault(node, f"{what}: an empty list", "write at least one value")
            values = [self.plain(item, what, field, exact=True) for item in items or ()]
            known = tuple(value for value in values if value is not None)
            return known if items and len(known) == len(items) else None
        if field.type == "texts" and operator in ("at_least", "at_most"):
            return self.number(node, what)
        exact = operator in ("is", "is_not") or field.type == "texts"
        return self.plain(node, what, field, exact=exact)

    def plain(self, node: Node, what: str, field: Field, *, exact: bool) -> Value | None:
        """Read one value of the type of a field; where exact, one that the field can have."""
        if field.type == "number":
            return self.number(node, what, least=-(10**9))
        if field.type == "truth":
            return self.truth(node, what)
        if not isinstance(node, Scalar) or node.is_null:
            hint = "an unknown field is unknown under every operator; write a value"
            self.fault(node, f"{what}: no text", hint)
            return None
        if exact and field.choices and node.text not in field.choices:
            message = f"{what}: {field.name} is never {quoted(node.text)}"
            self.unknown(node, message, node.text, field.choices)
            return None
        return node.text

    def expression(self, node: Node, what: str) -> str | None:
        """Read a regular expression of RE2."""
        text = self.text(node, what)
        if text is None:
            return None
        if len(text) > MAX_EXPRESSION:
            self.fault(node, f"{what}: {len(text)} characters", f"at most {MAX_EXPRESSION}")
            return None
        try:
            expression(text)
        except re2.error as error:
            reason = error.args[0] if error.args else "not understood"
            said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
            hint = "RE2 has no look-around and no back-references"
            self.fault(node, f"{what}: not an RE2 expression: {said}", hint)
            return None
        return text

    def link(
        self, node: Node, what: str, field: Field, operator: Operator, its: str | None
    ) -> str | None:
        """Read the name of a field of the offending fact."""
        if its is None:
            hint = "only what stands beside forbid's first fact, expect or raise may link to it"
            self.fault(node, f"{what}: there is no offending fact here", hint)
            return None
        others = fields_of(its)
        name = self.choice(node, what, others)
        if name is None:
            return None
        wanted: Literal["text"] | str = "text" if operator == "contains_its" else field.type
        if others[name].type != wanted:
            message = f"{what}: {its}.{name} is a {others[name].type}, not a {wanted}"
            self.fault(node, message, "link fields of the same type")
            return None
        return name

    def choices(self, node: Node | None, what: str, known: tuple[str, ...]) -> tuple[str, ...]:
        """Read a list of known words, each kept once."""
        items = self.sequence(node, what) or []
        read = [self.choice(item, what, known) for item in items]
        if isinstance(node, Sequence) and not items:
            self.fault(node, f"{what}: an empty list", f"one or more of {', '.join(known)}")
        return tuple(dict.fromkeys(word for word in read if word is not None))

    def count(self, node: Node, what: str, kind: str) -> Count | None:
        """Read how many facts must match."""
        keys = self.mapping(node, what, optional=("of", "at_least", "at_most"))
        if keys is None:
            return None
        if not {"at_least", "at_most"} & keys.keys():
            self.fault(node, f"{what}: no number", "write at_least or at_most")
            return None
        return Count(
            of=self.choice(keys.get("of"), f"{what}.of", self._countable(kind)),
            at_least=self.number(keys.get("at_least"), f"{what}.at_least", least=1),
            at_most=self.number(keys.get("at_most"), f"{what}.at_most"),
        )

    def _countable(self, kind: str) -> tuple[str, ...]:
        return tuple(name for name, field in fields_of(kind).items() if field.type != "texts")

    def forbid(self, node: Node | None, what: str) -> Forbid | None:
        """Read what is forbidden: a pattern, or `all` of a pattern and further conditions."""
        table = self.table(node, what)
        if table is None:
            return None
        first: Node = table
        others: list[Node] = []
        if "all" in table.items:
            if len(table.items) > 1:
                self.fault(table, f"{what}: all together with other keys", "keep all alone")
            items = self.sequence(table.items["all"], f"{what}.all")
            if not items:
                self.fault(table, f"{what}.all: no pattern", "write at least one pattern")
                return None
            first, *others = items
        each = self.pattern(first, what, None)
        if each is None:
            return None
        read = [self.condition(item, f"{what}.all", each.fact) for item in others]
        also = tuple(part for part in read if part is not None)
        if any(not _grows(part) for part in (each, *also)):
            hint = "a further fact must never undo a forbid; write for_each ... expect"
            self.fault(table, f"{what}: not, or at_most", hint)
        return Forbid(each=each, also=All(of=also) if also else None)


def _grows(condition: Condition) -> bool:
    """Say whether more facts can only make a condition truer."""
    if isinstance(condition, Pattern):
        return condition.count is None or condition.count.at_most is None
    if isinstance(condition, Not):
        return False
    return all(_grows(part) for part in condition.of)
