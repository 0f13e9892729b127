from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.device import processes
from scanner.collect.device.clocks import Moment
from scanner.collect.device.phases import Edge
from scanner.collect.device.processes import STARTED_WITHIN_S, TEN_MINUTES_S, facts_of
from scanner.facts import AppStarted, ProcessStarted
from scanner.knowledge import Knowledge
from scanner.model import Unseen, Visit
from tests.collect.device.recordings import APP, RUN, T0, recording

OTHER = "cn.other.app"
TAP = {"time": T0 - 500, "action": "tap"}
EDGES = (
    Edge(Moment(T0, 0), "foreground", "mark", "", "marks.jsonl line 1"),
    Edge(Moment(T0 + 1000, 0), "background", "mark", "", "marks.jsonl line 2"),
)


def start(second: float, **more: Any) -> dict[str, Any]:
    return {"time": T0 + second, "event": "started", "process": APP, **more}


class Bench:
    """Gives the facts of a run by its processes."""

    def __init__(self, folder: Path, known: Knowledge) -> None:
        self.folder, self.known = folder, known

    def all(
        self,
        lines: Iterable[Mapping[str, Any]],
        taps: Iterable[Mapping[str, Any]] | None = (TAP,),
        *,
        run: Mapping[str, Any] = RUN,
        visit: Visit = Visit(),  # noqa: B008 - immutable
    ) -> list[Any]:
        parts = {"processes.jsonl": lines, "taps.jsonl": taps, "run.yaml": run}
        recorded = recording(self.folder, parts, visit=visit, edges=EDGES)
        return list(facts_of(recorded, self.known))

    def of(self, *args: Any, **more: Any) -> list[ProcessStarted]:
        return [one for one in self.all(*args, **more) if isinstance(one, ProcessStarted)]


@pytest.fixture
def bench(tmp_path: Path, known: Knowledge) -> Bench:
    return Bench(tmp_path, known)


@pytest.mark.parametrize(
    ("said", "trigger", "started_by"),
    [
        ({"kind": "broadcast", "component": f"{{{APP}/{APP}.Net}}"}, "broadcast", ""),
        ({"kind": "broadcast", "reason": "android.intent.action.BOOT_COMPLETED"}, "boot", ""),
        ({"kind": "service", "component": "x LOCKED_BOOT_COMPLETED"}, "boot", ""),
        ({"kind": "service"}, "service", ""),
        ({"kind": "service", "caller": "android"}, "service", ""),
        ({"kind": "service", "caller": APP}, "service", APP),
        ({"kind": "content provider"}, "provider", ""),
        ({"kind": "service", "caller": OTHER}, "app", OTHER),
        ({"kind": "activity", "caller": OTHER}, "app", OTHER),
        ({"kind": "activity", "caller": "com.miui.home"}, "user", "com.miui.home"),
        ({"kind": "activity", "caller": "com.google.android.apps.nexuslauncher"}, "user", None),
        ({"kind": "broadcast", "caller": "com.android.shell"}, "user", "com.android.shell"),
        ({"kind": "activity", "caller": "root"}, "user", ""),
        ({"kind": "broadcast", "caller": "com.miui.home"}, "broadcast", "com.miui.home"),
        ({"kind": "activity"}, "other", ""),
        ({"kind": "other"}, "other", ""),
        ({}, "other", ""),
    ],
)
def test_what_started_the_app_is_said(
    bench: Bench, said: dict[str, Any], trigger: str, started_by: str | None
) -> None:
    (one,) = bench.of([start(10, **said)])
    assert (one.package, one.trigger, one.by_subject) == (APP, trigger, True)
    assert one.started_by == (said["caller"] if started_by is None else started_by)
    assert (one.count, one.in_ten_minutes, one.phase) == (1, 1, "foreground")
    assert (one.source.at, one.source.time) == (
        "processes.jsonl line 1",
        "2025-06-15T15:06:50.000+00:00",
    )


