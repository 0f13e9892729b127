from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.cli.running import complaint, mingjian


def test_the_exit_codes_stand_in_the_help() -> None:
    text = " ".join(mingjian("--help").stdout.split())
    for code in range(6):
        assert f"{code} " in text[text.index("Exit codes") :]


@pytest.mark.parametrize("name", ["OverflowError", "RecursionError", "EOFError", "MemoryError"])
def test_a_fault_of_its_own_is_no_finding_and_no_traceback(name: str) -> None:
    run = faulty(f"{name}('13812345678')")
    assert run.returncode == 70
    assert name in complaint(run)
    assert "a fault of mingjian" in run.stderr
    assert "13812345678" not in run.stderr
    told = faulty(f"{name}('here')", MINGJIAN_DEBUG="1")
    assert f"{name}: here" in told.stderr
    assert told.returncode == 1


@pytest.mark.parametrize(
    ("raised", "code"),
    [("KeyboardInterrupt", 130), ("SystemExit(9)", 9), ("BrokenPipeError(32, 'x')", 141)],
)
def test_an_end_that_is_no_fault_stays_what_it_is(raised: str, code: int) -> None:
    run = faulty(raised)
    assert (run.returncode, run.stdout) == (code, "")
    assert "fault of mingjian" not in run.stderr


def faulty(raised: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command that breaks in the middle."""
    lines = (
        "import scanner.casework.standing",
        "from scanner.cli import main",
        "def check(case, **_):",
    )
    last = ("scanner.casework.standing.verified = check", "main()")
    script = "\n".join((*lines, f"    raise {raised}", *last))
    words = [sys.executable, "-c", script, "verify", "case"]
    environment = {**os.environ, **env}
    return subprocess.run(words, capture_output=True, text=True, env=environment, check=False)


def test_the_version_is_told() -> None:
    from scanner import __version__

    assert mingjian("--version").stdout == f"mingjian {__version__}\n"
