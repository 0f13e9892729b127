from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.consent import facts_of
from scanner.facts import ConsentAnswered, ConsentPrompt
from scanner.knowledge import Knowledge
from scanner.model import Sighting, Unseen
from tests.collect.device.recordings import APP, RUN, T0, Drawn, Part, node, recording, screen, walk

RULES = "请您阅读并同意《用户协议》和《隐私政策》后使用"
NO, YES = node("不同意", "Button"), node("同意", "Button")
ASK = screen(node(RULES), NO, YES)
AGAIN = screen(node("您需同意《隐私政策》方可使用"), node("退出", "Button"), node("同意", "Button"))
MAIN = screen(node("首页"), *(node(words, "Button") for words in ("外卖", "打车", "我的")))
BASIC = screen(node("您正在使用仅浏览模式"), *(node(w, "Button") for w in ("外卖", "打车", "我的")))
SPLASH = screen(node("某某应用"))
BLANK = screen(node("", "View", (0, 0, 1080, 2400)))
HOME = screen(node("微信", clickable=True), package="com.android.launcher3")
LAUNCH: dict[str, Any] = {"time": 0, "action": "launch"}


def tap(time: float, words: str, **more: Any) -> dict[str, Any]:
    return {"time": time, "words": words, **more}


def facts(
    folder: Path,
    known: Knowledge,
    shown: list[tuple[float, str]],
    taps: list[dict[str, Any]],
    **parts: Part,
) -> list[Sighting]:
    run = parts.pop("run", RUN)
    recorded = recording(folder, {**walk(shown, taps, None, **parts), "run.yaml": run})
    return list(facts_of(recorded, known))


def prompts(found: list[Sighting]) -> list[ConsentPrompt]:
    return [one for one in found if isinstance(one, ConsentPrompt)]


def test_the_question_is_told_with_its_controls(tmp_path: Path, known: Knowledge) -> None:
    (prompt,) = prompts(facts(tmp_path, known, [(1, ASK), (5, ASK)], [LAUNCH]))
    assert (prompt.present, prompt.phase) == (True, "consent_shown")
    assert (prompt.accept, prompt.reject, prompt.reject_clicks) == ("同意", "不同意", 1)
    assert (prompt.equal_prominence, prompt.policy_link, prompt.login) == (True, True, False)
    assert prompt.language == "zh-Hans" and prompt.scope_after_refusal is None
    assert prompt.source.at.startswith("screens/") and prompt.source.time is not None


@pytest.mark.parametrize(
    ("drawn", "reject", "equal"),
    [
        ([NO, YES], "不同意", True),
        ([YES], "", None),
        ([node("不同意", clickable=True), YES], "不同意", False),
        ([node("不同意", "Button", (0, 900, 200, 960)), YES], "不同意", False),
        ([YES, node("", "ImageButton", (0, 0, 90, 90))], None, None),
    ],
)
def test_refusing_is_as_visible_as_agreeing_or_not(
    tmp_path: Path, known: Knowledge, drawn: list[Drawn], reject: str | None, equal: bool | None
) -> None:
    (prompt,) = prompts(facts(tmp_path, known, [(1, screen(node(RULES), *drawn))], [LAUNCH]))
    assert (prompt.reject, prompt.equal_prominence) == (reject, equal)


@pytest.mark.parametrize(
    ("shown", "absent"),
    [
        ([(1.0, SPLASH), (3.0, MAIN)], True),
        ([(1.0, MAIN)], True),
        ([(5.0, MAIN)], False),  # nobody looked at the start
        ([(1.0, BLANK), (3.0, MAIN)], False),
        ([(1.0, SPLASH), (3.0, SPLASH)], False),
        ([], False),
    ],
)
def test_that_nothing_asked_is_told_only_of_a_start_that_was_seen(
    tmp_path: Path, known: Knowledge, shown: list[tuple[float, str]], absent: bool
) -> None:
    found = facts(tmp_path, known, shown, [LAUNCH])
    assert [one.present for one in prompts(found)] == ([False] if absent else [])
    unseen = [one for one in found if isinstance(one, Unseen)]
    assert [one.kind for one in unseen] == ([] if absent else ["consent.prompt"])
    assert all(one.reason.zh and one.reason.en for one in unseen)