@pytest.mark.parametrize("kind", ["activity", None])
@pytest.mark.parametrize(
    ("after", "action", "trigger"),
    [
        (0.5, "tap", "user"),
        (STARTED_WITHIN_S + 0.9, "launch", "user"),  # a tap may be off by one second
        (-0.9, "tap", "user"),
        (-1.1, "tap", "other"),
        (STARTED_WITHIN_S + 1.1, "tap", "other"),
        (0.5, "screen_off", "other"),
        (0.5, "stop", "other"),
    ],
)
def test_a_screen_that_comes_up_after_a_tap_is_the_users(
    bench: Bench, kind: str | None, after: float, action: str, trigger: str
) -> None:
    taps = [{"time": T0 + 20, "action": action}]
    (one,) = bench.of([start(20 + after, kind=kind)], taps)
    assert one.trigger == trigger


def test_a_service_after_a_tap_is_no_screen(bench: Bench) -> None:
    taps = [{"time": T0 + 20, "action": "tap"}]
    assert [one.trigger for one in bench.of([start(20.5, kind="service")], taps)] == ["service"]


def test_without_taps_nobody_knows_whether_the_user_opened_a_screen(bench: Bench) -> None:
    lines = [
        start(10, kind="activity"),
        start(20, kind="activity", process=OTHER, caller=APP),
        start(30, kind="service"),
    ]
    found = bench.all(lines, None)
    assert [one.trigger for one in found if isinstance(one, ProcessStarted)] == ["service"]
    lost = {(one.kind, one.scope["package"]) for one in found if isinstance(one, Unseen)}
    assert lost == {
        ("process.started", (APP,)),
        ("process.started", (OTHER,)),
        ("app.started", (OTHER,)),
    }
    back = [{"time": T0 + 50}, {"time": T0}]
    assert [one.trigger for one in bench.of(lines, back)] == ["service"]


def test_what_the_app_had_started_is_told_and_what_others_do_is_not(bench: Bench) -> None:
    lines = [
        start(10, kind="service", process=f"{OTHER}:push", caller=APP),
        start(11, kind="service", process="com.xiaomi.xmsf", caller=APP),
        start(12, kind="service", process="cn.third.app", caller=OTHER),
        start(13, kind="broadcast", process="cn.third.app"),
        start(14, kind="activity", process="com.tencent.mm", caller=APP),
    ]
    taps = [{"time": T0 + 13.5, "action": "tap"}]
    found = bench.all(lines, taps)
    started = {
        (one.package, one.trigger, one.started_by, one.by_subject)
        for one in found
        if isinstance(one, ProcessStarted)
    }
    assert started == {
        (OTHER, "app", APP, True),
        ("com.xiaomi.xmsf", "app", APP, True),
        ("com.tencent.mm", "user", APP, True),
    }
    (linked,) = [one for one in found if isinstance(one, AppStarted)]
    assert (linked.package, linked.owner, linked.channel) == (OTHER, None, "device")


def test_a_process_is_the_apps_by_its_user_id_too(bench: Bench) -> None:
    (one,) = bench.of([start(10, process="daemon", uid=10123, kind="service")])
    assert (one.package, one.process) == (APP, "daemon")
    assert bench.of([start(10, process="daemon", uid=10124, kind="service")]) == []


def test_starts_are_counted_by_phase_and_cause(bench: Bench) -> None:
    push = {"process": f"{APP}:push", "kind": "broadcast"}
    lines = [start(at, **push) for at in (10, 1100, 1200, 1650, 1690, 1710, 2600)]
    lines += [{**start(2650, **push), "event": "died"}]
    lines += [start(2700, kind="service"), {**start(2701), "event": "died"}]
    found = {(one.trigger, one.phase): one for one in bench.of(lines)}
    assert {key: (one.count, one.in_ten_minutes) for key, one in found.items()} == {
        ("broadcast", "foreground"): (1, 1),
        ("broadcast", "background"): (6, 4),
        ("service", "background"): (1, 1),
    }
    assert found["broadcast", "background"].source.at == "processes.jsonl line 2"
    assert found["broadcast", "background"].process == f"{APP}:push"


def test_processes_that_one_start_brings_up_together_are_one_start(bench: Bench) -> None:
    names = [f"{APP}:{name}" for name in ("push", "remote", "core")]
    lines = [start(1100 + n, process=name, kind="service") for n, name in enumerate(names)]
    found = {one.trigger: one for one in bench.of(lines)}
    assert {name: one.count for name, one in found.items()} == {"service": 1, "own": 2}
    assert found["own"].in_ten_minutes == 1


