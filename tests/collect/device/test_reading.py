from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device import reading as module
from scanner.collect.device.clocks import Moment
from scanner.collect.device.phases import Edge
from scanner.collect.device.recorded import missing
from scanner.model import Visit
from tests.collect.device.recordings import APP, RUN, T0, Part, node, recording, screen, walk

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
OLD, NEW, OTHER = "a" * 64, "b" * 64, "c" * 64
PAGE = screen(node("首页", bounds=(0, 0, 1080, 200)), node("我的", "Button", (0, 300, 200, 400)))


def faults(folder: Path, parts: dict[str, Part]) -> list[str]:
    return [f"{one.at}: {one.reason.en}" for one in recording(folder, parts).archive.told()]


def test_everything_is_read_and_set_in_time(tmp_path: Path) -> None:
    run = {**RUN, "clock": {"offset_s": 10, "within_s": 0.5}}
    died = {"time": T0 + 30, "event": "died", "process": f"{APP}:push"}
    state = {"time": T0, "moment": "before", "command": "dumpsys package", "file": "p.txt"}
    parts = walk([(5, PAGE), (1, PAGE)], [{"time": 6, "x": 10, "y": 310}], processes=[died])
    marks = [{"time": T0 + 2, "phase": "agreed", "within_s": 0.5}]
    found = recording(
        tmp_path,
        {**parts, "run.yaml": run, "marks.jsonl": marks, "states.jsonl": [state], "p.txt": "uid"},
        edges=[],
    )
    assert [look.at.at - T0 for look in found.looks] == [1, 5]  # in order
    assert found.disordered == {"screens.jsonl"}
    (touch,) = found.touches
    assert (touch.on, touch.words, touch.place) == (1, "我的", "taps.jsonl line 1")
    assert not touch.stated  # the words are those of the tree
    (ran,) = found.processes
    assert (ran.package, ran.at) == (APP, Moment(T0 + 20, 0.5))
    assert found.marks[0].at == Moment(T0 + 2, 0.5)
    assert found.states[0].text == "uid"
    assert missing(found) == ("events.jsonl", "sockets.jsonl", "connections.csv")
    assert found.has("taps.jsonl") and not found.has("events.jsonl")


def test_nothing_at_all_is_read_as_nothing(tmp_path: Path) -> None:
    found = recording(tmp_path, {"run.yaml": None}, visit=Visit(package=APP))
    assert found.package == APP and not found.looks and found.phase(Moment(T0)) is None
    assert not found.archive.broken and found.run.clean_install is None


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"[]",
        b"app: 1",
        b"a: &a [*a]",
        b"app: {package: [x]}",
        b"? {a: b}",
        b"x: !!python/object/apply:os.system [id]",
        b"[" * 100_000,
    ],
)
def test_a_run_that_cannot_be_read_is_named(tmp_path: Path, data: bytes) -> None:
    found = recording(tmp_path, {"run.yaml": data})
    assert found.package == ""
    assert [one.at for one in found.archive.told()] == ["run.yaml"]


def test_times_in_a_run_stay_what_they_are(tmp_path: Path) -> None:
    text = f"app: {{package: {APP}}}\nstarted: 2025-06-15T23:06:40+08:00\nended: {T0 + 5}\n"
    found = recording(tmp_path, {"run.yaml": text})
    at = found.clocks.of("screens.jsonl", found.run.started)
    assert at == Moment(T0, 0.0)
    assert found.clocks.of("screens.jsonl", found.run.ended) == Moment(T0 + 5, 0.0)


