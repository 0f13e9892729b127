"""How the subject was looked at, and what was not seen, with the reason."""

from __future__ import annotations

from scanner.model import Report, Unseen
from scanner.report import collected, site, terms, words
from scanner.report.document.numbered import Numbered
from scanner.report.document.paper import Column, Digest, Paper
from scanner.report.outline import gaps, unwatched, watched
from scanner.report.timeline import timeline
from scanner.wording.values import called

MOST_GAPS = 60
"""Reasons why something was not seen that a paper names at most."""
MOST_KINDS = 40
"""Kinds of facts that it names for one reason at most."""
MOST_MARKS = 60
"""Moments of a run on a phone that it lists at most."""


def method(paper: Paper, report: Report, numbers: Numbered) -> None:
    """Set the channels, the sources with who looked at each, the sessions, and the run."""
    say = paper.say
    seen = say("、", ", ").join(paper.words(words.CHANNEL[one]) for one in watched(report))
    paper.text(say("检测通道：", "Channels looked at: ") + (seen or say("无", "none")))
    chinese = paper.lang == "zh"
    paper.table(
        say("检测对象的来源", "Sources of the subject"),
        [
            Column(say("通道", "Channel"), 2),
            Column(say("名称与 SHA-256", "Name and SHA-256"), 5.6),
            Column(say("采集器", "Collector"), 2),
            Column(say("如何取得", "How it was got"), 2.6),
            Column(say("状态", "State"), 1.8),
            Column(say("证据", "Evidence"), 2),
        ],
        (
            (
                paper.words(words.CHANNEL[source.channel]),
                [source.name, Digest(source.sha256)],
                source.collector,
                [
                    paper.words(collected.got(source)),
                    *(
                        paper.words(collected.said_of(each))
                        for each in collected.covering(report, source)
                    ),
                ],
                say("已读取", "read") if source.readable else say("无法读取", "could NOT be read"),
                numbers.called(source.sha256, chinese=chinese),
            )
            for source in report.sources
        ),
    )
    _sessions(paper, report)
    _run(paper, report)
    _records(paper, report)


def not_seen(paper: Paper, report: Report) -> None:
    """Set what nobody looked at, and what was not seen with the reason of each."""
    say = paper.say
    left = say("、", ", ").join(paper.words(words.CHANNEL[one]) for one in unwatched(report))
    paper.text(say("没有检测的通道：", "Channels not looked at: ") + (left or say("无", "none")))
    paper.text(
        say(
            "没有看到的，本记录不作任何结论；“无法判定”不是通过。",
            "Of what was not seen nothing is said; “undetermined” is no pass.",
        )
    )
    found = gaps(report)
    if not found:
        return
    rows = [
        (paper.words(gap.reason), gap.collector, _kinds(paper, gap.entries))
        for gap in found[:MOST_GAPS]
    ]
    paper.table(
        say("没有看到的事实及原因", "Facts that were not seen, and why"),
        [
            Column(say("原因", "Why"), 6),
            Column(say("采集器", "Collector"), 2.2),
            Column(say("没有看到的事实", "What was not seen"), 7.8),
        ],
        rows,
    )
    _more(paper, len(found) - MOST_GAPS)


def _kinds(paper: Paper, entries: tuple[Unseen, ...]) -> str:
    names = []
    for entry in entries:
        label = terms.KIND.get(entry.kind)
        said = paper.words(label) if label else entry.kind
        if entry.field:
            field = terms.FIELD.get(entry.field)
            said += f"·{paper.words(field) if field else entry.field}"
        scope = [_value(paper, name, one) for name, some in entry.scope.items() for one in some]
        names.append(f"{said}（{'/'.join(scope[:6])}）" if scope else said)
    told = list(dict.fromkeys(names))
    text = paper.say("、", ", ").join(told[:MOST_KINDS])
    more = len(told) - MOST_KINDS
    return text + (paper.say(f"等，另有 {more} 项", f" and {more} more") if more > 0 else "")


def _value(paper: Paper, field: str, value: object) -> str:
    name = called(field, value)
    return paper.words(name) if name else str(value)


def _sessions(paper: Paper, report: Report) -> None:
    say, held = paper.say, site.sessions(report)
    if not held:
        return
    paper.text(
        say(
            "每次会话使用全新的浏览器环境，三次之间的差别说明拒绝和同意各改变了什么。",
            "Each session began in a fresh browser; what differs between them shows what refusing "
            "and agreeing change.",
        )
    )
    rows = [
        (
            paper.words(one.name),
            paper.words(one.state),
            [
                *([say(f"控件：{one.control}", f"control: {one.control}")] if one.control else []),
                *(paper.words(said) for said in one.words),
            ],
        )
        for one in held
    ]
    paper.table(
        say("网站的三次会话", "The three sessions with the site"),
        [
            Column(say("会话", "Session"), 3),
            Column(say("状态", "State"), 2.5),
            Column(say("做了什么", "What was done"), 10.5),
        ],
        rows,
    )


def _run(paper: Paper, report: Report) -> None:
    """Set the phone and the order of what happened on it."""
    say = paper.say
    for fact in report.facts.values():
        if fact.get("kind") != "device.run":
            continue
        rows = []
        for field in (
            *("package", "version", "app_sha256", "same_build", "model", "build", "api_level"),
            *("emulator", "clean_install", "proxy", "hook_modules", "user_certificates", "tools"),
            *("who", "ended", "clock_within_ms"),
        ):
            value = fact.get(field)
            if value is not None and value not in ("", [], ()):
                label = terms.FIELD.get(field)
                rows.append((paper.words(label) if label else field, _said(paper, value)))
        paper.heading(say("设备运行", "The run on the phone"), 2)
        paper.pairs(rows)
    drawn = timeline(report)
    if drawn is None:
        return
    marks = [
        (mark.time, paper.words(mark.phase) if mark.phase else "—", paper.words(mark.words))
        for mark in drawn.marks[:MOST_MARKS]
    ]
    paper.table(
        say("运行过程（时间为 UTC）", "What happened in the run (times in UTC)"),
        [
            Column(say("时间", "Time"), 2.2),
            Column(say("阶段", "Phase"), 3.2),
            Column(say("内容", "What"), 10.6),
        ],
        marks,
    )
    _more(paper, len(drawn.marks) + drawn.left_out - MOST_MARKS)


def _records(paper: Paper, report: Report) -> None:
    records = report.collection.records if report.collection else ()
    if not records:
        return
    say, unstated = paper.say, paper.say("未说明", "not stated")
    paper.table(
        say("他人提供的来源的采集记录", "Records of sources that were handed in"),
        [
            Column(say("记录", "Record"), 5.5),
            Column(say("采集人、时间、地点", "By whom, when, where"), 5),
            Column(say("方法", "How"), 5.5),
        ],
        (
            (
                [record.name, Digest(record.document)],
                [
                    say("、", ", ").join(record.by) or unstated,
                    record.at or unstated,
                    record.place or unstated,
                ],
                record.method or unstated,
            )
            for record in records
        ),
    )


def _said(paper: Paper, value: object) -> str:
    if isinstance(value, bool):
        return paper.say("是", "yes") if value else paper.say("否", "no")
    if isinstance(value, list | tuple):
        return paper.say("、", ", ").join(str(one) for one in value[:MOST_KINDS])
    return str(value)


def _more(paper: Paper, more: int) -> None:
    if more > 0:
        paper.note(
            paper.say(
                f"另有 {more} 项未在此列出，全部见 report.json。",
                f"{more} more are not listed here; report.json has them all.",
            )
        )
