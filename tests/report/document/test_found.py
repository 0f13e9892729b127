from __future__ import annotations

from msgspec.structs import replace

from scanner.facts import Source
from scanner.model import Decision, Report
from scanner.report.document.found import FINGERPRINT, LONGEST_QUOTE, Found
from scanner.report.document.numbered import numbered
from tests.report.document.reading import cells, texts
from tests.report.document.test_paper import paper
from tests.report.example import TEXT, XML, clean, open_evidence, rich


def found(report: Report, *, lang: str = "zh") -> bytes:
    one = paper(lang=lang)
    Found(one, report, open_evidence, numbered(report)).findings()
    return one.file()


def checks(report: Report) -> list[list[str]]:
    one = paper()
    Found(one, report, open_evidence, numbered(report)).checks()
    return list(cells(one.file()))


def test_each_finding_stands_once_with_its_evidence_and_place() -> None:
    report = rich()
    rows = [row for row in cells(found(report)) if len(row) == 4 and row[0] != "编号"]
    assert len(rows) == sum(len(one.findings) for one in report.rulings)
    assert len({row[0] for row in rows}) == len(rows)
    (row,) = [row for row in rows if "targetSdkVersion" in row[1]]
    assert row[2] == "证据3 · 应用清单\nAndroidManifest.xml, manifest"
    assert report.rulings[0].findings[0].fingerprint[:FINGERPRINT] in row[1]
    assert row[3] == "尚无"


def test_explanations_that_hold_for_all_findings_stand_once() -> None:
    said = texts(found(rich()))
    violated = [one for one in rich().rulings if one.findings]
    assert said.count("· 声明了该权限但从不申请") == len(violated)
    assert "其他可能的解释：" not in said
    ruling = rich().rulings[1]
    own = replace(ruling.findings[0], alternatives=())
    mixed = replace(ruling, findings=(own, *ruling.findings[1:3]))
    said = texts(found(replace(rich(), rulings=(mixed,))))
    assert said.count("其他可能的解释：声明了该权限但从不申请") == 2


def test_a_norm_that_must_be_checked_is_marked() -> None:
    said = texts(found(rich()))
    assert "《移动互联网应用程序（App）收集个人信息基本要求》条目 6.2（待核）" in said
    assert "推荐性标准，作技术依据" in said
    assert "草案，不具约束力" in said


def test_nothing_found_is_no_compliance() -> None:
    assert "未检出不等于合规" in texts(found(clean()))
    assert "Nothing found is not compliance" in texts(found(clean(), lang="en"))


def test_what_was_handed_in_or_mapped_reads_so() -> None:
    report = rich()
    id_ = report.rulings[0].findings[0].facts[0]
    source = Source(evidence=XML, at="AndroidManifest.xml", captured=False, mapped=True)
    import msgspec

    fact = {**report.facts[id_], "source": msgspec.to_builtins(source)}
    said = texts(found(replace(report, facts={**report.facts, id_: fact})))
    assert "由他人提供，并非本工具采集" in said
    assert "按指定的地址访问所得" in said


def test_words_of_a_kept_text_are_quoted_once_and_bounded() -> None:
    report = rich()
    id_ = report.rulings[0].findings[0].facts[0]
    fact = {**report.facts[id_], "source": {"evidence": XML, "at": "text 0-300, line 1"}}
    changed = replace(report, facts={**report.facts, id_: fact})
    words = "字" * 300

    def opened(sha256: str) -> bytes:
        return words.encode() if sha256 == TEXT else open_evidence(sha256)

    one = paper()
    Found(one, changed, opened, numbered(changed)).findings()
    said = texts(one.file())
    assert said.count(f"“{'字' * LONGEST_QUOTE}……”") == 1
    assert "可读形式第 1 行，第 0–300 字" in said


def test_every_check_that_is_left_to_persons_has_a_place_for_its_answer() -> None:
    left = [one for one in rich().rulings if one.manual]
    _, *rows = checks(rich())
    assert len(rows) == len(left)
    assert all("□ 存在" in row[3] for row in rows)
    said = Decision(
        subject=left[0].rule,
        rule=left[0].rule,
        choice="defer",
        by="张三",
        at="2026-11-23T09:00:00+08:00",
        reason="待复测",
    )
    _, *rows = checks(replace(rich(), decisions=(said,)))
    assert sum("待定 · 张三" in row[3] for row in rows) == 1
