from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.popups import closable, facts_of
from scanner.collect.device.walked import Walked
from scanner.facts import PopupShown
from tests.collect.device.recordings import RUN, Drawn, node, recording, screen, walk
from tests.collect.device.test_walked import act

HOME = screen(node("首页"), node("我的", "Button"), node("商品", "Button"))


def window(*nodes: Drawn) -> str:
    return screen(*nodes).replace("[0,0][1080,2400]", "[90,700][990,1700]")


def told(folder: Path, *trees: str, taps: tuple[dict[str, Any], ...] = ()) -> list[PopupShown]:
    shown = [(number * 10.0, tree) for number, tree in enumerate(trees)]
    return list(facts_of(Walked(recording(folder, walk(shown, taps)))))


def test_an_advertisement_over_a_screen(tmp_path: Path) -> None:
    (found,) = told(tmp_path, HOME, window(node("新人红包"), node("立即领取", "Button")))
    assert (found.page, found.text) == ("MainActivity 首页", "新人红包 立即领取")
    assert (found.closable, found.advertisement, found.marked) == (False, True, False)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (node("关闭", "Button"), True),
        (node("×", "Button"), True),
        (node("", "ImageView", clickable=True, desc="关闭"), True),
        (node("", "ImageView", clickable=True, id="cn.example.app:id/iv_close"), True),
        (node("", "ImageView", clickable=True), None),
        (node("去看看", "Button"), False),
    ],
)
def test_whether_it_can_be_closed(tmp_path: Path, more: Drawn, expected: bool | None) -> None:
    (found,) = told(tmp_path, HOME, window(node("限时优惠"), node("立即抢购", "Button"), more))
    assert found.closable is expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        *((node(words, "Button"), True) for words in ("关闭广告", "点击跳过", "一键跳过")),
        *((node(words, "Button"), True) for words in ("5秒后可跳过", "略過", "略過廣告")),
        *((node(words, "Button"), True) for words in ("不感兴趣", "返回首页", "回到首页")),
        (node("进入首页", "Button"), True),
        (node("进入山雀阅读", "Button"), None),
        (node("跳过 3s"), None),
        (node("3秒后自动关闭"), None),
        (node("5"), None),
        (node("进店看看", "Button"), False),
        (node("新书上架"), False),
    ],
)
def test_words_that_close_it(tmp_path: Path, more: Drawn, expected: bool | None) -> None:
    offer = node("立即抢购", "Button")
    (found,) = told(tmp_path, HOME, window(node("限时优惠"), offer, more))
    assert found.closable is expected


def test_pages_of_the_app_are_none(tmp_path: Path) -> None:
    article = screen(node("夜航船"), node("广告"), node("下一篇", "Button"))
    coupons = screen(node("限时特惠"), node("领取", "Button"), node("", "ImageButton"))
    assert told(tmp_path, HOME, article, HOME, coupons) == []


def test_nothing_to_tap_says_nothing() -> None:
    assert closable(()) is None


def test_a_countdown_is_one_popup(tmp_path: Path) -> None:
    ads = [screen(node("广告"), node(f"跳过 {n}", "Button"), node("好车")) for n in (5, 4, 3)]
    (found,) = told(tmp_path, *ads, HOME)
    assert (found.closable, found.advertisement, found.marked) == (True, True, True)


def test_what_a_tap_opened_is_told_only_where_it_sells(tmp_path: Path) -> None:
    menu = window(node("选择日期"), node("今天", "Button"))
    tapped: dict[str, Any] = {"time": 9.0, "words": "商品"}
    assert told(tmp_path, HOME, menu, taps=(tapped,)) == []
    assert len(told(tmp_path, HOME, menu, taps=(act(1.0, "swipe"),))) == 1
    assert (
        len(
            told(tmp_path, HOME, window(node("限时优惠"), node("去看看", "Button")), taps=(tapped,))
        )
        == 1
    )


def test_questions_for_consent_and_reasons_are_none(tmp_path: Path) -> None:
    asks = window(
        node("请阅读并同意《隐私政策》"), node("同意", "Button"), node("不同意", "Button")
    )
    reason = window(node("需要相机权限用于扫码"), node("去看看", "Button"))
    assert told(tmp_path, HOME, asks, HOME, reason) == []


def test_whole_screens_are_none(tmp_path: Path) -> None:
    assert told(tmp_path, HOME, HOME) == []


CLOSE = node("关闭", "Button", (1000, 80, 1040, 120))
PICTURE = node("", "ImageView", (0, 0, 1080, 2400), clickable=True)


def test_a_picture_as_large_as_the_screen_is_no_way_to_close(tmp_path: Path) -> None:
    (found,) = told(tmp_path, HOME, screen(PICTURE, node("广告"), node("新车上市")), HOME)
    assert (found.closable, found.close_dp, found.close_after_s) == (False, None, None)


def test_how_long_a_window_surely_stood_before_it_could_be_closed(tmp_path: Path) -> None:
    bare = screen(PICTURE, node("广告"), node("新车上市"))
    closed = screen(PICTURE, node("广告"), node("新车上市"), CLOSE)
    (found,) = told(tmp_path, HOME, bare, bare, closed, HOME)
    assert found.closable is True
    assert found.close_after_s in (8, 9, 10)  # one look every ten seconds, each off by up to one
    (at_once,) = told(tmp_path, HOME, closed, HOME)
    assert at_once.close_after_s == 0


@pytest.mark.parametrize(("density", "size"), [(160, 40), (480, 14), (None, None), (7, None)])
def test_the_size_of_what_closes_it(tmp_path: Path, density: int | None, size: int | None) -> None:
    parts = walk([(0.0, HOME), (10.0, screen(PICTURE, node("广告"), CLOSE))])
    parts["run.yaml"] = {**RUN, "device": {"density": density}}
    (found,) = facts_of(Walked(recording(tmp_path, parts)))
    assert found.close_dp == size
