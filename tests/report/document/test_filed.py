from __future__ import annotations

import hashlib

from msgspec.structs import replace

from scanner.model import Decision, Evidence
from scanner.report.document import filed
from scanner.report.document.aloud import short
from scanner.report.document.numbered import numbered
from scanner.report.document.pictures import shots
from tests.report.document.reading import cells, parts, texts
from tests.report.document.test_paper import paper
from tests.report.example import open_evidence, rich, site


def test_the_list_of_evidence_holds_every_piece_by_number_and_digest() -> None:
    report = rich()
    one = paper()
    filed.evidence(one, report, numbered(report))
    rows = [row for row in cells(one.file()) if len(row) == 4][1:]
    assert [row[0] for row in rows] == [f"证据{n}" for n in range(1, len(report.evidence) + 1)]
    assert {row[3] for row in rows} == {entry.sha256 for entry in report.evidence}
    assert short(filed.evidence_root(report.evidence)) in texts(one.file())
    assert "可读形式：证据" in texts(one.file())


def test_more_evidence_than_a_paper_lists_is_counted() -> None:
    kept = tuple(
        Evidence(sha256=f"{n:064x}", name=f"n{n}", media_type="text/plain", size=n)
        for n in range(filed.MOST_EVIDENCE + 9)
    )
    report = replace(rich(), evidence=kept)
    one = paper()
    filed.evidence(one, report, numbered(report))
    assert "另有 9 件" in texts(one.file())


def test_the_digest_of_the_list_depends_on_what_is_kept_alone() -> None:
    kept = rich().evidence
    root = filed.evidence_root(kept)
    assert root == filed.evidence_root(reversed(kept))
    assert root != filed.evidence_root(kept[1:])
    lines = sorted(f"{one.sha256}\n" for one in kept)
    assert root == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_screenshots_stand_with_number_and_digest() -> None:
    report = site()
    found, more = shots(report, open_evidence)
    one = paper()
    filed.pictures(one, found, more, numbered(report))
    data = one.file()
    held = [name for name in parts(data) if name.startswith("word/media/")]
    assert len(held) == len({shot.jpeg for shot in found})
    for shot in found:
        assert shot.evidence.sha256 in texts(data)
    assert "以案卷中的原件为准" in texts(data)
    bare = paper()
    filed.pictures(bare, (), 3, numbered(report))
    assert "没有可显示的截图" in texts(bare.file())
    assert "另有 3 张" in texts(bare.file())


def test_what_persons_did_stands_in_the_custody() -> None:
    said = Decision(
        subject="f" * 64, rule="r", choice="confirm", by="张三", at="2026-11-23", reason="是"
    )
    one = paper()
    filed.custody(one, replace(rich(), decisions=(said,)))
    rows = [row for row in cells(one.file()) if len(row) == 4]
    assert rows[-1] == ["2026-11-23", "作出意见", "张三", "r · confirm"]
    assert "custody.jsonl" in texts(one.file())


def test_limits_measures_norms_and_lines_to_sign() -> None:
    one = paper()
    filed.limits(one)
    filed.measured(one, rich())
    filed.norms(one, rich())
    filed.signing(one, rich())
    said = texts(one.file())
    for limit in filed.LIMITS:
        assert limit.zh in said
    assert said.count("未测量") == 3 * sum(bool(each.findings) for each in rich().rulings)
    for norm in rich().norms:
        assert norm.title.zh in said
    assert "GB/T 41391-2022（待核）" in said
    for role in ("检测人一", "检测人二", "复核人", "见证人"):
        assert role in said
    assert said.count("日期：") == 4
