from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

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


class Watching(NamedTuple):
    """A phone that is listened to."""

    watch: Watch
    eye: Eye
    folder: Folder

    @property
    def taps(self) -> list[Tap]:
        rows = (self.folder.path / TAPS).read_bytes().splitlines()
        return [msgspec.json.decode(row, type=Tap) for row in rows]


@contextmanager
def watching(phone: FakePhone, folder: Path, uid: int | None = 10123) -> Iterator[Watching]:
    made = Folder(folder / "run")
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        eye = Eye(found, made)
        eye.look()
        watch = Watch(found, made, eye, PACKAGE)
        watch.begin(uid)
        yield Watching(watch, eye, made)
        watch.close()


def until(found: Callable[[], object]) -> None:
    ends = time.monotonic() + 20
    while not found():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)


def test_a_tap_on_the_glass_is_told_with_the_words_under_it(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.screen = "consent"
    with watching(phone, tmp_path) as run:
        for line in touch(77.0, 1000, 2 * 1250):
            phone.say(phone.touches, line.decode())
        until(lambda: run.folder.count(TAPS))
    assert (run.watch.lost, run.watch.unwatched) == ([], [])
    [tap] = run.taps
    assert (tap.action, tap.x, tap.y, tap.words) == ("tap", 500, 1250, "同意")
    assert abs(float(tap.time) - time.time()) < 30


def test_a_second_tap_before_the_next_look_tells_no_words(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.screen = "consent"
    with watching(phone, tmp_path, None) as run:
        for count, looks in ((1, 0), (2, 0), (3, 1)):
            for _ in range(looks):
                run.eye.look()
            for line in touch(77.0 + count, 1000, 2 * 1250):
                phone.say(phone.touches, line.decode())
            until(lambda: len(run.taps) == count)  # noqa: B023 - called at once
            assert run.eye.touched.is_set()
    assert [tap.words for tap in run.taps] == ["同意", None, "同意"]


def test_a_swipe_is_not_told_by_the_words_where_it_began(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.screen = "consent"
    with watching(phone, tmp_path, None) as run:
        for line in touch(77.0, 1000, 2 * 1250, to=(1000, 500)):
            phone.say(phone.touches, line.decode())
        until(lambda: run.folder.count(TAPS))
    assert [(tap.action, tap.words) for tap in run.taps] == [("swipe", None)]


def test_what_was_listened_to_in_vain_leaves_an_empty_part(tmp_path: Path) -> None:
    with watching(FakePhone(), tmp_path) as run:
        run.watch.poll()
    for part in (PROCESSES, TAPS, SOCKETS):
        assert (tmp_path / "run" / part).read_bytes() == b""


@pytest.mark.parametrize(
    ("command", "part"), [("logcat", PROCESSES), ("getevent -lp", TAPS), ("echo =tcp", SOCKETS)]
)
def test_what_cannot_be_listened_to_leaves_no_part(tmp_path: Path, command: str, part: str) -> None:
    phone = FakePhone()
    phone.taken[command] = lambda send: 1
    with watching(phone, tmp_path) as run:
        run.watch.poll()
    assert run.watch.unwatched == [part]
    assert not (tmp_path / "run" / part).exists()


def test_a_source_that_falls_silent_is_known(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.taken["logcat -b events -b system"] = lambda send: 1
    with watching(phone, tmp_path, None) as run:
        until(lambda: run.watch.lost)
    assert run.watch.lost == [PROCESSES]
    assert run.watch.unwatched == [SOCKETS]  # without its uid nothing is the app's


def test_connections_are_looked_at_again_and_again(tmp_path: Path) -> None:
    phone = FakePhone()
    with watching(phone, tmp_path) as run:
        run.watch.poll()
        phone.sockets = socket_row("0F02000A:A3D2", "0B0510AC:01BB", 10123)
        run.watch.poll()
        run.watch.poll()
    assert run.folder.count(SOCKETS) == 1
