"""The command line as a person meets it: real processes, their words, files and exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-c", "from scanner.cli import main; main()"]


def mingjian(
    *words: object, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **env}
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env=environment,
        check=False,
    )


def complaint(run: subprocess.CompletedProcess[str]) -> str:
    """Check that a refusal is one clear line with a hint, and give the line."""
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
    *_, line, hint = run.stderr.strip().splitlines()
    assert line.startswith("mingjian: ")
    assert hint.startswith("  hint: ")
    return line.removeprefix("mingjian: ")
