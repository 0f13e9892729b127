from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device import accesses
from scanner.collect.device.accesses import facts_of
from scanner.collect.device.clocks import Moment
from scanner.collect.device.phases import Edge
from scanner.device_file import EVENTS
from scanner.facts import AppStarted, DataAccessed, Fact, PermissionRequested
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.model import Sighting, Unseen, Visit
from tests.collect.device.drawn import package_dump
from tests.collect.device.recordings import APP, RUN, T0, recording

IMEI = "android.telephony.TelephonyManager.getImei"
SECURE = "android.provider.Settings$Secure.getString"
REQUEST = "android.app.Activity.requestPermissions"
START = "android.app.Activity.startActivity"
LOOP = ("android.os.Looper.loop", "com.android.internal.os.ZygoteInit.main")
WITHIN = 0.5
EDGES = (
    Edge(Moment(T0, 0.0), "first_launch", "launch", "", "taps.jsonl line 1"),
    Edge(Moment(T0 + 100, WITHIN), "agreed", "tap", "同意", "taps.jsonl line 2"),
)
Line = dict[str, Any]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def event(second: float | None, api: str = IMEI, **said: Any) -> Line:
    time = "2025-06-15 23:06:40" if second is None else T0 + second
    stack = (api, f"{APP}.Home.read", *LOOP)
    return {"time": time, "api": api, "package": APP, "stack": stack, **said}


def sightings(knowledge: Knowledge, events: Iterable[Line], **given_: Any) -> list[Sighting]:
    run = {**RUN, **given_.pop("run", {})}
    with tempfile.TemporaryDirectory() as folder:
        parts = {"run.yaml": run, EVENTS: list(events), **given_.pop("parts", {})}
        recorded = recording(Path(folder), parts, edges=given_.pop("edges", EDGES), **given_)
        return list(facts_of(recorded, knowledge, given_.pop("say", str)))


def accessed(many: Iterable[Sighting]) -> list[DataAccessed]:
    return [one for one in many if isinstance(one, DataAccessed)]


def test_like_calls_of_a_phase_are_one_fact(knowledge: Knowledge) -> None:
    found = sightings(knowledge, [event(5.9), event(5, outcome="empty"), event(20), event(150)])
    first, later = sorted(accessed(found), key=lambda fact: str(fact.source.time))
    assert (first.data_type, first.api, first.way) == ("imei", IMEI, "call")
    assert (first.phase, first.count, first.per_minute) == ("first_launch", 3, 3)
    assert (first.owner, first.caller, first.wrapped) == ("app", f"{APP}.Home.read", False)
    assert first.path == (f"{APP}.Home.read",)
    assert first.permission == "android.permission.READ_PHONE_STATE"
    assert (first.answered, first.by_subject) == ("empty", True)
    assert (first.source.at, first.source.time) == (
        f"{EVENTS} line 2",
        "2025-06-15T15:06:45.000+00:00",
    )
    assert first.phase_span == (
        "2025-06-15T15:06:40.000+00:00/2025-06-15T15:08:20.000+00:00 ±0.5 s"
    )
    assert (later.phase, later.count, later.answered) == ("agreed", 1, None)


def test_a_call_near_an_edge_belongs_to_no_phase(knowledge: Knowledge) -> None:
    found = sightings(knowledge, [event(99.7), event(100.3)])
    assert [(fact.phase, fact.count) for fact in accessed(found)] == [(None, 2)]
    assert any(isinstance(one, Unseen) and one.field == "phase" for one in found)


def test_other_apps_are_nobodys_business(tmp_path: Path, knowledge: Knowledge) -> None:
    said: list[str] = []
    events = [event(1), event(2, package="com.other"), event(3, package=None, uid=10999)]
    recorded = recording(tmp_path, {EVENTS: events}, edges=EDGES)
    found = list(facts_of(recorded, knowledge, said.append))
    assert [fact.count for fact in accessed(found)] == [1]
    assert said == ["recording: 2 calls of other apps are left out"]


