from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
import yaml

from scanner import device_file
from scanner.collect.device.prompts import facts_of
from scanner.device.plan import Plan
from scanner.device.session import run_device
from scanner.device.wire import PhoneLost
from scanner.errors import NotAuditable, UsageError
from scanner.facts.devices import PermissionPrompted
from scanner.knowledge import load_knowledge, rules_folder
from tests.collect.device.recordings import recording
from tests.device.adb_server import AdbServer, Send, endless, serving
from tests.device.phones import PACKAGE, PERMISSIONS, FakePhone, socket_row
from tests.device.phones import SCREENS as SHOWN
from tests.device.test_touches import touch
from tests.device.test_watch import until

APK = Path(__file__).parents[2] / "fixtures" / "apk" / "compliant.apk"
WALK = """
- mark: consent_shown
- tap: 同意
- mark: agreed
- tap: 允许
- function: 扫一扫
- tap: 扫一扫
- note: 到此为止
- back
"""

S = TypeVar("S", bound=msgspec.Struct)


def is_listed(run: Path) -> bool:
    """Whether the manifest names every file of a run, and sha256sum agrees with all of it."""
    name = "manifest-sha256.txt"
    check = ["sha256sum", "--check", "--strict", "--quiet", name]
    lines = (run / name).read_text("utf-8").splitlines()
    files = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    listed = {line.split("  ", 1)[1] for line in lines}
    return subprocess.run(check, cwd=run, check=False).returncode == 0 and files - listed == {name}


def plan(folder: Path, server: AdbServer, script: str = WALK, **more: object) -> Plan:
    steps = folder / "steps.yaml"
    steps.write_text(script, "utf-8")
    given = Plan(apk=APK, output=folder / "run", adb=server.address, script=steps)
    return given._replace(**more)  # type: ignore[arg-type]


def run(given: Plan, **more: object) -> str:
    said: list[str] = []
    run_device(given, chinese=False, tell=said.append, **more)  # type: ignore[arg-type]
    return "\n".join(said)


def lines(folder: Path, part: str, kind: type[S]) -> list[S]:
    rows = (folder / "run" / part).read_bytes().splitlines()
    return [msgspec.json.decode(row, type=kind) for row in rows]


def told(folder: Path) -> device_file.Run:
    return msgspec.convert(
        yaml.safe_load((folder / "run" / "run.yaml").read_text("utf-8")), device_file.Run
    )


def test_a_run_from_consent_screen_to_exit(tmp_path: Path) -> None:
    phone = FakePhone(skew=-37.5)
    with serving(P1=phone) as server:
        said = run(plan(tmp_path, server, who=("审计员",), uninstall=True))
    assert str(tmp_path / "run") in said
    assert is_listed(tmp_path / "run")
    described = told(tmp_path)
    assert described.app == device_file.App(
        package=PACKAGE,
        sha256=hashlib.sha256(APK.read_bytes()).hexdigest(),
        label="手电筒",
        version_name="2.0.0",
        version_code=20,
        uid=10123,
    )
    assert described.clean_install is True
    assert described.device.api_level == 34
    assert described.who == ("审计员",)
    assert described.started is not None and described.ended is not None
    assert described.clock is not None
    assert abs(described.clock.offset_s + 37.5) <= described.clock.within_s < 5
    assert described.before is not None and described.before.proxy == ""
    assert described.before.user_certificates is None  # the phone shows it to root only
    assert described.before.dns == ("192.168.1.1", "192.168.1.2")
    assert PACKAGE not in phone.installed
    assert not phone.pushed  # nothing of ours stays on the phone


def test_screens_taps_and_marks_are_one_timeline(tmp_path: Path) -> None:
    phone = FakePhone()
    began = time.time()
    with serving(P1=phone) as server:
        run(plan(tmp_path, server))
    screens = lines(tmp_path, device_file.SCREENS, device_file.Screen)
    taps = lines(tmp_path, device_file.TAPS, device_file.Tap)
    marks = lines(tmp_path, device_file.MARKS, device_file.Mark)
    shown = [one.package for one in screens]
    assert shown[0] == PACKAGE
    assert PERMISSIONS in shown
    assert shown[-1] == "com.android.launcher3"
    for one in screens:
        assert one.ui is not None
        assert (tmp_path / "run" / one.ui).read_bytes().startswith(b"<?xml")
    pictured = [one.picture for one in screens if one.picture]
    assert (tmp_path / "run" / pictured[0]).read_bytes().startswith(b"\x89PNG")
    assert [(one.action, one.words) for one in taps] == [
        *(("launch", None), ("tap", "同意"), ("tap", "允许"), ("tap", "扫一扫"), ("back", None)),
    ]
    agreed = next(one for one in marks if one.phase == "agreed")
    assert (agreed.time, agreed.within_s) == (taps[1].time, taps[1].within_s)
    function = next(one for one in marks if one.function)
    assert (function.function, function.time) == ("扫一扫", taps[3].time)
    phases = [one.phase for one in marks if one.phase]
    assert phases == ["installed", "first_launch", "consent_shown", "agreed"]
    launch = next(one for one in marks if one.phase == "first_launch")
    assert isinstance(launch.time, float) and isinstance(taps[0].time, float)
    assert began < launch.time <= taps[0].time
    assert [sorted(one.sync) for one in marks if one.sync] == [["device", "host"]] * 2
    assert [one.note for one in marks if one.note] == ["到此为止"]


