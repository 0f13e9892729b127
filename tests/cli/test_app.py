from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.running import COMMAND, mingjian
from tests.samples import COMPLIANT, VIOLATING


@pytest.mark.parametrize(
    "words", [(), ("scan",), ("judge",), ("report",), ("verify",), ("facts",), ("rules", "list")]
)
def test_help_helps(words: tuple[str, ...]) -> None:
    run = mingjian(*words, "--help")
    assert run.returncode == 0
    assert "Usage:" in run.stdout


def test_english_is_one_switch_away(tmp_path: Path) -> None:
    run = mingjian("scan", VIOLATING, "-o", "case", "--lang", "en", cwd=tmp_path)
    assert "High risk" in run.stdout
    again = mingjian("judge", "case", cwd=tmp_path, LC_ALL="en_GB.UTF-8")
    assert again.stdout == run.stdout


def test_quiet_is_quiet(tmp_path: Path) -> None:
    run = mingjian("scan", COMPLIANT, "-q", cwd=tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert (tmp_path / "mingjian-case-compliant" / "report.html").is_file()


@pytest.mark.parametrize(
    ("path", "threshold", "code"),
    [
        (VIOLATING, "proven-critical", 1),
        (VIOLATING, "high", 1),
        (COMPLIANT, "low", 0),
        (COMPLIANT, "proven-low", 0),
    ],
)
def test_a_pipeline_fails_on_what_it_names(
    tmp_path: Path, path: Path, threshold: str, code: int
) -> None:
    words = ("scan", path, "--app-type", "38", "-o", tmp_path / "c", "--fail-on", threshold)
    assert mingjian(*words).returncode == code
    assert (tmp_path / "c" / "report.json").is_file()


@pytest.mark.parametrize("place", ["/dev/full", None])
def test_a_summary_that_cannot_be_printed_is_no_finding(tmp_path: Path, place: str | None) -> None:
    target = f"> {place}" if place else ">&-"
    script = f'exec "$@" {target}'
    words = [*COMMAND, "scan", str(COMPLIANT), "-o", str(tmp_path / "case")]
    run = subprocess.run(
        ["sh", "-c", script, "sh", *words], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in run.stderr
    assert run.returncode == (2 if place else 0)
    assert (tmp_path / "case" / "report.html").is_file()