LINES = [
    b"{",
    b"[]",
    b'{"time": 1}',
    b'{"time": 1750000000, "action": "fly"}',
    b"\xff\xff",
    b"[" * 50_000,
    b'{"time": "soon", "action": "tap"}',
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_is_no_line_of_the_form_is_named_and_the_others_stand(
    tmp_path: Path, line: bytes
) -> None:
    good = b'{"time": 1750000000, "action": "home"}'
    found = recording(tmp_path, {"taps.jsonl": b"\n".join([good, line, good])})
    assert [touch.action for touch in found.touches] == ["home", "home"]
    assert [one.at for one in found.archive.told()] == ["taps.jsonl line 2"]


def test_a_screen_belongs_to_the_package_that_fills_it(tmp_path: Path) -> None:
    bar = node("12:00", bounds=(0, 0, 1080, 2400), package="com.android.systemui")
    tree = screen(node("首页", bounds=(0, 100, 1080, 2300)), bar)
    lines: list[dict[str, Any]] = [
        {"time": T0, "ui": "1.xml", "package": "cn.wrong"},
        {"time": T0 + 1, "package": APP},
        {"time": T0 + 2, "ui": "missing.xml"},
        {"time": T0 + 3, "ui": "bad.xml", "picture": "1.png"},
    ]
    parts: dict[str, Part] = {"1.xml": tree, "bad.xml": "<a", "1.png": PNG, "screens.jsonl": lines}
    looks = recording(tmp_path, parts).looks
    assert [look.package for look in looks] == [APP, APP, "", ""]
    assert [look.readable for look in looks] == [True, False, False, False]
    assert looks[3].picture is not None and looks[3].picture.media_type == "image/png"
    assert len(faults(tmp_path, parts)) == 2


def test_a_picture_that_is_none_is_not_kept(tmp_path: Path) -> None:
    lines = [{"time": T0, "picture": "1.png"}]
    look = recording(tmp_path, {"screens.jsonl": lines, "1.png": b"<svg/>"}).looks[0]
    assert look.picture is None


def test_a_tap_falls_on_the_smallest_thing_that_can_be_tapped(tmp_path: Path) -> None:
    inner = node("同意", "TextView", (100, 1000, 300, 1060))
    holder = node("", "LinearLayout", (0, 980, 1080, 1080), inner, clickable=True)
    shown = [(1.0, screen(holder, node("同意书", clickable=True), node("同意书", clickable=True)))]
    taps: list[dict[str, Any]] = [
        {"time": 2, "x": 150, "y": 1010},
        {"time": 3, "words": "同意"},
        {"time": 4, "words": "同意书"},  # there twice
        {"time": 5, "x": 5_000, "y": 5_000},
        {"time": 0, "x": 150, "y": 1010},
    ]
    touches = recording(tmp_path, walk(shown, taps)).touches
    told = [(touch.words, None if touch.node is None else touch.node.kind) for touch in touches]
    assert told == [
        ("", None),
        ("同意", "android.widget.LinearLayout"),
        ("同意", "android.widget.TextView"),
        ("同意书", None),
        ("", None),
    ]


def test_screens_and_lines_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SCREENS", 3)
    monkeypatch.setattr(module, "MOST_LINES", 4)
    lines = [{"time": T0 + n, "package": APP} for n in range(10)]
    taps = [{"time": T0 + n} for n in range(10)]
    found = recording(tmp_path, {"screens.jsonl": lines, "taps.jsonl": taps})
    assert (len(found.looks), len(found.touches)) == (3, 4)
    assert [one.at for one in found.archive.told()] == ["screens.jsonl line 4", "taps.jsonl line 5"]


@given(st.lists(st.floats(0, 50), max_size=12))
def test_parts_whose_times_go_back_belong_to_no_phase(times: list[float]) -> None:
    import tempfile

    lines = [{"time": T0 + at, "package": APP} for at in times]
    edges = [Edge(Moment(T0 - 5), "agreed", "mark", "", "")]
    with tempfile.TemporaryDirectory() as folder:
        found = recording(Path(folder), {"screens.jsonl": lines}, edges=edges)
    moments = [look.at.at for look in found.looks]
    assert moments == sorted(moments)
    back = max((max(times[: n + 1]) - at for n, at in enumerate(times)), default=0.0)
    if back > 2.01:
        assert found.phase(Moment(T0), "screens.jsonl") is None
    if back < 1.99:
        assert found.phase(Moment(T0), "screens.jsonl") == "agreed"
    assert found.phase(None) is None and found.phase(Moment(T0), "taps.jsonl") == "agreed"


def test_a_screen_that_stays_is_read_once_and_all_together_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, other = screen(node("一"), node("二")), screen(node("三"))
    parts = walk([(0, tree), (1, tree), (2, other)])
    looks = recording(tmp_path, parts).looks
    assert looks[0].nodes is looks[1].nodes
    monkeypatch.setattr(module, "MOST_NODES", 1)
    bounded = recording(tmp_path, parts)
    assert [look.readable for look in bounded.looks] == [True, True, False]
    assert any("too many elements" in one.reason.en for one in bounded.archive.broken)


def test_taps_and_outputs_on_permissions_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_TAPS", 2)
    monkeypatch.setattr(module, "MOST_STATES", 1)
    state = {"moment": "before", "command": "dumpsys package", "file": "s.txt"}
    parts = walk([(0, screen(node("一")))], [{"time": n} for n in range(4)], states=[state] * 3)
    made = recording(tmp_path, {**parts, "s.txt": "Packages:"})
    assert (len(made.touches), len(made.states)) == (2, 1)
    told = {one.at for one in made.archive.broken}
    assert {"taps.jsonl line 3", "states.jsonl line 2"} <= told
