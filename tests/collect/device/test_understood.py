from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.understood import is_about_account, understood
from scanner.collect.device.walked import Walked
from tests.collect.device.recordings import Drawn, node, recording, screen, walk

HOME = screen(node("首页"), node("商品", "Button"), node("我的", "Button", (540, 2250, 1080, 2390)))


def seen(folder: Path, *trees: str) -> Walked:
    shown = [(number * 10.0, tree) for number, tree in enumerate((HOME, *trees))]
    return Walked(recording(folder, walk(shown)))


def row(words: str, *inside: Drawn, top: int) -> Drawn:
    return node(
        *("", "LinearLayout", (0, top, 1080, top + 140)),
        node(words, bounds=(60, top + 30, 600, top + 110)),
        *inside,
        clickable=True,
    )


def test_known_words_are_understood(tmp_path: Path) -> None:
    value = node("138****0000", bounds=(700, 630, 1000, 710))
    back = node("", "ImageButton", (0, 60, 120, 180))
    bar = node("我的", "Button", (540, 2250, 1080, 2390))
    name = node("某某", bounds=(700, 830, 1000, 910))
    account = screen(
        *(node("账号与安全"), back, bar, row("修改密码", top=400)),
        *(row("手机号", value, top=600), row("昵称", name, top=800)),
    )
    assert understood(seen(tmp_path, account)) is True


@pytest.mark.parametrize(
    "odd",
    [
        row("告别星云", top=800),
        node("一键消失", "Button"),
        node("", "ImageView", (500, 800, 700, 900), clickable=True),
        node("", "Switch", (900, 800, 1000, 900)),
        row("内容口味", node("", "Switch", (900, 830, 1000, 910)), top=800),
        node("", "ListView", (0, 700, 1080, 2000), node("告别星云", bounds=(60, 800, 600, 900))),
        node(
            *("", "LinearLayout", (0, 700, 1080, 2000)),
            node("修改密码", bounds=(60, 700, 600, 800)),
            node("告别星云", bounds=(60, 900, 600, 1000)),
            clickable=True,
        ),
    ],
)
def test_a_control_that_nothing_explains_is_not(tmp_path: Path, odd: Drawn) -> None:
    account = screen(node("账号与安全"), row("修改密码", top=400), odd)
    assert understood(seen(tmp_path, account)) is False


def test_a_switch_is_told_by_the_words_of_its_row(tmp_path: Path) -> None:
    switch = node("开启", "Switch", (900, 830, 1000, 910))
    privacy = screen(node("隐私设置"), row("允许后台播放", switch, top=800))
    assert understood(seen(tmp_path, privacy)) is True


def test_other_screens_need_no_known_words(tmp_path: Path) -> None:
    film = screen(node("电影"), node("告别星云", "Button"))
    settings = screen(node("设置"), node("清除缓存", "Button"))
    assert understood(seen(tmp_path, film, settings)) is True
    mine = screen(node("我的"), node("账号终结", "Button"))
    assert understood(seen(tmp_path, mine, settings)) is False


def test_where_no_such_screen_was_read_nobody_knows(tmp_path: Path) -> None:
    assert understood(seen(tmp_path)) is None
    blind = screen(node("", "android.view.View", (0, 0, 1080, 2400), clickable=True))
    settings = screen(node("设置"), node("清除缓存", "Button"))
    assert understood(seen(tmp_path, settings, blind)) is None


@pytest.mark.parametrize(
    ("heading", "about"),
    [("账号与安全", True), ("帳號安全", True), ("隐私", True), ("推荐", False), ("推荐设置", True)],
)
def test_headings_of_screens_for_the_account(tmp_path: Path, heading: str, *, about: bool) -> None:
    walked = seen(tmp_path, screen(node(heading), node("商品", "Button")))
    assert is_about_account(walked, walked.own[-1]) is about


def test_a_screen_that_differs_by_a_picture_only_is_read_too(tmp_path: Path) -> None:
    plain: list[Any] = [node("设置"), node("清除缓存", "Button")]
    picture = node("", "ImageView", (500, 800, 700, 900), clickable=True)
    assert understood(seen(tmp_path, screen(*plain), screen(*plain, picture))) is False


def test_a_control_for_consent_that_nobody_tapped_may_take_it_back(tmp_path: Path) -> None:
    page = screen(node("账号与安全"), node("修改密码", "Button"), node("授权说明", "Button"))
    shown = [(0.0, page), (10.0, page)]
    assert understood(Walked(recording(tmp_path, walk(shown)))) is False
    tapped = [{"time": 8.0, "words": "授权说明"}]
    bare = screen(node("账号与安全"), node("修改密码", "Button"))
    assert understood(Walked(recording(tmp_path, walk([(0.0, bare)], tapped)))) is True
