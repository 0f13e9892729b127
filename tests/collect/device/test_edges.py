from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.device.answers import OLD_AFTER_S
from scanner.collect.device.clocks import Moment
from scanner.collect.device.edges import UNSEEN_WITHIN_S
from scanner.collect.device.recorded import Recorded
from scanner.facts import Phase
from tests.collect.device.recordings import APP, RUN, T0, Drawn, Part, node, recording, screen, walk

RULES = "请您阅读并同意《用户协议》和《隐私政策》"
ASK = screen(node(RULES), node("不同意", "Button"), node("同意并继续", "Button"))
AGAIN = screen(node("您需同意《隐私政策》方可使用"), node("退出", "Button"), node("同意", "Button"))
MAIN = screen(node("首页"), *(node(words, "Button") for words in ("外卖", "打车", "我的")))
POLICY = screen(node("隐私政策"), node("我们收集您的信息。" * 80))
SPLASH = screen(node("某某应用"), node("让生活更美好"))
LOGIN = screen(
    node("手机号登录"),
    node("", "EditText"),
    node("我已阅读并同意《用户协议》和《隐私政策》", "CheckBox"),
    node("登录", "Button"),
)
BROWSING = screen(
    node("您正在使用仅浏览模式"),
    *(node(words, "Button") for words in ("外卖", "打车", "同意后使用全部功能")),
)
BLANK = screen(node("", "View", (0, 0, 1080, 2400)))
HOME = screen(node("微信", clickable=True), package="com.android.launcher3")
OTHER = screen(node("拍照", "Button"), package="com.android.camera2")
DIALOG = screen(
    node("要允许访问位置吗"),
    *(node(words, "Button") for words in ("允许", "拒绝")),
    package="com.android.permissioncontroller",
)
LAUNCH: dict[str, Any] = {"time": 0, "action": "launch"}


def tap(time: float, words: str, **more: Any) -> dict[str, Any]:
    return {"time": time, "action": "tap", "words": words, **more}


def run_of(clean: bool | None) -> dict[str, Any]:
    return {**RUN, "clean_install": clean}


def told(recorded: Recorded) -> list[tuple[Phase | None, str]]:
    return [(edge.phase, edge.cause) for edge in recorded.phases.edges]


def phases(
    folder: Path,
    shown: list[tuple[float, str]],
    taps: list[dict[str, Any]],
    **parts: Part,
) -> list[Phase | None]:
    return [phase for phase, _ in told(recording(folder, walk(shown, taps, None, **parts)))]


def test_a_run_goes_from_launch_over_the_question_to_the_answer(tmp_path: Path) -> None:
    shown = [(-2.0, HOME), (1.0, ASK), (9.0, ASK), (12.0, MAIN)]
    recorded = recording(tmp_path, walk(shown, [LAUNCH, tap(10, "同意并继续")]))
    assert told(recorded) == [
        ("first_launch", "launch"),
        ("consent_shown", "screen"),
        ("agreed", "tap"),
    ]
    last = recorded.phases.edges[-1]
    assert last.words == "同意并继续" and last.place == "taps.jsonl line 2"
    assert (last.at.at - T0, last.at.within) == (10.0, 1.0)
    shown_at = recorded.phases.edges[1].at
    assert (shown_at.at - T0, shown_at.within) == (0.5, 1.5)  # between launch and screen


@pytest.mark.parametrize(
    ("taps", "after", "phase"),
    [
        ([tap(10, "不同意")], MAIN, "refused"),
        ([tap(10, "不同意"), tap(15, "退出")], HOME, "refused"),
        ([tap(10, "不同意"), tap(15, "同意")], MAIN, "agreed"),
        ([tap(10, "《隐私政策》")], ASK, "consent_shown"),
        ([], MAIN, None),  # somebody answered, nobody saw what
        ([], ASK, "consent_shown"),
        ([tap(10, "", x=500, y=2300)], ASK, "consent_shown"),
    ],
)
def test_the_answer_is_what_was_tapped(
    tmp_path: Path, taps: list[dict[str, Any]], after: str, phase: Phase | None
) -> None:
    middle = [(13.0, AGAIN)] if len(taps) > 1 else []
    shown = [(1.0, ASK), (5.0, ASK), *middle, (20.0, after)]
    recorded = recording(tmp_path, walk(shown, [LAUNCH, *taps]))
    assert recorded.phases.of(Moment(T0 + 100)) == phase


