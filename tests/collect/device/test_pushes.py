from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.pushes import facts_of
from scanner.collect.device.walked import Walked
from scanner.facts import AppPushed
from scanner.knowledge import load_knowledge, rules_folder
from tests.collect.device.recordings import Drawn, node, recording, screen, walk
from tests.collect.device.test_walked import act

KNOWN = load_knowledge(rules_folder() / "lists")
STORE = "com.xiaomi.market"


def home(words: str) -> str:
    return screen(
        node("首页"), node(words, "Button"), node("", "ImageView", clickable=True, id="ad")
    )


def of(package: str, *nodes: Drawn) -> str:
    return screen(*(nodes or (node("好游戏"), node("安装", "Button"))), package=package)


def told(folder: Path, *shown: tuple[float, str], taps: list[dict[str, Any]]) -> list[AppPushed]:
    return list(facts_of(Walked(recording(folder, walk(shown, taps))), KNOWN))


def after_tap(folder: Path, words: str, package: str, *nodes: Drawn) -> list[AppPushed]:
    shown = ((0.0, home(words)), (10.0, of(package, *nodes)))
    return told(folder, *shown, taps=[{"time": 9.0, "words": words}])


def test_a_store_after_a_control_that_announces_none(tmp_path: Path) -> None:
    (found,) = after_tap(tmp_path, "领红包", STORE)
    assert (found.page, found.way, found.text) == ("MainActivity 首页", "scheme_jump", "领红包")
    assert (found.gesture, found.offered, found.asked) == (True, False, False)


@pytest.mark.parametrize("words", ["立即下载", "打开应用", "去应用市场评分", "立即更新", "Install"])
def test_a_control_that_announces_it(tmp_path: Path, words: str) -> None:
    (found,) = after_tap(tmp_path, words, STORE)
    assert found.offered is True


def test_a_picture_announces_nothing_that_can_be_read(tmp_path: Path) -> None:
    shown = ((0.0, home("我的")), (10.0, of(STORE)))
    (found,) = told(tmp_path, *shown, taps=[{"time": 9.0, "x": 500, "y": 350}])
    assert (found.gesture, found.offered, found.text) == (True, None, None)


def test_an_installer_is_a_download(tmp_path: Path) -> None:
    (found,) = after_tap(tmp_path, "领红包", "com.miui.packageinstaller")
    assert found.way == "auto_download"


@pytest.mark.parametrize(
    ("words", "package", "offered"),
    [
        ("微信登录", "com.tencent.mm", True),
        ("分享", "com.tencent.mm", True),
        ("好游戏", "com.some.game", True),
        ("领红包", "com.taobao.taobao", False),
        ("附近门店", "com.autonavi.minimap", None),
    ],
)
def test_another_app(tmp_path: Path, words: str, package: str, *, offered: bool | None) -> None:
    (found,) = after_tap(tmp_path, words, package)
    assert (found.way, found.offered) == ("scheme_jump", offered)


@pytest.mark.parametrize(
    "package",
    [
        "com.android.camera2",
        "com.miui.home",
        "com.android.settings",
        "com.android.chrome",
        "com.huawei.android.launcher",
        "com.google.android.documentsui",
        "com.sohu.inputmethod.sogou",
    ],
)
def test_parts_of_the_phone_are_no_other_app(tmp_path: Path, package: str) -> None:
    assert after_tap(tmp_path, "拍一张", package) == []


def test_a_question_for_a_permission_by_the_installer_is_none(tmp_path: Path) -> None:
    asks = (node("允许访问位置？"), node("允许", "Button"), node("拒绝", "Button"))
    assert after_tap(tmp_path, "附近", "com.android.packageinstaller", *asks) == []


def test_of_several_on_one_screen_the_least_announced_is_told(tmp_path: Path) -> None:
    both = screen(node("首页"), node("立即下载", "Button"), node("领红包", "Button"))
    shown = ((0.0, both), (10.0, of(STORE)), (20.0, both), (30.0, of(STORE)), (40.0, both))
    taps: list[dict[str, Any]] = [
        {"time": 9.0, "words": "领红包"},
        act(19.0, "back"),
        {"time": 29.0, "words": "立即下载"},
    ]
    (found,) = told(tmp_path, *shown, taps=taps)
    assert (found.text, found.offered) == ("领红包", False)


def test_nothing_was_touched(tmp_path: Path) -> None:
    shown = ((0.0, home("我的")), (20.0, home("我的")), (22.0, of(STORE)))
    (found,) = told(tmp_path, *shown, taps=[{"time": 1.0, "words": "我的"}])
    assert (found.gesture, found.offered, found.text) == (False, None, "")
    assert found.asked is False


