from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.policy_links import facts_of, untapped
from scanner.collect.device.walked import Walked
from scanner.facts import PolicyLink
from tests.collect.device.recordings import node, recording, screen, walk
from tests.collect.device.test_papers import POLICY, TERMS

HOME = screen(node("首页"), node("我的", "Button"), node("商品", "Button"))
MINE = screen(node("我的"), node("隐私政策", "Button"), node("用户协议", "Button"))
PAPER = screen(node("隐私政策"), *(node(line) for line in POLICY.split("\n")))
AGREEMENT = screen(node("用户服务协议"), *(node(line) for line in TERMS.split("\n")))
BLANK = screen(node("详情"), node("", "FrameLayout"))
GONE = screen(node("详情"), node("404 Not Found"))
OFFLINE = screen(node("详情"), node("网络异常，页面不存在"))
WEB = screen(node("详情"), node("", "android.webkit.WebView", (0, 100, 1080, 2400)))
FAILED = tuple(
    screen(node(words))
    for words in (
        *("502 Bad Gateway", "网页无法打开 net::ERR_NAME_NOT_RESOLVED", "系统繁忙，请稍后再试"),
        *("系统维护中", "服务器开小差了", "正在跳转…", "安全证书有问题", "详情"),
    )
)
SPINNING = screen(node("详情"), node("", "ProgressBar"))


def links(
    folder: Path, *after: str, tapped: str = "隐私政策", gap: float = 5.0
) -> list[PolicyLink]:
    shown = [(0.0, HOME), (10.0, MINE)]
    shown += [(20.0 + gap * number, tree) for number, tree in enumerate(after)]
    taps = [{"time": 8.0, "words": "我的"}, {"time": 17.0, "words": tapped}]
    return told(Walked(recording(folder, walk(shown, taps))))


def told(walked: Walked) -> list[PolicyLink]:
    return list(facts_of(walked))


def privacy(found: list[PolicyLink]) -> PolicyLink:
    return next(link for link in found if link.subject == "privacy")


def test_a_policy_that_opened_is_reachable_at_its_taps(tmp_path: Path) -> None:
    link = privacy(links(tmp_path, PAPER, PAPER))
    assert (link.reachable, link.clicks, link.opens, link.href) == (True, 2, "page", "")
    assert link.page == "MainActivity 我的"
    assert link.channel == "device"


def test_a_policy_in_a_browser_is_reachable(tmp_path: Path) -> None:
    browser = PAPER.replace("cn.example.app", "com.android.chrome")
    assert privacy(links(tmp_path, browser)).reachable is True


@pytest.mark.parametrize("tree", [GONE, AGREEMENT, HOME])
def test_what_surely_shows_no_policy_twice_is_not_reachable(tmp_path: Path, tree: str) -> None:
    link = privacy(links(tmp_path, tree, tree))
    assert (link.reachable, link.clicks) == (False, None)


@pytest.mark.parametrize("tree", [OFFLINE, WEB, SPINNING, BLANK, *FAILED])
def test_what_may_still_be_one_is_not_called_missing(tmp_path: Path, tree: str) -> None:
    assert privacy(links(tmp_path, tree, tree, tree)).reachable is None


def test_a_policy_read_in_parts_is_one(tmp_path: Path) -> None:
    lines = [POLICY[at : at + 90] for at in range(0, len(POLICY), 90)]
    parts = [screen(node("详情"), node(line)) for line in lines[:4]]
    assert privacy(links(tmp_path, *parts)).reachable is True


def test_a_menu_behind_it_is_not_called_missing(tmp_path: Path) -> None:
    menu = screen(node("隐私"), node("隐私政策", "Button"), node("撤回同意", "Button"))
    assert privacy(links(tmp_path, menu, menu)).reachable is None


def test_one_look_at_nothing_is_not_enough(tmp_path: Path) -> None:
    assert privacy(links(tmp_path, GONE)).reachable is None


def test_looks_that_may_be_from_before_the_tap_do_not_count(tmp_path: Path) -> None:
    """Seen 1.5 and 1.9 seconds after the tap, each of them off by a second, as may be the tap."""
    shown = [(0.0, HOME), (10.0, MINE), (18.5, GONE), (18.9, GONE)]
    taps = [{"time": 8.0, "words": "我的"}, {"time": 17.0, "words": "隐私政策"}]
    found = told(Walked(recording(tmp_path, walk(shown, taps))))
    assert privacy(found).reachable is None


def test_a_policy_that_came_later_counts_over_one_that_did_not(tmp_path: Path) -> None:
    assert privacy(links(tmp_path, BLANK, BLANK, PAPER)).reachable is True


def test_a_tap_that_changed_nothing_says_so(tmp_path: Path) -> None:
    link = privacy(links(tmp_path, MINE, MINE))
    assert (link.reachable, link.opens) == (None, "nothing")


def test_nobody_tapped_it(tmp_path: Path) -> None:
    link = privacy(links(tmp_path, GONE, GONE, tapped="客服"))
    assert (link.reachable, link.clicks, link.text) == (None, None, "隐私政策")


