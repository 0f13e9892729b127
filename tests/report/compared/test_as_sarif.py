from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from scanner.report.compared.as_sarif import render
from scanner.report.words import Lang
from tests.report.compared.hostile import hostile, made

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "sarif" / "sarif-2.1.0.json").read_text("utf-8")
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_valid_by_the_schema_of_sarif(lang: Lang) -> None:
    for found in (made(), hostile()):
        jsonschema.validate(json.loads(render(found, lang)), SCHEMA)


def test_only_what_was_looked_for_again_is_called_absent() -> None:
    (run,) = json.loads(render(made(), "en"))["runs"]
    states = {"new": "new", "still": "unchanged", "mended": "absent", "unclear": None}
    for result, one in zip(run["results"], made().findings, strict=True):
        assert result.get("baselineState") == states[one.outcome]
        assert result["partialFingerprints"] == {"mingjianFinding/v1": one.fingerprint}
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == one.rule
        if one.outcome in ("mended", "unclear"):
            assert result["level"] == "none"
