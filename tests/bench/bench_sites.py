"""One session and three sessions on a page with 20 requests, by wall clock; figures, no test.

Run: python tests/bench/bench_sites.py [--runs 3]

The page stands on loopback, on the hosts of the site itself, of a library and of a counter. All
that a person waits for counts: the start of Python and of the browser, the recording, the report;
of the stated dwell none. Memory is the proportional share of all processes together, each 50 ms.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

SITES = Path(__file__).parent.parent.parent / "fixtures" / "sites"
sys.path.insert(0, str(SITES))
from serve import Server, serving  # noqa: E402

SCAN = (sys.executable, "-c", "from scanner.cli import main; main()", "scan")
PAGES = {
    "one session": ("https://www.one.example/", 6),
    "three sessions": ("https://www.twenty.example/", 15),
}
"""The address of each, and the aim in seconds."""
EVERY_S = 0.05


class Cost(NamedTuple):
    """What one audit took."""

    wall: float
    megabytes: float
    sessions: int
    requests: int

    def __str__(self) -> str:
        return f"{self.wall:6.2f} s wall {self.megabytes:6.0f} MB"


def family(process: int) -> list[int]:
    """Give a process and all below it."""
    found = [process]
    for at in found:
        for thread in Path(f"/proc/{at}/task").glob("*/children"):
            try:
                found += [int(child) for child in thread.read_text().split()]
            except OSError:
                continue
    return found


def share(process: int) -> int:
    """Give the kilobytes of a process, shared memory counted in parts."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def audit(url: str, server: Server) -> Cost:
    """Audit one page and watch what it takes."""
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        words = [*SCAN, url, "-o", str(case), "-q", "--dwell", "0", "--pages", "1", "--rate", "5"]
        words += ["--trust", str(server.ca), "--allow-private"]
        words += [word for one in server.resolve for word in ("--resolve", one)]
        before, begun, peak = len(server.arrived), time.perf_counter(), 0
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            peak = max(peak, sum(map(share, family(process.pid))))
            time.sleep(EVERY_S)
        wall = time.perf_counter() - begun
        rows = [json.loads(line) for line in (case / "facts.jsonl").read_text().splitlines()[1:]]
    if process.returncode != 0:
        raise SystemExit(f"{url}: exit {process.returncode}")
    phases = {row["phase"] for row in rows if row.get("kind") == "request.made"}
    return Cost(wall, peak / 1024, len(phases), len(server.arrived) - before)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure audits of a page with 20 requests.")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with serving() as server:
        for name, (url, aim) in PAGES.items():
            runs = [audit(url, server) for _ in range(options.runs)]
            best = min(runs, key=lambda one: one.wall)
            worst = max(one.wall for one in runs)
            print(
                f"{name:15} {best}   worst {worst:.2f} s, aim {aim} s; "
                f"{best.sessions} recorded, {best.requests} requests arrived"
            )


if __name__ == "__main__":
    main()
