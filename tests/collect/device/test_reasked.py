from pathlib import Path
from typing import Any

from scanner.collect.device.prompted import prompts_of
from scanner.collect.device.reasked import facts_of
from scanner.facts import PermissionReasked
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Visit
from tests.collect.device.drawn import ALLOW, CAMERA, DENY, PLACE, SCAN, dialog, main_screen, tap
from tests.collect.device.recordings import APP, Part, recording, walk
from tests.collect.device.test_demands import CONSENT, NO, SENDS, YES

KNOWLEDGE = load_knowledge(rules_folder() / "lists")


def reasked(tmp_path: Path, parts: dict[str, Part]) -> dict[str, PermissionReasked]:
    visit = Visit(package=APP, names=("样例",))
    recorded = recording(tmp_path, parts, edges=(), visit=visit)
    facts = facts_of(recorded, prompts_of(recorded), KNOWLEDGE)
    found = [one for one in facts if isinstance(one, PermissionReasked)]
    return {one.group: one for one in found}


def launch(second: float) -> dict[str, Any]:
    return {"time": second, "action": "launch"}


def test_asked_at_every_launch(tmp_path: Path) -> None:
    shown, taps = [], []
    for begin in (0.0, 4_000.0, 8_000.0):
        shown += [
            (begin, main_screen()),
            (begin + 8.0, dialog(PLACE, again=begin > 0)),
            (begin + 30.0, main_screen()),
        ]
        taps += [launch(begin - 5.0), tap(begin + 20.0, DENY)]
    fact = reasked(tmp_path, walk(shown, taps))["location"]
    assert (fact.times, fact.within_hours) == (2, 3)
    assert fact.every_launch is True
    assert fact.function_started is False
    assert fact.by_subject is True


def test_a_launch_without_it_is_not_every_launch(tmp_path: Path) -> None:
    shown = [
        (0.0, main_screen()),
        (2.0, dialog(PLACE)),
        (30.0, main_screen()),
        (100.0, main_screen()),
        (110.0, dialog(PLACE, again=True)),
        (200.0, main_screen()),
    ]
    taps = [tap(10.0, DENY), launch(95.0), tap(120.0, DENY), launch(195.0)]
    fact = reasked(tmp_path, walk(shown, taps))["location"]
    assert (fact.times, fact.every_launch) == (1, False)


def test_the_user_s_own_functions_ask_again(tmp_path: Path) -> None:
    shown, taps = [], []
    for begin in (0.0, 100.0, 200.0):
        shown += [(begin, main_screen()), (begin + 10.0, dialog(CAMERA, again=begin > 0))]
        taps += [tap(begin + 8.0, SCAN), tap(begin + 20.0, DENY)]
    fact = reasked(tmp_path, walk([*shown, (300.0, main_screen())], taps))["camera"]
    assert (fact.times, fact.function_started, fact.every_launch) == (2, True, None)


def test_those_that_nobody_started_count_by_themselves(tmp_path: Path) -> None:
    shown = [
        (0.0, main_screen()),
        (2.0, dialog(CAMERA)),
        (50.0, main_screen()),
        (60.0, dialog(CAMERA, again=True)),
        (100.0, main_screen()),
        (120.0, SENDS.replace("位置", "相机")),
    ]
    taps = [tap(20.0, DENY), tap(58.0, SCAN), tap(70.0, DENY)]
    fact = reasked(tmp_path, walk(shown, taps))["camera"]
    assert (fact.times, fact.function_started) == (1, False)


def test_what_was_granted_or_never_refused_is_not_asked_again(tmp_path: Path) -> None:
    shown = [
        (0.0, main_screen()),
        (2.0, dialog(PLACE)),
        (30.0, main_screen()),
        (60.0, dialog(PLACE)),
        (90.0, main_screen()),
    ]
    assert reasked(tmp_path, walk(shown, [tap(10.0, ALLOW), tap(70.0, DENY)])) == {}
    assert reasked(tmp_path, walk(shown)) == {}
    other = [*shown[:3], (60.0, dialog(CAMERA))]
    assert reasked(tmp_path, walk(other, [tap(10.0, DENY)])) == {}


def test_going_on_from_the_app_s_own_dialog_is_one_asking(tmp_path: Path) -> None:
    shown = [
        (0.0, dialog(PLACE)),
        (20.0, SENDS),
        (40.0, dialog(PLACE, again=True)),
        (60.0, main_screen()),
    ]
    taps = [tap(10.0, DENY), tap(30.0, YES), tap(50.0, DENY)]
    assert reasked(tmp_path, walk(shown, taps))["location"].times == 1


def test_consent_in_a_loop(tmp_path: Path) -> None:
    shown, taps = [], []
    for begin in (0.0, 20.0, 40.0):
        shown += [(begin, CONSENT), (begin + 10.0, main_screen())]
        taps.append(tap(begin + 5.0, NO))
    fact = reasked(tmp_path, walk(shown, taps))["consent"]
    assert (fact.times, fact.within_hours, fact.function_started) == (2, 1, False)
    agreed = [tap(5.0, YES), *taps[1:2]]
    assert reasked(tmp_path, walk(shown[:4], agreed)) == {}


def test_consent_that_stays_whatever_is_refused(tmp_path: Path) -> None:
    shown = [(10.0 * number, CONSENT) for number in range(4)]
    taps = [tap(5.0 + 10.0 * number, NO) for number in range(3)]
    fact = reasked(tmp_path, walk(shown, taps))["consent"]
    assert (fact.times, fact.function_started) == (3, False)
    assert reasked(tmp_path, walk(shown)) == {}
