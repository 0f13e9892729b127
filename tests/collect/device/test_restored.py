from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.restored import facts_of
from scanner.collect.device.walked import Walked
from scanner.facts import AccountRestored
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Sighting, Unseen
from tests.collect.device.recordings import node, recording, screen, walk

KNOWN = load_knowledge(rules_folder() / "lists")
IDENTITY = {"address": ("松鼠胡同8号",), "phone": ("19900000001",)}
HOME = screen(node("首页"), node("我的", "Button"), node("商品", "Button"))
MINE = screen(node("我的"), node("收货地址 松鼠胡同8号"), node("注销账号", "Button"))
CLOSE = screen(node("注销账号"), node("注销账号后无法恢复"), node("确认注销", "Button"))
LOGIN = screen(node("登录"), node("手机号", "EditText"), node("登录", "Button"))
TAPS: tuple[dict[str, Any], ...] = (
    {"time": 9.0, "words": "注销账号"},
    {"time": 19.0, "words": "确认注销"},
)


def told(folder: Path, *after: str, identity: Mapping[str, tuple[str, ...]]) -> list[Sighting]:
    trees = (MINE, CLOSE, HOME, *after)
    shown = [(number * 10.0, tree) for number, tree in enumerate(trees)]
    return list(facts_of(Walked(recording(folder, walk(shown, TAPS))), KNOWN, identity))


def test_a_known_value_that_stands_there_again(tmp_path: Path) -> None:
    (found,) = told(tmp_path, LOGIN, MINE, identity=IDENTITY)
    assert isinstance(found, AccountRestored)
    assert (found.data_type, found.logged_in_again) == ("address", True)


def test_nothing_comes_back(tmp_path: Path) -> None:
    assert told(tmp_path, LOGIN, HOME, identity=IDENTITY) == []


def test_what_was_typed_anew_is_the_auditors(tmp_path: Path) -> None:
    typed = screen(node("地址"), node("松鼠胡同8号", "EditText"), node("保存", "Button"))
    assert told(tmp_path, LOGIN, typed, MINE, identity=IDENTITY) == []


def test_the_number_used_to_log_in_is_given_again(tmp_path: Path) -> None:
    phone = {"phone": ("松鼠胡同8号",)}
    (found,) = told(tmp_path, LOGIN, MINE, identity=phone)
    assert isinstance(found, Unseen)


def test_without_a_closing_it_is_unseen(tmp_path: Path) -> None:
    made = recording(tmp_path, walk([(0.0, MINE), (10.0, MINE)]))
    (found,) = facts_of(Walked(made), KNOWN, IDENTITY)
    assert isinstance(found, Unseen)


@pytest.mark.parametrize(
    "words", ["注销失败，暂不能注销", "15 天冷静期内登录即取消注销", "将在 3 个工作日内审核"]
)
def test_an_account_that_is_not_closed_yet(tmp_path: Path, words: str) -> None:
    pending = screen(node("注销结果"), node(words), node("知道了", "Button"))
    trees = (MINE, CLOSE, pending, LOGIN, MINE)
    shown = [(number * 10.0, tree) for number, tree in enumerate(trees)]
    made = recording(tmp_path, walk(shown, TAPS))
    assert [type(one) for one in facts_of(Walked(made), KNOWN, IDENTITY)] == [Unseen]


def test_what_may_have_been_typed_is_the_auditors(tmp_path: Path) -> None:
    form = screen(node("收货地址"), node("地址", "EditText"), node("保存", "Button"))
    trees = (MINE, CLOSE, HOME, LOGIN, form, MINE)
    shown = [(number * 10.0, tree) for number, tree in enumerate(trees)]
    typed: dict[str, Any] = {"time": 45.0, "action": "type"}
    for taps, found in ((TAPS, 1), ((*TAPS, typed), 0)):
        made = recording(tmp_path, walk(shown, taps))
        assert len(list(facts_of(Walked(made), KNOWN, IDENTITY))) == found
