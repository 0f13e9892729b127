from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.device.collector import KINDS, LEADS, REACHED, collect
from scanner.errors import NotAuditable, UsageError
from scanner.facts import ConsentPrompt, DeviceRun, PhaseBegan, ScanVantage, kind_of
from scanner.knowledge import Knowledge
from scanner.model import Aid, Lead, Sighting, Unseen, Visit
from tests.collect.device.recordings import (
    APP,
    RUN,
    T0,
    Part,
    archive_of,
    kept,
    node,
    screen,
    target_of,
    walk,
)

RULES = "请您阅读并同意《用户协议》和《隐私政策》"
ASK = screen(node(RULES), node("不同意", "Button"), node("同意", "Button"))
MAIN = screen(node("首页"), *(node(words, "Button") for words in ("外卖", "打车", "我的")))
TAPS: list[dict[str, Any]] = [{"time": 0, "action": "launch"}, {"time": 10, "words": "同意"}]
OLD, NEW = "a" * 64, "b" * 64


def collected(
    folder: Path, known: Knowledge, parts: Mapping[str, Part], visit: Visit | None = None
) -> list[Sighting]:
    target = target_of(folder, archive_of(parts), visit or Visit())
    return list(collect(target, kept, known, lambda _said: None))


def unseen(found: list[Sighting]) -> set[str]:
    return {one.kind for one in found if isinstance(one, Unseen) and not one.scope.get("phase")}


def test_a_run_is_told_with_its_phases(tmp_path: Path, known: Knowledge) -> None:
    found = collected(tmp_path, known, walk([(1, ASK), (5, ASK), (13, MAIN)], TAPS))
    (run,) = [one for one in found if isinstance(one, DeviceRun)]
    assert (run.package, run.same_build, run.clock_within_ms) == (APP, True, 0)
    phases = [one.phase for one in found if isinstance(one, PhaseBegan)]
    assert phases == ["first_launch", "consent_shown", "agreed"]
    (prompt,) = [one for one in found if isinstance(one, ConsentPrompt)]
    assert prompt.present and not prompt.source.captured
    assert sum(isinstance(one, ScanVantage) for one in found) == 1
    kinds = {kind_of(one) for one in found if not isinstance(one, Unseen | Lead)}
    assert kinds <= {*KINDS, "filing.shown"}


def test_what_is_missing_is_unseen_and_so_is_a_phase_that_was_not_reached(
    tmp_path: Path, known: Knowledge
) -> None:
    found = collected(tmp_path, known, {})
    assert unseen(found) >= set(KINDS) - {"device.run", "phase.began", "scan.vantage"}
    phases = {
        one.scope["phase"][0] for one in found if isinstance(one, Unseen) and one.scope.get("phase")
    }
    assert phases >= set(REACHED)
    reasons = {one.reason.zh for one in found if isinstance(one, Unseen)}
    assert "运行未到达阶段“拒绝之后”" in reasons
    whole = collected(tmp_path, known, walk([(1, ASK), (5, ASK), (13, MAIN)], TAPS))
    assert "consent.prompt" not in unseen(whole) and "data.accessed" in unseen(whole)


def test_a_recording_of_another_app_or_build_is_refused(tmp_path: Path, known: Knowledge) -> None:
    with pytest.raises(UsageError):
        collected(tmp_path, known, {}, Visit(package="cn.other"))
    run = {**RUN, "app": {"package": APP, "sha256": OLD}}
    with pytest.raises(UsageError) as caught:
        collected(tmp_path, known, {"run.yaml": run}, Visit(package=APP, build=NEW))
    assert OLD in (caught.value.hint or "")
    over = {**run, "before_update": {"package": APP, "sha256": NEW}}
    assert collected(tmp_path, known, {"run.yaml": over}, Visit(package=APP, build=NEW))


HEAD = "SrcIP,SrcPort,DstIp,DstPort,UID,App,PackageName,Proto,Info,BytesSent,FirstSeen,LastSeen"


def test_traffic_and_connections_beside_it_are_leads(tmp_path: Path, known: Knowledge) -> None:
    run = {**RUN, "clock": {"offset_s": 30, "within_s": 0.5}}
    parts: dict[str, Part] = {"run.yaml": run, "traffic.har": "{}", "connections.csv": f"{HEAD}\n"}
    leads = [one for one in collected(tmp_path, known, parts) if isinstance(one, Lead)]
    told = {one.kind: (one.evidence.name, one.ahead_s) for one in leads}
    assert told == {"traffic": ("traffic.har", 0.0), "connections": ("connections.csv", 30.0)}
    assert set(LEADS) > {name for name, _ in told.values()}


def test_a_list_of_connections_that_is_none_spoils_nothing_beside_it(
    tmp_path: Path, known: Knowledge
) -> None:
    found = collected(tmp_path, known, {"traffic.har": "{}", "connections.csv": "no list"})
    assert [one.kind for one in found if isinstance(one, Lead)] == ["traffic"]
    assert "endpoint.contacted" in unseen(found)