def test_an_agreement_after_which_the_question_still_stands_is_none(tmp_path: Path) -> None:
    shown = [(1.0, ASK), (20.0, ASK)]
    recorded = recording(tmp_path, walk(shown, [LAUNCH, tap(10, "同意并继续")]))
    assert recorded.phases.of(Moment(T0 + 15)) is None
    assert recorded.phases.of(Moment(T0 + 30)) == "consent_shown"


def test_a_tap_on_a_screen_that_nobody_saw_leaves_the_phase_open(tmp_path: Path) -> None:
    assert phases(tmp_path, [(1, BLANK)], [LAUNCH, {"time": 10, "x": 5, "y": 5}])[-1] is None
    named = phases(tmp_path, [(1, BLANK)], [LAUNCH, tap(10, "同意")])
    assert named == ["first_launch", None, "agreed"]
    stale = [(1.0, ASK)]
    at = {"x": 540, "y": 390}  # the place of 同意并继续 on a screen that is gone
    assert phases(tmp_path, stale, [LAUNCH, tap(5, "不同意"), {"time": 8, **at}])[-1] is None


@pytest.mark.parametrize("clean", [None, False])
def test_without_a_clean_install_a_launch_opens_no_phase(
    tmp_path: Path, clean: bool | None
) -> None:
    parts = walk([(1, MAIN), (5, MAIN)], [LAUNCH])
    assert told(recording(tmp_path, {**parts, "run.yaml": run_of(clean)})) == []
    parts = walk([(1, ASK), (9, ASK), (12, MAIN)], [LAUNCH, tap(10, "同意并继续")])
    found = told(recording(tmp_path, {**parts, "run.yaml": run_of(clean)}))
    asked: list[tuple[Phase | None, str]] = [("consent_shown", "screen")]
    assert found == [*(asked if clean is None else []), ("agreed", "tap")]


def test_the_first_process_tells_the_first_launch_where_no_tap_does(tmp_path: Path) -> None:
    started = {"time": T0, "event": "started", "process": APP, "kind": "activity"}
    recorded = recording(tmp_path, walk([(2, MAIN)], [], processes=[started]))
    assert told(recorded) == [("first_launch", "process")]
    service = {**started, "kind": "service"}
    recorded = recording(tmp_path, walk([(2, MAIN)], [], processes=[service]))
    assert told(recorded) == []  # it may have stood there for long
    recorded = recording(tmp_path, walk([(-1, HOME), (2, MAIN)], [], processes=[service]))
    assert told(recorded) == []  # it may have been left and come back


def test_a_run_that_was_recorded_from_later_on_has_no_first_launch(tmp_path: Path) -> None:
    late = {"run.yaml": {**RUN, "started": T0}}
    assert told(recording(tmp_path, {**walk([(30, MAIN), (34, MAIN)]), **late})) == []
    again = {"time": 50, "action": "launch"}
    assert told(recording(tmp_path, {**walk([(30, MAIN), (52, MAIN)], [again]), **late})) == []
    asked = recording(tmp_path, {**walk([(30, ASK)]), **late})
    assert told(asked) == [("consent_shown", "screen")]
    assert told(recording(tmp_path, {**walk([(30, LOGIN)]), **late})) == []
    marked = [{"time": T0 + 40, "phase": "refused"}]
    found = recording(tmp_path, {**walk([(30, MAIN)], marks=marked), **late})
    assert told(found) == [("refused", "mark")]


def test_a_look_that_may_be_older_than_the_launch_does_not_take_it_for_a_later_one(
    tmp_path: Path,
) -> None:
    assert phases(tmp_path, [(-0.5, MAIN), (2, MAIN)], [LAUNCH]) == ["first_launch"]
    assert phases(tmp_path, [(-9, MAIN), (2, MAIN)], [LAUNCH]) == []


