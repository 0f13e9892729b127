"""How many exchanges a second are imported, searched and made facts of, and with how much memory;
figures, no test. Beside them: json.load, and mitmproxy's own reading of the same exchanges.

Run: python tests/bench/bench_traffic.py [--counts 10000 200000]

The exchanges are those of traffic_mix.py: some 2 KB each, one in twenty with a value of the test
device. Every figure is taken in a process of its own, by its CPU time without its start; memory is
the peak of that process, its libraries and tables included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.bench.traffic_mix import IDENTITY, entries  # noqa: E402

SEED = 5
Job = Callable[[Path], tuple[int, float]]
"""Reads a file; gives how many exchanges it saw, and the seconds of CPU that count."""


def counted(read: Callable[[], Iterable[object]]) -> tuple[int, float]:
    begun = time.process_time()
    count = sum(1 for _ in read())
    return count, time.process_time() - begun


def plain(path: Path) -> tuple[int, float]:
    def load() -> Iterable[object]:
        with path.open(encoding="utf-8") as stream:
            return list(json.load(stream)["log"]["entries"])

    return counted(load)


def imported(path: Path) -> tuple[int, float]:
    from scanner.recordings.recording import read

    return counted(lambda: read(path, path.open("rb").read(4096)))


def searched(path: Path) -> tuple[int, float]:
    """Look into exchanges that are read already; the reading does not count."""
    from scanner.collect.traffic.sent import Reader
    from scanner.exchange import Exchange
    from scanner.recordings.recording import read

    reader, count, spent = Reader(IDENTITY), 0, 0.0
    for one in read(path, path.open("rb").read(4096)):
        if isinstance(one, Exchange):
            begun = time.process_time()
            reader.read(one, listed=False)
            spent += time.process_time() - begun
            count += 1
    return count, spent


def collected(path: Path) -> tuple[int, float]:
    """Make facts of a file, as the whole audit does."""
    from scanner.collect.traffic.collector import collect
    from scanner.knowledge import load_knowledge, rules_folder
    from scanner.model import Aid, Evidence, Target, Visit

    knowledge = load_knowledge(rules_folder() / "lists")

    def evidence(of: Path) -> Evidence:
        return Evidence(sha256="0" * 64, name=of.name, media_type="x", size=of.stat().st_size)

    def keep(data: bytes, *, name: str, media_type: str, readable: str | None = None) -> Evidence:
        raise AssertionError("the recording is kept already")

    values = path.parent / "identity.yaml"
    values.write_text(json.dumps(IDENTITY, ensure_ascii=False), "utf-8")
    aid = Aid(kind="identity", path=values, evidence=evidence(values))
    visit = Visit(first_party=("a.example",), vantage="CN")
    target = Target(kind="traffic", path=path, evidence=evidence(path), aids=(aid,), visit=visit)
    said: list[str] = []
    begun = time.process_time()
    facts = list(collect(target, keep, knowledge, said.append))
    spent = time.process_time() - begun
    if not facts:
        raise SystemExit("no facts at all")
    with path.open("rb") as stream:
        return sum(1 for _ in stream) - 2, spent


def by_mitmproxy(path: Path) -> tuple[int, float]:
    from mitmproxy.io import FlowReader

    with path.open("rb") as stream:
        return counted(lambda: FlowReader(stream).stream())


JOBS: dict[str, Job] = {
    "json.load": plain,
    "import": imported,
    "search": searched,
    "collect": collected,
    "mitmproxy": by_mitmproxy,
}


def write(path: Path, count: int) -> Path:
    """Write a HAR file with one entry a line."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write('{"log": {"version": "1.2", "creator": {"name": "mix"}, "entries": [\n')
        for number, entry in enumerate(entries(count, SEED)):
            stream.write(",\n" * bool(number) + json.dumps(entry, ensure_ascii=False))
        stream.write("\n]}}\n")
    return path


def as_capture(path: Path) -> Path:
    """Write the exchanges of a HAR file as our own capture does."""
    from scanner.capture_file import Begin, CaptureWriter, Caught
    from scanner.exchange import Exchange
    from scanner.recordings.har import read_har

    made = path.with_suffix(".capture")
    with made.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started="", mode="regular"))
        for one in read_har(path):
            if isinstance(one, Exchange):
                writer.add(Caught(exchange=one))
        writer.end("")
    return made


def as_flows(path: Path) -> Path:
    """Write what mitmproxy reads out of a HAR file as its own flows."""
    from mitmproxy.io import FlowReader, FlowWriter

    made = path.with_suffix(".mitm")
    with path.open("rb") as source, made.open("wb") as stream:
        writer = FlowWriter(stream)  # type: ignore[no-untyped-call]
        for flow in FlowReader(source).stream():
            writer.add(flow)
    return made


def peak() -> float:
    """Give the megabytes that this process has held at most, since it became this program."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def measure(job: str, path: Path) -> None:
    """Do a job in a process of its own and print its figures."""
    words = [sys.executable, __file__, "--job", job, "--file", str(path)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    count, spent, held = (float(word) for word in done.stdout.split())
    print(
        f"  {job:10} {path.suffix[1:]:7} {count:8.0f} in {spent:6.2f} s CPU:"
        f" {count / spent:8.0f} a second, {held:5.0f} MB at most",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the reading of traffic.")
    parser.add_argument("--counts", type=int, nargs="+", default=[10_000, 200_000])
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        count, spent = JOBS[options.job](options.file)
        print(count, spent, peak())
        return
    for turn, count in enumerate(options.counts):
        with tempfile.TemporaryDirectory() as folder:
            path = write(Path(folder) / "mix.har", count)
            size = path.stat().st_size
            print(f"{count} exchanges, {size >> 20} MB, {size / count / 1000:.2f} KB each")
            for job in ("json.load", "import", "search", "collect"):
                measure(job, path)
            if turn == 0:
                measure("mitmproxy", path)
                flows = as_flows(path)
                measure("mitmproxy", flows)
                measure("import", flows)
                measure("import", as_capture(path))


if __name__ == "__main__":
    main()
