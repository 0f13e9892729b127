from __future__ import annotations

from pathlib import Path

from scanner.evidence.sealing import seal
from tests.cli.running import complaint, mingjian
from tests.samples import COMPLIANT


def test_what_is_no_case_is_refused(tmp_path: Path) -> None:
    for verb in ("judge", "report", "verify"):
        run = mingjian(verb, tmp_path / "none")
        assert run.returncode == 2, verb
        assert complaint(run)


def test_an_altered_case_exits_with_five(tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert mingjian("scan", COMPLIANT, "-q", "-o", case).returncode == 0
    (case / "facts.jsonl").write_bytes((case / "facts.jsonl").read_bytes() + b"\n")
    for verb in ("judge", "report", "verify"):
        run = mingjian(verb, case)
        assert run.returncode == 5
        assert "facts.jsonl" in complaint(run)


def test_a_case_without_its_report_is_judged_anew(tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert mingjian("scan", COMPLIANT, "-q", "-o", case).returncode == 0
    (case / "report.json").unlink()
    assert mingjian("report", case).returncode == 5
    seal(case, {})
    run = mingjian("report", case)
    assert run.returncode == 5
    assert "mingjian judge" in run.stderr
    assert mingjian("judge", case, "-q").returncode == 0
    assert mingjian("report", case, "-q").returncode == 0
