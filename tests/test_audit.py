"""The heart, on the project's own twins: cases that re-enter, repeat, and verify."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import NotAuditable, UsageError
from scanner.model import Report
from scanner.report.as_json import decode
from tests.evidence.authority import openssl
from tests.samples import COMPLIANT, KNOWLEDGE, VIOLATING, case


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("cases")
    for name, path in (("violating", VIOLATING), ("compliant", COMPLIANT)):
        case(root / name, path)
    return {name: root / name for name in ("violating", "compliant")}


def report(folder: Path) -> Report:
    return decode((folder / "report.json").read_bytes())


def verdicts(found: Report) -> dict[str, str]:
    return {ruling.rule: ruling.verdict for ruling in found.rulings}


def test_the_violating_twin_is_found_out(folders: dict[str, Path]) -> None:
    found = report(folders["violating"])
    rulings = {ruling.rule: ruling for ruling in found.rulings}
    assert rulings["one-shot-grant"].verdict == "violated"
    assert rulings["one-shot-grant"].certainty == "proven"
    assert rulings["no-policy-in-package"].certainty == "suspected"
    assert found.score.grade == "D"
    assert found.score.value is not None
    rows = {row.id: row for row in found.behaviours}
    assert rows["cac-191-4.6"].certainty == "proven"
    assert rows["miit-164-5"].verdict == "violated"


def test_the_subject_is_known_by_its_sm3_too(folders: dict[str, Path]) -> None:
    said = openssl("dgst", "-sm3", "-r", VIOLATING).decode().split()[0]
    assert report(folders["violating"]).subject.sm3 == said
    assert said in (folders["violating"] / "report.html").read_text("utf-8")


def test_the_compliant_twin_is_accused_of_nothing_and_not_passed_either(
    folders: dict[str, Path],
) -> None:
    found = report(folders["compliant"])
    accused = [
        ruling.rule
        for ruling in found.rulings
        if ruling.verdict == "violated" and ruling.severity != "info"
    ]
    assert accused == []
    assert (found.score.grade, found.score.value) == ("U", None)
    assert {row.verdict for row in found.behaviours} == {"undetermined"}


@pytest.mark.parametrize("name", ["violating", "compliant"])
def test_all_41_rows_stand_in_every_report(folders: dict[str, Path], name: str) -> None:
    found = report(folders[name])
    assert len(found.behaviours) == 41
    assert len({row.id for row in found.behaviours}) == 41


def test_every_finding_leads_to_its_facts_and_kept_bytes(folders: dict[str, Path]) -> None:
    found = report(folders["violating"])
    kept = {entry.sha256 for entry in found.evidence}
    for ruling in found.rulings:
        for finding in ruling.findings:
            assert finding.facts
            assert set(finding.facts) <= set(found.facts)
            assert set(finding.evidence) <= kept
    for digest in kept:
        assert (folders["violating"] / "evidence" / digest).is_file()


def test_the_same_input_gives_the_same_bytes(folders: dict[str, Path], tmp_path: Path) -> None:
    case(tmp_path / "again", VIOLATING)
    for name in ("facts.jsonl", "report.json", "report.html", "manifest-sha256.txt"):
        assert (tmp_path / "again" / name).read_bytes() == (
            folders["violating"] / name
        ).read_bytes()


@pytest.mark.parametrize("content", [b"", b"just text", b"PK"])
def test_what_cannot_be_audited_leaves_nothing_behind(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.apk").write_bytes(content)
    with pytest.raises(NotAuditable):
        case(tmp_path / "case", tmp_path / "x.apk")
    assert [path.name for path in tmp_path.iterdir()] == ["x.apk"]


def test_a_case_is_never_written_over_another_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError):
        case(tmp_path / "mine", VIOLATING)
    assert (tmp_path / "mine" / "letter.txt").read_text("utf-8") == "x"


def test_provenance_and_scanner_stand_in_the_report(tmp_path: Path) -> None:
    stated = {
        "developer": "某公司",
        "store": "某商店",
        "store_url": "https://store.example/app",
        "channel": "c1",
        "obtained_at": "2026-11-20T10:00:00+08:00",
    }
    found = case(tmp_path / "case", COMPLIANT, **stated)
    assert {name: getattr(found.subject, name) for name in stated} == stated
    assert found.subject.sha256 == found.sources[0].sha256
    assert found.collected_by.flags == ("scan",)
    assert found.observed_at == "2026-11-22T10:00:00+00:00"


def test_figures_stand_for_rules_of_ours_that_found_something_and_no_other(
    folders: dict[str, Path],
) -> None:
    report = decode((folders["violating"] / "report.json").read_bytes())
    fired = {one.rule for one in report.rulings if one.findings}
    assert report.measured.keys() == fired & KNOWLEDGE.measured.keys()
    for rule, one in report.measured.items():
        assert one == KNOWLEDGE.measured[rule]
    assert report.measured
    assert not decode((folders["compliant"] / "report.json").read_bytes()).measured
