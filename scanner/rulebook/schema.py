"""JSON Schema of a rule file, made from the vocabulary: for editors, and for anyone's own checks.

It states form only. What a schema cannot say (lists, norms, links, examples) the loader says.
"""

from __future__ import annotations

import json
from typing import Any, get_args

from scanner.facts import KINDS, Channel, Field, fields_of
from scanner.model import Certainty, Severity, TargetKind, Verdict
from scanner.rulebook.catalog import SCHEMES
from scanner.rulebook.load import ID, OPTIONAL, REQUIRED, SHAPES
from scanner.rulebook.rule import LINKS, OPERATORS, Aggravation

Schema = dict[str, Any]
WORDS: Schema = {"$ref": "#/$defs/words"}
CONDITION: Schema = {"$ref": "#/$defs/condition"}
PATTERN: Schema = {"$ref": "#/$defs/pattern"}
TEXT: Schema = {"type": "string"}
PLAIN: dict[str, Schema] = {
    "text": {"type": ["string", "number", "boolean"]},
    "number": {"type": "integer"},
    "truth": {"type": "boolean"},
}


def rule_schema() -> bytes:
    """Give the schema (draft 2020-12) as JSON text; the same vocabulary gives the same bytes."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:mingjian:rule:1",
        "title": "Mingjian rule",
        **_record(_properties(), required=REQUIRED),
        "oneOf": [*({"required": [mood]} for mood in SHAPES), _no_mood()],
        "dependentRequired": {"for_each": ["expect"], "expect": ["for_each"]},
        "$defs": _definitions(),
    }
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def _no_mood() -> Schema:
    alone = {"properties": {"manual": {"required": ["channels"]}}, "required": ["manual"]}
    return {**alone, "not": {"anyOf": [{"required": [mood]} for mood in SHAPES]}}


def _properties() -> dict[str, Schema]:
    properties: dict[str, Schema] = dict.fromkeys((*REQUIRED, *OPTIONAL), WORDS)
    return properties | {
        "id": {"type": "string", "pattern": f"^{ID.pattern}$"},
        "category": TEXT,
        "basis": _several(_record({"doc": TEXT, "item": PLAIN["text"]}, required=("doc", "item"))),
        "severity": _choice(get_args(Severity)),
        "targets": _several(_choice(get_args(TargetKind))),
        "schemes": _keyed(SCHEMES, {"anyOf": [PLAIN["text"], _any_number_of(PLAIN["text"])]}),
        "settles": _several(_choice(("violated", "satisfied"))),
        "when": CONDITION,
        "exempt": CONDITION,
        "forbid": {"anyOf": [PATTERN, _record({"all": _several(CONDITION)}, required=("all",))]},
        "require": CONDITION,
        "for_each": PATTERN,
        "expect": CONDITION,
        "certainty": _keyed(get_args(Channel), _choice(get_args(Certainty))),
        "raise": _record({"to": {"const": "proven"}, "when": CONDITION}, required=("to", "when")),
        "aggravation": _several(_choice(get_args(Aggravation))),
        "alternatives": _several(WORDS),
        "manual": _record(
            {"look_at": WORDS, "channels": _several(_choice(get_args(Channel)))},
            required=("look_at",),
        ),
        "examples": _several({"$ref": "#/$defs/example"}),
    }


def _definitions() -> dict[str, Schema]:
    several = _several(CONDITION)
    example = {
        "name": TEXT,
        "verdict": _choice(get_args(Verdict)),
        "certainty": _choice(get_args(Certainty)),
        "findings": {"type": "integer", "minimum": 0},
        "facts": {"type": "array", "items": {"anyOf": [_fact(kind) for kind in KINDS]}},
        "unseen": {"type": "array", "items": {"anyOf": [_choice(tuple(KINDS)), _unseen()]}},
    }
    return {
        "words": _record({"zh": TEXT, "en": TEXT}, required=("zh", "en")),
        "condition": {
            "anyOf": [
                PATTERN,
                _record({"all": several}, required=("all",)),
                _record({"any": several}, required=("any",)),
                _record({"not": CONDITION}, required=("not",)),
            ]
        },
        "pattern": {"anyOf": [_pattern(kind) for kind in KINDS]},
        "example": _record(example, required=("name", "verdict")),
    }


def _pattern(kind: str) -> Schema:
    fields = fields_of(kind)
    where = {name: _tests(field) for name, field in fields.items()}
    number = {"type": "integer", "minimum": 0}
    count = {"of": _choice(tuple(fields)), "at_least": number, "at_most": number}
    return _record(
        {"fact": {"const": kind}, "where": _record(where), "count": _record(count)},
        required=("fact",),
    )


def _tests(field: Field) -> Schema:
    value = {**PLAIN.get(field.type, TEXT)}
    exact = _choice(field.choices) if field.choices else value
    values: dict[str, Schema] = {}
    for operator in OPERATORS[field.type]:
        if operator in LINKS or operator in ("in_list", "not_in_list", "matches"):
            values[operator] = TEXT
        elif operator in ("in", "not_in"):
            values[operator] = _several(exact)
        elif operator in ("at_least", "at_most"):
            values[operator] = PLAIN["number"]
        else:
            part = operator in ("starts_with", "ends_with", "contains") and field.type == "text"
            values[operator] = value if part else exact
    described = _record(values)
    return {**described, "minProperties": 1, "description": field.doc}


def _fact(kind: str) -> Schema:
    fields: dict[str, Schema] = {"kind": {"const": kind}}
    for name, field in fields_of(kind).items():
        exact = _choice(field.choices) if field.choices else PLAIN.get(field.type, TEXT)
        known = {"type": "array", "items": exact} if field.type == "texts" else exact
        fields[name] = {"anyOf": [known, {"type": "null"}]}
    return _record(fields, required=("kind",))


def _unseen() -> Schema:
    scope = {"type": "object", "additionalProperties": {"type": "array"}}
    return _record({"kind": _choice(tuple(KINDS)), "scope": scope}, required=("kind",))


def _record(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def _keyed(names: tuple[str, ...], value: Schema) -> Schema:
    return _record(dict.fromkeys(names, value))


def _several(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1}


def _any_number_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _choice(words: tuple[str, ...]) -> Schema:
    return {"enum": list(words)}
