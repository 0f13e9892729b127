"""A whole scan, report written, beside androguard's AnalyzeAPK on the same files; figures, no test.

Run: python tests/bench/bench_code.py [--rival] APK [APK ...]

Each APK is measured alone, then all together: their DEX files in one package, as a large app has
them. `--rival` runs AnalyzeAPK too, which takes two minutes and 3 GB on 38 MB of DEX. Growth is
measured on copies of the first APK's code in which the classes bear other names each time.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

from scanner.collect.apk.dex import Dex

SCAN = "from scanner.cli import main; main()"
RIVAL = """
import sys
from loguru import logger
logger.disable("androguard")
from androguard.misc import AnalyzeAPK
AnalyzeAPK(sys.argv[1])
"""
INFLATE = """
import hashlib, re, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as apk:
    for name in apk.namelist():
        if re.fullmatch(r"classes[0-9]*[.]dex", name):
            apk.read(name)
with open(sys.argv[1], "rb") as file:
    hashlib.file_digest(file, "sha256")
"""
IMPORTS = "import numpy, re2, msgspec, jinja2, yaml, scanner.cli, scanner.audit"
COPIES = (1, 2, 4)
DEX = re.compile(r"classes\d*\.dex")


class Cost(NamedTuple):
    """What a process and its children took."""

    wall: float
    cpu: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.wall:7.2f} s wall {self.cpu:7.2f} s CPU {self.megabytes:6.0f} MB"


def cost(*command: str) -> Cost:
    """Run a command to its end; the memory is that of the largest process."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{command} failed: {said.decode(errors='replace')[-500:]}")
    wall = time.perf_counter() - begun
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def best(runs: int, *command: str) -> Cost:
    """Give the run that took the least processor time."""
    return min((cost(*command) for _ in range(runs)), key=lambda one: one.cpu)


def dex_files(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as apk:
        names = (name for name in apk.namelist() if DEX.fullmatch(name))
        order = sorted(names, key=lambda name: (len(name), name))
        return [apk.read(name) for name in order]


def package(like: Path, code: list[bytes], out: Path) -> Path:
    """Write a package with one APK's manifest and resources, and other code."""
    with zipfile.ZipFile(like) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as apk:
        for name in source.namelist():
            if not DEX.fullmatch(name) and not name.startswith("META-INF/"):
                apk.writestr(name, source.read(name))
        for number, data in enumerate(code, 1):
            apk.writestr(f"classes{'' if number == 1 else number}.dex", data)
    return out


def renamed(data: bytes, letter: str) -> bytes:
    """Give a DEX file whose own classes have another first letter in their package."""
    dex = Dex(data, "copy")
    copy = bytearray(data)
    for kind in dex.classes[:, 0].tolist():
        string = int(dex.types[kind])
        name = dex.raw(string)
        place = data.find(
            bytes([len(name) & 0x7F]) + name + b"\0"
        )  # as a text stands: length, letters, 0
        if place >= 0:
            copy[place + 2 : place + 3] = letter.encode()
    return bytes(copy)


def measure(path: Path, code: int, folder: str, *, rival: bool) -> None:
    print(f"{path.name}: {code / 1e6:.1f} MB of DEX")
    words = ("scan", str(path), "-q", "--force", "-o", f"{folder}/case")
    ours = best(3, sys.executable, "-c", SCAN, *words)
    print(f"  mingjian scan, report written   {ours}")
    print(f"  inflating DEX and hashing alone {best(3, sys.executable, '-c', INFLATE, str(path))}")
    if rival:
        theirs = cost(sys.executable, "-c", RIVAL, str(path))
        print(f"  androguard AnalyzeAPK           {theirs}")
        cpu, memory = theirs.cpu / ours.cpu, theirs.megabytes / ours.megabytes
        print(f"  that is {cpu:.1f} times less CPU and {memory:.1f} times less memory")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure whole scans beside AnalyzeAPK.")
    parser.add_argument("apks", nargs="*", type=Path, metavar="APK")
    parser.add_argument("--rival", action="store_true", help="run AnalyzeAPK too")
    options = parser.parse_args()
    default = Path(__file__).parent.parent.parent / "fixtures" / "apk" / "violating.apk"
    apks: list[Path] = options.apks or [default]
    print(f"imports alone{'':19} {best(3, sys.executable, '-c', IMPORTS)}")
    with tempfile.TemporaryDirectory() as folder:
        together: list[bytes] = []
        for path in apks:
            code = dex_files(path)
            together += code
            measure(path, sum(map(len, code)), folder, rival=options.rival)
        if len(apks) > 1:
            joined = package(apks[0], together, Path(folder) / "together.apk")
            measure(joined, sum(map(len, together)), folder, rival=options.rival)
        code = dex_files(apks[0])
        for copies in COPIES:
            grown = [*code]
            for number in range(1, copies):
                grown += [renamed(data, chr(ord("A") + number)) for data in code]
            path = package(apks[0], grown, Path(folder) / f"copies-{copies}.apk")
            measure(path, sum(map(len, grown)), folder, rival=False)


if __name__ == "__main__":
    main()
