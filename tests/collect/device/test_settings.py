from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.clocks import Moment
from scanner.collect.device.phases import Edge
from scanner.collect.device.settings import facts_of
from scanner.facts import SettingChanged
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Visit
from tests.collect.device.drawn import ALLOW, CAMERA, DENY, dialog, main_screen, package_dump, tap
from tests.collect.device.recordings import APP, T0, Part, node, recording, screen, walk

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
FULL = "android.permission.CAMERA"
BOX = (900, 400, 1000, 480)
UPDATED = [Edge(Moment(T0 + 100.0), "updated", "update", "", "taps.jsonl line 1")]


def changed(tmp_path: Path, parts: dict[str, Part], **options: Any) -> dict[str, SettingChanged]:
    visit = Visit(package=APP, names=("样例",))
    recorded = recording(tmp_path, parts, edges=options.get("edges", UPDATED), visit=visit)
    found = [one for one in facts_of(recorded, KNOWLEDGE) if isinstance(one, SettingChanged)]
    assert len({(one.setting, one.name) for one in found}) == len(found)
    return {one.name: one for one in found}


def dumps(
    before: str, after: str, command: str = "dumpsys package", **times: float
) -> dict[str, Part]:
    first, last = times.get("first", 0.0), times.get("last", 300.0)
    states = [
        {"time": T0 + last, "moment": "after", "command": command, "file": "after.txt"},
        {"time": T0 + first, "moment": "before", "command": command, "file": "before.txt"},
    ]
    return {"states.jsonl": states, "before.txt": before, "after.txt": after}


OPENED = dumps(package_dump({"CAMERA": "false "}), package_dump({"CAMERA": "true "}))
QUIET = [(10.0, main_screen()), (200.0, main_screen())]


def test_opened_over_an_update_by_nobody(tmp_path: Path) -> None:
    fact = changed(tmp_path, {**walk(QUIET), **OPENED})[FULL]
    assert (fact.setting, fact.before, fact.after) == ("permission", "denied", "granted")
    assert (fact.opened, fact.by_user, fact.over) == (True, False, "update")
    assert fact.data_type == "photos"
    assert fact.source.at == "after.txt"


def test_the_user_answered_a_dialog(tmp_path: Path) -> None:
    shown = [*QUIET[:1], (20.0, dialog(CAMERA)), *QUIET[1:]]
    parts = {**walk(shown, [tap(30.0, ALLOW)]), **OPENED}
    assert changed(tmp_path, parts)[FULL].by_user is True
    parts = {**walk(shown, [tap(30.0, DENY)]), **OPENED}
    assert changed(tmp_path, parts)[FULL].by_user is False
    assert changed(tmp_path, {**walk(shown), **OPENED})[FULL].by_user is None


def test_the_user_was_on_the_settings(tmp_path: Path) -> None:
    page = screen(
        node("相机权限"),
        node("仅在使用中允许", "RadioButton", (40, 400, 500, 500)),
        package="com.android.settings",
    )
    shown = [*QUIET[:1], (50.0, page), *QUIET[1:]]
    assert changed(tmp_path, {**walk(shown), **OPENED})[FULL].by_user is None
    tapped = walk(shown, [tap(52.0, (40, 400, 500, 500))])
    assert changed(tmp_path, {**tapped, **OPENED})[FULL].by_user is True


def test_without_taps_or_screens_nobody_knows(tmp_path: Path) -> None:
    for part in ("taps.jsonl", "screens.jsonl"):
        parts = {**walk(QUIET), **OPENED}
        del parts[part]
        assert changed(tmp_path, parts)[FULL].by_user is None
    parts = {**walk([*QUIET, (50.0, "<broken")]), **OPENED}
    assert changed(tmp_path, parts)[FULL].by_user is None


def test_what_android_gives_by_itself_is_nobody_s_doing(tmp_path: Path) -> None:
    before = package_dump({"READ_CONTACTS": "true USER_SET", "WRITE_CONTACTS": "false "})
    after = package_dump({"READ_CONTACTS": "true USER_SET", "WRITE_CONTACTS": "true "})
    fact = changed(tmp_path, {**walk(QUIET), **dumps(before, after)})[
        "android.permission.WRITE_CONTACTS"
    ]
    assert (fact.opened, fact.by_user) == (True, None)
    fixed = dumps(package_dump({"CAMERA": "false "}), package_dump({"CAMERA": "true SYSTEM_FIXED"}))
    assert changed(tmp_path, {**walk(QUIET), **fixed})[FULL].by_user is None


