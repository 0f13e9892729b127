from pathlib import Path
from typing import Any

import pytest

from scanner.collect.device.clocks import Moment
from scanner.collect.device.phases import Edge
from scanner.collect.device.refusals import facts_of
from scanner.facts import FunctionRefused
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Unseen, Visit
from tests.collect.device.drawn import (
    CAMERA,
    DENY,
    PLACE,
    SCAN,
    dialog,
    main_screen,
    package_dump,
    tap,
)
from tests.collect.device.recordings import APP, T0, Part, node, recording, screen, walk
from tests.collect.device.test_demands import CONSENT, NO, SENDS, YES

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
HOME = screen(node("天气"), node("样例", "Button"), package="com.miui.home")
LOGIN = screen(
    node("登录"),
    node("请输入手机号", "EditText"),
    node("我已阅读并同意《用户协议》和《隐私政策》", "CheckBox"),
    node("登录", "Button", YES),
)


def refused(tmp_path: Path, parts: dict[str, Part], **options: Any) -> list[FunctionRefused]:
    visit = Visit(package=APP, names=("样例",))
    recorded = recording(tmp_path, parts, edges=options.get("edges", ()), visit=visit)
    return [one for one in facts_of(recorded, KNOWLEDGE) if isinstance(one, FunctionRefused)]


def died(second: float, reason: str = "", process: str = APP) -> dict[str, Any]:
    return {"time": T0 + second, "event": "died", "process": process, "reason": reason}


SHOWN = [(0.0, main_screen()), (2.0, dialog(PLACE)), (12.0, HOME)]


def test_the_app_ends(tmp_path: Path) -> None:
    (fact,) = refused(tmp_path, walk(SHOWN, [tap(10.0, DENY)], processes=[died(11.2)]))
    assert (fact.refusal, fact.group, fact.outcome) == ("permission", "location", "exited")
    assert fact.after_ms == 1_200
    assert (fact.crashed, fact.by_user, fact.by_subject) == (False, False, True)
    assert fact.data_type == "location_precise"
    assert fact.source.at == "processes.jsonl line 1"


def test_only_its_screens_tell(tmp_path: Path) -> None:
    (fact,) = refused(tmp_path, walk(SHOWN, [tap(10.0, DENY)]))
    assert (fact.outcome, fact.after_ms, fact.by_user) == ("exited", 2_000, False)


@pytest.mark.parametrize("action", ["home", "back", "stop"])
def test_the_auditor_left(tmp_path: Path, action: str) -> None:
    taps = [tap(10.0, DENY), {"time": 10.8, "action": action}]
    (fact,) = refused(tmp_path, walk(SHOWN, taps, processes=[died(11.2)]))
    assert fact.by_user is True


def test_another_tap_in_between_leaves_it_open(tmp_path: Path) -> None:
    shown = [*SHOWN[:2], (10.5, main_screen()), (13.0, HOME)]
    taps = [tap(10.0, DENY), tap(11.0, SCAN)]
    (fact,) = refused(tmp_path, walk(shown, taps, processes=[died(12.0)]))
    assert fact.by_user is None


@pytest.mark.parametrize(
    ("second", "process"), [(40.0, APP), (9.0, APP), (11.0, f"{APP}:push"), (11.0, "cn.other")]
)
def test_what_is_no_end_of_the_app(tmp_path: Path, second: float, process: str) -> None:
    shown = [*SHOWN[:2], (11.0, main_screen()), (60.0, main_screen())]
    parts = walk(shown, [tap(10.0, DENY)], processes=[died(second, process=process)])
    assert refused(tmp_path, parts) == []


def test_a_failure_of_the_app(tmp_path: Path) -> None:
    parts = walk(SHOWN, [tap(10.0, DENY)], processes=[died(11.2, "crash: NullPointerException")])
    assert refused(tmp_path, parts)[0].crashed is True
    stopped = screen(node("样例已停止运行"), node("关闭应用", "Button"), package="android")
    parts = walk([*SHOWN[:2], (12.0, stopped)], [tap(10.0, DENY)], processes=[died(11.2)])
    assert refused(tmp_path, parts)[0].crashed is True
    parts = walk(SHOWN[:2], [tap(10.0, DENY)], processes=[died(11.2)])
    assert refused(tmp_path, parts)[0].crashed is None


def test_the_last_of_several_refusals_ends_it(tmp_path: Path) -> None:
    shown = [(0.0, main_screen()), (2.0, dialog(PLACE)), (6.0, dialog(CAMERA)), (12.0, HOME)]
    taps = [tap(5.0, DENY), tap(8.0, DENY)]
    found = refused(tmp_path, walk(shown, taps, processes=[died(9.0)]))
    assert [(one.group, one.outcome) for one in found] == [("camera", "exited")]


