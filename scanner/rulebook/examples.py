"""Examples of a rule file: small cases, read into facts and unseen entries."""

from __future__ import annotations

from typing import Any, get_args

from scanner.facts import KINDS, Fact, Source, fields_of
from scanner.model import Certainty, Unseen, Verdict, Words
from scanner.rulebook.clauses import ClauseReader, Value
from scanner.rulebook.rule import Example
from scanner.strict_yaml import Node, Place, Scalar, Sequence, quoted


class ExampleReader(ClauseReader):
    """Reads the examples by which a rule proves itself."""

    def examples(self, node: Node | None, judges: bool) -> tuple[Example, ...]:
        """Read all examples; a rule that judges has to show at least two verdicts."""
        items = self.sequence(node, "examples") or []
        read = [self.example(item) for item in items]
        kept = tuple(example for example in read if example is not None)
        if node is not None and judges and len(kept) == len(items):
            verdicts = {example.verdict for example in kept}
            if "violated" not in verdicts or not verdicts & {"satisfied", "undetermined"}:
                hint = "write at least one violated, and one satisfied or undetermined"
                self.fault(node, "examples: the rule is not proven both ways", hint)
        names = [example.name for example in kept]
        for example in kept:
            if names.count(example.name) > 1:
                place = Place(node.place.file, example.line, 1) if node else Place("", 1, 1)
                self.fault(place, f"examples: {quoted(example.name)} twice", "give it its own name")
        return kept

    def example(self, node: Node) -> Example | None:
        """Read one example."""
        optional = ("certainty", "findings", "facts", "unseen")
        keys = self.mapping(node, "example", required=("name", "verdict"), optional=optional)
        if keys is None:
            return None
        name = self.text(keys.get("name"), "example.name")
        verdict = self.choice(keys.get("verdict"), "example.verdict", get_args(Verdict))
        certainty = self.choice(keys.get("certainty"), "example.certainty", get_args(Certainty))
        if verdict == "violated" and "certainty" not in keys:
            self.fault(node, "example: violated, but how certain?", "add certainty")
        facts = self.sequence(keys.get("facts"), "example.facts") or []
        unseen = self.sequence(keys.get("unseen"), "example.unseen") or []
        if name is None or verdict is None:
            return None
        return Example(
            name=name,
            verdict=verdict,
            certainty=certainty,
            findings=self.number(keys.get("findings"), "example.findings"),
            facts=tuple(fact for n, item in enumerate(facts) if (fact := self.fact(item, n))),
            unseen=tuple(entry for item in unseen if (entry := self.unseen(item))),
            line=node.place.line,
        )

    def fact(self, node: Node, number: int) -> Fact | None:
        """Read a fact of an example; a field that it leaves out, or gives as null, is unknown."""
        table = self.table(node, "fact")
        kind_node = table.items.get("kind") if table else None
        if table is None or kind_node is None:
            self.fault(node, "fact: no kind", "begin with kind: ...")
            return None
        kind = self.choice(kind_node, "fact.kind", KINDS)
        if kind is None:
            return None
        fields = fields_of(kind)
        values: dict[str, Any] = dict.fromkeys(fields)
        values["channel"] = KINDS[kind].channels[0]
        for name, value in table.items.items():
            if name not in fields and name != "kind":
                message = f"fact: {kind} has no field {quoted(name)}"
                self.unknown(table.keys[name], message, name, fields)
            elif name != "kind" and not (isinstance(value, Scalar) and value.is_null):
                values[name] = self.known(value, f"fact.{name}", kind, name)
        return KINDS[kind](source=Source(at=f"facts[{number}]"), **values)

    def known(self, node: Node, what: str, kind: str, name: str) -> Value | tuple[str, ...] | None:
        """Read a value that a field of a fact can have."""
        field = fields_of(kind)[name]
        if field.type != "texts":
            return self.plain(node, what, field, exact=True)
        if field.choices and not (isinstance(node, Sequence) and not node.items):
            return self.choices(node, what, field.choices)
        return self.texts(node, what)

    def unseen(self, node: Node) -> Unseen | None:
        """Read an unseen entry of an example: a kind, or a kind with a scope."""
        reason = Words("示例", "example")
        if isinstance(node, Scalar):
            kind = self.choice(node, "unseen", KINDS)
            return Unseen(kind=kind, collector="example", reason=reason) if kind else None
        keys = self.mapping(node, "unseen", required=("kind",), optional=("scope",)) or {}
        kind = self.choice(keys.get("kind"), "unseen.kind", KINDS)
        if kind is None:
            return None
        table = self.table(keys.get("scope"), "unseen.scope")
        scope: dict[str, tuple[Value | None, ...]] = {}
        for name, value in table.items.items() if table else ():
            if table is not None and name not in fields_of(kind):
                message = f"unseen.scope: {kind} has no field {quoted(name)}"
                self.unknown(table.keys[name], message, name, fields_of(kind))
                continue
            field = fields_of(kind)[name]
            items = self.sequence(value, f"unseen.scope.{name}") or []
            scope[name] = tuple(self.plain(i, "unseen.scope", field, exact=True) for i in items)
        return Unseen(kind=kind, scope=scope, collector="example", reason=reason)