def test_what_was_taken_away_is_not_opened(tmp_path: Path) -> None:
    closed = dumps(package_dump({"CAMERA": "true "}), package_dump({"CAMERA": "false "}))
    fact = changed(tmp_path, {**walk(QUIET), **closed})[FULL]
    assert (fact.before, fact.after, fact.opened) == ("granted", "denied", False)


def test_what_lay_between(tmp_path: Path) -> None:
    launches = [{"time": 5.0, "action": "launch"}, {"time": 150.0, "action": "launch"}]
    parts = {**walk(QUIET, launches), **OPENED}
    assert changed(tmp_path, parts, edges=())[FULL].over == "relaunch"
    parts = {**walk(QUIET, launches[:1]), **OPENED}
    assert changed(tmp_path, parts, edges=())[FULL].over == "run"


def appops(mode: str, name: str = "SYSTEM_ALERT_WINDOW") -> str:
    return (
        "Current AppOps Service state:\n  Uid u0a123:\n    state=cch\n"
        f"    Package {APP}:\n      {name} ({mode}):\n      WAKE_LOCK (allow):\n"
    )


@pytest.mark.parametrize(
    ("before", "after", "opened"),
    [("ignore", "allow", True), ("allow", "deny", False), ("default", "allow", None)],
)
def test_operations(tmp_path: Path, before: str, after: str, opened: bool | None) -> None:
    parts = {**walk(QUIET), **dumps(appops(before), appops(after), "dumpsys appops")}
    fact = changed(tmp_path, parts)["SYSTEM_ALERT_WINDOW"]
    assert (fact.setting, fact.before, fact.after) == ("appop", before, after)
    assert (fact.opened, fact.by_user) == (opened, False)


def test_operations_that_follow_a_permission_are_told_once(tmp_path: Path) -> None:
    ops = dumps(appops("ignore", "CAMERA"), appops("allow", "CAMERA"), "dumpsys appops")
    assert set(changed(tmp_path, {**walk(QUIET), **ops})) == {"CAMERA"}
    states = [*OPENED["states.jsonl"]]  # type: ignore[misc]
    both: dict[str, Part] = {
        **OPENED,
        "ops before.txt": ops["before.txt"],
        "ops after.txt": ops["after.txt"],
        "states.jsonl": [
            *states,
            {"moment": "before", "command": "dumpsys appops", "file": "ops before.txt"},
            {"moment": "after", "command": "dumpsys appops", "file": "ops after.txt"},
        ],
    }
    assert set(changed(tmp_path, {**walk(QUIET), **both})) == {FULL}


def settings_page(words: str = "个性化广告推荐", *, on: bool) -> str:
    row = node(
        "", "LinearLayout", (0, 380, 1080, 500), node(words), node("", "Switch", BOX, checked=on)
    )
    return screen(node("隐私设置"), row)


def test_switches_that_turned_themselves_on(tmp_path: Path) -> None:
    shown = [
        (10.0, settings_page(on=False)),
        (50.0, main_screen()),
        (200.0, settings_page(on=True)),
    ]
    fact = changed(tmp_path, walk(shown))["个性化广告推荐"]
    assert (fact.setting, fact.before, fact.after) == ("switch", "off", "on")
    assert (fact.opened, fact.by_user, fact.over) == (True, False, "update")
    assert changed(tmp_path, walk(shown), edges=()) == {}


def test_switches_that_the_user_turned_on(tmp_path: Path) -> None:
    shown = [
        (10.0, settings_page(on=False)),
        (50.0, settings_page(on=False)),
        (200.0, settings_page(on=True)),
    ]
    fact = changed(tmp_path, walk(shown, [tap(150.0, BOX)]))["个性化广告推荐"]
    assert fact.by_user is True
    named = changed(tmp_path, walk(shown, [{"time": 150.0, "words": "个性化广告推荐"}]))
    assert named["个性化广告推荐"].by_user is True
    without = walk(shown)
    del without["taps.jsonl"]
    assert changed(tmp_path, without)["个性化广告推荐"].by_user is None


def test_a_switch_that_turns_something_off_opens_nothing(tmp_path: Path) -> None:
    words = "关闭个性化推荐"
    shown = [(10.0, settings_page(words, on=False)), (200.0, settings_page(words, on=True))]
    assert changed(tmp_path, walk(shown))[words].opened is None
