from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.answers import answers_of, next_look, prompts_of
from scanner.collect.device.recorded import Recorded
from tests.collect.device.recordings import APP, Drawn, node, recording, screen, walk

RULES = "请您阅读并同意《用户协议》和《隐私政策》"
MAIN = screen(node("首页"), *(node(words, "Button") for words in ("外卖", "打车", "我的")))
LABEL = node("我已阅读并同意《用户协议》《隐私政策》", "CheckBox", (40, 400, 900, 460))
FIELD = node("", "EditText", (40, 200, 900, 300))
LOGIN = screen(FIELD, LABEL, node("登录", "Button", (40, 600, 900, 700)))


def ask(*buttons: Drawn, text: str = RULES) -> str:
    return screen(node(text), *buttons)


def tap(time: float, words: str = "", **more: Any) -> dict[str, Any]:
    return {"time": time, "words": words, **more}


def run(
    folder: Path, shown: list[tuple[float, str]], taps: list[dict[str, Any]]
) -> list[tuple[str | None, bool]]:
    recorded = recording(folder, walk(shown, taps))
    found = answers_of(recorded, prompts_of(recorded))
    return [(one.answer, one.explicit) for one in found]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("同意", ("agreed", True)),
        ("不同意", ("refused", True)),
        ("暂不使用", ("refused", True)),
        ("退出", ("refused", False)),
        ("仅浏览", ("refused", False)),
        ("进入基本功能模式", ("refused", False)),
        ("仅使用基本功能", ("refused", True)),
        ("仅同意必要信息", (None, False)),
        ("确定", (None, False)),
        ("×", ("refused", False)),
    ],
)
def test_a_tap_answers_what_its_words_say(
    tmp_path: Path, said: str, answer: tuple[str | None, bool]
) -> None:
    others = [words for words in ("同意", "不同意") if words != said]
    buttons = [node(words, "Button") for words in [*others, said]]
    assert run(tmp_path, [(1, ask(*buttons))], [tap(5, said)]) == [answer]


def test_a_lone_button_agrees_where_the_text_asks(tmp_path: Path) -> None:
    shown = [(1.0, ask(node("我知道了", "Button"), text=f"{RULES}后使用"))]
    assert run(tmp_path, shown, [tap(5, "我知道了")]) == [("agreed", False)]


def test_closing_refuses_nothing_where_going_on_means_agreeing(tmp_path: Path) -> None:
    text = f"{RULES}。继续使用即视为同意"
    buttons = (node("同意", "Button"), node("×", "Button"))
    assert run(tmp_path, [(1, ask(*buttons, text=text))], [tap(5, "×")]) == [(None, False)]


@pytest.mark.parametrize(
    ("words", "answers"),
    [("《隐私政策》", []), ("查看详情", []), ("", [(None, False)])],
)
def test_links_answer_nothing_and_what_has_no_words_may_be_either(
    tmp_path: Path, words: str, answers: list[tuple[str | None, bool]]
) -> None:
    other = node(words, "ImageButton", (0, 1000, 100, 1100), clickable=True)
    shown = [(1.0, ask(node("同意", "Button"), other))]
    at = {"x": 50, "y": 1050}
    assert run(tmp_path, shown, [{"time": 5, **at}]) == answers


@pytest.mark.parametrize(("ticks", "answer"), [(0, None), (1, "agreed"), (2, None), (3, "agreed")])
def test_logging_in_agrees_where_the_box_is_ticked(
    tmp_path: Path, ticks: int, answer: str | None
) -> None:
    taps = [tap(3.0 + n, x=60, y=430) for n in range(ticks)]
    found = run(tmp_path, [(1, LOGIN)], [*taps, tap(20, "登录")])
    assert found == [(answer, False)]


def test_what_no_screen_shows_is_known_by_the_words_of_the_harness_only(tmp_path: Path) -> None:
    assert run(tmp_path, [], [tap(5, "同意")]) == [("agreed", True)]
    assert run(tmp_path, [], [tap(5, "不同意")]) == [("refused", True)]
    assert run(tmp_path, [], [tap(5, "拒绝")]) == [(None, False)]  # of a permission, perhaps
    assert run(tmp_path, [], [tap(5, x=1, y=1)]) == [(None, False)]
    assert run(tmp_path, [], [tap(5, "外卖")]) == []


