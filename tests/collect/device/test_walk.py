from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.walk import facts_of, leads_to_menu
from scanner.facts import ScreenShown, WalkCompleted
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Sighting, Unseen
from tests.collect.device.recordings import RUN, T0, Drawn, Part, node, recording, screen, walk

KNOWN = load_knowledge(rules_folder() / "lists")
OF_CLOSING = {"closing.demanded", "account.restored"}
"""What is unseen of every run in which no account was closed."""


def unseen_of(found: list[Sighting]) -> list[Unseen]:
    return [one for one in found if isinstance(one, Unseen) and one.kind not in OF_CLOSING]


HOME = screen(node("首页"), node("商品", "Button"), node("我的", "Button"))
MINE = screen(node("我的"), node("设置", "Button"), node("订单", "Button"))
SETTINGS = screen(node("设置"), node("注销账号", "Button"), node("电话 13800138000", "Button"))
BLIND = screen(node("", "android.view.View", (0, 0, 1080, 2400), clickable=True))
OTHER = screen(node("聊天记录"), node("张三", "Button"), package="com.tencent.mm")
TAPS: list[dict[str, Any]] = [{"time": 9.0, "words": "我的"}, {"time": 19.0, "words": "设置"}]


def told(
    folder: Path, *trees: str, taps: list[dict[str, Any]] | None = None, marks: Part = None
) -> list[Sighting]:
    shown = [(number * 10.0, tree) for number, tree in enumerate(trees)]
    made = walk(shown, TAPS if taps is None else taps, marks=marks)
    return list(facts_of(recording(folder, made), KNOWN, {}))


def walked(facts: list[Sighting]) -> WalkCompleted:
    (fact,) = (one for one in facts if isinstance(one, WalkCompleted))
    return fact


def screens(facts: list[Sighting]) -> list[ScreenShown]:
    return [one for one in facts if isinstance(one, ScreenShown)]


def test_each_screen_is_told_once_with_its_taps(tmp_path: Path) -> None:
    found = screens(told(tmp_path, HOME, MINE, SETTINGS, SETTINGS))
    assert [(one.screen, one.taps) for one in found] == [
        ("MainActivity 首页", 0),
        ("MainActivity 我的", 1),
        ("MainActivity 设置", 2),
    ]
    assert found[2].controls == ("注销账号", "电话 *")
    assert found[2].text == "设置 注销账号 电话 *"
    assert found[2].screen_kind == "settings"
    assert {one.picture for one in found} == {""}
    assert {one.of_subject for one in found} == {True}


def test_of_other_apps_nothing_is_told(tmp_path: Path) -> None:
    assert len(screens(told(tmp_path, HOME, OTHER, MINE))) == 2


def test_a_walk_through_every_menu_is_complete(tmp_path: Path) -> None:
    done = walked(told(tmp_path, HOME, MINE, SETTINGS))
    assert (done.complete, done.screens, done.depth, done.surface) == (True, 3, 2, "native")
    assert done.logged_in is None


def test_a_menu_that_nobody_opened_leaves_it_incomplete(tmp_path: Path) -> None:
    assert not walked(told(tmp_path, HOME, MINE, taps=TAPS[:1])).complete
    assert not walked(told(tmp_path, HOME, taps=[])).complete


def test_settings_that_were_never_seen_leave_it_incomplete(tmp_path: Path) -> None:
    mine = screen(node("我的"), node("订单", "Button"), node("", "ImageView", clickable=True))
    assert not walked(told(tmp_path, HOME, mine, taps=TAPS[:1])).complete


def test_a_menu_that_was_not_scrolled_leaves_it_incomplete(tmp_path: Path) -> None:
    listed = screen(node("设置"), node("", "RecyclerView"), node("通知", "Button"))
    assert not walked(told(tmp_path, HOME, MINE, listed)).complete
    taps = [*TAPS, {"time": 25.0, "action": "swipe"}]
    assert walked(told(tmp_path, HOME, MINE, listed, taps=taps)).complete


@pytest.mark.parametrize(
    ("note", "complete"),
    [
        ("遍历完成", True),
        ("遍历已完成，未登录", True),
        ("Walk complete", True),
        ("遍历未完成", False),
        ("没有遍历完成", False),
        ("是否遍历完成", False),
        ("walk incomplete", False),
        ("登录后", False),
    ],
)
def test_the_auditor_says_whether_all_was_walked(
    tmp_path: Path, note: str, *, complete: bool
) -> None:
    marks: list[dict[str, Any]] = [{"time": T0 + 30, "note": note}]
    assert walked(told(tmp_path, HOME, taps=[], marks=marks)).complete is complete


