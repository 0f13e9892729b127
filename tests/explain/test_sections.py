from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from scanner import case as cases
from scanner.errors import EvidenceError
from scanner.explain.blocks import Block, plain
from scanner.explain.sections import Sections, Told, told_of
from scanner.model import Decision, Report
from scanner.report.viewer import Viewer
from scanner.report.words import Lang
from tests.report.example import rich
from tests.report.viewer.kept_bytes import torch
from tests.samples import BOOK

REPORT, OPENED, FOLDER = torch()
FACTS = cases.read_facts(FOLDER).facts


def told(rule: str, report: Report = REPORT) -> Told | None:
    ruling = next(one for one in report.rulings if one.rule == rule)
    return told_of(ruling, report, FACTS, BOOK, captured_only=False)


def whole(report: Report, rule: str, lang: Lang, using: Told | None) -> str:
    sections = Sections(report, Viewer(report, OPENED), lang)
    ruling = next(one for one in report.rulings if one.rule == rule)
    blocks: list[Block] = [*sections.head(ruling, using), *sections.norms(ruling)]
    blocks += sections.rule(ruling, using, ruling.findings[0] if ruling.findings else None)
    for finding in ruling.findings:
        blocks += sections.finding(finding, using)
    if not ruling.findings:
        blocks += sections.silence(ruling, using)
    return plain([*blocks, *sections.rest(ruling)])


@pytest.mark.parametrize("ruling", REPORT.rulings, ids=lambda one: one.rule)
def test_every_ruling_of_a_case_can_be_explained(ruling: object) -> None:
    name = ruling.rule  # type: ignore[attr-defined]
    for lang in ("zh", "en"):
        text = whole(REPORT, name, lang, told(name))
        assert name in text
        told_whole = "".join(text.split())
        assert "违法" not in told_whole.replace("违法违规收集使用", "").replace("违法和不良", "")


def test_a_clause_whose_number_must_be_checked_says_so() -> None:
    norms = tuple(replace(norm, confidence="medium") for norm in REPORT.norms)
    text = whole(replace(REPORT, norms=norms), "early-access", "zh", None)
    assert "待核" in text


def test_other_rules_leave_what_the_report_itself_holds() -> None:
    other = replace(REPORT, rulebook=replace(REPORT.rulebook, digest="f" * 64))
    assert told("early-access", other) is None
    text = whole(other, "early-access", "zh", None)
    assert "以下只说明报告载有的内容" in text
    assert "sha256sum evidence/" in text
    assert "怎样不同就不会检出" not in text


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(EvidenceError):
        told("early-access", replace(REPORT, observed_at="yesterday"))


def test_what_persons_said_stands_there() -> None:
    finding = next(one for one in REPORT.rulings if one.rule == "early-access").findings[0]
    said = Decision(
        subject=finding.fingerprint,
        rule="early-access",
        choice="reject",
        by="张三",
        at="2026-11-22T10:00:00+00:00",
        reason="已核对录像",
    )
    text = whole(replace(REPORT, decisions=(said,)), "early-access", "zh", None)
    assert "否定 · 张三" in text and "已核对录像" in text
    assert "尚无" in whole(REPORT, "early-access", "zh", None)


def test_why_nothing_was_found_is_told_with_what_was_not_seen() -> None:
    ruling = next(one for one in REPORT.rulings if one.verdict == "undetermined" and one.unseen)
    text = whole(REPORT, ruling.rule, "en", told(ruling.rule))
    assert "This is not a pass" in " ".join(text.split())
    assert " ".join(ruling.unseen[0].reason.en.split())[:40] in " ".join(text.split())


def test_hostile_words_of_a_report_stay_inert() -> None:
    report = rich()

    def nothing(digest: str) -> bytes:
        raise EvidenceError(digest, hint="restore it")

    for ruling in report.rulings:
        sections = Sections(report, Viewer(report, nothing), "en")
        blocks = [block for one in ruling.findings for block in sections.finding(one, None)]
        text = plain([*sections.head(ruling, None), *blocks])
        assert "\x1b" not in text and "\u202e" not in text


def test_facts_that_are_gone_and_facts_that_are_many_are_counted() -> None:
    ruling = next(one for one in REPORT.rulings if one.rule == "early-access")
    finding = replace(ruling.findings[0], facts=("0" * 16,) * 40)
    sections = Sections(REPORT, Viewer(REPORT, OPENED), "en")
    text = plain(list(sections.finding(finding, None)))
    assert text.count("not in the report") == 30
    assert "and 10 more facts" in text
    assert msgspec.json.encode(finding)
