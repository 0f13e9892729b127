"""report.docx: the working record of a test, as an office files it."""

from __future__ import annotations

from collections.abc import Callable

from scanner.model import Open, Report, Words
from scanner.report import readers, words
from scanner.report.document import filed, listed, looked, subject
from scanner.report.document.aloud import short
from scanner.report.document.filed import evidence_root
from scanner.report.document.found import Found
from scanner.report.document.numbered import groups, numbered
from scanner.report.document.paper import Cell, Paper
from scanner.report.document.pictures import shots
from scanner.report.outline import for_a_person, merged, unwatched, watched
from scanner.report.outline import with_verdict as having
from scanner.report.words import Options, say

RECORD = Words("技术检测工作记录", "Technical Test: Working Record")
"""What the paper is called."""
REPORT = Words("检测报告", "Test Report")
"""What it is called where a qualification is stated."""
STANDING = Words(
    "本文书由程序生成，是线索和工作底稿，不是鉴定意见；其中“检测到”为观察到的事实，“涉嫌属于”为对照"
    "规范的初步比对，是否成立由有权机关认定。",
    "A program wrote this paper. It is a lead and a working paper, no expert opinion: “detected” "
    "is what was observed, “suspected case of” a first comparison with a provision; whether it "
    "holds is for the authority to find.",
)
_NUMERALS = (*"一二三四五六七八九十", "十一", "十二", "十三", "十四", "十五")


def render(report: Report, open_evidence: Open, options: Options) -> bytes:
    """Give the record as a Word file: the same report gives the same bytes."""
    lang = options.lang
    title = say(REPORT if report.qualification else RECORD, lang)
    root = short(evidence_root(report.evidence))
    mark = f"{title} · {report.subject.name[:40]} · "
    mark += f"证据清单摘要 {root}" if lang == "zh" else f"digest of the evidence {root}"
    paper = Paper(
        title=f"{title} · {report.subject.name[:80]}",
        header=mark,
        made_at=report.tool.started_at,
        lang=lang,
    )
    numbers = numbered(report)
    found = Found(paper, report, open_evidence, numbers)
    paper.title(title, " · ".join(x for x in (report.subject.name, report.subject.version) if x))
    _opening(paper, report)
    shown, more = shots(report, open_evidence)
    parts: tuple[tuple[Words, Callable[[], None]], ...] = (
        (
            Words("检测对象及来源", "What was tested, and where it came from"),
            lambda: subject.identity(paper, report, open_evidence, numbers),
        ),
        (
            Words("检测环境", "Tool, machine and surroundings"),
            lambda: subject.surroundings(paper, report),
        ),
        (
            Words("检测方法和过程", "How it was tested"),
            lambda: looked.method(paper, report, numbers),
        ),
        (
            Words("没有检测和没有看到的内容", "What was not looked at, and what was not seen"),
            lambda: looked.not_seen(paper, report),
        ),
        (Words("检测发现", "Findings"), found.findings),
        (Words("情形一览", "All listed behaviours"), lambda: listed.rows(paper, report)),
        (Words("待人工核查事项", "Left to persons"), found.checks),
        (
            Words("截图", "Screenshots"),
            lambda: filed.pictures(paper, shown, more, numbers),
        ),
        (Words("证据清单", "Evidence"), lambda: filed.evidence(paper, report, numbers)),
        (Words("保管和经手记录", "Custody"), lambda: filed.custody(paper, report)),
        (Words("方法的局限", "Limits of the method"), lambda: filed.limits(paper)),
        (Words("规则的实测情况", "The rules as measured"), lambda: filed.measured(paper, report)),
        (Words("引用的规范", "Norms"), lambda: filed.norms(paper, report)),
        (Words("签署", "Signatures"), lambda: filed.signing(paper, report)),
    )
    for numeral, (name, write) in zip(_NUMERALS, parts, strict=False):
        number = f"{numeral}、" if lang == "zh" else f"{_NUMERALS.index(numeral) + 1}. "
        paper.heading(number + say(name, lang))
        write()
    return paper.file()


