from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.walked import Walked
from scanner.collect.device.windows import facts_of, is_window
from scanner.facts import WindowJumped
from scanner.knowledge import load_knowledge, rules_folder
from tests.collect.device.recordings import HEIGHT, WIDTH, node, recording, screen, walk

KNOWN = load_knowledge(rules_folder() / "lists")
PICTURE = node("", "ImageView", (0, 0, WIDTH, HEIGHT), clickable=True)
AD = screen(
    PICTURE,
    node("广告"),
    node("摇一摇或上滑，打开示例商城"),
    node("查看详情", "Button", (300, 2000, 800, 2100)),
    node("跳过", "Button", (900, 50, 1040, 150)),
)
WORDS = (40, 1400, 1040, 1600)
HOME = screen(node("首页"), node("我的", "Button"), node("商品", "Button"))
SHOP = screen(node("示例商城"), node("购物车", "Button"), package="cn.example.shop")
PHONE = screen(node("相机"), node("拍照", "Button"), package="com.android.camera")
PAGE = screen(node("", "android.webkit.WebView", (0, 0, WIDTH, HEIGHT)), node("活动页"))


def told(folder: Path, after: str, **tap: Any) -> list[WindowJumped]:
    made = walk([(0.0, AD), (10.0, after), (20.0, after)], [{"time": 7.0, **tap}])
    return list(facts_of(Walked(recording(folder, made)), KNOWN))


def test_what_is_a_window(tmp_path: Path) -> None:
    walked = Walked(recording(tmp_path, walk([(0.0, AD), (10.0, HOME)])))
    assert [is_window(walked, one) for one in walked.own] == [True, False]


def test_a_shake_with_its_measure_rounded_up(tmp_path: Path) -> None:
    felt = {"acceleration": 14.991, "turned": 33.2, "lasted_s": 0.5}
    (found,) = told(tmp_path, SHOP, action="shake", **felt)
    assert (found.cause, found.led_to, found.told) == ("shake", "app", True)
    assert (found.acceleration, found.turned, found.lasted_ms) == (1500, 34, 500)


def test_what_nobody_measured_or_no_phone_can_show_is_unknown(tmp_path: Path) -> None:
    (found,) = told(tmp_path, SHOP, action="shake", acceleration=-3.0, turned=1e99)
    assert (found.acceleration, found.turned, found.lasted_ms) == (None, None, None)


@pytest.mark.parametrize(
    ("x", "y", "on_control"),
    [(540, 1200, False), (500, 2050, True), (950, 100, False)],
)
def test_where_a_tap_fell(tmp_path: Path, x: int, y: int, *, on_control: bool) -> None:
    (found,) = told(tmp_path, SHOP, x=x, y=y)
    assert (found.cause, found.on_control) == ("tap", on_control)


def test_a_tap_on_the_bar_of_the_system_or_on_words_that_lead_on(tmp_path: Path) -> None:
    (bar,) = told(tmp_path, SHOP, x=540, y=40)
    assert bar.on_control is None
    says = screen(PICTURE, node("广告"), node("点击跳转至详情页或第三方应用", bounds=WORDS))
    plain = screen(PICTURE, node("广告"), node("春季上新", bounds=WORDS))
    found = []
    for tree in (says, plain):
        made = walk([(0.0, tree), (10.0, SHOP), (20.0, SHOP)], [{"time": 7.0, "x": 540, "y": 1500}])
        found += [one.on_control for one in facts_of(Walked(recording(tmp_path, made)), KNOWN)]
    assert found == [True, None]


FEED = screen(node("广告"), node("夜航船", "Button"), node("下一篇", "Button"))
COMIC = screen(PICTURE, node("广告"), node("下一话", "Button"))


@pytest.mark.parametrize(
    ("tree", "taps"),
    [
        (FEED, []),
        (screen(node("摇一摇"), node("摇动手机，随机推荐一本书"), node("好", "Button")), []),
        (COMIC, [{"time": 8.0, "words": "商品"}]),
        (COMIC, [{"time": 8.0, "action": "swipe"}]),
        (COMIC, [{"time": 8.0, "action": "back"}]),
    ],
)
def test_a_page_of_the_app_is_no_window(
    tmp_path: Path, tree: str, taps: list[dict[str, Any]]
) -> None:
    walked = Walked(recording(tmp_path, walk([(0.0, HOME), (10.0, tree), (20.0, tree)], taps)))
    assert [is_window(walked, one) for one in walked.own] == [False, False, False]


def test_a_picture_that_came_by_itself_is_one(tmp_path: Path) -> None:
    walked = Walked(recording(tmp_path, walk([(0.0, HOME), (10.0, COMIC), (20.0, COMIC)])))
    assert [is_window(walked, one) for one in walked.own] == [False, True, True]


def test_a_slide(tmp_path: Path) -> None:
    (found,) = told(tmp_path, SHOP, action="swipe")
    assert (found.cause, found.told, found.on_control) == ("slide", True, None)


@pytest.mark.parametrize("after", [HOME, PHONE])
def test_a_window_that_goes_by_itself_leads_nowhere(tmp_path: Path, after: str) -> None:
    assert told(tmp_path, after, action="shake") == []


def test_what_came_later_came_by_itself(tmp_path: Path) -> None:
    made = walk([(0.0, AD), (10.0, SHOP)], [{"time": 2.0, "action": "shake"}])
    assert list(facts_of(Walked(recording(tmp_path, made)), KNOWN)) == []


def test_what_was_done_next_may_have_led_there(tmp_path: Path) -> None:
    done = [{"time": 8.5, "action": "shake"}, {"time": 9.5, "action": "home"}]
    made = walk([(0.0, AD), (10.0, SHOP)], done)
    assert list(facts_of(Walked(recording(tmp_path, made)), KNOWN)) == []
