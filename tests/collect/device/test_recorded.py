from __future__ import annotations

import math
from pathlib import Path

import pytest

from scanner.collect.device.clocks import Moment
from scanner.collect.device.phases import Edge
from scanner.model import Visit
from tests.collect.device.recordings import APP, RUN, T0, Part, node, recording, screen

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
OLD, NEW, OTHER = "a" * 64, "b" * 64, "c" * 64
PAGE = screen(node("首页", bounds=(0, 0, 1080, 200)), node("我的", "Button", (0, 300, 200, 400)))


def faults(folder: Path, parts: dict[str, Part]) -> list[str]:
    return [f"{one.at}: {one.reason.en}" for one in recording(folder, parts).archive.told()]


@pytest.mark.parametrize(
    ("audited", "ran", "same"),
    [
        (None, None, None),
        (None, OLD, True),
        (OLD, None, None),
        (OLD, OLD.upper(), True),
        (OLD, NEW, False),
    ],
)
def test_the_build_is_the_same_only_where_the_recording_says_so(
    tmp_path: Path, audited: str | None, ran: str | None, same: bool | None
) -> None:
    run = {**RUN, "app": {"package": APP, "uid": 10123, **({"sha256": ran} if ran else {})}}
    found = recording(tmp_path, {"run.yaml": run}, visit=Visit(build=audited))
    assert found.same_build() is same
    assert found.by_subject(APP) is same and found.by_subject(None, 10123) is same
    assert found.by_subject("cn.other") is False and found.by_subject(None, 1) is False
    assert found.by_subject(None) is None


@pytest.mark.parametrize(
    ("at", "within", "audited", "same"),
    [
        (10.0, 1.0, OLD, True),
        (10.0, 1.0, NEW, False),
        (20.0, 1.0, NEW, None),
        (30.0, 1.0, NEW, True),
        (30.0, 1.0, OLD, False),
        (30.0, math.inf, NEW, None),
        (90.0, 1.0, NEW, True),  # in the background after the update
        (90.0, 1.0, OTHER, False),
        (20.0, 1.0, OTHER, False),
    ],
)
def test_over_an_update_the_build_depends_on_the_moment(
    tmp_path: Path, at: float, within: float, audited: str, same: bool | None
) -> None:
    run = {
        **RUN,
        "app": {"package": APP, "sha256": NEW},
        "before_update": {"package": APP, "sha256": OLD},
    }
    edges = [
        Edge(Moment(T0 + 20, 1.0), "updated", "update", "", ""),
        Edge(Moment(T0 + 80, 1.0), "background", "tap", "", ""),
    ]
    found = recording(tmp_path, {"run.yaml": run}, visit=Visit(build=audited), edges=edges)
    assert found.same_build(Moment(T0 + at, within)) is same


def test_a_source_names_place_and_moment(tmp_path: Path) -> None:
    found = recording(tmp_path, {}, captured=True)
    source = found.source("taps.jsonl line 3", Moment(T0))
    assert (source.at, source.captured) == ("taps.jsonl line 3", True)
    assert source.time == "2025-06-15T15:06:40.000+00:00"
    assert source.evidence == found.target.evidence.sha256