def test_nobody_says_whose(knowledge: Knowledge) -> None:
    requested = event(2, REQUEST, package=None, args=["android.permission.CAMERA"])
    found = sightings(knowledge, [event(1, package=None), requested])
    assert [fact.by_subject for fact in accessed(found)] == [None]
    assert not any(isinstance(one, PermissionRequested) for one in found)
    assert any(isinstance(one, Unseen) and one.kind == "permission.requested" for one in found)


def test_another_build_is_not_the_subject(knowledge: Knowledge) -> None:
    run = {"app": {"package": APP, "sha256": "bb" * 32}}
    visit = Visit(package=APP, build="aa" * 32)
    assert accessed(sightings(knowledge, [event(1)], run=run, visit=visit))[0].by_subject is False
    run = {"app": {"package": APP}}
    assert accessed(sightings(knowledge, [event(1)], run=run, visit=visit))[0].by_subject is None


@pytest.mark.parametrize(
    ("outcomes", "answered"),
    [
        ((None, None), None),
        (("denied", None), "denied"),
        (("denied", "error"), "error"),
        (("empty", "error"), "empty"),
        (("denied", "value", "empty"), "value"),
    ],
)
def test_the_most_telling_answer_counts(
    knowledge: Knowledge, outcomes: tuple[str | None, ...], answered: str | None
) -> None:
    events = [event(n, outcome=one) if one else event(n) for n, one in enumerate(outcomes)]
    assert accessed(sightings(knowledge, events))[0].answered == answered


def test_the_permission_of_that_moment_is_told(knowledge: Knowledge) -> None:
    command = {"command": "dumpsys package", "file": "states/a.txt"}
    states = [
        {"time": T0 + second, "moment": moment, **command}
        for second, moment in ((0, "before"), (100, "after"))
    ]
    dump = package_dump({"READ_PHONE_STATE": "false"})
    given_ = {"states.jsonl": states, "states/a.txt": dump}
    found = accessed(sightings(knowledge, [event(50, outcome="value")], parts=given_))
    assert [fact.permission_state for fact in found] == ["denied"]
    assert [fact.permission_state for fact in accessed(sightings(knowledge, [event(50)]))] == [None]


def test_the_busiest_minute_is_found(knowledge: Knowledge) -> None:
    events = [event(second) for second in (0, 30, 60, 61, 62, 89.9, 99)]
    assert accessed(sightings(knowledge, events))[0].per_minute == 5
    assert accessed(sightings(knowledge, [event(0), event(60)]))[0].per_minute == 1


def test_calls_without_time_have_no_rate_and_no_phase(knowledge: Knowledge) -> None:
    fact = accessed(sightings(knowledge, [event(None), event(None)]))[0]
    assert (fact.phase, fact.count, fact.per_minute, fact.source.time) == (None, 2, None, None)


def test_times_that_go_back_belong_to_no_phase(knowledge: Knowledge) -> None:
    found = sightings(knowledge, [event(10), event(150), event(20)])
    fact = accessed(found)[0]
    assert [(fact.phase, fact.count, fact.per_minute)] == [(None, 3, None)]
    assert fact.source.time == "2025-06-15T15:06:50.000+00:00"


def test_without_arguments_or_stack_it_stays_unknown(knowledge: Knowledge) -> None:
    found = sightings(knowledge, [event(1, SECURE), event(2, stack=None)])
    fact = accessed(found)[0]
    assert (fact.owner, fact.wrapped, fact.path, fact.caller) == (None, None, None, None)
    untold = [one for one in found if isinstance(one, Unseen) and "data_type" in one.scope]
    assert ("android_id",) in [one.scope["data_type"] for one in untold]
    assert {one.field for one in found if isinstance(one, Unseen)} >= {"owner", "wrapped"}


