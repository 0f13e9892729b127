"""Recordings of runs end to end: the twins of each rule, runs near to them, and shuffled ones."""

from __future__ import annotations

import datetime
import functools
import hashlib
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.device.collector import collect
from scanner.derive import derive
from scanner.device_file import LINES, RUN, Run
from scanner.facts import AppType, Fact, FunctionRefused, Source
from scanner.model import Unseen
from scanner.rulebook.judge import judge
from tests.cases.running import Done, scan
from tests.collect.device.recordings import kept, target_of
from tests.samples import BOOK, KNOWLEDGE, VIOLATING

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
sys.path.insert(0, str(FIXTURES))
from device import compose, consent_runs, lean_runs, near, screens  # noqa: E402
from device.phone import AHEAD_S, T0, App, Phone, Recording  # noqa: E402

HERE = Source(at="--app-type")
OF_RUNS = {
    rule.id
    for rule in BOOK.rules
    if rule.certainty.keys() == {"device"} and rule.targets == ("apk",)
}
"""Rules that facts of a run offend."""


BESIDE = {
    "policy.html": "--policy",
    "earlier.html": "--policy-before",
    "identity.yaml": "--identity",
}
"""What may be handed in beside a recording, with the option that takes it."""
BOTH_WAYS: dict[str, Callable[[], Recording]] = {
    "no-consent-prompt": consent_runs.sound,
    "consent-prompt-without-policy": consent_runs.sound,
    "consent-without-refusal": consent_runs.sound,
    "agreement-ticked-beforehand": lambda: consent_runs.login_page(screens.UNTICKED),
    "permission-asked-without-purpose": consent_runs.every_phase,
    "permission-purpose-too-general": consent_runs.every_phase,
}
"""Rules that a run may show to be met, with one that does."""


@functools.cache
def run(name: str, side: str) -> Done:
    """Scan a recording, once for all tests."""
    return scan_of(near.NEAR[name][1]() if side == "near" else getattr(compose, side)(name))


def scan_of(recording: Recording) -> Done:
    """Scan a recording."""
    return scanned(recording.app_type, *sorted({**recording.files, **recording.beside}.items()))


@functools.cache
def scanned(app_type: int | None, *files: tuple[str, bytes]) -> Done:
    """Scan these files; twins that are one and the same are scanned once."""
    beside = {name: data for name, data in files if name in BESIDE}
    parts = {name: data for name, data in files if name not in beside}
    with tempfile.TemporaryDirectory() as folder:
        place = Recording(parts, app_type, beside).write(Path(folder))
        handed = [word for name in beside for word in (BESIDE[name], Path(folder) / name)]
        stated = () if app_type is None else ("--app-type", app_type)
        return scan(Path(folder) / "out", place, *stated, *handed)


def test_every_rule_on_runs_has_its_twins() -> None:
    on_policies = {"profiling-admitted-without-switch"}
    assert compose.TWINS.keys() == OF_RUNS | on_policies
    known = {rule.id for rule in BOOK.rules}
    assert {name for twin in compose.TWINS.values() for name in twin.also} <= known


@pytest.mark.parametrize("rule", compose.TWINS)
def test_a_recording_has_the_form_that_is_documented(rule: str) -> None:
    assert compose.violating(rule) == compose.violating(rule)
    for recording in (compose.violating(rule), compose.compliant(rule)):
        assert msgspec.convert(json.loads(recording.files[RUN]), Run).clock is not None
        for name, kind in LINES.items():
            for line in recording.files.get(name, b"").splitlines():
                msgspec.json.decode(line, type=kind)


@pytest.mark.parametrize("rule", compose.TWINS)
def test_the_violating_twin_offends_its_rule(rule: str) -> None:
    done = run(rule, "violating")
    assert done.code == 0, done.said
    twin = compose.TWINS[rule]
    assert done.violated().get(rule) == twin.certainty
    assert done.violated().keys() <= {rule, *twin.also}


@pytest.mark.parametrize("rule", compose.TWINS)
def test_the_compliant_twin_accuses_nobody(rule: str) -> None:
    done = run(rule, "compliant")
    assert done.code == 0, done.said
    assert done.violated() == {}


