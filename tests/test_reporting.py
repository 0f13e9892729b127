"""What a report holds follows from the facts of a case, and from nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from scanner.case import read_facts
from scanner.errors import EvidenceError
from scanner.model import Choices, Qualification, Report
from scanner.report.as_json import decode
from scanner.reporting import report_of
from tests.samples import BOOK, COMPLIANT, KNOWLEDGE, VIOLATING, case, request


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("cases")
    for name, path in (("violating", VIOLATING), ("compliant", COMPLIANT)):
        case(root / name, path)
    return {name: root / name for name in ("violating", "compliant")}


def report(folder: Path) -> Report:
    return decode((folder / "report.json").read_bytes())


def test_a_kind_that_the_case_does_not_know_is_unseen(folders: dict[str, Path]) -> None:
    header, facts, unseen = read_facts(folders["compliant"])
    older = msgspec.structs.replace(
        header, kinds=tuple(kind for kind in header.kinds if kind != "app.manifest")
    )
    kept = [fact for fact in facts if type(fact).__name__ != "AppManifest"]
    options: dict[str, Any] = {"book": BOOK, "knowledge": KNOWLEDGE, "tool": header.tool}
    newer = report_of(older, kept, unseen, **options)
    assert any(entry.kind == "app.manifest" and not entry.scope for entry in newer.unseen)
    assert {one.rule: one.verdict for one in newer.rulings}["debuggable-build"] == "undetermined"


def test_a_case_without_a_time_is_refused(folders: dict[str, Path]) -> None:
    header, facts, unseen = read_facts(folders["compliant"])
    timeless = msgspec.structs.replace(header, observed_at="some day")
    options: dict[str, Any] = {"book": BOOK, "knowledge": KNOWLEDGE, "tool": header.tool}
    with pytest.raises(EvidenceError, match="says no time"):
        report_of(timeless, facts, unseen, **options)


def test_whoever_counts_on_nothing_handed_in_still_has_what_the_package_proves(
    folders: dict[str, Path],
) -> None:
    header, facts, unseen = read_facts(folders["violating"])
    tool = report(folders["violating"]).tool
    plain = report_of(header, facts, unseen, book=BOOK, knowledge=KNOWLEDGE, tool=tool)
    strict = report_of(
        *(header, facts, unseen),
        book=BOOK,
        knowledge=KNOWLEDGE,
        tool=tool,
        choices=Choices(profile="procurator"),
    )
    assert strict.rulings == plain.rulings  # all of it was read in the package itself
    assert (strict.score, strict.behaviours) == (plain.score, plain.behaviours)
    assert (plain.required, bool(strict.required)) == ((), True)


def test_a_rule_of_another_folder_takes_no_figures_of_ours(folders: dict[str, Path]) -> None:
    header, facts, unseen = read_facts(folders["violating"])
    judged: dict[str, Any] = {"knowledge": KNOWLEDGE, "tool": request().tool}
    ours = report_of(header, facts, unseen, book=BOOK, **judged)
    foreign = replace(BOOK, rules=tuple(replace(one, folder="theirs") for one in BOOK.rules))
    theirs = report_of(header, facts, unseen, book=foreign, **judged)
    assert ours.measured
    assert not theirs.measured


def test_what_a_qualification_says_stands_in_the_report(folders: dict[str, Path]) -> None:
    header, facts, unseen = read_facts(folders["violating"])
    held = Qualification(number="CMA 1")
    report = report_of(
        header,
        facts,
        unseen,
        book=BOOK,
        knowledge=KNOWLEDGE,
        tool=request().tool,
        choices=Choices(qualification=held),
    )
    assert report.qualification == held
