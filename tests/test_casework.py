"""Cases that stand: judged again, written again, verified, and each act logged."""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

<<<<<<< HEAD
from scanner.case import REPORTS, CaseFacts, formats_in, read_facts
from scanner.casework import (
    act_upon,
    acts_of,
    check,
    close,
    judge_again,
    record,
    refuse,
    report_again,
    seal_case,
    verified,
)
from scanner.errors import EvidenceError, UsageError
from scanner.evidence.sealing import Sealing, seal
from scanner.evidence.seals import Discrepancy
from scanner.model import Choices, Qualification, Report
from scanner.report.as_json import decode
from scanner.report.document.record import Stated
=======
from scanner.case import CaseFacts, read_facts
from scanner.casework import Said, acts_of, check, decide, judge_again, report_again
from scanner.errors import EvidenceError, UsageError
from scanner.model import Choice, Choices, Finding, Report
from scanner.report.as_json import decode
from scanner.report.decided import confirmed
>>>>>>> h7-compare
from tests.samples import BOOK, KNOWLEDGE, VIOLATING, case, request


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("cases")
    case(root / "violating", VIOLATING)
    return {"violating": root / "violating"}


def report(folder: Path) -> Report:
    return decode((folder / "report.json").read_bytes())


def test_the_case_verifies_with_sha256sum_alone(folders: dict[str, Path]) -> None:
    sha256sum = shutil.which("sha256sum")
    if sha256sum is None:
        pytest.skip("sha256sum is not here: apt-get install coreutils")
    command = [sha256sum, "--strict", "-c", "manifest-sha256.txt"]
    run = subprocess.run(command, cwd=folders["violating"], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    check(folders["violating"])


def again(folder: Path, **changes: Any) -> Report:
    given: dict[str, Any] = {
        "book": BOOK,
        "knowledge": KNOWLEDGE,
        "tool": request().tool,
        "formats_wanted": ["html"],
    }
    return judge_again(folder, **given | changes)


def test_judging_again_with_the_same_rules_changes_nothing(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    again(copy)
    for name in ("report.json", "report.html", "facts.jsonl"):
        assert (copy / name).read_bytes() == (folders["violating"] / name).read_bytes()


def test_judging_again_with_other_rules_needs_no_target(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    fewer = msgspec.structs.replace(BOOK, rules=BOOK.rules[:3], digest="other")
    found = again(copy, book=fewer)
    assert len(found.rulings) == 3
    assert report(copy) == found
    check(copy)


def test_a_report_is_written_again_in_other_formats(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    found = report_again(copy, formats_wanted=["text", "html"], tool=request().tool)
    assert found == report(folders["violating"])
    assert "手电筒" in (copy / "report.txt").read_text("utf-8")
    check(copy)


def test_files_for_people_open_in_the_language_of_the_call(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    assert '<html lang="zh-Hans"' in (copy / "report.html").read_text("utf-8")
    report_again(copy, formats_wanted=["text", "html"], tool=request().tool, lang="en")
    assert '<html lang="en"' in (copy / "report.html").read_text("utf-8")
    assert "Looked at: " in (copy / "report.txt").read_text("utf-8")


@pytest.mark.parametrize("harm", ["alter", "remove", "add"])
def test_a_case_that_was_touched_is_refused(
    folders: dict[str, Path], tmp_path: Path, harm: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    victim = sorted((copy / "evidence").iterdir())[0]
    if harm == "alter":
        victim.chmod(0o644)
        victim.write_bytes(b"another")
    elif harm == "remove":
        victim.unlink()
    else:
        (copy / "added.txt").write_text("x", encoding="utf-8")
    for verb in (check, again):
        with pytest.raises(EvidenceError) as refused:
            verb(copy)
        name = "added.txt" if harm == "add" else victim.name
        assert name in str(refused.value)


def test_a_case_of_mapped_names_is_not_judged_for_whom_only_the_public_view_counts(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    header, facts, unseen = read_facts(folders["violating"])
    mapped = [
        msgspec.structs.replace(fact, source=msgspec.structs.replace(fact.source, mapped=True))
        for fact in facts
    ]
    monkeypatch.setattr(
        "scanner.case.read_facts", lambda _: CaseFacts(header, tuple(mapped), unseen)
    )
    before = (folders["violating"] / "report.json").read_bytes()
    with pytest.raises(UsageError, match="--resolve"):
        again(folders["violating"], choices=Choices(profile="procurator"))
    assert (folders["violating"] / "report.json").read_bytes() == before


def test_each_act_is_logged_with_the_manifest_that_it_found(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    found = []
    for _ in range(2):
        found.append(hashlib.sha256((copy / "manifest-sha256.txt").read_bytes()).hexdigest())
        again(copy)
    acts = acts_of(copy)
    assert [act.deed for act in acts] == ["collected", "judged", "judged"]
    assert [act.manifest for act in acts] == [None, *found]
    assert acts[0].details["subject"] == hashlib.sha256(VIOLATING.read_bytes()).hexdigest()


<<<<<<< HEAD
def wish() -> Sealing:
    return Sealing(now=lambda: datetime.datetime.now().astimezone(), self_made=True)
=======
def saying(subject: str, by: str = "王芳", choice: Choice = "confirm", **more: Any) -> Said:
    return Said(subject=subject, choice=choice, by=by, reason="看过", **more)
>>>>>>> h7-compare


@pytest.fixture
def copy(folders: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(folders["violating"], tmp_path / "copy"))


<<<<<<< HEAD
def test_sealing_is_an_act_of_its_own_and_the_next_act_says_what_it_superseded(copy: Path) -> None:
    seal_case(copy, wish(), tool=request().tool, by=["李四"])
    again(copy)
    found = verified(copy)
    assert found.verified.wrong == ()
    assert [act.deed for act in found.acts] == ["collected", "sealed", "judged"]
    assert found.acts[1].by == ("李四",)
    assert found.acts[1].details == {"signature": "self-made"}
    (earlier,) = found.verified.earlier
    assert earlier.manifest == found.acts[2].manifest
    assert found.verified.seal.signature is None


def test_an_act_that_is_sealed_at_once_is_logged_with_its_seal(copy: Path) -> None:
    again(copy, sealing=wish())
    found = verified(copy)
    assert [act.deed for act in found.acts] == ["collected", "judged", "sealed"]
    assert found.acts[1].rulebook is not None
    assert found.acts[2].rulebook is None
    assert found.verified.seal.signature is not None


def test_evidence_leaves_a_sealed_case_only_by_an_act_that_says_so(copy: Path) -> None:
    seal_case(copy, wish(), tool=request().tool)
    victim = sorted((copy / "evidence").iterdir())[0]
    act = act_upon(copy, "purged", request().tool)
    victim.unlink()
    close(copy, msgspec.structs.replace(act, removed=(victim.name,)), {})
    assert verified(copy).verified.wrong == ()
    other = sorted((copy / "evidence").iterdir())[0]
    other.unlink()
    close(copy, act_upon(copy, "reported", request().tool), {})
    assert [each.path for each in verified(copy).verified.wrong] == [f"evidence/{other.name}"]


def test_a_broken_custody_log_is_named_even_where_the_lists_fit(copy: Path) -> None:
    log = (copy / "custody.jsonl").read_bytes()
    seal(copy, {"custody.jsonl": log.replace(b'"collected"', b'"exported"')})
    wrong = verified(copy).verified.wrong
    assert [(each.path, each.what) for each in wrong] == [("custody.jsonl", "altered")]
    assert "custody.jsonl:1" in wrong[0].why


def test_a_seal_that_was_taken_off_is_missed(copy: Path) -> None:
    """The signature taken off and all lists made anew: the log still tells of it."""
    seal_case(copy, wish(), tool=request().tool)
    for name in ("manifest-sha256.txt.p7s", "signer.pem"):
        (copy / name).unlink()
    seal(copy, {})
    found = [(each.path, each.what) for each in verified(copy).verified.wrong]
    assert found == [("manifest-sha256.txt.p7s", "missing"), ("seals", "missing")]


def test_what_is_only_not_shown_is_not_called_altered() -> None:
    with pytest.raises(EvidenceError, match="is whole, and what was asked for is not shown"):
        refuse(Path("case"), [Discrepancy("x", "unproven")])
    many = [Discrepancy(str(number), "added") for number in range(30)]
    with pytest.raises(EvidenceError, match="and 10 more"):
        refuse(Path("case"), many)
    refuse(Path("case"), [])


def test_a_record_quotes_the_case_as_it_stands_and_leaves_it_so(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    copy, place = tmp_path / "copy", tmp_path / "record.docx"
    shutil.copytree(folders["violating"], copy)
    manifest = hashlib.sha256((copy / "manifest-sha256.txt").read_bytes()).hexdigest()
    given: dict[str, Any] = {"catalog": BOOK.catalog, "made_at": request().tool.started_at}
    assert record(copy, place, Stated(), **given) == manifest
    first = place.read_bytes()
    assert record(copy, place, Stated(), **given, force=True) == manifest
    assert place.read_bytes() == first
    again(copy)
    assert record(copy, place, Stated(), **given, force=True) != manifest
    (copy / "report.json").write_bytes(b"{}")
    with pytest.raises(EvidenceError):
        record(copy, tmp_path / "other.docx", Stated(), **given)
    assert not (tmp_path / "other.docx").exists()


def test_a_report_again_may_state_a_qualification(folders: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    held = Qualification(number="CMA 1")
    written = report_again(copy, formats_wanted=["docx"], tool=request().tool, qualification=held)
    assert written.qualification == report(copy).qualification == held
    assert (copy / "report.docx").is_file()
    check(copy)


def test_what_a_case_holds_is_written_anew_with_what_is_wanted(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    """A table or a log that still said what no longer holds would be believed."""
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    report_again(copy, formats_wanted=["sarif", "csv"], tool=request().tool)
    assert formats_in(copy) == ["json", "html", "sarif", "csv"]
    before = {name: (copy / REPORTS[name]).read_bytes() for name in formats_in(copy)}
    again(copy, book=msgspec.structs.replace(BOOK, rules=BOOK.rules[:3], digest="other"))
    after = {name: (copy / REPORTS[name]).read_bytes() for name in formats_in(copy)}
    assert after.keys() == before.keys()
    assert not [name for name in after if after[name] == before[name]]
=======
def first(folder: Path) -> Finding:
    return next(ruling.findings[0] for ruling in report(folder).rulings if ruling.findings)


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

    def full(*_: object) -> None:
        raise UsageError("no room", hint="")

    monkeypatch.setattr("scanner.case.replace_files", full)
    with pytest.raises(UsageError, match="no room"):
        decide(copy, saying(first(copy).fingerprint, attached=[note]), tool=request().tool)
>>>>>>> h7-compare
    check(copy)
