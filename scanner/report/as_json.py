"""report.json: the report for programs, and the JSON Schema that describes it."""

from __future__ import annotations

from typing import Any

import msgspec

from scanner import model
from scanner.errors import EvidenceError
from scanner.facts import Source, attribute_docs
from scanner.model import Open, Report
from scanner.report.words import Options

SCHEMA = "mingjian/report/1"
"""Version of the form of report.json."""

SCHEMA_ID = "urn:mingjian:report:1"
"""Name of the JSON Schema."""

LARGEST = 1_000_000
"""No figure of a score comes near this."""
LONGEST = 12
"""Digits behind the point at most."""

_ENCODER = msgspec.json.Encoder(decimal_format="number", order="deterministic")
_DECODER = msgspec.json.Decoder(Report)


def render(report: Report, _open: Open, _options: Options) -> bytes:
    """Give the report as JSON: UTF-8, two spaces of indent, keys always in the same order."""
    return msgspec.json.format(_ENCODER.encode(report), indent=2) + b"\n"


def decode(data: bytes) -> Report:
    """Read report.json back; the report is equal to the one that was written.

    Raises EvidenceError when it is not what Mingjian writes.
    """
    hint = "mingjian judge CASE writes it again from the facts"
    try:
        report = _DECODER.decode(data)
        _check(report)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise EvidenceError(f"report.json cannot be read: {error}", hint=hint) from error
    if report.schema != SCHEMA:
        raise EvidenceError(
            f"report.json is of the form {report.schema[:60]!r}, not {SCHEMA!r}", hint=hint
        )
    return report


def _check(report: Report) -> None:
    """Raise ValueError for figures and sources that no report of ours holds."""
    score = report.score
    figures = [score.coverage, score.deducted, *([] if score.value is None else [score.value])]
    for line in score.deductions:
        figures += (line.base, line.verdict, line.sensitivity, line.aggravation, line.points)
    for figure in figures:
        exponent = figure.as_tuple().exponent
        if not isinstance(exponent, int) or not -LONGEST <= exponent <= 0 or abs(figure) > LARGEST:
            raise ValueError(f"a figure of {str(figure)[:20]}")
    for fact in report.facts.values():
        msgspec.convert(fact.get("source", {}), Source)


def report_schema() -> bytes:
    """Give the JSON Schema (draft 2020-12) of report.json, with the meaning of every field."""
    _, components = msgspec.json.schema_components(
        (Report,), schema_hook=_any, ref_template="#/$defs/{name}"
    )
    for name, schema in components.items():
        docs = attribute_docs(getattr(model, name))
        for field, shape in schema["properties"].items():
            schema["properties"][field] = _exact(shape) | {"description": docs[field]}
    components["Report"]["properties"]["schema"]["const"] = SCHEMA
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "$ref": "#/$defs/Report",
        "$defs": dict(sorted(components.items())),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _exact(shape: Any) -> Any:
    """Say number for a decimal: msgspec describes the text form that it writes by default."""
    if isinstance(shape, dict):
        if shape.get("format") == "decimal":
            return {"type": "number"}
        return {key: _exact(value) for key, value in shape.items()}
    return [_exact(value) for value in shape] if isinstance(shape, list) else shape


def _any(kind: type) -> dict[str, Any]:
    """Describe the values of facts, which may be of any type."""
    if kind is object:
        return {"description": "As the kind of the fact says: mingjian facts."}
    raise NotImplementedError(kind)