def _opening(paper: Paper, report: Report) -> None:
    """Set what the paper is, for whom, and its result in numbers, coverage first."""
    score = report.score
    counts = {name: sum(len(one.findings) for one in many) for name, many in groups(report)}
    join = paper.say("、", ", ").join
    seen = join(paper.words(words.CHANNEL[one]) for one in watched(report))
    left = join(paper.words(words.CHANNEL[one]) for one in unwatched(report))
    none = paper.say("无", "none")
    grade = f"{score.grade} {paper.words(words.GRADE[score.grade])}"
    figure = (
        paper.words(words.NO_SCORE) if score.value is None else f"{words.number(score.value)} / 100"
    )
    verdicts = [
        f"{paper.words(words.VERDICT[name])} {len(having(report, name))}"
        for name in ("undetermined", "satisfied", "not_applicable")
    ]
    rows: list[tuple[str, Cell | None]] = [
        (paper.say("文书编号", "Number"), "_" * 24),
        *_qualified(paper, report),
        *_reader(paper, report),
        (
            paper.say("检测范围", "Scope"),
            [
                paper.say(f"已检测：{seen or none}", f"looked at: {seen or none}"),
                paper.say(f"没有检测：{left or none}", f"not looked at: {left or none}"),
                paper.say(
                    f"覆盖率 {words.percent(score.coverage)}"
                    f"（{score.applicable} 项中 {score.decided} 项得出结论）",
                    f"coverage {words.percent(score.coverage)} "
                    f"({score.decided} of {score.applicable} reached a verdict)",
                ),
            ],
        ),
        (
            paper.say("检测结果", "Result"),
            [
                paper.say(
                    f"检出涉嫌情形：事实已证实 {counts['proven']} 处，"
                    f"线索待印证 {counts['suspected']} 处；提示信息 {counts['noted']} 处",
                    f"signs found: {counts['proven']} places proven, {counts['suspected']} "
                    f"suspected; {counts['noted']} for information",
                ),
                *(paper.words(one) for one in (merged(report),) if one is not None),
                paper.say("规则：", "rules: ") + " · ".join(verdicts),
                paper.say(
                    f"待人工核查 {len(for_a_person(report))} 项",
                    f"left to persons: {len(for_a_person(report))} checks",
                ),
            ],
        ),
        (
            paper.say("等级（本项目算法）", "Grade (our own formula)"),
            [f"{grade} · {figure}", paper.words(words.GRADE_MEANING[score.grade])],
        ),
        *(
            (
                paper.say("本机构改动的规则", "Rules changed by the organisation"),
                f"{one.rule}: {one.was} → {one.now} · {one.reason}",
            )
            for one in report.overrides
        ),
        *(
            (paper.say("本案尚缺（必需）", "Required and lacking"), paper.words(one.what))
            for one in report.required
            if not one.given
        ),
    ]
    paper.pairs(rows, cm=3.8)
    paper.text(paper.words(STANDING))
    if report.unmasked:
        paper.text(
            paper.say(
                "注意：本文书含未脱敏的个人信息，仅限密封保管。",
                "Mind: this paper holds personal values in the clear, and is to be kept sealed.",
            )
        )


def _reader(paper: Paper, report: Report) -> list[tuple[str, Cell | None]]:
    reader = readers.profile(report)
    if reader is None:
        return []
    told = [paper.words(reader.title), paper.words(reader.meaning)]
    return [(paper.say("口径", "Written"), told)]


def _qualified(paper: Paper, report: Report) -> list[tuple[str, Cell | None]]:
    held = report.qualification
    if held is None:
        return []
    stated = paper.say("（检测机构自述，本工具未核实）", " (as stated, checked by nobody)")
    told = f"{held.body} {held.number}".strip()
    return [(paper.say("检测机构资质", "Qualification"), told + stated)]
