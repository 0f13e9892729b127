"""A developer's day: settings and a pipeline for a project, and what is accepted for a while."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import complaint, mingjian
from tests.samples import VIOLATING

WORDS = ("--reason", "下个版本整改", "--owner", "隐私组")


def report(case: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((case / "report.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases") / "case"
    call = ("scan", VIOLATING, "--app-type", "38", "-q", "--fail-on", "proven-critical")
    assert mingjian(*call, "-o", folder, "-f", "sarif").returncode == 1
    return folder


def test_what_is_accepted_fails_no_call_and_stays_listed(case: Path, tmp_path: Path) -> None:
    file = tmp_path / "mingjian-baseline.toml"
    run = mingjian("baseline", case, *WORDS, "--expires", "2999-12-31", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    before = report(case)
    call = ("judge", case, "-q", "--fail-on", "low", "--baseline", file)
    run = mingjian(*call)
    assert (run.returncode, run.stderr) == (0, "")
    after = report(case)
    assert after["score"] == before["score"]
    assert after["rulings"] == before["rulings"]
    # The SARIF that the case held is written anew, so that it says what holds now.
    log = json.loads((case / "report.sarif").read_bytes())
    assert {
        one["suppressions"][0]["status"]
        for one in log["runs"][0]["results"]
        if one["kind"] == "fail"
    } == {"accepted"}
    acts = (case / "custody.jsonl").read_text("utf-8").splitlines()
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert f'"baseline":"mingjian-baseline.toml {digest}"' in acts[-1]
    assert mingjian("verify", case, "-q").returncode == 0
    assert mingjian("judge", case, "-q", "--fail-on", "low").returncode == 1


def test_when_the_day_has_passed_the_call_fails_again(case: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.toml"
    assert (
        mingjian("baseline", case, *WORDS, "--expires", "2020-01-31", "-o", file, "-q").returncode
        == 0
    )
    run = mingjian("judge", case, "-q", "--lang", "en", "--fail-on", "low", "--baseline", file)
    assert run.returncode == 1
    assert "accepted no longer" in run.stderr
    assert "one-shot-grant" in run.stderr and "隐私组 2020-01-31" in run.stderr
    assert all(one["expired"] for one in report(case)["accepted"])


def test_an_entry_that_speaks_of_nothing_is_said(case: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.toml"
    finding = report(case)["rulings"]
    prints = [one["fingerprint"] for ruling in finding for one in ruling["findings"]]
    call = ("baseline", case, prints[0][:10], *WORDS, "--expires", "2999-12-31", "-o", file)
    assert mingjian(*call).stdout.endswith(": 1\n")
    file.write_text(file.read_text("utf-8").replace(prints[0], "a" * 64), "utf-8")
    run = mingjian("report", case, "-q", "--lang", "zh", "--baseline", file)
    assert run.returncode == 0
    assert "基线所列而本次未见" in run.stderr and "aaaaaaaaaaaa" in run.stderr


def test_a_baseline_of_the_settings_is_used_and_told(case: Path, tmp_path: Path) -> None:
    call = ("baseline", case, *WORDS, "--expires", "2999-12-31", "-o", tmp_path / "b.toml", "-q")
    assert mingjian(*call).returncode == 0
    (tmp_path / "mingjian.toml").write_text('baseline = "b.toml"\nfail-on = "low"\n', "utf-8")
    assert mingjian("judge", case, "-q", cwd=tmp_path).returncode == 0
    assert "baseline = b.toml" in report(case)["settings"]["used"]


def test_nothing_is_accepted_without_reason_owner_and_day(case: Path, tmp_path: Path) -> None:
    run = mingjian("baseline", case, "--owner", "me", cwd=tmp_path)
    assert run.returncode == 2
    assert "--reason, --expires" in complaint(run)
    run = mingjian("baseline", case, *WORDS, "--expires", "soon", cwd=tmp_path)
    assert run.returncode == 2 and complaint(run)
    assert not list(tmp_path.iterdir())
    (tmp_path / "b.toml").write_text("[[accepted]]\n", "utf-8")
    run = mingjian("judge", case, "--baseline", tmp_path / "b.toml")
    assert run.returncode == 2
    assert complaint(run).startswith("b.toml:1: ")


@pytest.mark.parametrize(
    ("pipeline", "file"),
    [
        ("github", ".github/workflows/mingjian.yml"),
        ("gitlab", ".gitlab/mingjian.gitlab-ci.yml"),
        ("pre-commit", ".pre-commit-config.yaml"),
    ],
)
def test_a_project_gets_its_files_and_keeps_what_it_has(
    pipeline: str, file: str, tmp_path: Path
) -> None:
    run = mingjian("init", cwd=tmp_path)
    assert run.stdout == "mingjian.toml\n"
    (tmp_path / "mingjian.toml").write_text('lang = "en"\n', "utf-8")
    run = mingjian("init", "--ci", pipeline, cwd=tmp_path)
    assert run.returncode == 0 and run.stdout == f"{file}\n"
    assert "mingjian.toml is there already" in run.stderr
    assert (tmp_path / "mingjian.toml").read_text("utf-8") == 'lang = "en"\n'
    run = mingjian("init", "--ci", pipeline, cwd=tmp_path)
    assert run.returncode == 2 and complaint(run)
    run = mingjian("init", "--ci", pipeline, "--force", cwd=tmp_path)
    assert run.returncode == 0
    assert (tmp_path / "mingjian.toml").read_text("utf-8") != 'lang = "en"\n'


def test_settings_of_pyproject_are_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.mingjian]\nlang = 'en'\n", "utf-8")
    for words in ((), ("--force",)):
        run = mingjian("init", *words, cwd=tmp_path)
        assert run.returncode == 2
    run = mingjian("init", "--ci", "gitlab", cwd=tmp_path)
    assert run.returncode == 0
    assert "pyproject.toml is there already" in run.stderr
    assert not (tmp_path / "mingjian.toml").exists()


def test_the_settings_that_init_writes_are_read(tmp_path: Path) -> None:
    assert mingjian("init", cwd=tmp_path).returncode == 0
    run = mingjian("scan", VIOLATING, "--app-type", "38", "-q", "-o", "case", cwd=tmp_path)
    assert run.returncode == 1  # proven-high, as the settings say
    names = {one.name for one in (tmp_path / "case").iterdir()}
    assert {"report.html", "report.sarif", "report.junit.xml", "report.md"} <= names