def test_only_a_run_that_is_whole_by_its_list_was_made_by_us(
    tmp_path: Path, known: Knowledge
) -> None:
    parts = walk([(1, ASK)], TAPS)
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(archive_of(parts))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    rows = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    cases: list[tuple[dict[str, Part], bool]] = [
        ({**files, "manifest-sha256.txt": rows}, True),
        ({**files, "manifest-sha256.txt": rows, "more.txt": "x"}, False),
        ({**files, "manifest-sha256.txt": rows, "taps.jsonl": files["taps.jsonl"] + b"\n"}, False),
        ({**files}, False),
    ]
    for changed, whole in cases:
        found = collected(tmp_path, known, changed)
        (run,) = [one for one in found if isinstance(one, DeviceRun)]
        assert run.source.captured is whole


def test_what_could_not_be_read_is_told_with_its_place(tmp_path: Path, known: Knowledge) -> None:
    parts: dict[str, Part] = {
        **walk([(1, ASK)], TAPS),
        "processes.jsonl": b'{"time": 5}\nnot json\n',
        "../evil.jsonl": b"x",
    }
    found = collected(tmp_path, known, parts)
    said = " ".join(one.reason.en for one in found if isinstance(one, Unseen))
    assert "processes.jsonl line 1" in said and "processes.jsonl line 2" in said
    assert "unsafe" in said


def test_what_is_no_recording_is_refused(tmp_path: Path, known: Knowledge) -> None:
    target = target_of(tmp_path, b"not a zip")
    with pytest.raises(NotAuditable):
        list(collect(target, kept, known, lambda _said: None))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([T0, T0 + 1, APP, "tap", "started", "../x", "a.xml", "同意"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside),
    max_leaves=6,
)
NAMES = (
    "time",
    "api",
    "ui",
    "action",
    "x",
    "words",
    "phase",
    "event",
    "process",
    "package",
    "sync",
)
LINES = st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6), max_size=4)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(
            [f"{n}.jsonl" for n in ("events", "screens", "taps", "marks", "processes", "states")]
        ),
        LINES,
    ),
    st.binary(max_size=200) | st.just(ASK.encode()),
)
def test_no_recording_whatever_it_says_breaks_the_collector(
    known: Knowledge, parts: dict[str, Any], tree: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for one in collected(Path(folder), known, {**parts, "a.xml": tree}):
            assert isinstance(one, Unseen | Lead) or one.channel == "device"


def test_files_that_are_not_as_they_were_sealed_are_named(tmp_path: Path, known: Knowledge) -> None:
    parts: dict[str, Part] = {
        **walk([(1, ASK)], TAPS),
        "manifest-sha256.txt": f"{'0' * 64}  x.txt\n",
    }
    found = [one for one in collected(tmp_path, known, parts) if isinstance(one, Unseen)]
    told = {one.reason.en for one in found if "sealed" in one.reason.en}
    assert len(told) == 1
    assert "taps.jsonl" in told.pop()


def test_the_form_of_another_version_is_refused(tmp_path: Path, known: Knowledge) -> None:
    parts: dict[str, Part] = {"run.yaml": {**RUN, "schema": "mingjian/device/99"}}
    with pytest.raises(NotAuditable, match="mingjian/device/99"):
        collected(tmp_path, known, parts)


def test_no_fact_repeats_a_value_of_the_test_person(tmp_path: Path, known: Knowledge) -> None:
    path = tmp_path / "me.yaml"
    path.write_text("name: 欧阳娜娜\n", encoding="utf-8")
    entry = kept(b"", name="me.yaml", media_type="application/yaml")
    aid = Aid(kind="identity", path=path, evidence=entry)
    greeting = screen(node("欧阳娜娜，您好"), node("首页"), node("设置", "Button"))
    target = target_of(tmp_path, archive_of(walk([(1, greeting)], TAPS)), Visit())
    target = msgspec.structs.replace(target, aids=(aid,))
    told = [*collect(target, kept, known, lambda _: None)]
    assert any("*，您好" in str(one) for one in told)
    assert not any("欧阳" in str(one) for one in told)


@pytest.mark.parametrize("offset", [".nan", ".inf", "1e12", "-3.0e+11", "1.0e+308"])
def test_clocks_that_are_off_by_anything_make_no_fault(
    tmp_path: Path, known: Knowledge, offset: str
) -> None:
    run = f"app: {{package: {APP}}}\nclock: {{offset_s: {offset}, within_s: 1.0e+308}}\n"
    marks = [{"time": T0, "phase": "agreed", "within_s": 1e308}]
    parts: dict[str, Part] = {**walk([(1, ASK)], TAPS), "run.yaml": run, "marks.jsonl": marks}
    found = collected(tmp_path, known, parts)
    assert any(isinstance(one, DeviceRun) for one in found)
    assert all(one.phase is None for one in found if isinstance(one, ConsentPrompt))