def test_a_tap_long_after_the_last_look_may_have_answered_what_nobody_saw(tmp_path: Path) -> None:
    at = {"x": 500, "y": 150}
    seldom = [(1.0, SPLASH), (22.0, MAIN)]
    assert phases(tmp_path, seldom, [LAUNCH, {"time": 20, **at}]) == ["first_launch", None]
    assert phases(tmp_path, seldom, [LAUNCH]) == ["first_launch", None]
    often = [*((float(second), SPLASH) for second in range(1, 20, 2)), (22.0, MAIN)]
    assert phases(tmp_path, often, [LAUNCH, {"time": 20, **at}]) == ["first_launch"]


@pytest.mark.parametrize(
    ("between", "asks", "phase"),
    [
        ([], "ASK", "consent_shown"),
        ([(23.0, "SPLASH")], "ASK", "consent_shown"),
        ([(23.0, "MAIN")], "ASK", None),  # it may have been agreed to before
        ([], "LOGIN", None),  # comes to those who agreed, too
    ],
)
def test_the_first_question_that_still_stands_shows_that_nobody_answered(
    tmp_path: Path, between: list[tuple[float, str]], asks: str, phase: Phase | None
) -> None:
    trees = {"ASK": ASK, "SPLASH": SPLASH, "MAIN": MAIN, "LOGIN": LOGIN}
    shown = [(1.0, SPLASH), *((at, trees[name]) for at, name in between), (26.0, trees[asks])]
    taps = [LAUNCH, {"time": 20, "x": 500, "y": 150}]
    recorded = recording(tmp_path, walk(shown, taps))
    assert recorded.phases.of(Moment(T0 + 21)) is None
    assert recorded.phases.of(Moment(T0 + 40)) == phase


def test_a_control_that_only_opens_the_question_agrees_to_nothing(tmp_path: Path) -> None:
    shown = [(1.0, ASK), (8.0, BROWSING), (18.0, BROWSING), (23.0, ASK), (25.0, ASK)]
    taps = [LAUNCH, tap(5, "不同意"), tap(20, "同意后使用全部功能")]
    assert phases(tmp_path, shown, taps) == ["first_launch", "consent_shown", "refused"]
    more = [*taps, tap(27, "同意并继续")]
    assert phases(tmp_path, [*shown, (30.0, MAIN)], more)[-1] == "agreed"
    assert phases(tmp_path, [*shown[:3], (23.0, MAIN)], taps)[-1] == "agreed"
    assert phases(tmp_path, [*shown[:3], (23.0, BROWSING)], taps)[-1] is None
    assert phases(tmp_path, shown[:3], taps)[-1] is None


def test_the_background_begins_with_home_and_ends_with_the_app_on_the_screen(
    tmp_path: Path,
) -> None:
    taps = [LAUNCH, tap(5, "同意并继续"), {"time": 20, "action": "home"}]
    shown = [(1.0, ASK), (8.0, MAIN), (22.0, HOME), (60.0, HOME), (63.0, MAIN)]
    found = phases(tmp_path, shown, taps)
    assert found == ["first_launch", "consent_shown", "agreed", "background", "agreed"]


def test_the_background_ends_after_it_began_however_old_the_last_look_is(tmp_path: Path) -> None:
    taps = [LAUNCH, tap(4, "同意"), {"time": 22, "action": "home"}, {**LAUNCH, "time": 42}]
    recorded = recording(tmp_path, walk([(42.0, MAIN)], taps))
    assert [edge.phase for edge in recorded.phases.edges][-2:] == ["background", "agreed"]
    assert recorded.phases.of(Moment(T0 + 44)) == "agreed"


def test_without_consent_the_background_is_still_without_consent(tmp_path: Path) -> None:
    taps = [LAUNCH, tap(5, "不同意"), {"time": 20, "action": "home"}]
    found = phases(tmp_path, [(1, ASK), (8, MAIN), (22, HOME)], taps)
    assert found == ["first_launch", "consent_shown", "refused"]


