"""The table of a notice: app, developer, source, version, issues; and, apart, what is only a clue.

The columns are those in which the lists of MIIT and CAC name an app. The table for publication
takes a finding only once two named persons have confirmed it; all else is 初筛线索.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scanner.model import Report, Ruling, Words
from scanner.report import collected, words
from scanner.report.decided import said
from scanner.report.listed import Listed, line, listed
from scanner.report.outline import unwatched
from scanner.report.words import Lang, visible

CONFIRMED = Words("已由两人确认", "confirmed by two persons")
CLUE = Words("初筛线索", "screening clue")
ONE_CONFIRMS = Words("初筛线索（一人已确认）", "screening clue (confirmed by one)")
REJECTED = Words("初筛线索（有人不予确认）", "screening clue (a person rejects it)")
DEFERRED = Words("初筛线索（有人暂不判断）", "screening clue (a person defers)")
NOT_COUNTED = Words("提示（不构成问题）", "for information (no issue)")
NOTHING = Words("未检出（不等于合规）", "nothing found (which is not compliance)")
BLIND = Words("无法判断（不是通过）", "cannot be judged (which is no pass)")

COLUMNS = (
    Words("状态", "Status"),
    Words("App名称", "App"),
    Words("开发者/运营者", "Developer or operator"),
    Words("来源", "Source"),
    Words("版本", "Version"),
    Words("所涉问题", "Issues"),
    Words("SHA-256", "SHA-256"),
    Words("依据的发现", "Findings it rests on"),
    Words("线索", "Clue"),
    Words("规则", "Rule"),
    Words("结论", "Verdict"),
    Words("确定程度", "Certainty"),
    Words("级别", "Severity"),
    Words("指纹", "Fingerprint"),
    Words("说明", "What was found"),
)
"""The columns of both tables: up to the findings it rests on for the notice, all for clues."""
OF_THE_NOTICE = 8
"""How many columns the table for publication has."""
ISSUES, RESTS_ON = 5, 7
"""The columns that only the table for publication fills."""
SUBJECTS = (
    Words("App名称", "App"),
    Words("开发者/运营者", "Developer or operator"),
    Words("来源", "Source"),
    Words("版本", "Version"),
    Words("标识", "Id"),
    Words("SHA-256", "SHA-256"),
    Words("等级", "Grade"),
    Words("覆盖率", "Coverage"),
    Words("已确认问题", "Issues confirmed"),
    Words("初筛线索", "Screening clues"),
    Words("没看", "Not looked at"),
    Words("观察时间", "Observed at"),
)
"""The columns of the list of all that was looked at."""
EXPLAINED = (
    Words(
        "通报表只列经两名具名人员确认的发现；其余均为初筛线索，须经人工复核，不得据以通报。",
        "The notice table holds findings that two named persons confirmed; all else is a screening "
        "clue that a person must review, and nothing to publish.",
    ),
    Words(
        "未列入不等于合规；没看的部分没有结论。是否构成违规由有权机关认定。",
        "Not being listed is not compliance, and nothing is said of what was not looked at. "
        "Whether there is a violation is for the authority to find.",
    ),
)
"""What a reader of the tables must know."""

BETWEEN = "；"
"""What stands between several names in one cell."""

Row = tuple[str, ...]


class Tables(NamedTuple):
    """The tables of one or several reports, as text."""

    notice: tuple[Row, ...]
    """One row for each subject of which something was confirmed."""
    clues: tuple[Row, ...]
    """One row for each finding that is not confirmed."""
    subjects: tuple[Row, ...]
    """One row for each subject."""
    bare: tuple[Row, ...]
    """One row for each subject without any finding, in the columns of the clues."""


def tables(reports: Iterable[Report], lang: Lang) -> Tables:
    """Give the tables of these reports, in their order."""
    notice: list[Row] = []
    clues: list[Row] = []
    subjects: list[Row] = []
    bare: list[Row] = []
    for report in reports:
        found = listed(report)
        sure = [one for one in found if one.confirmed and one.accuses]
        rest = [one for one in found if not (one.confirmed and one.accuses)]
        if sure:
            notice.append(_notice(report, sure, lang))
        clues += (_clue(report, one, lang) for one in rest)
        subjects.append(_subject(report, sure, rest, lang))
        if not found:
            state = BLIND if report.score.grade == "U" else NOTHING
            blanks = ("",) * (len(COLUMNS) - OF_THE_NOTICE)
            bare.append((line(state, lang), *_who(report), "", report.subject.sha256, "", *blanks))
    return Tables(tuple(notice), tuple(clues), tuple(subjects), tuple(bare))


def issues(report: Report, ruling: Ruling) -> tuple[Words, ...]:
    """Give the names under which a notice would list what a rule found.

    Of an app the ten items of MIIT and the names its notices use beside them; where there is none,
    what the behaviour is called; where that is none either, what other lists call it, else the
    title of the rule. Of a site the name of its duty.
    """
    rows = {row.id: row for row in (*report.behaviours, *report.labels, *report.duties)}
    numbered = [f"{scheme}-{one}" for scheme, many in ruling.schemes.items() for one in many]
    ids = [ruling.category, *numbered]
    if report.subject.kind == "website":
        chosen = [one for one in ids if one.startswith("web-")]
    else:
        chosen = [one for one in ids if one.startswith(("miit-164-", "miit-notice-"))]
        chosen += [
            row.id for row in report.labels if ruling.rule in row.rules and row.id not in chosen
        ]
    chosen = chosen or [one for one in ids if one.startswith("cac-191-")]
    chosen = chosen or [one for one in numbered if one.startswith(("cverc-", "mps-"))]
    names = [rows[one].title if one in rows else report.names.get(one) for one in chosen]
    return tuple(dict.fromkeys(one for one in names if one is not None)) or (ruling.title,)


def status(report: Report, one: Listed) -> Words:
    """Say how a finding stands: confirmed by two persons, or how near it is to that."""
    if not one.accuses:
        return NOT_COUNTED
    if one.confirmed:
        return CONFIRMED
    choices = {decision.choice for decision in said(report, one.finding.fingerprint)}
    if "reject" in choices:
        return REJECTED
    if "defer" in choices:
        return DEFERRED
    return ONE_CONFIRMS if choices else CLUE


def _notice(report: Report, sure: list[Listed], lang: Lang) -> Row:
    names = dict.fromkeys(name for one in sure for name in issues(report, one.ruling))
    return (
        line(CONFIRMED, lang),
        *_who(report),
        BETWEEN.join(line(name, lang) for name in names),
        report.subject.sha256,
        BETWEEN.join(
            f"{visible(one.ruling.rule)} {line(words.CERTAINTY[one.finding.certainty], lang)} "
            f"{visible(one.finding.fingerprint)}"
            for one in sure
        ),
    )


def _clue(report: Report, one: Listed, lang: Lang) -> Row:
    return (
        line(status(report, one), lang),
        *_who(report),
        "",
        report.subject.sha256,
        "",
        BETWEEN.join(line(name, lang) for name in issues(report, one.ruling)),
        visible(one.ruling.rule),
        line(words.VERDICT[one.ruling.verdict], lang),
        line(words.CERTAINTY[one.finding.certainty], lang),
        line(words.SEVERITY[one.ruling.severity], lang),
        one.finding.fingerprint,
        line(collected.message(one.finding), lang, 2000),
    )


def _subject(report: Report, sure: list[Listed], rest: list[Listed], lang: Lang) -> Row:
    score = report.score
    grade = f"{score.grade} {line(words.GRADE[score.grade], lang)}"
    return (
        *_who(report),
        visible(report.subject.id),
        report.subject.sha256,
        grade + (f" · {line(words.LIMITED, lang)}" if score.limited else ""),
        words.percent(score.coverage),
        str(len(sure)),
        str(sum(one.accuses for one in rest)),
        BETWEEN.join(line(words.CHANNEL[one], lang) for one in unwatched(report)),
        visible(report.observed_at),
    )


def _who(report: Report) -> Row:
    subject = report.subject
    where = " ".join(each for each in (subject.store, subject.store_url) if each)
    site = subject.id if subject.kind == "website" else ""
    return tuple(
        visible(each)
        for each in (subject.name, subject.developer or "", where or site, subject.version)
    )
