"""A whole scan, report written, beside what others take to read the manifest; figures, no test.

Run: python tests/bench/bench_scan.py [APK ...]   (the fixture when none is named)
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIXTURE = Path(__file__).parent.parent.parent / "fixtures" / "apk" / "violating.apk"
ANDROGUARD = """
import sys
from loguru import logger
logger.disable("androguard")
from androguard.core.apk import APK
apk = APK(sys.argv[1])
apk.get_permissions(), apk.get_app_name(), apk.get_certificates()
"""
HASH = "import hashlib, sys; hashlib.file_digest(open(sys.argv[1], 'rb'), 'sha256')"


def measured(command: list[str]) -> str:
    """Run a command; give wall and CPU seconds, children included, and its exit code."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    code = os.waitstatus_to_exitcode(status)
    return f"{wall:6.2f} s wall {cpu:6.2f} s CPU {peak:5.0f} MB (exit {code})"


def main() -> None:
    for name in sys.argv[1:] or [str(FIXTURE)]:
        path = Path(name)
        print(f"{path.name} ({path.stat().st_size:,} bytes)")
        with tempfile.TemporaryDirectory() as folder:
            scan = "from scanner.cli import main; main()"
            words = ["scan", name, "-q", "--force", "-o", f"{folder}/case"]
            rows = {
                "mingjian scan": [sys.executable, "-c", scan, *words],
                "androguard APK()": [sys.executable, "-c", ANDROGUARD, name],
                "SHA-256 alone": [sys.executable, "-c", HASH, name],
            }
            if aapt := shutil.which("aapt"):
                rows["aapt dump badging"] = [aapt, "dump", "badging", name]
            for label, command in rows.items():
                measured(command)
                print(f"  {label:18} {measured(command)}")


if __name__ == "__main__":
    main()