def test_an_app_opened_by_a_tap_is_no_background_but_one_seen_later_is(tmp_path: Path) -> None:
    taps = [LAUNCH, tap(5, "同意并继续"), tap(20, "外卖")]
    shown = [(1.0, ASK), (8.0, MAIN)]
    assert phases(tmp_path, [*shown, (22.0, OTHER)], taps)[-1] is None
    assert phases(tmp_path, [*shown, (90.0, OTHER)], taps)[-1] == "background"
    assert phases(tmp_path, [*shown, (22.0, DIALOG)], taps)[-1] == "agreed"


def test_a_second_launch_keeps_the_answer(tmp_path: Path) -> None:
    again = [{"time": 30, "action": "stop"}, {"time": 40, "action": "launch"}]
    shown = [(1.0, ASK), (8.0, MAIN), (42.0, ASK)]
    found = phases(tmp_path, shown, [LAUNCH, tap(5, "不同意"), *again])
    assert found == ["first_launch", "consent_shown", "refused"]
    found = phases(
        tmp_path, [*shown, (48, MAIN)], [LAUNCH, tap(5, "不同意"), *again, tap(45, "同意并继续")]
    )
    assert found[-1] == "agreed"


def test_an_update_begins_a_phase_that_later_questions_do_not_end(tmp_path: Path) -> None:
    update = [{"time": 30, "action": "update"}, {"time": 40, "action": "launch"}]
    shown = [(1.0, ASK), (8.0, MAIN), (42.0, ASK), (48.0, MAIN)]
    taps = [LAUNCH, tap(5, "同意并继续"), *update, tap(45, "同意并继续")]
    assert phases(tmp_path, shown, taps)[-1] == "updated"


def test_the_policy_opened_from_the_question_answers_nothing(tmp_path: Path) -> None:
    shown = [(1.0, ASK), (8.0, POLICY), (12.0, BLANK), (20.0, ASK)]
    assert phases(tmp_path, shown, [LAUNCH, tap(5, "《隐私政策》")])[-1] == "consent_shown"


def test_without_taps_nobody_knows_what_follows_the_last_question(tmp_path: Path) -> None:
    parts = walk([(1.0, ASK), (60.0, ASK), (90.0, MAIN)])
    parts["taps.jsonl"] = None
    recorded = recording(tmp_path, parts)
    assert recorded.phases.of(Moment(T0 + 30)) == "consent_shown"
    assert recorded.phases.of(Moment(T0 + 100)) is None
    started = [{"time": T0, "event": "started", "process": APP, "kind": "activity"}]
    quick = [(-1.0, HOME), *((1.0 + n * (UNSEEN_WITHIN_S - 1), MAIN) for n in range(5))]
    parts = walk(quick, processes=started)
    recorded = recording(tmp_path, {**parts, "taps.jsonl": None})
    assert recorded.phases.of(Moment(T0 + 5)) == "first_launch"
    assert recorded.phases.of(Moment(T0 + 30)) is None


def test_marks_win_where_both_speak_and_open_what_only_they_know(tmp_path: Path) -> None:
    marks = [
        {"time": T0, "phase": "first_launch", "within_s": 0.5},
        {"time": T0 + 10.4, "phase": "refused", "within_s": 0.5, "note": "点了不同意"},
        {"time": T0 + 50, "phase": "foreground", "within_s": 0.5},
    ]
    shown = [(1.0, ASK), (5.0, ASK), (12.0, MAIN)]
    recorded = recording(tmp_path, walk(shown, [LAUNCH, tap(10, "同意并继续")], marks=marks))
    assert told(recorded) == [
        ("first_launch", "mark"),
        ("consent_shown", "screen"),
        ("refused", "mark"),
        ("foreground", "mark"),
    ]
    assert recorded.phases.edges[2].words == "点了不同意"


def test_a_mark_that_does_not_say_how_sure_it_is_may_be_off_as_a_tap(tmp_path: Path) -> None:
    recorded = recording(tmp_path, {"marks.jsonl": [{"time": T0, "phase": "agreed"}]})
    assert [edge.at.within for edge in recorded.phases.edges] == [1.0]


def test_times_that_go_back_leave_only_the_marks(tmp_path: Path) -> None:
    taps = [tap(50, "同意并继续"), LAUNCH]
    marks = [{"time": T0 + 70, "phase": "background"}]
    recorded = recording(tmp_path, walk([(1, ASK)], taps, marks=marks))
    assert told(recorded) == [("background", "mark")]