def test_refused_consent_ends_it(tmp_path: Path) -> None:
    shown = [(0.0, CONSENT), (6.0, HOME)]
    (fact,) = refused(tmp_path, walk(shown, [tap(5.0, NO)], processes=[died(5.5)]))
    assert (fact.refusal, fact.group, fact.outcome) == ("consent", "none", "exited")
    assert fact.by_user is False
    leave = CONSENT.replace("不同意", "退出应用")
    (fact,) = refused(tmp_path, walk([(0.0, leave), (6.0, HOME)], [tap(5.0, NO)]))
    assert fact.by_user is None


def test_a_loop(tmp_path: Path) -> None:
    shown = [
        (0.0, dialog(PLACE)),
        (20.0, SENDS),
        (40.0, dialog(PLACE, again=True)),
        (60.0, SENDS),
        (80.0, main_screen()),
    ]
    taps = [tap(10.0, DENY), tap(30.0, YES), tap(50.0, DENY), tap(70.0, NO)]
    fact = next(one for one in refused(tmp_path, walk(shown, taps)) if one.outcome == "looped")
    assert (fact.times, fact.group, fact.by_user) == (4, "location", False)
    taps = [*taps[:1], tap(30.0, NO)]
    assert refused(tmp_path, walk([*shown[:2], *shown[4:]], taps)) == []


def test_functions_that_the_user_starts_are_no_loop(tmp_path: Path) -> None:
    shown, taps = [], []
    for begin in (0.0, 100.0, 200.0):
        shown += [(begin, main_screen()), (begin + 10.0, dialog(CAMERA, again=begin > 0))]
        taps += [tap(begin + 8.0, SCAN), tap(begin + 20.0, DENY)]
    assert refused(tmp_path, walk([*shown, (300.0, main_screen())], taps)) == []


def blocked_run(last: str) -> dict[str, Part]:
    shown = [(0.0, dialog(PLACE)), *((20.0 + 10 * n, SENDS) for n in range(4)), (70.0, last)]
    return walk(shown, [tap(10.0, DENY), tap(25.0, NO), tap(35.0, NO)])


def test_nothing_but_demands(tmp_path: Path) -> None:
    fact = refused(tmp_path, blocked_run(SENDS))[-1]
    assert (fact.outcome, fact.login_demanded) == ("blocked", False)
    assert refused(tmp_path, blocked_run(LOGIN))[-1].login_demanded is True


def test_a_screen_that_can_be_used_is_no_block(tmp_path: Path) -> None:
    assert refused(tmp_path, blocked_run(main_screen())) == []
    granted = blocked_run(SENDS)
    granted["taps.jsonl"] = [*granted["taps.jsonl"], {"time": T0 + 50.0, "words": "允许"}]  # type: ignore[misc]
    assert not [one for one in refused(tmp_path, granted) if one.outcome == "blocked"]


def test_screens_that_cannot_be_read_leave_it_unseen(tmp_path: Path) -> None:
    painted = screen(node("", "android.view.View", (0, 0, 1080, 2400)))
    visit = Visit(package=APP, names=("样例",))
    recorded = recording(tmp_path, blocked_run(painted), edges=(), visit=visit)
    (one,) = facts_of(recorded, KNOWLEDGE)
    assert isinstance(one, Unseen)
    assert one.kind == "function.refused"


def test_over_an_update(tmp_path: Path) -> None:
    shown = [(-100.0, main_screen()), *SHOWN]
    edges = [Edge(Moment(T0 - 50.0), "updated", "update", "", "taps.jsonl line 1")]
    parts = walk(shown, [tap(10.0, DENY)], processes=[died(11.2)])
    states = [{"moment": "before", "command": "dumpsys package", "file": "before.txt"}]
    for held, new in (({"CAMERA": "false "}, True), ({"ACCESS_FINE_LOCATION": "false "}, False)):
        more: dict[str, Part] = {"states.jsonl": states, "before.txt": package_dump(held)}
        (fact,) = refused(tmp_path, {**parts, **more}, edges=edges)
        assert (fact.worked_before, fact.new_permission, fact.phase) == (True, new, "updated")
    (fact,) = refused(tmp_path, parts)
    assert (fact.worked_before, fact.new_permission, fact.phase) == (None, None, None)


def test_clocks_that_nobody_tied_together_prove_nothing(tmp_path: Path) -> None:
    run = {"app": {"package": APP}}
    shown = [*SHOWN[:2], (11.0, main_screen())]
    parts = walk(shown, [tap(10.0, DENY)], processes=[died(11.2)])
    assert refused(tmp_path, {**parts, "run.yaml": run}) == []


