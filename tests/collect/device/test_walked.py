from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.walked import Walked
from tests.collect.device.recordings import Drawn, node, recording, screen, walk

BAR = (
    node("首页", "Button", (0, 2300, 500, 2400)),
    node("我的", "Button", (500, 2300, 1080, 2400)),
)


def page(title: str, *more: Drawn, bar: bool = False) -> str:
    title_node = node(title, bounds=(40, 50, 500, 90), id="cn.example.app:id/title")
    buttons = more or (node("商品详情", "Button"),)
    return screen(title_node, *buttons, *(BAR if bar else ()))


def tap(second: float, words: str) -> dict[str, Any]:
    return {"time": second, "words": words}


def act(second: float, action: str) -> dict[str, Any]:
    return {"time": second, "action": action}


CHAIN = [page(title) for title in ("首页", "我的", "设置", "关于", "法律", "隐私")]


def chain(folder: Path, *taps: dict[str, Any], gap: float = 10.0) -> Walked:
    shown = [(number * gap, tree) for number, tree in enumerate(CHAIN)]
    return Walked(recording(folder, walk(shown, taps)))


def taps_of(walked: Walked) -> list[int | None]:
    return [walked.taps(one.name) for one in walked.shown]


def test_every_tap_counts_once(tmp_path: Path) -> None:
    walked = chain(tmp_path, *(tap(number * 10 + 9, "商品详情") for number in range(5)))
    assert taps_of(walked) == [0, 1, 2, 3, 4, 5]


def test_swipes_and_typing_cost_nothing(tmp_path: Path) -> None:
    done = [tap(9, "商品详情"), act(11, "swipe"), act(12, "type"), tap(19, "商品详情")]
    assert taps_of(chain(tmp_path, *done))[:3] == [0, 1, 2]


@pytest.mark.parametrize("action", ["back", "home", "launch", "stop", "screen_off"])
def test_back_and_home_are_no_way(tmp_path: Path, action: str) -> None:
    walked = chain(tmp_path, tap(9, "商品详情"), act(19, action))
    assert taps_of(walked)[:3] == [0, 1, None]


def test_several_taps_without_a_screen_between_leave_the_number_unknown(tmp_path: Path) -> None:
    walked = chain(tmp_path, tap(7, "商品详情"), tap(8, "商品详情"), tap(9, "商品详情"))
    assert taps_of(walked)[:2] == [0, None]


def test_a_screen_that_comes_by_itself_costs_nothing(tmp_path: Path) -> None:
    walked = chain(tmp_path, tap(19, "商品详情"), gap=15.0)
    assert taps_of(walked)[:3] == [0, 0, 1]


def test_the_shorter_of_two_ways_counts(tmp_path: Path) -> None:
    shown = [CHAIN[0], CHAIN[1], CHAIN[2], CHAIN[0], CHAIN[2]]
    done = [tap(9, "商品详情"), tap(19, "商品详情"), act(29, "back"), tap(39, "商品详情")]
    shown_at = [(number * 10.0, tree) for number, tree in enumerate(shown)]
    walked = Walked(recording(tmp_path, walk(shown_at, done)))
    assert taps_of(walked)[2] == 1


def test_a_bar_leads_from_every_screen_on_which_it_stands(tmp_path: Path) -> None:
    shown = [
        (0.0, page("今日推荐", bar=True)),
        (10.0, page("热门", bar=True)),
        (20.0, page("我的主页", bar=True)),
    ]
    done: list[dict[str, Any]] = [
        {"time": 9.0, "words": "商品详情"},
        {"time": 19.0, "x": 700, "y": 2350},
    ]
    walked = Walked(recording(tmp_path, walk(shown, done)))
    assert [walked.taps(one.name) for one in walked.shown] == [0, 1, 1]


def test_without_taps_only_the_first_screen_is_known(tmp_path: Path) -> None:
    shown = [(number * 10.0, tree) for number, tree in enumerate(CHAIN)]
    parts = walk(shown)
    parts["taps.jsonl"] = None
    walked = Walked(recording(tmp_path, parts))
    assert not walked.ordered
    assert taps_of(walked) == [0, None, None, None, None, None]


def test_other_apps_are_no_part_of_the_way(tmp_path: Path) -> None:
    other = screen(node("桌面", "Button"), package="com.example.other")
    shown = [(0.0, CHAIN[0]), (10.0, other), (20.0, CHAIN[1])]
    walked = Walked(recording(tmp_path, walk(shown, [tap(9, "商品详情"), tap(19, "桌面")])))
    assert [walked.taps(one.name) for one in walked.own] == [0, None]


def test_an_advertisement_is_not_the_first_screen_that_can_be_used(tmp_path: Path) -> None:
    ad = screen(node("新人红包"), node("立即领取", "Button"), node("", "ImageView", clickable=True))
    walked = Walked(recording(tmp_path, walk([(0.0, ad), (5.0, CHAIN[0])])))
    assert walked.shown[0].over
    assert walked.shown[0].kind == "other"
    assert walked.first_main == walked.shown[1].name


def test_a_smaller_window_lies_over(tmp_path: Path) -> None:
    window = CHAIN[1].replace("[0,0][1080,2400]", "[90,700][990,1700]")
    walked = Walked(recording(tmp_path, walk([(0.0, CHAIN[0]), (5.0, window)])))
    assert [one.over for one in walked.shown] == [False, True]


@given(order=st.permutations(range(5)), shift=st.floats(-0.9, 0.9))
def test_shifting_taps_never_lengthens_a_way(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], shift: float
) -> None:
    """What taps say, moved by less than they may be off, is the same number of taps or unknown."""
    folder = tmp_path_factory.mktemp("walk")
    moved = {order[0], order[1]}
    done = [
        tap(number * 10 + 9.5 + (shift if number in moved else 0.0), "商品详情")
        for number in range(5)
    ]
    for number, taps in enumerate(
        taps_of(chain(folder, *sorted(done, key=lambda one: one["time"])))
    ):
        assert taps is None or taps <= number