def test_of_an_app_that_ran_already_silence_says_nothing(tmp_path: Path, known: Knowledge) -> None:
    restarted = [{"time": T0 + 29, "event": "started", "process": f"{APP}:push", "kind": "service"}]
    found = facts(tmp_path, known, [(10, MAIN), (30, MAIN)], [], processes=restarted)
    assert not prompts(found) and any(isinstance(one, Unseen) for one in found)
    later = {"time": 28, "action": "launch"}
    found = facts(tmp_path, known, [(10, MAIN), (30, MAIN)], [later])
    assert not prompts(found) and any(isinstance(one, Unseen) for one in found)


def test_an_advertisement_before_the_question_is_not_the_app_in_use(
    tmp_path: Path, known: Knowledge
) -> None:
    advertised = screen(
        node("新人专享礼包"), node("立即领取", "Button"), node("", "ImageView", clickable=True)
    )
    found = facts(tmp_path, known, [(1, advertised), (3, advertised)], [LAUNCH])
    assert not prompts(found) and any(isinstance(one, Unseen) for one in found)


@pytest.mark.parametrize("clean", [None, False])
def test_without_a_clean_install_silence_says_nothing(
    tmp_path: Path, known: Knowledge, clean: bool | None
) -> None:
    run = {**RUN, "clean_install": clean}
    found = facts(tmp_path, known, [(1, MAIN)], [LAUNCH], run=run)
    assert not prompts(found) and any(isinstance(one, Unseen) for one in found)


def test_a_tap_into_a_gap_may_have_answered_what_nobody_saw(
    tmp_path: Path, known: Knowledge
) -> None:
    shown = [(1.0, SPLASH), (20.0, MAIN)]
    assert not prompts(facts(tmp_path, known, shown, [LAUNCH]))
    often = [*((float(second), SPLASH) for second in range(1, 20, 2)), (20.0, MAIN)]
    assert [one.present for one in prompts(facts(tmp_path, known, often, [LAUNCH]))] == [False]
    assert not prompts(facts(tmp_path, known, shown, [LAUNCH, tap(9, "")]))


@pytest.mark.parametrize(
    ("after", "scope"),
    [
        ([(13.0, MAIN)], "full"),
        ([(13.0, BASIC)], "basic"),
        ([(13.0, BLANK), (15.0, MAIN)], None),
        ([(13.0, ASK), (16.0, AGAIN)], "none"),
        ([(13.0, HOME)], None),
    ],
)
def test_what_can_be_used_after_refusing(
    tmp_path: Path, known: Knowledge, after: list[tuple[float, str]], scope: str | None
) -> None:
    shown = [(1.0, ASK), (5.0, ASK), *after]
    found = facts(tmp_path, known, shown, [LAUNCH, tap(10, "不同意")])
    assert prompts(found)[0].scope_after_refusal == scope


def test_an_app_that_ends_after_the_refusal_leaves_nothing(
    tmp_path: Path, known: Knowledge
) -> None:
    died = [{"time": T0 + 11, "event": "died", "process": APP}]
    shown = [(1.0, ASK), (5.0, ASK), (13.0, HOME)]
    taps = [LAUNCH, tap(10, "不同意")]
    assert prompts(facts(tmp_path, known, shown, taps, processes=died))[0].scope_after_refusal == (
        "none"
    )
    left = [*taps, {"time": 10.5, "action": "home"}]
    found = facts(tmp_path, known, shown, left, processes=died)
    assert prompts(found)[0].scope_after_refusal is None


