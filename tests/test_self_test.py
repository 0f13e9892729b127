"""The self-test passes on a sound tool, and on no other."""

from __future__ import annotations

import datetime
import hashlib
import shutil
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner import self_test as room
from scanner.model import SelfTest
from scanner.rulebook.rule import Rulebook
from scanner.self_test import LIST, Input, inputs_folder, self_test
from tests.samples import BOOK, KNOWLEDGE

DAY = datetime.date(2026, 11, 22)
FOLDER = inputs_folder()
ROOT = Path(__file__).parent.parent


def listed() -> tuple[Input, ...]:
    return msgspec.json.decode((FOLDER / LIST).read_bytes(), type=tuple[Input, ...])


def failing(book: Rulebook = BOOK, folder: Path | None = None) -> dict[str, SelfTest]:
    answers = self_test(book, KNOWLEDGE, DAY, folder=folder)
    return {one.fixture: one for one in answers if not one.passed}


def test_a_sound_tool_passes_and_says_of_which_bytes() -> None:
    answers = self_test(BOOK, KNOWLEDGE, DAY)
    assert [one.error for one in answers] == [""] * len(answers)
    assert all(one.passed for one in answers)
    for one, wanted in zip(answers, listed(), strict=True):
        assert one.sha256 == hashlib.sha256((FOLDER / wanted.file).read_bytes()).hexdigest()
        assert one.found == tuple(sorted(wanted.expected)), "the list is what is found, no less"
    assert {one.violating for one in answers} == {True, False}
    assert all(one.expected for one in answers if one.violating)
    known = {rule.id for rule in BOOK.rules}
    assert {name for one in answers for name in one.expected} <= known


def test_a_rule_that_finds_nothing_any_more_is_found_out() -> None:
    blind = tuple(
        msgspec.structs.replace(rule, shape=None) if rule.id == "early-access" else rule
        for rule in BOOK.rules
    )
    (one,) = failing(msgspec.structs.replace(BOOK, rules=blind)).values()
    assert one.fixture == "torch-app-violating"
    assert set(one.expected) - set(one.found) == {"early-access"}


def test_a_rule_that_accuses_the_innocent_is_found_out_unless_it_is_anothers() -> None:
    """The one for missing policies now forbids what every sound policy has."""
    rule = next(each for each in BOOK.rules if each.id == "slow-deletion")
    donor = next(each for each in BOOK.rules if each.id == "policy-lacks-list-of-sharing")
    wild = msgspec.structs.replace(donor, id="wild", severity="high", folder=rule.folder)
    (one,) = failing(msgspec.structs.replace(BOOK, rules=(*BOOK.rules, wild))).values()
    assert (one.violating, one.found) == (False, ("wild",))
    theirs = msgspec.structs.replace(wild, folder="theirs")
    assert not failing(msgspec.structs.replace(BOOK, rules=(*BOOK.rules, theirs)))


def copied(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "inputs", ignore=shutil.ignore_patterns("sites", "cases"))
    return tmp_path / "inputs"


def test_an_input_that_was_altered_does_not_pass(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    har = folder / "traffic" / "violating.har"
    har.write_bytes(har.read_bytes() + b"\n")
    (one,) = failing(folder=folder).values()
    assert (one.fixture, one.error) == ("torch-traffic-violating", "the input was altered")


def test_what_is_missing_or_broken_is_an_answer_and_no_error(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "apk" / "violating.apk").unlink()
    (folder / "policy" / "sound.html").write_bytes(b"\0" * 9)
    found = failing(folder=folder)
    assert set(found) == {"torch-app-violating", "full-policy-clean"}
    assert all(one.error for one in found.values())
    (folder / LIST).write_text("[{", "utf-8")
    assert set(failing(folder=folder)) == {LIST}
    (folder / LIST).write_text("[]", "utf-8")
    assert set(failing(folder=folder)) == {LIST}
    assert set(failing(folder=tmp_path / "nowhere")) == {LIST}


def test_a_fault_of_the_program_is_an_answer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(room, "look", broken)
    found = failing()
    assert {one.error for one in found.values()} == {"ZeroDivisionError"}
    assert len(found) == len(listed())


def test_all_that_the_list_names_goes_into_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    targets = project["tool"]["hatch"]["build"]["targets"]
    shipped = targets["wheel"]["force-include"]
    named = {LIST, *(one.file for one in listed())}
    named |= {path for one in listed() for path in one.aids.values()}
    for path in named:
        assert shipped[f"fixtures/{path}"] == f"scanner/_selftest/{path}"
        assert f"fixtures/{path}" in targets["sdist"]["include"]
    assert len([path for path in shipped if path.startswith("fixtures/")]) == len(named)


def test_nothing_of_it_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    self_test(BOOK, KNOWLEDGE, DAY)
    assert not list(tmp_path.iterdir())