def test_screens_without_words_are_unseen_and_counted(tmp_path: Path) -> None:
    found = told(tmp_path, HOME, MINE, SETTINGS, BLIND)
    unseen = [one for one in found if isinstance(one, Unseen) and "界面树" in one.reason.zh]
    assert {one.kind for one in unseen} == {
        *("rights.offered", "policy.link", "recommendation.shown", "account.registration"),
        *("inducement.shown", "verification.offered", *OF_CLOSING),
    }
    assert all("4 " in one.reason.zh and "1 " in one.reason.zh for one in unseen)
    assert not walked(found).complete


def test_a_screen_that_passed_while_still_empty_hides_nothing(tmp_path: Path) -> None:
    taps = [{**tap, "time": tap["time"] + 10} for tap in TAPS]
    found = told(tmp_path, BLIND, HOME, MINE, SETTINGS, taps=taps)
    assert walked(found).complete
    assert not unseen_of(found)


def test_nothing_is_unseen_where_every_screen_could_be_read(tmp_path: Path) -> None:
    assert not unseen_of(told(tmp_path, HOME, MINE))


def test_whether_somebody_logged_in_is_the_recorders_word(tmp_path: Path) -> None:
    parts = walk([(0.0, HOME)])
    parts["run.yaml"] = {**RUN, "account": True}
    assert walked(list(facts_of(recording(tmp_path, parts), KNOWN, {}))).logged_in is True


def test_without_screens_nothing_is_told(tmp_path: Path) -> None:
    assert list(facts_of(recording(tmp_path, {"taps.jsonl": []}), KNOWN, {})) == []


def test_no_more_screens_than_the_bound(tmp_path: Path) -> None:
    many = [
        screen(node(f"第{'一' * (n % 20)}{chr(0x4E00 + n)}页"), node("商品", "Button"))
        for n in range(340)
    ]
    found = told(tmp_path, *many, taps=[])
    assert len(screens(found)) == 300
    (more,) = unseen_of(found)
    assert more.kind == "screen.shown"
    assert "300 of 340" in more.reason.en


def test_without_taps_what_came_by_itself_is_unseen(tmp_path: Path) -> None:
    parts = walk([(0.0, HOME)])
    parts["taps.jsonl"] = None
    found = list(facts_of(recording(tmp_path, parts), KNOWN, {}))
    kinds = {one.kind for one in unseen_of(found)}
    assert kinds == {"app.pushed", "popup.shown", "window.jumped"}


def test_a_lying_tree_is_bounded(tmp_path: Path) -> None:
    nest: Drawn = node("深")
    for _ in range(150):
        nest = node("", "FrameLayout", None, nest, clickable=True)
    found = screens(told(tmp_path, screen(nest, *(node("甲" * 300, "Button") for _ in range(900)))))
    assert len(found) == 1
    assert len(found[0].controls or ()) == 30
    assert all(len(words) <= 160 for words in found[0].controls or ())


@pytest.mark.parametrize(
    "words", ["我的", "设置", "关于我们", "账号与安全", "隐私设置", "Settings", "更多"]
)
def test_words_lead_to_menus(words: str) -> None:
    assert leads_to_menu(words)


@pytest.mark.parametrize("words", ["", "我的订单", "商品", "关于夏天的十首诗", "more than words"])
def test_words_lead_elsewhere(words: str) -> None:
    assert not leads_to_menu(words)


@pytest.mark.parametrize(("words", "known"), [("修改密码", True), ("告别星云", False)])
def test_absence_is_worth_less_where_a_control_is_not_understood(
    tmp_path: Path, words: str, *, known: bool
) -> None:
    settings = screen(node("设置"), node(words, "Button"))
    assert walked(told(tmp_path, HOME, MINE, settings)).understood is known
    assert walked(told(tmp_path, HOME)).understood is None


def test_the_auditor_s_word_that_not_all_was_walked_outweighs_the_screens(tmp_path: Path) -> None:
    shown = [(0.0, HOME), (10.0, MINE), (20.0, SETTINGS)]
    said = {"time": T0, "note": "界面未遍历完成，仅走了设置"}
    for marks, complete in (([], True), ([said], False)):
        made = recording(tmp_path, walk(shown, TAPS, marks=marks))
        (told,) = [one for one in facts_of(made, KNOWN, {}) if isinstance(one, WalkCompleted)]
        assert told.complete is complete