def test_askings_between_which_the_app_can_be_used_are_no_loop(tmp_path: Path) -> None:
    shown, taps = [], []
    for begin in (0.0, 40.0, 80.0):
        shown += [(begin, dialog(PLACE, again=begin > 0)), (begin + 20.0, main_screen())]
        taps.append(tap(begin + 10.0, DENY))
    assert refused(tmp_path, walk(shown, taps)) == []
    quick = [(second + 18.0 * (second % 40 == 20), tree) for second, tree in shown]
    (fact,) = refused(tmp_path, walk(quick, taps))
    assert (fact.outcome, fact.times) == ("looped", 3)


def test_prompts_that_take_turns_are_a_loop(tmp_path: Path) -> None:
    second = CONSENT.replace("温馨提示", "再想一想")
    shown, taps = [], []
    for begin in (0.0, 40.0, 80.0):
        shown += [(begin, CONSENT), (begin + 20.0, second)]
        taps += [tap(begin + 10.0, NO), tap(begin + 30.0, NO)]
    fact = refused(tmp_path, walk(shown, taps))[0]
    assert (fact.refusal, fact.outcome, fact.times) == ("consent", "looped", 3)


def test_consent_that_stays_whatever_is_refused_is_a_loop(tmp_path: Path) -> None:
    shown = [(10.0 * number, CONSENT) for number in range(3)]
    taps = [tap(5.0 + 10.0 * number, NO) for number in range(3)]
    fact = next(one for one in refused(tmp_path, walk(shown, taps)) if one.outcome == "looped")
    assert (fact.refusal, fact.group, fact.times) == ("consent", "none", 3)
    assert not [one for one in refused(tmp_path, walk(shown, taps[:1])) if one.times]


def test_what_followed_is_of_the_phase_of_the_refusal(tmp_path: Path) -> None:
    """The app went to the background by ending; that is the phase of what comes then."""
    asked = [Edge(Moment(T0 - 9.0), "agreed", "tap", "", "taps.jsonl line 1")]
    left = Edge(Moment(T0 + 11.5, 1.0), "background", "screen", "", "screens.jsonl line 3")
    parts = walk(SHOWN, [tap(10.0, DENY)], processes=[died(11.2)])
    (fact,) = refused(tmp_path, parts, edges=[*asked, left])
    assert (fact.outcome, fact.phase) == ("exited", "agreed")
    shown = [(0.0, CONSENT), (6.0, HOME)]
    edges = [
        Edge(Moment(T0), "consent_shown", "screen", "", "screens/0000.xml"),
        Edge(Moment(T0 + 5.0, 1.0), "refused", "tap", "", "taps.jsonl line 1"),
    ]
    parts = walk(shown, [tap(5.0, NO)], processes=[died(5.5)])
    (fact,) = refused(tmp_path, parts, edges=edges)
    assert (fact.refusal, fact.phase) == ("consent", "refused")
    unclear = [*edges, Edge(Moment(T0 + 5.5, 1.0), "agreed", "mark", "", "marks.jsonl line 1")]
    assert refused(tmp_path, parts, edges=unclear)[0].phase is None


@pytest.mark.parametrize(
    ("reason", "by_user"),
    [
        ("remove task", True),
        ("user request after error", True),
        ("stop cn.example.app due to from pid 3021", True),
        ("force stop", True),
        ("empty #17", None),
        ("cached #33", None),
        ("lmkd: low memory", None),
        ("exit", False),
        ("", False),
    ],
)
def test_the_log_says_who_ended_it(tmp_path: Path, reason: str, by_user: bool | None) -> None:
    (fact,) = refused(tmp_path, walk(SHOWN, [tap(10.0, DENY)], processes=[died(11.2, reason)]))
    assert fact.by_user is by_user


def test_a_swipe_in_between_may_lead_home(tmp_path: Path) -> None:
    taps = [tap(10.0, DENY), {"time": 10.8, "action": "swipe", "x": 540, "y": 2390}]
    (fact,) = refused(tmp_path, walk(SHOWN, taps, processes=[died(11.2)]))
    assert fact.by_user is None


def test_a_dialog_that_leaves_only_the_way_out_refuses_itself(tmp_path: Path) -> None:
    for ways, by_user in ((["退出应用", "去开启"], False), (["取消", "去开启"], None)):
        rows = [node(words, "Button") for words in ways]
        wants = screen(node("位置权限是必须的，否则无法使用"), *rows)
        shown = [*SHOWN[:2], (11.5, wants), (16.0, HOME)]
        taps = [tap(10.0, DENY), {"time": 13.0, "words": ways[0], "x": 540, "y": 270}]
        (fact,) = refused(tmp_path, walk(shown, taps, processes=[died(13.5)]))
        assert fact.by_user is by_user