@pytest.mark.parametrize(
    ("reason", "trigger"),
    [("lmk", "restored"), ("empty #17", "restored"), ("crash", "service"), (None, "service")],
)
def test_what_android_brings_back_after_want_of_memory_is_no_start_of_the_app(
    bench: Bench, reason: str | None, trigger: str
) -> None:
    push = {"process": f"{APP}:push", "kind": "service"}
    died = {**start(1200, **push), "event": "died", "reason": reason}
    found = [one.trigger for one in bench.of([start(1100, **push), died, start(1210, **push)])]
    assert sorted(found) == sorted({"service", trigger})
    woken = {**push, "kind": "broadcast"}
    found = [one.trigger for one in bench.of([start(1100, **push), died, start(1210, **woken)])]
    assert sorted(found) == ["broadcast", "service"], "a broadcast starts it, not the system"


def test_renderers_of_pages_begin_at_the_app_s_own_call(bench: Bench) -> None:
    renderer = {"process": f"{APP}:sandboxed_process0", "uid": 99_001, "kind": "service"}
    (one,) = bench.of([start(1100, **renderer), start(1200, **renderer)])
    assert one.trigger == "own"


def test_another_build_is_not_the_audited_one(bench: Bench) -> None:
    (one,) = bench.of([start(10, kind="service")], visit=Visit(build="ab" * 32))
    assert one.by_subject is False


def test_times_that_go_back_count_nothing_together(bench: Bench) -> None:
    lines = [start(1500, kind="service"), start(1100, kind="service")]
    (one,) = bench.of(lines)
    assert (one.count, one.in_ten_minutes, one.phase) == (2, None, None)


def test_names_that_are_none_are_not_repeated(bench: Bench) -> None:
    lines = [
        start(10, package=APP, process="13912345678 <b>", component="x" * 999, kind="service"),
        start(11, process="not a package", caller=APP, kind="service"),
    ]
    (one,) = bench.of(lines)
    assert (one.process, one.component) == (None, None)


def test_too_many_causes_are_counted(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MAX_FACTS", 3)
    lines = [start(n, kind="service", caller=f"cn.a{n}.app") for n in range(8)]
    *facts, left = bench.all(lines)
    assert len(facts) == 3
    assert "5 more starts" in left.reason.en


@given(st.lists(st.integers(1001, 4000), min_size=1, max_size=12, unique=True))
@settings(max_examples=60, deadline=None)
def test_the_most_within_ten_minutes_is_that_of_trying_every_window(
    tmp_path_factory: pytest.TempPathFactory, known: Knowledge, seconds: list[int]
) -> None:
    lines = [start(second, kind="broadcast") for second in sorted(seconds)]
    (one,) = Bench(tmp_path_factory.mktemp("p"), known).of(lines)
    most = max(sum(0 <= other - each <= TEN_MINUTES_S for other in seconds) for each in seconds)
    assert (one.count, one.in_ten_minutes) == (len(seconds), most)


@given(st.lists(st.tuples(st.integers(900, 1100), st.floats(-3, 3)), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_shift_inside_the_uncertainty_gives_another_phase_or_takes_a_tap_away(
    tmp_path_factory: pytest.TempPathFactory, known: Knowledge, moves: list[tuple[int, float]]
) -> None:
    run = {**RUN, "clock": {"offset_s": 0.0, "within_s": 3.0}}
    lines = [
        start(second + move, kind="activity", process=f"{APP}:p{n}")
        for n, (second, move) in enumerate(sorted(moves))
    ]
    taps = [{"time": T0 + second, "action": "tap"} for second, _ in sorted(moves)]
    for many, trigger in ((taps, "user"), ([TAP], "other")):
        found = Bench(tmp_path_factory.mktemp("p"), known).of(lines, many, run=run)
        assert {one.trigger for one in found} - {"own"} == {trigger}
        for phase, true in (("foreground", range(900, 1000)), ("background", range(1000, 1101))):
            told = sum(one.count or 0 for one in found if one.phase == phase)
            assert told <= sum(second in true for second, _ in moves)
