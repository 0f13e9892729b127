from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, BinaryIO

import pytest

from scanner.broken import Broken
from scanner.collect.device.clocks import Moment
from scanner.collect.device.events import Whose, consent_of, events_of, exports
from scanner.collect.device.recorded import Recorded
from scanner.device_file import EVENTS, Event
from scanner.errors import NotAuditable
from scanner.model import Visit, Words
from tests.collect.device.importers.test_camille import row
from tests.collect.device.importers.workbooks import CAMILLE, xls
from tests.collect.device.recordings import APP, RUN, T0, recording

API = "android.telephony.TelephonyManager.getImei"


def recorded_of(folder: Path, times: list[Any], **run: Any) -> Recorded:
    events = [{"time": time, "api": API} for time in times]
    return recording(folder, {"run.yaml": {**RUN, **run}, EVENTS: events}, edges=())


def test_each_line_is_given_with_its_moment(tmp_path: Path) -> None:
    clock = {"offset_s": 2.0, "within_s": 0.5}
    recorded = recorded_of(tmp_path, [T0, (T0 + 1) * 1000, "2025-06-15 15:06:40"], clock=clock)
    found = [(place, at) for place, _, at in events_of(recorded)]
    assert found == [(1, Moment(T0 - 2, 0.5)), (2, Moment(T0 - 1, 0.5)), (3, None)]
    assert not recorded.disordered


@pytest.mark.parametrize(("back", "told"), [(1.4, False), (1.6, True), (3600.0, True)])
def test_times_that_go_back_are_noted(tmp_path: Path, back: float, *, told: bool) -> None:
    clock = {"offset_s": 0.0, "within_s": 0.5}
    recorded = recorded_of(tmp_path, [T0, T0 + 9, T0 + 9 - back, T0 + 10], clock=clock)
    assert len(list(events_of(recorded))) == 4
    assert (EVENTS in recorded.disordered) is told


def test_broken_lines_are_named(tmp_path: Path) -> None:
    lines = b'{"time": 1750000000, "api": "a.B.c"}\n{"time"\n[]\n{"time": 1, "api": 7}\n'
    recorded = recording(tmp_path, {EVENTS: lines}, edges=())
    assert [place for place, _, _ in events_of(recorded)] == [1]
    assert [one.at for one in recorded.archive.broken] == [f"{EVENTS} line {n}" for n in (2, 3, 4)]


class Importer:
    """Reads an export whose every line is the name of a call."""

    def read(self, stream: BinaryIO) -> object:
        names = stream.read().decode().split()
        if not names:
            raise NotAuditable("it is empty", hint="give another")

        def placed() -> Iterator[tuple[str, Event]]:
            for number, name in enumerate(names, 1):
                yield f"row {number}", Event(time=T0 + number, api=name)

        lost = (Broken(at="row 9", reason=Words("坏", "broken")),)
        notes = (Words("无时间", "no times"),)
        return SimpleNamespace(placed=placed(), reads=lost, notes=notes)


