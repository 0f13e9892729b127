from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from scanner.capture.summary import MOST_NAMED, countries, summary
from scanner.capture.tape import Counts, Tape
from scanner.capture_file import Begin, Caught, Passed
from scanner.exchange import Exchange, Passage
from scanner.geo import Geo, load_geo

STARTED = "2026-01-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def geo() -> Geo:
    return load_geo()


def test_countries_are_counted_by_address(geo: Geo) -> None:
    counts = Counts()
    counts.ips = {"114.114.114.114", "127.0.0.1", "10.0.0.1"}
    answers = {geo.place("114.114.114.114").country or "?"}
    assert countries(counts, geo) == f"{answers.pop()} 1"


def test_what_failed_and_what_was_accepted_later_is_named(tmp_path: Path, geo: Geo) -> None:
    tape = Tape(tmp_path / "a", force=False)
    tape.begin(Begin(started=STARTED, mode="regular"))
    untrusted = "Certificate verify failed: self-signed certificate"
    base = Exchange(url="https://a.example/", method="GET", started=STARTED, at="")
    for error, status in ((untrusted, 0), (untrusted, 0), ("no route\x1b", 0), (None, 200)):
        tape.add(Caught(exchange=msgspec.structs.replace(base, error=error, status=status)))
    for host in ("a.example", "pins.example"):
        tape.add(Passed(passage=Passage(kind="refused", host=host, started=STARTED, at="")))
    tape.end(STARTED, 0)
    said = summary(tape, [], geo, dropped=0, missed=0, chinese=False)
    assert re.search(r"no answer +3\n", said)
    assert f"a.example ×2  {untrusted}\n" in said
    assert "a.example ×1  no route\N{REPLACEMENT CHARACTER}\n" in said
    assert said.count("--insecure-upstream") == 1
    assert "a.example ×1 (accepted by other connections)\n" in said
    assert "pins.example ×1\n" in said
    whole = summary(Tape(tmp_path / "b", force=False), [], geo, dropped=0, missed=0, chinese=False)
    assert "no answer" not in whole


def test_all_that_matters_is_named_in_both_languages(tmp_path: Path, geo: Geo) -> None:
    tape = Tape(tmp_path / "my capture", force=False)
    tape.begin(Begin(started=STARTED, mode="regular"))
    for number in range(MOST_NAMED + 2):
        host = f"pins{number:02}\x1b[2J.example"
        tape.add(Passed(passage=Passage(kind="refused", host=host, started=STARTED, at="")))
    tape.end(STARTED, 3)
    for chinese in (True, False):
        said = summary(tape, [(STARTED, "agreed")], geo, dropped=3, missed=4, chinese=chinese)
        assert tape.sha256 in said
        assert f"mingjian scan '{tape.path}'" in said
        assert "\x1b" not in said
        assert "pins39" in said
        assert "pins40" not in said
        assert "+2" in said
        assert "agreed" in said
        assert ("未能保存" if chinese else "not kept") in said
