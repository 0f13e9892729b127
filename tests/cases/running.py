"""One run of the command, and what it left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

SCAN = (sys.executable, "-c", "from scanner.cli import main; main()", "scan")


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    said: str
    report: dict[str, Any]
    rows: list[dict[str, Any]]

    def facts(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if row.get("kind") == kind]

    def ruling(self, rule: str) -> dict[str, Any]:
        (found,) = [one for one in self.report["rulings"] if one["rule"] == rule]
        return dict(found)

    def violated(self) -> dict[str, str]:
        return {
            one["rule"]: one["certainty"]
            for one in self.report["rulings"]
            if one["verdict"] == "violated" and one["severity"] != "info"
        }


def scan(folder: Path, *words: object) -> Done:
    folder.mkdir(exist_ok=True)
    case = folder / "case"
    run = subprocess.run(
        [*SCAN, *map(str, words), "-o", str(case), "--force"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    if not case.exists():
        return Done(run.returncode, run.stderr, {}, [])
    rows = (case / "facts.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    report = json.loads((case / "report.json").read_bytes())
    return Done(run.returncode, run.stderr, report, [json.loads(row) for row in rows])
