"""The verb decide as a person meets it: its words, its files, and two persons at once."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import COMMAND, complaint, mingjian
from tests.samples import VIOLATING


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = tmp_path_factory.mktemp("deciding") / "case"
    assert mingjian("scan", VIOLATING, "-q", "-o", case).returncode == 0
    return case


@pytest.fixture
def case(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed, tmp_path / "case"))


def report(case: Path) -> Any:
    return json.loads((case / "report.json").read_bytes())


def fingerprint(case: Path) -> str:
    found = (one for ruling in report(case)["rulings"] for one in ruling["findings"])
    return str(next(found)["fingerprint"])


def test_what_waits_is_listed_and_nothing_is_changed(case: Path) -> None:
    before = (case / "custody.jsonl").read_bytes()
    run = mingjian("decide", case, "--list", "--lang", "en")
    assert run.returncode == 0
    heads = [line for line in run.stdout.splitlines() if not line.startswith(" ")]
    rulings = report(case)["rulings"]
    waiting = {
        one["fingerprint"]
        for ruling in rulings
        if ruling["severity"] != "info"
        for one in ruling["findings"]
    }
    checks = [ruling["rule"] for ruling in rulings if ruling["manual"]]
    assert {line[:12] for line in heads if line[0] in "0123456789abcdef" and line[12] == " "} >= {
        each[:12] for each in waiting
    }
    assert sum(line.startswith("check ") for line in heads) == len(checks)
    assert (case / "custody.jsonl").read_bytes() == before


def test_a_finding_is_confirmed_with_a_note(case: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("看到弹窗", "utf-8")
    words = ("confirm", "--by", "王芳", "--reason", "复核属实", "--attach", note, "--lang", "zh")
    run = mingjian("decide", case, fingerprint(case)[:6], *words)
    assert run.returncode == 0, run.stderr
    assert "确认" in run.stdout
    assert "一人确认 1" in run.stdout
    (one,) = report(case)["decisions"]
    assert (one["by"], one["choice"], one["reason"]) == ("王芳", "confirm", "复核属实")
    (kept,) = one["attachments"]
    assert (case / "evidence" / kept["sha256"]).read_text("utf-8") == "看到弹窗"
    assert mingjian("verify", case).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("zzz", "confirm", "--by", "a", "--reason", "b"),
        ("FP", "confirm", "--by", "a"),
        ("FP", "confirm", "--reason", "b"),
        ("FP", "confirm", "--by", " ", "--reason", "b"),
        ("FP", "confirm", "--by", "a", "--reason", "b\x1b[2J"),
        ("FP", "confirm", "--by", "a", "--reason", "b", "--at", "2001-01-01T00:00:00+08:00"),
        ("FP", "confirm", "--by", "a", "--reason", "b", "--attach", "/dev/null"),
        ("FP",),
        ("--list", "FP"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(case: Path, words: tuple[str, ...]) -> None:
    given = [fingerprint(case) if word == "FP" else word for word in words]
    before = (case / "report.json").read_bytes()
    run = mingjian("decide", case, *given)
    assert run.returncode == 2
    assert complaint(run)
    assert (case / "report.json").read_bytes() == before


def test_an_altered_case_takes_no_decision(case: Path) -> None:
    (case / "report.html").write_text("x", "utf-8")
    words = ("confirm", "--by", "a", "--reason", "b")
    run = mingjian("decide", case, "123456", *words)
    assert run.returncode == 5
    assert "report.html" in complaint(run)


def test_persons_who_decide_at_once_lose_nothing(case: Path) -> None:
    found = fingerprint(case)
    command = [*COMMAND, "decide", str(case), found, "confirm", "--reason", "r", "-q", "--by"]
    runs = [subprocess.Popen([*command, f"person {n}"]) for n in range(5)]
    assert [run.wait() for run in runs] == [0] * 5
    names = sorted(each["by"] for each in report(case)["decisions"])
    assert names == [f"person {n}" for n in range(5)]
    assert mingjian("verify", case).returncode == 0