def test_a_framework_and_the_app_are_two_facts(knowledge: Knowledge) -> None:
    api = "android.content.ClipboardManager.getPrimaryClip"
    itself = (api, "androidx.appcompat.widget.AppCompatEditText.onPaste", *LOOP)
    found = accessed(sightings(knowledge, [event(1, api), event(2, api, stack=itself)]))
    assert {(fact.owner, fact.wrapped, fact.count) for fact in found} == {
        ("app", False, 1),
        (None, True, 1),
    }


def test_requests_for_permissions(knowledge: Knowledge) -> None:
    asked = ["[android.permission.RECORD_AUDIO, android.permission.CAMERA]", "1"]
    through = "androidx.core.app.ActivityCompat.requestPermissions"
    events = [event(1, through, args=asked), event(1.1, REQUEST, args=asked), event(5, REQUEST)]
    found = sightings(knowledge, events)
    (fact,) = [one for one in found if isinstance(one, PermissionRequested)]
    assert fact.permissions == ("android.permission.CAMERA", "android.permission.RECORD_AUDIO")
    assert (fact.group_count, fact.owner, fact.phase) == (2, "app", "first_launch")
    assert (fact.caller, fact.channel) == (f"{APP}.Home.read", "device")
    assert any(isinstance(one, Unseen) and one.kind == "permission.requested" for one in found)


def test_starts_of_other_apps(knowledge: Knowledge) -> None:
    other = ["Intent { cmp=com.other.app/.Wake }"]
    found = sightings(knowledge, [event(1, START, args=other), event(150, START, args=other)])
    (fact,) = [one for one in found if isinstance(one, AppStarted)]
    assert (fact.package, fact.owner, fact.caller) == ("com.other.app", "app", f"{APP}.Home.read")
    assert fact.source.at == f"{EVENTS} line 1"


def test_arguments_and_results_are_never_repeated(knowledge: Knowledge) -> None:
    secret = "13800138000"
    events = [
        event(1, result=secret, args=[secret]),
        event(2, "java.lang.Runtime.exec", args=[f"cat /proc/net/arp {secret}"]),
        event(3, "android.content.ContentResolver.query", args=[f"content://sms/{secret}"]),
        event(4, START, args=[f"Intent {{ dat=tel:{secret} cmp=com.other/.X }}"]),
    ]
    found = sightings(knowledge, events)
    assert len(accessed(found)) == 3
    assert secret not in repr(found)


def test_facts_are_bounded_and_the_rest_counted(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accesses, "MOST_FACTS", 10)
    events = [event(n, f"com.megvii.C{n}.read", stack=None) for n in range(30)]
    found = sightings(knowledge, events)
    assert len(accessed(found)) == 10
    reasons = [one.reason.en for one in found if isinstance(one, Unseen)]
    assert "20 more calls are not listed" in reasons


def test_a_stack_without_end_is_bounded(knowledge: Knowledge) -> None:
    stacks = [[f"{APP}.C{n}.f{frame}" for frame in range(10_000)] for n in range(20)]
    found = accessed(sightings(knowledge, [event(1, stack=one) for one in stacks]))
    assert sum(fact.count or 0 for fact in found) == 20
    assert max(len(msgspec.json.encode(fact)) for fact in found) < 4_000


APIS: dict[str, tuple[str, ...] | None] = {
    IMEI: None,
    "android.net.wifi.WifiInfo.getSSID": (),
    SECURE: ("x", "android_id"),
    "android.hardware.SensorManager.getDefaultSensor": ("19",),
    "java.lang.String.length": None,
}
OPENS = {IMEI: 1, "android.net.wifi.WifiInfo.getSSID": 1, SECURE: 1, "java.lang.String.length": 0}
PACKAGES = (APP, f"{APP}:push", "com.other", None)
FRAMES = (f"{APP}.Home.read", "a.b.c", "androidx.core.A.onPaste", "android.view.View.onPaste")


