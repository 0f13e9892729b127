from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

from scanner import device_file
from scanner.evidence.seals import Reader
from scanner.evidence.verifying import verify
from tests.cli.running import COMMAND, complaint, mingjian
from tests.device.adb_server import serving
from tests.device.phones import FakePhone
from tests.device.test_session import APK


def test_without_a_phone_one_line_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    run = mingjian("device", "run", APK, "-o", tmp_path / "run", "--adb", f"127.0.0.1:{port}")
    assert run.returncode == 3
    assert "no adb server answers" in complaint(run)
    with serving() as server:
        run = mingjian("device", "run", APK, "-o", tmp_path / "run", "--adb", server.address)
    assert run.returncode == 3
    assert complaint(run) == "no phone is connected to the adb server"
    assert not (tmp_path / "run").exists()


def test_the_environment_of_adb_is_heeded(tmp_path: Path) -> None:
    with serving() as server:
        run = mingjian(
            *("device", "run", APK, "-o", tmp_path / "run"),
            ANDROID_ADB_SERVER_ADDRESS="127.0.0.1",
            ANDROID_ADB_SERVER_PORT=str(server.port),
        )
    assert "no phone is connected" in complaint(run)


def test_lines_on_standard_input_mark_and_end_a_run(tmp_path: Path) -> None:
    phone = FakePhone()
    with serving(P1=phone) as server:
        words = ("device", "run", APK, "-o", tmp_path / "run", "--adb", server.address)
        run = subprocess.run(
            [*COMMAND, *map(str, words), "--lang", "zh", "--who", "审计员"],
            input="consent_shown\nfunction 扫一扫\nsleep\nquit\n".encode(),
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    said = run.stderr.decode()
    assert run.returncode == 0, said
    assert "== consent_shown ==" in said
    assert "不是阶段：sleep" in said
    assert "mingjian scan" in run.stdout.decode()
    assert verify(tmp_path / "run", Reader()).wrong == ()
    marks = (tmp_path / "run" / device_file.MARKS).read_text("utf-8")
    assert '"function":"扫一扫"' in marks


def test_quiet_is_quiet(tmp_path: Path) -> None:
    steps = tmp_path / "steps.yaml"
    steps.write_text("- wait: 0\n")
    phone = FakePhone()
    with serving(P1=phone) as server:
        words = ("-o", tmp_path / "run", "--adb", server.address, "--script", steps, "-q")
        run = mingjian("device", "run", APK, *words, "--lang", "en")
    assert run.returncode == 0
    assert run.stdout == ""
    assert run.stderr.splitlines() == [
        "could not be looked at: certificate authorities that were added"
    ]


def test_the_form_is_json_schema() -> None:
    run = mingjian("device", "schema")
    assert json.loads(run.stdout) == json.loads(json.dumps(device_file.schema()))


def test_the_help_tells_the_steps_of_a_script() -> None:
    text = " ".join(mingjian("device", "run", "--help").stdout.split())
    for word in ("tap: 同意", "--capture", "--hooks", "quit"):
        assert word in text
