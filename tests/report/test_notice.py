"""The notice table: only what two named persons confirm is an issue; all else is a clue."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from scanner.model import Report
from scanner.report.notice import COLUMNS, OF_THE_NOTICE, SUBJECTS, issues, tables
from scanner.report.words import Lang
from tests.report import example, spoken


def column(name: str) -> int:
    return next(at for at, one in enumerate(COLUMNS) if one.zh == name)


ISSUES, STATUS, PRINT = column("所涉问题"), column("状态"), column("指纹")


@pytest.mark.parametrize("name", example.ALL)
def test_without_two_persons_nothing_is_for_publication(name: str) -> None:
    found = tables([example.ALL[name]], "zh")
    assert found.notice == ()
    assert all(row[ISSUES] == "" for row in (*found.clues, *found.bare))
    assert all(row[STATUS].startswith(("初筛线索", "提示")) for row in found.clues)


def test_what_two_confirm_is_an_issue_in_the_words_of_notices() -> None:
    found = tables([spoken.confirmed()], "zh")
    (row,) = found.notice
    assert len(row) == OF_THE_NOTICE
    _, proven = spoken.first(spoken.confirmed())
    title = "第 miit-164-5 项：征得用户同意前就开始收集个人信息或打开权限"
    assert row[:6] == (
        "已由两人确认",
        "示例商城",
        "示例科技（北京）有限公司",
        "应用商店 https://store.example/app/cn.example.shop",
        "2.4.1 (241)",
        title,
    )
    assert row[6] == example.APK
    assert row[7] == f"all-permissions-at-install proven {proven.fingerprint}"
    assert proven.fingerprint not in {one[PRINT] for one in found.clues}


def test_a_clue_says_what_persons_said_of_it() -> None:
    found = {row[PRINT]: row[STATUS] for row in tables([spoken.confirmed()], "zh").clues}
    report = spoken.confirmed()
    assert found[report.rulings[2].findings[0].fingerprint] == "初筛线索（一人已确认）"
    assert found[report.rulings[1].findings[2].fingerprint] == "初筛线索（有人不予确认）"
    assert found[report.rulings[1].findings[1].fingerprint] == "初筛线索"


def test_a_draft_or_a_note_is_no_issue_whoever_confirms_it() -> None:
    report = example.rich()
    draft = report.rulings[3].findings[0]
    words = (spoken.decision(draft, "张三"), spoken.decision(draft, "李四"))
    found = tables([replace(report, decisions=words)], "zh")
    assert found.notice == ()
    assert {row[STATUS] for row in found.clues if row[PRINT] == draft.fingerprint} == {
        "提示（不构成问题）"
    }


def test_one_person_twice_is_one_person() -> None:
    report = example.rich()
    _, proven = spoken.first(report)
    words = (spoken.decision(proven, "张三"), spoken.decision(proven, " 张 三 "))
    assert tables([replace(report, decisions=words)], "zh").notice == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_several_subjects_stand_each_in_their_row(lang: Lang) -> None:
    reports = [spoken.confirmed(), example.clean(), example.blind(), example.site()]
    found = tables(reports, lang)
    assert len(found.subjects) == 4
    assert all(len(row) == len(SUBJECTS) for row in found.subjects)
    assert [row[STATUS][:4] for row in found.bare] == (
        ["未检出（", "无法判断"] if lang == "zh" else ["noth", "cann"]
    )
    assert all(len(row) == len(COLUMNS) for row in (*found.clues, *found.bare))


def test_nothing_is_lost_between_the_tables() -> None:
    report = spoken.confirmed()
    found = tables([report], "zh")
    shown = {row[PRINT] for row in found.clues}
    shown |= {part.split()[-1] for row in found.notice for part in row[7].split("；")}
    assert shown == {one.fingerprint for ruling in report.rulings for one in ruling.findings}


def names(report: Report, **changes: object) -> list[str]:
    ruling = replace(report.rulings[0], **changes)
    return [one.zh for one in issues(report, ruling)]


def test_the_name_of_an_issue_falls_back_to_what_there_is() -> None:
    report = example.rich()
    behaviour = "第 cac-191-4.6 项：征得用户同意前就开始收集个人信息或打开权限"
    assert names(report, schemes={}) == [behaviour]
    assert names(report, schemes={}, category="pipl-51") == ["以一次性同意方式索取多项权限"]
    labelled = names(report, schemes={}, rule="window-without-close")
    assert labelled == ["信息窗口未提供关闭或退出标识"]
    assert names(example.site()) == ["第 13 项义务"]
