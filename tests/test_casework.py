"""Cases that stand: judged again, written again, verified, and each act logged."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.case import CaseFacts, read_facts
from scanner.casework import acts_of, check, judge_again, report_again
from scanner.errors import EvidenceError, UsageError
from scanner.model import Choices, Report
from scanner.report.as_json import decode
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
