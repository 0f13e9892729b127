"""The verb compare and --fail-on-new as a person meets them: words, files and exit codes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import complaint, mingjian
from tests.samples import APKS, COMPLIANT, VIOLATING

POLICY = APKS.parent / "policy" / "torch.html"


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("comparing")
    for name, path in (("old", VIOLATING), ("new", COMPLIANT)):
        run = mingjian("scan", path, "-q", "-o", root / name, "--app-type", "38")
        assert run.returncode == 0, run.stderr
    return root


def prints(case: Path) -> set[str]:
    report = json.loads((case / "report.json").read_bytes())
    return {one["fingerprint"] for ruling in report["rulings"] for one in ruling["findings"]}


def loaded(text: str) -> Any:
    return json.loads(text)


def test_the_outcomes_are_those_of_a_count_over_both_reports(cases: Path) -> None:
    run = mingjian("compare", cases / "old", cases / "new", "-f", "json")
    assert run.returncode == 0, run.stderr
    found = loaded(run.stdout)
    outcomes: dict[str, set[str]] = {}
    for one in found["findings"]:
        outcomes.setdefault(one["outcome"], set()).add(one["fingerprint"])
    before, now = prints(cases / "old"), prints(cases / "new")
    assert outcomes.get("new", set()) == now - before
    assert outcomes.get("still", set()) == now & before
    assert outcomes["mended"] | outcomes.get("unclear", set()) == before - now


def test_files_are_written_with_their_digests_and_the_cases_stay_as_they_are(
    cases: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in cases.rglob("*") if path.is_file()}
    out = tmp_path / "out"
    words = ("-o", out, "-f", "json", "-f", "xlsx", "-f", "html", "--lang", "zh")
    run = mingjian("compare", cases / "old", cases / "new", *words)
    assert run.returncode == 0
    assert "未再检出" in run.stdout
    names = {path.name for path in out.iterdir()}
    assert names == {
        *("comparison.json", "comparison.xlsx", "comparison.html", "manifest-sha256.txt")
    }
    if shutil.which("sha256sum"):
        command = ["sha256sum", "--strict", "--quiet", "-c", "manifest-sha256.txt"]
        assert subprocess.run(command, cwd=out, check=False).returncode == 0
    assert before == {path: path.read_bytes() for path in cases.rglob("*") if path.is_file()}
    again = mingjian("compare", cases / "old", cases / "new", *words)
    assert again.returncode == 2
    assert complaint(again)


def test_a_case_that_looked_at_less_mends_nothing(cases: Path, tmp_path: Path) -> None:
    """Of the app only its policy was handed in: whatever stood in the package cannot be told."""
    only = tmp_path / "only"
    stated = ("--as", "app", "--package", "cn.example.torch", "--app-type", "38")
    assert mingjian("scan", POLICY, "-q", "-o", only, *stated).returncode == 0
    run = mingjian("compare", cases / "old", only, "-f", "json")
    assert run.returncode == 0, run.stderr
    found = loaded(run.stdout)
    outcomes = {one["outcome"] for one in found["findings"] if one["was"] and not one["now"]}
    assert outcomes == {"unclear"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("old", "new", "--fail-on-new", "high"), 0),
        (("new", "old", "--fail-on-new", "high"), 1),
        (("new", "old"), 0),
        (("old", "new", "--new-kinds", "permission"), 1),
        (("old", "old", "--fail-on-new", "info", "--new-kinds", "permission"), 0),
    ],
)
def test_what_is_new_fails_the_call_where_that_is_wanted(
    cases: Path, words: tuple[str, ...], code: int
) -> None:
    old, new, *rest = words
    run = mingjian("compare", cases / old, cases / new, *rest, "-q", "--lang", "en")
    assert run.returncode == code
    assert ("new since the earlier case" in run.stderr) == (code == 1)


def test_a_scan_fails_on_what_is_new_since_an_earlier_case(cases: Path, tmp_path: Path) -> None:
    def scan(path: Path, name: str, old: str, *words: str) -> subprocess.CompletedProcess[str]:
        given = ("-o", tmp_path / name, "--app-type", "38", "--fail-on-new", cases / old)
        return mingjian("scan", path, "-q", "--lang", "en", *given, *words)

    run = scan(VIOLATING, "worse", "new")
    assert run.returncode == 1
    assert "permission: android.permission.READ_SMS" in run.stderr
    assert "early: imei" in run.stderr
    assert scan(VIOLATING, "same", "old").returncode == 0
    again = ("judge", tmp_path / "same", "-q", "--fail-on-new", cases / "new")
    assert mingjian(*again).returncode == 1
    assert mingjian(*again, "--new-kinds", "sdk").returncode == 0


def test_what_does_not_fit_is_refused_before_any_work(cases: Path, tmp_path: Path) -> None:
    none = mingjian("scan", VIOLATING, "-o", tmp_path / "a", "--fail-on-new", tmp_path / "none")
    assert none.returncode == 2
    assert not (tmp_path / "a").exists()
    copy = tmp_path / "copy"
    shutil.copytree(cases / "old", copy)
    same = mingjian("judge", copy, "--fail-on-new", copy)
    assert same.returncode == 2
    assert complaint(same)
    several = mingjian("compare", copy, cases / "new", "-f", "json", "-f", "html")
    assert several.returncode == 2
    assert "-o FOLDER" in several.stderr
    (copy / "report.html").write_text("x", "utf-8")
    for words in (("compare", copy, cases / "new"), ("compare", cases / "new", copy)):
        run = mingjian(*words)
        assert run.returncode == 5
        assert "report.html" in complaint(run)


def test_cases_of_two_subjects_are_refused(cases: Path, tmp_path: Path) -> None:
    other = tmp_path / "weather"
    assert mingjian("scan", APKS / "weather.apk", "-q", "-o", other).returncode == 0
    run = mingjian("compare", cases / "old", other)
    assert run.returncode == 2
    assert "two subjects" in complaint(run)
    forced = mingjian("compare", cases / "old", other, "--force-subject", "-q")
    assert forced.returncode == 0
