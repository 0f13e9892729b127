from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from scanner import device_file
from scanner.capture_file import Mark, read_capture
from scanner.cli.device import CAPTURE
from scanner.device.session import run_device
from scanner.device.traffic import Capture, PhoneProxy
from scanner.device.wire import find_phone
from scanner.errors import MingjianError, NotAuditable
from tests.cli.running import COMMAND
from tests.device.adb_server import AdbServer, Send, serving
from tests.device.phones import FakePhone
from tests.device.test_session import APK, plan

EARLIER = "10.1.1.1:3128"


def captured(folder: Path) -> tuple[str, ...]:
    return (*CAPTURE, "-q", "--certificates", str(folder / "keys"))


@pytest.mark.parametrize("before", [None, EARLIER, ":0"])
def test_the_proxy_of_the_phone_is_set_and_put_back(tmp_path: Path, before: str | None) -> None:
    phone = FakePhone()
    if before is not None:
        phone.settings["http_proxy"] = before
    with serving(P1=phone) as server:
        proxy = PhoneProxy(find_phone(server.address), 18080)
        proxy.set()
        assert phone.settings["http_proxy"] == "127.0.0.1:18080"
        assert phone.reversed == ["forward:tcp:18080;tcp:18080"]
        assert proxy.put_back()
    assert phone.settings.get("http_proxy", ":0") == (before or ":0")
    assert phone.reversed[-1] == "killforward:tcp:18080"


def test_a_phone_that_does_not_tell_its_proxy_keeps_it(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.taken["settings get"] = lambda send: 1
    with serving(P1=phone) as server:
        proxy = PhoneProxy(find_phone(server.address), 18080)
        with pytest.raises(NotAuditable, match="proxy"):
            proxy.set()
        assert proxy.put_back()
    assert phone.settings == {}
    assert phone.reversed == []


def test_a_phone_that_comes_back_gets_its_proxy_back(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.settings["http_proxy"] = EARLIER
    with serving(P1=phone) as server:
        proxy = PhoneProxy(find_phone(server.address), 18080)
        proxy.set()
        server.unplug("P1")
        threading.Timer(1.0, lambda: server.phones.update(P1=phone)).start()
        assert proxy.put_back()
    assert phone.settings["http_proxy"] == EARLIER


def test_what_a_person_can_do_is_named_where_the_phone_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.device.traffic.BACK_S", 0.1)
    phone = FakePhone()
    phone.settings["http_proxy"] = EARLIER
    with serving(P1=phone) as server:
        proxy = PhoneProxy(find_phone(server.address), 18080)
        proxy.set()
        server.unplug("P1")
        assert not proxy.put_back()
    assert f"settings put global http_proxy {EARLIER}" in proxy.by_hand.en


def test_a_capture_that_cannot_begin_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAuditable, match="did not begin"):
        Capture((sys.executable, "-c", "raise SystemExit(3)"), tmp_path)


def test_a_run_with_traffic_and_its_phases(tmp_path: Path) -> None:
    phone = FakePhone()
    steps = "- wait: 1\n- tap: 同意\n- mark: agreed\n"
    asked: list[bool] = []

    def tapped(send: Send) -> int:
        host = f"http://{phone.settings['http_proxy']}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": host}))
        with pytest.raises(urllib.error.HTTPError):
            opener.open("http://127.0.0.1:9/", timeout=10)  # nobody answers there; it is recorded
        asked.append(True)
        return 0

    phone.taken["input tap"] = tapped
    with serving(P1=phone) as server:
        given = plan(tmp_path, server, steps, capture=captured(tmp_path))
        run_device(given, chinese=False, quiet=True, tell=lambda _: None)
    assert asked
    assert "http_proxy" not in phone.settings
    with (tmp_path / "run" / device_file.TRAFFIC[0]).open("rb") as file:
        records = [line.record for line in read_capture(file)]
    assert [one.phase for one in records if isinstance(one, Mark)] == ["first_launch", "agreed"]
    assert "127.0.0.1:9" in (tmp_path / "run" / device_file.TRAFFIC[0]).read_bytes().decode()
    assert (tmp_path / "run" / device_file.MANIFEST).exists()


def test_after_a_failure_the_proxy_is_back_and_the_capture_ended(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.settings["http_proxy"] = EARLIER
    phone.taken["am start"] = refused
    with serving(P1=phone) as server:
        given = plan(tmp_path, server, capture=captured(tmp_path))
        with pytest.raises(MingjianError, match="could not be started"):
            run_device(given, chinese=False, quiet=True, tell=lambda _: None)
    assert any(one.startswith("settings put global http_proxy 127.0.0.1:") for one in phone.ran)
    assert phone.settings["http_proxy"] == EARLIER
    with (tmp_path / "run" / device_file.TRAFFIC[0]).open("rb") as file:
        assert list(read_capture(file))  # whole to its last record
    assert not (tmp_path / "run" / device_file.MANIFEST).exists()


def test_a_capture_that_ends_by_itself_frees_the_phone_and_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A proxy that nobody serves any more would leave the phone without a network."""
    phone = FakePhone()
    brief = "import socket,sys,time;s=socket.create_server(('127.0.0.1',int(sys.argv[-1])));"
    ends = "s.accept();time.sleep(3.5)"
    command = (sys.executable, "-c", brief + ends)
    with serving(P1=phone) as server:
        given = plan(tmp_path, server, "- wait: 30\n", seconds=4.0, capture=command)
        run_device(given, chinese=False, quiet=True, tell=lambda _: None)
        freed = phone.ran.index("settings delete global http_proxy")
    assert any("uiautomator" in one for one in phone.ran[freed:])  # and the run goes on
    assert "the capture has ended by itself" in capfd.readouterr().err
    assert "http_proxy" not in phone.settings


def refused(send: Send) -> int:
    send(b"Error: Activity class does not exist.")
    return 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_puts_the_proxy_back(tmp_path: Path, number: int) -> None:
    phone = FakePhone()
    phone.settings["http_proxy"] = EARLIER
    with serving(P1=phone) as server:
        process = started(tmp_path, server)
        until_set(phone, process)
        process.send_signal(number)
        process.send_signal(number)  # an impatient hand
        _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + number, said
    assert phone.settings["http_proxy"] == EARLIER
    assert b"without a manifest" in said
    assert b"Traceback" not in said
    assert not (tmp_path / "run" / device_file.MANIFEST).exists()
    assert (tmp_path / "run" / device_file.RUN).exists()


def started(folder: Path, server: AdbServer) -> subprocess.Popen[bytes]:
    words = ("device", "run", str(APK), "-o", str(folder / "run"), "--adb", server.address)
    environment = {**os.environ, "HOME": str(folder)}  # where mitmproxy keeps its keys
    return subprocess.Popen(
        [*COMMAND, *words, "--capture", "--lang", "en"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )


def until_set(phone: FakePhone, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while phone.screen != "consent":
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert phone.settings["http_proxy"].startswith("127.0.0.1:")