@pytest.fixture
def _imports(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("scanner.collect.device.importers")
    importer = Importer()
    module.importer_of = lambda name, begin: importer if name.endswith(".txt") else None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.usefixtures("_imports")
class TestExports:
    def test_other_tools_exports_are_read_where_there_are_no_events(self, tmp_path: Path) -> None:
        recorded = recording(tmp_path, {"calls.txt": "a.B.c d.E.f", "x.md": "a.B.c"}, edges=())
        found = [(place, event.api, at) for place, event, at in events_of(recorded)]
        assert found == [
            ("calls.txt row 1", "a.B.c", Moment(T0 + 1, 0.0)),
            ("calls.txt row 2", "d.E.f", Moment(T0 + 2, 0.0)),
        ]
        assert [(one.at, one.reason.en) for one in recorded.archive.broken] == [
            (f"{EVENTS} (calls.txt)", "no times"),
            (f"{EVENTS} (calls.txt row 9)", "broken"),
        ]

    def test_else_they_are_not(self, tmp_path: Path) -> None:
        parts: dict[str, Any] = {"calls.txt": "a.B.c", EVENTS: [{"time": T0, "api": "x.Y.z"}]}
        recorded = recording(tmp_path, parts, edges=())
        assert [event.api for _, event, _ in events_of(recorded)] == ["x.Y.z"]

    def test_what_is_none_after_all_is_named(self, tmp_path: Path) -> None:
        recorded = recording(tmp_path, {"calls.txt": " "}, edges=())
        assert not list(events_of(recorded))
        assert recorded.archive.broken[0].reason.en == "calls.txt: it is empty"


class TestWhose:
    @pytest.mark.parametrize(
        ("said", "app"),
        [
            ({"package": APP}, True),
            ({"package": f"{APP}:push"}, True),
            ({"package": "com.other"}, False),
            ({"process": f"{APP}:remote"}, True),
            ({"process": "com.other"}, False),
            ({"uid": 10123}, True),
            ({"uid": 20123}, True),
            ({"uid": 10124}, False),
            ({"uid": 1_010_123}, False),
            ({"uid": 99_003}, None),
            ({"uid": 99_003, "process": f"{APP}:isolated"}, True),
            ({"uid": 99_003, "package": "com.google.android.webview:sandboxed_process0"}, None),
            ({"package": APP, "uid": 10124}, None),
            ({"package": "com.daemon", "uid": 10123}, None),
            ({}, None),
        ],
    )
    def test_by_package_process_and_user(
        self, tmp_path: Path, said: dict[str, Any], *, app: bool | None
    ) -> None:
        whose = Whose(recording(tmp_path, {}, edges=()))
        event = Event(time=T0, api=API, **said)
        assert whose.is_app(event) is app
        assert whose.is_app(event) is app

    def test_nobody_knows_the_app_of_a_run_that_names_none(self, tmp_path: Path) -> None:
        whose = Whose(recording(tmp_path, {"run.yaml": None}, edges=()))
        assert whose.is_app(Event(time=T0, api=API, package=APP)) is None

    @pytest.mark.parametrize(
        ("sha256", "subject"), [("aa" * 32, True), ("bb" * 32, False), (None, None)]
    )
    def test_of_the_very_package(
        self, tmp_path: Path, sha256: str | None, *, subject: bool | None
    ) -> None:
        run = {**RUN, "app": {"package": APP, **({"sha256": sha256} if sha256 else {})}}
        visit = Visit(package=APP, build="aa" * 32)
        whose = Whose(recording(tmp_path, {"run.yaml": run}, visit=visit, edges=()))
        assert whose.by_subject(app=True, moment=None) is subject
        assert whose.by_subject(app=None, moment=None) is None


def export() -> bytes:
    return xls((CAMILLE, row("同意隐私政策前", 0), row("同意隐私政策后", 20)))


def test_what_an_export_says_of_consent_are_marks_by_the_clock_of_its_calls(tmp_path: Path) -> None:
    parts: dict[str, Any] = {"run.yaml": {**RUN, "zone": "+08:00"}, "export.xls": export()}
    made = recording(tmp_path, parts, edges=())
    told = consent_of(made)
    assert [one.mark.phase for one in told][-1] == "agreed"
    assert all(one.at is not None for one in told)
    assert exports(made) == ("export.xls",)
    untold = recording(tmp_path, {"run.yaml": RUN, "export.xls": export()}, edges=())
    assert [one.at for one in consent_of(untold)] == [None] * len(told), "nobody says the zone"


def test_where_the_calls_stand_in_our_own_form_exports_are_not_read(tmp_path: Path) -> None:
    made = recording(tmp_path, {"run.yaml": RUN, EVENTS: "", "export.xls": export()}, edges=())
    assert (exports(made), consent_of(made)) == ((), ())
