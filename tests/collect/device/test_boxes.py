from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.answers import prompts_of
from scanner.collect.device.boxes import facts_of
from scanner.facts import AgreementImplied, CheckboxFound
from tests.collect.device.recordings import Drawn, Part, node, recording, screen, walk

LABEL = "我已阅读并同意《用户协议》《隐私政策》"
FIELD = node("", "EditText", (40, 200, 900, 300))
SEND = node("登录", "Button", (40, 600, 900, 700))
START = screen(node("某某应用"))
IMPLIES = node("登录即代表您同意《用户协议》和《隐私政策》", "TextView", (120, 400, 900, 460))


def login(*, checked: bool) -> str:
    return screen(FIELD, node(LABEL, "CheckBox", (40, 400, 900, 460), checked=checked), SEND)


def facts(
    folder: Path,
    shown: list[tuple[float, str]],
    taps: list[dict[str, Any]] | None = None,
) -> list[CheckboxFound | AgreementImplied]:
    parts: dict[str, Part] = walk(shown, taps or ())
    if taps is None:
        parts["taps.jsonl"] = None
    recorded = recording(folder, parts)
    return list(facts_of(recorded, prompts_of(recorded)))


@pytest.mark.parametrize("checked", [True, False])
def test_a_box_is_told_as_it_stood_when_its_screen_came(tmp_path: Path, checked: bool) -> None:
    launch = {"time": 0, "action": "launch"}
    (found,) = facts(tmp_path, [(1, START), (3, login(checked=checked))], [launch])
    assert isinstance(found, CheckboxFound)
    assert (found.label, found.purpose, found.checked_on_load) == (LABEL, "agreement", checked)


def test_a_box_that_somebody_may_have_ticked_was_not_seen_on_load(tmp_path: Path) -> None:
    shown = [(1.0, START), (20.0, login(checked=True))]
    taps = [{"time": 5, "x": 1, "y": 1}, {"time": 8, "x": 60, "y": 430}]
    for done in (taps, None):
        (found,) = facts(tmp_path, shown, done)
        assert isinstance(found, CheckboxFound) and found.checked_on_load is None
    (found,) = facts(tmp_path, shown, taps[:1])  # the tap that led to the page
    assert isinstance(found, CheckboxFound) and found.checked_on_load is True


def test_a_box_long_after_the_launch_may_have_been_ticked_by_hand(tmp_path: Path) -> None:
    launch = {"time": 0, "action": "launch"}
    (found,) = facts(tmp_path, [(60.0, login(checked=True))], [launch])
    assert isinstance(found, CheckboxFound) and found.checked_on_load is None
    shown = [(1.0, START), (3.0, login(checked=True))]
    (found,) = facts(tmp_path, shown, None)  # nobody recorded taps
    assert isinstance(found, CheckboxFound) and found.checked_on_load is None


def test_a_box_is_told_once_and_switches_of_settings_are_none(tmp_path: Path) -> None:
    rows = [
        node("设置"),
        node("接收营销短信", "Switch", checked=True),
        node("关于", clickable=True),
    ]
    shown = [(1.0, START), (3.0, login(checked=False)), (5.0, login(checked=True))]
    found = facts(tmp_path, [*shown, (9.0, screen(*rows))], [])
    assert [one.label for one in found if isinstance(one, CheckboxFound)] == [LABEL]


@pytest.mark.parametrize(
    ("drawn", "implied"),
    [
        ([FIELD, IMPLIES, SEND], True),
        ([FIELD, node("", "CheckBox", (40, 400, 100, 460)), IMPLIES, SEND], False),
        ([FIELD, node("", "ImageView", (40, 400, 100, 460)), IMPLIES, SEND], False),
        ([node("点击同意即表示您同意《隐私政策》"), node("同意", "Button")], False),
        ([node("隐私政策"), node("您使用本服务即表示同意《隐私政策》。" * 100)], False),
        ([FIELD, SEND], False),
    ],
)
def test_words_that_take_going_on_for_agreeing_count_only_without_a_box(
    tmp_path: Path, drawn: list[Drawn], implied: bool
) -> None:
    found = facts(tmp_path, [(1, screen(*drawn))], [])
    assert any(isinstance(one, AgreementImplied) for one in found) is implied


@pytest.mark.parametrize(
    ("words", "ways", "implied"),
    [
        ("点击“确定”即表示您已阅读并同意《隐私政策》", ["退出", "确定"], False),
        ("点击“确定”即表示您已阅读并同意《隐私政策》", ["", "确定"], False),
        ("点击“确定”即表示您已阅读并同意《隐私政策》", ["确定"], True),
        ("登录即表示您已阅读并同意《隐私政策》", ["退出", "登录"], True),
        ("继续使用即表示您已阅读并同意《隐私政策》", ["取消", "确定"], True),
    ],
)
def test_a_button_beside_a_way_out_is_asked_for_not_implied(
    tmp_path: Path, words: str, ways: list[str], implied: bool
) -> None:
    drawn = [node(words), *(node(way, "Button") for way in ways)]
    found = facts(tmp_path, [(1, screen(*drawn))], [])
    assert any(isinstance(one, AgreementImplied) for one in found) is implied
