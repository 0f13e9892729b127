import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.clocks import Moment
from scanner.collect.device.granted import COARSE, FINE, PermissionStates, states_at
from scanner.model import Visit
from tests.collect.device.drawn import (
    ALLOW,
    CAMERA,
    CONTROLLER,
    DENY,
    ONCE,
    PLACE,
    dialog,
    main_screen,
    package_dump,
    tap,
)
from tests.collect.device.recordings import APP, T0, Part, node, recording, screen, walk
from tests.collect.device.test_settings import dumps

NAME = "android.permission.CAMERA"
SHOWN = [(0.0, main_screen()), (10.0, dialog(CAMERA)), (30.0, main_screen())]


def states(tmp_path: Path, parts: dict[str, Part]) -> PermissionStates:
    visit = Visit(package=APP, names=("样例",))
    return states_at(recording(tmp_path, parts, edges=(), visit=visit))


def at(second: float, within: float = 0.5) -> Moment:
    return Moment(T0 + second, within)


def test_from_the_answer_on(tmp_path: Path) -> None:
    found = states(tmp_path, walk(SHOWN, [tap(20.0, DENY)]))
    assert found.of(NAME, at(5.0)) is None
    assert found.of(NAME, at(20.2)) is None  # within the uncertainty of the tap
    assert found.of(NAME, at(25.0)) == "denied"
    assert found.of(NAME, at(900.0)) == "denied"
    assert found.of("android.permission.READ_SMS", at(25.0)) is None
    assert found.of(NAME, None) is None
    assert found.of(NAME, Moment(T0 + 25.0, float("inf"))) is None
    allowed = states(tmp_path, walk(SHOWN, [tap(20.0, ALLOW)]))
    assert allowed.of(NAME, at(25.0)) == "granted"
    once = states(tmp_path, walk(SHOWN, [tap(20.0, ONCE)]))
    assert once.of(NAME, at(25.0)) is None  # Android takes it back by itself
    unanswered = states(tmp_path, walk(SHOWN))
    assert unanswered.of(NAME, at(25.0)) is None


def test_between_dumps(tmp_path: Path) -> None:
    denied, granted = package_dump({"CAMERA": "false "}), package_dump({"CAMERA": "true "})
    quiet = walk([(0.0, main_screen())])
    same = states(tmp_path, {**quiet, **dumps(denied, denied)})
    assert same.of(NAME, at(100.0)) == "denied"
    other = states(tmp_path, {**quiet, **dumps(denied, granted)})
    assert other.of(NAME, at(100.0)) is None
    assert other.of(NAME, at(400.0)) == "granted"
    answered = states(
        tmp_path, {**walk(SHOWN, [tap(20.0, ALLOW)]), **dumps(denied, granted, first=-5.0)}
    )
    assert answered.of(NAME, at(5.0)) == "denied"
    assert answered.of(NAME, at(25.0)) == "granted"


def test_pages_of_settings_and_updates_unsettle_it(tmp_path: Path) -> None:
    denied = package_dump({"CAMERA": "false "})
    page = screen(node("应用权限"), package="com.android.settings")
    shown = walk([(0.0, main_screen()), (50.0, page), (90.0, main_screen())])
    found = states(tmp_path, {**shown, **dumps(denied, denied)})
    assert found.of(NAME, at(30.0)) == "denied"
    assert found.of(NAME, at(100.0)) is None
    update = walk([(0.0, main_screen())], [{"time": 50.0, "action": "update"}])
    assert states(tmp_path, {**update, **dumps(denied, denied)}).of(NAME, at(100.0)) is None


def test_only_about_where(tmp_path: Path) -> None:
    about = package_dump({"ACCESS_FINE_LOCATION": "false ", "ACCESS_COARSE_LOCATION": "true "})
    found = states(tmp_path, {**walk([(0.0, main_screen())]), **dumps(about, about)})
    assert found.of(FINE, at(100.0)) == "coarse"
    assert found.of(COARSE, at(100.0)) == "granted"
    name = f"{CONTROLLER}:id/permission_location_accuracy_radio"
    radios = (
        node("精确", "RadioButton", id=f"{name}_fine", checked=False),
        node("大致", "RadioButton", id=f"{name}_coarse", checked=True),
    )
    shown = [(0.0, main_screen()), (10.0, dialog(PLACE, extra=radios)), (30.0, main_screen())]
    chosen = states(tmp_path, walk(shown, [tap(20.0, ALLOW)]))
    assert chosen.of(FINE, at(25.0)) == "coarse"
    assert chosen.of(COARSE, at(25.0)) == "granted"


def test_a_refusal_takes_nothing_that_was_held(tmp_path: Path) -> None:
    held = package_dump({"READ_EXTERNAL_STORAGE": "true ", "READ_MEDIA_IMAGES": "false "})
    files = dialog("要允许“样例”访问此设备上的照片和视频吗？")
    shown = walk([(0.0, main_screen()), (10.0, files), (30.0, main_screen())], [tap(20.0, DENY)])
    found = states(tmp_path, {**shown, **dumps(held, held, first=-5.0)})
    assert found.of("android.permission.READ_EXTERNAL_STORAGE", at(25.0)) == "granted"
    assert found.of("android.permission.READ_MEDIA_IMAGES", at(25.0)) == "denied"


@given(st.floats(11.0, 29.0), st.floats(-20.0, 60.0), st.floats(0.0, 5.0))
def test_never_definite_within_the_uncertainty(tapped: float, second: float, within: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = states(Path(folder), walk(SHOWN, [tap(tapped, DENY)]))
    state = found.of(NAME, at(second, within))
    assert state in {None, "denied"}
    if second - within <= tapped + 1.0:
        assert state is None
