from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.clocks import Moment
from scanner.collect.device.granted import COARSE, FINE, states_at
from scanner.collect.device.recorded import Recorded
from scanner.collect.device.standing import BACKGROUND, Standing
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.model import Visit
from tests.collect.device.drawn import CAMERA, DENY, dialog, main_screen, package_dump, tap
from tests.collect.device.recordings import APP, T0, recording, walk

PHONE = "android.permission.READ_PHONE_STATE"
PRIVILEGED = "android.permission.READ_PRIVILEGED_PHONE_STATE"
WIFI = "android.permission.ACCESS_WIFI_STATE"
PLACES = (FINE, COARSE, BACKGROUND)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def dumped(folder: Path, runtime: dict[str, str], requested: tuple[str, ...]) -> Recorded:
    text = package_dump(runtime, requested=requested)
    command = {"command": "dumpsys package", "file": "states/a.txt"}
    states = [
        {"time": T0, "moment": "before", **command},
        {"time": T0 + 100, "moment": "after", **command},
    ]
    return recording(folder, {"states.jsonl": states, "states/a.txt": text}, edges=())


AT = Moment(T0 + 50, 0.5)


@pytest.mark.parametrize(
    ("runtime", "asked", "state"),
    [
        ({PHONE: "false"}, (PHONE, PRIVILEGED), "denied"),
        ({PHONE: "true"}, (PHONE, PRIVILEGED), "granted"),
        ({PHONE: "false"}, (PRIVILEGED,), None),
        ({FINE: "false", COARSE: "false"}, PLACES, "denied"),
        ({FINE: "false", COARSE: "true"}, PLACES, "coarse"),
        ({COARSE: "true"}, PLACES, "coarse"),
        ({FINE: "true", COARSE: "true", BACKGROUND: "false"}, PLACES, "granted"),
        ({FINE: "false", WIFI: "false"}, (WIFI, FINE), None),
        ({PHONE: "false"}, (FINE,), None),
        ({}, (), None),
    ],
)
def test_one_that_is_given_is_enough(
    tmp_path: Path,
    knowledge: Knowledge,
    runtime: dict[str, str],
    asked: tuple[str, ...],
    state: str | None,
) -> None:
    short = {name.removeprefix("android.permission."): stands for name, stands in runtime.items()}
    standing = Standing(dumped(tmp_path, short, tuple(short)), knowledge)
    assert standing.of(asked, AT) == state
    assert standing.of(asked, None) is None
    assert standing.of(asked, Moment(T0 + 50, math.inf)) is None


def test_the_first_that_is_declared_is_named(tmp_path: Path, knowledge: Knowledge) -> None:
    standing = Standing(dumped(tmp_path, {}, ("ACCESS_COARSE_LOCATION",)), knowledge)
    assert standing.permission(PLACES) == COARSE
    assert standing.permission((PHONE,)) == PHONE
    assert standing.permission(()) == ""


@given(st.lists(st.tuples(st.floats(-5, 60), st.sampled_from((0.0, 0.5, 5.0)))))
def test_what_is_remembered_is_what_was_worked_out(
    tmp_path_factory: pytest.TempPathFactory,
    knowledge: Knowledge,
    moments: list[tuple[float, float]],
) -> None:
    shown = [(0.0, main_screen()), (10.0, dialog(CAMERA)), (30.0, main_screen())]
    visit = Visit(package=APP, names=("样例",))
    folder = tmp_path_factory.mktemp("run")
    recorded = recording(folder, walk(shown, [tap(20.0, DENY)]), edges=(), visit=visit)
    standing, states = Standing(recorded, knowledge), states_at(recorded)
    name = "android.permission.CAMERA"
    for second, within in [*moments, (40.0, 0.5)]:
        at = Moment(T0 + second, within)
        assert standing.of((name,), at) == states.of(name, at)
    assert standing.of((name,), Moment(T0 + 40)) == "denied"