@st.composite
def made(draw: st.DrawFn) -> list[Line]:
    """Give lines in the order of their times, some of which are close to each other."""
    gaps = draw(st.lists(st.sampled_from((0.0, 0.01, 0.2, 0.9, 7.0, 40.0)), max_size=40))
    lines, now = [], 0.0
    for gap in gaps:
        now += gap
        api = draw(st.sampled_from(sorted(APIS)))
        frames = draw(st.lists(st.sampled_from(FRAMES), max_size=3))
        line = event(now, api, stack=(api, *frames, *LOOP))
        package, args = draw(st.sampled_from(PACKAGES)), APIS[api]
        lines.append({**line, "package": package, **({} if args is None else {"args": args})})
    return lines


def total(many: Iterable[Sighting]) -> int:
    return sum(fact.count or 0 for fact in accessed(many))


@given(made())
def test_every_call_of_the_app_is_counted_once(knowledge: Knowledge, lines: list[Line]) -> None:
    ours = [line for line in lines if line["package"] != "com.other"]
    sensors = sum(line["api"].endswith("getDefaultSensor") for line in ours)
    once = sum(OPENS.get(line["api"], 0) for line in ours)
    assert total(sightings(knowledge, lines)) == once + 2 * sensors  # a step counter is a sensor


def without_place(many: Iterable[Sighting]) -> list[Any]:
    facts = [one for one in many if isinstance(one, Fact)]
    place = [msgspec.structs.replace(one.source, evidence=None, at="") for one in facts]
    return [
        msgspec.structs.replace(one, source=source)
        for one, source in zip(facts, place, strict=True)
    ]


@given(made(), st.randoms(use_true_random=False))
def test_the_order_of_lines_of_one_moment_tells_nothing(
    knowledge: Knowledge, lines: list[Line], draw: random.Random
) -> None:
    doubled = [line for line in lines for _ in (1, 2)]
    mixed = sorted(doubled, key=lambda line: (line["time"], draw.random()))
    once, again = sightings(knowledge, doubled), sightings(knowledge, mixed)
    assert without_place(once) == without_place(again)


def phases(many: Iterable[Sighting]) -> dict[str | None, int]:
    counts: dict[str | None, int] = {}
    for fact in accessed(many):
        counts[fact.phase] = counts.get(fact.phase, 0) + (fact.count or 0)
    return counts


@given(made(), st.floats(0, 300), st.randoms(use_true_random=False))
def test_no_order_of_lines_makes_a_phase_definite(
    knowledge: Knowledge, lines: list[Line], reach: float, draw: random.Random
) -> None:
    moved = sorted(lines, key=lambda line: line["time"] + draw.random() * reach)
    before, after = phases(sightings(knowledge, lines)), phases(sightings(knowledge, moved))
    assert sum(before.values()) == sum(after.values())
    assert after.get(None, 0) >= before.get(None, 0)
    if reach <= 1.0:
        assert before == after


@pytest.mark.parametrize(
    ("marks", "started"),
    [
        (None, None),
        ([{"time": T0 + 1, "note": "x"}], False),
        ([{"time": T0 + 1, "function": "扫一扫"}], True),
        ([{"time": T0 + 90, "function": "扫一扫"}], False),
        ([{"function": "扫一扫"}], None),
    ],
)
def test_a_function_that_was_marked_may_still_be_at_work(
    tmp_path: Path, knowledge: Knowledge, marks: list[Line] | None, started: bool | None
) -> None:
    call = {"time": T0 + 5, "api": IMEI, "package": APP}
    made = recording(tmp_path, {"run.yaml": RUN, "events.jsonl": [call], "marks.jsonl": marks})
    facts = facts_of(made, knowledge, lambda _: None)
    (one,) = [fact for fact in facts if isinstance(fact, DataAccessed)]
    assert one.function_started is started