def test_nothing_known_opens_nothing(tmp_path: Path) -> None:
    assert told(recording(tmp_path, {})) == []
    assert told(recording(tmp_path, {"run.yaml": None, "screens.jsonl": b"\xff\n{}\n"})) == []


class Unseen(NamedTuple):
    """A first launch that was looked at seldom."""

    asked: float
    answered: float
    looks: list[float]

    def true(self, at: float) -> Phase:
        if at < self.asked:
            return "first_launch"
        return "consent_shown" if at < self.answered else "agreed"

    def tree(self, at: float) -> str:
        return {"first_launch": SPLASH, "consent_shown": ASK, "agreed": MAIN}[str(self.true(at))]


@settings(max_examples=150)
@given(
    st.floats(1, 20),
    st.floats(OLD_AFTER_S + 0.1, 20),
    st.lists(st.floats(0.1, 60), max_size=6),
    st.booleans(),
    st.floats(0, 70),
)
def test_whenever_it_was_looked_at_a_tap_by_its_place_proves_no_lack_of_consent(
    asked: float, answered: float, looks: list[float], launched: bool, at: float
) -> None:
    """Nobody notes what the tap fell on; whoever looked seldom knows less, and never else.

    Who reads a question and answers it needs longer than an old look counts.
    """
    story = Unseen(asked, asked + answered, looks)
    taps = [{"time": story.answered, "x": 540, "y": 390}]  # 同意并继续
    shown = [(second, story.tree(second)) for second in sorted(looks)]
    with tempfile.TemporaryDirectory() as folder:
        recorded = recording(Path(folder), walk(shown, [*[LAUNCH][: int(launched)], *taps]))
    found, true = recorded.phases.of(Moment(T0 + at)), story.true(at)
    assert found in {None, true} or {found, true} == {"consent_shown", "first_launch"}


class Story(NamedTuple):
    """A run as it truly was."""

    asked: float
    answered: float
    answer: str
    left: float
    back: float
    looks: list[float]
    jitter: list[float]
    told: bool

    def true(self, at: float) -> Phase | None:
        if at < 0:
            return None
        if at < self.asked:
            return "first_launch"
        if at < self.answered:
            return "consent_shown"
        if self.answer == "不同意":
            return "refused"
        return "background" if self.left <= at < self.back else "agreed"

    def tree(self, at: float) -> str:
        here = at >= 0 and not self.left <= at < self.back
        if not here:
            return HOME
        return MAIN if at < self.asked or at >= self.answered else ASK

    def parts(self) -> dict[str, Part]:
        """Tell it as a recorder would: each time off by less than a second."""
        off = iter(self.jitter)
        seen = sorted(self.looks)
        written = sorted(at + next(off) for at in seen)  # one after the other, as they were seen
        looks = [(at, self.tree(true)) for at, true in zip(written, seen, strict=True)]
        taps = [
            {"time": next(off), "action": "launch"},
            tap(self.answered + next(off), self.answer),
            {"time": self.left + next(off), "action": "home"},
            {"time": self.back + next(off), "action": "launch"},
        ]
        parts = walk(looks, sorted(taps, key=lambda one: float(one["time"])))
        return parts if self.told else {**parts, "taps.jsonl": None}


@st.composite
def stories(draw: st.DrawFn) -> Story:
    asked = draw(st.floats(0.1, 6))
    answered = asked + draw(st.floats(2.5, 20))
    left = answered + draw(st.floats(2.5, 20))
    back = left + draw(st.floats(2.5, 20))
    looks = draw(st.lists(st.floats(-5, back + 20), max_size=12))
    return Story(
        asked=asked,
        answered=answered,
        answer=draw(st.sampled_from(["同意并继续", "不同意"])),
        left=left,
        back=back,
        looks=looks,
        jitter=draw(st.lists(st.floats(-0.95, 0.95), min_size=20, max_size=20)),
        told=draw(st.booleans()),
    )