@pytest.mark.parametrize(
    ("later", "asked_again"),
    [([], None), ([(42.0, ASK)], True), ([(42.0, MAIN)], False), ([(42.0, BLANK)], None)],
)
def test_an_answer_is_told_with_what_it_did(
    tmp_path: Path, known: Knowledge, later: list[tuple[float, str]], asked_again: bool | None
) -> None:
    launch = [{"time": 40, "action": "launch"}] if later else []
    shown = [(1.0, ASK), (5.0, ASK), (13.0, MAIN), *later]
    found = facts(tmp_path, known, shown, [LAUNCH, tap(10, "不同意"), *launch])
    (answer,) = [one for one in found if isinstance(one, ConsentAnswered)]
    assert (answer.answer, answer.control, answer.clicks) == ("refused", "不同意", 1)
    assert (answer.explicit, answer.closed, answer.phase) == (True, True, "refused")
    assert answer.asked_again is asked_again


def test_each_phase_tells_its_question_once(tmp_path: Path, known: Knowledge) -> None:
    shown = [(1.0, ASK), (5.0, ASK), (13.0, AGAIN), (15.0, AGAIN)]
    found = prompts(facts(tmp_path, known, shown, [LAUNCH, tap(10, "不同意")]))
    assert [one.phase for one in found] == ["consent_shown", "refused"]


def test_the_words_of_a_screen_carry_no_number_of_a_person(
    tmp_path: Path, known: Knowledge
) -> None:
    tree = screen(node(f"{RULES} 13800000000"), NO, YES)
    (prompt,) = prompts(facts(tmp_path, known, [(1, tree)], [LAUNCH]))
    assert "13800000000" not in f"{prompt.text}{prompt.page}"


READING = "请您仔细阅读《用户协议》和《隐私政策》，了解我们如何收集、使用您的个人信息。"


@pytest.mark.parametrize(
    ("drawn", "taps", "present"),
    [
        ([node(READING), node("再想想", "Button"), node("进入应用", "Button")], [], [True]),
        ([node(READING), node("完成", "Button")], [tap(4, "完成")], [True]),
        ([node("我们重视您的隐私"), node("走起", "Button")], [tap(4, "走起")], []),
        ([node(READING), node("", "Button"), node("", "Button")], [], []),
        ([node("", "TextView"), node("", "Button")], [tap(4, "", x=540, y=390)], []),
        ([node("", "android.webkit.WebView", (0, 220, 1080, 700))], [], []),
        ([node("隐私政策", "android.webkit.WebView", (0, 220, 1080, 700))], [], []),
    ],
)
def test_a_question_that_nobody_understands_is_never_taken_for_none(
    tmp_path: Path,
    known: Knowledge,
    drawn: list[Drawn],
    taps: list[dict[str, Any]],
    present: list[bool],
) -> None:
    welcome = screen(node("欢迎来到样例"), *drawn)
    shown = [(1.0, welcome), (3.0, welcome), (6.0, MAIN), (8.0, MAIN)]
    found = facts(tmp_path, known, shown, [LAUNCH, *taps])
    assert [one.present for one in prompts(found)] == present
    assert bool(present) or any(isinstance(one, Unseen) for one in found)
    for one in prompts(found):
        assert one.accept is None and one.reject != "" and one.policy_link is not False


@pytest.mark.parametrize(
    "notice", ["未同意隐私政策，仅提供基础浏览服务", "当前为基础浏览", "您尚未同意，部分功能受限"]
)
def test_a_notice_of_little_service_makes_it_little(
    tmp_path: Path, known: Knowledge, notice: str
) -> None:
    browsing = screen(
        node(notice), *(node(w, "Button") for w in ("外卖", "打车", "电影", "我的", "搜索"))
    )
    found = facts(tmp_path, known, [(1, ASK), (13, browsing)], [LAUNCH, tap(10, "不同意")])
    assert {one.scope_after_refusal for one in prompts(found)} == {"basic"}
