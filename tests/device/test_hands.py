from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from scanner.device.folder import Folder
from scanner.device.hands import LOOKED_WITHIN_S, Hands, Moment
from scanner.device.package import Package
from scanner.device.screens import Eye
from scanner.device.script import Act, Phased, Press, Said, Step, Swipe, Wait
from scanner.device.wire import find_phone
from scanner.device_file import MARKS, TAPS, Mark, Tap
from scanner.errors import NotAuditable
from scanner.facts import Phase
from tests.device.adb_server import AdbServer, serving
from tests.device.phones import PACKAGE, FakePhone


class Bench:
    """Hands on a phone that shows the consent screen."""

    def __init__(self, folder: Path, server: AdbServer, *steps: Step) -> None:
        self.path = folder / "run"
        self.folder = Folder(self.path)
        phone = find_phone(server.address)
        self.eye = Eye(phone, self.folder)
        self.marked: list[tuple[Phase, Moment]] = []
        package = Package(PACKAGE, "", None, None, None)
        self.hands = Hands(
            phone, self.folder, self.eye, package, lambda *said: self.marked.append(said)
        )
        self.hands.take(steps)
        self.eye.look()

    @property
    def taps(self) -> list[Tap]:
        rows = (self.path / TAPS).read_bytes().splitlines()
        return [msgspec.json.decode(row, type=Tap) for row in rows]

    @property
    def marks(self) -> list[Mark]:
        rows = (self.path / MARKS).read_bytes().splitlines()
        return [msgspec.json.decode(row, type=Mark) for row in rows]


def consenting() -> FakePhone:
    phone = FakePhone()
    phone.screen = "consent"
    return phone


def test_one_touch_at_a_time_so_that_each_is_looked_at(tmp_path: Path) -> None:
    phone = consenting()
    with serving(P1=phone) as server:
        bench = Bench(tmp_path, server, Press(words="同意"), Press(words="允许"))
        assert bench.hands.go()
        assert phone.screen == "asked"
        bench.eye.look()
        assert not bench.hands.go()
    assert phone.screen == "main"
    assert [(tap.x, tap.y) for tap in bench.taps] == [(540, 1250), (540, 1550)]


def test_a_mark_after_a_tap_has_the_time_of_the_tap(tmp_path: Path) -> None:
    with serving(P1=consenting()) as server:
        steps = (Phased("consent_shown"), Press(words="同意"), Phased("agreed"))
        bench = Bench(tmp_path, server, *steps)
        bench.hands.go()
    (shown, before), (agreed, at) = bench.marked
    assert (shown, agreed) == ("consent_shown", "agreed")
    assert before.within_s == LOOKED_WITHIN_S
    assert (at.time, at.within_s) == (bench.taps[0].time, bench.taps[0].within_s)


def test_a_function_begins_with_the_touch_that_follows(tmp_path: Path) -> None:
    with serving(P1=consenting()) as server:
        bench = Bench(tmp_path, server, Said("扫一扫", function=True), Wait(0), Act("back"))
        bench.hands.go()
    [mark] = bench.marks
    assert (mark.function, mark.time) == ("扫一扫", bench.taps[0].time)


def test_a_control_is_waited_for(tmp_path: Path) -> None:
    phone = consenting()
    with serving(P1=phone) as server:
        bench = Bench(tmp_path, server, Press(words="允许", within=30))
        assert bench.hands.go()
        phone.screen = "asked"
        bench.eye.look()
        assert not bench.hands.go()
    assert [tap.words for tap in bench.taps] == ["允许"]


def test_a_control_that_does_not_come(tmp_path: Path) -> None:
    phone = consenting()
    with serving(P1=phone) as server:
        may = Press(id="skip", within=0, optional=True)
        bench = Bench(tmp_path, server, may, Press(words="登录", within=0))
        with pytest.raises(NotAuditable, match=r"step 2 .*登录"):
            bench.hands.go()
    assert not [one for one in phone.ran if one.startswith("input")]


def test_a_point_is_named_by_what_stands_there(tmp_path: Path) -> None:
    with serving(P1=consenting()) as server:
        bench = Bench(tmp_path, server, Press(at=(500, 1050)), Swipe("left"))
        assert bench.hands.go()
        assert not bench.hands.go()
    tap, swipe = bench.taps
    assert (tap.words, tap.x, tap.y) == ("不同意", 500, 1050)
    assert (swipe.action, swipe.words) == ("swipe", None)


def test_nothing_is_touched_on_a_screen_that_was_touched_since_it_was_seen(tmp_path: Path) -> None:
    phone = consenting()
    with serving(P1=phone) as server:
        bench = Bench(tmp_path, server, Press(words="不同意"))
        bench.eye.touch()  # by the auditor
        phone.screen = "asked"
        assert bench.hands.go()
        assert not [one for one in phone.ran if one.startswith("input")]
        phone.screen = "consent"
        bench.eye.look()
        assert not bench.hands.go()
    assert [tap.words for tap in bench.taps] == ["不同意"]


def test_a_control_without_words_is_told_by_those_inside(tmp_path: Path) -> None:
    phone = consenting()
    inside = (
        '<hierarchy><node resource-id="agree" clickable="true" bounds="[0,0][100,100]">'
        '<node text="同意并继续" bounds="[10,10][40,40]"/></node></hierarchy>'
    )
    phone.taken["rm -f"] = lambda send: send(inside.encode()) or 0  # type: ignore[func-returns-value]
    with serving(P1=phone) as server:
        bench = Bench(tmp_path, server, Press(id="agree"))
        bench.hands.go()
    assert [tap.words for tap in bench.taps] == ["同意并继续"]


@pytest.mark.parametrize(
    ("direction", "less"), [("up", "y"), ("down", ""), ("left", "x"), ("right", "")]
)
def test_a_finger_goes_where_it_is_told(tmp_path: Path, direction: str, less: str) -> None:
    phone = consenting()
    with serving(P1=phone) as server:
        Bench(tmp_path, server, Swipe(direction)).hands.go()  # type: ignore[arg-type]
    x, y, to_x, to_y, _ = map(int, phone.ran[-1].removeprefix("input swipe ").split())
    assert (to_x < x, to_y < y) == (less == "x", less == "y")
    assert (to_x == x) != (to_y == y)


def test_keys_and_the_app_itself(tmp_path: Path) -> None:
    phone = consenting()
    with serving(P1=phone) as server:
        bench = Bench(tmp_path, server, Act("home"), Act("launch"), Act("stop"), Act("screen_off"))
        while bench.hands.go():
            pass
    assert [tap.action for tap in bench.taps] == ["home", "launch", "stop", "screen_off"]
    assert "input keyevent 3" in phone.ran
    assert f"am force-stop {PACKAGE}" in phone.ran
    for tap in bench.taps:
        assert tap.within_s is not None and tap.within_s >= 0.05
