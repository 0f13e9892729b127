import itertools
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.prompted import prompts_of, subject_of
from scanner.model import Visit
from tests.collect.device.drawn import ALLOW, CAMERA, DENY, PLACE, dialog, main_screen, tap
from tests.collect.device.recordings import APP, RUN, node, recording, screen, walk

NAMED = Visit(package=APP, names=("样例",))


def test_looks_in_a_row_are_one_dialog(tmp_path: Path) -> None:
    shown = [(0.0, main_screen()), *((1.0 + n, dialog(PLACE)) for n in range(5))]
    found = prompts_of(recording(tmp_path, walk(shown), edges=(), visit=NAMED))
    assert [(one.first, one.last) for one in found] == [(1, 5)]


def test_another_question_and_another_button_are_another_dialog(tmp_path: Path) -> None:
    shown = [
        (0.0, dialog(PLACE)),
        (4.0, dialog(CAMERA)),
        (8.0, dialog(CAMERA, again=True)),
    ]
    taps = [tap(2.0, ALLOW), tap(6.0, DENY)]
    found = prompts_of(recording(tmp_path, walk(shown, taps), edges=(), visit=NAMED))
    assert [one.answer for one in found] == ["granted", "denied", None]


def test_a_dialog_that_was_refused_and_stands_again_is_another_one(tmp_path: Path) -> None:
    shown = [(8.0 * n + m, dialog(PLACE)) for n in range(5) for m in (0.0, 2.0, 4.0)]
    taps = [tap(8.0 * n + 5.0, DENY) for n in range(4)]
    found = prompts_of(recording(tmp_path, walk(shown, taps), edges=(), visit=NAMED))
    assert [one.answer for one in found] == ["denied"] * 4 + [None]
    without = {name: part for name, part in walk(shown).items() if name != "taps.jsonl"}
    found = prompts_of(recording(tmp_path, without, edges=(), visit=NAMED))
    assert [(one.first, one.last, one.answer) for one in found] == [(0, 14, None)]


def test_a_dialog_that_is_going_is_the_same(tmp_path: Path) -> None:
    shown = [(0.0, dialog(PLACE)), (5.5, dialog(PLACE)), (9.0, main_screen())]
    found = prompts_of(recording(tmp_path, walk(shown, [tap(5.0, DENY)]), edges=(), visit=NAMED))
    assert [(one.last, one.answer) for one in found] == [(1, "denied")]


def test_a_tap_that_allows_and_after_which_the_dialog_stands_answers_nothing(
    tmp_path: Path,
) -> None:
    shown = [(0.0, dialog(PLACE)), (9.0, dialog(PLACE)), (20.0, main_screen())]
    found = prompts_of(recording(tmp_path, walk(shown, [tap(2.0, ALLOW)]), edges=(), visit=NAMED))
    assert [(one.answer, one.last) for one in found] == [(None, 1)]


def test_a_look_without_a_tree_ends_no_dialog(tmp_path: Path) -> None:
    shown = [(0.0, dialog(PLACE)), (2.0, "<broken"), (4.0, dialog(PLACE))]
    found = prompts_of(recording(tmp_path, walk(shown), edges=(), visit=NAMED))
    assert [(one.first, one.last) for one in found] == [(0, 2)]


def test_a_control_of_the_app_behind_answers_nothing(tmp_path: Path) -> None:
    behind = node("允许", "Button", (60, 200, 400, 300))
    shown = [(0.0, dialog(PLACE, behind)), (9.0, main_screen())]
    taps = [tap(2.0, (60, 200, 400, 300))]
    found = prompts_of(recording(tmp_path, walk(shown, taps), edges=(), visit=NAMED))
    assert [one.answer for one in found] == [None]


def test_whose_dialog_it_is(tmp_path: Path) -> None:
    unnamed = Visit(package=APP)
    shown = [(0.0, main_screen()), (2.0, dialog(PLACE))]
    labelled = {**RUN, "app": {**RUN["app"], "label": "样例"}}
    bearing = [(0.0, main_screen(node("欢迎使用样例"))), *shown[1:]]
    told: list[bool | None] = []
    for screens, run in ((shown, RUN), (shown, labelled), (bearing, RUN)):
        parts = {**walk(screens), "run.yaml": run}
        recorded = recording(tmp_path, parts, edges=(), visit=unnamed)
        told += [subject_of(recorded, one) for one in prompts_of(recorded)]
    assert told == [True, True, True]
    two = [*shown, (9.0, main_screen()), (12.0, dialog(PLACE.replace("样例", "天气")))]
    for screens, run in ((two, RUN), (two, labelled)):
        recorded = recording(tmp_path, {**walk(screens), "run.yaml": run}, edges=(), visit=unnamed)
        told += [subject_of(recorded, one) for one in prompts_of(recorded)]
    assert told[3:] == [None, None, True, None], "a name that nobody knows may be another app's"
    home = screen(node("天气"), package="com.huawei.android.launcher")
    recorded = recording(
        tmp_path, walk([(0.0, home), (2.0, dialog(PLACE))]), edges=(), visit=unnamed
    )
    assert [subject_of(recorded, one) for one in prompts_of(recorded)] == [None]
    other = screen(node("聊天"), package="com.example.chat")
    recorded = recording(
        tmp_path, walk([(0.0, other), (2.0, dialog(PLACE))]), edges=(), visit=unnamed
    )
    assert prompts_of(recorded) == ()


@given(st.lists(st.sampled_from(["main", "place", "camera", "broken"]), max_size=8))
def test_dialogs_never_overlap_and_hold_no_other_screen(kinds: list[str]) -> None:
    trees = {"main": main_screen(), "place": dialog(PLACE), "camera": dialog(CAMERA)}
    shown = [(3.0 * n, trees.get(kind, "<x")) for n, kind in enumerate(kinds)]
    with tempfile.TemporaryDirectory() as folder:
        recorded = recording(Path(folder), walk(shown), edges=(), visit=NAMED)
        found = prompts_of(recorded)
    for before, after in itertools.pairwise(found):
        assert before.last < after.first
    inside = [n for one in found for n in range(one.first, one.last + 1)]
    assert {n for n, kind in enumerate(kinds) if kind in {"place", "camera"}} <= set(inside)
    assert not any(kinds[n] == "main" for n in inside)