@pytest.mark.parametrize(
    "touch",
    [
        {"time": 16.5, "words": "我的"},
        {"time": 22.5, "words": "我的"},
        {"time": 21.0, "action": "home"},
        {"time": 21.0, "action": "back"},
        {"time": 21.0, "action": "launch"},
        {"time": 12.0, "words": "我的", "within_s": 9.0},
    ],
)
def test_where_something_may_have_been_touched_nobody_says_that_nothing_was(
    tmp_path: Path, touch: dict[str, Any]
) -> None:
    shown = ((0.0, home("我的")), (20.0, home("我的")), (22.0, of(STORE)))
    assert not [one for one in told(tmp_path, *shown, taps=[touch]) if one.gesture is False]


def test_a_long_time_unwatched_says_nothing(tmp_path: Path) -> None:
    shown = ((0.0, home("我的")), (60.0, of(STORE)))
    assert told(tmp_path, *shown, taps=[act(200.0, "back")]) == []


def test_a_question_that_can_be_declined_was_asked(tmp_path: Path) -> None:
    dialog = screen(node("即将打开应用商店"), node("取消", "Button"), node("打开", "Button"))
    shown = ((0.0, home("领红包")), (10.0, dialog), (20.0, of(STORE)))
    taps = [{"time": 9.0, "words": "领红包"}, {"time": 19.0, "words": "打开"}]
    (found,) = told(tmp_path, *shown, taps=taps)
    assert (found.asked, found.offered, found.text) == (True, True, "打开")


def test_a_question_of_the_phone_counts_too(tmp_path: Path) -> None:
    asks = (node("“示例”想要打开“好游戏”"), node("拒绝", "Button"), node("打开", "Button"))
    shown = (
        (0.0, home("领红包")),
        (10.0, of("com.miui.securitycenter", *asks)),
        (20.0, of("a.b.c")),
    )
    taps = [{"time": 9.0, "words": "领红包"}, {"time": 19.0, "words": "打开"}]
    (found,) = told(tmp_path, *shown, taps=taps)
    assert (found.page, found.text, found.asked) == ("MainActivity 首页", "领红包", True)


def test_a_download_that_a_screen_tells(tmp_path: Path) -> None:
    before, after = home("领红包"), screen(node("首页"), node("正在下载应用 好游戏"))
    taps: list[dict[str, Any]] = [{"time": 9.0, "words": "领红包"}]
    (found,) = told(tmp_path, (0.0, before), (10.0, after), taps=taps)
    assert (found.way, found.gesture, found.offered) == ("auto_download", True, False)
    film = screen(node("首页"), node("正在下载第3集"))
    assert told(tmp_path, (0.0, before), (10.0, film), taps=taps) == []


def test_without_taps_nothing_is_told(tmp_path: Path) -> None:
    parts = walk([(0.0, home("领红包")), (5.0, of(STORE))])
    parts["taps.jsonl"] = None
    assert list(facts_of(Walked(recording(tmp_path, parts)), KNOWN)) == []


@given(shifts=st.lists(st.floats(-0.999, 0.999), min_size=4, max_size=4))
def test_times_off_by_what_they_may_be_never_hide_a_question(
    tmp_path_factory: pytest.TempPathFactory, shifts: list[float]
) -> None:
    """A dialog asked, and 打开 was tapped: nobody may say that another control was, unasked."""
    dialog = screen(node("即将打开应用商店"), node("打开", "Button"), node("取消", "Button"))
    at = [10.0 + shifts[0], 17.6 + shifts[1], 19.0 + shifts[2]]
    shown = sorted(zip(at, [home("领红包"), dialog, of(STORE)], strict=True))
    taps: list[dict[str, Any]] = [{"time": 18.4 + shifts[3], "x": 500, "y": 270}]
    found = told(tmp_path_factory.mktemp("shift"), *shown, taps=taps)
    assert all(one.offered is not False and one.asked is not False for one in found)


@given(shifts=st.lists(st.floats(-0.999, 0.999), min_size=4, max_size=4))
def test_times_off_by_what_they_may_be_never_hide_a_tap(
    tmp_path_factory: pytest.TempPathFactory, shifts: list[float]
) -> None:
    """A control was tapped, and within three seconds a store opened: nobody may say by itself."""
    at = [18.0 + shifts[0], 20.5 + shifts[1], 22.4 + shifts[2]]
    shown = sorted(zip(at, [home("我的"), home("我的"), of(STORE)], strict=True))
    taps: list[dict[str, Any]] = [{"time": 19.6 + shifts[3], "words": "我的"}]
    found = told(tmp_path_factory.mktemp("shift"), *shown, taps=taps)
    assert all(one.gesture is not False for one in found)
