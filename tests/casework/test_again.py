"""Cases judged again and written again, without their targets."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from scanner.case import REPORTS, CaseFacts, formats_in, read_facts
from scanner.casework.again import report_again
from scanner.casework.standing import check
from scanner.errors import UsageError
from scanner.model import Choices, Qualification
from scanner.report.words import Options
from tests.casework.standing import again, report
from tests.samples import BOOK, request


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
    check(copy)


def test_a_report_again_may_state_a_qualification(folders: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    held = Qualification(number="CMA 1")
    written = report_again(copy, formats_wanted=["docx"], tool=request().tool, qualification=held)
    assert written.qualification == report(copy).qualification == held
    assert (copy / "report.docx").is_file()
    check(copy)


def test_files_for_people_open_in_the_language_of_the_call(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    assert '<html lang="zh-Hans"' in (copy / "report.html").read_text("utf-8")
    report_again(
        copy, formats_wanted=["text", "html"], tool=request().tool, options=Options(lang="en")
    )
    assert '<html lang="en"' in (copy / "report.html").read_text("utf-8")
    assert "Looked at: " in (copy / "report.txt").read_text("utf-8")
