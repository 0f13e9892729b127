from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.starts import function_started, is_going_on, led_since
from scanner.model import Visit
from tests.collect.device.drawn import ALLOW, CAMERA, PLACE, SCAN, dialog, main_screen, tap
from tests.collect.device.recordings import APP, T0, Part, node, recording, screen, walk

NAMED = Visit(package=APP, names=("样例",))
GO = (40, 900, 500, 1000)
EXPLAINED = screen(
    node("相机权限说明"), node("需要相机权限，用于扫码"), node("去开启", "Button", GO)
)


def started(tmp_path: Path, parts: dict[str, Part], number: int = -1) -> bool | None:
    recorded = recording(tmp_path, parts, edges=(), visit=NAMED)
    return function_started(recorded, number % len(recorded.looks))


@pytest.mark.parametrize(
    ("second", "expected"), [(9.5, True), (6.0, True), (-20.0, False), (11.5, None)]
)
def test_a_tap_on_a_control(tmp_path: Path, second: float, expected: bool | None) -> None:
    shown = [(-30.0, main_screen()), (9.0, main_screen()), (11.0, dialog(CAMERA))]
    assert started(tmp_path, walk(shown, [tap(second, SCAN)])) is expected


def test_no_taps_and_no_record_of_taps(tmp_path: Path) -> None:
    parts = walk([(0.0, main_screen()), (1.0, dialog(CAMERA))])
    assert started(tmp_path, parts) is False
    del parts["taps.jsonl"]
    assert started(tmp_path, parts) is None


def test_a_mark_of_the_auditor(tmp_path: Path) -> None:
    marks = [{"time": T0 + 1.0, "function": "扫一扫"}]
    parts = walk([(0.0, main_screen()), (6.0, dialog(CAMERA))], marks=marks)
    assert started(tmp_path, parts) is True
    late = walk([(0.0, main_screen()), (60.0, main_screen()), (66.0, dialog(CAMERA))], marks=marks)
    assert started(tmp_path, late) is False


def test_going_on_from_an_explanation_looks_one_tap_further_back(tmp_path: Path) -> None:
    shown = [(0.0, main_screen()), (2.0, EXPLAINED), (30.0, EXPLAINED), (32.0, dialog(CAMERA))]
    taps = [tap(1.0, SCAN), tap(31.0, GO)]
    assert started(tmp_path, walk(shown, taps)) is True
    assert started(tmp_path, walk(shown, taps[1:])) is False


def test_an_answer_to_one_dialog_starts_no_other(tmp_path: Path) -> None:
    shown = [(0.0, main_screen()), (2.0, dialog(PLACE)), (20.0, dialog(CAMERA))]
    taps: list[dict[str, Any]] = [tap(19.0, ALLOW)]
    assert started(tmp_path, walk(shown, taps)) is False
    assert started(tmp_path, walk(shown, [tap(1.0, SCAN), *taps])) is True


def test_agreeing_and_launching_start_no_function(tmp_path: Path) -> None:
    yes = (540, 1000, 1040, 1100)
    consent = screen(
        node("温馨提示"),
        node("请阅读并同意《隐私政策》和《用户协议》"),
        node("不同意", "Button", (40, 1000, 500, 1100)),
        node("同意", "Button", yes),
    )
    shown = [(0.0, consent), (3.0, dialog(PLACE))]
    assert started(tmp_path, walk(shown, [tap(2.0, yes)])) is False
    home = screen(node("样例", clickable=True, bounds=SCAN), package="com.miui.home")
    shown = [(0.0, home), (3.0, dialog(PLACE))]
    assert started(tmp_path, walk(shown, [tap(2.0, SCAN)])) is False
    launch = [tap(0.0, SCAN), {"time": 2.5, "action": "launch"}]
    shown = [(-1.0, main_screen()), (3.0, dialog(PLACE))]
    assert started(tmp_path, walk(shown, launch)) is False


def test_since_when_the_user_s_doings_led_to_a_dialog(tmp_path: Path) -> None:
    shown = [(0.0, main_screen()), (5.0, EXPLAINED), (20.0, dialog(CAMERA))]
    for second, ended in ((4.0, True), (-20.0, False)):
        recorded = recording(
            tmp_path, walk(shown, [tap(second, SCAN), tap(18.0, GO)]), edges=(), visit=NAMED
        )
        since, started = led_since(recorded, 2, 30.0)
        assert started is ended
        assert since == pytest.approx(T0 + (4.0 if ended else 18.0) - 1.0)
    alone = recording(tmp_path, walk(shown), edges=(), visit=NAMED)
    assert led_since(alone, 2, 30.0) == (alone.looks[2].at.earliest, False)


def test_a_tap_on_nobody_knows_what(tmp_path: Path) -> None:
    shown = [(0.0, main_screen()), (3.0, dialog(PLACE))]
    assert started(tmp_path, walk(shown, [tap(2.0, (900, 1900, 910, 1910))])) is None


@pytest.mark.parametrize("words", ["下一步", "去开启", "立即体验", "跳过", "确定", "同意", "Next"])
def test_words_that_only_go_on(words: str) -> None:
    assert is_going_on(words)


@pytest.mark.parametrize("words", ["扫一扫", "附近门店", "拍照", "Scan", "上传头像"])
def test_words_that_start_something(words: str) -> None:
    assert not is_going_on(words)


def test_a_button_that_is_held_down_may_have_started_a_function(tmp_path: Path) -> None:
    shown = [(0.0, main_screen()), (3.0, dialog(CAMERA))]
    assert started(tmp_path, walk(shown, [{"time": 2.0, "action": "swipe"}])) is None


def test_a_card_among_others_may_start_what_its_words_only_go_on_with(tmp_path: Path) -> None:
    buttons = [
        node(words, "Button", (40, 900 + 200 * n, 500, 1000 + 200 * n), clickable=True)
        for n, words in enumerate(("去开启", "外卖", "打车", "我的"))
    ]
    shown = [(0.0, screen(node("开启定位，查看附近门店"), *buttons)), (3.0, dialog(PLACE))]
    assert started(tmp_path, walk(shown, [tap(2.0, (40, 900, 500, 1000))])) is None
