"""How long the command line takes to answer: whole processes, median of seven; figures, no test.

Run: python tests/bench/bench_start.py
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIXTURE = Path(__file__).parent.parent.parent / "fixtures" / "apk" / "violating.apk"
COMMAND = [sys.executable, "-c", "from scanner.cli import main; main()"]


def timed(command: list[str]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scan = ["scan", str(FIXTURE), "--app-type", "38", "-q", "--force", "-o", f"{folder}/c"]
        rows = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "mingjian --help": [*COMMAND, "--help"],
            "mingjian rules check": [*COMMAND, "rules", "check"],
            "mingjian scan (fixture)": [*COMMAND, *scan],
        }
        for name, command in rows.items():
            timed(command)
            runs = [timed(command) for _ in range(7)]
            wall = statistics.median(run[0] for run in runs)
            cpu = statistics.median(run[1] for run in runs)
            print(f"{name:26} {wall:6.3f} s wall {cpu:6.3f} s CPU")


if __name__ == "__main__":
    main()
