"""What a capture of an app shows by its phases and answers, through the command: each fault, and
the same run without it."""

from __future__ import annotations

import datetime
import functools
import json
import sys
import tempfile
from pathlib import Path

import pytest

from scanner.capture_file import Begin, CaptureWriter, Caught, Mark
from scanner.collect.device.collector import collect as watch
from scanner.collect.traffic.collector import collect
from scanner.derive import derive
from scanner.exchange import Exchange
from scanner.facts import Fact, Phase
from scanner.model import Aid, Evidence, Target, Unseen, Visit
from scanner.rulebook.judge import judge
from tests.cases.running import Done, scan
from tests.cases.test_devices import packed
from tests.collect.device.recordings import kept, target_of
from tests.samples import BOOK, KNOWLEDGE

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
sys.path.insert(0, str(FIXTURES))
from device import consent_runs  # noqa: E402

OAID = "7d1f3c52-0b9e-4a6d-8f21-9c4be07a61d3"
PHONE = "13912345678"
NICK = "Wang Xiaoming 77"
FRIEND = "Zhao Friendly 13800001234"
IDENTITY = f"oaid: {OAID}\nphone: '{PHONE}'\naccount: {NICK}\ncontacts: {FRIEND}\n"
PACKAGE = b"PK\x03\x04" + b"\0" * 26 + b"AndroidManifest.xml" + b"\0" * 40
JSON = (("Content-Type", "application/json"),)
MARKS: dict[Phase, int] = {"first_launch": 0, "agreed": 20, "withdrawn": 40}


def moment(second: float) -> str:
    return f"2026-10-01T02:00:{second:06.3f}+00:00"


def asked(
    phase: Phase, url: str, sent: object = None, got: bytes = b"{}", mime: str = "application/json"
) -> Exchange:
    """Give an exchange in the middle of a phase."""
    at = MARKS[phase] + 10
    return Exchange(
        url=url,
        method="GET" if sent is None else "POST",
        started=moment(at),
        ended=moment(at),
        at="",
        status=200,
        request_headers=JSON,
        request_body=b"" if sent is None else json.dumps(sent).encode(),
        response_body=got,
        mime=mime,
        ip="203.0.113.7",
    )


def capture(folder: Path, *exchanges: Exchange) -> Path:
    path = folder / "run.capture"
    with path.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started=moment(0), mode="regular"))
        for phase, second in MARKS.items():
            writer.add(Mark(time=moment(second), phase=phase))
            for one in exchanges:
                if one.started == moment(second + 10):
                    writer.add(Caught(exchange=one))
        writer.end(moment(59))
    return path


API = "https://api.torch.example"
CDN = "https://cdn.games.example"
FAULTS: dict[str, tuple[Exchange, Exchange]] = {
    "sent-beyond-type": (
        asked("agreed", f"{API}/up", {"friend": FRIEND}),
        asked("agreed", f"{API}/up", {"phone": PHONE}),
    ),
    "identifier-sent-with-ads-off": (
        asked("agreed", "https://ad.doubleclick.net/r", {"oaid": OAID, "personalized": 0}),
        asked("agreed", "https://ad.doubleclick.net/r", {"oaid": OAID, "personalized": 1}),
    ),
    "sent-to-platform-of-another": (
        asked("agreed", "https://openapi.alipay.com/gateway", {"phone": PHONE}),
        asked("agreed", f"{API}/pay", {"phone": PHONE}),
    ),
    "returned-after-closing": (
        asked("withdrawn", f"{API}/me", got=json.dumps({"nick": NICK}).encode()),
        asked("agreed", f"{API}/me", got=json.dumps({"nick": NICK}).encode()),
    ),
    "package-fetched-unasked": (
        asked("first_launch", f"{CDN}/game.apk", got=PACKAGE, mime="application/octet-stream"),
        asked("first_launch", f"{API}/torch.apk", got=PACKAGE, mime="application/octet-stream"),
    ),
}


@functools.cache
def run(side: int) -> Done:
    """Scan one capture that holds every fault, or every near miss."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ends = asked("withdrawn", f"{API}/user/cancel", got=json.dumps({"nick": NICK}).encode())
        recording = capture(folder, ends, *(pair[side] for pair in FAULTS.values()))
        (folder / "identity.yaml").write_text(IDENTITY, encoding="utf-8")
        about = ("--package", "cn.example.torch", "--first-party", "api.torch.example")
        stated = ("--identity", folder / "identity.yaml", "--app-type", 18)
        return scan(folder / "out", recording, *about, *stated)


@pytest.mark.parametrize("rule", FAULTS)
def test_the_fault_is_suspected(rule: str) -> None:
    done = run(0)
    assert done.code == 0, done.said
    assert run(0).violated().get(rule) == "suspected"


@pytest.mark.parametrize("rule", FAULTS)
def test_what_comes_near_it_is_not(rule: str) -> None:
    assert run(1).code == 0, run(1).said
    assert run(1).ruling(rule)["verdict"] == "undetermined"


def test_no_value_of_the_person_stands_in_report_or_facts() -> None:
    for side in (0, 1):
        text = json.dumps([run(side).report, run(side).rows], ensure_ascii=False)
        assert not [value for value in (OAID, PHONE, NICK, FRIEND) if value in text]


def _together(*, answer_yes: bool) -> dict[str, str | None]:
    """Judge the run in which contacts were denied, or granted, with what left beside it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        phone = packed(consent_runs.against_denial("value"))
        seen = list(watch(target_of(folder, phone), kept, KNOWLEDGE, lambda _: None))
        if answer_yes:
            seen = [one for one in seen if getattr(one, "answer", None) != "denied"]
            seen = [one for one in seen if getattr(one, "permission_state", None) != "denied"]
        path = capture(folder, asked("agreed", f"{API}/up", {"friend": FRIEND}))
        identity = folder / "identity.yaml"
        identity.write_text(IDENTITY, encoding="utf-8")
        said = Evidence(sha256="cd" * 32, name="identity.yaml", media_type="x", size=1)
        heard = Evidence(sha256="ab" * 32, name=path.name, media_type="x", size=1)
        target = Target(
            kind="traffic",
            path=path,
            evidence=heard,
            visit=Visit(subject="apk"),
            aids=(Aid(kind="identity", path=identity, evidence=said),),
        )
        seen += list(collect(target, kept, KNOWLEDGE, lambda _: None))
    facts = [one for one in seen if isinstance(one, Fact)]
    unseen = [one for one in seen if isinstance(one, Unseen)]
    known, blind = derive(facts, unseen, KNOWLEDGE)
    day = datetime.date(2026, 10, 1)
    rulings = judge(BOOK, known, blind, subject_kind="apk", observed_on=day)
    return {one.rule: one.certainty for one in rulings if one.verdict == "violated"}


def test_what_was_denied_on_the_phone_and_left_all_the_same() -> None:
    assert _together(answer_yes=False)["sent-against-permission"] == "suspected"
    assert "sent-against-permission" not in _together(answer_yes=True)