@pytest.mark.parametrize("name", near.NEAR)
def test_a_run_near_to_a_rule_is_judged_as_it_must(name: str) -> None:
    rule, _, certainty = near.NEAR[name]
    assert run(name, "near").violated().get(rule) == certainty


@pytest.mark.parametrize("rule", BOTH_WAYS)
def test_what_was_observed_to_be_met_reads_so(rule: str) -> None:
    recording = BOTH_WAYS[rule]()
    assert scan_of(recording).ruling(rule)["verdict"] == "satisfied"
    blind = lean_runs.without(recording, "screens.jsonl")
    assert scan_of(blind).ruling(rule)["verdict"] == "undetermined"


def test_every_rule_on_runs_that_may_be_met_is_shown_to_be() -> None:
    others = {
        "account-without-closing-on-screen",
        "profiling-admitted-without-switch",
        "recommendation-without-way-off",
    }
    assert BOTH_WAYS.keys() == {
        rule.id
        for rule in BOOK.rules
        if rule.id in OF_RUNS - others and "satisfied" in rule.settles
    }


WITHOUT_DATA = [number for number, one in KNOWLEDGE.app_types.items() if not one.necessary]
"""Types whose basic function needs no personal information."""
GROUPS = sorted({row.group for row in KNOWLEDGE.permissions.values()} - {"none", "xr"})
"""Groups of permissions on a phone."""


@pytest.mark.parametrize("number", WITHOUT_DATA)
def test_what_the_table_leaves_open_is_not_necessary_where_nothing_is(number: int) -> None:
    for group in GROUPS:
        opens = {row.data_type for row in KNOWLEDGE.permissions.values() if row.group == group}
        data_type = min(opens - {"none"}, default="none")
        stated = AppType(source=HERE, channel="auditor", number=number, name="")
        refused = FunctionRefused(
            source=HERE,
            channel="device",
            refusal="permission",
            group=group,
            data_type=data_type,
            outcome="looped",
            times=3,
            by_subject=True,
        )
        facts, unseen = derive([stated, refused], [], KNOWLEDGE)
        (completed,) = [one for one in facts if isinstance(one, FunctionRefused)]
        day = datetime.date(2026, 9, 10)
        rulings = judge(BOOK, facts, unseen, subject_kind="apk", observed_on=day)
        (ruling,) = [one for one in rulings if one.rule == "function-refused-for-permission"]
        needless = completed.expected_for_type is not True and data_type != "none"
        assert (ruling.certainty == "proven") is needless, (number, group)


def test_recall_and_precision() -> None:
    """Over all twins: how many offences were found, and how many of the findings were any."""
    found = dict.fromkeys(compose.TWINS, 0)
    false: dict[str, list[str]] = {rule: [] for rule in compose.TWINS}
    for rule, twin in compose.TWINS.items():
        for side in ("violating", "compliant"):
            violated = run(rule, side).violated()
            found[rule] += side == "violating" and violated.get(rule) == twin.certainty
            expected = {rule, *twin.also} if side == "violating" else set()
            for other in violated.keys() - expected:
                false.setdefault(other, []).append(f"{rule} {side}")
    print(f"\n{'rule':40} recall precision")
    for rule, count in found.items():
        all_ = count + len(false[rule])
        print(f"{rule:40} {count:6} {f'{count / all_:.2f}' if all_ else '–':>9}")
    assert all(found.values())
    assert not any(false.values())


def test_code_call_and_packet_of_one_access_are_one_finding_with_three_proofs(
    tmp_path: Path,
) -> None:
    app = App(
        "cn.example.torch", "手电筒", 10234, hashlib.sha256(VIOLATING.read_bytes()).hexdigest()
    )
    start = datetime.datetime.fromisoformat("2026-10-01T10:00:00+08:00").timestamp()
    traffic = FIXTURES / "traffic"
    done = scan(
        tmp_path,
        *(VIOLATING, lean_runs.torch(app, start).write(tmp_path), traffic / "violating.har"),
        *("--identity", traffic / "identity.yaml", "--app-type", 38),
        *("--connections", traffic / "connections.csv", "--first-party", "stat.torch.example"),
    )
    assert done.code == 0, done.said
    ruling = done.ruling("early-access")
    assert ruling["certainty"] == "proven"
    (finding,) = [one for one in ruling["findings"] if one["data_type"] == "android_id"]
    facts = [done.report["facts"][name] for name in finding["facts"]]
    proofs = {(one["kind"], one["channel"]) for one in facts if one["data_type"] == "android_id"}
    assert proofs == {
        ("data.accessed", "apk"),
        ("data.accessed", "device"),
        ("data.sent", "traffic"),
    }