def test_a_screen_is_old_once_something_was_done_that_may_change_it(tmp_path: Path) -> None:
    shown = [(1.0, ask(node("同意", "Button", (0, 900, 900, 990)), node("不同意", "Button")))]
    again = tap(9, x=10, y=950)
    assert run(tmp_path, shown, [tap(5, "不同意"), again]) == [("refused", True), (None, False)]
    typed = {"time": 5, "action": "type"}
    assert run(tmp_path, shown, [typed, again]) == [("agreed", True)]


def test_a_permission_is_no_answer_to_the_question(tmp_path: Path) -> None:
    package = "com.android.permissioncontroller"
    dialog = screen(*(node(words, "Button") for words in ("允许", "拒绝")), package=package)
    assert run(tmp_path, [(1, dialog)], [tap(5, "拒绝")]) == []
    assert run(tmp_path, [(1, MAIN)], [tap(5, "外卖")]) == []


def test_going_back_from_a_question_may_be_anything(tmp_path: Path) -> None:
    shown = [(1.0, ask(node("同意", "Button"), node("不同意", "Button")))]
    assert run(tmp_path, shown, [{"time": 5, "action": "back"}]) == [(None, False)]


def test_the_next_screen_is_one_that_surely_stood_after_the_tap(tmp_path: Path) -> None:
    recorded: Recorded = recording(
        tmp_path, walk([(1, MAIN), (5.5, MAIN), (8, MAIN), (20, MAIN)], [tap(5), tap(12)])
    )
    assert [next_look(recorded, number) for number in (0, 1)] == [2, 3]
    short = recording(tmp_path, walk([(1, MAIN), (8, MAIN)], [tap(5), tap(6)]))
    assert next_look(short, 0) is None
    assert short.package == APP


def test_an_old_look_tells_only_what_stays_until_it_is_answered(tmp_path: Path) -> None:
    other = screen(node("某某应用"), node("跳过", "Button"))
    at: dict[str, Any] = {"x": 540, "y": 270}
    assert run(tmp_path, [(1, other)], [tap(4, **at)]) == []
    assert run(tmp_path, [(1, other)], [tap(20, **at)]) == [(None, False)]
    assert run(tmp_path, [(1, other)], [tap(20, "跳过")]) == []
    asks = ask(node("同意", "Button"), node("不同意", "Button"))
    assert run(tmp_path, [(1, asks)], [tap(60, **at)]) == [("agreed", True)]


AGREE = node("同意", "Button")
QUESTION = ask(AGREE, node("不同意", "Button"))
SECOND = ask(AGREE, node("退出", "Button"), text="您需同意《隐私政策》方可使用")
BLANK = screen(node("", "View", (0, 0, 1080, 2400)))


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        ([], "agreed"),
        ([(9, MAIN)], "agreed"),
        ([(9, BLANK), (11, MAIN)], "agreed"),
        ([(9, LOGIN)], "agreed"),
        ([(9, QUESTION)], None),
        ([(9, BLANK), (11, QUESTION)], None),
        ([(9, SECOND)], None),
        ([(9, SECOND), (11, MAIN)], None),
        ([(9, QUESTION), (11, MAIN)], "agreed"),  # the app was slow
        ([(9, QUESTION), (30, QUESTION), (40, MAIN)], None),
    ],
)
def test_an_agreement_holds_once_no_question_stands_there_any_more(
    tmp_path: Path, after: list[tuple[float, str]], answer: str | None
) -> None:
    found = run(tmp_path, [(1, QUESTION), *after], [tap(5, "同意")])
    assert [one for one, _ in found] == [answer]


def test_a_permission_that_is_answered_in_between_hides_no_question(tmp_path: Path) -> None:
    package = "com.android.permissioncontroller"
    dialog = screen(*(node(words, "Button") for words in ("允许", "拒绝")), package=package)
    shown = [(1.0, QUESTION), (8.0, dialog), (12.0, QUESTION)]
    found = run(tmp_path, shown, [tap(5, "同意"), tap(9, "拒绝")])
    assert [one for one, _ in found] == [None]


@pytest.mark.parametrize(
    ("said", "after", "found"),
    [
        ("同意后使用全部功能", QUESTION, []),
        ("去同意", QUESTION, []),
        ("同意后使用全部功能", MAIN, [(None, False)]),
        ("去同意", MAIN, [(None, False)]),
        ("外卖", QUESTION, []),
    ],
)
def test_words_of_agreeing_beside_no_question_may_open_it(
    tmp_path: Path, said: str, after: str, found: list[tuple[str | None, bool]]
) -> None:
    page = screen(node("首页"), node("外卖", "Button"), node(said, "Button"))
    assert run(tmp_path, [(1, page), (9, after)], [tap(5, said)]) == found
