"""A person's word is kept, and changes nothing that the program said."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
import pytest

from scanner.casework.again import report_again
from scanner.casework.deciding import Said, decide
from scanner.casework.standing import acts_of, check
from scanner.errors import UsageError
from scanner.report.decided import confirmed
from tests.casework.standing import again, first, report, saying
from tests.samples import BOOK, request


def test_a_decision_is_logged_shown_and_kept_when_judged_again(copy: Path, tmp_path: Path) -> None:
    before = report(copy)
    note = tmp_path / "note \x1b.txt"
    note.write_text("所见", "utf-8")
    found = first(copy)
    tool = request().tool
    for by in ("王芳", "李雷"):
        decide(copy, saying(found.fingerprint[:8], by, attached=[note]), tool=tool)
    check(copy)
    after = report(copy)
    digest = hashlib.sha256("所见".encode()).hexdigest()
    assert [each.by for each in after.decisions] == ["王芳", "李雷"]
    assert confirmed(after, found)
    assert (copy / "evidence" / digest).read_text("utf-8") == "所见"
    assert digest in {entry.sha256 for entry in after.evidence}
    assert after.rulings == before.rulings
    again(copy)
    assert report(copy).decisions == after.decisions
    report_again(copy, formats_wanted=["text"], tool=tool)
    assert report(copy).decisions == after.decisions
    assert "两人以上确认 1" in (copy / "report.txt").read_text("utf-8")
    fewer = msgspec.structs.replace(BOOK, rules=BOOK.rules[:3], digest="other")
    assert again(copy, book=fewer).decisions == after.decisions
    assert [act.deed for act in acts_of(copy)] == [
        *("collected", "decided", "decided", "judged", "reported", "judged"),
    ]


def test_a_decision_rewrites_the_formats_that_are_there_and_no_others(copy: Path) -> None:
    report_again(copy, formats_wanted=["text"], tool=request().tool)
    names = {path.name for path in copy.iterdir()}
    decide(copy, saying(first(copy).fingerprint), tool=request().tool)
    assert {path.name for path in copy.iterdir()} == names
    assert "一人确认 1" in (copy / "report.txt").read_text("utf-8")


@pytest.mark.parametrize("harm", ["name", "reason", "subject", "binary", "pipe", "missing", "many"])
def test_a_refused_decision_changes_nothing(copy: Path, tmp_path: Path, harm: str) -> None:
    files = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    good, binary, pipe = tmp_path / "a.txt", tmp_path / "b", tmp_path / "pipe"
    good.write_text("x", "utf-8")
    binary.write_bytes(b"\x00\x01")
    os.mkfifo(pipe)
    words = saying(first(copy).fingerprint, attached=[good])
    wrong: dict[str, Said] = {
        "name": words._replace(by="\u3000"),
        "reason": words._replace(reason="a\x07"),
        "subject": words._replace(subject="123456"),
        "binary": words._replace(attached=[good, binary]),
        "pipe": words._replace(attached=[good, pipe]),
        "missing": words._replace(attached=[good, tmp_path / "none"]),
        "many": words._replace(attached=[good] * 21),
    }
    with pytest.raises(UsageError):
        decide(copy, wrong[harm], tool=request().tool)
    assert files == {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    check(copy)


def test_where_the_act_fails_its_attachments_are_taken_out_again(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "a.txt"
    note.write_text("x", "utf-8")

    def full(*_: object, **__: object) -> None:
        raise UsageError("no room", hint="")

    monkeypatch.setattr("scanner.casework.acting.seal", full)
    with pytest.raises(UsageError, match="no room"):
        decide(copy, saying(first(copy).fingerprint, attached=[note]), tool=request().tool)
    check(copy)


def test_a_call_that_is_killed_leaves_no_attachment_behind(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came into the case before the act did would be in it for ever, listed nowhere."""
    note = tmp_path / "a.txt"
    note.write_text("x", "utf-8")
    there: list[bool] = []

    def seen(folder: Path, *_: object, **__: object) -> None:
        there.append((folder / "evidence" / hashlib.sha256(b"x").hexdigest()).exists())
        raise UsageError("killed", hint="")

    monkeypatch.setattr("scanner.casework.acting.seal", seen)
    with pytest.raises(UsageError, match="killed"):
        decide(copy, saying(first(copy).fingerprint, attached=[note]), tool=request().tool)
    assert there == [False]
    monkeypatch.undo()
    decide(copy, saying(first(copy).fingerprint, attached=[note]), tool=request().tool)
    kept = copy / "evidence" / hashlib.sha256(b"x").hexdigest()
    assert kept.stat().st_mode & 0o777 == 0o444
    check(copy)


def test_values_that_a_reason_repeats_are_masked_wherever_it_is_kept(
    copy: Path, tmp_path: Path
) -> None:
    note = tmp_path / "13812345678.txt"
    note.write_text("x", "utf-8")
    words = saying(first(copy).fingerprint, attached=[note])
    words = words._replace(reason="电话 13812345678，身份证 11010119900307763X")
    _, decision = decide(copy, words, tool=request().tool)
    assert decision.reason == "电话 138****5678，身份证 110101********763X"
    for path in copy.iterdir():
        data = path.read_bytes() if path.is_file() else b""
        assert b"13812345678" not in data and b"11010119900307763X" not in data, path.name
