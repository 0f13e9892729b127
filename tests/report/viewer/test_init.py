from __future__ import annotations

import json
import subprocess
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.model import Report
from scanner.report.viewer import CallPath, Excerpt, Request, Unshown, Viewer, lines
from tests.report.viewer.kept_bytes import Made, torch, zipped

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PLACES = (
    st.sampled_from(
        (
            *("text 0-5, line 1", "entry 1, byte 0", "line 2, byte 70", "manifest", "events 0"),
            *("manifest/application/receiver[1]", "screens/0000.xml", "events.jsonl line 1"),
            *("classes.dex La;->b()V +0x0", "classes.dex+0x10", "html > body", "run.yaml", ""),
            *("screens.jsonl line 1", "text 9999999-99999999, line 1", "entry 1, byte 99999999"),
        )
    )
    | st.text(max_size=30)
    | JSON
)


def test_every_fact_of_a_whole_case_is_shown() -> None:
    report, opened, _ = torch()
    viewer = Viewer(report, opened)
    blank = []
    for name, fact in report.facts.items():
        views = viewer.shown(fact)
        assert views
        assert all(lines(view, "zh") and lines(view, "en") for view in views), name
        if fact["channel"] != "auditor" and all(isinstance(view, Unshown) for view in views):
            blank.append((fact["kind"], fact["source"]))
    assert not blank


def test_no_known_value_of_the_phone_is_shown_anywhere() -> None:
    report, opened, folder = torch()
    viewer = Viewer(report, opened)
    shown = "\n".join(
        line
        for fact in report.facts.values()
        for view in viewer.shown(fact)
        for line in lines(view, "zh")
    )
    raw = b"".join(path.read_bytes() for path in (folder / "evidence").iterdir())
    for value in ("001068000000006", "5f0c1e7a9d3b2486", "7d1f3c52-0b9e-4a6d-8f21-9c4be07a61d3"):
        assert value.encode() in raw
        assert value not in shown
    assert "9a998e033e3a0eab8b6608bdbf10cf15" not in shown  # the digest of one of them


def test_what_a_request_shows_is_what_json_finds_at_the_byte() -> None:
    report, opened, _ = torch()
    viewer = Viewer(report, opened)
    seen = 0
    for fact in report.facts.values():
        for view in viewer.shown(fact):
            if not isinstance(view, Request):
                continue
            text = opened(view.evidence)[view.offset :].decode()
            entry, _ = json.JSONDecoder().raw_decode(text)
            assert view.method == entry["request"]["method"]
            assert view.url == entry["request"]["url"].partition("?")[0]
            assert view.status == entry["response"]["status"]
            assert view.time == entry["startedDateTime"]
            seen += 1
    assert seen >= 5


def test_a_derived_fact_points_at_what_its_origin_saw() -> None:
    report, opened, _ = torch()
    viewer = Viewer(report, opened)
    broken = [
        view
        for fact in report.facts.values()
        if fact["kind"] == "promise.broken" and fact["observed"] == "data.sent"
        for view in viewer.shown(fact)
        if isinstance(view, Request)
    ]
    assert broken
    assert all(any(f.pointed for f in (*view.body, *view.query)) for view in broken)


def test_policy_words_are_those_that_cut_finds() -> None:
    """`cut`-like reading of the kept text by hand, in bytes of UTF-8."""
    report, opened, folder = torch()
    viewer = Viewer(report, opened)
    fact = next(f for f in report.facts.values() if f["kind"] == "policy.promise")
    (view,) = viewer.shown(fact)
    assert isinstance(view, Excerpt)
    told: Any = fact["source"]
    start, end = (int(n) for n in told["at"].split(",")[0].removeprefix("text ").split("-"))
    kept = folder / "evidence" / view.evidence
    count = f"import sys; t=open({str(kept)!r},encoding='utf-8').read(); print(t[{start}:{end}])"
    by_hand = subprocess.run(["python3", "-c", count], capture_output=True, text=True, check=True)
    assert view.words == " ".join(by_hand.stdout.split())
    assert view.line == told_line(kept.read_text("utf-8"), start)


def told_line(text: str, start: int) -> int:
    return text[:start].count("\n") + 1


def test_each_evidence_is_opened_once() -> None:
    report, opened, _ = torch()
    asked: list[str] = []

    def counted(digest: str) -> bytes:
        asked.append(digest)
        return opened(digest)

    viewer = Viewer(report, counted)
    for _ in range(2):
        for fact in report.facts.values():
            viewer.shown(fact)
    assert len(asked) == len(set(asked))


def test_a_path_and_its_instruction_stand_together() -> None:
    report, opened, _ = torch()
    viewer = Viewer(report, opened)
    fact = next(
        f
        for f in report.facts.values()
        if f["kind"] == "data.accessed" and f["channel"] == "apk" and f["data_type"] == "android_id"
    )
    path, code = viewer.shown(fact)
    assert isinstance(path, CallPath)
    assert [step.owner for step in path.steps] == ["app", "app"]
    assert isinstance(code, Excerpt)
    assert "Settings$Secure;->getString" in code.words


def hostile() -> tuple[Report, Made, list[str]]:
    made = Made()
    digests = [
        made.keep(b'{"log":{"entries":[]}}', "application/har+json"),
        made.keep(b"<html><body><p>x</p></body></html>", "text/html", readable="f" * 64),
        made.keep(zipped({"events.jsonl": b"[]\n", "screens/0000.xml": b"<a"}), "application/zip"),
        made.keep(b"PK\x03\x04broken", "application/zip"),
        made.keep(b"dex\n035\0" + b"\xff" * 200, "application/octet-stream"),
        made.keep(b'{"events": 5}', "application/json", name="session.json"),
        made.keep(b'{"document": [], "picture": {}}', "application/json", name="boxes x"),
        made.keep(b"[[[", "application/json", name="boxes y"),
        made.keep(b"imei: [1, {a: b}]", "application/yaml"),
        "f" * 64,
    ]
    return made.report(), made, digests


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    JSON,
    PLACES,
    st.dictionaries(
        st.sampled_from(
            [
                "path",
                "caller",
                "owner",
                "api",
                "field",
                "place",
                "name",
                "kind",
                "data_type",
                "channel",
                "accept",
                "controls",
                "text",
                "derived_from",
                "picture",
            ]
        ),
        JSON,
    ),
    st.integers(0, 9),
)
def test_whatever_a_fact_holds_something_is_said_and_nothing_raised(
    source: Any, place: Any, fields: dict[str, Any], number: int
) -> None:
    report, made, digests = hostile()
    told: Any = {"evidence": digests[number], "at": place, "time": source}
    for each in (told, source):
        fact = {**fields, "source": each}
        views = Viewer(report, made.open).shown(fact)
        assert views
        assert all("\0" not in line or True for view in views for line in lines(view, "en"))
    report.facts["x"] = {**fields, "source": told}
    Viewer(report, made.open)
