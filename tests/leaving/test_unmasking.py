"""Values in the clear: of the test identity alone, from their place, in a sealed case, logged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.casework import leaving, sealing, standing
from scanner.errors import UsageError
from scanner.evidence.sealing import Sealing
from scanner.knowledge import rules_folder
from scanner.leaving.unmasking import unmasked
from scanner.model import Visit
from scanner.report.as_json import decode
from tests.leaving.holding import IMEI, TOOL, full_case
from tests.samples import MOMENT, VIOLATING, case

assert rules_folder().is_dir()
VALUES = {
    "imei": [IMEI],
    "android_id": ["5f0c1e7a9d3b2486"],
    "oaid": ["7d1f3c52-0b9e-4a6d-8f21-9c4be07a61d3"],
}


def sealed(folder: Path) -> Path:
    """Give a case as a signature leaves it."""
    sealing.seal_case(folder, Sealing(now=lambda: MOMENT, self_made=True), tool=TOOL)
    return folder


def in_the_clear(folder: Path) -> None:
    leaving.report_in_the_clear(folder, tool=TOOL, by=["张三"], reason="庭审出示")


def evidence(folder: Path) -> Callable[[str], Path]:
    return lambda sha256: folder / "evidence" / sha256


def test_only_a_sealed_case_is_written_in_the_clear(tmp_path: Path) -> None:
    folder = full_case(tmp_path)
    with pytest.raises(UsageError, match="not sealed"):
        in_the_clear(folder)
    assert not list(folder.glob("report-unmasked*"))


def test_the_report_in_the_clear_stands_beside_and_the_log_keeps_it(tmp_path: Path) -> None:
    folder = sealed(full_case(tmp_path))
    before = (folder / "report.json").read_bytes()
    in_the_clear(folder)
    assert (folder / "report.json").read_bytes() == before
    clear = decode((folder / "report-unmasked.json").read_bytes())
    assert clear.unmasked
    assert IMEI in (folder / "report-unmasked.html").read_text("utf-8")
    assert "含个人信息原值" in (folder / "report-unmasked.html").read_text("utf-8")
    assert "含个人信息原值，仅限" not in (folder / "report.html").read_text("utf-8")
    *_, act = standing.acts_of(folder)
    assert (act.deed, act.by, act.details["reason"]) == ("unmasked", ("张三",), "庭审出示")
    assert IMEI not in (folder / "custody.jsonl").read_text("utf-8")
    standing.check(folder)


def test_each_value_is_the_one_that_was_masked(tmp_path: Path) -> None:
    folder = full_case(tmp_path)
    report = decode((folder / "report.json").read_bytes())
    done = unmasked(report, evidence(folder), VALUES)
    hidden = [f for f in report.facts.values() if f.get("value_masked")]
    assert done.shown == len(hidden) > 0
    assert done.left == 0
    for name, fact in done.report.facts.items():
        if fact.get("value_masked"):
            assert fact["value_masked"] in VALUES[str(fact["data_type"])]
            assert report.facts[name] == {
                **fact,
                "value_masked": report.facts[name]["value_masked"],
            }
    assert done.report.rulings != report.rulings or not any(
        "*" in one.message.zh for ruling in report.rulings for one in ruling.findings
    )


def test_a_value_that_the_evidence_no_longer_shows_stays_masked(tmp_path: Path) -> None:
    folder = full_case(tmp_path)
    report = decode((folder / "report.json").read_bytes())
    count = sum(bool(f.get("value_masked")) for f in report.facts.values())
    gone = unmasked(report, lambda _: folder / "nowhere", VALUES)
    assert (gone.shown, gone.left) == (0, count)
    # Two values that are masked alike: nobody can tell which it was.
    twins = {kind: [*many, many[0][:6] + "9" + many[0][7:]] for kind, many in VALUES.items()}
    doubtful = unmasked(report, evidence(folder), twins)
    assert IMEI not in json.dumps(doubtful.report.facts)


def test_a_third_person_s_value_stays_masked_always(tmp_path: Path) -> None:
    body = "phone=13987650002&mine=13812340001"
    request = {
        "method": "POST",
        "url": "http://api.example/x",
        "headers": [{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}],
        "postData": {"mimeType": "application/x-www-form-urlencoded", "text": body},
        "bodySize": len(body),
    }
    response = {"status": 200, "headers": [], "content": {"mimeType": "text/plain", "text": ""}}
    entries = [
        {
            "startedDateTime": "2026-10-01T10:00:00+08:00",
            "request": request,
            "response": response,
        },
        {
            "startedDateTime": "2026-10-01T10:00:01+08:00",
            "request": request | {"url": "http://other.example/y?tel=13987650002"},
            "response": response,
        },
    ]
    har = tmp_path / "two.har"
    har.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    identity = tmp_path / "identity.yaml"
    identity.write_text("phone: '13812340001'\n")
    case(tmp_path / "case", VIOLATING, har, identity=identity, visit=Visit())
    folder = sealed(tmp_path / "case")
    in_the_clear(folder)
    for name in ("report-unmasked.json", "report-unmasked.html"):
        assert "13987650002" not in (folder / name).read_text("utf-8")