@pytest.mark.parametrize("all_windows", [True, False])
def test_the_reader_knows_whether_the_app_was_seen_beside_a_dialog(
    tmp_path: Path, all_windows: bool
) -> None:
    phone = FakePhone()
    phone.windows, phone.behind = all_windows, (SHOWN["main"],)
    with serving(P1=phone) as server:
        run(plan(tmp_path, server, "- tap: 同意\n- tap: 允许\n"))
    parts = {
        str(path.relative_to(tmp_path / "run")): path.read_bytes()
        for path in (tmp_path / "run").rglob("*")
        if path.is_file()
    }
    knowledge = load_knowledge(rules_folder() / "lists")
    facts = list(facts_of(recording(tmp_path, parts), knowledge))
    [prompt] = [one for one in facts if isinstance(one, PermissionPrompted)]
    assert (prompt.group, prompt.answer) == ("camera", "granted")
    assert prompt.app_beside is all_windows


def test_after_every_touch_the_screen_is_looked_at_before_the_next(tmp_path: Path) -> None:
    phone = FakePhone()
    tapped = "- tap: {x: 540, y: 1250}\n" * 3
    with serving(P1=phone) as server:
        run(plan(tmp_path, server, f"{tapped}- swipe: up\n- back\n"))
    looks = [float(one.time) for one in lines(tmp_path, device_file.SCREENS, device_file.Screen)]
    taps = [float(one.time) for one in lines(tmp_path, device_file.TAPS, device_file.Tap)]
    assert len(taps) == 6  # with the launch
    for tap, following in zip(taps, [*taps[1:], time.time()], strict=True):
        assert any(tap < look < following for look in looks)


