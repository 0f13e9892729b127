import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scanner.report
from scanner.errors import EvidenceError
from scanner.model import Report
from scanner.report import render
from scanner.report.as_json import decode, report_schema
from tests.report import example
from tests.strategies import WORDS

SCHEMA = Path(scanner.report.__file__).parent / "report.schema.json"
REPORTS = list(example.ALL.values())


@pytest.mark.parametrize("report", REPORTS)
def test_reading_gives_what_was_written(report: Report) -> None:
    data = render("json", report, example.open_evidence)
    assert decode(data) == report
    assert render("json", decode(data), example.open_evidence) == data


@settings(deadline=None)
@given(words=WORDS, decimal=st.decimals(-(10**6), 10**6, places=4))
def test_any_words_and_figures_survive(words: msgspec.Struct, decimal: object) -> None:
    report = example.rich()
    score = msgspec.structs.replace(report.score, value=decimal)
    ruling = msgspec.structs.replace(report.rulings[0], title=words)
    report = msgspec.structs.replace(report, score=score, rulings=(ruling,))
    assert decode(render("json", report, example.open_evidence)) == report


def test_is_readable_and_holds_numbers() -> None:
    data = render("json", example.rich(), example.open_evidence).decode()
    assert data.startswith('{\n  "schema": "mingjian/report/1",\n  "tool": {\n')
    assert "示例商城" in data
    parsed = json.loads(data)
    assert parsed["score"]["coverage"] == 0.3704
    assert len(parsed["behaviours"]) == 41


def test_the_order_of_a_mapping_leaves_no_trace() -> None:
    report = example.rich()
    turned = msgspec.structs.replace(report, facts=dict(reversed(report.facts.items())))
    assert list(turned.facts) != list(report.facts)
    assert render("json", turned, example.open_evidence) == render(
        "json", report, example.open_evidence
    )


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"schema": "mingjian/report/1"}']
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(EvidenceError, match=r"report\.json") as caught:
        decode(data)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"value": 82.96', b'"value": "NaN"'),
        (b'"value": 82.96', b'"value": "Infinity"'),
        (b'"coverage": 0.3704', b'"coverage": "1E+999999"'),
        (b'"coverage": 0.3704', b'"coverage": "1E-999999"'),
        (b'"source": {', b'"source": 5, "sauce": {'),
    ],
)
def test_figures_and_sources_that_no_report_holds_are_refused(old: bytes, new: bytes) -> None:
    data = render("json", example.rich(), example.open_evidence)
    assert old in data
    with pytest.raises(EvidenceError, match=r"report\.json"):
        decode(data.replace(old, new))


def test_another_version_is_refused() -> None:
    data = render("json", example.rich(), example.open_evidence).replace(b"report/1", b"report/2")
    with pytest.raises(EvidenceError, match="mingjian/report/2"):
        decode(data)


def test_the_shipped_schema_is_up_to_date() -> None:
    """After a deliberate change of the model, write it again:

    python -c "from scanner.report.as_json import report_schema as s; import sys;
    sys.stdout.buffer.write(s())" > scanner/report/report.schema.json
    """
    assert SCHEMA.read_bytes() == report_schema()


@pytest.mark.parametrize("report", REPORTS)
def test_reports_are_valid_under_the_schema(report: Report) -> None:
    schema = json.loads(SCHEMA.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    parsed = json.loads(render("json", report, example.open_evidence))
    validator.validate(parsed)
    for name, wrong in (("schema", "x"), ("score", None), ("rulings", {}), ("home", 1)):
        assert not validator.is_valid(parsed | {name: wrong})


def test_every_field_of_the_schema_has_a_meaning() -> None:
    for definition in json.loads(SCHEMA.read_bytes())["$defs"].values():
        assert definition["description"]
        assert all(field["description"] for field in definition["properties"].values())
