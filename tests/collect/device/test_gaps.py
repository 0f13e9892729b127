from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.clocks import Moment
from scanner.collect.device.gaps import may_hide_answer
from tests.collect.device.recordings import T0, node, recording, screen, walk

SPLASH = screen(node("样例"))
MAIN = screen(node("首页"), *(node(words, "Button") for words in ("外卖", "打车", "我的", "搜索")))
NEWS = screen(node("首页"), *(node(words, "Button") for words in ("天气", "打车", "我的", "搜索")))
SETTINGS = screen(node("设置"), *(node(words, "Button") for words in ("通知", "清理", "关于")))
BLANK = screen(node("", "View", (0, 0, 1080, 2400)))
PRIVACY = screen(node("我们重视您的隐私"), node("走起", "Button"))
PICTURES = screen(node("欢迎"), node("", "ImageView", clickable=True))
TAP: dict[str, Any] = {"time": 3, "x": 540, "y": 250}


@pytest.mark.parametrize(
    ("shown", "taps", "hides"),
    [
        ([(1.0, SPLASH), (4.0, MAIN)], [], False),
        ([(1.0, SPLASH), (20.0, MAIN)], [], True),
        ([(1.0, MAIN), (20.0, MAIN)], [], False),
        ([(1.0, MAIN), (20.0, NEWS)], [], False),
        ([(1.0, MAIN), (4.0, SETTINGS)], [], True),
        ([(1.0, MAIN), (4.0, SETTINGS)], [TAP], False),
        ([(1.0, SPLASH), (4.0, BLANK)], [], True),
        ([(1.0, PICTURES), (4.0, MAIN)], [], True),
        ([(1.0, PRIVACY), (4.0, PRIVACY)], [], False),
    ],
)
def test_somebody_may_have_answered_where_nobody_looked_or_nothing_was_noted(
    tmp_path: Path, shown: list[tuple[float, str]], taps: list[dict[str, Any]], hides: bool
) -> None:
    recorded = recording(tmp_path, walk(shown, taps))
    former, look = recorded.looks
    assert may_hide_answer(recorded, former, look, former.at) is hides


def test_the_first_look_must_follow_the_launch_at_once(tmp_path: Path) -> None:
    recorded = recording(tmp_path, walk([(10.0, MAIN)], []))
    (look,) = recorded.looks
    assert may_hide_answer(recorded, None, look, Moment(T0, 1.0))
    assert may_hide_answer(recorded, None, look, None)
    assert not may_hide_answer(recorded, None, look, Moment(T0 + 7, 1.0))
