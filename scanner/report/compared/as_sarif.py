"""comparison.sarif: SARIF 2.1.0 with the state of each result against the earlier case.

What cannot be told has no state: SARIF knows new, unchanged, updated and absent only, and absent
would say that it is not there. It is a result of kind open.
"""

from __future__ import annotations

from typing import Any

import msgspec

from scanner.model import ComparedFinding, Comparison, Outcome
from scanner.report.as_sarif import LONGEST, PROVEN, SCHEMA, SUSPECTED, marked
from scanner.report.compared.tables import OUTCOME, counts
from scanner.report.listed import cut, line
from scanner.report.words import Lang, visible

STATE: dict[Outcome, str] = {"new": "new", "still": "unchanged", "mended": "absent"}
MOST_RESULTS = 25_000
"""Results of one run at most: GitHub refuses more."""


def render(comparison: Comparison, lang: Lang) -> bytes:
    """Give the comparison as a SARIF log of one run."""
    titles = {one.rule: one.title for one in comparison.findings}
    places = {rule: at for at, rule in enumerate(titles)}
    run = {
        "tool": {
            "driver": {
                "name": "Mingjian",
                "version": visible(comparison.tool.version),
                "rules": [
                    {
                        "id": visible(rule),
                        "shortDescription": {"text": marked(line(titles[rule], lang, 600))},
                    }
                    for rule in titles
                ],
            }
        },
        "language": "zh-CN" if lang == "zh" else "en",
        "artifacts": [_artifact(comparison)],
        "results": [
            _result(one, places[one.rule], lang) for one in comparison.findings[:MOST_RESULTS]
        ],
        "properties": {
            "comparedWith": visible(comparison.old.manifest),
            "counts": {str(outcome): count for outcome, count in counts(comparison).items()},
            "notes": [line(each, lang, 500) for each in comparison.notes],
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


def _artifact(comparison: Comparison) -> dict[str, Any]:
    subject = comparison.new.subject
    return {
        "location": {"uri": f"evidence/{subject.sha256}"},
        "description": {"text": marked(cut(visible(subject.name), 300)) or "?"},
        "roles": ["analysisTarget"],
    }


def _result(one: ComparedFinding, index: int, lang: Lang) -> dict[str, Any]:
    because = " ".join(line(each, lang, 300) for each in one.reasons)
    text = f"{line(OUTCOME[one.outcome], lang)} · {line(one.message, lang, 1500)} {because}"
    levels = PROVEN if one.now == "proven" else SUSPECTED
    fails = one.now is not None and one.severity != "info" and not one.advisory
    state = STATE.get(one.outcome)
    kind = "fail" if fails else "informational" if state else "open"
    result: dict[str, Any] = {
        "ruleId": visible(one.rule),
        "ruleIndex": index,
        "kind": kind,
        "level": levels[one.severity] if fails else "none",
        "message": {"text": cut(marked(text), LONGEST)},
        "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}}}],
        "partialFingerprints": {"mingjianFinding/v1": visible(one.fingerprint)},
        "properties": {"outcome": one.outcome, "severity": one.severity},
    }
    return result | ({"baselineState": state} if state else {})
