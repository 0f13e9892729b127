"""How long sealing and verifying take, against sha256sum over the same bytes: whole processes.

    python tests/bench/bench_seal.py [GIGABYTES]

The case is one of few large files and many small ones. `first` is the sealing that computes every
digest, as a scan does at its end; `seal` is the verb, which checks the case first. The median of
three runs is given, and the ratio to sha256sum; the aim is two at most, SM3 by option.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from scanner.audit import audit
from tests.samples import BOOK, COMPLIANT, KNOWLEDGE, request

RUNS = 3
MINGJIAN = [sys.executable, "-c", "from scanner.cli import main; main()"]
FIRST = "import sys; from pathlib import Path; from scanner.evidence.sealing import seal; "
MIB = 1 << 20


def timed(words: Sequence[object], cwd: Path, before: Callable[[], None] = lambda: None) -> float:
    taken = []
    for _ in range(RUNS):
        before()
        began = time.perf_counter()
        run = subprocess.run([*map(str, words)], cwd=cwd, capture_output=True, check=False)
        taken.append(time.perf_counter() - began)
        assert run.returncode == 0, run.stderr.decode()
    return statistics.median(taken)


def filled(folder: Path, gigabytes: float) -> Path:
    """A case with that much more evidence: most of it in few files, the rest in many."""
    case = folder / "case"
    audit(request(COMPLIANT), case, book=BOOK, knowledge=KNOWLEDGE, formats_wanted=["html"])
    left = int(gigabytes * 1024)
    for number, size in enumerate([left // 2, left // 4, *[1] * (left - left // 2 - left // 4)]):
        with (case / "evidence" / f"{number:064x}").open("wb") as file:
            for _ in range(size):
                file.write(os.urandom(MIB))
    return case


def measured(case: Path) -> None:
    names = sorted(str(path) for path in case.rglob("*") if path.is_file())
    plain = timed(["sha256sum", *names], case)
    print(f"sha256sum {plain:.2f} s")
    everything = [sys.executable, "-c", f"{FIRST}seal(Path(sys.argv[1]), {{}})", case]
    manifest = case / "manifest-sha256.txt"
    rows = {
        "first": timed(everything, Path.cwd(), lambda: manifest.unlink(missing_ok=True)),
        "seal --self-signed": timed([*MINGJIAN, "seal", case, "-q"], Path.cwd()),
        "verify": timed([*MINGJIAN, "verify", case, "-q"], Path.cwd()),
        "verify --sm3": timed([*MINGJIAN, "verify", case, "-q", "--sm3"], Path.cwd()),
    }
    for name, seconds in rows.items():
        print(f"{name:20} {seconds:.2f} s, {seconds / plain:.2f} of sha256sum")


if __name__ == "__main__":
    place = Path(tempfile.mkdtemp(prefix="bench-seal-", dir=os.environ.get("BENCH_FOLDER")))
    try:
        measured(filled(place, float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
    finally:
        shutil.rmtree(place)