def test_a_title_within_a_sentence_cannot_be_told_apart(tmp_path: Path) -> None:
    both = "我已阅读并同意《用户协议》和《隐私政策》"
    login = screen(node("手机号", "EditText"), node(both, clickable=True), node("登录", "Button"))
    taps: list[dict[str, Any]] = [{"time": 7.0, "words": both}]
    shown = [(0.0, login), (10.0, AGREEMENT), (15.0, AGREEMENT), (20.0, AGREEMENT)]
    found = told(Walked(recording(tmp_path, walk(shown, taps))))
    assert {link.subject: link.reachable for link in found if link.page.endswith(both[:3])} == {}
    assert {link.subject for link in found} >= {"privacy", "agreement"}
    assert privacy(found).reachable is None
    assert privacy(found).page_kind == "login"


def test_settings_and_prose_are_no_links(tmp_path: Path) -> None:
    shown = screen(
        node("首页"), node("隐私设置", "Button"), node("隐私政策引争议 记者调查", "Button")
    )
    assert told(Walked(recording(tmp_path, walk([(0.0, shown)])))) == []


def test_without_taps_nothing_opened(tmp_path: Path) -> None:
    parts = walk([(0.0, HOME), (10.0, MINE), (20.0, GONE), (30.0, GONE)])
    parts["taps.jsonl"] = None
    assert privacy(told(Walked(recording(tmp_path, parts)))).reachable is None


@given(shifts=st.lists(st.floats(-0.999, 0.999), min_size=8, max_size=8))
def test_times_off_by_what_they_may_be_never_call_a_policy_missing(
    tmp_path_factory: pytest.TempPathFactory, shifts: list[float]
) -> None:
    """The policy stood after the tap; what was blank stood before it and after the next."""
    trees = [HOME, MINE, PAPER, GONE, GONE, GONE]
    at = [0.0, 15.5, 18.0, 20.5, 22.0, 24.0]
    shown = sorted(zip((a + b for a, b in zip(at, shifts, strict=False)), trees, strict=True))
    taps: list[dict[str, Any]] = [
        {"time": 16.5 + shifts[6], "words": "隐私政策"},
        {"time": 19.5 + shifts[7], "action": "back"},
    ]
    parts = walk(shown, sorted(taps, key=lambda one: one["time"]))
    found = told(Walked(recording(tmp_path_factory.mktemp("shift"), parts)))
    assert all(link.reachable is not False for link in found)


@pytest.mark.parametrize("words", ["我们如何待您", ""])
def test_words_that_name_nothing_are_a_link_where_a_policy_came(tmp_path: Path, words: str) -> None:
    odd = node(words, "Button", (40, 1000, 1040, 1100))
    shown = [(0.0, HOME), (10.0, screen(node("我的"), odd, node("书架", "Button"))), (20.0, PAPER)]
    taps: list[dict[str, Any]] = [
        {"time": 8.0, "words": "我的"},
        {"time": 17.0, "x": 500, "y": 1050},
    ]
    link = privacy(told(Walked(recording(tmp_path, walk(shown, taps)))))
    assert (link.text, link.reachable, link.clicks) == (words, True, 2)


def test_words_that_name_nothing_and_led_to_none_are_no_link(tmp_path: Path) -> None:
    shown = [(0.0, HOME), (10.0, screen(node("我的"), node("书架", "Button"))), (20.0, GONE)]
    taps: list[dict[str, Any]] = [{"time": 8.0, "words": "我的"}, {"time": 17.0, "words": "书架"}]
    assert not told(Walked(recording(tmp_path, walk(shown, taps))))


def test_in_which_language_the_policy_was_that_opened(tmp_path: Path) -> None:
    assert privacy(links(tmp_path, PAPER, PAPER)).language == "zh-Hans"
    assert privacy(links(tmp_path, GONE, GONE)).language is None


def test_the_heading_of_a_dead_page_is_no_link_of_its_own(tmp_path: Path) -> None:
    dead = screen(node("隐私政策"), node("404 页面不存在"))
    found = [one for one in links(tmp_path, dead, dead) if one.subject == "privacy"]
    assert [(one.page, one.reachable) for one in found] == [("MainActivity 我的", False)]


@pytest.mark.parametrize("words", ["规则与协议", "儿童隐私保护规则", "数据保护政策", "法律信息"])
def test_a_policy_may_stand_behind_what_nobody_tapped(tmp_path: Path, words: str) -> None:
    page = screen(node("我的"), node(words, "Button"), node("书架", "Button"))
    shown = [(0.0, page), (10.0, page), (20.0, page)]
    (found,) = untapped(Walked(recording(tmp_path, walk(shown))))
    assert (found.kind, found.scope["text"]) == ("policy.link", (words,))
    tapped = walk(shown, [{"time": 8.0, "words": words}])
    assert not list(untapped(Walked(recording(tmp_path, tapped))))
