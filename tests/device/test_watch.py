from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from scanner.device.folder import Folder
from scanner.device.screens import Eye
from scanner.device.watch import Watch
from scanner.device.wire import find_phone
from scanner.device_file import PROCESSES, SOCKETS, TAPS, Tap
from tests.device.adb_server import serving
from tests.device.phones import PACKAGE, FakePhone, socket_row
from tests.device.test_touches import touch


def until(found: Callable[[], object]) -> None:
    ends = time.monotonic() + 20
    while not found():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)


def test_a_tap_on_the_glass_is_told_with_the_words_under_it(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.screen = "consent"
    folder = Folder(tmp_path / "run")
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        eye = Eye(found, folder)
        eye.look()
        watch = Watch(found, folder, eye, PACKAGE)
        watch.begin(10123)
        for line in touch(77.0, 1000, 2 * 1250):
            phone.say(phone.touches, line.decode())
        until(lambda: folder.count(TAPS))
        watch.close()
    assert (watch.lost, watch.unwatched) == ([], [])
    tap = msgspec.json.decode((tmp_path / "run" / TAPS).read_bytes(), type=Tap)
    assert (tap.action, tap.x, tap.y, tap.words) == ("tap", 500, 1250, "同意")
    assert abs(float(tap.time) - time.time()) < 30


def test_what_was_listened_to_in_vain_leaves_an_empty_part(tmp_path: Path) -> None:
    phone, folder = FakePhone(), Folder(tmp_path / "run")
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        watch = Watch(found, folder, Eye(found, folder), PACKAGE)
        watch.begin(10123)
        watch.poll()
        watch.close()
    for part in (PROCESSES, TAPS, SOCKETS):
        assert (tmp_path / "run" / part).read_bytes() == b""


@pytest.mark.parametrize(
    ("command", "part"), [("logcat", PROCESSES), ("getevent -lp", TAPS), ("echo =tcp", SOCKETS)]
)
def test_what_cannot_be_listened_to_leaves_no_part(tmp_path: Path, command: str, part: str) -> None:
    phone, folder = FakePhone(), Folder(tmp_path / "run")
    phone.taken[command] = lambda send: 1
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        watch = Watch(found, folder, Eye(found, folder), PACKAGE)
        watch.begin(10123)
        watch.poll()
        watch.close()
    assert watch.unwatched == [part]
    assert not (tmp_path / "run" / part).exists()


def test_a_source_that_falls_silent_is_known(tmp_path: Path) -> None:
    phone, folder = FakePhone(), Folder(tmp_path / "run")
    phone.taken["logcat -b events -b system"] = lambda send: 1
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        watch = Watch(found, folder, Eye(found, folder), PACKAGE)
        watch.begin(None)
        until(lambda: watch.lost)
        watch.close()
    assert watch.lost == [PROCESSES]
    assert watch.unwatched == [SOCKETS]  # without its uid nothing is the app's


def test_connections_are_looked_at_again_and_again(tmp_path: Path) -> None:
    phone, folder = FakePhone(), Folder(tmp_path / "run")
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        watch = Watch(found, folder, Eye(found, folder), PACKAGE)
        watch.begin(10123)
        watch.poll()
        phone.sockets = socket_row("0F02000A:A3D2", "0B0510AC:01BB", 10123)
        watch.poll()
        watch.poll()
        watch.close()
    assert folder.count(SOCKETS) == 1
