"""report.sarif: valid by the schema of the standard, and nothing in it links or accuses unduly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from scanner.model import Report
from scanner.report import render
from scanner.report.as_sarif import MOST_LOCATIONS
from scanner.report.words import Lang
from tests.report import example, spoken

SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-2.1.0.json").read_text("utf-8-sig"))


def log(report: Report, lang: Lang = "zh") -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(render("sarif", report, example.open_evidence, lang=lang))
    checker = jsonschema.validators.validator_for(SCHEMA)(
        SCHEMA, format_checker=jsonschema.FormatChecker()
    )
    assert [error.message for error in checker.iter_errors(loaded)] == []
    return loaded


def results(report: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log(report)["runs"][0]["results"]
    return found


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": "2.1.0", "runs": [{"tool": {}}]}, SCHEMA)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", spoken.ALL)
def test_it_is_valid_by_the_schema(name: str, lang: Lang) -> None:
    run = log(spoken.ALL[name], lang)["runs"][0]
    for result in run["results"]:
        assert 1 <= len(result["locations"]) <= MOST_LOCATIONS
        assert (result["kind"] == "fail") == (result["level"] != "none")
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        for place in result["locations"]:
            at = place["physicalLocation"]["artifactLocation"]
            assert run["artifacts"][at["index"]]["location"]["uri"] == at["uri"]
            assert ":" not in at["uri"] and ".." not in at["uri"] and at["uri"][0] != "/"


@pytest.mark.parametrize("name", spoken.HARMFUL)
def test_harmful_names_stay_valid_and_link_nothing(name: str) -> None:
    report = spoken.named(name)
    for result in results(report):
        text = result["message"]["text"].replace("\\\\", "").replace("\\[", "").replace("\\]", "")
        assert "[" not in text and "]" not in text
        bare = text.replace("{{", "").replace("}}", "")
        assert "{" not in bare and "}" not in bare
        assert all(mark.isprintable() or mark == "\n" for mark in text)
        assert len(text) < 4_100


def test_kind_and_level_say_how_sure_it_is() -> None:
    said = {
        one["ruleId"]: (one["kind"], one["level"], one["properties"]["verdict"])
        for one in results(example.rich())
        if one["kind"] in ("fail", "informational")
    }
    assert said == {
        "all-permissions-at-install": ("fail", "error", "violated"),
        "contacts-unexpected": ("fail", "warning", "violated"),
        "exported-without-permission": ("fail", "note", "violated"),
        "minors-mode": ("informational", "none", "violated"),
    }
    others = {
        (one["ruleId"], one["kind"])
        for one in results(example.rich())
        if one["kind"] not in ("fail", "informational")
    }
    assert others == {
        ("all-permissions-at-install", "review"),
        ("policy-hard-to-read", "review"),
        ("collected-before-consent", "open"),
    }


def test_what_is_cleared_or_does_not_apply_is_no_result() -> None:
    run = log(example.rich())["runs"][0]
    verdicts = {one["id"]: one["properties"]["verdict"] for one in run["tool"]["driver"]["rules"]}
    assert verdicts == {one.rule: one.verdict for one in example.rich().rulings}
    assert not {"debuggable", "map-background-location"} & {one["ruleId"] for one in run["results"]}


def test_a_fingerprint_stays_when_words_and_places_change() -> None:
    report = example.rich()
    moved = replace(report, facts={key: {} for key in report.facts}, observed_at="2027-01-01")
    first = [one["partialFingerprints"] for one in results(report)]
    assert first == [one["partialFingerprints"] for one in results(moved)]
    _, proven = spoken.first(report)
    assert first[0]["mingjianFinding/v1"] == proven.fingerprint


def test_what_is_accepted_stays_listed_and_is_suppressed() -> None:
    found = results(spoken.accepted())
    assert len(found) == len(results(example.rich()))
    assert found[0]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "下个版本整改 (隐私组, 2026-12-31)",
        }
    ]
    assert all(one["suppressions"] == [] for one in found[1:])
    assert not any(one.get("suppressions") for one in results(spoken.accepted(expired=True)))
    assert not any("suppressions" in one for one in results(example.rich()))


def test_the_remedy_and_the_place_stand_in_the_message() -> None:
    text = results(example.rich())[0]["message"]["text"]
    assert "整改建议：将 targetSdkVersion 提高到 23 以上" in text
    assert "位置：AndroidManifest.xml, manifest" in text
    assert "违法" not in text


def test_it_says_what_was_not_looked_at() -> None:
    (invocation,) = log(example.rich())["runs"][0]["invocations"]
    texts = [one["message"]["text"] for one in invocation["toolExecutionNotifications"]]
    assert "没有看，也没有结论：网络流量" in texts
    assert "无法读取：p.html" in texts
    assert invocation["executionSuccessful"]


def test_a_run_with_too_many_results_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.report.as_sarif.MOST_RESULTS", 5)
    run = log(example.rich())["runs"][0]
    assert len(run["results"]) == 5
    assert run["results"][0]["ruleId"] == "all-permissions-at-install"
    first = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert "结果过多" in first and "(+119)" in first
