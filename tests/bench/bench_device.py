"""How many calls of a recorded run a second are read and made facts of, and with how much memory;
figures, no test.

Run: python tests/bench/bench_device.py [--count 1000000]

The calls are made up, the same each time, of some 500 bytes a line. usual: as a run has them, some
thousands of different stacks, a fifth of the calls by other apps. other: every line another call
with another stack and other arguments. deep: stacks of 2,000 frames, each line its own (a
hundredth of the count). Every figure is taken in a process of its own, by its CPU time without its
start; memory is the peak of that process, its libraries and tables included.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

SEED = 7
T0 = 1_750_000_000.0
APP = "cn.example.app"
RUN = {"app": {"package": APP, "uid": 10123}, "clock": {"offset_s": 0.0, "within_s": 0.05}}
PHASES = ("first_launch", "consent_shown", "agreed", "background")
LOOP = [
    "android.os.Handler.dispatchMessage(Handler.java:106)",
    "android.os.Looper.loop(Looper.java:223)",
    "com.android.internal.os.ZygoteInit.main(ZygoteInit.java:947)",
]
CALLS: tuple[tuple[str, list[str] | None], ...] = (
    ("android.telephony.TelephonyManager.getImei", None),
    ("android.provider.Settings$Secure.getString", ["resolver", "android_id"]),
    ("android.content.ContentResolver.query", ["content://com.android.contacts/data", "null"]),
    ("android.net.wifi.WifiInfo.getSSID", []),
    ("android.location.LocationManager.getLastKnownLocation", ["gps"]),
    ("java.io.File.<init>", ["/data/user/0/cn.example.app/files/cache"]),
)


def frames(draw: random.Random, count: int, kinds: int) -> list[str]:
    return [
        f"{APP}.part{draw.randrange(40)}.Class{draw.randrange(kinds)}.m{draw.randrange(9)}"
        f"(SourceFile:{draw.randrange(900)})"
        for _ in range(count)
    ]


def usual(count: int, draw: random.Random) -> Iterator[dict[str, Any]]:
    stacks = [frames(draw, 3, 300) for _ in range(3_000)]
    for _ in range(count):
        api, args = draw.choice(CALLS)
        package = APP if draw.random() < 0.8 else "com.example.other"
        yield {"api": api, "args": args, "stack": [api, *draw.choice(stacks)], "package": package}


def other(count: int, draw: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(count):
        api, _ = draw.choice(CALLS)
        args = ["resolver", f"content://sms/{number}", f"/proc/net/arp/{number}"]
        api = f"com.megvii.C{number}.read" if number % 2 else api
        yield {"api": api, "args": args, "stack": [api, *frames(draw, 3, 10**6)], "package": APP}


def deep(count: int, draw: random.Random) -> Iterator[dict[str, Any]]:
    for _ in range(count // 100):
        api, args = CALLS[0]
        yield {"api": api, "args": args, "stack": [api, *frames(draw, 2_000, 10**6)]}


MIXES: dict[str, Callable[[int, random.Random], Iterator[dict[str, Any]]]] = {
    "usual": usual,
    "other": other,
    "deep": deep,
}


def write(path: Path, mix: str, count: int) -> tuple[int, float]:
    """Write a recording; give how many calls it has, and their mean length in bytes."""
    draw, size, lines = random.Random(SEED), 0, 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("run.yaml", json.dumps(RUN))
        with archive.open("events.jsonl", "w", force_zip64=True) as stream:
            for call in MIXES[mix](count, draw):
                at: float | str = T0 + lines * 2_000 / count
                if lines % 2:
                    moment = datetime.datetime.fromtimestamp(float(at), datetime.UTC)
                    at = moment.isoformat(timespec="milliseconds")
                said = {"pid": 4242, "thread": "main", "uid": 10123, "outcome": "value"}
                stack = [*call["stack"], *LOOP]
                line = json.dumps({"time": at, **said, **call, "stack": stack}).encode() + b"\n"
                size, lines = size + len(line), lines + 1
                stream.write(line)
    return lines, size / max(lines, 1)


def read(path: Path) -> dict[str, float]:
    """Make facts of a recording; give the seconds of CPU, the facts and the peak of memory."""
    from scanner.collect.device.accesses import facts_of
    from scanner.collect.device.clocks import Moment
    from scanner.collect.device.opening import Archive
    from scanner.collect.device.phases import Edge, Phases
    from scanner.collect.device.reading import read as read_rest
    from scanner.facts import DataAccessed, Phase
    from scanner.knowledge import load_knowledge, rules_folder
    from scanner.model import Evidence, Target

    def keep(data: bytes, *, name: str, media_type: str, readable: str | None = None) -> Evidence:
        raise AssertionError("a recording without pictures keeps nothing")

    knowledge = load_knowledge(rules_folder() / "lists")
    evidence = Evidence(sha256="0" * 64, name=path.name, media_type="application/zip", size=0)
    target = Target(kind="device", path=path, evidence=evidence)
    recorded = read_rest(Archive(path), target, keep, captured=False)
    phases: tuple[Phase, ...] = PHASES  # type: ignore[assignment]
    moments = [Moment(T0 + 500 * number, 0.5) for number in range(len(phases))]
    edges = [Edge(at, phase, "mark", "", "") for at, phase in zip(moments, phases, strict=True)]
    recorded.phases = Phases(edges)
    said: list[str] = []
    begun = time.process_time()
    facts = [
        one for one in facts_of(recorded, knowledge, said.append) if isinstance(one, DataAccessed)
    ]
    spent = time.process_time() - begun
    if not facts:
        raise SystemExit("no facts at all")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"spent": spent, "facts": len(facts), "peak": peak}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        print(json.dumps(read(asked.read)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for mix in MIXES:
            path = Path(folder) / f"{mix}.zip"
            count, length = write(path, mix, asked.count)
            command = [sys.executable, __file__, "--read", str(path)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            rate = count / found["spent"]
            print(
                f"{mix:6} {count:8,} calls of {length:7,.0f} bytes: {found['spent']:5.1f} s,"
                f" {rate:9,.0f} a second, {found['peak']:4.0f} MB, {found['facts']:.0f} facts"
            )
            path.unlink()


if __name__ == "__main__":
    main()