@settings(max_examples=200)
@given(stories(), st.floats(0, 80), st.floats(-0.4, 0.4))
def test_a_phase_that_is_told_is_the_true_one(story: Story, at: float, off: float) -> None:
    """However the times are off within what they may be off: the truth, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        recorded = recording(Path(folder), story.parts())
    found = recorded.phases.of(Moment(T0 + at + off, 0.4))
    true = story.true(at)
    early = {found, true} == {"consent_shown", "first_launch"}  # no consent in either
    away = found == "background" and story.left <= at < story.back  # whatever was answered
    assert found is None or found == true or early or away


READING = "请您仔细阅读《用户协议》和《隐私政策》，了解我们如何收集、使用您的个人信息。"
POLICY = screen(node("隐私政策"), node("我们收集您的设备信息。" * 80))


@pytest.mark.parametrize(
    ("words", "text", "phase"),
    [
        ("进入应用", READING, None),
        ("确认并继续", READING, None),
        ("我知道了", READING, None),
        ("走起", "我们非常重视您的隐私", None),
        ("同意并登录", READING, "agreed"),
        ("同意并登录", "我们非常重视您的隐私", "agreed"),
        ("不同意", READING, "refused"),
    ],
)
def test_a_control_that_nobody_understands_may_agree(
    tmp_path: Path, words: str, text: str, phase: Phase | None
) -> None:
    asks = screen(node("温馨提示"), node(text), node("再想想", "Button"), node(words, "Button"))
    shown = [(1.0, asks), (5.0, asks), (9.0, MAIN), (12.0, MAIN)]
    recorded = recording(tmp_path, walk(shown, [LAUNCH, tap(7, words)]))
    assert recorded.phases.of(Moment(T0 + 4)) in {"first_launch", "consent_shown"}
    assert recorded.phases.of(Moment(T0 + 12)) == phase


@pytest.mark.parametrize(
    "drawn",
    [
        [node("", "TextView"), node("", "Button"), node("", "Button")],
        [node("", "android.webkit.WebView", (0, 220, 1080, 700))],
        [node("隐私政策", "android.webkit.WebView", (0, 220, 1080, 700))],
        [node("", "View", (0, 220, 1080, 700))],
    ],
)
def test_a_question_whose_words_nobody_could_read_may_have_been_answered(
    tmp_path: Path, drawn: list[Drawn]
) -> None:
    welcome = screen(node("欢迎来到样例"), *drawn)
    shown = [(1.0, welcome), (5.0, welcome), (9.0, MAIN)]
    taps = [LAUNCH, {"time": 7, "x": 540, "y": 390}]
    assert phases(tmp_path, shown, taps) == ["first_launch", None]


@pytest.mark.parametrize("more", ["", "点击“同意”表示您已阅读并同意上述协议。"])
def test_the_policy_read_from_the_question_changes_nothing_if_it_still_stands(
    tmp_path: Path, more: str
) -> None:
    buttons = [node("不同意", "Button"), node("同意", "Button")]
    asks = screen(node("提示"), node(f"{READING}{READING}{more}"), *buttons)
    link = {"time": 6, "x": 400, "y": 250}  # somewhere in the text
    shown = [(1.0, asks), (5.0, asks), (8.0, POLICY), (11.0, POLICY), (14.0, asks)]
    back = {"time": 13, "action": "back"}
    recorded = recording(tmp_path, walk(shown, [LAUNCH, link, back]))
    assert recorded.phases.of(Moment(T0 + 10)) == "consent_shown"
    shown = [*shown[:4], (14.0, MAIN), (18.0, MAIN)]
    recorded = recording(tmp_path, walk(shown, [LAUNCH, link, back]))
    assert recorded.phases.of(Moment(T0 + 18)) is None
    shown = [*shown, (25.0, asks)]  # it may have been agreed to before
    recorded = recording(tmp_path, walk(shown, [LAUNCH, link, back]))
    assert recorded.phases.of(Moment(T0 + 18)) is None


def test_who_left_the_question_for_its_policy_may_agree_there(tmp_path: Path) -> None:
    shown = [(1.0, ASK), (5.0, ASK), (8.0, POLICY), (11.0, MAIN), (14.0, MAIN)]
    recorded = recording(tmp_path, walk(shown, [LAUNCH, tap(6, "《隐私政策》")]))
    assert recorded.phases.of(Moment(T0 + 14)) is None
