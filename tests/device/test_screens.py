from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.device.folder import Folder
from scanner.device.screens import FRESH_S, REFUSALS, Eye
from scanner.device.wire import find_phone
from scanner.device_file import SCREENS
from tests.device.adb_server import Send, serving
from tests.device.phones import BAR, PACKAGE, PERMISSIONS, FakePhone
from tests.device.phones import SCREENS as SHOWN


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def said(words: str, code: int = 0) -> Callable[[Send], int]:
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
    phone.taken["rm -f"] = said("ERROR: could not get idle state.\n", 137)
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
    phone.taken["dumpsys window"] = said(words)
    with serving(P1=phone) as server:
        assert Eye(find_phone(server.address), Folder(tmp_path / "run")).front() == front


def test_what_is_no_picture_is_not_kept(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.taken["screencap"] = said("<html>not a picture</html>")
    with serving(P1=phone) as server:
        assert Eye(find_phone(server.address), Folder(tmp_path / "run")).look().picture is None


def dumps(phone: FakePhone) -> list[bool]:
    """Say of each dump that was asked for whether it was of all windows."""
    return ["--windows" in one for one in phone.ran if "uiautomator" in one]


def test_all_windows_are_seen_where_the_phone_shows_them(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.screen, phone.behind = "asked", (SHOWN["main"],)
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"))
        shown = eye.look()
    assert shown.package == PERMISSIONS
    assert eye.tree is not None
    packages = {one.package for one in eye.tree.nodes}
    assert packages == {PERMISSIONS, PACKAGE}
    assert shown.ui is not None
    assert b"<displays>" in (tmp_path / "run" / shown.ui).read_bytes()
    assert dumps(phone) == [True]


def test_a_clock_that_ticks_in_the_bar_is_no_other_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = FakePhone()
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"), Clock())
        first = eye.look()
        monkeypatch.setattr("tests.device.phones.BAR", BAR._replace(texts=("9:42",)))
        later = eye.look()
        phone.screen = "main"
        other = eye.look()
    assert (later.ui, later.picture) == (first.ui, None)
    assert other.ui != first.ui
    assert other.picture is not None


def test_an_older_phone_passes_the_option_over(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.screen, phone.behind, phone.windows = "asked", (SHOWN["main"],), False
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"))
        eye.look()
    assert eye.tree is not None
    assert {one.package for one in eye.tree.nodes} == {PERMISSIONS}
    assert dumps(phone) == [True]


@pytest.mark.parametrize("answer", ["Killed\n", "<displays></displays>"])
def test_a_phone_without_a_list_of_windows_shows_the_front_one(tmp_path: Path, answer: str) -> None:
    """And is not asked again and again for what it does not have."""
    phone = FakePhone()
    phone.screen = "consent"
    phone.taken["rm -f /data/local/tmp/mingjian-ui.xml; said=$(uiautomator dump --"] = said(answer)
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"))
        for _ in range(REFUSALS + 2):
            eye.look()
            assert eye.tree is not None
            assert eye.words_at(540, 1250) == "同意"
    assert dumps(phone) == [True, False] * REFUSALS + [False, False]


def test_a_list_that_was_empty_once_is_asked_for_again(tmp_path: Path) -> None:
    phone = FakePhone()
    begin = "rm -f /data/local/tmp/mingjian-ui.xml; said=$(uiautomator dump --"
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"))
        for _ in range(REFUSALS + 1):
            phone.taken[begin] = said("<displays/>")
            eye.look()
            del phone.taken[begin]
            eye.look()
    assert dumps(phone) == [True, False, True] * (REFUSALS + 1)


def test_a_curtain_of_the_system_before_the_app_is_no_refusal(tmp_path: Path) -> None:
    phone = FakePhone()
    bars = '<hierarchy><node package="com.android.systemui" text="通知"/></hierarchy>'
    windows = f"<displays><display><window>{bars}</window></display></displays>"
    phone.taken["rm -f /data/local/tmp/mingjian-ui.xml; said=$(uiautomator dump --"] = said(windows)
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"))
        for _ in range(REFUSALS + 2):
            eye.look()
    assert dumps(phone) == [True, False] * (REFUSALS + 2)


def test_a_screen_that_never_rests_is_not_waited_for_twice(tmp_path: Path) -> None:
    phone = FakePhone()
    begin = "rm -f /data/local/tmp/mingjian-ui.xml; said=$(uiautomator dump --"
    phone.taken[begin] = said("ERROR: could not get idle state.\n")
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"))
        eye.look()
    assert eye.tree is None
    assert dumps(phone) == [True]


def test_a_screen_that_was_touched_since_it_was_seen_tells_no_words(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.screen = "consent"
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"))
        eye.look()
        assert (eye.current, eye.words_at(540, 1250)) == (True, "同意")
        eye.touch()
        assert eye.touched.is_set()
        assert (eye.current, eye.words_at(540, 1250)) == (False, None)
        eye.look()
        assert (eye.current, eye.touched.is_set()) == (True, False)
        phone.taken["dumpsys window"] = lambda send: eye.touch() or 0  # type: ignore[func-returns-value]
        eye.look()
    assert (eye.current, eye.touched.is_set()) == (False, True)  # touched while it was looked at


def test_a_screen_that_was_seen_long_ago_tells_no_words(tmp_path: Path) -> None:
    phone = FakePhone()
    phone.screen = "consent"
    times = [1000.0]
    with serving(P1=phone) as server:
        eye = Eye(find_phone(server.address), Folder(tmp_path / "run"), lambda: times[0])
        eye.look()
        times[0] += FRESH_S
        assert (eye.fresh, eye.words_at(540, 1250)) == (True, "同意")
        times[0] += 0.1
        assert (eye.current, eye.fresh, eye.words_at(540, 1250)) == (True, False, None)
