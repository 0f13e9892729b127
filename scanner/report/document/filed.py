"""What closes a paper: evidence, custody, limits, measures, norms, and the lines to sign."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from scanner.model import Evidence, Report, Words
from scanner.report import measures, words
from scanner.report.decided import said
from scanner.report.document.aloud import short
from scanner.report.document.numbered import Numbered
from scanner.report.document.paper import Column, Digest, Paper
from scanner.report.document.pictures import Shot

MOST_EVIDENCE = 3000
"""Pieces of evidence that a paper lists at most; it says how many more there are."""

LIMITS = (
    Words(
        "检出涉嫌情形不等于认定：本工具陈述检测到的事实，是否构成违规由有权机关认定。",
        "A finding is not a decision: the tool states what it detected, and whether there is a "
        "violation is for the authority to find.",
    ),
    Words(
        "未检出不等于合规；“无法判定”不是通过，“所查范围内符合”只及于该项规则所看到的内容。",
        "Nothing found is not compliance; “undetermined” is no pass, and “met, as far as looked” "
        "reaches no further than what that rule could see.",
    ),
    Words(
        "静态分析说明代码能够做什么，一般不能证明某一行为何时、是否实际发生。",
        "Static analysis shows what code can do; it rarely proves when, or whether, something "
        "happened.",
    ),
    Words(
        "一次运行只说明该次、该设备、该版本、该网络出口下观察到的情况。",
        "One run shows what was observed in that run, on that device, in that version and from "
        "that network.",
    ),
    Words(
        "IP 地址所在国家或地区由数据库得出，任播地址和内容分发网络可能使其与实际不符。",
        "The country of an IP address comes from databases; anycast and delivery networks may make "
        "it differ from where the server stands.",
    ),
    Words(
        "处理个人信息的人数、跨境传输的路径是否合规、企业内部的处理，本工具无法看到。",
        "How many people are concerned, whether the path of a transfer abroad is lawful, and what "
        "happens inside a company, no tool of this kind can see.",
    ),
    Words(
        "得分和等级的算法由本项目提出，并非监管机关公布的标准。",
        "The formula of score and grade is this project's own; no regulator has published one.",
    ),
    Words(
        "标有“待核”的规范名称、文号、条款须先核对原文。",
        "Titles, numbers and items of norms marked 待核 (to be verified) must be checked at the "
        "source first.",
    ),
)


def evidence_root(kept: Iterable[Evidence]) -> str:
    """Give the SHA-256 of the list of evidence: every digest on a line of its own, sorted.

    Anyone can compute it without us: `ls evidence | LC_ALL=C sort | sha256sum` in a case whose
    folder of evidence holds what the report lists.
    """
    lines = "".join(f"{sha256}\n" for sha256 in sorted({one.sha256 for one in kept}))
    return hashlib.sha256(lines.encode()).hexdigest()


def pictures(paper: Paper, shots: Iterable[Shot], more: int, numbers: Numbered) -> None:
    """Set the screenshots, each with its number and digest."""
    shown = 0
    for shot in shots:
        shown += 1
        named = numbers.called(shot.evidence.sha256, chinese=paper.lang == "zh")
        phase = f"{paper.words(shot.phase)} · " if shot.phase else ""
        sha256 = shot.evidence.sha256
        paper.picture(shot.jpeg, shot.size, f"{named} · {phase}{shot.evidence.name} · {sha256}")
    if not shown:
        paper.text(paper.say("本案没有可显示的截图。", "The case holds no screenshot to show."))
    else:
        paper.note(
            paper.say(
                "图片为便于阅读而缩小并重新压缩，以案卷中的原件为准。",
                "Pictures are made smaller for the page; what counts is the original in the case.",
            )
        )
    if more:
        paper.note(
            paper.say(
                f"案卷中另有 {more} 张截图未在此显示。", f"{more} more screenshots are in the case."
            )
        )


def evidence(paper: Paper, report: Report, numbers: Numbered) -> None:
    """Set the list of evidence with its digests, and the digest of the list."""
    say = paper.say
    root = evidence_root(report.evidence)
    paper.table(
        say("证据清单", "List of evidence"),
        [
            Column(say("编号", "No."), 1.8),
            Column(say("名称", "Name"), 4.8),
            Column(say("大小（字节）、类型", "Bytes, type"), 3.4),
            Column("SHA-256", 6),
        ],
        (
            (
                numbers.called(entry.sha256, chinese=paper.lang == "zh"),
                [entry.name, *_readable(paper, entry, numbers)],
                [f"{entry.size:,}", entry.media_type],
                Digest(entry.sha256),
            )
            for entry in numbers.entries[:MOST_EVIDENCE]
        ),
    )
    if len(numbers.entries) > MOST_EVIDENCE:
        more = len(numbers.entries) - MOST_EVIDENCE
        paper.note(
            say(
                f"另有 {more} 件，见案卷的 manifest-sha256.txt。",
                f"{more} more stand in manifest-sha256.txt of the case.",
            )
        )
    paper.pairs(
        [
            (
                say("清单摘要", "Digest of the list"),
                [Digest(root), say("短码 ", "short ") + short(root)],
            )
        ]
    )
    paper.note(
        say(
            "证据原件在案卷的 evidence 文件夹中，以 SHA-256 命名。清单摘要是全部证据的 SHA-256 "
            "排序后（每行一个）再计算的 SHA-256。整个案卷的校验值见 manifest-sha256.txt；本文书"
            "自身列于该清单，因此不能写明其校验值，由 mingjian record 出具的笔录写明。",
            "The originals lie in the folder evidence of the case, each named by its SHA-256. The "
            "digest of the list is the SHA-256 of all these digests, sorted, one on a line. The "
            "digest of the whole case cannot stand here, since this paper is listed in its "
            "manifest; the record that mingjian record writes states it.",
        )
    )


def custody(paper: Paper, report: Report) -> None:
    """Set who collected, who watched, on whose authority, and what was done with the case."""
    say, collection = paper.say, report.collection
    unstated = say("未说明", "not stated")
    join = say("、", ", ").join
    collectors = collection.collectors if collection else ()
    witnesses = collection.witnesses if collection else ()
    paper.pairs(
        [
            (say("检测人", "Collected by"), join(collectors) or unstated),
            (say("见证人", "Witnesses"), join(witnesses) or unstated),
            (
                say("依据文书", "Authority"),
                (collection.authority if collection else None) or unstated,
            ),
            (say("地点", "Place"), (collection.place if collection else None) or unstated),
        ]
    )
    rows = [
        (
            report.collected_by.started_at,
            say("检测并固定证据", "collected"),
            join(collectors) or unstated,
            f"{report.collected_by.name} {report.collected_by.version}",
        )
    ]
    if report.tool != report.collected_by:
        tool = f"{report.tool.name} {report.tool.version}"
        rows.append(
            (report.tool.started_at, say("重新判定或出具", "judged or written again"), "—", tool)
        )
    rows += [
        (one.at, say("作出意见", "decided"), one.by, f"{one.rule} · {one.choice}")
        for one in report.decisions
    ]
    paper.table(
        say("经手记录", "What was done"),
        [
            Column(say("时间", "When"), 4.4),
            Column(say("事项", "What"), 3.4),
            Column(say("人员", "By"), 3.6),
            Column(say("工具或内容", "With, or of what"), 4.6),
        ],
        rows,
    )
    paper.note(
        say(
            "本表取自本文书出具时的报告；逐次链接、可核验的完整经手日志为案卷中的 custody.jsonl。",
            "This table is what the report held when this paper was written; the whole chained log "
            "is custody.jsonl in the case.",
        )
    )


def limits(paper: Paper) -> None:
    """Set what the method cannot show."""
    paper.points(paper.words(one) for one in LIMITS)


def measured(paper: Paper, report: Report) -> None:
    """Set how often each rule that found something was right on inputs whose answer was known."""
    say = paper.say
    fired = sorted(ruling.rule for ruling in report.rulings if ruling.findings)
    rows: list[tuple[str | list[str], ...]] = []
    for rule in fired:
        one = report.measured.get(rule)
        if one is None:
            rows.append((Digest(rule), *([paper.words(measures.NOT_MEASURED)] * 3)))
            continue
        counts = say(
            f"命中 {one.right}，漏检 {one.missed}；无违规输入 {one.innocent}，误报 {one.wrong}",
            f"{one.right} found, {one.missed} missed; {one.innocent} innocent, {one.wrong} accused",
        )
        rows.append(
            (
                Digest(rule),
                paper.words(measures.said(measures.recall(one))),
                paper.words(measures.said(measures.precision(one))),
                [counts, paper.words(one.on)],
            )
        )
    paper.text(paper.words(measures.SAME_HANDS))
    paper.table(
        say("本次检出的各规则的实测情况", "Rules that found something, as measured"),
        [
            Column(say("规则", "Rule"), 4.4),
            Column(say("查全率", "Recall"), 3),
            Column(say("查准率", "Precision"), 3),
            Column(say("份数与输入", "Counts and inputs"), 5.6),
        ],
        rows,
    )


def norms(paper: Paper, report: Report) -> None:
    """Set the norms that the rulings name, marked where a person must still check them."""
    say = paper.say
    rows = []
    for norm in report.norms:
        title = paper.words(norm.title)
        number = norm.number
        if words.needs_check(norm):
            number += f"（{paper.words(words.TO_VERIFY)}）"
        rows.append(
            (
                [say(f"《{title}》", title), Digest(norm.id)],
                number,
                paper.words(words.STATUS[norm.status]),
            )
        )
    paper.table(
        say("引用的规范", "Norms"),
        [
            Column(say("名称", "Title"), 8),
            Column(say("文号", "Number"), 5),
            Column(say("状态", "Status"), 3),
        ],
        rows,
    )


def signing(paper: Paper, report: Report) -> None:
    """Set the lines to sign: two who tested, one who checked, one who watched."""
    say, collection = paper.say, report.collection
    names = collection.collectors if collection else ()
    seen = collection.witnesses if collection else ()
    first, second, *others = (*names, "", "")
    roles = [(say("检测人一", "Tested by"), first), (say("检测人二", "and by"), second)]
    roles += [(say("检测人", "and by"), name) for name in others if name]
    roles.append((say("复核人", "Checked by"), ""))
    roles += [(say("见证人", "Witness"), name) for name in (seen or ("",))]
    paper.signing(roles)
    decided = {one.by for ruling in report.rulings for one in said(report, ruling.rule)}
    decided |= {one.by for one in report.decisions}
    if decided:
        paper.note(
            say("已在案卷中作出意见的人员：", "Persons whose decisions stand in the case: ")
            + say("、", ", ").join(sorted(decided))
        )


def _readable(paper: Paper, entry: Evidence, numbers: Numbered) -> list[str]:
    """Name the kept bytes that show the same to a person."""
    if entry.readable is None:
        return []
    name = numbers.called(entry.readable, chinese=paper.lang == "zh") or entry.readable
    return [paper.say(f"可读形式：{name}", f"readable form: {name}")]
