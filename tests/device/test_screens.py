from __future__ import annotations

from pathlib import Path

import pytest

from scanner.device.folder import Folder
from scanner.device.screens import Eye
from scanner.device.wire import find_phone
from scanner.device_file import SCREENS
from tests.device.adb_server import Send, serving
from tests.device.phones import PACKAGE, FakePhone


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def said(words: str, code: int = 0) -> object:
    def answer(send: Send) -> int:
        send(words.encode())
        return code

    return answer


def test_a_picture_is_taken_when_something_changed_and_now_and_then(tmp_path: Path) -> None:
    phone, clock = FakePhone(), Clock()
    phone.screen = "consent"
    folder = Folder(tmp_path / "run")
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), folder, clock)
        first, same = eye.look(), eye.look()
        phone.screen = "main"
        other = eye.look()
        clock.time += 11
        later = eye.look()
        eye.clear()
    assert first.package == PACKAGE
    assert first.activity == f"{PACKAGE}.MainActivity"
    assert first.picture is not None
    assert (same.ui, same.picture) == (first.ui, None)
    assert other.ui != first.ui
    assert other.picture is not None
    assert (later.ui, later.picture) == (other.ui, other.picture)
    assert folder.count(SCREENS) == 4
    assert phone.ran[-1].startswith("rm -f")


def test_a_screen_without_a_tree_still_has_a_picture_each_time(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.taken["rm -f"] = said("ERROR: could not get idle state.\n", 137)  # type: ignore[assignment]
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"))
        seen = [eye.look() for _ in range(3)]
    assert [one.ui for one in seen] == [None] * 3
    assert all(one.picture for one in seen)
    assert (eye.tree, eye.blind) == (None, 3)


@pytest.mark.parametrize(
    ("words", "front"),
    [
        (
            "mCurrentFocus=Window{1 u0 a.b/a.b.C}\n mFocusedApp=ActivityRecord{2 u0 d.e/.F t7}\n",
            ("a.b", "a.b.C"),
        ),
        ("mCurrentFocus=null\n mFocusedApp=ActivityRecord{2 u0 d.e/.F t7}\n", ("d.e", "d.e.F")),
        ("mCurrentFocus=Window{1 u0 StatusBar}\n", (None, None)),
        ("mCurrentFocus=Window{1 u0 ../../etc/passwd}\n", (None, None)),
        ("mCurrentFocus=" + "Window{" * 50_000, (None, None)),
    ],
)
def test_the_window_in_front(
    tmp_path: Path, words: str, front: tuple[str | None, str | None]
) -> None:
    phone = FakePhone()
    phone.taken["dumpsys window"] = said(words)  # type: ignore[assignment]
    with serving(P1=phone) as server:
        assert Eye(find_phone(server.address), Folder(tmp_path / "run")).front() == front


def test_what_is_no_picture_is_not_kept(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.taken["screencap"] = said("<html>not a picture</html>")  # type: ignore[assignment]
    with serving(P1=phone) as server:
        assert Eye(find_phone(server.address), Folder(tmp_path / "run")).look().picture is None