def test_a_touch_on_the_glass_is_looked_at_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only when the next look is due anyway."""
    monkeypatch.setattr("scanner.device.session.EVERY_S", 3600.0)
    phone = FakePhone()
    folder = tmp_path / "run"

    read, write = os.pipe()

    def finger() -> None:
        until((folder / device_file.SCREENS).exists)
        until(lambda: "getevent -lt" in phone.ran)
        phone.screen = "asked"
        for line in touch(77.0, 1000, 2 * 1250):
            phone.say(phone.touches, line.decode())
        until(lambda: PERMISSIONS in (folder / device_file.SCREENS).read_text())
        phone.screen = "home"
        os.write(write, b"quit\n")

    hand = threading.Thread(target=finger)
    with serving(P1=phone) as server, os.fdopen(read), os.fdopen(write, "wb"):
        hand.start()
        run(plan(tmp_path, server, seconds=60.0)._replace(script=None), source=read)
        hand.join()
    screens = lines(tmp_path, device_file.SCREENS, device_file.Screen)
    assert [one.package for one in screens[-2:]] == [PERMISSIONS, "com.android.launcher3"]


def test_processes_and_connections_of_the_app_alone(tmp_path: Path) -> None:
    phone = FakePhone(skew=60.0)
    rows = (
        ("0100007F:1F90", "0100007F:D431", 10123),
        ("0F02000A:A3D2", "0B0510AC:01BB", 10123),
        ("0F02000A:A3D3", "0C0510AC:01BB", 10999),
    )
    phone.sockets = "".join(socket_row(*row) for row in rows)
    other = "[0,99,10999,com.other.app,service,{com.other.app/.S}]"
    phone.log.append(phone.event("am_proc_start", other))
    with serving(P1=phone) as server:
        run(plan(tmp_path, server, "- tap: 不同意\n- wait: 1\n"))
    processes = lines(tmp_path, device_file.PROCESSES, device_file.Process)
    assert [(one.event, one.process, one.kind) for one in processes] == [
        ("started", PACKAGE, "activity"),
        ("died", PACKAGE, None),
    ]
    sockets = lines(tmp_path, device_file.SOCKETS, device_file.Socket)
    assert {one.remote for one in sockets} == {("127.0.0.1", 54321), ("172.16.5.11", 443)}
    assert {one.package for one in sockets} == {PACKAGE}
    assert told(tmp_path).clocks == {device_file.SOCKETS: "host"}


def test_permission_states_stand_before_and_after(tmp_path: Path) -> None:
    with serving(P1=FakePhone()) as server:
        run(plan(tmp_path, server, "- wait: 0\n"))
    states = lines(tmp_path, device_file.STATES, device_file.State)
    assert [(one.moment, one.command) for one in states] == [
        *(("before", "dumpsys package"), ("before", "dumpsys appops")),
        *(("after", "dumpsys package"), ("after", "dumpsys appops")),
    ]
    for one in states:
        assert PACKAGE in (tmp_path / "run" / one.file).read_text()


def test_an_older_shell_without_exit_codes_serves_too(tmp_path: Path) -> None:
    with serving(P1=FakePhone(features="cmd")) as server:
        run(plan(tmp_path, server, "- tap: 同意\n"))
    taps = lines(tmp_path, device_file.TAPS, device_file.Tap)
    assert [one.words for one in taps] == [None, "同意"]


def test_an_app_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.installed[PACKAGE] = "older"
    with serving(P1=phone) as server:
        with pytest.raises(UsageError, match="already"):
            run(plan(tmp_path, server))
        assert phone.installed[PACKAGE] == "older"
        assert not (tmp_path / "run").exists()
        run(plan(tmp_path, server, "- wait: 0\n", replace=True))
    assert f"pm uninstall {PACKAGE}" in phone.ran
    assert told(tmp_path).clean_install is True


def test_an_app_of_the_system_cannot_be_run_afresh(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.installed[PACKAGE] = "system"
    phone.taken["pm uninstall"] = lambda send: 1
    with serving(P1=phone) as server, pytest.raises(NotAuditable, match="taken off"):
        run(plan(tmp_path, server, replace=True))


def test_a_phone_that_is_not_clean_is_named_and_strictly_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = FakePhone()
    phone.settings["http_proxy"] = "10.0.0.9:8888"
    phone.installed["org.lsposed.manager"] = ""
    with serving(P1=phone) as server:
        with pytest.raises(NotAuditable, match="not clean"):
            run(plan(tmp_path, server, strict=True))
        assert PACKAGE not in phone.installed
        run(plan(tmp_path, server, "- wait: 0\n"))
    before = told(tmp_path).before
    assert before is not None
    assert before.proxy == "10.0.0.9:8888"
    assert before.hook_modules == ("org.lsposed.manager",)
    said = capfd.readouterr().err
    assert "not clean: a proxy is set: 10.0.0.9:8888" in said
    assert "broken off" not in said


def test_a_proxy_that_a_killed_run_left_is_named_with_the_way_to_take_it_off(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = FakePhone()
    phone.settings["http_proxy"] = "127.0.0.1:38211"
    with serving(P1=phone) as server:
        run(plan(tmp_path, server, "- wait: 0\n"))
    assert "adb shell settings put global http_proxy :0" in capfd.readouterr().err
    assert phone.settings["http_proxy"] == "127.0.0.1:38211"  # nobody asked us to


def test_a_phone_that_goes_away_leaves_what_was_seen_and_no_manifest(tmp_path: Path) -> None:
    phone = FakePhone()
    with serving(P1=phone) as server:
        phone.taken["input tap"] = lambda send: server.unplug("P1")
        with pytest.raises(PhoneLost):
            run(plan(tmp_path, server))
    assert not (tmp_path / "run" / device_file.MANIFEST).exists()
    assert told(tmp_path).ended is None
    assert lines(tmp_path, device_file.SCREENS, device_file.Screen)


def test_a_control_that_does_not_come_ends_the_run_unless_it_may(tmp_path: Path) -> None:
    with serving(P1=FakePhone()) as server:
        script = (
            "- tap: {words: 跳过, within: 1, optional: true}\n- tap: {words: 登录, within: 1}\n"
        )
        with pytest.raises(NotAuditable, match=r"step 2.*登录"):
            run(plan(tmp_path, server, script))
    assert not (tmp_path / "run" / device_file.MANIFEST).exists()


def test_hostile_answers_are_cut_and_named(tmp_path: Path) -> None:
    """Endless output, silence, zeros, escapes and paths: the run goes on and stays inside."""
    phone = FakePhone()
    phone.taken["screencap"] = lambda send: endless(send, b"\x89PNG\r\n\x1a\n" * 4096)
    phone.taken["rm -f /data/local/tmp/mingjian-ui.xml; said"] = _bomb
    phone.taken["getprop ro.product.model"] = lambda send: _say(send, b"\x1b[2J../../etc\x00\n")
    phone.taken["dumpsys window"] = lambda send: _say(
        send, b"mCurrentFocus=Window{1 u0 ../../../etc/passwd/.X}\n\x00" * 100
    )
    phone.taken["logcat -b events -b"] = lambda send: endless(send, b"x" * 65536)
    phone.taken["getevent -lt"] = lambda send: endless(send, b"\x00\xff[1.0] /dev/input/../..: \n")
    with serving(P1=phone) as server:
        run(plan(tmp_path, server, "- wait: 1\n"))
    assert told(tmp_path).device.model == "[2J../../etc"
    screens = lines(tmp_path, device_file.SCREENS, device_file.Screen)
    assert {(one.ui, one.picture, one.package) for one in screens} == {(None, None, None)}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "steps.yaml"]
    assert is_listed(tmp_path / "run")


def _say(send: Send, words: bytes) -> int:
    send(words)
    return 0


def _bomb(send: Send) -> int:
    send(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><hierarchy>&b;</hierarchy>')
    return 0


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine").write_text("mine")
    with serving(P1=FakePhone()) as server, pytest.raises(UsageError, match="not empty"):
        run(plan(tmp_path, server))
    assert (tmp_path / "run" / "mine").read_text() == "mine"


def test_an_interruption_keeps_all_lines_and_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = FakePhone()

    def tapped(send: Send) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        return 0

    phone.taken["input tap"] = tapped
    before = signal.getsignal(signal.SIGINT)
    with serving(P1=phone) as server, pytest.raises(SystemExit) as ended:
        run(plan(tmp_path, server))
    assert ended.value.code == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert "without a manifest" in capfd.readouterr().err
    assert not (tmp_path / "run" / device_file.MANIFEST).exists()
    assert lines(tmp_path, device_file.SCREENS, device_file.Screen)


class Agent:
    """Stands in for a hooking agent: starts the app as Frida does, and says what it is told to."""

    def __init__(self, phone: FakePhone) -> None:
        self.phone = phone
        self.hooked: tuple[str, ...] = ("android.telephony.TelephonyManager.getImei",)
        self.silent = False
        self.faults: list[str] = []
        self.closed = 0

    def start(self, serial: str, package: str, sink: Callable[[device_file.Event], None]) -> Agent:
        assert (serial, package) == ("P1", PACKAGE)
        self.phone.screen = "consent"
        self.hooked += ("android.provider.Settings$Secure.getString",)
        sink(device_file.Event(time=self.phone.now, api=self.hooked[0], package=package))
        return self

    def close(self) -> None:
        self.closed += 1


def test_hooks_start_the_app_and_write_events(tmp_path: Path) -> None:
    phone = FakePhone()
    agent = Agent(phone)
    agent.faults.append("one class is missing")
    with serving(P1=phone) as server:
        run(plan(tmp_path, server, "- tap: 同意\n"), hooker=agent.start)
    assert not [one for one in phone.ran if one.startswith("am start")]
    assert agent.closed
    assert told(tmp_path).hooked == agent.hooked
    assert len(lines(tmp_path, device_file.EVENTS, device_file.Event)) == 1
    taps = lines(tmp_path, device_file.TAPS, device_file.Tap)
    assert [tap.action for tap in taps] == ["launch", "tap"]
    marks = lines(tmp_path, device_file.MARKS, device_file.Mark)
    assert "hooks: one class is missing" in [mark.note for mark in marks]


@pytest.mark.parametrize("alive", [True, False])
def test_hooks_that_fell_silent_say_nothing_of_what_they_watched(
    tmp_path: Path, alive: bool
) -> None:
    """Unless the app itself is gone: then there is nothing to hear."""
    phone = FakePhone()
    agent = Agent(phone)
    agent.silent = True
    phone.taken["pidof"] = lambda send: _say(send, b"4321\n" if alive else b"")
    with serving(P1=phone) as server:
        run(plan(tmp_path, server, "- wait: 0\n"), hooker=agent.start)
    assert told(tmp_path).hooked == (None if alive else agent.hooked)


def test_time_ends_a_run(tmp_path: Path) -> None:
    with serving(P1=FakePhone()) as server:
        run(plan(tmp_path, server, seconds=1.5)._replace(script=None))
    assert is_listed(tmp_path / "run")
    assert len(lines(tmp_path, device_file.SCREENS, device_file.Screen)) >= 2


def test_the_screen_is_asked_at_most_once_a_second(tmp_path: Path) -> None:
    with serving(P1=FakePhone()) as server:
        run(plan(tmp_path, server, seconds=3.0)._replace(script=None))
    seen = [float(one.time) for one in lines(tmp_path, device_file.SCREENS, device_file.Screen)]
    assert len(seen) <= 5  # at the start, three more, and one at the end