def test_the_recording_of_the_demo_is_what_the_recipe_makes() -> None:
    with zipfile.ZipFile(FIXTURES / "device" / "torch.zip") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == lean_runs.torch_shown().files


def test_an_update_to_the_audited_package_is_known_as_such(tmp_path: Path) -> None:
    app = App(
        "cn.example.torch", "手电筒", 10234, hashlib.sha256(VIOLATING.read_bytes()).hexdigest()
    )
    recording = consent_runs.granted_by_update(14, opened=True, app=app)
    done = scan(tmp_path, VIOLATING, recording.write(tmp_path), "--app-type", 38)
    assert done.code == 0, done.said
    assert done.ruling("setting-opened-again")["certainty"] == "proven"
    other = app._replace(sha256="")
    done = scan(
        tmp_path / "untold",
        VIOLATING,
        consent_runs.granted_by_update(14, opened=True, app=other).write(tmp_path / "untold"),
    )
    assert done.code == 0, done.said
    assert done.ruling("setting-opened-again")["certainty"] == "suspected"


# What lies within the uncertainty of a tap belongs to no phase, in whatever order it stands

ANSWERED_S = 40.0
"""Seconds from the start at which the prompt is answered."""
TAPPED_WITHIN_S = 2.0
"""How far the tap may be off, as the recording says."""


def accused(answer: str, seconds: Sequence[float], tapped_s: float = 0.0) -> dict[str, str | None]:
    """Judge a run in which an identifier was read at these moments, in this order in the file.

    Moments are told from that of the answer; the tap itself may be noted otherwise by `tapped_s`.
    """
    phone = Phone()
    phone.launch()
    phone.show(screens.CONSENT)
    phone.wait(T0 + ANSWERED_S - phone.now)
    phone.go(answer, screens.MAIN, 20)
    tap = phone.parts["taps.jsonl"][-1]
    tap |= {"time": tap["time"] + tapped_s, "within_s": TAPPED_WITHIN_S}
    phone.call("android_id", "umeng-analytics", times=len(seconds))
    for line, second in zip(phone.parts["events.jsonl"], seconds, strict=True):
        line["time"] = round((T0 + ANSWERED_S + AHEAD_S + second) * 1000)
    with tempfile.TemporaryDirectory() as folder:
        target = target_of(Path(folder), packed(phone.done()))
        seen = list(collect(target, kept, KNOWLEDGE, lambda said: None))
    facts = [one for one in seen if isinstance(one, Fact)]
    unseen = [one for one in seen if isinstance(one, Unseen)]
    day = datetime.date(2026, 9, 10)
    rulings = judge(BOOK, facts, unseen, subject_kind="apk", observed_on=day)
    of_runs = [one for one in rulings if one.rule in OF_RUNS]
    return {one.rule: one.certainty for one in of_runs if one.verdict == "violated"}


def packed(recording: Recording) -> bytes:
    """Pack a recording as one file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in recording.files.items():
            archive.writestr(name, data)
    return stream.getvalue()


half = st.floats(-TAPPED_WITHIN_S / 2, TAPPED_WITHIN_S / 2, allow_nan=False)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["同意", "不同意"]), st.lists(half, min_size=1, max_size=6), half)
def test_no_order_of_taps_and_events_inside_the_uncertainty_proves_anything(
    answer: str, seconds: list[float], tapped_s: float
) -> None:
    found = accused(answer, seconds, tapped_s)
    assert "proven" not in found.values()
    assert not found.keys() & {"read-before-consent", "read-after-refusal"}


def test_outside_the_uncertainty_it_does() -> None:
    surely = TAPPED_WITHIN_S + 3
    early = {"read-before-consent": "proven"}
    assert accused("同意", [-surely]) == accused("不同意", [-surely]) == early
    assert accused("同意", [surely]) == {}
    assert accused("不同意", [surely]) == {"read-after-refusal": "proven"}
