"""The record in Word says all that report.json says, and nothing that it does not."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from scanner.model import (
    Acceptance,
    Collection,
    Decision,
    Measured,
    Qualification,
    Repeat,
    Report,
    Words,
)
from scanner.report import render
from scanner.report.document.filed import evidence_root
from scanner.report.words import Lang
from tests.report.document.reading import headings, inert, office, parts, texts
from tests.report.example import chosen, clean, hostile, open_evidence, rich, site

REPORTS: dict[str, Callable[[], Report]] = {
    "rich": rich,
    "hostile": hostile,
    "site": site,
    "clean": clean,
}
EACH = pytest.mark.parametrize("name", REPORTS)


def written(report: Report, lang: Lang = "zh") -> bytes:
    return render("docx", report, open_evidence, lang=lang)


def squeezed(text: str) -> str:
    return "".join(text.split())


@EACH
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whatever_the_json_says_the_paper_says(name: str, lang: Lang) -> None:
    report = REPORTS[name]()
    said = texts(written(report, lang))
    told = json.loads(render("json", report, open_evidence))
    for ruling in told["rulings"]:
        for finding in ruling["findings"]:
            assert finding["fingerprint"][:16] in said
        if ruling["findings"]:
            assert ruling["rule"] in said
        if ruling.get("manual"):
            assert squeezed(ruling["manual"]["look_at"][lang])[:400] in squeezed(said)
    for entry in told["evidence"]:
        assert entry["sha256"] in said
    for source in told["sources"]:
        assert source["sha256"] in said
    assert told["subject"]["sha256"] in said
    assert told["rulebook"]["digest"] in said


@EACH
def test_the_same_report_gives_the_same_bytes(name: str) -> None:
    assert written(REPORTS[name]()) == written(REPORTS[name]())


@EACH
def test_a_hostile_report_is_inert_and_well_formed(name: str) -> None:
    data = written(REPORTS[name]())
    inert(data)
    for part, content in parts(data).items():
        if part.endswith(".xml"):
            etree.fromstring(content)
    assert "\u202e" not in texts(data)
    assert "\u200b" not in texts(data)


def test_the_words_never_go_beyond_a_suspicion() -> None:
    for report in (rich(), hostile(), site()):
        said = texts(written(report)).replace("App违法违规收集使用个人信息", "")
        assert "违法" not in said
        assert "不是鉴定意见" in said
        assert "涉嫌属于" in said


def test_it_is_a_test_report_only_where_a_qualification_is_stated() -> None:
    assert texts(written(rich())).startswith("技术检测工作记录")
    assert "检测报告" not in texts(written(rich()))
    qualified = replace(rich(), qualification=Qualification(number="CMA 170000000000"))
    said = texts(written(qualified))
    assert said.startswith("检测报告")
    assert "CMA 170000000000（检测机构自述，本工具未核实）" in said
    assert "不是鉴定意见" in said
    assert texts(written(qualified, "en")).startswith("Test Report")


def test_its_parts_come_in_order_with_numbers() -> None:
    found = headings(written(rich()))
    assert found[0] == "一、检测对象及来源"
    assert found[4:7] == ["五、检测发现", "六、情形一览", "七、待人工核查事项"]
    assert found[-1] == "十四、签署"
    english = headings(written(rich(), "en"))
    assert len(english) == len(found)
    assert all(one.split(".")[0] == str(at) for at, one in enumerate(english, 1))


def test_a_clean_report_says_what_it_does_not_mean() -> None:
    said = texts(written(clean()))
    assert "未检出不等于合规" in said
    assert "没有检测的通道：" in said


def test_persons_stand_beside_the_automatic_verdict() -> None:
    report = rich()
    ruling = report.rulings[0]
    decisions = tuple(
        Decision(
            subject=ruling.findings[0].fingerprint,
            rule=ruling.rule,
            choice="confirm",
            by=name,
            at="2026-11-23T09:00:00+08:00",
            reason="与录像一致",
        )
        for name in ("张三", "李四")
    )
    said = texts(written(replace(report, decisions=decisions)))
    assert "确认 · 张三 · 2026-11-23T09:00:00+08:00 · 与录像一致" in said
    assert "已由两人确认" in said
    assert "已由两人确认" not in texts(written(replace(report, decisions=decisions[:1])))
    answer = Decision(
        subject="policy-hard-to-read",
        rule="policy-hard-to-read",
        choice="reject",
        by="王五",
        at="2026-11-23T09:00:00+08:00",
        reason="可读",
    )
    assert "不予认定 · 王五" in texts(written(replace(report, decisions=(answer,))))


def test_figures_of_a_rule_stand_with_what_they_were_measured_on() -> None:
    report = rich()
    rule = report.rulings[0].rule
    assert "未测量" in texts(written(report))
    one = Measured(right=3, missed=1, wrong=0, innocent=20, on=Words("网站三个", "three sites"))
    said = texts(written(replace(report, measured={rule: one})))
    assert "3/4 = 75%" in said
    assert "命中 3，漏检 1；无违规输入 20，误报 0" in said
    assert "网站三个" in said
    assert "与规则出自同一作者" in said


def test_what_an_organisation_accepts_stays_listed() -> None:
    report = rich()
    ruling = report.rulings[0]
    held = Acceptance(
        fingerprint=ruling.findings[0].fingerprint,
        rule=ruling.rule,
        reason="下一版修正",
        owner="王五",
        expires="2026-12-31",
        expired=False,
        file="baseline.toml",
        sha256="a" * 64,
    )
    said = texts(written(replace(report, accepted=(held,))))
    assert "本机构暂时接受至 2026-12-31 · 王五 · 下一版修正" in said
    assert ruling.findings[0].fingerprint[:16] in said
    late = replace(held, expired=True)
    assert "（已过期）" in texts(written(replace(report, accepted=(late,))))


def test_a_reader_is_named_and_what_awaits_sign_off_is_marked() -> None:
    for_regulator = texts(written(chosen("regulator")))
    assert "监管机关" in for_regulator
    assert "初筛线索 · 待复核签字" in for_regulator
    lacking = texts(written(chosen("procurator")))
    assert "本案尚缺（必需）" in lacking
    assert "初筛线索" not in texts(written(rich()))


def test_how_often_it_was_found_is_told() -> None:
    report = rich()
    ruling = report.rulings[0]
    found = replace(ruling.findings[0], repeat=Repeat(found=2, runs=3))
    changed = replace(report, rulings=(replace(ruling, findings=(found,)), *report.rulings[1:]))
    assert "3 次检测中 2 次检出" in texts(written(changed))


def test_collectors_stand_on_the_lines_to_sign() -> None:
    collection = Collection(collectors=("张三", "李四"), witnesses=("赵六",), authority="检X号")
    said = texts(written(replace(rich(), collection=collection)))
    for words in ("检测人一（张三）", "检测人二（李四）", "见证人（赵六）", "检X号", "复核人"):
        assert words in said
    bare = texts(written(rich()))
    assert "检测人一\n" in bare
    assert "未说明" in bare


def test_the_digest_of_the_list_is_what_a_shell_computes(tmp_path: Path) -> None:
    report = rich()
    folder = tmp_path / "evidence"
    folder.mkdir()
    for entry in report.evidence:
        (folder / entry.sha256).touch()
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not here: apt-get install coreutils")
    words = "ls evidence | LC_ALL=C sort | sha256sum"
    done = subprocess.run(["sh", "-c", words], cwd=tmp_path, capture_output=True, check=True)
    root = done.stdout.decode().split()[0]
    assert root == evidence_root(report.evidence)
    assert root in texts(written(report))


def test_five_thousand_findings_are_bounded_and_counted() -> None:
    report = rich()
    ruling = next(one for one in report.rulings if len(one.findings) > 100)
    many = tuple(replace(ruling.findings[at % 100], fingerprint=f"{at:064x}") for at in range(5000))
    rulings = tuple(replace(one, findings=many) if one is ruling else one for one in report.rulings)
    data = written(replace(report, rulings=rulings))
    said = texts(data)
    left = 5000 + sum(len(one.findings) for one in rulings if one.findings != many) - 2000
    assert f"另有 {left} 处发现未在此列出" in said
    assert len(data) < 2_000_000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_libreoffice_reads_the_whole_paper(lang: Lang, tmp_path: Path) -> None:
    """An independent program reads the same text: every finding, digest and check."""
    report = site()
    read = squeezed(office(written(report, lang), tmp_path, "txt:Text").decode("utf-8-sig"))
    for ruling in report.rulings:
        for finding in ruling.findings:
            assert finding.fingerprint[:16] in read
        if ruling.manual:
            assert squeezed(ruling.manual.look_at.said(chinese=lang == "zh")) in read
    for entry in report.evidence:
        assert entry.sha256 in read


def test_libreoffice_makes_pages_of_it(tmp_path: Path) -> None:
    made = office(written(hostile()), tmp_path, "pdf")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here: apt-get install poppler-utils")
    (tmp_path / "paper.pdf").write_bytes(made)
    words = ["pdftotext", "-layout", "paper.pdf", "-"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True)
    pages = done.stdout.decode().split("\f")[:-1]
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert squeezed(f"第 {number} 页 共 {len(pages)} 页") in squeezed(page)
        assert "证据清单摘要" in page


def test_a_score_is_never_without_its_coverage() -> None:
    report = rich()
    assert report.score.value is not None
    assert report.score.value > Decimal(0)
    said = texts(written(report))
    assert "等级（本项目算法）" in said
    assert said.index("覆盖率") < said.index("等级（本项目算法）")
